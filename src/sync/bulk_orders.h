// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sync/export_walk.h"

namespace crossdock::sync {

/// The next step of an export of orders under way.
jobs::JobOutcome go_on_with_export(const Env& env, const OpenChannel& open, connectors::BulkOrderSource& source,
                                   const store::Stream& stream, jobs::JobContext& context);

}  // namespace crossdock::sync
