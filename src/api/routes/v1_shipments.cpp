// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/created.h"
#include "api/routes/list_page.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "store/order_repo.h"
#include "store/shipment_repo.h"

namespace crossdock::api::routes {
namespace {

/// POST /api/v1/shipments: accepts shipments, all or none; the same one again answers the same id. Errors: 422 one
/// sentence per fault.
Prepared post_shipments(const Context& context, const Caller& caller, const http::Request& request) {
    auto body = read_shipments(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    return Effect{
        [&context, account = caller.account,
         shipments = std::get<std::vector<services::ShipmentRequest>>(std::move(body))](db::Session& session) {
            return created(services::accept_shipments(session, account, shipments, context.clock.now()));
        },
        true};
}

/// GET /api/v1/shipments/{id}: what became of a shipment. Errors: 404, also for those of other accounts.
http::Response get_shipment(const Context& context, const Caller& caller, const http::Request& request) {
    const auto id = id_in_path(request);
    return context.db.read([&](db::Session& session) {
        const auto shipment = id ? store::ShipmentRepo(session).get(caller.account, ShipmentId{*id}) : std::nullopt;
        if (!shipment) return v1_error(404, "shipment not found");
        const auto channel = store::ChannelRepo(session).get(shipment->channel_id);
        const auto order = store::OrderRepo(session).get(caller.account, shipment->order_id);
        std::string body;
        JsonWriter json(body);
        write_shipment(json, *shipment, channel ? channel->code : std::string{},
                       order ? order->external_order_id : std::string{});
        return http::Response::json(200, std::move(body));
    });
}

}  // namespace

void add_v1_shipments(http::Router& router, Context& context) {
    router.add(v1_write_route(context, "POST", "/api/v1/shipments", scope::kShipmentsWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_shipments(context, caller, request);
                              }));
    router.add(v1_route(context, "GET", "/api/v1/shipments/{id}", scope::kShipmentsRead, {},
                        [&context](const Caller& caller, const http::Request& request) {
                            return get_shipment(context, caller, request);
                        }));
}

}  // namespace crossdock::api::routes
