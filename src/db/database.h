// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

/// One database, whatever the engine. Nothing above this folder names SQLite.
namespace crossdock::db {

/// What should not happen: disk full, corrupt file, a bug in a statement. Caught by the HTTP dispatcher, the job runner
/// and main only. The text is for the log, never for a client.
class Failure : public std::runtime_error {
public:
    enum class Kind {
        busy,  // somebody outside holds the file
        full,  // no space left; nothing was written
        io,    // the disk failed; nothing was written
        corrupt,
        constraint,  // a CHECK, UNIQUE or FOREIGN KEY of the schema said no
        unknown,     // a COMMIT failed: the work may or may not be on disk; the database takes no more work
        closed,      // stopped, or broken by an earlier `unknown`
        bug          // anything else
    };
    Failure(Kind failure_kind, const std::string& text) : std::runtime_error(text), kind_(failure_kind) {}
    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

class DriverStatement;
class DriverConnection;

/// One connection inside a transaction, lent for the duration of one unit of work. Never kept, never shared.
class Session {
public:
    explicit Session(DriverConnection& connection, bool writable) : connection_(connection), writable_(writable) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    [[nodiscard]] bool writable() const { return writable_; }
    /// Statements of a migration or a pragma; not for values.
    void run_script(std::string_view sql);
    /// The next number of the hub's own commit order: rises by one for every change that the feeds show. Only in a
    /// write.
    std::int64_t next_sequence();
    DriverConnection& connection() { return connection_; }

private:
    DriverConnection& connection_;
    bool writable_;
};

/// A prepared statement, borrowed from the connection's cache; reset and cleared when it goes out of scope. Parameters
/// are `?`, counted from the left; columns count from 0. Every parameter needs a value each time: a forgotten one is a
/// Failure(bug), never the value of an earlier use. Throws Failure.
class Statement {
public:
    Statement(Session& session, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds every parameter in order. Integers, bool, text, Id<>, Timestamp (as milliseconds), optional of these,
    /// nullptr.
    template <class... Values>
    Statement& bind(const Values&... values) {
        int index = 1;
        (bind_one(index++, values), ...);
        return *this;
    }
    /// Binds one more value at a given place, for statements whose shape is put together at run time.
    template <class Value>
    Statement& bind_at(int index, const Value& value) {
        bind_one(index, value);
        return *this;
    }

    /// The next row; false when there is none.
    bool step();
    /// Runs to the end. Returns how many rows were changed.
    std::int64_t exec();
    /// Runs an INSERT of one row into a table whose key is an integer `id`, and returns the id it got. Cheaper than
    /// RETURNING, for which SQLite keeps a copy of every page the insert changes.
    std::int64_t insert();
    /// Makes the statement ready for new values, keeping it prepared.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    /// Valid until the next step, reset or end of scope.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::string string(int column) const { return std::string{text(column)}; }
    [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::optional<std::string> optional_string(int column) const;
    [[nodiscard]] Timestamp time(int column) const { return from_ms(integer(column)); }
    [[nodiscard]] std::optional<Timestamp> optional_time(int column) const;
    template <class IdType>
    [[nodiscard]] IdType id(int column) const {
        return IdType{integer(column)};
    }

private:
    void bind_null(int index);
    void bind_integer(int index, std::int64_t value);
    void bind_text(int index, std::string_view value);  // not copied: must live until the statement is reset

    void bind_one(int index, std::nullptr_t) { bind_null(index); }
    void bind_one(int index, std::nullopt_t) { bind_null(index); }
    void bind_one(int index, bool value) { bind_integer(index, value ? 1 : 0); }
    template <class Number>
    requires std::is_integral_v<Number>
    void bind_one(int index, Number value) { bind_integer(index, static_cast<std::int64_t>(value)); }
    void bind_one(int index, std::string_view value) { bind_text(index, value); }
    void bind_one(int index, const std::string& value) { bind_text(index, value); }
    void bind_one(int index, const char* value) { bind_text(index, value); }
    void bind_one(int index, Timestamp value) { bind_integer(index, to_ms(value)); }
    template <class Tag>
    void bind_one(int index, Id<Tag> value) {
        bind_integer(index, value.value);
    }
    // Not inline: GCC 12 thinks that it reads times that are not there.
    void bind_one(int index, const std::optional<Timestamp>& value);
    template <class Value>
    void bind_one(int index, const std::optional<Value>& value) {
        if (value)
            bind_one(index, *value);
        else
            bind_null(index);
    }

    DriverStatement* statement_;
    DriverConnection* connection_;
};

struct Options {
    std::string path;
    std::string engine_layer;  // a named file layer (SQLite VFS) for tests; empty: the system's
    std::size_t max_units_per_commit = 256;
    std::size_t max_readers = 8;
    std::chrono::milliseconds longest_read{2'000};
    std::chrono::milliseconds reader_idle{30'000};  // maintain() closes a reading connection unused for that long
    bool create = true;                             // false: an absent file is an error
    bool allow_network_disk = false;
};

struct Figures {
    std::int64_t file_bytes = 0, log_bytes = 0;
    std::uint64_t commits = 0, units = 0, checkpoints = 0;
    std::size_t waiting = 0;  // units of work that wait for the writer
};

/// One writer, many readers. Writes from any thread are gathered: whoever comes first runs all waiting units of work in
/// one transaction, each in its own savepoint, commits once, and releases everybody. A write that returned is on disk.
class Database {
public:
    /// Opens or creates. Errors, each with a sentence that says what to do: `db_not_ours`, `db_newer`, `db_damaged`,
    /// `db_network_disk`, `db_engine_unfit`, `db_missing`, `db_unusable` (permissions, not a file). Never writes to a
    /// file that is not ours and never replaces one. Does not migrate: see migrator.h.
    static Result<std::unique_ptr<Database>> open(const Options& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs one unit of work and returns its result once it is durable. An exception out of `work` undoes this unit
    /// alone and is passed on. `work` must not call write() or any network. Throws Failure.
    template <class Work>
    auto write(Work&& work) -> std::invoke_result_t<Work&, Session&> {
        using Value = std::invoke_result_t<Work&, Session&>;
        if constexpr (std::is_void_v<Value>) {
            run_write([&](Session& session) { work(session); });
        } else {
            std::optional<Value> value;
            run_write([&](Session& session) { value.emplace(work(session)); });
            return std::move(*value);
        }
    }
    /// The same for callers who rather come again than wait: nothing, and `work` was not begun, when the writer has not
    /// come to it by then. For work that returns something.
    template <class Work>
    auto write_soon(std::chrono::milliseconds longest_wait, Work&& work)
        -> std::optional<std::invoke_result_t<Work&, Session&>> {
        std::optional<std::invoke_result_t<Work&, Session&>> value;
        if (!run_write_soon([&](Session& session) { value.emplace(work(session)); }, longest_wait)) return std::nullopt;
        return value;
    }
    /// Runs `work` on a reading connection, inside one consistent snapshot. Ends in Failure(busy) after longest_read.
    /// Inside another read or a write of this database it shares that one's view.
    template <class Work>
    auto read(Work&& work) -> std::invoke_result_t<Work&, Session&> {
        using Value = std::invoke_result_t<Work&, Session&>;
        if constexpr (std::is_void_v<Value>) {
            run_read([&](Session& session) { work(session); });
        } else {
            std::optional<Value> value;
            run_read([&](Session& session) { value.emplace(work(session)); });
            return std::move(*value);
        }
    }

    /// `told` is called after each commit that moved the hub's commit order, by the thread that committed: it must be quick
    /// and not touch the database. An empty one ends that; when this returns, the one before is not running any more.
    void on_change(std::function<void()> told);

    /// Moves the log into the file when it is worth it. The only place that checkpoints, always on the writer. The app
    /// calls it about once a second; write() does so itself when the log grows long.
    void maintain();
    /// A whole check of the file: empty when sound, else what is wrong. Slow on large files; once `stop` is true it ends
    /// within moments in Failure(busy). Reads and writes go on meanwhile, close() waits for it.
    std::vector<std::string> check(bool thorough, const std::atomic<bool>* stop = nullptr);
    /// Makes the file anew from what it holds, so that nothing of what was deleted or replaced before is left in it. It
    /// needs room for the file twice. Reads go on; writes wait, some half a minute a gigabyte. Failure(busy) soon after
    /// `stop` (may be null) has become true, Failure(full) when there is no room: then nothing was changed. What was
    /// there before is gone when empty_log() has said so, too.
    void rewrite(const std::atomic<bool>* stop = nullptr);
    /// Moves all of the log into the file and cuts it to nothing, so that no earlier form of a page is left in it. False
    /// when a reader, such as a copy, needs it still.
    bool empty_log();
    /// Copies a consistent snapshot of the database to a file that must not exist yet.
    void copy_to(const std::string& path);
    /// False after a commit of unknown outcome or close(): the process should end and start afresh.
    [[nodiscard]] bool usable() const;
    /// For the log: why usable() became false, or how the last checkpoint failed; empty when all is well.
    [[nodiscard]] std::string problem() const;
    /// How the last write failed, when that was not its own fault (busy, full, io, corrupt); nothing once a later
    /// commit has put something on the disk. Neither waits nor touches the disk.
    [[nodiscard]] std::optional<Failure> write_trouble() const;
    /// Its file, as in Options.
    [[nodiscard]] const std::string& path() const;
    [[nodiscard]] Figures figures() const;
    /// Was the last stop a clean one? Asked before any write.
    [[nodiscard]] bool was_stopped_cleanly() const;
    /// Waits for the units under way, marks the stop as clean, moves the log into the file. Idempotent.
    void close();

    static std::string engine_version();

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    void run_write(const std::function<void(Session&)>& work);
    bool run_write_soon(const std::function<void(Session&)>& work, std::chrono::milliseconds longest_wait);
    void run_read(const std::function<void(Session&)>& work);

    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::db
