// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "platform/host_names.h"

namespace crossdock::platform {

std::vector<std::string> host_names() {
    std::array<char, 256> own{};
    if (::gethostname(own.data(), own.size() - 1) != 0 || own.front() == '\0') return {};
    std::vector<std::string> names{to_lower(own.data())};
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(own.data(), nullptr, &hints, &found) == 0) {
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> answers(found, &::freeaddrinfo);
        if (found->ai_canonname != nullptr) {
            std::string full = to_lower(found->ai_canonname);
            // A hosts file that calls the machine "localhost" says nothing.
            if (full.find('.') != std::string::npos && !full.starts_with("localhost") && full != names.front())
                names.push_back(std::move(full));
        }
    }
    return names;
}

}  // namespace crossdock::platform
