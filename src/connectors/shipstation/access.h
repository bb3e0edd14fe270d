// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Reads the account's stores. Returns the profile: {"currency", "stores": [{"storeId", "storeName", "marketplaceName",
/// "active"}]}. Problems say what will not work: stores that the settings should name, stock that cannot be set,
/// marketplaces that ShipStation could not tell of a shipment.
Result<std::string> read_account_profile(Client& client, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::shipstation
