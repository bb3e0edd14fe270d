// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "db/database.h"

/// What one engine must be able to do. database.cpp gathers writes and lends connections with these and knows no
/// engine; sqlite_*.cpp implement them. Everything here throws db::Failure.
namespace crossdock::db {

struct CopyWork;

/// A prepared statement. The contract of each function is that of its namesake in db::Statement.
class DriverStatement {
public:
    virtual ~DriverStatement() = default;
    DriverStatement() = default;
    DriverStatement(const DriverStatement&) = delete;
    DriverStatement& operator=(const DriverStatement&) = delete;

    /// True when running it cannot change the database.
    [[nodiscard]] virtual bool read_only() const = 0;
    virtual void bind_null(int index) = 0;
    virtual void bind_integer(int index, std::int64_t value) = 0;
    virtual void bind_text(int index, std::string_view value) = 0;
    virtual bool step() = 0;
    virtual std::int64_t exec() = 0;
    virtual std::int64_t insert() = 0;
    virtual void reset() noexcept = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
};

/// The hub's commit order, as the running write transaction knows it. Read from the table once per transaction, counted
/// in memory, and written back once before the commit.
struct SequenceCounter {
    bool loaded = false;
    std::int64_t stored = 0;  // what the table holds inside this transaction
    std::int64_t value = 0;   // the last number given out
};

/// One connection. Used by one thread from begin to commit or rollback; another thread may take the next transaction.
class DriverConnection {
public:
    virtual ~DriverConnection() = default;
    DriverConnection() = default;
    DriverConnection(const DriverConnection&) = delete;
    DriverConnection& operator=(const DriverConnection&) = delete;

    /// A statement for this text, from the cache when it is not in use. Goes back by give_back, which resets and clears
    /// it.
    virtual DriverStatement& borrow(std::string_view sql) = 0;
    virtual void give_back(DriverStatement& statement) noexcept = 0;
    virtual void run_script(std::string_view sql) = 0;

    /// Takes the write lock at once.
    virtual void begin_write() = 0;
    /// One snapshot until rollback(). A statement that runs past the deadline ends in Failure(busy).
    virtual void begin_read(std::chrono::steady_clock::time_point deadline) = 0;
    /// Makes the work durable. Failure(unknown) when it cannot be known whether it did; any other Failure: nothing was
    /// written and rollback() is due.
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    [[nodiscard]] virtual bool in_transaction() const = 0;

    /// A part of a transaction that can be undone alone. Not nested.
    virtual void begin_part() = 0;
    virtual void keep_part() = 0;
    virtual void undo_part() = 0;
    /// Foreign keys that are checked at commit and would fail now.
    [[nodiscard]] virtual bool has_open_constraints() = 0;
    /// The first failure of the disk, the memory or the file since begin; a unit that swallowed it is not to be
    /// trusted.
    [[nodiscard]] virtual std::optional<Failure> severe_failure() const = 0;

    virtual int schema_version() = 0;
    /// Part of the running transaction.
    virtual void set_schema_version(int version) = 0;
    virtual bool has_table(std::string_view name) = 0;
    /// Of a reader inside its transaction: see db::copy_to.
    virtual void copy_to(const std::string& path, const CopyWork& work) = 0;

    SequenceCounter sequence;
    std::uint64_t logged_commits = 0;  // of the writer: commits that put something into the log. An empty one does not
};

enum class CheckpointKind {
    gentle,   // what can be moved without waiting for anybody
    emptying  // waits (at most twice the longest read) for older readers, then makes the log empty
};

struct CheckpointResult {
    bool complete = false;  // everything in the log is in the file
    std::int64_t log_pages = 0;
};

/// An opened database of one engine: the writer, and where readers come from.
class Driver {
public:
    virtual ~Driver() = default;
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    virtual DriverConnection& writer() = 0;
    /// Thread-safe.
    virtual std::unique_ptr<DriverConnection> open_reader() = 0;
    /// Only while no transaction runs on the writer, by the thread that holds it.
    virtual CheckpointResult checkpoint(CheckpointKind kind) = 0;
    /// Pages in the log after the last commit. By the thread that holds the writer.
    [[nodiscard]] virtual std::int64_t log_pages() const = 0;
    /// Thread-safe; bytes on disk, the log's file as long as it is, empty or not.
    [[nodiscard]] virtual std::int64_t file_bytes() const = 0;
    [[nodiscard]] virtual std::int64_t log_bytes() const = 0;
    /// Empty while the files are those that were opened, else what happened to them. By the thread that holds the
    /// writer.
    [[nodiscard]] virtual std::string lost_files() = 0;
    /// Gives memory back that an idle writer does not need.
    virtual void release_memory() = 0;
    /// See Database::rewrite. Only while no transaction runs on the writer, by the thread that holds it.
    virtual void rewrite(const std::atomic<bool>* stop) = 0;
    /// Thread-safe. Failure(busy) soon after `stop` (may be null) has become true.
    virtual std::vector<std::string> check(bool thorough, const std::atomic<bool>* stop) = 0;
    virtual void copy_to(const std::string& path) = 0;
    [[nodiscard]] virtual bool was_stopped_cleanly() const = 0;
    /// Empties the log, closes the writer and marks the stop as clean. All readers are closed before. Without it the
    /// destructor leaves everything as a crash would.
    virtual void close_cleanly() = 0;
};

/// Opens or creates an SQLite database; the errors are those of Database::open.
Result<std::unique_ptr<Driver>> open_sqlite(const Options& options);
std::string sqlite_version();

}  // namespace crossdock::db
