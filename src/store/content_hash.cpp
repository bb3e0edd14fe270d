// SPDX-License-Identifier: Apache-2.0
#include "store/content_hash.h"

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::store {

std::string content_hash(std::string_view text) { return to_hex(std::string_view{crypto::sha256(text)}.substr(0, 16)); }

}  // namespace crossdock::store
