// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "app/hub.h"
#include "base/result.h"
#include "db/database.h"

namespace crossdock::app {

/// Whether these channels are those of the database under the names they have there. Changes nothing. Errors: conflict
/// `channel_provider_changed`; `channel_renamed`, when a channel that holds orders is gone and a new one of the same
/// provider and account could be the same shop, whose orders would then come again. Before the first access nothing
/// tells two shops apart for certain: credentials are renewed, and a shop may get another name together with its code.
/// So the config file has to say it (another_shop_than), and names the channel that is gone, so that what was said of
/// one change does not let the next one pass.
Status check_names(db::Session& session, const std::vector<HubChannel>& channels);

}  // namespace crossdock::app
