// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/encodings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "connectors/amazon/cp932.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::uint16_t kReplacement = 0xFFFD;
/// 0x80..0x9F of Windows' code page 1252; the rest is Latin-1. Source: Unicode's CP1252.TXT.
constexpr std::uint16_t kCp1252[] = {0x20AC, kReplacement, 0x201A,       0x0192, 0x201E, 0x2026, 0x2020,
                                     0x2021, 0x02C6,       0x2030,       0x0160, 0x2039, 0x0152, kReplacement,
                                     0x017D, kReplacement, kReplacement, 0x2018, 0x2019, 0x201C, 0x201D,
                                     0x2022, 0x2013,       0x2014,       0x02DC, 0x2122, 0x0161, 0x203A,
                                     0x0153, kReplacement, 0x017E,       0x0178};

void append_utf8(std::string& out, std::uint16_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0 | (point >> 6));
        out += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (point >> 12));
        out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (point & 0x3F));
    }
}

std::string from_cp1252(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(out, byte >= 0x80 && byte < 0xA0 ? kCp1252[byte - 0x80] : byte);
    }
    return out;
}

}  // namespace

Encoding encoding_of(std::string_view content_type, Encoding usual, bool& stated) {
    const std::string text = to_lower(content_type);
    const auto at = text.find("charset=");
    stated = false;
    if (at == std::string::npos) return usual;
    std::string name = text.substr(at + 8);
    name = std::string{trim(name.substr(0, name.find(';')))};
    std::erase(name, '"');
    stated = true;
    if (name == "utf-8" || name == "utf8" || name == "us-ascii") return Encoding::utf8;
    if (name == "cp1252" || name == "windows-1252" || name == "iso-8859-1") return Encoding::cp1252;
    if (name == "cp932" || name == "shift_jis" || name == "shift-jis" || name == "windows-31j" || name == "ms932")
        return Encoding::cp932;
    stated = false;
    return usual;
}

Result<std::string> to_utf8(std::string_view text, Encoding encoding, bool stated) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii || (!stated && is_valid_utf8(text))) return std::string{text};
    switch (encoding) {
        case Encoding::utf8: return to_valid_utf8(text);
        case Encoding::cp1252: return from_cp1252(text);
        case Encoding::cp932: break;
    }
    auto converted = cp932_to_utf8(text);
    if (!converted)
        return Error{ErrorKind::rejected, "amazon_report_encoding",
                     "Amazon's report is written in CP932 (Japanese), which this system's C library cannot read: "
                     "install the character set conversions (Debian: libc6 with gconv modules)"};
    return std::move(*converted);
}

}  // namespace crossdock::connectors::amazon
