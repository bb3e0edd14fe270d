// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "db/database.h"
#include "support/temporary_folder.h"

namespace crossdock::db {

using testing::TemporaryFolder;

inline std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::unique_ptr<Database> open_or_throw(Options options) {
    // A test that does not mean the limit must not meet it where the machine sleeps in the middle of a read.
    if (options.longest_read == Options().longest_read) options.longest_read = std::chrono::minutes{1};
    auto opened = Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().code + ": " + opened.error().message);
    return std::move(*opened);
}

inline std::unique_ptr<Database> open_or_throw(const std::string& path) {
    Options options;
    options.path = path;
    return open_or_throw(options);
}

/// The table of the commit order, and one for notes.
inline void create_tables(Database& database) {
    database.write([](Session& session) {
        session.run_script(
            "CREATE TABLE change_sequence (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;"
            "INSERT INTO change_sequence VALUES (1, 0);"
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, author INTEGER NOT NULL, number INTEGER NOT NULL,"
            " text TEXT, sequence INTEGER, UNIQUE (author, number)) STRICT;");
    });
}

inline void add_note(Session& session, std::int64_t author, std::int64_t number, std::string_view text = "note") {
    Statement(session, "INSERT INTO notes (author, number, text, sequence) VALUES (?, ?, ?, ?)")
        .bind(author, number, text, session.next_sequence())
        .exec();
}

inline std::int64_t ask_integer(Session& session, std::string_view sql) {
    Statement statement(session, sql);
    return statement.step() ? statement.integer(0) : -1;
}

inline std::int64_t count_notes(Database& database) {
    return database.read([](Session& session) { return ask_integer(session, "SELECT count(*) FROM notes"); });
}

/// The kind of the Failure that `action` throws; nothing when it throws none.
template <class Action>
std::optional<Failure::Kind> failure_of(Action&& action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

}  // namespace crossdock::db
