// SPDX-License-Identifier: Apache-2.0
#include "store/hook_subscription_repo.h"

namespace crossdock::store {

std::vector<std::string> HookSubscriptionRepo::addresses(ChannelId channel) {
    db::Statement statement(session_,
                            "SELECT address FROM hook_addresses WHERE channel_id = ? ORDER BY first_at_ms, address");
    statement.bind(channel);
    std::vector<std::string> all;
    while (statement.step()) all.push_back(statement.string(0));
    return all;
}

void HookSubscriptionRepo::remember_address(ChannelId channel, std::string_view address, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO hook_addresses (channel_id, address, first_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
    )sql");
    statement.bind(channel, address, now).exec();
}

std::vector<HookSubscription> HookSubscriptionRepo::of_channel(ChannelId channel) {
    db::Statement statement(session_, R"sql(
        SELECT topic, provider_id, address, since_ms, checked_at_ms, repairs, fault_code, fault, fault_at_ms
        FROM hook_subscriptions WHERE channel_id = ? ORDER BY topic
    )sql");
    statement.bind(channel);
    std::vector<HookSubscription> all;
    while (statement.step())
        all.push_back({statement.string(0), statement.string(1), statement.string(2), statement.optional_time(3),
                       statement.time(4), statement.integer(5), statement.optional_string(6),
                       statement.optional_string(7), statement.optional_time(8)});
    return all;
}

void HookSubscriptionRepo::record(ChannelId channel, const HookFinding& finding, Timestamp now) {
    const auto serving_since = finding.serves ? std::optional<Timestamp>{now} : std::nullopt;
    const bool faulty = !finding.fault.empty();
    const auto fault_code = faulty ? std::optional<std::string>{finding.fault_code} : std::nullopt;
    const auto fault = faulty ? std::optional<std::string>{finding.fault} : std::nullopt;
    const auto fault_at = faulty ? std::optional<Timestamp>{now} : std::nullopt;
    db::Statement statement(session_, R"sql(
        INSERT INTO hook_subscriptions (channel_id, topic, provider_id, address, since_ms, checked_at_ms, repairs,
                                        fault_code, fault, fault_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, topic) DO UPDATE SET
            provider_id = excluded.provider_id, address = excluded.address, checked_at_ms = excluded.checked_at_ms,
            since_ms = CASE WHEN excluded.since_ms IS NULL OR excluded.repairs > 0 THEN excluded.since_ms
                            ELSE coalesce(since_ms, excluded.since_ms) END,
            repairs = repairs + excluded.repairs,
            fault_code = coalesce(excluded.fault_code, fault_code), fault = coalesce(excluded.fault, fault),
            fault_at_ms = coalesce(excluded.fault_at_ms, fault_at_ms)
    )sql");
    statement
        .bind(channel, finding.topic, finding.provider_id, finding.address, serving_since, now,
              std::int64_t{finding.repaired ? 1 : 0}, fault_code, fault, fault_at)
        .exec();
}

void HookSubscriptionRepo::forget_unchecked(ChannelId channel, Timestamp since) {
    db::Statement statement(session_, "DELETE FROM hook_subscriptions WHERE channel_id = ? AND checked_at_ms < ?");
    statement.bind(channel, since).exec();
}

}  // namespace crossdock::store
