// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <algorithm>

#include "app/vault.h"
#include "base/random.h"
#include "base/text.h"
#include "db/copy.h"
#include "db/migrator.h"
#include "observability/log.h"
#include "store/restored.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSpareRoom = 16 * 1024 * 1024;

fs::path as_path(const std::string& utf8) { return fs::path{std::u8string{utf8.begin(), utf8.end()}}; }

std::string time_for_names(Timestamp now) {
    std::string time = format_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return time;
}

Status check_place(const RestoreRequest& request, std::int64_t bytes) {
    std::error_code error;
    if (fs::equivalent(as_path(request.backup), as_path(request.database), error))
        return Error{ErrorKind::invalid, "restore_same_file",
                     request.backup + " is the database itself; name a backup"};
    const fs::path folder = as_path(request.database).parent_path();
    if (!fs::is_directory(folder, error))
        return Error{
            ErrorKind::invalid, "restore_folder",
            "there is no folder " + folder.string() + "; create it, or correct [database] path in the config file"};
    const auto space = fs::space(folder, error);
    if (!error && space.available < static_cast<std::uintmax_t>(bytes + kSpareRoom))
        return Error{ErrorKind::unavailable, "restore_no_space",
                     "the database needs " + std::to_string((bytes + kSpareRoom) / 1'048'576) + " MB in " +
                         folder.string() + ", and " + std::to_string(space.available / 1'048'576) +
                         " are free. Make room; the database that is there now is kept, and counts"};
    return ok();
}

/// What the database that is about to be replaced has given out. Opening it also takes in what its log holds. Nothing
/// when it cannot be opened, as when it is damaged.
std::optional<store::GivenOut> look_at_replaced(const std::string& database) {
    std::error_code error;
    if (!fs::exists(as_path(database), error)) return std::nullopt;
    db::Options options;
    options.path = database;
    options.create = false;
    try {
        auto opened = db::Database::open(options);
        if (!opened) {
            log::warn("replaced_unread", {}, opened.error().message);
            return std::nullopt;
        }
        const auto given = (*opened)->read([](db::Session& session) { return store::given_out(session); });
        (*opened)->close();
        return given;
    } catch (const db::Failure& failure) {
        log::warn("replaced_unread", {}, failure.what());
        return std::nullopt;
    }
}

}  // namespace

std::vector<std::string> missing_keys(const std::optional<store::BackupStamp>& stamp, const fs::path& key_file) {
    std::vector<std::string> missing;
    if (!stamp || stamp->sealing_keys.empty()) return missing;
    SystemRandom random;
    const auto held = KeyFile(key_file, random).find();
    const std::string held_id = held && *held ? (*held)->id : "";
    for (const std::string& id : stamp->sealing_keys)
        if (id != held_id)
            missing.push_back("secrets in it are sealed with key " + id + ", and " + key_file.string() +
                              (held_id.empty() ? " is not there" : " holds key " + held_id) +
                              ": put the key file back from your copy, or enter those secrets anew");
    return missing;
}

Result<RestoreReport> restore_backup(const RestoreRequest& request, const Clock& clock) {
    RestoreReport report;
    auto verified = verify_backup(request.backup);
    if (!verified) return verified.error();
    report.backup = std::move(*verified);
    if (!report.backup.is_sound())
        return Error{ErrorKind::rejected, "backup_unsound",
                     request.backup + " is not sound (" + report.backup.faults.front() +
                         ") and was not restored; nothing was changed. Use another backup"};
    if (report.backup.newer)
        return Error{ErrorKind::rejected, "db_newer",
                     request.backup + " has schema " + std::to_string(report.backup.schema) +
                         ", this program knows up to " + std::to_string(db::newest_schema()) +
                         ". Nothing was changed; install the newer crossdock first"};
    if (const auto fit = check_place(request, report.backup.bytes); !fit) return fit.error();

    const Timestamp now = clock.now();
    store::RestoreMark mark;
    mark.restored_at = now;
    mark.made_at = report.backup.stamp ? report.backup.stamp->made_at : now;
    mark.file = as_path(request.backup).filename().string();
    mark.lost = look_at_replaced(request.database);
    report.knows_lost = mark.lost.has_value();

    const std::string draft = request.database + ".restoring";
    try {
        std::error_code ignored;
        fs::remove(as_path(draft), ignored);
        auto backup = db::ClosedFile::open(request.backup);
        if (!backup) return backup.error();
        db::CopyWork work;
        work.stamp = [&](db::Session& copy) {
            store::drop_stamp(copy);
            store::mark_restored(copy, mark);
        };
        (*backup)->read([&](db::Session& session) { db::copy_to(session, draft, work); });
        report.kept =
            db::replace_database(request.database, draft, request.database + ".replaced-" + time_for_names(now));
    } catch (const db::Failure& failure) {
        return Error{ErrorKind::unavailable, "restore_failed",
                     std::string{failure.what()} + ". If " + request.database +
                         " is not there now, mend that and give the same command again"};
    }
    report.warnings = missing_keys(report.backup.stamp, request.key_file);
    if (!report.backup.stamp)
        report.warnings.push_back(
            "it is no file that crossdock backup made: what it should hold could not be compared");
    return report;
}

}  // namespace crossdock::app
