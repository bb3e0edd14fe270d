// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/shipments.h"

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/order_to_ship.h"

namespace crossdock::connectors::shopify {
namespace {

using State = PushOutcome::State;
using FulfillmentOrder = OrderToShip::FulfillmentOrder;
using Fulfillment = OrderToShip::Fulfillment;

/// One fulfilmentCreate: at one location, from its fulfilment orders; no units named means all that remain.
struct Step {
    struct Part {
        std::string fulfillment_order;
        std::vector<std::pair<std::string, std::int64_t>> units;  // fulfilment order line and how many
    };
    std::string location_id;
    std::vector<Part> parts;
};

/// A number to be added to a fulfilment that is already there: a second parcel of the same goods.
struct AddNumber {
    const Fulfillment* fulfillment;
};

using Plan = std::variant<PushOutcome, std::vector<Step>, AddNumber>;

PushOutcome outcome(State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

/// What to do about one shipment, given what the order looks like now. Pure.
class Planner {
public:
    Planner(const OrderToShip& order, const ShipmentToPush& shipment, bool foreign_allowed)
        : order_(order), shipment_(shipment), foreign_allowed_(foreign_allowed) {
        for (const Fulfillment& one : order.fulfillments)
            if (one.carries(shipment.tracking_number)) carrying_.push_back(&one);
    }

    Plan plan() {
        if (order_.cancelled)
            return carrying_.empty() ? outcome(State::failed, "order_cancelled", "the order was cancelled at Shopify")
                                     : already_there();
        return shipment_.lines.empty() ? plan_everything() : plan_lines();
    }

private:
    [[nodiscard]] PushOutcome already_there() const {
        PushOutcome done =
            outcome(State::succeeded, "already_shipped", "Shopify already has a fulfilment with this tracking number");
        done.provider_id = carrying_.front()->gid;
        return done;
    }
    [[nodiscard]] bool is_done_at(const std::string& location_id) const {
        return std::any_of(carrying_.begin(), carrying_.end(),
                           [&](const auto* one) { return one->location_id == location_id; });
    }
    [[nodiscard]] bool is_ours(const FulfillmentOrder& one) const { return foreign_allowed_ || !one.foreign; }
    [[nodiscard]] bool can_ship(const FulfillmentOrder& one) const {
        return one.is_open() && one.can_create && is_ours(one);
    }

    static Step& step_at(std::vector<Step>& steps, const std::string& location_id) {
        for (Step& step : steps)
            if (step.location_id == location_id) return step;
        return steps.emplace_back(Step{location_id, {}});
    }

    Plan plan_everything() {
        std::vector<Step> steps;
        for (const FulfillmentOrder& one : order_.fulfillment_orders)
            if (can_ship(one) && !is_done_at(one.location_id))
                step_at(steps, one.location_id).parts.push_back({one.gid, {}});
        if (!steps.empty()) return steps;
        if (!carrying_.empty()) return already_there();
        if (auto wait = held({})) return *wait;
        return nothing_open({});
    }

    Plan plan_lines() {
        std::map<std::string, std::int64_t> wanted;
        for (const auto& line : shipment_.lines)
            wanted[std::string{gid_digits(line.external_line_id)}] += line.quantity;
        // What an earlier attempt has brought under this number is done.
        for (const Fulfillment* one : carrying_)
            for (const auto& [line, units] : one->units)
                if (const auto found = wanted.find(line); found != wanted.end()) found->second -= units;
        std::erase_if(wanted, [](const auto& entry) { return entry.second <= 0; });
        if (wanted.empty()) {
            if (!carrying_.empty()) return already_there();
            return outcome(State::failed, "nothing_to_ship", "the shipment names no units");
        }
        const auto asked = wanted;

        std::vector<const FulfillmentOrder*> candidates;
        for (const FulfillmentOrder& one : order_.fulfillment_orders)
            if (can_ship(one)) candidates.push_back(&one);
        std::stable_partition(candidates.begin(), candidates.end(),
                              [&](const auto* one) { return !is_done_at(one->location_id); });
        std::vector<Step> steps;
        for (const FulfillmentOrder* one : candidates) allocate(*one, wanted, steps);
        if (wanted.empty()) return steps;

        if (auto wait = held(wanted)) return *wait;
        for (const auto& [line, units] : wanted)
            if (!is_known(line))
                return outcome(State::failed, "line_unknown",
                               "Shopify has nothing to ship for line " + line + " of the order");
        if (steps.empty()) return nothing_open(asked);
        std::string message = "more units than Shopify has open:";
        for (const auto& [line, units] : asked) {
            const auto missing = wanted.find(line);
            message += " line " + line + " " + std::to_string(units) + " asked, " +
                       std::to_string(units - (missing == wanted.end() ? 0 : missing->second)) + " open;";
        }
        message.pop_back();
        return outcome(State::failed, "quantity_exceeds_open", message);
    }

    static void allocate(const FulfillmentOrder& one, std::map<std::string, std::int64_t>& wanted,
                         std::vector<Step>& steps) {
        Step::Part part{one.gid, {}};
        for (const auto& line : one.lines) {
            const auto found = wanted.find(line.line_id);
            if (found == wanted.end() || line.remaining <= 0) continue;
            const std::int64_t units = std::min(found->second, line.remaining);
            part.units.emplace_back(line.gid, units);
            found->second -= units;
            if (found->second == 0) wanted.erase(found);
        }
        if (!part.units.empty()) step_at(steps, one.location_id).parts.push_back(std::move(part));
    }

    [[nodiscard]] bool is_known(const std::string& line_id) const {
        for (const FulfillmentOrder& one : order_.fulfillment_orders)
            for (const auto& line : one.lines)
                if (line.line_id == line_id) return true;
        return false;
    }

    /// Waiting, when fulfilment orders on hold or scheduled have what is wanted (nothing named: anything).
    [[nodiscard]] std::optional<PushOutcome> held(const std::map<std::string, std::int64_t>& wanted) const {
        std::map<std::string, std::int64_t> left = wanted;
        const FulfillmentOrder* holder = nullptr;
        for (const FulfillmentOrder& one : order_.fulfillment_orders) {
            if (!one.is_held() || !is_ours(one)) continue;
            if (holder == nullptr) holder = &one;
            for (const auto& line : one.lines)
                if (const auto found = left.find(line.line_id); found != left.end()) found->second -= line.remaining;
        }
        std::erase_if(left, [](const auto& entry) { return entry.second <= 0; });
        if (holder == nullptr || !left.empty()) return std::nullopt;
        if (holder->status == "SCHEDULED")
            return outcome(State::waiting, "scheduled", "the order is scheduled for later at Shopify");
        return outcome(
            State::waiting, "on_hold",
            "the order is on hold at Shopify" + (holder->hold_reason.empty() ? "" : ": " + holder->hold_reason));
    }

    /// Nothing open for what was asked: a second parcel of goods that are under way, or a reason why not.
    [[nodiscard]] Plan nothing_open(const std::map<std::string, std::int64_t>& asked) const {
        bool foreign = false, closed_to_us = false;
        for (const FulfillmentOrder& one : order_.fulfillment_orders) {
            foreign = foreign || (one.is_open() && !is_ours(one));
            closed_to_us = closed_to_us || (one.is_open() && is_ours(one) && !one.can_create);
        }
        const Fulfillment* latest = nullptr;
        for (const Fulfillment& one : order_.fulfillments) {
            const bool concerned = asked.empty() || std::any_of(asked.begin(), asked.end(), [&](const auto& entry) {
                                       return one.units.contains(entry.first);
                                   });
            if (concerned && (latest == nullptr || latest->created_at <= one.created_at)) latest = &one;
        }
        if (foreign)
            return outcome(
                State::failed, "foreign_fulfillment_service",
                "a fulfilment service ships this order; set ship_for_fulfillment_services to ship for it all the same");
        if (closed_to_us)
            return outcome(
                State::failed, "not_fulfillable",
                "Shopify takes no fulfilment for the order now: it was handed to somebody else, or a scope is missing");
        if (latest != nullptr) return AddNumber{latest};
        if (order_.fulfillment_orders.empty())
            return outcome(State::failed, "no_fulfillment_orders",
                           "Shopify shows no fulfilment orders; grant the app the scopes read_ and "
                           "write_merchant_managed_fulfillment_orders");
        return outcome(State::failed, "nothing_to_ship", "nothing of the order is left to ship at Shopify");
    }

    const OrderToShip& order_;
    const ShipmentToPush& shipment_;
    bool foreign_allowed_;
    std::vector<const Fulfillment*> carrying_;
};

std::string create_variables(const Step& step, const Carriers::Company& company, const std::string& number,
                             bool notify) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("fulfillment").begin_object().key("lineItemsByFulfillmentOrder").begin_array();
    for (const auto& part : step.parts) {
        writer.begin_object().field("fulfillmentOrderId", part.fulfillment_order);
        if (!part.units.empty()) {
            writer.key("fulfillmentOrderLineItems").begin_array();
            for (const auto& [line, units] : part.units)
                writer.begin_object().field("id", line).field("quantity", units).end_object();
            writer.end_array();
        }
        writer.end_object();
    }
    writer.end_array().key("trackingInfo").begin_object().field("company", company.name).field("number", number);
    if (!company.url.empty()) writer.field("url", company.url);
    writer.end_object().field("notifyCustomer", notify).end_object().key("message").null().end_object();
    return out;
}

std::string update_variables(const Fulfillment& fulfillment, const Carriers::Company& company,
                             const std::string& number, bool notify) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("fulfillmentId", fulfillment.gid).key("trackingInfoInput").begin_object();
    // One company for all numbers of a fulfilment: the first parcel's link must stay right.
    writer.field("company", fulfillment.company.empty() ? company.name : fulfillment.company)
        .key("numbers")
        .begin_array();
    for (const auto& known : fulfillment.numbers) writer.value(known);
    writer.value(number).end_array().end_object().field("notifyCustomer", notify).end_object();
    return out;
}

}  // namespace

PushOutcome Shipments::push_shipment(const ShipmentToPush& shipment) {
    const std::string gid = to_gid("Order", shipment.external_order_id);
    if (gid.empty())
        return outcome(State::failed, "order_unknown",
                       "\"" + in_quotes(shipment.external_order_id.substr(0, 60)) + "\" is no Shopify order id");
    const std::string number{trim(shipment.tracking_number)};
    if (number.empty()) return outcome(State::failed, "tracking_number_missing", "the shipment has no tracking number");
    const Carriers::Company company = carriers_.company(shipment.carrier, number);
    const bool notify = client_.settings().notify_customer;

    std::string made;  // ids of what this call has made
    // A refusal mostly means that the order changed between reading and writing: read again, and try once more.
    for (bool second = false;; second = true) {
        const auto order = read_order_to_ship(client_, gid, !shipment.lines.empty());
        if (!order) {
            PushOutcome failed = outcome_of(order.error());
            if (failed.state == State::unknown) failed.state = State::retry;  // reading has no effect
            return failed;
        }
        const Plan plan = Planner(*order, shipment, client_.settings().ship_for_fulfillment_services).plan();
        if (const auto* known = std::get_if<PushOutcome>(&plan)) return *known;

        std::string refusal;
        if (const auto* parcel = std::get_if<AddNumber>(&plan)) {
            const auto answer =
                client_.call({"fulfillment_tracking_update",
                              update_variables(*parcel->fulfillment, company, number, notify), 19, true});
            if (!answer) return outcome_of(answer.error());
            refusal = user_errors_text(answer->data["fulfillmentTrackingInfoUpdate"]["userErrors"]);
            if (refusal.empty()) {
                PushOutcome done = outcome(State::succeeded, "tracking_added",
                                           "a further tracking number of a fulfilment that was there");
                done.provider_id = parcel->fulfillment->gid;
                return done;
            }
        } else {
            for (const Step& step : std::get<std::vector<Step>>(plan)) {
                const auto answer =
                    client_.call({"fulfillment_create", create_variables(step, company, number, notify), 19, true});
                if (!answer) return outcome_of(answer.error());
                const JsonView payload = answer->data["fulfillmentCreate"];
                refusal = user_errors_text(payload["userErrors"]);
                if (!refusal.empty()) break;
                if (!made.empty()) made += ",";
                made += payload["fulfillment"]["id"].text().value_or("");
            }
            if (refusal.empty()) return {State::succeeded, {}, {}, made, {}};
        }
        if (second) return {State::failed, "shopify_refused", refusal, made, {}};
    }
}

}  // namespace crossdock::connectors::shopify
