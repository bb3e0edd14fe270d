// SPDX-License-Identifier: Apache-2.0
#include "domain/erp_contract.h"

#include "base/json_writer.h"

namespace crossdock::domain {
namespace {

template <class Number>
void number(JsonWriter& json, std::string_view name, const std::optional<Number>& amount) {
    json.key(name);
    if (amount) json.raw(format(*amount));
    else json.null();
}

void instant(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& at) {
    json.key(name);
    if (at) json.value(format_rfc3339(*at));
    else json.null();
}

void address(JsonWriter& json, bool billing, const Address& a) {
    json.field(billing ? "bill_name" : "ship_name", a.name)
        .field(billing ? "bill_address1" : "ship_address1", a.address1)
        .field(billing ? "bill_address2" : "ship_address2", a.address2)
        .field(billing ? "bill_city" : "ship_city", a.city)
        .field(billing ? "bill_region" : "ship_region", a.region)
        .field(billing ? "bill_postal" : "ship_postal", a.postal)
        .field(billing ? "bill_country" : "ship_country", a.country)
        .field(billing ? "bill_phone" : "ship_phone", a.phone);
}

void order_line(JsonWriter& json, const OrderLine& line, std::string_view currency) {
    json.begin_object()
        .field("external_line_id", line.external_line_id)
        .field("sku", line.sku)
        .field("title", line.title)
        .field("variant_sku", line.variant_sku)
        .field("item_master_id", line.item_id ? std::optional{line.item_id->value} : std::nullopt)
        .field("assigned_location_id", line.assigned_location_id)
        .field("assigned_location_name", line.assigned_location_name)
        .field("quantity", line.quantity)
        .field("currency", currency);
    number(json, "unit_price", line.unit_price);
    number(json, "selling_unit_price", line.selling_unit_price);
    number(json, "total_price", line.total_price);
    number(json, "tax_amount", line.tax_amount);
    number(json, "discount_amount", line.discount_amount);
    number(json, "shipping_amount", line.shipping_amount);
    json.field("fulfillment_status", line.fulfillment_status)
        .field("is_gift", line.is_gift)
        .field("notes", line.notes)
        .field("current_quantity", line.current_quantity)
        .end_object();
}

/// What follows the time of change; the same for the contract and for telling changes apart.
void order_content(JsonWriter& json, const Order& order) {
    json.field("order_number_hint", order.order_number_hint)
        .field("taxes_included", order.taxes_included)
        .field("buyer_name", order.buyer_name)
        .field("buyer_email", order.buyer_email)
        .field("currency", order.currency);
    number(json, "subtotal_amount", order.subtotal_amount);
    number(json, "shipping_amount", order.shipping_amount);
    number(json, "tax_amount", order.tax_amount);
    number(json, "discount_amount", order.discount_amount);
    number(json, "total_amount", order.total_amount);
    address(json, true, order.billing);
    address(json, false, order.shipping);
    json.field("payment_status", order.payment_status).field("payment_method", order.payment_method);
    std::int64_t units = 0;
    for (const OrderLine& line : order.lines) units += line.quantity;
    json.field("line_items_count", static_cast<std::int64_t>(order.lines.size()))
        .field("items_total_quantity", units)
        .field("is_gift", order.is_gift)
        .field("notes", order.notes)
        .key("line_items")
        .begin_array();
    for (const OrderLine& line : order.lines) order_line(json, line, order.currency);
    json.end_array();
}

std::string without_braces(std::string object) {
    object.pop_back();
    object.erase(0, 1);
    return object;
}

}  // namespace

RenderedOrder render_order(const Order& order, Provider provider, std::string_view channel_code) {
    // The content is the longest part by far and the same for both.
    std::string content;
    content.reserve(4096);
    JsonWriter inner(content);
    order_content(inner, order);

    RenderedOrder rendered;
    rendered.members.reserve(content.size() + 512);
    JsonWriter members(rendered.members);
    members.field("external_order_id", order.external_order_id)
        .field("status", to_string(order.status))
        .field("ordered_at", format_rfc3339(order.ordered_at));
    instant(members, "last_remote_update_at", order.last_remote_update_at);
    members.field("fulfillment_channel", to_string(provider))
        .field("channel_code", channel_code)
        .field("provider", to_string(provider))
        .raw(content);

    rendered.meaning.reserve(content.size() + 256);
    JsonWriter meaning(rendered.meaning);
    meaning.begin_object()
        .field("status", to_string(order.status))
        .field("ordered_at", format_rfc3339(order.ordered_at))
        .raw(content);
    // Not part of the contract's rendition, but what may be shipped hangs on it.
    meaning.key("shippable").begin_array();
    for (const OrderLine& line : order.lines) meaning.value(line.shippable_quantity);
    meaning.end_array();
    if (order.shipped_by) meaning.field("shipped_by", *order.shipped_by);
    meaning.end_object();
    return rendered;
}

std::string erp_refund_members(const Refund& refund, Provider provider) {
    std::string out;
    out.reserve(1024);
    JsonWriter json(out);
    json.begin_object()
        .field("provider", to_string(provider))
        .field("external_order_id", refund.external_order_id)
        .field("external_refund_id", refund.external_refund_id)
        .field("occurred_at", format_rfc3339(refund.occurred_at));
    number(json, "amount", refund.total_amount);
    json.field("currency", refund.currency);
    number(json, "subtotal_amount", refund.subtotal_amount);
    number(json, "shipping_amount", refund.shipping_amount);
    number(json, "tax_amount", refund.tax_amount);
    number(json, "discount_amount", refund.discount_amount);
    number(json, "total_amount", refund.total_amount);
    std::int64_t units = 0;
    for (const RefundLine& line : refund.lines) units += line.quantity;
    json.field("line_items_count", static_cast<std::int64_t>(refund.lines.size()))
        .field("items_total_quantity", units)
        .field("payment_status", refund.payment_status)
        .field("payment_method", refund.payment_method)
        .field("reason_code", refund.reason_code)
        .field("notes", refund.notes)
        .key("line_items")
        .begin_array();
    for (const RefundLine& line : refund.lines) {
        json.begin_object()
            .field("external_line_id", line.external_line_id)
            .field("sku", line.sku)
            .field("title", line.title)
            .field("variant_sku", line.variant_sku)
            .field("quantity", line.quantity)
            .field("currency", refund.currency);
        number(json, "unit_refund", line.unit_refund);
        number(json, "total_refund", line.total_refund);
        number(json, "tax_amount", line.tax_amount);
        number(json, "discount_amount", line.discount_amount);
        number(json, "shipping_amount", line.shipping_amount);
        json.field("reason_code", line.reason_code).field("notes", line.notes).end_object();
    }
    json.end_array().end_object();
    return without_braces(std::move(out));
}

std::string erp_item_members(const Item& item, Provider provider, std::string_view channel_code) {
    std::string out;
    out.reserve(512);
    JsonWriter json(out);
    json.begin_object()
        .field("channel", channel_code)
        .field("provider", to_string(provider))
        .field("sku", item.sku)
        .field("title", item.title)
        .field("channel_product_id", item.channel_product_id)
        .field("channel_variant_id", item.channel_variant_id)
        .field("currency", item.currency);
    number(json, "price", item.price);
    json.field("barcode", item.barcode)
        .field("status", to_string(item.status))
        .field("active", item.status == ItemStatus::active);
    instant(json, "updated_at_remote", item.updated_at_remote);
    json.key("external_ids").raw(item.external_ids_json).key("attrs").raw(item.attrs_json).end_object();
    return without_braces(std::move(out));
}

}  // namespace crossdock::domain
