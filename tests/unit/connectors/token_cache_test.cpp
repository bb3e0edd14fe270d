// SPDX-License-Identifier: Apache-2.0
#include "connectors/token_cache.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/clock.h"

namespace crossdock::connectors {
namespace {

/// How often a token is fetched when it is asked for once an hour on two days.
int fetches_in_two_days(std::chrono::seconds lives) {
    ManualClock clock(Timestamp{std::chrono::hours{24 * 365 * 50}});
    TokenCache tokens;
    int fetched = 0;
    for (int hour = 0; hour < 48; ++hour) {
        EXPECT_TRUE(tokens.get(clock, [&]() -> Result<IssuedToken> {
            ++fetched;
            return IssuedToken{Secret{"t"}, lives};
        }));
        clock.advance(std::chrono::hours{1});
    }
    return fetched;
}

TEST(TokenCache, TakesALifeThatIsNonsense) {
    EXPECT_EQ(fetches_in_two_days(std::chrono::seconds{3600}), 48);
    EXPECT_EQ(fetches_in_two_days(std::chrono::hours{24}), 3) << "renewed when four fifths of a day are over";
    EXPECT_EQ(fetches_in_two_days(std::chrono::seconds{std::numeric_limits<std::int64_t>::max()}), 3);
    EXPECT_EQ(fetches_in_two_days(std::chrono::seconds{-1}), 48);
    EXPECT_EQ(fetches_in_two_days(std::chrono::seconds{std::numeric_limits<std::int64_t>::min()}), 48);
}

}  // namespace
}  // namespace crossdock::connectors
