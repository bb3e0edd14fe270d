// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/inventory.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

using State = PushOutcome::State;
constexpr const char* kPush = "POST /v2/inventory";

StockLine line(std::optional<std::string> sku, std::int64_t quantity,
               std::optional<std::string> location = std::nullopt) {
    StockLine out;
    out.update_id = 1;
    out.sku = std::move(sku);
    out.quantity = quantity;
    out.location_id = std::move(location);
    return out;
}
std::vector<PushOutcome> push(Account& account, const std::vector<StockLine>& lines) {
    return account.connector().stock_sink()->push_stock(lines, "key");
}

TEST(ShipStationStock, IsSetByAdjustWithTheOtherKey) {
    Account account(R"({"shipstation_inventory_location_id":"se-1"})");
    account.with_stock();
    account.answer(kPush, 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(request.url, "https://api.shipstation.com/v2/inventory");
        EXPECT_EQ(header_of(request, "api-key"), "v2key");
        EXPECT_EQ(header_of(request, "Authorization"), "-");
        EXPECT_EQ(request.body,
                  R"({"transaction_type":"adjust","inventory_location_id":"se-1","sku":"MUG","quantity":12})");
    });
    account.answer(kPush, 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(Json::parse(request.body)["inventory_location_id"], "se-9");
    });
    const auto out = push(account, {line("MUG", 12), line("CUP", 0, "se-9")});
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].state, State::succeeded);
    EXPECT_EQ(out[1].state, State::succeeded);
}

TEST(ShipStationStock, WhatNamesNoGoodsOrNoPlaceFails) {
    Account account;
    account.with_stock();
    const auto out = push(account, {line(std::nullopt, 1, "se-1"), line("MUG", 1)});
    EXPECT_EQ(out[0].code, "sku_missing");
    EXPECT_EQ(out[1].code, "location_missing");
    EXPECT_TRUE(out[0].unsent && out[1].unsent);
    EXPECT_EQ(out[1].state, State::failed);
}

struct StockRow {
    const char* name;
    int status;
    std::string body;
    State state;
    const char* says;
};
class ShipStationStockAnswer : public ::testing::TestWithParam<StockRow> {};
TEST_P(ShipStationStockAnswer, IsTheOutcome) {
    Account account(R"({"shipstation_inventory_location_id":"se-1"})");
    account.with_stock();
    account.answer(kPush, GetParam().status, GetParam().body);
    const auto out = push(account, {line("MUG", 1)});
    EXPECT_EQ(out[0].state, GetParam().state);
    EXPECT_NE(out[0].message.find(GetParam().says), std::string::npos) << out[0].message;
}
INSTANTIATE_TEST_SUITE_P(
    Table, ShipStationStockAnswer,
    ::testing::Values(
        StockRow{"Validation", 400,
                 R"({"request_id":"aa3d8e8e","errors":[{"error_source":"shipengine","error_type":"validation",)"
                 R"("error_code":"invalid_field_value","message":"sku MUG was not found"}]})",
                 State::failed, "sku MUG was not found"},
        StockRow{"WrongKey", 401, "", State::retry, "v2_api_key"}, StockRow{"NoFeature", 403, "", State::failed, "403"},
        StockRow{"Down", 500, "", State::unknown, "500"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationStock, AThrottleStopsTheRestOfTheBatch) {
    Account account(R"({"shipstation_inventory_location_id":"se-1"})");
    account.with_stock();
    account.answer(kPush, 204, "");
    account.answer(kPush, 429, "", {}, {{"Retry-After", "7"}});
    const auto out = push(account, {line("A", 1), line("B", 1), line("C", 1)});
    EXPECT_EQ(out[0].state, State::succeeded);
    EXPECT_EQ(out[1].state, State::retry);
    EXPECT_EQ(out[1].retry_after, std::chrono::milliseconds{7000});
    EXPECT_EQ(out[2].state, State::retry);
    // The other version has a limit of its own.
    account.answer("GET /carriers", Json::array());
    EXPECT_TRUE(account.connector().carrier_source()->carrier_codes());
}

TEST(ShipStationStock, TheFigureThatIsSetCanBeRead) {
    Account account(R"({"shipstation_inventory_location_id":"se-1"})");
    account.with_stock();
    account.answer(
        "GET /v2/inventory?sku=MUG%20RED&inventory_location_id=se-1&group_by=location",
        {{"inventory",
          {{{"sku", "MUG RED"}, {"on_hand", 4}, {"allocated", 1}, {"available", 3}, {"inventory_location_id", "se-2"}},
           {{"sku", "MUG RED"},
            {"on_hand", 12},
            {"allocated", 2},
            {"available", 10},
            {"inventory_location_id", "se-1"}}}}});
    account.answer("GET /v2/inventory?sku=NONE&inventory_location_id=se-1&group_by=location",
                   {{"inventory", Json::array()}});
    StockSink& sink = *account.connector().stock_sink();
    ASSERT_TRUE(sink.can_read_stock());
    const std::vector<StockLine> lines{line("MUG RED", 0), line("NONE", 0), line(std::nullopt, 0)};
    const auto out = sink.read_stock(lines);
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(*out, (std::vector<std::optional<std::int64_t>>{12, std::nullopt, std::nullopt}));
}

TEST(ShipStationStock, ThePublishedErrorIsInItsWords) {
    const auto file = example_file("v2_composed.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    Account account(R"({"shipstation_inventory_location_id":"se-1"})");
    account.with_stock();
    account.answer(kPush, 400, example_case(*file, "error")["response"].dump());
    const auto out = push(account, {line("MUG", 1)});
    EXPECT_EQ(out[0].code, "shipstation_refused");
    EXPECT_NE(out[0].message.find("shipment_id se-1 was not found"), std::string::npos) << out[0].message;
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
