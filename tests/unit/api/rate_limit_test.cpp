// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* kList = "/api/v1/orders?limit=1";

struct Told {
    std::string limit, remaining, reset, policy, state;
};
Told told(const Answer& answer) {
    const auto field = [&](const char* name) { return answer.header(name).value_or("-"); };
    return {field("X-RateLimit-Limit"), field("X-RateLimit-Remaining"), field("X-RateLimit-Reset"),
            field("RateLimit-Policy"), field("RateLimit")};
}

/// A hub at 2026-11-20T12:00:00Z with the plans of the price list that the platform's users know.
class LimitedHub : public Hub {
public:
    LimitedHub() { set_plans(known); }
    std::string limited(const std::string& plan, const std::string& scopes = "erp") {
        return make_key(acme, scopes, {}, plan);
    }
    const Plans known{{"growth", {500, std::nullopt, 20}},
                      {"hourly", {std::nullopt, 3, std::nullopt}},
                      {"daily", {2, std::nullopt, std::nullopt}}};
};

TEST(RateLimits, EveryAnswerOfALimitedKeySaysWhereItStands) {
    LimitedHub hub;
    const std::string key = hub.limited("growth");
    const auto first = told(hub.get(kList, key));
    EXPECT_EQ(first.limit, "20");
    EXPECT_EQ(first.remaining, "19");
    EXPECT_EQ(first.reset, "1795176060");  // 12:01:00
    EXPECT_EQ(first.policy, R"("minute";q=20;w=60, "day";q=500;w=86400)");
    EXPECT_EQ(first.state, R"("minute";r=19;t=60, "day";r=499;t=43200)");
    hub.clock.advance(15'500ms);
    const auto second = told(hub.get(kList, key));
    EXPECT_EQ(second.remaining, "18");
    EXPECT_EQ(second.state, R"("minute";r=18;t=45, "day";r=498;t=43185)") << "whole seconds, rounded up";
    // Whatever the answer is.
    EXPECT_EQ(told(hub.get("/api/v1/orders/999", key)).remaining, "17");
    EXPECT_EQ(told(hub.post("/api/v1/orders/ack", "{", key)).remaining, "16");
    const auto refused = hub.get(kList, hub.limited("growth", "fba:read"));
    EXPECT_EQ(refused.status(), 403);
    EXPECT_EQ(told(refused).remaining, "19");
    hub.db->close();
    const auto failed = hub.get(kList, key);
    EXPECT_EQ(failed.status(), 503);
    EXPECT_EQ(told(failed).remaining, "15");
}

TEST(RateLimits, AKeyWithoutAPlanIsNotLimitedAndNotTold) {
    LimitedHub hub;
    for (const std::string& key : {hub.key_, hub.limited("gone")})
        for (int i = 0; i < 600; ++i) {
            const auto answer = hub.get("/api/v1/carrier_codes", key);
            ASSERT_NE(answer.status(), 429);
            ASSERT_FALSE(answer.header("X-RateLimit-Limit"));
            ASSERT_FALSE(answer.header("RateLimit"));
        }
}

TEST(RateLimits, BeyondItIs429UntilTheMinuteIsOver) {
    LimitedHub hub;
    const std::string key = hub.limited("growth");
    hub.clock.advance(30s);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(hub.get(kList, key).status(), 200);
    const auto refused = hub.get(kList, key);
    EXPECT_EQ(refused.status(), 429);
    EXPECT_EQ(refused.header("Retry-After"), "30");
    EXPECT_EQ(refused.error(),
              "too many requests: the API key's plan growth allows 20 requests a minute; try again in 30 seconds");
    EXPECT_EQ(told(refused).remaining, "0");
    EXPECT_EQ(told(refused).state, R"("minute";r=0;t=30, "day";r=480;t=43170)") << "a refused one is not counted";
    // Another key of the same account, and one of another, go on.
    EXPECT_EQ(hub.get(kList, hub.limited("growth")).status(), 200);
    EXPECT_EQ(hub.get(kList, hub.other_key_).status(), 200);
    hub.clock.advance(29'999ms);
    EXPECT_EQ(hub.get(kList, key).status(), 429);
    EXPECT_EQ(hub.get(kList, key).header("Retry-After"), "1");
    hub.clock.advance(1ms);
    EXPECT_EQ(hub.get(kList, key).status(), 200);
}

TEST(RateLimits, TheDayBeginsAtMidnightUtc) {
    LimitedHub hub;
    const std::string key = hub.limited("daily");
    EXPECT_EQ(hub.get(kList, key).status(), 200);
    EXPECT_EQ(hub.get(kList, key).status(), 200);
    const auto refused = hub.get(kList, key);
    EXPECT_EQ(refused.status(), 429);
    EXPECT_EQ(refused.header("Retry-After"), "43200");
    EXPECT_EQ(told(refused).reset, "1795219200");  // 2026-11-21T00:00:00Z
    hub.clock.jump_to(*parse_iso8601("2026-11-20T23:59:59.999Z", ZoneRule::required));
    EXPECT_EQ(hub.get(kList, key).header("Retry-After"), "1");
    hub.clock.jump_to(*parse_iso8601("2026-11-21T00:00:00Z", ZoneRule::required));
    EXPECT_EQ(hub.get(kList, key).status(), 200);
}

TEST(RateLimits, TheLongestWaitIsTold) {
    LimitedHub hub;
    hub.set_plans({{"both", {2, 2, 2}}});
    const std::string key = hub.limited("both");
    hub.get(kList, key);
    hub.get(kList, key);
    const auto refused = hub.get(kList, key);
    EXPECT_EQ(refused.header("Retry-After"), "43200");
    EXPECT_EQ(told(refused).limit, "2");
    EXPECT_EQ(told(refused).reset, "1795219200");
}

TEST(RateLimits, CountsGoOnAfterARestart) {
    LimitedHub hub;
    const std::string key = hub.limited("hourly");
    hub.get(kList, key);
    hub.get(kList, key);
    const auto units = hub.db->figures().units;
    EXPECT_EQ(hub.limits->flush(), 1U);
    EXPECT_EQ(hub.limits->flush(), 0U) << "nothing new";
    EXPECT_EQ(hub.db->figures().units, units + 1);
    hub.set_plans(hub.known);  // as a start does
    EXPECT_EQ(told(hub.get(kList, key)).remaining, "0");
    EXPECT_EQ(hub.get(kList, key).status(), 429);
    hub.limits->flush();
    hub.set_plans(hub.known);
    EXPECT_EQ(hub.get(kList, key).status(), 429);
    hub.clock.advance(1h);
    EXPECT_EQ(told(hub.get(kList, key)).remaining, "2");
}

TEST(RateLimits, WhatCouldNotBeWrittenIsWrittenTheNextTime) {
    LimitedHub hub;
    hub.get(kList, hub.limited("hourly"));
    hub.db->write([](db::Session& session) { session.run_script("ALTER TABLE request_counts RENAME TO away"); });
    EXPECT_THROW(hub.limits->flush(), db::Failure);
    hub.db->write([](db::Session& session) { session.run_script("ALTER TABLE away RENAME TO request_counts"); });
    EXPECT_EQ(hub.limits->flush(), 1U);
}

TEST(RateLimits, NoRequestWaitsForTheCount) {
    LimitedHub hub;
    const std::string key = hub.limited("growth");
    const auto units = hub.db->figures().units;
    for (int i = 0; i < 10; ++i) hub.get(kList, key);
    EXPECT_EQ(hub.db->figures().units, units);
}

TEST(RateLimits, AClockThatIsSetBackLocksNobodyOut) {
    LimitedHub hub;
    const std::string key = hub.limited("daily");
    hub.clock.jump_to(*parse_iso8601("2036-01-01T00:00:00Z", ZoneRule::required));
    hub.get(kList, key);
    hub.get(kList, key);
    ASSERT_EQ(hub.get(kList, key).status(), 429);
    hub.clock.jump_to(*parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required));
    EXPECT_EQ(hub.get(kList, key).status(), 200);
}

TEST(RateLimits, ManyThreadsGetExactlyWhatThePlanAllows) {
    LimitedHub hub;
    hub.set_plans({{"threads", {1'000, std::nullopt, std::nullopt}}});
    const std::string key = hub.limited("threads");
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 200; ++n)
                if (hub.get("/api/v1/carrier_codes", key).status() != 429) ++admitted;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(admitted, 1'000);
}

}  // namespace
}  // namespace crossdock::api::testing
