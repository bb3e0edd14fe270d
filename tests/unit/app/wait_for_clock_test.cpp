// SPDX-License-Identifier: Apache-2.0
#include "app/wait_for_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace crossdock::app {
namespace {

const Timestamp kNow = *parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required);

TEST(WaitForClock, GoesOnAtOnceWhenTheTimeCanBeRight) {
    const ManualClock clock(kNow);
    platform::Signals signals;
    EXPECT_TRUE(wait_for_clock(clock, signals));
}

TEST(WaitForClock, WaitsIn1970UntilTheClockIsSet) {
    ManualClock clock(Timestamp{});
    platform::Signals signals;
    EXPECT_FALSE(is_plausible(clock.now()));
    bool went_on = false;
    std::thread waiting([&] { went_on = wait_for_clock(clock, signals); });
    clock.jump_to(kNow);
    waiting.join();
    EXPECT_TRUE(went_on);
}

TEST(WaitForClock, EndsWhenToldTo) {
    const ManualClock clock(Timestamp{});
    platform::Signals signals;
    signals.raise(platform::Signal::reload);  // changes nothing
    signals.raise(platform::Signal::stop);
    EXPECT_FALSE(wait_for_clock(clock, signals));
}

}  // namespace
}  // namespace crossdock::app
