// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

class V2Channels : public ::testing::Test {
protected:
    domain::Job enqueue(AccountId account, ChannelId channel, const std::string& key) {
        return hub.db->write([&](db::Session& session) {
            store::JobRepo jobs(session);
            const auto id = jobs.enqueue(
                {account, channel, domain::Lane::orders, "refresh_order", key, "{}", hub.clock.now()}, hub.clock.now());
            return *jobs.find(id);
        });
    }
    /// Given up with those words.
    JobId bury(AccountId account, const store::Channel& channel, const std::string& key) {
        enqueue(account, channel.id, key);
        return hub.db->write([&](db::Session& session) {
            store::JobRepo jobs(session);
            const auto job =
                jobs.claim({domain::Lane::orders, "boot", hub.clock.now(), std::chrono::milliseconds{1}, {}, {}});
            EXPECT_TRUE(job && job->unique_key == key);
            jobs.bury(job->id, job->fence, {ErrorKind::rejected, "no_good", "it was refused"}, hub.clock.now());
            store::ProblemRepo(session).record(account, channel.id, "job", key, {"job_dead", "it was refused"},
                                               hub.clock.now());
            return job->id;
        });
    }
    static std::string name(JobId id) { return "job_" + std::to_string(id.value); }

    V2Hub hub;
};

TEST_F(V2Channels, AreShownWithStreamsListingsAndWhatIsWrong) {
    hub.add_item(hub.shop_us, sample_item("v1", "A"));
    auto draft = sample_item("v2", "B");
    draft.status = domain::ItemStatus::draft;
    hub.add_item(hub.shop_us, draft);
    hub.db->write([&](db::Session& session) {
        store::StreamRepo streams(session);
        auto stream = streams.load(hub.shop_us.id, "orders");
        stream.watermark = hub.clock.now() - std::chrono::seconds{90};
        streams.save(stream);
        streams.note_success(hub.shop_us.id, "orders", hub.clock.now());
        store::ProblemRepo(session).record(hub.acme, hub.shop_us.id, "item", "v2", {"no_price", "has no price"},
                                           hub.clock.now());
    });
    hub.health.findings = {{"error", hub.acme, "shop-us", "orders_late", "late", "look there"},
                           {"error", hub.other, "shop-us", "theirs", "of another account", ""},
                           {"error", hub.acme, "shop-eu", "elsewhere", "of another channel", ""}};
    const auto shown = hub.data("/v2/channels/shop-us");
    EXPECT_EQ(shown["code"], "shop-us");
    EXPECT_EQ(shown["provider"], "shopify");
    EXPECT_EQ(shown["status"], "new");
    EXPECT_EQ(shown["enabled"], true);
    ASSERT_EQ(shown["streams"].size(), 1U);
    EXPECT_EQ(shown["streams"][0]["name"], "orders");
    EXPECT_EQ(shown["streams"][0]["lag_seconds"], 90);
    EXPECT_EQ(shown["listings"], json({{"active", 1}, {"draft", 1}}));
    EXPECT_EQ(
        shown["findings"],
        json::array(
            {{{"severity", "error"}, {"code", "orders_late"}, {"message", "late"}, {"next_step", "look there"}}}));
    ASSERT_EQ(shown["problems"].size(), 1U);
    EXPECT_EQ(shown["problems"][0]["code"], "no_price");
    EXPECT_TRUE(shown["reconciliation"].is_null());

    EXPECT_EQ(hub.column("/v2/channels", "code"), (Ids{"amz-eu", "amz-na", "shop-eu", "shop-us", "wm-us"}));
    EXPECT_EQ(hub.see("/v2/channels").json()["meta"]["total"], 5);
    EXPECT_EQ(hub.see("/v2/channels/nope").status(), 404);
    EXPECT_EQ(hub.see_as(hub.others_admin, "/v2/channels/shop-eu").status(), 404);
}

TEST_F(V2Channels, ATestAsksTheProviderAndLetsWhatWaitedGoOn) {
    EXPECT_EQ(hub.call("POST", "/v2/channels/shop-us/test").status(), 503) << "nobody there to ask";
    std::string asked;
    hub.context->check_channel = [&](const store::Channel& channel) -> Result<std::vector<domain::Problem>> {
        asked = channel.code;
        return std::vector<domain::Problem>{};
    };
    const auto good = hub.call("POST", "/v2/channels/shop-us/test");
    EXPECT_EQ(good.raw.body, R"({"data":{"channel":"shop-us","ok":true,"problems":[]}})");
    EXPECT_EQ(asked, "shop-us");
    EXPECT_EQ(hub.woken, 1);
    hub.context->check_channel = [](const store::Channel&) -> Result<std::vector<domain::Problem>> {
        return Error{ErrorKind::denied, "token_revoked", "the shop says no"};
    };
    const auto bad = hub.call("POST", "/v2/channels/shop-us/test");
    EXPECT_EQ(
        bad.raw.body,
        R"({"data":{"channel":"shop-us","ok":false,"problems":[{"code":"token_revoked","message":"the shop says no"}]}})");
    EXPECT_EQ(hub.woken, 1);
    EXPECT_EQ(hub.data("/v2/audit?action=channel.tested").size(), 2U);
}

TEST_F(V2Channels, ASyncPullsNowWhatWouldComeByAndBy) {
    const auto answer = hub.call("POST", "/v2/channels/shop-us/sync", R"({"stream":"orders"})");
    ASSERT_EQ(answer.status(), 202) << answer.raw.body;
    ASSERT_EQ(answer.json()["data"]["jobs"].size(), 1U);
    EXPECT_EQ(answer.json()["data"]["jobs"][0]["kind"], "pull_orders");
    EXPECT_EQ(hub.data("/v2/jobs/" + answer.json()["data"]["jobs"][0]["id"].get<std::string>())["channel"], "shop-us");
    EXPECT_EQ(hub.woken, 1);
    EXPECT_EQ(hub.call("POST", "/v2/channels/shop-us/sync").status(), 202) << "everything";
    const auto unknown = hub.call("POST", "/v2/channels/shop-us/sync", R"({"stream":"everything"})");
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_EQ(unknown.json()["error"]["details"]["reason"], "stream_unknown");
    EXPECT_EQ(hub.call("POST", "/v2/channels/shop-us/sync", R"({"since":"last week"})").status(), 422);
    EXPECT_EQ(hub.call("POST", "/v2/channels/nope/sync").status(), 404);
}

TEST_F(V2Channels, ASyncSinceATimeIsOfOrdersAndPassesNothingOver) {
    const auto ask = [this](const std::string& body) { return hub.call("POST", "/v2/channels/shop-us/sync", body); };
    const struct {
        const char* body;
        const char* reason;
        std::vector<std::string> fields;
    } refused[] = {
        {R"({"since":"2026-11-01T00:00:00Z","stream":"nope"})", "stream_unknown", {"stream"}},
        {R"({"stream":"fba"})", "stream_unknown", {"stream"}},  // no Amazon channel
        {R"({"since":"2026-11-01T00:00:00Z","stream":"catalog"})", "since_of_orders_only", {"stream", "since"}},
        {R"({"since":"2026-11-01T00:00:00Z","stream":"reconcile"})", "since_of_orders_only", {"stream", "since"}},
        // The clock stands at 2026-11-20T12:00:00Z.
        {R"({"since":"2026-11-20T12:00:01Z"})", "since_in_future", {"since"}}};
    for (const auto& one : refused) {
        const auto answer = ask(one.body);
        ASSERT_EQ(answer.status(), 422) << one.body;
        const auto details = answer.json()["error"]["details"];
        EXPECT_EQ(details["reason"], one.reason) << one.body;
        std::vector<std::string> fields;
        for (const auto& error : details["errors"]) fields.push_back(error.at("field").get<std::string>());
        EXPECT_EQ(fields, one.fields) << one.body;
    }
    EXPECT_TRUE(hub.data("/v2/jobs").empty()) << "nothing was done";
    EXPECT_EQ(hub.woken, 0);
    for (const char* body :
         {R"({"since":"2026-11-20T12:00:00Z"})", R"({"since":"2026-11-01T00:00:00Z","stream":"orders"})",
          R"({"since":"2026-11-01T00:00:00Z","stream":"all"})"}) {
        const auto answer = ask(body);
        ASSERT_EQ(answer.status(), 202) << body << answer.raw.body;
        ASSERT_EQ(answer.json()["data"]["jobs"].size(), 1U) << body;
        EXPECT_EQ(answer.json()["data"]["jobs"][0]["kind"], "pull_orders") << body;
    }
}

TEST_F(V2Channels, JobsAreListedShownAndRunByHand) {
    const auto dead = bury(hub.acme, hub.shop_us, "refresh_order:1");
    bury(hub.other, hub.others_shop, "refresh_order:2");
    const auto waiting = enqueue(hub.acme, hub.shop_eu.id, "refresh_order:3").id;
    EXPECT_EQ(hub.column("/v2/jobs", "id"), (Ids{name(waiting), name(dead)}));
    EXPECT_EQ(hub.column("/v2/jobs?state=ready", "id"), Ids{name(waiting)});
    EXPECT_EQ(hub.column("/v2/jobs?channel=shop-us", "id"), Ids{name(dead)});
    EXPECT_EQ(hub.column("/v2/jobs?lane=push", "id"), Ids{});
    EXPECT_EQ(hub.column("/v2/jobs?kind=refresh_order&state=dead,ready", "id"), (Ids{name(waiting), name(dead)}));
    EXPECT_EQ(hub.column("/v2/dead_letters", "id"), Ids{name(dead)});
    EXPECT_EQ(hub.see("/v2/dead_letters").json()["meta"]["total"], 1);
    EXPECT_EQ(hub.see("/v2/jobs?state=gone").status(), 422);

    const auto shown = hub.data("/v2/jobs/" + name(dead));
    EXPECT_EQ(shown["state"], "dead");
    EXPECT_EQ(shown["last_error"], json({{"code", "no_good"}, {"message", "it was refused"}}));
    EXPECT_TRUE(shown["run_at"].is_null()) << "not by itself";
    const std::string retry = shown["retry"]["path"];
    const auto retried = hub.call("POST", retry);
    ASSERT_EQ(retried.status(), 200) << retried.raw.body;
    EXPECT_EQ(retried.json()["data"]["state"], "ready");
    EXPECT_EQ(hub.woken, 1);
    EXPECT_EQ(hub.data("/v2/audit?action=job.retried")[0]["subject_id"], std::to_string(dead.value));
    EXPECT_EQ(hub.call_as(hub.others_admin, "POST", retry).status(), 404);
}

TEST_F(V2Channels, OnlyADeadLetterIsThrownAway) {
    const auto dead = bury(hub.acme, hub.shop_us, "refresh_order:1");
    const auto waiting = enqueue(hub.acme, hub.shop_us.id, "refresh_order:2").id;
    const auto refused = hub.call("POST", "/v2/jobs/" + name(waiting) + "/discard");
    EXPECT_EQ(refused.status(), 409);
    EXPECT_EQ(code_of(refused), "conflict");
    EXPECT_EQ(refused.json()["error"]["details"]["reason"], "job_not_dead");
    EXPECT_EQ(message_of(refused),
              name(waiting) + " is ready and goes on by itself: only a dead letter is thrown away");
    ASSERT_EQ(hub.data("/v2/channels/shop-us")["problems"].size(), 1U);
    const auto gone = hub.call("POST", "/v2/jobs/" + name(dead) + "/discard");
    ASSERT_EQ(gone.status(), 200) << gone.raw.body;
    EXPECT_EQ(gone.json()["data"]["state"], "done");
    EXPECT_TRUE(hub.data("/v2/dead_letters").empty());
    EXPECT_EQ(hub.data("/v2/channels/shop-us")["problems"].size(), 0U) << "what was noted about it is over";
    EXPECT_EQ(hub.column("/v2/jobs?state=done", "id"), Ids{name(dead)});
}

}  // namespace
}  // namespace crossdock::api::testing
