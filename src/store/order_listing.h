// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/order.h"
#include "store/range_list.h"

namespace crossdock::store {

/// What a list of orders is narrowed to.
struct OrderListing {
    AccountId account;
    std::vector<ChannelId> channels;            // those asked for, or all of the account's
    std::vector<domain::OrderStatus> statuses;  // empty: any
    std::vector<std::string> payment_statuses;  // empty: any
    std::optional<bool> acknowledged, with_problem;
    std::optional<std::string> number, external_id;
    std::optional<Timestamp> created_from, created_upto;  // by ordered_at
    std::optional<Timestamp> updated_from, updated_upto;  // by the channel's time of change
};

/// Newest order first. With a bound of `updated` oldest change first: what changes meanwhile is met again at the end.
/// Looks into the database for how few there are of what waits or has a problem, and then lists from those alone.
RangeList list_orders(db::Session& session, const OrderListing& wanted);

}  // namespace crossdock::store
