// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "store/inventory_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

/// A hub whose shop-us sells A (id `a`), B, and one sku at two locations; another account has its own item.
struct StockHub : Hub {
    std::int64_t a = add_item(shop_us, sample_item("1", "SKU-A")).value;
    std::int64_t b = add_item(shop_us, sample_item("2", "SKU-B")).value;
    std::int64_t eu = add_item(shop_eu, sample_item("3", "SKU-EU")).value;
    std::int64_t theirs = add_item(others_shop, sample_item("4", "SKU-X")).value;
    Answer stock(const std::string& items) {
        return post("/api/v1/inventory_updates", R"({"channel":"shop-us","items":)" + items + "}");
    }
    std::int64_t updates() {
        return db->read([](db::Session& session) {
            db::Statement count(session, "SELECT count(*) FROM inventory_updates");
            count.step();
            return count.integer(0);
        });
    }
};

std::string item(std::int64_t id, const std::string& quantity) {
    return "{\"item_master_id\":" + std::to_string(id) + ",\"quantity\":" + quantity + "}";
}

TEST(InventoryUpdates, AreAcceptedInOrderAndWakeTheWorkers) {
    StockHub hub;
    const auto answer = hub.stock("[" + item(hub.b, "10") + "," + item(hub.a, "0") + "]");
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    const auto ids = answer.json().at("created_ids");
    ASSERT_EQ(ids.size(), 2U);
    EXPECT_EQ(answer.json().size(), 1U);
    EXPECT_EQ(hub.woken, 1);
    EXPECT_FALSE(answer.header("Deprecation"));
    const auto first = hub.get("/api/v1/inventory_updates/" + ids[0].dump()).json();
    EXPECT_EQ(first.at("item_master_id"), hub.b);
    EXPECT_EQ(first.at("quantity"), 10);
    EXPECT_EQ(first.at("status"), "pending");
    EXPECT_EQ(first.at("channel"), "shop-us");
    EXPECT_EQ(first.at("attempts"), 0);
    for (const char* name : {"superseded_by", "last_error", "last_error_code", "next_attempt_at", "finished_at"})
        EXPECT_TRUE(first.at(name).is_null()) << name;
    EXPECT_EQ(first.at("created_at"), "2026-11-20T12:00:00Z");
}

TEST(InventoryUpdates, ARepeatThatChangesNothingIsTheSameUpdate) {
    StockHub hub;
    const auto once = hub.stock("[" + item(hub.a, "7") + "]");
    const auto twice = hub.stock("[" + item(hub.a, "7") + "]");
    EXPECT_EQ(once.raw.body, twice.raw.body);
    EXPECT_NE(hub.stock("[" + item(hub.a, "8") + "]").raw.body, once.raw.body);
}

TEST(InventoryUpdates, BySkuAloneIsCalledDeprecated) {
    StockHub hub;
    const auto answer = hub.stock(R"([{"sku":"SKU-A","quantity":3}])");
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    EXPECT_EQ(answer.header("Deprecation"), "@1764720000");
    EXPECT_EQ(answer.header("Link"), "</docs#deprecations>; rel=\"deprecation\"");
    const auto both = hub.stock(R"([{"sku":"SKU-A","item_master_id":)" + std::to_string(hub.a) + R"(,"quantity":4}])");
    ASSERT_EQ(both.status(), 201);
    EXPECT_FALSE(both.header("Deprecation"));
    EXPECT_EQ(hub.stock(R"([{"sku":"MAPPED","quantity":1}])").status(), 201)
        << "the channel's settings name an item for it";
}

TEST(InventoryUpdates, AcceptALocationAsTextOrNumber) {
    StockHub hub;
    const auto as_text =
        hub.stock(R"([{"item_master_id":)" + std::to_string(hub.a) + R"(,"location_id":"77","quantity":1}])");
    ASSERT_EQ(as_text.status(), 201) << as_text.raw.body;
    const auto as_number =
        hub.stock(R"([{"item_master_id":)" + std::to_string(hub.a) + R"(,"location_id":77,"quantity":1}])");
    EXPECT_EQ(as_number.raw.body, as_text.raw.body);
    EXPECT_EQ(
        hub.get("/api/v1/inventory_updates/" + as_text.json().at("created_ids")[0].dump()).json().at("location_id"),
        "77");
}

TEST(InventoryUpdates, ASupersededOneIsShownAsSucceededWithItsSuccessor) {
    StockHub hub;
    const auto older = hub.stock("[" + item(hub.a, "1") + "]").json().at("created_ids")[0].get<std::int64_t>();
    const auto newer = hub.stock("[" + item(hub.a, "2") + "]").json().at("created_ids")[0].get<std::int64_t>();
    hub.db->write([&](db::Session& session) {
        store::InventoryRepo(session).make_batch(hub.shop_us.id, "key", 100, hub.clock.now());
    });
    const auto shown = hub.get("/api/v1/inventory_updates/" + std::to_string(older)).json();
    EXPECT_EQ(shown.at("status"), "succeeded");
    EXPECT_EQ(shown.at("superseded_by"), newer);
    EXPECT_EQ(hub.get("/api/v1/inventory_updates/" + std::to_string(newer)).json().at("status"), "processing");
}

TEST(InventoryUpdates, ThoseOfOtherAccountsAreNotFound) {
    StockHub hub;
    const auto id = hub.stock("[" + item(hub.a, "1") + "]").json().at("created_ids")[0].dump();
    const auto answer = hub.get("/api/v1/inventory_updates/" + id, hub.other_key_);
    EXPECT_EQ(answer.status(), 404);
    EXPECT_EQ(answer.raw.body, hub.get("/api/v1/inventory_updates/999999").raw.body);
}

struct StockCase {
    const char* name;
    std::string items;  // %A %B %EU %X: ids of items
    int status;
    std::string error;  // all of it; empty: not looked at
};

class StockItems : public ::testing::TestWithParam<StockCase> {};

TEST_P(StockItems, AreAcceptedOrRefusedAsAWhole) {
    static StockHub hub;
    std::string items = GetParam().items;
    const auto fill = [&](std::string text) {
        for (const auto& [mark, id] : {std::pair{"%A", hub.a}, {"%B", hub.b}, {"%EU", hub.eu}, {"%X", hub.theirs}})
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
                text.replace(at, std::string{mark}.size(), std::to_string(id));
        return text;
    };
    const auto before = hub.updates();
    const int woken = hub.woken;
    const auto answer = hub.stock(fill(items));
    EXPECT_EQ(answer.status(), GetParam().status) << answer.raw.body;
    if (GetParam().status == 201) return;
    EXPECT_EQ(answer.error(), fill(GetParam().error));
    EXPECT_TRUE(answer.error_is_list() || answer.error() == "items must be an array");
    EXPECT_EQ(hub.updates(), before) << "all or nothing";
    EXPECT_EQ(hub.woken, woken);
}

INSTANTIATE_TEST_SUITE_P(
    Catalogue, StockItems,
    ::testing::Values(
        StockCase{"NotAnArray", "{}", 422, "items must be an array"},
        StockCase{"Null", "null", 422, "items must be an array"},
        StockCase{"Text", "\"x\"", 422, "items must be an array"}, StockCase{"Empty", "[]", 201, ""},
        StockCase{"ItemNotAnObject", R"([1,"x"])", 422, "items[0] is not an object | items[1] is not an object"},
        StockCase{"WholeAsFraction", R"([{"item_master_id":%A,"quantity":10.0}])", 201, ""},
        StockCase{"WholeAsExponent", R"([{"item_master_id":%A,"quantity":1e3}])", 201, ""},
        StockCase{"MinusZero", R"([{"item_master_id":%A,"quantity":-0}])", 201, ""},
        StockCase{"Largest", R"([{"item_master_id":%A,"quantity":2147483647}])", 201, ""},
        StockCase{"Fraction", R"([{"item_master_id":%A,"quantity":10.5}])", 422,
                  "items[0].quantity is not a whole number"},
        StockCase{"QuantityText", R"([{"item_master_id":%A,"quantity":"10"}])", 422,
                  "items[0].quantity is not a number"},
        StockCase{"QuantityTrue", R"([{"item_master_id":%A,"quantity":true}])", 422,
                  "items[0].quantity is not a number"},
        StockCase{"QuantityNull", R"([{"item_master_id":%A,"quantity":null}])", 422,
                  "items[0].quantity is not a number"},
        StockCase{"QuantityMissing", R"([{"item_master_id":%A}])", 422, "items[0].quantity is not a number"},
        StockCase{"Negative", R"([{"item_master_id":%A,"quantity":-1}])", 422,
                  "items[0].quantity is not from 0 to 2147483647"},
        StockCase{"TooLarge", R"([{"item_master_id":%A,"quantity":2147483648}])", 422,
                  "items[0].quantity is not from 0 to 2147483647"},
        StockCase{"FarTooLarge", R"([{"item_master_id":%A,"quantity":1e300}])", 422,
                  "items[0].quantity is not from 0 to 2147483647"},
        StockCase{"Neither", R"([{"quantity":1}])", 422, "either item_master_id or sku must be present"},
        StockCase{"NeitherBlankSku", R"([{"sku":"  ","quantity":1}])", 422,
                  "either item_master_id or sku must be present"},
        StockCase{"ContractsExample", R"([{"quantity":"x"}])", 422,
                  "either item_master_id or sku must be present | items[0].quantity is not a number"},
        StockCase{"NeitherOfTwo", R"([{"item_master_id":%A,"quantity":1},{"quantity":1}])", 422,
                  "items[1]: either item_master_id or sku must be present"},
        StockCase{"IdText", R"([{"item_master_id":"5","quantity":1}])", 422,
                  "items[0].item_master_id is not an integer"},
        StockCase{"SkuNumber", R"([{"sku":5,"quantity":1}])", 422, "items[0].sku is not a string"},
        StockCase{"LocationTrue", R"([{"item_master_id":%A,"location_id":true,"quantity":1}])", 422,
                  "items[0].location_id is neither a string nor an integer"},
        StockCase{"Disagreeing", R"([{"item_master_id":%A,"sku":"SKU-B","quantity":1}])", 422,
                  "items[0]: item_master_id %A has the sku \"SKU-A\", not \"SKU-B\""},
        StockCase{"UnknownId", R"([{"item_master_id":999999,"quantity":1}])", 422,
                  "items[0].item_master_id 999999 is not an item of channel shop-us; GET /api/v1/skus lists them"},
        StockCase{"OfAnotherChannel", R"([{"item_master_id":%EU,"quantity":1}])", 422,
                  "items[0].item_master_id %EU is not an item of channel shop-us; GET /api/v1/skus lists them"},
        StockCase{"OfAnotherAccount", R"([{"item_master_id":%X,"quantity":1}])", 422,
                  "items[0].item_master_id %X is not an item of channel shop-us; GET /api/v1/skus lists them"},
        StockCase{"UnknownSku", R"([{"sku":"NOPE","quantity":1}])", 422,
                  "items[0].sku \"NOPE\" is not known in channel shop-us; GET /api/v1/skus lists what is"},
        StockCase{"OneBadOfTwo", R"([{"item_master_id":%A,"quantity":555},{"item_master_id":%B,"quantity":-5}])", 422,
                  "items[1].quantity is not from 0 to 2147483647"},
        StockCase{"SameItemTwice", R"([{"item_master_id":%A,"quantity":1},{"sku":"SKU-A","quantity":2}])", 422,
                  "items[0] and items[1] are the same item at the same location; send one figure"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(InventoryUpdatesBody, OneBadOfFiveHundredIsNamed) {
    StockHub hub;
    std::string items = "[";
    for (int i = 0; i < 500; ++i)
        items += (i == 0 ? "" : ",") +
                 (i == 321 ? item(999'999, "1")
                           : R"({"sku":"MAPPED","location_id":)" + std::to_string(i + 1) + R"(,"quantity":1})");
    const auto answer = hub.stock(items + "]");
    EXPECT_EQ(answer.status(), 422);
    EXPECT_NE(answer.error().find("items[321]"), std::string::npos) << answer.error();
    EXPECT_EQ(hub.updates(), 0);
}

TEST(InventoryUpdatesBody, MoreThanTenThousandItemsAreRefused) {
    StockHub hub;
    std::string items = "[{}";
    for (int i = 0; i < 10'000; ++i) items += ",{}";
    const auto answer = hub.stock(items + "]");
    EXPECT_EQ(answer.status(), 422);
    EXPECT_EQ(answer.error(), "items has 10001 entries; at most 10000 are accepted in one request");
}

TEST(InventoryUpdatesBody, ChannelIsNeededAndMustBeOurs) {
    StockHub hub;
    const std::string items = R"("items":[{"item_master_id":1,"quantity":1}])";
    const struct {
        std::string body;
        int status;
        std::string answer;
    } rows[] = {
        {"{" + items + "}", 422, R"({"error":["channel must be present"]})"},
        {R"({"channel":null,)" + items + "}", 422, R"({"error":["channel must be present"]})"},
        {R"({"channel":5,)" + items + "}", 422, R"({"error":["channel is not a string"]})"},
        {R"({"channel":"nope",)" + items + "}", 404, R"({"error":"channel not found"})"},
        {R"({"channel":"shop-us"})", 422, R"({"error":"items must be an array"})"},
        {"[]", 422, R"({"error":["the body must be an object"]})"},
    };
    for (const auto& row : rows) {
        const auto answer = hub.post("/api/v1/inventory_updates", row.body);
        EXPECT_EQ(answer.status(), row.status) << row.body;
        EXPECT_EQ(answer.raw.body, row.answer);
    }
    EXPECT_EQ(hub.post("/api/v1/inventory_updates", R"({"channel":"shop-eu",)" + items + "}", hub.other_key_).raw.body,
              R"({"error":"channel not found"})");
    EXPECT_EQ(hub.post("/api/v1/inventory_updates", "{").status(), 400);
}

}  // namespace
}  // namespace crossdock::api::testing
