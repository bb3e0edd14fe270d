// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "api/middleware/key_ring.h"
#include "http/message.h"

/// Between a key's dialect and the handlers of `/api/v1`, which know none (docs/decisions/017-dialects.md). A key
/// without a dialect never comes here.
namespace crossdock::api {

/// Answers a request in its caller's dialect: puts the request in the contract's words, has it handled, and puts the
/// answer in the dialect's. A request that cannot be read is refused, in the dialect. `handle` gets a caller of its
/// own, whose dialect is what this one request asks for (`format=`).
http::Response in_dialect(const Caller& caller, const http::Request& request,
                          const std::function<http::Response(const Caller&, const http::Request&)>& handle);

/// An answer of `/api/v1` in a dialect; one that is not JSON stays as it is.
void speak(const dialect::Dialect& dialect, const http::Request& request, http::Response& response);

}  // namespace crossdock::api
