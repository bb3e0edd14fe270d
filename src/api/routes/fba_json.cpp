// SPDX-License-Identifier: Apache-2.0
#include "api/routes/fba_json.h"

#include <limits>

#include "base/text.h"
#include "store/channel_repo.h"

namespace crossdock::api::routes {

FbaNames::FbaNames(db::Session& session, AccountId account) : account_(store::account_uuid(session, account)) {
    for (const store::Channel& channel : store::ChannelRepo(session).list(account))
        codes_.emplace(channel.id, channel.code);
}

std::string FbaNames::channel(ChannelId id) const {
    const auto found = codes_.find(id);
    return found == codes_.end() ? std::string{} : found->second;
}

namespace {

void write_items(JsonWriter& json, const std::vector<std::string>& items) {
    json.begin_array();
    for (const std::string& item : items) json.raw(item);
    json.end_array();
}

}  // namespace

void write_fba_shipment(JsonWriter& json, const store::FbaInboundShipment& shipment,
                        const std::vector<std::string>& items, const FbaNames& names, bool with_raw) {
    const domain::FbaShipment& facts = shipment.facts;
    json.begin_object()
        .field("id", shipment.uuid)
        .field("shipment_id", facts.shipment_id)
        .field("shipment_name", facts.shipment_name)
        .field("destination_fulfillment_center_id", facts.destination_fulfillment_center_id)
        .field("shipment_status", facts.shipment_status)
        .field("label_prep_type", facts.label_prep_type)
        .field("are_cases_required", facts.are_cases_required)
        .key("items");
    write_items(json, items);
    json.field("channel_id", shipment.channel_id.value)
        .field("channel_code", names.channel(shipment.channel_id))
        .field("account_id", names.account())
        .field("created_at", format_rfc3339(shipment.created_at))
        .field("updated_at", format_rfc3339(shipment.updated_at));
    if (with_raw) {
        json.key("raw_data").begin_object().key("ShipmentData").raw(shipment.payload).key("ItemData");
        write_items(json, items);
        json.end_object();
    }
    json.end_object();
}

void write_carton_push(JsonWriter& json, const store::CartonPush& push, const FbaNames& names) {
    json.begin_object()
        .field("id", push.uuid)
        .field("fba_inbound_shipment_id", push.shipment_uuid)
        .field("status", push.status)
        .key("items")
        .raw(push.items)
        .field("error_message", push.error_message)
        .field("channel_id", push.channel_id.value)
        .field("account_id", names.account())
        .field("created_at", format_rfc3339(push.created_at))
        .field("updated_at", format_rfc3339(push.updated_at))
        .end_object();
}

ListParameters read_fba_list_parameters(const http::Request& request, Parameters& parameters) {
    ListParameters read;
    read.channel = parameters.text("channel");
    if (request.parameter("cursor")) read.cursor = parameters.text("cursor").value_or("");
    const bool pages = read.cursor || !request.parameter("limit").value_or("").empty();
    read.limit = pages ? parameters.limit() : std::numeric_limits<std::int32_t>::max();
    return read;
}

std::optional<std::string> fba_status(Parameters& parameters, const std::vector<std::string_view>& words,
                                      Faults& faults) {
    const auto given = parameters.text("status");
    if (!given) return std::nullopt;
    std::string valid;
    for (const std::string_view word : words) {
        if (equals_ignoring_case(*given, word) || (word == "CANCELLED" && equals_ignoring_case(*given, "canceled")))
            return std::string{word};
        valid += (valid.empty() ? "" : ", ") + std::string{word};
    }
    faults.add("status \"" + to_valid_utf8(given->substr(0, 60)) + "\" is not known; valid are " + valid);
    return std::nullopt;
}

}  // namespace crossdock::api::routes
