// SPDX-License-Identifier: Apache-2.0
#include "store/erasure_repo.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "domain/person.h"

namespace crossdock::store {
namespace {

/// In place of a line of an export. No JSON: whatever of the order may still come beside it is not taken for all of it.
constexpr std::string_view kErasedLine = "(erased)";

using Texts = std::set<std::string, std::less<>>;

/// Whether one of these texts, escaped as in JSON, is a string in it. One look at each string, however many are sought.
bool holds_text(std::string_view json, const Texts& wanted) {
    for (std::size_t at = json.find('"'); at < json.size(); at = json.find('"', at + 1)) {
        const std::size_t begin = at + 1;
        for (at = begin; at < json.size() && json[at] != '"'; ++at)
            if (json[at] == '\\') ++at;
        if (at < json.size() && wanted.contains(json.substr(begin, at - begin))) return true;
    }
    return false;
}

OrderToErase read_found(const db::Statement& row) {
    return {row.id<OrderId>(0), row.id<AccountId>(1), row.id<ChannelId>(2), row.string(3), row.time(4)};
}

}  // namespace

Erased& Erased::operator+=(const Erased& other) {
    orders += other.orders;
    versions += other.versions;
    refunds += other.refunds;
    hints += other.hints;
    deliveries += other.deliveries;
    messages += other.messages;
    return *this;
}

Erased ErasureRepo::erase(const OrderToErase& order) {
    Erased done;
    std::string members;
    std::string meaning;
    {
        db::Statement held(session_, "SELECT body, meaning_hash FROM orders WHERE id = ? AND account_id = ?");
        held.bind(order.id, order.account);
        if (!held.step() || is_erased(held.text(1))) return done;
        members = held.string(0);
        meaning = held.string(1);
    }
    // The number of the commit order stays: for an ERP that follows the feed nothing happened that it must know of.
    done.orders = db::Statement(session_, "UPDATE orders SET body = ?, meaning_hash = ? WHERE id = ?")
                      .bind(domain::members_without_person(members), std::string{kErasedMark} + meaning, order.id)
                      .exec();
    done.versions =
        db::Statement(session_, "UPDATE order_versions SET payload = ? WHERE channel_id = ? AND external_order_id = ?")
            .bind(kErasedPayload, order.channel, order.external_order_id)
            .exec();

    struct Row {
        std::int64_t id;
        std::string text;
    };
    const auto rows = [&](const std::string& sql, const auto&... values) {
        db::Statement statement(session_, sql);
        statement.bind(values...);
        std::vector<Row> found;
        while (statement.step()) found.push_back({statement.integer(0), statement.string(1)});
        return found;
    };
    const auto refunds = rows("SELECT id, body FROM refunds WHERE channel_id = ? AND external_order_id = ?",
                              order.channel, order.external_order_id);
    for (const Row& refund : refunds)
        done.refunds += db::Statement(session_, "UPDATE refunds SET body = ?, payload = ?, context = '{}' WHERE id = ?")
                            .bind(domain::members_without_person(refund.text), kErasedPayload, refund.id)
                            .exec();
    // What is not understood is told in words that may quote it.
    done.messages += db::Statement(session_, R"sql(
        UPDATE problems SET message = '(erased)' WHERE channel_id = ? AND subject = 'refund' AND subject_key IN (
            SELECT external_refund_id FROM refunds WHERE channel_id = ? AND external_order_id = ?)
    )sql")
                         .bind(order.channel, order.channel, order.external_order_id)
                         .exec();
    // The books are short of it: it stays listed, with what is to be done.
    done.messages += db::Statement(session_, R"sql(
        UPDATE problems SET message = ? WHERE channel_id = ? AND subject = 'refund' AND subject_key IN (
            SELECT external_refund_id FROM unmapped_refunds WHERE channel_id = ? AND external_order_id = ?)
    )sql")
                         .bind(kUnreadRefund, order.channel, order.channel, order.external_order_id)
                         .exec();
    done.refunds += db::Statement(session_,
                                  "UPDATE unmapped_refunds SET payload = ?, context = '{}' WHERE channel_id = ? AND "
                                  "external_order_id = ?")
                        .bind(kErasedPayload, order.channel, order.external_order_id)
                        .exec();

    // Calls of webhooks carry whole orders. Which order one is about stands in its text alone.
    done.hints =
        db::Statement(session_, "UPDATE webhooks_received SET body = ? WHERE channel_id = ? AND instr(body, ?) > 0")
            .bind(kErasedPayload, order.channel, order.external_order_id)
            .exec();

    empty_export(order);

    // With what channels answered: their own words may quote an address.
    const auto blank_words = [&](std::string_view subject, std::int64_t subject_id) {
        for (const Row& event :
             rows("SELECT seq, data FROM events WHERE subject = ? AND subject_id = ?", subject, subject_id))
            db::Statement(session_, "UPDATE events SET data = ? WHERE seq = ?")
                .bind(domain::without_words(event.text), event.id)
                .exec();
    };
    const auto blank_problem = [&](std::string_view subject, std::string_view subject_key) {
        return db::Statement(session_,
                             "UPDATE problems SET message = '(erased)' WHERE channel_id = ? AND subject = ? AND "
                             "subject_key = ?")
            .bind(order.channel, subject, subject_key)
            .exec();
    };
    const auto blank_told = [&](std::string_view subject, std::int64_t subject_id) {
        for (const Row& told : rows("SELECT b.seq, b.body FROM events e JOIN webhook_bodies b ON b.seq = e.seq "
                                    "WHERE e.subject = ? AND e.subject_id = ?",
                                    subject, subject_id))
            done.deliveries += db::Statement(session_, "UPDATE webhook_bodies SET body = ? WHERE seq = ?")
                                   .bind(domain::without_words(domain::v2_without_person(told.text)), told.id)
                                   .exec();
        // What receivers answered to it may repeat what they were sent.
        db::Statement(session_, R"sql(
            UPDATE webhook_attempts SET answer = '' WHERE answer <> '' AND delivery_id IN (
                SELECT d.id FROM events e JOIN webhook_deliveries d ON d.event_seq = e.seq WHERE e.subject = ? AND e.subject_id = ?)
        )sql")
            .bind(subject, subject_id)
            .exec();
    };
    blank_told("order", order.id.value);
    for (const Row& refund : refunds) blank_told("refund", refund.id);

    const auto empty_waiting_files = [&](bool of_orders, std::int64_t id) {
        db::Statement(session_, R"sql(
            UPDATE exchange_files_out SET content = '', manifest = '' WHERE account_id = ? AND written_at_ms IS NULL
                AND (kind = 'orders') = ? AND instr(',' || ids || ',', ?) > 0
        )sql")
            .bind(order.account, of_orders ? 1 : 0, "," + std::to_string(id) + ",")
            .exec();
    };
    empty_waiting_files(true, order.id.value);
    for (const Row& refund : refunds) empty_waiting_files(false, refund.id);

    const auto shipments = rows("SELECT id, '' FROM shipments WHERE order_id = ?", order.id);
    for (const Row& shipment : shipments) {
        blank_told("shipment", shipment.id);
        blank_words("shipment", shipment.id);
        done.messages += blank_problem("shipment", std::to_string(shipment.id));
    }
    // What is to be done about this order alone. Those that are through are forgotten within days.
    const auto blank_jobs = [&](const std::string& key) {
        // In the words of the indexes.
        for (const char* state : {"state IN ('ready', 'running', 'retry', 'quarantined')", "state = 'dead'"})
            for (const Row& job : rows("SELECT id, '' FROM jobs WHERE unique_key = ? AND last_error IS NOT NULL AND " +
                                           std::string{state},
                                       key)) {
                done.messages +=
                    db::Statement(session_, "UPDATE jobs SET last_error = '(erased)' WHERE id = ?").bind(job.id).exec();
                blank_told("job", job.id);
                blank_words("job", job.id);
                blank_problem("job", key);
            }
    };
    for (const Row& shipment : shipments) blank_jobs("push_shipment:" + std::to_string(shipment.id));
    for (const char* kind : {"acknowledge_order", "refresh_order", "pull_order_refunds"})
        blank_jobs(kind + (":" + std::to_string(order.channel.value)) + ":" + order.external_order_id);

    // Answers that are kept for an Idempotency-Key show the order, or what a channel said of it. The same request is
    // carried out anew: all of these are idempotent by nature.
    db::Statement(session_, R"sql(
        DELETE FROM idempotency_keys WHERE account_id = ? AND method = 'POST' AND instr(body, ?) > 0 AND route IN (
            '/v2/orders/{id}/acknowledge', '/v2/refunds/{id}/acknowledge', '/v2/shipments', '/v2/shipments/{id}/retry')
    )sql")
        .bind(order.account, "\"ord_" + std::to_string(order.id.value) + "\"")
        .exec();

    done.messages += db::Statement(session_, R"sql(
        UPDATE push_attempts SET message = NULL WHERE message IS NOT NULL AND
            ((kind = 'shipment' AND push_id IN (SELECT id FROM shipments WHERE order_id = ?)) OR (kind = 'acknowledgement' AND push_id = ?))
    )sql")
                         .bind(order.id, order.id)
                         .exec();
    done.messages +=
        db::Statement(
            session_,
            "UPDATE shipments SET error_message = '(erased)' WHERE order_id = ? AND error_message IS NOT NULL")
            .bind(order.id)
            .exec();
    done.messages += blank_problem("order", order.external_order_id);
    db::Statement(session_, "DELETE FROM problems WHERE channel_id = ? AND subject = 'channel' AND subject_key = ?")
        .bind(order.channel, erasure_key(order.external_order_id))
        .exec();
    std::string plain;
    JsonWriter(plain).begin_object().field("external_order_id", order.external_order_id).end_object();
    db::Statement(session_,
                  "UPDATE events SET data = ? WHERE subject = 'order' AND subject_id = ? AND type = 'order.problem'")
        .bind(plain, order.id)
        .exec();
    return done;
}

/// What an export has put aside for the order cannot be read any more; the order is then fetched by itself
/// (sync/bulk_orders.cpp, which also makes the keys). Parts of its parts would be left over.
void ErasureRepo::empty_export(const OrderToErase& order) {
    const std::string key = "order " + order.external_order_id;
    {
        db::Statement held(session_, "SELECT 1 FROM bulk_lines WHERE channel_id = ? AND order_key = ? LIMIT 1");
        held.bind(order.channel, key);
        if (!held.step()) return;
    }
    db::Statement(session_, R"sql(
        DELETE FROM bulk_lines WHERE channel_id = ? AND order_key >= 'part ' AND order_key < 'part!' AND EXISTS (
            SELECT 1 FROM bulk_lines l WHERE l.channel_id = bulk_lines.channel_id AND l.order_key = ?
                AND instr(l.line, '"' || substr(bulk_lines.order_key, 6) || '"') > 0)
    )sql")
        .bind(order.channel, key)
        .exec();
    db::Statement(session_, "UPDATE bulk_lines SET line = ? WHERE channel_id = ? AND order_key = ?")
        .bind(kErasedLine, order.channel, key)
        .exec();
}

std::vector<OrderToErase> ErasureRepo::placed_before(AccountId account, ChannelId channel, domain::OrderStatus status,
                                                     Timestamp before, Timestamp after, OrderId after_id,
                                                     std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        SELECT id, account_id, channel_id, external_order_id, ordered_at_ms FROM orders
        WHERE account_id = ? AND channel_id = ? AND status = ? AND ordered_at_ms < ? AND (ordered_at_ms, id) > (?, ?)
        ORDER BY ordered_at_ms, id LIMIT ?
    )sql");
    statement.bind(account, channel, domain::to_string(status), before, after, after_id, limit);
    std::vector<OrderToErase> found;
    while (statement.step()) found.push_back(read_found(statement));
    return found;
}

std::vector<OrderToErase> ErasureRepo::of_buyer(AccountId account, std::string_view email, OrderId after,
                                                OrderId upto) {
    std::string value;
    JsonWriter(value).value(to_lower(email));
    const std::string wanted = "\"buyer_email\":" + value;
    db::Statement statement(session_, R"sql(
        SELECT id, account_id, channel_id, external_order_id, ordered_at_ms FROM orders
        WHERE id > ? AND id <= ? AND account_id = ? AND instr(lower(body), ?) > 0 ORDER BY id
    )sql");
    statement.bind(after, upto, account, wanted);
    std::vector<OrderToErase> found;
    while (statement.step()) found.push_back(read_found(statement));
    return found;
}

std::vector<OrderToErase> ErasureRepo::naming(ChannelId channel, const std::vector<std::string>& names, OrderId after,
                                              OrderId upto) {
    Texts wanted;
    for (const std::string& name : names) {
        std::string quoted;
        JsonWriter(quoted).value(std::string_view{name});
        wanted.insert(quoted.substr(1, quoted.size() - 2));
    }
    std::vector<OrderToErase> found;
    if (wanted.empty()) return found;
    db::Statement statement(session_, R"sql(
        SELECT o.id, o.account_id, o.channel_id, o.external_order_id, o.ordered_at_ms, v.payload
        FROM orders o JOIN order_versions v ON v.id = o.version_id
        WHERE o.id > ? AND o.id <= ? AND o.channel_id = ? ORDER BY o.id
    )sql");
    statement.bind(after, upto, channel);
    while (statement.step())
        if (holds_text(statement.text(5), wanted)) found.push_back(read_found(statement));
    return found;
}

OrderId ErasureRepo::newest_order() {
    db::Statement statement(session_, "SELECT coalesce(max(id), 0) FROM orders");
    statement.step();
    return statement.id<OrderId>(0);
}

bool ErasureRepo::was_erased(ChannelId channel, std::string_view external_order_id) {
    db::Statement statement(session_, "SELECT meaning_hash FROM orders WHERE channel_id = ? AND external_order_id = ?");
    statement.bind(channel, external_order_id);
    return statement.step() && is_erased(statement.text(0));
}

std::int64_t forget_attempts_before(db::Session& session, Timestamp before, std::int64_t most) {
    db::Statement statement(session, R"sql(
        DELETE FROM push_attempts WHERE started_at_ms < ? AND finished_at_ms IS NOT NULL
            AND id IN (SELECT id FROM push_attempts ORDER BY id LIMIT ?)
    )sql");
    return statement.bind(before, most).exec();
}

}  // namespace crossdock::store
