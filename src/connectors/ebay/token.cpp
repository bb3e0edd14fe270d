// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/token.h"

#include <algorithm>

#include "base/json_writer.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "crypto/hash.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr const char* kKeptGrant = "refresh_token";
constexpr const char* kApplicationScope = "https://api.ebay.com/oauth/api_scope";
constexpr std::string_view kAgain =
    "Let the seller consent again (docs/channels/ebay.md, section 2) and put the new refresh_token into the config "
    "file";

/// What the config file says: a token that eBay handed out counts only as long as this stays the same.
const Secret& configured_grant(const Settings& settings) {
    return settings.refresh_token.empty() ? settings.authorization_code : settings.refresh_token;
}

Error grant_refused(std::string_view word, std::string_view description, bool with_code) {
    const std::string said = word.empty() ? std::string{} : in_quotes(word.substr(0, 60)) + ". ";
    if (word == "invalid_grant" && with_code)
        return {ErrorKind::denied, "ebay_consent_needed",
                "eBay refused the channel's authorization_code: " + said +
                    "A code serves once and lives five minutes. Let the seller consent again and give the new one"};
    if (word == "invalid_grant")
        return {ErrorKind::denied, "ebay_consent_needed",
                "eBay refused the channel's refresh_token: " + said +
                    "The seller or eBay withdrew the consent, the seller's name or password changed, 18 months are "
                    "over, or the token belongs to another keyset. " +
                    std::string{kAgain}};
    if (word == "invalid_client" || word == "unauthorized_client")
        return {ErrorKind::denied, "ebay_token_refused",
                "eBay refused the channel's keyset: " + said +
                    "Check client_id (App ID) and client_secret (Cert ID) in the config file, and that they are of "
                    "the environment the channel uses"};
    return {ErrorKind::denied, "ebay_token_refused",
            "eBay gives no access token: " + said + in_quotes(description.substr(0, 200)) +
                " Check client_id, client_secret and refresh_token in the config file"};
}

}  // namespace

std::optional<KeptGrant> TokenSource::kept(const Settings& settings, Vault* vault) {
    std::string text;
    if (vault != nullptr) {
        text = vault->load(kKeptGrant).value_or(Secret{}).reveal();
    } else {
        const std::scoped_lock lock(mutex_);
        text = without_vault_;
    }
    const auto index = JsonIndex::parse(text);
    if (!index || index->root()["configured"].text() != configured_grant(settings).reveal()) return std::nullopt;
    auto token = index->root()["token"].filled_text();
    if (!token) return std::nullopt;
    KeptGrant out{Secret{std::move(*token)}, std::nullopt};
    if (const auto ends = index->root()["expires_at_ms"].integer()) out.expires_at = from_ms(*ends);
    return out;
}

void TokenSource::keep(const Settings& settings, const Runtime& runtime, const std::string& token,
                       std::optional<Timestamp> expires_at) {
    std::string text;
    JsonWriter writer(text);
    writer.begin_object().field("configured", configured_grant(settings).reveal()).field("token", token);
    if (expires_at) writer.field("expires_at_ms", to_ms(*expires_at));
    writer.end_object();
    if (runtime.vault != nullptr) {
        runtime.vault->keep(kKeptGrant, Secret{std::move(text)});
        return;
    }
    const std::scoped_lock lock(mutex_);
    without_vault_ = std::move(text);
}

Result<IssuedToken> TokenSource::fetch(Access access, const Settings& settings, const Runtime& runtime) {
    Query form;
    std::string used;  // refresh token
    bool with_code = false;
    if (access == Access::application) {
        form = {{"grant_type", "client_credentials"}, {"scope", kApplicationScope}};
    } else if (const auto known = kept(settings, runtime.vault)) {
        used = known->token.reveal();
        form = {{"grant_type", "refresh_token"}, {"refresh_token", used}};
    } else if (!settings.refresh_token.empty()) {
        // Without a scope all that the seller consented to is given; naming one more than that would fail.
        used = settings.refresh_token.reveal();
        form = {{"grant_type", "refresh_token"}, {"refresh_token", used}};
    } else {
        with_code = true;
        form = {{"grant_type", "authorization_code"},
                {"code", settings.authorization_code.reveal()},
                {"redirect_uri", settings.ru_name}};
    }
    net::HttpRequest request;
    request.method = "POST";
    request.url = settings.api_url + "/identity/v1/oauth2/token";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"Authorization",
                        "Basic " + crypto::base64_encode(settings.client_id + ":" + settings.client_secret.reveal())}};
    request.body = form_body(form);
    request.deadline = std::chrono::seconds{20};
    request.max_answer_bytes = 256U * 1024;
    const auto response = runtime.http.send(request);
    if (!response) {
        // The caller's own request has not been sent yet, so whatever happened here its effect is known: none.
        Error error = response.error();
        error.code = "ebay_token_unavailable";
        error.message = "no access token: " + error.message;
        return error;
    }
    if (response->status == 429)
        return Error{ErrorKind::rate_limited, "ebay_throttled", "eBay's token service asks to slow down",
                     retry_after(*response, runtime.clock.now()).value_or(std::chrono::seconds{60})};
    if (response->status >= 500)
        return Error{ErrorKind::unavailable, "ebay_token_unavailable",
                     "eBay's token service answered HTTP " + std::to_string(response->status),
                     retry_after(*response, runtime.clock.now())};
    const auto index = JsonIndex::parse(response->body);
    const JsonView root = index ? index->root() : JsonView{};
    if (response->status != 200)
        return grant_refused(root["error"].word(), root["error_description"].text().value_or(""), with_code);
    const auto token = root["access_token"].filled_text();
    if (!token)
        return Error{ErrorKind::unavailable, "ebay_token_unavailable",
                     "eBay's token service answered without an access token"};
    // A consent's code gives the refresh token this once. A refresh gives none, but if it did the old one were over.
    if (const auto next = root["refresh_token"].filled_text(); access == Access::user && next && *next != used) {
        std::optional<Timestamp> ends;
        if (const auto lives = root["refresh_token_expires_in"].integer(); lives && *lives > 0 && *lives < 500'000'000)
            ends = runtime.clock.now() + std::chrono::seconds{*lives};
        keep(settings, runtime, *next, ends);
    } else if (with_code) {
        return Error{ErrorKind::denied, "ebay_consent_needed",
                     "eBay gave no refresh token for the authorization_code; let the seller consent again"};
    }
    const auto seconds = root["expires_in"].integer().value_or(7200);
    return IssuedToken{Secret{*token}, std::chrono::seconds{seconds}};
}

Result<Secret> TokenSource::get(Access access, const Settings& settings, const Runtime& runtime) {
    return cache(access).get(runtime.clock, [&] { return fetch(access, settings, runtime); });
}

Result<Secret> TokenSource::renew(Access access, const Secret& refused, const Settings& settings,
                                  const Runtime& runtime) {
    return cache(access).renew(refused, runtime.clock, [&] { return fetch(access, settings, runtime); });
}

std::optional<Timestamp> TokenSource::consent_ends(const Settings& settings, const Runtime& runtime) {
    if (const auto known = kept(settings, runtime.vault); known && known->expires_at) return known->expires_at;
    return settings.refresh_token_expires;
}

}  // namespace crossdock::connectors::ebay
