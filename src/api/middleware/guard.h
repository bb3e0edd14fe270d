// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/context.h"
#include "api/middleware/effect.h"
#include "api/middleware/key_ring.h"
#include "http/router.h"

namespace crossdock::api {

/// A handler behind a key: it cannot be called without knowing whose request it is.
using CallerHandler = std::function<http::Response(const Caller&, const http::Request&)>;

/// Whether a request may go on, and what its answer will say about its key's limits.
struct Admission {
    std::variant<Caller, http::Response> caller;  // or the refusal, complete
    http::Fields headers;
    std::shared_ptr<const dialect::Dialect> dialect = {};  // of the key, be it refused
};
/// Knows the key, counts the request against its plan, and looks whether it may do what `scope` names: 401, 400 (two
/// keys), 429, 403, in this order. Throws db::Failure.
Admission admit(const Context& context, const http::Request& request, std::string_view scope);

/// A route that needs a key with `scope`, whatever its surface. Answers are not for caches, since they hold buyers'
/// data.
http::Route guarded_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                          CallerHandler handler);

/// A route of `/api/v1`: it needs a key with `scope`; query parameters that are not `known` are ignored with a Warning.
http::Route v1_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                     std::vector<std::string_view> known, CallerHandler handler);
/// The same for a list, which also knows `format` for keys with a dialect (middleware/dialects.h).
http::Route v1_list_route(Context& context, std::string pattern, std::string_view scope,
                          std::vector<std::string_view> known, CallerHandler handler);
/// The same for a route that changes something; it takes an `Idempotency-Key`.
http::Route v1_write_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                           WriteHandler handler);

}  // namespace crossdock::api
