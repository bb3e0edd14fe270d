// SPDX-License-Identifier: Apache-2.0
#include "jobs/breaker.h"

#include <gtest/gtest.h>

namespace crossdock::jobs {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

constexpr ChannelId kShop{1}, kOther{2};

class BreakerTest : public testing::Test {
protected:
    void fail(int times, ChannelId channel = kShop) {
        for (int i = 0; i < times; ++i) breaker_.failed(channel, breaker_.begin(channel));
    }
    ManualClock clock_{from_ms(0)};
    Breaker breaker_{clock_};
};

TEST_F(BreakerTest, OpensAfterFiveFailuresOneAfterTheOther) {
    fail(4);
    EXPECT_EQ(breaker_.state(kShop), State::closed);
    breaker_.succeeded(kShop);
    fail(4);
    EXPECT_TRUE(breaker_.blocked().empty());
    EXPECT_TRUE(breaker_.failed(kShop, false));
    EXPECT_EQ(breaker_.state(kShop), State::open);
    EXPECT_EQ(breaker_.blocked(), std::vector{kShop});
    EXPECT_EQ(breaker_.state(kOther), State::closed) << "nobody else's business";
}

TEST_F(BreakerTest, ThePauseDoublesFromAMinuteToAQuarterOfAnHour) {
    fail(5);
    for (const auto pause : {60s, 120s, 240s, 480s, 900s, 900s}) {
        EXPECT_EQ(breaker_.state(kShop), State::open);
        EXPECT_EQ(breaker_.next_opening(), clock_.steady() + pause);
        clock_.advance(pause - 1ms);
        EXPECT_EQ(breaker_.state(kShop), State::open);
        clock_.advance(1ms);
        EXPECT_EQ(breaker_.state(kShop), State::half_open);
        EXPECT_FALSE(breaker_.next_opening());
        EXPECT_TRUE(breaker_.begin(kShop));
        EXPECT_TRUE(breaker_.failed(kShop, true));
    }
    clock_.advance(900s);
    EXPECT_TRUE(breaker_.begin(kShop));
    EXPECT_TRUE(breaker_.succeeded(kShop));
    EXPECT_EQ(breaker_.state(kShop), State::closed);
    fail(5);
    EXPECT_EQ(breaker_.next_opening(), clock_.steady() + 60s) << "a success forgets everything";
}

TEST_F(BreakerTest, HalfOpenLetsOneProbeThrough) {
    fail(5);
    clock_.advance(60s);
    EXPECT_TRUE(breaker_.blocked().empty());
    EXPECT_TRUE(breaker_.begin(kShop));
    EXPECT_EQ(breaker_.blocked(), std::vector{kShop});
    breaker_.no_news(kShop, true);
    EXPECT_TRUE(breaker_.blocked().empty()) << "the probe did not ask: the next one may";
    EXPECT_EQ(breaker_.state(kShop), State::half_open);
}

TEST_F(BreakerTest, StragglersDoNotLengthenThePause) {
    fail(5);
    clock_.advance(30s);
    EXPECT_FALSE(breaker_.failed(kShop, false));
    EXPECT_EQ(breaker_.next_opening(), 60s);
    clock_.advance(30s);
    EXPECT_FALSE(breaker_.failed(kShop, false)) << "began before it opened";
    EXPECT_EQ(breaker_.state(kShop), State::half_open);
}

TEST_F(BreakerTest, AJumpOfTheWallClockChangesNothing) {
    fail(5);
    clock_.jump_to(from_ms(1'000'000'000'000));
    EXPECT_EQ(breaker_.state(kShop), State::open);
    clock_.advance(60s);
    EXPECT_EQ(breaker_.state(kShop), State::half_open);
}

}  // namespace
}  // namespace crossdock::jobs
