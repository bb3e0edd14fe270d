// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"

namespace crossdock::crypto {

/// Digits, capitals, small letters: what survives a double click, a URL and a spreadsheet.
inline constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` base62 characters, every one equally likely (5.95 bits each: 22 are 128 bits and more, 43 are 256).
std::string random_token(Random& random, std::size_t length);
/// `value` in base62, with leading zeros up to `width`; longer when it does not fit.
std::string to_base62(std::uint64_t value, std::size_t width);
bool is_base62(std::string_view text);

}  // namespace crossdock::crypto
