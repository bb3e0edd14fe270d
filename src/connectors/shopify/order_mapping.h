// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/settings.h"

namespace crossdock::connectors::shopify {

/// What of the channel's settings the reading of an order depends on.
struct OrderRules {
    /// all_discounts: (original total - all discount allocations - included tax) / quantity.
    /// literal: (discountedTotalSet - included tax) / quantity, the contract's formula, which leaves out discounts of
    /// the whole order and of codes.
    SellingPrice selling_unit_price = SellingPrice::all_discounts;
    std::optional<bool> shop_taxes_included;       // reported; amounts are worked out by the order's own flag
    std::vector<std::string> gift_attribute_keys;  // custom attributes that mark a gift
};

/// An Order node of orders_page, order_by_id or an assembled bulk result in the hub's words. Pure; never throws for a
/// payload. Errors: invalid, with the path of the field (`lineItems.nodes[3].quantity`).
/// Problems: totals_mismatch, shipping_differs, currency_differs, taxes_included_differs, pii_missing, duplicate_line,
/// lines_incomplete, test_order.
Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules);

}  // namespace crossdock::connectors::shopify
