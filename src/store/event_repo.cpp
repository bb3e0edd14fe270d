// SPDX-License-Identifier: Apache-2.0
#include "store/event_repo.h"

#include <array>
#include <cstdio>

namespace crossdock::store {
namespace {

/// Time first, so that ids sort as events happened; the sequence number makes them unique.
std::string event_id(Timestamp now, std::int64_t seq) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "evt_%012llx%010llx", static_cast<unsigned long long>(to_ms(now)),
                  static_cast<unsigned long long>(seq));
    return text.data();
}

std::vector<EventRow> read_events(db::Statement& statement) {
    std::vector<EventRow> rows;
    while (statement.step())
        rows.push_back({statement.integer(0), statement.string(1), statement.string(2), statement.string(3), statement.string(4),
                        statement.integer(5), statement.time(6)});
    return rows;
}

}  // namespace

void EventRepo::append(const Event& event, Timestamp now) {
    const std::int64_t seq = session_.next_sequence();
    const std::string id = event_id(now, seq);
    db::Statement statement(session_, R"sql(
        INSERT INTO events (seq, event_id, account_id, channel_id, type, subject, subject_id, data, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(seq, id, event.account, event.channel, event.type, event.subject, event.subject_id, event.data, now).exec();
}

std::vector<EventRow> EventRepo::about(AccountId account, std::string_view subject, std::int64_t subject_id, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT seq, event_id, type, subject, data, subject_id, created_at_ms FROM events
        WHERE subject = ? AND subject_id = ? AND account_id = ? ORDER BY seq LIMIT ?
    )sql");
    statement.bind(subject, subject_id, account, limit);
    return read_events(statement);
}

std::vector<EventRow> EventRepo::after(AccountId account, std::int64_t seq, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT seq, event_id, type, subject, data, subject_id, created_at_ms FROM events
        WHERE account_id = ? AND seq > ? ORDER BY seq LIMIT ?
    )sql");
    statement.bind(account, seq, limit);
    return read_events(statement);
}

}  // namespace crossdock::store
