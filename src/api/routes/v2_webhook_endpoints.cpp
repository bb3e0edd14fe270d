// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "store/delivery_repo.h"
#include "store/webhook_endpoint_repo.h"

namespace crossdock::api::routes {
namespace {

constexpr std::int64_t kMostEndpoints = 50;  // an account may have no more

void write_endpoint(JsonWriter& json, db::Session& session, const store::WebhookEndpoint& endpoint) {
    json.begin_object()
        .field("id", endpoint.public_id)
        .field("name", endpoint.name)
        .field("url", endpoint.url)
        .key("events")
        .begin_array();
    for (const std::string& entry : endpoint.events) json.value(entry);
    json.end_array().key("header_names").begin_array();
    for (const std::string& name : endpoint.header_names) json.value(name);
    json.end_array().field("state", store::to_string(endpoint.state)).field("reason", endpoint.reason);
    write_instant(json, "state_since", endpoint.state_since);
    write_instant(json, "failing_since", endpoint.health.failing_since);
    write_instant(json, "last_success_at", endpoint.health.succeeded_at);
    json.field("last_error", endpoint.health.last_error).key("deliveries").begin_object();
    store::DeliveryRepo deliveries(session);
    for (const auto state :
         {store::DeliveryState::pending, store::DeliveryState::succeeded, store::DeliveryState::failed})
        json.field(store::to_string(state), deliveries.count(endpoint.id, state));
    json.end_object();
    write_instant(json, "created_at", endpoint.created_at);
    write_instant(json, "updated_at", endpoint.updated_at);
    json.end_object();
}

void write_delivery(JsonWriter& json, const store::Delivery& delivery) {
    json.field("id", v2_id(prefix::kDelivery, delivery.id.value))
        .field("event_id", delivery.event_id)
        .field("event_type", delivery.event_type)
        .field("state", store::to_string(delivery.state))
        .field("attempts_made", delivery.attempts)
        .field("last_status", delivery.last_status)
        .field("last_error", delivery.last_error);
    write_instant(json, "next_attempt_at", delivery.due_at);
    write_instant(json, "created_at", delivery.queued_at);
    write_instant(json, "finished_at", delivery.finished_at);
}

std::optional<store::WebhookEndpoint> endpoint_in_path(db::Session& session, const Caller& caller,
                                                       const http::Request& request) {
    return store::WebhookEndpointRepo(session).find(caller.account, request.path_parameter("id"));
}

/// GET /v2/webhook_endpoints: all of them; an account has at most fifty.
http::Response list_v2_webhook_endpoints(const Context& context, const Caller& caller, const http::Request&) {
    return context.db.read([&](db::Session& session) {
        const auto endpoints = store::WebhookEndpointRepo(session).list(caller.account);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const store::WebhookEndpoint& endpoint : endpoints) write_endpoint(json, session, endpoint);
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
        write_endpoint(json, session, *endpoint);
        return v2_object(std::move(body));
    });
}

/// GET /v2/webhook_endpoints/{id}/deliveries: what was sent there, newest first.
http::Response list_v2_deliveries(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    const auto state = parameters.text("state");
    if (state && !store::parse_delivery_state(*state))
        parameters.unknown_word("state", *state, "pending, succeeded, failed");
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
            write_delivery(json, *delivery);
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
        write_delivery(json, *delivery);
        json.key("attempts").begin_array();
        for (const store::DeliveryAttempt& attempt : deliveries.attempts(delivery->id)) {
            json.begin_object().field("number", attempt.number).field("succeeded", attempt.succeeded);
            write_instant(json, "started_at", attempt.started_at);
            json.field("duration_ms", std::int64_t{attempt.duration.count()})
                .field("status", attempt.status)
                .field("error", attempt.error)
                .field("answer", attempt.answer)
                .end_object();
        }
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
