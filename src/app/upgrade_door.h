// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "app/upgrade.h"
#include "base/clock.h"
#include "http/router.h"
#include "http/server.h"

namespace crossdock::app {

/// Answers where the hub will listen, while its database gets a newer schema: every request gets 503 with Retry-After,
/// in the form of its surface, and /healthz says how far it is. Monitoring then sees a hub that works, and an ERP one
/// that will be back.
class UpgradeDoor {
public:
    UpgradeDoor(http::ServerOptions options, const Clock& clock);
    /// Frees the address for the hub.
    ~UpgradeDoor();
    UpgradeDoor(const UpgradeDoor&) = delete;
    UpgradeDoor& operator=(const UpgradeDoor&) = delete;

    void tell(const UpgradeProgress& progress);
    /// 0 when it could not listen; the hub says so itself when its turn comes.
    [[nodiscard]] int port() const { return port_; }

private:
    [[nodiscard]] http::Response answer(const http::Request& request) const;

    const Clock& clock_;
    mutable std::mutex mutex_;
    UpgradeProgress progress_;
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    int port_ = 0;
};

}  // namespace crossdock::app
