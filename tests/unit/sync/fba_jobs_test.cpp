// SPDX-License-Identifier: Apache-2.0
// The four jobs about shipments into Amazon's warehouses, with the contract's numbers, on a virtual clock.
#include "unit/sync/fba_fixture.h"

namespace crossdock::sync {
namespace {

using Pages = InboundProvider::Pages;
using Kind = jobs::JobOutcome::Kind;

std::vector<std::int64_t> gaps_ms(const std::vector<InboundProvider::Call>& calls) {
    std::vector<std::int64_t> gaps;
    for (std::size_t i = 1; i < calls.size(); ++i) gaps.push_back((calls[i].at - calls[i - 1].at).count());
    return gaps;
}

// ---- headers

TEST_F(Fba, HeadersComeAPageAMinuteAndAreKeptAtOnce) {
    add_shipments(120);
    sync();
    runner->run_one();
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 50) << "kept before the next page is asked for";
    EXPECT_EQ(live_jobs(services::kFetchFbaItems), 10) << "batches of five";
    run_for(10min);
    EXPECT_EQ(gaps_ms(provider.of("headers")), (std::vector<std::int64_t>{60'000, 60'000}));
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 120);
    EXPECT_EQ(live_jobs(), 0);
    EXPECT_EQ(number("SELECT count(*) FROM fba_item_batches"), 0);
    EXPECT_EQ(provider.of("items").size(), 120U);
    EXPECT_EQ(provider.of("ids").size(), 0U) << "all were seen in this walk";
}

TEST_F(Fba, TheWindowIsSevenDaysOrWhatWasAskedFor) {
    const Timestamp now = database.clock.now();
    sync();
    run_for(1min);
    EXPECT_EQ(provider.asked_from, now - 24h * 7);
    const Timestamp later = database.clock.now();
    sync(60);
    sync(3);
    run_for(1min);
    EXPECT_EQ(provider.asked_from, later - 24h * 60) << "the widest wish counts";
    sync();
    const Timestamp last = database.clock.now();
    run_for(1min);
    EXPECT_EQ(provider.asked_from, last - 24h * 7) << "and only once";
}

TEST_F(Fba, AWishDuringAWalkIsFulfilledByTheNextOne) {
    add_shipments(60);
    sync();
    runner->run_one();
    sync(60);
    const Timestamp asked = database.clock.now();
    run_for(10min);
    EXPECT_LE(provider.asked_from, asked - 24h * 59);
    EXPECT_EQ(provider.of("headers").size(), 4U);
}

TEST_F(Fba, AThrottledPageIsAskedForAgainAndNeverSkipped) {
    add_shipments(60);
    sync();
    runner->run_one();
    for (int i = 0; i < 4; ++i) provider.header_errors.push_back(throttled());
    run_for(10min);
    const auto calls = provider.of("headers");
    ASSERT_EQ(calls.size(), 6U);
    EXPECT_EQ(gaps_ms(calls), (std::vector<std::int64_t>{60'000, 2'000, 4'000, 8'000, 60'000}));
    for (std::size_t i = 1; i < calls.size(); ++i) EXPECT_EQ(calls[i].token, "50") << i;
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 60);
    EXPECT_EQ(dead, 0);
}

TEST_F(Fba, AStaleTokenStartsTheWalkOverThreeTimesAtMost) {
    add_shipments(60);
    const Error stale{ErrorKind::rejected, "cursor_refused", "InvalidInput", {}};
    sync();
    runner->run_one();
    provider.header_errors.push_back(stale);
    run_for(10min);
    EXPECT_EQ(provider.of("headers").size(), 4U) << "page 1, stale, page 1, page 2";
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 60);

    // For ever.
    provider.calls.clear();
    provider.next_header_token = [](const std::string&) { return std::string{"stale"}; };
    sync();
    for (int i = 0; i < 8; ++i) {
        if (i % 2 == 1) provider.header_errors.push_back(stale);
        runner->run_one();
        run_for(1ms);
        database.clock.advance(61s);
    }
    provider.next_header_token = nullptr;
    EXPECT_LE(provider.of("headers").size(), 8U);
    EXPECT_EQ(live_jobs(services::kSyncFbaShipments), 0);
    EXPECT_EQ(problems(std::string{services::kFbaStream}, "stream"), "fba_token_refused;");
}

TEST_F(Fba, AFrozenHeaderTokenEndsTheWalkAndTheRestIsAskedForById) {
    add_shipments(10);
    add_shipments(5, "RECEIVING", "OLD");
    sync();
    run_for(10min);
    provider.calls.clear();
    // From now on page one for ever, each time under a fresh token; the five are further down.
    provider.page_size = 10;
    int signature = 0;
    provider.next_header_token = [&](const std::string&) {
        ++signature;
        return "0" + std::string(static_cast<std::size_t>(signature % 7), '0');
    };
    database.clock.advance(1h);
    sync();
    run_for(24h);
    EXPECT_LE(provider.of("headers").size(), 20U);
    EXPECT_EQ(live_jobs(), 0);
    ASSERT_EQ(provider.of("ids").size(), 1U);
    EXPECT_EQ(provider.id_lists[0].size(), 5U);
    EXPECT_NE(problems(std::string{services::kFbaStream}, "stream"), "");
}

TEST_F(Fba, AHeaderThatCannotBeReadIsAProblemAndHoldsUpNobody) {
    add_shipments(2);
    provider.shipments[0].second = "BAD";
    sync();
    run_for(10min);
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 1);
    EXPECT_EQ(problems("FBA1001"), "unmappable;");
    provider.shipments[0].second = "WORKING";
    sync();
    run_for(10min);
    EXPECT_EQ(problems("FBA1001"), "");
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 2);
}

// ---- states

TEST_F(Fba, OlderOpenShipmentsAreRefreshedByIdFiftyAtATime) {
    add_shipments(120, "READY_TO_SHIP", "OLD");
    sync();
    run_for(15min);
    ASSERT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 120);
    // They fall out of the window of changes, some of them for good.
    for (auto& [id, status] : provider.shipments) status = "ERROR";
    provider.shipments[7].second = "CLOSED";
    provider.shipments[8].second = "CANCELLED";
    provider.shipments.erase(provider.shipments.begin() + 9);
    provider.calls.clear();
    database.clock.advance(1h);
    sync();
    provider.id_errors.push_back(throttled());
    run_for(1h);
    ASSERT_EQ(provider.id_lists.size(), 3U);
    EXPECT_EQ(provider.id_lists[0].size(), 50U);
    EXPECT_EQ(provider.id_lists[1].size(), 50U);
    EXPECT_EQ(provider.id_lists[2].size(), 20U);
    EXPECT_EQ(gaps_ms(provider.of("ids"))[0], 2'000) << "throttled once";
    EXPECT_EQ(shipment("OLD1008")->facts.shipment_status, "CLOSED");
    EXPECT_EQ(shipment("OLD1009")->facts.shipment_status, "CANCELLED");
    EXPECT_EQ(shipment("OLD1010")->facts.shipment_status, "READY_TO_SHIP") << "absence ends nothing";
    EXPECT_EQ(problems("OLD1010"), "not_answered;");
    EXPECT_EQ(provider.of("items").size(), 119U) << "changed ones are read once more";

    // What is closed is left alone; ERROR may still be mended.
    provider.id_lists.clear();
    database.clock.advance(1h);
    sync();
    run_for(1h);
    std::size_t asked = 0;
    for (const auto& list : provider.id_lists) asked += list.size();
    EXPECT_EQ(asked, 118U);
}

TEST(FbaStates, ReadyToShipIsActiveAndErrorIsNotFinal) {
    EXPECT_NE(std::find(domain::kActiveFbaStates.begin(), domain::kActiveFbaStates.end(), "READY_TO_SHIP"),
              domain::kActiveFbaStates.end());
    EXPECT_FALSE(domain::is_final_fba_state("ERROR"));
    EXPECT_TRUE(domain::is_final_fba_state("CLOSED"));
}

// ---- items

TEST_F(Fba, ItemsComeWithTwoSecondsBetweenShipmentsAndOneBetweenPages) {
    add_shipments(6);
    provider.pages["FBA1002"] = Pages::two;
    sync();
    run_for(10min);
    const auto calls = provider.of("items");
    ASSERT_EQ(calls.size(), 7U);
    auto gaps = gaps_ms(calls);
    gaps.resize(5);
    // The sixth shipment is of the second batch, ten seconds behind the first.
    EXPECT_EQ(gaps, (std::vector<std::int64_t>{2'000, 1'000, 2'000, 2'000, 2'000}));
    EXPECT_EQ(calls[6].subject, "FBA1006");
    EXPECT_EQ(items("FBA1001").size(), 2U);
    EXPECT_EQ(items("FBA1002").size(), 4U);
    EXPECT_EQ(items("FBA1002")[0], InboundProvider::item("FBA1002", 1)) << "as Amazon wrote it";
}

TEST_F(Fba, AThrottledItemCallIsTriedAtTwoFourAndEightSecondsThenTheRestWaitsAMinute) {
    add_shipments(5);
    for (int i = 0; i < 5; ++i) provider.item_errors["FBA1002"].push_back(throttled());
    sync();
    run_for(10min);
    const auto calls = provider.of("items");
    ASSERT_EQ(calls.size(), 10U);
    EXPECT_EQ(gaps_ms(calls),
              (std::vector<std::int64_t>{2'000, 2'000, 4'000, 8'000, 60'000, 2'000, 2'000, 2'000, 2'000}));
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments WHERE items_at_ms IS NOT NULL"), 5);
    EXPECT_EQ(most_live, 2) << "one batch, and the sync or what follows it";
}

TEST_F(Fba, OneBadShipmentDoesNotHoldUpItsBatch) {
    add_shipments(5);
    provider.item_errors["FBA1003"].push_back({ErrorKind::not_found, "amazon_not_found", "NotFound", {}});
    sync();
    run_for(5min);
    EXPECT_EQ(provider.of("items").size(), 5U);
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments WHERE items_at_ms IS NOT NULL"), 4);
    EXPECT_FALSE(shipment("FBA1003")->items_at);
    EXPECT_EQ(problems("FBA1003"), "items_failed;");
    EXPECT_EQ(dead, 0);
    // A quarter of an hour later the back-fill brings it.
    database.clock.advance(15min);
    enqueue(services::backfill_fba_job(database.channel, database.clock.now()));
    run_for(5min);
    EXPECT_TRUE(shipment("FBA1003")->items_at);
    EXPECT_EQ(problems("FBA1003"), "");
}

TEST_F(Fba, RefusedCredentialsAreNobodysFaultAndCostNothing) {
    add_shipments(5);
    provider.item_errors["FBA1001"].push_back({ErrorKind::denied, "amazon_denied", "Unauthorized", {}});
    sync();
    run_for(1min);
    EXPECT_EQ(provider.of("items").size(), 1U) << "nobody knocks again at once";
    EXPECT_EQ(live_jobs(services::kFetchFbaItems), 1);
    run_for(24h);  // the app's check of the channel hastens it
    EXPECT_EQ(number("SELECT sum(item_failures) FROM fba_inbound_shipments"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments WHERE items_at_ms IS NOT NULL"), 5);
    EXPECT_EQ(provider.of("items").size(), 6U);
}

TEST_F(Fba, ASellerWithoutTheRoleIsToldSoAndTheChannelStaysWell) {
    const auto state = [&] {
        return database->read(
            [&](db::Session& session) { return store::ChannelRepo(session).get(database.channel.id)->state; });
    };
    database->write(
        [&](db::Session& session) { note_success(session, database.channel, "orders", database.clock.now()); });
    ASSERT_EQ(state(), store::ChannelState::ok);
    add_shipments(1);
    const Error no_role{ErrorKind::denied, "amazon_denied", "Amazon refused getShipments: HTTP 403", {}};
    for (int i = 0; i < 3; ++i) provider.header_errors.push_back(no_role);
    sync();
    run_for(30min);
    EXPECT_EQ(state(), store::ChannelState::ok) << "orders and pushes do not suffer";
    EXPECT_EQ(problems(std::string{services::kFbaStream}, "stream"), "not_permitted;");
    const auto open = database->read([&](db::Session& session) {
        return store::ProblemRepo(session).open(database.channel.account_id, database.channel.id, 10);
    });
    ASSERT_EQ(open.size(), 1U);
    EXPECT_NE(open[0].message.find("Amazon refused getShipments: HTTP 403"), std::string::npos);
    EXPECT_NE(open[0].message.find("fba = \"off\""), std::string::npos) << "the next step";
    EXPECT_EQ(live_jobs("check_channel"), 1) << "for the credentials may be gone";
    EXPECT_EQ(provider.of("headers").size(), 1U);
    run_for(4h);
    EXPECT_EQ(provider.of("headers").size(), 4U) << "once an hour, until it is let in";
    EXPECT_EQ(problems(std::string{services::kFbaStream}, "stream"), "");
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_shipments"), 1);
}

TEST_F(Fba, FirstDefenceEveryPageNamesTheMarketplace) {
    add_shipments(1);
    provider.usual_pages = Pages::fresh_token;
    provider.items_per_page = 200;
    sync();
    run_for(10min);
    // By shipment, the page that follows its token, and the sibling list: InboundProvider looks at each of them.
    EXPECT_EQ(provider.of("items").size() + provider.of("sibling").size(), 3U);
    EXPECT_EQ(provider.marketplaces, (std::vector<std::string>{"ATVPDKIKX0DER", "ATVPDKIKX0DER", "ATVPDKIKX0DER"}));
}

TEST_F(Fba, SecondDefenceAPageThatIsServedAgainAddsNothing) {
    add_shipments(1);
    provider.usual_pages = Pages::repeating;
    sync();
    run_for(10min);
    EXPECT_EQ(provider.of("items").size(), 3U) << "page one, page one with one item more, page one for ever";
    EXPECT_EQ(items("FBA1001").size(), 3U) << "each item once";
    std::int64_t units = 0;
    for (const std::string& item : items("FBA1001")) units += json::parse(item)["QuantityShipped"].get<std::int64_t>();
    EXPECT_EQ(units, 12);
}

TEST_F(Fba, FourthDefenceASpinningShipmentIsShownWithWhatItHasAndCostsOneCallMore) {
    add_shipments(1);
    provider.usual_pages = Pages::fresh_token;
    sync();
    run_for(10min);
    EXPECT_EQ(provider.of("items").size(), 2U);
    EXPECT_EQ(items("FBA1001").size(), 2U) << "no item twice";
    EXPECT_EQ(problems("FBA1001"), "");
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Fba, ThirdDefenceAFrozenTokenEndsTheList) {
    add_shipments(1);
    provider.usual_pages = Pages::same_token;
    sync();
    run_for(10min);
    EXPECT_EQ(provider.of("items").size(), 2U);
    EXPECT_EQ(items("FBA1001").size(), 4U) << "both pages had news";
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(Fba, LastResortTenPagesAreAFailureAndNothingPartialIsShown) {
    add_shipments(2);
    provider.pages["FBA1001"] = Pages::endless;
    sync();
    run_for(10min);
    EXPECT_EQ(provider.of("items").size(), 11U);
    EXPECT_FALSE(shipment("FBA1001")->items_at);
    EXPECT_EQ(number("SELECT count(*) FROM fba_inbound_items"), 2) << "those of the other one";
    EXPECT_EQ(problems("FBA1001"), "items_failed;");
    EXPECT_TRUE(shipment("FBA1002")->items_at);
    EXPECT_EQ(dead, 0);
}

TEST_F(Fba, AnEmptyPageWithATokenLeavesTheShipmentPending) {
    add_shipments(1);
    provider.usual_pages = Pages::empty_token;
    sync();
    run_for(10min);
    EXPECT_FALSE(shipment("FBA1001")->items_at);
    EXPECT_EQ(provider.of("items").size(), 1U);
}

TEST_F(Fba, MoreThanTwoHundredItemsComeThroughTheOtherList) {
    add_shipments(1);
    provider.usual_pages = Pages::fresh_token;
    provider.items_per_page = 200;
    provider.sibling_items = 30;
    sync();
    run_for(10min);
    EXPECT_EQ(provider.of("items").size(), 2U);
    ASSERT_EQ(provider.of("sibling").size(), 1U);
    EXPECT_EQ(provider.of("sibling")[0].token, "signed-2")
        << "the token of page one; the call before it listed headers";
    EXPECT_EQ(items("FBA1001").size(), 230U);
    EXPECT_EQ(problems("FBA1001"), "");
}

TEST_F(Fba, AListThatMayNotBeCompleteIsSaidSo) {
    add_shipments(1);
    provider.usual_pages = Pages::fresh_token;
    provider.items_per_page = 200;
    provider.sibling_pages = Pages::fresh_token;
    sync();
    run_for(10min);
    EXPECT_EQ(items("FBA1001").size(), 200U);
    EXPECT_EQ(problems("FBA1001"), "items_incomplete;");
}

TEST_F(Fba, WhatIsShownIsReplacedWholeOrNotAtAll) {
    add_shipments(1);
    sync();
    run_for(10min);
    const auto before = shipment("FBA1001")->updated_at;
    provider.usual_pages = Pages::two;
    provider.items_per_page = 1;
    provider.item_errors["FBA1001"] = {};
    database.clock.advance(1h);
    sync();
    // Page one of two is stored, then the second call fails.
    while (provider.of("items").size() < 2) {
        runner->run_one();
        database.clock.advance(10ms);
    }
    provider.item_errors["FBA1001"].push_back({ErrorKind::unavailable, "amazon_server_error", "InternalFailure", {}});
    run_for(5min);
    EXPECT_EQ(items("FBA1001").size(), 2U) << "the old list";
    EXPECT_EQ(shipment("FBA1001")->updated_at, before);
    // A failed shipment is left alone for a quarter of an hour, then it comes through.
    database.clock.advance(1h);
    provider.items_per_page = 3;
    sync();
    run_for(5min);
    EXPECT_EQ(items("FBA1001").size(), 6U);
    EXPECT_GT(shipment("FBA1001")->updated_at, before);
}

TEST_F(Fba, APageThatComesTwiceAfterACrashIsNotTakenForASpinningOne) {
    add_shipments(1);
    provider.usual_pages = Pages::two;
    const std::int64_t batch = database->write([&](db::Session& session) {
        domain::FbaShipment facts;
        facts.shipment_id = "FBA1001";
        facts.marketplace_id = "ATVPDKIKX0DER";
        facts.shipment_status = "WORKING";
        const auto recorded = services::record_fba_shipment(session, database.channel,
                                                            {"FBA1001", "{}", facts, "uuid-1"}, database.clock.now());
        return store::FbaRepo(session).make_batch(database.channel.account_id, database.channel.id, {recorded->id},
                                                  database.clock.now());
    });
    domain::Job job;
    job.account_id = database.channel.account_id;
    job.channel_id = database.channel.id;
    job.args = "{\"batch\":" + std::to_string(batch) + "}";
    const auto run = [&] {
        jobs::JobContext context{job};
        return FetchFbaItems(env).run(context);
    };
    const auto first = run();
    EXPECT_EQ(first.kind, Kind::again);
    run();  // the end of the first run was never written down
    job.cursor = first.cursor;
    const auto last = run();
    EXPECT_EQ(last.kind, Kind::done);
    EXPECT_EQ(items("FBA1001").size(), 4U);
    EXPECT_EQ(run().kind, Kind::done) << "the batch is gone; once more changes nothing";
    EXPECT_EQ(items("FBA1001").size(), 4U);
}

// ---- back-fill

TEST_F(Fba, TheBackfillQueuesWhatIsPendingAMinuteApart) {
    add_shipments(12);
    database->write([&](db::Session& session) {
        for (const auto& [id, status] : provider.shipments) {
            domain::FbaShipment facts;
            facts.shipment_id = id;
            facts.marketplace_id = "ATVPDKIKX0DER";
            facts.shipment_status = id == "FBA1012" ? "CLOSED" : status;
            services::record_fba_shipment(session, database.channel, {id, "{}", facts, "uuid-" + id},
                                          database.clock.now());
        }
    });
    const Timestamp begin = database.clock.now();
    enqueue(services::backfill_fba_job(database.channel, begin));
    runner->run_one();
    EXPECT_EQ(live_jobs(services::kFetchFbaItems), 3);
    // While they are pending it does nothing.
    enqueue(services::backfill_fba_job(database.channel, begin));
    runner->run_one();
    EXPECT_EQ(live_jobs(services::kFetchFbaItems), 3);
    run_for(10min);
    const auto calls = provider.of("items");
    ASSERT_EQ(calls.size(), 11U) << "not of the closed one";
    EXPECT_EQ((calls[5].at - calls[0].at), 60s);
    EXPECT_EQ((calls[10].at - calls[0].at), 120s);
}

TEST_F(Fba, ABatchWhoseJobWasThrownAwayIsTakenApart) {
    add_shipments(3);
    sync();
    runner->run_one();
    database->write([&](db::Session& session) {
        store::JobRepo jobs(session);
        for (const domain::Job& job : jobs.list({}))
            if (job.kind == services::kFetchFbaItems) {
                EXPECT_TRUE(jobs.discard(job.id, database.clock.now()));
            }
    });
    run_for(5min);
    EXPECT_EQ(provider.of("items").size(), 0U);
    enqueue(services::backfill_fba_job(database.channel, database.clock.now()));
    run_for(5min);
    EXPECT_EQ(provider.of("items").size(), 3U);
}

struct Week {
    const char* name;
    Pages pages;
    int days;
    int most_calls;  // of items, for 71 shipments in that time
};
class FbaWeek : public Fba, public ::testing::WithParamInterface<Week> {};

/// The contract tells of 71 shipments whose tokens never advanced and of the 60 000 jobs that came of it.
TEST_P(FbaWeek, OfSeventyOneShipmentsDoesNotGrowTheQueue) {
    add_shipments(71, "RECEIVING");
    provider.usual_pages = GetParam().pages;
    timers = std::make_unique<jobs::Timers>(*database, database.clock);
    timers->add("sync", 6h, [&](Timestamp now) { return std::vector{services::sync_fba_job(database.channel, now)}; });
    timers->add("backfill", 15min,
                [&](Timestamp now) { return std::vector{services::backfill_fba_job(database.channel, now)}; });
    std::vector<std::int64_t> most_in_a_day(static_cast<std::size_t>(GetParam().days));
    for (std::int64_t& most : most_in_a_day) {
        most_live = 0;
        run_for(24h);
        most = most_live;
        // A process that ends in the middle adds nothing either.
        runner->stop(0ms);
        start();
    }
    // 71 shipments are 15 batches; beside them the sync, the refresh and the back-fill.
    for (const std::int64_t most : most_in_a_day) EXPECT_LE(most, 18);
    const auto calls = static_cast<int>(provider.of("items").size());
    EXPECT_LE(calls, GetParam().most_calls);
    EXPECT_GE(provider.of("headers").size(), 4U * static_cast<unsigned>(GetParam().days));
    EXPECT_EQ(dead, 0);
    EXPECT_EQ(number("SELECT count(*) FROM fba_item_batches"), live_jobs(services::kFetchFbaItems));
    std::printf("[ figure ] %d days of 71 shipments, %s: at most %lld live jobs, %d calls for items\n", GetParam().days,
                GetParam().name, static_cast<long long>(*std::max_element(most_in_a_day.begin(), most_in_a_day.end())),
                calls);
}

INSTANTIATE_TEST_SUITE_P(Tokens, FbaWeek,
                         ::testing::Values(Week{"FreshTokens", Pages::fresh_token, 7, 71 * 2 * (7 * 4 + 7)},
                                           Week{"OneFrozenToken", Pages::same_token, 7, 71 * 2 * (7 * 4 + 7)},
                                           // Put off for 15 minutes, then twice as long each time up to six hours:
                                           // five times in the first half day, then four times a day.
                                           Week{"EndlessNews", Pages::endless, 2, 71 * 10 * 12},
                                           Week{"EmptyPages", Pages::empty_token, 7, 71 * 32}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace crossdock::sync
