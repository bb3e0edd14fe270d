// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/token.h"

#include <algorithm>

#include "base/json_writer.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr const char* kKeptToken = "refresh_token";

/// The refresh token that counts: one that Amazon handed out later, unless the config file has a new one since.
Secret current_refresh_token(const Settings& settings, Vault* vault) {
    if (vault != nullptr) {
        const Secret kept = vault->load(kKeptToken).value_or(Secret{});
        const auto index = JsonIndex::parse(kept.reveal());
        if (index && index->root()["configured"].text() == settings.refresh_token.reveal())
            if (auto token = index->root()["token"].filled_text()) return Secret{std::move(*token)};
    }
    return settings.refresh_token;
}

void keep_refresh_token(const Settings& settings, Vault* vault, const std::string& token) {
    if (vault == nullptr) return;
    std::string text;
    JsonWriter(text)
        .begin_object()
        .field("configured", settings.refresh_token.reveal())
        .field("token", token)
        .end_object();
    vault->keep(kKeptToken, Secret{std::move(text)});
}

std::string advice(std::string_view word) {
    if (word == "invalid_client")
        return "invalid_client. Check client_id and client_secret of the channel in the config file; a client secret "
               "expires after 180 days and is renewed in Seller Central";
    if (word == "invalid_grant")
        return "invalid_grant. The refresh_token was revoked, or belongs to another app: authorise the app again in "
               "Seller Central and put the new token into the config file";
    if (word == "unauthorized_client")
        return "unauthorized_client. The refresh_token belongs to another app than client_id";
    if (!word.empty())
        return in_quotes(word.substr(0, 60)) + ". Check client_id, client_secret and refresh_token in the config file";
    return "check client_id, client_secret and refresh_token of the channel in the config file";
}

Result<net::HttpResponse> ask(const Settings& settings, const Runtime& runtime, const Secret& secret,
                              const Secret& refresh_token) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = settings.login_url + "/auth/o2/token";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"User-Agent", std::string{kUserAgent}}};
    request.body = form_body({{"grant_type", "refresh_token"},
                              {"refresh_token", refresh_token.reveal()},
                              {"client_id", settings.client_id},
                              {"client_secret", secret.reveal()}});
    request.deadline = std::chrono::seconds{20};
    request.max_answer_bytes = 64U * 1024;
    return runtime.http.send(request);
}

Result<IssuedToken> fetch(const Settings& settings, const Runtime& runtime) {
    const Secret refresh_token = current_refresh_token(settings, runtime.vault);
    for (std::size_t i = 0; i < settings.client_secrets.size(); ++i) {
        const auto response = ask(settings, runtime, settings.client_secrets[i], refresh_token);
        if (!response) {
            // The caller's own request has not been sent yet, so whatever happened here its effect is known: none.
            Error error = response.error();
            error.code = "amazon_token_unavailable";
            error.message = "no access token: " + error.message;
            return error;
        }
        if (response->status == 429)
            return Error{ErrorKind::rate_limited, "amazon_throttled", "Login with Amazon asks to slow down",
                         retry_after(*response, runtime.clock.now()).value_or(std::chrono::seconds{30})};
        if (response->status >= 500)
            return Error{ErrorKind::unavailable, "amazon_token_unavailable",
                         "Login with Amazon answered HTTP " + std::to_string(response->status),
                         retry_after(*response, runtime.clock.now())};
        const auto index = JsonIndex::parse(response->body);
        if (response->status != 200) {
            const std::string_view word = index ? index->root()["error"].word() : std::string_view{};
            if (word == "invalid_client" && i + 1 < settings.client_secrets.size()) continue;  // the older secret
            return Error{ErrorKind::denied, "amazon_token_refused",
                         "Login with Amazon refused the channel's credentials: " + advice(word)};
        }
        const auto token = index ? index->root()["access_token"].filled_text() : std::nullopt;
        if (!token)
            return Error{ErrorKind::unavailable, "amazon_token_unavailable",
                         "Login with Amazon answered without an access token"};
        if (const auto next = index->root()["refresh_token"].filled_text(); next && *next != refresh_token.reveal())
            keep_refresh_token(settings, runtime.vault, *next);
        const auto seconds = index->root()["expires_in"].integer().value_or(3600);
        return IssuedToken{Secret{*token}, std::chrono::seconds{seconds}};
    }
    return Error{ErrorKind::denied, "amazon_token_refused", "the channel has no client_secret in the config file"};
}

}  // namespace

Result<Secret> TokenSource::get(const Settings& settings, const Runtime& runtime) {
    return cache_.get(runtime.clock, [&] { return fetch(settings, runtime); });
}

Result<Secret> TokenSource::renew(const Secret& refused, const Settings& settings, const Runtime& runtime) {
    return cache_.renew(refused, runtime.clock, [&] { return fetch(settings, runtime); });
}

}  // namespace crossdock::connectors::amazon
