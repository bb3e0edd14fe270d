// SPDX-License-Identifier: Apache-2.0
// Orders 2026-01-01.
#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/order_json.h"
#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

const std::set<std::string> kOrderData{"BUYER",     "RECIPIENT",    "PROCEEDS",          "EXPENSE",
                                       "PROMOTION", "CANCELLATION", "FULFILLMENT",       "PACKAGES",
                                       "TAX",       "PAYMENT",      "FULFILLMENT_ORDERS"};
constexpr std::array kAll{OrderStatus::pending_availability, OrderStatus::pending, OrderStatus::unshipped,
                          OrderStatus::partially_shipped,    OrderStatus::shipped, OrderStatus::canceled,
                          OrderStatus::unfulfillable};

/// nullopt when a value is unknown.
std::optional<std::set<std::string>> included(const Call& call) {
    std::set<std::string> out;
    for (const std::string& data : call.list("includedData")) {
        if (!kOrderData.contains(data)) return std::nullopt;
        out.insert(data);
    }
    return out;
}

}  // namespace

http::Response SellerImpl::search_orders(Call& call) {
    OrderSearch search;
    const auto stores = call.list("marketplaceIds");
    if (stores.size() > 50) return invalid_input("marketplaceIds: at most 50 values are allowed.");
    for (const std::string& id : stores) {
        if (find_store(id) == nullptr) return invalid_input("Invalid marketplaceId: " + id);
        if (own_store(id) == nullptr) return denied("");
        search.stores.insert(id);
    }
    const AskedTime created = time_parameter(call, "createdAfter"), created_to = time_parameter(call, "createdBefore");
    const AskedTime updated = time_parameter(call, "lastUpdatedAfter");
    const AskedTime updated_to = time_parameter(call, "lastUpdatedBefore");
    if (created.bad || created_to.bad || updated.bad || updated_to.bad)
        return invalid_input("The date must be in ISO 8601 format.");
    if (created.given == updated.given)
        return invalid_input("You must provide exactly one of createdAfter and lastUpdatedAfter.");
    if ((created.given && updated_to.given) || (updated.given && created_to.given))
        return invalid_input("created dates and lastUpdated dates must not be mixed.");
    search.by_update = updated.given;
    search.from = updated.given ? updated.at : created.at;
    const AskedTime& to = updated.given ? updated_to : created_to;
    search.to = to.given ? to.at : Timestamp::max();
    if (to.given && (to.at < search.from || to.at > world_.now() - std::chrono::minutes(2)))
        return invalid_input(
            "The Before date must be after the After date and at least two minutes before the request.");
    for (const std::string& name : call.list("fulfillmentStatuses")) {
        bool known = false;
        for (const OrderStatus status : kAll) {
            if (name != name_2026(status)) continue;
            search.statuses.insert(std::string(v0_name(status)));
            known = true;
        }
        if (!known) return invalid_input("Invalid fulfillmentStatus: " + name);
    }
    for (const std::string& who : call.list("fulfilledBy")) {
        if (who != "MERCHANT" && who != "AMAZON") return invalid_input("Invalid fulfilledBy: " + who);
        search.channels.insert(who == "AMAZON" ? "AFN" : "MFN");
    }
    const auto size = size_parameter(call, "maxResultsPerPage", 100, 100);
    if (!size) return invalid_input("maxResultsPerPage must be between 1 and 100.");
    search.size = *size;
    const auto data = included(call);
    if (!data) return invalid_input("Invalid includedData.");

    OrderPage page;
    if (auto refused = find_orders(call, "paginationToken", search, page)) return std::move(*refused);
    const Shown2026 shown{*data, has_role("pii_buyer"), has_role("pii_address"), options_.negative_discounts};
    json list = json::array();
    for (const Order* order : page.orders) list.push_back(order_2026(world_, *order, shown, world_.now()));
    json body = {{"orders", list}};
    if (!page.next.empty()) body["pagination"] = {{"nextToken", page.next}};
    body[search.by_update ? "lastUpdatedBefore" : "createdBefore"] = format_rfc3339(page.bound);
    return answer(body);
}

http::Response SellerImpl::get_order_2026(Call& call) {
    const auto data = included(call);
    if (!data) return invalid_input("Invalid includedData.");
    const Order* order = world_.order(call.parts[0]);
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    const Shown2026 shown{*data, has_role("pii_buyer"), has_role("pii_address"), options_.negative_discounts};
    return answer({{"order", order_2026(world_, *order, shown, world_.now())}});
}

}  // namespace crossdock::sandbox::amazon
