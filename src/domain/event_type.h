// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace crossdock {

using WebhookEndpointId = Id<struct WebhookEndpointTag>;
using DeliveryId = Id<struct DeliveryTag>;

}  // namespace crossdock

namespace crossdock::domain {

/// The catalogue of everything that an event can tell: what may be raised, subscribed to, and read in
/// docs/api/webhooks.md.
struct EventType {
    std::string_view type;     // "order.created"
    std::string_view subject;  // what `data` shows: "order", "refund", …
    std::string_view meaning;  // when it is raised, for people
    /// An example of `details`: what the event says beside its object. JSON.
    std::string_view details = "{}";
    bool reserved = false;  // a name kept for what a later version raises; may be subscribed to already
};

/// In the order of the documentation.
const std::vector<EventType>& event_types();
/// Null for a type that does not exist.
const EventType* find_event_type(std::string_view type);

/// The date of the form that events have; in every event as `api_version`.
inline constexpr std::string_view kEventApiVersion = "2026-04-01";

/// A test message for one endpoint: goes there and nowhere else, whatever the endpoint's filter says.
inline constexpr std::string_view kTestEvent = "webhook.test";

/// Whether a filter (see parse_event_filter) takes a type.
bool takes(const std::vector<std::string>& filter, std::string_view type);
/// What an endpoint wants: "order.created", a family "order.*", or "*" for everything. Blanks around are cut, doubles
/// dropped. Errors: invalid `events_invalid`, naming the entry, with the nearest type; also for an empty list.
Result<std::vector<std::string>> parse_event_filter(const std::vector<std::string>& entries);

}  // namespace crossdock::domain
