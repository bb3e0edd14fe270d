// SPDX-License-Identifier: Apache-2.0
#include "store/api_key_repo.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_KEY_COLUMNS                                                                                        \
    "SELECT id, account_id, key_id, secret_hash, name, scopes, created_at_ms, expires_at_ms, last_used_at_ms, "      \
    "revoked_at_ms, last_used_from FROM api_keys "

ApiKey read_key(const db::Statement& row) {
    ApiKey key;
    key.id = row.id<ApiKeyId>(0);
    key.account_id = row.id<AccountId>(1);
    key.key_id = row.string(2);
    key.secret_hash = row.string(3);
    key.name = row.string(4);
    key.scopes = row.string(5);
    key.created_at = row.time(6);
    key.expires_at = row.optional_time(7);
    key.last_used_at = row.optional_time(8);
    key.revoked_at = row.optional_time(9);
    key.last_used_from = row.optional_string(10);
    return key;
}

}  // namespace

ApiKeyId ApiKeyRepo::insert(const ApiKey& key, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO api_keys (account_id, key_id, secret_hash, name, scopes, created_at_ms, expires_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
    )sql");
    statement.bind(key.account_id, key.key_id, key.secret_hash, key.name, key.scopes, now, key.expires_at);
    statement.step();
    return statement.id<ApiKeyId>(0);
}

std::optional<ApiKey> ApiKeyRepo::find(std::string_view key_id) {
    db::Statement statement(session_, CROSSDOCK_KEY_COLUMNS "WHERE key_id = ?");
    statement.bind(key_id);
    if (!statement.step()) return std::nullopt;
    return read_key(statement);
}

std::vector<ApiKey> ApiKeyRepo::list(AccountId account) {
    db::Statement statement(session_, CROSSDOCK_KEY_COLUMNS "WHERE account_id = ? ORDER BY id");
    statement.bind(account);
    std::vector<ApiKey> keys;
    while (statement.step()) keys.push_back(read_key(statement));
    return keys;
}

bool ApiKeyRepo::revoke(AccountId account, std::string_view key_id, Timestamp now) {
    db::Statement statement(session_, "UPDATE api_keys SET revoked_at_ms = ? WHERE account_id = ? AND key_id = ? AND revoked_at_ms IS NULL");
    return statement.bind(now, account, key_id).exec() == 1;
}

void ApiKeyRepo::note_use(ApiKeyId id, std::string_view from, Timestamp now) {
    db::Statement statement(session_, "UPDATE api_keys SET last_used_at_ms = ?, last_used_from = ? WHERE id = ?");
    statement.bind(now, from, id).exec();
}

}  // namespace crossdock::store
