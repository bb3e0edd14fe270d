// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_webhook_json.h"

#include "api/json/v2_words.h"
#include "api/routes/push_json.h"

namespace crossdock::api::routes {

void write_v2_endpoint(JsonWriter& json, db::Session& session, const store::WebhookEndpoint& endpoint) {
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

void write_v2_delivery(JsonWriter& json, const store::Delivery& delivery) {
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

void write_v2_attempt(JsonWriter& json, const store::DeliveryAttempt& attempt) {
    json.begin_object().field("number", attempt.number).field("succeeded", attempt.succeeded);
    write_instant(json, "started_at", attempt.started_at);
    json.field("duration_ms", std::int64_t{attempt.duration.count()})
        .field("status", attempt.status)
        .field("error", attempt.error)
        .field("answer", attempt.answer)
        .end_object();
}

std::optional<store::WebhookEndpoint> endpoint_in_path(db::Session& session, const Caller& caller,
                                                       const http::Request& request) {
    return store::WebhookEndpointRepo(session).find(caller.account, request.path_parameter("id"));
}

}  // namespace crossdock::api::routes
