// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/item_mapping.h"

#include <gtest/gtest.h>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

Json variant(std::size_t index) {
    return Json::parse(fixture("composed_variants_page.json"))["data"]["productVariants"]["nodes"][index];
}

std::string mapped(const Json& node) {
    const auto items = map_variant_payload(node.dump(), "USD");
    if (!items) return items.error().message;
    std::string out;
    for (const auto& item : *items) out += words(item);
    return out;
}

TEST(ItemMapping, GivesARowForEachLocationThatStocksTheVariant) {
    EXPECT_EQ(
        mapped(variant(0)),
        "variant 41001 at 70001 Main Warehouse, sku TSHIRT-RED-S, Tee Shirt, barcode 012345678905, "
        "gid://shopify/Product/31001, "
        "gid://shopify/ProductVariant/41001, USD 24.99, active, updated 2026-11-20T09:15:33Z, tracked true, available "
        "8\n"
        "ids {\"product_id\":\"31001\",\"variant_id\":\"41001\"}\n"
        "attrs "
        "{\"inventory_item_id\":51001,\"option1\":\"Red\",\"option2\":\"S\",\"option3\":null,\"location_id\":70001,"
        "\"location_name\":\"Main Warehouse\",\"tracked\":true,\"available\":8}\n"
        "variant 41001 at 70002 East Annex, sku TSHIRT-RED-S, Tee Shirt, barcode 012345678905, "
        "gid://shopify/Product/31001, "
        "gid://shopify/ProductVariant/41001, USD 24.99, active, updated 2026-11-20T09:15:33Z, tracked true, available "
        "5\n"
        "ids {\"product_id\":\"31001\",\"variant_id\":\"41001\"}\n"
        "attrs "
        "{\"inventory_item_id\":51001,\"option1\":\"Red\",\"option2\":\"S\",\"option3\":null,\"location_id\":70002,"
        "\"location_name\":\"East Annex\",\"tracked\":true,\"available\":5}\n");
}

TEST(ItemMapping, MapsTheOtherVariantsOfThePage) {
    EXPECT_EQ(
        mapped(variant(1)),
        "variant 41004 at 70001 Main Warehouse, sku TSHIRT-RED-M, Tee Shirt, barcode -, gid://shopify/Product/31001, "
        "gid://shopify/ProductVariant/41004, USD 24.99, active, updated 2026-11-20T09:15:33Z, tracked true, available "
        "-1\n"
        "ids {\"product_id\":\"31001\",\"variant_id\":\"41004\"}\n"
        "attrs "
        "{\"inventory_item_id\":51004,\"option1\":\"Red\",\"option2\":\"M\",\"option3\":null,\"location_id\":70001,"
        "\"location_name\":\"Main Warehouse\",\"tracked\":true,\"available\":-1}\n");
    EXPECT_EQ(
        mapped(variant(2)),
        "variant 41002 at 70001 Main Warehouse, sku MUG-01, Mug, barcode -, gid://shopify/Product/31002, "
        "gid://shopify/ProductVariant/41002, USD 15.00, draft, updated 2026-11-20T09:15:33Z, tracked false, available "
        "0\n"
        "ids {\"product_id\":\"31002\",\"variant_id\":\"41002\"}\n"
        "attrs {\"inventory_item_id\":51002,\"option1\":null,\"option2\":null,\"option3\":null,\"location_id\":70001,"
        "\"location_name\":\"Main Warehouse\",\"tracked\":false,\"available\":0}\n");
    // Nobody stocks it: one row without a location, or it could never be found.
    EXPECT_EQ(
        mapped(variant(3)),
        "variant 41006 at - -, sku -, Sticker Pack, barcode -, gid://shopify/Product/31003, "
        "gid://shopify/ProductVariant/41006, "
        "USD 3.00, unpublished, updated 2026-11-20T09:15:33Z, tracked true, available -\n"
        "ids {\"product_id\":\"31003\",\"variant_id\":\"41006\"}\n"
        "attrs {\"inventory_item_id\":51006,\"option1\":null,\"option2\":null,\"option3\":null,\"location_id\":null,"
        "\"location_name\":null,\"tracked\":true,\"available\":null}\n");
}

TEST(ItemMapping, KeepsTheVariantWithTheOneLevelAsRaw) {
    const auto items = map_variant_payload(variant(0).dump(), "USD");
    ASSERT_TRUE(items);
    Json expected = variant(0);
    Json& levels = expected["inventoryItem"]["inventoryLevels"]["nodes"];
    levels = Json::array({levels[1]});
    EXPECT_EQ(Json::parse((*items)[1].raw_json), expected);
}

TEST(ItemMapping, FollowsStatusAndLevel) {
    Json node = variant(0);
    const std::vector<std::pair<const char*, domain::ItemStatus>> words_of_status{
        {"ACTIVE", domain::ItemStatus::active},
        {"DRAFT", domain::ItemStatus::draft},
        {"ARCHIVED", domain::ItemStatus::archived},
        {"UNLISTED", domain::ItemStatus::unpublished},
        {"SOMETHING", domain::ItemStatus::inactive}};
    for (const auto& [word, status] : words_of_status) {
        node["product"]["status"] = word;
        EXPECT_EQ(map_variant_payload(node.dump(), "USD")->front().status, status) << word;
    }
    node["product"]["status"] = "ACTIVE";
    node["inventoryItem"]["inventoryLevels"]["nodes"][1]["isActive"] = false;
    const auto items = map_variant_payload(node.dump(), "USD");
    EXPECT_EQ((*items)[0].status, domain::ItemStatus::active);
    EXPECT_EQ((*items)[1].status, domain::ItemStatus::inactive);
}

TEST(ItemMapping, TakesTheLaterOfVariantAndProduct) {
    Json node = variant(0);
    node["product"]["updatedAt"] = "2026-11-21T00:00:00Z";
    EXPECT_EQ(words(map_variant_payload(node.dump(), "USD")->front().updated_at_remote), "2026-11-21T00:00:00Z");
    node["updatedAt"] = nullptr;
    EXPECT_EQ(words(map_variant_payload(node.dump(), "USD")->front().updated_at_remote), "2026-11-21T00:00:00Z");
}

TEST(ItemMapping, RefusesWithThePath) {
    Json node = variant(0);
    node["price"] = "cheap";
    EXPECT_EQ(map_variant_payload(node.dump(), "USD").error().message, "price is no amount: \"cheap\"");
    EXPECT_FALSE(map_variant_payload("{}", "USD"));
    EXPECT_FALSE(map_variant_payload("", "USD"));
}

TEST(ItemMapping, LivesWithNullsAndRepeatedLevels) {
    Json node = variant(0);
    for (auto& [key, value] : node.items())
        if (key != "id") value = nullptr;
    const auto bare = map_variant_payload(node.dump(), std::nullopt);
    ASSERT_TRUE(bare) << bare.error().message;
    EXPECT_EQ(bare->size(), 1U);
    EXPECT_EQ(bare->front().variant_id, "41001");
    EXPECT_EQ(bare->front().price, std::nullopt);
    node = variant(0);
    Json& levels = node["inventoryItem"]["inventoryLevels"]["nodes"];
    levels.push_back(levels[0]);
    EXPECT_EQ(map_variant_payload(node.dump(), "USD")->size(), 2U);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
