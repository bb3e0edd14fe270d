// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/json_view.h"
#include "domain/order.h"

namespace crossdock::connectors::walmart {

/// Money given back directly on an order line (goodwill, a billing error), which no return tells of.
struct OrderRefund {
    std::optional<domain::Money> total;  // goods, shipping and tax, positive
    std::optional<RawRefund> raw;        // none when a return tells of it: that one counts
};
/// All of one line. `line` is its mapped form. Throws FieldError.
std::vector<OrderRefund> read_order_refunds(JsonView from, const domain::OrderLine& line, const std::string& order_id,
                                            const std::string& currency);

/// Reads such a refund back: payload is Walmart's `refund` object, context what of the line is needed.
/// Throws FieldError.
domain::Refund map_order_refund(const RawRefund& raw, JsonView refund, JsonView context);

}  // namespace crossdock::connectors::walmart
