// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cli/webhook.h"

namespace crossdock::cli {

/// `crossdock exchange …`.
void add_exchange_commands(CLI::App& program, const CommandMaker& maker);

}  // namespace crossdock::cli
