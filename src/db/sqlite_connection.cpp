// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_connection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <utility>

namespace crossdock::db {
namespace {

constexpr std::size_t kCachedByWriter = 256, kCachedByReader = 96;
constexpr int kInstructionsBetweenLooks = 4'000;  // some 50 microseconds of work
constexpr int kLooksOften = 16;                   // of a check: each may be a page read from a slow disk

Failure::Kind kind_of(int code) {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_INTERRUPT: return Failure::Kind::busy;
        case SQLITE_FULL: return Failure::Kind::full;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM: return Failure::Kind::io;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Failure::Kind::corrupt;
        case SQLITE_CONSTRAINT: return Failure::Kind::constraint;
        default: return Failure::Kind::bug;
    }
}

/// A path inside a URI. Source: sqlite.org/uri.html, 3.
std::string escaped(const std::string& path) {
    std::string out;
    for (const char letter : path) {
        if (letter == '%') out += "%25";
        else if (letter == '?') out += "%3f";
        else if (letter == '#') out += "%23";
        else out += letter;
    }
    return out;
}

bool is_severe(Failure::Kind kind) {
    return kind == Failure::Kind::full || kind == Failure::Kind::io || kind == Failure::Kind::corrupt;
}

}  // namespace

Failure sqlite_failure(int code, const std::string& doing, sqlite3* connection) {
    std::string text = doing + ": " + sqlite3_errstr(code);
    if (connection != nullptr) {
        const int extended = sqlite3_extended_errcode(connection);
        if ((extended & 0xFF) == (code & 0xFF)) {
            // It often only repeats the code's words.
            if (const std::string own = sqlite3_errmsg(connection); own != sqlite3_errstr(code)) text += ", " + own;
            code = extended;
        }
    }
    return Failure(kind_of(code), text + " (SQLite " + std::to_string(code) + ")");
}

SqliteConnection::SqliteConnection(const Settings& settings)
    : writer_(settings.writer), layer_name_(settings.layer), long_reads_(settings.long_reads) {
    int flags = SQLITE_OPEN_NOMUTEX;
    const std::string how = settings.immutable ? "?immutable=1" : settings.untouched_log ? "?readonly_shm=1" : "";
    if (!how.empty()) flags |= SQLITE_OPEN_URI;
    flags |= settings.writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (settings.create) flags |= SQLITE_OPEN_CREATE;
    if (settings.writer) log_layer_ = std::make_unique<SqliteLogLayer>(settings.layer);
    try {
        const std::string path = how.empty() ? settings.path : "file:" + escaped(settings.path) + how;
        database_ = std::make_unique<SQLite::Database>(path, flags, 0,
                                                       log_layer_ ? log_layer_->name() : settings.layer);
    } catch (const SQLite::Exception& problem) {
        throw sqlite_failure(problem.getExtendedErrorCode(), "Opening " + settings.path, nullptr);
    }
    handle_ = database_->getHandle();
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, static_cast<int>(settings.busy_timeout.count()));
    // Only the writer moves the log into the file, and only when told to. Source: sqlite.org/wal.html, "The WAL-reset
    // bug".
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_wal_autocheckpoint(handle_, 0);
    if (writer_) sqlite3_wal_hook(handle_, &SqliteConnection::on_log, this);
    sqlite3_progress_handler(handle_, kInstructionsBetweenLooks, &SqliteConnection::on_progress, this);
}

SqliteConnection::~SqliteConnection() {
    cache_.clear();
    for (sqlite3_stmt* statement : {begin_, commit_, rollback_, begin_part_, keep_part_, undo_part_}) {
        sqlite3_finalize(statement);
    }
}

DriverStatement& SqliteConnection::borrow(std::string_view sql) {
    before_step();
    auto found = cache_.find(sql);
    SqliteStatement* statement = nullptr;
    if (found == cache_.end()) {
        if (cache_.size() >= (writer_ ? kCachedByWriter : kCachedByReader)) evict_one();
        auto prepared = std::make_unique<SqliteStatement>(*this, std::string{sql}, true);
        statement = prepared.get();
        cache_.emplace(std::string_view{statement->sql_}, std::move(prepared));
    } else if (found->second->in_use_) {
        // The same text twice at once, as when a row's loop calls a repository again: the second gets its own.
        statement = std::make_unique<SqliteStatement>(*this, std::string{sql}, false).release();
    } else {
        statement = found->second.get();
    }
    statement->in_use_ = true;
    statement->last_use_ = ++uses_;
    return *statement;
}

void SqliteConnection::give_back(DriverStatement& statement) noexcept {
    auto& ours = static_cast<SqliteStatement&>(statement);
    ours.reset();
    ours.in_use_ = false;
    if (!ours.cached_) delete &ours;
}

void SqliteConnection::evict_one() {
    auto oldest = cache_.end();
    for (auto at = cache_.begin(); at != cache_.end(); ++at) {
        if (at->second->in_use_) continue;
        if (oldest == cache_.end() || at->second->last_use_ < oldest->second->last_use_) oldest = at;
    }
    if (oldest != cache_.end()) cache_.erase(oldest);
}

void SqliteConnection::run_script(std::string_view sql) {
    before_step();
    const std::string text{sql};
    if (text.find('\0') != std::string::npos) throw Failure(Failure::Kind::bug, "A NUL byte in a script of statements");
    const int code = database_->tryExec(text.c_str());
    if (code != SQLITE_OK) throw failed(code, "Running a script");
    if (expects_transaction_ && !in_transaction()) {
        throw Failure(Failure::Kind::bug, "A script ended the transaction it ran in: " + text.substr(0, 200));
    }
}

void SqliteConnection::run_control(sqlite3_stmt*& statement, const char* sql) {
    if (statement == nullptr) {
        const int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) throw failed(code, sql);
    }
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) {
        sqlite3_reset(statement);
        return;
    }
    Failure failure = failed(code, sql);
    sqlite3_reset(statement);
    throw failure;
}

void SqliteConnection::begin_write() {
    severe_.reset();
    sequence = {};
    // IMMEDIATE, not DEFERRED: a transaction that reads, then writes, can fail with SQLITE_BUSY_SNAPSHOT as it
    // upgrades, and no busy timeout helps. Source: sqlite.org/rescode.html.
    run_control(begin_, "BEGIN IMMEDIATE");
    owner_ = std::this_thread::get_id();
    expects_transaction_ = true;
}

void SqliteConnection::begin_read(std::chrono::steady_clock::time_point deadline) {
    severe_.reset();
    run_control(begin_, "BEGIN");
    owner_ = std::this_thread::get_id();
    expects_transaction_ = true;
    deadline_ = deadline;
}

void SqliteConnection::commit() {
    try {
        run_control(commit_, "COMMIT");
    } catch (const Failure& failure) {
        // Nothing is written: a deferred foreign key or a lock stops COMMIT before it begins.
        if (failure.kind() == Failure::Kind::constraint || failure.kind() == Failure::Kind::busy) throw;
        // Nothing counts as written: the frame that says "committed" is the last one, no space means that some write
        // before or of it failed, and only a whole log with it is ever read back. Where the disk cannot promise to
        // leave neighbouring bytes alone, SQLite pads after that frame, and then this argument does not hold.
        if (failure.kind() == Failure::Kind::full && writes_are_whole_) throw;
        throw Failure(Failure::Kind::unknown, failure.what());
    }
    expects_transaction_ = false;
}

void SqliteConnection::rollback() noexcept {
    expects_transaction_ = false;
    deadline_.reset();
    if (!in_transaction()) return;
    try {
        run_control(rollback_, "ROLLBACK");
    } catch (const Failure&) {
        // The caller asks in_transaction() afterwards.
    }
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void SqliteConnection::begin_part() { run_control(begin_part_, "SAVEPOINT part"); }

void SqliteConnection::keep_part() { run_control(keep_part_, "RELEASE part"); }

void SqliteConnection::undo_part() {
    // ROLLBACK TO leaves the savepoint itself open.
    run_control(undo_part_, "ROLLBACK TO part");
    run_control(keep_part_, "RELEASE part");
}

bool SqliteConnection::has_open_constraints() {
    int current = 0;
    int highest = 0;
    sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
    return current != 0;
}

std::string SqliteConnection::ask(const std::string& sql) {
    try {
        SQLite::Statement statement(*database_, sql);
        if (!statement.executeStep()) return {};
        return statement.getColumn(0).getString();
    } catch (const SQLite::Exception& problem) {
        throw failed(problem.getExtendedErrorCode(), sql);
    }
}

int SqliteConnection::schema_version() { return std::stoi(ask("PRAGMA user_version")); }

void SqliteConnection::set_schema_version(int version) {
    run_script("PRAGMA user_version = " + std::to_string(version));
}

bool SqliteConnection::has_table(std::string_view name) {
    DriverStatement& statement = borrow("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
    bool found = false;
    try {
        statement.bind_text(1, name);
        found = statement.step();
    } catch (...) {
        give_back(statement);
        throw;
    }
    give_back(statement);
    return found;
}

void SqliteConnection::before_step() const {
    if (!expects_transaction_) return;
    if (owner_ != std::this_thread::get_id()) {
        throw Failure(Failure::Kind::bug, "A session was used by a thread it was not lent to");
    }
    if (!in_transaction()) {
        // SQLite undid the transaction by itself; from here on statements would commit one by one.
        throw Failure(
            severe_ ? severe_->kind() : Failure::Kind::io,
            "The transaction was undone by an earlier failure" + (severe_ ? std::string{": "} + severe_->what() : ""));
    }
}

Failure SqliteConnection::failed(int code, const std::string& doing) {
    if ((code & 0xFF) == SQLITE_INTERRUPT) {
        return Failure(Failure::Kind::busy, "A read took longer than it may and was ended; " + doing);
    }
    Failure failure = sqlite_failure(code, doing, handle_);
    if (is_severe(failure.kind()) && !severe_) severe_ = failure;
    return failure;
}

void SqliteConnection::end_when(const std::atomic<bool>* stop) {
    stop_ = stop;
    sqlite3_progress_handler(handle_, stop == nullptr ? kInstructionsBetweenLooks : kLooksOften,
                             &SqliteConnection::on_progress, this);
}

int SqliteConnection::on_progress(void* self) {
    const auto* connection = static_cast<const SqliteConnection*>(self);
    if (connection->stop_ != nullptr && *connection->stop_) return 1;
    return connection->deadline_ && std::chrono::steady_clock::now() > *connection->deadline_ ? 1 : 0;
}

int SqliteConnection::on_log(void* self, sqlite3*, const char*, int pages) {
    auto* connection = static_cast<SqliteConnection*>(self);
    connection->log_pages_ = pages;
    ++connection->logged_commits;
    return SQLITE_OK;
}

}  // namespace crossdock::db
