// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// All offers of a sku as a JSON array, as received; "[]" for a sku that has none, which eBay calls a 404.
/// Errors: as Client::call.
Result<std::string> read_offers(Client& client, std::string_view sku, bool push);

}  // namespace crossdock::connectors::ebay
