// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"
#include "store/audit_repo.h"

namespace crossdock::app {

/// `webhook.add`, `.list`, `.show`, `.pause`, `.resume`, `.rotate`, `.test`, `.replay`, `.remove`, `.deliveries`,
/// `.delivery`,
/// `.update`; see run_command. What changes something is in the audit trail as done by `by`. None for any other
/// command.
std::optional<Result<nlohmann::json>> run_webhook_command(Hub& hub, std::string_view command,
                                                          const nlohmann::json& arguments, const store::Actor& by);

}  // namespace crossdock::app
