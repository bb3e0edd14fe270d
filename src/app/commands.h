// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"
#include "store/audit_repo.h"

namespace crossdock::app {

/// The commands an operator gives to a hub, running or not: `key.create`, `key.list`, `key.revoke`, `key.rotate`,
/// `key.plan`, `key.dialect`, `audit.list`, `channel.list`, `channel.test`, `channel.sync`, `channel.discard_pushes`,
/// `order.show`, `order.why`, `job.list`, `job.retry`, and those of backup_commands.h, erase_commands.h,
/// exchange_commands.h, look_commands.h and webhook_commands.h. Arguments and answers are JSON, so that they travel to
/// a running hub as they are. What changes something is in the audit trail as done by `by`. Errors say what is wrong
/// and what to do.
Result<nlohmann::json> run_command(Hub& hub, std::string_view command, const nlohmann::json& arguments,
                                   const store::Actor& by = {});

}  // namespace crossdock::app
