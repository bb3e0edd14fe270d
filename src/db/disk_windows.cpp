// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include "db/database.h"
#include "db/disk.h"

namespace crossdock::db {
namespace {

std::wstring wide(const std::string& text) {
    const int length = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
    std::wstring out(static_cast<std::size_t>(length), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), out.data(), length);
    return out;
}

[[noreturn]] void fail(const std::string& what, DWORD code) {
    const bool full = code == ERROR_DISK_FULL || code == ERROR_HANDLE_DISK_FULL;
    throw Failure(full ? Failure::Kind::full : Failure::Kind::io, what + ": Windows error " + std::to_string(code));
}

DWORD attributes(const std::string& path) { return ::GetFileAttributesW(wide(path).c_str()); }

}  // namespace

std::optional<std::string> network_file_system(std::uint64_t type) {
    if (type == DRIVE_REMOTE) return "network drive";
    return std::nullopt;
}

std::optional<std::string> network_disk(const std::string& path) {
    std::wstring root(MAX_PATH + 1, L'\0');
    if (!::GetVolumePathNameW(wide(path).c_str(), root.data(), static_cast<DWORD>(root.size()))) return std::nullopt;
    return network_file_system(::GetDriveTypeW(root.c_str()));
}

bool is_not_a_file(const std::string& path) {
    const DWORD found = attributes(path);
    return found != INVALID_FILE_ATTRIBUTES && (found & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE)) != 0;
}

bool is_folder(const std::string& path) {
    const DWORD found = attributes(path);
    return found != INVALID_FILE_ATTRIBUTES && (found & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

std::string folder_of(const std::string& path) {
    const auto slash = path.find_last_of("/\\");
    if (slash == std::string::npos) return ".";
    return path.substr(0, slash + 1);
}

// Access is inherited from the data folder, whose list the installer sets.
void make_private(const std::string&) {}
void give_to_owner_of_folder(const std::string&) {}

void publish_file(const std::string& from, const std::string& to) {
    const HANDLE file = ::CreateFileW(wide(from).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                                      OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) fail("Cannot open " + from + " to make it durable", ::GetLastError());
    const BOOL flushed = ::FlushFileBuffers(file);
    const DWORD code = ::GetLastError();
    ::CloseHandle(file);
    if (!flushed) fail("Cannot make " + from + " durable", code);
    move_file(from, to);
}

void move_file(const std::string& from, const std::string& to) {
    // Without MOVEFILE_REPLACE_EXISTING an existing file is an error, which is what is wanted.
    if (!::MoveFileExW(wide(from).c_str(), wide(to).c_str(), MOVEFILE_WRITE_THROUGH)) {
        fail("Cannot give " + from + " the name " + to, ::GetLastError());
    }
}

void remove_file(const std::string& path) noexcept { static_cast<void>(::DeleteFileW(wide(path).c_str())); }

}  // namespace crossdock::db
