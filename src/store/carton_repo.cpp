// SPDX-License-Identifier: Apache-2.0
#include "store/carton_repo.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_CARTON_COLUMNS                                                                                       \
    "SELECT p.id, p.uuid, p.account_id, p.channel_id, p.shipment_id, s.uuid, p.status, p.items, p.alone, p.attempts, " \
    "p.error_code, p.error_message, p.seq, p.created_at_ms, p.updated_at_ms FROM fba_carton_pushes AS p "              \
    "JOIN fba_inbound_shipments AS s ON s.id = p.shipment_id "

CartonPush read_carton(const db::Statement& row) {
    CartonPush push;
    push.id = row.id<CartonPushId>(0);
    push.uuid = row.string(1);
    push.account_id = row.id<AccountId>(2);
    push.channel_id = row.id<ChannelId>(3);
    push.shipment_id = row.id<FbaShipmentId>(4);
    push.shipment_uuid = row.string(5);
    push.status = row.string(6);
    push.items = row.string(7);
    push.alone = row.flag(8);
    push.attempts = row.integer(9);
    push.error_code = row.optional_string(10);
    push.error_message = row.optional_string(11);
    push.seq = row.integer(12);
    push.created_at = row.time(13);
    push.updated_at = row.time(14);
    return push;
}

std::optional<CartonPush> read_one_carton(db::Statement& statement) {
    if (!statement.step()) return std::nullopt;
    return read_carton(statement);
}

std::vector<CartonPush> read_cartons(db::Statement& statement) {
    std::vector<CartonPush> pushes;
    while (statement.step()) pushes.push_back(read_carton(statement));
    return pushes;
}

}  // namespace

CartonPushId CartonRepo::insert(const Draft& draft, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO fba_carton_pushes (uuid, account_id, channel_id, shipment_id, idempotency_key, content_hash, status,
                                       items, seq, created_at_ms, updated_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)
    )sql");
    statement.bind(draft.uuid, draft.account, draft.channel, draft.shipment, draft.idempotency_key, draft.content_hash,
                   draft.items, session_.next_sequence(), now, now);
    return CartonPushId{statement.insert()};
}

std::optional<CartonPush> CartonRepo::get(CartonPushId id) {
    db::Statement statement(session_, CROSSDOCK_CARTON_COLUMNS "WHERE p.id = ?");
    statement.bind(id);
    return read_one_carton(statement);
}

std::optional<CartonPush> CartonRepo::find(AccountId account, std::string_view uuid) {
    db::Statement statement(session_, CROSSDOCK_CARTON_COLUMNS "WHERE p.uuid = ? AND p.account_id = ?");
    statement.bind(uuid, account);
    return read_one_carton(statement);
}

std::optional<CartonPush> CartonRepo::find_repeat(AccountId account, std::string_view idempotency_key) {
    db::Statement statement(session_, CROSSDOCK_CARTON_COLUMNS "WHERE p.account_id = ? AND p.idempotency_key = ?");
    statement.bind(account, idempotency_key);
    return read_one_carton(statement);
}

std::optional<CartonPush> CartonRepo::find_equal(FbaShipmentId shipment, std::string_view content_hash) {
    db::Statement statement(
        session_, CROSSDOCK_CARTON_COLUMNS
        "WHERE p.shipment_id = ? AND p.content_hash = ? AND p.status <> 'failed' ORDER BY p.id LIMIT 1");
    statement.bind(shipment, content_hash);
    return read_one_carton(statement);
}

void CartonRepo::list(const CartonListQuery& query, const std::function<bool(const CartonPush&)>& row) {
    std::string sql = CROSSDOCK_CARTON_COLUMNS "WHERE p.account_id = ?";
    if (query.channel) sql += " AND p.channel_id = ?";
    sql += query.after_seq ? " AND p.seq > ?" : " AND p.id > ?";
    if (query.status) sql += " AND p.status = ?";
    sql += query.after_seq ? " ORDER BY p.seq LIMIT ?" : " ORDER BY p.id LIMIT ?";
    db::Statement statement(session_, sql);
    int at = 1;
    statement.bind_at(at++, query.account);
    if (query.channel) statement.bind_at(at++, *query.channel);
    statement.bind_at(at++, query.after_seq.value_or(query.after_id));
    if (query.status) statement.bind_at(at++, *query.status);
    statement.bind_at(at, query.limit);
    while (statement.step())
        if (!row(read_carton(statement))) return;
}

std::optional<CartonBatch> CartonRepo::open_batch(FbaShipmentId shipment) {
    db::Statement statement(session_, R"sql(
        SELECT id, state, ticket, accepted_at_ms, attempts, lost FROM fba_carton_batches
        WHERE shipment_id = ? AND state <> 'done'
    )sql");
    statement.bind(shipment);
    if (!statement.step()) return std::nullopt;
    return CartonBatch{statement.integer(0),       statement.string(1),  statement.optional_string(2),
                       statement.optional_time(3), statement.integer(4), statement.integer(5)};
}

std::optional<CartonBatch> CartonRepo::make_batch(AccountId account, ChannelId channel, FbaShipmentId shipment,
                                                  Timestamp now) {
    std::vector<CartonPush> taken;
    {
        db::Statement waiting(session_, CROSSDOCK_CARTON_COLUMNS
                              "WHERE p.shipment_id = ? AND p.status IN ('pending', 'processing') ORDER BY p.id");
        waiting.bind(shipment);
        for (CartonPush& push : read_cartons(waiting)) {
            // Those that may go together first; then the others one by one.
            if (push.alone) continue;
            taken.push_back(std::move(push));
        }
    }
    if (taken.empty()) {
        db::Statement alone(
            session_, CROSSDOCK_CARTON_COLUMNS
            "WHERE p.shipment_id = ? AND p.status IN ('pending', 'processing') AND p.alone = 1 ORDER BY p.id LIMIT 1");
        alone.bind(shipment);
        taken = read_cartons(alone);
    }
    if (taken.empty()) return std::nullopt;
    db::Statement statement(session_, R"sql(
        INSERT INTO fba_carton_batches (account_id, channel_id, shipment_id, state, created_at_ms) VALUES (?, ?, ?, 'sending', ?)
    )sql");
    statement.bind(account, channel, shipment, now);
    CartonBatch batch{statement.insert(), "sending", std::nullopt, std::nullopt, 0, 0};
    for (const CartonPush& push : taken) {
        db::Statement join(session_, R"sql(
            UPDATE fba_carton_pushes SET batch_id = ?, status = 'processing', seq = ?, updated_at_ms = ? WHERE id = ?
        )sql");
        join.bind(batch.id, session_.next_sequence(), now, push.id).exec();
    }
    return batch;
}

std::vector<CartonPush> CartonRepo::in_batch(std::int64_t batch) {
    db::Statement statement(session_, CROSSDOCK_CARTON_COLUMNS R"sql(
        JOIN fba_carton_batches AS b ON b.id = p.batch_id AND b.shipment_id = p.shipment_id
        WHERE b.id = ? AND p.status = 'processing' ORDER BY p.id
    )sql");
    statement.bind(batch);
    return read_cartons(statement);
}

std::vector<CartonPush> CartonRepo::to_tell(FbaShipmentId shipment, std::int64_t batch) {
    db::Statement statement(session_, CROSSDOCK_CARTON_COLUMNS R"sql(
        WHERE p.shipment_id = ? AND (p.status = 'succeeded' OR (p.status = 'processing' AND p.batch_id = ?)) ORDER BY p.id
    )sql");
    statement.bind(shipment, batch);
    return read_cartons(statement);
}

void CartonRepo::count_attempt(std::int64_t batch) {
    db::Statement statement(session_,
                            "UPDATE fba_carton_batches SET state = 'sending', attempts = attempts + 1 WHERE id = ?");
    statement.bind(batch).exec();
    db::Statement pushes(
        session_, "UPDATE fba_carton_pushes SET attempts = attempts + 1 WHERE batch_id = ? AND status = 'processing'");
    pushes.bind(batch).exec();
}

void CartonRepo::set_batch_state(std::int64_t batch, std::string_view state) {
    db::Statement statement(
        session_, "UPDATE fba_carton_batches SET state = ?, ticket = NULL, accepted_at_ms = NULL WHERE id = ?");
    statement.bind(state, batch).exec();
}

void CartonRepo::set_batch_accepted(std::int64_t batch, std::string_view ticket, Timestamp now) {
    db::Statement statement(
        session_, "UPDATE fba_carton_batches SET state = 'accepted', ticket = ?, accepted_at_ms = ? WHERE id = ?");
    statement.bind(ticket, now, batch).exec();
}

void CartonRepo::count_lost(std::int64_t batch) {
    db::Statement statement(session_, R"sql(
        UPDATE fba_carton_batches SET state = 'unknown', ticket = NULL, accepted_at_ms = NULL, lost = lost + 1 WHERE id = ?
    )sql");
    statement.bind(batch).exec();
}

void CartonRepo::finish(CartonPushId id, std::string_view status, const std::optional<std::string>& code,
                        const std::optional<std::string>& message, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE fba_carton_pushes SET status = ?, error_code = ?, error_message = ?, seq = ?, updated_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(status, code, message, session_.next_sequence(), now, id).exec();
}

void CartonRepo::send_alone(CartonPushId id, Timestamp now) {
    db::Statement statement(session_,
                            "UPDATE fba_carton_pushes SET alone = 1, batch_id = NULL, updated_at_ms = ? WHERE id = ?");
    statement.bind(now, id).exec();
}

void CartonRepo::put_back(std::int64_t batch, Timestamp now) {
    db::Statement pushes(session_,
                         "UPDATE fba_carton_pushes SET batch_id = NULL, alone = 0, updated_at_ms = ? "
                         "WHERE batch_id = ? AND status = 'processing'");
    pushes.bind(now, batch).exec();
    set_batch_state(batch, "done");
}

std::int64_t CartonRepo::waiting(FbaShipmentId shipment) {
    db::Statement statement(session_, R"sql(
        SELECT count(*) FROM fba_carton_pushes WHERE shipment_id = ? AND status IN ('pending', 'processing')
    )sql");
    statement.bind(shipment);
    statement.step();
    return statement.integer(0);
}

std::vector<FbaShipmentId> CartonRepo::with_open_pushes(ChannelId channel, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT DISTINCT shipment_id FROM fba_carton_pushes WHERE channel_id = ? AND status IN ('pending', 'processing')
        ORDER BY shipment_id LIMIT ?
    )sql");
    statement.bind(channel, limit);
    std::vector<FbaShipmentId> ids;
    while (statement.step()) ids.push_back(statement.id<FbaShipmentId>(0));
    return ids;
}

}  // namespace crossdock::store
