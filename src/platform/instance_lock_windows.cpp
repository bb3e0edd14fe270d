// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <array>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "base/windows_text.h"
#include "platform/instance_lock.h"

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

class LockHandle {
public:
    explicit LockHandle(HANDLE handle) : handle_(handle) {}
    LockHandle(LockHandle&& other) noexcept : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
    LockHandle& operator=(LockHandle&&) = delete;
    ~LockHandle() {
        if (handle_ != INVALID_HANDLE_VALUE) ::CloseHandle(handle_);
    }
    [[nodiscard]] HANDLE get() const { return handle_; }
    explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }

private:
    HANDLE handle_;
};

/// Without FILE_SHARE_DELETE: a file that somebody has open keeps its name, so one name is one lock.
LockHandle open_lock_file(const std::filesystem::path& file, DWORD access, DWORD how) {
    return LockHandle{::CreateFileW(file.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, how,
                                    FILE_ATTRIBUTE_NORMAL, nullptr)};
}

/// One byte far behind the text, because a locked part of a file cannot be read. Returns 0, ERROR_LOCK_VIOLATION when
/// somebody else has it, or another code.
DWORD lock_byte(HANDLE file, bool exclusive) {
    OVERLAPPED where{};
    where.OffsetHigh = 0x4000'0000;
    const DWORD flags = LOCKFILE_FAIL_IMMEDIATELY | (exclusive ? LOCKFILE_EXCLUSIVE_LOCK : 0U);
    if (::LockFileEx(file, flags, 0, 1, 0, &where)) return 0;
    const DWORD code = ::GetLastError();
    return code == ERROR_IO_PENDING ? static_cast<DWORD>(ERROR_LOCK_VIOLATION) : code;
}

InstanceLock::Owner read_owner(HANDLE file) {
    std::array<char, 512> bytes{};
    OVERLAPPED start{};
    DWORD size = 0;
    if (!::ReadFile(file, bytes.data(), static_cast<DWORD>(bytes.size()), &size, &start)) size = 0;
    const std::string_view text{bytes.data(), size};
    InstanceLock::Owner owner;
    if (const auto at = text.find("pid "); at != std::string_view::npos) {
        std::from_chars(text.data() + at + 4, text.data() + text.size(), owner.pid);
    }
    if (const auto at = text.find("listen "); at != std::string_view::npos) {
        owner.listen = std::string{text.substr(at + 7, text.find('\n', at) - at - 7)};
    }
    return owner;
}

/// Cuts the file off behind `size` bytes.
bool cut_off(HANDLE file, std::size_t size) {
    LARGE_INTEGER end{};
    end.QuadPart = static_cast<LONGLONG>(size);
    return ::SetFilePointerEx(file, end, nullptr, FILE_BEGIN) && ::SetEndOfFile(file);
}

void write_owner(HANDLE file, const std::string& listen) {
    const std::string text =
        "pid " + std::to_string(::GetCurrentProcessId()) + "\n" + (listen.empty() ? "" : "listen " + listen + "\n");
    // Written over the old text before the rest is cut off: a reader in between must not find the file empty.
    OVERLAPPED start{};
    DWORD written = 0;
    if (!::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, &start) || written != text.size() ||
        !cut_off(file, text.size())) {
        throw std::runtime_error("cannot write the lock file: " + windows_words(::GetLastError()));
    }
}

// The owner writes itself down right after it has the lock; whoever comes in between waits for that a moment.
InstanceLock::Owner read_owner_patiently(HANDLE file) {
    for (int attempt = 0;; ++attempt) {
        auto owner = read_owner(file);
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

Error cannot_open(const std::filesystem::path& file, DWORD code) {
    std::string advice;
    if (code == ERROR_PATH_NOT_FOUND) advice = "; create the folder " + file.parent_path().string();
    if (code == ERROR_ACCESS_DENIED)
        advice = "; give the account that runs crossdock write access to " + file.parent_path().string() +
                 ", or run this command as administrator";
    return Error{ErrorKind::invalid, "lock_file", "cannot open " + file.string() + ": " + windows_words(code) + advice};
}

}  // namespace

struct InstanceLock::Impl {
    LockHandle handle;
    std::filesystem::path file;
};

Result<InstanceLock> InstanceLock::take(const std::filesystem::path& database) {
    const std::filesystem::path file = lock_file_of(database);
    LockHandle handle = open_lock_file(file, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS);
    if (!handle) return cannot_open(file, ::GetLastError());
    if (const DWORD code = lock_byte(handle.get(), true); code == ERROR_LOCK_VIOLATION) {
        return locked_by(read_owner_patiently(handle.get()), database);
    } else if (code != 0) {
        return Error{ErrorKind::invalid, "lock_file",
                     "cannot lock " + file.string() + ": " + windows_words(code) +
                         "; the database must be on a local disk whose file system has locks"};
    }
    auto impl = std::make_unique<Impl>(Impl{std::move(handle), file});
    try {
        write_owner(impl->handle.get(), "");
    } catch (const std::runtime_error& failure) {
        return Error{ErrorKind::invalid, "lock_file", std::string{failure.what()} + " (" + file.string() + ")"};
    }
    return InstanceLock{std::move(impl)};
}

InstanceLock::InstanceLock(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InstanceLock::InstanceLock(InstanceLock&& other) noexcept = default;

InstanceLock::~InstanceLock() {
    // Emptied, so that nobody reads a process id that may be another program's by then.
    if (impl_) cut_off(impl_->handle.get(), 0);
}

void InstanceLock::set_listen(const std::string& listen) { write_owner(impl_->handle.get(), listen); }

const std::filesystem::path& InstanceLock::file() const { return impl_->file; }

std::optional<InstanceLock::Owner> InstanceLock::owner_of(const std::filesystem::path& database) {
    const LockHandle handle = open_lock_file(lock_file_of(database), GENERIC_READ, OPEN_EXISTING);
    if (!handle) return std::nullopt;
    // A shared lock is refused only while somebody holds the exclusive one; it ends with the handle.
    if (lock_byte(handle.get(), false) != ERROR_LOCK_VIOLATION) return std::nullopt;
    return read_owner_patiently(handle.get());
}

std::optional<Error> InstanceLock::objection(const std::filesystem::path& database) {
    const auto owner = owner_of(database);
    if (!owner) return std::nullopt;
    return locked_by(*owner, database);
}

}  // namespace crossdock::platform
