// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

/// What the system says about files, disks and users, for whoever looks whether all is well. Nothing here changes
/// anything.
namespace crossdock::platform {

struct DiskSpace {
    std::uint64_t free_bytes = 0;  // for a user without privileges
    std::uint64_t all_bytes = 0;
    std::optional<std::uint64_t> free_files, all_files;  // inodes; none: the file system has no such limit
    bool read_only = false;  // mounted so that nothing can be written; never on Windows
};
/// Of the disk that a file or folder lies on. Errors: unavailable `disk_unknown`.
Result<DiskSpace> disk_space(const std::filesystem::path& place);

struct FileFacts {
    bool is_folder = false;
    std::int64_t owner = 0, group = 0;  // numbers of users; 0 on Windows
    unsigned mode = 0;                  // rwxrwxrwx; 0 on Windows, where `private_to_owner` of file.h says more
    std::uint64_t device = 0;           // equal: on the same disk
};
/// Nothing when there is no such file, or this user may not see it.
std::optional<FileFacts> file_facts(const std::filesystem::path& file);

struct User {
    std::int64_t id = 0;
    std::string name;
    std::vector<std::int64_t> groups;
};
/// Nothing when there is no such user, or the system does not know users by number (Windows).
std::optional<User> find_user(const std::string& name);
std::optional<User> find_user(std::int64_t id);
std::optional<User> this_user();
/// Whom a process runs for.
std::optional<User> user_of_process(std::int64_t pid);

/// Whether the user may do what `rights` says ("r", "w", "x" or several) to that file alone: by owner, group and mode;
/// access lists are not looked at. Root may do everything.
bool may(const User& user, const FileFacts& file, const std::string& rights);
/// The same for the file and for every folder on the way to it. The first one that is in the way; empty: none.
std::filesystem::path obstacle(const User& user, const std::filesystem::path& file, const std::string& rights);

}  // namespace crossdock::platform
