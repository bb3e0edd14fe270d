// SPDX-License-Identifier: Apache-2.0
#include "app/restore.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/vault.h"
#include "base/random.h"
#include "base/text.h"
#include "db/copy.h"
#include "db/migrator.h"
#include "observability/log.h"
#include "store/meta.h"
#include "store/restored.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnread = "the database that is to be replaced could not be looked at, and is kept as it is: ";
constexpr std::int64_t kSpareRoom = 16 * 1024 * 1024;

std::string time_for_names(Timestamp now) {
    std::string time = format_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return time;
}

Status check_place(const RestoreRequest& request, std::int64_t bytes) {
    std::error_code error;
    if (fs::equivalent(request.backup, request.database, error))
        return Error{ErrorKind::invalid, "restore_same_file",
                     request.backup + " is the database itself; name a backup"};
    const fs::path folder = fs::path{request.database}.parent_path();
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

struct Replaced {
    store::GivenOut given;
    std::string installation;
    std::int64_t orders = 0;    // counted only when it is another installation's
    std::vector<Timestamp> erasures;  // since the backup, and only when it is not
};

std::string installation_of(db::Session& session) {
    if (!db::has_table(session, "meta")) return {};
    return store::get_meta(session, "installation_id").value_or("");
}

/// The database that is about to be replaced, by a backup of the installation named. Opening it also takes in what its
/// log holds. Nothing when it cannot be opened, as when it is damaged.
std::optional<Replaced> look_at_replaced(const std::string& database, const std::string& installation,
                                         Timestamp last_deed) {
    std::error_code error;
    if (!fs::exists(database, error)) return std::nullopt;
    db::Options options;
    options.path = database;
    options.create = false;
    try {
        auto opened = db::Database::open(options);
        if (!opened) {
            log::warn("replaced_unread", {}, kUnread + opened.error().message);
            return std::nullopt;
        }
        Replaced replaced;
        (*opened)->read([&](db::Session& session) {
            db::take_time(session);
            replaced.given = store::given_out(session);
            replaced.installation = installation_of(session);
            if (replaced.installation != installation)
                replaced.orders = store::count_rows(session)["orders"];
            else
                replaced.erasures = store::erasures_since(session, last_deed);
        });
        (*opened)->close();
        return replaced;
    } catch (const db::Failure& failure) {
        log::warn("replaced_unread", {}, kUnread + std::string{failure.what()});
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
    try {
        if (const auto earlier = db::finish_replacement(request.database))
            report.warnings.push_back(
                "an earlier restore, or the way back from an upgrade, had been interrupted and was finished first; the "
                "database from before it is kept as " +
                *earlier);
    } catch (const db::Failure& failure) {
        return Error{ErrorKind::unavailable, "restore_failed",
                     "an earlier restore was interrupted, and cannot be finished (" + std::string{failure.what()} +
                         "). Nothing is lost; mend that and give the same command again"};
    }
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

    auto backup = db::ClosedFile::open(request.backup);
    if (!backup) return backup.error();
    const Timestamp now = clock.now();
    std::optional<Replaced> replaced;
    store::RestoreMark mark;
    mark.restored_at = now;
    mark.made_at = report.backup.stamp ? report.backup.stamp->made_at : now;
    mark.file = fs::path{request.backup}.filename().string();
    std::string others;  // what the replaced database is, when it is another's
    try {
        const std::string installation = (*backup)->read(installation_of);
        replaced = look_at_replaced(request.database, installation, (*backup)->read(store::last_deed));
        report.other_installation = replaced && replaced->orders > 0 && !replaced->installation.empty();
        if (report.other_installation)
            others = "of another installation (" + replaced->installation + ", the backup is of " +
                     (installation.empty() ? "none" : installation) + ") and holds " +
                     std::to_string(replaced->orders) + (replaced->orders == 1 ? " order" : " orders") +
                     " that the backup knows nothing of";
    } catch (const db::Failure& failure) {
        return Error{ErrorKind::unavailable, "restore_failed",
                     std::string{failure.what()} + ". Nothing was changed; mend that and give the same command again"};
    }
    if (replaced) {
        mark.lost = replaced->given;
        mark.erasures = replaced->erasures;
    }
    report.knows_lost = replaced.has_value();
    if (report.other_installation && request.tell)
        request.tell("the database " + request.database + " is " + others + "; it is kept under another name");

    const std::string draft = request.database + ".restoring";
    try {
        std::error_code ignored;
        fs::remove(draft, ignored);
        db::CopyWork work;
        work.stamp = [&](db::Session& copy) {
            store::drop_stamp(copy);
            store::mark_restored(copy, mark);
        };
        (*backup)->read([&](db::Session& session) { db::copy_to(session, draft, work); });
        report.kept = db::replace_database(request.database, draft,
                                           db::unused_name(request.database + ".replaced-" + time_for_names(now)));
    } catch (const db::Failure& failure) {
        return Error{ErrorKind::unavailable, "restore_failed",
                     std::string{failure.what()} +
                         ". The database is as it was, or in the middle of being replaced, which the next command or "
                         "start finishes. Mend that and give the same command again"};
    }
    for (std::string& missing : missing_keys(report.backup.stamp, request.key_file))
        report.warnings.push_back(std::move(missing));
    if (report.other_installation)
        report.warnings.insert(report.warnings.begin(),
                               "the database that was replaced is " + others + ". It is kept as " +
                                   report.kept.value_or("(nothing)") +
                                   "; was this the wrong backup, go back, with the hub stopped: crossdock restore " +
                                   report.kept.value_or("FILE"));
    if (!mark.erasures.empty())
        report.warnings.push_back("since the backup buyers were erased by command, " +
                                  std::to_string(mark.erasures.size()) +
                                  (mark.erasures.size() == 1 ? " time" : " times") +
                                  ", and their data is back: give crossdock erase again for each, and delete " +
                                  report.kept.value_or("the replaced database") + " when all is well");
    if (report.kept && report.kept->ends_with("-wal"))
        report.warnings.push_back(
            "the database was not there, and its log, with what was acknowledged last, is kept as " + *report.kept +
            ": do not delete it as long as the database file may be found again");
    if (!report.backup.stamp)
        report.warnings.push_back(
            "it is no file that crossdock backup made: what it should hold could not be compared");
    return report;
}

}  // namespace crossdock::app
