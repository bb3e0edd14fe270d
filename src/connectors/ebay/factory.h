// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connectors/connector.h"

namespace crossdock::connectors::ebay {

/// Channels of provider `ebay`: one seller account, by the REST APIs, and by the Trading API for listings that were not
/// made with the Inventory API.
std::unique_ptr<ConnectorFactory> make_ebay_factory();

}  // namespace crossdock::connectors::ebay
