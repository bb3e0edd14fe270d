// SPDX-License-Identifier: Apache-2.0
#include "base/json_members.h"

#include <gtest/gtest.h>

namespace crossdock {
namespace {

TEST(JsonMembers, GivesEachValueAsItIsWritten) {
    const JsonMembers members(
        R"({"total":4200.00,"name":"a \"b\", {c}","none":null,"list":[{"x":[1,2]},"]"],"flag":true})");
    EXPECT_EQ(members["total"], "4200.00");  // a parser would make 4200.0 of it
    EXPECT_EQ(members["name"], R"("a \"b\", {c}")");
    EXPECT_EQ(members["none"], "null");
    EXPECT_EQ(members["list"], R"([{"x":[1,2]},"]"])");
    EXPECT_EQ(members["flag"], "true");
    EXPECT_EQ(members["absent"], "null");
}

TEST(JsonMembers, NeedsNoBraces) {
    const JsonMembers members(R"("a":1, "b" : { "c" : 2 } )");
    EXPECT_EQ(members["a"], "1");
    EXPECT_EQ(members["b"], R"({ "c" : 2 })");
    EXPECT_EQ(members["c"], "null") << "it is one level below";
}

TEST(JsonMembers, EndsEarlyOnWhatIsNoJson) {
    for (const char* text : {"", "{", "{}", "{\"a", "{\"a\"", "{\"a\":", "[1]", "null", "\"", "{\"a\":\"\\"}) {
        const JsonMembers members(text);
        EXPECT_EQ(members["b"], "null") << text;
    }
}

TEST(JsonElements, AreTheElementsAsWritten) {
    using Elements = std::vector<std::string_view>;
    EXPECT_EQ(json_elements(R"([1.50, {"a":[1,2]}, "x,y", null])"),
              (Elements{"1.50", R"({"a":[1,2]})", R"("x,y")", "null"}));
    EXPECT_EQ(json_elements("[]"), Elements{});
    EXPECT_EQ(json_elements("[ ]"), Elements{});
    EXPECT_EQ(json_elements("{}"), Elements{});
    EXPECT_EQ(json_elements(""), Elements{});
}

}  // namespace
}  // namespace crossdock
