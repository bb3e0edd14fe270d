// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/lexer.h"

#include <algorithm>
#include <vector>

namespace crossdock::sandbox::graphql {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
    const auto put = [&out](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

/// The common indentation and blank first and last lines of a block string do not belong to its value.
std::string without_indentation(const std::string& raw) {
    std::vector<std::string> lines{""};
    for (const char c : raw) {
        if (c == '\n')
            lines.emplace_back();
        else if (c != '\r')
            lines.back() += c;
    }
    std::size_t common = std::string::npos;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::size_t indent = lines[i].find_first_not_of(" \t");
        if (indent != std::string::npos) common = std::min(common, indent);
    }
    for (std::size_t i = 1; i < lines.size() && common != std::string::npos; ++i) {
        lines[i].erase(0, std::min(common, lines[i].size()));
    }
    const auto blank = [](const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; };
    while (!lines.empty() && blank(lines.front())) lines.erase(lines.begin());
    while (!lines.empty() && blank(lines.back())) lines.pop_back();
    std::string out;
    for (const std::string& line : lines) out += (out.empty() && &line == &lines.front() ? "" : "\n") + line;
    return out;
}

}  // namespace

Lexer::Lexer(std::string_view text) : text_(text) { token_ = scan(); }

Token Lexer::take() {
    Token taken = std::move(token_);
    token_ = scan();
    return taken;
}

bool Lexer::is(std::string_view word) const {
    return (token_.kind == Token::Kind::punctuator || token_.kind == Token::Kind::name) && token_.text == word;
}

bool Lexer::accept(std::string_view word) {
    if (!is(word)) return false;
    token_ = scan();
    return true;
}

void Lexer::expect(std::string_view punctuator) {
    if (!accept(punctuator)) fail_here();
}

std::string Lexer::expect_name() {
    if (token_.kind != Token::Kind::name) fail_here();
    return take().text;
}

void Lexer::fail_here() const {
    const std::string place = " at [" + std::to_string(token_.at.line) + ", " + std::to_string(token_.at.column) + "]";
    if (token_.kind == Token::Kind::end) throw SyntaxError{"syntax error, unexpected end of file" + place, token_.at};
    throw SyntaxError{"syntax error, unexpected \"" + token_.text + "\"" + place, token_.at};
}

void Lexer::step() {
    if (text_[pos_] == '\n') {
        ++line_;
        column_ = 1;
    } else {
        ++column_;
    }
    ++pos_;
}

void Lexer::skip_blanks() {
    if (pos_ == 0 && text_.starts_with("\xEF\xBB\xBF")) pos_ = 3;
    while (pos_ < text_.size()) {
        const char c = text_[pos_];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
            step();
        } else if (c == '#') {
            while (pos_ < text_.size() && text_[pos_] != '\n') step();
        } else {
            return;
        }
    }
}

Token Lexer::scan() {
    skip_blanks();
    Token token;
    if (pos_ >= text_.size()) {
        token.at = last_;  // the end is reported at the last token, as in recorded answers
        return token;
    }
    token.at = last_ = {line_, column_};
    const char c = text_[pos_];
    if (is_name_start(c)) {
        token.kind = Token::Kind::name;
        while (pos_ < text_.size() && (is_name_start(text_[pos_]) || is_digit(text_[pos_]))) {
            token.text += text_[pos_];
            step();
        }
        return token;
    }
    if (is_digit(c) || c == '-') return scan_number();
    if (text_.substr(pos_).starts_with("\"\"\"")) return scan_block_string();
    if (c == '"') return scan_string();
    token.kind = Token::Kind::punctuator;
    if (text_.substr(pos_).starts_with("...")) {
        token.text = "...";
        step();
        step();
        step();
        return token;
    }
    if (std::string_view{"!$&()[]{}:=@|"}.find(c) == std::string_view::npos) {
        throw SyntaxError{"Unexpected character \"" + std::string(1, c) + "\" at [" + std::to_string(line_) + ", " +
                              std::to_string(column_) + "]",
                          token.at};
    }
    token.text = c;
    step();
    return token;
}

Token Lexer::scan_number() {
    Token token;
    token.kind = Token::Kind::integer;
    token.at = {line_, column_};
    const auto take_digits = [&] {
        bool any = false;
        while (pos_ < text_.size() && is_digit(text_[pos_])) {
            token.text += text_[pos_];
            step();
            any = true;
        }
        if (!any) throw SyntaxError{"syntax error, a digit is missing in a number", token.at};
    };
    if (text_[pos_] == '-') {
        token.text += '-';
        step();
    }
    take_digits();
    if (pos_ < text_.size() && text_[pos_] == '.') {
        token.kind = Token::Kind::decimal;
        token.text += '.';
        step();
        take_digits();
    }
    if (pos_ < text_.size() && (text_[pos_] == 'e' || text_[pos_] == 'E')) {
        token.kind = Token::Kind::decimal;
        token.text += 'e';
        step();
        if (pos_ < text_.size() && (text_[pos_] == '+' || text_[pos_] == '-')) {
            token.text += text_[pos_];
            step();
        }
        take_digits();
    }
    if (pos_ < text_.size() && is_name_start(text_[pos_])) {
        throw SyntaxError{"syntax error, a name starts inside a number", {line_, column_}};
    }
    return token;
}

void Lexer::scan_escape(std::string& into) {
    if (pos_ >= text_.size()) throw SyntaxError{"syntax error, unexpected end of file", {line_, column_}};
    const char c = text_[pos_];
    step();
    static constexpr std::string_view kShort = "\"\\/bfnrt";
    static constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    if (const auto at = kShort.find(c); at != std::string_view::npos) {
        into += kMeaning[at];
        return;
    }
    const auto read_hex = [&]() -> unsigned {
        if (text_.size() - pos_ < 4) throw SyntaxError{"syntax error, bad Unicode escape", {line_, column_}};
        unsigned value = 0;
        for (int i = 0; i < 4; ++i) {
            const char h = text_[pos_];
            const auto digit =
                std::string_view{"0123456789abcdef"}.find(h >= 'A' && h <= 'F' ? static_cast<char>(h + 32) : h);
            if (digit == std::string_view::npos)
                throw SyntaxError{"syntax error, bad Unicode escape", {line_, column_}};
            value = value * 16 + static_cast<unsigned>(digit);
            step();
        }
        return value;
    };
    if (c != 'u') throw SyntaxError{"syntax error, unknown escape in a string", {line_, column_}};
    unsigned code = read_hex();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(pos_).starts_with("\\u")) {
        step();
        step();
        code = 0x10000U + ((code - 0xD800U) << 10U) + (read_hex() - 0xDC00U);
    }
    append_utf8(into, code);
}

Token Lexer::scan_string() {
    Token token;
    token.kind = Token::Kind::string;
    token.at = {line_, column_};
    step();
    while (true) {
        if (pos_ >= text_.size() || text_[pos_] == '\n') {
            throw SyntaxError{"syntax error, unterminated string", token.at};
        }
        const char c = text_[pos_];
        step();
        if (c == '"') return token;
        if (c == '\\')
            scan_escape(token.text);
        else
            token.text += c;
    }
}

Token Lexer::scan_block_string() {
    Token token;
    token.kind = Token::Kind::string;
    token.at = {line_, column_};
    for (int i = 0; i < 3; ++i) step();
    std::string raw;
    while (!text_.substr(pos_).starts_with("\"\"\"")) {
        if (pos_ >= text_.size()) throw SyntaxError{"syntax error, unterminated string", token.at};
        if (text_.substr(pos_).starts_with("\\\"\"\"")) {
            raw += "\"\"\"";
            for (int i = 0; i < 4; ++i) step();
            continue;
        }
        raw += text_[pos_];
        step();
    }
    for (int i = 0; i < 3; ++i) step();
    token.text = without_indentation(raw);
    return token;
}

}  // namespace crossdock::sandbox::graphql
