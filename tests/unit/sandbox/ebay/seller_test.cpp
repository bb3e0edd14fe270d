// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <set>

#include "seller_fixture.h"

namespace crossdock::sandbox::ebay {

TEST_F(SellerTest, tokens_expire_and_scopes_and_hosts_are_checked) {
    open(quiet());
    EXPECT_EQ(token("grant_type=refresh_token&refresh_token=wrong"), "invalid_grant");
    EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order").status, 200);
    const std::string application =
        token("grant_type=client_credentials&scope=" + percent_encode("https://api.ebay.com/oauth/api_scope"));
    const auto denied = send("GET", "/sell/fulfillment/v1/order", "", {{"authorization", "Bearer " + application}});
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(error_of(denied), 1100);
    EXPECT_EQ(send("GET", "/commerce/identity/v1/user/", "", {{"host", "api.ebay.com"}}).status, 404);
    EXPECT_EQ(send("GET", "/commerce/identity/v1/user/", "", {{"host", "apiz.ebay.com"}}).status, 200);
    clock.advance(7200s);
    const auto expired = send("GET", "/sell/fulfillment/v1/order");
    EXPECT_EQ(expired.status, 401);
    EXPECT_EQ(error_of(expired), 1001);
}

TEST_F(SellerTest, filters_and_limits_are_refused_as_described) {
    open(quiet());
    EXPECT_EQ(error_of(send("GET", "/sell/fulfillment/v1/order?limit=500")), 31100);
    EXPECT_EQ(error_of(send("GET",
                            "/sell/fulfillment/v1/order?filter=lastmodifieddate:%5B2026-11-01T00:00:00.000Z.."
                            "2026-12-01T00:00:00.000Z%5D")),
              30850);
    EXPECT_EQ(error_of(send("GET", "/sell/fulfillment/v1/order?filter=lastModifiedDate:%5B2026-11-01T00:00:00Z..%5D")),
              30700);
}

TEST_F(SellerTest, totals_follow_the_sum_rules_with_and_without_tax_breakdown) {
    open(quiet());
    PlaceOrder wish;
    wish.items = {{0, 2}, {1, 1}};
    wish.discount = wish.delivery_discount = true;
    const std::string id = seller->place_order(wish);
    const auto cents = [](const json& money) {
        return std::llround(std::stod(money["value"].get<std::string>()) * 100);
    };
    for (const bool breakdown : {true, false}) {
        const json order = json::parse(
            send("GET", "/sell/fulfillment/v1/order/" + id + (breakdown ? "?fieldGroups=TAX_BREAKDOWN" : "")).body);
        const json& sums = order["pricingSummary"];
        EXPECT_EQ(sums.contains("tax"), breakdown);
        EXPECT_EQ(cents(sums["priceSubtotal"]) + cents(sums["priceDiscount"]) + cents(sums["deliveryCost"]) +
                      cents(sums["deliveryDiscount"]) + (breakdown ? cents(sums["tax"]) : 0),
                  cents(sums["total"]));
        std::int64_t lines = 0;
        for (const json& line : order["lineItems"]) {
            lines += cents(line["total"]);
            EXPECT_EQ(cents(line["deliveryCost"]["shippingCost"]), 300);  // 4.50 less a third
        }
        EXPECT_EQ(lines, cents(sums["total"]));
        EXPECT_EQ(sums["deliveryCost"]["value"], "9.0");
    }
}

TEST_F(SellerTest, every_order_is_met_when_next_is_followed) {
    SellerOptions options = quiet();
    options.orders = 23;
    open(options);
    std::set<std::string> seen;
    std::string at = "/sell/fulfillment/v1/order?limit=5";
    for (int pages = 0; pages < 10 && !at.empty(); ++pages) {
        const json page = json::parse(send("GET", at).body);
        EXPECT_EQ(page["total"], 23);
        for (const json& order : page["orders"]) seen.insert(order["orderId"].get<std::string>());
        at = page.value("next", "");
        if (!at.empty()) at = at.substr(at.find("/sell/"));
    }
    EXPECT_EQ(seen.size(), 23U);
}

TEST_F(SellerTest, a_shipment_needs_carrier_and_tracking_together_and_moves_the_order) {
    open(quiet());
    PlaceOrder wish;
    wish.items = {{0, 3}};
    const std::string id = seller->place_order(wish);
    const std::string path = "/sell/fulfillment/v1/order/" + id + "/shipping_fulfillment";
    EXPECT_EQ(error_of(send("POST", path, R"({"trackingNumber":"1Z9"})")), 32300);
    EXPECT_EQ(error_of(send("POST", path, R"({"shippedDate":"2027-01-01T00:00:00.000Z"})")), 32500);
    const json order = json::parse(send("GET", "/sell/fulfillment/v1/order/" + id).body);
    const json part = {{"lineItems", {{{"lineItemId", order["lineItems"][0]["lineItemId"]}, {"quantity", 1}}}},
                       {"shippingCarrierCode", "UPS"},
                       {"trackingNumber", "1Z9"}};
    const auto made = send("POST", path, part.dump());
    EXPECT_EQ(made.status, 201);
    EXPECT_TRUE(made.body.empty());
    EXPECT_TRUE(made.headers.front().second.ends_with("/shipping_fulfillment/1Z9"));
    EXPECT_EQ(seller->ledger().front().status, "IN_PROGRESS");
    EXPECT_EQ(send("POST", path, "{}").status, 201);
    EXPECT_EQ(seller->ledger().front().status, "FULFILLED");
    const json list = json::parse(send("GET", path).body);
    EXPECT_EQ(list["total"], 2);
    EXPECT_EQ(list["fulfillments"][1]["fulfillmentId"], "999");
    send("POST", path, part.dump());
    EXPECT_EQ(seller->counters().shipments_doubled, 1);
}

TEST_F(SellerTest, refunds_show_later_in_finances_and_can_be_reversed) {
    open(quiet());
    const std::string id = seller->place_order({});
    ASSERT_TRUE(seller->refund(id, true));
    const std::string path = "/sell/finances/v1/transaction?filter=transactionType:%7BREFUND%7D";
    EXPECT_EQ(send("GET", path).status, 204);
    clock.advance(11min);
    json page = json::parse(send("GET", path).body);
    ASSERT_EQ(page["total"], 1);
    EXPECT_EQ(page["transactions"][0]["orderId"], id);
    EXPECT_EQ(page["transactions"][0]["transactionStatus"], "FUNDS_PROCESSING");
    ASSERT_TRUE(seller->reverse_refund(page["transactions"][0]["transactionId"]));
    clock.advance(11min);
    page = json::parse(send("GET", path).body);
    ASSERT_EQ(page["total"], 2);
    EXPECT_EQ(page["transactions"][1]["bookingEntry"], "CREDIT");
}

TEST_F(SellerTest, finances_of_eu_sellers_want_a_signature) {
    SellerOptions options = quiet();
    options.marketplace = "EBAY_DE";
    options.signatures_required = true;
    open(options);
    EXPECT_EQ(error_of(send("GET", "/sell/finances/v1/transaction")), 215001);
}

TEST_F(SellerTest, items_are_paged_by_page_number_and_stock_pushed_per_entry) {
    open(quiet());
    const json second = json::parse(send("GET", "/sell/inventory/v1/inventory_item?limit=10&offset=1").body);
    EXPECT_EQ(second["total"], 24);
    EXPECT_EQ(second["inventoryItems"].size(), 10U);
    const std::string sku = second["inventoryItems"][0]["sku"];
    EXPECT_EQ(send("GET", "/sell/inventory/v1/inventory_item/" + percent_encode(sku)).status, 200);
    EXPECT_EQ(error_of(send("GET", "/sell/inventory/v1/offer")), 25707);
    const json offers = json::parse(send("GET", "/sell/inventory/v1/offer?sku=" + percent_encode(sku)).body);
    const json push = {{"requests",
                        {{{"sku", sku},
                          {"shipToLocationAvailability", {{"quantity", 7}}},
                          {"offers",
                           {{{"offerId", offers["offers"][0]["offerId"]}, {"availableQuantity", 7}},
                            {{"offerId", "8000009999"}, {"availableQuantity", 7}}}}}}}};
    const auto answer = send("POST", "/sell/inventory/v1/bulk_update_price_quantity", push.dump());
    EXPECT_EQ(answer.status, 207);
    const json entries = json::parse(answer.body)["responses"];
    EXPECT_EQ(entries[0]["statusCode"], 200);
    EXPECT_EQ(entries[1]["errors"][0]["errorId"], 25713);
    const json again = json::parse(send("GET", "/sell/inventory/v1/inventory_item/" + percent_encode(sku)).body);
    EXPECT_EQ(again["availability"]["shipToLocationAvailability"]["quantity"], 7);
}

TEST_F(SellerTest, items_are_read_in_bulk_each_with_its_own_status) {
    open(quiet());
    const json wanted = {{"requests", {{{"sku", "MUG-000000"}}, {{"sku", "nothing of ours"}}}}};
    const auto answer = send("POST", "/sell/inventory/v1/bulk_get_inventory_item", wanted.dump());
    EXPECT_EQ(answer.status, 207);
    const json entries = json::parse(answer.body)["responses"];
    EXPECT_EQ(entries[0]["statusCode"], 200);
    EXPECT_EQ(entries[0]["inventoryItem"]["sku"], "MUG-000000");
    EXPECT_EQ(entries[1]["statusCode"], 404);
    EXPECT_EQ(error_of(send("POST", "/sell/inventory/v1/bulk_get_inventory_item", "{}")), 25709);
}

TEST_F(SellerTest, listings_made_elsewhere_are_revised_by_trading_alone) {
    open(quiet());
    const auto trading = [&](const std::string& call, const std::string& inside) {
        return send("POST", "/ws/api.dll", "<" + call + "Request>" + inside + "</" + call + "Request>",
                    {{"x-ebay-api-call-name", call},
                     {"x-ebay-api-siteid", "0"},
                     {"x-ebay-api-compatibility-level", "1399"},
                     {"x-ebay-api-iaf-token", user}})
            .body;
    };
    const std::string list =
        trading("GetMyeBaySelling",
                "<ActiveList><Include>true</Include><Pagination><EntriesPerPage>20</EntriesPerPage>"
                "<PageNumber>1</PageNumber></Pagination></ActiveList>");
    EXPECT_NE(list.find("<TotalNumberOfPages>2</TotalNumberOfPages>"), std::string::npos);
    EXPECT_NE(list.find("Desk lamp &lt;LED&gt; no. 4"), std::string::npos);
    // Its offer is not published, and the other has none: there is no listing of them.
    EXPECT_EQ(list.find("<ItemID>110000000006</ItemID>"), std::string::npos);
    EXPECT_EQ(list.find("<ItemID>110000000011</ItemID>"), std::string::npos);
    const std::string revised =
        trading("ReviseInventoryStatus",
                "<InventoryStatus><ItemID>110000000004</ItemID><Quantity>5</Quantity></InventoryStatus>"
                "<InventoryStatus><ItemID>110000000001</ItemID><Quantity>5</Quantity></InventoryStatus>");
    EXPECT_NE(revised.find("<Ack>PartialFailure</Ack>"), std::string::npos);
    for (const StockView& unit : seller->stock()) {
        if (unit.item_id == "110000000004") {
            EXPECT_EQ(unit.available, 5);
        }
    }
}

TEST_F(SellerTest, a_destination_answers_the_challenge_before_notifications_come) {
    open(quiet());
    const std::string endpoint = "https://hub.example.com/hooks/ebay", secret = "71745723-d031-455c-bfa5-f90d11b4f20a";
    std::vector<WebhookCall> delivered;
    int status = 204;
    seller->set_webhook_sender([&](const WebhookCall& call) {
        if (call.method != "GET") {
            delivered.push_back(call);
            return status;
        }
        const std::string code = call.url.substr(call.url.find("challenge_code=") + 15);
        *call.answer_body = json{{"challengeResponse", sha256_hex(code + secret + endpoint)}}.dump();
        return 200;
    });
    user = token("grant_type=client_credentials&scope=" + percent_encode("https://api.ebay.com/oauth/api_scope"));
    const std::string root = "/commerce/notification/v1";
    const json wanted = {{"name", "hub"},
                         {"status", "ENABLED"},
                         {"deliveryConfig", {{"endpoint", endpoint}, {"verificationToken", secret}}}};
    EXPECT_EQ(error_of(send("POST", root + "/destination", wanted.dump())), 195003);
    EXPECT_EQ(send("PUT", root + "/config", R"({"alertEmail":"a@example.com"})").status, 204);
    json other = wanted;
    other["deliveryConfig"]["verificationToken"] = std::string(40, 'x');
    EXPECT_EQ(error_of(send("POST", root + "/destination", other.dump())), 195020);
    EXPECT_EQ(send("POST", root + "/destination", wanted.dump()).status, 201);
    const std::string id = json::parse(send("GET", root + "/destination").body)["destinations"][0]["destinationId"];
    const json subscription = {
        {"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
        {"status", "ENABLED"},
        {"destinationId", id},
        {"payload", {{"format", "JSON"}, {"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.0"}}}};
    EXPECT_EQ(send("POST", root + "/subscription", subscription.dump()).status, 201);
    seller->delete_account("buyer_7");
    seller->tick();
    ASSERT_EQ(delivered.size(), 1U);
    EXPECT_EQ(json::parse(delivered[0].body)["notification"]["data"]["username"], "buyer_7");
    const json header = json::parse(base64_decode(delivered[0].headers[1].second));
    const json key = json::parse(send("GET", root + "/public_key/" + header["kid"].get<std::string>()).body);
    EXPECT_EQ(key["key"].get<std::string>().find('\n'), std::string::npos);
    status = 500;
    seller->delete_account("buyer_8");
    for (int i = 0; i < 6; ++i, clock.advance(10min)) seller->tick();
    const json after =
        json::parse(send("GET", root + "/destination/" + id, "",
                         {{"authorization", "Bearer " + token("grant_type=client_credentials&scope=" +
                                                              percent_encode("https://api.ebay.com/oauth/api_scope"))}})
                        .body);
    EXPECT_EQ(after["status"], "MARKED_DOWN");
}

}  // namespace crossdock::sandbox::ebay
