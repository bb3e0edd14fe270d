// SPDX-License-Identifier: Apache-2.0
// Fulfilment orders and fulfilments, with the refusals (and the very words) of recorded answers.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/shopify/figures.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {
namespace {

Refusal no_fulfillment(std::string message) { return {{"fulfillment"}, std::move(message), ""}; }

std::string joined(const std::set<std::int64_t>& ids) {
    std::string out;
    for (const std::int64_t id : ids) out += (out.empty() ? "" : ", ") + std::to_string(id);
    return "[" + out + "]";
}

}  // namespace

FulfillmentOrder& World::open_group(Order& order, std::int64_t location_id, const std::string& method) {
    FulfillmentOrder& group = order.fulfillment_orders.emplace_back();
    group.order = &order;
    group.id = next_id("FulfillmentOrder");
    group.location_id = location_id;
    const Location* place = location(location_id);
    group.location_name = place != nullptr ? place->name : "";
    group.method = method;
    group.created_at = group.updated_at = now_;
    fulfillment_order_owner_[group.id] = order.id;
    return group;
}

std::optional<Refusal> World::fulfil(const std::vector<ShipGroup>& groups, const std::vector<Tracking>& tracking,
                                     bool notify, std::int64_t& fulfillment_id) {
    if (groups.empty()) return no_fulfillment("Fulfillment order does not exist.");
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].lines) continue;
        for (std::size_t i = 0; i < groups[g].lines->size(); ++i) {
            if ((*groups[g].lines)[i].quantity > 0) continue;
            return Refusal{{"fulfillment", "lineItemsByFulfillmentOrder", std::to_string(g),
                            "fulfillmentOrderLineItems", std::to_string(i), "quantity"},
                           "Quantity must be greater than 0",
                           ""};
        }
    }
    std::set<std::int64_t> owners;
    std::set<std::int64_t> places;
    std::vector<FulfillmentOrder*> found;
    for (const ShipGroup& wanted : groups) {
        Order* owner = order_of_fulfillment_order(wanted.fulfillment_order_id);
        FulfillmentOrder* group = owner == nullptr ? nullptr : owner->fulfillment_order(wanted.fulfillment_order_id);
        if (group == nullptr) return no_fulfillment("Fulfillment order does not exist.");
        owners.insert(owner->id);
        places.insert(group->location_id);
        found.push_back(group);
    }
    if (owners.size() > 1) {
        return no_fulfillment("All fulfillment orders must belong to the same order. Multiple orders with ids " +
                              joined(owners) + " were found.");
    }
    if (places.size() > 1) {
        return no_fulfillment(
            "All fulfillment orders must be assigned to a single location. Multiple locations with ids " +
            joined(places) + " were found.");
    }
    for (const FulfillmentOrder* group : found) {
        if (group->status != "OPEN" && group->status != "IN_PROGRESS") {
            return no_fulfillment("Fulfillment order " + std::to_string(group->id) +
                                  " has an unfulfillable status= " + to_lower(group->status) + ".");
        }
    }
    // Everything is checked before anything happens.
    std::vector<std::pair<FulfillmentOrderLine*, int>> taken;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].lines) {
            for (FulfillmentOrderLine& line : found[g]->lines) {
                if (line.remaining > 0) taken.emplace_back(&line, line.remaining);
            }
            continue;
        }
        for (const ShipLine& wanted : *groups[g].lines) {
            const auto at = std::find_if(found[g]->lines.begin(), found[g]->lines.end(),
                                         [&](const auto& line) { return line.id == wanted.id; });
            int already = 0;
            for (const auto& [line, units] : taken) already += at != found[g]->lines.end() && line == &*at ? units : 0;
            if (at == found[g]->lines.end() || wanted.quantity + already > at->remaining) {
                return no_fulfillment("Invalid fulfillment order line item quantity requested.");
            }
            taken.emplace_back(&*at, wanted.quantity);
        }
    }
    if (taken.empty()) return no_fulfillment("Invalid fulfillment order line item quantity requested.");

    Order& order = *this->order(*owners.begin());
    if (!tracking.empty()) {
        for (const Fulfillment& earlier : order.fulfillments) {
            if (earlier.status == "CANCELLED" || earlier.location_id != *places.begin()) continue;
            for (const Tracking& known : earlier.tracking) {
                if (!known.number.empty() && known.number == tracking.front().number) ++counters.fulfillments_doubled;
            }
        }
    }
    ++counters.fulfillments_created;
    Fulfillment& shipment = order.fulfillments.emplace_back();
    shipment.order = &order;
    shipment.id = fulfillment_id = next_id("Fulfillment");
    fulfillment_owner_[shipment.id] = order.id;
    shipment.name = order.name + "-F" + std::to_string(order.fulfillments.size());
    shipment.location_id = *places.begin();
    shipment.created_at = shipment.updated_at = now_;
    shipment.tracking = tracking;
    shipment.notified = notify;
    for (const auto& [group_line, units] : taken) {
        group_line->remaining -= units;
        Line& line = *order.line(group_line->line_id);
        line.fulfilled += units;
        FulfillmentLine& row = shipment.lines.emplace_back();
        row.order = &order;
        row.id = next_id("FulfillmentLineItem");
        row.line_id = line.id;
        row.fulfillment_order_line_id = group_line->id;
        for (const FulfillmentOrder* group : found) {
            for (const FulfillmentOrderLine& candidate : group->lines) {
                if (&candidate == group_line) row.fulfillment_order_id = group->id;
            }
        }
        row.quantity = units;
        if (Level* stock = stock_of(line, shipment.location_id))
            change_level(*stock, stock->available, stock->committed - units);
    }
    for (FulfillmentOrder* group : found) {
        group->status = group->remaining() == 0 ? "CLOSED" : "IN_PROGRESS";
        group->updated_at = now_;
    }
    Subject subject;
    subject.order = &order;
    subject.fulfillment = &shipment;
    emit("FULFILLMENTS_CREATE", subject);
    touch(order, fulfillment_status(order) == "FULFILLED" ? "ORDERS_FULFILLED" : "ORDERS_PARTIALLY_FULFILLED");
    return std::nullopt;
}

std::optional<Refusal> World::cancel_fulfillment(Order& order, std::int64_t id) {
    for (Fulfillment& shipment : order.fulfillments) {
        if (shipment.id != id) continue;
        if (shipment.status == "CANCELLED") return Refusal{{"id"}, "Fulfillment has already been cancelled.", ""};
        shipment.status = "CANCELLED";
        shipment.display_status = "CANCELED";
        shipment.updated_at = now_;
        // What was in it is to be shipped again, from a new fulfilment order.
        FulfillmentOrder& group = open_group(order, shipment.location_id, "SHIPPING");
        for (const FulfillmentLine& row : shipment.lines) {
            Line& line = *order.line(row.line_id);
            line.fulfilled -= row.quantity;
            const int back = std::min(row.quantity, line.unfulfilled());
            if (back <= 0) continue;
            group.lines.push_back({&order, next_id("FulfillmentOrderLineItem"), line.id, back, back});
            if (Level* stock = stock_of(line, shipment.location_id))
                change_level(*stock, stock->available, stock->committed + back);
        }
        Subject subject;
        subject.order = &order;
        subject.fulfillment = &shipment;
        emit("FULFILLMENTS_UPDATE", subject);
        touch(order);
        return std::nullopt;
    }
    return Refusal{{"id"}, "Fulfillment not found.", ""};
}

bool World::hold(Order& order, FulfillmentOrder& group, const std::string& reason, const std::string& notes) {
    if (!group.fulfillable()) return false;
    group.status = "ON_HOLD";
    group.holds.push_back({next_id("FulfillmentHold"), reason, notes});
    group.updated_at = now_;
    Subject subject;
    subject.order = &order;
    subject.fulfillment_order = &group;
    emit("FULFILLMENT_ORDERS_PLACED_ON_HOLD", subject);
    touch(order);
    return true;
}

bool World::release(Order& order, FulfillmentOrder& group) {
    if (group.status != "ON_HOLD") return false;
    group.status = "OPEN";
    group.holds.clear();
    group.updated_at = now_;
    Subject subject;
    subject.order = &order;
    subject.fulfillment_order = &group;
    emit("FULFILLMENT_ORDERS_HOLD_RELEASED", subject);
    touch(order);
    return true;
}

std::int64_t World::move(Order& order, FulfillmentOrder& group, std::int64_t location_id) {
    const Location* target = location(location_id);
    if (!group.fulfillable() || target == nullptr || !target->active || group.location_id == location_id ||
        group.method == "NONE")
        return 0;
    FulfillmentOrder& fresh = open_group(order, location_id, group.method);
    for (FulfillmentOrderLine& line : group.lines) {
        if (line.remaining == 0) continue;
        fresh.lines.push_back(
            {&order, next_id("FulfillmentOrderLineItem"), line.line_id, line.remaining, line.remaining});
        const Line& sold = *order.line(line.line_id);
        if (Level* stock = stock_of(sold, group.location_id))
            change_level(*stock, stock->available + line.remaining, stock->committed - line.remaining);
        commit(sold, location_id, line.remaining);
        line.total -= line.remaining;
        line.remaining = 0;
    }
    std::erase_if(group.lines, [](const FulfillmentOrderLine& line) { return line.total == 0; });
    group.status = "CLOSED";
    group.replaced = group.lines.empty();
    group.updated_at = now_;
    Subject subject;
    subject.order = &order;
    subject.fulfillment_order = &fresh;
    emit("FULFILLMENT_ORDERS_MOVED", subject);
    touch(order);
    return fresh.id;
}

std::int64_t World::split(Order& order, FulfillmentOrder& group) {
    if (!group.fulfillable() || group.remaining() < 2) return 0;
    FulfillmentOrder& fresh = open_group(order, group.location_id, group.method);
    for (FulfillmentOrderLine& line : group.lines) {
        if (line.remaining == 0) continue;
        const int units = line.remaining > 1 ? line.remaining / 2 : 1;
        fresh.lines.push_back({&order, next_id("FulfillmentOrderLineItem"), line.line_id, units, units});
        line.remaining -= units;
        line.total -= units;
        break;
    }
    std::erase_if(group.lines, [](const FulfillmentOrderLine& line) { return line.total == 0; });
    group.updated_at = now_;
    Subject subject;
    subject.order = &order;
    subject.fulfillment_order = &fresh;
    emit("FULFILLMENT_ORDERS_SPLIT", subject);
    touch(order);
    return fresh.id;
}

std::int64_t World::replace(Order& order, FulfillmentOrder& group) {
    FulfillmentOrder& fresh = open_group(order, group.location_id, group.method);
    for (FulfillmentOrderLine& line : group.lines) {
        if (line.remaining == 0) continue;
        fresh.lines.push_back(
            {&order, next_id("FulfillmentOrderLineItem"), line.line_id, line.remaining, line.remaining});
        line.total -= line.remaining;
        line.remaining = 0;
    }
    std::erase_if(group.lines, [](const FulfillmentOrderLine& line) { return line.total == 0; });
    group.status = "CANCELLED";
    group.replaced = true;
    group.updated_at = now_;
    touch(order);
    return fresh.id;
}

void World::shrink_groups(Order& order, const Line& line, int units, bool restock) {
    for (FulfillmentOrder& group : order.fulfillment_orders) {
        if (group.status == "CLOSED" || group.status == "CANCELLED") continue;
        for (FulfillmentOrderLine& row : group.lines) {
            if (row.line_id != line.id || units == 0) continue;
            const int take = std::min(units, row.remaining);
            row.remaining -= take;
            row.total -= take;
            units -= take;
            if (Level* stock = stock_of(line, group.location_id))
                change_level(*stock, stock->available + (restock ? take : 0), stock->committed - take);
        }
        std::erase_if(group.lines, [](const FulfillmentOrderLine& row) { return row.total == 0; });
        if (group.remaining() == 0) {
            group.status = "CLOSED";
            group.holds.clear();
        }
        group.updated_at = now_;
    }
}

}  // namespace crossdock::sandbox::shopify
