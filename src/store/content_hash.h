// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace crossdock::store {

/// Tells two payloads apart: the first 128 bits of their SHA-256, 32 hex digits.
std::string content_hash(std::string_view text);

}  // namespace crossdock::store
