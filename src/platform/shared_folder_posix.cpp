// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "platform/shared_folder.h"

namespace crossdock::platform {
namespace {

namespace fs = std::filesystem;

Error folder_error(const char* what, const fs::path& file, int error) {
    const std::string message = std::string{"cannot "} + what + " " + file.string() + ": " + system_words(error);
    switch (error) {
        case ENOENT:
        case ENOTDIR: return Error{ErrorKind::not_found, "file_missing", message};
        case EBUSY:
        case ETXTBSY:
        case EAGAIN: return Error{ErrorKind::conflict, "file_busy", message};
        case EACCES:
        case EPERM:
        case EROFS: return Error{ErrorKind::denied, "file_denied", message};
        default: return Error{ErrorKind::unavailable, "file_failed", message};
    }
}

class OpenFile {
public:
    explicit OpenFile(int number) : number_(number) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() { close(); }
    [[nodiscard]] int get() const { return number_; }
    /// Some file systems, shares above all, report a failed write only here.
    int close() { return number_ < 0 ? 0 : ::close(std::exchange(number_, -1)); }

private:
    int number_;
};

class PosixReader final : public SharedFolder::Reader {
public:
    PosixReader(int number, fs::path path) : file_(number), path_(std::move(path)) {}
    Result<std::string_view> read(std::size_t most) override {
        buffer_.resize(most);
        for (;;) {
            const auto got = ::read(file_.get(), buffer_.data(), most);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return folder_error("read", path_, errno);
            return std::string_view{buffer_.data(), static_cast<std::size_t>(got)};
        }
    }

private:
    OpenFile file_;
    fs::path path_;
    std::string buffer_;
};

SharedFolder::Entry entry_of(std::string name, const struct stat& status) {
    SharedFolder::Entry entry;
    entry.name = std::move(name);
    using Kind = SharedFolder::Entry::Kind;
    entry.kind = S_ISREG(status.st_mode)   ? Kind::file
                 : S_ISDIR(status.st_mode) ? Kind::folder
                 : S_ISLNK(status.st_mode) ? Kind::link
                                           : Kind::other;
    entry.bytes = static_cast<std::uint64_t>(status.st_size);
    entry.changed = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    return entry;
}

class PosixFolder final : public SharedFolder {
public:
    explicit PosixFolder(fs::path base) : base_(std::move(base)) {}

    Result<std::vector<Entry>> list(const std::string& folder) override {
        const fs::path path = at(folder);
        DIR* directory = ::opendir(path.c_str());
        if (directory == nullptr) return folder_error("list", path, errno);
        std::vector<Entry> entries;
        for (;;) {
            errno = 0;
            const dirent* found = ::readdir(directory);
            if (found == nullptr) break;
            std::string name = found->d_name;
            if (name == "." || name == ".." || !is_valid_utf8(name)) continue;
            struct stat status {};
            if (::fstatat(::dirfd(directory), found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
                if (errno == ENOENT) continue;  // gone meanwhile
                break;
            }
            entries.push_back(entry_of(std::move(name), status));
        }
        const int error = errno;
        ::closedir(directory);
        if (error != 0 && error != ENOENT) return folder_error("list", path, error);
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
        return entries;
    }

    Result<Entry> look(const std::string& file) override {
        const fs::path path = at(file);
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) return folder_error("look at", path, errno);
        return entry_of(path.filename().string(), status);
    }

    Status make_folder(const std::string& folder) override {
        const fs::path path = at(folder);
        // As its parent is: who may use that one may use this one.
        struct stat parent {};
        if (::stat(path.parent_path().c_str(), &parent) != 0) return folder_error("make", path, errno);
        if (::mkdir(path.c_str(), 0777) != 0) {
            const int error = errno;
            struct stat held {};
            if (error != EEXIST || ::lstat(path.c_str(), &held) != 0) return folder_error("make", path, error);
            if (S_ISDIR(held.st_mode)) return ok();
            // Whoever may write here must not lead us elsewhere.
            return Error{ErrorKind::unavailable, "file_failed",
                         path.string() + " must be a folder, not a link or file"};
        }
        static_cast<void>(::chmod(path.c_str(), parent.st_mode & 07777));  // a share may know no modes
        if (::geteuid() == 0 && ::lchown(path.c_str(), parent.st_uid, parent.st_gid) != 0) errno = 0;  // nor owners
        return ok();
    }

    Result<std::unique_ptr<Reader>> open(const std::string& file) override {
        const fs::path path = at(file);
        // Without O_NONBLOCK a named pipe would hold us for ever.
        const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
        if (number < 0) return folder_error("open", path, errno);
        return std::unique_ptr<Reader>(std::make_unique<PosixReader>(number, path));
    }

    Status write(const std::string& file, std::string_view content) override {
        const fs::path path = at(file);
        // What an earlier attempt left, possibly a link into somewhere else.
        ::unlink(path.c_str());
        OpenFile out{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (out.get() < 0) return folder_error("create", path, errno);
        struct stat folder {};
        if (::stat(path.parent_path().c_str(), &folder) == 0) {
            static_cast<void>(::fchmod(out.get(), folder.st_mode & 0666));
            if (::geteuid() == 0 && ::fchown(out.get(), folder.st_uid, folder.st_gid) != 0) errno = 0;
        }
        while (!content.empty()) {
            const auto written = ::write(out.get(), content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return folder_error("write", path, errno);
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(out.get()) != 0) return folder_error("write", path, errno);
        if (out.close() != 0) return folder_error("write", path, errno);
        return ok();
    }

    Status move(const std::string& from, const std::string& to) override {
        const fs::path source = at(from);
        const fs::path target = at(to);
        if (::rename(source.c_str(), target.c_str()) != 0) return folder_error("move", source, errno);
        if (auto synced = sync(target.parent_path()); !synced) return synced;
        return sync(source.parent_path());
    }

    Status remove(const std::string& file) override {
        const fs::path path = at(file);
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) return folder_error("delete", path, errno);
        return ok();
    }

private:
    [[nodiscard]] fs::path at(const std::string& file) const { return file.empty() ? base_ : base_ / file; }

    static Status sync(const fs::path& folder) {
        const OpenFile opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (opened.get() < 0) return folder_error("sync", folder, errno);
        // Network file systems know no sync of a folder.
        if (::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EOPNOTSUPP)
            return folder_error("sync", folder, errno);
        return ok();
    }

    fs::path base_;
};

}  // namespace

std::unique_ptr<SharedFolder> make_shared_folder(const fs::path& folder) {
    return std::make_unique<PosixFolder>(folder);
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return to_valid_utf8(name.data());
}

}  // namespace crossdock::platform
