// SPDX-License-Identifier: Apache-2.0
#include "crypto/token.h"

#include <algorithm>
#include <array>
#include <span>

namespace crossdock::crypto {

std::string random_token(Random& random, std::size_t length) {
    // Bytes of 248 and above are thrown away: 256 is no multiple of 62, and the first eight characters would be
    // favoured.
    constexpr unsigned kFair = 248;
    std::string token;
    token.reserve(length);
    std::array<std::byte, 64> bytes{};
    while (token.size() < length) {
        random.fill(bytes);
        for (const std::byte byte : bytes) {
            const auto value = std::to_integer<unsigned>(byte);
            if (value < kFair && token.size() < length) token += kBase62[value % 62];
        }
    }
    return token;
}

std::string to_base62(std::uint64_t value, std::size_t width) {
    std::string text;
    while (value > 0 || text.empty()) {
        text += kBase62[value % 62];
        value /= 62;
    }
    if (text.size() < width) text.append(width - text.size(), kBase62[0]);
    std::reverse(text.begin(), text.end());
    return text;
}

bool is_base62(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

}  // namespace crossdock::crypto
