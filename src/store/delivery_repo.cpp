// SPDX-License-Identifier: Apache-2.0
#include "store/delivery_repo.h"

namespace crossdock::store {
namespace {

constexpr DeliveryState kDeliveryStates[]{DeliveryState::pending, DeliveryState::succeeded, DeliveryState::failed};

#define CROSSDOCK_DELIVERY_COLUMNS                                                                                    \
    "SELECT id, account_id, endpoint_id, event_seq, event_id, event_type, state, round, tries, attempts, due_at_ms, " \
    "last_status, last_error, queued_at_ms, finished_at_ms FROM webhook_deliveries "

Delivery read_delivery(const db::Statement& row) {
    Delivery delivery;
    delivery.id = row.id<DeliveryId>(0);
    delivery.account_id = row.id<AccountId>(1);
    delivery.endpoint_id = row.id<WebhookEndpointId>(2);
    delivery.event_seq = row.integer(3);
    delivery.event_id = row.string(4);
    delivery.event_type = row.string(5);
    delivery.state = parse_delivery_state(row.text(6)).value_or(DeliveryState::pending);
    delivery.round = row.integer(7);
    delivery.tries = row.integer(8);
    delivery.attempts = row.integer(9);
    delivery.due_at = row.optional_time(10);
    delivery.last_status = row.optional_integer(11);
    delivery.last_error = row.optional_string(12);
    delivery.queued_at = row.time(13);
    delivery.finished_at = row.optional_time(14);
    return delivery;
}

std::vector<Delivery> read_deliveries(db::Statement& statement) {
    std::vector<Delivery> rows;
    while (statement.step()) rows.push_back(read_delivery(statement));
    return rows;
}

}  // namespace

std::string_view to_string(DeliveryState state) {
    switch (state) {
        case DeliveryState::pending: return "pending";
        case DeliveryState::succeeded: return "succeeded";
        case DeliveryState::failed: return "failed";
    }
    return "";
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
    for (const DeliveryState state : kDeliveryStates)
        if (to_string(state) == text) return state;
    return std::nullopt;
}

std::optional<DeliveryId> DeliveryRepo::insert(const Draft& draft, Timestamp due, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO webhook_deliveries (account_id, endpoint_id, event_seq, event_id, event_type, state, due_at_ms, queued_at_ms)
        VALUES (?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (endpoint_id, event_seq) DO NOTHING RETURNING id
    )sql");
    statement.bind(draft.account, draft.endpoint, draft.event_seq, draft.event_id, draft.event_type, due, now);
    if (!statement.step()) return std::nullopt;
    return statement.id<DeliveryId>(0);
}

DeliveryId DeliveryRepo::replay(const Draft& draft, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO webhook_deliveries (account_id, endpoint_id, event_seq, event_id, event_type, state, due_at_ms, queued_at_ms)
        VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)
        ON CONFLICT (endpoint_id, event_seq) DO UPDATE SET state = 'pending', round = webhook_deliveries.round + 1, tries = 0,
            due_at_ms = excluded.due_at_ms, queued_at_ms = excluded.queued_at_ms, finished_at_ms = NULL
        RETURNING id
    )sql");
    statement.bind(draft.account, draft.endpoint, draft.event_seq, draft.event_id, draft.event_type, now, now);
    statement.step();
    return statement.id<DeliveryId>(0);
}

std::vector<Delivery> DeliveryRepo::due(WebhookEndpointId endpoint, Timestamp now, std::int64_t limit) {
    db::Statement statement(
        session_, CROSSDOCK_DELIVERY_COLUMNS
        "WHERE endpoint_id = ? AND state = 'pending' AND due_at_ms <= ? ORDER BY due_at_ms, id LIMIT ?");
    statement.bind(endpoint, now, limit);
    return read_deliveries(statement);
}

std::optional<Timestamp> DeliveryRepo::next_due(WebhookEndpointId endpoint, Timestamp now) {
    db::Statement statement(session_, R"sql(
        SELECT due_at_ms FROM webhook_deliveries WHERE endpoint_id = ? AND state = 'pending' AND due_at_ms > ?
        ORDER BY due_at_ms LIMIT 1
    )sql");
    statement.bind(endpoint, now);
    if (!statement.step()) return std::nullopt;
    return statement.time(0);
}

std::int64_t DeliveryRepo::pull_in(Timestamp latest, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE webhook_deliveries SET due_at_ms = ?
        WHERE state = 'pending' AND due_at_ms > ? AND endpoint_id IN (SELECT id FROM webhook_endpoints WHERE state <> 'removed')
    )sql");
    return statement.bind(now, latest).exec();
}

std::int64_t DeliveryRepo::hasten(WebhookEndpointId endpoint, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE webhook_deliveries SET due_at_ms = ? WHERE endpoint_id = ? AND state = 'pending' AND due_at_ms > ?
    )sql");
    return statement.bind(now, endpoint, now).exec();
}

bool DeliveryRepo::record(DeliveryId id, std::int64_t round, const DeliveryAttempt& attempt, const DeliveryStep& step) {
    const bool ended = step.state != DeliveryState::pending;
    const Timestamp finished = attempt.started_at + attempt.duration;
    // A replay that came meanwhile stays: this attempt belongs to the round before.
    db::Statement move(session_, R"sql(
        UPDATE webhook_deliveries SET attempts = attempts + 1, last_status = ?, last_error = ?,
            state = CASE WHEN round = ? THEN ? ELSE state END, tries = CASE WHEN round = ? THEN ? ELSE tries END,
            due_at_ms = CASE WHEN round = ? THEN ? ELSE due_at_ms END,
            finished_at_ms = CASE WHEN round <> ? THEN finished_at_ms WHEN ? = 1 THEN ? ELSE NULL END
        WHERE id = ? RETURNING attempts
    )sql");
    move.bind(attempt.status, attempt.error, round, to_string(step.state), round, step.tries, round,
              ended ? std::nullopt : step.due_at, round, std::int64_t{ended}, finished, id);
    if (!move.step()) return false;
    const std::int64_t number = move.integer(0);
    move.reset();
    db::Statement keep(session_, R"sql(
        INSERT INTO webhook_attempts (delivery_id, number, started_at_ms, duration_ms, succeeded, status, error, answer)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    keep.bind(id, number, attempt.started_at, attempt.duration.count(), attempt.succeeded, attempt.status,
              attempt.error, attempt.answer)
        .exec();
    return true;
}

std::optional<Delivery> DeliveryRepo::get(AccountId account, DeliveryId id) {
    db::Statement statement(session_, CROSSDOCK_DELIVERY_COLUMNS "WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return read_delivery(statement);
}

std::optional<Delivery> DeliveryRepo::get(DeliveryId id) {
    db::Statement statement(session_, CROSSDOCK_DELIVERY_COLUMNS "WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) return std::nullopt;
    return read_delivery(statement);
}

std::vector<Delivery> DeliveryRepo::list(const DeliveryQuery& query) {
    std::string sql = CROSSDOCK_DELIVERY_COLUMNS "WHERE endpoint_id = ? AND account_id = ?";
    if (query.state) sql += " AND state = ?";
    if (query.event_seq) sql += " AND event_seq = ?";
    if (query.before) sql += " AND id < ?";
    sql += " ORDER BY id DESC LIMIT ?";
    db::Statement statement(session_, sql);
    int at = 1;
    statement.bind_at(at++, query.endpoint);
    statement.bind_at(at++, query.account);
    const std::string_view state = query.state ? to_string(*query.state) : std::string_view{};
    if (query.state) statement.bind_at(at++, state);
    if (query.event_seq) statement.bind_at(at++, *query.event_seq);
    if (query.before) statement.bind_at(at++, *query.before);
    statement.bind_at(at, query.limit);
    return read_deliveries(statement);
}

std::vector<DeliveryAttempt> DeliveryRepo::attempts(DeliveryId id) {
    db::Statement statement(session_, R"sql(
        SELECT number, started_at_ms, duration_ms, succeeded, status, error, answer FROM webhook_attempts
        WHERE delivery_id = ? ORDER BY number
    )sql");
    statement.bind(id);
    std::vector<DeliveryAttempt> rows;
    while (statement.step())
        rows.push_back({statement.integer(0), statement.time(1), std::chrono::milliseconds{statement.integer(2)},
                        statement.flag(3), statement.optional_integer(4), statement.optional_string(5),
                        statement.string(6)});
    return rows;
}

std::int64_t DeliveryRepo::count(WebhookEndpointId endpoint, DeliveryState state) {
    db::Statement statement(session_, "SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = ? AND state = ?");
    const std::string_view word = to_string(state);
    statement.bind(endpoint, word);
    statement.step();
    return statement.integer(0);
}

bool DeliveryRepo::was_delivered(WebhookEndpointId endpoint, std::int64_t event_seq) {
    db::Statement statement(session_, R"sql(
        SELECT 1 FROM webhook_deliveries WHERE endpoint_id = ? AND event_seq = ? AND state = 'succeeded'
    )sql");
    statement.bind(endpoint, event_seq);
    return statement.step();
}

std::optional<std::string> DeliveryRepo::body(std::int64_t event_seq) {
    db::Statement statement(session_, "SELECT body FROM webhook_bodies WHERE seq = ?");
    statement.bind(event_seq);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

void DeliveryRepo::keep_body(std::int64_t event_seq, std::string_view body, Timestamp now) {
    db::Statement statement(
        session_, "INSERT INTO webhook_bodies (seq, body, made_at_ms) VALUES (?, ?, ?) ON CONFLICT (seq) DO NOTHING");
    statement.bind(event_seq, body, now).exec();
}

std::int64_t DeliveryRepo::forget_before(Timestamp before, std::int64_t limit) {
    db::Statement old(session_,
                      "SELECT id FROM webhook_deliveries WHERE queued_at_ms < ? ORDER BY queued_at_ms LIMIT ?");
    old.bind(before, limit);
    std::vector<DeliveryId> ids;
    while (old.step()) ids.push_back(old.id<DeliveryId>(0));
    old.reset();
    db::Statement attempts(session_, "DELETE FROM webhook_attempts WHERE delivery_id = ?");
    db::Statement delivery(session_, "DELETE FROM webhook_deliveries WHERE id = ?");
    for (const DeliveryId id : ids) {
        attempts.bind(id).exec();
        attempts.reset();
        delivery.bind(id).exec();
        delivery.reset();
    }
    return static_cast<std::int64_t>(ids.size());
}

std::int64_t DeliveryRepo::forget_bodies_before(Timestamp before, std::int64_t limit) {
    // In the order of events, which is that of time but for replays of old ones: those wait for their turn.
    db::Statement statement(session_, R"sql(
        DELETE FROM webhook_bodies WHERE made_at_ms < ? AND seq IN (SELECT seq FROM webhook_bodies ORDER BY seq LIMIT ?)
    )sql");
    return statement.bind(before, limit).exec();
}

}  // namespace crossdock::store
