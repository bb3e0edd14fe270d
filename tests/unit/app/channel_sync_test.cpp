// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "hub_fixture.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

/// One waiting job of every sort, all for a quarter of an hour from now.
class ChannelSync : public HubTest<ManualClock> {
protected:
    ChannelSync() {
        open(options());
        later = clock.now() + 15min;
        const std::pair<const char*, Lane> kinds[] = {
            {"push_stock", Lane::push},      {"push_shipment", Lane::push},        {"pull_orders", Lane::orders},
            {"refresh_order", Lane::orders}, {"pull_order_refunds", Lane::orders}, {"pull_catalog", Lane::bulk},
            {"pull_carriers", Lane::bulk},   {"reconcile_orders", Lane::bulk}};
        hub->database().write([&](db::Session& session) {
            const auto channel = store::ChannelRepo(session).list_all().front();
            store::JobRepo jobs(session);
            for (const auto& [kind, lane] : kinds) {
                jobs.enqueue(
                    {channel.account_id, channel.id, lane, kind, std::string{"waits:"} + kind, "{}", clock.now()},
                    clock.now());
                const Job run = jobs.claim({lane, "boot", clock.now(), 60s, {}, {}}).value();
                jobs.retry(run.id, run.fence, {ErrorKind::unavailable, "timeout", "no answer"}, later, clock.now());
                ids[kind] = run.id;
            }
        });
    }
    /// The kinds that became due by it.
    std::vector<std::string> hastened_by(const std::string& stream, const std::string& since = "") {
        const auto answer =
            run_command(*hub, "channel.sync", {{"channel", "shop"}, {"stream", stream}, {"since", since}});
        EXPECT_TRUE(answer);
        std::vector<std::string> hastened;
        for (const auto& [kind, id] : ids)
            if (with_jobs([&](store::JobRepo& jobs) { return jobs.find(id); })->run_at < later)
                hastened.push_back(kind);
        return hastened;
    }

    Timestamp later;
    std::map<std::string, JobId> ids;
};

using Kinds = std::vector<std::string>;

TEST_F(ChannelSync, OfOrdersHastensWhatBringsOrders) {
    EXPECT_EQ(hastened_by("orders"), (Kinds{"pull_order_refunds", "pull_orders", "refresh_order"}));
}
TEST_F(ChannelSync, OfRefundsHastensRefunds) { EXPECT_EQ(hastened_by("refunds"), Kinds{"pull_order_refunds"}); }
TEST_F(ChannelSync, OfTheCatalogueHastensIt) { EXPECT_EQ(hastened_by("catalog"), Kinds{"pull_catalog"}); }
TEST_F(ChannelSync, OfCarriersHastensThem) { EXPECT_EQ(hastened_by("carriers"), Kinds{"pull_carriers"}); }
TEST_F(ChannelSync, ToReconcileHastensThat) { EXPECT_EQ(hastened_by("reconcile"), Kinds{"reconcile_orders"}); }
TEST_F(ChannelSync, SinceATimeHastensOrders) { EXPECT_EQ(hastened_by("all", "2026-11-01"), Kinds{"pull_orders"}); }
TEST_F(ChannelSync, OfAllHastensEveryPullAndNoPush) {
    EXPECT_EQ(hastened_by("all"),
              (Kinds{"pull_carriers", "pull_catalog", "pull_order_refunds", "pull_orders", "refresh_order"}));
}
TEST_F(ChannelSync, OfAnUnknownStreamIsRefusedAndNamesThemAll) {
    const auto answer = run_command(*hub, "channel.sync", {{"channel", "shop"}, {"stream", "stars"}, {"since", ""}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "stream_unknown");
    for (const char* name : {"orders", "refunds", "catalog", "carriers", "reconcile"})
        EXPECT_NE(answer.error().message.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace crossdock::app
