// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "db/database.h"
#include "db/disk.h"

namespace crossdock::db {
namespace {

[[noreturn]] void fail(const std::string& what, int code) {
    throw Failure(code == ENOSPC ? Failure::Kind::full : Failure::Kind::io, what + ": " + std::strerror(code));
}

void sync_path(const std::string& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) fail("Cannot open " + path + " to make it durable", errno);
    const int result = ::fsync(file);
    const int code = errno;
    ::close(file);
    // Some file systems (FAT on a USB disk) cannot sync a folder and say EINVAL: there is nothing more to do there.
    if (result != 0 && code != EINVAL) fail("Cannot make " + path + " durable", code);
}

}  // namespace

std::optional<std::string> network_file_system(std::uint64_t type) {
    // Source: statfs(2) and linux/magic.h. FUSE is left out: it is more often a local NTFS disk than a network.
    static constexpr std::array<std::pair<std::uint32_t, const char*>, 12> kNetwork{{{0x6969U, "NFS"},
                                                                                     {0x517BU, "SMB"},
                                                                                     {0xFF534D42U, "CIFS"},
                                                                                     {0xFE534D42U, "SMB2"},
                                                                                     {0x01021997U, "9P"},
                                                                                     {0x5346414FU, "AFS"},
                                                                                     {0x6B414653U, "AFS"},
                                                                                     {0x73757245U, "Coda"},
                                                                                     {0x564CU, "NCP"},
                                                                                     {0x00C36400U, "Ceph"},
                                                                                     {0x0BD00BD0U, "Lustre"},
                                                                                     {0x47504653U, "GPFS"}}};
    for (const auto& [number, name] : kNetwork) {
        if (static_cast<std::uint32_t>(type) == number) return name;
    }
    return std::nullopt;
}

std::optional<std::string> network_disk(const std::string& path) {
    struct statfs info {};
    if (::statfs(path.c_str(), &info) != 0 && ::statfs(folder_of(path).c_str(), &info) != 0) return std::nullopt;
    return network_file_system(static_cast<std::uint64_t>(info.f_type));
}

bool is_not_a_file(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
}

bool is_folder(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string folder_of(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

void make_private(const std::string& path) { static_cast<void>(::chmod(path.c_str(), S_IRUSR | S_IWUSR)); }

void give_to_owner_of_folder(const std::string& path) {
    struct stat held {};
    struct stat folder {};
    if (::geteuid() != 0 || ::lstat(path.c_str(), &held) != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) return;
    if (!S_ISREG(held.st_mode) || held.st_nlink != 1 || held.st_uid != 0) return;
    if (::lchown(path.c_str(), folder.st_uid, folder.st_gid) != 0) errno = 0;  // a disk that knows no owners
}

void publish_file(const std::string& from, const std::string& to) {
    sync_path(from, O_RDONLY);
    move_file(from, to);
}

void move_file(const std::string& from, const std::string& to) {
    long result = -1;
    errno = ENOSYS;
#ifdef SYS_renameat2
    constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE, whose header wants _GNU_SOURCE
    result = ::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), kNoReplace);
#endif
    if (result != 0 && (errno == ENOSYS || errno == EINVAL)) {
        // FAT and some others know no rename that spares an existing file: look first, which leaves a small window.
        struct stat info {};
        if (::stat(to.c_str(), &info) == 0) fail("Cannot give " + from + " the name " + to, EEXIST);
        result = ::rename(from.c_str(), to.c_str());
    }
    if (result != 0) fail("Cannot give " + from + " the name " + to, errno);
    sync_path(folder_of(to), O_RDONLY | O_DIRECTORY);
}

void remove_file(const std::string& path) noexcept { static_cast<void>(::unlink(path.c_str())); }

}  // namespace crossdock::db
