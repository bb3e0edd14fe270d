// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/shipments.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/walmart/line_statuses.h"
#include "connectors/walmart/orders.h"
#include "connectors/walmart/ship_plan.h"

namespace crossdock::connectors::walmart {
namespace {

using State = PushOutcome::State;

constexpr std::size_t kMaxSellerOrderId = 30;

PushOutcome shipment_ends(State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

/// Reading has no effect: whatever went wrong, nothing was shipped.
PushOutcome of_reading(const Error& error) {
    PushOutcome out = outcome_of(error);
    if (out.state == State::unknown) out.state = State::retry;
    return out;
}

/// Not in the future, and not before the order: Walmart refuses both.
std::int64_t shipped_at(const ShipmentToPush& shipment, JsonView order, Timestamp now) {
    Timestamp at = std::min(shipment.ship_date.value_or(now), now);
    if (const auto ordered = read_epoch(order["orderDate"])) at = std::max(at, std::min(*ordered, now));
    return to_ms(at);
}

/// The order's own word; another one gives "Method code is not supported in line number 1".
std::string method_of(JsonView order) {
    const std::string_view word = order["shippingInfo"]["methodCode"].word();
    return is_method_code(word) ? std::string{word} : "Standard";
}

std::string body_of(const ShipmentToPush& shipment, JsonView order, const ShipPlan& plan,
                    const Carriers::Named& carrier, const std::string& number, Timestamp now) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("orderShipment").begin_object();
    writer.key("orderLines").begin_object().key("orderLine").begin_array();
    for (const LineToShip& line : plan.lines) {
        writer.begin_object().field("lineNumber", line.number);
        writer.field("sellerOrderId", shipment.external_order_id.substr(0, kMaxSellerOrderId));
        writer.field("intentToCancelOverride", line.against_the_buyer);
        writer.key("orderLineStatuses").begin_object().key("orderLineStatus").begin_array().begin_object();
        writer.field("status", "Shipped").key("statusQuantity").begin_object();
        writer.field("unitOfMeasurement", "EACH").field("amount", std::to_string(line.units)).end_object();
        writer.key("trackingInfo").begin_object();
        writer.field("shipDateTime", shipped_at(shipment, order, now)).key("carrierName").begin_object();
        if (carrier.carrier.empty())
            writer.field("otherCarrier", carrier.other);
        else
            writer.field("carrier", carrier.carrier);
        writer.end_object().field("methodCode", method_of(order)).field("trackingNumber", number);
        if (!carrier.url.empty()) writer.field("trackingURL", carrier.url);
        writer.end_object().end_object().end_array().end_object().end_object();
    }
    writer.end_array().end_object().end_object().end_object();
    return out;
}

/// Walmart's refusals, with what they mean.
PushOutcome explained(PushOutcome out) {
    const auto says = [&](std::string_view words) { return to_lower(out.message).find(words) != std::string::npos; };
    if (says("method code"))
        out.message += ". The order's shipping method was sent; look at the order in Seller Center";
    else if (says("carrier"))
        out.message += ". Check the carrier against /api/v1/carrier_codes, or add it to the setting extra_carriers";
    return out;
}

}  // namespace

PushOutcome Shipments::push_shipment(const ShipmentToPush& shipment) {
    const std::string number{trim(shipment.tracking_number)};
    if (number.empty())
        return shipment_ends(State::failed, "tracking_number_missing", "the shipment has no tracking number");
    if (shipment.external_order_id.empty())
        return shipment_ends(State::failed, "order_unknown", "the shipment names no order");
    const Carriers::Named carrier = carriers_.named(shipment.carrier, number);
    if (!carrier.is_known())
        return shipment_ends(State::failed, "carrier_unknown",
                             "\"" + in_quotes(carrier.other.substr(0, 40)) +
                                 "\" is not on Walmart's list of carriers; another one needs an entry with a url in "
                                 "the channel's setting extra_carriers");

    auto answer = read_order(client_, shipment.external_order_id, true);
    if (!answer) return of_reading(answer.error());
    auto plan = plan_shipment(order_in(answer->root), shipment, number);
    if (const auto* known = std::get_if<PushOutcome>(&plan)) return *known;
    if (std::get<ShipPlan>(plan).acknowledge_first) {
        const auto acknowledged = send_acknowledgement(client_, shipment.external_order_id);
        if (!acknowledged) {
            // Acknowledging twice is harmless, and nothing was shipped.
            PushOutcome out = of_reading(acknowledged.error());
            out.message = "the order could not be acknowledged before shipping: " + out.message;
            return out;
        }
    }

    Call call{Operation::ship_order, "/v3/orders/" + net::percent_encode(shipment.external_order_id) + "/shipping"};
    call.method = "POST";
    call.push = true;
    call.body = body_of(shipment, order_in(answer->root), std::get<ShipPlan>(plan), carrier, number, client_.now());
    const auto shipped = client_.call(call);
    if (shipped) {
        // A 200 may still hold errors of single lines.
        const Refusal refusal = read_refusal(shipped->root["errors"]);
        if (refusal.words.empty()) return {};
        return shipment_ends(State::unknown, "walmart_line_error",
                             "Walmart took the update and says: " + refusal.words);
    }
    PushOutcome failed = outcome_of(shipped.error());
    if (failed.state != State::failed) return failed;
    // A second call for the same units is a 400, too: perhaps somebody was faster.
    if (answer = read_order(client_, shipment.external_order_id, true); answer) {
        plan = plan_shipment(order_in(answer->root), shipment, number);
        if (const auto* known = std::get_if<PushOutcome>(&plan); known != nullptr && known->state == State::succeeded)
            return *known;
    }
    return explained(std::move(failed));
}

}  // namespace crossdock::connectors::walmart
