// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/execute.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/json_writer.h"
#include "sandbox/graphql/coerce.h"
#include "sandbox/graphql/parser.h"
#include "sandbox/graphql/validate.h"

namespace crossdock::sandbox::graphql {

using nlohmann::json;

/// A field of one selection set, merged from every place that asks for it.
struct PlannedField {
    std::string key;                       // in the answer
    const FieldDef* field = nullptr;       // null for __typename
    std::vector<const Selection*> places;  // the first one names the arguments
    std::optional<json> arguments;         // when they do not depend on variables
    std::map<const TypeDef*, std::unique_ptr<Plan>> below;
};

struct Plan {
    std::vector<PlannedField> fields;
};

namespace {

bool has_variable(const Literal& literal) {
    if (literal.kind == Literal::Kind::variable) return true;
    for (const Literal& item : literal.items) {
        if (has_variable(item)) return true;
    }
    for (const auto& [name, member] : literal.fields) {
        if (has_variable(member)) return true;
    }
    return false;
}

bool has_conditions(const std::vector<Selection>& selections) {
    for (const Selection& selection : selections) {
        if (selection.directive("include") != nullptr || selection.directive("skip") != nullptr) return true;
        if (has_conditions(selection.selections)) return true;
    }
    return false;
}

/// Where in the answer we are; lives on the stack.
struct Frame {
    const Frame* up = nullptr;
    const std::string* name = nullptr;
    std::int64_t index = 0;
};

std::vector<PathStep> path_of(const Frame* frame) {
    std::vector<PathStep> path;
    for (; frame != nullptr; frame = frame->up) {
        if (frame->name != nullptr)
            path.emplace_back(*frame->name);
        else
            path.emplace_back(frame->index);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

class Run {
public:
    Run(const Schema& schema, const Resolvers& resolvers, Prepared& prepared, const Operation& operation,
        const json& variables, const Hooks& hooks)
        : schema_(schema),
          resolvers_(resolvers),
          prepared_(prepared),
          operation_(operation),
          variables_(variables),
          hooks_(hooks) {}

    std::vector<GraphqlError> errors;

    /// Appends the object; false when a required field of it failed (what was appended is then taken back by the
    /// caller).
    bool object(std::string& out, const ObjectRef& self, Plan& plan, const Frame* frame, int& cost) {
        out += '{';
        bool first = true;
        for (PlannedField& planned : plan.fields) {
            if (!first) out += ',';
            first = false;
            append_json_string(out, planned.key);
            out += ':';
            const Frame here{frame, &planned.key, 0};
            if (!field(out, self, planned, &here, cost)) return false;
        }
        out += '}';
        return true;
    }

    Plan make_plan(const std::vector<const std::vector<Selection>*>& sets, const TypeDef& type) {
        Plan plan;
        for (const auto* selections : sets) collect(*selections, type, plan);
        for (PlannedField& planned : plan.fields) {
            if (planned.field == nullptr) continue;
            bool constant = true;
            for (const Argument& argument : planned.places.front()->arguments)
                constant = constant && !has_variable(argument.value);
            if (constant)
                planned.arguments =
                    coerce_arguments(schema_, *planned.field, planned.places.front()->arguments, json::object());
        }
        return plan;
    }

private:
    bool wanted(const Selection& selection) const {
        const auto flag = [&](const char* name) -> std::optional<bool> {
            const Directive* directive = selection.directive(name);
            if (directive == nullptr) return std::nullopt;
            const auto value = to_json(directive->arguments.front().value, variables_);
            return value && value->is_boolean() && value->get<bool>();
        };
        return flag("include").value_or(true) && !flag("skip").value_or(false);
    }

    void collect(const std::vector<Selection>& selections, const TypeDef& type, Plan& plan) {
        for (const Selection& selection : selections) {
            if (!wanted(selection)) continue;
            if (selection.kind == Selection::Kind::spread) {
                const Fragment* fragment = prepared_.document.fragment(selection.name);
                if (schema_.fits(type, fragment->condition)) collect(fragment->selections, type, plan);
            } else if (selection.kind == Selection::Kind::inline_fragment) {
                if (schema_.fits(type, selection.condition)) collect(selection.selections, type, plan);
            } else {
                const auto at = std::find_if(plan.fields.begin(), plan.fields.end(), [&](const PlannedField& planned) {
                    return planned.key == selection.key();
                });
                if (at != plan.fields.end()) {
                    at->places.push_back(&selection);
                    continue;
                }
                PlannedField planned;
                planned.key = selection.key();
                planned.field = type.field(selection.name);
                planned.places.push_back(&selection);
                plan.fields.push_back(std::move(planned));
            }
        }
    }

    Plan& plan_below(PlannedField& planned, const TypeDef& type) {
        std::unique_ptr<Plan>& plan = planned.below[&type];
        if (!plan) {
            std::vector<const std::vector<Selection>*> sets;
            for (const Selection* place : planned.places) sets.push_back(&place->selections);
            plan = std::make_unique<Plan>(make_plan(sets, type));
        }
        return *plan;
    }

    bool field(std::string& out, const ObjectRef& self, PlannedField& planned, const Frame* frame, int& cost) {
        if (planned.field == nullptr) {
            append_json_string(out, self.type->name);
            return true;
        }
        const FieldDef& def = *planned.field;
        const std::size_t errors_before = errors.size();
        Resolved value;
        try {
            if (hooks_.override_field) {
                if (auto raw = hooks_.override_field(self, def)) {
                    out += *raw;
                    return true;
                }
            }
            if (hooks_.guard) hooks_.guard(self, def);
            const Resolver& resolver = resolvers_.of(def);
            if (!resolver) throw std::logic_error("nobody resolves " + def.parent->name + "." + def.name);
            std::optional<json> computed;
            if (!planned.arguments) {
                computed = coerce_arguments(schema_, def, planned.places.front()->arguments, variables_);
            }
            const Call call{computed ? *computed : *planned.arguments, variables_, *planned.places.front(), operation_,
                            def};
            value = resolver(self, call);
        } catch (const FieldFailure& failure) {
            GraphqlError error{failure.message, {planned.places.front()->at}, path_of(frame), failure.extensions};
            if (failure.with_operation_position && !operation_.variables.empty()) {
                error.locations.push_back(operation_.variables.front().at);
            }
            errors.push_back(std::move(error));
            value = nullptr;
        }
        if (def.parent->name == "Mutation") cost += 10;
        return complete(out, def.type, value, planned, frame, cost, errors_before);
    }

    bool complete(std::string& out, const TypeRef& type, const Resolved& value, PlannedField& planned,
                  const Frame* frame, int& cost, std::size_t errors_before) {
        const std::size_t start = out.size();
        bool good = false;
        if (value.is_null()) {
            if (type.required && errors.size() == errors_before) {
                errors.push_back({"Cannot return null for non-nullable field " + planned.field->parent->name + "." +
                                      planned.field->name,
                                  {planned.places.front()->at},
                                  path_of(frame),
                                  {}});
            }
        } else if (const auto* raw = std::get_if<RawJson>(&value.value)) {
            out += raw->text;
            good = true;
        } else if (type.element) {
            good = list(out, *type.element, value, planned, frame, cost, errors_before);
        } else if (const auto* page = std::get_if<std::shared_ptr<Connection>>(&value.value)) {
            good = connection(out, **page, planned, frame, cost);
        } else if (const auto* below = std::get_if<ObjectRef>(&value.value)) {
            int inner = 0;
            good = object(out, *below, plan_below(planned, *below->type), frame, inner);
            cost += inner + object_cost(*below->type);
        } else {
            leaf(out, *planned.field, value);
            good = true;
        }
        if (good) return true;
        out.resize(start);
        if (type.required) return false;
        out += "null";
        return true;
    }

    bool list(std::string& out, const TypeRef& element, const Resolved& value, PlannedField& planned,
              const Frame* frame, int& cost, std::size_t errors_before) {
        const auto* items = std::get_if<List>(&value.value);
        if (items == nullptr) throw std::logic_error("resolver of " + planned.field->name + " returned no list");
        out += '[';
        int dearest = 0;  // plain lists are not multiplied
        Frame here{frame, nullptr, 0};
        for (const Resolved& item : items->items) {
            if (here.index > 0) out += ',';
            int inner = 0;
            if (!complete(out, element, item, planned, &here, inner, errors_before)) return false;
            dearest = std::max(dearest, inner);
            ++here.index;
        }
        out += ']';
        cost += dearest;
        return true;
    }

    bool connection(std::string& out, const Connection& page, PlannedField& planned, const Frame* frame, int& cost) {
        const TypeDef& type = *planned.field->named;
        Plan& plan = plan_below(planned, type);
        int dearest = 0;
        out += '{';
        bool first = true;
        for (PlannedField& part : plan.fields) {
            if (!first) out += ',';
            first = false;
            append_json_string(out, part.key);
            out += ':';
            const Frame here{frame, &part.key, 0};
            const std::string name = part.field == nullptr ? "__typename" : part.field->name;
            if (name == "pageInfo") {
                page_info(out, page, plan_below(part, *part.field->named));
            } else if (name == "nodes" || name == "edges") {
                out += '[';
                Frame each{&here, nullptr, 0};
                for (std::size_t i = 0; i < page.nodes.size(); ++i) {
                    if (i > 0) out += ',';
                    each.index = static_cast<std::int64_t>(i);
                    int inner = 0;
                    const bool good =
                        name == "nodes"
                            ? object(out, page.nodes[i], plan_below(part, *page.nodes[i].type), &each, inner)
                            : edge(out, page, i, plan_below(part, *part.field->named), &each, inner);
                    if (!good) return false;
                    dearest = std::max(dearest, inner);
                }
                out += ']';
            } else {
                append_json_string(out, type.name);
            }
        }
        out += '}';
        cost += connection_cost(static_cast<std::int64_t>(page.nodes.size()), dearest);
        return true;
    }

    bool edge(std::string& out, const Connection& page, std::size_t i, Plan& plan, const Frame* frame, int& cost) {
        out += '{';
        bool first = true;
        for (PlannedField& part : plan.fields) {
            if (!first) out += ',';
            first = false;
            append_json_string(out, part.key);
            out += ':';
            const Frame here{frame, &part.key, 0};
            if (part.field == nullptr)
                append_json_string(out, plan.fields.empty() ? "" : page.nodes[i].type->name + "Edge");
            else if (part.field->name == "cursor")
                append_json_string(out, page.cursors[i]);
            else if (!object(out, page.nodes[i], plan_below(part, *page.nodes[i].type), &here, cost))
                return false;
        }
        out += '}';
        return true;
    }

    static void page_info(std::string& out, const Connection& page, const Plan& plan) {
        JsonWriter writer(out);
        writer.begin_object();
        for (const PlannedField& part : plan.fields) {
            writer.key(part.key);
            const std::string name = part.field == nullptr ? "__typename" : part.field->name;
            if (name == "hasNextPage")
                writer.value(page.has_next);
            else if (name == "hasPreviousPage")
                writer.value(page.has_previous);
            else if (name == "__typename")
                writer.value("PageInfo");
            else if (page.cursors.empty())
                writer.null();
            else
                writer.value(std::string_view{name == "endCursor" ? page.cursors.back() : page.cursors.front()});
        }
        writer.end_object();
    }

    static void leaf(std::string& out, const FieldDef& field, const Resolved& value) {
        const std::string& type = field.named->name;
        const auto wrong = [&] {
            return std::logic_error("resolver of " + field.parent->name + "." + field.name +
                                    " returned the wrong kind");
        };
        if (const auto* text = std::get_if<std::string>(&value.value)) {
            if (type == "Int" || type == "Float" || type == "Boolean") throw wrong();
            if (field.named->kind == TypeDef::Kind::enumeration && !field.named->values.contains(*text)) throw wrong();
            append_json_string(out, *text);
        } else if (const auto* number = std::get_if<std::int64_t>(&value.value)) {
            if (type == "UnsignedInt64")
                out += '"' + std::to_string(*number) + '"';
            else if (type == "Int")
                out += std::to_string(*number);
            else
                throw wrong();
        } else if (const auto* real = std::get_if<double>(&value.value)) {
            if (type != "Float") throw wrong();
            std::array<char, 32> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *real).ptr;
            out.append(digits.data(), end);
        } else if (const auto* flag = std::get_if<bool>(&value.value)) {
            if (type != "Boolean") throw wrong();
            out += *flag ? "true" : "false";
        } else if (const auto* at = std::get_if<Timestamp>(&value.value)) {
            if (type != "DateTime") throw wrong();
            out += '"' + format_rfc3339(std::chrono::floor<std::chrono::seconds>(*at)) + '"';
        } else {
            throw wrong();
        }
    }

    const Schema& schema_;
    const Resolvers& resolvers_;
    Prepared& prepared_;
    const Operation& operation_;
    const json& variables_;
    const Hooks& hooks_;
};

}  // namespace

void Resolvers::add(std::string_view type, std::string_view field, Resolver resolver) {
    const TypeDef* def = schema_.find(type);
    const FieldDef* at = def == nullptr ? nullptr : def->field(field);
    if (at == nullptr) throw std::logic_error("the schema has no " + std::string(type) + "." + std::string(field));
    table_[at->id] = std::move(resolver);
}

std::vector<std::string> Resolvers::missing() const {
    std::vector<std::string> names;
    for (const TypeDef& type : schema_.types()) {
        const bool own = type.connection || type.name.ends_with("Edge") || type.name == "PageInfo";
        if (type.kind != TypeDef::Kind::object || own) continue;
        for (const FieldDef& field : type.fields) {
            if (!table_[field.id]) names.push_back(type.name + "." + field.name);
        }
    }
    return names;
}

const Operation* Prepared::operation(std::string_view name, GraphqlError& error) const {
    if (name.empty()) {
        if (document.operations.size() == 1) return &document.operations.front();
        error = {"An operation name is required", {}, {}, extensions_of("OPERATION_NAME_REQUIRED")};
        return nullptr;
    }
    for (const Operation& candidate : document.operations) {
        if (candidate.name == name) return &candidate;
    }
    error = {"No operation named \"" + std::string(name) + "\"", {}, {}, {}};
    return nullptr;
}

std::shared_ptr<Prepared> prepare(const Schema& schema, std::string_view text) {
    auto prepared = std::make_shared<Prepared>();
    try {
        prepared->document = parse_document(text);
    } catch (const SyntaxError& error) {
        prepared->errors.push_back({error.message, {error.at}, {}, extensions_of("PARSE_ERROR")});
        return prepared;
    }
    if (prepared->document.operations.empty()) {
        prepared->errors.push_back({"The document contains no operation", {}, {}, extensions_of("PARSE_ERROR")});
        return prepared;
    }
    prepared->errors = validate(schema, prepared->document);
    for (const Operation& operation : prepared->document.operations) {
        prepared->conditional = prepared->conditional || has_conditions(operation.selections);
    }
    for (const Fragment& fragment : prepared->document.fragments) {
        prepared->conditional = prepared->conditional || has_conditions(fragment.selections);
    }
    return prepared;
}

Outcome execute(const Schema& schema, const Resolvers& resolvers, Prepared& prepared, const Operation& operation,
                const json& variables, const Hooks& hooks) {
    Run run(schema, resolvers, prepared, operation, variables, hooks);
    const TypeDef& root = operation.kind == "mutation" ? schema.mutation() : schema.query();
    std::shared_ptr<Plan> plan = prepared.conditional ? nullptr : prepared.plans[&operation];
    if (!plan) {
        plan = std::make_shared<Plan>(run.make_plan({&operation.selections}, root));
        if (!prepared.conditional) prepared.plans[&operation] = plan;
    }
    Outcome outcome;
    static constexpr int kRoot = 0;  // root resolvers get an object, too, though it says nothing
    if (!run.object(outcome.data, ObjectRef::view(&root, kRoot), *plan, nullptr, outcome.cost)) outcome.data = "null";
    outcome.errors = std::move(run.errors);
    return outcome;
}

std::optional<json> directive_argument(const Call& call, std::string_view directive, std::string_view argument) {
    const Directive* found = call.selection.directive(directive);
    if (found == nullptr) return std::nullopt;
    for (const Argument& given : found->arguments) {
        if (given.name == argument) return to_json(given.value, call.variables).value_or(json(nullptr));
    }
    return json(nullptr);
}

}  // namespace crossdock::sandbox::graphql
