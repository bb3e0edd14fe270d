// SPDX-License-Identifier: Apache-2.0
// The front door: which operation a request means, who may come in, how often, and what the network does to it.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/amazon/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kLongestUserAgent = 500;
constexpr std::string_view kEdgePage =
    "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n<center><h1>400 Bad "
    "Request</h1></center>\r\n</body>\r\n</html>\r\n";

/// Fits "…/orders/{}/orderItems" to a path and takes out what stands in the places.
bool fits(std::string_view pattern, const std::vector<std::string>& path, std::vector<std::string>& parts) {
    const auto wanted = split(pattern, '/');
    if (wanted.size() != path.size()) return false;
    std::vector<std::string> taken;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{}") {
            if (path[i].empty()) return false;
            taken.push_back(percent_decode(path[i], false));
        } else if (wanted[i] != path[i]) {
            return false;
        }
    }
    parts = std::move(taken);
    return true;
}

http::Response throttled(Counters& counters) {
    ++counters.throttled;
    http::Response response = error(429, "QuotaExceeded", "You exceeded your quota for the requested resource.");
    response.headers.emplace_back("x-amzn-ErrorType", "TooManyRequestsException");
    return response;
}

}  // namespace

const std::vector<SellerImpl::Operation>& SellerImpl::operations() {
    using S = SellerImpl;
    // Rates: "Usage Plan" of each operation in the published models.
    static const std::vector<Operation> all = {
        {"createRestrictedDataToken", "POST", "/tokens/2021-03-01/restrictedDataToken", 1, 10, "",
         &S::create_restricted_token},
        {"getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", 0.016, 15, "",
         &S::participations},
        {"getOrders", "GET", "/orders/v0/orders", 0.0167, 20, "orders", &S::get_orders},
        {"getOrder", "GET", "/orders/v0/orders/{}", 0.5, 30, "orders", &S::get_order},
        {"getOrderItems", "GET", "/orders/v0/orders/{}/orderItems", 0.5, 30, "orders", &S::get_order_items},
        {"getOrderAddress", "GET", "/orders/v0/orders/{}/address", 0.5, 30, "orders", &S::get_order_address},
        {"getOrderBuyerInfo", "GET", "/orders/v0/orders/{}/buyerInfo", 0.5, 30, "orders", &S::get_order_buyer},
        {"getOrderItemsBuyerInfo", "GET", "/orders/v0/orders/{}/orderItems/buyerInfo", 0.5, 30, "orders",
         &S::get_order_items_buyer},
        {"confirmShipment", "POST", "/orders/v0/orders/{}/shipmentConfirmation", 2, 10, "orders", &S::confirm_shipment},
        {"searchOrders", "GET", "/orders/2026-01-01/orders", 0.0056, 20, "orders", &S::search_orders},
        {"getOrder2026", "GET", "/orders/2026-01-01/orders/{}", 0.5, 30, "orders", &S::get_order_2026},
        {"listFinancialEvents", "GET", "/finances/v0/financialEvents", 0.5, 30, "finance", &S::financial_events},
        {"listFinancialEventsByOrderId", "GET", "/finances/v0/orders/{}/financialEvents", 0.5, 30, "finance",
         &S::financial_events_of_order},
        {"listTransactions", "GET", "/finances/2024-06-19/transactions", 0.5, 10, "finance", &S::list_transactions},
        {"createReport", "POST", "/reports/2021-06-30/reports", 0.0167, 15, "listings", &S::create_report},
        {"getReports", "GET", "/reports/2021-06-30/reports", 0.0222, 10, "listings", &S::get_reports},
        {"getReport", "GET", "/reports/2021-06-30/reports/{}", 2, 15, "listings", &S::get_report},
        {"cancelReport", "DELETE", "/reports/2021-06-30/reports/{}", 0.0222, 10, "listings", &S::cancel_report},
        {"getReportDocument", "GET", "/reports/2021-06-30/documents/{}", 0.0167, 15, "listings",
         &S::get_report_document},
        {"createFeedDocument", "POST", "/feeds/2021-06-30/documents", 0.5, 15, "listings", &S::create_feed_document},
        {"createFeed", "POST", "/feeds/2021-06-30/feeds", 0.0083, 15, "listings", &S::create_feed},
        {"getFeeds", "GET", "/feeds/2021-06-30/feeds", 0.0222, 10, "listings", &S::get_feeds},
        {"getFeed", "GET", "/feeds/2021-06-30/feeds/{}", 2, 15, "listings", &S::get_feed},
        {"cancelFeed", "DELETE", "/feeds/2021-06-30/feeds/{}", 2, 15, "listings", &S::cancel_feed},
        {"getFeedDocument", "GET", "/feeds/2021-06-30/documents/{}", 0.0222, 10, "listings", &S::get_feed_document},
        {"searchListingsItems", "GET", "/listings/2021-08-01/items/{}", 5, 5, "listings", &S::search_listings},
        {"getListingsItem", "GET", "/listings/2021-08-01/items/{}/{}", 5, 10, "listings", &S::get_listing},
        {"patchListingsItem", "PATCH", "/listings/2021-08-01/items/{}/{}", 5, 5, "listings", &S::patch_listing},
        {"getShipments", "GET", "/fba/inbound/v0/shipments", 2, 30, "inbound", &S::get_shipments},
        {"getShipmentItemsByShipmentId", "GET", "/fba/inbound/v0/shipments/{}/items", 2, 30, "inbound",
         &S::get_shipment_items},
        {"getShipmentItems", "GET", "/fba/inbound/v0/shipmentItems", 2, 30, "inbound", &S::get_items},
        {"listInboundPlans", "GET", "/inbound/fba/2024-03-20/inboundPlans", 2, 6, "inbound", &S::list_plans},
        {"getInboundPlan", "GET", "/inbound/fba/2024-03-20/inboundPlans/{}", 2, 6, "inbound", &S::get_plan},
        {"getShipment", "GET", "/inbound/fba/2024-03-20/inboundPlans/{}/shipments/{}", 2, 6, "inbound",
         &S::get_plan_shipment},
        {"listShipmentItems", "GET", "/inbound/fba/2024-03-20/inboundPlans/{}/shipments/{}/items", 2, 30, "inbound",
         &S::list_plan_shipment_items},
        {"listShipmentBoxes", "GET", "/inbound/fba/2024-03-20/inboundPlans/{}/shipments/{}/boxes", 2, 30, "inbound",
         &S::list_plan_shipment_boxes},
        {"setPackingInformation", "POST", "/inbound/fba/2024-03-20/inboundPlans/{}/packingInformation", 2, 2, "inbound",
         &S::set_packing},
        {"getInboundOperationStatus", "GET", "/inbound/fba/2024-03-20/operations/{}", 2, 6, "inbound",
         &S::get_operation_status},
    };
    return all;
}

std::string SellerImpl::base_url(const http::Request& request) const {
    if (!options_.public_url.empty()) return options_.public_url + options_.path_prefix;
    const std::string host(request.header("host").value_or("127.0.0.1"));
    return (request.over_tls ? "https://" : "http://") + host + options_.path_prefix;
}

http::Response SellerImpl::handle(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    world_.catch_up();
    const auto below = [&](std::string path) {
        if (!options_.path_prefix.empty() && path.starts_with(options_.path_prefix))
            path.erase(0, options_.path_prefix.size());
        return path;
    };
    const std::string path = below(request.path);
    const bool own_surface = path.starts_with("/_sandbox");
    http::Response response = own_surface ? admin(request, path) : route(request, path, below(request.target));
    response.headers.emplace_back("Date", format_http_date(world_.now()));
    return response;
}

http::Response SellerImpl::route(const http::Request& request, const std::string& path, const std::string& target) {
    ++world_.counters.requests;
    if (path == "/auth/o2/token") return login(request);
    const auto segments = split(target.empty() ? path : target, '/');
    if (segments.size() == 3 && segments[1] == "documents") return document(request, segments[2]);
    const Operation* elsewhere = nullptr;
    for (const Operation& operation : operations()) {
        std::vector<std::string> parts;
        if (!fits(operation.pattern, segments, parts)) continue;
        elsewhere = &operation;
        if (request.method == operation.method) return run(request, operation, std::move(parts), path);
    }
    if (elsewhere != nullptr) return error(405, "MethodNotAllowed", "The method is not allowed for this resource.");
    // The gateway does not know what it cannot route, and says so as it says everything.
    http::Response response = denied("");
    response.headers.emplace_back("x-amzn-RequestId", world_.random().uuid());
    return response;
}

std::optional<http::Response> SellerImpl::fault_before(const std::string& operation) {
    if (auto answer = network_fault_before(faults_, operation)) {
        ++world_.counters.faults;
        return answer;
    }
    const auto fault = faults_.take(
        {"throttle", "status", "unauthorized", "html_400", "forbidden_bare", "null_message", "error_key"}, operation);
    if (!fault) return std::nullopt;
    ++world_.counters.faults;
    const std::string& kind = fault->kind;
    if (kind == "unauthorized") return denied("The access token you provided has expired.");
    if (kind == "html_400") return http::Response{400, std::string(kEdgePage), "text/html", {}};
    if (kind == "forbidden_bare") return http::Response{403, "", "", {}};
    if (kind == "null_message")
        return http::Response::json(400, R"({"errors":[{"code":"InvalidInput","message":null,"details":""}]})");
    if (kind == "error_key")
        return http::Response::json(400,
                                    R"({"error":[{"code":"InvalidInput","message":"Invalid Input","details":""}]})");
    const int status = kind == "throttle" ? 429 : fault->param == 0 ? 503 : fault->param;
    if (status == 429) return throttled(world_.counters);
    if (status == 500) return error(500, "InternalFailure", "We encountered an internal error. Please try again.");
    if (status == 503) return error(503, "ServiceUnavailable", "Service is temporarily unavailable. Please try again.");
    if (status > 500) return http::Response{status, std::string(kGatewayHtml), "text/html", {}};
    return error(status, status == 404 ? "NotFound" : "InvalidInput", "Invalid Input");
}

http::Response SellerImpl::run(const http::Request& request, const Operation& operation, std::vector<std::string> parts,
                               const std::string& path) {
    // Both order APIs call theirs getOrder; for dials and buckets they are two.
    Call call{request, operation.name, std::move(parts), {}, nullptr, base_url(request), ""};
    http::Response response;
    if (auto fault = fault_before(call.operation)) {
        const bool bare = fault->status == 403 && fault->content_type.empty();
        if (!bare) fault->headers.emplace_back("x-amzn-RequestId", world_.random().uuid());
        return std::move(*fault);
    }
    const double rate = options_.real_rates ? operation.rate : 100;
    const double burst = options_.real_rates ? operation.burst : 10'000;
    auto& bucket = buckets_.try_emplace(operation.name, burst, rate, clock_.steady()).first->second;
    if (auto refused = let_in(call, operation, path)) {
        ++world_.counters.refused;
        response = std::move(*refused);
    } else if (!bucket.take(1, clock_.steady())) {
        response = throttled(world_.counters);
    } else {
        if (const auto page = faults_.take({"half_page", "repeat_cursor", "empty_page"}, call.operation)) {
            ++world_.counters.faults;
            call.page_fault = page->kind;
        }
        response = (this->*operation.handler)(call);
        // On what was let in alone: recorded 429 and 403 answers do not have it.
        if (response.status != 403) response.headers.emplace_back("x-amzn-RateLimit-Limit", json(rate).dump());
    }
    response.headers.emplace_back("x-amzn-RequestId", world_.random().uuid());
    if (options_.recorder) options_.recorder({request, response});
    if (network_fault_after(faults_, call.operation, response)) ++world_.counters.faults;
    return response;
}

std::optional<http::Response> SellerImpl::let_in(Call& call, const Operation& operation, const std::string& path) {
    const http::Request& request = call.request;
    // "Mandatory"; its form "App/Version (Language=…; …)" is asked for and not enforced, its length is.
    const auto agent = request.header("user-agent");
    if (!agent || trim(*agent).empty())
        return error(400, "InvalidInput",
                     "The User-Agent header is missing. Requests must identify their application.");
    if (agent->size() > kLongestUserAgent)
        return error(400, "InvalidInput", "The User-Agent header must not be longer than 500 characters.");
    const auto token = request.header("x-amz-access-token");
    if (!token || token->empty()) return denied("Access token is missing in the request header.");
    call.access = tokens_.look(std::string(*token), clock_.steady());
    if (call.access.expired) return denied("The access token you provided has expired.");
    switch (call.access.kind) {
        case Access::Kind::none: return denied("The access token you provided is revoked, malformed or invalid.");
        case Access::Kind::grantless: return denied("");  // good for notifications only
        case Access::Kind::restricted:
            call.restricted = call.access.opens(request.method, path);
            if (call.restricted == nullptr)
                return denied("The restricted data token does not authorize access to this resource.");
            break;
        case Access::Kind::seller: break;
    }
    if (operation.role[0] != '\0' && !has_role(operation.role)) return denied("");
    // A region's host knows its own stores only.
    const std::string_view region = region_of_host(request.header("host").value_or(""));
    if (!region.empty()) {
        for (const char* name : {"MarketplaceIds", "marketplaceIds", "MarketplaceId", "marketplaceId"}) {
            for (const std::string& id : call.list(name)) {
                const Store* store = find_store(id);
                if (store != nullptr && region != store->region) return denied("");
            }
        }
    }
    return std::nullopt;
}

std::optional<http::Response> SellerImpl::read_page(Call& call, const char* token_name, std::chrono::seconds life,
                                                    PagePosition& position) {
    const std::string token = call.text(token_name);
    if (token.empty()) return std::nullopt;
    if (faults_.take({"token_expired"}, call.operation)) {
        ++world_.counters.faults;
        return invalid_input("Invalid token");
    }
    switch (pages_.read(token, call.operation, call.parameters_but(token_name), life, world_.now(), position)) {
        case Pages::Verdict::good: return std::nullopt;
        case Pages::Verdict::unreadable:
            return invalid_input("We could not decode your " + std::string(token_name) + ".");
        case Pages::Verdict::other_parameters:
            return invalid_input("The request parameters must not change while " + std::string(token_name) +
                                 " is used.");
        case Pages::Verdict::expired:
            return invalid_input("Time to live (TTL) exceeded for " + std::string(token_name) + ".");
    }
    return std::nullopt;
}

}  // namespace crossdock::sandbox::amazon
