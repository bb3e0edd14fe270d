// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/guard.h"

#include "api/json/error.h"
#include "api/json/parameters.h"
#include "api/middleware/failures.h"
#include "api/middleware/scopes.h"

namespace crossdock::api {
namespace {

/// "3:AbCd1234": account and key.
std::string name_for_log(const Caller& caller) { return std::to_string(caller.account.value) + ":" + caller.key_id; }

void append(http::Fields& headers, http::Fields more) {
    for (auto& field : more) headers.push_back(std::move(field));
}

bool may(const Caller& caller, std::string_view scope) {
    if (caller.kind == crypto::ApiKeyKind::publishable && !is_for_web_pages(scope)) return false;
    return allows(caller.scopes, scope);
}

/// The handler's answer. A failure of the database is answered here, so that it too tells of the key's limits.
http::Response answer(const Context& context, const Caller& caller, const http::Request& request,
                      const CallerHandler& handler) {
    try {
        return handler(caller, request);
    } catch (const db::Failure& failure) {
        auto response = answer_to(failure, context, request);
        if (!response) throw;
        return std::move(*response);
    }
}

}  // namespace

Admission admit(const Context& context, const http::Request& request, std::string_view scope) {
    Admission admission{context.keys.authenticate(request), {}};
    const auto* caller = std::get_if<Caller>(&admission.caller);
    if (caller == nullptr) return admission;
    const auto refuse_caller = [&](const Refused& refused) {
        auto response = refuse(request, refused);
        response.caller = name_for_log(*caller);
        return response;
    };
    std::optional<RateLimits::Verdict> verdict;
    if (context.limits != nullptr) verdict = context.limits->count(caller->key, caller->plan);
    if (verdict && verdict->retry_after) {
        auto response =
            refuse_caller({429,
                           "too many requests: the API key's plan " + caller->plan + " allows " + verdict->exhausted +
                               "; try again in " + std::to_string(verdict->retry_after->count()) + " seconds",
                           {},
                           verdict->retry_after});
        append(response.headers, std::move(verdict->headers));
        return {std::move(response), {}};
    }
    if (!may(*caller, scope)) {
        auto response = refuse_caller({403, "the API key lacks the scope " + std::string{scope} +
                                                "; it has: " + (caller->scopes.empty() ? "none" : caller->scopes)});
        if (verdict) append(response.headers, std::move(verdict->headers));
        return {std::move(response), {}};
    }
    if (verdict) admission.headers = std::move(verdict->headers);
    return admission;
}

http::Route guarded_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                          CallerHandler handler) {
    http::Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.scope = std::string{scope};
    route.handler = [&context, scope = route.scope, handler = std::move(handler)](const http::Request& request) {
        Admission admission = admit(context, request, scope);
        if (auto* refusal = std::get_if<http::Response>(&admission.caller)) return std::move(*refusal);
        const Caller& caller = std::get<Caller>(admission.caller);
        auto response = answer(context, caller, request, handler);
        response.caller = name_for_log(caller);
        response.headers.emplace_back("Cache-Control", "no-store");
        append(response.headers, std::move(admission.headers));
        return response;
    };
    return route;
}

http::Route v1_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                     std::vector<std::string_view> known, CallerHandler handler) {
    std::vector<std::string> query(known.begin(), known.end());
    auto route = guarded_route(
        context, std::move(method), std::move(pattern), scope,
        [known = std::move(known), handler = std::move(handler)](const Caller& caller, const http::Request& request) {
            auto response = handler(caller, request);
            if (auto warning = warn_of_unknown(request, known))
                response.headers.emplace_back("Warning", std::move(*warning));
            return response;
        });
    route.query = std::move(query);
    return route;
}

http::Route v1_write_route(Context& context, std::string method, std::string pattern, std::string_view scope,
                           WriteHandler handler) {
    return v1_route(context, std::move(method), std::move(pattern), scope, {},
                    [&context, handler = std::move(handler)](const Caller& caller, const http::Request& request) {
                        return carry_out(context, caller, request, handler);
                    });
}

}  // namespace crossdock::api
