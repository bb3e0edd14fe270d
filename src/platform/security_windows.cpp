// SPDX-License-Identifier: Apache-2.0
#include "platform/security_windows.h"

#include <aclapi.h>
#include <sddl.h>

namespace crossdock::platform {

std::wstring private_list(bool inherited) {
    const std::wstring flags = inherited ? L"OICI" : L"";
    std::wstring list = L"D:P";
    // SY: the system; BA: administrators; OW: whoever owns it.
    for (const std::wstring who : {L"SY", L"BA", L"OW", kServiceSid}) list += L"(A;" + flags + L";FA;;;" + who + L")";
    return list;
}

LocalMemory<void> descriptor_of(const std::wstring& list) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1, &descriptor, nullptr))
        return nullptr;
    return LocalMemory<void>{descriptor};
}

DWORD set_list(const std::filesystem::path& file, const std::wstring& list) {
    const auto descriptor = descriptor_of(list);
    if (!descriptor) return ::GetLastError();
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL acl = nullptr;
    if (!::GetSecurityDescriptorDacl(descriptor.get(), &present, &acl, &defaulted)) return ::GetLastError();
    std::wstring name = file.wstring();
    const DWORD code = ::SetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT,
                                               DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
                                               nullptr, acl, nullptr);
    PSID owner = nullptr;
    if (code != ERROR_SUCCESS || !::GetSecurityDescriptorOwner(descriptor.get(), &owner, &defaulted) || owner == nullptr)
        return code;
    return ::SetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, owner, nullptr, nullptr,
                                   nullptr);
}

}  // namespace crossdock::platform
