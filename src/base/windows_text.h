// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

/// What every source for Windows needs: its calls take UTF-16, we keep UTF-8. Not part of the program elsewhere.
namespace crossdock {

/// Bytes that are not UTF-8 become U+FFFD.
std::wstring to_wide(std::string_view utf8);
/// Half a surrogate pair becomes U+FFFD.
std::string to_utf8(std::wstring_view utf16);
/// The system's words for the code of GetLastError() or WSAGetLastError(): "Access is denied (5)".
std::string windows_words(unsigned long code);

}  // namespace crossdock
