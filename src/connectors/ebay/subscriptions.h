// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// Creates what is missing at eBay, so that it notifies the endpoint: the alert address, the destination, and a
/// subscription for each topic that the hub profits from and eBay offers. Returns what was done.
/// Errors: invalid `alert_email_missing`, else as Client::call.
Result<std::vector<std::string>> ensure_notifications(Client& client, const std::string& endpoint);

}  // namespace crossdock::connectors::ebay
