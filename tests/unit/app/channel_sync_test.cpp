// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <tuple>

#include "app/overview.h"
#include "base/time.h"
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
    const auto since =
        run_command(*hub, "channel.sync", {{"channel", "shop"}, {"stream", "stars"}, {"since", "2026-11-01"}});
    ASSERT_FALSE(since);
    EXPECT_EQ(since.error().code, "stream_unknown") << "also beside a time";
}
TEST_F(ChannelSync, SinceATimeOfAnotherStreamOrOfTheFutureIsRefused) {
    const std::string tomorrow = format_rfc3339(clock.now() + 24h);
    const std::tuple<const char*, std::string, const char*> cases[] = {
        {"catalog", "2026-11-01", "since_of_orders_only"},
        {"refunds", "2026-11-01", "since_of_orders_only"},
        {"all", tomorrow, "since_in_future"}};
    for (const auto& [stream, since, code] : cases) {
        const auto answer =
            run_command(*hub, "channel.sync", {{"channel", "shop"}, {"stream", stream}, {"since", since}});
        ASSERT_FALSE(answer) << stream;
        EXPECT_EQ(answer.error().code, code);
        EXPECT_NE(answer.error().message.find("since"), std::string::npos);
    }
    EXPECT_EQ(hastened_by("orders", "2026-11-01"), Kinds{"pull_orders"});
}

/// The same code in two accounts.
class SameCode : public HubTest<ManualClock> {
protected:
    SameCode() {
        HubOptions both = options();
        both.channels.push_back(both.channels[0]);
        both.channels[1].account = "client-b";
        open(both);
    }
    std::string refusal(const char* command, const nlohmann::json& arguments) {
        const auto answer = run_command(*hub, command, arguments);
        return answer ? "" : answer.error().code + ": " + answer.error().message;
    }
};

TEST_F(SameCode, NeedsTheAccount) {
    for (const char* command : {"channel.sync", "channel.test"})
        for (const nlohmann::json& arguments : {nlohmann::json{{"channel", "shop"}}, nlohmann::json{{"channel", "shop"}, {"account", ""}}})
            EXPECT_EQ(refusal(command, arguments),
                      "channel_ambiguous: several accounts have a channel \"shop\": default, client-b; say whose with --account");
    const std::string theirs = "jobs WHERE account_id = (SELECT id FROM accounts WHERE code = 'client-b')";
    const auto all = count("jobs"), of_theirs = count(theirs);
    EXPECT_EQ(refusal("channel.sync", {{"channel", "shop"}, {"account", "client-b"}, {"stream", "carriers"}, {"since", ""}}), "");
    EXPECT_EQ(count(theirs), of_theirs + 1);
    EXPECT_EQ(count("jobs"), all + 1);
    EXPECT_EQ(refusal("channel.sync", {{"channel", "shop"}, {"account", "client-c"}}),
              "channel_unknown: there is no channel \"shop\" in account \"client-c\"");
}

TEST_F(SameCode, IsToldApartInListsAndFindings) {
    const auto rows = run_command(*hub, "channel.list", nlohmann::json::object());
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].at("account"), "default");
    EXPECT_EQ((*rows)[1].at("account"), "client-b");
    hub->database().read([&](db::Session& session) {
        const auto account = *store::find_account(session, "client-b");
        const auto told = with_account(session, {"error", account, "shop", "stopped", "m", "look at: crossdock channel test shop"});
        EXPECT_EQ(told.channel, "shop (account client-b)");
        EXPECT_EQ(told.next_step, "look at: crossdock channel test shop --account client-b");
        EXPECT_EQ(with_account(session, {"error", std::nullopt, "", "x", "m", "n"}).channel, "");
    });
}

}  // namespace
}  // namespace crossdock::app
