// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "db/migrator.h"

namespace crossdock::app {

struct UpgradeProgress {
    int percent = 0;
    std::string doing;  // "making a copy of the database"
};

struct UpgradeOptions {
    db::Options database;
    std::string program;
    std::vector<db::Migration> migrations = {};  // empty: the program's own
    std::function<void(const UpgradeProgress&)> progress = {};
    std::size_t kept_copies = 3;
    /// After the migration, beside the program's own look: empty when all is well, else what is wrong.
    std::function<std::string(db::Database&)> self_test = {};
};

/// Brings an opened database to the newest schema, with a way back. A fresh database, and one that has it already, is
/// done at once. Else: is there room, is the file sound; a proven copy of it beside it
/// ("<database>.schema-8-20261130T014500Z"); the migrations tried on that copy's copy; then the database itself, in one
/// transaction; then a look at it. Whatever goes wrong, the database is as it was before: not touched yet, undone by
/// its transaction, or put back from the copy. A power cut leaves the old schema or the new one. `database` is another
/// one afterwards when the copy was put back. Errors: those of db::migrate, and `upgrade_no_space`, `upgrade_unsound`,
/// `upgrade_failed` (the sentence says that the old database is in place), `upgrade_stuck` (it says where the copy is).
/// Copies of earlier upgrades beyond `kept_copies` are deleted when it went well.
Result<db::MigrationReport> upgrade(std::unique_ptr<db::Database>& database, const UpgradeOptions& options,
                                    const Clock& clock);

}  // namespace crossdock::app
