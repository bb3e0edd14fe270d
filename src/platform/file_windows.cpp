// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "base/windows_text.h"
#include "platform/file.h"
#include "platform/file_handle_windows.h"
#include "platform/security_windows.h"

namespace crossdock::platform {
namespace {

// A scanner of viruses or an indexer holds a new file for a moment.
constexpr int kMostTries = 40;
constexpr std::chrono::milliseconds kBetweenTries{50};

Error file_write_error(const std::filesystem::path& file, const char* what, DWORD code) {
    std::string message = std::string{"cannot "} + what + " " + file.string() + ": " + windows_words(code);
    const bool denied = code == ERROR_ACCESS_DENIED || code == ERROR_WRITE_PROTECT || code == ERROR_PRIVILEGE_NOT_HELD;
    return Error{denied ? ErrorKind::denied : ErrorKind::unavailable, denied ? "file_denied" : "file_write",
                 std::move(message)};
}

Error file_read_error(const std::filesystem::path& file, DWORD code) {
    const std::string message = "cannot read " + file.string() + ": " + windows_words(code);
    if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND || code == ERROR_INVALID_NAME)
        return Error{ErrorKind::not_found, "file_missing", message};
    if (code == ERROR_ACCESS_DENIED) return Error{ErrorKind::denied, "file_denied", message};
    return Error{ErrorKind::unavailable, "file_read", message};
}

DWORD replace(const std::filesystem::path& with, const std::filesystem::path& file) {
    for (int attempt = 1;; ++attempt) {
        if (::MoveFileExW(with.c_str(), file.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return 0;
        const DWORD code = ::GetLastError();
        const bool held =
            code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION;
        if (!held || attempt == kMostTries || std::filesystem::is_directory(file)) return code;
        std::this_thread::sleep_for(kBetweenTries);
    }
}

/// Everybody may read, the ones of private_list() may write.
std::wstring public_list() { return private_list(false) + L"(A;;FR;;;WD)"; }

/// Whose reading a file needs nobody's leave: the system, administrators, the service, the installer of Windows' own
/// parts, "the owner", and the owner himself.
bool is_trusted(PSID who, PSID owner) {
    if (owner != nullptr && ::EqualSid(who, owner)) return true;
    for (const wchar_t* name : {L"S-1-5-18", L"S-1-5-32-544", L"S-1-3-0", L"S-1-3-4",
                                L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", kServiceSid}) {
        PSID trusted = nullptr;
        if (!::ConvertStringSidToSidW(name, &trusted)) continue;
        const LocalMemory<void> free_it{trusted};
        if (::EqualSid(who, trusted)) return true;
    }
    return false;
}

bool grants_reading_to_others(PACL list, PSID owner) {
    if (list == nullptr) return true;  // no list at all lets everybody in
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (!::GetAce(list, i, &entry)) continue;
        const auto* header = static_cast<const ACE_HEADER*>(entry);
        if (header->AceType != ACCESS_ALLOWED_ACE_TYPE || (header->AceFlags & INHERIT_ONLY_ACE) != 0) continue;
        auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        constexpr DWORD kReading =
            FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | GENERIC_READ | GENERIC_WRITE | GENERIC_ALL;
        if ((allowed->Mask & kReading) != 0 && !is_trusted(&allowed->SidStart, owner)) return true;
    }
    return false;
}

}  // namespace

Status write_file(const std::filesystem::path& file, std::string_view content, Access access) {
    static std::atomic<unsigned> counter{0};
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    std::filesystem::path beside = folder / L".";
    beside += file.filename();
    beside += L".new-" + std::to_wstring(::GetCurrentProcessId()) + L"-" + std::to_wstring(counter.fetch_add(1));
    ::DeleteFileW(beside.c_str());
    const auto list = descriptor_of(access == Access::everyone ? public_list() : private_list(false));
    SECURITY_ATTRIBUTES attributes{sizeof attributes, list.get(), FALSE};
    FileHandle handle{
        ::CreateFileW(beside.c_str(), GENERIC_WRITE, 0, &attributes, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!handle) return file_write_error(file, "create", ::GetLastError());
    DWORD code = write_all(handle, content);
    handle.close();
    const char* what = "write";
    if (code == 0) {
        code = replace(beside, file);
        what = "replace";
    }
    if (code == 0) return ok();
    ::DeleteFileW(beside.c_str());
    return file_write_error(file, what, code);
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes) {
    const auto not_a_file = [&] {
        return Error{ErrorKind::invalid, "file_kind", file.string() + " is not a regular file"};
    };
    const DWORD attributes = ::GetFileAttributesW(file.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) return file_read_error(file, ::GetLastError());
    if ((attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE)) != 0) return not_a_file();
    const FileHandle handle{::CreateFileW(file.c_str(), GENERIC_READ,
                                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                          OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!handle) return file_read_error(file, ::GetLastError());
    if (::GetFileType(handle.get()) != FILE_TYPE_DISK) return not_a_file();
    const auto too_large = [&] {
        return Error{ErrorKind::invalid, "file_too_large",
                     file.string() + " is larger than " + std::to_string(max_bytes) + " bytes"};
    };
    LARGE_INTEGER size{};
    if (!::GetFileSizeEx(handle.get(), &size)) return file_read_error(file, ::GetLastError());
    if (static_cast<std::uintmax_t>(size.QuadPart) > max_bytes) return too_large();
    std::string content;
    content.reserve(static_cast<std::size_t>(size.QuadPart) + 1);
    std::array<char, 16 * 1024> bytes{};
    for (;;) {
        DWORD got = 0;
        if (!::ReadFile(handle.get(), bytes.data(), static_cast<DWORD>(bytes.size()), &got, nullptr))
            return file_read_error(file, ::GetLastError());
        if (got == 0) return content;
        content.append(bytes.data(), got);
        if (content.size() > max_bytes) return too_large();  // it grew meanwhile
    }
}

Result<bool> is_private(const std::filesystem::path& file) {
    PACL list = nullptr;
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    std::wstring name = file.wstring();
    const DWORD code =
        ::GetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | OWNER_SECURITY_INFORMATION,
                                &owner, nullptr, &list, nullptr, &descriptor);
    if (code != ERROR_SUCCESS) return file_read_error(file, code);
    const LocalMemory<void> free_it{descriptor};
    return !grants_reading_to_others(list, owner);
}

Status make_private(const std::filesystem::path& file) {
    if (const DWORD code = set_list(file, private_list(false)); code != ERROR_SUCCESS)
        return file_write_error(file, "set the permissions of", code);
    return ok();
}

bool is_locked(const std::filesystem::path&) { return false; }
Status give_to_owner_of(const std::filesystem::path&, const std::filesystem::path&) { return ok(); }
void give_to_owner_of_folder(const std::filesystem::path&) {}

}  // namespace crossdock::platform
