// SPDX-License-Identifier: Apache-2.0
// What becomes of an order when nobody outside does anything: a plan made at checkout, played by the agenda.
#include <cmath>

#include "sandbox/shopify/figures.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

void World::plan_life(Order& order) {
    const std::int64_t id = order.id;
    const auto later = [&](double mean_hours) {
        const double hours = -std::log(1.0 - random_.unit()) * mean_hours;
        return now_ + std::chrono::milliseconds(60'000 + static_cast<std::int64_t>(hours * 3'600'000.0));
    };
    const auto plan = [&](double probability, double mean_hours, auto what) {
        const double roll = random_.unit();
        const Timestamp when = later(mean_hours);  // drawn always, so that one probability does not shift the others
        if (roll < probability) {
            at(when, [this, id, what] { what(*this, *this->order(id)); });
        }
    };
    if (financial_status(order) != "PAID") {
        plan(0.85, 2.0, [](World& world, Order& it) { world.pay(it); });
    }
    plan(0.05, 1.0, [](World& world, Order& it) {
        world.change_note(it, it.note + (it.note.empty() ? "" : "; ") + "call before delivery");
    });
    plan(0.03, 3.0, [](World& world, Order& it) {
        it.tags.emplace_back("checked");
        world.touch(it);
    });
    plan(0.04, 1.0, [](World& world, Order& it) { world.edit(it); });
    plan(0.05, 4.0, [](World& world, Order& it) { world.cancel(it, "CUSTOMER", true); });
    plan(0.03, 0.5, [](World& world, Order& it) {
        for (FulfillmentOrder& group : it.fulfillment_orders) {
            if (!world.hold(it, group, "INCORRECT_ADDRESS", "waiting for the buyer")) continue;
            world.at(world.now() + 3h, [&world, order_id = it.id, group_id = group.id] {
                Order& held = *world.order(order_id);
                world.release(held, *held.fulfillment_order(group_id));
            });
            return;
        }
    });
    plan(0.02, 2.0, [](World& world, Order& it) {
        for (FulfillmentOrder& group : it.fulfillment_orders) {
            const std::int64_t other = world.locations[group.location_id == world.locations[0].id ? 1 : 0].id;
            if (world.move(it, group, other) != 0) return;
        }
    });
    const bool partly = random_.unit() < 0.2;
    plan(options_.staff_ships, 20.0, [partly](World& world, Order& it) { world.ship_by_staff(it, partly); });
    const bool pending = random_.unit() < 0.2;
    plan(0.06, 36.0, [pending](World& world, Order& it) {
        const bool all = world.random().unit() < 0.3;
        world.refund(it, all ? 0 : 1, pending, world.random().unit() < 0.7 ? "RETURN" : "NO_RESTOCK",
                     all ? "order returned" : "arrived damaged");
    });
    plan(0.3, 60.0, [](World& world, Order& it) {
        if (!it.closed_at && fulfillment_status(it) == "FULFILLED") world.archive(it, true);
    });
}

void World::ship_by_staff(Order& order, bool partly) {
    for (FulfillmentOrder& group : order.fulfillment_orders) {
        if (!group.fulfillable()) continue;
        std::int64_t id = 0;
        const std::string number = "1ZSBX" + std::to_string(next_id("Parcel"));
        ShipGroup shipped{group.id, std::nullopt};
        if (partly && group.remaining() > 1) {
            for (const FulfillmentOrderLine& line : group.lines) {
                if (line.remaining == 0) continue;
                shipped.lines = std::vector<ShipLine>{{line.id, 1}};
                break;
            }
        }
        fulfil({shipped}, {{"UPS", number, ""}}, true, id);
        if (partly) return;
    }
}

}  // namespace crossdock::sandbox::shopify
