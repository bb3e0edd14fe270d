// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sandbox/graphql/ast.h"
#include "sandbox/graphql/lexer.h"

namespace crossdock::sandbox::graphql {

/// Parses an executable document (operations and fragments). Throws SyntaxError.
Document parse_document(std::string_view text);

/// Pieces that the schema language shares.
TypeRef parse_type(Lexer& lexer);
/// A literal; variables only when allowed. Throws SyntaxError.
Literal parse_literal(Lexer& lexer, bool variables_allowed);

}  // namespace crossdock::sandbox::graphql
