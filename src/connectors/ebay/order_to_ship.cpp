// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/order_to_ship.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::int64_t kNoSuchOrder = 32100;

Error not_shippable_order(const Error& error) {
    return {ErrorKind::not_found, "order_unknown", error.message + "; eBay does not have this order (any more)"};
}

void read_lines(JsonView order, OrderToShip& out) {
    for (const JsonView node : order["lineItems"]) {
        OrderToShip::Line line;
        line.id = node["lineItemId"].text().value_or("");
        line.ordered = std::clamp<std::int64_t>(node["quantity"].integer().value_or(0), 0, 1'000'000'000);
        if (!line.id.empty()) out.lines.push_back(std::move(line));
    }
}

void read_parcels(JsonView list, OrderToShip& out) {
    for (const JsonView node : list) {
        OrderToShip::Parcel parcel;
        parcel.id = node["fulfillmentId"].text().value_or("");
        parcel.tracking_number = node["shipmentTrackingNumber"].text().value_or("");
        for (const JsonView one : node["lineItems"]) {
            const std::string id = one["lineItemId"].text().value_or("");
            for (OrderToShip::Line& line : out.lines) {
                if (line.id != id) continue;
                // No quantity: the whole line.
                const std::int64_t units =
                    std::clamp<std::int64_t>(one["quantity"].integer().value_or(line.ordered), 0, line.ordered);
                line.shipped += units;
                parcel.lines.emplace_back(id, units);
            }
        }
        out.parcels.push_back(std::move(parcel));
    }
}

}  // namespace

Result<OrderToShip> read_order_to_ship(Client& client, const std::string& order_id) {
    const std::string path = "/order/" + path_part(order_id);
    Call call{Api::fulfillment, "getOrder", path};
    call.query = {{"fieldGroups", "TAX_BREAKDOWN"}};
    call.push = true;
    Refusal why;
    const auto order = client.call(call, &why);
    if (!order) {
        const bool unknown = order.error().kind == ErrorKind::not_found || why.has(kNoSuchOrder);
        return unknown ? not_shippable_order(order.error()) : order.error();
    }
    const JsonView root = order->root;
    if (!root["orderId"] || !root["lineItems"].is_array())
        return Error{ErrorKind::unavailable, "ebay_bad_answer", "eBay answered getOrder without an order"};
    OrderToShip out;
    if (root["cancelStatus"]["cancelState"].word() == "CANCELED")
        out.state = OrderToShip::State::cancelled;
    else if (root["orderPaymentStatus"].word() == "PENDING" || root["orderPaymentStatus"].word() == "FAILED")
        out.state = OrderToShip::State::unpaid;
    out.by_ebay = root["program"]["fulfillmentProgram"]["fulfilledBy"].word() == "EBAY";
    if (const auto at = parse_iso8601(root["creationDate"].word(), ZoneRule::required)) out.ordered_at = *at;
    read_lines(root, out);

    Call parcels{Api::fulfillment, "getShippingFulfillments", path + "/shipping_fulfillment"};
    parcels.push = true;
    const auto list = client.call(parcels);
    if (!list && list.error().kind != ErrorKind::not_found) return list.error();
    if (list) read_parcels(list->root["fulfillments"], out);
    // A line that eBay calls shipped is, whether or not a parcel says so.
    for (const JsonView node : root["lineItems"])
        if (node["lineItemFulfillmentStatus"].word() == "FULFILLED")
            for (OrderToShip::Line& line : out.lines)
                if (line.id == node["lineItemId"].text()) line.shipped = std::max(line.shipped, line.ordered);
    return out;
}

}  // namespace crossdock::connectors::ebay
