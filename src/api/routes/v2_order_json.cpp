// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_order_json.h"

#include "api/json/v2_words.h"
#include "api/routes/push_json.h"
#include "base/json_members.h"

namespace crossdock::api::routes {
namespace {

/// A field whose value is copied as it is written.
void copy(JsonWriter& json, std::string_view name, std::string_view text) { json.key(name).raw(text); }

/// The row's number in the text of a member, as an id of this surface.
void copy_id(JsonWriter& json, std::string_view name, std::string_view prefix, std::string_view number) {
    json.key(name);
    if (number == "null")
        json.null();
    else
        json.value(std::string{prefix} + std::string{number});
}

void write_channel(JsonWriter& json, const store::Channel* channel) {
    json.key("channel");
    if (channel == nullptr)
        json.null();
    else
        json.value(channel->code);
    json.key("provider");
    if (channel == nullptr)
        json.null();
    else
        json.value(domain::to_string(channel->provider));
}

void write_address(JsonWriter& json, std::string_view name, const std::string& kind, const JsonMembers& order) {
    json.key(name).begin_object();
    for (const char* part : {"name", "address1", "address2", "city", "region", "postal", "country", "phone"})
        copy(json, part, order[kind + part]);
    json.end_object();
}

void write_line(JsonWriter& json, std::string_view text) {
    const JsonMembers line(text);
    json.begin_object();
    copy(json, "sku", line["sku"]);
    copy(json, "qty", line["quantity"]);
    copy(json, "price", line["unit_price"]);
    copy(json, "line_id", line["external_line_id"]);
    copy_id(json, "item_id", prefix::kItem, line["item_master_id"]);
    copy(json, "title", line["title"]);
    copy(json, "variant", line["variant_sku"]);
    copy(json, "current_qty", line["current_quantity"]);
    copy(json, "selling_price", line["selling_unit_price"]);
    copy(json, "total", line["total_price"]);
    copy(json, "tax", line["tax_amount"]);
    copy(json, "discount", line["discount_amount"]);
    copy(json, "shipping", line["shipping_amount"]);
    copy(json, "fulfillment_status", line["fulfillment_status"]);
    copy(json, "location_id", line["assigned_location_id"]);
    copy(json, "location_name", line["assigned_location_name"]);
    copy(json, "is_gift", line["is_gift"]);
    copy(json, "notes", line["notes"]);
    json.end_object();
}

void write_amounts(JsonWriter& json, const JsonMembers& of) {
    copy(json, "subtotal", of["subtotal_amount"]);
    copy(json, "shipping_total", of["shipping_amount"]);
    copy(json, "tax_total", of["tax_amount"]);
    copy(json, "discount_total", of["discount_amount"]);
}

void write_acknowledgement(JsonWriter& json, const std::optional<Timestamp>& imported_at) {
    json.field("acknowledged", imported_at.has_value());
    write_instant(json, "acknowledged_at", imported_at);
}

}  // namespace

void write_v2_order(JsonWriter& json, const store::OrderDetails& order, const store::Channel* channel) {
    const JsonMembers members(order.members);
    json.begin_object()
        .field("id", v2_id(prefix::kOrder, order.id.value))
        .field("status", v2_order_status(order.status));
    write_channel(json, channel);
    json.field("external_id", order.external_order_id);
    copy(json, "number", members["order_number_hint"]);
    json.key("customer").begin_object();
    copy(json, "name", members["buyer_name"]);
    copy(json, "email", members["buyer_email"]);
    json.end_object().key("items").begin_array();
    for (const auto line : json_elements(members["line_items"])) write_line(json, line);
    json.end_array();
    write_amounts(json, members);
    copy(json, "total", members["total_amount"]);
    json.field("currency", order.currency);
    copy(json, "taxes_included", members["taxes_included"]);
    copy(json, "payment_status", members["payment_status"]);
    copy(json, "payment_method", members["payment_method"]);
    write_address(json, "billing_address", "bill_", members);
    write_address(json, "shipping_address", "ship_", members);
    copy(json, "is_gift", members["is_gift"]);
    copy(json, "notes", members["notes"]);
    json.field("shipped_by", order.shipped_by);
    write_acknowledgement(json, order.imported_at);
    write_instant(json, "created_at", order.ordered_at);
    write_instant(json, "updated_at", order.remote_updated_at);
    write_instant(json, "received_at", order.created_at);
    write_instant(json, "missing_at_channel_since", order.remote_missing_at);
    json.end_object();
}

std::string v2_order_object(const store::OrderDetails& order, const store::Channel* channel) {
    std::string out;
    out.reserve(order.members.size() + 1024);
    JsonWriter json(out);
    write_v2_order(json, order, channel);
    return out;
}

void write_v2_refund(JsonWriter& json, std::int64_t id, std::string_view text,
                     const std::optional<Timestamp>& imported_at, const store::Channel* channel,
                     const std::optional<OrderId>& order) {
    const JsonMembers members(text);
    json.begin_object().field("id", v2_id(prefix::kRefund, id));
    write_channel(json, channel);
    json.field("order_id", order ? std::optional{v2_id(prefix::kOrder, order->value)} : std::nullopt);
    copy(json, "external_order_id", members["external_order_id"]);
    copy(json, "external_id", members["external_refund_id"]);
    json.key("items").begin_array();
    for (const auto element : json_elements(members["line_items"])) {
        const JsonMembers line(element);
        json.begin_object();
        copy(json, "sku", line["sku"]);
        copy(json, "qty", line["quantity"]);
        copy(json, "unit_refund", line["unit_refund"]);
        copy(json, "line_id", line["external_line_id"]);
        copy(json, "title", line["title"]);
        copy(json, "variant", line["variant_sku"]);
        copy(json, "total", line["total_refund"]);
        copy(json, "tax", line["tax_amount"]);
        copy(json, "discount", line["discount_amount"]);
        copy(json, "shipping", line["shipping_amount"]);
        copy(json, "reason", line["reason_code"]);
        copy(json, "notes", line["notes"]);
        json.end_object();
    }
    json.end_array();
    write_amounts(json, members);
    copy(json, "total", members["total_amount"]);
    copy(json, "currency", members["currency"]);
    copy(json, "payment_status", members["payment_status"]);
    copy(json, "payment_method", members["payment_method"]);
    copy(json, "reason", members["reason_code"]);
    copy(json, "notes", members["notes"]);
    write_acknowledgement(json, imported_at);
    copy(json, "created_at", members["occurred_at"]);
    json.end_object();
}

void write_v2_item(JsonWriter& json, std::int64_t id, std::string_view text) {
    const JsonMembers members(text);
    json.begin_object().field("id", v2_id(prefix::kItem, id));
    for (const char* name : {"channel", "provider", "sku", "title", "barcode", "status", "price", "currency",
                             "channel_product_id", "channel_variant_id", "external_ids", "attrs"})
        copy(json, name, members[name]);
    copy(json, "updated_at", members["updated_at_remote"]);
    json.end_object();
}

}  // namespace crossdock::api::routes
