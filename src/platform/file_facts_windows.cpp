// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <system_error>

#include "base/windows_text.h"
#include "platform/file_facts.h"

namespace crossdock::platform {

Result<DiskSpace> disk_space(const std::filesystem::path& place) {
    std::error_code error;
    const auto info = std::filesystem::space(place, error);
    if (error)
        return Error{ErrorKind::unavailable, "disk_unknown",
                     "the disk under " + place.string() +
                         " does not answer: " + windows_words(static_cast<DWORD>(error.value()))};
    DiskSpace space;
    space.free_bytes = info.available;
    space.all_bytes = info.capacity;
    return space;
}

std::optional<FileFacts> file_facts(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (error || !std::filesystem::exists(status)) return std::nullopt;
    FileFacts facts;
    facts.is_folder = std::filesystem::is_directory(status);
    std::wstring volume(MAX_PATH + 1, L'\0');
    DWORD serial = 0;
    if (::GetVolumePathNameW(file.c_str(), volume.data(), static_cast<DWORD>(volume.size())) != 0 &&
        ::GetVolumeInformationW(volume.c_str(), nullptr, 0, &serial, nullptr, nullptr, nullptr, 0) != 0)
        facts.device = serial;
    return facts;
}

// Access lists take the place of numbers and modes.
std::optional<User> find_user(const std::string&) { return std::nullopt; }
std::optional<User> find_user(std::int64_t) { return std::nullopt; }
std::optional<User> this_user() { return std::nullopt; }
std::optional<User> user_of_process(std::int64_t) { return std::nullopt; }
bool may(const User&, const FileFacts&, const std::string&) { return true; }
std::filesystem::path obstacle(const User&, const std::filesystem::path&, const std::string&) { return {}; }

}  // namespace crossdock::platform
