// SPDX-License-Identifier: Apache-2.0
#include "observability/log_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace crossdock::log {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxValue = 1000;
constexpr std::size_t kMaxMessage = 2000;
constexpr std::size_t kMaxFields = 32;

// Names come from our own code, but a line must stay a line whatever they hold.
void append_name(std::string& out, std::string_view name) {
    for (const char c : name.substr(0, kMaxName)) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        out += plain ? c : '_';
    }
}

void append_code_point(std::string& out, unsigned code) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += "\\u";
    for (unsigned shift = 16; shift > 0; shift -= 4) out += kHex[(code >> (shift - 4)) & 0xFU];
}

// The code point at `at` when it is one that a terminal obeys or hides behind: C1 controls, line and paragraph
// separators, changes of writing direction. Else 0.
unsigned treacherous(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return byte(1);
    if (byte(0) != 0xE2) return 0;
    const unsigned code = 0x2000U | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    const bool bad =
        code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return bad ? code : 0;
}

// JSON's escapes, in both formats.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            append_code_point(out, static_cast<unsigned char>(c));
        } else if (const unsigned code = treacherous(text, at); code != 0) {
            append_code_point(out, code);
            at += code < 0x100 ? 1 : 2;
        } else {
            out += c;
        }
    }
    out += '"';
}

// Cut to size at a character's edge, and made UTF-8.
std::string fit(std::string_view text, std::size_t cap) {
    if (text.size() <= cap) return is_valid_utf8(text) ? std::string{text} : to_valid_utf8(text);
    std::size_t end = cap;
    while (end > 0 && end > cap - 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return to_valid_utf8(text.substr(0, end)) + "...(" + std::to_string(text.size()) + " bytes)";
}

bool is_bare_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
    });
}

template <class Number>
void append_number(std::string& out, Number number) {
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, error == std::errc{} ? end : digits);
}

struct Appender {
    std::string& out;
    Format format;
    void operator()(std::string_view text) const {
        const std::string fitted = fit(text, kMaxValue);
        if (format == Format::text && is_bare_word(fitted)) {
            out += fitted;
        } else {
            append_quoted(out, fitted);
        }
    }
    void operator()(std::int64_t number) const { append_number(out, number); }
    void operator()(std::uint64_t number) const { append_number(out, number); }
    void operator()(double number) const {
        if (std::isfinite(number)) {
            append_number(out, number);
        } else {
            out += "null";  // JSON has no other word for it
        }
    }
    void operator()(bool flag) const { out += flag ? "true" : "false"; }
};

std::string stamp(Timestamp at) {
    std::string text = format_rfc3339(at);
    if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000");
    return text;
}

}  // namespace

std::string make_line(Format format, Timestamp at, Level level, std::string_view event, std::span<const Field> fields,
                      std::span<const Field> context, std::string_view message) {
    std::string line;
    line.reserve(256);
    const bool json = format == Format::json;
    if (json) {
        line += R"({"at":")" + stamp(at) + R"(","level":")";
        line += to_text(level);
        line += R"(","event":")";
        append_name(line, event);
        line += '"';
    } else {
        line += stamp(at);
        line += ' ';
        line += to_text(level);
        line.append(6 - to_text(level).size(), ' ');
        append_name(line, event);
    }

    std::size_t count = 0;
    const auto append = [&](const Field& field) {
        if (++count > kMaxFields) return;
        line += json ? ",\"" : " ";
        append_name(line, field.name());
        line += json ? "\":" : "=";
        std::visit(Appender{line, format}, field.value());
    };
    const auto named = [](std::string_view name) {
        return [name](const Field& field) { return field.name() == name; };
    };
    for (std::size_t i = 0; i < context.size(); ++i) {
        const auto name = context[i].name();
        const auto inner = context.subspan(i + 1);
        if (std::none_of(fields.begin(), fields.end(), named(name)) &&
            std::none_of(inner.begin(), inner.end(), named(name))) {
            append(context[i]);
        }
    }
    for (const Field& field : fields) append(field);

    if (!message.empty()) {
        line += json ? ",\"message\":" : " message=";
        append_quoted(line, fit(message, kMaxMessage));
    }
    if (json) line += '}';
    return line;
}

}  // namespace crossdock::log
