// SPDX-License-Identifier: Apache-2.0
// Order and its lines as GraphQL shows them.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

/// Taxes of the whole order: the lines' (and shipping's) under their titles.
std::vector<TaxLine> tax_sums(const Order& order) {
    std::vector<TaxLine> sums;
    const auto add = [&](const TaxLine& tax) {
        for (TaxLine& sum : sums) {
            if (sum.title == tax.title && sum.rate == tax.rate) {
                sum.amount += tax.amount;
                return;
            }
        }
        sums.push_back(tax);
    };
    for (const Line& line : order.lines) {
        for (const TaxLine& tax : line.taxes) add(tax);
    }
    for (const ShippingLine& line : order.shipping_lines) {
        for (const TaxLine& tax : line.taxes) add(tax);
    }
    return sums;
}

}  // namespace

void Api::bind_orders() {
    On<Order> order(resolvers_, "Order");
    order("id", [](const Order& o) { return gid("Order", o.id); });
    order("legacyResourceId", [](const Order& o) { return o.id; });
    order("name", [](const Order& o) { return o.name; });
    order("number", [](const Order& o) { return o.number; });
    order("confirmationNumber", [](const Order& o) { return o.confirmation_number; });
    order("createdAt", [](const Order& o) { return o.created_at; });
    order("processedAt", [](const Order& o) { return o.processed_at; });
    order("updatedAt", [](const Order& o) { return o.updated_at; });
    order("cancelledAt", [](const Order& o) { return o.cancelled_at; });
    order("cancelReason", [](const Order& o) { return or_null(o.cancel_reason); });
    order("closed", [](const Order& o) { return o.closed_at.has_value(); });
    order("closedAt", [](const Order& o) { return o.closed_at; });
    order("confirmed", [](const Order&) { return true; });
    order("edited", [](const Order& o) { return o.edited; });
    order("test", [](const Order& o) { return o.test; });
    order("displayFinancialStatus", [](const Order& o) { return or_null(financial_status(o)); });
    order("displayFulfillmentStatus", [](const Order& o) { return fulfillment_status(o); });
    order("returnStatus", [](const Order& o) { return o.returns.empty() ? "NO_RETURN" : "RETURNED"; });
    order("currencyCode", [](const Order& o) { return o.currency; });
    order("presentmentCurrencyCode", [](const Order& o) { return o.presentment; });
    order("taxesIncluded", [](const Order& o) { return o.taxes_included; });
    order("dutiesIncluded", [](const Order&) { return false; });
    order("taxExempt", [](const Order&) { return false; });
    order("unpaid", [](const Order& o) { return received(o).presentment == 0; });
    order("fullyPaid", [](const Order& o) { return outstanding(o).presentment == 0; });
    order("email", [](const Order& o) { return or_null(o.email); });
    order("phone", [](const Order& o) { return or_null(o.phone); });
    order("note", [](const Order& o) { return or_null(o.note); });
    order("poNumber", [](const Order& o) { return or_null(o.po_number); });
    order("tags", [this](const Order& o) { return texts(o.tags); });
    order("sourceName", [](const Order& o) { return o.source_name; });
    order("sourceIdentifier", [](const Order&) { return nullptr; });
    order("discountCodes", [this](const Order& o) { return texts(o.discount_codes); });
    order("paymentGatewayNames", [this](const Order& o) { return texts(o.gateways); });
    order("customAttributes", [this](const Order& o) { return listed(o.attributes, "Attribute"); });
    order("customer", [this](const Order& o) { return view("Customer", world_.customer(o.customer_id)); });
    order("app", [this](const Order& o) {
        return own("OrderApp", NameValue{o.source_name == "pos" ? "Point of Sale" : "Online Store",
                                         o.source_name == "pos" ? "129785" : "580111"});
    });
    order("retailLocation", [this](const Order& o) { return location_view(o.retail_location_id); });
    order("billingAddress",
          [this](const Order& o) { return view("MailingAddress", o.billing ? &*o.billing : nullptr); });
    order("shippingAddress",
          [this](const Order& o) { return view("MailingAddress", o.shipping ? &*o.shipping : nullptr); });

    order("subtotalPriceSet", [this](const Order& o) { return bag(o, ordered_totals(o).subtotal); });
    order("totalShippingPriceSet", [this](const Order& o) { return bag(o, ordered_totals(o).shipping); });
    order("totalTaxSet", [this](const Order& o) { return bag(o, ordered_totals(o).tax); });
    order("totalDiscountsSet", [this](const Order& o) { return bag(o, ordered_totals(o).discounts); });
    order("totalPriceSet", [this](const Order& o) { return bag(o, ordered_totals(o).total); });
    order("totalTipReceivedSet", [this](const Order& o) { return bag(o, o.tip); });
    order("totalReceivedSet", [this](const Order& o) { return bag(o, received(o)); });
    order("totalRefundedSet", [this](const Order& o) { return bag(o, refunded(o)); });
    order("netPaymentSet", [this](const Order& o) { return bag(o, received(o) - refunded(o)); });
    order("totalOutstandingSet", [this](const Order& o) { return bag(o, outstanding(o)); });
    order("originalTotalDutiesSet", [](const Order&) { return nullptr; });
    order("originalTotalAdditionalFeesSet", [](const Order&) { return nullptr; });
    order("currentSubtotalPriceSet", [this](const Order& o) { return bag(o, current_totals(o).subtotal); });
    order("currentShippingPriceSet", [this](const Order& o) { return bag(o, current_totals(o).shipping); });
    order("currentTotalTaxSet", [this](const Order& o) { return bag(o, current_totals(o).tax); });
    order("currentTotalDiscountsSet", [this](const Order& o) { return bag(o, current_totals(o).discounts); });
    order("currentTotalPriceSet", [this](const Order& o) { return bag(o, current_totals(o).total); });
    order("currentSubtotalLineItemsQuantity", [](const Order& o) {
        int sum = 0;
        for (const Line& line : o.lines) sum += line.current();
        return sum;
    });
    order("subtotalLineItemsQuantity", [](const Order& o) {
        int sum = 0;
        for (const Line& line : o.lines) sum += line.quantity;
        return sum;
    });
    order("taxLines", [this](const Order& o) {
        List list;
        for (const TaxLine& tax : tax_sums(o)) list.items.emplace_back(own("TaxLine", tax));
        return list;
    });
    order("shippingLines",
          [this](const Order& o, const Call& call) { return nested(o.shipping_lines, "ShippingLine", call); });
    order("lineItems", [this](const Order& o, const Call& call) { return nested(o.lines, "LineItem", call); });
    order("discountApplications", [this](const Order& o, const Call& call) {
        std::vector<Entry> entries;
        for (const DiscountApplication& d : o.discounts) {
            const char* type = d.kind == "code"     ? "DiscountCodeApplication"
                               : d.kind == "manual" ? "ManualDiscountApplication"
                                                    : "AutomaticDiscountApplication";
            entries.push_back({{sort_number(d.index), d.index}, view(type, d)});
        }
        return cut(std::move(entries), call);
    });
    order("fulfillmentOrders", [this](const Order& o, const Call& call) {
        std::vector<Entry> entries;
        const bool displayable = call.arguments.value("displayable", false);
        const bool merchant = request_.may("read_merchant_managed_fulfillment_orders") ||
                              request_.may("read_assigned_fulfillment_orders");
        for (const FulfillmentOrder& group : o.fulfillment_orders) {
            const Location* place = world_.location(group.location_id);
            const bool foreign = place != nullptr && place->fulfillment_service;
            // Without the scope they are not refused but silently missing.
            if (foreign ? !request_.may("read_third_party_fulfillment_orders") : !merchant) continue;
            if (displayable && group.replaced) continue;
            entries.push_back({{sort_number(group.id), group.id}, view("FulfillmentOrder", group)});
        }
        return cut(std::move(entries), call);
    });
    order("fulfillments",
          [this](const Order& o, const Call& call) { return listed(o.fulfillments, "Fulfillment", &call); });
    order("refunds", [this](const Order& o, const Call& call) { return listed(o.refunds, "Refund", &call); });
    order("transactions",
          [this](const Order& o, const Call& call) { return listed(o.transactions, "OrderTransaction", &call); });
    order("metafield", [this](const Order& o, const Call& call) -> Resolved {
        for (const Metafield& m : o.metafields) {
            if (m.key == call.arguments.value("key", "") && m.space == call.arguments.value("namespace", "crossdock"))
                return view("Metafield", m);
        }
        return {};
    });

    On<NameValue>(resolvers_, "OrderApp")("id", [](const NameValue& a) { return "gid://shopify/App/" + a.value; })(
        "name", [](const NameValue& a) { return a.name; });
    On<Attribute>(resolvers_, "Attribute")("key", [](const Attribute& a) { return a.key; })(
        "value", [](const Attribute& a) { return a.value; });

    On<Customer> customer(resolvers_, "Customer");
    customer("id", [](const Customer& c) { return gid("Customer", c.id); });
    customer("legacyResourceId", [](const Customer& c) { return c.id; });
    customer("displayName", [](const Customer& c) { return c.first_name + " " + c.last_name; });
    customer("firstName", [](const Customer& c) { return c.first_name; });
    customer("lastName", [](const Customer& c) { return c.last_name; });
    customer("email", [](const Customer& c) { return c.email; });

    On<Address> address(resolvers_, "MailingAddress");
    address("id", [](const Address& a) {
        return "gid://shopify/MailingAddress/" + std::to_string(std::hash<std::string>{}(a.address1) % 1'000'000'000);
    });
    address("name", [](const Address& a) { return a.first_name + " " + a.last_name; });
    address("firstName", [](const Address& a) { return or_null(a.first_name); });
    address("lastName", [](const Address& a) { return or_null(a.last_name); });
    address("company", [](const Address& a) { return or_null(a.company); });
    address("address1", [](const Address& a) { return or_null(a.address1); });
    address("address2", [](const Address& a) { return or_null(a.address2); });
    address("city", [](const Address& a) { return or_null(a.city); });
    address("province", [](const Address& a) { return or_null(a.province); });
    address("provinceCode", [](const Address& a) { return or_null(a.province_code); });
    address("zip", [](const Address& a) { return or_null(a.zip); });
    address("country", [](const Address& a) { return or_null(a.country); });
    address("countryCodeV2", [](const Address& a) { return or_null(a.country_code); });
    address("phone", [](const Address& a) { return or_null(a.phone); });

    On<Line> line(resolvers_, "LineItem");
    line("id", [](const Line& l) { return gid("LineItem", l.id); });
    line("name", [](const Line& l) { return l.name; });
    line("title", [](const Line& l) { return l.title; });
    line("variantTitle", [](const Line& l) { return or_null(l.variant_title); });
    line("sku", [](const Line& l) -> Resolved { return l.variant_id == 0 ? Resolved{} : Resolved(l.sku); });
    line("vendor", [](const Line& l) { return or_null(l.vendor); });
    line("quantity", [](const Line& l) { return l.quantity; });
    line("currentQuantity", [](const Line& l) { return l.current(); });
    line("unfulfilledQuantity", [](const Line& l) { return l.unfulfilled(); });
    line("nonFulfillableQuantity", [](const Line& l) { return l.removed + l.refunded_unshipped; });
    line("refundableQuantity", [](const Line& l) { return l.current(); });
    line("requiresShipping", [](const Line& l) { return l.requires_shipping; });
    line("taxable", [](const Line& l) { return l.taxable; });
    line("isGiftCard", [](const Line& l) { return l.gift_card; });
    line("customAttributes", [this](const Line& l) { return listed(l.attributes, "Attribute"); });
    line("variant", [this](const Line& l) { return view("ProductVariant", world_.variant(l.variant_id)); });
    line("product", [this](const Line& l) { return view("Product", world_.product(l.product_id)); });
    line("originalUnitPriceSet", [this](const Line& l) { return bag(*l.order, l.unit_price); });
    line("originalTotalSet", [this](const Line& l) { return bag(*l.order, original_total(l)); });
    line("totalDiscountSet", [this](const Line& l) { return bag(*l.order, line_level_discount(l, true)); });
    line("discountedUnitPriceSet", [this](const Line& l) {
        return bag(*l.order, share(original_total(l) - line_level_discount(l, false), 1, l.quantity));
    });
    line("discountedTotalSet", [this](const Line& l, const Call& call) {
        return bag(*l.order,
                   original_total(l) - line_level_discount(l, call.arguments.value("withCodeDiscounts", false)));
    });
    line("discountedUnitPriceAfterAllDiscountsSet",
         [this](const Line& l) { return bag(*l.order, share(original_total(l) - discount_of(l), 1, l.quantity)); });
    line("discountAllocations", [this](const Line& l) { return listed(l.allocations, "DiscountAllocation"); });
    line("taxLines", [this](const Line& l, const Call& call) { return listed(l.taxes, "TaxLine", &call); });
}

}  // namespace crossdock::sandbox::shopify
