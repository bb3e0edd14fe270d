// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "http/exchange.h"
#include "http/router.h"

namespace crossdock::http {

/// cpp-httplib as the core: it runs one framed request at a time through its own request processing and writes the head
/// of the answer. It never sees a socket, a request body, or a header by which its reading could differ from ours: its
/// versions up to 0.41 percent-decode header values, act on Range and Upgrade, and announce a close after every 4xx.
class HttplibCore {
public:
    HttplibCore(const Router& router, InternalErrorHook on_internal_error);
    ~HttplibCore();

    /// Runs the handler and fills `response` (without its body), `out` and, from `close`, the Connection header. From
    /// any thread; never throws.
    void answer(Exchange& exchange);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Head and body of an answer that no handler gives, for the loop: refusals before a request is whole.
Outgoing compose(const Response& response, const std::string& request_id, bool close, bool without_body);

/// The headers that every answer has besides Content-Type and the handler's own.
Fields standard_headers(const Response& response, const std::string& request_id, bool close, bool http_1_0);

}  // namespace crossdock::http
