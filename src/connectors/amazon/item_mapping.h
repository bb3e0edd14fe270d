// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "connectors/amazon/settings.h"
#include "domain/item.h"

namespace crossdock::connectors::amazon {

/// {"marketplace_id":…,"row":{…}} from the listing report, or {"marketplace_id":…,"listing":{…}} from
/// searchListingsItems. One row: Amazon names no location. Errors: invalid.
Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Profile& profile);

/// Whether Amazon's warehouse holds the stock: the codes are AMAZON_NA, AMAZON_EU, AMAZON_JP, …
bool is_fba_channel(std::string_view channel_code);

}  // namespace crossdock::connectors::amazon
