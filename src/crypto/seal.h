// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace crossdock::crypto {

/// The key that seals secrets at rest: 32 random bytes, kept outside the database. Its id names it in every sealed text and
/// is not secret.
struct SealingKey {
    std::string id;   // first 16 hex digits of SHA-256 of the key
    Secret bytes;     // 32
};

/// `random` must be fit for secrets (SystemRandom), but in tests.
SealingKey generate_sealing_key(Random& random);
/// The text of a key file: one line, "crossdock-key-1:" and 64 hex digits. Reading forgives blanks around it.
std::string to_text(const SealingKey& key);
/// Errors: invalid, without repeating what was read.
Result<SealingKey> parse_sealing_key(std::string_view text);

/// Base64 of nonce, ciphertext and tag (AES-256-GCM, 96-bit random nonce). `place` says where the secret belongs
/// ("channel 3: refresh_token"): it is bound in, so that a sealed text moved elsewhere does not open.
std::string seal(const SealingKey& key, const Secret& secret, std::string_view place, Random& random);
/// Errors: denied `seal_broken`: another key, another place, or damaged.
Result<Secret> open_sealed(const SealingKey& key, std::string_view sealed, std::string_view place);

}  // namespace crossdock::crypto
