// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "base/random.h"
#include "base/result.h"
#include "db/database.h"
#include "services/issue_key.h"

namespace crossdock::app {

/// When a key made now ends: a length such as "90d", "12h", "30m" or "45s" from now, an instant, or a day, which is its
/// first moment in UTC. Errors: invalid for anything else, for what is not ahead, and for more than a hundred years; they
/// name the `option`: `expires_invalid`.
Result<Timestamp> parse_expiry(std::string_view text, Timestamp now, std::string_view option = "expires");

struct KeyOptions {
    std::optional<Timestamp> expires_at = {};  // none: it ends only when it is revoked
    crypto::ApiKeyKind kind = crypto::ApiKeyKind::live;
    std::string plan = {};  // of the config file, checked by api::check_plan; empty: no limit
    store::Actor by = {};
    std::string dialect = {};  // settings as people write them; empty: none
};

/// Makes an API key for an account. `scopes` is blank-separated: "erp", "read-only", or single ones like "orders:read".
/// Errors: not_found when there is no such account; invalid for a scope that does not exist, and for a publishable key
/// with a scope that a web page may not have, and for a dialect that is none.
Result<services::IssuedKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now, const KeyOptions& options = {});

/// Keys that are old, end soon or name a plan that is gone.
std::vector<api::HealthFinding> look_at_keys(db::Session& session, const api::Plans& plans, Timestamp now);

}  // namespace crossdock::app
