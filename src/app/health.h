// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "api/context.h"
#include "jobs/runner.h"
#include "sync/env.h"

namespace crossdock::app {

/// What is late, stuck, refused or dead-lettered, each with its next step. Reads the database.
api::HealthReport look_at_health(const sync::Env& env, jobs::Runner& runner, const api::Plans& plans = {});

}  // namespace crossdock::app
