// SPDX-License-Identifier: Apache-2.0
#include "store/backup_stamp.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "db/migrator.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/meta.h"

namespace crossdock::store {
namespace {

using nlohmann::json;

constexpr std::string_view kStampRow = "backup_stamp";
constexpr std::string_view kMadeRow = "backup_made";
constexpr std::string_view kFailedRow = "backup_failed";
constexpr std::string_view kPlaceRow = "backup_place";

constexpr const char* kMainTables[] = {"accounts",
                                       "channels",
                                       "api_keys",
                                       "locations",
                                       "items",
                                       "orders",
                                       "order_versions",
                                       "order_lines",
                                       "refunds",
                                       "inventory_updates",
                                       "shipments",
                                       "push_attempts",
                                       "sync_streams",
                                       "jobs",
                                       "events",
                                       "problems",
                                       "audit_log",
                                       "idempotency_keys",
                                       "sealed_secrets",
                                       "fba_inbound_shipments",
                                       "fba_carton_pushes",
                                       "webhook_secrets",
                                       "webhook_endpoints",
                                       "webhook_deliveries",
                                       "exchange_streams",
                                       "exchange_files_out",
                                       "exchange_files_in"};

std::optional<json> read_json(db::Session& session, std::string_view row) {
    const auto text = get_meta(session, row);
    if (!text) return std::nullopt;
    auto parsed = json::parse(*text, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    return parsed;
}

std::optional<BackupRecord> read_record(db::Session& session, std::string_view row) {
    const auto held = read_json(session, row);
    if (!held) return std::nullopt;
    BackupRecord record;
    record.at = from_ms(held->value("at_ms", std::int64_t{0}));
    record.file = held->value("file", "");
    record.bytes = held->value("bytes", std::int64_t{0});
    record.rows = held->value("rows", std::int64_t{0});
    record.took_ms = held->value("took_ms", std::int64_t{0});
    record.schema = held->value("schema", 0);
    record.sha256 = held->value("sha256", "");
    record.error = held->value("error", "");
    return record;
}

}  // namespace

std::vector<std::string> sealing_keys(db::Session& session) {
    std::vector<std::string> keys;
    for (const char* table : {"sealed_secrets", "webhook_secrets"}) {
        if (!db::has_table(session, table)) continue;
        db::Statement statement(session, std::string{"SELECT DISTINCT key_id FROM "} + table + " ORDER BY key_id");
        while (statement.step())
            if (std::string id = statement.string(0); std::find(keys.begin(), keys.end(), id) == keys.end())
                keys.push_back(std::move(id));
    }
    return keys;
}

std::map<std::string, std::int64_t> count_rows(db::Session& session) {
    std::map<std::string, std::int64_t> rows;
    for (const char* table : kMainTables) {
        if (!db::has_table(session, table)) continue;
        db::Statement statement(session, std::string{"SELECT count(*) FROM "} + table);
        statement.step();
        rows[table] = statement.integer(0);
    }
    return rows;
}

std::int64_t BackupStamp::all_rows() const {
    std::int64_t sum = 0;
    for (const auto& [table, count] : rows) sum += count;
    return sum;
}

BackupStamp make_stamp(db::Session& source, int schema, std::string_view program, Timestamp now) {
    BackupStamp stamp;
    stamp.made_at = now;
    stamp.program = program;
    stamp.schema = schema;
    stamp.installation = get_meta(source, "installation_id").value_or("");
    stamp.sequence = current_sequence(source);
    stamp.rows = count_rows(source);
    stamp.sealing_keys = sealing_keys(source);
    return stamp;
}

void write_stamp(db::Session& copy, const BackupStamp& stamp) {
    const json text{{"made_at_ms", to_ms(stamp.made_at)}, {"program", stamp.program},   {"schema", stamp.schema},
                    {"installation", stamp.installation}, {"sequence", stamp.sequence}, {"rows", stamp.rows},
                    {"sealing_keys", stamp.sealing_keys}};
    set_meta(copy, kStampRow, text.dump());
}

std::optional<BackupStamp> read_stamp(db::Session& session) {
    if (!db::has_table(session, "meta") || !get_meta(session, kStampRow)) return std::nullopt;
    const auto held = read_json(session, kStampRow);
    try {
        BackupStamp stamp;
        stamp.made_at = from_ms(held.value().at("made_at_ms").get<std::int64_t>());
        stamp.program = held->at("program").get<std::string>();
        stamp.schema = held->at("schema").get<int>();
        stamp.installation = held->at("installation").get<std::string>();
        stamp.sequence = held->at("sequence").get<std::int64_t>();
        stamp.rows = held->at("rows").get<std::map<std::string, std::int64_t>>();
        stamp.sealing_keys = held->at("sealing_keys").get<std::vector<std::string>>();
        return stamp;
    } catch (const std::exception&) {
        throw db::Failure(db::Failure::Kind::corrupt, "what the backup says about itself cannot be read");
    }
}

void drop_stamp(db::Session& session) {
    db::Statement(session, "DELETE FROM meta WHERE name = ?").bind(kStampRow).exec();
}

std::vector<std::string> compare_rows(db::Session& session, const BackupStamp& stamp) {
    std::vector<std::string> differences;
    const auto held = count_rows(session);
    for (const auto& [table, expected] : stamp.rows) {
        const auto found = held.find(table);
        const std::int64_t there = found == held.end() ? 0 : found->second;
        if (there != expected)
            differences.push_back(table + ": " + std::to_string(there) + " rows, " + std::to_string(expected) +
                                  " when it was made");
    }
    return differences;
}

void BackupRepo::record(const BackupRecord& record) {
    const bool made = record.error.empty();
    const json text{{"at_ms", to_ms(record.at)}, {"file", record.file},       {"bytes", record.bytes},
                    {"rows", record.rows},       {"took_ms", record.took_ms}, {"schema", record.schema},
                    {"sha256", record.sha256},   {"error", record.error}};
    set_meta(session_, made ? kMadeRow : kFailedRow, text.dump(-1, ' ', false, json::error_handler_t::replace));
    // Neither file nor folder: the accounts are told how it went, not how this machine is laid out.
    std::string data;
    JsonWriter writer(data);
    writer.begin_object();
    if (made) {
        writer.field("bytes", record.bytes)
            .field("rows", record.rows)
            .field("took_ms", record.took_ms)
            .field("schema", std::int64_t{record.schema})
            .field("sha256", record.sha256);
    } else {
        writer.field("message", "the backup could not be made; the hub's log and its health say why");
    }
    writer.end_object();
    for (const AccountId account : accounts(session_))
        EventRepo(session_).append(
            {account, std::nullopt, made ? "backup.completed" : "backup.failed", "backup", to_ms(record.at), data},
            record.at);
}

std::optional<BackupRecord> BackupRepo::last_made() { return read_record(session_, kMadeRow); }

std::optional<BackupPlace> BackupRepo::place() {
    const auto held = read_json(session_, kPlaceRow);
    if (!held) return std::nullopt;
    return BackupPlace{held->value("folder", ""), held->value("disks", std::int64_t{0})};
}

void BackupRepo::remember_place(const BackupPlace& place) {
    const json text{{"folder", place.folder}, {"disks", place.disks}};
    set_meta(session_, kPlaceRow, text.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::optional<Timestamp> BackupRepo::in_use_since() {
    db::Statement statement(session_, "SELECT min(created_at_ms) FROM accounts");
    statement.step();
    return statement.optional_time(0);
}

std::optional<BackupRecord> BackupRepo::last_failed() {
    auto failed = read_record(session_, kFailedRow);
    const auto made = last_made();
    if (failed && made && made->at >= failed->at) return std::nullopt;
    return failed;
}

}  // namespace crossdock::store
