// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/v2_shipments.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/shipstation/amounts.h"
#include "connectors/shipstation/v2_order_mapping.h"
#include "connectors/shipstation/v2_orders.h"

namespace crossdock::connectors::shipstation {
namespace {

using V2State = PushOutcome::State;

PushOutcome v2_outcome(V2State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

PushOutcome v2_not_read(const Error& error) {
    PushOutcome out = outcome_of(error);
    if (out.state == V2State::unknown) out.state = V2State::retry;
    return out;
}

struct Known {
    std::optional<PushOutcome> done;  // our number is there
    std::string numbers;              // of other parcels, for words
    bool any = false;
};
Known known_parcels(const std::vector<std::string>& rows, const std::string& number) {
    Known out;
    for (const std::string& text : rows) {
        const auto index = JsonIndex::parse(text);
        if (!index || index->root()["voided"].is_true()) continue;
        const JsonView row = index->root();
        out.any = true;
        const std::string shown = row["tracking_number"].text().value_or("");
        if (equals_ignoring_case(trim(shown), number)) {
            out.done =
                v2_outcome(V2State::succeeded, "already_shipped", "ShipStation already has this tracking number");
            if (const auto why = row["notification_error_message"].filled_text())
                out.done->message += "; it could not tell the marketplace: " + in_quotes(*why);
            out.done->provider_id = row["fulfillment_id"].text().value_or("");
        } else if (!shown.empty()) {
            out.numbers += (out.numbers.empty() ? "" : ", ") + in_quotes(shown.substr(0, 60));
        }
    }
    return out;
}

bool is_part_of(const ShipmentToPush& shipment, JsonView order) {
    std::int64_t sent = 0, all = 0;
    for (const auto& line : shipment.lines) sent += line.quantity;
    for (const JsonView item : order["items"])
        all += std::clamp<std::int64_t>(item["quantity"].integer().value_or(0), 0, kMostUnitsOfLine);
    return !shipment.lines.empty() && sent < all;
}

}  // namespace

PushOutcome V2Shipments::push_shipment(const ShipmentToPush& shipment) {
    const std::string number{trim(shipment.tracking_number)};
    if (number.empty())
        return v2_outcome(V2State::failed, "tracking_number_missing", "the shipment has no tracking number");
    if (trim(shipment.carrier).empty())
        return v2_outcome(V2State::failed, "carrier_missing", "the shipment names no carrier");
    const auto order = read_v2_shipment(client_, shipment.external_order_id, true);
    if (!order) return v2_not_read(order.error());
    const std::string_view status = order->root["shipment_status"].word();
    if (status == "cancelled")
        return v2_outcome(V2State::failed, "order_cancelled", "the order was cancelled in ShipStation");
    const auto rows = fulfillments_of(client_, se_id(shipment.external_order_id), true);
    if (!rows) return v2_not_read(rows.error());
    const Known known = known_parcels(*rows, number);
    if (known.done) return *known.done;
    if (known.any && shipment.is_further)
        return v2_outcome(V2State::succeeded, "number_dropped",
                          "ShipStation takes one tracking number for an order" +
                              (known.numbers.empty() ? std::string{} : "; it has " + known.numbers) +
                              ", and the number of this further parcel is not shown there");
    if (known.any || status == "label_purchased")
        return v2_outcome(
            V2State::failed, "order_already_shipped",
            "ShipStation takes one tracking number for an order, and this one is shipped already" +
                (known.numbers.empty() ? std::string{", with a label of ShipStation's own or without a number"}
                                       : " with " + known.numbers) +
                "; the number is not shown there");
    // The marketplace of a store that is left out hears of it through its own channel; twice is an error there.
    const bool notify = client_.settings().notify_sales_channel &&
                        !client_.settings().names_store(bare_id(order->root["store_id"].text().value_or("")));
    PushOutcome out = create(shipment, number, notify);
    if (out.state == V2State::succeeded && is_part_of(shipment, order->root)) {
        out.code = "whole_order_shipped";
        out.message = "ShipStation ships whole orders: with this parcel the whole order is marked as shipped";
    }
    return out;
}

PushOutcome V2Shipments::create(const ShipmentToPush& shipment, const std::string& number, bool notify_order_source) {
    Call call{"create_fulfillments", "/v2/fulfillments"};
    call.method = "POST";
    call.api = Api::v2;
    call.push = true;
    const std::string id = se_id(shipment.external_order_id);
    JsonWriter(call.body)
        .begin_object()
        .key("fulfillments")
        .begin_array()
        .begin_object()
        .field("shipment_id", std::string_view{id})
        .field("tracking_number", std::string_view{number})
        .field("carrier_code", trim(shipment.carrier))
        .field("ship_date", format_rfc3339(shipment.ship_date.value_or(client_.now())))
        .field("notify_customer", client_.settings().notify_customer)
        .field("notify_order_source", notify_order_source)
        .end_object()
        .end_array()
        .end_object();
    const auto answer = client_.call(call);
    if (!answer) return outcome_of(answer.error());
    for (const JsonView row : answer->root["fulfillments"]) {
        if (row["shipment_id"].text() != id) continue;
        const auto refused = row["error_message"].filled_text();
        if (!refused) return v2_outcome(V2State::succeeded, {}, {});
        return v2_outcome(V2State::failed, "shipstation_refused",
                          "ShipStation refused the shipment: " + in_quotes(*refused));
    }
    // Silence is no success.
    return v2_outcome(V2State::unknown, "shipstation_bad_answer", "ShipStation's answer does not mention the shipment");
}

}  // namespace crossdock::connectors::shipstation
