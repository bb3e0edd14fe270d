// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/ebay/settings.h"
#include "connectors/ebay/trading.h"

namespace crossdock::connectors::ebay {

/// The catalogue's key of an item of the Inventory API. A relisted offer gets a new listing: the sku stays.
std::string sku_key(std::string_view sku);

/// A row of the Trading API as the JSON that map_item_payload reads: {"listing":{…}}. `details`: what details_members
/// made, when the listing's are known.
RawItem raw_listing(const TradingRow& row, const std::optional<std::string>& details);
/// Condition and GTINs as members of that object, without braces.
std::string details_members(const ListingDetails& details);

/// {"item":…,"offers":[…]} of the Inventory API, as received, or raw_listing's. One row. Pure.
/// Errors: invalid, with the path of the field.
Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Marketplace& marketplace);

}  // namespace crossdock::connectors::ebay
