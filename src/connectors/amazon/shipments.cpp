// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/shipments.h"

#include <algorithm>
#include <map>
#include <variant>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/order_to_ship.h"
#include "connectors/amazon/outcome.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::amazon {
namespace {

using State = PushOutcome::State;
using Lines = std::vector<ShipmentToPush::Line>;

/// What to confirm, or what is to be said instead. Pure.
class Planner {
public:
    Planner(const OrderToShip& order, const ShipmentToPush& shipment, std::string reference, std::string number)
        : order_(order), shipment_(shipment), reference_(std::move(reference)), number_(std::move(number)) {}

    std::variant<PushOutcome, Lines> plan() const {
        if (const auto done = there_already()) return *done;
        if (order_.by_amazon)
            return outcome(State::failed, "fulfilled_by_amazon",
                           "Amazon ships this order (FBA); there is nothing to confirm");
        if (order_.state == OrderToShip::State::cancelled)
            return outcome(State::failed, "order_cancelled", "the order was cancelled at Amazon");
        if (order_.state == OrderToShip::State::pending)
            return outcome(State::waiting, "payment_pending",
                           "the order's payment is pending at Amazon; it takes no shipment yet");
        return shipment_.lines.empty() ? everything() : named_lines();
    }

private:
    /// Our package, or the same number: an earlier attempt, or somebody in Seller Central.
    [[nodiscard]] std::optional<PushOutcome> there_already() const {
        for (const auto& package : order_.packages) {
            const bool same_number = equals_ignoring_case(trim(package.tracking_number), number_);
            if (!same_number || (package.reference != reference_ && remaining() > 0)) continue;
            PushOutcome done =
                outcome(State::succeeded, "already_shipped", "Amazon already has a package with this tracking number");
            done.provider_id = package.reference;
            return done;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::int64_t remaining() const {
        std::int64_t units = 0;
        for (const auto& line : order_.lines) units += line.remaining();
        return units;
    }

    [[nodiscard]] std::variant<PushOutcome, Lines> everything() const {
        Lines lines;
        for (const auto& line : order_.lines)
            if (line.remaining() > 0) lines.push_back({line.id, line.remaining()});
        if (!lines.empty()) return lines;
        if (shipment_.attempt > 1 && !order_.shows_packages)
            // Orders v0 shows no packages; an earlier attempt of ours is the likely reason that nothing is left.
            return outcome(State::succeeded, "already_shipped",
                           "nothing of the order is left to confirm; an earlier attempt has done it");
        return nothing_left();
    }

    [[nodiscard]] std::variant<PushOutcome, Lines> named_lines() const {
        std::map<std::string, std::int64_t> wanted;
        for (const auto& line : shipment_.lines)
            if (line.quantity > 0) wanted[line.external_line_id] += line.quantity;
        if (wanted.empty()) return outcome(State::failed, "nothing_to_ship", "the shipment names no units");
        Lines lines;
        std::string too_many;
        for (const auto& [id, units] : wanted) {
            const auto found = std::find_if(order_.lines.begin(), order_.lines.end(),
                                            [&id = id](const auto& line) { return line.id == id; });
            if (found == order_.lines.end())
                return outcome(State::failed, "line_unknown", "Amazon's order has no line " + in_quotes(id.substr(0, 40)));
            if (units > found->remaining())
                too_many += " line " + id + " " + std::to_string(units) + " asked, " +
                            std::to_string(found->remaining()) + " open;";
            lines.push_back({id, units});
        }
        if (too_many.empty()) return lines;
        // The same reference changes the package that an earlier attempt made, whose units are among the shipped ones.
        if (shipment_.attempt > 1) return lines;
        too_many.pop_back();
        return outcome(State::failed, "quantity_exceeds_open", "more units than Amazon has open:" + too_many);
    }

    [[nodiscard]] PushOutcome nothing_left() const {
        std::string message = "nothing of the order is left to confirm at Amazon";
        if (!order_.packages.empty())
            message += "; it was confirmed with tracking number " +
                       in_quotes(order_.packages.back().tracking_number.substr(0, 60));
        return outcome(State::failed, "nothing_to_ship", message);
    }

    const OrderToShip& order_;
    const ShipmentToPush& shipment_;
    std::string reference_, number_;
};

/// Not in the future, and not before the order: Amazon refuses both.
std::string ship_date(const ShipmentToPush& shipment, const OrderToShip& order, Timestamp now) {
    Timestamp at = std::min(shipment.ship_date.value_or(now), now);
    at = std::max(at, std::min(order.ordered_at, now));
    std::string out;
    append_rfc3339(out, std::chrono::floor<std::chrono::seconds>(at));
    return out;
}

/// Amazon's refusals, with what they mean.
PushOutcome refused(const Error& error) {
    PushOutcome out = outcome_of(error);
    if (out.state != State::failed) return out;
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    if (says("PackageToUpdateNotFound"))
        out.message += ". The order is confirmed already, or is one that takes no confirmation (Ship+, Buy Shipping)";
    else if (says("PackageReferenceId") || says("packageReferenceId"))
        out.message += ". The number of our shipment was not taken as a package reference";
    else if (says("carrierName") || says("carrierCode"))
        out.message += ". Check the carrier against /api/v1/carrier_codes, or set other_carrier_name";
    return out;
}

}  // namespace

PushOutcome Shipments::push_shipment(const ShipmentToPush& shipment) {
    const std::string number{trim(shipment.tracking_number)};
    if (number.empty()) return outcome(State::failed, "tracking_number_missing", "the shipment has no tracking number");
    const Carriers::Named carrier = carriers_.named(shipment.carrier, shipment.service);
    if (carrier.missing_name)
        return outcome(State::failed, "carrier_name_missing",
                       "carrier Other needs a name: put it into the shipment's service (\"Name / service\") or into "
                       "the channel's setting other_carrier_name");
    if (shipment.external_order_id.empty())
        return outcome(State::failed, "order_unknown", "the shipment names no order");

    const auto order = read_order_to_ship(client_, shipment.external_order_id);
    if (!order) {
        PushOutcome failed = outcome_of(order.error());
        if (failed.state == State::unknown) failed.state = State::retry;  // reading has no effect
        return failed;
    }
    const std::string reference = std::to_string(shipment.shipment_id);
    const auto plan = Planner(*order, shipment, reference, number).plan();
    if (const auto* known = std::get_if<PushOutcome>(&plan)) return *known;

    Call call{Operation::confirm_shipment,
              "/orders/v0/orders/" + path_part(shipment.external_order_id) + "/shipmentConfirmation"};
    call.method = "POST";
    call.push = true;
    const std::string& marketplace_id =
        order->marketplace_id.empty() ? client_.settings().marketplace_ids.front() : order->marketplace_id;
    JsonWriter writer(call.body);
    writer.begin_object().field("marketplaceId", marketplace_id).key("packageDetail").begin_object();
    writer.field("packageReferenceId", reference);  // a text: numbers are refused since January 2026
    writer.field("carrierCode", carrier.code);
    if (!carrier.name.empty()) writer.field("carrierName", carrier.name);
    if (shipment.service && !trim(*shipment.service).empty()) writer.field("shippingMethod", *shipment.service);
    writer.field("trackingNumber", number).field("shipDate", ship_date(shipment, *order, client_.now()));
    writer.key("orderItems").begin_array();
    for (const auto& line : std::get<Lines>(plan))
        writer.begin_object().field("orderItemId", line.external_line_id).field("quantity", line.quantity).end_object();
    writer.end_array().end_object().end_object();

    const auto answer = client_.call(call);
    if (!answer) return refused(answer.error());
    PushOutcome done = outcome(State::succeeded, {}, {});
    done.provider_id = reference;
    return done;
}

}  // namespace crossdock::connectors::amazon
