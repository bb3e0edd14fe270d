// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "platform/file.h"
#include "platform/instance_lock.h"
#include "platform/process.h"

namespace crossdock::platform {
namespace {

// Through links, so that two spellings of one database meet at one lock.
std::filesystem::path lock_file_of(const std::filesystem::path& database) {
    std::error_code error;
    std::filesystem::path real = std::filesystem::weakly_canonical(database, error);
    if (error) real = std::filesystem::absolute(database, error);
    real += ".lock";
    return real;
}

class Handle {
public:
    explicit Handle(int descriptor) : descriptor_(descriptor) {}
    Handle(Handle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Handle& operator=(Handle&&) = delete;
    ~Handle() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_;
};

InstanceLock::Owner read_owner(int descriptor) {
    std::array<char, 512> bytes{};
    const auto size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    const std::string_view text{bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    InstanceLock::Owner owner;
    if (const auto at = text.find("pid "); at != std::string_view::npos) {
        std::from_chars(text.data() + at + 4, text.data() + text.size(), owner.pid);
    }
    if (const auto at = text.find("listen "); at != std::string_view::npos) {
        owner.listen = std::string{text.substr(at + 7, text.find('\n', at) - at - 7)};
    }
    return owner;
}

void write_owner(int descriptor, const std::string& listen) {
    const std::string text =
        "pid " + std::to_string(::getpid()) + "\n" + (listen.empty() ? "" : "listen " + listen + "\n");
    // Written over the old text before the rest is cut off: a reader in between must not find the file empty.
    if (::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()) ||
        ::ftruncate(descriptor, static_cast<off_t>(text.size())) != 0) {
        throw std::runtime_error("cannot write the lock file: " + system_words(errno));
    }
}

// The owner writes itself down right after it has the lock; whoever comes in between waits for that a moment.
InstanceLock::Owner read_owner_patiently(int descriptor) {
    for (int attempt = 0;; ++attempt) {
        auto owner = read_owner(descriptor);
        if (owner.pid != 0 || attempt == 20) return owner;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

Error locked_by(const InstanceLock::Owner& owner, const std::filesystem::path& database) {
    std::string message = "another crossdock (process " +
                          (owner.pid == 0 ? std::string{"unknown"} : std::to_string(owner.pid)) +
                          (owner.listen.empty() ? "" : ", listening on " + owner.listen) + ") uses the database " +
                          database.string() + "; stop it first, or give this one another database";
    return Error{ErrorKind::conflict, "locked", std::move(message)};
}

bool is_still_at(const std::filesystem::path& file, int descriptor) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

struct InstanceLock::Impl {
    Handle handle;
    std::filesystem::path file;
};

Result<InstanceLock> InstanceLock::take(const std::filesystem::path& database) {
    const std::filesystem::path file = lock_file_of(database);
    for (;;) {
        Handle handle{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (handle.get() < 0) {
            const int error = errno;
            std::string advice;
            if (error == ENOENT || error == ENOTDIR) advice = "; create the folder " + file.parent_path().string();
            if (error == EACCES || error == EPERM) {
                advice = "; give the user that runs crossdock write access to " + file.parent_path().string();
            }
            if (error == EROFS) {
                const std::filesystem::path folder = file.parent_path();
                advice = "; the disk of " + folder.string() + " is mounted read-only. Mount it for writing: " +
                         file_command(FileCommand::make_writable, folder) +
                         ". When the system did that by itself the disk is failing (dmesg says so): copy the folder "
                         "away first. Or set [database] path to a disk that can be written to";
            }
            return Error{ErrorKind::invalid, "lock_file",
                         "cannot open " + file.string() + ": " + system_words(error) + advice};
        }
        if (::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) continue;
            if (errno != EWOULDBLOCK) {
                return Error{ErrorKind::invalid, "lock_file",
                             "cannot lock " + file.string() + ": " + system_words(errno) +
                                 "; the database must be on a local disk whose file system has locks"};
            }
            return locked_by(read_owner_patiently(handle.get()), database);
        }
        // Between our open and our lock somebody may have deleted the file: a lock on a nameless file locks nothing.
        if (!is_still_at(file, handle.get())) continue;
        give_to_owner_of_folder(file);
        auto impl = std::make_unique<Impl>(Impl{std::move(handle), file});
        try {
            write_owner(impl->handle.get(), "");
        } catch (const std::runtime_error& failure) {
            return Error{ErrorKind::invalid, "lock_file", std::string{failure.what()} + " (" + file.string() + ")"};
        }
        return InstanceLock{std::move(impl)};
    }
}

InstanceLock::InstanceLock(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InstanceLock::InstanceLock(InstanceLock&& other) noexcept = default;

InstanceLock::~InstanceLock() {
    // Emptied, so that nobody reads a process id that may be another program's by then.
    if (impl_ && ::ftruncate(impl_->handle.get(), 0) != 0) return;
}

void InstanceLock::set_listen(const std::string& listen) { write_owner(impl_->handle.get(), listen); }

const std::filesystem::path& InstanceLock::file() const { return impl_->file; }

std::optional<InstanceLock::Owner> InstanceLock::owner_of(const std::filesystem::path& database) {
    const Handle handle{::open(lock_file_of(database).c_str(), O_RDONLY | O_CLOEXEC)};
    if (handle.get() < 0) return std::nullopt;
    // A shared lock is refused only while somebody holds the exclusive one; it ends with the handle.
    if (::flock(handle.get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return std::nullopt;
    return read_owner_patiently(handle.get());
}

std::optional<Error> InstanceLock::objection(const std::filesystem::path& database) {
    const auto owner = owner_of(database);
    if (!owner) return std::nullopt;
    return locked_by(*owner, database);
}

}  // namespace crossdock::platform
