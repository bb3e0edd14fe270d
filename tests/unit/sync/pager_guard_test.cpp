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

std::vector<std::string> nothing(int) { return {}; }

TEST(PagerGuard, LetsEmptyPagesThroughWhileTheirTokensMove) {
    // A year of days without a refund, two pages to each day.
    EXPECT_EQ(pages_until_stuck([](int page, const std::string&) { return page < 730 ? "2026 day " + std::to_string(page / 2) + " page " + std::to_string(page % 2) : ""; },
                                nothing, 20'000),
              0);
}

TEST(PagerGuard, StopsEmptyPagesWhoseTokensNeverEnd) {
    SeededRandom random(4);
    EXPECT_EQ(pages_until_stuck([&](int, const std::string&) { return random.uuid(); }, nothing, 100'000), PagerGuard::kMaxEmptyPages);
}

struct EmptyCase {
    const char* name;
    std::string (*next)(int page);
    int at_most;  // pages until it is noticed
};
class EmptyPages : public ::testing::TestWithParam<EmptyCase> {};
TEST_P(EmptyPages, StopAtOnceWhereTheirTokensStandStill) {
    const int page = pages_until_stuck([](int p, const std::string&) { return GetParam().next(p); }, nothing, 1000);
    EXPECT_GT(page, 0);
    EXPECT_LE(page, GetParam().at_most);
}
INSTANTIATE_TEST_SUITE_P(Tokens, EmptyPages,
                         ::testing::Values(EmptyCase{"Frozen", [](int) { return std::string{"same"}; }, 2},
                                           EmptyCase{"ToAndFro", [](int p) { return "t" + std::to_string(p % 2); }, 12},
                                           EmptyCase{"Circle", [](int p) { return "t" + std::to_string(p % 30); }, 124},
                                           EmptyCase{"FrozenAfterAWhile", [](int p) { return p < 100 ? "t" + std::to_string(p) : std::string{"end"}; }, 101}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(PagerGuard, CountsEmptyPagesInARowOnly) {
    const auto every_tenth = [](int page) { return page % 10 == 0 ? fresh(page) : std::vector<std::string>{}; };
    EXPECT_EQ(pages_until_stuck([](int page, const std::string&) { return page < 15'000 ? "t" + std::to_string(page) : ""; }, every_tenth, 20'000), 0);
}

TEST(PagerGuard, BelievesASourceThatNeverHasEmptyPages) {
    std::string memory;
    int pages = 0;
    for (bool stuck = false; !stuck; ++pages) {
        PagerGuard guard = PagerGuard::resume(memory, 5);
        stuck = guard.look("t" + std::to_string(pages), "t" + std::to_string(pages + 1), {}).has_value();
        memory = guard.memory();
        ASSERT_LT(pages, 100);
    }
    EXPECT_EQ(pages, 5);
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
