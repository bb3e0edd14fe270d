// SPDX-License-Identifier: Apache-2.0
#include "store/restored.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "db/migrator.h"
#include "domain/deed.h"
#include "store/audit_repo.h"
#include "store/event_repo.h"
#include "store/meta.h"

namespace crossdock::store {
namespace {

using nlohmann::json;

constexpr std::string_view kMarkRow = "restored";
constexpr std::string_view kSinceRow = "reconcile_first_since_ms";
// Their ids are in the ERP's hands.
constexpr const char* kToldTables[] = {"orders", "refunds", "items", "shipments", "inventory_updates"};
// When nobody can say what was given out since: more than any hub does between two backups, and far from where a reader
// with 32 bits (ids) or a double (sequence) ends.
constexpr std::int64_t kUnknownIds = 1'000'000;
constexpr std::int64_t kUnknownSequence = 1'000'000'000;
// What the replaced database gave out after it was last looked at: nothing, but a gap costs nothing either.
constexpr std::int64_t kKnownGap = 1'000;

constexpr const char* kWhyStock =
    "the database was restored from a backup, and newer figures may have gone out since; send the stock again";

std::string floor_row(std::string_view table) { return "id_floor_" + std::string{table}; }

std::int64_t highest_id(db::Session& session, std::string_view table) {
    db::Statement statement(session, "SELECT coalesce(max(id), 0) FROM " + std::string{table});
    statement.step();
    return statement.integer(0);
}

std::optional<std::int64_t> number_in_meta(db::Session& session, std::string_view name) {
    const auto text = get_meta(session, name);
    if (!text) return std::nullopt;
    return std::stoll(*text);
}

void forget_meta(db::Session& session, std::string_view name) {
    db::Statement(session, "DELETE FROM meta WHERE name = ?").bind(name).exec();
}

std::optional<RestoreMark> read_mark(db::Session& session) {
    const auto text = get_meta(session, kMarkRow);
    if (!text) return std::nullopt;
    const json held = json::parse(*text, nullptr, false);
    if (!held.is_object()) return std::nullopt;
    RestoreMark mark;
    mark.restored_at = from_ms(held.value("restored_at_ms", std::int64_t{0}));
    mark.made_at = from_ms(held.value("made_at_ms", std::int64_t{0}));
    mark.file = held.value("file", "");
    if (held.contains("lost")) {
        mark.lost = GivenOut{held["lost"].value("sequence", std::int64_t{0}), {}};
        for (const auto& [table, id] : held["lost"]["ids"].items()) mark.lost->ids[table] = id.get<std::int64_t>();
    }
    for (const json& at : held.value("erasures_ms", json::array()))
        mark.erasures.push_back(from_ms(at.get<std::int64_t>()));
    return mark;
}

GivenOut highest_numbers(db::Session& session) {
    GivenOut given;
    if (db::has_table(session, "change_sequence")) given.sequence = current_sequence(session);
    for (const char* table : kToldTables) {
        if (!db::has_table(session, table)) continue;
        // An earlier restore's floor counts even when no row has come to it.
        given.ids[table] = std::max(highest_id(session, table), restored_upto(session, table));
    }
    return given;
}

void raise_to(GivenOut& given, const GivenOut& other) {
    given.sequence = std::max(given.sequence, other.sequence);
    for (const auto& [table, id] : other.ids) given.ids[table] = std::max(given.ids[table], id);
}

void raise_numbers(db::Session& session, const RestoreMark& mark) {
    const GivenOut held = highest_numbers(session);
    for (const auto& [table, highest] : held.ids) {
        std::int64_t floor = highest + kUnknownIds;
        if (mark.lost)
            if (const auto lost = mark.lost->ids.find(table); lost != mark.lost->ids.end())
                floor = std::max(highest, lost->second) + kKnownGap;
        floor = std::max(floor, number_in_meta(session, floor_row(table)).value_or(0));
        set_meta(session, floor_row(table), std::to_string(floor));
    }
    const std::int64_t sequence =
        mark.lost ? std::max(held.sequence, mark.lost->sequence) + kKnownGap : held.sequence + kUnknownSequence;
    db::Statement(session, "UPDATE change_sequence SET value = ? WHERE id = 1").bind(sequence).exec();
}

/// A figure from the past must not take the place of a newer one that the channel has seen.
std::int64_t give_up_stock(db::Session& session, Timestamp now) {
    struct Waiting {
        std::int64_t id, account, channel, quantity;
        std::optional<std::string> sku;
    };
    std::vector<Waiting> waiting;
    {
        db::Statement statement(session, R"sql(
            SELECT id, account_id, channel_id, quantity, sku FROM inventory_updates
            WHERE status IN ('pending', 'processing') ORDER BY id
        )sql");
        while (statement.step())
            waiting.push_back({statement.integer(0), statement.integer(1), statement.integer(2), statement.integer(3),
                               statement.optional_string(4)});
    }
    for (const Waiting& one : waiting) {
        db::Statement(session, R"sql(
            UPDATE inventory_updates SET status = 'failed', error_code = 'restored', error_message = ?, finished_at_ms = ?
            WHERE id = ?
        )sql")
            .bind(kWhyStock, now, one.id)
            .exec();
        std::string data;
        JsonWriter(data)
            .begin_object()
            .field("sku", one.sku)
            .field("quantity", one.quantity)
            .field("message", std::string_view{kWhyStock})
            .end_object();
        EventRepo(session).append(
            {AccountId{one.account}, ChannelId{one.channel}, "inventory.failed", "inventory_update", one.id, data},
            now);
    }
    db::Statement(session, "UPDATE stock_batches SET state = 'done', ticket = NULL WHERE state <> 'done'").exec();
    return static_cast<std::int64_t>(waiting.size());
}

}  // namespace

GivenOut given_out(db::Session& session) {
    GivenOut given = highest_numbers(session);
    // It was put back itself and not started since: what the one before it had given out stands in its mark alone.
    if (!db::has_table(session, "meta")) return given;
    const auto mark = read_mark(session);
    if (!mark) return given;
    if (mark->lost) {
        raise_to(given, *mark->lost);
    } else {
        given.sequence += kUnknownSequence;
        for (auto& [table, id] : given.ids) id += kUnknownIds;
    }
    return given;
}

Timestamp last_deed(db::Session& session) {
    if (!db::has_table(session, "audit_log")) return {};
    db::Statement statement(session, "SELECT coalesce(max(at_ms), 0) FROM audit_log");
    statement.step();
    return statement.time(0);
}

std::vector<Timestamp> erasures_since(db::Session& session, Timestamp since) {
    std::vector<Timestamp> times;
    if (db::has_table(session, "audit_log")) {
        db::Statement statement(session, "SELECT at_ms FROM audit_log WHERE at_ms > ? AND action = ? ORDER BY id");
        statement.bind(since, domain::deed::kPersonErased);
        while (statement.step()) times.push_back(statement.time(0));
    }
    if (!db::has_table(session, "meta")) return times;
    // It was put back itself and not started since: who was erased in the one before it stands in its mark alone.
    if (const auto mark = read_mark(session))
        std::copy_if(mark->erasures.begin(), mark->erasures.end(), std::back_inserter(times),
                     [&](Timestamp at) { return at > since; });
    return times;
}

void mark_restored(db::Session& copy, const RestoreMark& mark) {
    json text{{"restored_at_ms", to_ms(mark.restored_at)}, {"made_at_ms", to_ms(mark.made_at)}, {"file", mark.file}};
    if (mark.lost) {
        GivenOut lost = *mark.lost;
        raise_to(lost, given_out(copy));  // with what a mark says that stands in the backup
        text["lost"] = {{"sequence", lost.sequence}, {"ids", lost.ids}};
    }
    for (const Timestamp at : mark.erasures) text["erasures_ms"].push_back(to_ms(at));
    set_meta(copy, kMarkRow, text.dump(-1, ' ', false, json::error_handler_t::replace));
}

bool is_marked_restored(db::Session& session) { return get_meta(session, kMarkRow).has_value(); }

std::optional<Restored> settle_restored(db::Session& session, Timestamp now) {
    const auto mark = read_mark(session);
    if (!mark) return std::nullopt;
    Restored restored{*mark, 0, 0};
    raise_numbers(session, *mark);
    restored.stock_figures = give_up_stock(session, now);
    // As after a request whose answer never came: the channel is asked before anything is sent again.
    restored.shipments = db::Statement(session, R"sql(
        UPDATE shipments SET status = 'processing', outcome = 'unknown', next_attempt_at_ms = NULL,
               attempts = CASE WHEN attempts < 1 THEN 1 ELSE attempts END
        WHERE status IN ('pending', 'processing')
    )sql")
                             .exec();
    db::Statement(session, "UPDATE fba_carton_batches SET state = 'unknown' WHERE state = 'sending'").exec();
    set_meta(session, kSinceRow, std::to_string(to_ms(mark->restored_at)));
    forget_meta(session, kMarkRow);
    AuditEntry entry;
    entry.action = domain::deed::kDatabaseRestored;
    entry.subject = "database";
    entry.subject_id = mark->file;
    entry.details.clear();
    JsonWriter(entry.details)
        .begin_object()
        .field("backup_made_at", format_rfc3339(mark->made_at))
        .field("restored_at", format_rfc3339(mark->restored_at))
        .field("stock_figures_given_up", restored.stock_figures)
        .field("shipments_to_look_for", restored.shipments)
        .end_object();
    AuditRepo(session).append(entry, now);
    return restored;
}

std::optional<Timestamp> reconcile_first_since(db::Session& session) {
    const auto since = number_in_meta(session, kSinceRow);
    if (!since) return std::nullopt;
    return from_ms(*since);
}

void end_reconcile_first(db::Session& session) { forget_meta(session, kSinceRow); }

std::optional<std::int64_t> next_id(db::Session& session, std::string_view table) {
    const std::int64_t floor = restored_upto(session, table);
    if (floor == 0) return std::nullopt;
    return std::max(highest_id(session, table), floor) + 1;
}

std::int64_t restored_upto(db::Session& session, std::string_view table) {
    return number_in_meta(session, floor_row(table)).value_or(0);
}

}  // namespace crossdock::store
