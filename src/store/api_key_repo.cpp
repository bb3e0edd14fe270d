// SPDX-License-Identifier: Apache-2.0
#include "store/api_key_repo.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_KEY_COLUMNS                                                                                        \
    "SELECT id, account_id, key_id, secret_hash, name, scopes, created_at_ms, expires_at_ms, last_used_at_ms, "      \
    "revoked_at_ms, last_used_from, kind, plan, successor_id, dialect FROM api_keys "

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
    key.kind = crypto::parse_api_key_kind(row.text(11)).value_or(crypto::ApiKeyKind::live);  // the table checks it
    key.plan = row.optional_string(12).value_or("");
    if (const auto successor = row.optional_integer(13)) key.successor = ApiKeyId{*successor};
    key.dialect = row.optional_string(14).value_or("");
    return key;
}

}  // namespace

ApiKeyId ApiKeyRepo::insert(const ApiKey& key, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO api_keys (account_id, key_id, secret_hash, name, scopes, created_at_ms, expires_at_ms, kind, plan, dialect)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
    )sql");
    const std::optional<std::string> plan = key.plan.empty() ? std::nullopt : std::optional{key.plan};
    const std::optional<std::string> dialect = key.dialect.empty() ? std::nullopt : std::optional{key.dialect};
    statement.bind(key.account_id, key.key_id, key.secret_hash, key.name, key.scopes, now, key.expires_at,
                   crypto::to_string(key.kind), plan, dialect);
    statement.step();
    return statement.id<ApiKeyId>(0);
}

std::optional<ApiKey> ApiKeyRepo::find(std::string_view key_id) {
    db::Statement statement(session_, CROSSDOCK_KEY_COLUMNS "WHERE key_id = ?");
    statement.bind(key_id);
    if (!statement.step()) return std::nullopt;
    return read_key(statement);
}

std::optional<ApiKey> ApiKeyRepo::find(AccountId account, std::string_view key_id) {
    auto key = find(key_id);
    if (key && key->account_id != account) return std::nullopt;
    return key;
}

std::vector<ApiKey> ApiKeyRepo::list_holding(Timestamp now) {
    db::Statement statement(session_, CROSSDOCK_KEY_COLUMNS
                            "WHERE revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > ?) ORDER BY id");
    statement.bind(now);
    std::vector<ApiKey> keys;
    while (statement.step()) keys.push_back(read_key(statement));
    return keys;
}

void ApiKeyRepo::succeed(ApiKeyId id, ApiKeyId successor, Timestamp ends_at) {
    db::Statement statement(session_, R"sql(
        UPDATE api_keys SET successor_id = ?,
            expires_at_ms = CASE WHEN expires_at_ms IS NOT NULL AND expires_at_ms < ? THEN expires_at_ms ELSE ? END
        WHERE id = ?
    )sql");
    statement.bind(successor, ends_at, ends_at, id).exec();
}

void ApiKeyRepo::set_plan(ApiKeyId id, std::string_view plan) {
    db::Statement statement(session_, "UPDATE api_keys SET plan = ? WHERE id = ?");
    const std::optional<std::string> name = plan.empty() ? std::nullopt : std::optional{std::string{plan}};
    statement.bind(name, id).exec();
}

void ApiKeyRepo::set_dialect(ApiKeyId id, std::string_view dialect) {
    db::Statement statement(session_, "UPDATE api_keys SET dialect = ? WHERE id = ?");
    const std::optional<std::string> text = dialect.empty() ? std::nullopt : std::optional{std::string{dialect}};
    statement.bind(text, id).exec();
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
