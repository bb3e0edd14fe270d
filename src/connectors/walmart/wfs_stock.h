// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Reads, at most every six hours, which skus have goods in Walmart's warehouses (WFS). Sellers without WFS are
/// answered with a refusal: then there are none. Errors: those of a call, when nothing is known yet.
Status refresh_wfs_stock(Client& client);
/// As of the last refresh.
bool is_in_wfs(Client& client, const std::string& sku);

}  // namespace crossdock::connectors::walmart
