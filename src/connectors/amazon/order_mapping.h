// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "connectors/amazon/order_facts.h"

namespace crossdock::connectors::amazon {

/// {"order":…,"items":[…]}: getOrders' order and getOrderItems' items, as received. Throws FieldError.
OrderFacts read_order_v0(JsonView payload, const OrderRules& rules);
/// An order of searchOrders or getOrder 2026-01-01, as received. Throws FieldError.
OrderFacts read_order_2026(JsonView payload, const OrderRules& rules);

/// Either of them: an order that was kept before a switch of versions is read all the same.
/// Errors: invalid, with the path of the field.
Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules);

/// What an older version of the order said and the newer one does not say any more: addresses once an order is
/// cancelled, quantities and prices of lines that were cancelled, the phone number after delivery.
void keep_known_facts(domain::Order& newer, const domain::Order& older);

}  // namespace crossdock::connectors::amazon
