// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "connectors/walmart/client.h"
#include "connectors/walmart/paging.h"

namespace crossdock::connectors::walmart {

/// One page of a list of orders.
struct OrderListPage {
    std::vector<JsonView> orders;
    std::optional<Timestamp> provider_now;
    std::string next_cursor;  // the hub's; empty at the end of the last list
    std::vector<domain::Problem> problems;
    Answer answer;  // keeps the views alive
};

/// One of Walmart's lists of orders, walked kind of node by kind of node. A query shows 20,000 orders at most: a
/// stretch of time that holds more is cut in halves until it does not.
struct OrderList {
    Operation operation;
    std::string_view path;                    // "/v3/orders"
    std::string_view kind;                    // of the cursor
    std::vector<std::string> nodes;           // shipNodeType of each list
    std::function<Query(const Walk&)> query;  // the stretch's part of a first page's query
    bool can_split = false;
    std::optional<Timestamp> until = {};  // where the last stretch ends, when it is not now
};
/// `first_after`: where each list begins.
Result<OrderListPage> fetch_order_list(Client& client, const OrderList& list, Walk walk, Timestamp first_after);

}  // namespace crossdock::connectors::walmart
