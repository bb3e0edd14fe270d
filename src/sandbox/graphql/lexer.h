// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sandbox/graphql/ast.h"

namespace crossdock::sandbox::graphql {

/// The document is not GraphQL. The parser turns it into an error of the answer.
struct SyntaxError {
    std::string message;
    Position at;
};

struct Token {
    enum class Kind { end, punctuator, name, integer, decimal, string };
    Kind kind = Kind::end;
    std::string text;  // strings are unescaped, punctuators as written ("..." is one)
    Position at;
};

/// Splits a GraphQL text into tokens, one ahead of the reader. Throws SyntaxError.
class Lexer {
public:
    explicit Lexer(std::string_view text);
    [[nodiscard]] const Token& peek() const { return token_; }
    Token take();
    [[nodiscard]] bool is(std::string_view punctuator_or_name) const;
    /// Takes the token when it is this one.
    bool accept(std::string_view punctuator_or_name);
    void expect(std::string_view punctuator);
    std::string expect_name();
    [[noreturn]] void fail_here() const;

private:
    void skip_blanks();
    void step();
    Token scan();
    Token scan_string();
    Token scan_block_string();
    Token scan_number();
    void scan_escape(std::string& into);

    std::string_view text_;
    std::size_t pos_ = 0;
    int line_ = 1, column_ = 1;
    Position last_{1, 1};  // of the token before
    Token token_;
};

}  // namespace crossdock::sandbox::graphql
