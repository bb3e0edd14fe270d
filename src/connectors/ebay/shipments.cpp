// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/shipments.h"

#include <algorithm>
#include <map>
#include <span>
#include <variant>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/ebay/order_to_ship.h"
#include "connectors/ebay/outcome.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::ebay {
namespace {

using State = PushOutcome::State;
using Lines = std::vector<ShipmentToPush::Line>;

constexpr std::int64_t kBadTracking = 32300, kBadDate = 32500, kTooManyNumbers = 34100;
constexpr std::int64_t kMixedProgrammes = 34200, kSeveralOfProgramme = 34300, kNoSuchLine = 32200;

/// Letters and digits: carriers print numbers in groups, eBay refuses the gaps. nullopt when there is more than gaps.
std::optional<std::string> bare_number(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '.' || c == '\t') continue;
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!plain) return std::nullopt;
        out += c;
    }
    return out;
}

/// What to send, or what is to be said instead. Pure.
class ParcelPlanner {
public:
    ParcelPlanner(const OrderToShip& order, const ShipmentToPush& shipment, std::string number)
        : order_(order), shipment_(shipment), number_(std::move(number)) {
        for (const auto& parcel : order_.parcels)
            if (equals_ignoring_case(parcel.tracking_number, number_))
                for (const auto& [line, units] : parcel.lines) under_number_[line] += units;
        for (const auto& parcel : order_.parcels) {
            known_ = known_ || equals_ignoring_case(parcel.tracking_number, number_);
            // Marked as shipped by hand, without a number: the number is still wanted.
            if (parcel.tracking_number.empty())
                for (const auto& [line, units] : parcel.lines) numberless_[line] += units;
        }
    }

    std::variant<PushOutcome, Lines> plan() const {
        if (const auto done = there_already()) return *done;
        if (order_.by_ebay)
            return outcome(State::failed, "fulfilled_by_ebay", "eBay ships this order; there is nothing to confirm");
        if (order_.state == OrderToShip::State::cancelled)
            return outcome(State::failed, "order_cancelled", "the order was cancelled at eBay");
        if (order_.state == OrderToShip::State::unpaid)
            return outcome(State::waiting, "payment_pending",
                           "the order is not paid yet at eBay; it takes no shipment");
        return shipment_.lines.empty() ? everything() : named_lines();
    }

private:
    /// Our number with our goods: an earlier attempt, or somebody in Seller Hub.
    [[nodiscard]] std::optional<PushOutcome> there_already() const {
        if (!known_) return std::nullopt;
        if (shipment_.lines.empty() && order_.remaining() > 0) return std::nullopt;
        for (const auto& line : shipment_.lines) {
            const auto found = under_number_.find(line.external_line_id);
            if (found == under_number_.end() || found->second < line.quantity) return std::nullopt;
        }
        PushOutcome done =
            outcome(State::succeeded, "already_shipped", "eBay already has a parcel with this tracking number");
        done.provider_id = number_;
        return done;
    }

    [[nodiscard]] std::variant<PushOutcome, Lines> everything() const {
        Lines lines;
        for (const auto& line : order_.lines)
            if (line.remaining() > 0) lines.push_back({line.id, line.remaining()});
        if (!lines.empty()) return lines;
        for (const auto& [line, units] : numberless_)
            if (units > 0) lines.push_back({line, units});
        if (!lines.empty()) return lines;
        std::string message = "nothing of the order is left to ship at eBay";
        if (!order_.parcels.empty())
            message +=
                "; it was shipped with tracking number " + in_quotes(order_.parcels.back().tracking_number.substr(0, 60));
        return outcome(State::failed, "nothing_to_ship", message);
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
                return outcome(State::failed, "line_unknown", "eBay's order has no line " + in_quotes(id.substr(0, 40)));
            // What an earlier attempt has sent of it under this number is not sent again.
            const auto sent = under_number_.find(id);
            const std::int64_t left = units - (sent == under_number_.end() ? 0 : std::min(units, sent->second));
            if (left == 0) continue;
            const auto by_hand = numberless_.find(id);
            const std::int64_t open = found->remaining() + (by_hand == numberless_.end() ? 0 : by_hand->second);
            if (left > open)
                too_many += " line " + id + " " + std::to_string(left) + " asked, " + std::to_string(open) + " open;";
            lines.push_back({id, left});
        }
        if (too_many.empty()) return lines;
        too_many.pop_back();
        return outcome(State::failed, "quantity_exceeds_open", "more units than eBay has open:" + too_many);
    }

    const OrderToShip& order_;
    const ShipmentToPush& shipment_;
    std::string number_;
    std::map<std::string, std::int64_t> under_number_, numberless_;
    bool known_ = false;
};

/// Not in the future, and not before the order: eBay refuses both.
std::string shipped_date(const ShipmentToPush& shipment, const OrderToShip& order, Timestamp now) {
    Timestamp at = std::min(shipment.ship_date.value_or(now), now);
    at = std::max(at, std::min(order.ordered_at, now));
    return with_millis(std::chrono::floor<std::chrono::seconds>(at));
}

/// eBay's refusals, with what they mean.
PushOutcome refused_parcel(const Error& error, const Refusal& why) {
    PushOutcome out = outcome_of(error);
    // Something moved at the same time: the next attempt reads the order first.
    if (error.kind == ErrorKind::conflict) out.state = State::retry;
    if (out.state != State::failed) return out;
    if (why.has(kBadTracking))
        out.message += ". Check the tracking number, and the carrier against /api/v1/carrier_codes";
    else if (why.has(kBadDate))
        out.message += ". The ship date must not lie before the order or in the future";
    else if (why.has(kTooManyNumbers))
        out.message += ". eBay takes no further tracking number for this order; add it in Seller Hub";
    else if (why.has(kNoSuchLine))
        out.message += ". The order has changed at eBay; it is read again";
    return out;
}

}  // namespace

PushOutcome Shipments::push_shipment(const ShipmentToPush& shipment) {
    const auto number = bare_number(shipment.tracking_number);
    if (!number)
        return outcome(
            State::failed, "tracking_number_invalid",
            "eBay takes tracking numbers of letters and digits only; correct the shipment's tracking_number");
    if (number->empty())
        return outcome(State::failed, "tracking_number_missing", "the shipment has no tracking number");
    const std::string carrier = carriers_.canonical(shipment.carrier);
    if (carrier.empty()) return outcome(State::failed, "carrier_missing", "the shipment has no carrier");
    if (shipment.external_order_id.empty())
        return outcome(State::failed, "order_unknown", "the shipment names no order");

    const auto order = read_order_to_ship(client_, shipment.external_order_id);
    if (!order) {
        PushOutcome failed = outcome_of(order.error());
        if (failed.state == State::unknown) failed.state = State::retry;  // reading has no effect
        return failed;
    }
    const auto plan = ParcelPlanner(*order, shipment, *number).plan();
    if (const auto* known = std::get_if<PushOutcome>(&plan)) return *known;
    const Lines& lines = std::get<Lines>(plan);

    std::string fulfillment_id;
    const auto send = [&](std::span<const ShipmentToPush::Line> part, Refusal& why) -> Status {
        Call call{Api::fulfillment, "createShippingFulfillment",
                  "/order/" + path_part(shipment.external_order_id) + "/shipping_fulfillment"};
        call.method = "POST";
        call.push = true;
        JsonWriter writer(call.body);
        writer.begin_object().key("lineItems").begin_array();
        for (const auto& line : part)
            writer.begin_object()
                .field("lineItemId", line.external_line_id)
                .field("quantity", line.quantity)
                .end_object();
        writer.end_array().field("shippedDate", shipped_date(shipment, *order, client_.now()));
        writer.field("shippingCarrierCode", carrier).field("trackingNumber", *number).end_object();
        const auto answer = client_.call(call, &why);
        if (!answer) return answer.error();
        const auto slash = answer->location.rfind('/');
        fulfillment_id = slash == std::string::npos ? *number : answer->location.substr(slash + 1);
        return ok();
    };
    Refusal why;
    auto sent = send(lines, why);
    // Lines of a global shipping programme want a call each. What was sent of them stands under our number, where the
    // next attempt finds it.
    if (!sent && lines.size() > 1 && (why.has(kMixedProgrammes) || why.has(kSeveralOfProgramme)))
        for (const auto& line : lines) {
            why = {};
            sent = send(std::span{&line, 1}, why);
            if (!sent) break;
        }
    if (!sent) return refused_parcel(sent.error(), why);
    PushOutcome done = outcome(State::succeeded, {}, {});
    done.provider_id = fulfillment_id;
    return done;
}

}  // namespace crossdock::connectors::ebay
