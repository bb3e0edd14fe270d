// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "domain/money.h"
#include "domain/provider.h"

namespace crossdock::domain {

/// Where an order stands for shipping. Payment is apart (Order::payment_status).
enum class OrderStatus { open, partially_fulfilled, fulfilled, closed, cancelled };

constexpr std::string_view to_string(OrderStatus status) {
    switch (status) {
        case OrderStatus::open: return "open";
        case OrderStatus::partially_fulfilled: return "partially_fulfilled";
        case OrderStatus::fulfilled: return "fulfilled";
        case OrderStatus::closed: return "closed";
        case OrderStatus::cancelled: return "cancelled";
    }
    return "";
}
std::optional<OrderStatus> parse_order_status(std::string_view text);

struct Address {
    std::optional<std::string> name, address1, address2, city;
    std::optional<std::string> region;   // state, province
    std::optional<std::string> postal;
    std::optional<std::string> country;  // ISO 3166 two letters where the channel has it
    std::optional<std::string> phone;
    friend bool operator==(const Address&, const Address&) = default;
};

/// One line of an order, as ordered: quantities and amounts include units that were refunded or removed later.
/// Amounts a channel does not state are absent, never zero.
struct OrderLine {
    std::string external_line_id;
    std::optional<std::string> sku, title, variant_sku;
    std::optional<std::string> variant_id;            // the channel's own id of what was bought; finds the Item
    std::optional<std::int64_t> assigned_location_id;
    std::optional<std::string> assigned_location_name;
    std::optional<ItemId> item_id;                    // filled by the store, not by a connector
    std::int64_t quantity = 0;
    std::optional<std::int64_t> current_quantity;     // after edits and removals, where the channel tells
    std::int64_t shippable_quantity = 0;              // units that may still be shipped, as the channel sees it
    std::optional<Money> unit_price, total_price, tax_amount, discount_amount, shipping_amount;
    std::optional<Decimal> selling_unit_price;        // after all discounts, without tax, two digits
    std::optional<std::string> fulfillment_status;
    bool is_gift = false;
    std::optional<std::string> notes;
    friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

/// The contract's RemoteOrder: what a channel says about one order, in the hub's words.
struct Order {
    std::string external_order_id;
    OrderStatus status = OrderStatus::open;
    std::optional<std::string> payment_status, payment_method;
    Timestamp ordered_at{};
    std::optional<Timestamp> last_remote_update_at;
    std::optional<std::string> order_number_hint;
    std::optional<bool> taxes_included;               // the shop's setting, as the contract asks
    std::optional<std::string> buyer_name, buyer_email;
    std::string currency;                             // ISO 4217
    std::optional<Money> subtotal_amount, shipping_amount, tax_amount, discount_amount, total_amount;
    Address billing, shipping;
    bool is_gift = false;
    std::optional<std::string> notes;
    /// Who ships instead of the ERP ("Amazon (FBA)", "Walmart (WFS)"); none: the ERP does.
    std::optional<std::string> shipped_by;
    std::vector<OrderLine> lines;
    friend bool operator==(const Order&, const Order&) = default;
};

}  // namespace crossdock::domain
