// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/driver.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_files.h"

namespace crossdock::db {

/// Marks a database as ours in its header: "CDOK".
constexpr std::uint32_t kApplicationId = 0x43444F4B;
/// Of a database made from now on; an older one keeps its own. Why this many: sqlite_open.cpp.
constexpr int kPageBytes = 4'096;

/// True when this SQLite can be trusted with more than one connection: some releases corrupt the file when a log is
/// reset while another connection checkpoints. Source: sqlite.org/wal.html, "The WAL-reset bug" (3.7.0 to 3.51.2; fixed
/// in 3.51.3 and in 3.44.6 and 3.50.7 of the older lines).
bool is_fit_version(int number);

/// What may be opened or created at the path, before SQLite sees it. Never writes.
struct Place {
    bool exists = false;      // there is a database, of ours by its header
    bool unfinished = false;  // we were creating it when the power went
    bool unclean = false;     // it was not closed
};
Result<Place> look_at(const SqliteFiles& files, const Options& options);

/// A whole check through this connection: empty when sound. Failure(busy) soon after `stop` has become true.
std::vector<std::string> check_sqlite(SqliteConnection& connection, bool thorough, const std::atomic<bool>* stop);

class SqliteDriver final : public Driver {
public:
    SqliteDriver(const Options& options, SqliteFiles files, std::unique_ptr<SqliteConnection> writer, bool clean);

    DriverConnection& writer() override { return *writer_; }
    std::unique_ptr<DriverConnection> open_reader() override;
    CheckpointResult checkpoint(CheckpointKind kind) override;
    [[nodiscard]] std::int64_t log_pages() const override { return writer_->log_pages(); }
    [[nodiscard]] std::int64_t file_bytes() const override { return size_of(files_.database()).value_or(0); }
    [[nodiscard]] std::int64_t log_bytes() const override { return size_of(files_.log()).value_or(0); }
    [[nodiscard]] std::string lost_files() override;
    void release_memory() override;
    void rewrite(const std::atomic<bool>* stop) override;
    std::vector<std::string> check(bool thorough, const std::atomic<bool>* stop) override;
    void copy_to(const std::string& path) override;
    [[nodiscard]] bool was_stopped_cleanly() const override { return clean_; }
    void close_cleanly() override;

private:
    [[nodiscard]] std::optional<std::int64_t> size_of(const std::string& path) const;

    const Options options_;
    const SqliteFiles files_;
    std::atomic<int> long_reads_{0};  // copies under way: the log cannot be emptied meanwhile
    std::unique_ptr<SqliteConnection> writer_;
    const bool clean_;
};

}  // namespace crossdock::db
