// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// What a channel's provider is to tell us of, as it was found last.
struct HookSubscription {
    std::string topic;               // in the provider's words
    std::string provider_id;         // empty: there is none, or the provider did not name it
    std::string address;             // that it calls
    std::optional<Timestamp> since;  // it serves without a break since then; none: it does not
    Timestamp checked_at{};
    std::int64_t repairs = 0;                      // how often it had to be restored or mended
    std::optional<std::string> fault_code, fault;  // the last thing that was wrong with it, mended or not
    std::optional<Timestamp> fault_at;
};

/// How a subscription was found just now.
struct HookFinding {
    std::string topic, provider_id, address;
    bool serves = false;
    bool repaired = false;          // it was restored or mended just now
    std::string fault_code, fault;  // empty: nothing was wrong
};

class HookSubscriptionRepo {
public:
    explicit HookSubscriptionRepo(db::Session& session) : session_(session) {}

    /// Every address of ours that the provider was ever given, oldest first.
    std::vector<std::string> addresses(ChannelId channel);
    void remember_address(ChannelId channel, std::string_view address, Timestamp now);

    std::vector<HookSubscription> of_channel(ChannelId channel);
    void record(ChannelId channel, const HookFinding& finding, Timestamp now);
    /// Drops topics that nobody wants any more: those not looked at since `since`.
    void forget_unchecked(ChannelId channel, Timestamp since);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
