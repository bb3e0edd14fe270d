// SPDX-License-Identifier: Apache-2.0
#include "base/origin.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace crossdock {

std::optional<std::string> parse_origin(std::string_view text) {
    std::string origin = to_lower(text);
    const std::size_t host = origin.starts_with("https://") ? 8 : origin.starts_with("http://") ? 7 : 0;
    if (host == 0 || origin.size() == host) return std::nullopt;
    const bool plain = std::all_of(origin.begin() + static_cast<std::ptrdiff_t>(host), origin.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
               c == ']';
    });
    if (!plain || origin.back() == ':') return std::nullopt;
    return origin;
}

}  // namespace crossdock
