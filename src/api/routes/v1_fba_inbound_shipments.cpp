// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/fba_json.h"
#include "api/routes/routes.h"
#include "base/text.h"
#include "services/fba_jobs.h"

namespace crossdock::api::routes {
namespace {

/// GET /api/v1/fba_inbound_shipments: the contract's list. Those whose items have not been fetched yet are left out
/// unless include_pending. Errors: 404 unknown channel, 400 cursor, 422 parameters.
http::Response get_fba_shipments(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const ListParameters asked = read_fba_list_parameters(request, parameters);
    store::FbaListQuery query;
    query.account = caller.account;
    query.status = fba_status(parameters, {domain::kFbaStates.begin(), domain::kFbaStates.end()}, faults);
    query.with_pending = parameters.flag("include_pending").value_or(false);
    query.limit = asked.limit;
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);

    return context.db.read([&](db::Session& session) {
        std::optional<store::Channel> channel;
        if (!find_channel(session, caller.account, asked.channel, channel)) return channel_not_found();
        if (channel) query.channel = channel->id;
        const ListWalk walk(session, context, ListKind::fba_shipments, caller.account, query.channel, asked);
        if (!walk.valid()) return ListWalk::refuse_cursor();
        if (walk.is_feed())
            query.after_seq = walk.after_sequence();
        else if (walk.continues())
            query.after_id = walk.after_id();

        const FbaNames names(session, caller.account);
        store::FbaRepo shipments(session);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("shipments").begin_array();
        std::int64_t rows = 0;
        std::int64_t last_id = 0;
        std::int64_t last_sequence = 0;
        bool full = false;
        PageCap cap(caller, dialect::List::fba_inbound_shipments);
        shipments.list(query, [&](const store::FbaInboundShipment& shipment) {
            const std::size_t at = body.size();
            write_fba_shipment(json, shipment, shipments.items(shipment.id, shipment.items_walk), names, false);
            if (!cap.takes(std::string_view{body}.substr(at + (rows > 0 ? 1 : 0)))) {
                body.resize(at);
                full = true;
                return false;
            }
            last_id = shipment.id.value;
            last_sequence = shipment.seq;
            full = ++rows >= query.limit || body.size() >= PageBody::kLargestAnswer;
            return !full;
        });
        json.end_array().end_object();
        auto response = http::Response::json(200, std::move(body));
        response.headers.emplace_back("X-Next-Cursor", walk.next(full, last_id, std::nullopt, last_sequence));
        return response;
    });
}

/// GET /api/v1/fba_inbound_shipments/{id}: one shipment with raw_data. Errors: 404, also for those of other accounts.
http::Response get_fba_shipment(const Context& context, const Caller& caller, const http::Request& request) {
    const std::string id = to_lower(request.path_parameter("id"));
    return context.db.read([&](db::Session& session) {
        store::FbaRepo shipments(session);
        const auto shipment = shipments.find(caller.account, id);
        if (!shipment) return v1_error(404, "fba inbound shipment not found");
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("shipment");
        write_fba_shipment(json, *shipment, shipments.items(shipment->id, shipment->items_walk),
                           FbaNames(session, caller.account), true);
        json.end_object();
        return http::Response::json(200, std::move(body));
    });
}

/// POST /api/v1/fba_inbound_shipments/sync: 202, and the sync runs by itself. Errors: 404 unknown channel, 422.
Prepared post_fba_sync(const Context& context, const Caller& caller, const http::Request& request) {
    const auto read = read_fba_sync(request);
    if (const auto* refusal = std::get_if<http::Response>(&read)) return *refusal;
    const auto& body = std::get<FbaSyncBody>(read);
    const auto channel = context.db.read(
        [&](db::Session& session) { return store::ChannelRepo(session).find(caller.account, body.channel); });
    if (!channel) return channel_not_found();
    if (channel->provider != domain::Provider::amazon)
        return v1_error(422, "channel " + channel->code + " is a " + std::string{domain::to_string(channel->provider)} +
                                 " channel; only amazon channels have FBA inbound shipments");
    if (!channel->enabled)
        return v1_error(422,
                        "channel " + channel->code + " is switched off in the config file; nothing is synced for it");
    const std::int64_t days = body.days > 0 ? body.days : services::kFbaSyncDays;
    return Effect{[&context, channel = *channel, days](db::Session& session) {
                      services::ask_for_fba_sync(session, channel, days, context.clock.now());
                      std::string text;
                      JsonWriter(text)
                          .begin_object()
                          .field("message", "FBA inbound shipments of channel " + channel.code +
                                                " updated in the last " + std::to_string(days) + " days will be synced")
                          .end_object();
                      return http::Response::json(202, std::move(text));
                  },
                  true};
}

}  // namespace

void add_v1_fba_inbound_shipments(http::Router& router, Context& context) {
    router.add(v1_list_route(context, "/api/v1/fba_inbound_shipments", scope::kFbaRead,
                             {"channel", "status", "include_pending", "limit", "cursor"},
                             [&context](const Caller& caller, const http::Request& request) {
                                 return get_fba_shipments(context, caller, request);
                             }));
    router.add(v1_write_route(context, "POST", "/api/v1/fba_inbound_shipments/sync", scope::kFbaWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_fba_sync(context, caller, request);
                              }));
    router.add(v1_route(context, "GET", "/api/v1/fba_inbound_shipments/{id}", scope::kFbaRead, {},
                        [&context](const Caller& caller, const http::Request& request) {
                            return get_fba_shipment(context, caller, request);
                        }));
}

}  // namespace crossdock::api::routes
