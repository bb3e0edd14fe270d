// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <windows.h>

#include <filesystem>
#include <memory>
#include <string>

/// Access lists on Windows. Only for sources whose name ends in _windows.
namespace crossdock::platform {

struct FreeLocal {
    void operator()(void* memory) const { ::LocalFree(memory); }
};
template <class T>
using LocalMemory = std::unique_ptr<T, FreeLocal>;

/// The service's own account, `NT SERVICE\crossdock`. Its number follows from the name alone: the SHA-1 of the name in
/// capitals as UTF-16, so it may stand in a list before the service is installed.
inline constexpr const wchar_t* kServiceSid = L"S-1-5-80-355112534-3672507009-1218684129-3389519449-4088001941";

/// A list in Windows' own language (SDDL): nothing is inherited; the system, administrators, the service and the owner
/// may do everything. `inherited` hands the same on to what is made inside a folder.
std::wstring private_list(bool inherited);
/// Null when Windows cannot read the text.
LocalMemory<void> descriptor_of(const std::wstring& list);
/// Replaces the list of a file or folder and whatever it inherits, and its owner when the text names one. Returns a code of GetLastError(), 0 when it worked.
DWORD set_list(const std::filesystem::path& file, const std::wstring& list);

}  // namespace crossdock::platform
