// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/command_call.h"

namespace crossdock::app {

/// `exchange.status`: how far files were given out and taken. `exchange.run`: the running hub looks into the folder now
/// instead of after the usual time.
const CommandTable& exchange_commands();

}  // namespace crossdock::app
