// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/token.h"

#include "connectors/json_view.h"
#include "connectors/shopify/answers.h"

namespace crossdock::connectors::shopify {
namespace {

/// The grant's refusals are JSON ({"error":"shop_not_permitted", …}) or an HTML page that says nothing.
std::string advice(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    const std::string_view word = index ? index->root()["error"].word() : std::string_view{};
    if (word == "shop_not_permitted")
        return "shop_not_permitted. The app and the shop must belong to the same organisation of the Dev Dashboard";
    if (word == "application_cannot_be_found" || word == "invalid_client")
        return std::string{word} + ". Check client_id and client_secret of the channel in the config file";
    if (word == "app_not_installed") return "app_not_installed. Install the app in the shop";
    if (!word.empty())
        return in_quotes(word.substr(0, 60)) +
               ". Check client_id, client_secret and shop of the channel in the config file";
    return "check client_id, client_secret and shop of the channel in the config file, and that the app is installed";
}

}  // namespace

Error token_refused(const std::string& why) {
    return {ErrorKind::denied, "shopify_token_refused", "Shopify refused the channel's credentials: " + why};
}

Result<IssuedToken> fetch_token(const Settings& settings, net::HttpClient& http, const Clock& clock) {
    if (settings.client_id.empty() || settings.client_secret.empty())
        return token_refused(
            "the channel has neither access_token nor client_id with client_secret in the config file");
    net::HttpRequest request;
    request.method = "POST";
    request.url = settings.base_url + "/admin/oauth/access_token";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"User-Agent", std::string{kUserAgent}}};
    request.body = "grant_type=client_credentials&client_id=" + net::percent_encode(settings.client_id) +
                   "&client_secret=" + net::percent_encode(settings.client_secret.reveal());
    request.deadline = std::chrono::seconds{20};
    request.max_answer_bytes = 64U * 1024;
    const auto response = http.send(request);
    if (!response) {
        // The caller's own request has not been sent yet, so whatever happened here its effect is known: none.
        Error error = response.error();
        error.code = "shopify_token_unavailable";
        error.message = "no access token: " + error.message;
        return error;
    }
    if (response->status == 429)
        return Error{ErrorKind::rate_limited, "shopify_throttled", "Shopify's token address asks to slow down",
                     retry_after(*response, clock.now()).value_or(std::chrono::seconds{5})};
    if (response->status >= 500)
        return Error{ErrorKind::unavailable, "shopify_token_unavailable",
                     "Shopify's token address answered HTTP " + std::to_string(response->status),
                     retry_after(*response, clock.now())};
    if (response->status != 200) return token_refused(advice(response->body));
    const auto index = JsonIndex::parse(response->body);
    const auto token = index ? index->root()["access_token"].filled_text() : std::nullopt;
    if (!token)
        return Error{ErrorKind::unavailable, "shopify_token_unavailable",
                     "Shopify's token address answered without a token"};
    return IssuedToken{Secret{*token}, std::chrono::seconds{index->root()["expires_in"].integer().value_or(3600)}};
}

}  // namespace crossdock::connectors::shopify
