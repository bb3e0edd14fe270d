// SPDX-License-Identifier: Apache-2.0
// Shipping updates: what is checked before anything changes, and what they change.
#include <algorithm>

#include "sandbox/walmart/world.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kLongestSellerOrderId = 30;
constexpr auto kCorrectWithin = 4h;
constexpr auto kClockTolerance = 5min;  // a ship date may be so far ahead of Walmart's clock

std::string named(int line) { return "line number " + std::to_string(line); }

std::optional<Refusal> check_tracking(const Order& order, int line, const Tracking& tracking, Timestamp now) {
    if (tracking.carrier.empty() == tracking.other_carrier.empty())
        return Refusal::content("carrierName", "Exactly one of carrier and otherCarrier is needed in " + named(line));
    if (!tracking.carrier.empty() && !is_carrier(tracking.carrier))
        return Refusal::content("carrier", "Carrier \"" + tracking.carrier + "\" is not supported in " + named(line) +
                                               ". Use otherCarrier with a trackingURL");
    if (!tracking.other_carrier.empty() && tracking.url.empty())
        return Refusal::content("trackingURL", "Tracking URL is mandatory with otherCarrier in " + named(line));
    if (tracking.method_code != order.method_code)
        return Refusal::content("methodCode", "Method code is not supported in " + named(line));
    if (tracking.number.empty())
        return Refusal::content("trackingNumber", "Tracking number cannot be empty in " + named(line));
    if (tracking.ship_date_ms < to_ms(order.created))
        return Refusal::content("shipDateTime", "Ship date is before the order date in " + named(line));
    if (tracking.ship_date_ms > to_ms(now + kClockTolerance))
        return Refusal::content("shipDateTime", "Ship date cannot be in the future in " + named(line));
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> World::check_shipping(Order& order, const ShipLine& wanted, std::size_t position) const {
    const Line* line = order.line(wanted.number);
    if (line == nullptr)
        return Refusal::content("lineNumber", "orderLine[" + std::to_string(position) + "]: " + named(wanted.number) +
                                                  " is not in this purchase order");
    if (options_.seller_order_id_required && wanted.seller_order_id.empty())
        return Refusal::content("sellerOrderId", "sellerOrderId is missing in " + named(wanted.number));
    if (wanted.seller_order_id.size() > kLongestSellerOrderId)
        return Refusal::content("sellerOrderId",
                                "sellerOrderId is longer than 30 characters in " + named(wanted.number));
    if (line->wants_cancel && !wanted.intent_to_cancel_override)
        return Refusal::content("intentToCancelOverride", "The buyer has asked to cancel " + named(wanted.number) +
                                                              ". Set intentToCancelOverride to ship it");
    int units = 0;
    for (const ShipEntry& entry : wanted.entries) {
        if (auto refusal = check_tracking(order, wanted.number, entry.tracking, now())) return refusal;
        units += entry.quantity;
    }
    const int ready = line->in(LineStatus::acknowledged);
    if (units <= ready) return std::nullopt;
    if (line->in(LineStatus::created) > 0)
        return Refusal::content("orderLineStatus", "The order is not acknowledged yet: " + named(wanted.number));
    if (ready == 0)
        return Refusal::content("orderLineStatus", "Status update is not allowed: " + named(wanted.number) +
                                                       " is already shipped or cancelled");
    return Refusal::content("statusQuantity", "Quantity " + std::to_string(units) + " exceeds the " +
                                                  std::to_string(ready) + " units left to ship in " +
                                                  named(wanted.number));
}

void World::put_shipped(Order& order, Line& line, const ShipEntry& entry, bool staff) {
    const bool doubled = std::any_of(line.units.begin(), line.units.end(), [&](const Units& part) {
        return part.tracking && part.tracking->number == entry.tracking.number;
    });
    if (doubled) ++counters.shipments_doubled;
    ++counters.shipments;
    Units shipped{LineStatus::shipped, entry.quantity, {}, {}, std::make_shared<Tracking>(entry.tracking), staff};
    // Without an address of the seller's own, Walmart makes one.
    if (shipped.tracking->url.empty())
        shipped.tracking->url = "https://www.walmart.com/tracking?tracking_id=" + entry.tracking.number +
                                "&order_id=" + std::to_string(order.id);
    move_units(order, line, LineStatus::acknowledged, std::move(shipped));
}

std::optional<Refusal> World::ship(Order& order, const std::vector<ShipLine>& lines, bool staff) {
    if (order.node_type == 1 && !staff)
        return Refusal::content("purchaseOrderId", "WFS orders are shipped by Walmart and cannot be changed");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            if (lines[earlier].number == lines[i].number)
                return Refusal::content("lineNumber", named(lines[i].number) + " is given twice");
        }
        if (auto refusal = check_shipping(order, lines[i], i)) return refusal;
    }
    for (const ShipLine& wanted : lines) {
        Line& line = *order.line(wanted.number);
        for (const ShipEntry& entry : wanted.entries) put_shipped(order, line, entry, staff);
        line.seller_order_id = wanted.seller_order_id;
    }
    touch(order);
    if (listener) listener({"ORDER_SHIPPED", &order, nullptr});
    return std::nullopt;
}

std::optional<Refusal> World::correct_tracking(Order& order, const std::vector<ShipLine>& lines) {
    std::vector<std::pair<Units*, const Tracking*>> changes;
    for (const ShipLine& wanted : lines) {
        Line* line = order.line(wanted.number);
        if (line == nullptr)
            return Refusal::content("lineNumber", named(wanted.number) + " is not in this purchase order");
        for (const ShipEntry& entry : wanted.entries) {
            if (auto refusal = check_tracking(order, wanted.number, entry.tracking, now())) return refusal;
            std::vector<Units*> shipped;
            for (Units& part : line->units) {
                if (part.status == LineStatus::shipped && part.tracking &&
                    (entry.current_number.empty() || part.tracking->number == entry.current_number))
                    shipped.push_back(&part);
            }
            if (shipped.empty())
                return Refusal::content("currentTrackingInfo", "There is no such package in " + named(wanted.number));
            if (shipped.size() > 1)
                return Refusal::content("currentTrackingInfo",
                                        "currentTrackingInfo is needed: several packages in " + named(wanted.number));
            if (shipped.front()->since + kCorrectWithin < now())
                return Refusal::content("processMode",
                                        "Tracking can be updated within 4 hours only: " + named(wanted.number));
            changes.emplace_back(shipped.front(), &entry.tracking);
        }
    }
    for (const auto& [units, tracking] : changes) *units->tracking = *tracking;
    touch(order);
    return std::nullopt;
}

bool World::ship_by_staff(Order& order, int line_number, int units) {
    if (order.node_type == 0) acknowledge(order);
    std::vector<ShipLine> lines;
    for (const Line& line : order.lines) {
        const int ready = line.in(LineStatus::acknowledged);
        const int count = units == 0 ? ready : std::min(units, ready);
        if (count == 0 || (line_number != 0 && line.number != line_number)) continue;
        ShipEntry entry;
        entry.quantity = count;
        entry.tracking = {to_ms(now()),
                          "USPS",
                          "",
                          std::string(order.method_code),
                          "9400SBX" + std::to_string(random.next() % 1'000'000'000'000),
                          ""};
        lines.push_back({line.number, "STAFF", true, {entry}});
    }
    return !lines.empty() && !ship(order, lines, true);
}

}  // namespace crossdock::sandbox::walmart
