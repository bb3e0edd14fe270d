// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/rest_body.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shopify/encoding.h"
#include "sandbox/shopify/figures.h"

namespace crossdock::sandbox::shopify {
namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }
ordered_json lower_or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(to_lower(text)); }

class Rest {
public:
    explicit Rest(World& world) : world_(world) {}

    ordered_json order(const Order& o) const {
        const Totals sums = ordered_totals(o);
        const Totals now = current_totals(o);
        ordered_json body;
        body["id"] = o.id;
        body["admin_graphql_api_id"] = gid("Order", o.id);
        body["app_id"] = 580111;
        body["cancel_reason"] = lower_or_null(o.cancel_reason);
        body["cancelled_at"] = time(o.cancelled_at);
        body["closed_at"] = time(o.closed_at);
        body["confirmation_number"] = o.confirmation_number;
        body["confirmed"] = true;
        body["contact_email"] = text_or_null(o.email);
        body["created_at"] = time(o.created_at);
        body["currency"] = o.currency;
        money(body, "current_subtotal_price", o, now.subtotal);
        money(body, "current_total_discounts", o, now.discounts);
        money(body, "current_total_price", o, now.total);
        money(body, "current_total_tax", o, now.tax);
        body["discount_codes"] = ordered_json::array();
        for (const DiscountApplication& d : o.discounts) {
            if (d.kind != "code") continue;
            Amount sum;
            for (const Line& line : o.lines) {
                for (const Allocation& a : line.allocations) sum += a.application == d.index ? a.amount : Amount{};
            }
            body["discount_codes"].push_back(
                {{"code", d.title}, {"amount", fixed_decimal(sum.shop, o.currency)}, {"type", "percentage"}});
        }
        body["email"] = o.email;
        body["financial_status"] = lower_or_null(financial_status(o));
        const std::string shipped = fulfillment_status(o);
        body["fulfillment_status"] = shipped == "FULFILLED"             ? ordered_json("fulfilled")
                                     : shipped == "PARTIALLY_FULFILLED" ? ordered_json("partial")
                                                                        : ordered_json(nullptr);
        body["location_id"] = o.retail_location_id == 0 ? ordered_json(nullptr) : ordered_json(o.retail_location_id);
        body["name"] = o.name;
        body["note"] = text_or_null(o.note);
        body["note_attributes"] = ordered_json::array();
        for (const Attribute& a : o.attributes)
            body["note_attributes"].push_back({{"name", a.key}, {"value", a.value}});
        body["number"] = o.number - 1000;
        body["order_number"] = o.number;
        body["payment_gateway_names"] = o.gateways;
        body["phone"] = text_or_null(o.phone);
        body["po_number"] = text_or_null(o.po_number);
        body["presentment_currency"] = o.presentment;
        body["processed_at"] = time(o.processed_at);
        body["source_name"] = o.source_name;
        money(body, "subtotal_price", o, sums.subtotal);
        std::string tags;
        for (const std::string& tag : o.tags) tags += (tags.empty() ? "" : ", ") + tag;
        body["tags"] = tags;
        body["taxes_included"] = o.taxes_included;
        body["test"] = o.test;
        money(body, "total_discounts", o, sums.discounts);
        body["total_outstanding"] = fixed_decimal(outstanding(o).shop, o.currency);
        money(body, "total_price", o, sums.total);
        body["total_shipping_price_set"] = set(o, sums.shipping);
        money(body, "total_tax", o, sums.tax);
        body["total_tip_received"] = fixed_decimal(o.tip.shop, o.currency);
        body["updated_at"] = time(o.updated_at);
        body["billing_address"] = address(o.billing);
        const Customer* buyer = world_.customer(o.customer_id);
        body["customer"] = buyer == nullptr ? ordered_json(nullptr)
                                            : ordered_json{{"id", buyer->id},
                                                   {"email", buyer->email},
                                                   {"first_name", buyer->first_name},
                                                   {"last_name", buyer->last_name},
                                                   {"admin_graphql_api_id", gid("Customer", buyer->id)}};
        body["fulfillments"] = ordered_json::array();
        for (const Fulfillment& f : o.fulfillments) body["fulfillments"].push_back(fulfillment(f));
        body["line_items"] = ordered_json::array();
        for (const Line& l : o.lines) body["line_items"].push_back(line(l));
        body["refunds"] = ordered_json::array();
        for (const Refund& r : o.refunds) body["refunds"].push_back(refund(r));
        body["shipping_address"] = address(o.shipping);
        body["shipping_lines"] = ordered_json::array();
        for (const ShippingLine& s : o.shipping_lines) {
            body["shipping_lines"].push_back({{"id", s.id},
                                              {"code", s.code},
                                              {"title", s.title},
                                              {"price", fixed_decimal(s.original.shop, o.currency)},
                                              {"price_set", set(o, s.original)},
                                              {"discounted_price_set", set(o, s.original - s.discount)},
                                              {"source", "shopify"},
                                              {"tax_lines", taxes(o, s.taxes)}});
        }
        return body;
    }

    ordered_json refund(const Refund& r) const {
        const Order& o = *r.order;
        ordered_json body;
        body["id"] = r.id;
        body["order_id"] = o.id;
        body["created_at"] = time(r.created_at);
        body["note"] = text_or_null(r.note);
        body["processed_at"] = time(r.created_at);
        body["admin_graphql_api_id"] = gid("Refund", r.id);
        body["order_adjustments"] = ordered_json::array();
        for (const RefundShipping& s : r.shipping) {  // in REST a shipping refund is a negative adjustment
            body["order_adjustments"].push_back({{"id", s.id},
                                                 {"order_id", o.id},
                                                 {"refund_id", r.id},
                                                 {"amount", fixed_decimal(-s.subtotal.shop, o.currency)},
                                                 {"tax_amount", fixed_decimal(-s.tax.shop, o.currency)},
                                                 {"kind", "shipping_refund"},
                                                 {"reason", "Shipping refund"},
                                                 {"amount_set", set(o, -s.subtotal)}});
        }
        for (const Adjustment& a : r.adjustments) {
            body["order_adjustments"].push_back({{"id", a.id},
                                                 {"order_id", o.id},
                                                 {"refund_id", r.id},
                                                 {"amount", fixed_decimal(a.amount.shop, o.currency)},
                                                 {"tax_amount", fixed_decimal(a.tax.shop, o.currency)},
                                                 {"kind", "refund_discrepancy"},
                                                 {"reason", "Refund discrepancy"},
                                                 {"amount_set", set(o, a.amount)}});
        }
        body["refund_line_items"] = ordered_json::array();
        for (const RefundLine& row : r.lines) {
            // subtotal and total_tax are JSON numbers here, unlike everywhere else.
            body["refund_line_items"].push_back(
                {{"id", row.id},
                 {"quantity", row.quantity},
                 {"line_item_id", row.line_id},
                 {"location_id", row.location_id == 0 ? ordered_json(nullptr) : ordered_json(row.location_id)},
                 {"restock_type", to_lower(row.restock_type)},
                 {"subtotal", number(row.subtotal.shop, o)},
                 {"total_tax", number(row.tax.shop, o)},
                 {"subtotal_set", set(o, row.subtotal)},
                 {"total_tax_set", set(o, row.tax)}});
        }
        body["transactions"] = ordered_json::array();
        for (const Transaction& t : o.transactions) {
            if (t.refund_id != r.id) continue;
            body["transactions"].push_back({{"id", t.id},
                                            {"order_id", o.id},
                                            {"kind", to_lower(t.kind)},
                                            {"gateway", t.gateway},
                                            {"status", to_lower(t.status)},
                                            {"created_at", time(t.created_at)},
                                            {"amount", fixed_decimal(t.amount.shop, o.currency)},
                                            {"currency", o.currency},
                                            {"parent_id", t.parent_id},
                                            {"admin_graphql_api_id", gid("OrderTransaction", t.id)}});
        }
        return body;
    }

    ordered_json fulfillment(const Fulfillment& f) const {
        ordered_json body;
        body["id"] = f.id;
        body["order_id"] = f.order->id;
        body["status"] = to_lower(f.status);
        body["created_at"] = time(f.created_at);
        body["service"] = "manual";
        body["updated_at"] = time(f.updated_at);
        body["tracking_company"] = f.tracking.empty() ? ordered_json(nullptr) : text_or_null(f.tracking.front().company);
        body["location_id"] = f.location_id;
        ordered_json numbers = ordered_json::array();
        for (const Tracking& t : f.tracking) numbers.push_back(t.number);
        body["tracking_number"] = numbers.empty() ? ordered_json(nullptr) : numbers.front();
        body["tracking_numbers"] = numbers;
        body["name"] = f.name;
        body["admin_graphql_api_id"] = gid("Fulfillment", f.id);
        return body;
    }

    ordered_json level(const Level& l) const {
        return {{"inventory_item_id", l.item_id},
                {"location_id", l.location_id},
                {"available", l.available},
                {"updated_at", time(l.updated_at)},
                {"admin_graphql_api_id",
                 gid("InventoryLevel", 800'000 + l.location_id) + "?inventory_item_id=" + std::to_string(l.item_id)}};
    }

private:
    ordered_json time(std::optional<Timestamp> at) const {
        return at ? ordered_json(rest_time(*at, world_.options().utc_offset)) : ordered_json(nullptr);
    }
    static ordered_json set(const Order& o, Amount a) {
        return {{"shop_money", {{"amount", fixed_decimal(a.shop, o.currency)}, {"currency_code", o.currency}}},
                {"presentment_money",
                 {{"amount", fixed_decimal(a.presentment, o.presentment)}, {"currency_code", o.presentment}}}};
    }
    static void money(ordered_json& body, const std::string& name, const Order& o, Amount a) {
        body[name] = fixed_decimal(a.shop, o.currency);
        body[name + "_set"] = set(o, a);
    }
    static ordered_json number(std::int64_t minor, const Order& o) { return ordered_json::parse(trimmed_decimal(minor, o.currency)); }
    static ordered_json taxes(const Order& o, const std::vector<TaxLine>& all) {
        ordered_json list = ordered_json::array();
        for (const TaxLine& t : all) {
            list.push_back({{"title", t.title},
                            {"price", fixed_decimal(t.amount.shop, o.currency)},
                            {"rate", t.rate},
                            {"channel_liable", false},
                            {"price_set", set(o, t.amount)}});
        }
        return list;
    }
    static ordered_json address(const std::optional<Address>& a) {
        if (!a) return nullptr;
        return {{"first_name", a->first_name},
                {"last_name", a->last_name},
                {"name", a->first_name + " " + a->last_name},
                {"company", text_or_null(a->company)},
                {"address1", a->address1},
                {"address2", text_or_null(a->address2)},
                {"city", a->city},
                {"province", text_or_null(a->province)},
                {"province_code", text_or_null(a->province_code)},
                {"zip", a->zip},
                {"country", a->country},
                {"country_code", a->country_code},
                {"phone", text_or_null(a->phone)}};
    }
    static ordered_json line(const Line& l) {
        const Order& o = *l.order;
        ordered_json body;
        body["id"] = l.id;
        body["admin_graphql_api_id"] = gid("LineItem", l.id);
        body["current_quantity"] = l.current();
        body["fulfillable_quantity"] = l.unfulfilled();
        body["fulfillment_status"] = l.fulfilled == 0       ? ordered_json(nullptr)
                                     : l.unfulfilled() == 0 ? ordered_json("fulfilled")
                                                            : ordered_json("partial");
        body["gift_card"] = l.gift_card;
        body["name"] = l.name;
        body["price"] = fixed_decimal(l.unit_price.shop, o.currency);
        body["price_set"] = set(o, l.unit_price);
        body["product_exists"] = l.product_id != 0;
        body["product_id"] = l.product_id == 0 ? ordered_json(nullptr) : ordered_json(l.product_id);
        body["properties"] = ordered_json::array();
        for (const Attribute& a : l.attributes) body["properties"].push_back({{"name", a.key}, {"value", a.value}});
        body["quantity"] = l.quantity;
        body["requires_shipping"] = l.requires_shipping;
        body["sku"] = l.variant_id == 0 ? ordered_json(nullptr) : ordered_json(l.sku);
        body["taxable"] = l.taxable;
        body["title"] = l.title;
        body["total_discount"] =
            fixed_decimal(0, o.currency);  // stays 0.00 although allocations exist, as in the original
        body["variant_id"] = l.variant_id == 0 ? ordered_json(nullptr) : ordered_json(l.variant_id);
        body["variant_title"] = text_or_null(l.variant_title);
        body["vendor"] = text_or_null(l.vendor);
        body["tax_lines"] = taxes(o, l.taxes);
        body["discount_allocations"] = ordered_json::array();
        for (const Allocation& a : l.allocations) {
            body["discount_allocations"].push_back({{"amount", fixed_decimal(a.amount.shop, o.currency)},
                                                    {"discount_application_index", a.application},
                                                    {"amount_set", set(o, a.amount)}});
        }
        return body;
    }

    World& world_;
};

}  // namespace

std::string topic_path(std::string_view topic) {
    // ORDERS_UPDATED is orders/updated; of longer ones the last word is the verb, except where the verb has several.
    for (const std::string_view resource :
         {"FULFILLMENT_ORDERS_", "ORDER_TRANSACTIONS_", "INVENTORY_LEVELS_", "INVENTORY_ITEMS_", "BULK_OPERATIONS_",
          "ORDERS_", "REFUNDS_", "FULFILLMENTS_", "PRODUCTS_", "LOCATIONS_", "SHOP_", "APP_"}) {
        if (!topic.starts_with(resource)) continue;
        return to_lower(topic.substr(0, resource.size() - 1)) + "/" + to_lower(topic.substr(resource.size()));
    }
    return to_lower(topic);
}

std::string rest_body(World& world, std::string_view topic, const Subject& subject,
                      const std::vector<std::string>& include_fields) {
    const Rest rest(world);
    ordered_json body;
    if (subject.bulk != nullptr) {
        body = {{"admin_graphql_api_id", gid("BulkOperation", subject.bulk->id)},
                {"completed_at", rest_time(*subject.bulk->completed_at, world.options().utc_offset)},
                {"created_at", rest_time(subject.bulk->created_at, world.options().utc_offset)},
                {"error_code", nullptr},
                {"status", to_lower(subject.bulk->status)},
                {"type", "query"}};
    } else if (subject.level != nullptr) {
        body = rest.level(*subject.level);
    } else if (subject.refund != nullptr) {
        body = rest.refund(*subject.refund);
    } else if (subject.fulfillment_order != nullptr) {
        body = {{"fulfillment_order",
                 {{"id", gid("FulfillmentOrder", subject.fulfillment_order->id)},
                  {"status", to_lower(subject.fulfillment_order->status)}}}};
    } else if (subject.fulfillment != nullptr) {
        body = rest.fulfillment(*subject.fulfillment);
    } else if (subject.order != nullptr && topic == "ORDER_TRANSACTIONS_CREATE" &&
               !subject.order->transactions.empty()) {
        const Transaction& last = subject.order->transactions.back();
        body = {{"id", last.id},
                {"order_id", subject.order->id},
                {"kind", to_lower(last.kind)},
                {"status", to_lower(last.status)},
                {"amount", fixed_decimal(last.amount.shop, subject.order->currency)},
                {"admin_graphql_api_id", gid("OrderTransaction", last.id)}};
    } else if (subject.order != nullptr) {
        body = rest.order(*subject.order);
    }
    if (!include_fields.empty()) {
        ordered_json kept = ordered_json::object();
        for (const std::string& field : include_fields) {
            if (body.contains(field)) kept[field] = body[field];
        }
        body = std::move(kept);
    }
    return body.dump();
}

}  // namespace crossdock::sandbox::shopify
