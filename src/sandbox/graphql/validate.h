// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "sandbox/graphql/error.h"
#include "sandbox/graphql/schema.h"

namespace crossdock::sandbox::graphql {

/// What a server checks before it runs a document: fields, arguments, literals, variables, fragments, directives. The
/// messages and codes are those of the real API's own server library. Empty: the document may run.
std::vector<GraphqlError> validate(const Schema& schema, const Document& document);

}  // namespace crossdock::sandbox::graphql
