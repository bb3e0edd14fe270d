// SPDX-License-Identifier: Apache-2.0
// G13: one order that cannot be understood stays one order.
#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>

#include "simulation/checks.h"
#include "simulation/scale.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;

WorldOptions shop_with(int orders) {
    WorldOptions options;
    options.seed = 13;
    options.webhooks = false;
    options.shop.orders = orders;
    options.shop.orders_per_hour = 0;
    options.shop.life_cycle = false;
    options.shop.staff_ships = 0;
    options.shop.products = 20;
    options.schedule.orders = 10min;
    return options;
}

TEST(Poison, OneBadOrderAmongManyIsListedAndHeals) {
    const int orders = static_cast<int>(1'000 * std::min(scale(), 10.0));
    SimulatedWorld world(shop_with(orders));
    const auto ledger = world.shop().ledger();
    ASSERT_EQ(ledger.size(), static_cast<std::size_t>(orders));
    const auto& victim = ledger[ledger.size() / 2];
    const std::string id = std::to_string(victim.id);
    world.shop().poison(victim.id, "createdAt", "\"the day before yesterday\"");
    world.run_for(1h);

    EXPECT_EQ(world.number("SELECT count(*) FROM orders"), orders - 1);
    EXPECT_EQ(world.number("SELECT count(*) FROM orders WHERE external_order_id = '" + id + "'"), 0);
    const auto listed = world.rows(
        "SELECT subject_key, message FROM problems WHERE subject = 'order' AND code = 'unmappable' AND resolved_at_ms "
        "IS NULL",
        2);
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0][0], id);
    EXPECT_NE(listed[0][1].find("createdAt"), std::string::npos) << listed[0][1];
    EXPECT_EQ(world.number("SELECT count(*) FROM order_versions WHERE external_order_id = '" + id + "'"), 1)
        << "it is kept as sent";
    EXPECT_EQ(world.number("SELECT count(*) FROM jobs WHERE state IN ('dead', 'quarantined')"), 0);
    const std::int64_t imported = world.number("SELECT count(*) FROM orders");

    world.shop().poison(victim.id, "createdAt", "");
    ASSERT_TRUE(world.shop().change_note(victim.id, "all is well again"));
    world.run_for(1h);
    EXPECT_EQ(world.number("SELECT count(*) FROM orders"), orders);
    EXPECT_EQ(world.number("SELECT count(*) FROM problems WHERE code = 'unmappable' AND resolved_at_ms IS NULL"), 0);
    expect_orders_as_in_the_shop(world, 25min);
    std::printf("[figures] G13: 1 poisoned order among %d: %lld imported, %zu listed, healed by its next change\n",
                orders, static_cast<long long>(imported), listed.size());
}

}  // namespace
}  // namespace crossdock::testing
