// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/stock.h"

#include <gtest/gtest.h>

#include <set>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

using State = PushOutcome::State;

StockLine line(std::int64_t id, std::int64_t item, std::int64_t quantity,
               std::optional<std::string> location = "70001") {
    StockLine out;
    out.update_id = id;
    out.sku = "SKU-" + std::to_string(item);
    out.item_attrs_json = R"({"inventory_item_id":)" + std::to_string(item) + R"(,"tracked":true})";
    out.location_id = std::move(location);
    out.quantity = quantity;
    return out;
}

const Json kDone{{"inventorySetQuantities",
                  {{"inventoryAdjustmentGroup", {{"id", "gid://shopify/InventoryAdjustmentGroup/5"}}},
                   {"userErrors", Json::array()}}}};

Json refusal(const Json& errors) {
    return {{"inventorySetQuantities", {{"inventoryAdjustmentGroup", nullptr}, {"userErrors", errors}}}};
}
Json row_error(const char* row, const char* code, const char* message) {
    return {{"field", {"input", "quantities", row, "locationId"}}, {"message", message}, {"code", code}};
}

std::vector<PushOutcome> push(Shop& shop, const std::vector<StockLine>& lines, const std::string& key = "batch-1") {
    return shop.connector().stock_sink()->push_stock(lines, key);
}

TEST(PushStock, SetsAbsoluteFiguresWithTheBatchsKey) {
    Shop shop;
    shop.answer("HubInventorySet", kDone, [](const Json& variables) {
        EXPECT_EQ(variables, Json::parse(R"({"input":{"name":"on_hand","reason":"correction",
            "referenceDocumentUri":"gid://crossdock/InventoryUpdate/1001","quantities":[
              {"inventoryItemId":"gid://shopify/InventoryItem/51001","locationId":"gid://shopify/Location/70001","quantity":10,"changeFromQuantity":null},
              {"inventoryItemId":"gid://shopify/InventoryItem/51004","locationId":"gid://shopify/Location/70002","quantity":0,"changeFromQuantity":null}
            ]},"idempotencyKey":"batch-1"})"));
    });
    const auto outcomes = push(shop, {line(1001, 51001, 10), line(1002, 51004, 0, "gid://shopify/Location/70002")});
    ASSERT_EQ(outcomes.size(), 2U);
    for (const auto& outcome : outcomes) {
        EXPECT_EQ(outcome.state, State::succeeded);
        EXPECT_EQ(outcome.provider_id, "gid://shopify/InventoryAdjustmentGroup/5");
    }
    EXPECT_NE(shop.http.requests().at(0).body.find("@idempotent(key: $idempotencyKey)"), std::string::npos);
}

TEST(PushStock, TakesQuantityNameAndItemMapFromTheSettings) {
    Shop shop(R"({"inventory_quantity_name":"available","inventory_item_id_map":{"NEW-1":51009}})");
    shop.answer("HubInventorySet", kDone, [](const Json& variables) {
        EXPECT_EQ(variables["input"]["name"], "available");
        EXPECT_EQ(variables["input"]["quantities"][0]["inventoryItemId"], "gid://shopify/InventoryItem/51009");
    });
    StockLine unknown = line(1, 0, 5);
    unknown.sku = "NEW-1";
    unknown.item_attrs_json = "{}";
    EXPECT_EQ(push(shop, {unknown}).at(0).state, State::succeeded);
}

TEST(PushStock, SettlesByItselfWhatNeedsNoCall) {
    Shop shop;
    StockLine untracked = line(1, 51002, 5);
    untracked.item_attrs_json = R"({"inventory_item_id":51002,"tracked":false})";
    StockLine no_item = line(2, 0, 5);
    no_item.item_attrs_json = "{}";
    const auto outcomes = push(shop, {untracked, no_item, line(3, 51001, 5, std::nullopt), line(4, 51001, 5, "Main"),
                                      line(5, 51001, 3'000'000'000)});
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_EQ(outcomes[0].state, State::succeeded);
    EXPECT_EQ(outcomes[0].code, "not_tracked");
    const char* expected[] = {"not_tracked", "no_inventory_item", "no_location", "no_location",
                              "quantity_out_of_range"};
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(outcomes[i].code, expected[i]);
        EXPECT_NE(outcomes[i].message, "");
        EXPECT_EQ(outcomes[i].state, i == 0 ? State::succeeded : State::failed);
        EXPECT_TRUE(outcomes[i].unsent) << expected[i];
    }
}

TEST(PushStock, TakesOneBadRowOutAndSendsTheRestUnderANewKey) {
    Shop shop;
    std::string second_key;
    shop.answer(
        "HubInventorySet",
        refusal(Json::array({row_error("1", "INVALID_LOCATION", "The specified location could not be found.")})),
        [](const Json& variables) { EXPECT_EQ(variables["input"]["quantities"].size(), 3U); });
    shop.answer("HubInventorySet", kDone, [&](const Json& variables) {
        EXPECT_EQ(variables["input"]["quantities"].size(), 2U);
        EXPECT_EQ(variables["input"]["quantities"][1]["quantity"], 30);
        second_key = variables["idempotencyKey"];
        EXPECT_NE(second_key, "batch-1");
    });
    const std::vector<StockLine> lines{line(1, 51001, 10), line(2, 51002, 20, "79999"), line(3, 51003, 30)};
    const auto outcomes = push(shop, lines);
    EXPECT_EQ(outcomes[0].state, State::succeeded);
    EXPECT_EQ(outcomes[1].state, State::failed);
    EXPECT_EQ(outcomes[1].code, "INVALID_LOCATION");
    EXPECT_EQ(outcomes[1].message, "The specified location could not be found.");
    EXPECT_EQ(outcomes[2].state, State::succeeded);
    for (const auto& outcome : outcomes) EXPECT_FALSE(outcome.unsent) << "all of them went out";

    // The same batch again (its outcome was lost): the same keys again, so Shopify replays instead of doing it twice.
    shop.answer("HubInventorySet", refusal(Json::array({row_error("1", "INVALID_LOCATION", "x")})),
                [](const Json& variables) { EXPECT_EQ(variables["idempotencyKey"], "batch-1"); });
    shop.answer("HubInventorySet", kDone,
                [&](const Json& variables) { EXPECT_EQ(variables["idempotencyKey"], second_key); });
    push(shop, lines);
}

TEST(PushStock, GoesOnWithANewKeyWhenTheOldOneIsSpent) {
    for (const char* code : {"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}) {
        Shop shop;
        std::set<std::string> keys;
        const auto keep = [&](const Json& variables) { keys.insert(variables["idempotencyKey"].get<std::string>()); };
        const Json spent = refusal(Json::array({{{"field", nullptr}, {"message", "spent"}, {"code", code}}}));
        shop.answer("HubInventorySet", spent, keep);
        shop.answer("HubInventorySet", spent, keep);
        shop.answer("HubInventorySet", kDone, keep);
        EXPECT_EQ(push(shop, {line(1, 51001, 10)}).at(0).state, State::succeeded);
        EXPECT_EQ(keys.size(), 3U);
    }
}

TEST(PushStock, WaitsWithTheSameKeyWhileItIsAtWork) {
    Shop shop;
    shop.answer(
        "HubInventorySet",
        refusal(Json::array({{{"field", nullptr}, {"message", "busy"}, {"code", "IDEMPOTENCY_CONCURRENT_REQUEST"}}})));
    const auto outcomes = push(shop, {line(1, 51001, 10)});
    EXPECT_EQ(outcomes[0].state, State::unknown);
    EXPECT_TRUE(outcomes[0].retry_after);
}

TEST(PushStock, StocksAnItemAtALocationOnceAndThenSetsIt) {
    Shop shop;
    const Json not_stocked =
        refusal(Json::array({row_error("0", "ITEM_NOT_STOCKED_AT_LOCATION", "The item is not stocked.")}));
    shop.answer("HubInventorySet", not_stocked);
    shop.answer("HubInventoryActivate",
                Json{{"inventoryActivate", {{"inventoryLevel", {{"id", "x"}}}, {"userErrors", Json::array()}}}},
                [](const Json& variables) {
                    EXPECT_EQ(variables["inventoryItemId"], "gid://shopify/InventoryItem/51001");
                    EXPECT_EQ(variables["locationId"], "gid://shopify/Location/70001");
                    EXPECT_NE(variables["idempotencyKey"], "batch-1");
                });
    shop.answer("HubInventorySet", kDone,
                [](const Json& variables) { EXPECT_EQ(variables["input"]["quantities"].size(), 2U); });
    for (const auto& outcome : push(shop, {line(1, 51001, 10), line(2, 51002, 20)}))
        EXPECT_EQ(outcome.state, State::succeeded);

    // Not stocked even after that: failed, in Shopify's words. And a refusal to stock it.
    Shop stubborn;
    stubborn.answer("HubInventorySet", not_stocked);
    stubborn.answer("HubInventoryActivate", Json{{"inventoryActivate", {{"userErrors", Json::array()}}}});
    stubborn.answer("HubInventorySet", not_stocked);
    EXPECT_EQ(push(stubborn, {line(1, 51001, 10)}).at(0).code, "ITEM_NOT_STOCKED_AT_LOCATION");
    Shop closed;
    closed.answer("HubInventorySet", not_stocked);
    closed.answer(
        "HubInventoryActivate",
        Json{{"inventoryActivate", {{"userErrors", {{{"field", nullptr}, {"message", "Location is closed"}}}}}}});
    const auto outcome = push(closed, {line(1, 51001, 10)}).at(0);
    EXPECT_EQ(outcome.state, State::failed);
    EXPECT_NE(outcome.message.find("Location is closed"), std::string::npos);
}

struct RecordedCase {
    const char* entry;
    const char* code;
    std::size_t lines;
};
class RecordedRefusal : public testing::TestWithParam<RecordedCase> {};
TEST_P(RecordedRefusal, FailsTheLinesItIsAbout) {
    Shop shop;
    shop.answer("HubInventorySet",
                Json::parse(fixture("recorded_inventory_set_quantities.json"))[GetParam().entry]["response"].dump());
    std::vector<StockLine> lines;
    for (std::size_t i = 0; i < GetParam().lines; ++i)
        lines.push_back(line(static_cast<std::int64_t>(i), 51001 + static_cast<std::int64_t>(i), 5));
    for (const auto& outcome : push(shop, lines)) {
        EXPECT_EQ(outcome.state, State::failed);
        EXPECT_EQ(outcome.code, GetParam().code);
        EXPECT_NE(outcome.message, "");
    }
}
INSTANTIATE_TEST_SUITE_P(Recorded, RecordedRefusal,
                         testing::Values(RecordedCase{"invalid_reason", "INVALID_REASON", 2},
                                         RecordedCase{"invalid_name", "INVALID_NAME", 2},
                                         RecordedCase{"duplicate_pair", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
                                                      2},
                                         RecordedCase{"on_hand_negative", "INVALID_QUANTITY_NEGATIVE", 1},
                                         RecordedCase{"missing_idempotent_directive", "shopify_query_refused", 2},
                                         RecordedCase{"missing_change_from_quantity", "shopify_query_refused", 1}),
                         [](const auto& row) { return std::string(row.param.entry); });

TEST(PushStock, AcceptsTheRecordedSuccess) {
    Shop shop;
    shop.answer("HubInventorySet",
                Json::parse(fixture("recorded_inventory_set_quantities.json"))["set_available_ok"]["response"].dump());
    const auto outcome = push(shop, {line(1, 53469430055218, 5)}).at(0);
    EXPECT_EQ(outcome.state, State::succeeded);
    EXPECT_EQ(outcome.provider_id, "gid://shopify/InventoryAdjustmentGroup/54640716251442");
}

TEST(PushStock, LetsTheLaterOfTwoFiguresWin) {
    Shop shop;
    shop.answer("HubInventorySet", kDone, [](const Json& variables) {
        ASSERT_EQ(variables["input"]["quantities"].size(), 1U);
        EXPECT_EQ(variables["input"]["quantities"][0]["quantity"], 8);
    });
    const auto outcomes = push(shop, {line(1, 51001, 10), line(2, 51001, 8)});
    EXPECT_EQ(outcomes[0].code, "superseded");
    EXPECT_EQ(outcomes[1].state, State::succeeded);
}

struct LostCase {
    const char* name;
    std::function<void(Shop&)> answer;
    State state;
};
class StockTrouble : public testing::TestWithParam<LostCase> {};
TEST_P(StockTrouble, SaysWhetherItMayHaveHappened) {
    Shop shop;
    GetParam().answer(shop);
    for (const auto& outcome : push(shop, {line(1, 51001, 10), line(2, 51002, 10)}))
        EXPECT_EQ(outcome.state, GetParam().state);
}
INSTANTIATE_TEST_SUITE_P(
    Table, StockTrouble,
    testing::Values(
        LostCase{"NoAnswer", [](Shop& s) { s.http.then_error("net_no_answer"); }, State::unknown},
        LostCase{"AnswerTooLarge", [](Shop& s) { s.http.then_error("net_too_large"); }, State::unknown},
        LostCase{"ServerError", [](Shop& s) { s.http.then(502, ""); }, State::unknown},
        LostCase{"HalfAnAnswer", [](Shop& s) { s.http.then(200, "{\"data\":{\"inv"); }, State::unknown},
        LostCase{"InternalError",
                 [](Shop& s) {
                     s.http.then(
                         200, Json::parse(fixture("recorded_errors.json"))["internalServerError"]["response"].dump());
                 },
                 State::unknown},
        LostCase{"NotSent", [](Shop& s) { s.http.then_error("net_not_sent"); }, State::retry},
        LostCase{"Throttled",
                 [](Shop& s) {
                     s.http.then(200, Json::parse(fixture("recorded_errors.json"))["throttled"]["response"].dump());
                 },
                 State::retry},
        LostCase{"TooManyRequests", [](Shop& s) { s.http.then(429, ""); }, State::retry},
        LostCase{"ShopFrozen", [](Shop& s) { s.http.then(402, ""); }, State::retry}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PushStock, DoesNotTurnForEver) {
    Shop shop;
    for (int i = 0; i < 12; ++i)
        shop.answer(
            "HubInventorySet",
            refusal(Json::array(
                {{{"field", nullptr}, {"message", "spent"}, {"code", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}}})));
    const auto outcome = push(shop, {line(1, 51001, 10)}).at(0);
    EXPECT_EQ(outcome.state, State::retry);
    EXPECT_EQ(outcome.code, "shopify_stock_stuck");
}

TEST(PushStock, TakesNothingForNothing) {
    Shop shop;
    EXPECT_TRUE(push(shop, {}).empty());
    EXPECT_EQ(shop.connector().stock_sink()->max_batch(), 250U);
}

TEST(ReadStock, TellsTheVeryFigureThatIsPushed) {
    const Json level = Json::parse(
        R"({"inventoryItem":{"id":"x","inventoryLevel":{"id":"y","isActive":true,
            "quantities":[{"name":"available","quantity":7},{"name":"on_hand","quantity":9}]}}})");
    StockLine one;
    one.item_attrs_json = R"({"inventory_item_id":51001})";
    one.location_id = "70001";
    StockLine untracked = one, lost = one, unknown = one;
    untracked.item_attrs_json = R"({"inventory_item_id":51002,"tracked":false})";
    lost.location_id.reset();
    unknown.item_attrs_json = "{}";
    const std::vector<StockLine> lines{one, untracked, lost, unknown, one};
    Shop shop;
    ASSERT_TRUE(shop.connector().stock_sink()->can_read_stock());
    shop.answer("HubInventoryLevel", level, [](const Json& variables) {
        EXPECT_EQ(variables["id"], "gid://shopify/InventoryItem/51001");
        EXPECT_EQ(variables["location"], "gid://shopify/Location/70001");
    });
    shop.answer("HubInventoryLevel", Json{{"inventoryItem", {{"id", "x"}, {"inventoryLevel", nullptr}}}});
    const auto shown = shop.connector().stock_sink()->read_stock(lines);
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{9, std::nullopt, std::nullopt, std::nullopt, std::nullopt}));

    Shop net(R"({"inventory_quantity_name":"available"})");
    net.answer("HubInventoryLevel", level);
    EXPECT_EQ((*net.connector().stock_sink()->read_stock(std::span{lines}.first(1)))[0], 7);
    Shop silent;
    silent.http.then_error("net_no_answer");
    EXPECT_FALSE(silent.connector().stock_sink()->read_stock(lines));
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
