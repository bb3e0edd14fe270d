// SPDX-License-Identifier: Apache-2.0
#include "store/refund_repo.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "store/restored.h"

namespace crossdock::store {

std::optional<HeldRefund> RefundRepo::find_held(ChannelId channel, std::string_view external_refund_id) {
    db::Statement statement(session_, R"sql(
        SELECT id, content_hash, remote_updated_at_ms, settled FROM refunds WHERE channel_id = ? AND external_refund_id = ?
    )sql");
    statement.bind(channel, external_refund_id);
    if (!statement.step()) return std::nullopt;
    return HeldRefund{statement.id<RefundId>(0), statement.string(1), statement.optional_time(2), statement.flag(3)};
}

RefundId RefundRepo::insert(const Write& write) {
    const domain::Refund& refund = write.refund;
    db::Statement statement(session_, R"sql(
        INSERT INTO refunds (id, account_id, channel_id, external_order_id, external_refund_id, occurred_at_ms,
                             remote_updated_at_ms, currency, total_minor, settled, content_hash, body, payload, context, seq,
                             created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(next_id(session_, "refunds"), write.account, write.channel, refund.external_order_id, refund.external_refund_id, refund.occurred_at,
                   write.remote_updated_at, refund.currency, domain::minor_of(refund.total_amount), refund.settled, write.content_hash,
                   write.members, write.payload, write.context, session_.next_sequence(), write.now);
    return RefundId{statement.insert()};
}

void RefundRepo::update(RefundId id, const Write& write) {
    const domain::Refund& refund = write.refund;
    db::Statement statement(session_, R"sql(
        UPDATE refunds SET occurred_at_ms = ?, remote_updated_at_ms = ?, currency = ?, total_minor = ?, settled = ?,
               content_hash = ?, body = ?, payload = ?, context = ?, seq = ?
        WHERE id = ? AND account_id = ?
    )sql");
    statement.bind(refund.occurred_at, write.remote_updated_at, refund.currency, domain::minor_of(refund.total_amount), refund.settled,
                   write.content_hash, write.members, write.payload, write.context, session_.next_sequence(), id, write.account);
    statement.exec();
}

bool RefundRepo::is_known_otherwise(ChannelId channel, const std::vector<std::string>& aliases, std::string_view external_refund_id) {
    for (const std::string& alias : aliases) {
        db::Statement statement(session_, "SELECT external_refund_id FROM refund_aliases WHERE channel_id = ? AND alias = ?");
        statement.bind(channel, alias);
        if (statement.step() && statement.text(0) != external_refund_id) return true;
    }
    return false;
}

bool RefundRepo::settle_known(ChannelId channel, const std::vector<std::string>& aliases) {
    std::int64_t settled = 0;
    for (const std::string& alias : aliases) {
        db::Statement statement(session_, R"sql(
            UPDATE refunds SET settled = 1 WHERE channel_id = ? AND settled = 0 AND external_refund_id =
                (SELECT external_refund_id FROM refund_aliases WHERE channel_id = ? AND alias = ?)
        )sql");
        settled += statement.bind(channel, channel, alias).exec();
    }
    return settled > 0;
}

void RefundRepo::add_aliases(ChannelId channel, const std::vector<std::string>& aliases, std::string_view external_refund_id) {
    for (const std::string& alias : aliases) {
        db::Statement statement(session_, R"sql(
            INSERT INTO refund_aliases (channel_id, alias, external_refund_id) VALUES (?, ?, ?) ON CONFLICT (channel_id, alias) DO NOTHING
        )sql");
        statement.bind(channel, alias, external_refund_id).exec();
    }
}

namespace {

constexpr const char* kAliases = "hub_aliases";  // a member of the kept context, beside the connector's own

std::string with_aliases(const UnmappedRefund& refund) {
    nlohmann::json context = nlohmann::json::parse(refund.context, nullptr, false);
    if (refund.aliases.empty() || !context.is_object()) return refund.context;
    context[kAliases] = refund.aliases;
    return context.dump();
}

std::vector<std::string> aliases_in(const std::string& text) {
    const nlohmann::json context = nlohmann::json::parse(text, nullptr, false);
    std::vector<std::string> aliases;
    if (context.is_object() && context.contains(kAliases))
        for (const auto& one : context[kAliases])
            if (one.is_string()) aliases.push_back(one.get<std::string>());
    return aliases;
}

}  // namespace

void RefundRepo::keep_unmapped(ChannelId channel, const UnmappedRefund& refund, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO unmapped_refunds (channel_id, external_refund_id, external_order_id, payload, context, fetched_at_ms)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, external_refund_id) DO UPDATE SET payload = excluded.payload, context = excluded.context,
            fetched_at_ms = excluded.fetched_at_ms
    )sql");
    const std::string context = with_aliases(refund);
    statement.bind(channel, refund.external_refund_id, refund.external_order_id, refund.payload, context, now).exec();
}

void RefundRepo::forget_unmapped(ChannelId channel, std::string_view external_refund_id) {
    db::Statement statement(session_, "DELETE FROM unmapped_refunds WHERE channel_id = ? AND external_refund_id = ?");
    statement.bind(channel, external_refund_id).exec();
}

std::vector<UnmappedRefund> RefundRepo::unmapped(ChannelId channel, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT external_refund_id, external_order_id, payload, context FROM unmapped_refunds WHERE channel_id = ?
        ORDER BY external_refund_id LIMIT ?
    )sql");
    statement.bind(channel, limit);
    std::vector<UnmappedRefund> refunds;
    while (statement.step())
        refunds.push_back({statement.string(0), statement.string(1), statement.string(2), statement.string(3), aliases_in(statement.string(3))});
    return refunds;
}

std::vector<std::string> RefundRepo::ids_of_order(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, R"sql(
        SELECT external_refund_id FROM refunds WHERE channel_id = ? AND external_order_id = ?
        UNION SELECT external_refund_id FROM unmapped_refunds WHERE channel_id = ? AND external_order_id = ?
    )sql");
    statement.bind(channel, external_order_id, channel, external_order_id);
    std::vector<std::string> ids;
    while (statement.step()) ids.push_back(statement.string(0));
    return ids;
}

domain::Refunded RefundRepo::refunded(ChannelId channel, std::string_view external_order_id, std::string_view currency) {
    db::Statement statement(session_, R"sql(
        SELECT coalesce(sum(total_minor), 0), count(*) - count(total_minor) FROM refunds
        WHERE channel_id = ? AND external_order_id = ? AND currency = ? AND settled = 1
    )sql");
    statement.bind(channel, external_order_id, currency);
    statement.step();
    return {statement.integer(0), statement.integer(1)};
}

std::vector<RefundRepo::Acknowledged> RefundRepo::acknowledge(AccountId account, const std::vector<std::int64_t>& ids,
                                                              Timestamp now) {
    std::vector<Acknowledged> acknowledged;
    db::Statement statement(
        session_,
        "UPDATE refunds SET imported_at_ms = ? WHERE id = ? AND account_id = ? AND imported_at_ms IS NULL "
        "RETURNING channel_id");
    for (const std::int64_t id : ids) {
        statement.bind(now, id, account);
        if (statement.step()) acknowledged.push_back({RefundId{id}, statement.id<ChannelId>(0)});
        statement.reset();
    }
    return acknowledged;
}

void RefundRepo::list(const ListQuery& query, const std::function<bool(const RefundRow&)>& row) {
    // Compared with none, no row would be the channel's, and the answer would be a silent nothing.
    if (!query.channel) throw std::logic_error("a list of refunds is of one channel");
    const bool feed = query.position.order == ListPosition::Order::feed;
    std::string sql = "SELECT id, body, imported_at_ms, occurred_at_ms, seq";
    if (query.with_payload) sql += ", payload";
    // The contract makes the channel a must: both indexes start with it.
    sql += " FROM refunds WHERE account_id = ? AND channel_id = ?";
    if (feed) sql += " AND seq > ?";
    else sql += query.position.after_id ? " AND (occurred_at_ms, id) > (?, ?)" : " AND occurred_at_ms >= ?";
    if (query.imported) sql += *query.imported ? " AND imported_at_ms IS NOT NULL" : " AND imported_at_ms IS NULL";
    sql += feed ? " ORDER BY seq LIMIT ?" : " ORDER BY occurred_at_ms, id LIMIT ?";
    db::Statement statement(session_, sql);
    int at = 1;
    statement.bind_at(at++, query.account);
    statement.bind_at(at++, query.channel);
    if (feed) {
        statement.bind_at(at++, query.position.after_seq);
    } else {
        statement.bind_at(at++, query.position.since);
        if (query.position.after_id) statement.bind_at(at++, *query.position.after_id);
    }
    statement.bind_at(at, query.limit);
    while (statement.step()) {
        const RefundRow found{statement.integer(0), statement.text(1),
                              query.with_payload ? statement.text(5) : std::string_view{"null"}, statement.optional_time(2),
                              statement.integer(3), statement.integer(4)};
        if (!row(found)) return;
    }
}

std::optional<RefundRepo::Shown> RefundRepo::show(AccountId account, RefundId id) {
    db::Statement statement(session_, "SELECT body, imported_at_ms, channel_id, external_order_id FROM refunds WHERE id = ? AND account_id = ?");
    statement.bind(id, account);
    if (!statement.step()) return std::nullopt;
    return Shown{statement.string(0), statement.optional_time(1), statement.id<ChannelId>(2), statement.string(3)};
}

std::vector<std::string> RefundRepo::orders_with_unsettled(ChannelId channel, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT DISTINCT external_order_id FROM refunds WHERE channel_id = ? AND settled = 0 ORDER BY external_order_id LIMIT ?
    )sql");
    statement.bind(channel, limit);
    std::vector<std::string> ids;
    while (statement.step()) ids.push_back(statement.string(0));
    return ids;
}

}  // namespace crossdock::store
