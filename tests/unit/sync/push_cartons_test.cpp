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
