// SPDX-License-Identifier: Apache-2.0
#include "store/idempotency_repo.h"

namespace crossdock::store {

std::optional<KeyedAnswer> IdempotencyRepo::find(const IdempotencyScope& scope) {
    db::Statement statement(session_, R"sql(
        SELECT fingerprint, status, headers, body, first_seen_ms FROM idempotency_keys
        WHERE account_id = ? AND method = ? AND route = ? AND key = ?
    )sql");
    statement.bind(scope.account, scope.method, scope.route, scope.key);
    if (!statement.step()) return std::nullopt;
    KeyedAnswer answer;
    answer.fingerprint = statement.string(0);
    answer.status = static_cast<int>(statement.integer(1));
    answer.headers = statement.string(2);
    answer.body = statement.string(3);
    answer.first_seen = statement.time(4);
    return answer;
}

bool IdempotencyRepo::keep(const IdempotencyScope& scope, const KeyedAnswer& answer, Timestamp oldest) {
    db::Statement statement(session_, R"sql(
        INSERT INTO idempotency_keys (account_id, method, route, key, fingerprint, status, headers, body, first_seen_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (account_id, method, route, key) DO UPDATE SET
            fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
            body = excluded.body, first_seen_ms = excluded.first_seen_ms
        WHERE idempotency_keys.first_seen_ms < ?
    )sql");
    statement.bind(scope.account, scope.method, scope.route, scope.key, answer.fingerprint, answer.status,
                   answer.headers, answer.body, answer.first_seen, oldest);
    return statement.exec() == 1;
}

std::int64_t IdempotencyRepo::forget_before(Timestamp oldest, std::int64_t most) {
    db::Statement statement(session_, R"sql(
        DELETE FROM idempotency_keys
        WHERE id IN (SELECT id FROM idempotency_keys WHERE first_seen_ms < ? ORDER BY first_seen_ms LIMIT ?)
    )sql");
    return statement.bind(oldest, most).exec();
}

}  // namespace crossdock::store
