// SPDX-License-Identifier: Apache-2.0
// Money, taxes, discounts, shipping lines, transactions and refunds as GraphQL shows them.
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

std::string shown_gateway(const std::string& handle) {
    if (handle == "shopify_payments") return "Shopify Payments";
    if (handle == "paypal") return "PayPal";
    return handle == "manual" ? "Manual" : handle;
}

}  // namespace

void Api::bind_order_parts() {
    On<Bag>(resolvers_, "MoneyBag")("shopMoney", [this](const Bag& b) {
        return money(b.amount.shop, b.shop_currency);
    })("presentmentMoney", [this](const Bag& b) { return money(b.amount.presentment, b.presentment_currency); });
    On<MoneyValue>(resolvers_, "MoneyV2")("amount", [](const MoneyValue& m) {
        return trimmed_decimal(m.minor, m.currency);
    })("currencyCode", [](const MoneyValue& m) { return m.currency; });
    On<PercentageValue>(resolvers_, "PricingPercentageValue")("percentage",
                                                              [](const PercentageValue& p) { return p.percentage; });

    On<TaxLine> tax(resolvers_, "TaxLine");
    tax("title", [](const TaxLine& t) { return t.title; });
    tax("rate", [](const TaxLine& t) { return t.rate; });
    tax("channelLiable", [](const TaxLine&) { return false; });
    tax("priceSet", [this](const TaxLine& t) { return bag(*t.order, t.amount); });

    On<Allocation> allocation(resolvers_, "DiscountAllocation");
    allocation("allocatedAmountSet", [this](const Allocation& a) { return bag(*a.order, a.amount); });
    allocation("discountApplication", [this](const Allocation& a) {
        const DiscountApplication& d = a.order->discounts[static_cast<std::size_t>(a.application)];
        return view(d.kind == "code"     ? "DiscountCodeApplication"
                    : d.kind == "manual" ? "ManualDiscountApplication"
                                         : "AutomaticDiscountApplication",
                    d);
    });
    for (const char* type : {"DiscountCodeApplication", "ManualDiscountApplication", "AutomaticDiscountApplication"}) {
        On<DiscountApplication> application(resolvers_, type);
        application("index", [](const DiscountApplication& d) { return d.index; });
        application("targetType", [](const DiscountApplication& d) { return d.target_type; });
        application("targetSelection", [](const DiscountApplication& d) { return d.target_selection; });
        application("allocationMethod", [](const DiscountApplication& d) { return d.allocation; });
        application("value", [this](const DiscountApplication& d) {
            return d.percentage ? own("PricingPercentageValue", PercentageValue{*d.percentage})
                                : money(d.value.shop, d.order->currency);
        });
        application(type == std::string_view{"DiscountCodeApplication"} ? "code" : "title",
                    [](const DiscountApplication& d) { return d.title; });
    }

    On<ShippingLine> shipping(resolvers_, "ShippingLine");
    shipping("id", [](const ShippingLine& s) { return gid("ShippingLine", s.id); });
    shipping("title", [](const ShippingLine& s) { return s.title; });
    shipping("code", [](const ShippingLine& s) { return s.code; });
    shipping("source", [](const ShippingLine&) { return "shopify"; });
    shipping("carrierIdentifier", [](const ShippingLine&) { return nullptr; });
    shipping("isRemoved", [](const ShippingLine&) { return false; });
    shipping("originalPriceSet", [this](const ShippingLine& s) { return bag(*s.order, s.original); });
    shipping("discountedPriceSet", [this](const ShippingLine& s) { return bag(*s.order, s.original - s.discount); });
    shipping("currentDiscountedPriceSet",
             [this](const ShippingLine& s) { return bag(*s.order, s.original - s.discount - s.refunded); });
    shipping("taxLines", [this](const ShippingLine& s) { return listed(s.taxes, "TaxLine"); });

    On<Transaction> transaction(resolvers_, "OrderTransaction");
    transaction("id", [](const Transaction& t) { return gid("OrderTransaction", t.id); });
    transaction("kind", [](const Transaction& t) { return t.kind; });
    transaction("status", [](const Transaction& t) { return t.status; });
    transaction("gateway", [](const Transaction& t) { return t.gateway; });
    transaction("formattedGateway", [](const Transaction& t) { return shown_gateway(t.gateway); });
    transaction("errorCode", [](const Transaction&) { return nullptr; });
    transaction("createdAt", [](const Transaction& t) { return t.created_at; });
    transaction("processedAt", [](const Transaction& t) { return t.processed_at; });
    transaction("amountSet", [this](const Transaction& t) { return bag(*t.order, t.amount); });
    transaction("parentTransaction", [this](const Transaction& t) -> Resolved {
        for (const Transaction& other : t.order->transactions) {
            if (other.id == t.parent_id) return view("OrderTransaction", other);
        }
        return {};
    });

    On<Metafield> metafield(resolvers_, "Metafield");
    metafield("id", [](const Metafield& m) { return gid("Metafield", m.id); });
    metafield("namespace", [](const Metafield& m) { return m.space; });
    metafield("key", [](const Metafield& m) { return m.key; });
    metafield("type", [](const Metafield& m) { return m.type; });
    metafield("value", [](const Metafield& m) { return m.value; });
    metafield("ownerType", [](const Metafield&) { return "ORDER"; });
    metafield("createdAt", [](const Metafield& m) { return m.created_at; });
    metafield("updatedAt", [](const Metafield& m) { return m.updated_at; });

    On<Refund> refund(resolvers_, "Refund");
    refund("id", [](const Refund& r) { return gid("Refund", r.id); });
    refund("legacyResourceId", [](const Refund& r) { return r.id; });
    refund("createdAt", [](const Refund& r) { return r.created_at; });
    refund("processedAt", [](const Refund& r) { return r.created_at; });
    refund("updatedAt", [](const Refund& r) { return r.updated_at; });
    refund("note", [](const Refund& r) { return or_null(r.note); });
    refund("order", [this](const Refund& r) { return view("Order", *r.order); });
    refund("totalRefundedSet", [this](const Refund& r) { return bag(*r.order, refunded(*r.order, r)); });
    refund("duties", [](const Refund&) { return List{}; });
    refund("return", [this](const Refund& r) -> Resolved {
        for (const Return& back : r.order->returns) {
            if (back.id == r.return_id) return view("Return", back);
        }
        return {};
    });
    refund("refundLineItems",
           [this](const Refund& r, const Call& call) { return nested(r.lines, "RefundLineItem", call); });
    refund("refundShippingLines",
           [this](const Refund& r, const Call& call) { return nested(r.shipping, "RefundShippingLine", call); });
    refund("orderAdjustments",
           [this](const Refund& r, const Call& call) { return nested(r.adjustments, "OrderAdjustment", call); });
    refund("transactions", [this](const Refund& r, const Call& call) {
        std::vector<Entry> entries;
        for (const Transaction& t : r.order->transactions) {
            if (t.refund_id == r.id) entries.push_back({{sort_number(t.id), t.id}, view("OrderTransaction", t)});
        }
        return cut(std::move(entries), call);
    });

    On<RefundLine> row(resolvers_, "RefundLineItem");
    row("id", [](const RefundLine& r) { return gid("RefundLineItem", r.id); });
    row("quantity", [](const RefundLine& r) { return r.quantity; });
    row("restockType", [](const RefundLine& r) { return r.restock_type; });
    row("restocked", [](const RefundLine& r) { return r.restocked; });
    row("location", [this](const RefundLine& r) { return location_view(r.location_id); });
    row("priceSet", [this](const RefundLine& r) { return bag(*r.order, share(r.subtotal, 1, r.quantity)); });
    row("subtotalSet", [this](const RefundLine& r) { return bag(*r.order, r.subtotal); });
    row("totalTaxSet", [this](const RefundLine& r) { return bag(*r.order, r.tax); });
    row("lineItem", [this](const RefundLine& r) { return view("LineItem", *r.order->line(r.line_id)); });

    On<RefundShipping> freight(resolvers_, "RefundShippingLine");
    freight("id", [](const RefundShipping& r) { return gid("RefundShippingLine", r.id); });
    freight("subtotalAmountSet", [this](const RefundShipping& r) { return bag(*r.order, r.subtotal); });
    freight("taxAmountSet", [this](const RefundShipping& r) { return bag(*r.order, r.tax); });
    freight("shippingLine", [this](const RefundShipping& r) -> Resolved {
        for (const ShippingLine& line : r.order->shipping_lines) {
            if (line.id == r.shipping_line_id) return view("ShippingLine", line);
        }
        return {};
    });

    On<Adjustment> adjustment(resolvers_, "OrderAdjustment");
    adjustment("id", [](const Adjustment& a) { return gid("OrderAdjustment", a.id); });
    adjustment("reason", [](const Adjustment& a) { return a.reason; });
    adjustment("amountSet", [this](const Adjustment& a) { return bag(*a.order, a.amount); });
    adjustment("taxAmountSet", [this](const Adjustment& a) { return bag(*a.order, a.tax); });
}

}  // namespace crossdock::sandbox::shopify
