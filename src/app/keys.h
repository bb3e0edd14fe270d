// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "db/database.h"
#include "store/api_key_repo.h"
#include "store/audit_repo.h"

namespace crossdock::app {

/// A key just made: its text is shown once and kept nowhere.
struct NewKey {
    std::string key_id;
    Secret text;
};

/// When a key made now ends: a length such as "90d", "12h", "30m" or "45s" from now, an instant, or a day, which is its
/// first moment in UTC. Errors: invalid for anything else, for what is not ahead, and for more than a hundred years.
Result<Timestamp> parse_expiry(std::string_view text, Timestamp now);

struct KeyOptions {
    std::optional<Timestamp> expires_at = {};  // none: it ends only when it is revoked
    crypto::ApiKeyKind kind = crypto::ApiKeyKind::live;
    std::string plan = {};  // of the config file, checked by check_plan; empty: no limit
    store::Actor by = {};
};

/// Makes an API key for an account. `scopes` is blank-separated: "erp", "read-only", or single ones like "orders:read".
/// Errors: not_found when there is no such account; invalid for a scope that does not exist, and for a publishable key
/// with a scope that a web page may not have.
Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now, const KeyOptions& options = {});

struct Rotated {
    NewKey key;
    std::optional<Timestamp> expires_at;  // of the new one
    Timestamp old_ends_at{};
};
/// Makes a key that may do what another may, to take its place; the old one holds until `old_ends_at` or its own end.
/// Without `expires_at` the new one lives as long as the old one was meant to. Errors: not_found for a key that is not
/// the account's or does not hold any more; conflict for one that has a successor already.
Result<Rotated> rotate_key(db::Database& database, Random& random, std::string_view account, std::string_view key_id,
                           Timestamp now, Timestamp old_ends_at, std::optional<Timestamp> expires_at,
                           const store::Actor& by);

/// Whether the config file has such a plan; an empty name is no plan and fits. Errors: invalid, naming those there are.
Status check_plan(std::string_view plan, const api::Plans& plans);

/// Keys that are old, end soon or name a plan that is gone.
std::vector<api::HealthFinding> look_at_keys(db::Session& session, const api::Plans& plans, Timestamp now);

}  // namespace crossdock::app
