// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/webhooks.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/answers.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::chrono::hours kKeyLife{1};
constexpr std::size_t kKeysKept = 20;
constexpr const char* kKeptEndpoint = "notification_endpoint";

std::string_view header_in(const net::Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (equals_ignoring_case(key, name)) return value;
    return {};
}

/// Ids go into a path: nothing but what an id of eBay's is made of.
bool is_key_id(std::string_view id) {
    return !id.empty() && id.size() <= 80 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

std::optional<crypto::MessageDigest> digest_of(std::string_view word) {
    if (word == "SHA1" || word == "SHA-1") return crypto::MessageDigest::sha1;
    if (word == "SHA256" || word == "SHA-256") return crypto::MessageDigest::sha256;
    if (word == "SHA384" || word == "SHA-384") return crypto::MessageDigest::sha384;
    if (word == "SHA512" || word == "SHA-512") return crypto::MessageDigest::sha512;
    return std::nullopt;
}

Error not_genuine(std::string why) { return {ErrorKind::denied, "webhook_not_genuine", std::move(why)}; }

/// The first order id in a payload, wherever it stands: the topics about orders differ.
std::string order_id_in(JsonView node) {
    if (node.is_object())
        if (const auto id = node["orderId"].filled_text()) return *id;
    if (node.is_object() || node.is_array())
        for (const JsonView one : node)
            if (std::string id = order_id_in(one); !id.empty()) return id;
    return {};
}

}  // namespace

std::string challenge_response(std::string_view code, std::string_view token, std::string_view endpoint) {
    return crypto::sha256_hex(std::string{code} + std::string{token} + std::string{endpoint});
}

std::optional<NotificationSignature> parse_signature(std::string_view header) {
    const auto text = crypto::base64_decode(trim(header));
    if (!text) return std::nullopt;
    const auto index = JsonIndex::parse(*text);
    const JsonView root = index ? index->root() : JsonView{};
    NotificationSignature out;
    out.key_id = root["kid"].text().value_or("");
    out.digest = root["digest"].text().value_or("");
    out.signature = crypto::base64_decode(root["signature"].text().value_or("")).value_or("");
    const bool ecdsa = equals_ignoring_case(root["alg"].text().value_or(""), "ecdsa");
    if (!ecdsa || !is_key_id(out.key_id) || out.signature.empty()) return std::nullopt;
    return out;
}

WebhookNotice notice_of(std::string_view body, std::string_view seller) {
    using Subject = WebhookNotice::Subject;
    WebhookNotice notice;
    const auto index = JsonIndex::parse(body);
    const JsonView root = index ? index->root() : JsonView{};
    const JsonView notification = root["notification"], data = notification["data"];
    notice.topic = root["metadata"]["topic"].text().value_or("");
    notice.delivery_id = notification["notificationId"].text().value_or("");
    const std::string_view topic = notice.topic;
    if (topic == "MARKETPLACE_ACCOUNT_DELETION") {
        notice.subject = Subject::erasure;
        // Orders name the buyer by the one or the other, by the age of the application: both, one a line.
        for (const std::string_view field : {"username", "userId"})
            if (const auto name = data[field].filled_text(); name && *name != notice.external_id)
                notice.external_id += (notice.external_id.empty() ? "" : "\n") + *name;
    } else if (topic == "AUTHORIZATION_REVOCATION") {
        // One application serves several sellers; each hears of all.
        const auto user = data["userId"].filled_text();
        if (seller.empty() || !user || *user == seller) notice.subject = Subject::channel;
    } else if (topic.starts_with("ORDER_") || topic == "ITEM_MARKED_SHIPPED") {
        notice.subject = Subject::order;
        notice.external_id = order_id_in(data);
    } else if (topic == "ITEM_AVAILABILITY") {
        notice.subject = Subject::stock;
    } else if (topic.starts_with("LISTING") || topic.starts_with("ITEM_PRICE")) {
        notice.subject = Subject::catalog;
    }
    return notice;
}

std::string Webhooks::endpoint_of(const WebhookCall& call) const {
    if (!client_.settings().notification_endpoint.empty()) return client_.settings().notification_endpoint;
    {
        SharedState& shared = client_.shared();
        const std::scoped_lock lock(shared.notification_mutex);
        if (!shared.notification_endpoint.empty()) return shared.notification_endpoint;
    }
    if (Vault* vault = client_.runtime().vault; vault != nullptr)
        if (auto kept = vault->load(kKeptEndpoint); kept && !kept->empty()) return kept->reveal();
    // Registered by hand before the hub ever did: as eBay calls it, so it is registered.
    return "https://" + std::string{trim(header_in(call.headers, "Host"))} + std::string{call.path};
}

void Webhooks::remember_endpoint(const std::string& url) {
    SharedState& shared = client_.shared();
    const std::scoped_lock lock(shared.notification_mutex);
    if (shared.notification_endpoint == url) return;
    shared.notification_endpoint = url;
    if (client_.runtime().vault != nullptr) client_.runtime().vault->keep(kKeptEndpoint, Secret{url});
}

std::optional<std::string> Webhooks::handshake(const WebhookCall& call) {
    if (call.method != "GET" || client_.settings().verification_token.empty()) return std::nullopt;
    for (const auto& [name, value] : call.query)
        if (name == "challenge_code" && !value.empty())
            return R"({"challengeResponse":")" +
                   challenge_response(value, client_.settings().verification_token.reveal(), endpoint_of(call)) +
                   R"("})";
    return std::nullopt;
}

/// The DER of the key. A wrong id costs a call: the notifications' budget is the limit of that.
Result<std::string> Webhooks::public_key(const std::string& id) {
    SharedState& shared = client_.shared();
    const auto now = client_.runtime().clock.steady();
    std::string older;
    {
        const std::scoped_lock lock(shared.notification_mutex);
        const auto found = shared.notification_keys.find(id);
        if (found != shared.notification_keys.end()) {
            if (now - found->second.read_at < kKeyLife) return found->second.der;
            older = found->second.der;
        }
    }
    Call call{Api::notification, "getPublicKey", "/public_key/" + path_part(id)};
    call.access = Access::application;
    const auto answer = client_.call(call);
    std::string der;
    if (answer) {
        der = crypto::der_of(answer->root["key"].text().value_or("")).value_or("");
    } else {
        const Error& error = answer.error();
        const bool unknown = error.kind == ErrorKind::not_found || error.kind == ErrorKind::rejected;
        if (!unknown && !older.empty()) return older;  // keys change rarely; trouble at eBay is no reason to refuse
        if (!unknown)
            return Error{ErrorKind::unavailable, "webhook_key_unavailable",
                         "eBay's public key could not be read: " + error.message};
    }
    const std::scoped_lock lock(shared.notification_mutex);
    if (shared.notification_keys.size() >= kKeysKept) shared.notification_keys.clear();
    shared.notification_keys[id] = {der, now};
    return der;
}

Result<WebhookNotice> Webhooks::verify(const WebhookCall& call) {
    const auto signature = parse_signature(header_in(call.headers, "X-EBAY-SIGNATURE"));
    if (!signature) return not_genuine("the notification has no X-EBAY-SIGNATURE header that can be read");
    const auto digest = digest_of(signature->digest);
    if (!digest) return not_genuine("the notification's signature uses a digest that is not known");
    const auto key = public_key(signature->key_id);
    if (!key) return key.error();
    if (key->empty() || !crypto::ecdsa_fits(*key, *digest, call.body, signature->signature))
        return not_genuine("the notification's signature does not fit eBay's key");
    return notice_of(call.body, client_.profile().user_id);
}

Result<std::string> Webhooks::address_for(const std::string& url) const {
    const Settings& settings = client_.settings();
    const std::string& endpoint = settings.notification_endpoint.empty() ? url : settings.notification_endpoint;
    if (endpoint.starts_with("https://") || settings.own_base_url) return endpoint;
    return Error{ErrorKind::invalid, "webhook_url",
                 "eBay calls https addresses with a public certificate only, not \"" +
                     in_quotes(endpoint.substr(0, 100)) + "\""};
}

Result<Subscriptions> Webhooks::read_subscriptions(const OwnAddresses& own) {
    if (client_.settings().verification_token.empty()) {
        Subscriptions off;
        off.done.emplace_back("notifications are off: credentials.verification_token is not set");
        return off;
    }
    // Before it is registered, for eBay asks the challenge at once.
    remember_endpoint(own.current);
    return notifier_.read(own);
}

}  // namespace crossdock::connectors::ebay
