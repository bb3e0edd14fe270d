// SPDX-License-Identifier: Apache-2.0
// Finances 2024-06-19: the same events as transactions, deferred ones from the moment they happen.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr auto kTransactionTokenLife = std::chrono::minutes(3);

json transaction_money(Minor amount, const Store& store) {
    return {{"currencyAmount", number(amount, store.digits)}, {"currencyCode", store.currency}};
}
json part(const char* type, Minor amount, const Store& store, json below = json::array()) {
    return {{"breakdownType", type}, {"breakdownAmount", transaction_money(amount, store)}, {"breakdowns", std::move(below)}};
}

json transaction_refund_item(const World& world, const Order& order, const RefundLine& refund, Minor& total) {
    const Store& store = *order.store;
    const Listing goods = world.listing(order.lines[refund.line].listing);
    json breakdowns = json::array();
    if (const Minor products = -refund.principal + refund.promotion - refund.goodwill; products != 0) {
        json below = json::array();
        if (refund.principal != 0) below.push_back(part("OurPricePrincipal", -refund.principal, store));
        if (refund.promotion != 0) below.push_back(part("Promotion", refund.promotion, store));
        if (refund.goodwill != 0) below.push_back(part("Goodwill", -refund.goodwill, store));
        breakdowns.push_back(part("ProductCharges", products, store, below));
    }
    const Minor tax = refund.tax + refund.shipping_tax;
    if (tax != 0) breakdowns.push_back(part("Tax", -tax, store, json::array({part("OurPriceTax", -tax, store)})));
    if (refund.shipping != 0) breakdowns.push_back(part("Shipping", -refund.shipping, store));
    if (refund.restocking != 0) breakdowns.push_back(part("RestockingFee", refund.restocking, store));
    const Minor fees = refund.commission() - refund.refund_commission();
    if (fees != 0)
        breakdowns.push_back(part("AmazonFees", fees, store,
                                  json::array({part("Commission", refund.commission(), store),
                                               part("RefundCommission", -refund.refund_commission(), store)})));
    const Minor net = fees - refund.total();
    total += net;
    return {{"description", goods.title},
            {"relatedIdentifiers", json::array({{{"itemRelatedIdentifierName", "ORDER_ADJUSTMENT_ITEM_ID"},
                                                 {"itemRelatedIdentifierValue", refund.adjustment_id}}})},
            {"totalAmount", transaction_money(net, store)},
            {"contexts", json::array({{{"contextType", "ProductContext"},
                                       {"asin", goods.asin},
                                       {"sku", goods.sku},
                                       {"quantityShipped", refund.units},
                                       {"fulfillmentNetwork", order.afn ? "AFN" : "MFN"}}})},
            {"breakdowns", breakdowns}};
}

json transaction_shipment_item(const World& world, const Order& order, const Line& line, Minor& total) {
    const Store& store = *order.store;
    const Listing goods = world.listing(line.listing);
    const Minor tax = tax_on(line.price(), store);
    const Minor net = store.tax_inside ? line.price() - tax : line.price();
    const Minor fees = -(net * 15 / 100);
    total += net + tax + fees;
    return {{"description", goods.title},
            {"totalAmount", transaction_money(net + tax + fees, store)},
            {"contexts", json::array({{{"contextType", "ProductContext"},
                                       {"asin", goods.asin},
                                       {"sku", goods.sku},
                                       {"quantityShipped", line.shipped},
                                       {"fulfillmentNetwork", order.afn ? "AFN" : "MFN"}}})},
            {"breakdowns", json::array({part("ProductCharges", net, store), part("Tax", tax, store),
                                        part("AmazonFees", fees, store)})}};
}

std::string status_of(const FinancialEvent& event) {
    return event.deferred ? "DEFERRED" : event.released_at ? "DEFERRED_RELEASED" : "RELEASED";
}

json transaction_json(const World& world, const FinancialEvent& event, const std::string& seller_id) {
    const Order& order = world.orders[event.order];
    const Store& store = *order.store;
    json identifiers = json::array();
    const auto identify = [&](const char* name, const std::string& value) {
        identifiers.push_back({{"relatedIdentifierName", name}, {"relatedIdentifierValue", value}});
    };
    identify("ORDER_ID", order.id);
    if (!event.shipment) identify("REFUND_ID", event.id);
    if (!event.renamed_id.empty()) identify("DEFERRED_TRANSACTION_ID", event.transaction_id);
    identify("FINANCIAL_EVENT_GROUP_ID", "SBXGROUP" + std::to_string(to_ms(event.posted_at) / 1000 / 86'400 / 14));
    Minor total = 0;
    json items = json::array();
    if (event.shipment) {
        for (const Line& line : order.lines) {
            if (line.shipped > 0) items.push_back(transaction_shipment_item(world, order, line, total));
        }
    } else {
        for (const RefundLine& line : event.lines) items.push_back(transaction_refund_item(world, order, line, total));
    }
    json contexts = json::array();
    if (event.deferred || event.released_at)
        contexts.push_back(
            {{"contextType", "DeferredContext"},
             {"deferralReason", "DD7"},
             {"maturityDate", format_rfc3339(event.released_at.value_or(event.posted_at + std::chrono::hours(168)))}});
    json out;
    out["sellingPartnerMetadata"] = {
        {"sellingPartnerId", seller_id}, {"accountType", "Standard Orders"}, {"marketplaceId", store.id}};
    out["relatedIdentifiers"] = identifiers;
    // Refunds, claims and chargebacks cannot be told apart here.
    out["transactionType"] = event.shipment ? "Shipment" : "Refund";
    out["transactionId"] = event.renamed_id.empty() ? event.transaction_id : event.renamed_id;
    out["transactionStatus"] = status_of(event);
    out["description"] = event.shipment ? "Order Payment" : "Refund Order";
    out["postedDate"] = format_rfc3339(event.posted_at);
    out["totalAmount"] = transaction_money(total, store);
    out["marketplaceDetails"] = {{"marketplaceId", store.id}, {"marketplaceName", store.name}};
    out["items"] = items;
    out["contexts"] = contexts;
    out["breakdowns"] = json::array({{{"breakdownType", event.shipment ? "Sales" : "Expenses"},
                                      {"breakdownAmount", transaction_money(total, store)},
                                      {"breakdowns", json::array()}}});
    return out;
}

}  // namespace

http::Response SellerImpl::list_transactions(Call& call) {
    const AskedTime from = time_parameter(call, "postedAfter"), to = time_parameter(call, "postedBefore");
    if (from.bad || to.bad) return invalid_input("The date must be in ISO 8601 format.");
    const std::string by = call.text("relatedIdentifierName"), value = call.text("relatedIdentifierValue");
    if (!by.empty() && by != "ORDER_ID" && by != "FINANCIAL_EVENT_GROUP_ID")
        return invalid_input("relatedIdentifierName cannot be used for filtering: " + by);
    if (by.empty() != value.empty())
        return invalid_input("relatedIdentifierName and relatedIdentifierValue belong together.");
    if (!from.given && by.empty()) return invalid_input("postedAfter is required when no related identifier is given.");
    const Timestamp newest = world_.now() - std::chrono::minutes(2);
    if ((from.given && from.at > newest) || (to.given && to.at > newest))
        return invalid_input("The date must be more than two minutes before the time of the request.");
    if (to.given && from.given && to.at <= from.at)
        return invalid_input("postedBefore must be later than postedAfter.");
    const std::string status = call.text("transactionStatus");
    if (!status.empty() && status != "DEFERRED" && status != "RELEASED" && status != "DEFERRED_RELEASED")
        return invalid_input("Invalid transactionStatus: " + status);
    const std::string store = call.text("marketplaceId");
    if (!store.empty() && own_store(store) == nullptr) return invalid_input("Invalid marketplaceId: " + store);
    PagePosition position;
    if (auto refused = read_page(call, "nextToken", kTransactionTokenLife, position)) return std::move(*refused);

    const Timestamp until = to.given ? to.at : position.bound.empty() ? newest : from_ms(std::stoll(position.bound));
    json list = json::array();
    std::string next;
    if (!from.given || until - from.at <= std::chrono::days(180)) {
        std::size_t room = static_cast<std::size_t>(options_.transactions_per_page);
        if (call.page_fault == "half_page") room = std::max<std::size_t>(1, room / 2);
        if (call.page_fault == "empty_page") room = 0;
        const Timestamp start = from.given ? from.at : from_ms(1);
        const std::string first = place_text(start - std::chrono::milliseconds(1), 0);
        std::string last = first;
        for (auto at = position.at.empty() ? world_.events_by_date.lower_bound({start, 0})
                                           : world_.events_by_date.upper_bound(place_of(position.at));
             at != world_.events_by_date.end() && at->first < until; ++at) {
            const FinancialEvent& event = world_.events[at->second];
            const Order& order = world_.orders[event.order];
            if (event.posted_at + options_.finance_lag > world_.now()) continue;
            if (!status.empty() && status_of(event) != status) continue;
            // "Leave the marketplace out to get US merchant-fulfilled orders."
            const bool us_merchant = !order.afn && std::string_view(order.store->country) == "US";
            if (!store.empty() && (store != order.store->id || us_merchant)) continue;
            if (by == "ORDER_ID" && value != order.id) continue;
            if (by == "FINANCIAL_EVENT_GROUP_ID" &&
                value != "SBXGROUP" + std::to_string(to_ms(event.posted_at) / 1000 / 86'400 / 14))
                continue;
            if (list.size() == room) {
                next = last;
                break;
            }
            list.push_back(transaction_json(world_, event, options_.seller_id));
            last = place_text(at->first, at->second);
        }
        if (call.page_fault == "empty_page" || call.page_fault == "repeat_cursor")
            next = position.at.empty() ? first : position.at;
    }
    json payload = {{"transactions", list}};
    if (!next.empty())
        payload["nextToken"] = pages_.issue(call.operation, call.parameters_but("nextToken"),
                                            {next, std::to_string(to_ms(until))}, world_.now());
    return answer({{"payload", payload}});
}

}  // namespace crossdock::sandbox::amazon
