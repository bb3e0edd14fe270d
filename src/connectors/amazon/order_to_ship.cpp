// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_to_ship.h"

#include "connectors/amazon/amounts.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr int kMaxPages = 50;

OrderToShip::State state_of(std::string_view word) {
    if (word == "Pending" || word == "PendingAvailability" || word == "PENDING" || word == "PENDING_AVAILABILITY")
        return OrderToShip::State::pending;
    if (word == "Canceled" || word == "CANCELLED") return OrderToShip::State::cancelled;
    return OrderToShip::State::open;
}

Timestamp time_of(JsonView field) {
    const auto at = parse_iso8601(field.word(), ZoneRule::required);
    return at ? *at : Timestamp{};
}

Error unreadable() {
    return {ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the order or its items"};
}

Result<OrderToShip> read_2026(Client& client, const std::string& order_id) {
    Call call{Operation::get_order, "/orders/2026-01-01/orders/" + path_part(order_id)};
    call.query = {{"includedData", "FULFILLMENT,PACKAGES"}};
    call.push = true;
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    const JsonView order = answer->payload["order"];
    if (!order["orderItems"].is_array()) return unreadable();
    OrderToShip out;
    out.shows_packages = true;
    out.marketplace_id = order["salesChannel"]["marketplaceId"].text().value_or("");
    out.state = state_of(order["fulfillment"]["fulfillmentStatus"].word());
    out.by_amazon = order["fulfillment"]["fulfilledBy"].word() == "AMAZON";
    out.ordered_at = time_of(order["createdTime"]);
    for (const JsonView item : order["orderItems"]) {
        const std::int64_t ordered = read_units(item["quantityOrdered"]).value_or(0);
        std::int64_t shipped = read_units(item["fulfillment"]["quantityFulfilled"]).value_or(0);
        // Cancelled units are neither fulfilled nor unfulfilled.
        if (const auto open = read_units(item["fulfillment"]["quantityUnfulfilled"]))
            shipped = std::max(shipped, ordered - *open);
        out.lines.push_back({item["orderItemId"].text().value_or(""), ordered, shipped});
    }
    for (const JsonView package : order["packages"])
        out.packages.push_back(
            {package["packageReferenceId"].text().value_or(std::string{package["packageReferenceId"].word()}),
             package["trackingNumber"].text().value_or("")});
    return out;
}

Result<OrderToShip> read_v0(Client& client, const std::string& order_id) {
    const std::string path = "/orders/v0/orders/" + path_part(order_id);
    Call call{Operation::get_order_v0, path};
    call.push = true;
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    const JsonView order = answer->payload;
    OrderToShip out;
    out.marketplace_id = order["MarketplaceId"].text().value_or("");
    out.state = state_of(order["OrderStatus"].word());
    out.by_amazon = order["FulfillmentChannel"].word() == "AFN";
    out.ordered_at = time_of(order["PurchaseDate"]);
    std::string token;
    for (int pages = 0; pages < kMaxPages; ++pages) {
        Call items{Operation::get_order_items, path + "/orderItems"};
        if (!token.empty()) items.query.emplace_back("NextToken", token);
        items.push = true;
        const auto page = client.call(items);
        if (!page) return page.error();
        if (!page->payload["OrderItems"].is_array()) return unreadable();
        for (const JsonView item : page->payload["OrderItems"])
            out.lines.push_back({item["OrderItemId"].text().value_or(""),
                                 read_units(item["QuantityOrdered"]).value_or(0),
                                 read_units(item["QuantityShipped"]).value_or(0)});
        const std::string next = page->payload["NextToken"].filled_text().value_or("");
        if (next.empty()) return out;
        if (next == token) break;
        token = next;
    }
    return Error{ErrorKind::unavailable, "amazon_paging_stuck", "Amazon's pages of one order's items do not end"};
}

}  // namespace

Result<OrderToShip> read_order_to_ship(Client& client, const std::string& order_id) {
    return client.settings().orders_api == OrdersApi::v0 ? read_v0(client, order_id) : read_2026(client, order_id);
}

}  // namespace crossdock::connectors::amazon
