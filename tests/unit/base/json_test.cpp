// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/text.h"

namespace crossdock {
namespace {

struct RefusalCase {
    const char* name;
    std::string text;
    const char* code;
    const char* in_message;
};
class RefusesJson : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusesJson, WithACodeAndAPlace) {
    const auto parsed = parse_json(GetParam().text);
    ASSERT_FALSE(parsed) << parsed->dump();
    EXPECT_EQ(parsed.error().code, GetParam().code) << parsed.error().message;
    EXPECT_NE(parsed.error().message.find(GetParam().in_message), std::string::npos) << parsed.error().message;
}

std::string repeated(const char* piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += piece;
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    Catalogue, RefusesJson,
    testing::Values(RefusalCase{"Empty", "", "json_syntax", "line 1, column 1"}, RefusalCase{"Blanks", "  \n ", "json_syntax", "line 2"},
                    RefusalCase{"TwoDocuments", "{} {}", "json_syntax", "line 1, column 4"},
                    RefusalCase{"TrailingComma", "{\"a\":1,}", "json_syntax", "line 1, column 8"},
                    RefusalCase{"NotANumber", "[NaN]", "json_syntax", "line 1"}, RefusalCase{"Comment", "{} // x", "json_syntax", "line 1"},
                    RefusalCase{"SingleQuotes", "{'a':1}", "json_syntax", "column 2"},
                    RefusalCase{"SecondLine", "{\n  \"a\": x\n}", "json_syntax", "line 2, column 8"},
                    RefusalCase{"Depth65", repeated("[", 65) + repeated("]", 65), "json_depth", "64"},
                    RefusalCase{"Depth20000", repeated("[", 20'000), "json_depth", "64"},
                    RefusalCase{"TooManyElements", "[" + repeated("0,", 100'000) + "0]", "json_too_many_elements", "100000"},
                    RefusalCase{"LongString", "\"" + std::string(300'000, 'x') + "\"", "json_string_too_long", "262144"},
                    RefusalCase{"DuplicateKey", R"({"id":1,"id":2})", "json_duplicate_key", "\"id\""},
                    RefusalCase{"NulInString", R"({"a":"\u0000"})", "json_nul", "U+0000"},
                    RefusalCase{"Latin1", "{\"a\":\"\xE9\"}", "json_encoding", "UTF-8"},
                    RefusalCase{"LoneSurrogate", R"({"a":"\ud800"})", "json_encoding", "line 1"},
                    RefusalCase{"HugeNumber", "[1e400]", "json_syntax", "too large"}),
    [](const auto& row) { return std::string(row.param.name); });

// A parser that takes a NUL for the end would answer for half of what was sent.
TEST(ParseJson, WhatStandsBehindANulIsNotPassedOver) {
    const std::string text("{\"a\":1}\n\0{\"a\":2}", 17);
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, "json_syntax");
    EXPECT_NE(parsed.error().message.find("line 2, column 1"), std::string::npos) << parsed.error().message;
    EXPECT_FALSE(parse_json(std::string("[1,\0 2]", 8)));
    EXPECT_FALSE(parse_json(std::string("\0", 1)));
}

TEST(ParseJson, TakesWhatIsAllowed) {
    const auto with_mark = parse_json("\xEF\xBB\xBF{\"a\":[1,2.5,true,null,\"\xC3\xBC\"]}");
    ASSERT_TRUE(with_mark) << with_mark.error().message;
    EXPECT_EQ((*with_mark)["a"].size(), 5U);
    EXPECT_TRUE(parse_json(repeated("[", 64) + repeated("]", 64)));
    const auto lenient = parse_json(R"({"id":1,"id":2,"n":"\u0000"})", channel_json_limits());
    ASSERT_TRUE(lenient);
    EXPECT_EQ((*lenient)["id"], 2);
}

TEST(JsonWriter, WritesWhatAnyParserReadsBack) {
    SeededRandom random(20261121);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (std::uint64_t i = random.below(40); i > 0; --i) text += static_cast<char>(random.below(256));
        text = to_valid_utf8(text);
        const auto number = static_cast<std::int64_t>(random.next());
        std::string out;
        JsonWriter(out)
            .begin_object()
            .field("text", text)
            .field("number", number)
            .field("none", std::optional<std::string>{})
            .key("list")
            .begin_array()
            .value(true)
            .null()
            .raw("{\"x\":1}")
            .end_array()
            .end_object();
        const auto read = nlohmann::json::parse(out);
        EXPECT_EQ(read["text"], text);
        EXPECT_EQ(read["number"], number);
        EXPECT_TRUE(read["none"].is_null());
        EXPECT_EQ(read["list"], nlohmann::json::parse("[true,null,{\"x\":1}]"));
    }
}

}  // namespace
}  // namespace crossdock
