// SPDX-License-Identifier: Apache-2.0
#include "api/routes/event_json.h"

#include <algorithm>

#include "api/routes/fba_json.h"
#include "api/routes/push_json.h"
#include "domain/event_type.h"
#include "store/api_key_repo.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/refund_repo.h"
#include "store/webhook_endpoint_repo.h"

namespace crossdock::api::routes {
namespace {

using store::EventRow;

std::string channel_code_of(db::Session& session, const std::optional<ChannelId>& id) {
    const auto channel = id ? store::ChannelRepo(session).get(*id) : std::nullopt;
    return channel ? channel->code : std::string{};
}

/// The contract's object without its raw_payload, which is behind a scope of its own and may be large.
std::string contract_object(std::int64_t id, const std::string& members, const std::optional<Timestamp>& imported_at) {
    std::string out = "{\"id\":" + std::to_string(id) + ',' + members;
    if (imported_at) {
        out += ",\"imported_to_erp\":true,\"imported_at\":\"";
        append_rfc3339(out, *imported_at);
        out += "\"}";
    } else {
        out += ",\"imported_to_erp\":false,\"imported_at\":null}";
    }
    return out;
}

std::string order_object(db::Session& session, const EventRow& event) {
    const auto order = store::OrderRepo(session).get(event.account, OrderId{event.subject_id});
    return order ? contract_object(order->id.value, order->members, order->imported_at) : std::string{};
}

std::string refund_object(db::Session& session, const EventRow& event) {
    const auto refund = store::RefundRepo(session).show(event.account, RefundId{event.subject_id});
    return refund ? contract_object(event.subject_id, refund->members, refund->imported_at) : std::string{};
}

std::string item_object(db::Session& session, const EventRow& event) {
    const auto members = store::ItemRepo(session).show(event.account, ItemId{event.subject_id});
    return members ? "{\"id\":" + std::to_string(event.subject_id) + ',' + *members + '}' : std::string{};
}

std::string stock_object(db::Session& session, const EventRow& event) {
    const auto update = store::InventoryRepo(session).get(event.account, InventoryUpdateId{event.subject_id});
    std::string out;
    JsonWriter json(out);
    if (update) write_inventory_update(json, *update, channel_code_of(session, update->channel_id));
    return out;
}

std::string shipment_object(db::Session& session, const EventRow& event) {
    const auto shipment = store::ShipmentRepo(session).get(event.account, ShipmentId{event.subject_id});
    std::string out;
    if (!shipment) return out;
    const auto order = store::OrderRepo(session).get(event.account, shipment->order_id);
    JsonWriter json(out);
    write_shipment(json, *shipment, channel_code_of(session, shipment->channel_id),
                   order ? order->external_order_id : std::string{});
    return out;
}

std::string fba_object(db::Session& session, const EventRow& event) {
    store::FbaRepo shipments(session);
    const auto shipment = shipments.get(FbaShipmentId{event.subject_id});
    std::string out;
    if (!shipment || shipment->account_id != event.account) return out;
    JsonWriter json(out);
    write_fba_shipment(json, *shipment, shipments.items(shipment->id, shipment->items_walk),
                       FbaNames(session, event.account), false);
    return out;
}

std::string carton_object(db::Session& session, const EventRow& event) {
    const auto push = store::CartonRepo(session).get(CartonPushId{event.subject_id});
    std::string out;
    if (!push || push->account_id != event.account) return out;
    JsonWriter json(out);
    write_carton_push(json, *push, FbaNames(session, event.account));
    return out;
}

std::string channel_object(db::Session& session, const EventRow& event) {
    const auto channel = store::ChannelRepo(session).get(ChannelId{event.subject_id});
    std::string out;
    if (!channel || channel->account_id != event.account) return out;
    JsonWriter json(out);
    json.begin_object()
        .field("id", channel->id.value)
        .field("code", channel->code)
        .field("provider", domain::to_string(channel->provider))
        .field("enabled", channel->enabled)
        .field("state", store::to_string(channel->state))
        .field("state_code", channel->state_code)
        .field("state_message", channel->state_message)
        .field("state_since", format_rfc3339(channel->state_since))
        .end_object();
    return out;
}

std::string job_object(db::Session& session, const EventRow& event) {
    const auto job = store::JobRepo(session).find(JobId{event.subject_id});
    std::string out;
    if (!job || job->account_id != event.account) return out;
    JsonWriter json(out);
    json.begin_object()
        .field("id", job->id.value)
        .field("lane", domain::to_string(job->lane))
        .field("kind", job->kind)
        .field("channel", channel_code_of(session, job->channel_id))
        .field("state", domain::to_string(job->state))
        .field("attempt", static_cast<std::int64_t>(job->attempt))
        .field("last_error_code", job->last_error_code)
        .field("last_error", job->last_error);
    write_instant(json, "created_at", job->created_at);
    write_instant(json, "finished_at", job->finished_at);
    json.end_object();
    return out;
}

std::string key_object(db::Session& session, const EventRow& event) {
    const auto keys = store::ApiKeyRepo(session).list(event.account);
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const store::ApiKey& one) { return one.id.value == event.subject_id; });
    std::string out;
    if (key == keys.end()) return out;
    JsonWriter json(out);
    json.begin_object().field("key_id", key->key_id).field("name", key->name).field("scopes", key->scopes);
    write_instant(json, "created_at", key->created_at);
    write_instant(json, "expires_at", key->expires_at);
    write_instant(json, "revoked_at", key->revoked_at);
    json.end_object();
    return out;
}

/// Without its address, whose path is often a secret of the receiver's.
std::string endpoint_object(db::Session& session, const EventRow& event) {
    const auto endpoint = store::WebhookEndpointRepo(session).get(WebhookEndpointId{event.subject_id});
    std::string out;
    if (!endpoint || endpoint->account_id != event.account) return out;
    JsonWriter json(out);
    json.begin_object().field("id", endpoint->public_id).field("name", endpoint->name).key("events").begin_array();
    for (const std::string& entry : endpoint->events) json.value(entry);
    json.end_array().field("state", store::to_string(endpoint->state)).field("reason", endpoint->reason);
    write_instant(json, "state_since", endpoint->state_since);
    write_instant(json, "failing_since", endpoint->health.failing_since);
    json.field("last_error", endpoint->health.last_error).end_object();
    return out;
}

/// Empty when there is none.
std::string object_of(db::Session& session, const EventRow& event) {
    struct Maker {
        std::string_view subject;
        std::string (*make)(db::Session&, const EventRow&);
    };
    static constexpr Maker kMakers[]{
        {"order", order_object},
        {"refund", refund_object},
        {"item", item_object},
        {"inventory_update", stock_object},
        {"shipment", shipment_object},
        {"fba_shipment", fba_object},
        {"carton_push", carton_object},
        {"channel", channel_object},
        {"job", job_object},
        {"api_key", key_object},
        {"webhook_endpoint", endpoint_object},
    };
    for (const Maker& maker : kMakers)
        if (maker.subject == event.subject) return maker.make(session, event);
    return {};
}

}  // namespace

std::string event_json(db::Session& session, const EventRow& event) {
    const std::string object = object_of(session, event);
    const std::string channel = channel_code_of(session, event.channel);
    std::string out;
    out.reserve(object.size() + event.data.size() + 256);
    JsonWriter json(out);
    json.begin_object()
        .field("id", event.event_id)
        .field("type", event.type)
        .field("created_at", format_rfc3339(event.created_at))
        .field("api_version", domain::kEventApiVersion)
        .field("account", store::account_code(session, event.account))
        .key("channel");
    if (channel.empty())
        json.null();
    else
        json.value(channel);
    json.field("sequence", event.seq)
        .key("data")
        .raw(object.empty() ? std::string_view{"null"} : std::string_view{object});
    json.key("details").raw(event.data).end_object();
    return out;
}

}  // namespace crossdock::api::routes
