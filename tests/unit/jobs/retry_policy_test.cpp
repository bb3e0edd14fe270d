// SPDX-License-Identifier: Apache-2.0
#include "jobs/retry_policy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/outcome.h"

namespace crossdock::jobs {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, TheCeilingDoublesUpToAQuarterOfAnHour) {
    const RetryPolicy policy;
    const std::chrono::seconds expected[] = {5s, 10s, 20s, 40s, 80s, 160s, 320s, 640s, 900s, 900s, 900s};
    int failures = 0;
    for (const auto ceiling : expected) EXPECT_EQ(retry_ceiling(policy, failures++), ceiling);
    EXPECT_EQ(retry_ceiling(policy, 1'000'000), 900s);
}

TEST(RetryPolicy, SpreadsOverTheWholeStretch) {
    SeededRandom random(11);
    const RetryPolicy policy;
    for (const int failures : {0, 3, 8, 40}) {
        const auto ceiling = retry_ceiling(policy, failures);
        std::chrono::milliseconds lowest = ceiling, highest{0}, sum{0};
        for (int i = 0; i < 2'000; ++i) {
            const auto delay = retry_delay(policy, false, failures, 0ms, random).value();
            ASSERT_GE(delay, 0ms);
            ASSERT_LE(delay, ceiling);
            lowest = std::min(lowest, delay);
            highest = std::max(highest, delay);
            sum += delay;
        }
        EXPECT_LT(lowest, ceiling / 50);
        EXPECT_GT(highest, ceiling - ceiling / 50);
        EXPECT_NEAR(static_cast<double>((sum / 2'000).count()), static_cast<double>((ceiling / 2).count()),
                    static_cast<double>((ceiling / 20).count()));
    }
}

TEST(RetryPolicy, TheSameSeedGivesTheSameDelays) {
    SeededRandom a(5), b(5);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(retry_delay({}, false, i, 0ms, a), retry_delay({}, false, i, 0ms, b));
}

TEST(RetryPolicy, APushGoesOnEveryHalfHourAfterTheCurve) {
    SeededRandom random(5);
    EXPECT_LE(retry_delay({}, true, 8, 0ms, random).value(), 15min);
    EXPECT_EQ(retry_delay({}, true, 9, 0ms, random), 30min);
    EXPECT_EQ(retry_delay({}, true, 500, 0ms, random), 30min);
    EXPECT_LE(retry_delay({}, false, 500, 0ms, random).value(), 15min);
}

TEST(RetryPolicy, GivesUpAfterThreeDaysButNotForAClockThatJumped) {
    SeededRandom random(5);
    EXPECT_TRUE(retry_delay({}, true, 150, 72h - 1ms, random));
    EXPECT_FALSE(retry_delay({}, true, 150, 72h, random));
    EXPECT_FALSE(retry_delay({}, true, 19, 72h, random));
    EXPECT_TRUE(retry_delay({}, true, 2, 24h * 365, random)) << "three failures in a year that never passed";
    EXPECT_TRUE(retry_delay({}, true, 150, -24h * 365, random));
}

struct OutcomeCase {
    ErrorKind kind;
    std::optional<std::chrono::milliseconds> retry_after;
    JobOutcome::Kind outcome;
    std::chrono::milliseconds delay;
};

TEST(OutcomeOf, SaysWhoseTurnItIs) {
    using Kind = JobOutcome::Kind;
    for (const OutcomeCase& row :
         {OutcomeCase{ErrorKind::rate_limited, {}, Kind::wait, 30s},
          OutcomeCase{ErrorKind::rate_limited, 7s, Kind::wait, 7s},
          OutcomeCase{ErrorKind::rate_limited, 0s, Kind::wait, 1s},
          OutcomeCase{ErrorKind::rate_limited, 24h * 3650, Kind::wait, 24h},
          OutcomeCase{ErrorKind::denied, {}, Kind::wait, 1h},
          OutcomeCase{ErrorKind::unavailable, {}, Kind::retry, 0s}, OutcomeCase{ErrorKind::invalid, {}, Kind::stop, 0s},
          OutcomeCase{ErrorKind::not_found, {}, Kind::stop, 0s}, OutcomeCase{ErrorKind::conflict, {}, Kind::stop, 0s},
          OutcomeCase{ErrorKind::rejected, {}, Kind::stop, 0s}}) {
        const auto outcome = outcome_of({row.kind, "code", "message", row.retry_after});
        EXPECT_EQ(outcome.kind, row.outcome) << static_cast<int>(row.kind);
        EXPECT_EQ(outcome.delay, row.delay) << static_cast<int>(row.kind);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->code, "code");
    }
}

}  // namespace
}  // namespace crossdock::jobs
