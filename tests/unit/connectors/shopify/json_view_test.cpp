// SPDX-License-Identifier: Apache-2.0
#include "connectors/json_view.h"

#include <gtest/gtest.h>

#include "connectors/shopify/gid.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

TEST(JsonView, CutsValuesOutAsTheyWereWritten) {
    const std::string text =
        R"( {"a" : {"nodes" :[ {"x":1.50,"t":"}],\" \\"} , [ ] ,null]} , "b":"é\u00e9\ud83c\udf81\/"} )";
    const auto index = JsonIndex::parse(text);
    ASSERT_TRUE(index);
    const JsonView root = index->root();
    std::vector<std::string_view> nodes;
    for (const JsonView node : root["a"]["nodes"]) nodes.push_back(node.raw());
    EXPECT_EQ(nodes, (std::vector<std::string_view>{R"({"x":1.50,"t":"}],\" \\"})", "[ ]", "null"}));
    EXPECT_EQ(root["b"].text(), "éé🎁/");
    EXPECT_EQ(root["a"]["nodes"].size(), 3U);
    EXPECT_EQ(replace_value(text, root["a"]["nodes"].raw(), "[]"),
              R"( {"a" : {"nodes" :[]} , "b":"é\u00e9\ud83c\udf81\/"} )");
}

TEST(JsonView, ReadsMissingFieldsLikeNull) {
    const auto index = JsonIndex::parse(R"({"a":null,"b":{"c":false}})");
    ASSERT_TRUE(index);
    const JsonView root = index->root();
    EXPECT_FALSE(root["a"]);
    EXPECT_TRUE(root["a"].exists());
    EXPECT_FALSE(root["z"]["y"]["x"].exists());
    EXPECT_TRUE(root["b"]["c"].is_false());
    EXPECT_EQ(root["z"].text(), std::nullopt);
    EXPECT_EQ(root["z"].integer(), std::nullopt);
    EXPECT_EQ(root["z"].size(), 0U);
    for ([[maybe_unused]] const JsonView none : root["z"]) ADD_FAILURE();
}

struct IntegerCase {
    const char* name;
    const char* json;
    std::optional<std::int64_t> value;
};
class JsonInteger : public testing::TestWithParam<IntegerCase> {};
TEST_P(JsonInteger, IsExactOrNothing) {
    const auto index = JsonIndex::parse(GetParam().json);
    ASSERT_TRUE(index);
    EXPECT_EQ(index->root().integer(), GetParam().value);
}
INSTANTIATE_TEST_SUITE_P(Edges, JsonInteger,
                         testing::Values(IntegerCase{"Plain", "12", 12}, IntegerCase{"Negative", "-1", -1},
                                         IntegerCase{"AsText", "\"12\"", 12}, IntegerCase{"WholeDecimal", "10.0", 10},
                                         IntegerCase{"Fraction", "10.5", std::nullopt},
                                         IntegerCase{"Exponent", "1e3", std::nullopt},
                                         IntegerCase{"Above53Bits", "9007199254740993", 9007199254740993},
                                         IntegerCase{"Largest", "9223372036854775807", 9223372036854775807},
                                         IntegerCase{"TooLarge", "9223372036854775808", std::nullopt},
                                         IntegerCase{"True", "true", std::nullopt},
                                         IntegerCase{"EmptyText", "\"\"", std::nullopt}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(JsonView, AgreesWithAFullParserOnEveryFixture) {
    for (const char* name : {"composed_orders_page.json", "composed_order_refunds.json", "composed_variants_page.json",
                             "recorded_errors.json", "recorded_bulk_operation.json", "webhook_orders_create.json",
                             "webhook_other_topics.json"}) {
        const std::string text = fixture(name);
        const auto index = JsonIndex::parse(text);
        ASSERT_TRUE(index) << name;
        const std::function<void(JsonView, const Json&)> compare = [&](JsonView view, const Json& json) {
            if (json.is_object()) {
                ASSERT_TRUE(view.is_object());
                ASSERT_EQ(view.size(), json.size());
                for (auto it = view.begin(); it != view.end(); ++it) compare(*it, json.at(std::string{it.key()}));
            } else if (json.is_array()) {
                ASSERT_EQ(view.size(), json.size());
                std::size_t i = 0;
                for (const JsonView element : view) compare(element, json[i++]);
            } else if (json.is_string()) {
                ASSERT_EQ(view.text(), json.get<std::string>());
            } else if (json.is_boolean()) {
                ASSERT_EQ(view.is_true(), json.get<bool>());
            } else if (json.is_number_integer()) {
                ASSERT_EQ(view.integer(), json.get<std::int64_t>());
            } else if (json.is_number()) {
                ASSERT_EQ(view.real(), json.get<double>());
            } else {
                ASSERT_TRUE(view.exists() && !view);
            }
        };
        compare(index->root(), Json::parse(text));
    }
}

TEST(JsonView, RefusesWhatIsNotJson) {
    for (const char* text : {"",       " ",    "{",  "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}",       "[1] 2",   "nul",
                             "tru",    "01",   "1.", "-",    "1e",      "\"\\x\"",    "\"\\u12g4\"", "\"\\u12", "\"a",
                             "\"\n\"", "\"\\", "[}", "{]",   "'a'",     "+1",         ".5",          "NaN"})
        EXPECT_FALSE(JsonIndex::parse(text)) << text;
    EXPECT_FALSE(JsonIndex::parse(std::string(100'000, '[')));
    EXPECT_FALSE(JsonIndex::parse(std::string(65, '[') + std::string(65, ']')));
    EXPECT_TRUE(JsonIndex::parse(std::string(64, '[') + std::string(64, ']')));
}

// Every fixture, cut short at every byte and with bytes changed: an answer, never a crash (the sanitizers watch).
TEST(JsonView, SurvivesCutAndDamagedText) {
    const std::string text = fixture("webhook_refunds_create.json");
    for (std::size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(JsonIndex::parse(std::string_view{text}.substr(0, length)));
    SeededRandom random(20261121);
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = text;
        for (int i = 0; i < 3; ++i) damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        const auto index = JsonIndex::parse(damaged);
        if (!index) continue;
        std::size_t seen = 0;
        const std::function<void(JsonView)> walk = [&](JsonView view) {
            seen += view.raw().size() + view.text().value_or("").size();
            for (const JsonView below : view) walk(below);
        };
        walk(index->root());
        EXPECT_GT(seen, 0U);
    }
}

struct GidCase {
    const char* name;
    const char* text;
    const char* digits;
};
class Gid : public testing::TestWithParam<GidCase> {};
TEST_P(Gid, GivesItsDigits) { EXPECT_EQ(gid_digits(GetParam().text), GetParam().digits); }
INSTANTIATE_TEST_SUITE_P(Edges, Gid,
                         testing::Values(GidCase{"Order", "gid://shopify/Order/123", "123"},
                                         GidCase{"Level",
                                                 "gid://shopify/InventoryLevel/143273001266?inventory_item_id=5359",
                                                 "143273001266"},
                                         GidCase{"Service", "gid://shopify/FulfillmentService/7?id=true", "7"},
                                         GidCase{"Plain", "123", "123"}, GidCase{"Uuid", "gid://shopify/X/12ab", ""},
                                         GidCase{"Empty", "", ""},
                                         GidCase{"EscapedSlashes", "gid:\\/\\/shopify\\/Order\\/123", "123"}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
