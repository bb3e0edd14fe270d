// SPDX-License-Identifier: Apache-2.0
#include "store/inventory_repo.h"

#include "store/restored.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_UPDATE_COLUMNS                                                                                       \
    "SELECT id, account_id, channel_id, item_id, sku, location_id, target, quantity, status, attempts, error_code, "   \
    "error_message, superseded_by, batch_id, next_attempt_at_ms, finished_at_ms, created_at_ms, sent_quantity FROM "      \
    "inventory_updates "

InventoryUpdate read_update(const db::Statement& row) {
    InventoryUpdate update;
    update.id = row.id<InventoryUpdateId>(0);
    update.account_id = row.id<AccountId>(1);
    update.channel_id = row.id<ChannelId>(2);
    if (!row.is_null(3)) update.item_id = row.id<ItemId>(3);
    update.sku = row.optional_string(4);
    update.location_id = row.optional_string(5);
    update.target = row.string(6);
    update.quantity = row.integer(7);
    update.status = row.string(8);
    update.attempts = row.integer(9);
    update.error_code = row.optional_string(10);
    update.error_message = row.optional_string(11);
    update.superseded_by = row.optional_integer(12);
    update.batch_id = row.optional_integer(13);
    update.next_attempt_at = row.optional_time(14);
    update.finished_at = row.optional_time(15);
    update.created_at = row.time(16);
    update.sent_quantity = row.optional_integer(17);
    return update;
}

StockBatch read_batch(const db::Statement& row) {
    return {row.integer(0), row.string(1), row.string(2), row.integer(3), row.time(4), row.optional_string(5), row.optional_time(6)};
}

// When the last figure for the target of the waiting figure `w` had its end; NULL when none was sent.
#define CROSSDOCK_LAST_SENT                                                                                            \
    "(SELECT s.finished_at_ms FROM inventory_updates s WHERE s.channel_id = w.channel_id AND s.target = w.target "     \
    "AND s.status IN ('succeeded', 'failed') ORDER BY s.id DESC LIMIT 1)"

}  // namespace

InventoryUpdateId InventoryRepo::insert(const InventoryUpdate& update, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO inventory_updates (id, account_id, channel_id, item_id, sku, location_id, target, quantity, status, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)
    )sql");
    statement.bind(next_id(session_, "inventory_updates"), update.account_id, update.channel_id, update.item_id, update.sku, update.location_id, update.target,
                   update.quantity, now);
    return InventoryUpdateId{statement.insert()};
}

std::optional<InventoryUpdate> InventoryRepo::newest(ChannelId channel, std::string_view target) {
    db::Statement statement(session_, CROSSDOCK_UPDATE_COLUMNS "WHERE channel_id = ? AND target = ? AND id > ? ORDER BY id DESC LIMIT 1");
    statement.bind(channel, target, restored_upto(session_, "inventory_updates"));
    if (!statement.step()) return std::nullopt;
    return read_update(statement);
}

std::optional<InventoryUpdate> InventoryRepo::get(AccountId account, InventoryUpdateId id) {
    db::Statement statement(session_, CROSSDOCK_UPDATE_COLUMNS "WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return read_update(statement);
}

std::optional<StockBatch> InventoryRepo::open_batch(ChannelId channel) {
    db::Statement statement(session_, R"sql(
        SELECT id, batch_key, state, attempts, created_at_ms, ticket, accepted_at_ms FROM stock_batches
        WHERE channel_id = ? AND state <> 'done' ORDER BY id LIMIT 1
    )sql");
    statement.bind(channel);
    if (!statement.step()) return std::nullopt;
    return read_batch(statement);
}

std::vector<InventoryUpdate> InventoryRepo::batch_lines(std::int64_t batch_id) {
    db::Statement statement(session_, CROSSDOCK_UPDATE_COLUMNS "WHERE batch_id = ? AND status = 'processing' ORDER BY id");
    statement.bind(batch_id);
    std::vector<InventoryUpdate> lines;
    while (statement.step()) lines.push_back(read_update(statement));
    return lines;
}

void InventoryRepo::supersede_older(ChannelId channel, Timestamp now) {
    // A waiting figure with a newer one for the same target never leaves: the newest wins.
    db::Statement supersede(session_, R"sql(
        UPDATE inventory_updates SET status = 'superseded', finished_at_ms = ?,
               superseded_by = (SELECT max(n.id) FROM inventory_updates n
                                WHERE n.channel_id = inventory_updates.channel_id AND n.target = inventory_updates.target
                                  AND n.status = 'pending')
        WHERE channel_id = ? AND status = 'pending'
          AND EXISTS (SELECT 1 FROM inventory_updates n
                      WHERE n.channel_id = inventory_updates.channel_id AND n.target = inventory_updates.target
                        AND n.status = 'pending' AND n.id > inventory_updates.id)
    )sql");
    supersede.bind(now, channel).exec();
}

std::vector<InventoryUpdate> InventoryRepo::newest_waiting(ChannelId channel, std::size_t limit, Timestamp now) {
    supersede_older(channel, now);
    db::Statement statement(session_,
                            CROSSDOCK_UPDATE_COLUMNS "WHERE channel_id = ? AND status = 'pending' ORDER BY id LIMIT ?");
    statement.bind(channel, limit);
    std::vector<InventoryUpdate> waiting;
    while (statement.step()) waiting.push_back(read_update(statement));
    return waiting;
}

std::optional<StockBatch> InventoryRepo::make_batch(ChannelId channel, const std::string& key, std::size_t limit,
                                                    Timestamp now, std::chrono::milliseconds rest) {
    supersede_older(channel, now);
    std::vector<InventoryUpdateId> chosen;
    {
        const bool rests = rest > std::chrono::milliseconds{0};
        db::Statement waiting(session_, rests ? "SELECT w.id FROM inventory_updates w WHERE w.channel_id = ? AND w.status = 'pending' AND "
                                                "coalesce(" CROSSDOCK_LAST_SENT ", 0) <= ? ORDER BY w.id LIMIT ?"
                                              : "SELECT id FROM inventory_updates WHERE channel_id = ? AND status = 'pending' ORDER BY id LIMIT ?");
        if (rests)
            waiting.bind(channel, now - rest, limit);
        else
            waiting.bind(channel, limit);
        while (waiting.step()) chosen.push_back(waiting.id<InventoryUpdateId>(0));
    }
    if (chosen.empty()) return std::nullopt;
    db::Statement insert(session_, R"sql(
        INSERT INTO stock_batches (channel_id, batch_key, state, created_at_ms) VALUES (?, ?, 'sending', ?)
        RETURNING id, batch_key, state, attempts, created_at_ms, ticket, accepted_at_ms
    )sql");
    insert.bind(channel, key, now);
    insert.step();
    const StockBatch batch = read_batch(insert);
    db::Statement take(session_, R"sql(
        UPDATE inventory_updates SET status = 'processing', batch_id = ?, next_attempt_at_ms = NULL WHERE id = ?
    )sql");
    for (const InventoryUpdateId id : chosen) {
        take.bind(batch.id, id).exec();
        take.reset();
    }
    return batch;
}

std::optional<Timestamp> InventoryRepo::rested_at(ChannelId channel, std::chrono::milliseconds rest) {
    db::Statement statement(session_, "SELECT min(coalesce(" CROSSDOCK_LAST_SENT
                                      ", 0)) FROM inventory_updates w WHERE w.channel_id = ? AND w.status = 'pending'");
    statement.bind(channel);
    if (!statement.step() || statement.is_null(0)) return std::nullopt;
    return statement.time(0) + rest;
}

void InventoryRepo::count_attempt(std::int64_t batch_id) {
    db::Statement batch(session_, "UPDATE stock_batches SET attempts = attempts + 1, state = 'sending', ticket = NULL WHERE id = ?");
    batch.bind(batch_id).exec();
    db::Statement lines(session_, "UPDATE inventory_updates SET attempts = attempts + 1 WHERE batch_id = ? AND status = 'processing'");
    lines.bind(batch_id).exec();
}

void InventoryRepo::set_sent_quantity(InventoryUpdateId id, std::optional<std::int64_t> quantity) {
    db::Statement statement(session_, "UPDATE inventory_updates SET sent_quantity = ? WHERE id = ?");
    statement.bind(quantity, id).exec();
}

void InventoryRepo::set_batch_state(std::int64_t batch_id, std::string_view state) {
    db::Statement statement(session_, "UPDATE stock_batches SET state = ?, ticket = NULL WHERE id = ?");
    statement.bind(state, batch_id).exec();
}

void InventoryRepo::set_batch_accepted(std::int64_t batch_id, std::string_view ticket, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE stock_batches SET state = 'accepted', ticket = ?, accepted_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(ticket, now, batch_id).exec();
}

void InventoryRepo::rekey_batch(std::int64_t batch_id, const std::string& key) {
    db::Statement statement(session_, "UPDATE stock_batches SET batch_key = ? WHERE id = ?");
    statement.bind(key, batch_id).exec();
}

void InventoryRepo::finish(const StockResult& result, Timestamp now) {
    if (result.status == "pending") {
        db::Statement statement(session_, R"sql(
            UPDATE inventory_updates SET status = 'pending', batch_id = NULL, error_code = ?, error_message = ? WHERE id = ?
        )sql");
        statement.bind(result.error_code, result.error_message, result.id).exec();
        return;
    }
    db::Statement statement(session_, R"sql(
        UPDATE inventory_updates SET status = ?, error_code = ?, error_message = ?, finished_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(result.status, result.error_code, result.error_message, now, result.id).exec();
}

std::int64_t InventoryRepo::waiting(ChannelId channel) {
    db::Statement statement(session_, "SELECT count(*) FROM inventory_updates WHERE channel_id = ? AND status = 'pending'");
    statement.bind(channel);
    statement.step();
    return statement.integer(0);
}

std::int64_t AttemptRepo::begin(std::string_view kind, std::int64_t push_id, std::int64_t number, Timestamp now) {
    db::Statement statement(session_, "INSERT INTO push_attempts (kind, push_id, number, started_at_ms) VALUES (?, ?, ?, ?) RETURNING id");
    statement.bind(kind, push_id, number, now);
    statement.step();
    return statement.integer(0);
}

void AttemptRepo::end(std::int64_t id, std::string_view outcome, std::string_view message, Timestamp now) {
    db::Statement statement(session_, "UPDATE push_attempts SET finished_at_ms = ?, outcome = ?, message = ? WHERE id = ?");
    statement.bind(now, outcome, message, id).exec();
}

std::int64_t AttemptRepo::count(std::string_view kind, std::int64_t push_id, std::string_view outcome) {
    db::Statement statement(session_, "SELECT count(*) FROM push_attempts WHERE kind = ? AND push_id = ? AND outcome = ?");
    statement.bind(kind, push_id, outcome);
    statement.step();
    return statement.integer(0);
}

}  // namespace crossdock::store
