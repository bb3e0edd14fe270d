// SPDX-License-Identifier: Apache-2.0
// Webhooks in and out. A line names the scheme, one the query of the call; then lines of headers, an empty line and the
// body.
//
// Promised: a call is genuine exactly when a reading of the scheme by its documentation says so; what is signed rightly
// is taken, with a byte changed it is not; a receiver who follows Standard Webhooks takes what we sign.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "connectors/ebay/webhooks.h"
#include "connectors/shipstation/webhooks.h"
#include "connectors/shopify/webhooks.h"
#include "crypto/hash.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"
#include "http/target.h"
#include "webhooks/signing.h"

namespace crossdock::fuzz::on_signature {

void run(std::string_view input);

namespace {

using connectors::WebhookCall;

/// A key pair made for this test; the private half is thrown away. The signature is of kSigned, with SHA-256.
constexpr const char* kPublicKey =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZkjskbsDUi5GW3vA9gG7cKGwVRlFxFdj04AB80bRFKFuIXU/BdAV2b4Bied3Zjt8GCOZriK+"
    "DQ2hU+7sQdgtjQ==";
constexpr std::string_view kSigned =
    R"({"metadata":{"topic":"ORDER_CONFIRMATION"},"notification":{"notificationId":"n-1","data":{"orderId":"10-00000-00001"}}})";

struct Call {
    std::vector<std::pair<std::string, std::string>> query;
    net::Headers headers;
    std::string body;
};

std::string_view header_of(const Call& call, std::string_view name) {
    for (const auto& [key, value] : call.headers)
        if (equals_ignoring_case(key, name)) return value;
    return {};
}

bool is_taken(Shop& shop, const Call& call) {
    const WebhookCall received{"POST", "/hooks/shop-us", call.query, call.headers, call.body};
    const auto notice = shop.connector->webhook_source()->verify(received);
    if (!notice) {
        check_fault(notice.error());
        check(notice.error().message.find(kWebhookSecret) == std::string::npos, "a fault tells no secret");
        return false;
    }
    check(notice->topic.size() <= call.body.size() + 1'000 && notice->external_id.size() <= call.body.size() * 3 + 100,
          "a notice is no more than the call");
    return true;
}

std::size_t place_of(std::string_view shop) {
    const auto names = shop_names();
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), shop) - names.begin());
}

void check_shopify(Call call) {
    static const auto shop = open_shop(place_of("shopify"));
    const std::string right = crypto::base64_encode(crypto::hmac_sha256(kWebhookSecret, call.body));
    const auto from = trim(header_of(call, "X-Shopify-Shop-Domain"));
    const bool ours = from.empty() || equals_ignoring_case(from, "acme.myshopify.com");
    check(is_taken(*shop, call) == (ours && trim(header_of(call, "X-Shopify-Hmac-Sha256")) == right),
          "a call is genuine when its signature is the right one");
    call.headers.insert(call.headers.begin(), {"x-shopify-hmac-sha256", right});
    check(is_taken(*shop, call) == ours, "what is signed rightly is taken");
    call.body += ' ';
    check(!is_taken(*shop, call), "with a byte more it is not");
}

void check_walmart(Call call) {
    static const auto shop = open_shop(place_of("walmart"));
    const bool taken = is_taken(*shop, call);
    const auto given = header_of(call, "Authorization");
    std::string user = "crossdock";
    const std::string right = crypto::base64_encode(user + ":" + std::string{kWebhookSecret});
    check(!taken || given.find(right) != std::string_view::npos, "a call is genuine when it has the password");
    call.headers.insert(call.headers.begin(), {"authorization", "Basic " + right});
    check(is_taken(*shop, call), "with the password a call is taken");
    call.headers.front().second.pop_back();
    check(!is_taken(*shop, call), "with a part of it it is not");
}

void check_shipstation(Call call) {
    static const auto one = open_shop(place_of("shipstation"));
    static const auto two = open_shop(place_of("shipstation/v2"));
    bool knows = false, header_knows = false;
    for (const auto& [name, value] : call.query) knows = knows || (name == "secret" && value == kWebhookSecret);
    for (const auto& [name, value] : call.headers)
        header_knows = header_knows || (equals_ignoring_case(name, "X-Crossdock-Secret") && value == kWebhookSecret);
    check(!is_taken(*one, call) || knows, "a call is genuine when its address has the secret");
    check(is_taken(*two, call) == header_knows, "a call is genuine when its header has the secret");
    const std::string url = call.body.substr(0, call.body.find('\n'));
    if (connectors::shipstation::is_own_resource(url, "")) {
        const std::string lower = to_lower(url);
        check(lower.starts_with("https://ssapi") && lower.find(".shipstation.com/") != std::string::npos,
              "an address of ShipStation's is on its own hosts");
        check(lower.find('@') == std::string::npos || lower.find('@') > lower.find(".com/"),
              "nobody else's name is before it");
    }
    call.query.emplace_back("secret", kWebhookSecret);
    call.body = nlohmann::json{{"resource_url", "https://ssapi6.shipstation.com/orders?importBatch=1"},
                               {"resource_type", "ORDER_NOTIFY"}}
                    .dump();
    check(is_taken(*one, call), "with the secret a call is taken");
}

void check_ebay(Call call) {
    static const auto shop = open_shop(place_of("ebay"));
    shop->network.answers = {
        {200, {}, R"({"access_token":"t","expires_in":7200,"token_type":"Application Access Token"})"},
        {200, {}, nlohmann::json{{"key", kPublicKey}, {"algorithm", "ECDSA"}, {"digest", "SHA256"}}.dump()}};
    shop->clock.advance(std::chrono::minutes{3});
    const auto signature = connectors::ebay::parse_signature(header_of(call, "X-EBAY-SIGNATURE"));
    if (signature) {
        check(!signature->key_id.empty() && signature->key_id.find_first_of("/?#. ") == std::string::npos,
              "a key's id is fit for a path");
        check(!signature->signature.empty(), "a signature is something");
    }
    if (is_taken(*shop, call)) {
        check(signature.has_value(), "what is taken has a signature");
        check_same(call.body, kSigned, "what was never signed is not taken");
        call.body += ' ';
        check(!is_taken(*shop, call), "with a byte more it is not");
    }
    const WebhookCall asked{"GET", "/hooks/shop-us", call.query, call.headers, ""};
    if (const auto answer = shop->connector->webhook_source()->handshake(asked)) {
        const auto parsed = nlohmann::json::parse(*answer, nullptr, false);
        check(parsed.is_object() && parsed["challengeResponse"].get<std::string>().size() == 64,
              "a challenge is answered");
    }
    static_cast<void>(connectors::ebay::notice_of(call.body, "u1"));
}

/// As the receiver's library of Standard Webhooks does it: split the header, compare with each.
void check_outgoing(const Call& call) {
    SeededRandom random(call.body.size());
    std::vector<Secret> secrets{webhooks::make_signing_secret(random), webhooks::make_signing_secret(random)};
    if (!call.query.empty()) secrets.emplace_back(call.query.front().second);
    const Timestamp at = from_ms(1'795'000'000'123);
    const auto headers = webhooks::signature_headers("evt_1", at, call.body, secrets);
    std::string id, time, signatures, sm;
    for (const auto& [name, value] : headers) {
        check(value.find_first_of("\r\n") == std::string::npos, "a header is a line");
        if (name == "webhook-id") id = value;
        if (name == "webhook-timestamp") time = value;
        if (name == "webhook-signature") signatures = value;
        if (name == "SM-Signature") sm = value;
    }
    check_same(time, "1795000000", "the time is in seconds");
    const auto given = split(signatures, ' ');
    check(given.size() == secrets.size(), "there is a signature for each secret");
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        const std::string& text = secrets[i].reveal();
        std::string key = text;
        if (text.starts_with("whsec_"))
            if (const auto bytes = crypto::base64_decode(text.substr(6))) key = *bytes;
        const std::string right =
            "v1," + crypto::base64_encode(crypto::hmac_sha256(key, id + "." + time + "." + call.body));
        check_same(given[i], right, "a receiver takes what we sign");
    }
    check_same(sm, to_hex(crypto::hmac_sha256(secrets.front().reveal(), call.body)),
               "so does one who compares one value");
}

}  // namespace

void run(std::string_view input) {
    constexpr std::array<std::string_view, 5> kSchemes{"shopify", "walmart", "shipstation", "ebay", "outgoing"};
    Input in(input);
    const auto scheme = in.choice(kSchemes);
    Call call;
    if (const auto target = http::parse_target("/x?" + std::string{in.line()})) call.query = target->query;
    while (!in.rest().empty()) {
        const auto line = in.line();
        if (line.empty()) break;
        const auto colon = std::min(line.find(": "), line.size());
        call.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
    }
    call.body = in.rest();
    switch (scheme) {
        case 0: return check_shopify(std::move(call));
        case 1: return check_walmart(std::move(call));
        case 2: return check_shipstation(std::move(call));
        case 3: return check_ebay(std::move(call));
        default: return check_outgoing(call);
    }
}

}  // namespace crossdock::fuzz::on_signature
