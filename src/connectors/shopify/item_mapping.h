// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/item.h"

namespace crossdock::connectors::shopify {

/// A ProductVariant node of variants_page as one Item for each location that stocks it; a variant that no location
/// stocks gives one Item without location, or its sku would never resolve. `currency` is the shop's. Pure; never throws
/// for a payload. Errors: invalid, with the path of the field.
Result<std::vector<domain::Item>> map_variant_payload(std::string_view payload,
                                                      const std::optional<std::string>& currency);

}  // namespace crossdock::connectors::shopify
