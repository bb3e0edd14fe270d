// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_push_json.h"

#include "api/json/v2_words.h"
#include "api/routes/push_json.h"
#include "base/json_members.h"

namespace crossdock::api::routes {
namespace {

/// "last_error":{"code","message"}, or null.
void write_last_error(JsonWriter& json, const std::optional<std::string>& code,
                      const std::optional<std::string>& message) {
    json.key("last_error");
    if (message)
        json.begin_object().field("code", code).field("message", *message).end_object();
    else
        json.null();
}

}  // namespace

void write_retry(JsonWriter& json, const std::string& path) {
    json.key("retry");
    if (path.empty())
        json.null();
    else
        json.begin_object().field("method", "POST").field("path", path).end_object();
}

void write_v2_shipment(JsonWriter& json, const store::Shipment& shipment, const ChannelBook& channels) {
    const std::string id = v2_id(prefix::kShipment, shipment.id.value);
    json.begin_object().field("id", id).field("status", shipment.status);
    channels.write_code(json, "channel", shipment.channel_id);
    json.field("order_id", v2_id(prefix::kOrder, shipment.order_id.value))
        .field("carrier", shipment.carrier)
        .field("service", shipment.service)
        .field("tracking_number", shipment.tracking_number);
    write_instant(json, "ship_date", shipment.ship_date);
    json.key("items").begin_array();
    for (const auto element : json_elements(shipment.lines)) {
        const JsonMembers line(element);
        json.begin_object().key("line_id").raw(line["external_line_id"]).key("qty").raw(line["quantity"]).end_object();
    }
    json.end_array().field("provider_id", shipment.provider_id).field("attempts", shipment.attempts);
    write_last_error(json, shipment.error_code, shipment.error_message);
    write_instant(json, "next_attempt_at", shipment.next_attempt_at);
    write_retry(json, shipment.status == "failed" ? "/v2/shipments/" + id + "/retry" : "");
    write_instant(json, "created_at", shipment.created_at);
    write_instant(json, "finished_at", shipment.finished_at);
    json.end_object();
}

void write_v2_inventory_update(JsonWriter& json, const store::InventoryUpdate& update, const ChannelBook& channels) {
    json.begin_object().field("id", v2_id(prefix::kInventoryUpdate, update.id.value)).field("status", update.status);
    channels.write_code(json, "channel", update.channel_id);
    const auto id_or_none = [](std::string_view prefix, std::optional<std::int64_t> id) {
        return id ? std::optional{v2_id(prefix, *id)} : std::nullopt;
    };
    json.field("item_id",
               id_or_none(prefix::kItem, update.item_id ? std::optional{update.item_id->value} : std::nullopt))
        .field("sku", update.sku)
        .field("location_id", update.location_id)
        .field("quantity", update.quantity)
        .field("sent_quantity", update.sent_quantity)
        .field("superseded_by", id_or_none(prefix::kInventoryUpdate, update.superseded_by))
        .field("attempts", update.attempts);
    write_last_error(json, update.error_code, update.error_message);
    write_instant(json, "next_attempt_at", update.next_attempt_at);
    write_instant(json, "created_at", update.created_at);
    write_instant(json, "finished_at", update.finished_at);
    json.end_object();
}

void write_v2_job(JsonWriter& json, const domain::Job& job, const ChannelBook& channels) {
    const std::string id = v2_id(prefix::kJob, job.id.value);
    const bool over = job.finished_at.has_value();
    json.begin_object()
        .field("id", id)
        .field("kind", job.kind)
        .field("lane", domain::to_string(job.lane))
        .field("state", domain::to_string(job.state));
    channels.write_code(json, "channel", job.channel_id);
    json.field("attempt", std::int64_t{job.attempt}).field("crashes", std::int64_t{job.crash_count});
    // A quarantined one may come back by itself; one that is over does not run at any time.
    write_instant(json, "run_at", over ? std::nullopt : std::optional{job.run_at});
    write_last_error(json, job.last_error_code, job.last_error);
    const bool again = job.state != domain::JobState::running && job.state != domain::JobState::done;
    write_retry(json, again ? "/v2/jobs/" + id + "/retry" : "");
    write_instant(json, "created_at", job.created_at);
    write_instant(json, "finished_at", job.finished_at);
    json.end_object();
}

}  // namespace crossdock::api::routes
