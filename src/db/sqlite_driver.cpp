// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_driver.h"

#include <sqlite3.h>

#include <filesystem>
#include <mutex>
#include <utility>

#include "db/copy.h"

namespace crossdock::db {
namespace {

constexpr int kReaderCacheKib = 6'144;  // holds a page of 500 orders
// Mapped reads cost less than half (tests/bench/db_bench.cpp), but a sector that cannot be read would then end the
// process by a signal, at every poll that touches it, instead of failing one request.
constexpr std::int64_t kReaderMapBytes = 0;

/// Where SQLite puts temporary files, for the length of a scope; empty: where it usually does. One for the process.
class ScratchFolder {
public:
    explicit ScratchFolder(const std::filesystem::path& folder) : lock_(mutex()) {
        if (folder.empty()) return;
        sqlite3_temp_directory = sqlite3_mprintf("%s", folder.string().c_str());
    }
    ~ScratchFolder() {
        sqlite3_free(sqlite3_temp_directory);
        sqlite3_temp_directory = nullptr;
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    const std::lock_guard<std::mutex> lock_;
};

}  // namespace

SqliteDriver::SqliteDriver(const Options& options, SqliteFiles files, std::unique_ptr<SqliteConnection> writer,
                           bool clean)
    : options_(options), files_(std::move(files)), writer_(std::move(writer)), clean_(clean) {}

std::unique_ptr<DriverConnection> SqliteDriver::open_reader() {
    SqliteConnection::Settings settings;
    settings.path = files_.database();
    settings.layer = options_.engine_layer;
    settings.long_reads = &long_reads_;
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
    // A copy takes longer than anybody waits.
    const bool emptying = kind == CheckpointKind::emptying && long_reads_ == 0;
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
    const auto bytes = std::filesystem::file_size(path, error);
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

void SqliteDriver::rewrite(const std::atomic<bool>* stop) {
    // The new file grows beside the database, on the disk that the caller looked at, and not in memory.
    const ScratchFolder scratch(options_.engine_layer.empty() ? std::filesystem::path{files_.database()}.parent_path()
                                                              : "");
    writer_->run_script("PRAGMA temp_store = FILE");
    writer_->end_when(stop);
    const auto as_before = [this] {
        writer_->end_when(nullptr);
        writer_->run_script("PRAGMA temp_store = MEMORY");
    };
    try {
        writer_->run_script("VACUUM");
    } catch (const Failure& failure) {
        as_before();
        throw Failure(failure.kind(), "Rewriting " + files_.database() + ": " + failure.what());
    }
    as_before();
}

std::vector<std::string> SqliteDriver::check(bool thorough, const std::atomic<bool>* stop) {
    const auto reader = open_reader();
    return check_sqlite(static_cast<SqliteConnection&>(*reader), thorough, stop);
}

void SqliteDriver::copy_to(const std::string& path) {
    const auto reader = open_reader();
    reader->begin_read(std::chrono::steady_clock::time_point::max());
    reader->copy_to(path, {});
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
