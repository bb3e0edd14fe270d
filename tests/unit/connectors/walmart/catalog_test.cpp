// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/catalog.h"

#include "connectors/walmart/item_mapping.h"
#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

constexpr const char* kFirstItems = "GET /v3/items?nextCursor=%2A&limit=200";

Json item(const std::string& sku) {
    return {{"mart", "WALMART_US"}, {"sku", sku}, {"lifecycleStatus", "ACTIVE"}, {"publishedStatus", "PUBLISHED"}};
}
Json item_page(const std::vector<std::string>& skus, int total, const Json& next = nullptr) {
    Json items = Json::array();
    for (const auto& sku : skus) items.push_back(item(sku));
    return {{"ItemResponse", items}, {"totalItems", total}, {"nextCursor", next}};
}

struct StatusCase {
    const char* name;
    const char* lifecycle;
    const char* published;
    const char* status;
};
class WalmartItemStatus : public ::testing::TestWithParam<StatusCase> {};
TEST_P(WalmartItemStatus, IsCanonical) {
    EXPECT_EQ(to_string(item_status(GetParam().lifecycle, GetParam().published)), GetParam().status);
}
INSTANTIATE_TEST_SUITE_P(Table, WalmartItemStatus,
                         ::testing::Values(StatusCase{"Retired", "RETIRED", "PUBLISHED", "retired"},
                                           StatusCase{"Archived", "ARCHIVED", "UNPUBLISHED", "archived"},
                                           StatusCase{"Active", "ACTIVE", "PUBLISHED", "active"},
                                           StatusCase{"NoLifecycle", "", "PUBLISHED", "active"},
                                           StatusCase{"Unpublished", "ACTIVE", "UNPUBLISHED", "unpublished"},
                                           StatusCase{"SystemProblem", "ACTIVE", "SYSTEM_PROBLEM", "unpublished"},
                                           StatusCase{"Ready", "ACTIVE", "READY_TO_PUBLISH", "draft"},
                                           StatusCase{"InProgress", "ACTIVE", "IN_PROGRESS", "draft"},
                                           StatusCase{"Stage", "ACTIVE", "STAGE", "draft"},
                                           StatusCase{"NotKnown", "ACTIVE", "BLOCKED", "unpublished"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartItem, ThePublishedOnesReadAsStated) {
    const auto file = example_file("items.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    const Json list = example_answer(*file, "getAllItems")["ItemResponse"];
    const auto rows = map_item_payload(list[0].dump());
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ(
        words(rows->front()),
        "variant 2792005 at - -, sku 2792005, Carhartt Men's Rugged Vest, barcode 00886859944807, 0RE1TWYTKBKH, -, USD "
        "59.99, unpublished, updated -, tracked true, available -\n"
        R"(ids {"wpid":"0RE1TWYTKBKH","upc":"886859944807","gtin":"00886859944807"})"
        "\n"
        R"(attrs {"product_type":"Outerwear Coats, Jackets & Vests","condition":"New","lifecycle_status":"ACTIVE",)"
        R"("published_status":"UNPUBLISHED","variant_group_id":null,"unpublished_reasons":["No shipping information was )"
        R"(set up. Please re - ingest this item with a shipping price if you are submitting an over - ride.","You did )"
        R"(not assign a tax code to your listing during item setup. Please re-ingest your item with a valid tax code."]})"
        "\n");
    EXPECT_EQ(Json::parse(rows->front().raw_json), list[0]);
    const struct {
        const char* facts;
        std::size_t place;
    } rest[] = {{"4534200 49.99 unpublished 00889192592087", 1},
                {"4419464 189.00 unpublished 00889169324734", 2},
                {"2928108 89.95 unpublished 00883956217001", 3}};
    for (const auto& one : rest) {
        const auto read = map_item_payload(list[one.place].dump());
        ASSERT_TRUE(read);
        const domain::Item& row = read->front();
        EXPECT_EQ(row.variant_id + " " + words(row.price) + " " + std::string{to_string(row.status)} + " " +
                      words(row.barcode),
                  one.facts);
    }
    const auto single = map_item_payload(example_answer(*file, "getAnItem")["ItemResponse"][0].dump());
    ASSERT_TRUE(single);
    EXPECT_EQ(words(single->front().price) + " " + std::string{to_string(single->front().status)} + " " +
                  single->front().external_ids_json,
              R"(3.00 active {"wpid":"0RCPILAXM0C1","gtin":"06932096330348"})");  // an empty upc is none
}

TEST(WalmartItem, NeedsASku) {
    EXPECT_EQ(map_item_payload(R"({"wpid":"1"})").error().message, "sku is missing");
    const auto bare = map_item_payload(R"({"sku":"A","upc":"123","unpublishedReasons":{"reason":"one"}})");
    ASSERT_TRUE(bare);
    EXPECT_EQ(words(bare->front().barcode) + words(bare->front().price) + words(bare->front().currency), "123--");
    EXPECT_NE(bare->front().attrs_json.find(R"("unpublished_reasons":["one"])"), std::string::npos);
}

TEST(WalmartCatalog, OneCursorServesForTheWholeScan) {
    Seller seller;
    seller.token();
    CatalogSource& source = *seller.connector().catalog_source();
    seller.answer(kFirstItems, item_page({"A", "B"}, 5, "AoE/x=="));
    const auto first = source.fetch_items(std::nullopt, "");
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_EQ(first->items.size(), 2U);
    EXPECT_EQ(first->items[1].variant_id, "B");
    EXPECT_EQ(first->total, 5);
    seller.answer("GET /v3/items?nextCursor=AoE%2Fx%3D%3D&limit=200", item_page({"C", "D"}, 5, "AoE/x=="));
    const auto second = source.fetch_items(std::nullopt, first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_NE(second->next_cursor, first->next_cursor);  // else the hub would take it for a list without an end
    seller.answer("GET /v3/items?nextCursor=AoE%2Fx%3D%3D&limit=200", item_page({"E"}, 5, "AoE/x=="));
    const auto third = source.fetch_items(std::nullopt, second->next_cursor);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->next_cursor, "");
}

TEST(WalmartCatalog, PassesOverAnItemWithoutSku) {
    Seller seller;
    seller.token();
    Json page = item_page({"A", "B"}, 2);
    page["ItemResponse"][0].erase("sku");
    seller.answer(kFirstItems, page);
    const auto read = seller.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->items.size(), 1U);
    EXPECT_EQ(read->items[0].variant_id, "B");
}

TEST(WalmartCatalog, AnEmptyCatalogueIsANotFound) {
    Seller seller;
    seller.token();
    seller.answer(kFirstItems, 404, refusal("CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API", "none"));
    const auto page = seller.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->items.empty());
    EXPECT_EQ(page->next_cursor, "");
}

/// The cursor moves on at Walmart. A page whose answer is lost does not come again, and must not count as gone.
TEST(WalmartCatalog, APageThatIsLostStartsTheWalkOver) {
    Seller seller;
    seller.token();
    CatalogSource& source = *seller.connector().catalog_source();
    seller.answer(kFirstItems, item_page({"A"}, 5, "c"));
    const auto first = source.fetch_items(std::nullopt, "");
    ASSERT_TRUE(first);
    seller.http.then_error("net_no_answer");
    EXPECT_EQ(source.fetch_items(std::nullopt, first->next_cursor).error().code, "cursor_refused");
    seller.answer("GET /v3/items?nextCursor=c&limit=200", 200, R"({"ItemResponse":[{"sk)");
    EXPECT_EQ(source.fetch_items(std::nullopt, first->next_cursor).error().code, "cursor_refused");
    seller.http.then_error("net_not_sent");  // then nothing has moved
    EXPECT_EQ(source.fetch_items(std::nullopt, first->next_cursor).error().code, "net_not_sent");
    seller.answer("GET /v3/items?nextCursor=c&limit=200", 400, refusal("INVALID_REQUEST_PARAM.GMP_ITEM_API", "cursor"));
    EXPECT_EQ(source.fetch_items(std::nullopt, first->next_cursor).error().code, "cursor_refused");
    EXPECT_EQ(source.fetch_items(std::nullopt, "items x").error().code, "cursor_refused");
}

TEST(WalmartCatalog, AListThatEndsTooEarlyIsReadAgainOnce) {
    Seller seller;
    const std::function<void()> endings[] = {
        [&] { seller.answer("GET /v3/items?nextCursor=c&limit=200", item_page({"B"}, 5)); },
        [&] { seller.answer("GET /v3/items?nextCursor=c&limit=200", item_page({}, 5, "c")); },
        [&] {
            seller.answer("GET /v3/items?nextCursor=c&limit=200", 404,
                          refusal("CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API", "x"));
        }};
    for (const auto& end : endings) {
        seller.reopen(true);
        seller.token();
        CatalogSource& fresh = *seller.connector().catalog_source();
        for (const bool second : {false, true}) {
            seller.answer(kFirstItems, item_page({"A"}, 5, "c"));
            const auto first = fresh.fetch_items(std::nullopt, "");
            ASSERT_TRUE(first);
            end();
            const auto last = fresh.fetch_items(std::nullopt, first->next_cursor);
            // At the very same place once more: then Walmart's count is wrong, not the list.
            EXPECT_EQ(last ? "the end" : last.error().code, second ? "the end" : "cursor_refused");
        }
    }
}

TEST(WalmartCatalog, AWalkForWhatChangedMayEndEarly) {
    Seller seller;
    seller.token();
    seller.answer(kFirstItems, item_page({"A"}, 5));
    const auto page = seller.connector().catalog_source()->fetch_items(at("2026-05-04T17:00:00Z"), "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->next_cursor, "");
}

TEST(WalmartCatalog, AServiceThatTakesFiftyOnlyGetsFifty) {
    Seller seller;
    seller.token();
    CatalogSource& source = *seller.connector().catalog_source();
    seller.answer(kFirstItems, 400, refusal("INVALID_REQUEST_PARAM.GMP_ITEM_API", "Invalid limit", "limit"));
    seller.answer("GET /v3/items?nextCursor=%2A&limit=50", item_page({"A"}, 2, "c"));
    const auto first = source.fetch_items(std::nullopt, "");
    ASSERT_TRUE(first) << first.error().message;
    seller.answer("GET /v3/items?nextCursor=c&limit=50", item_page({"B"}, 2));
    ASSERT_TRUE(source.fetch_items(std::nullopt, first->next_cursor));
}

TEST(WalmartCatalog, BetweenDailyWalksALargeCatalogueIsNotReadWhole) {
    Seller seller;
    seller.token();
    CatalogSource& source = *seller.connector().catalog_source();
    seller.answer(kFirstItems, item_page({"A"}, 5'000, "c"));
    const auto small = source.fetch_items(at("2026-05-04T17:00:00Z"), "");
    ASSERT_TRUE(small);
    EXPECT_NE(small->next_cursor, "");
    seller.answer(kFirstItems, item_page({"A"}, 5'001, "c"));
    const auto large = source.fetch_items(at("2026-05-04T17:00:00Z"), "");
    ASSERT_TRUE(large);
    EXPECT_EQ(large->next_cursor, "");
}

TEST(WalmartCatalog, ShipNodesAreTheLocations) {
    const auto file = example_file("auth_and_settings.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    Seller seller;
    seller.token();
    seller.answer("GET /v3/settings/shipping/shipnodes", example_answer(*file, "getAllFulfillmentCenters"));
    const auto locations = seller.connector().catalog_source()->fetch_locations();
    ASSERT_TRUE(locations);
    EXPECT_EQ(*locations, (std::vector<domain::Location>{{"99351656957153281", "MP_Deliverr", false},
                                                         {"84955660770217985", "Seller test-distributor", false}}));
    seller.answer("GET /v3/settings/shipping/shipnodes", 403, "");
    EXPECT_TRUE(seller.connector().catalog_source()->fetch_locations()->empty());
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
