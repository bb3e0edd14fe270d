// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "platform/signals.h"

namespace crossdock::platform {

/// As if the system had sent it; kept when nobody waits yet. For the service's control handler. Any thread.
void deliver_signal(Signal signal);

}  // namespace crossdock::platform
