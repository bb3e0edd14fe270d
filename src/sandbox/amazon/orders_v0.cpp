// SPDX-License-Identifier: Apache-2.0
// Orders v0: the reads.
#include <nlohmann/json.hpp>

#include "sandbox/amazon/order_json.h"
#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

const std::set<std::string> kOrderStatuses{"PendingAvailability", "Pending",           "Unshipped",
                                           "PartiallyShipped",    "Shipped",           "Canceled",
                                           "Unfulfillable",       "InvoiceUnconfirmed"};

}  // namespace

http::Response SellerImpl::get_orders(Call& call) {
    OrderSearch search;
    const auto stores = call.list("MarketplaceIds");
    if (stores.empty()) return invalid_input("MarketplaceIds is missing.");
    if (stores.size() > 50) return invalid_input("MarketplaceIds: at most 50 values are allowed.");
    for (const std::string& id : stores) {
        if (find_store(id) == nullptr) return invalid_input("Invalid marketplaceId: " + id);
        if (own_store(id) == nullptr) return denied("");
        search.stores.insert(id);
    }
    const AskedTime created = time_parameter(call, "CreatedAfter"), created_to = time_parameter(call, "CreatedBefore");
    const AskedTime updated = time_parameter(call, "LastUpdatedAfter");
    const AskedTime updated_to = time_parameter(call, "LastUpdatedBefore");
    for (const auto& [name, asked] :
         {std::pair{"CreatedAfter", created}, std::pair{"CreatedBefore", created_to},
          std::pair{"LastUpdatedAfter", updated}, std::pair{"LastUpdatedBefore", updated_to}}) {
        if (asked.bad) return invalid_input(std::string(name) + ": the date must be in ISO 8601 format.");
    }
    if (created.given == updated.given)
        return invalid_input("Exactly one of CreatedAfter and LastUpdatedAfter must be provided.");
    if ((created.given && updated_to.given) || (updated.given && created_to.given))
        return invalid_input("Created dates and LastUpdated dates must not be mixed.");
    search.by_update = updated.given;
    search.from = updated.given ? updated.at : created.at;
    const AskedTime& to = updated.given ? updated_to : created_to;
    search.to = to.given ? to.at : Timestamp::max();
    if (to.given && to.at > world_.now() - std::chrono::minutes(2))
        return invalid_input(std::string(updated.given ? "LastUpdatedBefore" : "CreatedBefore") +
                             " must be at least two minutes before the time of the request.");
    if (to.given && to.at < search.from)
        return invalid_input("The Before date must not be earlier than the After date.");
    for (const std::string& status : call.list("OrderStatuses")) {
        if (!kOrderStatuses.contains(status)) return invalid_input("Invalid OrderStatus: " + status);
        search.statuses.insert(status);
    }
    for (const std::string& channel : call.list("FulfillmentChannels")) {
        if (channel != "AFN" && channel != "MFN") return invalid_input("Invalid FulfillmentChannel: " + channel);
        search.channels.insert(channel);
    }
    const auto ids = call.list("AmazonOrderIds");
    if (ids.size() > 50) return invalid_input("AmazonOrderIds: at most 50 values are allowed.");
    search.ids = {ids.begin(), ids.end()};
    const auto size = size_parameter(call, "MaxResultsPerPage", 100, 100);
    if (!size) return invalid_input("MaxResultsPerPage must be between 1 and 100.");
    search.size = *size;

    OrderPage page;
    if (auto refused = find_orders(call, "NextToken", search, page)) return std::move(*refused);
    json payload;
    json list = json::array();
    const Shown shown{call.shows("buyerInfo"), call.shows("shippingAddress")};
    for (const Order* order : page.orders) list.push_back(order_v0(*order, shown, world_.now()));
    payload["Orders"] = list;
    if (!page.next.empty()) payload["NextToken"] = page.next;
    payload[search.by_update ? "LastUpdatedBefore" : "CreatedBefore"] = format_rfc3339(page.bound);
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_order(Call& call) {
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    return answer(
        {{"payload", order_v0(*order, {call.shows("buyerInfo"), call.shows("shippingAddress")}, world_.now())}});
}

http::Response SellerImpl::get_order_items(Call& call) {
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    PagePosition position;
    if (auto refused = read_page(call, "NextToken", std::chrono::hours(24), position)) return std::move(*refused);
    constexpr std::size_t kPage = 100;
    const std::size_t from = position.at.empty() ? 0 : std::stoul(position.at);
    const std::size_t size = call.page_fault == "half_page" ? 1 : call.page_fault == "empty_page" ? 0 : kPage;
    json payload;
    payload["AmazonOrderId"] = order->id;
    json list = json::array();
    std::size_t i = from;
    for (; i < order->lines.size() && list.size() < size; ++i)
        list.push_back(item_v0(world_, *order, order->lines[i], {call.shows("buyerInfo"), false}));
    payload["OrderItems"] = list;
    if (call.page_fault == "repeat_cursor") i = from;
    if (i < order->lines.size())
        payload["NextToken"] =
            pages_.issue(call.operation, call.parameters_but("NextToken"), {std::to_string(i), ""}, world_.now());
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_order_address(Call& call) {
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    json payload = {{"AmazonOrderId", order->id}};
    if (has_address(*order))
        payload["ShippingAddress"] = address_v0(*order, call.shows("shippingAddress"), world_.now());
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_order_buyer(Call& call) {
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    json payload = {{"AmazonOrderId", order->id}};
    payload.update(buyer_v0(*order, call.shows("buyerInfo")));
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_order_items_buyer(Call& call) {
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    json payload = {{"AmazonOrderId", order->id}};
    json list = json::array();
    for (const Line& line : order->lines) {
        const json whole = item_v0(world_, *order, line, {call.shows("buyerInfo"), false});
        json item = {{"OrderItemId", std::to_string(line.id)}};
        if (whole.contains("BuyerInfo")) item.update(whole["BuyerInfo"]);
        list.push_back(item);
    }
    payload["OrderItems"] = list;
    return answer({{"payload", payload}});
}

std::string SellerImpl::order_json(const std::string& order_id) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    const Order* order = world_.order(order_id);
    if (order == nullptr) return {};
    json items = json::array();
    for (const Line& line : order->lines) items.push_back(item_v0(world_, *order, line, {true, true}));
    return json{{"order", order_v0(*order, {true, true}, world_.now())}, {"items", items}}.dump();
}

}  // namespace crossdock::sandbox::amazon
