// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "api/context.h"
#include "jobs/runner.h"
#include "sync/env.h"

namespace crossdock::app {

/// What is late, stuck, refused or dead-lettered, and what is in the way of writing, each with its next step. Reads the
/// database. A full disk leaves it ready: reads go on, and a fresh start could do no more.
api::HealthReport look_at_health(const sync::Env& env, jobs::Runner& runner, const api::Plans& plans = {});

/// How often a channel's streams are pulled; null for one that the config file does not name.
using ScheduleOf = std::function<const sync::Schedule*(const store::Channel&)>;

/// What of it the rows alone tell: channels, given-up jobs, the last check of the file, keys. Also without a hub.
void look_at_rows(db::Session& session, const ScheduleOf& schedule_of, const api::Plans& plans, Timestamp now, api::HealthReport& report);

}  // namespace crossdock::app
