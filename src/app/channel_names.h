// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/hub.h"
#include "base/result.h"
#include "db/database.h"

namespace crossdock::app {

/// Whether these channels are those of the database under the names they have there. Changes nothing. Errors: conflict
/// `channel_provider_changed`; `channel_renamed`, when a channel that holds orders is gone and a new one of the same
/// provider and account could be the same shop, whose orders would then come again.
Status check_names(db::Session& session, const std::vector<HubChannel>& channels);

}  // namespace crossdock::app
