// SPDX-License-Identifier: Apache-2.0
#include "webhooks/signing.h"

#include <array>
#include <span>

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::webhooks {
namespace {

constexpr std::string_view kSecretStart = "whsec_";
constexpr std::size_t kSecretBytes = 32;

/// The bytes inside "whsec_…"; of a text that is none, the text.
std::string key_of(const Secret& secret) {
    const std::string& text = secret.reveal();
    if (text.starts_with(kSecretStart))
        if (auto bytes = crypto::base64_decode(std::string_view{text}.substr(kSecretStart.size())))
            return std::move(*bytes);
    return text;
}

}  // namespace

Secret make_signing_secret(Random& random) {
    std::array<std::byte, kSecretBytes> bytes{};
    random.fill(bytes);
    const std::string raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Secret{std::string{kSecretStart} + crypto::base64_encode(raw)};
}

net::Headers signature_headers(std::string_view event_id, Timestamp at, std::string_view body,
                               const std::vector<Secret>& secrets) {
    const std::string seconds = std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    std::string signed_text;
    signed_text.reserve(event_id.size() + seconds.size() + body.size() + 2);
    signed_text.append(event_id).append(".").append(seconds).append(".").append(body);
    std::string signatures;
    for (const Secret& secret : secrets)
        signatures += (signatures.empty() ? "v1," : " v1,") +
                      crypto::base64_encode(crypto::hmac_sha256(key_of(secret), signed_text));
    net::Headers headers{{"webhook-id", std::string{event_id}}, {"webhook-timestamp", seconds}};
    if (secrets.empty()) return headers;
    headers.emplace_back("webhook-signature", std::move(signatures));
    headers.emplace_back("SM-Signature", to_hex(crypto::hmac_sha256(secrets.front().reveal(), body)));
    return headers;
}

}  // namespace crossdock::webhooks
