// SPDX-License-Identifier: Apache-2.0
#include "crypto/api_key.h"

#include <array>

#include "crypto/compare.h"
#include "crypto/hash.h"
#include "crypto/token.h"

namespace crossdock::crypto {
namespace {

constexpr std::size_t kIdLength = 8;
constexpr std::size_t kSecretLength = 43;
constexpr std::size_t kChecksumLength = 6;
constexpr std::size_t kBodyLength = kIdLength + kSecretLength + kChecksumLength;
constexpr std::array kKinds{ApiKeyKind::live, ApiKeyKind::test, ApiKeyKind::publishable};

// Over the whole key, its kind included: a test key whose prefix was edited into a live one is found here, too.
std::string checksum(std::string_view text) { return to_base62(crc32(text), kChecksumLength); }

Error malformed(std::string what) {
    return Error{ErrorKind::denied, "api_key_malformed", "the API key is not complete: " + std::move(what)};
}

std::string_view trim_paste(std::string_view text) {
    constexpr std::string_view kForgiven = " \t\r\n";
    const auto first = text.find_first_not_of(kForgiven);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kForgiven) - first + 1);
}

}  // namespace

std::string_view prefix_of(ApiKeyKind kind) {
    switch (kind) {
        case ApiKeyKind::live: return "cdk_live_";
        case ApiKeyKind::test: return "cdk_test_";
        case ApiKeyKind::publishable: return "pk_";
    }
    return {};
}

std::string_view to_string(ApiKeyKind kind) {
    switch (kind) {
        case ApiKeyKind::live: return "live";
        case ApiKeyKind::test: return "test";
        case ApiKeyKind::publishable: return "publishable";
    }
    return {};
}

std::optional<ApiKeyKind> parse_api_key_kind(std::string_view word) {
    for (const ApiKeyKind kind : kKinds)
        if (to_string(kind) == word) return kind;
    if (word == "pk") return ApiKeyKind::publishable;
    return std::nullopt;
}

ApiKey generate_api_key(ApiKeyKind kind, Random& random) {
    return ApiKey{kind, random_token(random, kIdLength), Secret{random_token(random, kSecretLength)}};
}

Secret to_text(const ApiKey& key) {
    std::string text{prefix_of(key.kind)};
    text += key.id;
    text += key.secret.reveal();
    text += checksum(text);
    return Secret{std::move(text)};
}

Result<ApiKey> parse_api_key(std::string_view text) {
    text = trim_paste(text);
    if (text.empty()) return malformed("it is empty");
    const bool quoted = text.front() == '"' || text.front() == '\'' || text.back() == '"' || text.back() == '\'';
    // Quotes are looked through only to say which length was expected.
    const std::string_view bare = quoted && (text.front() == '"' || text.front() == '\'') ? text.substr(1) : text;

    const ApiKeyKind* kind = nullptr;
    for (const ApiKeyKind& candidate : kKinds) {
        if (bare.starts_with(prefix_of(candidate))) kind = &candidate;
    }
    const std::size_t expected = prefix_of(kind != nullptr ? *kind : ApiKeyKind::live).size() + kBodyLength;
    if (quoted || text.size() != expected) {
        return malformed("key has " + std::to_string(text.size()) + " characters, expected " +
                         std::to_string(expected) + (quoted ? "; send it without quotation marks" : ""));
    }
    if (kind == nullptr) return malformed("a key begins with cdk_live_, cdk_test_ or pk_");

    const std::string_view prefix = prefix_of(*kind);
    const std::string_view body = text.substr(prefix.size());
    if (!is_base62(body)) return malformed("after " + std::string{prefix} + " it has letters and digits only");
    const std::string_view stated = body.substr(kIdLength + kSecretLength);
    if (checksum(text.substr(0, text.size() - kChecksumLength)) != stated) {
        return malformed("its checksum does not fit, so at least one character is wrong; copy it again");
    }
    return ApiKey{*kind, std::string{body.substr(0, kIdLength)},
                  Secret{std::string{body.substr(kIdLength, kSecretLength)}}};
}

bool looks_like_api_key(std::string_view text) {
    return text.starts_with(prefix_of(ApiKeyKind::live)) || text.starts_with(prefix_of(ApiKeyKind::test));
}

std::string secret_hash(const Secret& secret) { return sha256_hex(secret.reveal()); }

bool secret_matches(const Secret& secret, std::string_view stored_hash) {
    return equal_constant_time(secret_hash(secret), stored_hash);
}

}  // namespace crossdock::crypto
