// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_webhook_json.h"
#include "store/delivery_repo.h"

namespace crossdock::api::routes {
namespace {

constexpr std::int64_t kMostEndpoints = 50;  // an account may have no more

/// GET /v2/webhook_endpoints: all of them; an account has at most fifty.
http::Response list_v2_webhook_endpoints(const Context& context, const Caller& caller, const http::Request&) {
    return context.db.read([&](db::Session& session) {
        const auto endpoints = store::WebhookEndpointRepo(session).list(caller.account);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const store::WebhookEndpoint& endpoint : endpoints) write_v2_endpoint(json, session, endpoint);
        end_v2_list(json, {{static_cast<std::int64_t>(endpoints.size()), true}, kMostEndpoints, {}});
        return http::Response::json(200, std::move(body));
    });
}

/// GET /v2/webhook_endpoints/{id}
http::Response show_v2_webhook_endpoint(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto endpoint = endpoint_in_path(session, caller, request);
        if (!endpoint) return v2_not_found(request, "webhook endpoint");
        std::string body;
        JsonWriter json(body);
        write_v2_endpoint(json, session, *endpoint);
        return v2_object(std::move(body));
    });
}

/// GET /v2/webhook_endpoints/{id}/deliveries: what was sent there, newest first.
http::Response list_v2_deliveries(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    const auto state = parameters.one_of("state", {"pending", "succeeded", "failed"});
    const auto event = parameters.text("event_id");
    if (!faults.empty()) return faults.refuse(request);
    const auto endpoint =
        context.db.read([&](db::Session& session) { return endpoint_in_path(session, caller, request); });
    if (!endpoint) return v2_not_found(request, "webhook endpoint");
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>&) {
            store::RangeList list;
            list.table = "webhook_deliveries";
            list.ranges = {{"endpoint_id = ?", {endpoint->id.value}}};
            list.fits = {"account_id = ?", {caller.account.value}};
            if (state) {
                list.fits.sql += " AND state = ?";
                list.fits.values.emplace_back(*state);
            }
            if (event) {
                list.fits.sql += " AND event_id = ?";
                list.fits.values.emplace_back(*event);
            }
            return list;
        },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook&) {
            const auto delivery = store::DeliveryRepo(session).get(caller.account, DeliveryId{id});
            if (!delivery) return;
            json.begin_object();
            write_v2_delivery(json, *delivery);
            json.end_object();
        });
}

/// GET /v2/deliveries/{id}: one event for one endpoint, with every attempt.
http::Response show_v2_delivery(const Context& context, const Caller& caller, const http::Request& request) {
    const auto id = parse_v2_id(prefix::kDelivery, request.path_parameter("id"));
    return context.db.read([&](db::Session& session) {
        store::DeliveryRepo deliveries(session);
        const auto delivery = id ? deliveries.get(caller.account, DeliveryId{*id}) : std::nullopt;
        if (!delivery) return v2_not_found(request, "delivery");
        std::string body;
        JsonWriter json(body);
        json.begin_object();
        write_v2_delivery(json, *delivery);
        json.key("attempts").begin_array();
        for (const store::DeliveryAttempt& attempt : deliveries.attempts(delivery->id)) write_v2_attempt(json, attempt);
        json.end_array().end_object();
        return v2_object(std::move(body));
    });
}

}  // namespace

void add_v2_webhook_endpoints(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/webhook_endpoints", scope::kWebhooksAdmin, {}, list_v2_webhook_endpoints);
    routes.get("/v2/webhook_endpoints/{id}", scope::kWebhooksAdmin, {}, show_v2_webhook_endpoint);
    routes.get("/v2/webhook_endpoints/{id}/deliveries", scope::kWebhooksAdmin, {"limit", "cursor", "state", "event_id"},
               list_v2_deliveries);
    routes.get("/v2/deliveries/{id}", scope::kWebhooksAdmin, {}, show_v2_delivery);
}

}  // namespace crossdock::api::routes
