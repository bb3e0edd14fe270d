// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/catalog.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

std::string products(const char* sort, int page = 1, int size = 500) {
    return std::string{"GET /products?showInactive=true&sortBy="} + sort + "&page=" + std::to_string(page) +
           "&pageSize=" + std::to_string(size);
}
constexpr const char* kFull = "CreateDate&sortDir=ASC";
constexpr const char* kNews = "ModifyDate&sortDir=DESC";

Json product(std::int64_t id, const std::string& modified) {
    return {{"productId", id}, {"sku", "S" + std::to_string(id)}, {"name", "Mug"}, {"price", 26},
            {"active", true},  {"modifyDate", modified}};
}
Json product_list(const Json& rows, std::int64_t total, std::int64_t pages) {
    return {{"products", rows}, {"total", total}, {"page", 1}, {"pages", pages}};
}
std::string item_words(const Json& one, const std::string& settings = "{}") {
    Account account(settings);
    const auto out = account.connector().catalog_source()->map_item(one.dump());
    return out ? words(out->at(0)) : out.error().code + ": " + out.error().message;
}
std::string ids_of(const ItemPage& page) {
    std::string out;
    for (const RawItem& item : page.items) out += item.variant_id + " ";
    return out;
}

TEST(ShipStationItems, ThePublishedProducts) {
    const auto file = example_file("v1_products.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const Json rows = example_case(*file, "List Products")["response"]["products"];
    ASSERT_EQ(rows.size(), 2U);
    // Worked out by hand; September is UTC-7.
    EXPECT_EQ(item_words(rows[0]),
              "variant 7854008 at - -, sku 1004, Coffee Mug, barcode -, 7854008, -, USD 26, active, updated "
              "2014-09-18T19:38:43.893Z, tracked true, available -\n"
              "ids {\"product_id\":\"7854008\"}\n"
              "attrs {\"fulfillment_sku\":\"F1004\",\"warehouse_location\":\"Bin 22\",\"aliases\":[]}\n");
    EXPECT_EQ(item_words(rows[1], R"({"currency":"CAD"})"),
              "variant 7984482 at - -, sku FirstSKU, Product Name 123, barcode -, 7984482, -, CAD 10, active, updated "
              "2014-09-18T19:32:40.257Z, tracked true, available -\n"
              "ids {\"product_id\":\"7984482\"}\n"
              "attrs {\"fulfillment_sku\":\"fSkuFill\",\"warehouse_location\":\"Bin 100\",\"aliases\":[]}\n");
}

TEST(ShipStationItems, InactiveOnesAliasesAndBarcodes) {
    Json one = product(5, "2026-01-02T03:04:05");
    one["active"] = false;
    one["upc"] = "012345678905";
    one["price"] = 1.2345;
    one["aliases"] = {{{"name", "ALIAS"}, {"storeId", 26815}, {"storeName", "Acme CA"}}, {{"name", nullptr}}};
    EXPECT_EQ(
        item_words(one),
        "variant 5 at - -, sku S5, Mug, barcode 012345678905, 5, -, USD 1.2345, inactive, updated "
        "2026-01-02T11:04:05Z, tracked true, available -\n"
        "ids {\"product_id\":\"5\"}\n"
        "attrs {\"fulfillment_sku\":null,\"warehouse_location\":null,\"aliases\":[{\"name\":\"ALIAS\",\"store_id\":"
        "\"26815\",\"store_name\":\"Acme CA\"}]}\n");
    one["modifyDate"] = "never";
    EXPECT_TRUE(item_words(one).starts_with("payload_invalid: modifyDate is no time")) << item_words(one);
    one["price"] = "dear";
    EXPECT_TRUE(item_words(one).starts_with("payload_invalid: price is no price")) << item_words(one);
    one["productId"] = nullptr;
    EXPECT_TRUE(item_words(one).starts_with("payload_invalid: productId is missing")) << item_words(one);
}

TEST(ShipStationCatalog, TheWholeIsReadOldestFirst) {
    Account account(R"({"page_size":2})");
    CatalogSource& source = *account.connector().catalog_source();
    account.answer(
        products(kFull, 1, 2),
        product_list(Json::array({product(1, "2026-01-01T00:00:00"), product(2, "2020-01-01T00:00:00")}), 3, 2));
    const auto first = source.fetch_items(std::nullopt, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(ids_of(*first), "1 2 ");
    EXPECT_EQ(first->total, 3);
    account.answer(products(kFull, 2, 2), product_list(Json::array({product(3, "2026-01-01T00:00:00")}), 3, 2));
    account.reopen(true);
    const auto last = account.connector().catalog_source()->fetch_items(std::nullopt, first->next_cursor);
    ASSERT_TRUE(last) << last.error().message;
    EXPECT_EQ(ids_of(*last), "3 ");
    EXPECT_EQ(last->next_cursor, "");
}

TEST(ShipStationCatalog, NewsAreReadDownToWhatIsKnown) {
    Account account(R"({"page_size":2})");
    CatalogSource& source = *account.connector().catalog_source();
    const Timestamp since = at("2026-11-19T09:00:00Z");  // 01:00 there
    account.answer(
        products(kNews, 1, 2),
        product_list(Json::array({product(1, "2026-11-19T03:00:00"), product(2, "2026-11-19T02:00:00")}), 9, 5));
    const auto first = source.fetch_items(since, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_NE(first->next_cursor, "");
    account.answer(
        products(kNews, 2, 2),
        product_list(Json::array({product(3, "2026-11-19T01:00:00"), product(4, "2026-11-19T00:59:59")}), 9, 5));
    const auto second = source.fetch_items(since, first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ids_of(*second), "3 ");
    EXPECT_EQ(second->next_cursor, "");
}

TEST(ShipStationCatalog, GuardsOfTheList) {
    Account account(R"({"page_size":2})");
    CatalogSource& source = *account.connector().catalog_source();
    account.answer(products(kFull, 1, 2), {{"total", 0}});
    EXPECT_EQ(source.fetch_items(std::nullopt, "").error().code, "shipstation_bad_answer");
    account.answer(products(kFull, 1, 2), product_list(Json::array({product(1, "2026-01-01T00:00:00")}), 4, 2));
    EXPECT_EQ(source.fetch_items(std::nullopt, "").error().code, "shipstation_short_page");
    account.answer(
        products(kFull, 2, 2),
        product_list(Json::array({product(1, "2026-01-01T00:00:00"), product(2, "2026-01-01T00:00:00")}), 6, 3));
    EXPECT_EQ(source.fetch_items(std::nullopt, "2/1").error().code, "shipstation_repeated_page");
    EXPECT_EQ(source.fetch_items(std::nullopt, "0/").error().code, "cursor_refused");
    EXPECT_EQ(source.fetch_items(std::nullopt, "two").error().code, "cursor_refused");
    account.answer(products(kFull, 1, 2), product_list(Json::array(), 0, 0));
    const auto nothing = source.fetch_items(std::nullopt, "");
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->next_cursor, "");
}

TEST(ShipStationCatalog, LocationsAreThoseOfVersion2) {
    Account without;
    EXPECT_TRUE(without.connector().catalog_source()->fetch_locations()->empty());
    Account account;
    account.with_stock();
    CatalogSource& source = *account.connector().catalog_source();
    const std::string line = "GET /v2/inventory_locations?page_size=500";
    account.answer(line,
                   {{"inventory_locations",
                     {{{"inventory_location_id", "se-1"}, {"name", "Aisle 1"}}, {{"inventory_location_id", "se-2"}}}}});
    const auto locations = source.fetch_locations();
    ASSERT_TRUE(locations) << locations.error().message;
    ASSERT_EQ(locations->size(), 2U);
    EXPECT_EQ((*locations)[0], (domain::Location{"se-1", "Aisle 1", true}));
    EXPECT_EQ((*locations)[1], (domain::Location{"se-2", "se-2", true}));
    account.answer(line, 403, "");  // no inventory feature: the catalogue goes on
    EXPECT_TRUE(source.fetch_locations()->empty());
    account.answer(line, 503, "");
    EXPECT_FALSE(source.fetch_locations());
}

TEST(ShipStationCarriers, ThePublishedListIsUniqueByCode) {
    const auto file = example_file("v1_settings.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    Account account(R"({"extra_carriers":["dhl","UPS"]})");
    account.answer("GET /carriers", example_case(*file, "List Carriers")["response"]);
    const auto codes = account.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes) << codes.error().message;
    std::string all;
    for (const auto& code : *codes) all += code.code + "=" + code.display_name + " ";
    EXPECT_EQ(all, "stamps_com=Stamps.com ups=UPS fedex=FedEx endicia=Endicia dhl=dhl ");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
