// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/exchange.h"
#include "http/framer.h"
#include "http/socket.h"
#include "http/tls.h"
#include "http/wire.h"

namespace crossdock::http {

/// One client's connection, as the loop sees it.
struct Connection {
    using TimePoint = std::chrono::steady_clock::time_point;
    enum class Phase {
        greeting,  // the handshake of TLS
        idle,      // between requests
        reading,   // a request has begun
        handling,  // a worker has it; the loop leaves the socket alone
        writing,   // the client takes the rest of its answer
        lingering  // all is said; what still arrives is thrown away, so that the answer is not lost to a reset
    };

    Connection(Socket s, std::uint64_t t, std::string remote, Framer f)
        : socket(std::move(s)), token(t), remote_address(std::move(remote)), framer(std::move(f)) {}

    [[nodiscard]] Wire wire() const { return {socket.handle(), tls.get()}; }

    Socket socket;
    std::unique_ptr<TlsStream> tls;  // none: plain HTTP
    std::uint64_t token;
    std::string remote_address;
    Framer framer;
    Phase phase = Phase::idle;
    std::string pending;  // bytes that came behind the current request
    Outgoing out;
    bool close_after_writing = false;
    bool served = false;        // a request of it was answered by a handler
    bool unread_input = false;  // the client may still be sending what was refused
    TimePoint request_began{};
    TimePoint deadline = TimePoint::max();
    std::size_t sent_at_last_renewal = 0;
    std::size_t buffered = 0;  // what this connection adds to the loop's sum
};

}  // namespace crossdock::http
