// SPDX-License-Identifier: Apache-2.0
#include "api/routes/event_json.h"

#include <algorithm>

#include "api/routes/v2_order_json.h"
#include "api/routes/fba_json.h"
#include "api/routes/push_json.h"
#include "api/routes/v2_push_json.h"
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

std::string order_object(db::Session& session, const EventRow& event) {
    const auto order = store::OrderRepo(session).get(event.account, OrderId{event.subject_id});
    if (!order) return {};
    const auto channel = store::ChannelRepo(session).get(order->channel_id);
    return v2_order_object(*order, channel ? &*channel : nullptr);
}

std::string refund_object(db::Session& session, const EventRow& event) {
    const auto refund = store::RefundRepo(session).show(event.account, RefundId{event.subject_id});
    std::string out;
    if (!refund) return out;
    const auto channel = store::ChannelRepo(session).get(refund->channel_id);
    const auto order = store::OrderRepo(session).find(event.account, refund->channel_id, refund->external_order_id);
    JsonWriter json(out);
    write_v2_refund(json, event.subject_id, refund->members, refund->imported_at, channel ? &*channel : nullptr,
                    order ? std::optional{order->id} : std::nullopt);
    return out;
}

std::string item_object(db::Session& session, const EventRow& event) {
    const auto members = store::ItemRepo(session).show(event.account, ItemId{event.subject_id});
    std::string out;
    JsonWriter json(out);
    if (members) write_v2_item(json, event.subject_id, *members);
    return out;
}

std::string stock_object(db::Session& session, const EventRow& event) {
    const auto update = store::InventoryRepo(session).get(event.account, InventoryUpdateId{event.subject_id});
    std::string out;
    JsonWriter json(out);
    if (update) write_v2_inventory_update(json, *update, ChannelBook(session, event.account));
    return out;
}

std::string shipment_object(db::Session& session, const EventRow& event) {
    const auto shipment = store::ShipmentRepo(session).get(event.account, ShipmentId{event.subject_id});
    std::string out;
    JsonWriter json(out);
    if (shipment) write_v2_shipment(json, *shipment, ChannelBook(session, event.account));
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
    JsonWriter json(out);
    if (job && job->account_id == event.account) write_v2_job(json, *job, ChannelBook(session, event.account));
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

/// A backup is of the whole hub; an account is told when, and how it went.
std::string backup_object(db::Session& session, const EventRow& event) {
    const auto known = store::accounts(session);
    std::string out;
    if (std::find(known.begin(), known.end(), event.account) == known.end()) return out;
    JsonWriter json(out);
    json.begin_object();
    write_instant(json, "at", event.created_at);
    json.field("state", event.type == "backup.completed" ? "completed" : "failed").end_object();
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
        {"backup", backup_object},
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
