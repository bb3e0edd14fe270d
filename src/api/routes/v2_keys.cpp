// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/json/printable.h"
#include "api/json/v2_body.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_once.h"
#include "base/text.h"
#include "dialect/dialect.h"
#include "services/issue_key.h"
#include "store/api_key_repo.h"

namespace crossdock::api::routes {
namespace {

constexpr std::int64_t kMostKeys = 500;  // told as the limit of a list that is always whole

/// The members of a key without its secret, of which only a hash is kept.
void write_key_members(JsonWriter& json, const store::ApiKey& key, const std::optional<std::string>& successor,
                       Timestamp now) {
    json.field("id", key.key_id)
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
    json.field("successor", successor)
        .field("dialect", key.dialect.empty() ? std::nullopt : std::optional{key.dialect});
}

void write_key(JsonWriter& json, const store::ApiKey& key, const std::vector<store::ApiKey>& all, Timestamp now) {
    const auto successor =
        std::find_if(all.begin(), all.end(), [&](const auto& other) { return key.successor == other.id; });
    json.begin_object();
    write_key_members(json, key, successor == all.end() ? std::nullopt : std::optional{successor->key_id}, now);
    json.end_object();
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

constexpr std::size_t kLongestKeyName = 200;
constexpr std::chrono::hours kFurthestEnd{24 * 36'500};
constexpr std::int64_t kKeyOverlap = 7 * 86'400;
constexpr std::int64_t kLongestKeyOverlap = 366 * 86'400;
constexpr std::string_view kKeySecretNote =
    "the key was shown once, in the first answer, and is not kept; if that answer was lost, rotate or revoke this key";

http::Response cannot_make_keys(const http::Request& request) {
    return refuse(request, {503, "keys cannot be made here"});
}

/// When a key is to end, if it was said: a time that is ahead.
std::optional<Timestamp> read_key_end(V2Object& object, Timestamp now) {
    auto at = object.instant("expires_at");
    if (at && (*at <= now || *at > now + kFurthestEnd)) {
        object.fault("expires_at", *at <= now ? "is not ahead" : "is more than a hundred years ahead");
        return std::nullopt;
    }
    return at;
}

/// A key that was just made, to be completed with its text.
http::Response new_key_answer(const store::ApiKey& key, Timestamp now, const std::string& more) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    write_key_members(json, key, std::nullopt, now);
    if (!more.empty()) json.raw(more);
    json.end_object();
    return v2_object_without(std::move(body), "secret", kKeySecretNote, 201);
}

/// An effect that makes a key: its text is in the first answer and nowhere else.
Effect key_effect(const Context& context, std::function<http::Response(db::Session&, Secret&)> make) {
    const auto text = std::make_shared<Secret>();
    Effect effect;
    effect.apply = [text, make = std::move(make)](db::Session& session) { return make(session, *text); };
    effect.afterwards = [&context] { context.keys.invalidate(); };
    effect.tell_once = [text](http::Response& response) { tell_text(response, "secret", text->reveal()); };
    return effect;
}

/// POST /v2/keys {"name","scopes","kind","expires_at","plan","dialect"}. 201 with the key and, this once, its secret.
Prepared create_v2_key(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.random == nullptr) return cannot_make_keys(request);
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<nlohmann::json>(body), "", faults);
    const Timestamp now = context.clock.now();
    services::KeyWish wish;
    wish.name = object.needed_text("name");
    if (wish.name.size() > kLongestKeyName || !is_plain_text(wish.name))
        object.fault("name", "is longer than 200 bytes, or not plain text");
    if (const auto word = object.text("kind")) {
        if (const auto kind = crypto::parse_api_key_kind(*word))
            wish.kind = *kind;
        else
            object.fault("kind", "is not a kind of key; there are live, test, publishable (for web pages)");
    }
    const auto scopes = object.texts("scopes");
    if (scopes.empty() && !object.has("scopes")) object.fault("scopes", "must be given, such as [\"orders:read\"]");
    for (const std::string& scope : scopes) wish.scopes += (wish.scopes.empty() ? "" : " ") + scope;
    if (object.has("scopes") && faults.empty() && scopes.empty()) object.fault("scopes", "must name at least one");
    if (const auto checked = check_scopes(scopes, wish.kind); !checked) object.fault("scopes", checked.error().message);
    wish.plan = object.text("plan").value_or("");
    const Plans none;
    if (const auto known = check_plan(wish.plan, context.limits == nullptr ? none : context.limits->plans()); !known)
        object.fault("plan", known.error().message);
    wish.expires_at = read_key_end(object, now);
    if (const auto settings = object.text("dialect")) {
        if (auto kept = dialect::dialect_to_keep(*settings))
            wish.dialect = std::move(*kept);
        else
            object.fault("dialect", kept.error().message);
    }
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return key_effect(context, [&context, &caller, &request, wish = std::move(wish)](db::Session& session,
                                                                                     Secret& text) {
        const Timestamp at = context.clock.now();
        auto made = services::issue_key(session, *context.random, caller.account, wish, actor_of(caller, request), at);
        text = std::move(made.text);
        return new_key_answer(made.row, at, {});
    });
}

/// POST /v2/keys/{id}/rotate {"overlap_seconds","expires_at"}: a successor that may do the same. 201 with it and, this
/// once, its secret; the old one holds meanwhile. Errors: 409 for a key that has ended or has a successor.
Prepared rotate_v2_key(const Context& context, const Caller& caller, const http::Request& request) {
    if (context.random == nullptr) return cannot_make_keys(request);
    std::int64_t overlap = kKeyOverlap;
    std::optional<Timestamp> expires_at;
    if (!trim(request.body).empty()) {
        auto body = read_v2_object(request);
        if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
        V2Faults faults;
        V2Object object(std::get<nlohmann::json>(body), "", faults);
        overlap = object.number("overlap_seconds", 0).value_or(kKeyOverlap);
        if (overlap > kLongestKeyOverlap) object.fault("overlap_seconds", "is more than a year (31622400)");
        expires_at = read_key_end(object, context.clock.now());
        object.finish();
        if (!faults.empty()) return faults.refuse(request);
    }
    return key_effect(context, [&context, &caller, &request, overlap, expires_at](db::Session& session, Secret& text) {
        const Timestamp now = context.clock.now();
        const std::string id{request.path_parameter("id")};
        auto made =
            services::rotate_key(session, *context.random, caller.account, id,
                                 {now + std::chrono::seconds{overlap}, expires_at}, actor_of(caller, request), now);
        if (!made)
            return made.error().kind == ErrorKind::not_found ? v2_not_found(request, "key")
                                                             : v2_error(request, made.error());
        text = std::move(made->key.text);
        std::string more;
        JsonWriter(more).field("replaces", id).field("old_key_ends_at", format_rfc3339(made->old_ends_at));
        return new_key_answer(made->key.row, now, more);
    });
}

/// POST /v2/keys/{id}/revoke: it ends at once, also when it is the one that asks. Safe to repeat.
Prepared revoke_v2_key(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    Effect effect;
    effect.apply = [&](db::Session& session) {
        const auto id = request.path_parameter("id");
        services::revoke_key(session, caller.account, id, actor_of(caller, request), context.clock.now());
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
    routes.post("/v2/keys", scope::kKeysAdmin, create_v2_key);
    routes.post("/v2/keys/{id}/rotate", scope::kKeysAdmin, rotate_v2_key);
    routes.post("/v2/keys/{id}/revoke", scope::kKeysAdmin, revoke_v2_key);
}

}  // namespace crossdock::api::routes
