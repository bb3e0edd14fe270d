// SPDX-License-Identifier: Apache-2.0
// What becomes of an order when the seller's systems do nothing: a plan made at checkout, played by the agenda.
#include <cmath>

#include "sandbox/walmart/world.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

void World::plan_life(const Order& order) {
    const std::int64_t id = order.id;
    const auto plan = [&](double probability, double mean_hours, auto what) {
        const double roll = random.unit();  // both drawn always, so that one probability does not shift the others
        const double hours = -std::log(1.0 - random.unit()) * mean_hours;
        const Timestamp when =
            now() + std::chrono::milliseconds(60'000 + static_cast<std::int64_t>(hours * 3'600'000.0));
        if (roll < probability) agenda.at(when, [this, id, what] { what(*this, orders.at(id)); });
    };
    const bool walmart_ships = order.node_type != 0;
    // Before the start there was nobody else to ship: most of the history was handled by hand.
    const bool history = now() < born_ + std::chrono::days(options_.history_days) - std::chrono::days(2);
    plan(walmart_ships ? 1.0
         : history     ? 0.9
                       : options_.staff_ships,
         20.0, [](World& world, Order& it) { world.ship_by_staff(it, 0, world.random.below(5) == 0 ? 1 : 0); });
    plan(walmart_ships ? 0.0 : 0.04, 2.0, [](World& world, Order& it) { world.want_cancel(it); });
    plan(walmart_ships ? 0.0 : 0.05, 6.0, [](World& world, Order& it) {
        const Line& line = it.lines[static_cast<std::size_t>(world.random.below(it.lines.size()))];
        world.cancel_units(it, line.number, world.random.below(2) == 0 ? 1 : 0, kCancelReasons[0]);
    });
    plan(0.9, 96.0, [](World& world, Order& it) { world.deliver(it); });
    plan(0.03, 120.0, [](World& world, Order& it) { world.refund_line(it, it.lines.front().number, 100); });
    plan(0.12, 130.0, [](World& world, Order& it) {
        StartReturn wish;
        wish.replacement = world.random.below(6) == 0;
        wish.keep_it = world.random.below(7) == 0;
        if (world.random.below(4) == 0) wish.restocking_fee_cents = 66;
        if (const Return* begun = world.start_return(it, wish)) world.plan_return_life(*begun);
    });
}

void World::plan_return_life(const Return& it) {
    const std::int64_t id = it.id;
    const bool cancelled = random.below(10) == 0;
    agenda.at(now() + std::chrono::hours(40 + random.below(40)), [this, id, cancelled] {
        Return& back = returns.at(id);
        if (cancelled) {
            cancel(back);
            return;
        }
        arrive(back);
        // Unit by unit now and then: refundedQty grows.
        refund(back, random.below(3) == 0 ? 1 : 0);
    });
    agenda.at(now() + std::chrono::hours(90 + random.below(40)), [this, id] { refund(returns.at(id), 0); });
}

}  // namespace crossdock::sandbox::walmart
