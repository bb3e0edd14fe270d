// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"

namespace crossdock::app {

/// `webhook.add`, `.list`, `.show`, `.pause`, `.resume`, `.rotate`, `.test`, `.replay`, `.remove`, `.deliveries`,
/// `.delivery`,
/// `.update`; see run_command. None for any other command.
std::optional<Result<nlohmann::json>> run_webhook_command(Hub& hub, std::string_view command,
                                                          const nlohmann::json& arguments);

}  // namespace crossdock::app
