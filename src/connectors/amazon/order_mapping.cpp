// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_mapping.h"

namespace crossdock::connectors::amazon {
namespace {

template <class T>
void fill(std::optional<T>& newer, const std::optional<T>& older) {
    if (!newer) newer = older;
}

void keep_amounts(domain::OrderLine& newer, const domain::OrderLine& older) {
    fill(newer.unit_price, older.unit_price);
    fill(newer.selling_unit_price, older.selling_unit_price);
    fill(newer.total_price, older.total_price);
    fill(newer.tax_amount, older.tax_amount);
    fill(newer.discount_amount, older.discount_amount);
    fill(newer.shipping_amount, older.shipping_amount);
}

void keep_line(domain::OrderLine& newer, const domain::OrderLine& older, bool same_currency) {
    // A line's quantity falls when units of it are cancelled; the hub's is as ordered.
    if (newer.quantity < older.quantity) {
        newer.current_quantity = newer.quantity;
        newer.quantity = older.quantity;
        newer.selling_unit_price = std::nullopt;
        newer.unit_price = newer.total_price = std::nullopt;
        newer.tax_amount = newer.discount_amount = newer.shipping_amount = std::nullopt;
    }
    fill(newer.sku, older.sku);
    fill(newer.title, older.title);
    fill(newer.variant_sku, older.variant_sku);
    fill(newer.variant_id, older.variant_id);
    if (same_currency) keep_amounts(newer, older);
    fill(newer.notes, older.notes);
}

}  // namespace

Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    const JsonView root = index->root();
    try {
        if (root["orderId"]) return assemble(read_order_2026(root, rules));
        if (root["order"].is_object()) return assemble(read_order_v0(root, rules));
        throw FieldError({"orderId"}, "is missing, and so is order.AmazonOrderId");
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

void keep_known_facts(domain::Order& newer, const domain::Order& older) {
    // An address is taken over whole or not at all: parts of two addresses make a third that nobody lives at. Without a
    // restricted token Amazon leaves the town and takes the street away.
    const domain::Address &to = newer.shipping, &before = older.shipping;
    const bool hidden = !to.name && !to.address1;
    const bool same_town = (!to.city || to.city == before.city) && (!to.postal || to.postal == before.postal);
    if (hidden && same_town)
        newer.shipping = before;
    else if (to.name == before.name && to.address1 == before.address1)
        fill(newer.shipping.phone, before.phone);
    fill(newer.buyer_name, older.buyer_name);
    fill(newer.buyer_email, older.buyer_email);
    fill(newer.payment_method, older.payment_method);
    fill(newer.order_number_hint, older.order_number_hint);
    const bool same_currency = newer.currency == older.currency;
    if (same_currency) fill(newer.total_amount, older.total_amount);
    bool shrunk = false;
    for (domain::OrderLine& line : newer.lines)
        for (const domain::OrderLine& known : older.lines)
            if (line.external_line_id == known.external_line_id) {
                shrunk = shrunk || line.quantity < known.quantity;
                keep_line(line, known, same_currency);
            }
    if (!same_currency) return;
    // Sums belong to the lines they were made of.
    if (shrunk) {
        newer.subtotal_amount = older.subtotal_amount;
        newer.shipping_amount = older.shipping_amount;
        newer.tax_amount = older.tax_amount;
        newer.discount_amount = older.discount_amount;
    }
    fill(newer.subtotal_amount, older.subtotal_amount);
    fill(newer.shipping_amount, older.shipping_amount);
    fill(newer.tax_amount, older.tax_amount);
    fill(newer.discount_amount, older.discount_amount);
}

}  // namespace crossdock::connectors::amazon
