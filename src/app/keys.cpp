// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/middleware/scopes.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "crypto/api_key.h"
#include "services/tell_key.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kMostDays = 36'500;
constexpr std::chrono::days kOldKey{90};
constexpr std::chrono::days kEndsSoon{7};

/// The length of "90d"; nothing when the text is no number and one of the letters.
std::optional<std::chrono::seconds> parse_length(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    std::int64_t unit = 0;
    switch (text.back()) {
        case 's': unit = 1; break;
        case 'm': unit = 60; break;
        case 'h': unit = 3'600; break;
        case 'd': unit = 86'400; break;
        default: return std::nullopt;
    }
    std::int64_t count = 0;
    text.remove_suffix(1);
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    // More than the limit is refused below, with the words for it.
    if (fault == std::errc::result_out_of_range || count > kMostDays * 86'400) count = kMostDays * 86'400 + 1;
    else if (fault != std::errc{}) return std::nullopt;
    if (end != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds{count * unit};
}

Error bad_expiry(std::string_view text, const std::string& why) {
    std::string shown{text.substr(0, 40)};
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';
    return {ErrorKind::invalid, "expires_invalid",
            "expires \"" + shown + "\" " + why + "; write a length such as 90d or 12h, or a day such as 2027-01-31 (from its first moment, UTC, the key is refused)"};
}

Error no_such_account(std::string_view account) {
    return {ErrorKind::not_found, "account_unknown",
            "there is no account \"" + std::string{account} + "\"; accounts are named in the config file's channels"};
}

/// Gives the row an id and a secret of its own, and tells of the key.
std::pair<ApiKeyId, NewKey> insert_key(db::Session& session, Random& random, store::ApiKey& row, Timestamp now) {
    const crypto::ApiKey key = crypto::generate_api_key(row.kind, random);
    row.key_id = key.id;
    row.secret_hash = crypto::secret_hash(key.secret);
    row.id = store::ApiKeyRepo(session).insert(row, now);
    services::tell_key(session, row, "key.created", now);
    return {row.id, NewKey{key.id, crypto::to_text(key)}};
}

void audit_key(db::Session& session, const store::ApiKey& row, const std::string& key_id, const char* action,
               const std::string& replaces, const store::Actor& by, Timestamp now) {
    store::AuditEntry entry{0, row.account_id, {}, by, action, "key", key_id, {}};
    JsonWriter json(entry.details);
    json.begin_object().field("name", row.name).field("scopes", row.scopes).field("kind", crypto::to_string(row.kind));
    if (!row.plan.empty()) json.field("plan", row.plan);
    if (row.expires_at) json.field("expires_at", format_rfc3339(*row.expires_at));
    if (!replaces.empty()) json.field("replaces", replaces);
    json.end_object();
    store::AuditRepo(session).append(entry, now);
}

}  // namespace

Result<Timestamp> parse_expiry(std::string_view text, Timestamp now) {
    text = trim(text);
    std::optional<Timestamp> at;
    if (const auto length = parse_length(text)) {
        at = now + *length;
    } else if (const auto instant = parse_iso8601(text, ZoneRule::utc)) {
        at = *instant;
    }
    if (!at) return bad_expiry(text, "is neither a length nor a day");
    if (*at <= now) return bad_expiry(text, "is not ahead");
    if (*at > now + std::chrono::hours{24 * kMostDays}) return bad_expiry(text, "is more than a hundred years ahead");
    return *at;
}

Result<NewKey> create_key(db::Database& database, Random& random, std::string_view account, std::string_view name,
                          std::string_view scopes, Timestamp now, const KeyOptions& options) {
    for (const std::string& scope : split(scopes, ' ')) {
        if (std::find(api::kScopes.begin(), api::kScopes.end(), scope) == api::kScopes.end())
            return Error{ErrorKind::invalid, "scope_unknown",
                         "\"" + scope + "\" is not a scope; use erp, read-only, or single ones such as orders:read inventory:write"};
        if (options.kind == crypto::ApiKeyKind::publishable && !api::is_for_web_pages(scope))
            return Error{ErrorKind::invalid, "scope_not_for_web_pages",
                         "a publishable key can be read by everybody who sees the page, so it cannot have the scope " + scope +
                             "; it can have storefront:read"};
    }
    return database.write([&](db::Session& session) -> Result<NewKey> {
        const auto id = store::find_account(session, account);
        if (!id) return no_such_account(account);
        store::ApiKey row;
        row.account_id = *id;
        row.name = std::string{name};
        row.scopes = std::string{scopes};
        row.expires_at = options.expires_at;
        row.kind = options.kind;
        row.plan = options.plan;
        NewKey made = insert_key(session, random, row, now).second;
        audit_key(session, row, made.key_id, "key.created", {}, options.by, now);
        return made;
    });
}

Result<Rotated> rotate_key(db::Database& database, Random& random, std::string_view account, std::string_view key_id,
                           Timestamp now, Timestamp old_ends_at, std::optional<Timestamp> expires_at,
                           const store::Actor& by) {
    return database.write([&](db::Session& session) -> Result<Rotated> {
        const auto id = store::find_account(session, account);
        if (!id) return no_such_account(account);
        store::ApiKeyRepo keys(session);
        const auto old = keys.find(*id, key_id);
        if (!old || !old->holds(now))
            return Error{ErrorKind::not_found, "key_unknown",
                         "there is no live key \"" + std::string{key_id} + "\" in account " + std::string{account} +
                             "; crossdock key list shows them"};
        if (old->successor)
            return Error{ErrorKind::conflict, "key_has_successor",
                         "key " + old->key_id + " has a successor already; rotate that one, or revoke it and make a new key"};
        store::ApiKey row = *old;
        if (expires_at)
            row.expires_at = expires_at;
        else if (old->expires_at)
            row.expires_at = now + (*old->expires_at - old->created_at);
        auto [successor, made] = insert_key(session, random, row, now);
        keys.succeed(old->id, successor, old_ends_at);
        const Timestamp ends = old->expires_at ? std::min(*old->expires_at, old_ends_at) : old_ends_at;
        audit_key(session, row, made.key_id, "key.created", old->key_id, by, now);
        store::AuditEntry entry{0, *id, {}, by, "key.rotated", "key", old->key_id, {}};
        JsonWriter(entry.details).begin_object().field("successor", made.key_id).field("ends_at", format_rfc3339(ends)).end_object();
        store::AuditRepo(session).append(entry, now);
        return Rotated{std::move(made), row.expires_at, ends};
    });
}

Status check_plan(std::string_view plan, const api::Plans& plans) {
    if (plan.empty() || plans.contains(plan)) return ok();
    std::string known;
    for (const auto& [name, limits] : plans) known += (known.empty() ? "" : ", ") + name;
    return Error{ErrorKind::invalid, "plan_unknown",
                 "there is no plan \"" + std::string{plan} + "\"; " +
                     (known.empty() ? "the config file has none: write [plans." + std::string{plan} + "] there" : "the config file has: " + known)};
}

std::vector<api::HealthFinding> look_at_keys(db::Session& session, const api::Plans& plans, Timestamp now) {
    std::vector<api::HealthFinding> findings;
    for (const store::ApiKey& key : store::ApiKeyRepo(session).list_holding(now)) {
        const auto add = [&](const char* code, const std::string& what, std::string next_step) {
            findings.push_back({"warning", key.account_id, "", code, "API key " + key.key_id + " (" + key.name + ") " + what, std::move(next_step)});
        };
        if (!key.plan.empty() && !plans.contains(key.plan))
            add("key_plan_unknown", "names the plan " + key.plan + ", which the config file does not have; it is not limited",
                "write [plans." + key.plan + "] into the config file, or: crossdock key plan " + key.key_id + " none");
        if (key.successor) continue;  // seen to already
        const std::string rotate = "make its successor: crossdock key rotate " + key.key_id + "; both hold while the client changes over";
        if (key.expires_at && *key.expires_at - now <= kEndsSoon)
            add("key_expiring", "ends at " + format_rfc3339(*key.expires_at), rotate);
        else if (now - key.created_at > kOldKey)
            add("key_old", "is " + std::to_string(std::chrono::floor<std::chrono::days>(now - key.created_at).count()) + " days old", rotate);
    }
    return findings;
}

}  // namespace crossdock::app
