// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/catalog.h"

#include <gtest/gtest.h>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

Json connection(const Json& nodes, const std::string& cursor = "") {
    return {{"pageInfo", {{"hasNextPage", !cursor.empty()}, {"endCursor", cursor.empty() ? Json() : Json(cursor)}}},
            {"nodes", nodes}};
}

TEST(FetchItems, ReadsFullAndChangedPages) {
    Shop shop("{}", R"({"currency":"USD"})");
    const std::string body = fixture("composed_variants_page.json");
    shop.answer("HubVariantsPage", body, [](const Json& variables) {
        EXPECT_EQ(variables, Json({{"first", 50}, {"after", nullptr}, {"query", nullptr}}));
    });
    const auto page = shop.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->items.size(), 4U);
    EXPECT_EQ(page->items[0].variant_id, "41001");
    EXPECT_EQ(page->next_cursor, "eyJsYXN0X2lkIjo0MTAwNiwibGFzdF92YWx1ZSI6IjE3OTUxNjYxMzMwMDAifQ==");
    std::size_t rows = 0;
    for (const auto& item : page->items) {
        // The node as it came, but for the cursors of its levels, which say nothing about the variant.
        Json sent =
            Json::parse(body)["data"]["productVariants"]["nodes"][static_cast<std::size_t>(&item - page->items.data())];
        sent["inventoryItem"]["inventoryLevels"]["pageInfo"] = {{"hasNextPage", false}, {"endCursor", nullptr}};
        EXPECT_EQ(Json::parse(item.payload), sent);
        rows += shop.connector().catalog_source()->map_item(item.payload)->size();
    }
    EXPECT_EQ(rows, 5U);
    shop.answer("HubVariantsPage", Json{{"productVariants", connection(Json::array())}}, [](const Json& variables) {
        EXPECT_EQ(variables["query"], "updated_at:>='2026-11-20T08:00:00Z'");
        EXPECT_EQ(variables["after"], "x");
    });
    EXPECT_TRUE(shop.connector().catalog_source()->fetch_items(at("2026-11-20T08:00:00Z"), "x"));
}

TEST(FetchItems, CompletesTheLevelsOfAVariant) {
    Shop shop;
    Json variant = Json::parse(fixture("composed_variants_page.json"))["data"]["productVariants"]["nodes"][0];
    Json& levels = variant["inventoryItem"]["inventoryLevels"];
    levels["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "V1"}};
    Json third = levels["nodes"][0];
    third["location"]["legacyResourceId"] = "70003";
    shop.answer("HubVariantsPage", Json{{"productVariants", connection(Json::array({variant}))}});
    shop.answer("HubInventoryLevels", Json{{"inventoryItem", {{"inventoryLevels", connection(Json::array({third}))}}}},
                [](const Json& variables) {
                    EXPECT_EQ(variables, Json({{"id", "gid://shopify/InventoryItem/51001"}, {"after", "V1"}}));
                });
    const auto page = shop.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(shop.connector().catalog_source()->map_item(page->items[0].payload)->size(), 3U);
}

TEST(FetchLocations, ListsInactiveOnesToo) {
    Shop shop;
    shop.answer("HubLocations", Json{{"locations", connection(Json::array({{{"id", "gid://shopify/Location/70001"},
                                                                            {"legacyResourceId", "70001"},
                                                                            {"name", "Main"},
                                                                            {"isActive", true}}}),
                                                              "p")}});
    shop.answer(
        "HubLocations",
        Json{{"locations", connection(Json::array(
                               {{{"id", "gid://shopify/Location/70002"}, {"name", "Old"}, {"isActive", false}}}))}},
        [](const Json& variables) { EXPECT_EQ(variables["after"], "p"); });
    const auto locations = shop.connector().catalog_source()->fetch_locations();
    ASSERT_TRUE(locations);
    EXPECT_EQ(*locations, (std::vector<domain::Location>{{"70001", "Main", true}, {"70002", "Old", false}}));
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
