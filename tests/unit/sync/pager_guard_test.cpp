// SPDX-License-Identifier: Apache-2.0
#include "sync/pager_guard.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace crossdock::sync {
namespace {

/// Walks a simulated pager, the guard's memory going through its text form at every page as it does between jobs.
/// Returns at which page the guard spoke, 0 if never.
template <class Next, class Ids>
int pages_until_stuck(Next next, Ids ids, int at_most) {
    std::string memory;
    std::string token;
    for (int page = 1; page <= at_most; ++page) {
        PagerGuard guard = PagerGuard::resume(memory);
        const std::string following = next(page, token);
        if (guard.look(token, following, ids(page))) return page;
        memory = guard.memory();
        if (following.empty()) return 0;
        token = following;
    }
    return 0;
}

std::vector<std::string> fresh(int page) { return {"a" + std::to_string(page), "b" + std::to_string(page)}; }

TEST(PagerGuard, LetsALongHonestWalkThrough) {
    EXPECT_EQ(pages_until_stuck([](int page, const std::string&) { return page < 10'000 ? "t" + std::to_string(page) : ""; }, fresh, 20'000), 0);
}

TEST(PagerGuard, StopsAFrozenToken) {
    EXPECT_LE(pages_until_stuck([](int, const std::string&) { return "same"; }, fresh, 100), 2);
}

TEST(PagerGuard, StopsCirclesOfAnyLength) {
    for (const int length : {2, 3, 7, 64, 1000}) {
        const int page = pages_until_stuck([&](int p, const std::string&) { return "t" + std::to_string(p % length); }, fresh, 10'000);
        EXPECT_GT(page, 0) << length;
        EXPECT_LE(page, 4 * length + 4) << length;
    }
}

TEST(PagerGuard, StopsFreshTokensThatRepeatTheSameEntries) {
    SeededRandom random(3);
    const int page = pages_until_stuck([&](int, const std::string&) { return random.uuid(); },
                                       [](int) { return std::vector<std::string>{"x", "y"}; }, 100);
    EXPECT_GT(page, 1);
    EXPECT_LE(page, 5);
}

TEST(PagerGuard, StopsEmptyPagesWithTokens) {
    SeededRandom random(4);
    EXPECT_EQ(pages_until_stuck([&](int, const std::string&) { return random.uuid(); }, [](int) { return std::vector<std::string>{}; }, 100),
              PagerGuard::kMaxEmptyPages);
}

TEST(PagerGuard, StopsAnEndlessWalkAtTheLastResort) {
    const int page = pages_until_stuck([](int p, const std::string&) { return "t" + std::to_string(p); }, fresh, 100'000);
    EXPECT_EQ(page, PagerGuard::kMaxPages);
}

TEST(PagerGuard, TakesTheLastPageAsItIs) {
    PagerGuard guard = PagerGuard::resume("");
    EXPECT_FALSE(guard.look("t", "", {}));
}

}  // namespace
}  // namespace crossdock::sync
