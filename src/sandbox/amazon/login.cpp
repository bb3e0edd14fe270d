// SPDX-License-Identifier: Apache-2.0
// Login with Amazon, and the tokens that open personal data.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/amazon/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr auto kLife = std::chrono::seconds(3600);
constexpr std::size_t kMostResources = 50;

/// Not the error shape of the API: login is another service.
http::Response login_error(int status, const char* code, const char* text) {
    return answer({{"error_description", text}, {"error", code}}, status);
}

/// Operations whose personal data needs a restricted token, and whether they want to know which elements.
struct Restricted {
    std::string_view tail;  // after /orders/v0/orders
    bool elements;
};
constexpr std::array<Restricted, 6> kRestricted{{{"", true},
                                                 {"/{}", true},
                                                 {"/{}/orderItems", true},
                                                 {"/{}/address", false},
                                                 {"/{}/buyerInfo", false},
                                                 {"/{}/orderItems/buyerInfo", false}}};

/// Null when the path is none that a restricted token opens. `template_used`: it names {orderId} instead of an order.
const Restricted* restricted_of(const std::string& path, bool& template_used) {
    constexpr std::string_view kOrders = "/orders/v0/orders";
    if (!path.starts_with(kOrders)) return nullptr;
    auto parts = split(std::string_view(path).substr(kOrders.size()), '/');
    template_used = parts.size() > 1 && parts[1] == "{orderId}";
    if (parts.size() > 1) parts[1] = "{}";
    std::string tail;
    for (std::size_t i = 1; i < parts.size(); ++i) tail += "/" + parts[i];
    for (const Restricted& known : kRestricted) {
        if (known.tail == tail) return &known;
    }
    return nullptr;
}

}  // namespace

http::Response SellerImpl::login(const http::Request& request) {
    if (auto fault = fault_before("token")) return std::move(*fault);
    if (request.method != "POST") return login_error(405, "invalid_request", "The request must be a POST.");
    const std::string type = to_lower(request.header("content-type").value_or(""));
    if (!type.starts_with("application/x-www-form-urlencoded"))
        return login_error(400, "invalid_request",
                           "The request must have the content type application/x-www-form-urlencoded");
    std::map<std::string, std::string> form = form_fields(request.body);
    const std::string grant = form["grant_type"];
    if (grant != "refresh_token" && grant != "client_credentials")
        return login_error(400, "unsupported_grant_type",
                           "The authorization grant type is not supported by the authorization server");
    const auto& secrets = options_.client_secrets;
    if (form["client_id"] != options_.client_id ||
        std::find(secrets.begin(), secrets.end(), form["client_secret"]) == secrets.end())
        return login_error(401, "invalid_client", "Client authentication failed");

    Access access;
    json body;
    auto life = kLife;
    if (const auto dead = faults_.take({"wrong_expires"}, "token")) {
        ++world_.counters.faults;
        life = std::chrono::seconds(0);
    }
    const std::string token = "Atza|" + base64_encode(world_.random().uuid() + world_.random().uuid());
    body["access_token"] = token;
    if (grant == "refresh_token") {
        const auto& good = options_.refresh_tokens;
        if (std::find(good.begin(), good.end(), form["refresh_token"]) == good.end())
            return login_error(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token");
        access.kind = Access::Kind::seller;
        body["refresh_token"] = form["refresh_token"];
    } else {
        const std::string scope = form["scope"];
        if (scope != "sellingpartnerapi::notifications" && scope != "sellingpartnerapi::client_credential:rotation")
            return login_error(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed");
        access.kind = Access::Kind::grantless;
        body["scope"] = scope;
    }
    body["token_type"] = "bearer";
    body["expires_in"] = 3600;
    tokens_.issue(token, access, clock_.steady() + life);
    ++world_.counters.tokens_issued;
    http::Response response = answer(body);
    if (network_fault_after(faults_, "token", response)) ++world_.counters.faults;
    return response;
}

http::Response SellerImpl::create_restricted_token(Call& call) {
    if (call.access.kind != Access::Kind::seller) return denied("");
    const auto refuse = [](const std::string& details) {
        return error(400, "InvalidRequest", "Request is missing or has invalid parameters", details);
    };
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object() || !body.contains("restrictedResources") || !body["restrictedResources"].is_array() ||
        body["restrictedResources"].empty())
        return refuse("Resource not provided.");
    if (body["restrictedResources"].size() > kMostResources)
        return refuse("More than 50 restricted resources were provided.");
    Access access;
    access.kind = Access::Kind::restricted;
    std::vector<std::string> missing;
    for (const json& item : body["restrictedResources"]) {
        RestrictedResource resource;
        if (!item.is_object() || !item.contains("method") || !item["method"].is_string() || !item.contains("path") ||
            !item["path"].is_string())
            return refuse("Resource not provided.");
        resource.method = item["method"];
        resource.path = item["path"];
        bool template_used = false;
        const Restricted* known = restricted_of(resource.path, template_used);
        if (resource.method != "GET" || known == nullptr)
            return refuse("Resource " + resource.path + " is not a restricted resource.");
        for (const json& element : item.value("dataElements", json::array())) {
            if (!element.is_string()) return refuse("dataElements must be a list of strings.");
            const std::string name = element;
            if (name != "buyerInfo" && name != "shippingAddress" && name != "buyerTaxInformation")
                return refuse("Invalid data element: " + name);
            resource.data_elements.insert(name);
        }
        if (known->elements && resource.data_elements.empty())
            return refuse("dataElements is required for " + resource.path);
        if (!known->elements) resource.data_elements = {"buyerInfo", "shippingAddress"};
        const auto need = [&](const char* element, std::string_view role) {
            if (resource.data_elements.contains(element) && !has_role(role)) missing.emplace_back(element);
        };
        // The two fixed ones stand for what the operation is about.
        if (known->elements || known->tail == "/{}/address") need("shippingAddress", "pii_address");
        if (known->elements || known->tail != "/{}/address") need("buyerInfo", "pii_buyer");
        need("buyerTaxInformation", "pii_buyer");
        access.resources.push_back(std::move(resource));
    }
    if (!missing.empty()) {
        std::string names;
        for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
        return error(options_.rdt_refused_status, "Unauthorized",
                     "Application does not have access to one or more requested data elements: [" + names + "]");
    }
    const std::string token = "Atz.sprdt|" + base64_encode(world_.random().uuid() + world_.random().uuid());
    tokens_.issue(token, access, clock_.steady() + kLife);
    ++world_.counters.restricted_tokens;
    return answer({{"restrictedDataToken", token}, {"expiresIn", 3600}});
}

}  // namespace crossdock::sandbox::amazon
