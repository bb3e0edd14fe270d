// SPDX-License-Identifier: Apache-2.0
#include "dialect/charset.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>

namespace crossdock::dialect {
namespace {

constexpr char32_t kUnknown = 0xFFFD;

/// U+00C0 to U+024F and U+1E00 to U+1EFF without their marks (canonical decomposition); a question mark: it has none.
constexpr std::string_view kLatin =
    "AAAAAA?CEEEEIIII?NOOOOO??UUUUY??aaaaaa?ceeeeiiii?nooooo??uuuuy?yAaAaAaCcCcCcCcDd??EeEeEeEeEeGgGgGgGg"
    "Hh??IiIiIiIiI???JjKk?LlLlLl????NnNnNn???OoOoOo??RrRrRrSsSsSsSsTtTt??UuUuUuUuUuUuWwYyYZzZzZz?????????"
    "????????????????????????Oo?????????????Uu????????????????????????????AaIiOoUuUuUuUuUu?AaAa????GgKkOo"
    "Oo??j???Gg??NnAa????AaAaEeEeIiIiOoOoRrRrUuUuSsTt??Hh??????AaEeOoOoOoOoYy????????????????????????????";
constexpr std::string_view kLatinMore =
    "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs"
    "SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy??????AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe"
    "IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy??????";

struct Spelling {
    char32_t c;
    const char* text;
};
/// What people write instead, in order; after CLDR's transform Latin-ASCII.
constexpr Spelling kSpellings[] = {
    {0x00A0, " "},   {0x00A1, "!"},    {0x00A2, "c"},   {0x00A3, "GBP"}, {0x00A5, "JPY"},  {0x00A6, "|"},
    {0x00A9, "(C)"}, {0x00AA, "a"},    {0x00AB, "<<"},  {0x00AD, ""},    {0x00AE, "(R)"},  {0x00B2, "2"},
    {0x00B3, "3"},   {0x00B4, "'"},    {0x00B5, "u"},   {0x00B7, "."},   {0x00B8, ","},    {0x00B9, "1"},
    {0x00BA, "o"},   {0x00BB, ">>"},   {0x00BC, "1/4"}, {0x00BD, "1/2"}, {0x00BE, "3/4"},  {0x00BF, "?"},
    {0x00C6, "AE"},  {0x00D0, "D"},    {0x00D7, "x"},   {0x00D8, "O"},   {0x00DE, "TH"},   {0x00DF, "ss"},
    {0x00E6, "ae"},  {0x00F0, "d"},    {0x00F7, ":"},   {0x00F8, "o"},   {0x00FE, "th"},   {0x0110, "D"},
    {0x0111, "d"},   {0x0126, "H"},    {0x0127, "h"},   {0x0131, "i"},   {0x0132, "IJ"},   {0x0133, "ij"},
    {0x0138, "q"},   {0x013F, "L"},    {0x0140, "l"},   {0x0141, "L"},   {0x0142, "l"},    {0x0149, "'n"},
    {0x014A, "N"},   {0x014B, "n"},    {0x0152, "OE"},  {0x0153, "oe"},  {0x0166, "T"},    {0x0167, "t"},
    {0x017F, "s"},   {0x0192, "f"},    {0x02BB, "'"},   {0x02BC, "'"},   {0x02C6, "^"},    {0x02DC, "~"},
    {0x1E9E, "SS"},  {0x200B, ""},     {0x200C, ""},    {0x200D, ""},    {0x2010, "-"},    {0x2011, "-"},
    {0x2012, "-"},   {0x2013, "-"},    {0x2014, "-"},   {0x2015, "-"},   {0x2018, "'"},    {0x2019, "'"},
    {0x201A, "'"},   {0x201B, "'"},    {0x201C, "\""},  {0x201D, "\""},  {0x201E, "\""},   {0x201F, "\""},
    {0x2020, "+"},   {0x2022, "*"},    {0x2026, "..."}, {0x202F, " "},   {0x2030, "o/oo"}, {0x2032, "'"},
    {0x2033, "\""},  {0x2039, "<"},    {0x203A, ">"},   {0x2044, "/"},   {0x2060, ""},     {0x20AC, "EUR"},
    {0x2116, "No"},  {0x2122, "(TM)"}, {0x2190, "<-"},  {0x2192, "->"},  {0x2212, "-"},    {0x2215, "/"},
    {0x3000, " "},   {0xFB01, "fi"},   {0xFB02, "fl"},  {0xFEFF, ""}};

/// Windows-1252 from 0x80 to 0x9F (the mapping of the Unicode consortium); 0: left open. The rest is Latin-1.
constexpr std::array<char32_t, 32> kUpper1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                              0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                              0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                              0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// The character at `at`, which moves behind it. What is not UTF-8 is U+FFFD, a byte at a time.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    if (length == 0 || at + length > text.size()) {
        ++at;
        return kUnknown;
    }
    if (length == 1) {
        ++at;
        return lead;
    }
    char32_t c = lead & (0x7FU >> length);
    for (std::size_t i = at + 1; i < at + length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) {
            ++at;
            return kUnknown;
        }
        c = (c << 6U) | (byte(i) & 0x3FU);
    }
    at += length;
    return c;
}

/// The byte of a character above ASCII in Windows-1252.
std::optional<char> in_1252(char32_t c) {
    if (c >= 0xA0 && c <= 0xFF) return static_cast<char>(c);
    const auto* found = std::find(kUpper1252.begin(), kUpper1252.end(), c);
    if (c < 0x80 || found == kUpper1252.end()) return std::nullopt;
    return static_cast<char>(0x80 + (found - kUpper1252.begin()));
}

/// Appends a character that is not ASCII as the charset has it. False: it has none.
bool append_native(std::string& out, std::string_view as_utf8, char32_t c, Charset charset) {
    if (charset == Charset::utf8) {
        out.append(as_utf8);
        return true;
    }
    if (charset == Charset::ascii) return false;
    const auto byte = in_1252(c);
    if (byte) out += *byte;
    return byte.has_value();
}

void append_spelled(std::string& out, char32_t c) {
    const auto* found = std::lower_bound(std::begin(kSpellings), std::end(kSpellings), c,
                                         [](const Spelling& held, char32_t wanted) { return held.c < wanted; });
    if (found != std::end(kSpellings) && found->c == c)
        out += found->text;
    else if (c >= 0xC0 && c < 0xC0 + kLatin.size())
        out += kLatin[c - 0xC0];
    else if (c >= 0x1E00 && c < 0x1E00 + kLatinMore.size())
        out += kLatinMore[c - 0x1E00];
    else if (c >= 0x2000 && c <= 0x200A)
        out += ' ';
    else if (c < 0x0300 || c > 0x036F)  // marks of the letter before them fall away
        out += '?';
}

/// Can XML 1.0 hold it?
bool is_text(char32_t c) {
    return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

void append_unit(std::string& out, char32_t unit) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> static_cast<unsigned>(shift)) & 0xFU];
}

/// Calls `write` for every character that is not plain ASCII of the kind `is_special` tells of; the others are
/// appended.
template <class IsSpecial, class Write>
void walk(std::string& out, std::string_view text, IsSpecial is_special, Write write) {
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80 && !is_special(text[at])) {
            ++at;
            continue;
        }
        out.append(text.substr(from, at - from));
        from = at;
        const char32_t c = next_character(text, at);
        write(c, text.substr(from, at - from));
        from = at;
    }
    out.append(text.substr(from));
}

bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

std::string_view to_string(Charset charset) {
    switch (charset) {
        case Charset::ascii: return "us-ascii";
        case Charset::windows_1252: return "windows-1252";
        case Charset::utf8: break;
    }
    return "utf-8";
}

void append_json(std::string& out, std::string_view json, Charset charset) {
    if (charset == Charset::utf8) {
        out.append(json);
        return;
    }
    walk(
        out, json, [](char) { return false; },
        [&](char32_t c, std::string_view written) {
            if (append_native(out, written, c, charset)) return;
            if (c >= 0x10000) {
                append_unit(out, 0xD800 + ((c - 0x10000) >> 10U));
                append_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FFU));
            } else {
                append_unit(out, c);
            }
        });
}

void append_plain(std::string& out, std::string_view text, Charset charset) {
    walk(out, text, is_control, [&](char32_t c, std::string_view written) {
        if (!is_text(c) || c == 0x7F) {
            c = kUnknown;
            written = "\xEF\xBF\xBD";
        }
        if (!append_native(out, written, c, charset)) append_spelled(out, c);
    });
}

void append_xml(std::string& out, std::string_view text, Charset charset) {
    const auto is_special = [](char c) {
        return c == '<' || c == '>' || c == '&' || c == '"' || c == '\r' || is_control(c);
    };
    walk(out, text, is_special, [&](char32_t c, std::string_view written) {
        switch (c) {
            case '<': out += "&lt;"; return;
            case '>': out += "&gt;"; return;
            case '&': out += "&amp;"; return;
            case '"': out += "&quot;"; return;
            default: break;
        }
        if (!is_text(c)) {
            c = kUnknown;
            written = "\xEF\xBF\xBD";
        }
        // A reader takes a bare CR for a line end of the file and makes LF of it.
        if (c != '\r' && append_native(out, written, c, charset)) return;
        out += "&#";
        out += std::to_string(static_cast<unsigned long>(c));
        out += ';';
    });
}

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) {
        char32_t c = static_cast<unsigned char>(byte);
        if (c >= 0x80 && c < 0xA0 && kUpper1252[c - 0x80] != 0) c = kUpper1252[c - 0x80];
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else if (c < 0x800) {
            out += static_cast<char>(0xC0U | (c >> 6U));
            out += static_cast<char>(0x80U | (c & 0x3FU));
        } else {
            out += static_cast<char>(0xE0U | (c >> 12U));
            out += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
            out += static_cast<char>(0x80U | (c & 0x3FU));
        }
    }
    return out;
}

}  // namespace crossdock::dialect
