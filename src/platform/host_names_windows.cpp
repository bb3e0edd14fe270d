// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <array>

#include "base/text.h"
#include "base/windows_text.h"
#include "platform/host_names.h"

namespace crossdock::platform {
namespace {

std::string computer_name(COMPUTER_NAME_FORMAT format) {
    std::array<wchar_t, 256> name{};
    auto size = static_cast<DWORD>(name.size());
    if (!::GetComputerNameExW(format, name.data(), &size)) return {};
    return to_lower(to_utf8({name.data(), size}));
}

}  // namespace

std::vector<std::string> host_names() {
    std::vector<std::string> names;
    for (const auto format : {ComputerNameDnsHostname, ComputerNameDnsFullyQualified})
        if (std::string name = computer_name(format); !name.empty() && (names.empty() || names.front() != name))
            names.push_back(std::move(name));
    return names;
}

}  // namespace crossdock::platform
