// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

namespace crossdock::db {

/// A file layer (SQLite VFS) over another one that hands a commit to the write-ahead log in one piece. SQLite writes
/// each page of a commit in two calls, its head and its content; an acknowledgement changes half a dozen pages, and
/// beside a fast disk those calls were half of what it cost. Nothing is delayed past the point where it matters: a
/// frame that ends a transaction (sqlite.org/fileformat2.html, 4.1: a size of the database other than 0 in its head) is
/// written out with all before it when its content is handed over, which is before SQLite syncs the log, and before any
/// other connection is told of it. Anything else that is asked of the log (reading, its size, a sync) writes out first.
/// All files but the log are the layer's below, untouched.
///
/// For one connection that syncs every commit (synchronous = FULL), by the thread that has it. Outlives the connection.
class SqliteLogLayer {
public:
    /// Over the layer of this name; empty: the system's. Throws Failure(bug) when there is none.
    explicit SqliteLogLayer(const std::string& below);
    ~SqliteLogLayer();
    SqliteLogLayer(const SqliteLogLayer&) = delete;
    SqliteLogLayer& operator=(const SqliteLogLayer&) = delete;

    /// To open the connection with.
    [[nodiscard]] const std::string& name() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::db
