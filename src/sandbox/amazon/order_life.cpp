// SPDX-License-Identifier: Apache-2.0
// What happens to orders by itself: the next one arrives, payments are authorised, Amazon ships, buyers change their
// mind.
#include <cmath>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {

void World::schedule_next_order() {
    if (options_.orders_per_hour <= 0) return;
    const double hours = -std::log(1.0 - random_.unit()) / options_.orders_per_hour;
    const auto wait = std::chrono::milliseconds(static_cast<std::int64_t>(hours * 3'600'000) + 1);
    at(std::max(now_, born_) + wait, [this] {
        PlaceOrder wish;
        wish.paid = false;
        place(wish);
        schedule_next_order();
    });
}

void World::schedule_life(Order& order) {
    const std::uint32_t number = order.index;
    const auto plan = [&](double chance, double minutes, auto what) {
        const bool happens = random_.unit() < chance;
        const auto wait =
            std::chrono::milliseconds(static_cast<std::int64_t>(minutes * (0.5 + random_.unit()) * 60'000));
        if (happens) at(order.created_at + wait, [this, number, what] { what(*this, orders[number]); });
    };
    plan(1.0, 12, [](World& world, Order& it) { world.authorise(it); });
    plan(0.04, 45, [](World& world, Order& it) { world.request_cancel(it, "Ordered by mistake"); });
    plan(0.05, 90, [](World& world, Order& it) {
        if (!it.afn) world.cancel(it);
    });
    plan(0.03, 120, [](World& world, Order& it) { world.cancel_units(it, 1); });
    if (order.afn) {
        plan(0.2, 240, [](World& world, Order& it) { world.ship(it, true); });
        plan(1.0, 540, [](World& world, Order& it) { world.ship(it, false); });
    } else {
        plan(options_.staff_ships / 3, 240, [](World& world, Order& it) { world.ship(it, true); });
        plan(options_.staff_ships, 480, [](World& world, Order& it) { world.ship(it, false); });
    }
    const bool deferred = random_.unit() < 0.25;
    const double kind = random_.unit();
    plan(0.10, 48 * 60, [deferred, kind](World& world, Order& it) {
        RefundWish wish;
        wish.units = kind < 0.5 ? 1 : 0;
        wish.kind = kind < 0.12   ? RefundKind::goodwill
                    : kind < 0.2  ? RefundKind::restocked
                    : kind > 0.96 ? RefundKind::claim
                    : kind > 0.93 ? RefundKind::chargeback
                                  : RefundKind::refund;
        wish.deferred = deferred;
        world.refund(it, wish);
    });
}

}  // namespace crossdock::sandbox::amazon
