// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/signing.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/json_view.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace crossdock::connectors::ebay {
namespace {

struct Target {
    std::string path, authority;
};

/// Host in lower case without the port that goes without saying; path without the query.
Target target_of(std::string_view url) {
    Target out;
    const bool https = url.starts_with("https://");
    std::string_view rest = url.substr(std::min(url.size(), url.find("://") + 3));
    const auto slash = std::min(rest.find_first_of("/?"), rest.size());
    out.authority = to_lower(rest.substr(0, slash));
    const std::string_view usual = https ? ":443" : ":80";
    if (out.authority.ends_with(usual)) out.authority.erase(out.authority.size() - usual.size());
    rest = rest.substr(slash);
    out.path = rest.substr(0, rest.find('?'));
    if (out.path.empty()) out.path = "/";
    return out;
}

std::string upper(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::string parameters_of(bool with_body, Timestamp created) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(created).time_since_epoch().count();
    return std::string{"("} + (with_body ? R"("content-digest" )" : "") +
           R"("x-ebay-signature-key" "@method" "@path" "@authority");created=)" + std::to_string(seconds);
}

}  // namespace

std::string signature_base(std::string_view jwe, std::string_view digest, std::string_view method, std::string_view url,
                           std::string_view parameters) {
    const Target target = target_of(url);
    std::string out;
    const auto line = [&](std::string_view name, std::string_view value) {
        if (!out.empty()) out += '\n';
        out.append("\"").append(name).append("\": ").append(value);
    };
    if (!digest.empty()) line("content-digest", digest);
    line("x-ebay-signature-key", jwe);
    line("@method", upper(method));
    line("@path", target.path);
    line("@authority", target.authority);
    line("@signature-params", parameters);
    return out;
}

Result<net::Headers> signature_headers(const SigningKey& key, std::string_view method, std::string_view url,
                                       std::string_view body, Timestamp created) {
    const std::string digest =
        body.empty() ? std::string{} : "sha-256=:" + crypto::base64_encode(crypto::sha256(body)) + ":";
    const std::string parameters = parameters_of(!body.empty(), created);
    const auto signature =
        crypto::ed25519_sign(key.private_key.reveal(), signature_base(key.jwe, digest, method, url, parameters));
    if (!signature)
        return Error{ErrorKind::denied, "ebay_signing_key",
                     "the channel's signing key is not readable as an Ed25519 key; a new one is made when the hub's "
                     "vault no longer holds it"};
    net::Headers out;
    if (!digest.empty()) out.emplace_back("Content-Digest", digest);
    out.emplace_back("x-ebay-signature-key", key.jwe);
    out.emplace_back("Signature-Input", "sig1=" + parameters);
    out.emplace_back("Signature", "sig1=:" + crypto::base64_encode(*signature) + ":");
    return out;
}

Result<SigningKey> read_new_key(std::string_view answer) {
    const auto index = JsonIndex::parse(answer);
    const JsonView root = index ? index->root() : JsonView{};
    SigningKey key;
    key.id = root["signingKeyId"].text().value_or("");
    key.jwe = root["jwe"].text().value_or("");
    key.private_key = Secret{crypto::der_of(root["privateKey"].text().value_or("")).value_or("")};
    if (const auto ends = root["expirationTime"].integer(); ends && *ends > 0 && *ends < 100'000'000'000)
        key.expires_at = Timestamp{std::chrono::seconds{*ends}};
    if (key.id.empty() || key.jwe.empty() || key.private_key.empty())
        return Error{ErrorKind::unavailable, "ebay_bad_answer", "eBay answered createSigningKey without a whole key"};
    return key;
}

std::string to_text(const SigningKey& key) {
    std::string text;
    JsonWriter writer(text);
    writer.begin_object().field("id", key.id).field("jwe", key.jwe);
    writer.field("private_key", crypto::base64_encode(key.private_key.reveal()));
    if (key.expires_at) writer.field("expires_at_ms", to_ms(*key.expires_at));
    writer.end_object();
    return text;
}

std::optional<SigningKey> parse_key(std::string_view text) {
    const auto index = JsonIndex::parse(text);
    const JsonView root = index ? index->root() : JsonView{};
    SigningKey key;
    key.id = root["id"].text().value_or("");
    key.jwe = root["jwe"].text().value_or("");
    key.private_key = Secret{crypto::base64_decode(root["private_key"].text().value_or("")).value_or("")};
    if (const auto ends = root["expires_at_ms"].integer()) key.expires_at = from_ms(*ends);
    if (key.id.empty() || key.jwe.empty() || key.private_key.empty()) return std::nullopt;
    return key;
}

}  // namespace crossdock::connectors::ebay
