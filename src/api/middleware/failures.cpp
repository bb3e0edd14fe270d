// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/failures.h"

#include "api/json/error.h"
#include "observability/log.h"

namespace crossdock::api {
namespace {

/// What the client reads; empty when it is not its matter.
std::string_view sentence(db::Failure::Kind kind) {
    using Kind = db::Failure::Kind;
    switch (kind) {
        case Kind::busy: return "the database is busy; nothing was stored; repeat the request in a few seconds";
        case Kind::full:
            return "the disk is full; nothing was stored; free space on the hub's disk, then repeat the request";
        case Kind::io:
            return "the disk failed; nothing was stored; repeat the request, and look at the hub's log if it goes on";
        case Kind::unknown:
            return "it is not known whether this was stored; repeat the request: what was stored already is not stored "
                   "twice";
        case Kind::closed: return "the hub is stopping; repeat the request in a few seconds";
        case Kind::corrupt:
        case Kind::constraint:
        case Kind::bug: return {};
    }
    return {};
}

}  // namespace

std::optional<http::Response> answer_to(const db::Failure& failure, const Context& context,
                                        const http::Request& request) {
    const auto text = sentence(failure.kind());
    if (text.empty()) return std::nullopt;
    if (context.note_failure) context.note_failure(request, failure.what());
    return refuse(request, {503, std::string{text}, {}, std::chrono::seconds{5}});
}

http::Router::Middleware answer_database_failures(const Context& context) {
    return [&context](const http::Route&, const http::Request& request, const http::Handler& next) {
        // Here, and not in a layer of its own: each costs every request a call and an allocation.
        const log::Scope scope({{"request_id", request.request_id}});
        try {
            return next(request);
        } catch (const db::Failure& failure) {
            auto response = answer_to(failure, context, request);
            if (!response) throw;
            return std::move(*response);
        }
    };
}

}  // namespace crossdock::api
