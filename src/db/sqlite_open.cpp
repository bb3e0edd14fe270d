// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <chrono>
#include <utility>

#include "db/copy.h"
#include "db/disk.h"
#include "db/migrator.h"
#include "db/sqlite_driver.h"

namespace crossdock::db {
namespace {

constexpr std::chrono::seconds kLongestCheckAtStart{3};
constexpr int kWriterCacheKib = 4'096;

/// A refusal found after SQLite has the file; thrown to leave through one door.
struct Refused {
    Error error;
};

Error newer(const std::string& path, int version) {
    return Error{ErrorKind::rejected, "db_newer",
                 "The database " + path + " has schema " + std::to_string(version) + ", this program knows up to " +
                     std::to_string(newest_schema()) +
                     ". Start a newer crossdock, or restore the copy from before the upgrade: crossdock restore FILE."};
}

Error damaged(const std::string& path, const std::string& finding) {
    return Error{ErrorKind::rejected, "db_damaged",
                 "The database " + path + " is damaged (" + finding +
                     "). Restore the last good backup: crossdock restore FILE. It keeps this file and its log beside it."};
}

Error unusable(const std::string& path, const std::string& finding) {
    return Error{
        ErrorKind::denied, "db_unusable",
        "The database " + path + " cannot be used (" + finding +
            "). Check that this user may write to the file and its folder, that the disk is not full, and that no "
            "other program holds it."};
}

Error error_of(const std::string& path, const Failure& failure) {
    if (failure.kind() == Failure::Kind::corrupt) return damaged(path, failure.what());
    return unusable(path, failure.what());
}

void check_engine() {
    const int number = sqlite3_libversion_number();
    if (!is_fit_version(number) || number != SQLITE_VERSION_NUMBER || sqlite3_threadsafe() == 0) {
        throw Refused{
            Error{ErrorKind::rejected, "db_engine_unfit",
                  std::string{"This program was linked with SQLite "} + sqlite3_libversion() +
                      ", which can damage a database or is not the one it was built for. Install the crossdock package "
                      "of this system again; it carries its own SQLite."}};
    }
}

void check_disk(const Options& options, const std::string& path) {
    if (options.allow_network_disk || !options.engine_layer.empty()) return;
    if (const auto kind = network_disk(path)) {
        throw Refused{
            Error{ErrorKind::rejected, "db_network_disk",
                  "The database " + path + " would be on a network disk (" + *kind +
                      "), where it can be damaged. Set [database] path to a folder on a disk of this machine."}};
    }
}

/// Reads only. Runs before anything is changed in a file that was there.
void check_content(SqliteConnection& writer, const std::string& path) {
    if (std::stoll(writer.ask("PRAGMA application_id")) != std::int64_t{kApplicationId}) {
        throw Refused{
            Error{ErrorKind::rejected, "db_not_ours",
                  "The file " + path +
                      " is not a crossdock database and was left as it is. Set [database] path to another file."}};
    }
    if (const int version = writer.schema_version(); version > newest_schema()) throw Refused{newer(path, version)};
    if (sqlite3_db_readonly(writer.handle(), "main") != 0) {
        throw Refused{unusable(path, "the file or its disk is read-only")};
    }
}

/// quick_check reads the whole file; past the limit the app goes on with Database::check() in the background.
void check_soundness(SqliteConnection& writer, const std::string& path) {
    writer.set_deadline(std::chrono::steady_clock::now() + kLongestCheckAtStart);
    std::string finding;
    try {
        finding = writer.ask("PRAGMA quick_check(1)");
    } catch (const Failure& failure) {
        if (failure.kind() != Failure::Kind::busy) throw;
        finding = "ok";
    }
    writer.stop_deadline();
    if (finding != "ok") throw Refused{damaged(path, finding)};
}

void create(SqliteConnection& writer, const std::string& path, bool unfinished) {
    const bool empty = writer.ask("PRAGMA page_count") == "0";
    if (!empty) {
        // What an earlier attempt left, after SQLite has undone its unfinished part.
        if (!unfinished || std::stoll(writer.ask("PRAGMA application_id")) != std::int64_t{kApplicationId}) {
            throw Refused{
                Error{ErrorKind::rejected, "db_not_ours",
                      "The file " + path +
                          " appeared while it was being created and was left as it is. Move it away and start again."}};
        }
        return;
    }
    // The first statement that writes makes page 1, and this number with it: no moment shows a database without an
    // owner. 4 KiB: an acknowledgement writes half a dozen pages, and writes them a fifth faster than at 8 KiB; lists of
    // payloads that need a chain of overflow pages read as fast as the socket takes them either way
    // (tests/bench/hub_bench.cpp).
    writer.run_script("PRAGMA page_size = " + std::to_string(kPageBytes));
    writer.run_script("PRAGMA application_id = " + std::to_string(kApplicationId));
}

void configure(SqliteConnection& writer, const std::string& path) {
    // EXTRA also makes the removal of the journal durable that the change to a log leaves; come back after a power cut,
    // it would undo that change, and the commits in the log with it.
    writer.run_script("PRAGMA synchronous = EXTRA");
    if (const std::string mode = writer.ask("PRAGMA journal_mode = WAL"); mode != "wal") {
        throw Refused{unusable(path, "its disk does not allow a write-ahead log; SQLite chose " + mode)};
    }
    writer.run_script("PRAGMA synchronous = FULL");
    writer.run_script("PRAGMA temp_store = MEMORY");
    // What is deleted or replaced is overwritten, so that an erased buyer is not in the file any more. The pages of it
    // are mostly those that the same transaction uses again: no more is written than without.
    writer.ask("PRAGMA secure_delete = ON");
    writer.run_script("PRAGMA cache_size = -" + std::to_string(kWriterCacheKib));
    // The writer opens the log before any reader does, so that it is the one to create it and to make its name durable.
    writer.ask("SELECT count(*) FROM sqlite_schema");
    int whole = -1;
    sqlite3_file_control(writer.handle(), "main", SQLITE_FCNTL_POWERSAFE_OVERWRITE, &whole);
    writer.set_writes_are_whole(whole == 1);
}

std::unique_ptr<Driver> open_or_create(const Options& options, const SqliteFiles& files, const Place& place) {
    const std::string& path = files.database();
    if (!place.exists) files.write_mark(SqliteFiles::Mark::creating);
    SqliteConnection::Settings settings;
    settings.path = path;
    settings.layer = options.engine_layer;
    settings.writer = true;
    settings.create = !place.exists;
    auto writer = std::make_unique<SqliteConnection>(settings);
    if (place.exists) {
        check_content(*writer, path);
        if (place.unclean) {
            check_soundness(*writer, path);
            files.harden_log();
        }
    } else {
        if (options.engine_layer.empty()) {
            make_private(path);
            give_to_owner_of_folder(path);
        }
        create(*writer, path, place.unfinished);
    }
    configure(*writer, path);
    files.write_mark(SqliteFiles::Mark::running);
    return std::make_unique<SqliteDriver>(options, files, std::move(writer), !place.unclean);
}

}  // namespace

bool is_fit_version(int number) {
    if (number < 3'007'000 || number >= 3'051'003) return true;
    const int line = number / 1'000;
    const int patch = number % 1'000;
    return (line == 3'044 && patch >= 6) || (line == 3'050 && patch >= 7);
}

std::string sqlite_version() { return sqlite3_libversion(); }

Result<std::unique_ptr<Driver>> open_sqlite(const Options& options) {
    std::string path = options.path;
    try {
        check_engine();
        if (path.empty() || path.find('\0') != std::string::npos) {
            throw Refused{
                Error{ErrorKind::invalid, "db_unusable",
                      "The path of the database is empty or holds a NUL. Set [database] path in the configuration."}};
        }
        const SqliteFiles files(options.engine_layer, path);
        path = files.database();
        check_disk(options, path);
        if (options.engine_layer.empty()) finish_replacement(path);
        const auto place = look_at(files, options);
        if (!place) return place.error();
        return open_or_create(options, files, *place);
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const Failure& failure) {
        return error_of(path, failure);
    }
}

}  // namespace crossdock::db
