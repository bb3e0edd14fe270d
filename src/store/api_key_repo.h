// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "crypto/api_key.h"
#include "db/database.h"

namespace crossdock::store {

/// An API key as stored: the secret itself is shown once and never kept.
struct ApiKey {
    ApiKeyId id;
    AccountId account_id;
    std::string key_id;       // the public part
    std::string secret_hash;  // SHA-256 of the secret part, hexadecimal
    std::string name;
    std::string scopes;       // blank-separated
    Timestamp created_at{};
    std::optional<Timestamp> expires_at, last_used_at, revoked_at;
    std::optional<std::string> last_used_from;
    crypto::ApiKeyKind kind = crypto::ApiKeyKind::live;
    std::string plan;                       // how much it may ask; empty: as much as it likes
    std::optional<ApiKeyId> successor;      // made to take its place
    std::string dialect;                    // how it is spoken to (dialect::read_dialect); empty: as documented

    [[nodiscard]] bool holds(Timestamp now) const { return !revoked_at && (!expires_at || *expires_at > now); }
};

class ApiKeyRepo {
public:
    explicit ApiKeyRepo(db::Session& session) : session_(session) {}
    ApiKeyId insert(const ApiKey& key, Timestamp now);
    std::optional<ApiKey> find(std::string_view key_id);
    /// The same, of one account: another's is not found.
    std::optional<ApiKey> find(AccountId account, std::string_view key_id);
    std::vector<ApiKey> list(AccountId account);
    /// Of all accounts, those that are neither revoked nor expired, oldest first.
    std::vector<ApiKey> list_holding(Timestamp now);
    /// False when there is no such key, or it was revoked before.
    bool revoke(AccountId account, std::string_view key_id, Timestamp now);
    /// Names its successor, and ends it at that time if it does not end sooner.
    void succeed(ApiKeyId id, ApiKeyId successor, Timestamp ends_at);
    void set_plan(ApiKeyId id, std::string_view plan);
    void set_dialect(ApiKeyId id, std::string_view dialect);
    void note_use(ApiKeyId id, std::string_view from, Timestamp now);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
