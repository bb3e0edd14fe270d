// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "api/json/v2_body.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "base/text.h"
#include "services/tell_key.h"
#include "store/api_key_repo.h"

namespace crossdock::api::routes {
namespace {

constexpr std::int64_t kMostKeys = 500;  // told as the limit of a list that is always whole

/// A key without its secret, of which only a hash is kept.
void write_key(JsonWriter& json, const store::ApiKey& key, const std::vector<store::ApiKey>& all, Timestamp now) {
    const auto successor =
        std::find_if(all.begin(), all.end(), [&](const auto& other) { return key.successor == other.id; });
    json.begin_object()
        .field("id", key.key_id)
        .field("name", key.name)
        .field("kind", crypto::to_string(key.kind))
        .key("scopes")
        .begin_array();
    for (const std::string& scope : split(key.scopes, ' ')) json.value(scope);
    json.end_array()
        .field("plan", key.plan.empty() ? std::nullopt : std::optional{key.plan})
        .field("active", key.holds(now));
    write_instant(json, "created_at", key.created_at);
    write_instant(json, "expires_at", key.expires_at);
    write_instant(json, "last_used_at", key.last_used_at);
    json.field("last_used_from", key.last_used_from);
    write_instant(json, "revoked_at", key.revoked_at);
    json.field("successor", successor == all.end() ? std::nullopt : std::optional{successor->key_id}).end_object();
}

/// The key that a path names, or 404.
http::Response key_answer(db::Session& session, const Context& context, const Caller& caller,
                          const http::Request& request) {
    const auto keys = store::ApiKeyRepo(session).list(caller.account);
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const auto& one) { return one.key_id == request.path_parameter("id"); });
    if (key == keys.end()) return v2_not_found(request, "key");
    std::string body;
    JsonWriter json(body);
    write_key(json, *key, keys, context.clock.now());
    return v2_object(std::move(body));
}

/// GET /v2/keys: all keys of the account, also those that were revoked.
http::Response list_v2_keys(const Context& context, const Caller& caller, const http::Request&) {
    return context.db.read([&](db::Session& session) {
        const auto keys = store::ApiKeyRepo(session).list(caller.account);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const store::ApiKey& key : keys) write_key(json, key, keys, context.clock.now());
        end_v2_list(json, {{static_cast<std::int64_t>(keys.size()), true}, kMostKeys, {}});
        return http::Response::json(200, std::move(body));
    });
}

/// GET /v2/keys/{id}
http::Response show_v2_key(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) { return key_answer(session, context, caller, request); });
}

/// POST /v2/keys/{id}/revoke: it ends at once, also when it is the one that asks. Safe to repeat.
Prepared revoke_v2_key(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    Effect effect;
    effect.apply = [&](db::Session& session) {
        const std::string id{request.path_parameter("id")};
        const Timestamp now = context.clock.now();
        store::ApiKeyRepo keys(session);
        if (keys.revoke(caller.account, id, now)) {
            services::tell_key(session, *keys.find(caller.account, id), "key.revoked", now);
            audit(session, caller, request, {"key.revoked", "key", id}, now);
        }
        return key_answer(session, context, caller, request);
    };
    effect.afterwards = [&context] { context.keys.invalidate(); };
    return effect;
}

}  // namespace

void add_v2_keys(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/keys", scope::kKeysAdmin, {}, list_v2_keys);
    routes.get("/v2/keys/{id}", scope::kKeysAdmin, {}, show_v2_key);
    routes.post("/v2/keys/{id}/revoke", scope::kKeysAdmin, revoke_v2_key);
}

}  // namespace crossdock::api::routes
