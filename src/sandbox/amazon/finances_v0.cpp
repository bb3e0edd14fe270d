// SPDX-License-Identifier: Apache-2.0
// Finances v0: events by the time they were posted. Deferred refunds do not show until they are released.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr auto kEventTokenLife = std::chrono::minutes(3);

json event_money(Minor amount, const Store& store) {
    return {{"CurrencyCode", store.currency}, {"CurrencyAmount", number(amount, store.digits)}};
}
json charge(const char* type, Minor amount, const Store& store) {
    return {{"ChargeType", type}, {"ChargeAmount", event_money(amount, store)}};
}
json fee(const char* type, Minor amount, const Store& store) {
    return {{"FeeType", type}, {"FeeAmount", event_money(amount, store)}};
}

json event_shipment_item(const World& world, const Order& order, const Line& line) {
    const Store& store = *order.store;
    const Minor tax = tax_on(line.price(), store);
    const Minor net = store.tax_inside ? line.price() - tax : line.price();
    json out = {{"SellerSKU", world.listing(line.listing).sku},
                {"OrderItemId", std::to_string(line.id)},
                {"QuantityShipped", line.shipped},
                {"ItemChargeList", json::array({charge("Principal", net, store), charge("Tax", tax, store),
                                                charge("ShippingCharge", line.shipping, store)})},
                {"ItemFeeList", json::array({fee("Commission", -(net * 15 / 100), store)})}};
    return out;
}

json event_refund_item(const World& world, const Order& order, const RefundLine& refund) {
    const Store& store = *order.store;
    json charges = json::array();
    const auto add = [&](const char* type, Minor amount) {
        if (amount != 0) charges.push_back(charge(type, amount, store));
    };
    add("Principal", -refund.principal);
    add("Tax", -refund.tax);
    add("ShippingCharge", -refund.shipping);
    add("ShippingTax", -refund.shipping_tax);
    add("Goodwill", -refund.goodwill);
    add("RestockingFee", refund.restocking);
    json out = {{"SellerSKU", world.listing(order.lines[refund.line].listing).sku},
                {"OrderAdjustmentItemId", refund.adjustment_id},
                {"QuantityShipped", refund.units},
                {"ItemChargeAdjustmentList", charges}};
    if (refund.principal != 0)
        out["ItemFeeAdjustmentList"] = json::array({fee("Commission", refund.commission(), store),
                                                    fee("RefundCommission", -refund.refund_commission(), store)});
    if (refund.tax != 0 && !store.tax_inside)
        out["ItemTaxWithheldList"] = json::array(
            {{{"TaxCollectionModel", "MarketplaceFacilitator"},
              {"TaxesWithheld", json::array({charge("MarketplaceFacilitatorTax-Principal", refund.tax, store)})}}});
    if (refund.promotion != 0)
        out["PromotionAdjustmentList"] = json::array({{{"PromotionType", "PromotionMetaDataDefinitionValue"},
                                                       {"PromotionId", "SBX-SUMMER-10"},
                                                       {"PromotionAmount", event_money(refund.promotion, store)}}});
    return out;
}

const char* list_of(const FinancialEvent& event) {
    if (event.shipment) return "ShipmentEventList";
    if (event.kind == RefundKind::claim) return "GuaranteeClaimEventList";
    return event.kind == RefundKind::chargeback ? "ChargebackEventList" : "RefundEventList";
}

json event_json(const World& world, const FinancialEvent& event) {
    const Order& order = world.orders[event.order];
    json out = {{"AmazonOrderId", order.id},
                {"SellerOrderId", order.seller_order_id.empty() ? order.id : order.seller_order_id},
                {"MarketplaceName", order.store->name},
                {"PostedDate", format_rfc3339(event.posted_at)}};
    json items = json::array();
    if (event.shipment) {
        for (const Line& line : order.lines) {
            if (line.shipped > 0) items.push_back(event_shipment_item(world, order, line));
        }
    } else {
        for (const RefundLine& line : event.lines) items.push_back(event_refund_item(world, order, line));
    }
    out[event.shipment ? "ShipmentItemList" : "ShipmentItemAdjustmentList"] = items;
    return out;
}

json empty_lists() {  // a few of the thirty-four
    json out;
    for (const char* name :
         {"ShipmentEventList", "ShipmentSettleEventList", "RefundEventList", "GuaranteeClaimEventList",
          "ChargebackEventList", "ServiceFeeEventList", "AdjustmentEventList", "CouponPaymentEventList"})
        out[name] = json::array();
    return out;
}

}  // namespace

bool SellerImpl::finance_visible(const FinancialEvent& event) const {
    return std::max(event.posted_at, event.released_at.value_or(event.posted_at)) + options_.finance_lag <=
           world_.now();
}

http::Response SellerImpl::financial_events(Call& call) {
    const AskedTime from = time_parameter(call, "PostedAfter"), to = time_parameter(call, "PostedBefore");
    if (from.bad || to.bad) return invalid_input("The date must be in ISO 8601 format.");
    if (!from.given && !call.has("NextToken")) return invalid_input("PostedAfter is missing.");
    const auto size = size_parameter(call, "MaxResultsPerPage", 100, 100);
    if (!size) return invalid_input("MaxResultsPerPage must be between 1 and 100.");
    const Timestamp newest = world_.now() - std::chrono::minutes(2);
    if ((from.given && from.at > newest) || (to.given && to.at > newest))
        return invalid_input("Date range is invalid: dates must be no later than two minutes before the request.");
    if (to.given && to.at <= from.at) return invalid_input("PostedBefore must be later than PostedAfter.");
    PagePosition position;
    if (auto refused = read_page(call, "NextToken", kEventTokenLife, position)) return std::move(*refused);
    json lists = empty_lists();
    json payload;
    std::string next;
    // More than 180 days are answered by nothing at all.
    const Timestamp until = to.given ? to.at : position.bound.empty() ? newest : from_ms(std::stoll(position.bound));
    if (until - from.at <= std::chrono::days(180)) {
        const std::size_t room = call.page_fault == "empty_page" ? 0
                                 : call.page_fault == "half_page"
                                     ? std::max<std::size_t>(1, static_cast<std::size_t>(*size) / 2)
                                     : static_cast<std::size_t>(*size);
        std::size_t taken = 0;
        const std::string first = place_text(from.at - std::chrono::milliseconds(1), 0);
        std::string last = first;
        for (auto at = position.at.empty() ? world_.events_by_date.lower_bound({from.at, 0})
                                           : world_.events_by_date.upper_bound(place_of(position.at));
             at != world_.events_by_date.end() && at->first < until; ++at) {
            const FinancialEvent& event = world_.events[at->second];
            if (event.deferred || !finance_visible(event)) continue;
            if (taken == room) {
                next = last;
                break;
            }
            lists[list_of(event)].push_back(event_json(world_, event));
            ++taken;
            last = place_text(at->first, at->second);
        }
        if (call.page_fault == "empty_page" || call.page_fault == "repeat_cursor")
            next = position.at.empty() ? first : position.at;
    }
    if (!next.empty())
        payload["NextToken"] = pages_.issue(call.operation, call.parameters_but("NextToken"),
                                            {next, std::to_string(to_ms(until))}, world_.now());
    payload["FinancialEvents"] = lists;
    return answer({{"payload", payload}});
}

http::Response SellerImpl::financial_events_of_order(Call& call) {
    json lists = empty_lists();
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return invalid_input("Invalid order id.");
    for (const auto& [date, index] : world_.events_by_date) {
        const FinancialEvent& event = world_.events[index];
        if (event.order == order->index && !event.deferred && finance_visible(event))
            lists[list_of(event)].push_back(event_json(world_, event));
    }
    return answer({{"payload", {{"FinancialEvents", lists}}}});
}

}  // namespace crossdock::sandbox::amazon
