// SPDX-License-Identifier: Apache-2.0
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"
#include "platform/file_facts.h"

namespace crossdock::platform {
namespace {

User user_of(const passwd& entry) {
    User user{static_cast<std::int64_t>(entry.pw_uid), entry.pw_name, {static_cast<std::int64_t>(entry.pw_gid)}};
    std::array<gid_t, 256> groups{};
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) >= 0)
        user.groups.assign(groups.begin(), groups.begin() + count);
    return user;
}

}  // namespace

Result<DiskSpace> disk_space(const std::filesystem::path& place) {
    struct statvfs info {};
    if (::statvfs(place.c_str(), &info) != 0)
        return Error{ErrorKind::unavailable, "disk_unknown",
                     "the disk under " + place.string() + " does not answer: " + system_words(errno)};
    DiskSpace space;
    space.free_bytes = std::uint64_t{info.f_bavail} * info.f_frsize;
    space.all_bytes = std::uint64_t{info.f_blocks} * info.f_frsize;
    if (info.f_files > 0) {
        space.free_files = info.f_favail;
        space.all_files = info.f_files;
    }
    space.read_only = (info.f_flag & ST_RDONLY) != 0;
    return space;
}

std::optional<FileFacts> file_facts(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return std::nullopt;
    FileFacts facts;
    facts.is_folder = S_ISDIR(info.st_mode);
    facts.owner = static_cast<std::int64_t>(info.st_uid);
    facts.group = static_cast<std::int64_t>(info.st_gid);
    facts.mode = info.st_mode & 0777U;
    facts.device = static_cast<std::uint64_t>(info.st_dev);
    return facts;
}

std::optional<User> find_user(const std::string& name) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 8192> space{};
    if (::getpwnam_r(name.c_str(), &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return user_of(*found);
}

std::optional<User> find_user(std::int64_t id) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 8192> space{};
    if (::getpwuid_r(static_cast<uid_t>(id), &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
        return User{id, std::to_string(id), {}};
    return user_of(*found);
}

std::optional<User> this_user() { return find_user(static_cast<std::int64_t>(::geteuid())); }

std::optional<User> user_of_process(std::int64_t pid) {
    struct stat info {};
    if (::stat(("/proc/" + std::to_string(pid)).c_str(), &info) != 0) return std::nullopt;
    return find_user(static_cast<std::int64_t>(info.st_uid));
}

bool may(const User& user, const FileFacts& file, const std::string& rights) {
    if (user.id == 0) return true;
    const bool in_group = std::find(user.groups.begin(), user.groups.end(), file.group) != user.groups.end();
    const unsigned shift = user.id == file.owner ? 6 : in_group ? 3 : 0;
    const unsigned bits = (file.mode >> shift) & 7U;
    return std::all_of(rights.begin(), rights.end(), [&](char right) {
        return (bits & (right == 'r' ? 4U : right == 'w' ? 2U : 1U)) != 0;
    });
}

std::filesystem::path obstacle(const User& user, const std::filesystem::path& file, const std::string& rights) {
    std::filesystem::path way;
    const auto whole = std::filesystem::absolute(file).lexically_normal();
    for (const auto& part : whole.parent_path()) {
        way /= part;
        const auto facts = file_facts(way);
        if (facts && !may(user, *facts, "x")) return way;
    }
    const auto facts = file_facts(whole);
    return facts && !may(user, *facts, rights) ? whole : std::filesystem::path{};
}

}  // namespace crossdock::platform
