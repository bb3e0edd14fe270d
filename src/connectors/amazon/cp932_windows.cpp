// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/cp932.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/windows_text.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr UINT kCp932 = 932;

bool starts_a_pair(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

}  // namespace

std::optional<std::string> cp932_to_utf8(std::string_view text) {
    if (!::IsValidCodePage(kCp932)) return std::nullopt;
    std::string out;
    out.reserve(text.size() * 2);
    while (!text.empty()) {
        const std::size_t size = std::min<std::size_t>(starts_a_pair(text.front()) ? 2 : 1, text.size());
        std::array<wchar_t, 4> character{};
        const int units = ::MultiByteToWideChar(kCp932, MB_ERR_INVALID_CHARS, text.data(), static_cast<int>(size),
                                                character.data(), static_cast<int>(character.size()));
        // A byte that means nothing here: mark it and go on behind it.
        out += units > 0 ? crossdock::to_utf8({character.data(), static_cast<std::size_t>(units)}) : "\xEF\xBF\xBD";
        text.remove_prefix(units > 0 ? size : 1);
    }
    return out;
}

}  // namespace crossdock::connectors::amazon
