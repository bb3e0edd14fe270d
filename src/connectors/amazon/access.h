// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/amazon/client.h"

namespace crossdock::connectors::amazon {

/// Asks which marketplaces the seller sells in. Returns the profile: {"currency":…,"marketplaces":[{"id","country",
/// "currency","name"}]}, the channel's own marketplaces first. Problems say what of the settings will not work.
Result<std::string> read_seller_profile(Client& client, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::amazon
