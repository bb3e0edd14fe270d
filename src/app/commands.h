// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"

namespace crossdock::app {

/// The commands an operator gives to a hub, running or not: `key.create`, `key.list`, `key.revoke`, `channel.list`,
/// `channel.test`, `channel.sync`, `order.show`, `order.why`, `job.list`, `job.retry`. Arguments and answers are JSON, so
/// that they travel to a running hub as they are. Errors say what is wrong and what to do.
Result<nlohmann::json> run_command(Hub& hub, std::string_view command, const nlohmann::json& arguments);

}  // namespace crossdock::app
