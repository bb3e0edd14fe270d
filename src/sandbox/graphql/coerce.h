// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/graphql/error.h"
#include "sandbox/graphql/schema.h"

namespace crossdock::sandbox::graphql {

/// The variables of an operation as the resolvers see them: checked, defaults filled in, absent ones absent. Every
/// fault becomes an INVALID_VARIABLE error in `errors`.
nlohmann::json coerce_variables(const Schema& schema, const Operation& operation, const nlohmann::json& given,
                                std::vector<GraphqlError>& errors);

/// A literal as JSON; variables are replaced. nullopt when it is a variable that was not given.
std::optional<nlohmann::json> to_json(const Literal& literal, const nlohmann::json& variables);

/// The arguments of one field: literals and variables resolved, defaults filled in, absent ones absent.
nlohmann::json coerce_arguments(const Schema& schema, const FieldDef& field, const std::vector<Argument>& arguments,
                                const nlohmann::json& variables);

/// Does a literal (with variables of any type inside) fit the type? `bad` receives the innermost literal that does not.
bool literal_fits(const Schema& schema, const TypeRef& type, const Literal& literal, const Literal*& bad);

}  // namespace crossdock::sandbox::graphql
