// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/hub.h"
#include "config/config.h"

namespace crossdock::app {

/// Every connector of this version.
const std::vector<const connectors::ConnectorFactory*>& connector_factories();

/// What the config file means for the hub.
HubOptions hub_options(const config::Config& config, std::string version);

/// What the connectors find wrong with their channels' credentials and settings, and channels of one account that read
/// the same shop; each at its place in the file.
std::vector<config::Finding> check_channels(const config::Config& config);

/// What is wrong with the folder of [exchange] now: warnings, because a share may come back.
std::vector<config::Finding> check_exchange(const config::Config& config);

}  // namespace crossdock::app
