// SPDX-License-Identifier: Apache-2.0
// Tokens, who the seller is, signing keys, quotas.
#include "base/text.h"

#include <nlohmann/json.hpp>

#include "sandbox/ebay/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kScopeRoot = "https://api.ebay.com/oauth/api_scope";

http::Response token_error(int status, std::string_view error, std::string_view description) {
    return http::Response::json(status, Json{{"error", error}, {"error_description", description}}.dump());
}

/// Short names of the scopes asked for; none when one of them is no scope.
std::optional<std::set<std::string>> short_scopes(std::string_view text) {
    std::set<std::string> out;
    for (const std::string& scope : split(text, ' ')) {
        if (scope.empty()) continue;
        if (!scope.starts_with(kScopeRoot)) return std::nullopt;
        std::string rest = scope.substr(kScopeRoot.size());
        if (!rest.empty() && rest[0] != '/') return std::nullopt;
        out.insert(rest.empty() ? rest : rest.substr(1));
    }
    return out;
}

}  // namespace

http::Response SellerImpl::token(const http::Request& request) {
    if (request.header("authorization").value_or("") !=
        "Basic " + base64_encode(options_.client_id + ":" + options_.client_secret))
        return token_error(401, "invalid_client", "client authentication failed");
    if (!request.header("content-type").value_or("").starts_with("application/x-www-form-urlencoded"))
        return token_error(400, "invalid_request", "content type must be application/x-www-form-urlencoded");
    auto form = form_fields(request.body);
    const std::string grant = form["grant_type"];
    const auto asked = short_scopes(form["scope"]);
    if (!asked) return token_error(400, "invalid_scope", "the requested scope is invalid, unknown or malformed");
    Token made;
    made.expires_at = clock_.now() + 7200s;
    Json body = Json::object();
    if (grant == "client_credentials") {
        made.application = true;
        if (asked->empty()) return token_error(400, "invalid_scope", "the requested scope is missing");
        if (*asked != std::set<std::string>{""})
            return token_error(400, "invalid_scope", "the requested scope exceeds what is granted to the client");
        made.scopes = *asked;
    } else if (grant == "refresh_token") {
        if (revoked_ || form["refresh_token"] != options_.refresh_token || clock_.now() >= refresh_expires_at_)
            return token_error(400, "invalid_grant",
                               "the provided authorization refresh token is invalid or was issued to another client");
        for (const std::string& scope : *asked)
            if (!consented_.contains(scope))
                return token_error(400, "invalid_scope", "the requested scope exceeds what was consented to");
        made.scopes = asked->empty() ? consented_ : *asked;
    } else if (grant == "authorization_code") {
        if (form["redirect_uri"] != options_.ru_name || form["code"] != options_.authorization_code || code_used_)
            return token_error(400, "invalid_grant",
                               "the provided authorization grant code is invalid or was issued to another client");
        code_used_ = true;
        revoked_ = false;
        refresh_expires_at_ = clock_.now() + 47'304'000s;
        made.scopes = consented_;
    } else {
        return token_error(400, "unsupported_grant_type", "grant type in request is not supported");
    }
    const std::string text = std::string("v^1.1#i^1#p^") + (made.application ? "1" : "3") + "#r^0#t^" +
                             base64_encode(world_.random().uuid());
    body["access_token"] = text;
    body["expires_in"] = 7200;
    if (grant == "authorization_code") {
        body["refresh_token"] = options_.refresh_token;
        body["refresh_token_expires_in"] = 47'304'000;
    }
    body["token_type"] = made.application ? "Application Access Token" : "User Access Token";
    tokens_.emplace(text, std::move(made));
    ++world_.counters.tokens_issued;
    return http::Response::json(200, body.dump());
}

http::Response SellerImpl::get_user() {
    return http::Response::json(200, Json{{"userId", "demoSellerId"},
                                          {"username", "demo_seller"},
                                          {"accountType", "BUSINESS"},
                                          {"registrationMarketplaceId", options_.marketplace}}
                                         .dump());
}

http::Response SellerImpl::get_privileges() {
    return http::Response::json(
        200, Json{{"sellerRegistrationCompleted", true},
                  {"sellingLimit", {{"amount", amount(2'500'000, world_.currency())}, {"quantity", 10000}}}}
                 .dump());
}

http::Response SellerImpl::signing_keys(const http::Request& request, const Operation& operation) {
    const auto shown = [](const SigningKey& key) {
        return Json{{"signingKeyId", key.id},      {"signingKeyCipher", "ED25519"}, {"jwe", key.jwe},
                    {"publicKey", key.public_key}, {"creationTime", key.created},   {"expirationTime", key.expires}};
    };
    if (operation.name == "getSigningKeys") {
        Json body = {{"signingKeys", Json::array()}};
        for (const SigningKey& key : signing_keys_) body["signingKeys"].push_back(shown(key));
        return http::Response::json(200, body.dump());
    }
    if (operation.name == "getSigningKey") {
        for (const SigningKey& key : signing_keys_)
            if (key.id == operation.arguments[0]) return http::Response::json(200, shown(key).dump());
        return refuse(404, 210002, "API_KEY_MANAGEMENT", "There is no such signing key");
    }
    const Json wanted = Json::parse(request.body, nullptr, false);
    // RSA is allowed at eBay; this sandbox issues what is recommended.
    if (!wanted.is_object() || wanted.value("signingKeyCipher", Json()) != Json("ED25519"))
        return refuse(400, 210001, "API_KEY_MANAGEMENT", "Invalid signingKeyCipher");
    std::string secret(32, '\0');
    world_.random().fill(std::as_writable_bytes(std::span(secret)));
    const KeyPair pair = ed25519_key(secret);
    SigningKey key;
    key.id = world_.random().uuid();
    key.public_key = pair.public_key;
    key.created = to_ms(world_.now()) / 1000;
    key.expires = key.created + 3LL * 365 * 86'400;
    // Opaque to the client: five parts, as a JWE in compact form has.
    key.jwe = "eyJ6aXAiOiJERUYifQ";
    for (int i = 0; i < 4; ++i) key.jwe += "." + sha256_hex(key.id + std::to_string(i)).substr(0, 40);
    signing_keys_.push_back(key);
    Json body = shown(key);
    body["privateKey"] = pair.private_key;  // once, and never again
    return http::Response::json(200, body.dump());
}

http::Response SellerImpl::rate_limits(bool user) {
    struct Api {
        std::string_view name, context, version;
    };
    static constexpr Api kApis[] = {{"Fulfillment", "sell", "v1"},      {"Inventory", "sell", "v1"},
                                    {"Finances", "sell", "v1"},         {"Account", "sell", "v1"},
                                    {"Notification", "commerce", "v1"}, {"TradingAPI", "TradingAPI", "v1"}};
    Json rows = Json::array();
    const std::int64_t midnight = (to_ms(world_.now()) / 86'400'000 + 1) * 86'400'000;
    for (const Api& api : kApis) {
        if (user && api.name == "Notification") continue;
        const Quota& quota = quota_of(std::string(api.name));
        const Json rate = {{"count", quota.count},
                           {"limit", quota.limit},
                           {"remaining", quota.limit - quota.count},
                           {"reset", ebay_time(from_ms(midnight))},
                           {"timeWindow", 86400}};
        rows.push_back({{"apiContext", api.context},
                        {"apiName", api.name},
                        {"apiVersion", api.version},
                        {"resources", Json::array({{{"name", std::string(api.context) + "." + to_lower(api.name)},
                                                    {"rates", Json::array({rate})}}})}});
    }
    return http::Response::json(200, Json{{"rateLimits", rows}}.dump());
}

}  // namespace crossdock::sandbox::ebay
