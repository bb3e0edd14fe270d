// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/command_call.h"
#include "app/keys.h"
#include "dialect/dialect.h"
#include "domain/deed.h"
#include "services/issue_key.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostAuditRows = 1000;

Error unknown_key(const CommandCall& call, const std::string& key_id) {
    return {ErrorKind::not_found, "key_unknown",
            "there is no live key \"" + key_id + "\" in account " + call.account() + "; crossdock key list shows them"};
}

/// The instant that an argument names; none when it is empty.
Result<std::optional<Timestamp>> instant(const CommandCall& call, const char* name, const std::string& otherwise = "") {
    const std::string given = call.text(name, otherwise);
    if (given.empty()) return std::optional<Timestamp>{};
    const auto read = parse_expiry(given, call.now(), name);
    if (!read) return read.error();
    return std::optional{*read};
}

json shown_once(const services::IssuedKey& key, const CommandCall& call, const std::optional<Timestamp>& expires_at) {
    return {{"key_id", key.row.key_id},
            {"key", key.text.reveal()},
            {"account", call.account()},
            {"expires_at", time_or_null(expires_at)}};
}

Result<json> key_create(const CommandCall& call) {
    KeyOptions wish;
    const auto expires_at = instant(call, "expires");
    if (!expires_at) return expires_at.error();
    wish.expires_at = *expires_at;
    const std::string kind = call.text("kind", "live");
    const auto read = crypto::parse_api_key_kind(kind);
    if (!read)
        return Error{ErrorKind::invalid, "kind_unknown",
                     "\"" + kind + "\" is not a kind of key; use live, test or publishable (for web pages)"};
    wish.kind = *read;
    wish.plan = call.text("plan");
    if (const auto known = api::check_plan(wish.plan, call.hub.plans()); !known) return known.error();
    wish.dialect = call.text("dialect");
    wish.by = call.by;
    const bool for_web_pages = wish.kind == crypto::ApiKeyKind::publishable;
    const auto key = create_key(call.db(), call.hub.env().random, call.account(), call.text("name", "erp"),
                                call.text("scopes", for_web_pages ? "storefront:read" : "erp"), call.now(), wish);
    if (!key) return key.error();
    return shown_once(*key, call, *expires_at);
}

Result<json> key_list(const CommandCall& call) {
    return call.db().read([&](db::Session& session) -> Result<json> {
        const auto account = call.find_account(session);
        if (!account) return account.error();
        json rows = json::array();
        const auto keys = store::ApiKeyRepo(session).list(*account);
        const auto successor_of = [&](const store::ApiKey& key) -> json {
            const auto found =
                std::find_if(keys.begin(), keys.end(), [&](const auto& other) { return key.successor == other.id; });
            return found == keys.end() ? json(nullptr) : json(found->key_id);
        };
        for (const store::ApiKey& key : keys)
            rows.push_back({{"key_id", key.key_id},
                            {"name", key.name},
                            {"kind", crypto::to_string(key.kind)},
                            {"scopes", key.scopes},
                            {"plan", key.plan.empty() ? json(nullptr) : json(key.plan)},
                            {"created_at", format_rfc3339(key.created_at)},
                            {"expires_at", time_or_null(key.expires_at)},
                            {"last_used_at", time_or_null(key.last_used_at)},
                            {"last_used_from", key.last_used_from ? json(*key.last_used_from) : json(nullptr)},
                            {"revoked_at", time_or_null(key.revoked_at)},
                            {"successor", successor_of(key)},
                            {"dialect", key.dialect.empty() ? json(nullptr) : json(key.dialect)}});
        return rows;
    });
}

Result<json> key_revoke(const CommandCall& call) {
    const std::string key_id = call.text("key_id");
    const auto revoked = call.db().write([&](db::Session& session) -> Result<bool> {
        const auto account = call.find_account(session);
        if (!account) return account.error();
        return services::revoke_key(session, *account, key_id, call.by, call.now());
    });
    if (!revoked) return revoked.error();
    if (!*revoked) return unknown_key(call, key_id);
    call.hub.keys_changed();
    return json{{"key_id", key_id}, {"revoked", true}};
}

Result<json> key_rotate(const CommandCall& call) {
    const std::string key_id = call.text("key_id");
    const auto ends_at = instant(call, "overlap", "7d");
    if (!ends_at) return ends_at.error();
    const auto expires_at = instant(call, "expires");
    if (!expires_at) return expires_at.error();
    const auto made = call.db().write([&](db::Session& session) -> Result<services::RotatedKey> {
        const auto account = call.find_account(session);
        if (!account) return account.error();
        return services::rotate_key(session, call.hub.env().random, *account, key_id, {**ends_at, *expires_at}, call.by,
                                    call.now());
    });
    const auto is_no_live_key = [](const Error& error) {
        return error.code == "key_unknown" || error.code == "key_ended";
    };
    if (!made) return is_no_live_key(made.error()) ? unknown_key(call, key_id) : made.error();
    call.hub.keys_changed();
    json answer = shown_once(made->key, call, made->key.row.expires_at);
    answer["replaces"] = key_id;
    answer["old_key_ends_at"] = format_rfc3339(made->old_ends_at);
    return answer;
}

/// Changes a live key that the call names, and audits it. `change` returns what the setting was before.
Result<json> change_key(const CommandCall& call, std::string_view deed, const char* setting, const std::string& to,
                        const std::function<std::string(store::ApiKeyRepo&, const store::ApiKey&)>& change) {
    const std::string key_id = call.text("key_id");
    const auto changed = call.db().write([&](db::Session& session) -> Result<bool> {
        const auto account = call.find_account(session);
        if (!account) return account.error();
        store::ApiKeyRepo keys(session);
        const auto key = keys.find(*account, key_id);
        if (!key || !key->holds(call.now())) return false;
        const std::string from = change(keys, *key);
        call.audit(session, *account, deed, "key", key_id, {{"from", from}, {"to", to}});
        return true;
    });
    if (!changed) return changed.error();
    if (!*changed) return unknown_key(call, key_id);
    call.hub.keys_changed();
    return json{{"key_id", key_id}, {setting, to.empty() ? json(nullptr) : json(to)}};
}

Result<json> key_plan(const CommandCall& call) {
    const std::string wanted = call.text("plan");
    const std::string plan = wanted == "none" ? "" : wanted;
    if (const auto known = api::check_plan(plan, call.hub.plans()); !known) return known.error();
    return change_key(call, domain::deed::kKeyPlanChanged, "plan", plan,
                      [&](store::ApiKeyRepo& keys, const store::ApiKey& key) {
                          keys.set_plan(key.id, plan);
                          return key.plan;
                      });
}

Result<json> key_dialect(const CommandCall& call) {
    const auto dialect = dialect::dialect_to_keep(call.text("dialect"));
    if (!dialect) return dialect.error();
    return change_key(call, domain::deed::kKeyDialectChanged, "dialect", *dialect,
                      [&](store::ApiKeyRepo& keys, const store::ApiKey& key) {
                          keys.set_dialect(key.id, *dialect);
                          return key.dialect;
                      });
}

Result<json> audit_list(const CommandCall& call) {
    const std::int64_t limit =
        std::clamp<std::int64_t>(call.arguments.value("limit", std::int64_t{100}), 1, kMostAuditRows);
    const std::int64_t before = call.arguments.value("before", std::int64_t{0});
    return call.db().read([&](db::Session& session) -> Result<json> {
        std::optional<AccountId> account;
        if (!call.text("account").empty()) {
            const auto found = call.find_account(session);
            if (!found) return found.error();
            account = *found;
        }
        json rows = json::array();
        for (const store::AuditEntry& entry :
             store::AuditRepo(session).list(account, limit, before > 0 ? std::optional{before} : std::nullopt))
            rows.push_back({{"id", entry.id},
                            {"at", format_rfc3339(entry.at)},
                            {"who", entry.actor.who},
                            {"from", entry.actor.from},
                            {"action", entry.action},
                            {"subject", entry.subject + " " + entry.subject_id},
                            {"details", json::parse(entry.details, nullptr, false)}});
        return rows;
    });
}

}  // namespace

const CommandTable& access_commands() {
    static const CommandTable table{{"key.create", key_create}, {"key.list", key_list}, {"key.revoke", key_revoke},
                                    {"key.rotate", key_rotate}, {"key.plan", key_plan}, {"key.dialect", key_dialect}, {"audit.list", audit_list}};
    return table;
}

}  // namespace crossdock::app
