// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/server.h"
#include "jobs/runner.h"
#include "observability/metrics.h"
#include "sync/env.h"

namespace crossdock::app {

/// Registers what /metrics shows beside the request counters: queue depth and age by lane, sync lag by channel and stream,
/// dead letters, database size, age of the last backup.
void add_figures(metrics::Registry& registry, const sync::Env& env, jobs::Runner& runner);

}  // namespace crossdock::app
