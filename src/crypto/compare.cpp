// SPDX-License-Identifier: Apache-2.0
#include "crypto/compare.h"

#include <openssl/crypto.h>

#include "crypto/hash.h"

namespace crossdock::crypto {

bool equal_constant_time(std::string_view a, std::string_view b) {
    // Digests have one length, so there is no early way out for a guess of the wrong length.
    const std::string digest_a = sha256(a);
    const std::string digest_b = sha256(b);
    return CRYPTO_memcmp(digest_a.data(), digest_b.data(), digest_a.size()) == 0;
}

}  // namespace crossdock::crypto
