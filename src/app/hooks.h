// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/message.h"
#include "observability/metrics.h"
#include "sync/env.h"

namespace crossdock::app {

/// The answer to a call of /hooks/{channel_code}, which is counted. A call that is not genuine learns nothing but that.
/// Throws db::Failure when a genuine one could not be kept: the provider calls again.
http::Response hook_answer(const sync::Env& env, metrics::Registry& metrics, const http::Request& request);

}  // namespace crossdock::app
