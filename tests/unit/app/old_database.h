// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "db/migrator.h"
#include "support/real_process.h"

namespace crossdock::app {

/// The program's migrations up to a number, from their files.
inline std::vector<db::Migration> migrations_upto(int number) {
    static const std::vector<std::pair<std::string, std::string>> all = [] {
        std::vector<std::pair<std::string, std::string>> read;
        for (const auto& entry : std::filesystem::directory_iterator(CROSSDOCK_SOURCE_DIR "/sql/sqlite"))
            if (entry.path().filename().string().starts_with("0"))
                read.emplace_back(entry.path().filename().string(), crossdock::testing::file_text(entry.path()));
        std::sort(read.begin(), read.end());
        return read;
    }();
    std::vector<db::Migration> migrations;
    for (int i = 0; i < number; ++i)
        migrations.push_back({all.at(static_cast<std::size_t>(i)).first, all[static_cast<std::size_t>(i)].second});
    return migrations;
}

/// Makes a database as the release of that schema left it: tests/fixtures/schema has rows for each schema that added
/// tables. Closed cleanly.
inline void make_old_database(const db::Options& options, int schema, const Clock& clock) {
    auto opened = db::Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    const auto migrated = db::migrate(**opened, clock, migrations_upto(schema));
    if (!migrated) throw std::runtime_error(migrated.error().message);
    (*opened)->write([&](db::Session& session) {
        for (int number = 1; number <= schema; ++number) {
            const std::string digits = std::to_string(number);
            const std::string file = CROSSDOCK_SOURCE_DIR "/tests/fixtures/schema/rows_" +
                                     std::string(4 - digits.size(), '0') + digits + ".sql";
            if (std::filesystem::exists(file)) session.run_script(crossdock::testing::file_text(file));
        }
    });
    (*opened)->close();
}

/// Every row of every table, by table, in the columns that it has (or in those given).
using Content = std::map<std::string, std::vector<std::string>>;
using Columns = std::map<std::string, std::string>;

inline Columns columns_of(db::Database& database) {
    return database.read([](db::Session& session) {
        std::vector<std::string> tables;
        {
            db::Statement statement(session,
                                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
            while (statement.step()) tables.push_back(statement.string(0));
        }
        Columns columns;
        for (const std::string& table : tables) {
            if (table == "schema_migrations") continue;
            std::string list;
            db::Statement statement(session, "SELECT name FROM pragma_table_info('" + table + "')");
            while (statement.step()) {
                // Lines are found by their order since schema 3; their own number was never shown.
                if (table == "order_lines" && statement.string(0) == "id") continue;
                list += (list.empty() ? "quote(" : " || ',' || quote(") + statement.string(0) + ")";
            }
            columns[table] = list;
        }
        return columns;
    });
}

inline Content content_of(db::Database& database, const Columns& columns) {
    return database.read([&](db::Session& session) {
        Content content;
        for (const auto& [table, list] : columns) {
            db::Statement statement(session, "SELECT " + list + " FROM " + table);
            auto& rows = content[table];
            while (statement.step()) rows.push_back(statement.string(0));
            std::sort(rows.begin(), rows.end());
        }
        return content;
    });
}

}  // namespace crossdock::app
