// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "base/windows_text.h"
#include "platform/file_handle_windows.h"
#include "platform/shared_folder.h"

namespace crossdock::platform {
namespace {

namespace fs = std::filesystem;

// A scanner of viruses, an indexer or the other program's own look at it holds a file for a moment.
constexpr int kMostAttempts = 20;
constexpr std::chrono::milliseconds kBetweenAttempts{50};

bool is_held(DWORD code) {
    return code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION || code == ERROR_ACCESS_DENIED;
}

Error folder_error(const char* what, const fs::path& file, DWORD code) {
    const std::string message =
        std::string{"cannot "} + what + " " + to_utf8(file.wstring()) + ": " + windows_words(code);
    switch (code) {
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
        case ERROR_INVALID_NAME: return Error{ErrorKind::not_found, "file_missing", message};
        case ERROR_SHARING_VIOLATION:
        case ERROR_LOCK_VIOLATION: return Error{ErrorKind::conflict, "file_busy", message};
        case ERROR_ACCESS_DENIED:
        case ERROR_WRITE_PROTECT:
        case ERROR_PRIVILEGE_NOT_HELD: return Error{ErrorKind::denied, "file_denied", message};
        default: return Error{ErrorKind::unavailable, "file_failed", message};
    }
}

/// Repeats what another program's hold on the file may have hindered. `attempt` returns 0 or a code.
template <class Attempt>
DWORD patiently(Attempt&& attempt) {
    for (int tries = 1;; ++tries) {
        const DWORD code = attempt();
        if (code == 0 || !is_held(code) || tries == kMostAttempts) return code;
        std::this_thread::sleep_for(kBetweenAttempts);
    }
}

class WindowsReader final : public SharedFolder::Reader {
public:
    WindowsReader(HANDLE handle, fs::path path) : file_(handle), path_(std::move(path)) {}
    Result<std::string_view> read(std::size_t most) override {
        buffer_.resize(most);
        DWORD got = 0;
        if (!::ReadFile(file_.get(), buffer_.data(), static_cast<DWORD>(most), &got, nullptr))
            return folder_error("read", path_, ::GetLastError());
        return std::string_view{buffer_.data(), got};
    }

private:
    FileHandle file_;
    fs::path path_;
    std::string buffer_;
};

SharedFolder::Entry entry_of(std::string name, DWORD attributes, DWORD high, DWORD low, const FILETIME& changed) {
    SharedFolder::Entry entry;
    entry.name = std::move(name);
    using Kind = SharedFolder::Entry::Kind;
    entry.kind = (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? Kind::link
                 : (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0   ? Kind::folder
                 : (attributes & FILE_ATTRIBUTE_DEVICE) != 0      ? Kind::other
                                                                  : Kind::file;
    entry.bytes = (static_cast<std::uint64_t>(high) << 32U) | low;
    entry.changed =
        static_cast<std::int64_t>((static_cast<std::uint64_t>(changed.dwHighDateTime) << 32U) | changed.dwLowDateTime);
    return entry;
}

class WindowsFolder final : public SharedFolder {
public:
    explicit WindowsFolder(fs::path base) : base_(std::move(base)) {}

    Result<std::vector<Entry>> list(const std::string& folder) override {
        const fs::path path = at(folder);
        WIN32_FIND_DATAW found{};
        const HANDLE search = ::FindFirstFileW((path / L"*").c_str(), &found);
        if (search == INVALID_HANDLE_VALUE) return folder_error("list", path, ::GetLastError());
        std::vector<Entry> entries;
        do {
            const std::wstring_view name{found.cFileName};
            if (name == L"." || name == L"..") continue;
            entries.push_back(entry_of(to_utf8(name), found.dwFileAttributes, found.nFileSizeHigh, found.nFileSizeLow,
                                       found.ftLastWriteTime));
        } while (::FindNextFileW(search, &found));
        const DWORD code = ::GetLastError();
        ::FindClose(search);
        if (code != ERROR_NO_MORE_FILES) return folder_error("list", path, code);
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
        return entries;
    }

    Result<Entry> look(const std::string& file) override {
        const fs::path path = at(file);
        WIN32_FILE_ATTRIBUTE_DATA found{};
        if (!::GetFileAttributesExW(path.c_str(), GetFileExInfoStandard, &found))
            return folder_error("look at", path, ::GetLastError());
        return entry_of(to_utf8(path.filename().wstring()), found.dwFileAttributes, found.nFileSizeHigh,
                        found.nFileSizeLow, found.ftLastWriteTime);
    }

    Status make_folder(const std::string& folder) override {
        const fs::path path = at(folder);
        if (::CreateDirectoryW(path.c_str(), nullptr)) return ok();  // its parent's list is handed on
        const DWORD code = ::GetLastError();
        const DWORD attributes = ::GetFileAttributesW(path.c_str());
        if (attributes == INVALID_FILE_ATTRIBUTES) return folder_error("make", path, code);
        if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 && (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0)
            return ok();
        // Whoever may write here must not lead us elsewhere.
        return Error{ErrorKind::unavailable, "file_failed",
                     to_utf8(path.wstring()) + " must be a folder, not a link or file"};
    }

    Result<std::unique_ptr<Reader>> open(const std::string& file) override {
        const fs::path path = at(file);
        // Nobody may write meanwhile: whoever has it open for writing makes this a sharing violation.
        const HANDLE handle =
            ::CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                          FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
        if (handle == INVALID_HANDLE_VALUE) return folder_error("open", path, ::GetLastError());
        return std::unique_ptr<Reader>(std::make_unique<WindowsReader>(handle, path));
    }

    Status write(const std::string& file, std::string_view content) override {
        const fs::path path = at(file);
        ::DeleteFileW(path.c_str());
        FileHandle out{
            ::CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr)};
        if (!out) return folder_error("create", path, ::GetLastError());
        if (const DWORD code = write_all(out, content); code != 0) return folder_error("write", path, code);
        return ok();
    }

    Status move(const std::string& from, const std::string& to) override {
        const fs::path source = at(from);
        const fs::path target = at(to);
        const DWORD code = patiently([&]() -> DWORD {
            return ::MoveFileExW(source.c_str(), target.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)
                       ? 0
                       : ::GetLastError();
        });
        return code == 0 ? ok() : folder_error("move", source, code);
    }

    Status remove(const std::string& file) override {
        const fs::path path = at(file);
        const DWORD attributes = ::GetFileAttributesW(path.c_str());
        if (attributes == INVALID_FILE_ATTRIBUTES) {
            const DWORD code = ::GetLastError();
            return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ? ok()
                                                                                : folder_error("delete", path, code);
        }
        // A read-only file cannot be deleted as it is.
        if ((attributes & FILE_ATTRIBUTE_READONLY) != 0)
            ::SetFileAttributesW(path.c_str(), attributes & ~static_cast<DWORD>(FILE_ATTRIBUTE_READONLY));
        const DWORD code = patiently([&]() -> DWORD { return ::DeleteFileW(path.c_str()) ? 0 : ::GetLastError(); });
        return code == 0 || code == ERROR_FILE_NOT_FOUND ? ok() : folder_error("delete", path, code);
    }

private:
    [[nodiscard]] fs::path at(const std::string& file) const {
        return file.empty() ? base_ : base_ / fs::path{to_wide(file)}.make_preferred();
    }

    fs::path base_;
};

}  // namespace

std::unique_ptr<SharedFolder> make_shared_folder(const fs::path& folder) {
    return std::make_unique<WindowsFolder>(folder);
}

std::string host_name() {
    std::array<wchar_t, 256> name{};
    auto size = static_cast<DWORD>(name.size());
    if (!::GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size) || size == 0) return "localhost";
    return to_utf8(std::wstring_view{name.data(), size});
}

}  // namespace crossdock::platform
