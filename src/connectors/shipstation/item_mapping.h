// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shipstation/settings.h"

namespace crossdock::connectors::shipstation {

/// A product of GET /products, as received: one row, for ShipStation V1 knows no stock and no places.
/// Errors: invalid, with the path of the field.
Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Settings& settings);

}  // namespace crossdock::connectors::shipstation
