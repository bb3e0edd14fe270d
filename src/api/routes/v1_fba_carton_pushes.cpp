// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/fba_json.h"
#include "api/routes/routes.h"
#include "base/text.h"

namespace crossdock::api::routes {
namespace {

/// {"fba_carton_push":…}
std::string one_carton_push(db::Session& session, const store::CartonPush& push) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("fba_carton_push");
    write_carton_push(json, push, FbaNames(session, push.account_id));
    json.end_object();
    return body;
}

/// A sentence as the text of a `Warning` header.
std::string header_warning(const std::string& sentence) {
    std::string text;
    for (const char c : sentence) text += c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c;
    return "299 crossdock \"" + text + "\"";
}

/// GET /api/v1/fba_carton_pushes: the contract's list. Errors: 404 unknown channel, 400 cursor, 422 parameters.
http::Response get_carton_pushes(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const ListParameters asked = read_fba_list_parameters(request, parameters);
    store::CartonListQuery query;
    query.account = caller.account;
    query.status = fba_status(parameters, {"pending", "processing", "succeeded", "failed"}, faults);
    query.limit = asked.limit;
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);

    return context.db.read([&](db::Session& session) {
        std::optional<store::Channel> channel;
        if (!find_channel(session, caller.account, asked.channel, channel)) return channel_not_found();
        if (channel) query.channel = channel->id;
        const ListWalk walk(session, context, ListKind::carton_pushes, caller.account, query.channel, asked);
        if (!walk.valid()) return ListWalk::refuse_cursor();
        if (walk.is_feed())
            query.after_seq = walk.after_sequence();
        else if (walk.continues())
            query.after_id = walk.after_id();

        const FbaNames names(session, caller.account);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("fba_carton_pushes").begin_array();
        std::int64_t rows = 0;
        std::int64_t last_id = 0;
        std::int64_t last_sequence = 0;
        bool full = false;
        PageCap cap(caller, dialect::List::fba_carton_pushes);
        store::CartonRepo(session).list(query, [&](const store::CartonPush& push) {
            const std::size_t at = body.size();
            write_carton_push(json, push, names);
            if (!cap.takes(std::string_view{body}.substr(at + (rows > 0 ? 1 : 0)))) {
                body.resize(at);
                full = true;
                return false;
            }
            last_id = push.id.value;
            last_sequence = push.seq;
            full = ++rows >= query.limit || body.size() >= PageBody::kLargestAnswer;
            return !full;
        });
        json.end_array().end_object();
        auto response = http::Response::json(200, std::move(body));
        response.headers.emplace_back("X-Next-Cursor", walk.next(full, last_id, std::nullopt, last_sequence));
        return response;
    });
}

/// GET /api/v1/fba_carton_pushes/{id}: what became of a carton. Errors: 404, also for those of other accounts.
http::Response get_carton_push(const Context& context, const Caller& caller, const http::Request& request) {
    const std::string id = to_lower(request.path_parameter("id"));
    return context.db.read([&](db::Session& session) {
        const auto push = store::CartonRepo(session).find(caller.account, id);
        if (!push) return v1_error(404, "fba carton push not found");
        return http::Response::json(200, one_carton_push(session, *push));
    });
}

/// POST /api/v1/fba_carton_pushes: accepts one carton of a shipment. Errors: 404 unknown channel or shipment, 422.
Prepared post_carton_push(const Context& context, const Caller& caller, const http::Request& request) {
    auto read = read_carton(request);
    if (auto* refusal = std::get_if<http::Response>(&read)) return std::move(*refusal);
    auto& body = std::get<CartonBody>(read);
    const auto channel = context.db.read(
        [&](db::Session& session) { return store::ChannelRepo(session).find(caller.account, body.channel); });
    if (!channel) return channel_not_found();
    return Effect{[&context, channel = *channel, carton = std::move(body.carton),
                   uuid = context.make_uuid()](db::Session& session) {
                      const auto answer = services::accept_carton(session, channel, carton, uuid, context.clock.now());
                      if (const auto* refusal = std::get_if<services::Refusal>(&answer))
                          return v1_refusal(*refusal, ErrorShape::text_or_list);
                      const auto& made = std::get<services::AcceptedCarton>(answer);
                      auto response = http::Response::json(201, one_carton_push(session, made.push));
                      if (!made.warning.empty()) response.headers.emplace_back("Warning", header_warning(made.warning));
                      return response;
                  },
                  true};
}

}  // namespace

void add_v1_fba_carton_pushes(http::Router& router, Context& context) {
    router.add(v1_list_route(context, "/api/v1/fba_carton_pushes", scope::kFbaRead,
                             {"channel", "status", "limit", "cursor"},
                             [&context](const Caller& caller, const http::Request& request) {
                                 return get_carton_pushes(context, caller, request);
                             }));
    router.add(v1_write_route(context, "POST", "/api/v1/fba_carton_pushes", scope::kFbaWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_carton_push(context, caller, request);
                              }));
    router.add(v1_route(context, "GET", "/api/v1/fba_carton_pushes/{id}", scope::kFbaRead, {},
                        [&context](const Caller& caller, const http::Request& request) {
                            return get_carton_push(context, caller, request);
                        }));
}

}  // namespace crossdock::api::routes
