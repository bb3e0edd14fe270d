// SPDX-License-Identifier: Apache-2.0
// Everything that the simulated seller answers against eBay's published files.
#include <filesystem>
#include <iostream>
#include <random>

#include "seller_fixture.h"
#include "support/rest_recording.h"

namespace crossdock::sandbox::ebay {
namespace {

using testing::RestRecording;
using testing::SchemaCheck;

const std::string kApplicationToken =
    "grant_type=client_credentials&scope=" + percent_encode("https://api.ebay.com/oauth/api_scope");

class Schema : public SellerTest {
protected:
    void SetUp() override {
        SellerOptions options = quiet();
        options.orders = 90;
        options.recorder = recording.recorder();
        open(options);
    }
    void TearDown() override { std::filesystem::remove(recording.path()); }

    void change_orders() {
        int number = 0;
        for (const LedgerEntry& entry : seller->ledger()) {
            switch (number++ % 6) {
                case 0: seller->refund(entry.id, false); break;
                case 1: seller->cancel(entry.id); break;
                case 2: seller->request_cancel(entry.id); break;
                case 3: seller->ship(entry.id, false); break;
                case 4: seller->ship(entry.id, true); break;
                default: seller->refund(entry.id, true);
            }
        }
        for (const RefundEntry& refund : seller->refunds()) seller->reverse_refund(refund.id);
        clock.advance(11min);
    }
    void push_everything() {
        PlaceOrder wish;
        wish.items = {{0, 2}};
        wish.note = "Leave it at the door";
        const std::string order = "/sell/fulfillment/v1/order/" + seller->place_order(wish);
        const json shipment = {{"shippingCarrierCode", "UPS"}, {"trackingNumber", "1Z9"}};
        EXPECT_EQ(send("POST", order + "/shipping_fulfillment", shipment.dump()).status, 201);
        EXPECT_EQ(send("POST", order + "/shipping_fulfillment", R"({"trackingNumber":"1Z9"})").status, 400);
        EXPECT_EQ(send("GET", order + "/shipping_fulfillment").status, 200);
        EXPECT_EQ(send("GET", order + "/shipping_fulfillment/1Z9").status, 200);
        EXPECT_EQ(send("GET", order + "/shipping_fulfillment/1Z8").status, 404);
        for (const char* sku : {"MUG-000000", "nothing of ours"}) {
            const json entry = {{"sku", sku}, {"shipToLocationAvailability", {{"quantity", 7}}}};
            const json push = {{"requests", json::array({entry})}};
            send("POST", "/sell/inventory/v1/bulk_update_price_quantity", push.dump(),
                 {{"authorization", "Bearer " + user}, {"content-type", "application/json"}});
        }
    }
    void read_everything() {
        for (std::string at = "/sell/fulfillment/v1/order?limit=40&fieldGroups=TAX_BREAKDOWN"; !at.empty();) {
            const json page = json::parse(send("GET", at).body);
            for (const json& order : page["orders"])
                EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order/" + order["orderId"].get<std::string>()).status, 200);
            at = page.value("next", "");
            if (!at.empty()) at = at.substr(at.find("/sell/"));
        }
        for (const char* path :
             {"/sell/fulfillment/v1/order?limit=20", "/sell/finances/v1/transaction?limit=1000",
              "/sell/inventory/v1/inventory_item?limit=100", "/sell/inventory/v1/inventory_item/MUG-000000",
              "/sell/inventory/v1/offer?sku=MUG-000000", "/sell/inventory/v1/location", "/sell/account/v1/privilege",
              "/commerce/identity/v1/user/", "/developer/analytics/v1_beta/user_rate_limit/"})
            EXPECT_EQ(send("GET", path).status, 200) << path;
        EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order/00-00000-00000").status, 404);
        EXPECT_EQ(send("GET", "/sell/fulfillment/v1/order?limit=500").status, 400);
    }
    void as_application() {
        user = token(kApplicationToken);
        const std::string keys = "/developer/key_management/v1/signing_key", notes = "/commerce/notification/v1";
        const json key = json::parse(send("POST", keys, R"({"signingKeyCipher":"ED25519"})").body);
        EXPECT_EQ(send("GET", keys).status, 200);
        EXPECT_EQ(send("GET", keys + "/" + key["signingKeyId"].get<std::string>()).status, 200);
        EXPECT_EQ(send("GET", "/developer/analytics/v1_beta/rate_limit/").status, 200);

        const std::string endpoint = "https://hub.example.com/hooks", secret(40, 's');
        seller->set_webhook_sender([&](const WebhookCall& call) {
            const std::string code = call.url.substr(call.url.find("challenge_code=") + 15);
            *call.answer_body = json{{"challengeResponse", sha256_hex(code + secret + endpoint)}}.dump();
            return 200;
        });
        const json delivery = {{"endpoint", endpoint}, {"verificationToken", secret}};
        const json destination = {{"name", "hub"}, {"status", "ENABLED"}, {"deliveryConfig", delivery}};
        EXPECT_EQ(send("PUT", notes + "/config", R"({"alertEmail":"a@example.com"})").status, 204);
        EXPECT_EQ(send("POST", notes + "/destination", destination.dump()).status, 201);
        const json list = json::parse(send("GET", notes + "/destination").body);
        const std::string to = list["destinations"][0]["destinationId"];
        const json payload = {{"format", "JSON"}, {"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.0"}};
        const json subscription = {{"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
                                   {"status", "ENABLED"},
                                   {"destinationId", to},
                                   {"payload", payload}};
        EXPECT_EQ(send("POST", notes + "/subscription", subscription.dump()).status, 201);
        EXPECT_EQ(send("POST", notes + "/subscription", subscription.dump()).status, 409);
        const json subscribed = json::parse(send("GET", notes + "/subscription").body);
        const std::string id = subscribed["subscriptions"][0]["subscriptionId"];
        for (const char* path : {"/config", "/topic", "/topic/ITEM_MARKED_SHIPPED"})
            EXPECT_EQ(send("GET", notes + path).status, 200) << path;
        EXPECT_EQ(send("GET", notes + "/destination/" + to).status, 200);
        EXPECT_EQ(send("GET", notes + "/subscription/" + id).status, 200);
        EXPECT_EQ(send("POST", notes + "/subscription/" + id + "/disable").status, 204);
        EXPECT_EQ(send("POST", notes + "/subscription/" + id + "/test").status, 202);
        EXPECT_EQ(send("DELETE", notes + "/subscription/" + id).status, 204);
        EXPECT_EQ(send("DELETE", notes + "/destination/" + to).status, 204);
    }
    RestRecording recording{std::filesystem::temp_directory_path() /
                            ("ebay_sandbox_" + std::to_string(std::random_device{}()) + ".jsonl")};
};

TEST_F(Schema, answers_fit_the_published_files) {
    change_orders();
    push_everything();
    read_everything();
    as_application();
    std::vector<std::string> files;
    for (const char* name :
         {"commerce_identity_v1_oas3.json", "commerce_notification_v1_oas3.json",
          "developer_analytics_v1_beta_oas3.json", "developer_key_management_v1_oas3.json", "sell_account_v1_oas3.json",
          "sell_finances_v1_oas3.yaml", "sell_fulfillment_v1_oas3.json", "sell_inventory_v1_oas3.json"})
        files.push_back("ebay/" + std::string(name));
    const SchemaCheck check = testing::check_against_rest_schema(
        recording.path(), files,
        {.prefix = "/ebay",
         .expect = {"getUser", "getOrders", "getOrder", "createShippingFulfillment", "getShippingFulfillments",
                    "getTransactions", "getInventoryItems", "getInventoryItem", "getOffers", "getInventoryLocations",
                    "bulkUpdatePriceQuantity", "getPrivileges", "getRateLimits", "createSigningKey",
                    "createDestination", "getSubscriptions"},
         .slips = "ebay",
         .answers_only = true});
    if (check.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(check.outcome, SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said;
}

}  // namespace
}  // namespace crossdock::sandbox::ebay
