// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Asks what the key may do and where the seller ships from. Returns the profile: {"currency":"USD","scopes":{…},
/// "ship_nodes":[{"id","name","type","active"}]}. Problems say what will not work, and why.
Result<std::string> read_access(Client& client, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::walmart
