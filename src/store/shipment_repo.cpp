// SPDX-License-Identifier: Apache-2.0
#include "store/shipment_repo.h"

#include "store/restored.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_SHIPMENT_COLUMNS                                                                                       \
    "SELECT id, account_id, channel_id, order_id, carrier, service, tracking_number, tracking_key, ship_date_ms, lines, " \
    "status, outcome, attempts, error_code, error_message, provider_id, next_attempt_at_ms, finished_at_ms, "            \
    "created_at_ms FROM shipments "

Shipment read_shipment(const db::Statement& row) {
    Shipment shipment;
    shipment.id = row.id<ShipmentId>(0);
    shipment.account_id = row.id<AccountId>(1);
    shipment.channel_id = row.id<ChannelId>(2);
    shipment.order_id = row.id<OrderId>(3);
    shipment.carrier = row.string(4);
    shipment.service = row.optional_string(5);
    shipment.tracking_number = row.string(6);
    shipment.tracking_key = row.string(7);
    shipment.ship_date = row.optional_time(8);
    shipment.lines = row.string(9);
    shipment.status = row.string(10);
    shipment.outcome = row.string(11);
    shipment.attempts = row.integer(12);
    shipment.error_code = row.optional_string(13);
    shipment.error_message = row.optional_string(14);
    shipment.provider_id = row.optional_string(15);
    shipment.next_attempt_at = row.optional_time(16);
    shipment.finished_at = row.optional_time(17);
    shipment.created_at = row.time(18);
    return shipment;
}

std::optional<Shipment> read_one(db::Statement& statement) {
    if (!statement.step()) return std::nullopt;
    return read_shipment(statement);
}

std::vector<Shipment> read_shipments(db::Statement& statement) {
    std::vector<Shipment> shipments;
    while (statement.step()) shipments.push_back(read_shipment(statement));
    return shipments;
}

}  // namespace

ShipmentId ShipmentRepo::insert(const Shipment& shipment, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO shipments (id, account_id, channel_id, order_id, carrier, service, tracking_number, tracking_key, ship_date_ms,
                               lines, status, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?) RETURNING id
    )sql");
    statement.bind(next_id(session_, "shipments"), shipment.account_id, shipment.channel_id, shipment.order_id, shipment.carrier, shipment.service,
                   shipment.tracking_number, shipment.tracking_key, shipment.ship_date, shipment.lines, now);
    statement.step();
    return statement.id<ShipmentId>(0);
}

std::optional<Shipment> ShipmentRepo::find(OrderId order, std::string_view carrier, std::string_view tracking_key) {
    db::Statement statement(session_, CROSSDOCK_SHIPMENT_COLUMNS "WHERE order_id = ? AND carrier = ? AND tracking_key = ?");
    statement.bind(order, carrier, tracking_key);
    return read_one(statement);
}

std::optional<Shipment> ShipmentRepo::get(AccountId account, ShipmentId id) {
    db::Statement statement(session_, CROSSDOCK_SHIPMENT_COLUMNS "WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    return read_one(statement);
}

std::optional<Shipment> ShipmentRepo::get(ShipmentId id) {
    db::Statement statement(session_, CROSSDOCK_SHIPMENT_COLUMNS "WHERE id = ?");
    statement.bind(id);
    return read_one(statement);
}

std::vector<Shipment> ShipmentRepo::of_order(OrderId order) {
    db::Statement statement(session_, CROSSDOCK_SHIPMENT_COLUMNS "WHERE order_id = ? ORDER BY id");
    statement.bind(order);
    return read_shipments(statement);
}

void ShipmentRepo::reopen(ShipmentId id, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE shipments SET status = 'pending', outcome = 'unknown', error_code = NULL, error_message = NULL,
               finished_at_ms = NULL, next_attempt_at_ms = ? WHERE id = ? AND status = 'failed'
    )sql");
    statement.bind(now, id).exec();
}

void ShipmentRepo::begin_attempt(ShipmentId id) {
    db::Statement statement(session_, R"sql(
        UPDATE shipments SET status = 'processing', outcome = 'sending', attempts = attempts + 1, next_attempt_at_ms = NULL
        WHERE id = ?
    )sql");
    statement.bind(id).exec();
}

void ShipmentRepo::end_attempt(ShipmentId id, const Outcome& outcome, Timestamp now) {
    const bool finished = outcome.status == "succeeded" || outcome.status == "failed";
    db::Statement statement(session_, R"sql(
        UPDATE shipments SET status = ?, outcome = ?, error_code = ?, error_message = ?, provider_id = coalesce(?, provider_id),
               next_attempt_at_ms = ?, finished_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(outcome.status, outcome.outcome, outcome.error_code, outcome.error_message, outcome.provider_id,
                   outcome.next_attempt_at, finished ? std::optional{now} : std::nullopt, id);
    statement.exec();
}

std::vector<Shipment> ShipmentRepo::unfinished(ChannelId channel) {
    db::Statement statement(session_, CROSSDOCK_SHIPMENT_COLUMNS "WHERE channel_id = ? AND status IN ('pending', 'processing') ORDER BY id");
    statement.bind(channel);
    return read_shipments(statement);
}

}  // namespace crossdock::store
