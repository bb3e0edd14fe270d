// SPDX-License-Identifier: Apache-2.0
#include "observability/trouble_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observability/log.h"

namespace crossdock::log {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(TroubleLog, SaysWhatComesAgainAndAgainOnceAMinute) {
    ManualClock clock{from_ms(1'795'166'130'250)};
    const Capture capture{Level::trace, Format::text, &clock};
    TroubleLog trouble(clock);
    for (int i = 0; i < 240; ++i) {
        trouble.tell("jobs_trouble", "no job can be claimed", "the disk is full, try " + std::to_string(i));
        clock.advance(250ms);
    }
    EXPECT_THAT(capture.lines(), ElementsAre(HasSubstr("no job can be claimed")));
    trouble.tell("jobs_trouble", "something else");
    trouble.tell("other_trouble", "no job can be claimed");
    EXPECT_EQ(capture.lines().size(), 3U) << "another one is told at once";
    trouble.tell("jobs_trouble", "no job can be claimed");
    ASSERT_EQ(capture.lines().size(), 4U);
    EXPECT_THAT(capture.lines().back(), HasSubstr("repeats=239")) << "and how often it came";
}

}  // namespace
}  // namespace crossdock::log
