// SPDX-License-Identifier: Apache-2.0
#include "crypto/token.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "crypto/compare.h"

namespace crossdock::crypto {
namespace {

TEST(RandomToken, HasTheLengthAskedForAndOnlyBase62) {
    SeededRandom random{1};
    for (const std::size_t length : {0U, 1U, 8U, 43U, 64U, 65U, 1000U}) {
        const std::string token = random_token(random, length);
        EXPECT_EQ(token.size(), length);
        EXPECT_TRUE(is_base62(token));
    }
}

TEST(RandomToken, FavoursNoCharacter) {
    SeededRandom random{2};
    std::map<char, int> seen;
    const std::string token = random_token(random, 620'000);
    for (const char c : token) ++seen[c];
    ASSERT_EQ(seen.size(), 62U);
    // 10,000 expected, standard deviation 99; "modulo 62" without rejection would put eight characters at 12,100.
    for (const auto& [c, count] : seen) EXPECT_NEAR(count, 10'000, 600) << c;
}

TEST(RandomToken, OfTheSystemDoesNotRepeat) {
    SystemRandom random;
    std::set<std::string> tokens;
    for (int i = 0; i < 1000; ++i) tokens.insert(random_token(random, 22));
    EXPECT_EQ(tokens.size(), 1000U);
}

TEST(ToBase62, FillsUpToItsWidth) {
    EXPECT_EQ(to_base62(0, 6), "000000");
    EXPECT_EQ(to_base62(61, 1), "z");
    EXPECT_EQ(to_base62(62, 1), "10");
    EXPECT_EQ(to_base62(0xFFFFFFFFU, 6), "4gfFC3");
}

TEST(EqualConstantTime, ComparesContentOfAnyLength) {
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_TRUE(equal_constant_time("secret", std::string{"secret"}));
    EXPECT_FALSE(equal_constant_time("secret", "secret "));
    EXPECT_FALSE(equal_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_constant_time("", "secret"));
    EXPECT_FALSE(equal_constant_time(std::string_view{"a\0b", 3}, std::string_view{"a\0c", 3}));
}

}  // namespace
}  // namespace crossdock::crypto
