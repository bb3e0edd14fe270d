// SPDX-License-Identifier: Apache-2.0
#include "store/order_repo.h"

#include "store/restored.h"

namespace crossdock::store {

std::optional<std::int64_t> OrderRepo::find_version(ChannelId channel, std::string_view external_order_id,
                                                    std::string_view content_hash) {
    db::Statement statement(session_,
                            "SELECT id FROM order_versions WHERE channel_id = ? AND external_order_id = ? AND content_hash = ?");
    statement.bind(channel, external_order_id, content_hash);
    if (!statement.step()) return std::nullopt;
    return statement.integer(0);
}

std::int64_t OrderRepo::add_version(AccountId account, ChannelId channel, std::string_view external_order_id,
                                    Timestamp remote_updated_at, std::string_view content_hash, std::string_view payload,
                                    Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO order_versions (account_id, channel_id, external_order_id, remote_updated_at_ms, fetched_at_ms,
                                    content_hash, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?)
    )sql");
    return statement.bind(account, channel, external_order_id, remote_updated_at, now, content_hash, payload).insert();
}

void OrderRepo::refresh_version(std::int64_t version_id, Timestamp remote_updated_at, std::string_view content_hash,
                                std::string_view payload, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE order_versions SET remote_updated_at_ms = ?, fetched_at_ms = ?, content_hash = ?, payload = ? WHERE id = ?
    )sql");
    statement.bind(remote_updated_at, now, content_hash, payload, version_id).exec();
}

std::optional<Timestamp> OrderRepo::fetched_at(std::int64_t version_id) {
    db::Statement statement(session_, "SELECT fetched_at_ms FROM order_versions WHERE id = ?");
    statement.bind(version_id);
    if (!statement.step()) return std::nullopt;
    return statement.time(0);
}

std::vector<OrderVersion> OrderRepo::versions(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, R"sql(
        SELECT id, external_order_id, remote_updated_at_ms, fetched_at_ms, content_hash FROM order_versions
        WHERE channel_id = ? AND external_order_id = ? ORDER BY id
    )sql");
    statement.bind(channel, external_order_id);
    std::vector<OrderVersion> versions;
    while (statement.step())
        versions.push_back({statement.integer(0), statement.string(1), statement.time(2), statement.time(3), statement.string(4), {}});
    return versions;
}

std::vector<OrderVersion> OrderRepo::payloads_by_age(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, R"sql(
        SELECT id, external_order_id, remote_updated_at_ms, fetched_at_ms, content_hash, payload FROM order_versions
        WHERE channel_id = ? AND external_order_id = ? ORDER BY remote_updated_at_ms, id
    )sql");
    statement.bind(channel, external_order_id);
    std::vector<OrderVersion> versions;
    while (statement.step())
        versions.push_back({statement.integer(0), statement.string(1), statement.time(2), statement.time(3), statement.string(4),
                            statement.string(5)});
    return versions;
}

std::int64_t OrderRepo::count_versions(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, "SELECT count(*) FROM order_versions WHERE channel_id = ? AND external_order_id = ?");
    statement.bind(channel, external_order_id).step();
    return statement.integer(0);
}

bool OrderRepo::drop_version(std::int64_t version_id) {
    // Looked at once more: since it was chosen it may have become the one shown.
    db::Statement statement(session_, R"sql(
        DELETE FROM order_versions WHERE id = ? AND NOT EXISTS (SELECT 1 FROM orders o
            WHERE o.channel_id = order_versions.channel_id AND o.external_order_id = order_versions.external_order_id
              AND o.version_id = order_versions.id)
    )sql");
    return statement.bind(version_id).exec() == 1;
}

std::optional<std::string> OrderRepo::payload_of(std::int64_t version_id) {
    db::Statement statement(session_, "SELECT payload FROM order_versions WHERE id = ?");
    statement.bind(version_id);
    if (!statement.step()) return std::nullopt;
    return statement.string(0);
}

std::optional<HeldOrder> OrderRepo::find_held(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, R"sql(
        SELECT id, remote_updated_at_ms, version_id, meaning_hash, status, payment_status, imported_at_ms, remote_missing_at_ms,
               sort_ms
        FROM orders WHERE channel_id = ? AND external_order_id = ?
    )sql");
    statement.bind(channel, external_order_id);
    if (!statement.step()) return std::nullopt;
    HeldOrder held;
    held.id = statement.id<OrderId>(0);
    held.remote_updated_at = statement.optional_time(1);
    held.version_id = statement.integer(2);
    held.meaning_hash = statement.string(3);
    held.status = domain::parse_order_status(statement.text(4)).value_or(domain::OrderStatus::open);
    held.payment_status = statement.string(5);
    held.imported_at = statement.optional_time(6);
    held.remote_missing = !statement.is_null(7);
    held.listed_at = statement.time(8);
    return held;
}

namespace {

std::optional<std::int64_t> minor(const std::optional<domain::Money>& amount) {
    if (!amount) return std::nullopt;
    return amount->minor;
}

/// A view, because what is bound must live until the statement has run.
std::string_view text_or_empty(const std::optional<std::string>& text) { return text ? std::string_view{*text} : std::string_view{}; }

}  // namespace

OrderId OrderRepo::insert(const Write& write) {
    const domain::Order& order = write.order;
    db::Statement statement(session_, R"sql(
        INSERT INTO orders (id, account_id, channel_id, external_order_id, status, payment_status, order_number, currency,
                            subtotal_minor, shipping_minor, tax_minor, discount_minor, total_minor, ordered_at_ms,
                            remote_updated_at_ms, sort_ms, version_id, meaning_hash, body, seq, created_at_ms, shipped_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(next_id(session_, "orders"), write.account, write.channel, order.external_order_id, domain::to_string(order.status),
                   text_or_empty(order.payment_status), order.order_number_hint, order.currency, minor(order.subtotal_amount),
                   minor(order.shipping_amount), minor(order.tax_amount), minor(order.discount_amount),
                   minor(order.total_amount), order.ordered_at, order.last_remote_update_at,
                   write.listed_at.value_or(order.last_remote_update_at.value_or(order.ordered_at)), write.version_id, write.meaning_hash, write.members,
                   session_.next_sequence(), write.now, order.shipped_by);
    const OrderId id{statement.insert()};
    write_lines(id, write);
    return id;
}

void OrderRepo::update(OrderId id, const Write& write, bool lines_changed) {
    const domain::Order& order = write.order;
    db::Statement statement(session_, R"sql(
        UPDATE orders SET status = ?, payment_status = ?, order_number = ?, currency = ?, subtotal_minor = ?,
               shipping_minor = ?, tax_minor = ?, discount_minor = ?, total_minor = ?, ordered_at_ms = ?,
               remote_updated_at_ms = ?, sort_ms = ?, version_id = ?, meaning_hash = ?, body = ?, seq = ?,
               remote_missing_at_ms = NULL, shipped_by = ?
        WHERE id = ? AND account_id = ?
    )sql");
    statement.bind(domain::to_string(order.status), text_or_empty(order.payment_status), order.order_number_hint, order.currency,
                   minor(order.subtotal_amount), minor(order.shipping_amount), minor(order.tax_amount),
                   minor(order.discount_amount), minor(order.total_amount), order.ordered_at, order.last_remote_update_at,
                   write.listed_at.value_or(order.last_remote_update_at.value_or(order.ordered_at)), write.version_id, write.meaning_hash, write.members,
                   session_.next_sequence(), order.shipped_by, id, write.account);
    statement.exec();
    if (!lines_changed) return;
    db::Statement forget(session_, "DELETE FROM order_lines WHERE order_id = ?");
    forget.bind(id).exec();
    write_lines(id, write);
}

void OrderRepo::write_lines(OrderId id, const Write& write) {
    db::Statement statement(session_, R"sql(
        INSERT INTO order_lines (account_id, channel_id, order_id, position, external_line_id, sku, variant_id,
                                 assigned_location_id, item_id, quantity, shippable_quantity)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    std::int64_t position = 0;
    for (const domain::OrderLine& line : write.order.lines) {
        statement.bind(write.account, write.channel, id, ++position, line.external_line_id, line.sku, line.variant_id,
                       line.assigned_location_id, line.item_id, line.quantity, line.shippable_quantity);
        statement.exec();
        statement.reset();
    }
}

std::optional<ItemId> OrderRepo::resolve_item(ChannelId channel, const domain::OrderLine& line) {
    if (line.variant_id) {
        db::Statement by_variant(session_, "SELECT id, location_id FROM items WHERE channel_id = ? AND variant_id = ? ORDER BY id");
        by_variant.bind(channel, *line.variant_id);
        const std::string location = line.assigned_location_id ? std::to_string(*line.assigned_location_id) : "";
        std::optional<ItemId> first;
        while (by_variant.step()) {
            if (!location.empty() && by_variant.text(1) == location) return by_variant.id<ItemId>(0);
            if (!first) first = by_variant.id<ItemId>(0);
        }
        if (first) return first;
    }
    if (!line.sku) return std::nullopt;
    // A sku that several variants share names none of them.
    db::Statement by_sku(session_, "SELECT id, variant_id, location_id FROM items WHERE channel_id = ? AND sku = ? ORDER BY id");
    by_sku.bind(channel, *line.sku);
    const std::string location = line.assigned_location_id ? std::to_string(*line.assigned_location_id) : "";
    std::optional<ItemId> found;
    std::string variant;
    bool at_location = false;
    while (by_sku.step()) {
        if (!found) variant = by_sku.string(1);
        else if (by_sku.text(1) != variant) return std::nullopt;
        const bool here = !location.empty() && by_sku.text(2) == location;
        if (!found || (here && !at_location)) found = by_sku.id<ItemId>(0);
        at_location = at_location || here;
    }
    return found;
}

std::vector<OrderRepo::Acknowledged> OrderRepo::acknowledge(AccountId account, const std::vector<std::int64_t>& ids,
                                                            Timestamp now) {
    std::vector<Acknowledged> acknowledged;
    db::Statement statement(
        session_,
        "UPDATE orders SET imported_at_ms = ? WHERE id = ? AND account_id = ? AND imported_at_ms IS NULL "
        "RETURNING channel_id");
    for (const std::int64_t id : ids) {
        statement.bind(now, id, account);
        if (statement.step()) acknowledged.push_back({OrderId{id}, statement.id<ChannelId>(0)});
        statement.reset();
    }
    return acknowledged;
}

void OrderRepo::set_remote_missing(OrderId id, std::optional<Timestamp> since) {
    db::Statement statement(session_, "UPDATE orders SET remote_missing_at_ms = ? WHERE id = ?");
    statement.bind(since, id).exec();
}

void OrderRepo::list(const ListQuery& query, const std::function<bool(const OrderRow&)>& row) {
    const bool feed = query.position.order == ListPosition::Order::feed;
    std::string sql = "SELECT o.id, o.body, o.imported_at_ms, o.sort_ms, o.seq";
    sql += query.with_payload ? ", v.payload FROM orders o JOIN order_versions v ON v.id = o.version_id" : " FROM orders o";
    sql += " WHERE o.account_id = ?";
    // Of orders that wait for the ERP there are few: their own index is walked, whatever the channel. The plus keeps the
    // planner from the channel's index, which would walk all that were ever imported.
    if (query.channel) sql += query.imported == false ? " AND +o.channel_id = ?" : " AND o.channel_id = ?";
    if (feed) sql += " AND o.seq > ?";
    else sql += query.position.after_id ? " AND (o.sort_ms, o.id) > (?, ?)" : " AND o.sort_ms >= ?";
    if (!query.statuses.empty()) {
        std::string marks = "?";
        for (std::size_t i = 1; i < query.statuses.size(); ++i) marks += ", ?";
        sql += " AND (o.status IN (" + marks + ") OR o.payment_status IN (" + marks + "))";
    }
    if (query.imported) sql += *query.imported ? " AND o.imported_at_ms IS NOT NULL" : " AND o.imported_at_ms IS NULL";
    sql += feed ? " ORDER BY o.seq LIMIT ?" : " ORDER BY o.sort_ms, o.id LIMIT ?";

    db::Statement statement(session_, sql);
    int at = 1;
    statement.bind_at(at++, query.account);
    if (query.channel) statement.bind_at(at++, *query.channel);
    if (feed) {
        statement.bind_at(at++, query.position.after_seq);
    } else {
        statement.bind_at(at++, query.position.since);
        if (query.position.after_id) statement.bind_at(at++, *query.position.after_id);
    }
    for (int twice = 0; twice < 2; ++twice)
        for (const std::string& status : query.statuses) statement.bind_at(at++, status);
    statement.bind_at(at, query.limit);
    while (statement.step()) {
        const OrderRow found{statement.integer(0), statement.text(1),
                             query.with_payload ? statement.text(5) : std::string_view{"null"}, statement.optional_time(2),
                             statement.integer(3), statement.integer(4)};
        if (!row(found)) return;
    }
}

namespace {

#define CROSSDOCK_ORDER_DETAILS                                                                                          \
    "SELECT id, account_id, channel_id, external_order_id, order_number, body, currency, status, payment_status, "       \
    "ordered_at_ms, created_at_ms, remote_updated_at_ms, imported_at_ms, remote_missing_at_ms, version_id, shipped_by, " \
    "sort_ms "                                                                                                            \
    "FROM orders "

}  // namespace

std::optional<OrderDetails> OrderRepo::read_details(db::Statement& statement) {
    if (!statement.step()) return std::nullopt;
    OrderDetails order;
    order.id = statement.id<OrderId>(0);
    order.account_id = statement.id<AccountId>(1);
    order.channel_id = statement.id<ChannelId>(2);
    order.external_order_id = statement.string(3);
    order.order_number = statement.optional_string(4).value_or("");
    order.members = statement.string(5);
    order.currency = statement.string(6);
    order.status = domain::parse_order_status(statement.text(7)).value_or(domain::OrderStatus::open);
    order.payment_status = statement.string(8);
    order.ordered_at = statement.time(9);
    order.created_at = statement.time(10);
    order.remote_updated_at = statement.optional_time(11);
    order.imported_at = statement.optional_time(12);
    order.remote_missing_at = statement.optional_time(13);
    order.version_id = statement.integer(14);
    order.shipped_by = statement.optional_string(15);
    order.listed_at = statement.time(16);
    return order;
}

std::optional<OrderDetails> OrderRepo::get(AccountId account, OrderId id) {
    db::Statement statement(session_, CROSSDOCK_ORDER_DETAILS "WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    return read_details(statement);
}

std::optional<OrderDetails> OrderRepo::find(AccountId account, ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, CROSSDOCK_ORDER_DETAILS "WHERE channel_id = ? AND external_order_id = ? AND account_id = ?");
    statement.bind(channel, external_order_id, account);
    return read_details(statement);
}

std::vector<OrderId> OrderRepo::with_number(AccountId account, ChannelId channel, std::string_view order_number) {
    db::Statement statement(session_, R"sql(
        SELECT id FROM orders WHERE account_id = ? AND channel_id = ? AND order_number = ? ORDER BY id DESC LIMIT 5
    )sql");
    statement.bind(account, channel, order_number);
    std::vector<OrderId> ids;
    while (statement.step()) ids.push_back(statement.id<OrderId>(0));
    return ids;
}

std::vector<OrderLineRow> OrderRepo::lines(OrderId id) {
    db::Statement statement(session_, R"sql(
        SELECT external_line_id, sku, quantity, shippable_quantity FROM order_lines WHERE order_id = ? ORDER BY position
    )sql");
    statement.bind(id);
    std::vector<OrderLineRow> lines;
    while (statement.step())
        lines.push_back({statement.string(0), statement.optional_string(1), statement.integer(2), statement.integer(3)});
    return lines;
}

std::vector<OrderId> OrderRepo::with_unresolved_lines(ChannelId channel, OrderId after, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT DISTINCT order_id FROM order_lines WHERE channel_id = ? AND order_id > ? AND item_id IS NULL
        ORDER BY order_id LIMIT ?
    )sql");
    statement.bind(channel, after, limit);
    std::vector<OrderId> ids;
    while (statement.step()) ids.push_back(statement.id<OrderId>(0));
    return ids;
}

bool OrderRepo::holds(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, "SELECT 1 FROM order_versions WHERE channel_id = ? AND external_order_id = ? LIMIT 1");
    statement.bind(channel, external_order_id);
    return statement.step();
}

bool OrderRepo::shows_version(ChannelId channel, std::string_view external_order_id, Timestamp updated_at,
                              std::chrono::milliseconds settled) {
    db::Statement statement(session_, R"sql(
        SELECT v.remote_updated_at_ms, v.fetched_at_ms FROM orders o JOIN order_versions v ON v.id = o.version_id
        WHERE o.channel_id = ? AND o.external_order_id = ? AND o.remote_missing_at_ms IS NULL
    )sql");
    statement.bind(channel, external_order_id);
    if (!statement.step()) return false;
    const Timestamp shown = statement.time(0);
    return shown > updated_at || (shown == updated_at && statement.time(1) - shown >= settled);
}

std::vector<std::string> OrderRepo::placed_between(ChannelId channel, Timestamp from, Timestamp upto) {
    db::Statement statement(session_, R"sql(
        SELECT external_order_id FROM orders
        WHERE account_id = (SELECT account_id FROM channels WHERE id = ?) AND channel_id = ?
          AND status IN ('open', 'partially_fulfilled', 'fulfilled', 'closed', 'cancelled')  -- any: for the index
          AND ordered_at_ms >= ? AND ordered_at_ms < ?
    )sql");
    statement.bind(channel, channel, from, upto);
    std::vector<std::string> ids;
    while (statement.step()) ids.push_back(statement.string(0));
    return ids;
}

std::vector<OpenOrder> OrderRepo::still_open(ChannelId channel, Timestamp ordered_at, OrderId id, Timestamp changed_before,
                                             std::int64_t limit) {
    // The condition on the status is that of the index orders_still_open, word for word.
    db::Statement statement(session_, R"sql(
        SELECT id, external_order_id, ordered_at_ms FROM orders
        WHERE channel_id = ? AND status IN ('open', 'partially_fulfilled') AND (ordered_at_ms, id) > (?, ?)
          AND sort_ms < ? AND remote_missing_at_ms IS NULL
        ORDER BY ordered_at_ms, id LIMIT ?
    )sql");
    statement.bind(channel, ordered_at, id, changed_before, limit);
    std::vector<OpenOrder> orders;
    while (statement.step()) orders.push_back({statement.id<OrderId>(0), statement.string(1), statement.time(2)});
    return orders;
}

std::int64_t OrderRepo::unacknowledged_units(ChannelId channel, std::string_view variant_id) {
    db::Statement statement(session_, R"sql(
        SELECT coalesce(sum(l.shippable_quantity), 0) FROM items i
        JOIN order_lines l ON l.item_id = i.id JOIN orders o ON o.id = l.order_id
        WHERE i.channel_id = ? AND i.variant_id = ? AND o.imported_at_ms IS NULL AND o.status IN ('open', 'partially_fulfilled')
    )sql");
    statement.bind(channel, variant_id);
    statement.step();
    return statement.integer(0);
}

bool OrderRepo::any_changed_since(ChannelId channel, std::string_view variant_id, Timestamp since) {
    db::Statement statement(session_, R"sql(
        SELECT 1 FROM items i JOIN order_lines l ON l.item_id = i.id JOIN orders o ON o.id = l.order_id
        WHERE i.channel_id = ? AND i.variant_id = ? AND o.sort_ms >= ? LIMIT 1
    )sql");
    statement.bind(channel, variant_id, since);
    return statement.step();
}

Timestamp OrderRepo::undated_change(AccountId account, ChannelId channel) {
    constexpr std::chrono::milliseconds kTick{1};
    constexpr std::chrono::seconds kRoom{10};  // for ten thousand changes, each under a time of its own
    constexpr std::int64_t kMostOfOneTime = 50;  // more than a page of them would hold up a poller
    db::Statement last(session_, "SELECT coalesce(max(sort_ms), 0) FROM orders WHERE account_id = ? AND channel_id = ?");
    last.bind(account, channel).step();
    const Timestamp newest = last.time(0);
    db::Statement read(session_, R"sql(
        SELECT coalesce(min(coalesce(s.watermark_ms, 0)), 0) FROM channels c
        LEFT JOIN sync_streams s ON s.channel_id = c.id AND s.stream = 'orders'
        WHERE c.account_id = ? AND c.enabled = 1
    )sql");
    read.bind(account).step();
    const Timestamp all_read = read.time(0);
    if (newest < all_read) return std::max(newest + kTick, all_read - kRoom);
    db::Statement crowd(session_, R"sql(
        SELECT count(*) FROM (SELECT 1 FROM orders WHERE account_id = ? AND channel_id = ? AND sort_ms = ? LIMIT ?) AS same
    )sql");
    crowd.bind(account, channel, newest, kMostOfOneTime).step();
    return crowd.integer(0) < kMostOfOneTime ? newest : newest + kTick;
}

std::int64_t OrderRepo::count(AccountId account) {
    db::Statement statement(session_, "SELECT count(*) FROM orders WHERE account_id = ?");
    statement.bind(account);
    statement.step();
    return statement.integer(0);
}

}  // namespace crossdock::store
