// SPDX-License-Identifier: Apache-2.0
#include "base/json_canonical.h"

#include <gtest/gtest.h>

namespace crossdock {
namespace {

struct CanonicalCase {
    const char* name;
    const char* written;
    const char* canonical;  // null: not JSON
};
class CanonicalJson : public ::testing::TestWithParam<CanonicalCase> {};

TEST_P(CanonicalJson, IsOneTextForOneDocument) {
    const auto text = canonical_json(GetParam().written);
    if (GetParam().canonical == nullptr) {
        EXPECT_FALSE(text);
    } else {
        ASSERT_TRUE(text);
        EXPECT_EQ(*text, GetParam().canonical);
        EXPECT_EQ(canonical_json(*text), text);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Documents, CanonicalJson,
    ::testing::Values(CanonicalCase{"Blanks", " { \"a\" :\n[ 1 , 2 ] } ", R"({"a":[1,2]})"},
                      CanonicalCase{"Order", R"({"b":1,"a":{"d":2,"c":3}})", R"({"a":{"c":3,"d":2},"b":1})"},
                      CanonicalCase{"ListsKeepTheirs", "[3,1,2]", "[3,1,2]"},
                      CanonicalCase{"NumbersAsWritten", "[1,1.0,1e0,1E+0,-0,0,-0.0,0.10,-5]",
                                    "[1,1.0,1e0,1E+0,-0,0,-0.0,0.10,-5]"},
                      CanonicalCase{"LargeNumbers", "[9223372036854775808,18446744073709551616,1234567890123456789.12]",
                                    "[9223372036854775808,18446744073709551616,1234567890123456789.12]"},
                      CanonicalCase{"Escapes", R"({"\u0061":"\u00e9\/\t"})", "{\"a\":\"é/\\t\"}"},
                      CanonicalCase{"Words", "[true,false,null,\"\"]", R"([true,false,null,""])"},
                      CanonicalCase{"Empty", R"({"a":{},"b":[],"c":[{}]})", R"({"a":{},"b":[],"c":[{}]})"},
                      CanonicalCase{"ANameTwice", R"({"a":2,"b":0,"a":1})", R"({"a":2,"a":1,"b":0})"},
                      CanonicalCase{"NoDocument", "", nullptr}, CanonicalCase{"TwoDocuments", "1 2", nullptr},
                      CanonicalCase{"Broken", "{\"a\":", nullptr}, CanonicalCase{"NotUtf8", "\"\xff\"", nullptr}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(CanonicalJsonDepth, IsBounded) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(canonical_json(nested(64)));
    EXPECT_FALSE(canonical_json(nested(65)));
    EXPECT_FALSE(canonical_json(std::string(500'000, '[')));
}

TEST(CanonicalJsonText, BodiesThatDifferBehindANulAreNotOne) {
    EXPECT_FALSE(canonical_json(std::string("{}\0{}", 5)));
    EXPECT_FALSE(canonical_json(std::string("{}\0", 3)));
}

}  // namespace
}  // namespace crossdock
