// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "connectors/connector.h"
#include "net/http_client.h"

namespace crossdock::connectors::ebay {

/// A key pair of the application, made by eBay's Key Management API. The private part is shown once, when it is made.
struct SigningKey {
    std::string id;
    std::string jwe;     // the public part as eBay wants to see it again
    Secret private_key;  // DER (PKCS #8)
    std::optional<Timestamp> expires_at;
};

/// The headers that sign a message (RFC 9421 as eBay has it): Content-Digest when there is a body,
/// x-ebay-signature-key, Signature-Input, Signature. `created` is the time of the request, not of the key. Pure.
/// Errors: denied `ebay_signing_key`, when the key is no Ed25519 key.
Result<net::Headers> signature_headers(const SigningKey& key, std::string_view method, std::string_view url,
                                       std::string_view body, Timestamp created);

/// What is signed: one line a component, without an end of line after the last. Pure; for tests.
std::string signature_base(std::string_view jwe, std::string_view digest, std::string_view method, std::string_view url,
                           std::string_view parameters);

/// createSigningKey's answer. Errors: unavailable `ebay_bad_answer`.
Result<SigningKey> read_new_key(std::string_view answer);
/// As the vault keeps it.
std::string to_text(const SigningKey& key);
std::optional<SigningKey> parse_key(std::string_view text);

}  // namespace crossdock::connectors::ebay
