// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "connectors/json_view.h"

namespace crossdock::connectors::shopify {

/// What the fulfilment orders say about one order line.
struct LineRouting {
    std::int64_t total = 0;  // units in fulfilment orders that were not cancelled
    std::int64_t shipped = 0;
    std::int64_t shippable = 0;  // units still to be shipped, held ones included
    JsonView location;           // the one assigned location
    bool several = false;        // more than one: no confident answer
};
using Routing = std::unordered_map<std::string_view, LineRouting>;

/// By the digits of the order line's id, from the `fulfillmentOrders` of an Order node. Cancelled fulfilment orders do
/// not count; what is closed has nothing left to ship. Throws FieldError for quantities that do not fit.
Routing read_routing(JsonView order);

}  // namespace crossdock::connectors::shopify
