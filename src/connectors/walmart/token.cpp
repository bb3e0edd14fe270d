// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/token.h"

#include <algorithm>

#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/walmart/refusal.h"
#include "crypto/hash.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::int64_t kLives = 900;

Result<IssuedToken> fetch_token(const Settings& settings, const Runtime& runtime) {
    const std::string id = runtime.random.uuid();
    net::HttpRequest request;
    request.method = "POST";
    request.url = settings.url + "/v3/token";
    request.headers = common_headers(settings, id);
    request.headers.emplace_back(
        "Authorization", "Basic " + crypto::base64_encode(settings.client_id + ":" + settings.client_secret.reveal()));
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = "grant_type=client_credentials";
    request.deadline = std::chrono::seconds{20};
    request.max_answer_bytes = 64U * 1024;
    const auto response = runtime.http.send(request);
    if (!response) {
        // The caller's own request has not been sent yet, so whatever happened here its effect is known: none.
        Error error = response.error();
        error.code = "walmart_token_unavailable";
        error.message = "no access token: " + error.message;
        return error;
    }
    const Refusal refusal = read_refusal(response->body);
    const std::string said = "HTTP " + std::to_string(response->status) +
                             (refusal.words.empty() ? "" : ", " + refusal.words) + " (correlation id " + id + ")";
    if (response->status == 429)
        return Error{ErrorKind::rate_limited, "walmart_throttled", "Walmart asks to slow down with tokens: " + said,
                     replenished_in(*response, runtime.clock.now()).value_or(std::chrono::seconds{30})};
    if (response->status >= 500)
        return Error{ErrorKind::unavailable, "walmart_token_unavailable", "Walmart gave no access token: " + said,
                     retry_after(*response, runtime.clock.now())};
    if (response->status != 200)
        return Error{ErrorKind::denied, "walmart_token_refused",
                     "Walmart refused the channel's key: " + said +
                         ". The seller can rotate or switch off a key at any time: check client_id and client_secret "
                         "in the config file against Walmart's Developer Portal (sandbox keys work in the sandbox "
                         "only)"};
    const auto index = JsonIndex::parse(response->body);
    const auto token = index ? index->root()["access_token"].filled_text() : std::nullopt;
    if (!token)
        return Error{ErrorKind::unavailable, "walmart_token_unavailable",
                     "Walmart answered without an access token (correlation id " + id + ")"};
    const auto lives = index->root()["expires_in"].integer().value_or(kLives);
    return IssuedToken{Secret{*token}, std::chrono::seconds{lives}};
}

}  // namespace

net::Headers common_headers(const Settings& settings, const std::string& correlation_id) {
    net::Headers headers{{"Accept", "application/json"},
                         {"WM_SVC.NAME", "Walmart Marketplace"},
                         {"WM_QOS.CORRELATION_ID", correlation_id}};
    if (!settings.channel_type.empty()) headers.emplace_back("WM_CONSUMER.CHANNEL.TYPE", settings.channel_type);
    return headers;
}

Result<Secret> TokenSource::get(const Settings& settings, const Runtime& runtime) {
    return cache_.get(runtime.clock, [&] { return fetch_token(settings, runtime); });
}

Result<Secret> TokenSource::renew(const Secret& refused, const Settings& settings, const Runtime& runtime) {
    return cache_.renew(refused, runtime.clock, [&] { return fetch_token(settings, runtime); });
}

}  // namespace crossdock::connectors::walmart
