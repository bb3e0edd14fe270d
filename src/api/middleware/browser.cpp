// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/browser.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::api {
namespace {

constexpr const char* kSent = "Authorization, X-Api-Key, Content-Type, Idempotency-Key, API-Version, SM-Version";
constexpr const char* kRead =
    "API-Version, X-Request-Id, Retry-After, Idempotent-Replayed, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Reset, RateLimit, RateLimit-Policy";
constexpr const char* kPreflightSeconds = "600";

bool is_listed(std::string_view origin, const std::vector<std::string>& allowed) {
    return std::find(allowed.begin(), allowed.end(), to_lower(origin)) != allowed.end();
}

}  // namespace

bool is_foreign_page(const http::Request& request, const std::vector<std::string>& allowed) {
    const auto origin = request.header("origin");
    if (!origin || is_listed(*origin, allowed)) return false;
    // Our own pages name the host they came from.
    const auto host = request.header("host");
    const std::size_t scheme = origin->find("://");
    return !host || scheme == std::string_view::npos || !equals_ignoring_case(origin->substr(scheme + 3), *host);
}

void add_cors_headers(const http::Request& request, const std::vector<std::string>& allowed, http::Response& response) {
    if (allowed.empty()) return;
    response.headers.emplace_back("Vary", "Origin");
    const auto origin = request.header("origin");
    if (!origin || !is_listed(*origin, allowed)) return;
    response.headers.emplace_back("Access-Control-Allow-Origin", std::string{*origin});
    if (request.method == "OPTIONS" && request.header("access-control-request-method")) {
        const auto allow = std::find_if(response.headers.begin(), response.headers.end(),
                                        [](const auto& header) { return header.first == "Allow"; });
        if (allow == response.headers.end()) return;
        const std::string methods = allow->second;
        response.headers.emplace_back("Access-Control-Allow-Methods", methods);
        response.headers.emplace_back("Access-Control-Allow-Headers", kSent);
        response.headers.emplace_back("Access-Control-Max-Age", kPreflightSeconds);
    } else {
        response.headers.emplace_back("Access-Control-Expose-Headers", kRead);
    }
}

}  // namespace crossdock::api
