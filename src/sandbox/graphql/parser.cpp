// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/parser.h"

namespace crossdock::sandbox::graphql {
namespace {

constexpr int kMaxDepth = 60;  // deeper documents are refused before they cost anything

std::vector<Selection> parse_selections(Lexer& lexer, int depth);

std::vector<Argument> parse_arguments(Lexer& lexer, bool variables_allowed) {
    std::vector<Argument> arguments;
    if (!lexer.accept("(")) return arguments;
    while (!lexer.accept(")")) {
        Argument argument;
        argument.at = lexer.peek().at;
        argument.name = lexer.expect_name();
        lexer.expect(":");
        argument.value = parse_literal(lexer, variables_allowed);
        arguments.push_back(std::move(argument));
    }
    return arguments;
}

std::vector<Directive> parse_directives(Lexer& lexer) {
    std::vector<Directive> directives;
    while (lexer.is("@")) {
        Directive directive;
        directive.at = lexer.take().at;
        directive.name = lexer.expect_name();
        directive.arguments = parse_arguments(lexer, true);
        directives.push_back(std::move(directive));
    }
    return directives;
}

Selection parse_selection(Lexer& lexer, int depth) {
    Selection selection;
    selection.at = lexer.peek().at;
    if (lexer.accept("...")) {
        if (lexer.peek().kind == Token::Kind::name && !lexer.is("on")) {
            selection.kind = Selection::Kind::spread;
            selection.name = lexer.expect_name();
            selection.directives = parse_directives(lexer);
            return selection;
        }
        selection.kind = Selection::Kind::inline_fragment;
        if (lexer.accept("on")) selection.condition = lexer.expect_name();
        selection.directives = parse_directives(lexer);
        selection.selections = parse_selections(lexer, depth + 1);
        return selection;
    }
    selection.name = lexer.expect_name();
    if (lexer.accept(":")) {
        selection.alias = std::move(selection.name);
        selection.name = lexer.expect_name();
    }
    selection.arguments = parse_arguments(lexer, true);
    selection.directives = parse_directives(lexer);
    if (lexer.is("{")) selection.selections = parse_selections(lexer, depth + 1);
    return selection;
}

std::vector<Selection> parse_selections(Lexer& lexer, int depth) {
    if (depth > kMaxDepth) throw SyntaxError{"The query is nested too deeply", lexer.peek().at};
    std::vector<Selection> selections;
    lexer.expect("{");
    do {
        selections.push_back(parse_selection(lexer, depth));
    } while (!lexer.accept("}"));
    return selections;
}

Operation parse_operation(Lexer& lexer) {
    Operation operation;
    operation.at = lexer.peek().at;
    if (lexer.is("{")) {
        operation.kind = "query";
        operation.selections = parse_selections(lexer, 1);
        return operation;
    }
    operation.kind = lexer.take().text;
    if (lexer.peek().kind == Token::Kind::name) operation.name = lexer.take().text;
    if (lexer.accept("(")) {
        while (!lexer.accept(")")) {
            VariableDefinition variable;
            variable.at = lexer.peek().at;
            lexer.expect("$");
            variable.name = lexer.expect_name();
            lexer.expect(":");
            variable.type = parse_type(lexer);
            if (lexer.accept("=")) variable.default_value = parse_literal(lexer, false);
            parse_directives(lexer);
            operation.variables.push_back(std::move(variable));
        }
    }
    operation.directives = parse_directives(lexer);
    operation.selections = parse_selections(lexer, 1);
    return operation;
}

}  // namespace

TypeRef parse_type(Lexer& lexer) {
    TypeRef type;
    if (lexer.accept("[")) {
        type.element = std::make_shared<TypeRef>(parse_type(lexer));
        type.name = type.element->name;
        lexer.expect("]");
    } else {
        type.name = lexer.expect_name();
    }
    type.required = lexer.accept("!");
    return type;
}

Literal parse_literal(Lexer& lexer, bool variables_allowed) {
    Literal literal;
    literal.at = lexer.peek().at;
    if (lexer.is("$")) {
        if (!variables_allowed) lexer.fail_here();
        lexer.take();
        literal.kind = Literal::Kind::variable;
        literal.text = lexer.expect_name();
        return literal;
    }
    if (lexer.accept("[")) {
        literal.kind = Literal::Kind::list;
        while (!lexer.accept("]")) literal.items.push_back(parse_literal(lexer, variables_allowed));
        return literal;
    }
    if (lexer.accept("{")) {
        literal.kind = Literal::Kind::object;
        while (!lexer.accept("}")) {
            std::string name = lexer.expect_name();
            lexer.expect(":");
            literal.fields.emplace_back(std::move(name), parse_literal(lexer, variables_allowed));
        }
        return literal;
    }
    Token token = lexer.peek();
    switch (token.kind) {
        case Token::Kind::integer: literal.kind = Literal::Kind::integer; break;
        case Token::Kind::decimal: literal.kind = Literal::Kind::decimal; break;
        case Token::Kind::string: literal.kind = Literal::Kind::string; break;
        case Token::Kind::name:
            if (token.text == "null") {
                literal.kind = Literal::Kind::null;
            } else if (token.text == "true" || token.text == "false") {
                literal.kind = Literal::Kind::boolean;
                literal.flag = token.text == "true";
            } else {
                literal.kind = Literal::Kind::enumeration;
            }
            break;
        case Token::Kind::punctuator:
        case Token::Kind::end: lexer.fail_here();
    }
    literal.text = std::move(token.text);
    lexer.take();
    return literal;
}

Document parse_document(std::string_view text) {
    Lexer lexer(text);
    Document document;
    if (lexer.peek().kind == Token::Kind::end) throw SyntaxError{"Unexpected end of document", {1, 1}};
    while (lexer.peek().kind != Token::Kind::end) {
        if (lexer.is("{") || lexer.is("query") || lexer.is("mutation") || lexer.is("subscription")) {
            document.operations.push_back(parse_operation(lexer));
        } else if (lexer.is("fragment")) {
            Fragment fragment;
            fragment.at = lexer.take().at;
            fragment.name = lexer.expect_name();
            if (fragment.name == "on") lexer.fail_here();
            lexer.expect("on");
            fragment.condition = lexer.expect_name();
            fragment.directives = parse_directives(lexer);
            fragment.selections = parse_selections(lexer, 1);
            document.fragments.push_back(std::move(fragment));
        } else {
            lexer.fail_here();
        }
    }
    return document;
}

}  // namespace crossdock::sandbox::graphql
