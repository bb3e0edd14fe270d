// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace crossdock::platform {

/// What this machine calls itself: its name, then its full name with the domain when it has one. May ask DNS, which
/// takes some seconds where there is none. Lower case; empty when the system does not say.
std::vector<std::string> host_names();

}  // namespace crossdock::platform
