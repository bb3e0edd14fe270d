// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/graphql/error.h"
#include "sandbox/graphql/schema.h"
#include "sandbox/graphql/value.h"

namespace crossdock::sandbox::graphql {

/// What a resolver may look at.
struct Call {
    const nlohmann::json& arguments;  // checked and complete; an absent one is absent
    const nlohmann::json& variables;
    const Selection& selection;
    const Operation& operation;
    const FieldDef& field;
};
/// Returns the field's value for one object, or throws FieldFailure.
using Resolver = std::function<Resolved(const ObjectRef&, const Call&)>;

/// One resolver per field of the schema; connections, edges and page infos are the executor's own.
class Resolvers {
public:
    explicit Resolvers(const Schema& schema) : schema_(schema), table_(schema.field_count()) {}
    /// Throws std::logic_error for a field that the schema does not have.
    void add(std::string_view type, std::string_view field, Resolver resolver);
    [[nodiscard]] const Resolver& of(const FieldDef& field) const { return table_[field.id]; }
    /// "Type.field" of every field that a query can reach and nobody resolves.
    [[nodiscard]] std::vector<std::string> missing() const;

private:
    const Schema& schema_;
    std::vector<Resolver> table_;
};

struct Plan;

/// A document read, checked, and ready to run many times.
struct Prepared {
    Document document;
    std::vector<GraphqlError> errors;  // not empty: it must not run
    bool conditional = false;          // has @include or @skip, so that plans depend on the variables
    std::map<const Operation*, std::shared_ptr<Plan>> plans;
    /// The operation to run; null when it cannot be told, with the reason in `error`.
    const Operation* operation(std::string_view name, GraphqlError& error) const;
};
/// Never throws for a bad text: the errors are in the result.
std::shared_ptr<Prepared> prepare(const Schema& schema, std::string_view text);

/// Points of a request by the provider's published rules, all pages assumed full. Page sizes come from the variables.
int requested_cost(const Schema& schema, const Document& document, const Operation& operation,
                   const nlohmann::json& variables);
/// Points of a connection of `n` nodes that cost `node` each.
int connection_cost(std::int64_t n, int node);
/// Points of one object of this type without its fields.
int object_cost(const TypeDef& type);

struct Hooks {
    /// Called before each resolver; may throw FieldFailure (permissions).
    std::function<void(const ObjectRef&, const FieldDef&)> guard;
    /// JSON to send instead of the field's value, for faults. May be empty.
    std::function<std::optional<std::string>(const ObjectRef&, const FieldDef&)> override_field;
};

struct Outcome {
    std::string data;  // JSON text of "data"
    std::vector<GraphqlError> errors;
    int cost = 0;  // points of what was really returned
};

Outcome execute(const Schema& schema, const Resolvers& resolvers, Prepared& prepared, const Operation& operation,
                const nlohmann::json& variables, const Hooks& hooks);

/// The argument of a directive on this field, variables resolved; nullopt when the directive is not there.
std::optional<nlohmann::json> directive_argument(const Call& call, std::string_view directive,
                                                 std::string_view argument);

}  // namespace crossdock::sandbox::graphql
