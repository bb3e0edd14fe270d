// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "db/driver.h"
#include "db/sqlite_log_layer.h"

struct sqlite3;
struct sqlite3_stmt;
namespace SQLite {
class Database;
}

namespace crossdock::db {

class SqliteConnection;

/// An SQLite result code as a Failure: kind, what was being done, SQLite's own words. No bound value is ever in the
/// text.
Failure sqlite_failure(int code, const std::string& doing, sqlite3* connection);

class SqliteStatement final : public DriverStatement {
public:
    SqliteStatement(SqliteConnection& connection, std::string sql, bool cached);
    ~SqliteStatement() override;

    [[nodiscard]] bool read_only() const override;
    void bind_null(int index) override;
    void bind_integer(int index, std::int64_t value) override;
    void bind_text(int index, std::string_view value) override;
    bool step() override;
    std::int64_t exec() override;
    std::int64_t insert() override;
    void reset() noexcept override;
    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] std::string_view text(int column) const override;
    [[nodiscard]] bool is_null(int column) const override;

private:
    friend class SqliteConnection;
    enum class State { ready, row, done };

    void before_bind(int index);
    void check_column(int column) const;
    [[noreturn]] void fail(int code);

    SqliteConnection& connection_;
    const std::string sql_;
    sqlite3_stmt* statement_ = nullptr;
    State state_ = State::ready;
    bool used_ = false;        // since the last reset
    int columns_ = 0;          // of the current row
    std::vector<bool> bound_;  // which parameters have a value
    std::size_t unbound_ = 0;
    const bool cached_;
    bool in_use_ = false;
    std::uint64_t last_use_ = 0;
};

/// A connection to an SQLite file, configured by the rules for writers or for readers.
class SqliteConnection final : public DriverConnection {
public:
    struct Settings {
        std::string path;
        std::string layer;
        bool writer = false;
        bool create = false;
        bool immutable = false;  // a file that nobody changes: no locks, nothing is made beside it
        bool untouched_log = false;  // there is a log: it is read, and neither it nor its index is changed
        std::chrono::milliseconds busy_timeout{10'000};
        std::atomic<int>* long_reads = nullptr;  // counted up while this reader copies; outlives it
    };

    /// Opens and applies what does not touch the file. The rest is up to the driver. Throws Failure.
    explicit SqliteConnection(const Settings& settings);
    ~SqliteConnection() override;

    DriverStatement& borrow(std::string_view sql) override;
    void give_back(DriverStatement& statement) noexcept override;
    void run_script(std::string_view sql) override;
    void begin_write() override;
    void begin_read(std::chrono::steady_clock::time_point deadline) override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool in_transaction() const override;
    void begin_part() override;
    void keep_part() override;
    void undo_part() override;
    [[nodiscard]] bool has_open_constraints() override;
    [[nodiscard]] std::optional<Failure> severe_failure() const override { return severe_; }
    int schema_version() override;
    void set_schema_version(int version) override;
    bool has_table(std::string_view name) override;
    void copy_to(const std::string& path, const CopyWork& work) override;

    [[nodiscard]] sqlite3* handle() const { return handle_; }
    [[nodiscard]] SQLite::Database& database() const { return *database_; }
    /// Outside transactions, for the driver's own pragmas: the first column of the first row.
    std::string ask(const std::string& sql);
    /// A time-limited statement outside begin_read; without a limit after stop_deadline().
    void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }
    void stop_deadline() { deadline_.reset(); }
    /// From now on a statement ends in Failure(busy) soon after `stop` (null: never) has become true. It must outlive
    /// the connection.
    void end_when(const std::atomic<bool>* stop);
    /// Frames in the log after the last commit of this connection.
    [[nodiscard]] std::int64_t log_pages() const { return log_pages_; }
    void set_log_pages(std::int64_t pages) { log_pages_ = pages; }
    void set_writes_are_whole(bool yes) { writes_are_whole_ = yes; }

private:
    friend class SqliteStatement;

    /// Called before every statement: is this the thread that began, and is the transaction still there?
    void before_step() const;
    Failure failed(int code, const std::string& doing);
    void run_control(sqlite3_stmt*& statement, const char* sql);
    void evict_one();
    static int on_progress(void* self);
    static int on_log(void* self, sqlite3*, const char*, int pages);

    std::unique_ptr<SqliteLogLayer> log_layer_;  // of the writer; goes after the connection
    std::unique_ptr<SQLite::Database> database_;
    sqlite3* handle_ = nullptr;
    const bool writer_;
    const std::string layer_name_;
    std::atomic<int>* const long_reads_;
    std::unordered_map<std::string_view, std::unique_ptr<SqliteStatement>> cache_;
    std::uint64_t uses_ = 0;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* commit_ = nullptr;
    sqlite3_stmt* rollback_ = nullptr;
    sqlite3_stmt* begin_part_ = nullptr;
    sqlite3_stmt* keep_part_ = nullptr;
    sqlite3_stmt* undo_part_ = nullptr;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    const std::atomic<bool>* stop_ = nullptr;
    std::optional<Failure> severe_;
    std::thread::id owner_;
    bool expects_transaction_ = false;
    bool writes_are_whole_ = false;
    std::int64_t log_pages_ = 0;
};

}  // namespace crossdock::db
