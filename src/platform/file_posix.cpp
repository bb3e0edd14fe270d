// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "platform/file.h"

namespace crossdock::platform {
namespace {

Error write_error(const std::filesystem::path& file, const char* what, int error) {
    std::string message = std::string{"cannot "} + what + " " + file.string() + ": " + system_words(error);
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    return Error{denied ? ErrorKind::denied : ErrorKind::unavailable, denied ? "file_denied" : "file_write",
                 std::move(message)};
}

Error read_error(const std::filesystem::path& file, int error) {
    const std::string message = "cannot read " + file.string() + ": " + system_words(error);
    if (error == ENOENT || error == ENOTDIR) return Error{ErrorKind::not_found, "file_missing", message};
    if (error == EACCES || error == EPERM) return Error{ErrorKind::denied, "file_denied", message};
    return Error{ErrorKind::unavailable, "file_read", message};
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }
    /// Some file systems report a failed write only here.
    int close() { return ::close(std::exchange(number_, -1)); }

private:
    int number_;
};

int write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

/// Gives the new file the owner, group and mode of the one that it will replace. False, and it stays 0600, where there
/// is none, where strangers could use it, or where we may not give it to those it belonged to.
bool take_after(int descriptor, const std::filesystem::path& replaced) {
    struct stat before {};
    if (::lstat(replaced.c_str(), &before) != 0 || !S_ISREG(before.st_mode) || (before.st_mode & 07) != 0) return false;
    // The mode comes last: its group is that of the old file.
    return ::fchown(descriptor, before.st_uid, before.st_gid) == 0 && ::fchmod(descriptor, before.st_mode & 0770) == 0;
}

/// A folder of root's that one group alone may look into, as a package makes it for the service's.
bool is_for_a_group(const struct stat& folder) {
    return folder.st_uid == 0 && folder.st_gid != 0 && (folder.st_mode & 0077) == 0050;
}

}  // namespace

Status write_file(const std::filesystem::path& file, std::string_view content, Access access) {
    static std::atomic<unsigned> counter{0};
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const std::filesystem::path beside =
        folder / ("." + file.filename().string() + ".new-" + std::to_string(::getpid()) + "-" +
                  std::to_string(counter.fetch_add(1)));
    // 0600 until it is complete; an old leftover of the same name cannot be a link into somewhere else.
    ::unlink(beside.c_str());
    Descriptor descriptor{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (descriptor.get() < 0) return write_error(file, "create", errno);
    const auto give_up = [&](const char* what, int error) {
        ::unlink(beside.c_str());
        return write_error(file, what, error);
    };
    if (const int error = write_all(descriptor.get(), content); error != 0) return give_up("write", error);
    if (access == Access::everyone && ::fchmod(descriptor.get(), 0644) != 0)
        return give_up("set the permissions of", errno);
    struct stat owner {};
    const bool kept = access == Access::as_before && take_after(descriptor.get(), file);
    if (!kept && ::geteuid() == 0 && ::stat(folder.c_str(), &owner) == 0) {
        // Not where a disk has no owners.
        const bool given = ::fchown(descriptor.get(), owner.st_uid, owner.st_gid) == 0;
        if (given && access == Access::as_before && is_for_a_group(owner) && ::fchmod(descriptor.get(), 0640) != 0)
            return give_up("set the permissions of", errno);
    }
    if (::fsync(descriptor.get()) != 0) return give_up("write", errno);
    if (descriptor.close() != 0) return give_up("write", errno);
    if (::rename(beside.c_str(), file.c_str()) != 0) return give_up("replace", errno);

    const Descriptor parent{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (parent.get() < 0 || ::fsync(parent.get()) != 0) return write_error(folder, "sync the folder", errno);
    return ok();
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes) {
    // Without O_NONBLOCK a named pipe would hold us for ever.
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (descriptor.get() < 0) return read_error(file, errno);
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) return read_error(file, errno);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorKind::invalid, "file_kind", file.string() + " is not a regular file"};
    const auto too_large = [&] {
        return Error{ErrorKind::invalid, "file_too_large",
                     file.string() + " is larger than " + std::to_string(max_bytes) + " bytes"};
    };
    if (static_cast<std::uintmax_t>(status.st_size) > max_bytes) return too_large();
    std::string content;
    content.reserve(static_cast<std::size_t>(status.st_size) + 1);
    char bytes[16 * 1024];
    for (;;) {
        const auto got = ::read(descriptor.get(), bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return read_error(file, errno);
        if (got == 0) return content;
        content.append(bytes, static_cast<std::size_t>(got));
        if (content.size() > max_bytes) return too_large();  // it grew meanwhile, or its size was not the truth (/proc)
    }
}

Result<bool> is_private(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return read_error(file, errno);
    return (status.st_mode & 077) == 0;
}

Status make_private(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || ::chmod(file.c_str(), status.st_mode & 0700) != 0) {
        return write_error(file, "set the permissions of", errno);
    }
    return ok();
}

bool is_locked(const std::filesystem::path& file) {
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
    if (descriptor.get() < 0) return errno != ENOENT;
    struct flock asked {};
    asked.l_type = F_WRLCK;
    asked.l_whence = SEEK_SET;  // all of it
    return ::fcntl(descriptor.get(), F_GETLK, &asked) != 0 || asked.l_type != F_UNLCK;
}

Status give_to_owner_of(const std::filesystem::path& file, const std::filesystem::path& like) {
    struct stat status {};
    if (::geteuid() != 0 || ::stat(like.c_str(), &status) != 0) return ok();
    if (::chown(file.c_str(), status.st_uid, status.st_gid) != 0) return write_error(file, "give away", errno);
    return ok();
}

void give_to_owner_of_folder(const std::filesystem::path& file) {
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    struct stat held {};
    struct stat owner {};
    if (::geteuid() != 0 || ::lstat(file.c_str(), &held) != 0 || ::stat(folder.c_str(), &owner) != 0) return;
    if (!S_ISREG(held.st_mode) || held.st_nlink != 1 || held.st_uid != 0) return;
    if (::lchown(file.c_str(), owner.st_uid, owner.st_gid) != 0) errno = 0;
}

}  // namespace crossdock::platform
