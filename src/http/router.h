// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace crossdock::http {

using Handler = std::function<Response(const Request&)>;

constexpr std::size_t kDefaultMaxBody = 1024 * 1024;

struct Route {
    std::string method;
    std::string pattern;  // "/api/v1/orders/{id}"; no regular expressions
    Handler handler;
    std::string scope = {};  // what a key needs; "" = open to anyone. Read by api/, not by http/
    std::size_t max_body = kDefaultMaxBody;
    std::vector<std::string> query = {};  // parameters that it knows; looked at by api/, not by http/
};

/// Turns a failure that no handler saw into a body of the right surface: unknown path, wrong method, too large, a
/// handler that threw, a request that is not HTTP. The request's id is empty where it has none yet.
using ErrorRenderer = std::function<Response(const std::string& path, int status, const std::string& message,
                                             const std::string& request_id)>;

/// Hears of an exception that left a handler: `what` is for the log, never for the client.
using InternalErrorHook = std::function<void(const Request&, const std::string& what)>;

/// A table of routes, matched segment by segment. Static segments win over parameters.
class Router {
public:
    /// Throws std::logic_error for a malformed pattern or a second route with the same method and shape.
    void add(Route route);
    void set_error_renderer(ErrorRenderer render) { render_error_ = std::move(render); }
    /// Runs around every matched handler, outermost first (authentication, limits, logs).
    using Middleware = std::function<Response(const Route&, const Request&, const Handler& next)>;
    void add_middleware(Middleware middleware) { middleware_.push_back(std::move(middleware)); }
    /// Looks at every answer of dispatch() before it leaves, also at those that no handler made.
    using Finisher = std::function<void(const Request&, Response&)>;
    void set_finisher(Finisher finish) { finish_ = std::move(finish); }

    /// Finds the handler and runs it. Unknown path: 404; known path, other method: 405 with Allow; HEAD runs GET;
    /// OPTIONS answers 204 with Allow; an exception becomes 500 with the request id, never with its text. Needs no
    /// socket.
    [[nodiscard]] Response dispatch(Request& request, const InternalErrorHook& on_internal_error = {}) const;
    /// How large a body may be for this request line; the server asks before it reads one. Where no route matches it is
    /// kDefaultMaxBody, so that the client reads "404" and not "too large".
    [[nodiscard]] std::size_t body_limit(std::string_view method, std::string_view path) const;
    [[nodiscard]] Response render_error(const std::string& path, int status, const std::string& message,
                                        const std::string& request_id = {}) const;
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    const Route* find(std::string_view method, std::string_view path, Fields* parameters) const;
    /// The Allow header for a path: methods of all routes that match it, HEAD with GET, and OPTIONS; empty: no such
    /// path.
    std::string allowed_methods(std::string_view path) const;
    Response answer(Request& request, const InternalErrorHook& on_internal_error) const;
    Response run(std::size_t middleware, const Route& route, const Request& request) const;
    Response refuse_unmatched(const Request& request) const;

    std::vector<Route> routes_;
    std::vector<std::vector<std::string>> segments_;  // of each route's pattern, same index
    std::vector<Middleware> middleware_;
    ErrorRenderer render_error_;
    Finisher finish_;
};

}  // namespace crossdock::http
