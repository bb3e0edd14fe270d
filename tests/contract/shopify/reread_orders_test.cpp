// SPDX-License-Identifier: Apache-2.0
// The nightly re-read of open orders through the real connector, against the simulated shop: a change that no list of
// changes ever tells.
#include "sync/reread_orders.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "connectors/shopify/factory.h"
#include "sandbox/shopify/shop.h"
#include "support/in_process_http.h"
#include "support/temporary_database.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Kind = jobs::JobOutcome::Kind;

class RereadingAShop : public ::testing::Test {
protected:
    RereadingAShop() {
        sandbox::shopify::ShopOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.products = 5;
        shop = make_shop(options, database.clock);
        http.mount("https://demo-shop.myshopify.com", *shop);
        Channels::Entry entry;
        entry.id = database.channel.id;
        entry.account_id = database.channel.account_id;
        entry.setup.code = database.channel.code;
        entry.setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}}, {"access_token", Secret{"shpat_demo"}}};
        entry.factory = factory.get();
        entry.settings.first_sync = 24h * 60;
        channels.add(std::move(entry));
    }

    template <class Handler>
    jobs::JobOutcome run(const domain::JobSpec& spec) {
        domain::Job job;
        job.account_id = spec.account_id;
        job.channel_id = spec.channel_id;
        job.lane = spec.lane;
        job.kind = spec.kind;
        job.unique_key = spec.unique_key;
        job.args = spec.args;
        jobs::JobOutcome outcome;
        int runs = 0;
        do {
            jobs::JobContext context{job};
            outcome = Handler(env).run(context);
            job.cursor = outcome.cursor;
            database.clock.advance(outcome.delay);
        } while (outcome.kind == Kind::again && ++runs < 50);
        return outcome;
    }
    jobs::JobOutcome pull() { return run<PullOrders>(pull_orders_job(database.channel, database.clock.now())); }
    jobs::JobOutcome reread() { return run<RereadOrders>(reread_orders_job(database.channel, database.clock.now())); }

    /// Where the hub says the order's only line ships from; 0 when it says nothing.
    std::int64_t location_of(std::int64_t order) {
        const std::string body = database->read([&](db::Session& session) {
            db::Statement statement(session, "SELECT body FROM orders WHERE external_order_id = ?");
            const std::string id = std::to_string(order);
            statement.bind(id);
            return statement.step() ? statement.string(0) : std::string{};
        });
        if (body.empty()) return 0;
        const json shown = json::parse("{" + body + "}");
        const json& location = shown["line_items"][0]["assigned_location_id"];
        return location.is_number() ? location.get<std::int64_t>() : 0;
    }
    /// To another location; the shop's search index never learns of it.
    void move_silently(std::int64_t order) {
        shop->add_fault({"late_order", 1, "", 10 * 365 * 24 * 3600});
        ASSERT_TRUE(shop->move(order));
    }

    crossdock::testing::TemporaryDatabase database;
    SeededRandom random{3};
    crossdock::testing::InProcessHttp http;
    std::unique_ptr<sandbox::shopify::Shop> shop;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::shopify::make_shopify_factory();
    Channels channels{{http, database.clock, random}};
    Env env{*database, database.clock, random, channels, [] {}, ""};
};

TEST_F(RereadingAShop, FindsAMoveThatNoListTells) {
    const std::int64_t order = shop->place_order({.items = {}, .lines = 1, .paid = true});
    database.clock.advance(1h);
    ASSERT_EQ(pull().kind, Kind::done);
    const std::int64_t before = location_of(order);
    ASSERT_NE(before, 0);

    database.clock.advance(72h);
    move_silently(order);
    database.clock.advance(1h);
    ASSERT_EQ(pull().kind, Kind::done);
    ASSERT_EQ(run<PullOrders>(nightly_orders_job(database.channel, database.clock.now())).kind, Kind::done);
    EXPECT_EQ(location_of(order), before) << "no list told it";

    ASSERT_EQ(reread().kind, Kind::done);
    EXPECT_NE(location_of(order), before);
    EXPECT_NE(location_of(order), 0);
}

// Sixty days after it was placed the shop does not show an order to an app without read_all_orders. It is not lost.
TEST_F(RereadingAShop, LeavesAloneWhatTheShopDoesNotShow) {
    const std::int64_t order = shop->place_order({.items = {}, .lines = 1, .paid = true});
    database.clock.advance(1h);
    ASSERT_EQ(pull().kind, Kind::done);
    ASSERT_NE(location_of(order), 0);
    database.clock.advance(24h * 61);
    ASSERT_EQ(reread().kind, Kind::done);
    const auto problems = database->read([&](db::Session& session) {
        db::Statement statement(session,
                                "SELECT count(*) FROM problems WHERE subject = 'order' AND resolved_at_ms IS NULL");
        statement.step();
        return statement.integer(0);
    });
    EXPECT_EQ(problems, 0);
}

}  // namespace
}  // namespace crossdock::sync
