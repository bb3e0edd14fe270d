// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "connectors/connector.h"

namespace crossdock::connectors::shopify {

/// Channels of provider `shopify`: the GraphQL Admin API, pinned version 2026-07 unless the setting api_version says
/// another.
std::unique_ptr<ConnectorFactory> make_shopify_factory();

}  // namespace crossdock::connectors::shopify
