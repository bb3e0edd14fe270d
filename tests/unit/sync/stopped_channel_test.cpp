// SPDX-License-Identifier: Apache-2.0
// A channel whose credentials are gone, from the first refusal to the moment it goes on by itself.
#include "sync/stopped_channel.h"

#include <algorithm>

#include "connectors/push_outcome.h"
#include "jobs/runner.h"
#include "observability/log.h"
#include "scripted_channel.h"
#include "store/inventory_repo.h"
#include "sync/check_channel.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using store::ChannelState;

Error frozen() { return {ErrorKind::denied, "shopify_shop_frozen", "Shopify answered HTTP 402; the shop is frozen"}; }

struct Shop final : connectors::OrderSource, connectors::StockSink {
    std::optional<Error> failure;
    int calls = 0;
    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        ++calls;
        if (failure) return *failure;
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string&) override {
        return Error{ErrorKind::not_found, "", ""};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view) const override {
        return connectors::MappedOrder{};
    }

    [[nodiscard]] std::size_t max_batch() const override { return 10; }
    std::vector<connectors::PushOutcome> push_stock(std::span<const connectors::StockLine> lines,
                                                    const std::string&) override {
        ++calls;
        return std::vector<connectors::PushOutcome>(
            lines.size(), failure ? connectors::outcome_of(*failure) : connectors::PushOutcome{});
    }
};
struct Refunds final : connectors::RefundSource {
    std::optional<Error> failure;
    int calls = 0;
    Result<connectors::RefundPage> fetch_refunds(const connectors::PullWindow&, const std::string&) override {
        ++calls;
        if (failure) return *failure;
        return connectors::RefundPage{};
    }
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return 24h; }
    [[nodiscard]] Result<domain::Refund> map_refund(const connectors::RawRefund&,
                                                    std::vector<domain::Problem>&) const override {
        return domain::Refund{};
    }
};

/// With the real queue: jobs run as the runner runs them, the clock moves by hand.
class StoppedChannel : public SyncTest {
protected:
    StoppedChannel() {
        script.orders = &shop;
        script.stock = &shop;
        script.refunds = &refunds;
        start();
    }
    /// As a start of the program does.
    void start() {
        jobs::RunnerOptions options;
        options.boot_id = "boot " + std::to_string(++boots);
        runner = std::make_unique<jobs::Runner>(*database, database.clock, random, options);
        const auto add = [&](std::string_view name, domain::Lane lane, std::unique_ptr<jobs::Handler> handler) {
            jobs::KindOptions kind;
            kind.lane = lane;
            kind.is_push = lane == domain::Lane::push;
            if (name != kCheckChannel) handler = unless_stopped(env, std::move(handler));
            runner->add(std::string{name}, kind, std::move(handler));
        };
        add(kPullOrders, domain::Lane::orders, std::make_unique<PullOrders>(env));
        add(kPullRefunds, domain::Lane::orders, std::make_unique<PullRefunds>(env));
        add(kPushStock, domain::Lane::push, std::make_unique<PushStock>(env));
        add(kCheckChannel, domain::Lane::orders, std::make_unique<CheckChannel>(env));
        database->write([&](db::Session& session) { check_stopped_channels(session, database.clock.now()); });
    }
    void ask(const domain::JobSpec& spec) {
        database->write([&](db::Session& session) { store::JobRepo(session).enqueue(spec, database.clock.now()); });
    }
    /// What the timers would ask for every minute.
    void let(std::chrono::minutes time) {
        for (auto minute = 0min; minute <= time; minute += 1min) {
            ask(pull_orders_job(database.channel, database.clock.now()));
            ask(pull_refunds_job(database.channel, database.clock.now()));
            for (int jobs_run = 0; runner->run_one(); ++jobs_run) ASSERT_LT(jobs_run, 100);
            if (minute < time) database.clock.advance(1min);
        }
    }
    void wants_stock(std::int64_t quantity) {
        database->write([&](db::Session& session) {
            store::InventoryUpdate update;
            update.account_id = database.channel.account_id;
            update.channel_id = database.channel.id;
            update.sku = "MUG-01";
            update.target = "MUG-01";
            update.quantity = quantity;
            update.status = "pending";
            store::InventoryRepo(session).insert(update, database.clock.now());
        });
        ask(push_stock_job(database.channel, database.clock.now()));
    }
    /// Nothing is granted any more.
    void freeze() { shop.failure = refunds.failure = script.access = frozen(); }
    void thaw() {
        shop.failure.reset();
        refunds.failure.reset();
        script.access.reset();
    }
    std::int64_t events(const std::string& type) { return number("count(*) FROM events WHERE type = '" + type + "'"); }

    Shop shop;
    Refunds refunds;
    std::unique_ptr<jobs::Runner> runner;
    int boots = 0;
    log::Capture quiet{log::Level::info};
};

TEST_F(StoppedChannel, IsStoppedByTheFirstRefusalThatItsCheckConfirms) {
    let(0min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    freeze();
    let(1min);
    const auto channel = stored_channel();
    EXPECT_EQ(channel.state, ChannelState::stopped);
    EXPECT_EQ(channel.state_code, "shopify_shop_frozen");
    for (const char* words : {"the shop is frozen", "config file", "every hour", "crossdock channel test"})
        EXPECT_NE(channel.state_message->find(words), std::string::npos) << *channel.state_message;
    const auto lines = quiet.lines();
    EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                            [](const auto& line) { return line.find("channel_stopped") != std::string::npos; }));
}

TEST_F(StoppedChannel, IsKnockedAtOnceAnHour) {
    let(0min);
    freeze();
    let(5min);
    const int calls = shop.calls + refunds.calls, checks = script.access_checks;
    wants_stock(5);
    let(24h);
    EXPECT_EQ(shop.calls + refunds.calls, calls) << "no work asks it anything";
    EXPECT_GE(script.access_checks - checks, 23);
    EXPECT_LE(script.access_checks - checks, 25);
    EXPECT_EQ(events("channel.error"), 2) << "refused, then stopped; not once an hour";
    EXPECT_EQ(number("count(*) FROM jobs WHERE state = 'dead'"), 0);
    EXPECT_EQ(number("max(attempt) FROM jobs"), 0) << "waiting is not failing";
}

TEST_F(StoppedChannel, GoesOnByItselfWithinTheHour) {
    let(0min);
    freeze();
    let(150min);
    wants_stock(5);
    let(1min);
    thaw();
    let(60min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    EXPECT_EQ(events("channel.recovered"), 1);
    EXPECT_TRUE(problems().empty());
    EXPECT_EQ(text("status FROM inventory_updates"), "succeeded");
    EXPECT_EQ(number("count(*) FROM jobs WHERE state = 'retry'"), 0) << "everything that waited went on";
}

TEST_F(StoppedChannel, GoesOnAtOnceWhenAPersonAsks) {
    let(0min);
    freeze();
    let(10min);
    thaw();
    const int calls = shop.calls;
    database->write([&](db::Session& session) {
        store::JobRepo(session).hasten(database.channel.id, {kPullOrders}, database.clock.now());
        try_again(session, database.channel, database.clock.now());
    });
    let(0min);
    EXPECT_GT(shop.calls, calls);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
}

TEST_F(StoppedChannel, StaysStoppedWhenAPersonAsksInVain) {
    let(0min);
    freeze();
    let(10min);
    database->write([&](db::Session& session) {
        store::JobRepo(session).hasten(database.channel.id, {kPullOrders, kPullRefunds}, database.clock.now());
        try_again(session, database.channel, database.clock.now());
    });
    let(0min);
    EXPECT_EQ(stored_channel().state, ChannelState::stopped);
    const int calls = shop.calls + refunds.calls;
    let(50min);
    EXPECT_EQ(shop.calls + refunds.calls, calls);
}

TEST_F(StoppedChannel, IsCheckedAtEveryStart) {
    let(0min);
    freeze();
    let(10min);
    thaw();
    start();
    let(0min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    EXPECT_TRUE(problems().empty());
}

TEST_F(StoppedChannel, ThatOnlyStumblesIsInTheLogOnceAndAgainWhenItIsWell) {
    const auto lines = [&](const std::string& word) {
        std::int64_t count = 0;
        for (const std::string& line : quiet.lines()) count += line.find(word) == std::string::npos ? 0 : 1;
        return count;
    };
    let(0min);
    EXPECT_EQ(lines(" channel_connected "), 1);
    shop.failure = Error{ErrorKind::unavailable, "net_not_sent", "connection refused"};
    refunds.failure = Error{ErrorKind::unavailable, "shopify_server_error", "Shopify answered HTTP 500"};
    let(30min);
    EXPECT_EQ(lines(" channel_degraded "), 1) << "not with every attempt, though two streams fail in turn";
    EXPECT_EQ(lines("connection refused. It is tried again by itself"), 1);
    EXPECT_EQ(lines(" channel_recovered "), 0);
    thaw();
    let(20min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    EXPECT_EQ(lines(" channel_recovered "), 1);
}

TEST_F(StoppedChannel, IsNotStoppedByOneStreamThatIsRefused) {
    let(0min);
    refunds.failure = Error{ErrorKind::denied, "ebay_denied", "the seller has no access to Finances"};
    let(24h);
    EXPECT_EQ(stored_channel().state, ChannelState::degraded);
    EXPECT_EQ(stored_channel().state_code, "stream_refused");
    EXPECT_EQ(stored_channel().state_message->substr(0, 9), "refunds: ");
    EXPECT_GE(shop.calls, 24 * 60) << "orders come as before";
    EXPECT_LE(refunds.calls, 27) << "and the refused stream asks once an hour";
    EXPECT_EQ(events("channel.error"), 1);
    EXPECT_EQ(events("channel.recovered"), 0) << "no to and fro";
    EXPECT_EQ(problems(), std::vector<std::string>{"stream refunds ebay_denied"});
    refunds.failure.reset();
    let(60min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    EXPECT_TRUE(problems().empty());
}

TEST_F(StoppedChannel, AStreamThatIsSwitchedOffIsNoReasonAnyMore) {
    let(0min);
    refunds.failure = Error{ErrorKind::denied, "amazon_denied", "the role is missing"};
    let(10min);
    ASSERT_EQ(stored_channel().state_code, "stream_refused");
    Schedule schedule;
    schedule.catalog = std::nullopt;
    const auto forget = [&] {
        const store::Channel held = stored_channel();
        database->write(
            [&](db::Session& session) { forget_what_is_off(session, held, schedule, database.clock.now()); });
    };
    forget();
    EXPECT_EQ(stored_channel().state_code, "stream_refused") << "refunds are still wanted";
    EXPECT_FALSE(problems().empty());
    schedule.refunds = std::nullopt;
    forget();
    EXPECT_TRUE(problems().empty());
    let(2min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok) << "the next success of anything says so";
}

TEST_F(StoppedChannel, IsNotStoppedByACheckThatLacksAPermissionOfItsOwn) {
    let(0min);
    script.access = frozen();
    ask(check_channel_job(database.channel, database.clock.now()));
    const int calls = shop.calls;
    let(10min);
    EXPECT_NE(stored_channel().state, ChannelState::stopped);
    EXPECT_GE(shop.calls - calls, 10);
}

TEST_F(StoppedChannel, IsStoppedByARefusedPush) {
    let(0min);
    freeze();
    wants_stock(5);
    for (int jobs_run = 0; runner->run_one(); ++jobs_run) ASSERT_LT(jobs_run, 100);
    EXPECT_EQ(stored_channel().state, ChannelState::stopped) << "a channel that only pushes is stopped, too";
    EXPECT_EQ(text("status FROM inventory_updates"), "pending") << "it is still wanted";
    thaw();
    let(61min);
    EXPECT_EQ(text("status FROM inventory_updates"), "succeeded");
}

TEST_F(StoppedChannel, OneRefusalThatPassesCostsNoHour) {
    let(0min);
    shop.failure = frozen();
    ask(pull_orders_job(database.channel, database.clock.now()));
    ASSERT_TRUE(runner->run_one());
    shop.failure.reset();
    const int calls = shop.calls;
    let(1min);
    EXPECT_GT(shop.calls, calls) << "its check was granted, so it is tried again at once";
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
}

TEST_F(StoppedChannel, StaysStoppedWhenItsCheckDoesNotGetThrough) {
    let(0min);
    freeze();
    let(5min);
    script.access = Error{ErrorKind::unavailable, "net_no_answer", "no answer"};
    let(120min);
    EXPECT_EQ(stored_channel().state, ChannelState::stopped);
    thaw();
    let(61min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
}

TEST_F(StoppedChannel, ThatNeverWorkedIsStoppedByItsFirstCheck) {
    freeze();
    let(0min);
    EXPECT_EQ(stored_channel().state, ChannelState::stopped);
    EXPECT_EQ(shop.calls, 0) << "what it says of itself is asked first";
    thaw();
    let(61min);
    EXPECT_EQ(stored_channel().state, ChannelState::ok);
    EXPECT_GT(shop.calls, 0);
}

}  // namespace
}  // namespace crossdock::sync
