// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/connection.h"
#include "net/http_client.h"

namespace crossdock::net {

using Sink = std::function<bool(std::string_view)>;

/// What one request over one connection came to.
struct Outcome {
    Result<HttpResponse> answer;
    /// How long the connection is worth keeping; 0 when it is not at the start of a new exchange.
    std::chrono::milliseconds keep_for{};
};

/// Refuses what must not be sent: a method or header that is no token, a value with control characters, and the headers
/// that belong to this layer (framing, Host). Errors: invalid `net_refused`.
Status check_sendable(const HttpRequest& request);

/// Sends the request and reads the answer, by cpp-httplib's client over `connection`. With a `sink`, as download says.
Outcome exchange(Connection& connection, const HttpRequest& request, const Url& url, const std::string& user_agent,
                 const Sink* sink, const Patience& patience);

}  // namespace crossdock::net
