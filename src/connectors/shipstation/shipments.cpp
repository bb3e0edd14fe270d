// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/shipments.h"

#include <algorithm>
#include <chrono>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/shipstation/amounts.h"
#include "connectors/shipstation/order_mapping.h"
#include "connectors/shipstation/pacific.h"
#include "connectors/shipstation/parcels.h"

namespace crossdock::connectors::shipstation {
namespace {

using State = PushOutcome::State;

constexpr std::chrono::minutes kUntilListed{5};
constexpr int kAttemptsThatWait = 6;

PushOutcome shipment_outcome(State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

/// What reading ended in has had no effect, whatever it was.
PushOutcome not_read(const Error& error) {
    PushOutcome out = outcome_of(error);
    if (out.state == State::unknown) out.state = State::retry;
    return out;
}

/// The day it left, in ShipStation's zone. A date without a time reaches us as its midnight UTC, and is that date.
std::string ship_day(const ShipmentToPush& shipment, Timestamp now) {
    const Timestamp at = shipment.ship_date.value_or(now);
    const bool is_date = shipment.ship_date && at == std::chrono::floor<std::chrono::days>(at);
    return is_date ? format_rfc3339(at).substr(0, 10) : pacific_date(at);
}

/// The push is done when one of the order's parcels has its number.
std::optional<PushOutcome> find_number(const std::vector<Parcel>& parcels, const std::string& number) {
    for (const Parcel& parcel : parcels) {
        if (!parcel.counts() || !equals_ignoring_case(trim(parcel.tracking_number), number)) continue;
        PushOutcome done =
            shipment_outcome(State::succeeded, "already_shipped", "ShipStation already has this tracking number");
        if (!parcel.notify_error.empty())
            done.message += "; it could not tell the marketplace: " + in_quotes(parcel.notify_error);
        done.provider_id = parcel.id;
        return done;
    }
    return std::nullopt;
}

std::int64_t units_to_ship(JsonView order) {
    std::int64_t units = 0;
    for (const JsonView item : order["items"])
        if (!item["adjustment"].is_true())
            units += std::clamp<std::int64_t>(item["quantity"].integer().value_or(0), 0, kMostUnitsOfLine);
    return units;
}

bool is_part(const ShipmentToPush& shipment, JsonView order) {
    std::int64_t units = 0;
    for (const auto& line : shipment.lines) units += line.quantity;
    return !shipment.lines.empty() && units < units_to_ship(order);
}

std::string shown_numbers(const std::vector<Parcel>& parcels) {
    std::string out;
    for (const Parcel& parcel : parcels)
        if (parcel.counts() && !parcel.tracking_number.empty())
            out += (out.empty() ? "" : ", ") + in_quotes(parcel.tracking_number.substr(0, 60));
    return out;
}

}  // namespace

PushOutcome Shipments::push_shipment(const ShipmentToPush& shipment) {
    const std::string number{trim(shipment.tracking_number)};
    if (number.empty())
        return shipment_outcome(State::failed, "tracking_number_missing", "the shipment has no tracking number");
    if (trim(shipment.carrier).empty())
        return shipment_outcome(State::failed, "carrier_missing", "the shipment names no carrier");
    if (!is_shipstation_id(shipment.external_order_id))
        return shipment_outcome(State::failed, "order_unknown", "the shipment names no order of ShipStation");

    Call call{"Get Order", "/orders/" + shipment.external_order_id};
    call.push = true;
    const auto order = client_.call(call);
    if (!order) return not_read(order.error());
    const std::string status = order->root["orderStatus"].text().value_or("");
    if (status == "cancelled")
        return shipment_outcome(State::failed, "order_cancelled", "the order was cancelled in ShipStation");
    if (status == "shipped") return look_up_parcels(shipment, number);
    if (status == "pending_fulfillment" || order->root["externallyFulfilled"].is_true())
        return shipment_outcome(State::failed, "fulfilled_elsewhere",
                                "the order is in the hands of a fulfilment provider, who ships it");

    bool notify = client_.settings().notify_sales_channel;
    if (notify) {
        // The marketplace hears of it through its own channel; twice is an error there.
        const auto skipped = client_.skips_store(store_of(order->root));
        if (!skipped) return not_read(skipped.error());
        notify = !*skipped;
    }
    PushOutcome out = mark_as_shipped(shipment, number, notify);
    if (out.state == State::succeeded && out.code.empty() && is_part(shipment, order->root)) {
        out.code = "whole_order_shipped";
        out.message = "ShipStation ships whole orders: with this parcel the whole order is marked as shipped";
    }
    return out;
}

/// The order is shipped already: by an earlier attempt of ours, by an earlier parcel, or by somebody in ShipStation.
PushOutcome Shipments::look_up_parcels(const ShipmentToPush& shipment, const std::string& number) {
    const auto parcels = parcels_of_order(client_, shipment.external_order_id, true);
    if (!parcels) return not_read(parcels.error());
    if (const auto done = find_number(*parcels, number)) return *done;
    const std::string others = shown_numbers(*parcels);
    if (others.empty() && shipment.attempt > 1 && shipment.attempt <= kAttemptsThatWait) {
        // By an earlier attempt of ours whose entry is not listed yet, or by somebody else: time tells.
        PushOutcome wait = shipment_outcome(State::waiting, "number_not_shown",
                                            "the order is shipped, and ShipStation shows no tracking number yet");
        wait.retry_after = kUntilListed;
        return wait;
    }
    if (shipment.is_further && !others.empty())
        return shipment_outcome(State::succeeded, "number_dropped",
                                "ShipStation takes one tracking number for an order; it has " + others +
                                    ", and the number of this further parcel is not shown there");
    return shipment_outcome(State::failed, "order_already_shipped",
                            "ShipStation takes one tracking number for an order, and this one is shipped already" +
                                (others.empty() ? std::string{", without one"} : " with " + others) +
                                "; the number is not shown there");
}

PushOutcome Shipments::mark_as_shipped(const ShipmentToPush& shipment, const std::string& number,
                                       bool notify_sales_channel) {
    Call call{"Mark an Order as Shipped", "/orders/markasshipped"};
    call.method = "POST";
    call.push = true;
    JsonWriter(call.body)
        .begin_object()
        .key("orderId")
        .raw(shipment.external_order_id)
        .field("carrierCode", trim(shipment.carrier))
        .field("shipDate", ship_day(shipment, client_.now()))
        .field("trackingNumber", std::string_view{number})
        .field("notifyCustomer", client_.settings().notify_customer)
        .field("notifySalesChannel", notify_sales_channel)
        .end_object();
    const auto answer = client_.call(call);
    return answer ? shipment_outcome(State::succeeded, {}, {}) : refused(shipment, number, answer.error());
}

PushOutcome Shipments::refused(const ShipmentToPush& shipment, const std::string& number, const Error& error) {
    PushOutcome out = outcome_of(error);
    // Mostly a refusal that ShipStation reports as a failure; said twice, it is one.
    if (error.code == "shipstation_exception_error" &&
        client_.shared().said_before(shipment.shipment_id, error.message))
        out.state = State::failed;
    if (out.state != State::failed || shipment.attempt == 1) return out;
    // An earlier attempt may have come through after the order was read.
    const auto parcels = parcels_of_order(client_, shipment.external_order_id, true);
    if (!parcels) return not_read(parcels.error());
    return find_number(*parcels, number).value_or(out);
}

}  // namespace crossdock::connectors::shipstation
