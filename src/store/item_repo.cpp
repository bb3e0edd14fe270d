// SPDX-License-Identifier: Apache-2.0
#include "store/item_repo.h"

#include <algorithm>

#include "base/text.h"
#include "store/restored.h"

namespace crossdock::store {
namespace {

ItemForPush read_for_push(const db::Statement& row) {
    ItemForPush item;
    item.id = row.id<ItemId>(0);
    item.channel_id = row.id<ChannelId>(1);
    item.variant_id = row.string(2);
    item.location_id = row.string(3);
    item.sku = row.optional_string(4);
    item.attrs = row.string(5);
    item.tracked = row.flag(6);
    item.status = domain::parse_item_status(row.text(7)).value_or(domain::ItemStatus::active);
    return item;
}

/// The rendition says the status twice; both follow when the hub itself changes it.
std::string with_status(std::string members, domain::ItemStatus status) {
    const auto replace = [&](std::string_view from_mark, std::string_view upto_mark, const std::string& value) {
        const auto from = members.find(from_mark);
        if (from == std::string::npos) return;
        const auto start = from + from_mark.size();
        const auto end = members.find(upto_mark, start);
        if (end != std::string::npos) members.replace(start, end - start, value);
    };
    replace("\"status\":\"", "\",\"active\":", std::string{domain::to_string(status)});
    replace("\",\"active\":", ",\"updated_at_remote\"", status == domain::ItemStatus::active ? "true" : "false");
    return members;
}

}  // namespace

std::pair<ItemId, ItemChange> ItemRepo::upsert(const Write& write) {
    const domain::Item& item = write.item;
    // A view, because what is bound must live until the statement has run.
    const std::string_view location = item.location_id ? std::string_view{*item.location_id} : std::string_view{};
    db::Statement held(session_, "SELECT id, content_hash FROM items WHERE channel_id = ? AND variant_id = ? AND location_id = ?");
    held.bind(write.channel, item.variant_id, location);
    if (!held.step()) {
        db::Statement insert(session_, R"sql(
            INSERT INTO items (id, account_id, channel_id, variant_id, location_id, sku, status, tracked, channel_quantity,
                               remote_updated_at_ms, changed_at_ms, attrs, body, payload, content_hash, walk, seq, created_at_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        )sql");
        insert.bind(next_id(session_, "items"), write.account, write.channel, item.variant_id, location, item.sku, domain::to_string(item.status),
                    item.tracked, item.channel_quantity, item.updated_at_remote, item.updated_at_remote.value_or(write.now),
                    item.attrs_json, write.members, item.raw_json, write.content_hash, write.walk, session_.next_sequence(),
                    write.now);
        return {ItemId{insert.insert()}, ItemChange::created};
    }
    const auto id = held.id<ItemId>(0);
    if (held.text(1) == write.content_hash) {
        db::Statement seen(session_, "UPDATE items SET walk = max(walk, ?) WHERE id = ? AND walk < ?");
        seen.bind(write.walk, id, write.walk).exec();
        return {id, ItemChange::none};
    }
    db::Statement update(session_, R"sql(
        UPDATE items SET sku = ?, status = ?, tracked = ?, channel_quantity = ?, remote_updated_at_ms = ?, changed_at_ms = ?,
               attrs = ?, body = ?, payload = ?, content_hash = ?, walk = max(walk, ?), seq = ?
        WHERE id = ?
    )sql");
    update.bind(item.sku, domain::to_string(item.status), item.tracked, item.channel_quantity, item.updated_at_remote,
                item.updated_at_remote.value_or(write.now), item.attrs_json, write.members, item.raw_json, write.content_hash,
                write.walk, session_.next_sequence(), id);
    update.exec();
    return {id, ItemChange::updated};
}

std::int64_t ItemRepo::deactivate_other_locations(ChannelId channel, std::string_view variant_id,
                                                  const std::vector<std::string>& locations, Timestamp now) {
    db::Statement rows(session_, R"sql(
        SELECT id, location_id, body FROM items WHERE channel_id = ? AND variant_id = ? AND status = 'active'
    )sql");
    rows.bind(channel, variant_id);
    std::vector<std::pair<ItemId, std::string>> gone;
    while (rows.step())
        if (std::find(locations.begin(), locations.end(), rows.text(1)) == locations.end())
            gone.emplace_back(rows.id<ItemId>(0), rows.string(2));
    for (const auto& [id, body] : gone) {
        const std::string members = with_status(body, domain::ItemStatus::inactive);
        db::Statement update(session_, "UPDATE items SET status = 'inactive', body = ?, content_hash = '', changed_at_ms = ?, seq = ? WHERE id = ?");
        update.bind(members, now, session_.next_sequence(), id).exec();
    }
    return static_cast<std::int64_t>(gone.size());
}

std::vector<ItemId> ItemRepo::retire_unseen(ChannelId channel, std::int64_t walk, domain::ItemStatus as, Timestamp now, std::int64_t limit) {
    db::Statement rows(session_, R"sql(
        SELECT id, body FROM items WHERE channel_id = ? AND walk < ? AND status NOT IN (?, 'retired', 'inactive') LIMIT ?
    )sql");
    rows.bind(channel, walk, domain::to_string(as), limit);
    std::vector<std::pair<ItemId, std::string>> gone;
    while (rows.step()) gone.emplace_back(rows.id<ItemId>(0), rows.string(1));
    std::vector<ItemId> ids;
    for (const auto& [id, body] : gone) {
        const std::string members = with_status(body, as);
        db::Statement update(session_, "UPDATE items SET status = ?, body = ?, content_hash = '', changed_at_ms = ?, seq = ? WHERE id = ?");
        update.bind(domain::to_string(as), members, now, session_.next_sequence(), id).exec();
        ids.push_back(id);
    }
    return ids;
}

std::optional<std::int64_t> ItemRepo::stock_of(ChannelId channel, std::string_view variant_id) {
    db::Statement statement(session_, R"sql(
        SELECT sum(channel_quantity) FROM items
        WHERE channel_id = ? AND variant_id = ? AND tracked = 1 AND status = 'active' AND channel_quantity IS NOT NULL
    )sql");
    statement.bind(channel, variant_id);
    return statement.step() ? statement.optional_integer(0) : std::nullopt;
}

std::vector<std::pair<domain::ItemStatus, std::int64_t>> ItemRepo::count_by_status(AccountId account, ChannelId channel) {
    db::Statement statement(session_, R"sql(
        SELECT status, count(*) FROM items WHERE account_id = ? AND channel_id = ? GROUP BY status ORDER BY status
    )sql");
    statement.bind(account, channel);
    std::vector<std::pair<domain::ItemStatus, std::int64_t>> counts;
    while (statement.step())
        if (const auto status = domain::parse_item_status(statement.text(0)))
            counts.emplace_back(*status, statement.integer(1));
    return counts;
}

std::optional<std::string> ItemRepo::show(AccountId account, ItemId id) {
    db::Statement statement(session_, "SELECT body FROM items WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

std::optional<ItemForPush> ItemRepo::get(AccountId account, ItemId id) {
    db::Statement statement(session_, R"sql(
        SELECT id, channel_id, variant_id, location_id, sku, attrs, tracked, status FROM items WHERE id = ? AND account_id = ?
    )sql");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return read_for_push(statement);
}

std::vector<ItemForPush> ItemRepo::with_sku(ChannelId channel, std::string_view sku) {
    db::Statement statement(session_, R"sql(
        SELECT id, channel_id, variant_id, location_id, sku, attrs, tracked, status FROM items
        WHERE channel_id = ? AND sku = ? ORDER BY id
    )sql");
    statement.bind(channel, sku);
    std::vector<ItemForPush> items;
    while (statement.step()) items.push_back(read_for_push(statement));
    return items;
}

namespace {

std::string item_conditions(const ItemListQuery& query) {
    std::string sql = " FROM items WHERE account_id = ?";
    if (query.channel) sql += " AND channel_id = ?";
    if (query.after_seq) sql += " AND seq > ?";
    else if (query.since) sql += query.after_id ? " AND (changed_at_ms, id) > (?, ?)" : " AND changed_at_ms >= ?";
    else if (query.after_id) sql += " AND id > ?";
    if (query.status) sql += " AND status = ?";
    return sql;
}

int bind_item_conditions(db::Statement& statement, const ItemListQuery& query) {
    int at = 1;
    statement.bind_at(at++, query.account);
    if (query.channel) statement.bind_at(at++, *query.channel);
    if (query.after_seq) statement.bind_at(at++, *query.after_seq);
    else if (query.since) statement.bind_at(at++, *query.since);
    if (query.after_id && !query.after_seq) statement.bind_at(at++, *query.after_id);
    if (query.status) statement.bind_at(at++, domain::to_string(*query.status));
    return at;
}

}  // namespace

std::int64_t ItemRepo::count(const ItemListQuery& query) {
    ItemListQuery scope = query;
    scope.after_seq.reset();
    scope.after_id.reset();
    db::Statement statement(session_, "SELECT count(*)" + item_conditions(scope));
    bind_item_conditions(statement, scope);
    statement.step();
    return statement.integer(0);
}

void ItemRepo::list(const ItemListQuery& query, const std::function<bool(const ItemRow&)>& row) {
    std::string sql = "SELECT id, body, seq, changed_at_ms";
    if (query.with_payload) sql += ", payload";
    sql += item_conditions(query);
    sql += query.after_seq ? " ORDER BY seq" : query.since ? " ORDER BY changed_at_ms, id" : " ORDER BY id";
    sql += " LIMIT ? OFFSET ?";
    db::Statement statement(session_, sql);
    int at = bind_item_conditions(statement, query);
    statement.bind_at(at++, query.limit);
    statement.bind_at(at, query.after_seq ? 0 : query.offset);
    while (statement.step()) {
        const ItemRow found{statement.integer(0), statement.text(1), query.with_payload ? statement.text(4) : std::string_view{"null"},
                            statement.integer(2), statement.time(3)};
        if (!row(found)) return;
    }
}

// ---- carriers and locations

bool CarrierRepo::replace(AccountId account, ChannelId channel, const std::vector<domain::CarrierCode>& codes) {
    std::vector<domain::CarrierCode> held;
    db::Statement rows(session_, "SELECT code, display_name FROM carrier_codes WHERE channel_id = ? ORDER BY code_key");
    rows.bind(channel);
    while (rows.step()) held.push_back({rows.string(0), rows.string(1)});
    std::vector<domain::CarrierCode> sorted = codes;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return to_lower(a.code) < to_lower(b.code); });
    if (sorted == held) return false;
    db::Statement forget(session_, "DELETE FROM carrier_codes WHERE channel_id = ?");
    forget.bind(channel).exec();
    db::Statement insert(session_, R"sql(
        INSERT INTO carrier_codes (account_id, channel_id, code_key, code, display_name) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, code_key) DO NOTHING
    )sql");
    for (const domain::CarrierCode& code : sorted) {
        const std::string key = to_lower(code.code);
        insert.bind(account, channel, key, code.code, code.display_name).exec();
        insert.reset();
    }
    return true;
}

std::optional<std::string> CarrierRepo::canonical(ChannelId channel, std::string_view code) {
    const std::string key = to_lower(trim(code));
    db::Statement statement(session_, "SELECT code FROM carrier_codes WHERE channel_id = ? AND code_key = ?");
    statement.bind(channel, key);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

std::vector<CarrierRepo::Row> CarrierRepo::list(AccountId account, std::optional<std::string> provider) {
    std::string sql =
        "SELECT c.provider, k.code, min(k.display_name) FROM channels c JOIN carrier_codes k ON k.channel_id = c.id "
        "WHERE c.account_id = ?";
    if (provider) sql += " AND c.provider = ?";
    sql += " GROUP BY c.provider, k.code ORDER BY c.provider, k.code";
    db::Statement statement(session_, sql);
    statement.bind_at(1, account);
    if (provider) statement.bind_at(2, *provider);
    std::vector<Row> rows;
    while (statement.step()) rows.push_back({statement.string(0), statement.string(1), statement.string(2)});
    return rows;
}

std::int64_t CarrierRepo::count(ChannelId channel) {
    db::Statement statement(session_, "SELECT count(*) FROM carrier_codes WHERE channel_id = ?");
    statement.bind(channel);
    statement.step();
    return statement.integer(0);
}

void LocationRepo::upsert(AccountId account, ChannelId channel, const domain::Location& location) {
    db::Statement statement(session_, R"sql(
        INSERT INTO locations (account_id, channel_id, external_id, name, active) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, external_id) DO UPDATE SET name = excluded.name, active = excluded.active
    )sql");
    statement.bind(account, channel, location.external_id, location.name, location.active).exec();
}

std::optional<std::string> LocationRepo::name_of(ChannelId channel, std::string_view external_id) {
    db::Statement statement(session_, "SELECT name FROM locations WHERE channel_id = ? AND external_id = ?");
    statement.bind(channel, external_id);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

}  // namespace crossdock::store
