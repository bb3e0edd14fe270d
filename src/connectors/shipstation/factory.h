// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connectors/connector.h"

namespace crossdock::connectors::shipstation {

/// Channels of provider `shipstation`: one account, all its stores, by the API of version 1; stock by version 2 when
/// the config file has a key for it. ShipStation knows no refunds in either version.
std::unique_ptr<ConnectorFactory> make_shipstation_factory();

}  // namespace crossdock::connectors::shipstation
