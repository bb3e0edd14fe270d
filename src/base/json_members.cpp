// SPDX-License-Identifier: Apache-2.0
#include "base/json_members.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace crossdock {
namespace {

/// Walks over JSON that is known to be well formed; on anything else it ends early and never reads beyond the end.
class Walker {
public:
    explicit Walker(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    bool take(char c) {
        skip_blanks();
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    /// What stands between the quotes, as written; empty when there is no string here.
    std::string_view name() {
        const auto text = value();
        return text.size() < 2 || text.front() != '"' ? std::string_view{} : text.substr(1, text.size() - 2);
    }
    /// Up to the end of the value that begins here.
    std::string_view value() {
        skip_blanks();
        const std::size_t from = at_;
        std::size_t depth = 0;
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
                if (depth == 0) break;
                continue;
            }
            if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) break;
                if (--depth == 0) {
                    ++at_;
                    break;
                }
            } else if (depth == 0 && (c == ',' || c == ':' || is_blank(c))) {
                break;
            }
            ++at_;
        }
        return text_.substr(from, at_ - from);
    }

private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_])) ++at_;
    }
    void skip_string() {
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '\\') {
                if (at_ + 1 < text_.size()) ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

JsonMembers::JsonMembers(std::string_view object) {
    Walker walker(object);
    walker.take('{');
    while (!walker.at_end()) {
        const auto name = walker.name();
        if (!walker.take(':')) return;
        const auto value = walker.value();
        if (value.empty()) return;
        members_.emplace_back(name, value);
        if (!walker.take(',')) return;
    }
}

std::string_view JsonMembers::operator[](std::string_view name) const {
    for (const auto& [held, value] : members_)
        if (held == name) return value;
    return "null";
}

std::vector<std::string_view> json_elements(std::string_view array) {
    std::vector<std::string_view> elements;
    Walker walker(array);
    if (!walker.take('[')) return elements;
    do {
        const auto value = walker.value();
        if (value.empty()) break;
        elements.push_back(value);
    } while (walker.take(','));
    return elements;
}

std::string_view json_value(std::string_view text, std::size_t at) {
    return at < text.size() ? Walker(text.substr(at)).value() : std::string_view{};
}

namespace {

/// The four digits of \uXXXX that begin at `at`.
std::optional<std::uint32_t> escaped_unit(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    std::uint32_t unit = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const int digit = hex_digit(text[i]);
        if (digit < 0) return std::nullopt;
        unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return unit;
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | (c >> 6U));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | (c >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (c >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_surrogate(std::uint32_t unit, std::uint32_t first) { return unit >= first && unit < first + 0x400; }

}  // namespace

std::string json_text(std::string_view token) {
    if (token.size() < 2 || token.front() != '"') return {};
    token = token.substr(1, token.size() - 2);
    std::string out;
    out.reserve(token.size());
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '\\' || i + 1 >= token.size()) {
            out += token[i];
            continue;
        }
        const char c = token[++i];
        if (c == 'u') {
            std::uint32_t unit = escaped_unit(token, i + 1).value_or(kReplacement);
            i += 4;
            if (is_surrogate(unit, 0xD800)) {
                const auto low = token.substr(std::min(i + 1, token.size()), 2) == "\\u" ? escaped_unit(token, i + 3)
                                                                                       : std::nullopt;
                if (low && is_surrogate(*low, 0xDC00)) {
                    unit = 0x10000 + ((unit - 0xD800) << 10U) + (*low - 0xDC00);
                    i += 6;
                } else {
                    unit = kReplacement;
                }
            } else if (unit == 0 || is_surrogate(unit, 0xDC00)) {
                unit = kReplacement;
            }
            append_utf8(out, unit);
            continue;
        }
        constexpr std::string_view kLetters = "bfnrt";
        constexpr std::string_view kMeaning = "\b\f\n\r\t";
        const auto known = kLetters.find(c);
        out += known == std::string_view::npos ? c : kMeaning[known];
    }
    return out;
}

}  // namespace crossdock
