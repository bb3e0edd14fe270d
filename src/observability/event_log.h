// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "observability/log.h"

namespace crossdock::log {

/// Writes a line to the event log of Windows, source "crossdock"; elsewhere there is none, and nothing happens. Any
/// thread.
void write_event(Level level, const std::string& line);

}  // namespace crossdock::log
