// SPDX-License-Identifier: Apache-2.0
#include "store/fba_repo.h"

#include <algorithm>

namespace crossdock::store {
namespace {

#define CROSSDOCK_FBA_COLUMNS                                                                                       \
    "SELECT id, uuid, account_id, channel_id, shipment_id, marketplace_id, shipment_name, destination_center, "     \
    "shipment_status, label_prep_type, are_cases_required, box_contents_source, payload, items_walk, items_at_ms, " \
    "item_batch_id, item_failures, items_retry_at_ms, seq, created_at_ms, updated_at_ms, inbound_plan_id, "         \
    "amazon_shipment_id FROM fba_inbound_shipments "

FbaInboundShipment read_fba_shipment(const db::Statement& row) {
    FbaInboundShipment shipment;
    shipment.id = row.id<FbaShipmentId>(0);
    shipment.uuid = row.string(1);
    shipment.account_id = row.id<AccountId>(2);
    shipment.channel_id = row.id<ChannelId>(3);
    shipment.facts.shipment_id = row.string(4);
    shipment.facts.marketplace_id = row.string(5);
    shipment.facts.shipment_name = row.optional_string(6);
    shipment.facts.destination_fulfillment_center_id = row.optional_string(7);
    shipment.facts.shipment_status = row.string(8);
    shipment.facts.label_prep_type = row.optional_string(9);
    shipment.facts.are_cases_required = row.flag(10);
    shipment.facts.box_contents_source = row.optional_string(11);
    shipment.payload = row.string(12);
    shipment.items_walk = row.integer(13);
    shipment.items_at = row.optional_time(14);
    shipment.item_batch = row.optional_integer(15);
    shipment.item_failures = row.integer(16);
    shipment.items_retry_at = row.optional_time(17);
    shipment.seq = row.integer(18);
    shipment.created_at = row.time(19);
    shipment.updated_at = row.time(20);
    if (!row.is_null(21) && !row.is_null(22)) shipment.plan = domain::FbaPlan{row.string(21), row.string(22)};
    return shipment;
}

std::optional<FbaInboundShipment> read_one_fba_shipment(db::Statement& statement) {
    if (!statement.step()) return std::nullopt;
    return read_fba_shipment(statement);
}

}  // namespace

std::optional<FbaInboundShipment> FbaRepo::find(ChannelId channel, std::string_view shipment_id) {
    db::Statement statement(session_, CROSSDOCK_FBA_COLUMNS "WHERE channel_id = ? AND shipment_id = ?");
    statement.bind(channel, shipment_id);
    return read_one_fba_shipment(statement);
}

std::optional<FbaInboundShipment> FbaRepo::find(AccountId account, std::string_view uuid) {
    db::Statement statement(session_, CROSSDOCK_FBA_COLUMNS "WHERE uuid = ? AND account_id = ?");
    statement.bind(uuid, account);
    return read_one_fba_shipment(statement);
}

std::optional<FbaInboundShipment> FbaRepo::get(FbaShipmentId id) {
    db::Statement statement(session_, CROSSDOCK_FBA_COLUMNS "WHERE id = ?");
    statement.bind(id);
    return read_one_fba_shipment(statement);
}

FbaShipmentId FbaRepo::insert(const Header& header, const std::string& uuid) {
    const domain::FbaShipment& facts = header.facts;
    db::Statement statement(session_, R"sql(
        INSERT INTO fba_inbound_shipments (uuid, account_id, channel_id, shipment_id, marketplace_id, shipment_name,
            destination_center, shipment_status, is_final, label_prep_type, are_cases_required, box_contents_source, payload,
            seen_at_ms, seq, created_at_ms, updated_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(uuid, header.account, header.channel, facts.shipment_id, facts.marketplace_id, facts.shipment_name,
                   facts.destination_fulfillment_center_id, facts.shipment_status,
                   domain::is_final_fba_state(facts.shipment_status), facts.label_prep_type, facts.are_cases_required,
                   facts.box_contents_source, header.payload, header.now, session_.next_sequence(), header.now,
                   header.now);
    return FbaShipmentId{statement.insert()};
}

void FbaRepo::update(FbaShipmentId id, const Header& header) {
    const domain::FbaShipment& facts = header.facts;
    db::Statement statement(session_, R"sql(
        UPDATE fba_inbound_shipments SET marketplace_id = ?, shipment_name = ?, destination_center = ?, shipment_status = ?,
            is_final = ?, label_prep_type = ?, are_cases_required = ?, box_contents_source = ?, payload = ?, seen_at_ms = ?,
            seq = ?, updated_at_ms = ?
        WHERE id = ? AND account_id = ?
    )sql");
    statement.bind(facts.marketplace_id, facts.shipment_name, facts.destination_fulfillment_center_id,
                   facts.shipment_status, domain::is_final_fba_state(facts.shipment_status), facts.label_prep_type,
                   facts.are_cases_required, facts.box_contents_source, header.payload, header.now,
                   session_.next_sequence(), header.now, id, header.account);
    statement.exec();
}

void FbaRepo::mark_seen(FbaShipmentId id, Timestamp now) {
    db::Statement statement(session_, "UPDATE fba_inbound_shipments SET seen_at_ms = ? WHERE id = ?");
    statement.bind(now, id).exec();
}

void FbaRepo::list(const FbaListQuery& query, const std::function<bool(const FbaInboundShipment&)>& row) {
    std::string sql = CROSSDOCK_FBA_COLUMNS "WHERE account_id = ?";
    if (query.channel) sql += " AND channel_id = ?";
    sql += query.after_seq ? " AND seq > ?" : " AND id > ?";
    if (query.status) sql += " AND shipment_status = ?";
    if (!query.with_pending) sql += " AND items_walk > 0";
    sql += query.after_seq ? " ORDER BY seq LIMIT ?" : " ORDER BY id LIMIT ?";
    db::Statement statement(session_, sql);
    int at = 1;
    statement.bind_at(at++, query.account);
    if (query.channel) statement.bind_at(at++, *query.channel);
    statement.bind_at(at++, query.after_seq.value_or(query.after_id));
    if (query.status) statement.bind_at(at++, *query.status);
    statement.bind_at(at, query.limit);
    while (statement.step())
        if (!row(read_fba_shipment(statement))) return;
}

std::vector<FbaInboundShipment> FbaRepo::not_seen_since(ChannelId channel, Timestamp before, FbaShipmentId after,
                                                        std::int64_t limit) {
    db::Statement statement(session_, CROSSDOCK_FBA_COLUMNS R"sql(
        WHERE channel_id = ? AND is_final = 0 AND id > ? AND seen_at_ms < ? ORDER BY id LIMIT ?
    )sql");
    statement.bind(channel, after, before, limit);
    std::vector<FbaInboundShipment> shipments;
    while (statement.step()) shipments.push_back(read_fba_shipment(statement));
    return shipments;
}

// ---- plans

bool FbaRepo::set_plan(ChannelId channel, std::string_view shipment_id, const domain::FbaPlan& plan) {
    db::Statement statement(session_, R"sql(
        UPDATE fba_inbound_shipments SET inbound_plan_id = ?, amazon_shipment_id = ? WHERE channel_id = ? AND shipment_id = ?
    )sql");
    return statement.bind(plan.inbound_plan_id, plan.shipment_id, channel, shipment_id).exec() == 1;
}

bool FbaRepo::holds_plan_shipment(ChannelId channel, std::string_view plan_shipment_id) {
    db::Statement statement(session_,
                            "SELECT 1 FROM fba_inbound_shipments WHERE channel_id = ? AND amazon_shipment_id = ?");
    statement.bind(channel, plan_shipment_id);
    return statement.step();
}

bool FbaRepo::lacks_plans(ChannelId channel) {
    db::Statement statement(session_, R"sql(
        SELECT 1 FROM fba_inbound_shipments WHERE channel_id = ? AND is_final = 0 AND inbound_plan_id IS NULL LIMIT 1
    )sql");
    statement.bind(channel);
    return statement.step();
}

// ---- items

std::vector<std::string> FbaRepo::items(FbaShipmentId id, std::int64_t walk) {
    db::Statement statement(
        session_, "SELECT payload FROM fba_inbound_items WHERE shipment_id = ? AND walk = ? ORDER BY position");
    statement.bind(id, walk);
    std::vector<std::string> items;
    while (statement.step()) items.push_back(statement.string(0));
    return items;
}

namespace {

std::int64_t shown_walk(db::Session& session, FbaShipmentId id) {
    db::Statement statement(session, "SELECT items_walk FROM fba_inbound_shipments WHERE id = ?");
    statement.bind(id);
    return statement.step() ? statement.integer(0) : 0;
}

void forget_staged(db::Session& session, FbaShipmentId id, std::int64_t after_walk, std::int64_t from_page) {
    db::Statement statement(session, "DELETE FROM fba_inbound_items WHERE shipment_id = ? AND walk > ? AND page >= ?");
    statement.bind(id, after_walk, from_page).exec();
}

}  // namespace

std::int64_t FbaRepo::stage_items(FbaShipmentId id, std::int64_t page, const std::vector<Item>& items) {
    const std::int64_t shown = shown_walk(session_, id);
    // After a crash behind this page's storing it comes once more, and must not look like a page without news.
    forget_staged(session_, id, shown, page <= 1 ? 0 : page);
    db::Statement last(session_,
                       "SELECT coalesce(max(position), 0) FROM fba_inbound_items WHERE shipment_id = ? AND walk = ?");
    last.bind(id, shown + 1);
    last.step();
    std::int64_t position = last.integer(0);
    std::int64_t fresh = 0;
    db::Statement statement(session_, R"sql(
        INSERT INTO fba_inbound_items (shipment_id, walk, position, page, item_key, payload) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (shipment_id, walk, item_key) DO NOTHING
    )sql");
    for (const Item& item : items) {
        statement.bind(id, shown + 1, position + 1, page, item.key, item.payload);
        if (statement.exec() == 1) {
            ++position;
            ++fresh;
        }
        statement.reset();
    }
    return fresh;
}

bool FbaRepo::show_staged(FbaShipmentId id, Timestamp now) {
    const std::int64_t shown = shown_walk(session_, id);
    const bool changed = shown == 0 || items(id, shown) != items(id, shown + 1);
    db::Statement forget(session_, "DELETE FROM fba_inbound_items WHERE shipment_id = ? AND walk <= ?");
    forget.bind(id, shown).exec();
    db::Statement statement(session_, R"sql(
        UPDATE fba_inbound_shipments SET items_walk = ?, items_at_ms = ?, item_failures = 0, items_retry_at_ms = NULL
        WHERE id = ?
    )sql");
    statement.bind(shown + 1, now, id).exec();
    if (changed) {
        db::Statement touch(session_, "UPDATE fba_inbound_shipments SET seq = ?, updated_at_ms = ? WHERE id = ?");
        touch.bind(session_.next_sequence(), now, id).exec();
    }
    return changed;
}

void FbaRepo::drop_staged(FbaShipmentId id, Timestamp retry_at) {
    forget_staged(session_, id, shown_walk(session_, id), 0);
    db::Statement statement(session_, R"sql(
        UPDATE fba_inbound_shipments SET item_failures = item_failures + 1, items_retry_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(retry_at, id).exec();
}

// ---- batches

std::vector<FbaShipmentId> FbaRepo::without_items(ChannelId channel, Timestamp now, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT id FROM fba_inbound_shipments
        WHERE channel_id = ? AND is_final = 0 AND items_at_ms IS NULL AND item_batch_id IS NULL
          AND (items_retry_at_ms IS NULL OR items_retry_at_ms <= ?)
        ORDER BY id LIMIT ?
    )sql");
    statement.bind(channel, now, limit);
    std::vector<FbaShipmentId> ids;
    while (statement.step()) ids.push_back(statement.id<FbaShipmentId>(0));
    return ids;
}

std::int64_t FbaRepo::make_batch(AccountId account, ChannelId channel, const std::vector<FbaShipmentId>& shipments,
                                 Timestamp now) {
    db::Statement statement(session_,
                            "INSERT INTO fba_item_batches (account_id, channel_id, created_at_ms) VALUES (?, ?, ?)");
    statement.bind(account, channel, now);
    const std::int64_t batch = statement.insert();
    for (const FbaShipmentId id : shipments) {
        db::Statement join(session_,
                           "UPDATE fba_inbound_shipments SET item_batch_id = ? WHERE id = ? AND channel_id = ?");
        join.bind(batch, id, channel).exec();
    }
    return batch;
}

std::vector<std::int64_t> FbaRepo::batches(ChannelId channel) {
    db::Statement statement(session_, "SELECT id FROM fba_item_batches WHERE channel_id = ? ORDER BY id");
    statement.bind(channel);
    std::vector<std::int64_t> ids;
    while (statement.step()) ids.push_back(statement.integer(0));
    return ids;
}

std::optional<FbaInboundShipment> FbaRepo::next_in_batch(std::int64_t batch) {
    db::Statement statement(session_, CROSSDOCK_FBA_COLUMNS "WHERE item_batch_id = ? ORDER BY id LIMIT 1");
    statement.bind(batch);
    return read_one_fba_shipment(statement);
}

void FbaRepo::leave_batch(FbaShipmentId id) {
    db::Statement statement(session_, "UPDATE fba_inbound_shipments SET item_batch_id = NULL WHERE id = ?");
    statement.bind(id).exec();
}

void FbaRepo::drop_batch(std::int64_t batch) {
    db::Statement release(session_, "UPDATE fba_inbound_shipments SET item_batch_id = NULL WHERE item_batch_id = ?");
    release.bind(batch).exec();
    db::Statement statement(session_, "DELETE FROM fba_item_batches WHERE id = ?");
    statement.bind(batch).exec();
}

}  // namespace crossdock::store
