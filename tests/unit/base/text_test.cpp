// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace crossdock {
namespace {

TEST(Utf8, RefusesOverlongFormsSurrogatesAndStrays) {
    EXPECT_TRUE(is_valid_utf8("plain, \xC3\xBC, \xE2\x82\xAC, \xF0\x9F\x98\x80"));
    for (const char* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xC3", "\xFF"}) {
        EXPECT_FALSE(is_valid_utf8(bad));
        EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bad)));
    }
    EXPECT_EQ(to_valid_utf8("caf\xE9"), "caf\xEF\xBF\xBD");
}

TEST(Nearest, SuggestsOnlyWhatIsMeant) {
    const std::vector<std::string> words{"listen", "allow_plain_http", "public_url"};
    EXPECT_EQ(nearest("lisen", words), "listen");
    EXPECT_EQ(nearest("LISTEN", words), "listen");
    EXPECT_EQ(nearest("allow_plain_htp", words), "allow_plain_http");
    EXPECT_EQ(nearest("colour", words), "");
}

TEST(Split, KeepsEmptyParts) {
    EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
    EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Trim, TakesBlanksOfAllKinds) {
    EXPECT_EQ(trim(" \t\r\n key \r\n"), "key");
    EXPECT_EQ(trim("   "), "");
}

TEST(SeededRandom, RepeatsFromItsSeedAndSpreads) {
    SeededRandom a(7);
    SeededRandom b(7);
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = a.uuid();
        EXPECT_EQ(id, b.uuid());
        EXPECT_EQ(id[14], '4');
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 1000U);
    for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(10), 10U);
    EXPECT_EQ(a.below(0), 0U);
}

}  // namespace
}  // namespace crossdock
