// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace crossdock::app {

/// The libraries inside this binary and their versions.
std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace crossdock::app
