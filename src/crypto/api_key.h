// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

/// API keys: `<kind>_<8 id><43 secret><6 CRC32 in base62>`. The database holds the id in the clear and the SHA-256 of
/// the secret: 256 random bits need no slow hash. The checksum tells a mistyped key from a revoked one without the
/// database.
namespace crossdock::crypto {

enum class ApiKeyKind {
    live,        // cdk_live_
    test,        // cdk_test_: as able as a live one, for systems that are tried out
    publishable  // pk_: may stand in a web page, and may do little
};
/// "cdk_live_", "cdk_test_", "pk_".
std::string_view prefix_of(ApiKeyKind kind);
/// "live", "test", "publishable": as in commands and in the database.
std::string_view to_string(ApiKeyKind kind);
/// The reverse; also "pk" for publishable.
std::optional<ApiKeyKind> parse_api_key_kind(std::string_view word);

struct ApiKey {
    ApiKeyKind kind = ApiKeyKind::live;
    std::string id;  // 8 base62 characters; not secret, fit for logs and lists
    Secret secret;   // 43 base62 characters
};

/// A new key. `random` must be fit for secrets (SystemRandom), but in tests.
ApiKey generate_api_key(ApiKeyKind kind, Random& random);
/// The text that its owner gets to see once.
Secret to_text(const ApiKey& key);
/// Reads what a client sent; blanks, CR and LF around it are forgiven, as text files and FoxPro add them.
/// Errors: denied `api_key_malformed`; the message says what is wrong (kind, length with what was expected, checksum)
/// and never repeats the key.
Result<ApiKey> parse_api_key(std::string_view text);

/// Whether the text begins as a key that must not be seen does; cheap, for what is about to be logged or kept.
bool looks_like_api_key(std::string_view text);

/// What the database holds: SHA-256 of the secret, 64 hex digits.
std::string secret_hash(const Secret& secret);
/// Whether the secret belongs to the stored hash, in constant time. With an id that is not in the database call it with
/// kNoSuchKeyHash, so that an unknown id takes as long as a wrong secret.
bool secret_matches(const Secret& secret, std::string_view stored_hash);
inline constexpr std::string_view kNoSuchKeyHash = "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace crossdock::crypto
