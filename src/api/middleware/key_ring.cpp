// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/key_ring.h"

#include <algorithm>
#include <array>
#include <vector>

#include "api/json/error.h"
#include "base/text.h"
#include "crypto/api_key.h"
#include "crypto/hash.h"
#include "store/api_key_repo.h"

namespace crossdock::api {
namespace {

constexpr std::chrono::milliseconds kRemembered{2'000};
constexpr std::chrono::milliseconds kBetweenUses{60'000};
constexpr std::size_t kMostRemembered = 1'024;

http::Response unauthorised(const http::Request& request, const std::string& message) {
    auto response = refuse(request, {401, message});
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"crossdock\"");
    return response;
}

// Addresses end up in logs, histories and proxies: a key that travelled in one is no longer a secret.
bool has_key_in_query(const http::Request& request) {
    constexpr std::array<std::string_view, 6> kNames{"api_key",   "apikey",    "api-key",
                                                     "x-api-key", "x_api_key", "access_token"};
    return std::any_of(request.query.begin(), request.query.end(), [&](const auto& parameter) {
        const std::string name = to_lower(parameter.first);
        return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
               crypto::looks_like_api_key(parameter.second);
    });
}

/// Every key the headers carry, without blanks and line ends around it.
std::vector<std::string_view> keys_in(const http::Request& request) {
    std::vector<std::string_view> keys;
    for (const auto& [name, value] : request.headers) {
        if (name == "x-api-key") {
            keys.push_back(trim(value));
        } else if (name == "authorization") {
            const auto text = trim(value);
            // Other schemes are somebody else's, a proxy's perhaps.
            if (text.size() >= 6 && equals_ignoring_case(text.substr(0, 6), "bearer"))
                keys.push_back(trim(text.substr(6)));
        }
    }
    return keys;
}

}  // namespace

std::variant<Caller, http::Response> KeyRing::authenticate(const http::Request& request) {
    auto found = identify(request);
    if (const auto* caller = std::get_if<Caller>(&found)) note_use(*caller, request.remote_address);
    return found;
}

std::optional<Caller> KeyRing::recognise(const http::Request& request) {
    if (keys_in(request).empty()) return std::nullopt;
    auto found = identify(request);
    if (!std::holds_alternative<Caller>(found)) return std::nullopt;
    note_use(std::get<Caller>(found), request.remote_address);
    return std::get<Caller>(std::move(found));
}

std::variant<Caller, http::Response> KeyRing::identify(const http::Request& request) {
    if (has_key_in_query(request))
        return unauthorised(
            request, "an API key is never sent in the address; send it in the X-Api-Key header, and revoke this one");
    const auto keys = keys_in(request);
    if (keys.empty())
        return unauthorised(request, is_v2(request.path)
                                         ? "an API key is needed; send it as Authorization: Bearer <key>"
                                         : "an API key is needed; send it in the X-Api-Key header");
    if (std::any_of(keys.begin(), keys.end(), [&](const auto key) { return key != keys.front(); }))
        return refuse(request, {400, "two different API keys were sent; send one"});

    const std::string digest = crypto::sha256(keys.front());
    if (auto held = remembered(digest)) return std::move(held->caller);
    std::string fault;
    if (auto caller = look_up(keys.front(), digest, &fault)) return std::move(*caller);
    return unauthorised(request, fault);
}

std::optional<KeyRing::Verified> KeyRing::remembered(const std::string& digest) {
    const std::lock_guard lock(mutex_);
    const auto found = verified_.find(digest);
    if (found == verified_.end()) return std::nullopt;
    if (clock_.steady() - found->second.verified_at >= kRemembered ||
        (found->second.expires_at && *found->second.expires_at <= clock_.now())) {
        verified_.erase(found);
        return std::nullopt;
    }
    return found->second;
}

std::optional<Caller> KeyRing::look_up(std::string_view key_text, const std::string& digest, std::string* fault) {
    const auto key = crypto::parse_api_key(key_text);
    if (!key) {
        *fault = key.error().message;
        return std::nullopt;
    }
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = generation_;
    }
    const auto verified_at = clock_.steady();
    const auto stored = db_.read([&](db::Session& session) { return store::ApiKeyRepo(session).find(key->id); });
    // An unknown id takes as long as a wrong secret, and all of them are told alike.
    const bool genuine =
        crypto::secret_matches(key->secret, stored ? std::string_view{stored->secret_hash} : crypto::kNoSuchKeyHash);
    // The kind counts: whoever reads a key in a web page can write its checksum anew for another kind.
    if (!stored || !genuine || !stored->holds(clock_.now()) || stored->kind != key->kind) {
        *fault = "the API key is not valid: it is unknown, revoked or expired";
        return std::nullopt;
    }
    Caller caller{stored->id, stored->account_id, stored->scopes, stored->key_id, stored->plan, stored->kind};
    if (!stored->dialect.empty()) {
        auto spoken = dialect::read_dialect(stored->dialect);
        if (spoken)
            caller.dialect = std::make_shared<const dialect::Dialect>(std::move(*spoken));
        else
            caller.dialect_fault = spoken.error().message;
    }
    const std::lock_guard lock(mutex_);
    // A key that was revoked while it was looked up must not be remembered.
    if (generation == generation_) {
        if (verified_.size() >= kMostRemembered) verified_.clear();
        verified_.insert_or_assign(digest, Verified{caller, stored->expires_at, verified_at});
    }
    return caller;
}

void KeyRing::invalidate() {
    const std::lock_guard lock(mutex_);
    ++generation_;
    verified_.clear();
}

void KeyRing::note_use(const Caller& caller, const std::string& from) {
    const auto steady = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto [use, first] = uses_.try_emplace(caller.key);
    if (!first && steady - use->second.noted_at < kBetweenUses) return;
    use->second = {from, clock_.now(), steady, true};
}

std::size_t KeyRing::flush_uses() {
    std::vector<std::pair<ApiKeyId, Use>> unwritten;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, use] : uses_)
            if (use.unwritten) unwritten.emplace_back(key, use);
    }
    if (unwritten.empty()) return 0;
    db_.write([&](db::Session& session) {
        store::ApiKeyRepo keys(session);
        for (const auto& [key, use] : unwritten) keys.note_use(key, use.from, use.at);
    });
    const std::lock_guard lock(mutex_);
    for (const auto& [key, use] : unwritten)
        if (const auto held = uses_.find(key); held != uses_.end() && held->second.noted_at == use.noted_at)
            held->second.unwritten = false;
    return unwritten.size();
}

}  // namespace crossdock::api
