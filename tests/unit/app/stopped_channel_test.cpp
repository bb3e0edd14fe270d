// SPDX-License-Identifier: Apache-2.0
// Where an operator sees that a channel is stopped, and what starts it again.
#include "hub_fixture.h"
#include "store/channel_repo.h"
#include "sync/check_channel.h"

namespace crossdock::app {
namespace {

class AStoppedChannel : public HubTest<ManualClock> {
protected:
    AStoppedChannel() {
        open(options());
        hub->database().write([&](db::Session& session) {
            store::ChannelRepo channels(session);
            const auto channel = channels.list_all().front();
            channels.set_state(channel.id, store::ChannelState::stopped, "shopify_unauthorized",
                               "the access token is not valid (any more)", clock.now());
            // Its check was denied a moment ago and waits for its hour.
            store::JobRepo jobs(session);
            jobs.enqueue(sync::check_channel_job(channel, clock.now()), clock.now());
            const Job run = jobs.claim({Lane::orders, "boot", clock.now(), 60s, {}, {}}).value();
            jobs.wait(run.id, run.fence, {ErrorKind::denied, "shopify_unauthorized", "no"}, clock.now() + 1h, clock.now());
            check = run.id;
        });
    }
    Timestamp checked_at() {
        return with_jobs([&](store::JobRepo& jobs) { return jobs.find(check); })->run_at;
    }
    nlohmann::json listed() { return run_command(*hub, "channel.list", nlohmann::json::object())->at(0); }
    JobId check;
};

TEST_F(AStoppedChannel, ShowsInHealthWithTheNextStep) {
    const auto health = look_at_health(hub->env(), hub->runner());
    const auto* finding = find(health, "shopify_unauthorized");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->severity, "error");
    EXPECT_EQ(finding->channel, "shop");
    EXPECT_EQ(finding->message, "the access token is not valid (any more)");
    for (const char* words : {"credentials", "every hour", "crossdock channel test shop"})
        EXPECT_NE(finding->next_step.find(words), std::string::npos) << finding->next_step;
}

TEST_F(AStoppedChannel, ShowsInTheListAndInTheMetrics) {
    EXPECT_EQ(listed()["state"], "stopped");
    EXPECT_EQ(listed()["code"], "shopify_unauthorized");
    EXPECT_EQ(listed()["message"], "the access token is not valid (any more)");
    EXPECT_EQ(listed()["since"], format_rfc3339(clock.now()));
    http::Request request;
    request.method = "GET";
    request.path = request.target = "/metrics";
    request.remote_address = "127.0.0.1";
    const auto answer = hub->router().dispatch(request);
    EXPECT_NE(answer.body.find(R"(crossdock_channel_state{channel="shop",state="stopped"} 1)"), std::string::npos)
        << answer.body;
}

TEST_F(AStoppedChannel, IsTriedAtOnceByChannelSync) {
    ASSERT_TRUE(run_command(*hub, "channel.sync", {{"channel", "shop"}, {"stream", "orders"}, {"since", ""}}));
    EXPECT_EQ(listed()["state"], "degraded");
    EXPECT_EQ(listed()["code"], "trying_again");
    EXPECT_EQ(checked_at(), clock.now());
    EXPECT_EQ(count("jobs WHERE kind = 'pull_orders' AND run_at_ms <= " + std::to_string(to_ms(clock.now()))), 1);
}

TEST_F(AStoppedChannel, IsCheckedAtTheNextStart) {
    EXPECT_EQ(checked_at(), clock.now() + 1h);
    clock.advance(5min);
    open(options());
    EXPECT_EQ(checked_at(), clock.now());
    EXPECT_EQ(listed()["state"], "stopped") << "until its check says otherwise";
}

TEST_F(AStoppedChannel, IsAskedForNothingMeanwhile) {
    hub->database().write([&](db::Session& session) {
        const auto channel = store::ChannelRepo(session).list_all().front();
        store::JobRepo(session).enqueue(
            {channel.account_id, channel.id, Lane::push, "push_stock", "push_stock:x", "{}", clock.now()}, clock.now());
    });
    while (hub->step()) {
    }
    EXPECT_EQ(
        count("jobs WHERE unique_key = 'push_stock:x' AND state = 'retry' AND last_error_code = 'channel_stopped' AND "
              "attempt = 0"),
        1);
}

}  // namespace
}  // namespace crossdock::app
