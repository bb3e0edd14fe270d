// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "jobs/timers.h"
#include "sync/env.h"

namespace crossdock::app {

/// Everything that happens by the clock: pulls, checks, reconciliation, upkeep. One screen, so that nothing runs unseen.
void add_recurring_work(jobs::Timers& timers, const sync::Env& env);

}  // namespace crossdock::app
