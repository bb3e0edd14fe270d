// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/database.h"

namespace crossdock::db {

struct MigrationReport {
    int from = 0, to = 0;
    std::vector<std::string> applied;
};

/// One file of sql/<engine>/, embedded in the program.
struct Migration {
    std::string_view name;    // "0007_inventory_updates.sql": the number is that of the schema it leads to
    std::string_view script;  // statements; no BEGIN or COMMIT
};

/// The newest schema this program knows.
int newest_schema();
/// What this session's database has; 0: nothing yet.
int schema_of(Session& session);
bool has_table(Session& session, std::string_view name);
/// Brings the database to the newest schema, in one transaction; a fresh one starts at 0. A released migration that was
/// changed since it was applied (its hash differs) is an error. Errors: `db_newer`, `db_migration_changed`.
Result<MigrationReport> migrate(Database& database, const Clock& clock);
/// The same with another list, in ascending order: for tests. Throws Failure(bug) when the numbers are not 1, 2, 3 and
/// so on.
Result<MigrationReport> migrate(Database& database, const Clock& clock, const std::vector<Migration>& migrations);

}  // namespace crossdock::db
