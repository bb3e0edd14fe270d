// SPDX-License-Identifier: Apache-2.0
#include "store/exchange_repo.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_GREW "EXISTS (SELECT 1 FROM exchange_faults WHERE file_id = exchange_files_in.id AND line = 0)"
#define CROSSDOCK_FILE_IN                                                                                          \
    "SELECT id, name, sha256, kind, bytes, state, last_row, rows, taken, refused, updated, refusal, begun_at_ms, " \
    "done_at_ms, answered_at_ms, " CROSSDOCK_GREW " FROM exchange_files_in "
#define CROSSDOCK_FILE_OUT                                                                             \
    "SELECT id, kind, number, rows, first_cursor, last_cursor, name, charset, coalesce(content, ''), " \
    "coalesce(ids, ''), coalesce(manifest, ''), reserved_at_ms, written_at_ms FROM exchange_files_out "

FileOut read_out(db::Statement& statement) {
    FileOut file;
    file.id = statement.integer(0);
    file.kind = statement.string(1);
    file.number = statement.integer(2);
    file.rows = statement.integer(3);
    file.first_cursor = statement.integer(4);
    file.last_cursor = statement.integer(5);
    file.name = statement.string(6);
    file.charset = statement.string(7);
    file.content = statement.string(8);
    file.ids = statement.string(9);
    file.manifest = statement.string(10);
    file.reserved_at = statement.time(11);
    file.written_at = statement.optional_time(12);
    return file;
}

}  // namespace

// ---- out

ExchangeStream ExchangeRepo::stream(std::string_view kind) {
    db::Statement statement(
        session_, "SELECT number, cursor, began_at_seq FROM exchange_streams WHERE account_id = ? AND kind = ?");
    statement.bind(account_, kind);
    if (!statement.step()) return {0, 0, -1};
    return {statement.integer(0), statement.integer(1), statement.integer(2)};
}

void ExchangeRepo::pass_over(std::string_view kind, std::int64_t cursor, std::int64_t began_at_seq) {
    db::Statement(session_, R"sql(
        INSERT INTO exchange_streams (account_id, kind, number, cursor, began_at_seq) VALUES (?, ?, 0, ?, ?)
        ON CONFLICT (account_id, kind) DO UPDATE SET cursor = excluded.cursor
    )sql")
        .bind(account_, kind, cursor, began_at_seq)
        .exec();
}

void ExchangeRepo::reserve(const FileOut& file, std::int64_t began_at_seq) {
    db::Statement(session_, R"sql(
        INSERT INTO exchange_files_out (account_id, kind, number, name, rows, first_cursor, last_cursor, content, ids, charset,
                                        manifest, reserved_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql")
        .bind(account_, file.kind, file.number, file.name, file.rows, file.first_cursor, file.last_cursor, file.content,
              file.ids, file.charset, file.manifest, file.reserved_at)
        .exec();
    db::Statement(session_, R"sql(
        INSERT INTO exchange_streams (account_id, kind, number, cursor, began_at_seq) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (account_id, kind) DO UPDATE SET number = excluded.number, cursor = excluded.cursor
    )sql")
        .bind(account_, file.kind, file.number, file.last_cursor, began_at_seq)
        .exec();
}

std::vector<FileOut> ExchangeRepo::waiting(std::int64_t limit) {
    db::Statement statement(session_,
                            CROSSDOCK_FILE_OUT "WHERE account_id = ? AND written_at_ms IS NULL ORDER BY id LIMIT ?");
    statement.bind(account_, limit);
    std::vector<FileOut> files;
    while (statement.step()) files.push_back(read_out(statement));
    return files;
}

void ExchangeRepo::refill(const FileOut& file) {
    db::Statement(session_, R"sql(
        UPDATE exchange_files_out SET content = ?, manifest = ? WHERE id = ? AND account_id = ? AND written_at_ms IS NULL
    )sql")
        .bind(file.content, file.manifest, file.id, account_)
        .exec();
}

bool ExchangeRepo::written(std::int64_t id, Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE exchange_files_out SET written_at_ms = ?, content = NULL, ids = NULL, manifest = NULL
        WHERE id = ? AND account_id = ? AND content <> ''
    )sql");
    return statement.bind(now, id, account_).exec() == 1;
}

std::optional<FileOut> ExchangeRepo::last_out() {
    db::Statement statement(session_, R"sql(
        SELECT id, kind, number, rows, first_cursor, last_cursor, name, charset, '', '', '', reserved_at_ms, written_at_ms
        FROM exchange_files_out WHERE account_id = ? AND written_at_ms IS NOT NULL ORDER BY id DESC LIMIT 1
    )sql");
    statement.bind(account_);
    if (!statement.step()) return std::nullopt;
    return read_out(statement);
}

// ---- in

std::vector<FileIn> ExchangeRepo::read_in(db::Statement& statement) {
    std::vector<FileIn> files;
    while (statement.step()) {
        FileIn file;
        file.id = statement.integer(0);
        file.name = statement.string(1);
        file.sha256 = statement.string(2);
        file.kind = statement.string(3);
        file.bytes = statement.integer(4);
        file.done = statement.text(5) == "done";
        file.last_row = statement.integer(6);
        file.rows = statement.integer(7);
        file.taken = statement.integer(8);
        file.refused = statement.integer(9);
        file.updated = statement.integer(10);
        file.refusal = statement.optional_string(11);
        file.begun_at = statement.time(12);
        file.done_at = statement.optional_time(13);
        file.answered_at = statement.optional_time(14);
        file.grew = statement.flag(15);
        files.push_back(std::move(file));
    }
    return files;
}

std::optional<FileIn> ExchangeRepo::find(std::string_view name, std::string_view sha256) {
    db::Statement statement(session_, CROSSDOCK_FILE_IN "WHERE account_id = ? AND name = ? AND sha256 = ?");
    statement.bind(account_, name, sha256);
    auto found = read_in(statement);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::optional<FileIn> ExchangeRepo::get(std::int64_t id) {
    db::Statement statement(session_, CROSSDOCK_FILE_IN "WHERE account_id = ? AND id = ?");
    statement.bind(account_, id);
    auto found = read_in(statement);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::int64_t ExchangeRepo::begin(const FileIn& file, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO exchange_files_in (account_id, name, sha256, kind, bytes, state, begun_at_ms) VALUES (?, ?, ?, ?, ?, 'running', ?)
    )sql");
    statement.bind(account_, file.name, file.sha256, file.kind, file.bytes, now);
    return statement.insert();
}

void ExchangeRepo::progress(const FileIn& file) {
    db::Statement(session_, R"sql(
        UPDATE exchange_files_in SET last_row = ?, rows = ?, taken = ?, refused = ?, updated = ? WHERE id = ? AND account_id = ?
    )sql")
        .bind(file.last_row, file.rows, file.taken, file.refused, file.updated, file.id, account_)
        .exec();
}

void ExchangeRepo::add_fault(std::int64_t file_id, const FileFault& fault) {
    db::Statement(session_, "INSERT INTO exchange_faults (file_id, line, field, reason) VALUES (?, ?, ?, ?)")
        .bind(file_id, fault.row, fault.column, fault.reason)
        .insert();
}

std::vector<FileFault> ExchangeRepo::faults(std::int64_t file_id, std::int64_t limit) {
    db::Statement statement(
        session_, "SELECT line, field, reason FROM exchange_faults WHERE file_id = ? ORDER BY line > 0, id LIMIT ?");
    statement.bind(file_id, limit);
    std::vector<FileFault> faults;
    while (statement.step()) faults.push_back({statement.integer(0), statement.string(1), statement.string(2)});
    return faults;
}

std::int64_t ExchangeRepo::count_faults(std::int64_t file_id) {
    db::Statement statement(session_, "SELECT count(*) FROM exchange_faults WHERE file_id = ?");
    statement.bind(file_id);
    statement.step();
    return statement.integer(0);
}

void ExchangeRepo::done(const FileIn& file, Timestamp now) {
    db::Statement(session_, R"sql(
        UPDATE exchange_files_in SET state = 'done', last_row = ?, rows = ?, taken = ?, refused = ?, updated = ?, refusal = ?,
            done_at_ms = ? WHERE id = ? AND account_id = ?
    )sql")
        .bind(file.last_row, file.rows, file.taken, file.refused, file.updated, file.refusal, now, file.id, account_)
        .exec();
}

void ExchangeRepo::answered(std::int64_t id, Timestamp now) {
    db::Statement(session_, "UPDATE exchange_files_in SET answered_at_ms = ? WHERE id = ? AND account_id = ?")
        .bind(now, id, account_)
        .exec();
}

void ExchangeRepo::forget(std::int64_t id) {
    db::Statement(session_, "DELETE FROM exchange_faults WHERE file_id = ?").bind(id).exec();
    db::Statement(session_, "DELETE FROM exchange_files_in WHERE id = ? AND account_id = ?").bind(id, account_).exec();
}

std::optional<FileIn> ExchangeRepo::last_in() {
    db::Statement statement(
        session_,
        CROSSDOCK_FILE_IN "WHERE account_id = ? AND done_at_ms IS NOT NULL ORDER BY done_at_ms DESC, id DESC LIMIT 1");
    statement.bind(account_);
    auto found = read_in(statement);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::int64_t ExchangeRepo::count_refused_since(Timestamp since) {
    db::Statement statement(session_,
                            "SELECT count(*) FROM exchange_files_in WHERE account_id = ? AND done_at_ms >= ? AND "
                            "(refused > 0 OR refusal IS NOT NULL OR " CROSSDOCK_GREW ")");
    statement.bind(account_, since);
    statement.step();
    return statement.integer(0);
}

std::vector<FileIn> ExchangeRepo::refused_since(Timestamp since, std::int64_t limit) {
    db::Statement statement(session_, CROSSDOCK_FILE_IN
                            "WHERE account_id = ? AND done_at_ms >= ? AND "
                            "(refused > 0 OR refusal IS NOT NULL OR " CROSSDOCK_GREW
                            ") ORDER BY done_at_ms DESC, id DESC LIMIT ?");
    statement.bind(account_, since, limit);
    return read_in(statement);
}

std::vector<FileIn> ExchangeRepo::grown_since(Timestamp since, std::int64_t limit) {
    db::Statement statement(session_, CROSSDOCK_FILE_IN "WHERE account_id = ? AND done_at_ms >= ? AND " CROSSDOCK_GREW
                                                        " ORDER BY done_at_ms DESC, id DESC LIMIT ?");
    statement.bind(account_, since, limit);
    return read_in(statement);
}

std::optional<Timestamp> ExchangeRepo::last_done(std::string_view name) {
    db::Statement statement(session_,
                            "SELECT max(done_at_ms) FROM exchange_files_in WHERE account_id = ? AND name = ?");
    statement.bind(account_, name);
    return statement.step() ? statement.optional_time(0) : std::nullopt;
}

std::int64_t ExchangeRepo::forget_before(Timestamp before, std::int64_t limit) {
    db::Statement statement(
        session_,
        "SELECT id FROM exchange_files_in WHERE account_id = ? AND done_at_ms < ? ORDER BY done_at_ms LIMIT ?");
    statement.bind(account_, before, limit);
    std::vector<std::int64_t> ids;
    while (statement.step()) ids.push_back(statement.integer(0));
    statement.reset();
    for (const std::int64_t id : ids) forget(id);
    // The last number of each kind stands in exchange_streams.
    db::Statement(session_,
                  "DELETE FROM exchange_files_out WHERE account_id = ? AND written_at_ms < ? AND reserved_at_ms < ?")
        .bind(account_, before, before)
        .exec();
    return static_cast<std::int64_t>(ids.size());
}

}  // namespace crossdock::store
