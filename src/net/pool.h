// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <list>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "net/connection.h"

namespace crossdock::net {

/// Connections that are kept open between requests. Safe to call from any thread.
class Pool {
public:
    /// An idle connection to the endpoint that is still open and quiet, or null.
    std::unique_ptr<Connection> take(const Endpoint& endpoint);
    /// Keeps a connection whose last answer was read to the end, for at most `idle`.
    void give_back(const Endpoint& endpoint, std::unique_ptr<Connection> connection, std::chrono::milliseconds idle);
    /// Closes all, and whatever comes back later.
    void close();

private:
    struct Idle {
        Endpoint endpoint;
        std::unique_ptr<Connection> connection;
        std::chrono::milliseconds until;
    };
    SystemClock clock_;
    std::mutex mutex_;
    std::list<Idle> idle_;  // most recently used first: the least likely to have been closed by the other side
    bool closed_ = false;
};

}  // namespace crossdock::net
