// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

struct sqlite3_vfs;

namespace crossdock::db {

/// The files around one database, looked at through SQLite's own file layer: so the tests' file layer sees every byte,
/// and closing a file does not drop the locks that another connection of this process holds on it.
class SqliteFiles {
public:
    /// An empty layer is the system's. Throws Failure(io) when the layer is unknown or the path cannot be made
    /// absolute.
    SqliteFiles(const std::string& layer, const std::string& path);

    /// What the first hundred bytes of an SQLite file say. Source: sqlite.org/fileformat.html, "The Database Header".
    struct Header {
        std::int64_t file_bytes = 0;
        bool is_sqlite = false;
        std::uint32_t page_bytes = 0;
        std::uint32_t pages = 0;  // 0 when the field is not valid
        std::uint32_t application_id = 0;
        std::uint32_t schema_version = 0;
    };
    enum class Mark {
        none,      // the last stop was a clean one
        creating,  // the database was being created: an empty file is ours
        running
    };

    [[nodiscard]] const std::string& database() const { return path_; }
    [[nodiscard]] std::string log() const { return path_ + "-wal"; }
    [[nodiscard]] std::string mark() const { return path_ + ".running"; }
    /// While another database takes this one's place: sqlite_replacement.cpp.
    [[nodiscard]] std::string replacement_note() const { return path_ + ".replacing"; }

    /// Bytes of a file, or nothing when it is not there (or may not be read).
    [[nodiscard]] std::optional<std::int64_t> size_of(const std::string& path) const;
    /// Nothing when there is no such file. Throws Failure(io) when it cannot be read.
    [[nodiscard]] std::optional<Header> header() const;
    [[nodiscard]] bool is_there(const std::string& path) const;

    [[nodiscard]] Mark read_mark() const;
    /// Durable when it returns, the name in the folder too. Throws Failure.
    void write_mark(Mark mark) const;
    /// A few lines. Empty when there is no such file. Throws Failure when it cannot be read.
    [[nodiscard]] std::string read_small(const std::string& path) const;
    /// Over what is there, from its beginning. Durable when it returns, the name in the folder too. Throws Failure.
    void write_small(const std::string& path, const std::string& text) const;
    /// Durable when it returns.
    void remove(const std::string& path) const;
    /// Writes the log's bytes over themselves and syncs them. See the source for why.
    void harden_log() const;

private:
    class Open;
    sqlite3_vfs* layer_;
    bool real_;  // the system's own files
    std::string path_;
};

}  // namespace crossdock::db
