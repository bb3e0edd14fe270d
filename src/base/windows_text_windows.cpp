// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <array>

#include "base/windows_text.h"

namespace crossdock {

std::wstring to_wide(std::string_view utf8) {
    if (utf8.empty()) return {};
    const int size = static_cast<int>(utf8.size());
    const int length = ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(length), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, wide.data(), length);
    return wide;
}

std::string to_utf8(std::wstring_view utf16) {
    if (utf16.empty()) return {};
    const int size = static_cast<int>(utf16.size());
    const int length = ::WideCharToMultiByte(CP_UTF8, 0, utf16.data(), size, nullptr, 0, nullptr, nullptr);
    std::string text(static_cast<std::size_t>(length), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, utf16.data(), size, text.data(), length, nullptr, nullptr);
    return text;
}

std::string windows_words(unsigned long code) {
    std::array<wchar_t, 512> buffer{};
    constexpr DWORD kFlags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    const DWORD length =
        ::FormatMessageW(kFlags, nullptr, code, 0, buffer.data(), static_cast<DWORD>(buffer.size()), nullptr);
    std::string words = to_utf8({buffer.data(), length});
    while (words.ends_with(' ') || words.ends_with('.')) words.pop_back();
    return words.empty() ? "Windows error " + std::to_string(code) : words + " (" + std::to_string(code) + ")";
}

}  // namespace crossdock
