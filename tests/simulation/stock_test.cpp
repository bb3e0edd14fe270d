// SPDX-License-Identifier: Apache-2.0
// G10: of all figures the ERP sent for an item, the newest one stands at the shop in the end, and at no moment did an
// older one follow a newer, whatever the network and the power did in between. Every figure of the simulation is higher
// than all before it, so that a step back at the shop is one out of turn.
#include <gtest/gtest.h>

#include <cstdio>
#include <iterator>

#include "simulation/checks.h"
#include "simulation/scale.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using sandbox::Fault;

constexpr int kSeeds = 5;
constexpr int kRounds = 250;

TEST(Stock, TheNewestFigureWins) {
    std::int64_t figures = 0, targets = 0, failed = 0, crashes = 0, faults = 0, stale = 0, sets = 0;
    const auto all = seeds(kSeeds);
    for (const std::uint64_t seed : all) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        WorldOptions options;
        options.seed = seed;
        options.webhooks = false;
        options.shop.orders = 0;
        options.shop.orders_per_hour = 0;
        options.shop.products = 10;
        options.schedule.orders = 24h;
        options.schedule.catalog = 24h;
        SimulatedWorld world(options);
        Erp erp(world);
        world.run_for(1h);
        std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> highest;
        world.on_moment = [&] {
            for (const auto& level : world.shop().stock()) {
                std::int64_t& before = highest[{level.item_id, level.location_id}];
                // What the shop had before the first figure is below 1000.
                if (level.on_hand < before) {
                    ++stale;
                    ADD_FAILURE() << "item " << level.item_id << " went back from " << before << " to "
                                  << level.on_hand;
                }
                before = level.on_hand;
            }
        };
        static const char* const kinds[] = {"not_sent",  "no_answer", "no_answer_after", "no_answer_after", "cut",
                                            "truncated", "status",    "status_after",    "throttle",        "errors"};
        for (int round = 0; round < kRounds; ++round) {
            erp.repeat_unanswered();
            erp.push_stock(static_cast<int>(1 + world.chance.below(8)));
            if (world.chance.below(3) == 0) {
                Fault fault;
                fault.kind = kinds[world.chance.below(std::size(kinds))];
                fault.count = static_cast<int>(1 + world.chance.below(3));
                world.shop().add_fault(fault);
            }
            // Three ends of the process in one and the same run park its job (G14), which is another promise: between
            // two of them the queue gets the time to finish something.
            if (round % 3 == 2) {
                world.disarm();
                world.run_for(90min);
                continue;
            }
            switch (round % 3 == 0 ? world.chance.below(6) : 9) {
                case 0: world.cut_power_at_request(1, true); break;
                case 1: world.cut_power_at_request(1, false); break;
                case 2: world.cut_power_at_disk_call(1 + world.chance.below(120)); break;
                default: break;
            }
            // Often the next figure comes before the last one has left.
            world.run_for(world.chance.below(3) == 0 ? 1s : std::chrono::seconds(world.chance.below(1800)));
        }
        world.shop().clear_faults();
        world.disarm();
        world.run_for(2h);
        erp.repeat_unanswered();
        world.run_for(2h);
        const auto checked = expect_stock_settled(world, erp, true);
        expect_queue_healthy(world);
        figures += erp.figures_accepted;
        targets += checked.targets;
        failed += checked.failed;
        crashes += world.crashes();
        faults += world.shop().counters().faults;
        sets += world.shop().counters().stock_sets;
        if (HasFailure()) {
            std::printf("failed with CROSSDOCK_SIM_SEED=%llu\n", static_cast<unsigned long long>(seed));
            break;
        }
    }
    EXPECT_LT(failed * 4, targets);
    std::printf(
        "[figures] G10: seeds %llu..%llu, %lld figures accepted for %lld items, %lld faults, %lld power cuts, %lld "
        "sets at the shop: "
        "%lld out of turn, last figure shown for %lld of %lld, %lld failed with words\n",
        static_cast<unsigned long long>(all.front()), static_cast<unsigned long long>(all.back()),
        static_cast<long long>(figures), static_cast<long long>(targets), static_cast<long long>(faults),
        static_cast<long long>(crashes), static_cast<long long>(sets), static_cast<long long>(stale),
        static_cast<long long>(targets - failed), static_cast<long long>(targets), static_cast<long long>(failed));
}

}  // namespace
}  // namespace crossdock::testing
