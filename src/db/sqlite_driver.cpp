// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_driver.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <filesystem>
#include <utility>

#include "db/disk.h"

namespace crossdock::db {
namespace {

constexpr int kReaderCacheKib = 6'144;  // holds a page of 500 orders
// Mapped reads cost less than half (tests/bench/db_bench.cpp), but a sector that cannot be read would then end the
// process by a signal, at every poll that touches it, instead of failing one request.
constexpr std::int64_t kReaderMapBytes = 0;
constexpr std::size_t kMostFindings = 100;

std::filesystem::path native(const std::string& utf8) {
    return std::filesystem::path{std::u8string{utf8.begin(), utf8.end()}};
}

std::vector<std::string> findings_of(SqliteConnection& connection, const char* pragma) {
    std::vector<std::string> findings;
    try {
        SQLite::Statement statement(connection.database(), pragma);
        while (findings.size() < kMostFindings && statement.executeStep()) {
            std::string line;
            for (int column = 0; column < statement.getColumnCount(); ++column) {
                line += (column == 0 ? "" : " ") + statement.getColumn(column).getString();
            }
            if (line != "ok") findings.push_back(std::move(line));
        }
    } catch (const SQLite::Exception& problem) {
        const Failure failure = sqlite_failure(problem.getExtendedErrorCode(), pragma, connection.handle());
        // A file so damaged that the check itself cannot go on is a finding; a disk that does not answer is not.
        if (failure.kind() != Failure::Kind::corrupt) throw failure;
        findings.emplace_back(failure.what());
    }
    return findings;
}

}  // namespace

SqliteDriver::SqliteDriver(const Options& options, SqliteFiles files, std::unique_ptr<SqliteConnection> writer,
                           bool clean)
    : options_(options), files_(std::move(files)), writer_(std::move(writer)), clean_(clean) {}

std::unique_ptr<DriverConnection> SqliteDriver::open_reader() {
    SqliteConnection::Settings settings;
    settings.path = files_.database();
    settings.layer = options_.engine_layer;
    auto reader = std::make_unique<SqliteConnection>(settings);
    reader->run_script("PRAGMA query_only = 1");
    reader->run_script("PRAGMA temp_store = MEMORY");
    reader->run_script("PRAGMA cache_size = -" + std::to_string(kReaderCacheKib));
    reader->run_script("PRAGMA mmap_size = " + std::to_string(kReaderMapBytes));
    return reader;
}

CheckpointResult SqliteDriver::checkpoint(CheckpointKind kind) {
    sqlite3* handle = writer_->handle();
    int in_log = 0;
    int moved = 0;
    const bool emptying = kind == CheckpointKind::emptying;
    // Readers end by themselves, so waiting a little longer than the longest of them gets through.
    if (emptying) sqlite3_busy_timeout(handle, static_cast<int>(2 * options_.longest_read.count() + 100));
    const int code = sqlite3_wal_checkpoint_v2(
        handle, "main", emptying ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
    sqlite3_busy_timeout(handle, 10'000);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY)
        throw sqlite_failure(code, "Moving the log into the file", handle);
    const CheckpointResult result{code == SQLITE_OK && in_log == moved, in_log};
    if (emptying && result.complete) writer_->set_log_pages(0);
    return result;
}

std::optional<std::int64_t> SqliteDriver::size_of(const std::string& path) const {
    if (!options_.engine_layer.empty()) return files_.size_of(path);
    std::error_code error;
    const auto bytes = std::filesystem::file_size(native(path), error);
    if (error) return std::nullopt;
    return static_cast<std::int64_t>(bytes);
}

std::string SqliteDriver::lost_files() {
    int moved = 0;
    sqlite3_file_control(writer_->handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved != 0)
        return "The database file " + files_.database() + " was removed or replaced while the hub was running";
    // Asking by name: the handle of the log does not notice. A log that holds nothing may be absent.
    // (A layer of the tests may fail to open it on purpose, which is no removal.)
    if (options_.engine_layer.empty() && writer_->log_pages() > 0 && !size_of(files_.log())) {
        return "The log " + files_.log() + " was removed while the hub was running";
    }
    return {};
}

void SqliteDriver::release_memory() { sqlite3_db_release_memory(writer_->handle()); }

std::vector<std::string> SqliteDriver::check(bool thorough, const std::atomic<bool>* stop) {
    const auto reader = open_reader();
    auto& connection = static_cast<SqliteConnection&>(*reader);
    connection.end_when(stop);
    auto findings = findings_of(connection, thorough ? "PRAGMA integrity_check(100)" : "PRAGMA quick_check(100)");
    if (thorough && findings.empty()) {
        for (auto& line : findings_of(connection, "PRAGMA foreign_key_check")) {
            findings.push_back("foreign key (table, row, parent, number): " + line);
        }
    }
    // What an interrupted check says is no finding.
    if (stop != nullptr && *stop) throw Failure(Failure::Kind::busy, "The check was ended before it came through");
    return findings;
}

void SqliteDriver::copy_to(const std::string& path) {
    const SqliteFiles target(options_.engine_layer, path);
    if (target.is_there(target.database()) || target.size_of(target.database())) {
        throw Failure(Failure::Kind::io, "The copy " + target.database() + " is there already and was left as it is");
    }
    // A named layer has no rename; it is for tests, which do not mind a copy that grows under its final name.
    const bool real = options_.engine_layer.empty();
    const SqliteFiles draft(options_.engine_layer, target.database() + (real ? ".unfinished" : ""));
    const auto drop_draft = [&]() noexcept {
        for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
            try {
                draft.remove(draft.database() + ending);
            } catch (const Failure&) {
                // It stays behind under a name that says what it is.
            }
        }
    };
    drop_draft();
    try {
        SqliteConnection::Settings settings;
        settings.path = draft.database();
        settings.layer = options_.engine_layer;
        settings.writer = true;
        settings.create = true;
        SqliteConnection copy(settings);
        if (real) make_private(draft.database());
        copy.run_script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");  // made durable as a whole, below
        const auto reader = open_reader();
        {
            SQLite::Backup backup(copy.database(), static_cast<SqliteConnection&>(*reader).database());
            // All pages in one step: one snapshot, however many commits go on meanwhile.
            if (const int code = backup.executeStep(-1); code != SQLITE_DONE) {
                throw sqlite_failure(code, "Copying to " + draft.database(), copy.handle());
            }
        }
        // One file, readable from a disk that cannot be written to.
        copy.ask("PRAGMA journal_mode = DELETE");
        copy.run_script("PRAGMA synchronous = FULL");
        if (const auto findings = findings_of(copy, "PRAGMA integrity_check(1)"); !findings.empty()) {
            throw Failure(Failure::Kind::corrupt,
                          "The copy " + draft.database() + " is not sound: " + findings.front());
        }
    } catch (const SQLite::Exception& problem) {
        drop_draft();
        throw sqlite_failure(problem.getExtendedErrorCode(), "Copying to " + target.database() + ", " + problem.what(),
                             nullptr);
    } catch (...) {
        drop_draft();
        throw;
    }
    if (!real) return;
    try {
        publish_file(draft.database(), target.database());
    } catch (...) {
        drop_draft();
        throw;
    }
}

void SqliteDriver::close_cleanly() {
    const CheckpointResult result = checkpoint(CheckpointKind::emptying);
    // Lets SQLite remove the empty log as the last connection goes. What could not be moved stays in the log, which the
    // next start reads.
    if (result.complete) sqlite3_db_config(writer_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    writer_.reset();
    files_.remove(files_.mark());
}

}  // namespace crossdock::db
