// SPDX-License-Identifier: Apache-2.0
#include "db/disk.h"
#include "db/migrator.h"
#include "db/sqlite_driver.h"

namespace crossdock::db {
namespace {

Error not_ours(const std::string& text) { return Error{ErrorKind::rejected, "db_not_ours", text}; }

Error missing(const std::string& path) {
    return Error{ErrorKind::not_found, "db_missing",
                 "There is no database at " + path +
                     ". Create one with `crossdock init`, or correct [database] path in the configuration."};
}

Result<Place> look_at_absent(const SqliteFiles& files, const Options& options, SqliteFiles::Mark mark) {
    const std::string& path = files.database();
    // A log holds commits that are not in the database file yet: a fresh file beside it would throw them away.
    if (files.size_of(files.log()).value_or(0) > 0) {
        return Error{ErrorKind::rejected, "db_damaged",
                     "The log " + files.log() + " is there but its database " + path +
                         " is not. Put the database file back beside it; only if it is lost, restore the last good "
                         "backup: crossdock restore FILE. It keeps the log."};
    }
    // The same when it had run and was not stopped: a fresh one would forget every key, acknowledgement and shipment.
    if (mark == SqliteFiles::Mark::running) {
        return Error{
            ErrorKind::rejected, "db_gone",
            "The database " + path +
                " was there when crossdock last ran and is gone. Put the file back in "
                "its place; only if it is lost, restore the last good backup: crossdock restore FILE. Only to begin "
                "anew with nothing: remove " +
                files.mark() + "."};
    }
    if (!options.create) return missing(path);
    return Place{false, mark == SqliteFiles::Mark::creating, false};
}

}  // namespace

Result<Place> look_at(const SqliteFiles& files, const Options& options) {
    const std::string& path = files.database();
    if (options.engine_layer.empty()) {
        if (is_not_a_file(path)) {
            return Error{ErrorKind::rejected, "db_unusable",
                         path + " is not a file. Set [database] path to the name of a file in a folder of its own."};
        }
        if (!is_folder(folder_of(path))) {
            return Error{ErrorKind::rejected, "db_unusable",
                         "The folder " + folder_of(path) +
                             " does not exist. Create it, or correct [database] path in the configuration."};
        }
    }
    const SqliteFiles::Mark mark = files.read_mark();
    const auto header = files.header();
    if (!header) return look_at_absent(files, options, mark);

    const bool journal = files.size_of(path + "-journal").value_or(0) > 0;
    if (mark == SqliteFiles::Mark::creating && (header->file_bytes == 0 || journal)) {
        if (!options.create) return missing(path);
        return Place{false, true, false};
    }
    if (header->file_bytes == 0) {
        return not_ours("The file " + path +
                        " is empty and is no database. If it is meant to be new, remove it; if there was one, restore "
                        "the last good backup: crossdock restore FILE.");
    }
    if (!header->is_sqlite || header->page_bytes < 512) {
        return not_ours("The file " + path +
                        " is not a crossdock database and was left as it is. Set [database] path to another file.");
    }
    if (header->application_id != kApplicationId) {
        return not_ours(
            "The file " + path +
            " is a database of another program and was left as it is. Set [database] path to another file.");
    }
    const bool has_log = files.size_of(files.log()).value_or(0) > 0;
    // With a log the file may be behind; its version is then asked of SQLite.
    if (!has_log && header->schema_version > static_cast<std::uint32_t>(newest_schema())) {
        return Error{
            ErrorKind::rejected, "db_newer",
            "The database " + path + " has schema " + std::to_string(header->schema_version) +
                ", this program knows up to " + std::to_string(newest_schema()) +
                ". Start a newer crossdock, or restore the copy from before the upgrade: crossdock restore FILE."};
    }
    if (!has_log && !journal && std::int64_t{header->pages} * header->page_bytes > header->file_bytes) {
        return Error{ErrorKind::rejected, "db_damaged",
                     "The database " + path + " is cut short: it should have " +
                         std::to_string(std::int64_t{header->pages} * header->page_bytes) + " bytes and has " +
                         std::to_string(header->file_bytes) +
                         ". Restore the last good backup: crossdock restore FILE. It keeps this file beside it."};
    }
    return Place{true, false, mark != SqliteFiles::Mark::none || has_log};
}

}  // namespace crossdock::db
