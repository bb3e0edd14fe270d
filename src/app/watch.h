// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "store/api_key_repo.h"
#include "sync/env.h"

/// Events of what nobody does but time: looked for now and then, each told once.
namespace crossdock::app {

/// Keys that end within 14 days.
void tell_expiring_keys(db::Database& database, Timestamp now);
/// How long orders may not have been pulled before their channel counts as silent: five of its intervals, ten minutes
/// at least.
std::chrono::milliseconds orders_late_after(std::chrono::milliseconds interval);
/// Channels whose orders were pulled last longer ago than that.
void tell_silent_channels(const sync::Env& env);

}  // namespace crossdock::app
