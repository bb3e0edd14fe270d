// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// Rows in each of the main tables, of those that the schema has.
std::map<std::string, std::int64_t> count_rows(db::Session& session);

/// Ids of the keys that secrets in the database are sealed with; never a key.
std::vector<std::string> sealing_keys(db::Session& session);

/// What a backup says about itself, in the backup: what the source held in the very snapshot that was copied.
struct BackupStamp {
    Timestamp made_at{};
    std::string program;  // the version that made it
    int schema = 0;
    std::string installation;   // whose database it is
    std::int64_t sequence = 0;  // how far the hub's commit order had come
    std::map<std::string, std::int64_t> rows;
    std::vector<std::string> sealing_keys;  // ids of the keys that its secrets are sealed with; never a key

    [[nodiscard]] std::int64_t all_rows() const;
};

/// Of a database of any schema, inside its snapshot.
BackupStamp make_stamp(db::Session& source, int schema, std::string_view program, Timestamp now);
void write_stamp(db::Session& copy, const BackupStamp& stamp);
/// Nothing when the file has none: it was copied by hand. A stamp that cannot be read throws Failure(corrupt).
std::optional<BackupStamp> read_stamp(db::Session& session);
void drop_stamp(db::Session& session);
/// Counts again: one line for each table that holds another number of rows than the stamp says.
std::vector<std::string> compare_rows(db::Session& session, const BackupStamp& stamp);

/// How the last backup went, for whoever asks how the hub is.
struct BackupRecord {
    Timestamp at{};  // when it ended
    std::string file;
    std::int64_t bytes = 0, rows = 0, took_ms = 0;
    int schema = 0;
    std::string sha256;  // hexadecimal
    std::string error;   // why it failed; empty: it was made, and is sound
};

/// Where the last backup that went into the plan's folder lies. A folder that was there and is gone is a disk that is
/// gone.
struct BackupPlace {
    std::string folder;
    std::int64_t disks = 0;  // on the way from the root to it
};

class BackupRepo {
public:
    explicit BackupRepo(db::Session& session) : session_(session) {}
    /// Keeps how a backup went, and tells of it (backup.completed, backup.failed) in every account.
    void record(const BackupRecord& record);
    /// The newest that was made.
    std::optional<BackupRecord> last_made();
    /// The newest that failed, unless one was made after it.
    std::optional<BackupRecord> last_failed();
    /// Where the last one lies that a plan asked for, or somebody put into its folder.
    std::optional<BackupPlace> place();
    void remember_place(const BackupPlace& place);
    /// Since when there is something to lose: the age of the oldest account.
    std::optional<Timestamp> in_use_since();

private:
    db::Session& session_;
};

}  // namespace crossdock::store
