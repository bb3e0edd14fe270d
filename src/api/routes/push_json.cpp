// SPDX-License-Identifier: Apache-2.0
#include "api/routes/push_json.h"

namespace crossdock::api::routes {

void write_instant(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& at) {
    json.key(name);
    if (at)
        json.value(format_rfc3339(*at));
    else
        json.null();
}

void write_shipment(JsonWriter& json, const store::Shipment& shipment, const std::string& channel,
                    const std::string& external_order_id) {
    json.begin_object()
        .field("id", shipment.id.value)
        .field("status", shipment.status)
        .field("remote_order_id", shipment.order_id.value)
        .field("channel", channel)
        .field("external_order_id", external_order_id)
        .field("carrier", shipment.carrier)
        .field("service", shipment.service)
        .field("tracking_number", shipment.tracking_number);
    write_instant(json, "ship_date", shipment.ship_date);
    json.key("line_items").raw(shipment.lines.empty() ? "[]" : shipment.lines);
    json.field("provider_id", shipment.provider_id)
        .field("attempts", shipment.attempts)
        .field("last_error_code", shipment.error_code)
        .field("last_error", shipment.error_message);
    write_instant(json, "next_attempt_at", shipment.next_attempt_at);
    write_instant(json, "created_at", shipment.created_at);
    write_instant(json, "finished_at", shipment.finished_at);
    json.end_object();
}

void write_inventory_update(JsonWriter& json, const store::InventoryUpdate& update, const std::string& channel) {
    // The contract knows four words: what a newer figure replaced has done its part.
    const bool superseded = update.status == "superseded";
    json.begin_object()
        .field("id", update.id.value)
        .field("status", superseded ? std::string{"succeeded"} : update.status)
        .field("superseded_by", update.superseded_by)
        .field("channel", channel)
        .field("item_master_id", update.item_id ? std::optional{update.item_id->value} : std::nullopt)
        .field("sku", update.sku)
        .field("location_id", update.location_id)
        .field("quantity", update.quantity)
        .field("sent_quantity", update.sent_quantity)
        .field("attempts", update.attempts)
        .field("last_error_code", update.error_code)
        .field("last_error", update.error_message);
    write_instant(json, "next_attempt_at", update.next_attempt_at);
    write_instant(json, "created_at", update.created_at);
    write_instant(json, "finished_at", update.finished_at);
    json.end_object();
}

void write_problems(JsonWriter& json, const std::vector<store::ProblemRow>& problems) {
    json.key("problems").begin_array();
    for (const store::ProblemRow& problem : problems) {
        json.begin_object().field("code", problem.code).field("message", problem.message);
        write_instant(json, "first_seen_at", problem.first_seen);
        write_instant(json, "last_seen_at", problem.last_seen);
        json.field("times", problem.times).end_object();
    }
    json.end_array();
}

}  // namespace crossdock::api::routes
