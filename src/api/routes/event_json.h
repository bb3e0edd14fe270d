// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "db/database.h"
#include "store/event_repo.h"

namespace crossdock::api::routes {

/// An event as every surface tells it: {"id", "type", "created_at", "api_version", "account", "channel", "sequence",
/// "data", "details"}. `data` is the whole object as `/v2` shows it, as it is now, which is never older than the
/// event; null when there is none (any more). `details` is what the event said at its time.
std::string event_json(db::Session& session, const store::EventRow& event);

}  // namespace crossdock::api::routes
