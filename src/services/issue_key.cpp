// SPDX-License-Identifier: Apache-2.0
#include "services/issue_key.h"

#include <algorithm>

#include "base/json_writer.h"
#include "crypto/api_key.h"
#include "domain/deed.h"
#include "services/tell_key.h"

namespace crossdock::services {
namespace {

namespace deed = domain::deed;

void audit_new_key(db::Session& session, const store::ApiKey& row, std::string_view replaces, const store::Actor& by,
                   Timestamp now) {
    store::AuditEntry entry{0, row.account_id, {}, by, std::string{deed::kKeyCreated}, "key", row.key_id, {}};
    JsonWriter json(entry.details);
    json.begin_object().field("name", row.name).field("scopes", row.scopes).field("kind", crypto::to_string(row.kind));
    if (!row.plan.empty()) json.field("plan", row.plan);
    if (!row.dialect.empty()) json.field("dialect", row.dialect);
    if (row.expires_at) json.field("expires_at", format_rfc3339(*row.expires_at));
    if (!replaces.empty()) json.field("replaces", replaces);
    json.end_object();
    store::AuditRepo(session).append(entry, now);
}

/// Gives the row an id and a secret of its own, and tells of it.
IssuedKey insert_key(db::Session& session, Random& random, store::ApiKey row, std::string_view replaces,
                     const store::Actor& by, Timestamp now) {
    const crypto::ApiKey made = crypto::generate_api_key(row.kind, random);
    row.key_id = made.id;
    row.secret_hash = crypto::secret_hash(made.secret);
    row.created_at = now;
    row.id = store::ApiKeyRepo(session).insert(row, now);
    tell_key(session, row, "key.created", now);
    audit_new_key(session, row, replaces, by, now);
    return {std::move(row), crypto::to_text(made)};
}

}  // namespace

IssuedKey issue_key(db::Session& session, Random& random, AccountId account, const KeyWish& wish,
                    const store::Actor& by, Timestamp now) {
    store::ApiKey row;
    row.account_id = account;
    row.name = wish.name;
    row.scopes = wish.scopes;
    row.kind = wish.kind;
    row.plan = wish.plan;
    row.expires_at = wish.expires_at;
    row.dialect = wish.dialect;
    return insert_key(session, random, std::move(row), {}, by, now);
}

Result<RotatedKey> rotate_key(db::Session& session, Random& random, AccountId account, std::string_view key_id,
                              const Succession& succession, const store::Actor& by, Timestamp now) {
    store::ApiKeyRepo keys(session);
    const auto old = keys.find(account, key_id);
    if (!old) return Error{ErrorKind::not_found, "key_unknown", "there is no key \"" + std::string{key_id} + "\""};
    if (!old->holds(now))
        return Error{ErrorKind::conflict, "key_ended",
                     "key " + old->key_id + " was revoked or has expired: nobody changes over from it; make a new key"};
    if (old->successor)
        return Error{
            ErrorKind::conflict, "key_has_successor",
            "key " + old->key_id + " has a successor already; rotate that one, or revoke it and make a new key"};
    store::ApiKey row = *old;
    row.last_used_at.reset();
    row.last_used_from.reset();
    if (succession.expires_at)
        row.expires_at = succession.expires_at;
    else if (old->expires_at)
        row.expires_at = now + (*old->expires_at - old->created_at);
    RotatedKey rotated{insert_key(session, random, std::move(row), old->key_id, by, now), succession.old_ends_at};
    keys.succeed(old->id, rotated.key.row.id, succession.old_ends_at);
    if (old->expires_at) rotated.old_ends_at = std::min(*old->expires_at, succession.old_ends_at);
    store::AuditEntry entry{0, account, {}, by, std::string{deed::kKeyRotated}, "key", old->key_id, {}};
    JsonWriter(entry.details)
        .begin_object()
        .field("successor", rotated.key.row.key_id)
        .field("ends_at", format_rfc3339(rotated.old_ends_at))
        .end_object();
    store::AuditRepo(session).append(entry, now);
    return rotated;
}

bool revoke_key(db::Session& session, AccountId account, std::string_view key_id, const store::Actor& by,
                Timestamp now) {
    store::ApiKeyRepo keys(session);
    if (!keys.revoke(account, key_id, now)) return false;
    tell_key(session, *keys.find(account, key_id), "key.revoked", now);
    store::AuditRepo(session).append(
        {0, account, {}, by, std::string{deed::kKeyRevoked}, "key", std::string{key_id}, "{}"}, now);
    return true;
}

}  // namespace crossdock::services
