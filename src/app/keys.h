// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
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

/// When a key made now ends: a length such as "90d", "12h", "30m" or "45s" from now, an instant, or a day, which is its
/// first moment in UTC. Errors: invalid for anything else, for what is not ahead, and for more than a hundred years.
Result<Timestamp> parse_expiry(std::string_view text, Timestamp now);

/// Makes an API key for an account. `scopes` is blank-separated: "erp", "read-only", or single ones like "orders:read".
/// Without `expires_at` it ends only when it is revoked. Errors: not_found when there is no such account; invalid for a scope that does not exist.
Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now, std::optional<Timestamp> expires_at = {});

}  // namespace crossdock::app
