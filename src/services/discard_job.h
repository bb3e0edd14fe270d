// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/result.h"
#include "db/database.h"
#include "domain/job.h"

namespace crossdock::services {

/// Throws a dead letter away, and closes what was noted about it. Work that still goes on is not thrown away: what it
/// carries would wait for ever. Errors: conflict. One transaction, the caller's.
Status discard_dead_letter(db::Session& session, const domain::Job& job, Timestamp now);

}  // namespace crossdock::services
