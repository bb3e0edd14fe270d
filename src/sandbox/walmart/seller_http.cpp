// SPDX-License-Identifier: Apache-2.0
// The gate: who comes in, how often, and in which shape a refusal goes out.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/encoding.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

constexpr auto kTokenLife = 900s;
constexpr std::size_t kRememberedIds = 200'000;
constexpr std::string_view kGateway = "GMP_GATEWAY_API";

const Refusal kUnauthorized{
    401, "UNAUTHORIZED", "",
    "Unauthorized token or incorrect authorization header. Please verify correct format: "
    "\"Authorization\": \"Basic Base64Encode(clientId:clientSecret)\" For more information, see "
    "documentation."};

/// Does the path fit? Values of {} segments are percent-decoded one by one: a sku may hold a slash.
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

const std::vector<Route>& SellerImpl::routes() {
    using S = SellerImpl;
    constexpr auto kNested = ErrorShape::nested;
    constexpr auto kFlat = ErrorShape::flat;
    static const std::vector<Route> table{
        {"GET", "/v3/token/detail", "getTokenDetail", 1000, "", "GMP_GATEWAY_API", kNested, &S::token_detail},
        {"GET", "/v3/orders", "getAllOrders", 5000, "orders", "GMP_ORDER_API", kNested, &S::list_orders},
        {"GET", "/v3/orders/released", "getAllReleasedOrders", 60, "orders", "GMP_ORDER_API", kNested,
         &S::list_released},
        {"GET", "/v3/orders/{}", "getAnOrder", 5000, "orders", "GMP_ORDER_API", kNested, &S::one_order},
        {"POST", "/v3/orders/{}/acknowledge", "acknowledgeOrders", 60, "orders", "GMP_ORDER_API", kNested,
         &S::acknowledge_order},
        {"POST", "/v3/orders/{}/shipping", "shippingUpdates", 60, "orders", "GMP_ORDER_API", kNested, &S::ship_order},
        {"POST", "/v3/orders/{}/cancel", "cancelOrderLines", 60, "orders", "GMP_ORDER_API", kNested, &S::cancel_order},
        {"GET", "/v3/returns", "getReturns", 50, "returns", "GMP_RETURNS_API", kNested, &S::list_returns},
        {"GET", "/v3/items", "getAllItems", 300, "item", "GMP_ITEM_API", kFlat, &S::list_items},
        {"GET", "/v3/items/{}", "getAnItem", 900, "item", "GMP_ITEM_API", kFlat, &S::one_item},
        {"GET", "/v3/inventory", "getInventory", 200, "inventory", "GMP_INVENTORY_API", kFlat, &S::get_inventory},
        {"PUT", "/v3/inventory", "updateInventoryForAnItem", 200, "inventory", "GMP_INVENTORY_API", kFlat,
         &S::put_inventory},
        {"GET", "/v3/inventories", "getMultiNodeInventoryForAllSkuAndAllShipNodes", 200, "inventory",
         "GMP_INVENTORY_API", kFlat, &S::get_inventories},
        {"GET", "/v3/inventories/{}", "getMultiNodeInventoryForSkuAndAllShipnodes", 200, "inventory",
         "GMP_INVENTORY_API", kFlat, &S::get_node_inventory},
        {"PUT", "/v3/inventories/{}", "updateMultiNodeInventory", 200, "inventory", "GMP_INVENTORY_API", kFlat,
         &S::put_node_inventory},
        {"GET", "/v3/fulfillment/inventory", "getWFSInventory", 100, "inventory", "GMP_INVENTORY_API", kFlat,
         &S::get_wfs_inventory},
        {"POST", "/v3/feeds", "updateBulkInventory", 1000, "feeds", "GMP_FEED_API", kNested, &S::post_feed},
        {"GET", "/v3/feeds", "getAllFeedStatuses", 5000, "feeds", "GMP_FEED_API", kNested, &S::list_feeds},
        {"GET", "/v3/feeds/{}", "getFeedItemStatus", 5000, "feeds", "GMP_FEED_API", kNested, &S::one_feed},
        {"GET", "/v3/reports/reportRequests", "getRequestsStatus", 200, "reports", "GMP_REPORT_API", kNested,
         &S::list_reports},
        {"POST", "/v3/reports/reportRequests", "generateReport", 1.0 / 60, "reports", "GMP_REPORT_API", kNested,
         &S::create_report},
        {"GET", "/v3/reports/reportRequests/{}", "getSingleRequestStatus", 20.0 / 60, "reports", "GMP_REPORT_API",
         kNested, &S::one_report},
        {"GET", "/v3/reports/downloadReport", "downloadReport", 20.0 / 60, "reports", "GMP_REPORT_API", kNested,
         &S::report_address},
        {"GET", "/v3/settings/shipping/shipnodes", "getAllFulfillmentCenters", 50, "", "GMP_SETTINGS_API", kFlat,
         &S::list_ship_nodes},
        {"GET", "/v3/settings/shipping/carriers", "getCarrierMethods", 10, "", "GMP_SETTINGS_API", kFlat,
         &S::list_carrier_methods},
        {"GET", "/v3/shipping/labels/carriers", "getCarriers", 100, "", "GMP_SHIPPING_API", kFlat,
         &S::list_label_carriers},
        {"GET", "/v3/webhooks/eventTypes", "getEventTypes", 5, "", "GMP_NOTIFICATION_API", kFlat, &S::list_event_types},
        {"GET", "/v3/webhooks/subscriptions", "getAllSubscriptions", 50, "", "GMP_NOTIFICATION_API", kFlat,
         &S::list_subscriptions},
        {"POST", "/v3/webhooks/subscriptions", "createSubscription", 200, "", "GMP_NOTIFICATION_API", kFlat,
         &S::create_subscription},
        {"PATCH", "/v3/webhooks/subscriptions/{}", "updateSubscription", 5, "", "GMP_NOTIFICATION_API", kFlat,
         &S::change_subscription},
        {"DELETE", "/v3/webhooks/subscriptions/{}", "deleteSubscription", 10, "", "GMP_NOTIFICATION_API", kFlat,
         &S::delete_subscription},
        {"POST", "/v3/webhooks/test", "testNotification", 10, "", "GMP_NOTIFICATION_API", kFlat,
         &S::test_notification}};
    return table;
}

http::Response SellerImpl::handle(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    world_.agenda.catch_up();
    std::string path = request.path;
    if (path.starts_with(options_.path_prefix)) path.erase(0, options_.path_prefix.size());
    http::Response response;
    if (path.starts_with("/_sandbox")) {
        response = admin(request, path);
    } else {
        bool network_fault = false;
        constexpr std::string_view kFiles = "/report-files/";  // of the storage: no part of the API
        if (path.starts_with(kFiles)) {
            network_fault = true;
            response = report_file(request, path.substr(kFiles.size()));
        } else {
            response = serve(request, network_fault);
        }
        if (options_.recorder && !network_fault) options_.recorder({request, response});
    }
    response.headers.emplace_back("Date", format_http_date(world_.now()));
    return response;
}

http::Response SellerImpl::serve(const http::Request& request, bool& network_fault) {
    ++world_.counters.requests;
    std::string target = request.target.empty() ? request.path : request.target;
    if (target.starts_with(options_.path_prefix)) target.erase(0, options_.path_prefix.size());
    const std::vector<std::string> segments = split(target, '/');
    const bool asks_token = request.method == "POST" && target == "/v3/token";
    const Route* route = nullptr;
    Call call{request, asks_token ? "tokenAPI" : "", {}};
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
    if (asks_token)
        response = token(request);
    else if (route == nullptr)
        response = error_answer({404, "CONTENT_NOT_FOUND", "", "There is no " + request.method + " " + target},
                                kGateway, ErrorShape::nested);
    else
        response = gate(*route, call);
    if (network_fault_after(faults_, call.operation, response)) {
        ++world_.counters.faults;
        network_fault = true;
    }
    if (const auto id = request.header("wm_qos.correlation_id"))
        response.headers.emplace_back("WM_QOS.CORRELATION_ID", std::string(*id));
    return response;
}

std::optional<http::Response> SellerImpl::fault_before(const Route& route) {
    const auto fault = faults_.take({"status", "unauthorized", "xml", "token_400"}, route.operation);
    if (!fault) return std::nullopt;
    ++world_.counters.faults;
    if (fault->kind == "unauthorized") return error_answer(kUnauthorized, kGateway, ErrorShape::nested);
    if (fault->kind == "token_400")
        return error_answer({400, "INVALID_TOKEN", "WM_SEC.ACCESS_TOKEN", "The access token is invalid or expired"},
                            kGateway, ErrorShape::nested);
    if (fault->kind == "xml") return gateway_xml(fault->param == 0 ? 500 : fault->param);
    const int status = fault->param == 0 ? 503 : fault->param;
    if (status == 520)
        return error_answer({520, "SYSTEM_ERROR", "", "Illegal state reached."}, kGateway, ErrorShape::singular);
    if (status >= 502) return http::Response{status, std::string(kGatewayHtml), "text/html; charset=utf-8", {}};
    const char* code = status == 403   ? "FORBIDDEN"
                       : status == 404 ? "CONTENT_NOT_FOUND"
                       : status == 409 ? "RESOURCE_CONFLICT"
                       : status == 423 ? "RESOURCE_LOCKED"
                       : status >= 500 ? "SYSTEM_ERROR"
                                       : "INVALID_REQUEST_CONTENT";
    return error_answer({status, code, "", "Simulated answer"}, route.api, route.shape);
}

http::Response SellerImpl::gate(const Route& route, const Call& call) {
    if (auto fault = fault_before(route)) return std::move(*fault);
    http::Response response;
    if (const auto refusal = refuse_token(call.request, route)) {
        ++world_.counters.unauthorized;
        response = error_answer(*refusal, kGateway, ErrorShape::nested);
    } else if (const auto bad_header = refuse_headers(call.request)) {
        response = error_answer(*bad_header, kGateway, ErrorShape::nested);
    } else if (throttled(route, call, response.headers)) {
        ++world_.counters.throttled;
        http::Fields headers = std::move(response.headers);
        response =
            error_answer({429, "REQUEST_THRESHOLD_VIOLATED", "", "Too many requests"}, kGateway, ErrorShape::nested);
        response.headers = std::move(headers);
    } else {
        http::Fields headers = std::move(response.headers);
        const Answer answer = (this->*route.handler)(call);
        if (const auto* body = std::get_if<Json>(&answer)) {
            const std::string accept = to_lower(call.request.header("accept").value_or(""));
            if (accept.find("json") != std::string::npos) {
                response = http::Response::json(200, body->dump());
            } else {  // no wish for JSON was stated: XML it is
                ++world_.counters.xml_answers;
                response = {200, as_xml(*body), "application/xml;charset=utf-8", {}};
            }
        } else {
            ++world_.counters.refused;
            response = error_answer(std::get<Refusal>(answer), route.api, route.shape);
        }
        response.headers = std::move(headers);
    }
    return response;
}

std::optional<Refusal> SellerImpl::refuse_headers(const http::Request& request) {
    const auto correlation = request.header("wm_qos.correlation_id");
    if (!correlation || correlation->empty())
        return Refusal{400, "INVALID_REQUEST_HEADER", "WM_QOS.CORRELATION_ID",
                       "WM_QOS.CORRELATION_ID set null or invalid"};
    const auto service = request.header("wm_svc.name");
    if (!service || service->empty())
        return Refusal{400, "INVALID_REQUEST_HEADER", "WM_SVC.NAME", "WM_SVC.NAME set null or invalid"};
    if (correlation_ids_.size() >= kRememberedIds) correlation_ids_.clear();
    if (!correlation_ids_.emplace(*correlation).second) ++world_.counters.repeated_correlation_ids;
    return std::nullopt;
}

std::optional<Refusal> SellerImpl::refuse_token(const http::Request& request, const Route& route) {
    const auto given = request.header("wm_sec.access_token");
    const auto at = given ? tokens_.find(*given) : tokens_.end();
    if (at == tokens_.end() || at->second <= world_.now()) return kUnauthorized;
    const auto scope = options_.scopes.find(std::string(route.scope));
    const std::string access = scope == options_.scopes.end() ? "full_access" : scope->second;
    if (access == "no_access" || (access == "view_only" && request.method != "GET"))
        return Refusal{403, "FORBIDDEN", "", "The seller has not granted access to " + std::string(route.scope)};
    return std::nullopt;
}

bool SellerImpl::throttled(const Route& route, const Call& call, http::Fields& headers) {
    std::string name(route.operation);
    double per_minute = route.per_minute;
    if (name == "getAllItems" &&
        (call.request.parameter("sku") || call.request.parameter("lifecycleStatus") ||
         call.request.parameter("publishedStatus") || call.request.parameter("variantGroupId"))) {
        name += " filtered";
        per_minute = 60;
    }
    if (name == "generateReport") name += " " + call.text("reportType");
    if (name == "updateBulkInventory") {
        name += " " + call.text("feedType");
        per_minute = (call.text("feedType") == "inventory" ? 10.0 : 50.0) / 60;  // by the hour
    }
    const double size = std::max(1.0, (per_minute < 1 ? per_minute * 60 : per_minute) * options_.rate_factor);
    TokenBucket& bucket =
        buckets_.try_emplace(name, size, per_minute * options_.rate_factor / 60, clock_.steady()).first->second;
    if (faults_.take({"throttle"}, route.operation)) {  // somebody else with the same keys has used it up
        ++world_.counters.faults;
        bucket.drain();
    }
    const bool refused = !bucket.take(1, clock_.steady());
    const auto wait = bucket.wait_for(std::min(size, bucket.available(clock_.steady()) + 1.0), clock_.steady());
    const Timestamp next = world_.now() + wait;
    ReplenishForm form = options_.replenish_form;
    if (form == ReplenishForm::in_turn) form = static_cast<ReplenishForm>(answers_++ % 4);
    headers.emplace_back("X-Current-Token-Count", std::to_string(bucket.available(clock_.steady())));
    switch (form) {
        case ReplenishForm::epoch_seconds:
            headers.emplace_back("X-Next-Replenishment-Time", std::to_string((to_ms(next) + 999) / 1000));
            break;
        case ReplenishForm::iso_text: headers.emplace_back("X-Next-Replenishment-Time", iso_ms(next)); break;
        case ReplenishForm::other_spelling:
            headers.emplace_back("x-next-replenish-time", std::to_string(to_ms(next)));
            break;
        case ReplenishForm::epoch_ms:
        case ReplenishForm::in_turn:
            headers.emplace_back("X-Next-Replenishment-Time", std::to_string(to_ms(next)));
            break;
    }
    return refused;
}

http::Response SellerImpl::token(const http::Request& request) {
    if (const auto fault = faults_.take({"status", "unauthorized"}, "tokenAPI")) {
        ++world_.counters.faults;
        if (fault->kind == "unauthorized") return error_answer(kUnauthorized, kGateway, ErrorShape::nested);
        return http::Response{
            fault->param == 0 ? 503 : fault->param, std::string(kGatewayHtml), "text/html; charset=utf-8", {}};
    }
    const std::string expected = "Basic " + base64_encode(options_.client_id + ":" + options_.client_secret);
    if (request.header("authorization").value_or("") != expected) {
        ++world_.counters.unauthorized;
        return error_answer(kUnauthorized, kGateway, ErrorShape::nested);
    }
    if (const auto refusal = refuse_headers(request)) return error_answer(*refusal, kGateway, ErrorShape::nested);
    if (form_fields(request.body)["grant_type"] != "client_credentials")
        return error_answer(Refusal::content("grant_type", "grant_type must be client_credentials"), kGateway,
                            ErrorShape::nested);
    const std::string token = "eyJ" + base64_encode(sha256_hex(world_.random.uuid()));
    std::erase_if(tokens_, [this](const auto& each) { return each.second <= world_.now(); });
    tokens_[token] = world_.now() + kTokenLife;
    ++world_.counters.tokens_issued;
    const Json body = {{"access_token", token}, {"token_type", "Bearer"}, {"expires_in", kTokenLife.count()}};
    const std::string accept = to_lower(request.header("accept").value_or(""));
    if (accept.find("json") != std::string::npos) return http::Response::json(200, body.dump());
    ++world_.counters.xml_answers;
    return {200, as_xml({{"OAuthTokenDTO", body}}), "application/xml;charset=utf-8", {}};
}

Answer SellerImpl::token_detail(const Call& call) {
    const auto at = tokens_.find(call.request.header("wm_sec.access_token").value_or(""));
    Json scopes = Json::object();
    for (const char* name :
         {"reports", "item", "price", "lagtime", "feeds", "returns", "orders", "inventory", "content"}) {
        const auto known = options_.scopes.find(name);
        scopes[name] = known == options_.scopes.end() ? "full_access" : known->second;
    }
    return Json{{"expire_at", std::to_string(to_ms(at->second))},
                {"issued_at", std::to_string(to_ms(at->second - kTokenLife))},
                {"is_valid", true},
                {"is_channel_match", true},
                {"scopes", std::move(scopes)}};
}

std::optional<std::string> SellerImpl::page_fault(const std::string& operation) {
    const auto fault = faults_.take({"half_page", "repeat_cursor", "empty_page"}, operation);
    if (!fault) return std::nullopt;
    ++world_.counters.faults;
    return fault->kind;
}

}  // namespace crossdock::sandbox::walmart
