// SPDX-License-Identifier: Apache-2.0
// Open orders, read again one by one, against a channel that does what the test says. What changes here moves no date:
// the lists of changes never tell it.
#include "sync/reread_orders.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "scripted_channel.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using nlohmann::json;

/// Orders by id: {"placed", "at" (both in hours before noon), "status", "note", "refunds"}.
struct Shop final : connectors::OrderSource {
    static Timestamp before_noon(int hours) { return from_ms(1'794'000'000'000) - std::chrono::hours{hours}; }

    std::map<std::string, json> orders;
    std::map<std::string, Error> failures;  // of single orders
    std::optional<std::size_t> budget;      // calls until it is used up
    std::optional<std::chrono::milliseconds> shows;
    std::function<void()> on_fetch;
    std::vector<std::string> fetched;

    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string& id) override {
        if (budget && *budget == 0)
            return Error{ErrorKind::rate_limited, "throttled", "slow down", std::chrono::seconds{7}};
        if (budget) --*budget;
        fetched.push_back(id);
        if (on_fetch) on_fetch();
        if (const auto failure = failures.find(id); failure != failures.end()) return failure->second;
        const auto order = orders.find(id);
        if (order == orders.end()) return Error{ErrorKind::not_found, "none", "there is no such order"};
        return raw(id);
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> shown_for() const override { return shows; }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view payload) const override {
        const json text = json::parse(payload);
        connectors::MappedOrder mapped;
        domain::Order& order = mapped.order;
        order.external_order_id = text["id"];
        order.currency = "USD";
        order.ordered_at = before_noon(text["placed"]);
        order.last_remote_update_at = before_noon(text["at"]);
        order.status = *domain::parse_order_status(text.value("status", "open"));
        if (text.contains("note")) order.notes = text["note"].get<std::string>();
        if (text.contains("refunds"))
            for (const json& refund : text["refunds"]) mapped.refunds.push_back({refund, std::nullopt});
        return mapped;
    }

    [[nodiscard]] connectors::RawOrder raw(const std::string& id) const {
        json payload = orders.at(id);
        payload["id"] = id;
        return {id, before_noon(payload["at"]), payload.dump()};
    }
};

class RereadingOrders : public SyncTest {
protected:
    RereadingOrders() {
        script.orders = &shop;
        database.clock.jump_to(Shop::before_noon(0));
    }
    /// An order that the shop has and the hub holds.
    void hold(const std::string& id, int placed, json more = json::object()) {
        more["placed"] = placed;
        if (!more.contains("at")) more["at"] = placed;
        shop.orders[id] = more;
        ScriptedConnector connector(script);
        const connectors::RawOrder raw = shop.raw(id);
        ASSERT_TRUE(record_alone(env, database.channel, understand(connector, raw)));
    }
    /// Runs the job until it ends or waits. Returns the outcomes.
    std::vector<JobOutcome> reread(int most = 50) {
        shop.fetched.clear();
        std::vector<JobOutcome> outcomes;
        do outcomes.push_back(run<RereadOrders>(reread_orders_job(database.channel, database.clock.now())));
        while (outcomes.back().kind == Kind::again && static_cast<int>(outcomes.size()) < most);
        return outcomes;
    }
    std::string note_of(const std::string& id) {
        const std::string body = text("body FROM orders WHERE external_order_id = '" + id + "'");
        const json shown = json::parse("{" + body + "}");
        return shown["notes"].is_null() ? "" : shown["notes"].get<std::string>();
    }
    std::int64_t versions_of(const std::string& id) {
        return number("count(*) FROM order_versions WHERE external_order_id = '" + id + "'");
    }
    using Ids = std::vector<std::string>;

    Shop shop;
    std::string last_cursor_;
};

TEST_F(RereadingOrders, OnlyOpenOnesThatNoNightlyWalkReadsOldestFirst) {
    hold("young", 30);
    hold("old", 300);
    hold("older", 400, {{"status", "partially_fulfilled"}});
    hold("over", 310, {{"status", "fulfilled"}});
    hold("gone", 320, {{"status", "cancelled"}});
    hold("archived", 330, {{"status", "closed"}});
    hold("changed lately", 500, {{"at", 20}});
    hold("changed a while ago", 500, {{"at", 48}});
    const auto outcomes = reread();
    EXPECT_EQ(shop.fetched, (Ids{"changed a while ago", "older", "old"}));
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].kind, Kind::done);
}

TEST_F(RereadingOrders, AChangeThatMovedNoDateIsFoundAndToldOnce) {
    hold("moved", 300, {{"note", "warehouse A"}});
    hold("same", 300);
    const auto events = [&] { return number("count(*) FROM events WHERE type = 'order.updated'"); };
    shop.orders["moved"]["note"] = "warehouse B";
    reread();
    EXPECT_EQ(note_of("moved"), "warehouse B");
    EXPECT_EQ(versions_of("moved"), 2);
    EXPECT_EQ(events(), 1);
    const auto sequence = number("max(seq) FROM orders");

    database.clock.advance(24h);
    reread();
    EXPECT_EQ(shop.fetched.size(), 2U);
    EXPECT_EQ(versions_of("moved"), 2);
    EXPECT_EQ(versions_of("same"), 1);
    EXPECT_EQ(events(), 1);
    EXPECT_EQ(number("max(seq) FROM orders"), sequence);
}

// An order line goes to another warehouse and comes back; the channel's date stands still all the while.
TEST_F(RereadingOrders, ThereAndBackAgainEndsWhereItBegan) {
    hold("moved", 300, {{"note", "warehouse A"}});
    for (const char* where : {"warehouse B", "warehouse A", "warehouse B", "warehouse A"}) {
        database.clock.advance(24h);
        shop.orders["moved"]["note"] = where;
        reread();
        EXPECT_EQ(note_of("moved"), where);
        EXPECT_EQ(versions_of("moved"), 2);
    }
    // A page that was asked for before and comes late is a replay as ever.
    shop.orders["moved"]["note"] = "warehouse B";
    ScriptedConnector connector(script);
    const connectors::RawOrder late = shop.raw("moved");
    EXPECT_FALSE(record_alone(env, database.channel, understand(connector, late)));
    EXPECT_EQ(note_of("moved"), "warehouse A");
}

TEST_F(RereadingOrders, AnAnswerToAnEarlierQuestionIsNoNewerThanWhatCameMeanwhile) {
    hold("moved", 300, {{"note", "warehouse A"}});
    database.clock.advance(24h);
    ScriptedConnector connector(script);
    const auto record_as = [&](const char* where, Timestamp asked_at) {
        shop.orders["moved"]["note"] = where;
        const connectors::RawOrder raw = shop.raw("moved");
        UnderstoodOrder one = understand(connector, raw);
        one.fetched.asked_at = asked_at;
        record_alone(env, database.channel, one);
    };
    record_as("warehouse B", database.clock.now());
    const Timestamp long_ago = database.clock.now();
    database.clock.advance(1min);
    record_as("warehouse A", database.clock.now());
    ASSERT_EQ(note_of("moved"), "warehouse A");
    record_as("warehouse B", long_ago);  // asked before, answered after
    EXPECT_EQ(note_of("moved"), "warehouse A");
}

TEST_F(RereadingOrders, ManyAreReadInOneJobAFewAtATimeWithAPauseBetween) {
    for (int i = 0; i < 25; ++i) hold("order " + std::to_string(i), 1000 - i);
    const auto outcomes = reread();
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].delay, 10s);
    EXPECT_EQ(outcomes[1].delay, 10s);
    EXPECT_EQ(outcomes[2].kind, Kind::done);
    ASSERT_EQ(shop.fetched.size(), 25U);
    for (int i = 0; i < 25; ++i) EXPECT_EQ(shop.fetched[static_cast<std::size_t>(i)], "order " + std::to_string(i));
    EXPECT_EQ(live(kRereadOrders), 0);  // the runs of one job, no new jobs
}

TEST_F(RereadingOrders, OrdersPlacedInTheSameInstantAreAllRead) {
    for (int i = 0; i < 23; ++i) hold("order " + std::to_string(i), 500);
    reread();
    EXPECT_EQ(std::set<std::string>(shop.fetched.begin(), shop.fetched.end()).size(), 23U);
    EXPECT_EQ(shop.fetched.size(), 23U);
}

TEST_F(RereadingOrders, ASmallBudgetGetsToTheEndAllTheSame) {
    for (int i = 0; i < 12; ++i) hold("order " + std::to_string(i), 1000 - i);
    shop.budget = 2;
    std::vector<JobOutcome> outcomes;
    for (int i = 0; i < 40; ++i) {
        outcomes.push_back(run<RereadOrders>(reread_orders_job(database.channel, database.clock.now())));
        if (outcomes.back().kind == Kind::done) break;
        if (outcomes.back().kind == Kind::wait) job_cursor = last_cursor_;
        last_cursor_ = job_cursor;
        shop.budget = 2;
    }
    EXPECT_EQ(outcomes.back().kind, Kind::done);
    EXPECT_EQ(shop.fetched.size(), 12U);  // none twice
    EXPECT_EQ(outcomes[0].kind, Kind::again);
    EXPECT_EQ(outcomes[0].delay, 7s);
    EXPECT_TRUE(problems().empty());
}

TEST_F(RereadingOrders, ADeadChannelIsTheChannelsTroubleAndNoOrders) {
    hold("a", 300);
    shop.failures.insert({"a", {ErrorKind::unavailable, "net_no_answer", "no answer"}});
    const auto outcomes = reread();
    EXPECT_EQ(outcomes.back().kind, Kind::retry);
    EXPECT_EQ(problems(), Ids{"stream orders_reread net_no_answer"});
    shop.failures.clear();
    reread();
    EXPECT_TRUE(problems().empty());
}

TEST_F(RereadingOrders, OneThatCannotBeReadIsListedAndTheOthersFollow) {
    hold("a", 400);
    hold("bad", 350);
    hold("c", 300);
    shop.failures.insert({"bad", {ErrorKind::rejected, "bad_order", "this order cannot be shown"}});
    EXPECT_EQ(reread().back().kind, Kind::done);
    EXPECT_EQ(shop.fetched, (Ids{"a", "bad", "c"}));
    EXPECT_EQ(problems(), Ids{"order bad not_reread"});
    shop.failures.clear();
    database.clock.advance(24h);
    reread();
    EXPECT_TRUE(problems().empty());
}

TEST_F(RereadingOrders, OneTheChannelDoesNotShowAnyMoreIsMarkedKeptAndNotAskedForAgain) {
    hold("lost", 300);
    shop.orders.erase("lost");
    reread();
    EXPECT_EQ(problems(), Ids{"order lost remote_missing"});
    EXPECT_EQ(text("status FROM orders"), "open");
    EXPECT_GT(number("remote_missing_at_ms FROM orders"), 0);
    database.clock.advance(24h);
    reread();
    EXPECT_TRUE(shop.fetched.empty());
    // Some other way it comes back: nothing is left of the complaint.
    shop.orders["lost"] = {{"placed", 300}, {"at", 300}};
    ScriptedConnector connector(script);
    const connectors::RawOrder raw = shop.raw("lost");
    record_alone(env, database.channel, understand(connector, raw));
    EXPECT_TRUE(problems().empty());
}

TEST_F(RereadingOrders, WhatTheChannelCannotShowIsNotAskedForAndNotCalledMissing) {
    hold("too old", 24 * 61);
    hold("old", 24 * 59);
    shop.shows = std::chrono::hours{24 * 60};
    shop.orders.erase("too old");
    reread();
    EXPECT_EQ(shop.fetched, Ids{"old"});
    EXPECT_TRUE(problems().empty());
}

TEST_F(RereadingOrders, ItsRefundsAreLookedForToo) {
    hold("a", 300);
    ASSERT_EQ(live(kPullOrderRefunds), 0);
    shop.orders["a"]["refunds"] = {"refund-1"};
    reread();
    EXPECT_EQ(live(kPullOrderRefunds), 1);
}

TEST_F(RereadingOrders, AnOrderThatIsShippedMeanwhileIsAskedForNoMore) {
    hold("a", 300);
    shop.orders["a"]["status"] = "fulfilled";
    reread();
    EXPECT_EQ(text("status FROM orders"), "fulfilled");
    database.clock.advance(24h);
    reread();
    EXPECT_TRUE(shop.fetched.empty());
}

TEST_F(RereadingOrders, AHubThatStartsAgainAndAgainReadsThemOnce) {
    hold("a", 300);
    reread();
    EXPECT_EQ(shop.fetched, Ids{"a"});
    for (int i = 0; i < 5; ++i) {
        database.clock.advance(1h);
        reread();
        EXPECT_TRUE(shop.fetched.empty());
    }
    database.clock.advance(8h);
    reread();
    EXPECT_EQ(shop.fetched, Ids{"a"});
}

TEST_F(RereadingOrders, ASlowChannelEndsARunBeforeTheLimitOfItsKind) {
    for (int i = 0; i < 5; ++i) hold("order " + std::to_string(i), 1000 - i);
    shop.on_fetch = [&] { database.clock.advance(25s); };
    const auto outcomes = reread();
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[0].delay, 0s);
    EXPECT_EQ(shop.fetched.size(), 5U);
}

}  // namespace
}  // namespace crossdock::sync
