// SPDX-License-Identifier: Apache-2.0
#include "connectors/kept_pages.h"

#include <gtest/gtest.h>

namespace crossdock::connectors {
namespace {

TEST(KeptPages, AreFoundUntilTheReadingIsOver) {
    ManualClock clock{Timestamp{}};
    KeptPages pages(clock);
    EXPECT_FALSE(pages.find("a"));
    pages.keep("a", "1");
    pages.keep("a", "2");
    EXPECT_EQ(pages.find("a"), "2");
    pages.clear();
    EXPECT_FALSE(pages.find("a"));
}

TEST(KeptPages, AReadingThatMovesOnKeepsAllItHasAndOneThatStandsStillLosesIt) {
    ManualClock clock{Timestamp{}};
    KeptPages pages(clock);
    for (int i = 0; i < 10; ++i) {
        pages.keep(std::to_string(i), "x");
        clock.advance(std::chrono::minutes{9});
    }
    EXPECT_TRUE(pages.find("0"));  // after an hour and a half
    clock.advance(std::chrono::minutes{2});
    EXPECT_FALSE(pages.find("9"));
    pages.keep("new", "y");
    EXPECT_FALSE(pages.find("9"));
    EXPECT_TRUE(pages.find("new"));
}

TEST(KeptPages, HoldNoMoreThanTheyMay) {
    ManualClock clock{Timestamp{}};
    KeptPages pages(clock);
    pages.keep("first", std::string(17U * 1024 * 1024, 'x'));
    pages.keep("second", "y");
    EXPECT_FALSE(pages.find("first"));
    EXPECT_TRUE(pages.find("second"));
}

}  // namespace
}  // namespace crossdock::connectors
