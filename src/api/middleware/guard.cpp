// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/guard.h"

#include "api/json/error.h"
#include "api/json/parameters.h"
#include "api/middleware/dialects.h"
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

/// The same for a key with a dialect.
http::Response answer_spoken(const Context& context, const Caller& caller, const http::Request& request,
                             const CallerHandler& handler) {
    if (!caller.dialect_fault.empty())
        return v1_error(503, "the API key's dialect cannot be spoken on this machine: " + caller.dialect_fault +
                                 "; the hub's operator changes it with: crossdock key dialect " + caller.key_id);
    return in_dialect(caller, request, [&](const Caller& here, const http::Request& plain) {
        return answer(context, here, plain, handler);
    });
}

}  // namespace

Admission admit(const Context& context, const http::Request& request, std::string_view scope) {
    Admission admission{context.keys.authenticate(request), {}};
    const auto* caller = std::get_if<Caller>(&admission.caller);
    if (caller == nullptr) return admission;
    admission.dialect = caller->dialect;
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
        return {std::move(response), {}, admission.dialect};
    }
    if (!may(*caller, scope)) {
        auto response = refuse_caller({403, "the API key lacks the scope " + std::string{scope} +
                                                "; it has: " + (caller->scopes.empty() ? "none" : caller->scopes)});
        if (verdict) append(response.headers, std::move(verdict->headers));
        return {std::move(response), {}, admission.dialect};
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
    // The contract's surface alone has dialects.
    const bool has_dialects = route.pattern.starts_with("/api/v1/");
    route.handler = [&context, scope = route.scope, has_dialects,
                     handler = std::move(handler)](const http::Request& request) {
        Admission admission = admit(context, request, scope);
        if (auto* refusal = std::get_if<http::Response>(&admission.caller)) {
            if (has_dialects && admission.dialect) speak(*admission.dialect, request, *refusal);
            return std::move(*refusal);
        }
        const Caller& caller = std::get<Caller>(admission.caller);
        const bool spoken = has_dialects && (caller.dialect || !caller.dialect_fault.empty());
        auto response =
            spoken ? answer_spoken(context, caller, request, handler) : answer(context, caller, request, handler);
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

http::Route v1_list_route(Context& context, std::string pattern, std::string_view scope,
                          std::vector<std::string_view> known, CallerHandler handler) {
    auto route = v1_route(context, "GET", std::move(pattern), scope, std::move(known), std::move(handler));
    route.query.emplace_back("format");
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
