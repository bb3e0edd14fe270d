// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "db/database.h"
#include "store/api_key_repo.h"

namespace crossdock::app {

/// A key just made: its text is shown once and kept nowhere.
struct NewKey {
    std::string key_id;
    Secret text;
};

/// Makes an API key for an account. `scopes` is blank-separated: "erp", "read-only", or single ones like "orders:read".
/// Errors: not_found when there is no such account; invalid for a scope that does not exist.
Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now);

}  // namespace crossdock::app
