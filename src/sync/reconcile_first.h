// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "sync/env.h"

/// After a restore the hub remembers a past in which pushes may wait that went out since. So nothing leaves for a
/// channel before its orders were read up to the moment of the restore: what was shipped meanwhile is then known here.
namespace crossdock::sync {

/// The same handler for work that changes something at the channel: until the channel was read the work waits,
/// uncounted.
std::unique_ptr<jobs::Handler> unless_unread(const Env& env, std::unique_ptr<jobs::Handler> handler);

/// Enabled channels whose pushes wait for that; empty in ordinary times.
std::vector<store::Channel> unread_channels(db::Session& session, const Env& env);

/// Ends it when every channel was read. Now and then, by the hub's upkeep.
void end_reconcile_first_when_read(const Env& env);

}  // namespace crossdock::sync
