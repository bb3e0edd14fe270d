// SPDX-License-Identifier: Apache-2.0
#include "webhooks/target.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/text.h"
#include "webhooks/schedule.h"
#include "webhooks/signing.h"

namespace crossdock::webhooks {
namespace {

constexpr std::chrono::seconds kDeadline{15};
constexpr std::size_t kMostRead = 64U * 1024;
constexpr std::size_t kKept = 1024;
constexpr int kGone = 410;

/// The first kilobyte, fit to be stored and shown.
std::string excerpt_of(std::string_view body) {
    std::string text = to_valid_utf8(body.substr(0, kKept));
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; },
        ' ');
    return text;
}

std::string words_for(int status) {
    const std::string answered = "answered " + std::to_string(status);
    if (status / 100 == 3) return answered + ": redirects are not followed; give the endpoint its final address";
    if (status == kGone) return answered + " Gone: it wants no more events";
    return answered;
}

}  // namespace

std::string secret_place(std::string_view public_id, std::string_view purpose) {
    return "webhook endpoint " + std::string{public_id} + ": " + std::string{purpose};
}

Secret headers_to_text(const net::Headers& headers) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [name, value] : headers) list.push_back({name, value});
    return Secret{list.dump()};
}

net::Headers headers_from_text(const Secret& text) {
    net::Headers headers;
    const auto list = parse_json(text.reveal());
    if (!list || !list->is_array()) return headers;
    for (const auto& pair : *list)
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
            headers.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    return headers;
}

Target open_target(db::Session& session, SecretKeeper& keeper, const store::WebhookEndpoint& endpoint, Timestamp now) {
    Target target;
    target.endpoint = endpoint;
    store::WebhookEndpointRepo endpoints(session);
    const auto trouble = [&](const Error& error) {
        target.trouble = "its secret cannot be opened: " + error.message +
                         ". Put the key file back from your copy, or rotate the secret: crossdock webhook rotate " +
                         endpoint.public_id;
    };
    for (const store::EndpointSecret& held : endpoints.secrets(endpoint.id, "signing", now)) {
        auto secret = keeper.open(held.sealed, secret_place(endpoint.public_id, "signing"));
        if (secret)
            target.secrets.push_back({std::move(*secret), held.expires_at});
        else if (!held.expires_at)
            trouble(secret.error());  // one that ends anyway is not missed
    }
    if (target.secrets.empty() && target.trouble.empty())
        target.trouble = "it has no secret; rotate it: crossdock webhook rotate " + endpoint.public_id;
    for (const store::EndpointSecret& held : endpoints.secrets(endpoint.id, "headers", now)) {
        const auto text = keeper.open(held.sealed, secret_place(endpoint.public_id, "headers"));
        if (text)
            target.headers = headers_from_text(*text);
        else
            trouble(text.error());
    }
    return target;
}

Sent send_event(net::HttpClient& http, const Clock& clock, const Target& target, std::string_view event_id,
                std::string_view body) {
    Sent sent;
    store::DeliveryAttempt& attempt = sent.attempt;
    attempt.started_at = clock.now();
    if (!target.trouble.empty()) {
        attempt.error = target.trouble;
        return sent;
    }
    std::vector<Secret> secrets;
    for (const Target::LiveSecret& live : target.secrets)
        if (!live.expires_at || *live.expires_at > attempt.started_at) secrets.push_back(live.secret);
    net::HttpRequest request;
    request.method = "POST";
    request.url = target.endpoint.url;
    request.headers = target.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    for (auto& header : signature_headers(event_id, attempt.started_at, body, secrets))
        request.headers.push_back(std::move(header));
    request.body = std::string{body};
    request.deadline = kDeadline;
    request.max_answer_bytes = kMostRead;

    const auto began = clock.steady();
    std::string beginning;
    std::size_t read = 0;
    const auto answer = http.download(request, [&](std::string_view piece) {
        if (beginning.size() < kKept) beginning.append(piece.substr(0, kKept - beginning.size()));
        read += piece.size();
        return read < kMostRead;
    });
    attempt.duration = clock.steady() - began;
    if (!answer) {
        attempt.error = answer.error().message;
        attempt.answer = excerpt_of(beginning);
        return sent;
    }
    attempt.status = answer->status;
    attempt.answer = excerpt_of(beginning.empty() ? std::string_view{answer->body} : std::string_view{beginning});
    attempt.succeeded = answer->status / 100 == 2;
    if (attempt.succeeded) return sent;
    attempt.error = words_for(answer->status);
    sent.gone = answer->status == kGone;
    if (answer->status == 429 || answer->status == 503)
        sent.retry_after = parse_retry_after(answer->header("Retry-After"), attempt.started_at);
    return sent;
}

}  // namespace crossdock::webhooks
