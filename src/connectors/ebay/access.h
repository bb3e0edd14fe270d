// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// Who the seller is, and what will not work: a selling registration that is not complete, Finances refused, a location
/// that eBay does not know, a consent that ends soon, a quota that is nearly used up. Returns the profile.
Result<std::string> read_seller_profile(Client& client, std::vector<domain::Problem>& problems);

}  // namespace crossdock::connectors::ebay
