// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/middleware/key_ring.h"
#include "http/router.h"

namespace crossdock::api {

/// A handler behind a key: it cannot be called without knowing whose request it is.
using CallerHandler = std::function<http::Response(const Caller&, const http::Request&)>;

/// A route of `/api/v1`: it needs a key with `scope`; query parameters that are not `known` are ignored with a Warning.
/// Answers are not for caches, since they hold buyers' data.
http::Route v1_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                     std::vector<std::string_view> known, CallerHandler handler);

}  // namespace crossdock::api
