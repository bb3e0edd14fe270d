// SPDX-License-Identifier: Apache-2.0
#include "services/fba_jobs.h"

#include "store/stream_repo.h"
#include "unit/services/fba_rows.h"

namespace crossdock::services {
namespace {

class FbaJobs : public FbaRows {
protected:
    std::vector<FbaShipmentId> shipments(int count) {
        std::vector<FbaShipmentId> ids;
        for (int i = 0; i < count; ++i) ids.push_back(record(fba_facts("FBA" + std::to_string(++made)))->id);
        return ids;
    }
    std::int64_t queue(const std::vector<FbaShipmentId>& ids, std::int64_t ahead = 0) {
        return write([&](db::Session& session) {
            return queue_item_fetches(session, database.channel, ids, kFbaBatchStagger, ahead, now());
        });
    }
    std::int64_t settle() {
        return write([&](db::Session& session) { return settle_item_batches(session, database.channel); });
    }
    int made = 0;
};

struct Named {
    const char* name;
    domain::JobSpec (*make)(const store::Channel&, Timestamp);
    std::string_view kind;
    domain::Lane lane;
};
class FbaJobNames : public FbaRows, public ::testing::WithParamInterface<Named> {};

TEST_P(FbaJobNames, AreOneKeyForTheChannelHoweverOftenItIsAskedFor) {
    for (int i = 0; i < 3; ++i)
        write([&](db::Session& session) {
            store::JobRepo(session).enqueue(GetParam().make(database.channel, now()), now());
        });
    ASSERT_EQ(jobs().size(), 1U);
    EXPECT_EQ(jobs()[0].kind, GetParam().kind);
    EXPECT_EQ(jobs()[0].lane, GetParam().lane);
    EXPECT_EQ(jobs()[0].channel_id, database.channel.id);
}

INSTANTIATE_TEST_SUITE_P(Table, FbaJobNames,
                         ::testing::Values(Named{"Headers", sync_fba_job, kSyncFbaShipments, domain::Lane::orders},
                                           Named{"Statuses", refresh_fba_job, kRefreshFbaStatuses, domain::Lane::bulk},
                                           Named{"Backfill", backfill_fba_job, kBackfillFbaItems, domain::Lane::bulk},
                                           Named{"Plans", find_fba_plans_job, kFindFbaPlans, domain::Lane::bulk}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(FbaJobs, GoInBatchesOfFiveAMinuteApartBehindThoseThatWait) {
    EXPECT_EQ(queue(shipments(12), 2), 3);
    const auto queued = jobs();
    ASSERT_EQ(queued.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(queued[i].run_at, now() + (2 + i) * kFbaBatchStagger) << i;
    EXPECT_EQ(row("FBA5").item_batch, row("FBA1").item_batch);
    EXPECT_NE(row("FBA6").item_batch, row("FBA1").item_batch);
}

TEST_F(FbaJobs, AShipmentIsInOneBatchAtMostSoTheQueueCannotGrow) {
    const auto ids = shipments(71);
    EXPECT_EQ(queue(ids), 15);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(queue(ids), 0);
    EXPECT_EQ(jobs().size(), 15U);
}

TEST_F(FbaJobs, OneThatFailedAShortWhileAgoIsLeftOut) {
    const auto ids = shipments(2);
    write([&](db::Session& session) {
        note_items_failed(session, *store::FbaRepo(session).get(ids[0]), {ErrorKind::unavailable, "x", "words"}, now());
    });
    EXPECT_EQ(queue(ids), 1);
    EXPECT_FALSE(row("FBA1").item_batch);
    EXPECT_TRUE(row("FBA2").item_batch);
    database.clock.advance(15min);
    EXPECT_EQ(queue(ids), 1);
    EXPECT_TRUE(row("FBA1").item_batch);
    EXPECT_EQ(queue({FbaShipmentId{999}}), 0) << "one that is gone is no fault";
}

TEST_F(FbaJobs, ABatchWithoutAJobIsTakenApart) {
    queue(shipments(7));
    EXPECT_EQ(settle(), 2);
    write([&](db::Session& session) { EXPECT_TRUE(store::JobRepo(session).discard(jobs()[0].id, now())); });
    EXPECT_EQ(settle(), 1);
    EXPECT_FALSE(row("FBA1").item_batch);
    EXPECT_TRUE(row("FBA7").item_batch);
}

TEST_F(FbaJobs, TheWidestWishOfASyncCounts) {
    const auto wanted = [&] {
        return database->read([&](db::Session& session) {
            return wanted_fba_days(store::StreamRepo(session).load(database.channel.id, kFbaStream).state);
        });
    };
    EXPECT_EQ(wanted(), 0);
    for (const std::int64_t days : {7, 60, 3})
        write([&](db::Session& session) { ask_for_fba_sync(session, database.channel, days, now()); });
    EXPECT_EQ(wanted(), 60);
    EXPECT_EQ(jobs().size(), 1U);
    for (const char* state : {"", "{}", "[]", "{\"wanted_days\":\"many\"}", "nonsense"})
        EXPECT_EQ(wanted_fba_days(state), 0) << state;
}

}  // namespace
}  // namespace crossdock::services
