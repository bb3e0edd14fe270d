// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/guard.h"

#include "api/json/parameters.h"

namespace crossdock::api {

http::Route v1_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                     std::vector<std::string_view> known, CallerHandler handler) {
    http::Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.scope = std::string{scope};
    route.handler = [&context, scope = route.scope, known = std::move(known),
                     handler = std::move(handler)](const http::Request& request) {
        auto caller = context.keys.authenticate(request, scope);
        if (auto* refusal = std::get_if<http::Response>(&caller)) return std::move(*refusal);
        auto response = handler(std::get<Caller>(caller), request);
        response.headers.emplace_back("Cache-Control", "no-store");
        if (auto warning = warn_of_unknown(request, known))
            response.headers.emplace_back("Warning", std::move(*warning));
        return response;
    };
    return route;
}

}  // namespace crossdock::api
