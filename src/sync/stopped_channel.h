// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sync/env.h"

/// A channel is stopped when its credentials are gone (revoked, expired, the shop frozen or closed): whatever it is
/// asked is denied. Then its work waits and nobody knocks but its check, once an hour, at every start of the program
/// and when a person asks. When the check is granted, everything that waits goes on.
namespace crossdock::sync {

/// The same handler for work that asks the channel: while the channel is stopped the work waits, uncounted.
std::unique_ptr<jobs::Handler> unless_stopped(const Env& env, std::unique_ptr<jobs::Handler> handler);

/// At the start of the program, whose config file may hold new credentials: stopped channels are checked now.
void check_stopped_channels(db::Session& session, Timestamp now);

/// At the start of the program: what was wrong with streams that the config file switches off concerns nobody any more.
void forget_what_is_off(db::Session& session, const store::Channel& channel, const Schedule& schedule, Timestamp now);

/// A person asks a channel for its work: when it is stopped, both the work and the check are tried once more.
void try_again(db::Session& session, const store::Channel& channel, Timestamp now);

}  // namespace crossdock::sync
