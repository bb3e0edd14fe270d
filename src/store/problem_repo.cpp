// SPDX-License-Identifier: Apache-2.0
#include "store/problem_repo.h"

#include <algorithm>

namespace crossdock::store {
namespace {

#define CROSSDOCK_PROBLEM_COLUMNS \
    "SELECT channel_id, subject, subject_key, code, message, first_seen_at_ms, last_seen_at_ms, times FROM problems "

std::vector<ProblemRow> read_problems(db::Statement& statement) {
    std::vector<ProblemRow> rows;
    while (statement.step())
        rows.push_back({statement.id<ChannelId>(0), statement.string(1), statement.string(2), statement.string(3),
                        statement.string(4), statement.time(5), statement.time(6), statement.integer(7)});
    return rows;
}

}  // namespace

bool ProblemRepo::record(AccountId account, ChannelId channel, std::string_view subject, std::string_view key,
                         const domain::Problem& problem, Timestamp now) {
    db::Statement again(session_, R"sql(
        UPDATE problems SET message = ?, last_seen_at_ms = ?, times = times + 1
        WHERE channel_id = ? AND subject = ? AND subject_key = ? AND code = ? AND resolved_at_ms IS NULL
    )sql");
    if (again.bind(problem.message, now, channel, subject, key, problem.code).exec() > 0) return false;
    db::Statement open(session_, R"sql(
        INSERT INTO problems (account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, last_seen_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, subject, subject_key, code) DO UPDATE SET message = excluded.message,
            first_seen_at_ms = excluded.first_seen_at_ms, last_seen_at_ms = excluded.last_seen_at_ms, times = 1,
            resolved_at_ms = NULL
    )sql");
    open.bind(account, channel, subject, key, problem.code, problem.message, now, now).exec();
    return true;
}

void ProblemRepo::resolve(ChannelId channel, std::string_view subject, std::string_view key, Timestamp now,
                          const std::vector<domain::Problem>& still) {
    db::Statement open(session_, R"sql(
        SELECT id, code FROM problems WHERE channel_id = ? AND subject = ? AND subject_key = ? AND resolved_at_ms IS NULL
    )sql");
    open.bind(channel, subject, key);
    std::vector<std::int64_t> gone;
    while (open.step()) {
        const std::string_view code = open.text(1);
        if (std::none_of(still.begin(), still.end(), [&](const domain::Problem& p) { return p.code == code; }))
            gone.push_back(open.integer(0));
    }
    for (const std::int64_t id : gone) {
        db::Statement close(session_, "UPDATE problems SET resolved_at_ms = ? WHERE id = ?");
        close.bind(now, id).exec();
    }
}

void ProblemRepo::resolve_one(ChannelId channel, std::string_view subject, std::string_view key, std::string_view code, Timestamp now) {
    db::Statement close(session_, R"sql(
        UPDATE problems SET resolved_at_ms = ?
        WHERE channel_id = ? AND subject = ? AND subject_key = ? AND code = ? AND resolved_at_ms IS NULL
    )sql");
    close.bind(now, channel, subject, key, code).exec();
}

void ProblemRepo::resolve_unseen(ChannelId channel, std::string_view subject, std::string_view key, Timestamp since, Timestamp now) {
    db::Statement close(session_, R"sql(
        UPDATE problems SET resolved_at_ms = ?
        WHERE channel_id = ? AND subject = ? AND subject_key = ? AND resolved_at_ms IS NULL AND last_seen_at_ms < ?
    )sql");
    close.bind(now, channel, subject, key, since).exec();
}

std::vector<ProblemRow> ProblemRepo::open(AccountId account, std::optional<ChannelId> channel, std::int64_t limit) {
    if (channel) {
        db::Statement statement(session_, CROSSDOCK_PROBLEM_COLUMNS
                                "WHERE account_id = ? AND channel_id = ? AND resolved_at_ms IS NULL ORDER BY id DESC LIMIT ?");
        statement.bind(account, *channel, limit);
        return read_problems(statement);
    }
    db::Statement statement(session_, CROSSDOCK_PROBLEM_COLUMNS
                            "WHERE account_id = ? AND resolved_at_ms IS NULL ORDER BY id DESC LIMIT ?");
    statement.bind(account, limit);
    return read_problems(statement);
}

std::vector<ProblemRow> ProblemRepo::about(AccountId account, ChannelId channel, std::string_view subject, std::string_view key) {
    db::Statement statement(session_, CROSSDOCK_PROBLEM_COLUMNS
                            "WHERE account_id = ? AND channel_id = ? AND subject = ? AND subject_key = ? AND resolved_at_ms IS NULL "
                            "ORDER BY id");
    statement.bind(account, channel, subject, key);
    return read_problems(statement);
}

std::vector<std::string> ProblemRepo::keys_with(ChannelId channel, std::string_view subject, std::string_view code,
                                                std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT subject_key FROM problems
        WHERE channel_id = ? AND subject = ? AND code = ? AND resolved_at_ms IS NULL ORDER BY id LIMIT ?
    )sql");
    statement.bind(channel, subject, code, limit);
    std::vector<std::string> keys;
    while (statement.step()) keys.push_back(statement.string(0));
    return keys;
}

std::int64_t ProblemRepo::count_open(AccountId account) {
    db::Statement statement(session_, "SELECT count(*) FROM problems WHERE account_id = ? AND resolved_at_ms IS NULL");
    statement.bind(account);
    statement.step();
    return statement.integer(0);
}

}  // namespace crossdock::store
