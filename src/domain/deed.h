// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>

/// What the audit trail tells of: what people, programs with a key, and the config file do to the hub. A deed is not an
/// event, though some are told as one, too (domain/event_type.h). The names are in docs/api/v2.md and never change.
namespace crossdock::domain::deed {

inline constexpr std::string_view kKeyCreated = "key.created";
inline constexpr std::string_view kKeyRotated = "key.rotated";
inline constexpr std::string_view kKeyRevoked = "key.revoked";
inline constexpr std::string_view kKeyPlanChanged = "key.plan_changed";
inline constexpr std::string_view kKeyDialectChanged = "key.dialect_changed";
inline constexpr std::string_view kWebhookCreated = "webhook.created";
inline constexpr std::string_view kWebhookUpdated = "webhook.updated";
inline constexpr std::string_view kWebhookPaused = "webhook.paused";
inline constexpr std::string_view kWebhookResumed = "webhook.resumed";
inline constexpr std::string_view kWebhookSecretRotated = "webhook.secret_rotated";
inline constexpr std::string_view kWebhookTested = "webhook.tested";
inline constexpr std::string_view kWebhookReplayed = "webhook.replayed";
inline constexpr std::string_view kWebhookDisabled = "webhook.disabled";  // by the hub itself
inline constexpr std::string_view kWebhookRemoved = "webhook.removed";
inline constexpr std::string_view kChannelAdded = "channel.added";
inline constexpr std::string_view kChannelEnabled = "channel.enabled";
inline constexpr std::string_view kChannelDisabled = "channel.disabled";
inline constexpr std::string_view kChannelRemoved = "channel.removed";
inline constexpr std::string_view kChannelTested = "channel.tested";
inline constexpr std::string_view kChannelSynced = "channel.synced";
inline constexpr std::string_view kChannelPushesDiscarded = "channel.pushes_discarded";
inline constexpr std::string_view kJobRetried = "job.retried";
inline constexpr std::string_view kJobDiscarded = "job.discarded";
inline constexpr std::string_view kShipmentRetried = "shipment.retried";
inline constexpr std::string_view kPersonErased = "person.erased";
inline constexpr std::string_view kDatabaseBackedUp = "database.backed_up";
inline constexpr std::string_view kDatabaseRestored = "database.restored";

/// All of them, in the order of the documentation.
inline constexpr std::array kAll{kKeyCreated,           kKeyRotated,        kKeyRevoked,
                                 kKeyPlanChanged,       kKeyDialectChanged, kWebhookCreated,
                                 kWebhookUpdated,       kWebhookPaused,     kWebhookResumed,
                                 kWebhookSecretRotated, kWebhookTested,     kWebhookReplayed,
                                 kWebhookDisabled,      kWebhookRemoved,    kChannelAdded,
                                 kChannelEnabled,       kChannelDisabled,   kChannelRemoved,
                                 kChannelTested,        kChannelSynced,     kChannelPushesDiscarded,
                                 kJobRetried,           kJobDiscarded,      kShipmentRetried,
                                 kPersonErased,         kDatabaseBackedUp,  kDatabaseRestored};

}  // namespace crossdock::domain::deed
