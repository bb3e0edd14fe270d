// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/command_call.h"

namespace crossdock::app {

/// `backup.start` and `backup.status`: a backup may take longer than an answer, so it is asked for and then asked
/// about.
const CommandTable& backup_commands();

}  // namespace crossdock::app
