// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/doctor/checks.h"
#include "app/doctor/closed_database.h"
#include "app/overview.h"
#include "db/migrator.h"
#include "store/backup_stamp.h"

namespace crossdock::app::doctor {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLongestLook{20};

/// Reads the whole file when that is quick. Nothing: it was not.
std::optional<std::vector<std::string>> check_pages(db::ClosedFile& file) {
    std::atomic<bool> stop{false};
    std::atomic<bool> done{false};
    std::thread timer([&] {
        for (auto left = kLongestLook * 20; left.count() > 0 && !done; --left)
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        stop = true;
    });
    std::optional<std::vector<std::string>> faults;
    try {
        faults = file.check(&stop, false);
    } catch (const db::Failure& failure) {
        if (failure.kind() != db::Failure::Kind::busy) faults = std::vector<std::string>{failure.what()};
    }
    done = true;
    timer.join();
    return faults;
}

void tell_unopened(Visit& visit, const Error& error) {
    const std::string& path = visit.config->database.path;
    const std::string restore = "put back the last good backup: crossdock restore FILE; it keeps this file beside it";
    std::error_code ignored;
    if (is_denied(path) || (error.code == "file_missing" && (std::filesystem::exists(path, ignored) || ignored)))
        return visit.add(Severity::info, "database_not_seen", path, "this user may not read the database",
                         "look again " + platform::habits().as_owner + "crossdock doctor");
    if (error.code == "file_missing") {
        if (std::filesystem::exists(path + ".replacing", ignored))
            return visit.add(Severity::warning, "restore_interrupted", path,
                             "a restore, or the way back from an upgrade, was interrupted while the database was being "
                             "replaced; nothing is lost",
                             "move nothing by hand: the next start finishes it: " + platform::habits().start);
        // What was acknowledged last is in the file and its log, and in no backup.
        const auto log_bytes = std::filesystem::file_size(path + "-wal", ignored);
        if (!ignored && log_bytes > 0)
            return visit.add(
                Severity::error, "database_gone", path,
                "the database is gone, and its log " + path + "-wal, with what was acknowledged last, is still there",
                "put the database file back beside its log, and leave the log where it is: together they "
                "hold everything. Only if the file is lost, the last good backup: crossdock restore FILE; it keeps the "
                "log");
        if (std::filesystem::exists(path + ".running", ignored))
            return visit.add(
                Severity::error, "database_gone", path, "the database was there when crossdock last ran and is gone",
                "put the file back in its place: it was moved, renamed, or its disk is not mounted. Only if it "
                "is lost, the last good backup: crossdock restore FILE");
        return visit.add(Severity::warning, "database_missing", path, "there is no database yet",
                         "make it, and the ERP's key: crossdock init");
    }
    if (error.code == "db_in_use")
        return visit.add(Severity::info, "database_log_unread", path + "-wal",
                         "the hub ended without a stop, and its newest commits are in the log, which cannot be read "
                         "without changing something",
                         "never delete that file; start the hub, which takes it up: " + platform::habits().start);
    if (error.code == "db_damaged")
        return visit.add(Severity::error, "database_damaged", path, "the database cannot be read: " + error.message,
                         restore);
    if (error.code == "db_not_ours" && std::filesystem::is_regular_file(path, ignored) &&
        std::filesystem::file_size(path, ignored) == 0)
        return visit.add(Severity::error, "database_not_ours", path, "the file is empty and is no database",
                         "if there was a database, the disk lost it: put back the last good backup: crossdock restore "
                         "FILE. Only if it is meant to be new: " +
                             platform::file_command(platform::FileCommand::remove, path));
    if (error.code == "db_not_ours")
        return visit.add(Severity::error, "database_not_ours", path, "the file is no database of crossdock",
                         "write another place under [database] path, or put the right file there");
    visit.add(
        Severity::error, "database_unreadable", path, "the database cannot be read: " + error.message,
        "is its disk there, and may this user read it? Look again " + platform::habits().as_owner + "crossdock doctor");
}

/// Its rows can be read by this program's statements only when they are of its own time.
bool tell_schema(Visit& visit, int schema) {
    const std::string& path = visit.config->database.path;
    const int newest = db::newest_schema();
    if (schema == newest) return true;
    if (schema > newest)
        visit.add(Severity::error, "database_newer", path,
                  "the database has schema " + std::to_string(schema) + ", this program knows up to " +
                      std::to_string(newest),
                  "start the newer crossdock that made it, or put back the copy from before the upgrade: crossdock "
                  "restore FILE");
    else
        visit.add(Severity::info, "database_old_schema", path,
                  "the database has schema " + std::to_string(schema) + "; the next start brings it to " +
                      std::to_string(newest) + ", and keeps a copy of it as it is",
                  "nothing to do; a backup before it does no harm: crossdock backup");
    return false;
}

}  // namespace

void check_database_alone(Visit& visit) {
    const std::string& path = visit.config->database.path;
    const auto opened = db::ClosedFile::open(path, {}, db::ClosedFile::Log::read);
    if (!opened) return tell_unopened(visit, opened.error());
    db::ClosedFile& file = **opened;
    visit.database_bytes = file.bytes();
    if (file.log_bytes() > 0)
        visit.add(Severity::info, "unclean_stop", path,
                  "the hub ended without a stop (a power cut, or it was killed); what it had acknowledged is in the "
                  "log beside the file",
                  "nothing to do: the next start takes it up and checks the file");
    if (const auto faults = check_pages(file); !faults)
        visit.add(Severity::info, "database_check_skipped", path,
                  "the file is too large to be read through just now; the hub does so once a week", "nothing to do");
    else if (!faults->empty())
        return visit.add(Severity::error, "database_damaged", path, "the database is damaged: " + faults->front(),
                         "put back the last good backup: crossdock restore FILE; it keeps this file beside it");
    else
        visit.ok("database_sound", path, "every page of the database was read just now and is sound");
    if (!tell_schema(visit, file.schema())) return;
    const auto found = look_at_closed(file, *visit.config, visit.world.clock.now());
    visit.ok("database_ok", path,
             "the database has schema " + std::to_string(file.schema()) + ", " +
                 megabytes(static_cast<std::uint64_t>(file.bytes())) + ", its log " +
                 megabytes(static_cast<std::uint64_t>(file.log_bytes())));
    add_findings_of_hub(visit, found.at("findings"));
    visit.last_backup = found.value("last_backup", "");
    check_sealing_keys(visit, found.at("sealing_keys"));
}

}  // namespace crossdock::app::doctor
