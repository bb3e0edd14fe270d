// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/coerce.h"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/time.h"

namespace crossdock::sandbox::graphql {
namespace {

using nlohmann::json;

struct Problem {
    std::vector<PathStep> path;
    std::string explanation;
};

std::string joined(const std::set<std::string, std::less<>>& values) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? "" : ", ") + value;
    return out;
}

json coerce_value(const Schema& schema, const TypeRef& type, const json& value, std::vector<PathStep>& path,
                  std::vector<Problem>& problems);

bool whole_digits(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// nullopt when the JSON value does not fit the scalar.
std::optional<json> coerce_scalar(const std::string& name, const json& value) {
    if (name == "Int") {
        if (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>()) {
            const double number = value.get<double>();
            if (std::abs(number) < 2147483648.0) return json(static_cast<std::int64_t>(number));
        }
        if (!value.is_number_integer()) return std::nullopt;
        const auto number = value.get<std::int64_t>();
        if (number > INT32_MAX || number < INT32_MIN) return std::nullopt;
        return json(number);
    }
    if (name == "Float") return value.is_number() ? std::optional<json>(value) : std::nullopt;
    if (name == "Boolean") return value.is_boolean() ? std::optional<json>(value) : std::nullopt;
    if (name == "ID") {
        if (value.is_string()) return value;
        return value.is_number_integer() ? std::optional<json>(value.dump()) : std::nullopt;
    }
    if (name == "UnsignedInt64") {
        if (value.is_string() && whole_digits(value.get<std::string>())) return value;
        return value.is_number_unsigned() ? std::optional<json>(value.dump()) : std::nullopt;
    }
    if (name == "Decimal" || name == "Money") {
        if (value.is_number()) return json(value.dump());
        if (!value.is_string()) return std::nullopt;
        const std::string text = value.get<std::string>();
        char* end = nullptr;
        std::strtod(text.c_str(), &end);
        return text.empty() || *end != '\0' ? std::nullopt : std::optional<json>(value);
    }
    if (name == "DateTime") {
        const bool good = value.is_string() && bool(parse_iso8601(value.get<std::string>(), ZoneRule::utc));
        return good ? std::optional<json>(value) : std::nullopt;
    }
    return value.is_string() ? std::optional<json>(value) : std::nullopt;  // String, URL and the like
}

json coerce_object(const Schema& schema, const TypeDef& type, const json& value, std::vector<PathStep>& path,
                   std::vector<Problem>& problems) {
    json out = json::object();
    if (!value.is_object()) {
        problems.push_back({path, "Expected " + value.dump() + " to be a key-value object."});
        return out;
    }
    for (const auto& [key, member] : value.items()) {
        if (type.input(key) == nullptr) {
            path.emplace_back(key);
            problems.push_back({path, "Field is not defined on " + type.name});
            path.pop_back();
        }
    }
    for (const InputDef& field : type.inputs) {
        const auto at = value.find(field.name);
        path.emplace_back(field.name);
        if (at != value.end()) {
            out[field.name] = coerce_value(schema, field.type, *at, path, problems);
        } else if (field.default_value) {
            out[field.name] = *to_json(*field.default_value, json::object());
        } else if (field.type.required) {
            problems.push_back({path, "Expected value to not be null"});
        }
        path.pop_back();
    }
    return out;
}

json coerce_value(const Schema& schema, const TypeRef& type, const json& value, std::vector<PathStep>& path,
                  std::vector<Problem>& problems) {
    if (value.is_null()) {
        if (type.required) problems.push_back({path, "Expected value to not be null"});
        return nullptr;
    }
    if (type.element) {
        json out = json::array();
        if (!value.is_array()) {  // one value may stand for a list of one
            out.push_back(coerce_value(schema, *type.element, value, path, problems));
            return out;
        }
        for (std::size_t i = 0; i < value.size(); ++i) {
            path.emplace_back(static_cast<std::int64_t>(i));
            out.push_back(coerce_value(schema, *type.element, value[i], path, problems));
            path.pop_back();
        }
        return out;
    }
    const TypeDef* named = schema.find(type.name);
    if (named->kind == TypeDef::Kind::input) return coerce_object(schema, *named, value, path, problems);
    if (named->kind == TypeDef::Kind::enumeration) {
        if (value.is_string() && named->values.contains(value.get<std::string>())) return value;
        const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
        problems.push_back({path, "Expected \"" + shown + "\" to be one of: " + joined(named->values)});
        return nullptr;
    }
    if (auto coerced = coerce_scalar(type.name, value)) return *coerced;
    problems.push_back({path, "Could not coerce value " + value.dump() + " to " + type.name});
    return nullptr;
}

GraphqlError variable_error(const VariableDefinition& variable, const json& value,
                            const std::vector<Problem>& problems) {
    std::string inside;
    json listed = json::array();
    for (const Problem& problem : problems) {
        json path = json::array();
        std::string dotted;
        for (const PathStep& step : problem.path) {
            if (!dotted.empty()) dotted += '.';
            if (const auto* name = std::get_if<std::string>(&step)) {
                path.push_back(*name);
                dotted += *name;
            } else {
                path.push_back(std::get<std::int64_t>(step));
                dotted += std::to_string(std::get<std::int64_t>(step));
            }
        }
        listed.push_back({{"path", path}, {"explanation", problem.explanation}});
        if (!dotted.empty()) inside += (inside.empty() ? " for " : ", ") + dotted + " (" + problem.explanation + ")";
    }
    const json extensions = {{"code", "INVALID_VARIABLE"}, {"value", value}, {"problems", listed}};
    return {
        "Variable $" + variable.name + " of type " + variable.type.to_string() + " was provided invalid value" + inside,
        {variable.at},
        {},
        extensions.dump()};
}

}  // namespace

json coerce_variables(const Schema& schema, const Operation& operation, const json& given,
                      std::vector<GraphqlError>& errors) {
    json out = json::object();
    for (const VariableDefinition& variable : operation.variables) {
        std::vector<Problem> problems;
        std::vector<PathStep> path;
        const auto at = given.is_object() ? given.find(variable.name) : given.end();
        const bool present = given.is_object() && at != given.end();
        if (present) {
            json value = coerce_value(schema, variable.type, *at, path, problems);
            if (problems.empty()) out[variable.name] = std::move(value);
        } else if (variable.default_value) {
            out[variable.name] = *to_json(*variable.default_value, json::object());
        } else if (variable.type.required) {
            problems.push_back({{}, "Expected value to not be null"});
        }
        if (!problems.empty()) errors.push_back(variable_error(variable, present ? *at : json(nullptr), problems));
    }
    return out;
}

std::optional<json> to_json(const Literal& literal, const json& variables) {
    switch (literal.kind) {
        case Literal::Kind::null: return json(nullptr);
        case Literal::Kind::boolean: return json(literal.flag);
        case Literal::Kind::integer: return json(std::strtoll(literal.text.c_str(), nullptr, 10));
        case Literal::Kind::decimal: return json(std::strtod(literal.text.c_str(), nullptr));
        case Literal::Kind::string:
        case Literal::Kind::enumeration: return json(literal.text);
        case Literal::Kind::variable: {
            const auto at = variables.find(literal.text);
            return at == variables.end() ? std::nullopt : std::optional<json>(*at);
        }
        case Literal::Kind::list: {
            json out = json::array();
            for (const Literal& item : literal.items) out.push_back(to_json(item, variables).value_or(json(nullptr)));
            return out;
        }
        case Literal::Kind::object: {
            json out = json::object();
            for (const auto& [name, member] : literal.fields) {
                if (auto value = to_json(member, variables)) out[name] = std::move(*value);
            }
            return out;
        }
    }
    return std::nullopt;
}

namespace {

/// Inserts what a literal may leave out: defaults of input fields, and a list around a single value.
void complete(const Schema& schema, const TypeRef& type, json& value) {
    if (value.is_null()) return;
    if (type.element) {
        if (!value.is_array()) value = json::array({value});
        for (json& item : value) complete(schema, *type.element, item);
        return;
    }
    const TypeDef* named = schema.find(type.name);
    if (type.name == "ID" && value.is_number_integer()) value = value.dump();
    if (named->kind != TypeDef::Kind::input || !value.is_object()) return;
    for (const InputDef& field : named->inputs) {
        const auto at = value.find(field.name);
        if (at != value.end())
            complete(schema, field.type, *at);
        else if (field.default_value)
            value[field.name] = *to_json(*field.default_value, json::object());
    }
}

}  // namespace

json coerce_arguments(const Schema& schema, const FieldDef& field, const std::vector<Argument>& arguments,
                      const json& variables) {
    json out = json::object();
    for (const InputDef& def : field.arguments) {
        std::optional<json> value;
        for (const Argument& argument : arguments) {
            if (argument.name == def.name) value = to_json(argument.value, variables);
        }
        if (value) complete(schema, def.type, *value);
        if (!value && def.default_value) value = to_json(*def.default_value, json::object());
        if (value) out[def.name] = std::move(*value);
    }
    return out;
}

bool literal_fits(const Schema& schema, const TypeRef& type, const Literal& literal, const Literal*& bad) {
    bad = &literal;
    if (literal.kind == Literal::Kind::variable) return true;  // checked against its declaration elsewhere
    if (literal.kind == Literal::Kind::null) return !type.required;
    if (type.element) {
        if (literal.kind != Literal::Kind::list) return literal_fits(schema, *type.element, literal, bad);
        for (const Literal& item : literal.items) {
            if (!literal_fits(schema, *type.element, item, bad)) return false;
        }
        return true;
    }
    const TypeDef* named = schema.find(type.name);
    if (named->kind == TypeDef::Kind::enumeration) {
        return literal.kind == Literal::Kind::enumeration && named->values.contains(literal.text);
    }
    if (named->kind == TypeDef::Kind::input) {
        if (literal.kind != Literal::Kind::object) return false;
        for (const auto& [name, member] : literal.fields) {
            const InputDef* field = named->input(name);
            if (field == nullptr || !literal_fits(schema, field->type, member, bad)) return false;
        }
        bad = &literal;
        for (const InputDef& field : named->inputs) {
            bool given = !field.type.required || field.default_value.has_value();
            for (const auto& [name, member] : literal.fields) given = given || name == field.name;
            if (!given) return false;
        }
        return true;
    }
    if (literal.kind == Literal::Kind::list || literal.kind == Literal::Kind::object ||
        literal.kind == Literal::Kind::enumeration) {
        return false;
    }
    return coerce_scalar(type.name, *to_json(literal, json::object())).has_value();
}

}  // namespace crossdock::sandbox::graphql
