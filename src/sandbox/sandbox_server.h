// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "http/router.h"
#include "http/server.h"
#include "sandbox/marketplace.h"

namespace crossdock::sandbox {

/// Simulated marketplaces on a port of this machine, each under its own path, living by the real clock.
/// GET /_sandbox/calls tells how often each call was made: {"GET /walmart/v3/items":12,…}; ids in paths are "{}", GraphQL
/// requests have their operation's name behind the path.
class SandboxServer {
public:
    SandboxServer(http::ServerOptions options, std::vector<std::unique_ptr<Marketplace>> marketplaces,
                  WebhookSender webhooks);
    ~SandboxServer();
    SandboxServer(const SandboxServer&) = delete;
    SandboxServer& operator=(const SandboxServer&) = delete;

    /// Errors as of http::Server::start.
    Status start();
    void stop();
    [[nodiscard]] int port() const;
    [[nodiscard]] const std::vector<std::unique_ptr<Marketplace>>& marketplaces() const { return marketplaces_; }

private:
    void live();
    void count(const http::Request& request);

    http::Router router_;
    http::Server server_;
    std::vector<std::unique_ptr<Marketplace>> marketplaces_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::map<std::string, std::int64_t> calls_;
    std::thread life_;
};

}  // namespace crossdock::sandbox
