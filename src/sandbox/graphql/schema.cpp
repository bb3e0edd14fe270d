// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/schema.h"

#include <stdexcept>

#include "sandbox/graphql/parser.h"

namespace crossdock::sandbox::graphql {
namespace {

InputDef parse_input(Lexer& lexer) {
    InputDef input;
    input.name = lexer.expect_name();
    lexer.expect(":");
    input.type = parse_type(lexer);
    if (lexer.accept("=")) input.default_value = parse_literal(lexer, false);
    return input;
}

void parse_fields(Lexer& lexer, TypeDef& type) {
    lexer.expect("{");
    while (!lexer.accept("}")) {
        if (type.kind == TypeDef::Kind::input) {
            type.inputs.push_back(parse_input(lexer));
            continue;
        }
        FieldDef field;
        field.name = lexer.expect_name();
        if (lexer.accept("(")) {
            while (!lexer.accept(")")) field.arguments.push_back(parse_input(lexer));
        }
        lexer.expect(":");
        field.type = parse_type(lexer);
        type.field_index.emplace(field.name, type.fields.size());
        type.fields.push_back(std::move(field));
    }
}

TypeDef parse_definition(Lexer& lexer) {
    TypeDef type;
    const std::string keyword = lexer.expect_name();
    type.name = lexer.expect_name();
    if (keyword == "scalar") return type;
    if (keyword == "enum") {
        type.kind = TypeDef::Kind::enumeration;
        lexer.expect("{");
        while (!lexer.accept("}")) type.values.insert(lexer.expect_name());
        return type;
    }
    if (keyword == "union") {
        type.kind = TypeDef::Kind::union_type;
        lexer.expect("=");
        do {
            type.members.insert(lexer.expect_name());
        } while (lexer.accept("|"));
        return type;
    }
    if (keyword == "input")
        type.kind = TypeDef::Kind::input;
    else if (keyword == "interface")
        type.kind = TypeDef::Kind::interface;
    else if (keyword == "type")
        type.kind = TypeDef::Kind::object;
    else
        lexer.fail_here();
    if (lexer.accept("implements")) {
        do {
            type.interfaces.insert(lexer.expect_name());
        } while (lexer.accept("&"));
    }
    parse_fields(lexer, type);
    type.connection =
        type.kind == TypeDef::Kind::object && type.name.ends_with("Connection") && type.field("pageInfo") != nullptr;
    return type;
}

}  // namespace

const InputDef* FieldDef::argument(std::string_view wanted) const {
    for (const InputDef& argument : arguments) {
        if (argument.name == wanted) return &argument;
    }
    return nullptr;
}

const FieldDef* TypeDef::field(std::string_view wanted) const {
    const auto at = field_index.find(wanted);
    return at == field_index.end() ? nullptr : &fields[at->second];
}

const InputDef* TypeDef::input(std::string_view wanted) const {
    for (const InputDef& input : inputs) {
        if (input.name == wanted) return &input;
    }
    return nullptr;
}

Schema::Schema(std::string_view sdl) {
    for (const char* name : {"String", "Int", "Float", "Boolean", "ID"}) {
        types_.emplace_back().name = name;
    }
    try {
        Lexer lexer(sdl);
        while (lexer.peek().kind != Token::Kind::end) types_.push_back(parse_definition(lexer));
    } catch (const SyntaxError& error) {
        throw std::runtime_error("the compiled-in GraphQL schema is broken: " + error.message);
    }
    for (TypeDef& type : types_) by_name_[type.name] = &type;
    for (TypeDef& type : types_) {
        for (FieldDef& field : type.fields) {
            field.named = find(field.type.name);
            if (field.named == nullptr) {
                throw std::runtime_error("schema: " + type.name + "." + field.name + " has an unknown type");
            }
            field.parent = &type;
            field.id = field_count_++;
        }
    }
    if (find("QueryRoot") == nullptr || find("Mutation") == nullptr) {
        throw std::runtime_error("schema: the root types are missing");
    }
}

const TypeDef* Schema::find(std::string_view name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : at->second;
}

bool Schema::fits(const TypeDef& object, std::string_view condition) const {
    if (condition.empty() || object.name == condition || object.interfaces.contains(condition)) return true;
    const TypeDef* wanted = find(condition);
    return wanted != nullptr && wanted->members.contains(object.name);
}

bool Schema::overlap(const TypeDef& a, const TypeDef& b) const {
    for (const TypeDef& type : types_) {
        if (type.kind == TypeDef::Kind::object && fits(type, a.name) && fits(type, b.name)) return true;
    }
    return false;
}

}  // namespace crossdock::sandbox::graphql
