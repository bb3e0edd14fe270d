// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/client.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::connectors::ebay {
namespace {

using std::chrono::milliseconds;

/// The part of a shared bucket that reading leaves to pushes.
constexpr double kPushReserve = 0.2;
constexpr const char* kKeptSigningKey = "signing_key";
constexpr std::chrono::hours kKeyTooOld{24 * 30};
constexpr std::chrono::seconds kShortPause{60};
constexpr std::chrono::hours kLongestPause{24};
constexpr std::int64_t kSignatureMissing = 215001, kSignatureTime = 215114;
constexpr std::int64_t kScopeMissing = 1100;

struct ClientBody {
    std::string text;
    JsonIndex index;
};

std::string said(const Call& call, int status, const std::string& words) {
    std::string out = std::string{call.name} + ": HTTP " + std::to_string(status);
    if (!words.empty()) out += ", " + words;
    return out;
}

bool is_signature_error(std::int64_t id) { return id == kSignatureMissing || (id >= 215100 && id <= 215199); }

std::string_view signature_advice(const Refusal& refusal) {
    if (refusal.has(kSignatureTime)) return ". The hub's clock is wrong: set it right (NTP)";
    if (refusal.has(kSignatureMissing)) return ". Set message_signatures = \"auto\" or \"always\"";
    return ". The signing key does not belong to this keyset any more, or eBay has forgotten it";
}

}  // namespace

bool Refusal::has(std::int64_t id) const { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

Refusal read_refusal(const net::HttpResponse& response) {
    Refusal out;
    out.status = response.status;
    const auto index = JsonIndex::parse(response.body);
    const JsonView root = index ? index->root() : JsonView{};
    for (const JsonView error : root["errors"]) {
        const auto id = error["errorId"].integer();
        if (id) out.ids.push_back(*id);
        out.of_the_system = out.of_the_system || error["category"].word() == "APPLICATION";
        std::string words = id ? std::to_string(*id) : std::string{};
        if (const auto message = error["message"].filled_text()) words += (words.empty() ? "" : ": ") + *message;
        const auto longer = error["longMessage"].filled_text();
        if (longer && longer != error["message"].text()) words += " (" + *longer + ")";
        if (!words.empty()) out.words += (out.words.empty() ? "" : "; ") + words;
    }
    out.words = in_quotes(out.words);
    return out;
}

std::string with_millis(Timestamp at) {
    std::string out = format_rfc3339(at);
    if (out.find('.') == std::string::npos) out.insert(out.size() - 1, ".000");
    return out;
}

std::string path_part(std::string_view id) { return net::percent_encode(id); }

bool Client::signs() const {
    if (settings_.signatures == Signatures::never) return false;
    return must_sign(settings_, profile_) || shared_.asked_to_sign.load();
}

Result<Answer> Client::call(const Call& call, Refusal* why) {
    auto response = exchange(call);
    if (!response) return response.error();
    if (response->status / 100 != 2) {
        Refusal refusal = read_refusal(*response);
        Error error = error_of(call, *response, refusal);
        if (why != nullptr) *why = std::move(refusal);
        return error;
    }
    Answer answer;
    answer.status = response->status;
    answer.location = std::string{trim(response->header("Location"))};
    answer.provider_now = provider_now(*response);
    if (trim(response->body).empty()) return answer;
    auto body = std::make_shared<ClientBody>();
    body->text = is_valid_utf8(response->body) ? std::move(response->body) : to_valid_utf8(response->body);
    auto index = JsonIndex::parse(body->text);
    if (!index || !index->root().is_object())
        return Error{ErrorKind::unavailable, "ebay_bad_answer",
                     "eBay's answer to " + std::string{call.name} + " is " +
                         (index ? std::string{"no JSON object"} : index.error().message)};
    body->index = std::move(*index);
    answer.root = body->index.root();
    answer.text = body->text;
    answer.keeps_alive = body;
    return answer;
}

Result<net::HttpResponse> Client::exchange(const Call& call) {
    if (call.access == Access::user && call.api != Api::analytics && shared_.quotas.reading_is_due()) read_quotas();
    if (auto room = reserve(call); !room) return room.error();
    const bool wants_signature = call.api == Api::finances;
    const bool sign = wants_signature && signs();
    auto response = send(call, sign);
    if (response && response->status / 100 == 4 && wants_signature && !sign &&
        settings_.signatures == Signatures::automatic && read_refusal(*response).has(kSignatureMissing)) {
        shared_.asked_to_sign = true;
        response = send(call, true);
    }
    if (response && response->status == 429) shared_.quotas.of(call.api).pause_for(pause_after_429(call, *response));
    return response;
}

Status Client::reserve(const Call& call) {
    net::Budget& budget = shared_.quotas.of(call.api);
    const bool leaves_room = !call.push && is_shared_with_pushes(call.api);
    auto taken = budget.take(1, leaves_room ? budget.state().capacity * kPushReserve : 0);
    if (taken) return taken;
    Error error = taken.error();
    error.message =
        "the channel's budget for eBay's " + std::string{facts_of(call.api).name} + " API is used up for now";
    return error;
}

/// A quota of a day comes back at its reset, and sooner asking only adds refusals; a short burst is over in a minute.
milliseconds Client::pause_after_429(const Call& call, const net::HttpResponse& response) {
    const milliseconds jitter{static_cast<std::int64_t>(5000 * runtime_.random.unit())};
    if (const auto stated = retry_after(response, now())) return *stated;
    if (call.api != Api::analytics) read_quotas();
    const auto filled = shared_.quotas.filled_again_at(call.api, now());
    if (!filled) return kShortPause + jitter;
    return std::min<milliseconds>(*filled - now(), kLongestPause) + jitter;
}

Result<net::HttpResponse> Client::send(const Call& call, bool with_signature) {
    auto token = shared_.tokens.get(call.access, settings_, runtime_);
    for (bool renewed = false;; renewed = true) {
        if (!token) return token.error();
        auto response = send_with(call, *token, with_signature);
        // The Inventory API answers 403 to a token that has just run out.
        const bool refused =
            response && (response->status == 401 || (response->status == 403 && call.api == Api::inventory));
        if (!refused || renewed) return response;
        token = shared_.tokens.renew(call.access, *token, settings_, runtime_);
    }
}

Result<net::HttpResponse> Client::send_with(const Call& call, const Secret& token, bool with_signature) {
    const ApiFacts& facts = facts_of(call.api);
    net::HttpRequest request;
    request.method = call.method;
    request.url = with_query(
        (facts.on_apiz ? settings_.apiz_url : settings_.api_url) + std::string{facts.path} + call.path, call.query);
    request.body = call.body;
    request.headers = call.headers;
    if (call.api == Api::trading) {
        request.headers.emplace_back("X-EBAY-API-IAF-TOKEN", token.reveal());
        request.headers.emplace_back("Content-Type", "text/xml");
    } else {
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Accept-Language", "en-US");
        request.headers.emplace_back("Authorization", "Bearer " + token.reveal());
        if (call.access == Access::user)
            request.headers.emplace_back("X-EBAY-C-MARKETPLACE-ID", std::string{settings_.marketplace->id});
        if (!call.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    }
    if (with_signature) {
        const auto key = signing_key();
        if (!key) {
            // Nothing of the call itself was sent.
            Error error = key.error();
            if (error.kind == ErrorKind::unavailable) error.code = "ebay_token_unavailable";
            return error;
        }
        const auto signature = signature_headers(*key, request.method, request.url, request.body, now());
        if (!signature) return signature.error();
        for (const auto& header : *signature) request.headers.push_back(header);
    }
    request.max_answer_bytes = 64U * 1024 * 1024;
    return runtime_.http.send(request);
}

Error Client::error_of(const Call& call, const net::HttpResponse& response, const Refusal& refusal) const {
    const int status = response.status;
    std::string message = "eBay refused " + said(call, status, refusal.words);
    if (status == 429)
        return {ErrorKind::rate_limited, "ebay_throttled",
                "eBay asks to slow down: " + said(call, status, refusal.words),
                shared_.quotas.filled_again_at(call.api, now())
                    ? std::optional<milliseconds>{*shared_.quotas.filled_again_at(call.api, now()) - now()}
                    : retry_after(response, now()).value_or(kShortPause)};
    if (status >= 500 || (status >= 400 && refusal.of_the_system))
        return {ErrorKind::unavailable, "ebay_server_error", "eBay failed: " + said(call, status, refusal.words),
                retry_after(response, now())};
    if (std::any_of(refusal.ids.begin(), refusal.ids.end(), is_signature_error))
        return {ErrorKind::denied, "ebay_signature_refused", message + std::string{signature_advice(refusal)}};
    if (refusal.has(kScopeMissing))
        return {ErrorKind::denied, "ebay_scope_missing",
                message +
                    ". The seller's consent lacks a scope, or the account the programme: let the seller consent "
                    "again with all scopes (docs/channels/ebay.md, section 2)"};
    switch (status) {
        case 401:
            return {ErrorKind::denied, "ebay_consent_needed",
                    message + ". A fresh token is refused, too: let the seller consent again"};
        case 403: return {ErrorKind::denied, "ebay_denied", message + ". Check the seller's account and the consent"};
        case 404: return {ErrorKind::not_found, "ebay_not_found", std::move(message)};
        case 409: return {ErrorKind::conflict, "ebay_conflict", std::move(message)};
        default: break;
    }
    if (status >= 400) return {ErrorKind::rejected, "ebay_refused", std::move(message)};
    return {ErrorKind::unavailable, "ebay_error", "eBay answered " + said(call, status, refusal.words)};
}

void Client::read_quotas() {
    const Call call{Api::analytics, "getRateLimits", "/rate_limit/", {}, "GET", {}, Access::application};
    if (const auto answer = this->call(call)) shared_.quotas.learn(answer->root, now());
}

Result<SigningKey> Client::signing_key() {
    const std::scoped_lock lock(shared_.signing_mutex);
    std::optional<SigningKey>& key = shared_.signing_key;
    if (!key && runtime_.vault != nullptr)
        key = parse_key(runtime_.vault->load(kKeptSigningKey).value_or(Secret{}).reveal());
    if (key && (!key->expires_at || *key->expires_at - now() > kKeyTooOld)) return *key;
    Call call{Api::key_management, "createSigningKey", "/signing_key"};
    call.method = "POST";
    call.access = Access::application;
    call.body = R"({"signingKeyCipher":"ED25519"})";
    const auto answer = this->call(call);
    if (!answer) {
        if (key && (!key->expires_at || *key->expires_at > now())) return *key;  // the old one serves a while yet
        return answer.error();
    }
    auto made = read_new_key(answer->text);
    if (!made) return made.error();
    // The private part is shown this once: on disk before it is used.
    if (runtime_.vault != nullptr) runtime_.vault->keep(kKeptSigningKey, Secret{to_text(*made)});
    key = *made;
    return made;
}

}  // namespace crossdock::connectors::ebay
