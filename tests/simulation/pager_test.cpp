// SPDX-License-Identifier: Apache-2.0
// G12: lists that never end do not make a storm of jobs. The run ends in the problem `pager_stuck`, the rest of the hub
// goes on, and once the list behaves everything that was missed is there.
#include <gtest/gtest.h>

#include <cstdio>

#include "simulation/checks.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;

struct Pager {
    const char* name;
    const char* fault;  // of the shop; null: the world makes it
    int tokens;         // different ones in turn; 0: each one new
};

class Pagers : public ::testing::TestWithParam<Pager> {};

TEST_P(Pagers, EndInANamedProblemAndHeal) {
    WorldOptions options;
    options.seed = 12;
    options.webhooks = false;
    options.shop.orders = 40;
    options.shop.orders_per_hour = 3;
    options.shop.products = 10;
    options.schedule.orders = 10min;
    options.schedule.catalog = 6h;
    SimulatedWorld world(options);
    world.run_for(2h);
    ASSERT_EQ(world.number("SELECT count(*) FROM problems WHERE code = 'pager_stuck'"), 0);
    const std::int64_t rows_before = world.number("SELECT count(*) FROM jobs");
    const std::int64_t requests_before = world.requests();

    const Pager& pager = GetParam();
    if (pager.fault != nullptr)
        world.shop().add_fault({pager.fault, 0, "HubOrdersPage"});
    else
        world.never_end_pages_of("HubOrdersPage", pager.tokens);
    constexpr int kHours = 4;
    world.run_for(std::chrono::hours{kHours});

    EXPECT_GE(world.number("SELECT count(*) FROM problems WHERE subject = 'stream' AND code = 'pager_stuck' AND "
                           "resolved_at_ms IS NULL"),
              1);
    EXPECT_EQ(world.number("SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state IN ('ready', 'running', 'retry') "
                           "GROUP BY unique_key HAVING "
                           "count(*) > 1)"),
              0);
    const std::int64_t live = world.number("SELECT count(*) FROM jobs WHERE state IN ('ready', 'running', 'retry')");
    const std::int64_t rows = world.number("SELECT count(*) FROM jobs") - rows_before;
    const std::int64_t pulls =
        world.number("SELECT count(*) FROM jobs WHERE kind = 'pull_orders' AND state IN ('ready', 'running', 'retry')");
    const std::int64_t requests = world.requests() - requests_before;
    EXPECT_LE(pulls, 2);  // the running stream and the nightly one
    EXPECT_LE(live, 20);
    EXPECT_LE(rows, 20 * kHours);
    // At most a few pages every five minutes.
    EXPECT_LE(requests, 12 * 30 * kHours);

    world.shop().clear_faults();
    world.never_end_pages_of("", 0);
    world.run_for(2h);
    EXPECT_EQ(world.number("SELECT count(*) FROM problems WHERE subject_key = 'orders' AND code = 'pager_stuck' AND "
                           "resolved_at_ms IS NULL"),
              0);
    const auto orders = expect_orders_as_in_the_shop(world, 25min);
    std::printf(
        "[figures] G12, %s pager for %d h: %lld requests, %lld rows more in jobs, %lld live, %lld pulls; afterwards "
        "%lld orders as at "
        "the shop\n",
        pager.name, kHours, static_cast<long long>(requests), static_cast<long long>(rows),
        static_cast<long long>(live), static_cast<long long>(pulls), static_cast<long long>(orders.orders));
}

INSTANTIATE_TEST_SUITE_P(All, Pagers,
                         ::testing::Values(Pager{"frozen", nullptr, 1}, Pager{"empty", "empty_page", 0},
                                           Pager{"looping", nullptr, 3}, Pager{"random", nullptr, 0}),
                         [](const auto& tested) { return std::string{tested.param.name}; });

}  // namespace
}  // namespace crossdock::testing
