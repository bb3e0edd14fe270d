// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"
#include "db/database.h"
#include "store/api_key_repo.h"
#include "store/audit_repo.h"

/// API keys: made, replaced, ended. Each inside the caller's transaction, with its event and its entry in the audit
/// trail. Whoever remembers verified keys is told after the commit (api::KeyRing::invalidate).
namespace crossdock::services {

/// A key just made: its text is shown once and kept nowhere.
struct IssuedKey {
    store::ApiKey row;
    Secret text;
};

/// What a key is to be; the scopes have been checked (api::check_scopes), and the plan.
struct KeyWish {
    std::string name, scopes;  // blank-separated
    crypto::ApiKeyKind kind = crypto::ApiKeyKind::live;
    std::string plan = {};  // empty: no limit
    std::optional<Timestamp> expires_at = {};
    std::string dialect = {};  // in its long form (dialect::to_text); empty: none
};
IssuedKey issue_key(db::Session& session, Random& random, AccountId account, const KeyWish& wish,
                    const store::Actor& by, Timestamp now);

/// How a key's successor comes.
struct Succession {
    Timestamp old_ends_at{};  // the old one holds until then, or until its own end
    /// Of the new one; none: it lives as long as the old one was meant to.
    std::optional<Timestamp> expires_at = {};
};
struct RotatedKey {
    IssuedKey key;
    Timestamp old_ends_at{};
};
/// A key that may do what another may, to take its place. Errors: not_found `key_unknown` for one that is not the
/// account's; conflict `key_ended` for one that does not hold any more, `key_has_successor` for one that was replaced
/// already.
Result<RotatedKey> rotate_key(db::Session& session, Random& random, AccountId account, std::string_view key_id,
                              const Succession& succession, const store::Actor& by, Timestamp now);

/// False when there is no such key, or it was revoked before.
bool revoke_key(db::Session& session, AccountId account, std::string_view key_id, const store::Actor& by,
                Timestamp now);

}  // namespace crossdock::services
