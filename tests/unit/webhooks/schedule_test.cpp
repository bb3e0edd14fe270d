// SPDX-License-Identifier: Apache-2.0
#include "webhooks/schedule.h"

#include <gtest/gtest.h>

namespace crossdock::webhooks {
namespace {

using namespace std::chrono_literals;
using Notice = EndpointVerdict::Notice;

/// A throw of the dice that is always the same.
class Loaded final : public Random {
public:
    explicit Loaded(std::byte every) : every_(every) {}
    void fill(std::span<std::byte> out) override { std::fill(out.begin(), out.end(), every_); }

private:
    std::byte every_;
};

TEST(Schedule, WaitsAreThosePromisedWithinAFifth) {
    const std::chrono::milliseconds planned[]{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    Loaded lowest{std::byte{0}};
    Loaded highest{std::byte{0xFF}};
    std::chrono::milliseconds sum{0};
    for (int tries = 1; tries < kMostTries; ++tries) {
        const auto plan = planned[tries - 1];
        sum += plan;
        EXPECT_EQ(wait_after(tries, lowest), plan * 8 / 10) << tries;
        EXPECT_GT(*wait_after(tries, highest), plan * 119 / 100) << tries;
        EXPECT_LE(*wait_after(tries, highest), plan * 12 / 10) << tries;
    }
    EXPECT_EQ(sum, 75h + 35min + 5s);
    EXPECT_FALSE(wait_after(kMostTries, lowest));
    EXPECT_FALSE(wait_after(0, lowest));
}

TEST(Schedule, TheReceiversOwnWishCountsWhenItIsTheLonger) {
    Loaded lowest{std::byte{0}};
    EXPECT_EQ(wait_after(1, lowest, 60s), 60s);
    EXPECT_EQ(wait_after(1, lowest, 1s), 4s);
    EXPECT_EQ(wait_after(1, lowest, 100h), 24h);
    EXPECT_FALSE(wait_after(kMostTries, lowest, 60s));
}

TEST(RetryAfter, ReadsSecondsAndDates) {
    const Timestamp now = *parse_iso8601("2026-11-20T09:00:00Z", ZoneRule::required);
    EXPECT_EQ(parse_retry_after("120", now), 120s);
    EXPECT_EQ(parse_retry_after(" 0 ", now), 0s);
    EXPECT_EQ(parse_retry_after("Fri, 20 Nov 2026 09:10:00 GMT", now), 10min);
    EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 24h);
    EXPECT_EQ(parse_retry_after("9223372036854775807", now), 24h);
    for (const char* nothing : {"", "-5", "soon", "1.5", "Fri, 20 Nov 2026 08:00:00 GMT"})
        EXPECT_FALSE(parse_retry_after(nothing, now)) << nothing;
}

TEST(EndpointRule, FiveDaysOfNothingButFailuresCountFromTheSecondOne) {
    Timestamp now = from_ms(1'790'000'000'000);
    store::EndpointHealth health;
    const auto fail = [&](std::chrono::milliseconds later) {
        now += later;
        auto verdict = after_failure(health, "answered 500", now);
        health = verdict.health;
        return verdict.notice;
    };
    EXPECT_EQ(fail(0s), Notice::none);
    EXPECT_FALSE(health.failing_since);
    EXPECT_EQ(fail(10h), Notice::none);
    const Timestamp counted_from = now;
    EXPECT_EQ(health.failing_since, counted_from);
    EXPECT_EQ(fail(23h), Notice::none);
    EXPECT_EQ(fail(1h), Notice::one_day);
    EXPECT_EQ(fail(1h), Notice::none) << "told once";
    EXPECT_EQ(fail(47h), Notice::three_days);
    EXPECT_EQ(fail(1h), Notice::none);
    EXPECT_EQ(fail(46h), Notice::none);
    EXPECT_EQ(fail(1h), Notice::disable);
    EXPECT_EQ(now - counted_from, 120h);
}

TEST(EndpointRule, AFailureADayAfterTheLastOneIsAFirstOneAgain) {
    Timestamp now = from_ms(1'790'000'000'000);
    auto health = after_failure({}, "x", now).health;
    health = after_failure(health, "x", now + 25h).health;
    EXPECT_FALSE(health.failing_since);
    health = after_failure(health, "x", now + 26h).health;
    EXPECT_EQ(health.failing_since, now + 26h);
}

TEST(EndpointRule, OneSuccessForgetsEverything) {
    const Timestamp now = from_ms(1'790'000'000'000);
    auto health = after_failure(after_failure({}, "x", now).health, "x", now + 1h).health;
    health = after_success(health, now + 2h);
    EXPECT_FALSE(health.failed_at || health.failing_since || health.last_error);
    EXPECT_EQ(health.succeeded_at, now + 2h);
    EXPECT_EQ(after_success(health, now + 2h + 30s).succeeded_at, now + 2h) << "to the minute";
    EXPECT_EQ(after_failure(health, "x", now + 200h).notice, Notice::none);
}

}  // namespace
}  // namespace crossdock::webhooks
