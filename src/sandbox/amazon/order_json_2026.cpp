// SPDX-License-Identifier: Apache-2.0
// The same order as Orders 2026-01-01 shows it.
#include <nlohmann/json.hpp>

#include "sandbox/amazon/order_json.h"
#include "sandbox/amazon/people.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

json money_2026(Minor amount, const Store& store) {
    return {{"amount", decimal(amount, store.digits)}, {"currencyCode", store.currency}};
}

std::string instant(Timestamp at) {  // with milliseconds, which v0 does not have
    const std::string text = format_rfc3339(at);
    return text.size() == 20 ? text.substr(0, 19) + ".000Z" : text;
}

/// What a line brings in, by category. In VAT countries ITEM and SHIPPING contain the tax that TAX then states, as the
/// amounts of v0 do; whether live answers do is not documented.
json breakdowns(const Line& line, const Store& store, bool negative_discounts) {
    json out = json::array();
    const auto add = [&](const char* type, Minor amount) {
        if (amount != 0) out.push_back({{"type", type}, {"subtotal", money_2026(amount, store)}});
    };
    add("ITEM", line.price());
    add("SHIPPING", line.shipping);
    add("GIFT_WRAP", line.gift_wrap);
    json taxes = json::array();
    Minor tax = 0;
    const auto tax_part = [&](const char* subtype, Minor amount) {
        if (amount == 0) return;
        tax += amount;
        taxes.push_back({{"subtype", subtype}, {"value", money_2026(amount, store)}});
    };
    tax_part("ITEM", tax_on(line.price(), store));
    tax_part("SHIPPING", tax_on(line.shipping, store));
    tax_part("GIFT_WRAP", tax_on(line.gift_wrap, store));
    tax_part("DISCOUNT", -(tax_on(line.promotion, store) + tax_on(line.shipping_discount, store)));
    if (tax != 0) out.push_back({{"type", "TAX"}, {"subtotal", money_2026(tax, store)}, {"detailedBreakdowns", taxes}});
    if (const Minor discount = line.promotion + line.shipping_discount; discount != 0) {
        const Minor sign = negative_discounts ? -1 : 1;
        json parts = json::array();
        if (line.promotion != 0) parts.push_back({{"subtype", "ITEM"}, {"value", money_2026(sign * line.promotion, store)}});
        if (line.shipping_discount != 0)
            parts.push_back({{"subtype", "SHIPPING"}, {"value", money_2026(sign * line.shipping_discount, store)}});
        out.push_back(
            {{"type", "DISCOUNT"}, {"subtotal", money_2026(sign * discount, store)}, {"detailedBreakdowns", parts}});
    }
    return out;
}

json item(const World& world, const Order& order, const Line& line, const Shown2026& shown) {
    const Listing goods = world.listing(line.listing);
    const Store& store = *order.store;
    const auto wants = [&](const char* data) { return shown.data.contains(data); };
    const bool with_money = !order.without_money() && line.ordered > 0;
    json out;
    out["orderItemId"] = std::to_string(line.id);
    out["quantityOrdered"] = line.ordered;
    json product = {{"asin", goods.asin},
                    {"title", goods.title},
                    {"sellerSku", goods.sku},
                    {"condition", {{"conditionType", "NEW"}, {"conditionSubtype", "NEW"}}}};
    if (with_money) product["price"] = {{"unitPrice", money_2026(line.unit_price, store)}};
    out["product"] = product;
    if (wants("PROCEEDS") && with_money) {
        Order single = order;
        single.lines = {line};
        out["proceeds"] = {{"proceedsTotal", money_2026(total_of(single).value_or(0), store)},
                           {"breakdowns", breakdowns(line, store, shown.negative_discounts)}};
    }
    if (wants("PROMOTION") && line.promotion > 0)
        out["promotion"] = {{"breakdowns", json::array({{{"promotionId", "SBX-SUMMER-10"}}})}};
    if (wants("CANCELLATION")) {
        json cancellation = json::object();
        if (line.cancel_requested)
            cancellation["cancellationRequest"] = {{"requester", "BUYER"}, {"cancelReason", line.cancel_reason}};
        if (order.status == OrderStatus::canceled)
            cancellation["cancellationExecution"] = {
                {"cancelledBy", line.cancel_requested ? "BUYER" : "MERCHANT"},
                {"cancelReason", line.cancel_requested ? line.cancel_reason : "NO_INVENTORY"}};
        if (!cancellation.empty()) out["cancellation"] = cancellation;
    }
    if (wants("FULFILLMENT")) {
        json fulfillment = {{"quantityFulfilled", line.shipped}, {"quantityUnfulfilled", line.ordered - line.shipped}};
        if (line.gift && with_money) {
            json gift = {{"giftWrapLevel", "Classic"}};
            if (shown.buyer) gift["giftMessage"] = "Happy birthday!\nFrom all of us";
            fulfillment["packing"] = {{"giftOption", gift}};
        }
        out["fulfillment"] = fulfillment;
    }
    if (wants("TAX") && !store.tax_inside)
        out["tax"] = {{"taxCollections", json::array({{{"model", "MARKETPLACE_FACILITATOR"},
                                                       {"responsibleParty", "Amazon Services, Inc."}}})}};
    return out;
}

json packages(const Order& order) {
    json out = json::array();
    for (const Package& package : order.packages) {
        json lines = json::array();
        for (const auto& [id, units] : package.lines)
            lines.push_back({{"orderItemId", std::to_string(id)}, {"quantity", units}});
        json one = {{"packageReferenceId", package.reference},
                    {"createdTime", instant(package.created_at)},
                    {"packageStatus", {{"status", "SHIPPED"}}},
                    {"carrier", package.carrier == "Other" ? package.carrier_name : package.carrier},
                    {"shipTime", instant(package.shipped_at)},
                    {"trackingNumber", package.tracking},
                    {"packageItems", lines}};
        if (!package.method.empty()) one["shippingService"] = package.method;
        out.push_back(one);
    }
    return out;
}

/// The sums of the items' categories, in the order in which they first occur.
json order_breakdowns(const Order& order, bool negative_discounts) {
    json out = json::array();
    Minor item = 0, shipping = 0, gift = 0, tax = 0, discount = 0;
    for (const Line& line : order.lines) {
        item += line.price();
        shipping += line.shipping;
        gift += line.gift_wrap;
        discount += line.promotion + line.shipping_discount;
        tax += tax_on(line.price(), *order.store) + tax_on(line.shipping, *order.store) +
               tax_on(line.gift_wrap, *order.store) - tax_on(line.promotion, *order.store) -
               tax_on(line.shipping_discount, *order.store);
    }
    const auto add = [&](const char* type, Minor amount) {
        if (amount != 0) out.push_back({{"type", type}, {"subtotal", money_2026(amount, *order.store)}});
    };
    add("ITEM", item);
    add("SHIPPING", shipping);
    add("GIFT_WRAP", gift);
    add("TAX", tax);
    add("DISCOUNT", negative_discounts ? -discount : discount);
    return out;
}

}  // namespace

json order_2026(const World& world, const Order& order, const Shown2026& shown, Timestamp now) {
    const auto wants = [&](const char* data) { return shown.data.contains(data); };
    const Store& store = *order.store;
    const Person person = buyer_of(order);
    json out;
    out["orderId"] = order.id;
    if (!order.seller_order_id.empty())
        out["orderAliases"] = json::array({{{"aliasId", order.seller_order_id}, {"aliasType", "SELLER_ORDER_ID"}}});
    out["createdTime"] = instant(order.created_at);
    out["lastUpdatedTime"] = instant(order.updated_at);
    json programs = json::array();
    if (order.prime) programs.push_back("PRIME");
    if (order.business) programs.push_back("AMAZON_BUSINESS");
    if (order.ship_plus) programs.push_back("FBM_SHIP_PLUS");
    if (!programs.empty()) out["programs"] = programs;
    out["salesChannel"] = {{"channelName", order.non_amazon ? "NON_AMAZON" : "AMAZON"},
                           {"marketplaceId", store.id},
                           {"marketplaceName", order.non_amazon ? "Non-Amazon" : store.name}};
    // Personal data of the 2026 API: for orders the merchant ships, from payment to shipment, and by role alone.
    const bool open_to_us = !order.afn && has_address(order);
    if (wants("BUYER")) {
        json buyer = json::object();
        if (shown.buyer && open_to_us) {
            buyer["buyerName"] = person.name;
            buyer["buyerEmail"] = person.email;
        }
        if (order.business) {
            buyer["buyerCompanyName"] = person.company;
            buyer["buyerPurchaseOrderNumber"] = "PO-" + std::to_string(order.seed % 100'000);
        }
        if (!buyer.empty()) out["buyer"] = buyer;
    }
    if (wants("RECIPIENT") && has_address(order)) {
        json address = json::object();
        if (shown.address) {
            address["name"] = person.name;
            if (!person.company.empty()) address["companyName"] = person.company;
            address["addressLine1"] = person.line1;
            if (!person.line2.empty()) address["addressLine2"] = person.line2;
        }
        address["city"] = person.city;
        if (!person.state.empty()) address["stateOrRegion"] = person.state;
        if (shown.address) address["postalCode"] = person.postal_code;
        address["countryCode"] = person.country;
        if (shown.address && has_phone(order, now)) address["phone"] = person.phone;
        address["addressType"] = order.business ? "COMMERCIAL" : "RESIDENTIAL";
        out["recipient"] = {{"deliveryAddress", address}};
    }
    if (const auto total = total_of(order); wants("PROCEEDS") && total)
        out["proceeds"] = {{"grandTotal", money_2026(*total, store)},
                           {"breakdowns", order_breakdowns(order, shown.negative_discounts)}};
    if (const auto total = total_of(order); wants("PAYMENT") && total)
        out["payment"] = {{"paymentExecutions",
                           json::array({{{"paymentMethod", order.cash_on_delivery ? "CashOnDelivery" : "CreditCard"},
                                         {"paymentAmount", money_2026(*total, store)}}})}};
    if (wants("FULFILLMENT")) {
        json fulfillment = {
            {"fulfillmentStatus", name_2026(order.status)},
            {"fulfilledBy", order.afn ? "AMAZON" : "MERCHANT"},
            {"fulfillmentServiceLevel", order.prime ? "NEXT_DAY" : "STANDARD"},
            {"shipByWindow",
             {{"earliestDateTime", instant(order.created_at)}, {"latestDateTime", instant(order.latest_ship())}}}};
        if (!order.without_money())
            fulfillment["deliverByWindow"] = {{"earliestDateTime", instant(order.created_at + std::chrono::hours(72))},
                                              {"latestDateTime", instant(order.latest_delivery())}};
        out["fulfillment"] = fulfillment;
    }
    json items = json::array();
    for (const Line& line : order.lines) items.push_back(item(world, order, line, shown));
    out["orderItems"] = items;
    if (wants("PACKAGES") && !order.afn && !order.packages.empty()) out["packages"] = packages(order);
    return out;
}

}  // namespace crossdock::sandbox::amazon
