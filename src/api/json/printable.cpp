// SPDX-License-Identifier: Apache-2.0
#include "api/json/printable.h"

#include <cstdint>

namespace crossdock::api {
namespace {

struct Range {
    char32_t first, last;
};
// Unicode blocks that a label printer, a carrier's site or a person at a desk cannot read as text.
constexpr Range kRefused[] = {
    {0x0000, 0x001F},    // C0 controls
    {0x007F, 0x009F},    // DEL, C1 controls
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200F},    // zero width, direction marks
    {0x2028, 0x202E},    // line and paragraph separators, direction overrides
    {0x2060, 0x206F},    // invisible operators, isolates
    {0x20D0, 0x20FF},    // combining marks for symbols (keycaps)
    {0x2190, 0x2BFF},    // arrows, technical and box symbols, dingbats, stars
    {0xD800, 0xF8FF},    // surrogates, private use
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFF0, 0xFFFF},    // specials
    {0x1D000, 0x1DFFF},  // musical and mathematical notation
    {0x1F000, 0x1FFFF},  // tiles, cards, emoji
    {0xE0000, 0x10FFFF}  // tags, private planes
};

/// The character at `at`, moving it on. The text is well formed: the JSON parser saw to it.
char32_t next(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t character = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) character = (character << 6U) | (byte(at + i) & 0x3FU);
    at += length;
    return character;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) next(text, at);
    return count;
}

bool is_plain_text(std::string_view utf8) {
    for (std::size_t at = 0; at < utf8.size();) {
        const char32_t character = next(utf8, at);
        for (const Range& range : kRefused)
            if (character >= range.first && character <= range.last) return false;
    }
    return true;
}

}  // namespace crossdock::api
