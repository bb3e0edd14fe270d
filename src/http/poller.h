// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "http/socket.h"

namespace crossdock::http {

/// Waits for many sockets at once. A wish is for one event: after it has come the socket is quiet until watched again,
/// so that a socket whose request is being answered costs nothing.
class Poller {
public:
    enum class Wish { nothing, read, write };

    /// Throws std::system_error when the system has no handle left.
    Poller();
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    /// `token` comes back from wait(); any value but ~0. Returns false when the system cannot watch one more.
    bool add(SocketHandle socket, std::uint64_t token, Wish wish);
    void watch(SocketHandle socket, std::uint64_t token, Wish wish);
    /// To be called before the socket is closed.
    void forget(SocketHandle socket);

    /// Tokens of sockets that are ready, or broken. Empty after the timeout or wake(); no timeout: as long as it takes.
    const std::vector<std::uint64_t>& wait(std::optional<std::chrono::milliseconds> timeout);
    /// Makes a wait() under way, or the next one, return. From any thread.
    void wake();

private:
    struct System;
    std::unique_ptr<System> system_;
    std::vector<std::uint64_t> ready_;
};

}  // namespace crossdock::http
