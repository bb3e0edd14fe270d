// SPDX-License-Identifier: Apache-2.0
#include "app/backup_folder.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

#include "platform/file.h"
#include "platform/file_facts.h"
#include "store/backup_stamp.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

/// However it is spelled: without a slash at its end.
fs::path plain(const std::string& folder) { return (fs::path{folder} / "x").lexically_normal().parent_path(); }

/// How often the disk changes on the way from the root to a folder. A mount that is missing makes it fewer, whatever
/// lies under it; another stick in the same place does not.
std::int64_t disks_on_the_way(const fs::path& folder) {
    std::int64_t disks = 0;
    std::uint64_t before = 0;
    fs::path at;
    for (const fs::path& part : folder) {
        at /= part;
        const auto facts = platform::file_facts(at);
        if (!facts || facts->device == before) continue;
        before = facts->device;
        ++disks;
    }
    return disks;
}

Error missing_folder(const std::string& what, const fs::path& folder) {
    return {ErrorKind::unavailable, "backup_folder_missing",
            what +
                ", and no backup was made: is its disk plugged in and mounted? If the backups are to begin anew there, "
                "see that the folder is there and the hub's user may write to it, and give: crossdock backup " +
                folder.string()};
}

/// Where backups of this plan were made; an earlier version kept only where the last one of all lies.
std::optional<store::BackupPlace> place_of_last(db::Session& session) {
    store::BackupRepo backups(session);
    if (auto place = backups.place()) return place;
    if (const auto made = backups.last_made())
        return store::BackupPlace{fs::path{made->file}.lexically_normal().parent_path().string(), 0};
    return std::nullopt;
}

}  // namespace

Status look_at_backup_folder(db::Session& session, const std::string& folder, const std::string& database) {
    const fs::path wanted = plain(folder);
    const auto place = place_of_last(session);
    const bool known = place && place->folder == wanted.string();
    std::error_code error;
    if (fs::is_directory(wanted, error)) {
        if (known && disks_on_the_way(wanted) < place->disks)
            return missing_folder(
                "the backup folder " + wanted.string() + " is not on the disk where the backups before it are", wanted);
        return ok();
    }
    if (known) return missing_folder("the backup folder " + wanted.string() + " is not there any more", wanted);
    if (!fs::is_directory(wanted.parent_path(), error))
        return missing_folder(
            "the folder " + wanted.parent_path().string() + ", in which the backup folder is to be, " + "is not there",
            wanted);
    fs::create_directory(wanted, error);
    if (error)
        return Error{ErrorKind::denied, "backup_folder",
                     "cannot make the backup folder " + wanted.string() + ": " + error.message() +
                         "; make it, and give it to the hub's user"};
    fs::permissions(wanted, fs::perms::owner_all, error);
    return platform::give_to_owner_of(wanted, fs::path{database}.parent_path());
}

void remember_backup_folder(db::Session& session, const std::string& folder, const std::string& made) {
    if (folder.empty()) return;
    const fs::path wanted = plain(folder);
    if (fs::path{made}.lexically_normal().parent_path() != wanted) return;
    store::BackupRepo(session).remember_place({wanted.string(), disks_on_the_way(wanted)});
}

}  // namespace crossdock::app
