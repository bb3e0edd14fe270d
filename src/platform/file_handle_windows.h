// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace crossdock::platform {

/// A file of CreateFileW(), closed at the end. Only for sources whose name ends in _windows.
class FileHandle {
public:
    explicit FileHandle(HANDLE handle) : handle_(handle) {}
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    ~FileHandle() { close(); }
    [[nodiscard]] HANDLE get() const { return handle_; }
    explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }
    void close() {
        if (handle_ != INVALID_HANDLE_VALUE) ::CloseHandle(std::exchange(handle_, INVALID_HANDLE_VALUE));
    }

private:
    HANDLE handle_;
};

/// Writes all of it and waits until the disk has it. Returns 0 or the code of what went wrong.
inline DWORD write_all(const FileHandle& file, std::string_view content) {
    while (!content.empty()) {
        const auto now = static_cast<DWORD>(std::min<std::size_t>(content.size(), 1U << 20U));
        DWORD written = 0;
        if (!::WriteFile(file.get(), content.data(), now, &written, nullptr)) return ::GetLastError();
        content.remove_prefix(written);
    }
    return ::FlushFileBuffers(file.get()) ? 0 : ::GetLastError();
}

}  // namespace crossdock::platform
