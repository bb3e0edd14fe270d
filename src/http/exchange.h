// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "http/framer.h"
#include "http/message.h"
#include "http/wire.h"

namespace crossdock::http {

/// What is to be sent, and how much of it has been. The body is the handler's own string: large lists are not copied.
struct Outgoing {
    std::string head;
    std::string body;
    std::size_t sent = 0;

    [[nodiscard]] bool finished() const { return sent == head.size() + body.size(); }
};

/// One request and its answer, on its way from the loop to a worker and back. One thread holds it at a time.
struct Exchange {
    FramedRequest framed;
    Response response;
    Outgoing out;
    bool close = false;    // the connection, once the answer is sent
    bool broken = false;   // the client is gone
    bool more = false;     // the next request, or a part of it, is here already
    bool watched = false;  // all is sent, and the poller listens for the next request
    std::uint64_t connection = 0;
    Wire wire;
    std::chrono::steady_clock::time_point complete_at;
};

}  // namespace crossdock::http
