// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/v2_guard.h"

#include <algorithm>

#include "api/json/error.h"
#include "api/json/v2_parameters.h"
#include "api/middleware/api_version.h"
#include "api/middleware/browser.h"

namespace crossdock::api {
namespace {

/// The refusal of a request whose key is good.
std::optional<http::Response> refuse_form(const Context& context, const Caller& caller, const http::Request& request,
                                          const std::vector<std::string_view>& known) {
    if (caller.kind != crypto::ApiKeyKind::publishable && is_foreign_page(request, context.cors_origins))
        return refuse(request,
                      {403, "a web page of " + std::string{request.header("origin").value_or("").substr(0, 100)} +
                                " may not use this key: a key of kind pk_ is for web pages, or the operator lists "
                                "the page's origin under [server] cors_origins"});
    if (!api_version_of(request)) return refuse_api_version(request);
    V2Faults faults;
    refuse_unknown(request, known, faults);
    return faults.empty() ? std::nullopt : std::optional{faults.refuse(request)};
}

http::Route v2_route(Context& context, const char* method, const char* pattern, std::string_view scope,
                     std::vector<std::string_view> known, CallerHandler handler) {
    std::vector<std::string> query(known.begin(), known.end());
    auto route = guarded_route(context, method, pattern, scope,
                               [&context, known = std::move(known), handler = std::move(handler)](
                                   const Caller& caller, const http::Request& request) {
                                   if (auto refusal = refuse_form(context, caller, request, known))
                                       return std::move(*refusal);
                                   return handler(caller, request);
                               });
    route.query = std::move(query);
    return route;
}

void name_version(std::string_view version, http::Response& response) {
    const auto named = std::find_if(response.headers.begin(), response.headers.end(),
                                    [](const auto& header) { return header.first == "API-Version"; });
    if (named == response.headers.end())
        response.headers.emplace_back("API-Version", std::string{version});
    else
        named->second = std::string{version};
}

}  // namespace

void V2Routes::get(const char* pattern, std::string_view scope, std::vector<std::string_view> known,
                   Handler handler) const {
    router_.add(v2_route(context_, "GET", pattern, scope, std::move(known),
                         [&context = context_, handler](const Caller& caller, const http::Request& request) {
                             return handler(context, caller, request);
                         }));
}

void V2Routes::add(const char* method, const char* pattern, std::string_view scope, Change change) const {
    const auto prepare = [&context = context_, change](const Caller& caller, const http::Request& request) {
        return change(context, caller, request);
    };
    router_.add(v2_route(context_, method, pattern, scope, {},
                         [&context = context_, prepare](const Caller& caller, const http::Request& request) {
                             return carry_out(context, caller, request, prepare);
                         }));
}

void finish_v2(const Context& context, const http::Request& request, http::Response& response) {
    if (!is_v2(request.path)) return;
    name_version(api_version_of(request).value_or(kApiVersions.back()), response);
    add_cors_headers(request, context.cors_origins, response);
}

http::Response render_unrouted(const std::string& path, int status, const std::string& message,
                               const std::string& request_id) {
    auto response = render_error(path, status, message, request_id);
    // Of a request that is refused while it is read the headers may be missing.
    if (is_v2(path)) name_version(kApiVersions.back(), response);
    return response;
}

}  // namespace crossdock::api
