// SPDX-License-Identifier: Apache-2.0
// The traps: faults that are dialled in, quotas that end, consent that is taken back, bodies that make no sense.
#include "seller_fixture.h"

namespace crossdock::sandbox::ebay {

using FaultsTest = SellerTest;

TEST_F(FaultsTest, pages_of_orders_are_halved_frozen_or_empty) {
    SellerOptions options = quiet();
    options.orders = 9;
    open(options);
    const std::string path = "/sell/fulfillment/v1/order?limit=4";
    const auto page = [&](const std::string& fault) {
        seller->add_fault({fault, 1, "getOrders"});
        return json::parse(send("GET", path).body);
    };
    const json half = page("half_page");
    EXPECT_EQ(half["orders"].size(), 2U);
    EXPECT_TRUE(half["next"].get<std::string>().ends_with("&offset=2"));
    const json frozen = page("repeat_cursor");
    EXPECT_EQ(frozen["orders"].size(), 4U);
    EXPECT_TRUE(frozen["next"].get<std::string>().ends_with("&offset=0"));
    const json empty = page("empty_page");
    EXPECT_EQ(empty["orders"].size(), 0U);
    EXPECT_EQ(empty["total"], 9);
    EXPECT_TRUE(empty.contains("next"));
    EXPECT_EQ(json::parse(send("GET", path).body)["orders"].size(), 4U);
}

TEST_F(FaultsTest, a_late_order_shows_later_with_its_old_date) {
    open(quiet());
    seller->add_fault({.kind = "late_order", .param = 120});
    seller->place_order({});
    EXPECT_EQ(json::parse(send("GET", "/sell/fulfillment/v1/order").body)["total"], 0);
    EXPECT_FALSE(seller->ledger().front().visible);
    clock.advance(2min);
    const json late = json::parse(send("GET", "/sell/fulfillment/v1/order").body);
    ASSERT_EQ(late["total"], 1);
    EXPECT_EQ(late["orders"][0]["lastModifiedDate"], "2026-11-21T09:00:00.000Z");
}

TEST_F(FaultsTest, errors_of_the_gateway_and_of_the_network) {
    open(quiet());
    const std::string path = "/sell/fulfillment/v1/order";
    seller->add_fault({"unauthorized", 1, "getOrders"});
    EXPECT_EQ(send("GET", path).status, 401);
    seller->add_fault({"throttle", 1, "getOrders"});
    EXPECT_EQ(send("GET", path).status, 429);
    seller->add_fault({"status", 1, "getOrders", 503});
    EXPECT_EQ(send("GET", path).status, 503);
    const std::string id = seller->place_order({});
    seller->add_fault({"no_answer_after", 1, "createShippingFulfillment"});
    const auto lost = send("POST", path + "/" + id + "/shipping_fulfillment", "{}");
    EXPECT_EQ(lost.headers.front().first, kFaultHeader);
    EXPECT_EQ(seller->shipments(id).size(), 1U);  // it had its effect
    EXPECT_EQ(seller->counters().faults, 4);
    EXPECT_EQ(seller->counters().throttled, 1);
}

TEST_F(FaultsTest, trading_fails_inside_an_answer_that_looks_well) {
    open(quiet());
    seller->add_fault({"ack_failure", 1, "GetItem"});
    const http::Fields headers = {{"x-ebay-api-call-name", "GetItem"},
                                  {"x-ebay-api-siteid", "0"},
                                  {"x-ebay-api-compatibility-level", "1399"},
                                  {"x-ebay-api-iaf-token", user}};
    const std::string body = "<GetItemRequest><ItemID>110000000004</ItemID></GetItemRequest>";
    const auto failed = send("POST", "/ws/api.dll", body, headers);
    EXPECT_EQ(failed.status, 200);
    EXPECT_NE(failed.body.find("<Ack>Failure</Ack>"), std::string::npos);
    const auto well = send("POST", "/ws/api.dll", body, headers);
    EXPECT_NE(well.body.find("<Ack>Success</Ack>"), std::string::npos);
    EXPECT_NE(well.body.find("<ItemID>110000000004</ItemID>"), std::string::npos);
}

TEST_F(FaultsTest, a_quota_ends_for_the_day) {
    SellerOptions options = quiet();
    options.daily_quota = {{"Fulfillment", 2}};
    open(options);
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 200);
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 200);
    const auto over = send("GET", "/sell/fulfillment/v1/order");
    EXPECT_EQ(over.status, 429);
    EXPECT_EQ(error_of(over), 2001);
    const json limits = json::parse(send("GET", "/developer/analytics/v1_beta/user_rate_limit/").body);
    const json rate = limits["rateLimits"][0]["resources"][0]["rates"][0];
    EXPECT_EQ(rate["remaining"], 0);
    EXPECT_EQ(rate["reset"], "2026-11-22T00:00:00.000Z");
    clock.advance(15h);
    user = token("grant_type=refresh_token&refresh_token=" + percent_encode("v^1.1#i^1#r^1#demo+refresh/token="));
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 200);
}

TEST_F(FaultsTest, consent_taken_back_kills_tokens_until_the_seller_consents_again) {
    open(quiet());
    seller->revoke_consent();
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 401);
    const std::string refresh =
        "grant_type=refresh_token&refresh_token=" + percent_encode("v^1.1#i^1#r^1#demo+refresh/token=");
    EXPECT_EQ(token(refresh), "invalid_grant");
    const std::string code = "grant_type=authorization_code&redirect_uri=Demo_RuName&code=";
    EXPECT_EQ(token(code + "wrong"), "invalid_grant");
    user = token(code + percent_encode("v^1.1#i^1#demo-code"));
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 200);
    EXPECT_EQ(token(code + percent_encode("v^1.1#i^1#demo-code")), "invalid_grant");  // works once
    EXPECT_TRUE(token(refresh).starts_with("v^1.1#"));
}

TEST_F(FaultsTest, nonsense_is_refused) {
    open(quiet());
    const std::string order = "/sell/fulfillment/v1/order/" + seller->place_order({});
    const std::string ship = order + "/shipping_fulfillment";
    const std::string line = json::parse(send("GET", order).body)["lineItems"][0]["lineItemId"];
    EXPECT_EQ(error_of(send("POST", ship, "[]")), 30900);
    EXPECT_EQ(error_of(send("POST", ship, R"({"lineItems":[{"lineItemId":"1","quantity":1}]})")), 32110);
    const json huge = {{"lineItems", {{{"lineItemId", line}, {"quantity", 4294967297}}}}};
    EXPECT_EQ(error_of(send("POST", ship, huge.dump())), 32120);
    EXPECT_TRUE(seller->shipments(seller->ledger().front().id).empty());
    EXPECT_EQ(error_of(send("GET", "/sell/fulfillment/v1/order?filter=%FF:x")), 30700);
    EXPECT_EQ(send("POST", "/developer/key_management/v1/signing_key", R"({"signingKeyCipher":1})").status, 400);
    for (const char* body : {"", "[]", "{}", R"({"requests":1})", R"({"requests":[1]})"})
        EXPECT_GE(send("POST", "/sell/inventory/v1/bulk_update_price_quantity", body,
                       {{"authorization", "Bearer " + user}, {"content-type", "application/json"}})
                      .status,
                  207)
            << body;
    EXPECT_EQ(seller->counters().stock_pushes, 0);
    EXPECT_EQ(send("GET", "/no/such/path").status, 404);
}

}  // namespace crossdock::sandbox::ebay
