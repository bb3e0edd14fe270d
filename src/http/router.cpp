// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "base/json_writer.h"

namespace crossdock::http {
namespace {

bool is_parameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

/// "/a/b" is {"a", "b"}; "/" is {""}; "/a/" is {"a", ""} and so another path than "/a".
std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    if (path.empty() || path.front() != '/') return segments;
    segments.reserve(8);
    std::size_t at = 1;
    for (;;) {
        const auto slash = path.find('/', at);
        if (slash == std::string_view::npos) break;
        segments.push_back(path.substr(at, slash - at));
        at = slash + 1;
    }
    segments.push_back(path.substr(at));
    return segments;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
    if (pattern.size() != path.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
    }
    return true;
}

/// Both match the same path: the one whose first differing segment is static wins.
bool more_specific(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
    }
    return false;
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const std::string& x, const std::string& y) {
        return x == y || (is_parameter(x) && is_parameter(y));
    });
}

Response render_plainly(int status, const std::string& message) {
    std::string body;
    JsonWriter{body}.begin_object().field("error", std::string_view{message}).end_object();
    body += '\n';
    return Response::json(status, std::move(body));
}

}  // namespace

void Router::add(Route route) {
    std::vector<std::string> segments;
    for (const auto segment : segments_of(route.pattern)) {
        const bool braces = segment.find_first_of("{}") != std::string_view::npos;
        const bool named = segment.size() > 2 && segment.front() == '{' && segment.back() == '}' &&
                           segment.substr(1, segment.size() - 2).find_first_of("{}") == std::string_view::npos;
        if (braces && !named)
            throw std::logic_error("route " + route.pattern + ": a parameter is a whole segment, {name}");
        segments.emplace_back(segment);
    }
    if (segments.empty()) throw std::logic_error("route " + route.pattern + " does not start with /");
    if (!route.handler) throw std::logic_error("route " + route.pattern + " has no handler");
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (routes_[i].method == route.method && same_shape(segments_[i], segments)) {
            throw std::logic_error("route " + route.method + " " + route.pattern + " collides with " +
                                   routes_[i].pattern);
        }
    }
    segments_.push_back(std::move(segments));
    routes_.push_back(std::move(route));
}

const Route* Router::find(std::string_view method, std::string_view path, Fields* parameters) const {
    const auto segments = segments_of(path);
    std::size_t best = routes_.size();
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (routes_[i].method != method || !matches(segments_[i], segments)) continue;
        if (best == routes_.size() || more_specific(segments_[i], segments_[best])) best = i;
    }
    if (best == routes_.size()) return nullptr;
    if (parameters != nullptr) {
        parameters->clear();
        const auto& pattern = segments_[best];
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (is_parameter(pattern[i])) {
                parameters->emplace_back(pattern[i].substr(1, pattern[i].size() - 2), std::string{segments[i]});
            }
        }
    }
    return &routes_[best];
}

std::string Router::allowed_methods(std::string_view path) const {
    const auto segments = segments_of(path);
    std::vector<std::string> methods;
    const auto note = [&](const std::string& method) {
        if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(method);
    };
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (!matches(segments_[i], segments)) continue;
        note(routes_[i].method);
        if (routes_[i].method == "GET") note("HEAD");
    }
    if (methods.empty()) return {};
    note("OPTIONS");
    std::string allow;
    for (const auto& method : methods) allow += (allow.empty() ? "" : ", ") + method;
    return allow;
}

Response Router::run(std::size_t middleware, const Route& route, const Request& request) const {
    if (middleware == middleware_.size()) return route.handler(request);
    return middleware_[middleware](route, request, [this, middleware, &route](const Request& passed) {
        return run(middleware + 1, route, passed);
    });
}

Response Router::refuse_unmatched(const Request& request) const {
    if (request.method == "OPTIONS" && request.path == "*") return Response{204, {}, {}, {}};
    const auto allow = allowed_methods(request.path);
    if (allow.empty()) {
        std::string message = "there is nothing at " + request.path;
        if (request.path.size() > 1 && request.path.back() == '/') {
            const auto without = request.path.substr(0, request.path.size() - 1);
            if (!allowed_methods(without).empty()) message += "; did you mean " + without + " (no slash at the end)?";
        }
        return render_error(request.path, 404, message, request.request_id);
    }
    if (request.method == "OPTIONS") return Response{204, {}, {}, {{"Allow", allow}}};
    auto response =
        render_error(request.path, 405, request.method + " is not allowed at " + request.path + "; allowed: " + allow,
                     request.request_id);
    response.headers.emplace_back("Allow", allow);
    return response;
}

Response Router::dispatch(Request& request, const InternalErrorHook& on_internal_error) const {
    auto response = answer(request, on_internal_error);
    if (finish_) finish_(request, response);
    return response;
}

Response Router::answer(Request& request, const InternalErrorHook& on_internal_error) const {
    std::string what;
    try {
        const Route* route = find(request.method, request.path, &request.path_parameters);
        if (route == nullptr && request.method == "HEAD") route = find("GET", request.path, &request.path_parameters);
        if (route == nullptr) return refuse_unmatched(request);
        request.route = route->pattern;
        return run(0, *route, request);
    } catch (const std::exception& failure) {
        what = failure.what();
    } catch (...) {
        what = "something that is not a std::exception was thrown";
    }
    if (on_internal_error) on_internal_error(request, what);
    return render_error(request.path, 500,
                        "internal error; the log has the details under request id " + request.request_id,
                        request.request_id);
}

std::size_t Router::body_limit(std::string_view method, std::string_view path) const {
    const Route* route = find(method, path, nullptr);
    return route == nullptr ? kDefaultMaxBody : route->max_body;
}

Response Router::render_error(const std::string& path, int status, const std::string& message,
                              const std::string& request_id) const {
    return render_error_ ? render_error_(path, status, message, request_id) : render_plainly(status, message);
}

}  // namespace crossdock::http
