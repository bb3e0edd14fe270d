// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/item.h"

namespace crossdock::connectors::walmart {

/// One item as Walmart lists it. One row: Walmart's list names no ship nodes, and the sku is the key of everything.
/// Errors: invalid.
Result<std::vector<domain::Item>> map_item_payload(std::string_view payload);

/// The canonical status of Walmart's two words.
domain::ItemStatus item_status(std::string_view lifecycle, std::string_view published);

}  // namespace crossdock::connectors::walmart
