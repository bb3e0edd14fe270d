// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "store/backup_stamp.h"

/// Backups: made, proven, kept and thrown away. Why it is done this way: docs/decisions/014-backup-and-restore.md.
namespace crossdock::app {

/// Pages copied so far, and pages in all.
using BackupProgress = std::function<void(std::int64_t done, std::int64_t all)>;

struct BackupRequest {
    std::string file;     // absolute; must not exist yet
    std::string program;  // the version that makes it
    BackupProgress progress;
    const std::atomic<bool>* stop = nullptr;  // soon after it became true: `backup_stopped`
};

/// Makes a backup of a database in use and proves it: one snapshot, checked from end to end, its rows counted and
/// compared with the source's in that snapshot, stamped, on the disk, and only then under its name; beside it
/// "<file>.sha256", as `sha256sum -c` reads it. Readers and writers go on meanwhile. Nothing is written to the database
/// itself. Errors: `backup_exists`, `backup_folder`, `backup_no_space`, `backup_stopped`, `backup_failed`; then there
/// is no such file.
Result<store::BackupRecord> make_backup(db::Database& database, const Clock& clock, const BackupRequest& request);

struct VerifiedBackup {
    std::string file;
    std::int64_t bytes = 0;
    int schema = 0;
    bool newer = false;                       // than this program knows
    std::optional<store::BackupStamp> stamp;  // none: copied by hand
    std::optional<std::string> sha256;  // what "<file>.sha256" promises, and what is true; none: there is no such file
    std::vector<std::string> faults;    // empty: sound

    [[nodiscard]] bool is_sound() const { return faults.empty(); }
};

/// Looks at a backup again, as at the time it was made: its hash, every page, every row count. Changes nothing. Errors:
/// those of db::ClosedFile::open.
Result<VerifiedBackup> verify_backup(const std::string& file, const std::atomic<bool>* stop = nullptr);

/// SHA-256 of a file, hexadecimal. Errors: unavailable `file_read`, `backup_stopped` (soon after `stop`). Not of a
/// database that this process has open: closing the file would drop its locks.
Result<std::string> hash_file(const std::string& file, const std::atomic<bool>* stop = nullptr);

/// "crossdock-20261130T014500Z.db" for a database "crossdock.db".
std::string backup_name(const std::string& database, Timestamp now);

struct BackupPlan {
    std::string folder;                              // empty: none are made by themselves
    std::optional<std::chrono::milliseconds> every;  // none: only when somebody asks
    std::int64_t keep_days = 7;                      // the newest of each of so many days,
    std::int64_t keep_weeks = 4;                     // and of each of so many weeks
};

/// Which of a folder's backups (file names as backup_name makes them) have had their time. Days and weeks are counted
/// back from the newest backup, not from today: a hub that has not run for a month keeps what it has. The newest of all
/// always stays.
std::vector<std::string> backups_to_drop(std::vector<std::string> names, const std::string& database,
                                         const BackupPlan& plan);
/// Deletes in a folder what a crash left of backups of a database of that name: "….unfinished" behind a name as
/// backup_name makes it, and what lies beside it. One that a process writes just now stays.
void drop_unfinished(const std::string& database, const std::string& folder);
/// Deletes those, with their ".sha256". Returns their names.
std::vector<std::string> drop_old_backups(const std::string& database, const BackupPlan& plan);

}  // namespace crossdock::app
