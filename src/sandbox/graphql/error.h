// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

#include "sandbox/graphql/ast.h"

namespace crossdock::sandbox::graphql {

using PathStep = std::variant<std::string, std::int64_t>;

/// One entry of the answer's `errors`.
struct GraphqlError {
    std::string message;
    std::vector<Position> locations;
    std::vector<PathStep> path;
    std::string extensions;  // the members of "extensions" as JSON text, "" for none
};

/// `"errors":[…]` entries appended as a JSON array.
void append_errors(std::string& out, const std::vector<GraphqlError>& errors);
/// {"code": code} and further members, as JSON text for GraphqlError::extensions.
std::string extensions_of(std::string_view code, const std::vector<std::pair<std::string, std::string>>& more = {});

/// Thrown by a resolver: the field becomes null (or its nearest nullable parent) and the answer carries the error.
struct FieldFailure {
    std::string message;
    std::string extensions = {};
    bool with_operation_position = false;  // recorded answers of some argument checks name the variable's place, too
};

}  // namespace crossdock::sandbox::graphql
