// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/ship_plan.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "connectors/answers.h"
#include "connectors/walmart/line_statuses.h"

namespace crossdock::connectors::walmart {
namespace {

using State = PushOutcome::State;

PushOutcome ends(State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

struct KnownLine {
    std::string number;
    LineStatuses at;
    std::int64_t in_this_parcel = 0;
    bool wants_to_cancel = false;
};

std::vector<KnownLine> read_lines(JsonView order, const std::string& tracking_number) {
    std::vector<KnownLine> out;
    for (const JsonView line : order_lines(order)) {
        KnownLine known{line["lineNumber"].text().value_or(std::string{line["lineNumber"].word()}),
                        read_line_statuses(line), 0, wants_to_cancel(line)};
        for (const auto& parcel : known.at.parcels)
            if (equals_ignoring_case(parcel.tracking_number, tracking_number)) known.in_this_parcel += parcel.units;
        out.push_back(std::move(known));
    }
    return out;
}

std::string last_number(const std::vector<KnownLine>& lines) {
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (!line->at.parcels.empty()) return line->at.parcels.back().tracking_number;
    return {};
}

PushOutcome already_there() {
    return ends(State::succeeded, "already_shipped", "Walmart already has a parcel with this tracking number");
}

PushOutcome nothing_left(const std::vector<KnownLine>& lines) {
    std::string message = "nothing of the order is left to ship at Walmart";
    if (const std::string number = last_number(lines); !number.empty())
        message += "; it was shipped with tracking number " + in_quotes(number.substr(0, 60)) +
                   ". A wrong number is corrected in Seller Center; Walmart takes that for four hours";
    return ends(State::failed, "nothing_to_ship", std::move(message));
}

void take(ShipPlan& plan, const KnownLine& line, std::int64_t units) {
    plan.lines.push_back({line.number, units, line.wants_to_cancel});
    plan.acknowledge_first = plan.acknowledge_first || line.at.created > 0;
}

std::variant<PushOutcome, ShipPlan> everything(const std::vector<KnownLine>& lines) {
    ShipPlan plan;
    bool in_parcel = false;
    for (const KnownLine& line : lines) {
        in_parcel = in_parcel || line.in_this_parcel > 0;
        if (line.at.open() > 0) take(plan, line, line.at.open());
    }
    if (!plan.lines.empty()) return plan;
    return in_parcel ? already_there() : nothing_left(lines);
}

std::variant<PushOutcome, ShipPlan> named_lines(const std::vector<KnownLine>& lines, const ShipmentToPush& shipment) {
    std::map<std::string, std::int64_t> wanted;
    for (const auto& line : shipment.lines)
        if (line.quantity > 0) wanted[line.external_line_id] += line.quantity;
    if (wanted.empty()) return ends(State::failed, "nothing_to_ship", "the shipment names no units");
    ShipPlan plan;
    std::string too_many;
    for (const auto& [number, units] : wanted) {
        const auto found = std::find_if(lines.begin(), lines.end(),
                                        [&number = number](const KnownLine& line) { return line.number == number; });
        if (found == lines.end())
            return ends(State::failed, "line_unknown", "Walmart's order has no line " + in_quotes(number.substr(0, 40)));
        const std::int64_t missing = units - std::min(units, found->in_this_parcel);
        if (missing == 0) continue;
        if (missing > found->at.open())
            too_many += " line " + number + " " + std::to_string(missing) + " asked, " +
                        std::to_string(found->at.open()) + " open;";
        take(plan, *found, missing);
    }
    if (plan.lines.empty()) return already_there();
    if (too_many.empty()) return plan;
    too_many.pop_back();
    return ends(State::failed, "quantity_exceeds_open", "more units than Walmart has open:" + too_many);
}

}  // namespace

std::variant<PushOutcome, ShipPlan> plan_shipment(JsonView order, const ShipmentToPush& shipment,
                                                  const std::string& tracking_number) {
    if (is_shipped_by_walmart(order))
        return ends(State::failed, "fulfilled_by_walmart",
                    "Walmart ships this order (WFS); there is nothing to confirm");
    const auto lines = read_lines(order, tracking_number);
    const bool cancelled = !lines.empty() && std::all_of(lines.begin(), lines.end(),
                                                         [](const KnownLine& line) { return line.at.is_cancelled(); });
    if (cancelled) return ends(State::failed, "order_cancelled", "the order was cancelled at Walmart");
    return shipment.lines.empty() ? everything(lines) : named_lines(lines, shipment);
}

}  // namespace crossdock::connectors::walmart
