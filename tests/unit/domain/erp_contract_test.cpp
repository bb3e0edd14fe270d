// SPDX-License-Identifier: Apache-2.0
#include "domain/erp_contract.h"

#include <gtest/gtest.h>

namespace crossdock::domain {
namespace {

Money money(const char* text, const char* currency) { return *parse_money(text, currency); }

Order full_order(const char* currency, const char* amount) {
    Order order;
    order.external_order_id = "1001";
    order.status = OrderStatus::partially_fulfilled;
    order.payment_status = "paid";
    order.payment_method = "card";
    order.ordered_at = from_ms(1'790'000'000'123);
    order.last_remote_update_at = from_ms(1'790'000'500'000);
    order.order_number_hint = "#1001";
    order.taxes_included = false;
    order.buyer_name = "J\"ane \\ Doe\n\u00e9";
    order.buyer_email = "jane@example.com";
    order.currency = currency;
    for (auto* sum : {&order.subtotal_amount, &order.shipping_amount, &order.tax_amount, &order.discount_amount,
                      &order.total_amount})
        *sum = money(amount, currency);
    for (Address* address : {&order.billing, &order.shipping}) {
        address->name = "Jane";
        address->address1 = "1 Lane";
        address->address2 = "Flat 2";
        address->city = "Town";
        address->region = "CA";
        address->postal = "90001";
        address->country = "US";
        address->phone = "+1 555";
    }
    order.is_gift = true;
    order.notes = "ring \"twice\"";
    OrderLine line;
    line.external_line_id = "9";
    line.sku = "MUG";
    line.title = "Mug, {blue}, \"line_items\":[";
    line.variant_sku = "MUG-B";
    line.item_id = ItemId{7};
    line.assigned_location_id = 5;
    line.assigned_location_name = "Main";
    line.quantity = 3;
    line.current_quantity = 2;
    for (auto* price :
         {&line.unit_price, &line.total_price, &line.tax_amount, &line.discount_amount, &line.shipping_amount})
        *price = money(amount, currency);
    line.selling_unit_price = *parse_decimal("24.99");
    line.fulfillment_status = "open";
    line.is_gift = true;
    line.notes = "engrave";
    order.lines = {line, OrderLine{}};
    order.lines.back().external_line_id = "10";
    return order;
}

TEST(OrderOfMembers, IsTheOrderThatWasRenderedDigitForDigit) {
    for (const Order& order : {full_order("USD", "58.70"), full_order("JPY", "500"), full_order("KWD", "-1.234")}) {
        const Order read = order_of_members(render_order(order, Provider::amazon, "shop").members);
        EXPECT_EQ(read, order) << order.currency;
    }
}

TEST(OrderOfMembers, WhatIsNotKnownStaysUnknown) {
    Order order;
    order.external_order_id = "1";
    order.currency = "USD";
    EXPECT_EQ(order_of_members(render_order(order, Provider::ebay, "shop").members), order);
}

}  // namespace
}  // namespace crossdock::domain
