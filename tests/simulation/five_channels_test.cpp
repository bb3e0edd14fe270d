// SPDX-License-Identifier: Apache-2.0
// All providers at once over one hub: orders live, the ERP ships, networks fail and the power goes. When all is quiet
// again no order is missing or there twice, and every push has its end; and a channel that is dead for a day does not
// make the others wait.
//
//   CROSSDOCK_SIM_SEED=17 simulation --gtest_filter='FiveChannels.*'    one seed again
//   CROSSDOCK_SIM_HOURS=8760 simulation --gtest_filter='FiveChannels.*' a year; without it a month
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "support/simulated_world.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::int64_t kUsualHours = 720;

std::int64_t number_from(const char* name, std::int64_t usual) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atoll(text) : usual;
}

WorldOptions five(std::uint64_t seed) {
    WorldOptions options;
    options.seed = seed;
    options.with_shop = false;
    options.webhooks = false;
    for (const auto& [name, make] : markets()) options.markets.push_back(make);
    options.market.orders = 10;
    options.market.orders_per_hour = 0.3;
    options.market.life_cycle = true;
    options.market.items = 15;
    options.schedule.orders = 15min;
    options.schedule.refunds = 4h;
    options.schedule.catalog = 12h;
    return options;
}

std::optional<std::string> status_of(SimulatedWorld& world, const std::string& code, const std::string& id) {
    const auto rows = world.rows("SELECT o.status FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = '" + code +
                                     "' AND o.external_order_id = '" + id + "'",
                                 1);
    if (rows.empty()) return std::nullopt;
    return rows[0][0];
}

void add_fault(SimulatedWorld& world) {
    static const char* const kinds[] = {"not_sent", "no_answer", "throttle", "unauthorized", "html", "no_answer_after", "cut", "truncated"};
    sandbox::Fault fault;
    fault.kind = kinds[world.chance.below(std::size(kinds))];
    fault.count = 1 + static_cast<int>(world.chance.below(3));
    world.market(world.chance.below(world.markets().size())).add_fault(fault);
}

/// Ships one order that the hub believes open; what got no answer is not repeated.
void ship_something(SimulatedWorld& world, int& parcel, std::map<std::string, std::string>& accepted) {
    const auto open = world.rows(
        "SELECT o.id, c.code, o.external_order_id, (SELECT code FROM carrier_codes k WHERE k.channel_id = c.id ORDER BY code LIMIT 1) FROM orders o "
        "JOIN channels c ON c.id = o.channel_id WHERE o.status = 'open' AND o.payment_status <> 'pending' ORDER BY o.id DESC LIMIT 40",
        4);
    if (open.empty()) return;
    const auto& order = open[world.chance.below(open.size())];
    if (order[3].empty()) return;
    const std::string number = "1Z999AA1" + std::to_string(10'000'000 + ++parcel);
    const auto answer = world.post("/api/v1/shipments", {{"shipments", {{{"remote_order_id", std::stoll(order[0])}, {"carrier", order[3]}, {"tracking_number", number}}}}});
    if (answer && answer->status == 201) accepted[number] = order[1] + ' ' + order[2];
}

TEST(FiveChannels, NothingIsLostOrDoubledAndEveryPushEnds) {
    const auto seed = static_cast<std::uint64_t>(number_from("CROSSDOCK_SIM_SEED", 5));
    const std::int64_t hours = number_from("CROSSDOCK_SIM_HOURS", kUsualHours);
    SCOPED_TRACE("CROSSDOCK_SIM_SEED=" + std::to_string(seed));
    SimulatedWorld world(five(seed));
    std::map<std::string, std::string> accepted;
    int parcel = 0;
    std::int64_t faults = 0;
    world.run_for(1h);
    for (std::int64_t step = 0; step < hours * 2; ++step) {
        world.run_for(30min);
        switch (world.chance.below(8)) {
            case 0:
            case 1:
            case 2: ship_something(world, parcel, accepted); break;
            case 3:
            case 4:
                add_fault(world);
                ++faults;
                break;
            case 5:
                if (step % 5 == 0) world.cut_power_at_disk_call(1 + world.chance.below(400));
                break;
            default: break;
        }
    }
    world.disarm();
    for (const auto& market : world.markets()) market->clear_faults();
    world.run_for(30h);  // the nightly stretch and reconciliation included
    // What a channel refuses for now (an order with an open wish to cancel) is tried as long as the retry curve lasts.
    EXPECT_TRUE(world.run_until([&] { return world.number("SELECT count(*) FROM shipments WHERE status IN ('pending', 'processing')") == 0; }, 1h, 96h));

    std::int64_t compared = 0;
    for (const auto& market : world.markets()) {
        const std::string code = market->setup().code;
        for (const Market::Order& order : market->orders()) {
            if (!order.visible || order.updated_at > world.clock.now() - 1h) continue;
            const auto status = status_of(world, code, order.id);
            ++compared;
            EXPECT_TRUE(status) << code << ' ' << order.id << " is lost";
            if (!status) continue;
            EXPECT_EQ(*status == "cancelled", order.cancelled) << code << ' ' << order.id << " is held as " << *status;
        }
    }
    EXPECT_EQ(world.number("SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY channel_id, external_order_id HAVING count(*) > 1)"), 0);
    std::int64_t succeeded = 0, failed = 0;
    for (const auto& row : world.rows("SELECT s.status, c.code || ' ' || s.tracking_number, coalesce(s.error_message, '') FROM shipments s JOIN channels c ON c.id = s.channel_id", 3)) {
        EXPECT_TRUE(row[0] == "succeeded" || row[0] == "failed") << row[1] << " is " << row[0] << ": " << row[2];
        EXPECT_TRUE(row[0] != "failed" || !row[2].empty()) << row[1];
        (row[0] == "succeeded" ? succeeded : failed) += 1;
    }
    for (const auto& market : world.markets())
        for (const Market::Order& order : market->orders()) {
            std::map<std::string, int> times;
            for (const auto& one : market->parcels(order.id)) times[one.tracking_number] += 1;
            for (const auto& [number, count] : times)
                EXPECT_TRUE(!accepted.contains(number) || count <= 2) << number << " of " << order.id;  // a parcel has a line each
        }
    std::printf("five channels: %.0f h, %lld power cuts, %lld faults, %lld orders compared, %lld shipments succeeded, %lld failed with words\n",
                world.hours(), static_cast<long long>(world.crashes()), static_cast<long long>(faults), static_cast<long long>(compared),
                static_cast<long long>(succeeded), static_cast<long long>(failed));
    EXPECT_GT(succeeded, 0);
}

TEST(FiveChannels, ADeadChannelDoesNotDelayTheOthers) {
    WorldOptions options = five(3);
    options.market.orders_per_hour = 0;
    options.market.life_cycle = false;
    options.schedule.orders = 5min;
    SimulatedWorld world(options);
    world.run_for(3h);
    const auto lag_of = [&](Market& market) {
        const std::string id = market.place();
        const Timestamp placed = world.clock.now();
        EXPECT_TRUE(world.run_until([&] { return status_of(world, market.setup().code, id).has_value(); }, 10s, 2h)) << market.setup().code;
        return std::chrono::duration<double, std::ratio<60>>(world.clock.now() - placed).count();
    };
    constexpr std::size_t kDead = 2;
    std::vector<double> before;
    for (const auto& market : world.markets()) before.push_back(lag_of(*market));
    sandbox::Fault dead;
    dead.kind = "no_answer";
    dead.count = 0;
    world.market(kDead).add_fault(dead);
    world.run_for(24h);
    for (std::size_t i = 0; i < world.markets().size(); ++i) {
        if (i == kDead) continue;
        const double lag = lag_of(world.market(i));
        std::printf("%s: a new order is held after %.1f min, %.1f while %s is dead\n", world.market(i).setup().code.c_str(), before[i], lag,
                    world.market(kDead).setup().code.c_str());
        EXPECT_LE(lag, before[i] + 6);
    }
}

}  // namespace
}  // namespace crossdock::testing
