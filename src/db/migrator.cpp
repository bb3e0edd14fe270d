// SPDX-License-Identifier: Apache-2.0
#include "db/migrator.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "base/text.h"
#include "db/driver.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> sqlite_migrations;
}

namespace crossdock::db {
namespace {

/// FNV-1a, 64 bits: tells a changed file from an unchanged one, and guards against nobody. Line ends do not count,
/// because a checkout on Windows may change them. Source: RFC 9923.
std::string hash_of(std::string_view script) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char letter : script) {
        if (letter == '\r') continue;
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001B3U;
    }
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((hash >> shift) & 0xFFU));
    return to_hex(bytes);
}

int number_of(std::string_view name) {
    int number = 0;
    std::size_t at = 0;
    while (at < name.size() && at < 6 && name[at] >= '0' && name[at] <= '9') number = number * 10 + (name[at++] - '0');
    if (at == 0 || at >= name.size() || name[at] != '_') {
        throw Failure(Failure::Kind::bug, "A migration must be named NNNN_what_changed.sql, not " + std::string{name});
    }
    return number;
}

void check_numbers(const std::vector<Migration>& migrations) {
    int expected = 1;
    for (const Migration& migration : migrations) {
        if (number_of(migration.name) != expected) {
            throw Failure(Failure::Kind::bug, "Migration " + std::to_string(expected) +
                                                  " is missing or double; found " + std::string{migration.name});
        }
        ++expected;
    }
}

/// Nothing when the database can be brought to `migrations`, else why it cannot.
std::optional<Error> objection(Session& session, int version, const std::vector<Migration>& migrations) {
    if (version > static_cast<int>(migrations.size())) {
        return Error{ErrorKind::rejected, "db_newer",
                     "The database has schema " + std::to_string(version) + ", this program knows up to " +
                         std::to_string(migrations.size()) +
                         ". Start a newer crossdock, or restore the copy from before the upgrade: crossdock restore FILE."};
    }
    if (!session.connection().has_table("schema_migrations")) return std::nullopt;
    Statement statement(session, "SELECT number, name, hash FROM schema_migrations ORDER BY number");
    while (statement.step()) {
        const auto number = static_cast<std::size_t>(statement.integer(0));
        if (number < 1 || number > migrations.size()) continue;
        if (hash_of(migrations[number - 1].script) == statement.text(2)) continue;
        return Error{
            ErrorKind::rejected, "db_migration_changed",
            "Migration " + statement.string(1) +
                " differs from the one this database was made with. Install the released crossdock package; if you "
                "changed the file, put the change into a new migration."};
    }
    return std::nullopt;
}

void apply(Session& session, const Migration& migration, const Clock& clock) {
    try {
        session.run_script(migration.script);
    } catch (const Failure& failure) {
        throw Failure(failure.kind(), "Migration " + std::string{migration.name} + " failed: " + failure.what());
    }
    const std::string hash = hash_of(migration.script);
    Statement(session, "INSERT INTO schema_migrations (number, name, hash, applied_at_ms) VALUES (?, ?, ?, ?)")
        .bind(number_of(migration.name), migration.name, hash, clock.now())
        .exec();
}

std::vector<Migration> embedded_migrations() {
    std::vector<Migration> migrations;
    for (const auto& [name, script] : embedded::sqlite_migrations) migrations.push_back({name, script});
    return migrations;
}

}  // namespace

int newest_schema() { return static_cast<int>(embedded::sqlite_migrations.size()); }

int schema_of(Session& session) { return session.connection().schema_version(); }

bool has_table(Session& session, std::string_view name) { return session.connection().has_table(name); }

Result<MigrationReport> migrate(Database& database, const Clock& clock) {
    return migrate(database, clock, embedded_migrations());
}

Result<MigrationReport> migrate(Database& database, const Clock& clock, const std::vector<Migration>& migrations) {
    check_numbers(migrations);
    const int target = static_cast<int>(migrations.size());
    MigrationReport report;
    std::optional<Error> refused;
    const auto look = [&](Session& session) {
        report.from = report.to = session.connection().schema_version();
        refused = objection(session, report.from, migrations);
    };
    database.read(look);
    if (refused) return *refused;
    if (report.from == target) return report;
    database.write([&](Session& session) {
        look(session);  // again: another process may have been here meanwhile
        if (refused || report.from == target) return;
        session.run_script(
            "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT "
            "NOT "
            "NULL, applied_at_ms INTEGER NOT NULL) STRICT");
        report.applied.clear();
        for (int number = report.from + 1; number <= target; ++number) {
            const Migration& migration = migrations[static_cast<std::size_t>(number) - 1];
            apply(session, migration, clock);
            report.applied.emplace_back(migration.name);
        }
        session.connection().set_schema_version(target);
        report.to = target;
    });
    if (refused) return *refused;
    return report;
}

}  // namespace crossdock::db
