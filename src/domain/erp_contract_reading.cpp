// SPDX-License-Identifier: Apache-2.0
// An order back from its rendition, digit for digit. Only what render_order wrote is read here.
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_members.h"
#include "base/time.h"
#include "domain/erp_contract.h"

namespace crossdock::domain {
namespace {

std::optional<std::string> text_in(const JsonMembers& members, std::string_view name) {
    const std::string_view token = members[name];
    return token == "null" ? std::nullopt : std::optional{json_text(token)};
}

std::optional<std::int64_t> whole_in(const JsonMembers& members, std::string_view name) {
    const std::string_view token = members[name];
    std::int64_t value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

std::optional<Money> money_in(const JsonMembers& members, std::string_view name, const std::string& currency) {
    const std::string_view token = members[name];
    if (token == "null") return std::nullopt;
    auto money = parse_channel_money(token, currency);  // an unknown currency is rendered with two digits, too
    return money ? std::optional{std::move(*money)} : std::nullopt;
}

std::optional<Timestamp> instant_in(const JsonMembers& members, std::string_view name) {
    const auto text = text_in(members, name);
    if (!text) return std::nullopt;
    const auto at = parse_iso8601(*text, ZoneRule::required);
    return at ? std::optional{*at} : std::nullopt;
}

Address address_in(const JsonMembers& members, const std::string& whose) {
    Address address;
    address.name = text_in(members, whose + "name");
    address.address1 = text_in(members, whose + "address1");
    address.address2 = text_in(members, whose + "address2");
    address.city = text_in(members, whose + "city");
    address.region = text_in(members, whose + "region");
    address.postal = text_in(members, whose + "postal");
    address.country = text_in(members, whose + "country");
    address.phone = text_in(members, whose + "phone");
    return address;
}

OrderLine line_in(const JsonMembers& members, const std::string& currency) {
    OrderLine line;
    line.external_line_id = text_in(members, "external_line_id").value_or("");
    line.sku = text_in(members, "sku");
    line.title = text_in(members, "title");
    line.variant_sku = text_in(members, "variant_sku");
    if (const auto item = whole_in(members, "item_master_id")) line.item_id = ItemId{*item};
    line.assigned_location_id = whole_in(members, "assigned_location_id");
    line.assigned_location_name = text_in(members, "assigned_location_name");
    line.quantity = whole_in(members, "quantity").value_or(0);
    line.current_quantity = whole_in(members, "current_quantity");
    line.unit_price = money_in(members, "unit_price", currency);
    if (const auto price = parse_decimal(members["selling_unit_price"])) line.selling_unit_price = *price;
    line.total_price = money_in(members, "total_price", currency);
    line.tax_amount = money_in(members, "tax_amount", currency);
    line.discount_amount = money_in(members, "discount_amount", currency);
    line.shipping_amount = money_in(members, "shipping_amount", currency);
    line.fulfillment_status = text_in(members, "fulfillment_status");
    line.is_gift = members["is_gift"] == "true";
    line.notes = text_in(members, "notes");
    return line;
}

}  // namespace

Order order_of_members(std::string_view members) {
    const JsonMembers held(members);
    Order order;
    order.external_order_id = text_in(held, "external_order_id").value_or("");
    order.status = parse_order_status(text_in(held, "status").value_or("")).value_or(OrderStatus::open);
    order.payment_status = text_in(held, "payment_status");
    order.payment_method = text_in(held, "payment_method");
    order.ordered_at = instant_in(held, "ordered_at").value_or(Timestamp{});
    order.last_remote_update_at = instant_in(held, "last_remote_update_at");
    order.order_number_hint = text_in(held, "order_number_hint");
    if (held["taxes_included"] != "null") order.taxes_included = held["taxes_included"] == "true";
    order.buyer_name = text_in(held, "buyer_name");
    order.buyer_email = text_in(held, "buyer_email");
    order.currency = text_in(held, "currency").value_or("");
    order.subtotal_amount = money_in(held, "subtotal_amount", order.currency);
    order.shipping_amount = money_in(held, "shipping_amount", order.currency);
    order.tax_amount = money_in(held, "tax_amount", order.currency);
    order.discount_amount = money_in(held, "discount_amount", order.currency);
    order.total_amount = money_in(held, "total_amount", order.currency);
    order.billing = address_in(held, "bill_");
    order.shipping = address_in(held, "ship_");
    order.is_gift = held["is_gift"] == "true";
    order.notes = text_in(held, "notes");
    for (const std::string_view line : json_elements(held["line_items"]))
        order.lines.push_back(line_in(JsonMembers(line), order.currency));
    return order;
}

}  // namespace crossdock::domain
