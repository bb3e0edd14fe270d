// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crossdock::sandbox::graphql {

struct FieldDef;
struct TypeDef;

struct Position {
    int line = 0, column = 0;  // both from 1
};

/// A literal as written in a document.
struct Literal {
    enum class Kind { null, boolean, integer, decimal, string, enumeration, list, object, variable };
    Kind kind = Kind::null;
    std::string text;  // number, string, enum word or variable name
    bool flag = false;
    std::vector<Literal> items;
    std::vector<std::pair<std::string, Literal>> fields;
    Position at;
};

/// `[ID!]!` and the like.
struct TypeRef {
    std::string name;                  // of the innermost type
    bool required = false;             // "!" at this level
    std::shared_ptr<TypeRef> element;  // set when this level is a list
    [[nodiscard]] std::string to_string() const {
        return (element ? "[" + element->to_string() + "]" : name) + (required ? "!" : "");
    }
};

struct Argument {
    std::string name;
    Literal value;
    Position at;
};

struct Directive {
    std::string name;
    std::vector<Argument> arguments;
    Position at;
};

struct Selection {
    enum class Kind { field, spread, inline_fragment };
    Kind kind = Kind::field;
    std::string name;       // of the field or the fragment
    std::string alias;      // empty when there is none
    std::string condition;  // type condition of an inline fragment, may be empty
    std::vector<Argument> arguments;
    std::vector<Directive> directives;
    std::vector<Selection> selections;
    Position at;
    [[nodiscard]] const std::string& key() const { return alias.empty() ? name : alias; }
    [[nodiscard]] const Directive* directive(std::string_view wanted) const {
        for (const Directive& d : directives) {
            if (d.name == wanted) return &d;
        }
        return nullptr;
    }
};

struct VariableDefinition {
    std::string name;
    TypeRef type;
    std::optional<Literal> default_value;
    Position at;
};

struct Operation {
    std::string kind;  // query, mutation, subscription
    std::string name;  // may be empty
    std::vector<VariableDefinition> variables;
    std::vector<Directive> directives;
    std::vector<Selection> selections;
    Position at;
};

struct Fragment {
    std::string name, condition;
    std::vector<Directive> directives;
    std::vector<Selection> selections;
    Position at;
};

struct Document {
    std::vector<Operation> operations;
    std::vector<Fragment> fragments;
    [[nodiscard]] const Fragment* fragment(std::string_view name) const {
        for (const Fragment& f : fragments) {
            if (f.name == name) return &f;
        }
        return nullptr;
    }
};

}  // namespace crossdock::sandbox::graphql
