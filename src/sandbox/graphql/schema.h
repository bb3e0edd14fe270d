// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/graphql/ast.h"

namespace crossdock::sandbox::graphql {

/// An argument of a field, or a field of an input object.
struct InputDef {
    std::string name;
    TypeRef type;
    std::optional<Literal> default_value;
};

struct FieldDef {
    std::string name;
    std::vector<InputDef> arguments;
    TypeRef type;
    const TypeDef* named = nullptr;  // the innermost type
    const TypeDef* parent = nullptr;
    std::size_t id = 0;  // counts through the schema, so that resolvers live in a vector
    [[nodiscard]] const InputDef* argument(std::string_view wanted) const;
};

struct TypeDef {
    enum class Kind { scalar, enumeration, object, interface, union_type, input };
    Kind kind = Kind::scalar;
    std::string name;
    std::vector<FieldDef> fields;
    std::map<std::string, std::size_t, std::less<>> field_index;
    std::vector<InputDef> inputs;
    std::set<std::string, std::less<>> values;      // of an enumeration
    std::set<std::string, std::less<>> interfaces;  // that an object implements
    std::set<std::string, std::less<>> members;     // of a union
    bool connection = false;                        // Relay's XConnection: the executor serves it itself

    [[nodiscard]] const FieldDef* field(std::string_view wanted) const;
    [[nodiscard]] const InputDef* input(std::string_view wanted) const;
    [[nodiscard]] bool leaf() const { return kind == Kind::scalar || kind == Kind::enumeration; }
    [[nodiscard]] bool composite() const {
        return kind == Kind::object || kind == Kind::interface || kind == Kind::union_type;
    }
};

/// The types a server knows, read from schema definition language (types, inputs, enums, unions, scalars; descriptions
/// and directives are skipped).
class Schema {
public:
    /// Throws std::runtime_error for a text that is not a schema: it is compiled in, so that would be a bug.
    explicit Schema(std::string_view sdl);
    [[nodiscard]] const TypeDef* find(std::string_view name) const;
    [[nodiscard]] const TypeDef& query() const { return *find("QueryRoot"); }
    [[nodiscard]] const TypeDef& mutation() const { return *find("Mutation"); }
    [[nodiscard]] std::size_t field_count() const { return field_count_; }
    [[nodiscard]] const std::deque<TypeDef>& types() const { return types_; }
    /// May an object of this type stand where `condition` is asked for?
    [[nodiscard]] bool fits(const TypeDef& object, std::string_view condition) const;
    /// Can the two composite types have an object in common?
    [[nodiscard]] bool overlap(const TypeDef& a, const TypeDef& b) const;

private:
    std::deque<TypeDef> types_;
    std::map<std::string, TypeDef*, std::less<>> by_name_;
    std::size_t field_count_ = 0;
};

}  // namespace crossdock::sandbox::graphql
