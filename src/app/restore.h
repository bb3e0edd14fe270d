// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/backup.h"
#include "base/clock.h"
#include "base/result.h"

namespace crossdock::app {

struct RestoreRequest {
    std::string backup;
    std::string database;            // need not exist
    std::filesystem::path key_file;  // for the report alone
    /// Before anything is replaced: what a person should know who took the wrong backup. May be empty.
    std::function<void(const std::string& words)> tell = {};
};

struct RestoreReport {
    VerifiedBackup backup;
    std::optional<std::string> kept;    // where the replaced database lies now, or its log when that was all there was
    bool knows_lost = false;            // what the replaced database had given out was read from it
    bool other_installation = false;    // the replaced database held orders, and the backup is of another hub
    std::vector<std::string> warnings;  // what a person should do or know
};

/// Puts a backup in the place of the database. The caller holds the instance lock. The backup is verified first; the
/// replaced database (of this installation or another, which is told and hinders nobody), with whatever is in its log,
/// is kept beside it under "<database>.replaced-20261130T014500Z". A crash in between leaves the old one in place, or
/// what db::finish_replacement carries out at the next start or command. An older schema is brought up by the next
/// start, which also heeds what store/restored.h says. Errors: those of verify_backup, and `backup_unsound`,
/// `db_newer`, `restore_same_file`, `restore_folder`, `restore_no_space`, `restore_failed`.
Result<RestoreReport> restore_backup(const RestoreRequest& request, const Clock& clock);

/// What an operator should know of the key file: one sentence for each key that the backup's secrets need and that is
/// not in it.
std::vector<std::string> missing_keys(const std::optional<store::BackupStamp>& stamp,
                                      const std::filesystem::path& key_file);

}  // namespace crossdock::app
