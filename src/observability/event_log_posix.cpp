// SPDX-License-Identifier: Apache-2.0
#include "observability/event_log.h"

namespace crossdock::log {

void write_event(Level, const std::string&) {}

}  // namespace crossdock::log
