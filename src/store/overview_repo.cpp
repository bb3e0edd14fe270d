// SPDX-License-Identifier: Apache-2.0
#include "store/overview_repo.h"

#include <algorithm>
#include <chrono>

#include "store/channel_repo.h"

namespace crossdock::store {
namespace {

constexpr std::int64_t kCountedAtMost = 100'000;
constexpr std::int64_t kFailedAtMost = 10'000;
constexpr std::int64_t kWaitingAtMost = 1'000;
constexpr std::chrono::hours kLately{24 * 7};

Counted bounded(std::int64_t number) { return {std::min(number, kCountedAtMost), number > kCountedAtMost}; }

}  // namespace

/// `rows` is "FROM … WHERE account_id = ? …", of an index whose rows are those counted.
Counted OverviewRepo::count(const std::string& rows, AccountId account, std::optional<ChannelId> channel) {
    db::Statement statement(session_, "SELECT count(*) FROM (SELECT 1 " + rows + " LIMIT ?)");
    if (channel)
        statement.bind(account, *channel, kCountedAtMost + 1);
    else
        statement.bind(account, kCountedAtMost + 1);
    statement.step();
    return bounded(statement.integer(0));
}

Counted OverviewRepo::orders_waiting() {
    std::int64_t sum = 0;
    for (const AccountId account : accounts(session_)) {
        const Counted one = count("FROM orders WHERE account_id = ? AND imported_at_ms IS NULL", account, std::nullopt);
        sum += one.number + (one.more ? 1 : 0);
    }
    return bounded(sum);
}

Counted OverviewRepo::refunds_waiting() {
    std::int64_t sum = 0;
    for (const Channel& channel : ChannelRepo(session_).list_all()) {
        const Counted one = count("FROM refunds WHERE account_id = ? AND channel_id = ? AND imported_at_ms IS NULL",
                                  channel.account_id, channel.id);
        sum += one.number + (one.more ? 1 : 0);
    }
    return bounded(sum);
}

ChannelFigures OverviewRepo::of_channel(AccountId account, ChannelId channel, Timestamp now) {
    ChannelFigures figures;
    {
        db::Statement newest(session_, "SELECT max(ordered_at_ms) FROM orders WHERE channel_id = ?");
        newest.bind(channel);
        if (newest.step()) figures.last_order_at = newest.optional_time(0);
    }
    figures.problems =
        count("FROM problems WHERE account_id = ? AND channel_id = ? AND resolved_at_ms IS NULL", account, channel);
    const auto open = [&](const std::string& table) {
        return count(
            "FROM " + table + " WHERE account_id = ? AND channel_id = ? AND status IN ('pending', 'processing')",
            account, channel);
    };
    const auto failed = [&](const std::string& table) {
        db::Statement statement(
            session_, "SELECT count(*) FROM (SELECT finished_at_ms FROM " + table +
                          " WHERE account_id = ? AND channel_id = ? AND status = 'failed' ORDER BY id DESC LIMIT ?)"
                          " WHERE finished_at_ms >= ?");
        statement.bind(account, channel, kFailedAtMost + 1, now - kLately);
        statement.step();
        const std::int64_t number = statement.integer(0);
        return Counted{std::min(number, kFailedAtMost), number > kFailedAtMost};
    };
    figures.stock_waiting = open("inventory_updates");
    figures.stock_failed = failed("inventory_updates");
    figures.shipments_waiting = open("shipments");
    figures.shipments_failed = failed("shipments");
    return figures;
}

WaitingPushes OverviewRepo::waiting_pushes(ChannelId channel) {
    const auto waiting = [&](const std::string& table) {
        // The condition on the status is that of the index of open pushes, word for word.
        db::Statement statement(session_, "SELECT count(*) FROM (SELECT 1 FROM " + table +
                                              " WHERE channel_id = ? AND status IN ('pending', 'processing') LIMIT ?)");
        statement.bind(channel, kWaitingAtMost + 1);
        statement.step();
        const std::int64_t number = statement.integer(0);
        return Counted{std::min(number, kWaitingAtMost), number > kWaitingAtMost};
    };
    return {waiting("shipments"), waiting("inventory_updates"), waiting("fba_carton_pushes")};
}

std::vector<DeadLetter> OverviewRepo::dead_letters(std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT j.id, j.kind, coalesce(c.code, ''), j.state, j.attempt, coalesce(j.last_error_code, ''), coalesce(j.last_error, ''),
               j.created_at_ms
        FROM jobs j LEFT JOIN channels c ON c.id = j.channel_id
        WHERE j.state IN ('dead', 'quarantined') ORDER BY j.id DESC LIMIT ?
    )sql");
    statement.bind(limit);
    std::vector<DeadLetter> letters;
    while (statement.step())
        letters.push_back({statement.id<JobId>(0), statement.string(1), statement.string(2), statement.string(3),
                           static_cast<int>(statement.integer(4)), statement.string(5), statement.string(6),
                           statement.time(7)});
    return letters;
}

std::vector<std::string> OverviewRepo::newest_order_bodies(std::int64_t limit) {
    db::Statement statement(session_, "SELECT body FROM orders ORDER BY id DESC LIMIT ?");
    statement.bind(limit);
    std::vector<std::string> bodies;
    while (statement.step()) bodies.push_back(statement.string(0));
    return bodies;
}

}  // namespace crossdock::store
