// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connectors/connector.h"

namespace crossdock::connectors::walmart {

/// Channels of provider `walmart`: the Marketplace API of Walmart US, one seller.
std::unique_ptr<ConnectorFactory> make_walmart_factory();

}  // namespace crossdock::connectors::walmart
