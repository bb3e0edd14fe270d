// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/created.h"
#include "api/routes/list_page.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "services/acknowledge.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/shipment_repo.h"

namespace crossdock::api::routes {
namespace {

// 2025-12-12, the day the contract's changelog made the parameter do nothing (RFC 9745: seconds since 1970).
constexpr const char* kIncludeCancelledDeprecated = "@1765497600";

/// GET /api/v1/orders: the contract's array, oldest change first. Errors: 404 unknown channel, 400 cursor, 422
/// parameters.
http::Response get_orders(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const ListParameters asked = read_list_parameters(caller, request, parameters);
    store::ListQuery query;
    query.statuses = parameters.order_statuses();
    query.imported = parameters.flag("imported");
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);
    auto response = answer_list(
        context, caller, ListKind::orders, asked, std::move(query),
        [](db::Session& session, const store::ListQuery& rows, const std::function<bool(const TimedRow&)>& add) {
            store::OrderRepo(session).list(rows, [&](const store::OrderRow& row) {
                return add({row.id, row.members, row.payload, row.imported_at, row.sort_ms, row.seq});
            });
        });
    if (parameters.sent("include_cancelled") || parameters.sent("include_canceled"))
        response.headers.emplace_back("Deprecation", kIncludeCancelledDeprecated);
    return response;
}

void write_versions(JsonWriter& json, const std::vector<store::OrderVersion>& versions, std::int64_t shown) {
    json.key("versions").begin_array();
    for (const store::OrderVersion& version : versions) {
        json.begin_object().field("id", version.id);
        write_instant(json, "remote_updated_at", version.remote_updated_at);
        write_instant(json, "fetched_at", version.fetched_at);
        json.field("content_hash", version.content_hash).field("shown", version.id == shown).end_object();
    }
    json.end_array();
}

/// GET /api/v1/orders/{id}: the contract's object, and what the hub knows beside it. Errors: 404, also for orders of
/// other accounts.
http::Response get_order(const Context& context, const Caller& caller, const http::Request& request) {
    if (request.path_parameter("id") == "ack") {
        auto refusal = v1_error(405, "GET is not allowed at /api/v1/orders/ack; allowed: POST");
        refusal.headers.emplace_back("Allow", "POST, OPTIONS");
        return refusal;
    }
    Faults faults;
    Parameters parameters(request, faults);
    const bool with_payload = wants_payload(caller, parameters);
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);
    const auto id = id_in_path(request);
    return context.db.read([&](db::Session& session) {
        store::OrderRepo orders(session);
        const auto order = id ? orders.get(caller.account, OrderId{*id}) : std::nullopt;
        if (!order) return v1_error(404, "order not found");
        const auto channel = store::ChannelRepo(session).get(order->channel_id);
        const std::string channel_code = channel ? channel->code : std::string{};

        std::string body;
        PageBody page(body, 1);
        const auto payload = with_payload ? orders.payload_of(order->version_id) : std::nullopt;
        page.add(order->id.value, order->members, payload ? *payload : std::string_view{"null"}, order->imported_at);
        body.pop_back();  // the object goes on with the hub's own members
        std::string more;
        JsonWriter json(more);
        json.begin_object();
        write_instant(json, "remote_missing_at", order->remote_missing_at);
        write_versions(json, orders.versions(order->channel_id, order->external_order_id), order->version_id);
        json.key("pushes").begin_array();
        for (const store::Shipment& shipment : store::ShipmentRepo(session).of_order(order->id))
            write_shipment(json, shipment, channel_code, order->external_order_id);
        json.end_array();
        write_problems(json, store::ProblemRepo(session).about(caller.account, order->channel_id, "order",
                                                               order->external_order_id));
        json.end_object();
        more.front() = ',';
        body += more;
        return http::Response::json(200, std::move(body));
    });
}

/// POST /api/v1/orders/ack: marks orders as imported into the ERP and answers how many were not before. Safe to repeat.
Prepared post_orders_ack(const Context& context, const Caller& caller, const http::Request& request) {
    auto ids = read_ack(request);
    if (auto* refusal = std::get_if<http::Response>(&ids)) return std::move(*refusal);
    return acknowledge(context, caller, std::get<std::vector<std::int64_t>>(std::move(ids)),
                       services::acknowledge_orders);
}

}  // namespace

void add_v1_orders(http::Router& router, Context& context) {
    router.add(v1_list_route(context, "/api/v1/orders", scope::kOrdersRead,
                             {"channel", "since", "limit", "status", "statuses", "statuses[]", "imported", "raw",
                              "cursor", "include_cancelled", "include_canceled"},
                             [&context](const Caller& caller, const http::Request& request) {
                                 return get_orders(context, caller, request);
                             }));
    router.add(v1_route(context, "GET", "/api/v1/orders/{id}", scope::kOrdersRead, {"raw"},
                        [&context](const Caller& caller, const http::Request& request) {
                            return get_order(context, caller, request);
                        }));
    router.add(v1_write_route(context, "POST", "/api/v1/orders/ack", scope::kOrdersWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_orders_ack(context, caller, request);
                              }));
}

}  // namespace crossdock::api::routes
