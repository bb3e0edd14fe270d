// SPDX-License-Identifier: Apache-2.0
// The gate: key pairs, the budget of a minute, refusals.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/encoding.h"
#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using namespace std::chrono_literals;

namespace {

bool fits(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>& values) {
    const std::vector<std::string> wanted = split(pattern, '/');
    if (wanted.size() != segments.size()) return false;
    values.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{}")
            values.push_back(percent_decode(segments[i], false));
        else if (wanted[i] != segments[i])
            return false;
    }
    return true;
}

}  // namespace

const std::vector<Route>& AccountImpl::routes() {
    using A = AccountImpl;
    static const std::vector<Route> table{
        {"GET", "/orders", "listOrders", &A::list_orders},
        {"POST", "/orders/markasshipped", "markAsShipped", &A::mark_as_shipped},
        {"GET", "/orders/{}", "getOrder", &A::one_order},
        {"DELETE", "/orders/{}", "deleteOrder", &A::delete_order},
        {"GET", "/shipments", "listShipments", &A::list_shipments},
        {"GET", "/fulfillments", "listFulfillments", &A::list_fulfillments},
        {"GET", "/products", "listProducts", &A::list_products},
        {"GET", "/products/{}", "getProduct", &A::one_product},
        {"GET", "/carriers", "listCarriers", &A::list_carriers},
        {"GET", "/carriers/listservices", "listServices", &A::list_services},
        {"GET", "/warehouses", "listWarehouses", &A::list_warehouses},
        {"GET", "/stores", "listStores", &A::list_stores},
        {"GET", "/webhooks", "listWebhooks", &A::list_webhooks},
        {"POST", "/webhooks/subscribe", "subscribe", &A::subscribe},
        {"DELETE", "/webhooks/{}", "unsubscribe", &A::unsubscribe},
        {"GET", "/v2/shipments", "v2ListShipments", &A::v2_list_shipments},
        {"GET", "/v2/shipments/{}", "v2GetShipment", &A::v2_one_shipment},
        {"GET", "/v2/environment/webhooks", "v2ListWebhooks", &A::v2_list_webhooks},
        {"POST", "/v2/environment/webhooks", "v2CreateWebhook", &A::v2_create_webhook},
        {"DELETE", "/v2/environment/webhooks/{}", "v2DeleteWebhook", &A::v2_delete_webhook},
        {"GET", "/v2/fulfillments", "v2ListFulfillments", &A::v2_list_fulfillments},
        {"POST", "/v2/fulfillments", "v2CreateFulfillments", &A::v2_create_fulfillments},
        {"GET", "/v2/carriers", "v2ListCarriers", &A::v2_list_carriers},
        {"GET", "/v2/warehouses", "v2ListWarehouses", &A::v2_list_warehouses},
        {"GET", "/v2/products", "v2ListProducts", &A::v2_list_products},
        {"GET", "/v2/inventory", "v2ListInventory", &A::v2_list_inventory},
        {"POST", "/v2/inventory", "v2ChangeInventory", &A::v2_change_inventory},
        {"GET", "/v2/inventory_locations", "v2ListLocations", &A::v2_list_locations}};
    return table;
}

http::Response AccountImpl::handle(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::string path = request.path;
    if (path.starts_with(options_.path_prefix)) path.erase(0, options_.path_prefix.size());
    http::Response response;
    if (path.starts_with("/_sandbox")) {
        response = admin(request, path);
    } else {
        bool network_fault = false;
        response = serve(request, network_fault);
        if (options_.recorder && !network_fault) options_.recorder({request, response});
    }
    response.headers.emplace_back("Date", format_http_date(world_.now()));
    return response;
}

http::Response AccountImpl::serve(const http::Request& request, bool& network_fault) {
    ++world_.counters.requests;
    std::string target = request.target.empty() ? request.path : request.target;
    if (target.starts_with(options_.path_prefix)) target.erase(0, options_.path_prefix.size());
    const bool v2 = target.starts_with("/v2/");
    const std::vector<std::string> segments = crossdock::split(target, '/');
    const Route* route = nullptr;
    Call call{request, "", {}};
    for (const Route& each : routes()) {
        if (each.method != request.method || !fits(each.pattern, segments, call.values)) continue;
        route = &each;
        call.operation = each.operation;
        break;
    }
    if (auto answer = network_fault_before(faults_, call.operation)) {
        ++world_.counters.faults;
        network_fault = true;
        return *answer;
    }
    http::Response response;
    if (route == nullptr)
        response = v2 ? v2_refuse(404, "not_found", "There is no " + request.method + " " + target)
                      : refuse(404, "No HTTP resource was found that matches the request URI '" + target + "'.");
    else
        response = gate(*route, call, v2);
    if (network_fault_after(faults_, call.operation, response)) {
        ++world_.counters.faults;
        network_fault = true;
    }
    return response;
}

bool AccountImpl::known_caller(const http::Request& request, bool v2) const {
    // The keys of one version are no keys for the other.
    if (v2) return request.header("api-key").value_or("") == options_.v2_key;
    const std::string expected = "Basic " + base64_encode(options_.api_key + ":" + options_.api_secret);
    return request.header("authorization").value_or("") == expected;
}

std::optional<http::Response> AccountImpl::fault_before(const Call& call, bool v2) {
    const auto fault = faults_.take({"status", "unauthorized", "exception"}, call.operation);
    if (!fault) return std::nullopt;
    ++world_.counters.faults;
    if (fault->kind == "unauthorized") return http::Response::text(401, "");
    if (fault->kind == "exception") return exception("Ship To: Name must be provided.");
    const int status = fault->param == 0 ? 503 : fault->param;
    if (status >= 500) return http::Response{status, std::string(kGatewayHtml), "text/html; charset=utf-8", {}};
    return v2 ? v2_refuse(status, "unknown", "Simulated answer") : refuse(status, "Simulated answer");
}

http::Response AccountImpl::gate(const Route& route, const Call& call, bool v2) {
    if (auto fault = fault_before(call, v2)) return std::move(*fault);
    if (!known_caller(call.request, v2)) {
        ++world_.counters.unauthorized;
        // V1's body is not documented; nothing is the least that a client must bear.
        return v2 ? v2_refuse(401, "unauthorized", "The API key is invalid") : http::Response::text(401, "");
    }
    http::Fields headers;
    if (throttled(call, v2, headers)) {
        ++world_.counters.throttled;
        http::Response response = v2 ? v2_refuse(429, "rate_limit_exceeded", "Rate limit exceeded")
                                     : http::Response::json(429, R"({"message":"Too Many Requests"})");
        response.headers.insert(response.headers.end(), headers.begin(), headers.end());
        return response;
    }
    http::Response response = (this->*route.handler)(call);
    if (response.status >= 400) ++world_.counters.refused;
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    return response;
}

bool AccountImpl::throttled(const Call& call, bool v2, http::Fields& headers) {
    Window& window = v2 ? v2_ : v1_;
    const int limit = v2 ? options_.v2_per_minute : options_.v1_per_minute;
    const auto now = clock_.steady();
    if (now - window.begin >= 60s) window = {now - (now - window.begin) % 60s, 0};
    if (faults_.take({"throttle"}, call.operation)) {
        ++world_.counters.faults;
        window.used = limit;
    }
    const bool refused = window.used >= limit;
    if (!refused) ++window.used;
    // Seconds until the window ends, not a time.
    const auto left = std::chrono::ceil<std::chrono::seconds>(window.begin + 60s - now);
    if (!v2) {
        headers.emplace_back("X-Rate-Limit-Limit", std::to_string(limit));
        headers.emplace_back("X-Rate-Limit-Remaining", std::to_string(limit - window.used));
        headers.emplace_back("X-Rate-Limit-Reset", std::to_string(left.count()));
    } else if (refused) {
        headers.emplace_back("Retry-After", std::to_string(left.count()));
    }
    return refused;
}

http::Response AccountImpl::refuse(int status, const std::string& message) {
    return http::Response::json(status, Json{{"Message", message}}.dump());
}

http::Response AccountImpl::exception(const std::string& message) {
    return http::Response::json(500, Json{{"Message", "An error has occurred."},
                                          {"ExceptionMessage", message},
                                          {"ExceptionType", "System.Exception"},
                                          {"StackTrace", "   at SS.OpenApi.Controllers.OrdersController..."}}
                                         .dump());
}

}  // namespace crossdock::sandbox::shipstation
