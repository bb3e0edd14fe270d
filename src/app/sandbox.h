// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "connectors/connector.h"
#include "net/http_client.h"
#include "sandbox/sandbox_server.h"

namespace crossdock::app {

struct SandboxOptions {
    std::string host = "127.0.0.1";
    int port = 0;  // 0: any free one
    int orders = 200;  // of the shop; the other marketplaces have a fifth each
    int items = 0;     // of each catalogue; 0: each marketplace's own small one
    double orders_per_hour = 120;
    bool life_cycle = true;  // orders are paid, shipped, cancelled and refunded by themselves
    std::uint64_t seed = 1;
    std::optional<domain::Provider> only;  // this marketplace alone, with all the orders
};

/// All simulated marketplaces of this version, ready to be started. `http` carries their webhooks.
std::unique_ptr<sandbox::SandboxServer> make_sandbox(const SandboxOptions& options, const Clock& clock, net::HttpClient& http);

/// How a hub reaches each of them: what its config file would say. `sandbox_url`: "http://127.0.0.1:9100".
std::vector<connectors::ChannelSetup> sandbox_channels(const std::string& sandbox_url, std::optional<domain::Provider> only = {});

}  // namespace crossdock::app
