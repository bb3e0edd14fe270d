// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <map>

#include "app/doctor/checks.h"
#include "app/storage.h"
#include "config/secrets.h"
#include "platform/file.h"
#include "platform/process.h"

namespace crossdock::app::doctor {
namespace {

namespace fs = std::filesystem;

constexpr auto kAlmostNothing = static_cast<std::uint64_t>(kAlmostNoRoom);
constexpr auto kMigrating = static_cast<std::uint64_t>(kRoomToMigrate);
constexpr std::uint64_t kFewFiles = 1'000;

struct Place {
    const char* what;
    fs::path folder;
};

fs::path existing(fs::path folder) {
    std::error_code error;
    while (!fs::exists(folder, error) && folder.has_parent_path() && folder != folder.parent_path())
        folder = folder.parent_path();
    return folder;
}

std::vector<Place> places_of(const config::Config& config) {
    std::vector<Place> places{{"the data folder", fs::path{config.database.path}.parent_path()}};
    if (!config.backup.folder.empty()) places.push_back({"the backup folder", config.backup.folder});
    if (!config.exchange.folder.empty()) places.push_back({"the exchange folder", config.exchange.folder});
    if (!config.log.file.empty()) places.push_back({"the folder of the log", fs::path{config.log.file}.parent_path()});
    return places;
}

void check_disk(Visit& visit, const Place& place, std::uint64_t wanted, const std::string& wanted_for) {
    const auto space = visit.world.disk_space(existing(place.folder));
    const std::string where = place.folder.string();
    const std::string what = place.what;
    if (!space) {
        visit.add(Severity::info, "disk_unknown", where,
                  "how much room " + what + " has could not be learnt: " + space.error().message,
                  "is its disk there? " + platform::file_command(platform::FileCommand::show_room, place.folder));
        return;
    }
    const std::string largest = platform::file_command(platform::FileCommand::show_largest, place.folder);
    const std::string room = megabytes(space->free_bytes) + " of " + megabytes(space->all_bytes);
    if (space->free_bytes < kAlmostNothing)
        visit.add(Severity::error, "disk_full", where, what + " has almost no room left: " + room + " are free",
                  "make room on that disk now; what takes it: " + largest);
    else if (space->free_bytes < wanted)
        visit.add(
            Severity::warning, "disk_low", where,
            what + " has " + megabytes(space->free_bytes) + " free, and " + wanted_for + " needs " + megabytes(wanted),
            "make room on that disk; what takes it: " + largest);
    else
        visit.ok("disk_ok", where, what + " has room: " + room + " are free");
    if (space->free_files && space->all_files && *space->all_files > 0 && *space->free_files < kFewFiles)
        visit.add(
            *space->free_files < 50 ? Severity::error : Severity::warning, "inodes_low", where,
            "the disk of " + what + " takes only " + std::to_string(*space->free_files) + " more files (inodes)",
            "delete small files that nobody needs; where they are: du --inodes -x " + where + " | sort -n | tail");
}

/// Owner, group and mode say nothing of that. Whether all that the hub writes to can be written to.
bool check_writable_disks(Visit& visit) {
    bool well = true;
    for (const Place& place : places_of(*visit.config)) {
        const auto space = visit.world.disk_space(existing(place.folder));
        if (!space || !space->read_only) continue;
        well = false;
        const std::string what = place.what;
        visit.add(Severity::error, "disk_read_only", place.folder.string(),
                  "the disk of " + what + " is mounted read-only, and the hub must write there",
                  "mount it for writing: " +
                      platform::file_command(platform::FileCommand::make_writable, existing(place.folder)) +
                      ". When the system did that by itself the disk is failing (dmesg says so): copy " + what +
                      " away first");
    }
    return well;
}

/// Whom the hub runs for, as far as can be said.
std::optional<platform::User> user_of_hub(const Visit& visit) {
    if (visit.owner && visit.owner->pid != 0)
        if (auto user = platform::user_of_process(visit.owner->pid)) return user;
    return visit.world.service_user();
}

}  // namespace

void check_disks(Visit& visit) {
    const std::uint64_t database =
        static_cast<std::uint64_t>(std::max<std::int64_t>(visit.database_bytes.value_or(0), 0));
    for (const Place& place : places_of(*visit.config)) {
        const std::string what = place.what;
        if (what == "the data folder")
            check_disk(visit, place, std::max(3 * database + kMigrating, kAlmostNothing), "an upgrade");
        else if (what == "the backup folder")
            check_disk(visit, place, std::max(database + kMigrating, kAlmostNothing), "the next backup");
        else
            check_disk(visit, place, kAlmostNothing, "what the hub writes there");
    }
}

void check_rights(Visit& visit) {
    if (!visit.running) {
        visit.add(Severity::info, "rights_not_checked", "",
                  "what the hub's user may do was not looked at: this user may not see whose the data is",
                  "look again " + platform::habits().as_owner + "crossdock doctor");
        return;
    }
    const auto user = user_of_hub(visit);
    if (!user) {
        visit.add(Severity::info, "rights_not_checked", "",
                  "whether the service's account may use config and data cannot be told on this system",
                  "to give them to it again, as administrator: crossdock service install");
        return;
    }
    const config::Config& config = *visit.config;
    const fs::path database = config.database.path;
    const fs::path folder = database.parent_path();
    const std::string& name = user->name;
    bool well = check_writable_disks(visit);
    const auto demand = [&](const fs::path& file, const char* rights, const char* code, const std::string& what,
                            const std::string& next_step) {
        const auto in_the_way = platform::obstacle(*user, file, rights);
        if (in_the_way.empty()) return;
        well = false;
        visit.add(Severity::error, code, file.string(),
                  "the hub's user, " + name + ", may not " + what +
                      (in_the_way == file ? "" : ": " + in_the_way.string() + " is in the way"),
                  in_the_way == fs::absolute(file).lexically_normal()
                      ? next_step
                      : "let it through: sudo chmod o+x " + in_the_way.string());
    };
    demand(visit.config_file, "r", "config_not_readable", "read the config file",
           "sudo chown root:" + name + " " + visit.config_file + " && sudo chmod 640 " + visit.config_file);
    std::error_code error;
    if (fs::exists(folder, error))
        demand(folder, "rwx", "data_not_writable", "write to the data folder",
               "sudo chown -R " + name + ": " + folder.string());
    else if (!error) {
        well = false;
        visit.add(
            Severity::error, "data_folder_missing", folder.string(), "the data folder is not there",
            "make it: sudo install -d -m 750 -o " + name + " " + folder.string() + ", or correct [database] path");
    }
    for (const char* ending : {"", "-wal", "-shm", ".lock", ".running", ".replacing", ".control"})
        if (const fs::path file = database.string() + ending; fs::exists(file, error))
            demand(file, "rw", "data_file_not_writable", "write to it",
                   "a command run as another user may have made it: sudo chown " + name + ": " + file.string());
    if (const fs::path key = folder / "crossdock.key"; fs::exists(key, error))
        demand(key, "r", "sealing_key_not_readable", "read the key that opens secrets in the database",
               "sudo chown " + name + ": " + key.string());
    if (!config.backup.folder.empty() && fs::exists(config.backup.folder, error))
        demand(config.backup.folder, "rwx", "backup_folder_not_writable", "write to the backup folder",
               "sudo chown " + name + ": " + config.backup.folder);
    if (!config.exchange.folder.empty() && fs::exists(config.exchange.folder, error))
        demand(config.exchange.folder, "rwx", "exchange_folder_not_writable", "write to the exchange folder",
               "sudo chown -R " + name + ": " + config.exchange.folder);
    if (!config.log.file.empty() && fs::exists(fs::path{config.log.file}.parent_path(), error))
        demand(fs::path{config.log.file}.parent_path(), "wx", "log_not_writable", "write to the folder of the log",
               "sudo chown " + name + ": " + fs::path{config.log.file}.parent_path().string());
    for (const config::Channel& channel : config.channels)
        for (const std::string& secret : channel.secret_files)
            demand(secret, "r", "secret_not_readable", "read a secret of channel " + channel.code,
                   "sudo chown " + name + " " + secret + " && sudo chmod 600 " + secret);
    // Names and addresses of buyers, and the key to what is sealed.
    const auto keep_private = [&](const fs::path& file, unsigned others, const char* code, const std::string& what) {
        const auto facts = platform::file_facts(file);
        if (!facts || (facts->mode & others) == 0) return;
        well = false;
        visit.add(Severity::warning, code, file.string(), what, "sudo chmod 600 " + file.string());
    };
    keep_private(database, 007U, "data_open",
                 "every user of this machine can read the database, with names and addresses of buyers");
    keep_private(folder / "crossdock.key", 077U, "sealing_key_open",
                 "users other than its owner can read the key that opens secrets in the database");
    keep_private(database.string() + ".control", 077U, "control_open",
                 "users other than its owner can give commands to the running hub");
    if (well)
        visit.ok("rights_ok", "",
                 "the hub's user, " + name + ", may read the config and write the data, and others cannot read it");
}

void check_backup_folder(Visit& visit) {
    const std::string& folder = visit.config->backup.folder;
    std::error_code error;
    if (!visit.last_backup.empty() && !fs::exists(visit.last_backup, error) && !error)
        visit.add(Severity::warning, "backup_gone", visit.last_backup,
                  "the file of the last backup is not there any more",
                  "is it on a disk that is not mounted? Otherwise make another one now: crossdock backup");
    if (folder.empty()) {
        if (visit.last_backup.empty())
            visit.add(Severity::info, "backup_not_planned", visit.config_file,
                      "the config file names no folder for backups, so the hub makes none by itself",
                      "write folder = \"/media/usb/crossdock\" under [backup], on another disk than the database's");
        return;
    }
    const auto there = platform::file_facts(folder);
    if (!there) {
        visit.add(Severity::warning, "backup_folder_missing", folder, "the folder for backups is not there",
                  "is its disk plugged in and mounted? If it is new: " +
                      platform::file_command(platform::FileCommand::make_folder, folder) +
                      ", and give it to the hub's user");
        return;
    }
    const auto data = platform::file_facts(fs::path{visit.config->database.path}.parent_path());
    if (data && there->device != 0 && data->device == there->device)
        visit.add(
            Severity::info, "backup_same_disk", folder,
            "the backups are on the same disk as the database: when it breaks, both are gone",
            "write a folder of another disk under [backup], or copy the newest one away: crossdock backup /media/usb/");
}

void check_leftovers(Visit& visit) {
    const fs::path database = visit.config->database.path;
    const std::string stem = database.filename().string();
    std::uint64_t kept_bytes = 0;
    std::int64_t kept = 0;
    std::vector<fs::path> halves, restores;
    std::error_code error;
    std::vector<fs::path> folders{database.parent_path()};
    if (!visit.config->backup.folder.empty()) folders.emplace_back(visit.config->backup.folder);
    for (const fs::path& folder : folders)
        for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
            const std::string name = at->path().filename().string();
            std::error_code gone;
            if (name.starts_with(stem + ".restoring")) {
                // Without the database it may be the one that was about to take its place.
                if (fs::exists(database, gone)) restores.push_back(at->path());
            } else if (name.ends_with(".unfinished") || name.ends_with(".unfinished-journal") ||
                       name == stem + ".rehearsal") {
                halves.push_back(at->path());
            } else if (name.starts_with(stem + ".replaced-") || name.starts_with(stem + ".schema-") ||
                       name.starts_with(stem + ".failed-upgrade-")) {
                ++kept;
                kept_bytes += fs::file_size(at->path(), gone);
            }
        }
    // A running hub may be writing one just now.
    if (visit.owner) {
        halves.clear();
        restores.clear();
    }
    for (const fs::path& half : restores)
        visit.add(Severity::warning, "leftover", half.string(),
                  "a restore, or the way back from an upgrade, was ended before it replaced anything: the database is "
                  "as it was, and the copy that was to take its place is left unfinished",
                  "give crossdock restore FILE once more, which makes it anew; if nothing is to be restored: " +
                      platform::file_command(platform::FileCommand::remove, half));
    for (const fs::path& half : halves)
        visit.add(Severity::warning, "leftover", half.string(),
                  "a copy of the database that a crash or power cut left unfinished lies there",
                  "it is of no use: " + platform::file_command(platform::FileCommand::remove, half));
    if (kept > 0)
        visit.add(Severity::info, "earlier_copies", database.parent_path().string(),
                  std::to_string(kept) + (kept == 1 ? " copy" : " copies") +
                      " of the database from before a restore or upgrade " + (kept == 1 ? "is" : "are") + " kept, " +
                      megabytes(kept_bytes),
                  "when all is well since, the older ones may go: " +
                      platform::file_command(platform::FileCommand::show_beginning_with, fs::path{database} += "."));
    if (fs::exists(database.string() + ".crash", error) && !visit.owner)
        visit.add(Severity::warning, "crashed", database.string() + ".crash",
                  "the program ended by its own fault in its last run",
                  "start it; the log then says which job did it: " + platform::habits().start +
                      ". If it comes again, "
                      "send what crossdock support-bundle collects");
}

}  // namespace crossdock::app::doctor
