// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ebay/signature.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <charconv>
#include <vector>

#include "base/text.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using MdContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

template <class Encode>
std::string der(Encode encode, const EVP_PKEY* key) {
    unsigned char* raw = nullptr;
    const int length = encode(key, &raw);
    std::string out(reinterpret_cast<char*>(raw), length > 0 ? static_cast<std::size_t>(length) : 0);
    OPENSSL_free(raw);
    return out;
}

std::string pkcs8(EVP_PKEY* key) {
    PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(key);
    unsigned char* raw = nullptr;
    const int length = i2d_PKCS8_PRIV_KEY_INFO(info, &raw);
    std::string out(reinterpret_cast<char*>(raw), length > 0 ? static_cast<std::size_t>(length) : 0);
    OPENSSL_free(raw);
    PKCS8_PRIV_KEY_INFO_free(info);
    return out;
}

bool verifies(std::string_view public_key, std::string_view base, std::string_view signature) {
    const std::string spki = base64_decode(public_key);
    const unsigned char* at = bytes_of(spki);
    const Pkey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())), EVP_PKEY_free);
    if (!key) return false;
    const MdContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(base), base.size()) == 1;
}

std::string content_digest(std::string_view body) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    EVP_Digest(body.data(), body.size(), digest.data(), &length, EVP_sha256(), nullptr);
    return "sha-256=:" + base64_encode({reinterpret_cast<const char*>(digest.data()), length}) + ":";
}

/// "sig1=:…:" without its frame; empty when it is framed otherwise.
std::string_view between(std::string_view text, std::string_view head, std::string_view tail) {
    if (!text.starts_with(head) || !text.ends_with(tail) || text.size() < head.size() + tail.size()) return {};
    return text.substr(head.size(), text.size() - head.size() - tail.size());
}

}  // namespace

KeyPair ed25519_key(std::string_view secret) {
    const Pkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(secret), secret.size()),
                   EVP_PKEY_free);
    return {base64_encode(der(i2d_PUBKEY, key.get())), base64_encode(pkcs8(key.get()))};
}

int check_signature(const http::Request& request, std::string_view path, std::string_view authority, Timestamp now,
                    const std::function<std::string(std::string_view)>& public_key_of) {
    constexpr int kNoKey = 215001, kCreated = 215114, kBadInput = 215120, kInvalid = 215122;
    const auto jwe = request.header("x-ebay-signature-key");
    if (!jwe || jwe->empty()) return kNoKey;
    const auto input = request.header("signature-input");
    const auto signature = request.header("signature");
    if (!input || !signature || !input->starts_with("sig1=(")) return kBadInput;
    const std::string_view params = input->substr(5);
    const std::size_t close = params.find(')');
    constexpr std::string_view kCreatedParam = ";created=";
    const std::size_t created_at = params.find(kCreatedParam);
    if (close == std::string_view::npos || created_at == std::string_view::npos) return kBadInput;
    const std::string_view digits = params.substr(created_at + kCreatedParam.size());
    std::int64_t created = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), created).ec != std::errc{}) return kBadInput;
    // How near is not published; a quarter of an hour forgives a clock, not the creationTime of a key.
    const std::int64_t off = to_ms(now) / 1000 - created;
    if (off > 900 || off < -900) return kCreated;

    std::string base;
    bool has_digest = false, has_key = false, has_method = false, has_path = false, has_authority = false;
    for (const std::string& quoted : split(params.substr(1, close - 1), ' ')) {
        const std::string_view name = between(quoted, "\"", "\"");
        std::string value;
        if (name == "@method") {
            has_method = true;
            value = request.method;
        } else if (name == "@path") {
            has_path = true;
            value = path;
        } else if (name == "@authority") {
            has_authority = true;
            value = to_lower(authority);
        } else if (!name.empty() && !name.starts_with('@')) {
            const auto header = request.header(name);
            if (!header) return kBadInput;
            has_digest = has_digest || name == "content-digest";
            has_key = has_key || name == "x-ebay-signature-key";
            value = *header;
        } else {
            return kBadInput;
        }
        base += quoted + ": " + value + "\n";
    }
    if (!has_key || !has_method || !has_path || !has_authority) return kBadInput;
    if (!request.body.empty() &&
        (!has_digest || request.header("content-digest").value_or("") != content_digest(request.body)))
        return kBadInput;
    base += "\"@signature-params\": ";
    base += params;
    const std::string raw = base64_decode(between(*signature, "sig1=:", ":"));
    const std::string key = public_key_of(*jwe);
    return !key.empty() && verifies(key, base, raw) ? 0 : kInvalid;
}

struct NotificationKey::Key {
    Pkey pkey{EVP_EC_gen("P-256"), EVP_PKEY_free};
};
NotificationKey::NotificationKey() : key_(std::make_unique<Key>()) {}
NotificationKey::~NotificationKey() = default;

std::string NotificationKey::public_pem() const {
    return "-----BEGIN PUBLIC KEY-----" + base64_encode(der(i2d_PUBKEY, key_->pkey.get())) + "-----END PUBLIC KEY-----";
}

std::string NotificationKey::sign(std::string_view body, std::string_view kid) const {
    const MdContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 0;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha1(), nullptr, key_->pkey.get());  // SHA1 is what eBay uses
    EVP_DigestSign(context.get(), nullptr, &length, bytes_of(body), body.size());
    std::string signature(length, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes_of(body),
                   body.size());
    signature.resize(length);
    return base64_encode(R"({"alg":"ecdsa","kid":")" + std::string(kid) + R"(","signature":")" +
                         base64_encode(signature) + R"(","digest":"SHA1"})");
}

}  // namespace crossdock::sandbox::ebay
