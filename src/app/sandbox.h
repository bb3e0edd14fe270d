// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "net/http_client.h"
#include "sandbox/sandbox_server.h"

namespace crossdock::app {

struct SandboxOptions {
    std::string host = "127.0.0.1";
    int port = 0;  // 0: any free one
    int orders = 200;
    double orders_per_hour = 120;
    std::uint64_t seed = 1;
};

/// All simulated marketplaces of this version, ready to be started. `http` carries their webhooks.
std::unique_ptr<sandbox::SandboxServer> make_sandbox(const SandboxOptions& options, const Clock& clock, net::HttpClient& http);

}  // namespace crossdock::app
