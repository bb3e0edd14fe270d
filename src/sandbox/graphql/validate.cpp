// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/validate.h"

#include <map>
#include <set>

#include "sandbox/graphql/coerce.h"

namespace crossdock::sandbox::graphql {
namespace {

/// One walk over all operations and fragments.
class Validator {
public:
    Validator(const Schema& schema, const Document& document) : schema_(schema), document_(document) {}

    std::vector<GraphqlError> run() {
        check_names();
        for (const Operation& operation : document_.operations) check_operation(operation);
        for (const Fragment& fragment : document_.fragments) check_fragment(fragment);
        return std::move(errors_);
    }

private:
    using Scope = const TypeDef*;

    void fail(std::string message, Position at, std::string extensions) {
        errors_.push_back({std::move(message), {at}, path_, std::move(extensions)});
    }

    void check_names() {
        std::set<std::string> names;
        for (const Operation& operation : document_.operations) {
            if (operation.name.empty() && document_.operations.size() > 1) {
                fail("The anonymous query must be the only query in the document", operation.at,
                     extensions_of("uniquelyNamedOperations"));
            } else if (!names.insert(operation.name).second) {
                fail("Operation name \"" + operation.name + "\" must be unique", operation.at,
                     extensions_of("uniquelyNamedOperations", {{"operationName", operation.name}}));
            }
        }
        std::set<std::string> used;
        for (const Operation& operation : document_.operations) note_spreads(operation.selections, used);
        std::set<std::string> seen;
        for (const Fragment& fragment : document_.fragments) {
            if (!seen.insert(fragment.name).second) {
                fail("Fragment name \"" + fragment.name + "\" must be unique", fragment.at,
                     extensions_of("fragmentNotUnique", {{"fragmentName", fragment.name}}));
            }
            if (!used.contains(fragment.name)) {
                path_ = {"fragment " + fragment.name};
                fail("Fragment " + fragment.name + " was defined, but not used", fragment.at,
                     extensions_of("useAndDefineFragment", {{"fragmentName", fragment.name}}));
                path_.clear();
            }
        }
    }

    void note_spreads(const std::vector<Selection>& selections, std::set<std::string>& used) const {
        for (const Selection& selection : selections) {
            if (selection.kind != Selection::Kind::spread) {
                note_spreads(selection.selections, used);
            } else if (used.insert(selection.name).second) {
                if (const Fragment* fragment = document_.fragment(selection.name))
                    note_spreads(fragment->selections, used);
            }
        }
    }

    void check_operation(const Operation& operation) {
        const std::string kind = operation.kind;
        path_ = {operation.name.empty() ? kind : kind + " " + operation.name};
        if (kind == "subscription") {
            fail("Schema is not configured for subscriptions", operation.at,
                 extensions_of("missingSubscriptionConfiguration"));
            return;
        }
        check_directives(operation.directives, kind == "mutation" ? "mutations" : "queries");
        for (const VariableDefinition& variable : operation.variables) {
            const TypeDef* type = schema_.find(variable.type.name);
            if (type == nullptr) {
                fail("No such type " + variable.type.name + ", so it can't be an input type", variable.at,
                     extensions_of("undefinedType", {{"typeName", variable.type.name}}));
            } else if (type->composite()) {
                fail(variable.type.name + " isn't a valid input type (on $" + variable.name + ")", variable.at,
                     extensions_of("variableRequiresValidType",
                                   {{"typeName", variable.type.name}, {"variableName", variable.name}}));
            }
        }
        const std::size_t before = errors_.size();
        const TypeDef& root = kind == "mutation" ? schema_.mutation() : schema_.query();
        check_selections(operation.selections, &root);
        std::set<std::string> used;
        std::set<std::string> visited;
        check_variables(operation, operation.selections, &root, used, visited);
        for (const VariableDefinition& variable : operation.variables) {
            if (!used.contains(variable.name) && errors_.size() == before) {
                path_ = {operation.name.empty() ? kind : kind + " " + operation.name};
                fail("Variable $" + variable.name + " is declared by " + described(operation) + " but not used",
                     variable.at, extensions_of("variableNotUsed", {{"variableName", variable.name}}));
            }
        }
        path_.clear();
    }

    static std::string described(const Operation& operation) {
        return operation.name.empty() ? "anonymous " + operation.kind : operation.name;
    }

    void check_fragment(const Fragment& fragment) {
        path_ = {"fragment " + fragment.name};
        const TypeDef* type = schema_.find(fragment.condition);
        if (type == nullptr || !type->composite()) {
            fail("No such type " + fragment.condition + ", so it can't be a fragment condition", fragment.at,
                 extensions_of("undefinedType", {{"typeName", fragment.condition}}));
        } else {
            std::set<std::string> below;
            note_spreads(fragment.selections, below);
            if (below.contains(fragment.name)) {
                fail("Fragment " + fragment.name + " contains an infinite loop", fragment.at,
                     extensions_of("infiniteLoop", {{"fragmentName", fragment.name}}));
            } else {
                check_selections(fragment.selections, type);
            }
        }
        path_.clear();
    }

    void check_directives(const std::vector<Directive>& directives, const std::string& place) {
        for (const Directive& directive : directives) {
            const bool conditional = directive.name == "include" || directive.name == "skip";
            if (!conditional && directive.name != "idempotent") {
                fail("Directive @" + directive.name + " is not defined", directive.at,
                     extensions_of("undefinedDirective", {{"directiveName", directive.name}}));
                continue;
            }
            const bool allowed = conditional ? place != "queries" && place != "mutations" : place == "fields";
            if (!allowed) {
                fail(
                    "'@" + directive.name + "' can't be applied to " + place +
                        (conditional ? " (allowed: fields, fragment spreads, inline fragments)" : " (allowed: fields)"),
                    directive.at,
                    extensions_of("directiveCannotBeApplied", {{"targetName", place}, {"name", directive.name}}));
                continue;
            }
            const std::string wanted = conditional ? "if" : "key";
            bool given = false;
            for (const Argument& argument : directive.arguments) {
                given = given || argument.name == wanted;
                if (argument.name != wanted) {
                    fail("Directive '" + directive.name + "' doesn't accept argument '" + argument.name + "'",
                         argument.at,
                         extensions_of(
                             "argumentNotAccepted",
                             {{"name", directive.name}, {"typeName", "Directive"}, {"argumentName", argument.name}}));
                }
            }
            if (!given) {
                fail("Directive '" + directive.name + "' is missing required arguments: " + wanted, directive.at,
                     extensions_of("missingRequiredArguments",
                                   {{"className", "Directive"}, {"name", directive.name}, {"arguments", wanted}}));
            }
        }
    }

    void check_selections(const std::vector<Selection>& selections, Scope parent) {
        std::map<std::string, const Selection*> keys;
        for (const Selection& selection : selections) {
            switch (selection.kind) {
                case Selection::Kind::field:
                    path_.emplace_back(selection.key());
                    check_field(selection, parent);
                    check_conflict(selection, keys);
                    path_.pop_back();
                    break;
                case Selection::Kind::spread: {
                    const Fragment* fragment = document_.fragment(selection.name);
                    if (fragment == nullptr) {
                        fail("Fragment " + selection.name + " was used, but not defined", selection.at,
                             extensions_of("useAndDefineFragment", {{"fragmentName", selection.name}}));
                        break;
                    }
                    check_directives(selection.directives, "fragment spreads");
                    check_condition("Fragment " + selection.name, fragment->condition, parent, selection.at);
                    break;
                }
                case Selection::Kind::inline_fragment: {
                    path_.emplace_back(selection.condition.empty() ? "..." : "... on " + selection.condition);
                    check_directives(selection.directives, "inline fragments");
                    const TypeDef* type = selection.condition.empty() ? parent : schema_.find(selection.condition);
                    if (type == nullptr || !type->composite()) {
                        fail("No such type " + selection.condition + ", so it can't be a fragment condition",
                             selection.at, extensions_of("undefinedType", {{"typeName", selection.condition}}));
                    } else {
                        check_condition("Fragment on " + type->name, type->name, parent, selection.at);
                        check_selections(selection.selections, type);
                    }
                    path_.pop_back();
                    break;
                }
            }
        }
    }

    void check_condition(const std::string& what, const std::string& condition, Scope parent, Position at) {
        const TypeDef* type = schema_.find(condition);
        if (type != nullptr && type->composite() && !schema_.overlap(*type, *parent)) {
            fail(
                what + " can't be spread inside " + parent->name, at,
                extensions_of("cannotSpreadFragment",
                              {{"typeName", parent->name}, {"fragmentName", condition}, {"parentName", parent->name}}));
        }
    }

    /// Two fields under one key must be the same field with the same arguments.
    void check_conflict(const Selection& selection, std::map<std::string, const Selection*>& keys) {
        const auto [at, fresh] = keys.emplace(selection.key(), &selection);
        if (!fresh && at->second->name != selection.name) {
            fail("Field '" + selection.key() + "' has a field conflict: " + at->second->name + " or " + selection.name +
                     "?",
                 selection.at,
                 extensions_of("fieldConflict", {{"fieldName", selection.key()},
                                                 {"conflicts", at->second->name + " or " + selection.name}}));
        }
    }

    void check_field(const Selection& selection, Scope parent) {
        if (selection.name == "__typename") return;
        const FieldDef* field = parent->field(selection.name);
        if (field == nullptr) {
            fail("Field '" + selection.name + "' doesn't exist on type '" + parent->name + "'", selection.at,
                 extensions_of("undefinedField", {{"typeName", parent->name}, {"fieldName", selection.name}}));
            return;
        }
        check_directives(selection.directives, "fields");
        check_arguments(selection, *field);
        const std::string node = "field '" + selection.name + "'";
        if (field->named->leaf() && !selection.selections.empty()) {
            fail("Selections can't be made on " +
                     std::string(field->named->kind == TypeDef::Kind::enumeration ? "enums" : "scalars") + " (" + node +
                     " returns " + field->named->name + " but has selections [" + first_names(selection) + "])",
                 selection.at,
                 extensions_of("selectionMismatch", {{"nodeName", node}, {"typeName", field->named->name}}));
        } else if (field->named->composite() && selection.selections.empty()) {
            fail("Field must have selections (" + node + " returns " + field->named->name +
                     " but has no selections. Did you mean '" + selection.name + " { ... }'?)",
                 selection.at,
                 extensions_of("selectionMismatch", {{"nodeName", node}, {"typeName", field->named->name}}));
        } else if (field->named->composite()) {
            check_selections(selection.selections, field->named);
        }
    }

    static std::string first_names(const Selection& selection) {
        std::string out;
        for (const Selection& below : selection.selections) out += (out.empty() ? "\"" : ", \"") + below.name + "\"";
        return out;
    }

    void check_arguments(const Selection& selection, const FieldDef& field) {
        for (const Argument& argument : selection.arguments) {
            const InputDef* def = field.argument(argument.name);
            if (def == nullptr) {
                path_.emplace_back(argument.name);
                fail("Field '" + field.name + "' doesn't accept argument '" + argument.name + "'", argument.at,
                     extensions_of("argumentNotAccepted",
                                   {{"name", field.name}, {"typeName", "Field"}, {"argumentName", argument.name}}));
                path_.pop_back();
                continue;
            }
            const Literal* bad = nullptr;
            if (!literal_fits(schema_, def->type, argument.value, bad)) {
                path_.emplace_back(argument.name);
                fail("Argument '" + argument.name + "' on Field '" + field.name + "' has an invalid value (" +
                         shown(argument.value) + "). Expected type '" + def->type.to_string() + "'.",
                     argument.at,
                     extensions_of("argumentLiteralsIncompatible",
                                   {{"typeName", "Field"}, {"argumentName", argument.name}}));
                path_.pop_back();
            }
        }
        std::string missing;
        for (const InputDef& def : field.arguments) {
            if (!def.type.required || def.default_value) continue;
            bool given = false;
            for (const Argument& argument : selection.arguments) given = given || argument.name == def.name;
            if (!given) missing += (missing.empty() ? "" : ", ") + def.name;
        }
        if (!missing.empty()) {
            fail("Field '" + field.name + "' is missing required arguments: " + missing, selection.at,
                 extensions_of("missingRequiredArguments",
                               {{"className", "Field"}, {"name", field.name}, {"arguments", missing}}));
        }
    }

    static std::string shown(const Literal& literal) {
        switch (literal.kind) {
            case Literal::Kind::null: return "null";
            case Literal::Kind::boolean: return literal.flag ? "true" : "false";
            case Literal::Kind::string: return "\"" + literal.text + "\"";
            case Literal::Kind::variable: return "$" + literal.text;
            case Literal::Kind::integer:
            case Literal::Kind::decimal:
            case Literal::Kind::enumeration: return literal.text;
            case Literal::Kind::list: {
                std::string out;
                for (const Literal& item : literal.items) out += (out.empty() ? "" : ", ") + shown(item);
                return "[" + out + "]";
            }
            case Literal::Kind::object: {
                std::string out;
                for (const auto& [name, member] : literal.fields)
                    out += (out.empty() ? "" : ", ") + name + ": " + shown(member);
                return "{" + out + "}";
            }
        }
        return {};
    }

    /// Variables are the operation's, so the fragments it reaches are walked again for each operation.
    void check_variables(const Operation& operation, const std::vector<Selection>& selections, Scope parent,
                         std::set<std::string>& used, std::set<std::string>& visited) {
        for (const Selection& selection : selections) {
            for (const Directive& directive : selection.directives) {
                const TypeRef expected{directive.name == "idempotent" ? "String" : "Boolean", true, nullptr};
                for (const Argument& argument : directive.arguments) {
                    check_literal_variables(operation, argument.value, &expected, argument, used);
                }
            }
            if (selection.kind == Selection::Kind::spread) {
                const Fragment* fragment = document_.fragment(selection.name);
                const TypeDef* type = fragment == nullptr ? nullptr : schema_.find(fragment->condition);
                if (type != nullptr && visited.insert(selection.name).second) {
                    check_variables(operation, fragment->selections, type, used, visited);
                }
                continue;
            }
            if (selection.kind == Selection::Kind::inline_fragment) {
                const TypeDef* type = selection.condition.empty() ? parent : schema_.find(selection.condition);
                if (type != nullptr) check_variables(operation, selection.selections, type, used, visited);
                continue;
            }
            const FieldDef* field = parent->field(selection.name);
            if (field == nullptr) continue;
            for (const Argument& argument : selection.arguments) {
                const InputDef* def = field->argument(argument.name);
                if (def == nullptr) continue;
                TypeRef expected = def->type;
                if (def->default_value) expected.required = false;
                check_literal_variables(operation, argument.value, &expected, argument, used);
            }
            if (field->named->composite())
                check_variables(operation, selection.selections, field->named, used, visited);
        }
    }

    void check_literal_variables(const Operation& operation, const Literal& literal, const TypeRef* expected,
                                 const Argument& argument, std::set<std::string>& used) {
        for (const Literal& item : literal.items) {
            check_literal_variables(operation, item, expected != nullptr ? expected->element.get() : nullptr, argument,
                                    used);
        }
        const TypeDef* object = expected != nullptr ? schema_.find(expected->name) : nullptr;
        for (const auto& [name, member] : literal.fields) {
            const InputDef* field = object != nullptr ? object->input(name) : nullptr;
            check_literal_variables(operation, member, field != nullptr ? &field->type : nullptr, argument, used);
        }
        if (literal.kind != Literal::Kind::variable) return;
        used.insert(literal.text);
        const VariableDefinition* definition = nullptr;
        for (const VariableDefinition& variable : operation.variables) {
            if (variable.name == literal.text) definition = &variable;
        }
        if (definition == nullptr) {
            fail("Variable $" + literal.text + " is used by " + described(operation) + " but not declared", literal.at,
                 extensions_of("variableNotDefined", {{"variableName", literal.text}}));
            return;
        }
        if (expected == nullptr) return;
        TypeRef given = definition->type;
        if (definition->default_value && definition->default_value->kind != Literal::Kind::null) given.required = true;
        if (!usable(given, *expected)) {
            fail("Type mismatch on variable $" + literal.text + " and argument " + argument.name + " (" +
                     definition->type.to_string() + " / " + expected->to_string() + ")",
                 literal.at,
                 extensions_of("variableMismatch", {{"variableName", literal.text},
                                                    {"typeName", definition->type.to_string()},
                                                    {"argumentName", argument.name},
                                                    {"errorMessage", "Type mismatch"}}));
        }
    }

    static bool usable(const TypeRef& given, const TypeRef& expected) {
        if (expected.required && !given.required) return false;
        if (expected.element != nullptr) return given.element != nullptr && usable(*given.element, *expected.element);
        return given.element == nullptr && given.name == expected.name;
    }

    const Schema& schema_;
    const Document& document_;
    std::vector<PathStep> path_;
    std::vector<GraphqlError> errors_;
};

}  // namespace

std::vector<GraphqlError> validate(const Schema& schema, const Document& document) {
    return Validator(schema, document).run();
}

}  // namespace crossdock::sandbox::graphql
