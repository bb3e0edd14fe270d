// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Channels of provider `amazon`: the Selling Partner API, one seller in one region. Amazon calls no webhook: its
/// notifications go to a queue in the seller's own cloud account, and polling is complete without them.
std::unique_ptr<ConnectorFactory> make_amazon_factory();

}  // namespace crossdock::connectors::amazon
