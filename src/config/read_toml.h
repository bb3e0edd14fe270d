// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "config/config.h"

namespace crossdock::config {

/// What parse does once the text is known to be UTF-8 and not empty. The only place that knows the TOML library.
Loaded read_toml(std::string_view text, const std::string& path, const Environment& environment, LoadOptions options,
                 bool readable_by_others);

}  // namespace crossdock::config
