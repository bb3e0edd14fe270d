// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/clock.h"
#include "platform/signals.h"

namespace crossdock::app {

/// False for a time before this program existed: a machine without a battery starts in 1970, until it is told the time.
bool is_plausible(Timestamp now);

/// Returns at once when the clock is plausible, else when it has become so; false when a stop was asked for first. With
/// a wrong clock every certificate of a channel would look not yet valid, and every order would be stamped wrongly for
/// ever: better no hub for a minute. Says in the log what it waits for, again every ten minutes.
bool wait_for_clock(const Clock& clock, platform::Signals& signals);

}  // namespace crossdock::app
