// SPDX-License-Identifier: Apache-2.0
#include "store/audit_repo.h"

#include <limits>

namespace crossdock::store {
namespace {

#define CROSSDOCK_AUDIT_COLUMNS \
    "SELECT id, account_id, at_ms, actor, from_address, action, subject, subject_id, details FROM audit_log "

AuditEntry read_entry(const db::Statement& row) {
    AuditEntry entry;
    entry.id = row.integer(0);
    if (const auto account = row.optional_integer(1)) entry.account_id = AccountId{*account};
    entry.at = row.time(2);
    entry.actor = {row.string(3), row.string(4)};
    entry.action = row.string(5);
    entry.subject = row.string(6);
    entry.subject_id = row.string(7);
    entry.details = row.string(8);
    return entry;
}

}  // namespace

void AuditRepo::append(const AuditEntry& entry, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO audit_log (account_id, at_ms, actor, from_address, action, subject, subject_id, details)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(entry.account_id, now, entry.actor.who, entry.actor.from, entry.action, entry.subject,
                   entry.subject_id, entry.details);
    statement.exec();
}

std::vector<AuditEntry> AuditRepo::list(std::optional<AccountId> account, std::int64_t limit,
                                        std::optional<std::int64_t> before) {
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    std::vector<AuditEntry> entries;
    const auto read = [&](db::Statement& statement) {
        while (statement.step()) entries.push_back(read_entry(statement));
    };
    if (account) {
        db::Statement statement(session_,
                                CROSSDOCK_AUDIT_COLUMNS "WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?");
        read(statement.bind(*account, below, limit));
    } else {
        db::Statement statement(session_, CROSSDOCK_AUDIT_COLUMNS "WHERE id < ? ORDER BY id DESC LIMIT ?");
        read(statement.bind(below, limit));
    }
    return entries;
}

std::optional<AuditEntry> AuditRepo::get(AccountId account, std::int64_t id) {
    db::Statement statement(session_, CROSSDOCK_AUDIT_COLUMNS "WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return read_entry(statement);
}

std::int64_t AuditRepo::forget_before(Timestamp oldest, std::int64_t most) {
    db::Statement statement(session_, R"sql(
        DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at_ms < ? ORDER BY at_ms LIMIT ?)
    )sql");
    return statement.bind(oldest, most).exec();
}

}  // namespace crossdock::store
