// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace crossdock::store {

/// Where a list goes on. Either by the channel's clock (`since`), after (time, id); or by the hub's commit order (`feed`),
/// after a sequence number, which misses nothing however late a channel delivers.
struct ListPosition {
    enum class Order { since, feed };
    Order order = Order::since;
    Timestamp since{};                        // Order::since: rows at or after it …
    std::optional<std::int64_t> after_id;     // … and, when given, behind (since, after_id)
    std::int64_t after_seq = 0;               // Order::feed: rows behind it
};

/// What every list of the ERP contract may be narrowed by.
struct ListQuery {
    AccountId account;
    std::optional<ChannelId> channel;
    ListPosition position;
    std::vector<std::string> statuses;        // empty: any
    std::optional<bool> imported;
    bool with_payload = true;
    std::int64_t limit = 100;
};

}  // namespace crossdock::store
