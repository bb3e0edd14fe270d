// SPDX-License-Identifier: Apache-2.0
// Cartons on their way: taken under a ticket, answered later, refused together and then one by one.
#include "services/accept_cartons.h"
#include "store/event_repo.h"
#include "unit/sync/fba_fixture.h"

namespace crossdock::sync {
namespace {

using State = connectors::PushOutcome::State;

class Cartons : public Fba {
protected:
    Cartons() {
        database->write([&](db::Session& session) {
            domain::FbaShipment facts;
            facts.shipment_id = "FBA1001";
            facts.marketplace_id = "ATVPDKIKX0DER";
            facts.shipment_status = "WORKING";
            services::record_fba_shipment(session, database.channel, {"FBA1001", "{}", facts, "the-shipment"},
                                          database.clock.now());
        });
    }
    std::string push(const std::string& sku) {
        const std::string uuid = "push-" + sku + "-" + std::to_string(++pushes);
        const auto answer = database->write([&](db::Session& session) {
            return services::accept_carton(session, database.channel, {"the-shipment", {{sku, 4, 1}}, std::nullopt},
                                           uuid, database.clock.now());
        });
        EXPECT_TRUE(std::holds_alternative<services::AcceptedCarton>(answer));
        return uuid;
    }
    store::CartonPush state(const std::string& uuid) {
        return *database->read(
            [&](db::Session& session) { return store::CartonRepo(session).find(database.channel.account_id, uuid); });
    }
    void expect_end(const std::string& uuid, const std::string& status, const std::string& words = "") {
        const auto push = state(uuid);
        EXPECT_EQ(push.status, status) << uuid;
        EXPECT_NE(push.error_message.value_or("").find(words), std::string::npos) << push.error_message.value_or("");
        EXPECT_EQ(push.error_message.has_value(), status == "failed");
    }
    int pushes = 0;
};

TEST_F(Cartons, GoFromPendingOverProcessingToSucceeded) {
    const auto id = push("A");
    EXPECT_EQ(state(id).status, "pending");
    runner->run_one();
    EXPECT_EQ(state(id).status, "processing");
    EXPECT_EQ(provider.of("check").size(), 0U) << "not before Amazon had time";
    run_for(10min);
    expect_end(id, "succeeded");
    ASSERT_EQ(provider.of("check").size(), 1U);
    EXPECT_EQ(provider.of("check")[0].at - provider.of("push")[0].at, 120s);
    EXPECT_EQ(number("SELECT count(*) FROM push_attempts WHERE kind = 'carton'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM events WHERE subject = 'carton_push'"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM events WHERE type = 'carton_push.succeeded'"), 1);
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Cartons, TheMessageHoldsEveryCartonThatHasNotFailed) {
    push("A");
    push("B");
    run_for(10min);
    push("C");
    run_for(10min);
    ASSERT_EQ(provider.pushed_skus.size(), 2U);
    EXPECT_EQ(provider.pushed_skus[0], (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(provider.pushed_skus[1], (std::vector<std::string>{"A", "B", "C"}));
}

TEST_F(Cartons, WhatComesWhileAmazonWorksWaitsForItsTurn) {
    const auto first = push("A");
    runner->run_one();
    const auto second = push("B");
    run_for(1min);
    EXPECT_EQ(provider.pushed_skus.size(), 1U);
    EXPECT_EQ(state(second).status, "pending");
    run_for(20min);
    expect_end(first, "succeeded");
    expect_end(second, "succeeded");
    EXPECT_EQ(provider.pushed_skus.back(), (std::vector<std::string>{"A", "B"}));
}

TEST_F(Cartons, AmazonsWordsAreKept) {
    const auto id = push("BAD");
    run_for(10min);
    expect_end(id, "failed", "Amazon: Error 8026: BAD is not in the shipment");
    EXPECT_EQ(problems(id, "carton_push"), "amazon_cartons_refused;");
    EXPECT_EQ(number("SELECT count(*) FROM events WHERE type = 'carton_push.failed' AND data LIKE '%Error 8026%'"), 1);
    // The next message leaves it out.
    const auto good = push("A");
    run_for(10min);
    expect_end(good, "succeeded");
    EXPECT_EQ(provider.pushed_skus.back(), (std::vector<std::string>{"A"}));
}

TEST_F(Cartons, OneBadCartonFailsAlone) {
    const auto a = push("A"), bad = push("BAD"), c = push("C");
    run_for(1h);
    expect_end(a, "succeeded");
    expect_end(bad, "failed", "BAD is not in the shipment");
    expect_end(c, "succeeded");
    ASSERT_EQ(provider.pushed_skus.size(), 4U);
    EXPECT_EQ(provider.pushed_skus[1], (std::vector<std::string>{"A"}));
    EXPECT_EQ(provider.pushed_skus[2], (std::vector<std::string>{"A", "BAD"}));
    EXPECT_EQ(provider.pushed_skus[3], (std::vector<std::string>{"A", "C"}));
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Cartons, GoOutAgainWhenNobodyKnowsWhatBecameOfThem) {
    provider.check_outcomes.push_back({State::unknown, "amazon_feed_fatal", "Amazon broke the feed off", "", {}});
    const auto id = push("A");
    run_for(3h);
    expect_end(id, "succeeded");
    EXPECT_EQ(provider.pushed_skus.size(), 2U);
}

TEST_F(Cartons, ButNotForEver) {
    for (int i = 0; i < 5; ++i)
        provider.check_outcomes.push_back({State::unknown, "amazon_feed_fatal", "Amazon broke the feed off", "", {}});
    const auto id = push("A");
    run_for(24h);
    expect_end(id, "failed", "Amazon broke the feed off; after 5 times it is given up");
    EXPECT_EQ(provider.pushed_skus.size(), 5U);
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Cartons, WaitForAThrottledOrDeadChannelAndAreGivenUpInWords) {
    provider.push_outcomes.push_back({State::retry, "amazon_throttled", "QuotaExceeded", "", 120s});
    const auto first = push("A");
    run_for(1h);
    expect_end(first, "succeeded");
    EXPECT_EQ(provider.of("push")[1].at - provider.of("push")[0].at, 120s);
    // Three days of silence.
    for (int i = 0; i < 1000; ++i)
        provider.push_outcomes.push_back({State::retry, "net_no_answer", "no answer", "", {}});
    const auto second = push("B");
    run_for(24h * 5);
    expect_end(second, "failed", "given up: ");
    EXPECT_EQ(dead, 1);
    expect_end(first, "succeeded");
}

TEST_F(Cartons, ATicketThatIsNeverAnsweredExpires) {
    for (int i = 0; i < 800; ++i)
        provider.check_outcomes.push_back({State::accepted, "amazon_feed", "Amazon works on it", "F1", 120s});
    const auto id = push("A");
    run_for(24h + 10min);
    EXPECT_EQ(provider.pushed_skus.size(), 2U) << "sent again after a day";
    EXPECT_EQ(state(id).status, "processing");
}

// ---- what a provider that takes a shipment whole makes of them

TEST_F(Cartons, WaitForTheOthersOfTheirShipmentAndGoTogether) {
    provider.needs_cartons = 2;
    const auto first = push("A");
    run_for(10min);
    EXPECT_EQ(state(first).status, "processing");
    EXPECT_EQ(live_jobs(), 0) << "the next carton brings a job";
    EXPECT_EQ(problems("FBA1001"), "cartons_wait;");
    EXPECT_TRUE(provider.pushed_skus.empty());
    const auto second = push("B");
    run_for(10min);
    expect_end(first, "succeeded");
    expect_end(second, "succeeded");
    ASSERT_EQ(provider.pushed_skus.size(), 1U);
    EXPECT_EQ(provider.pushed_skus[0], (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(problems("FBA1001"), "");
}

TEST_F(Cartons, WaitThreeDaysAfterTheNewestAndThenFailInWords) {
    provider.needs_cartons = 3;
    timers = std::make_unique<jobs::Timers>(*database, database.clock);
    timers->add("waiting_cartons", 1h, [&](Timestamp now) { return waiting_carton_jobs(env, database.channel, now); });
    const auto first = push("A");
    run_for(48h);
    const auto second = push("B");
    run_for(48h);
    EXPECT_EQ(state(first).status, "processing") << "the newest is two days old";
    run_for(26h);
    for (const auto& id : {first, second}) expect_end(id, "failed", "given up after three days: missing are 4 of B");
    EXPECT_EQ(problems("FBA1001"), "");
    EXPECT_EQ(problems(first, "carton_push"), "cartons_incomplete;");
    EXPECT_EQ(live_jobs(), 0);
    // What failed is not told again: the same cartons, sent anew, are others.
    push("A"), push("B"), push("C");
    run_for(10min);
    EXPECT_EQ(provider.pushed_skus, (std::vector<std::vector<std::string>>{{"A", "B", "C"}}));
}

TEST_F(Cartons, FailTogetherWhereNothingWouldDoBetterAlone) {
    connectors::PushOutcome refused{
        State::failed, "amazon_cartons_refused", "Amazon: FBA_INB_0182: not the expected items", "", {}};
    refused.whole = true;
    provider.push_outcomes.push_back(refused);
    const auto a = push("A"), b = push("B");
    run_for(1h);
    for (const auto& id : {a, b}) expect_end(id, "failed", "FBA_INB_0182");
    EXPECT_EQ(provider.pushed_skus.size(), 1U);
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Cartons, OnlyThoseAtFaultFailWhereTheyAreNamed) {
    const auto a = push("A"), strange = push("Z"), c = push("C");
    connectors::PushOutcome refused{State::failed, "sku_not_in_shipment", "not in the shipment: Z", "", {}};
    refused.at_fault = {strange};
    provider.push_outcomes.push_back(refused);
    run_for(1h);
    expect_end(strange, "failed", "not in the shipment: Z");
    expect_end(a, "succeeded");
    expect_end(c, "succeeded");
    ASSERT_EQ(provider.pushed_skus.size(), 2U);
    EXPECT_EQ(provider.pushed_skus[1], (std::vector<std::string>{"A", "C"}));
}

TEST_F(Cartons, ANameThatIsNotAmongThemDoesNotSpin) {
    const auto a = push("A"), b = push("B");
    connectors::PushOutcome refused{State::failed, "carton_invalid", "something else", "", {}};
    refused.at_fault = {"a push of long ago"};
    for (int i = 0; i < 3; ++i) provider.push_outcomes.push_back(refused);
    run_for(1h);
    for (const auto& id : {a, b}) expect_end(id, "failed", "something else");
    EXPECT_EQ(provider.pushed_skus.size(), 3U) << "together, then each by itself";
}

// ---- the plan that a shipment is in

TEST_F(Cartons, FindTheirShipmentsPlanFirst) {
    provider.needs_plan = true;
    provider.plan_pages = {{"FBA7777"}, {"FBA1001"}, {"FBA8888"}};
    const auto id = push("A");
    run_for(10min);
    expect_end(id, "succeeded");
    EXPECT_EQ(provider.of("plans").size(), 2U) << "not further than needed";
    EXPECT_EQ(provider.of("plans")[1].at - provider.of("plans")[0].at, 600ms);
    EXPECT_EQ(provider.of("push").back().token, "sh-FBA1001");
    EXPECT_EQ(shipment("FBA1001")->plan, (domain::FbaPlan{"wf1", "sh-FBA1001"}));
    EXPECT_EQ(live_jobs(), 0);
    // It is known from now on, whatever the next header says.
    database->write([&](db::Session& session) {
        domain::FbaShipment facts = shipment("FBA1001")->facts;
        facts.shipment_name = "renamed";
        services::record_fba_shipment(session, database.channel, {"FBA1001", "{}", facts, "x"}, database.clock.now());
    });
    EXPECT_TRUE(shipment("FBA1001")->plan);
}

TEST_F(Cartons, FailInWordsWhenNoPlanShowsTheirShipment) {
    provider.needs_plan = true;
    provider.plan_pages = {{"FBA7777"}, {}};
    const auto id = push("A");
    run_for(10min);
    expect_end(id, "failed", "the plan is not known");
    EXPECT_EQ(provider.of("plans").size(), 2U);
    EXPECT_EQ(live_jobs(), 0);
    // A later carton looks once more: the plan may be new.
    provider.plan_pages = {{"FBA1001"}};
    const auto later = push("A");
    run_for(10min);
    expect_end(later, "succeeded");
}

TEST_F(Cartons, AListOfPlansThatLeadsNowhereIsGivenUp) {
    provider.needs_plan = true;
    provider.plan_pages = {{"FBA7777"}};
    provider.plans_never_end = true;
    const auto id = push("A");
    run_for(1h);
    expect_end(id, "failed");
    EXPECT_EQ(provider.of("plans").size(), 2U) << "the second page had nothing new";
    EXPECT_EQ(problems(std::string{kFbaPlanStream}, "stream"), "fba_plans_endless;");
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Cartons, TheWalkThroughThePlansSurvivesThrottlesStaleTokensAndAnEnd) {
    provider.needs_plan = true;
    provider.plan_pages = {{}, {}, {"FBA1001"}};
    provider.plan_errors.push_back(throttled());
    const auto id = push("A");
    while (provider.of("plans").size() < 3) {  // throttled, page one, page two
        runner->run_one();
        database.clock.advance(1s);
    }
    provider.plan_errors.push_back({ErrorKind::rejected, "cursor_refused", "InvalidInput", {}});
    runner->stop(0ms);
    start();
    run_for(10min);
    expect_end(id, "succeeded");
    EXPECT_EQ(provider.of("plans").size(), 7U) << "the refused one, and from the beginning";
}

TEST_F(Cartons, NobodyLooksForPlansThatAreNotWanted) {
    enqueue(services::find_fba_plans_job(database.channel, database.clock.now()));
    provider.wants_plans = false;
    run_for(1min);
    EXPECT_EQ(provider.of("plans").size(), 0U);
    provider.wants_plans = true;
    provider.plan_pages = {{"FBA1001"}};
    for (int i = 0; i < 3; ++i) {
        enqueue(services::find_fba_plans_job(database.channel, database.clock.now()));
        run_for(1min);
    }
    EXPECT_EQ(provider.of("plans").size(), 1U) << "every open shipment's plan is known";
}

TEST_F(Cartons, SurviveAnEndInTheMiddle) {
    const auto id = push("A");
    runner->run_one();
    runner->stop(0ms);
    start();
    run_for(10min);
    expect_end(id, "succeeded");
    EXPECT_EQ(provider.pushed_skus.size(), 1U) << "the ticket is in the database";
    // A job that is lost by hand is found by its pushes.
    const auto other = push("B");
    database->write([&](db::Session& session) {
        store::JobRepo jobs(session);
        for (const domain::Job& job : jobs.list({})) {
            EXPECT_TRUE(jobs.discard(job.id, database.clock.now()));
        }
    });
    for (const auto& spec : waiting_carton_jobs(env, database.channel, database.clock.now())) enqueue(spec);
    run_for(10min);
    expect_end(other, "succeeded");
}

}  // namespace
}  // namespace crossdock::sync
