// SPDX-License-Identifier: Apache-2.0
// The simulated shop against the published schema: every document a hub sends is run, recorded, and checked by
// graphql-js.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "base/clock.h"
#include "support/shopify_client.h"
#include "support/shopify_recording.h"

namespace crossdock {
namespace {

using nlohmann::json;
using testing::ShopifyClient;

std::string document(const std::string& name) {
    std::ifstream in(std::filesystem::path(CROSSDOCK_SHARED_DIR) / "specs/shopify/operations" / (name + ".graphql"));
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Timestamp start() { return *parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required); }

TEST(ShopifyContract, EveryDocumentIsAnsweredAsTheSchemaSays) {
    if (document("shop").empty()) GTEST_SKIP() << "no published documents beside this checkout";
    const auto file = std::filesystem::temp_directory_path() /
                      ("shopify_contract_" + std::to_string(std::random_device{}()) + ".jsonl");
    testing::ShopifyRecording recording(file);
    ManualClock clock(start());
    sandbox::shopify::ShopOptions options;
    options.several_currencies = true;
    options.old_order = true;
    options.restore_per_second = 100'000;  // this test is not about throttling
    options.scopes = {"read_orders",
                      "write_orders",
                      "read_customers",
                      "read_products",
                      "read_inventory",
                      "write_inventory",
                      "read_locations",
                      "read_fulfillments",
                      "read_merchant_managed_fulfillment_orders",
                      "write_merchant_managed_fulfillment_orders",
                      "read_returns"};
    options.recorder = recording.recorder();
    const auto shop = make_shop(options, clock);
    ShopifyClient client(*shop);
    std::string last;
    const auto run = [&](const std::string& name, const json& variables = nullptr) {
        clock.advance(std::chrono::seconds(1));
        json answer = client.call(document(name), variables);
        if (!answer.contains("data") || answer["data"].is_null())
            throw std::runtime_error(name + ": " + answer.dump().substr(0, 600));
        last = name + ": " + answer.dump().substr(0, 600);
        return answer;
    };

    run("shop");
    run("locations", {{"after", nullptr}});
    // The whole list by pages, then every order on its own, so that all kinds of order pass the checker.
    json after = nullptr;
    std::vector<std::string> orders;
    int pages = 0;
    do {
        const json answer =
            run("orders_page", {{"first", 25}, {"after", after}, {"query", "updated_at:>='2026-01-01T00:00:00Z'"}});
        const json& list = answer["data"]["orders"];
        for (const json& node : list["nodes"]) orders.push_back(node["id"]);
        after = list["pageInfo"]["hasNextPage"].get<bool>() ? list["pageInfo"]["endCursor"] : json(nullptr);
        ++pages;
    } while (!after.is_null());
    EXPECT_GE(orders.size(), 200U);
    EXPECT_GE(pages, 8);
    std::string refund_id;
    for (const std::string& id : orders) {
        const json refunds = run("order_refunds", {{"id", id}});
        for (const json& refund : refunds["data"]["order"]["refunds"]) refund_id = refund["id"];
    }
    ASSERT_FALSE(refund_id.empty());

    const std::int64_t big = shop->place_order({.items = {}, .lines = 60, .paid = true});
    const std::string big_id = "gid://shopify/Order/" + std::to_string(big);
    const json first_lines = run("order_by_id", {{"id", big_id}});
    EXPECT_TRUE(first_lines["data"]["order"]["lineItems"]["pageInfo"]["hasNextPage"].get<bool>());
    const json more =
        run("order_line_items_page",
            {{"id", big_id}, {"after", first_lines["data"]["order"]["lineItems"]["pageInfo"]["endCursor"]}});
    EXPECT_EQ(more["data"]["order"]["lineItems"]["nodes"].size(), 10U);
    shop->refund(big, 0, false);
    const std::string big_refund = run("order_refunds", {{"id", big_id}})["data"]["order"]["refunds"].back()["id"];
    const json rows = client.call(
        "query First($id: ID!) { refund(id: $id) { id refundLineItems(first: 50) { pageInfo { hasNextPage endCursor } "
        "nodes { id } } } }",
        {{"id", big_refund}});
    run("refund_line_items_page",
        {{"id", big_refund}, {"after", rows["data"]["refund"]["refundLineItems"]["pageInfo"]["endCursor"]}});
    run("refund_return_reasons", {{"id", refund_id}});

    const json variants = run("variants_page", {{"first", 50}, {"after", nullptr}, {"query", nullptr}});
    const json stocked = [&] {
        for (const json& node : variants["data"]["productVariants"]["nodes"]) {
            if (node["inventoryItem"]["inventoryLevels"]["nodes"].size() == 2 &&
                node["inventoryItem"]["tracked"] == true)
                return node;
        }
        return json();
    }();
    const std::string item = stocked["inventoryItem"]["id"];
    const json levels = client.call(
        "query L($id: ID!) { inventoryItem(id: $id) { id inventoryLevels(first: 1) { pageInfo { endCursor } nodes { id "
        "} } } }",
        {{"id", item}});
    run("inventory_levels_page",
        {{"id", item}, {"after", levels["data"]["inventoryItem"]["inventoryLevels"]["pageInfo"]["endCursor"]}});
    const json row = {{"inventoryItemId", item},
                      {"locationId", "gid://shopify/Location/70001"},
                      {"quantity", 10},
                      {"changeFromQuantity", nullptr}};
    run("inventory_set_quantities", {{"idempotencyKey", "a1"},
                                     {"input",
                                      {{"name", "on_hand"},
                                       {"reason", "correction"},
                                       {"referenceDocumentUri", "gid://crossdock/InventoryUpdate/1"},
                                       {"quantities", {row}}}}});
    run("inventory_set_on_hand_quantities",
        {{"idempotencyKey", "a2"}, {"input", {{"reason", "correction"}, {"setQuantities", {row}}}}});
    run("inventory_activate",
        {{"idempotencyKey", "a3"}, {"inventoryItemId", item}, {"locationId", "gid://shopify/Location/70003"}});

    const std::int64_t parcel = shop->place_order({.items = {}, .lines = 3, .paid = true});
    const std::string parcel_id = "gid://shopify/Order/" + std::to_string(parcel);
    const json open = run("fulfillment_orders_open", {{"id", parcel_id}});
    const json groups = open["data"]["order"]["fulfillmentOrders"]["nodes"];
    std::string shipment;
    for (const json& group : groups) {
        if (group["status"] != "OPEN") continue;
        const json made =
            run("fulfillment_create", {{"message", nullptr},
                                       {"fulfillment",
                                        {{"lineItemsByFulfillmentOrder", {{{"fulfillmentOrderId", group["id"]}}}},
                                         {"notifyCustomer", true},
                                         {"trackingInfo", {{"company", "UPS"}, {"number", "1Z1"}}}}}});
        shipment = made["data"]["fulfillmentCreate"]["fulfillment"]["id"];
    }
    run("fulfillment_tracking_update", {{"fulfillmentId", shipment},
                                        {"notifyCustomer", false},
                                        {"trackingInfoInput", {{"company", "UPS"}, {"numbers", {"1Z1", "1Z2"}}}}});
    run("fulfillment_cancel", {{"id", shipment}});

    const std::int64_t doomed = shop->place_order({.items = {}, .lines = 2, .paid = true});
    const json cancelling = run("order_cancel", {{"orderId", "gid://shopify/Order/" + std::to_string(doomed)},
                                                 {"reason", "CUSTOMER"},
                                                 {"restock", true},
                                                 {"notifyCustomer", false},
                                                 {"staffNote", "by the hub"},
                                                 {"refundMethod", {{"originalPaymentMethodsRefund", true}}}});
    run("job", {{"id", cancelling["data"]["orderCancel"]["job"]["id"]}});
    clock.advance(std::chrono::seconds(5));
    run("order_by_id", {{"id", "gid://shopify/Order/" + std::to_string(doomed)}});
    run("order_by_id", {{"id", "gid://shopify/Order/999"}});
    run("order_write_back", {{"orderId", parcel_id},
                             {"tags", {"erp-4711"}},
                             {"metafields",
                              {{{"ownerId", parcel_id},
                                {"namespace", "crossdock"},
                                {"key", "erp_number"},
                                {"type", "single_line_text_field"},
                                {"value", "4711"}}}}});

    for (const char* inner : {"bulk_orders.inner", "bulk_variants.inner"}) {
        const json started = run("bulk_run_query", {{"query", document(inner)}});
        const std::string id = started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"];
        run("bulk_operation", {{"id", id}});
        clock.advance(std::chrono::minutes(1));
        const json done = run("bulk_operation", {{"id", id}});
        EXPECT_EQ(done["data"]["bulkOperation"]["status"], "COMPLETED");
        EXPECT_TRUE(done["data"]["bulkOperation"]["url"].is_string());
    }
    const json hook =
        run("webhook_subscription_create",
            {{"topic", "ORDERS_UPDATED"},
             {"webhookSubscription", {{"uri", "https://hub.example.com/hooks/shop"}, {"format", "JSON"}}}});
    run("webhook_subscriptions", {{"after", nullptr}});
    run("webhook_subscription_delete",
        {{"id", hook["data"]["webhookSubscriptionCreate"]["webhookSubscription"]["id"]}});

    // Personal data withheld: still the right shape.
    shop->set_pii_hidden(true);
    run("order_by_id", {{"id", parcel_id}});

    const auto check = testing::check_against_shopify_schema(file, "", true);
    std::filesystem::remove(file);
    if (check.outcome == testing::SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(check.outcome, testing::SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said;
}

/// The checker is worth something only if it can fail.
TEST(ShopifyContract, TheCheckerRefusesWhatDoesNotFit) {
    const auto exchange = [](const std::string& query, const std::string& data) {
        return R"({"query":")" + query + R"(","operationName":"Q","variables":null,"response":{"data":)" + data +
               "}}\n";
    };
    const auto verdict = [](const std::string& lines, const std::string& expect, bool inverted) {
        const auto file = std::filesystem::temp_directory_path() /
                          ("shopify_checker_" + std::to_string(std::random_device{}()) + ".jsonl");
        std::ofstream(file) << lines;
        const auto check = testing::check_against_shopify_schema(file, expect, false, inverted);
        std::filesystem::remove(file);
        return check;
    };
    const std::string fits = exchange("query Q { shop { id taxesIncluded } }",
                                      R"({"shop":{"id":"gid://shopify/Shop/1","taxesIncluded":false}})");
    const auto good = verdict(fits, "Q", false);
    if (good.outcome == testing::SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << good.said;
    EXPECT_EQ(good.outcome, testing::SchemaCheck::Outcome::fits) << good.said;
    EXPECT_EQ(verdict(fits, "Q,NeverSeen", false).outcome, testing::SchemaCheck::Outcome::mismatch);

    const auto bad =
        verdict(exchange("query Q { shop { id taxesIncluded } }",
                         R"({"shop":{"id":"gid://shopify/Shop/1","taxesIncluded":null}})") +  // null
                    exchange("query Q { shop { id taxesIncluded } }",
                             R"({"shop":{"id":"gid://shopify/Shop/1","taxesIncluded":"no"}})") +  // type
                    exchange("query Q { shop { id } }",
                             R"({"shop":{"id":"gid://shopify/Shop/1","name":"x"}})") +  // not selected
                    exchange("query Q { shop { id name } }", R"({"shop":{"id":"gid://shopify/Shop/1"}})") +  // missing
                    exchange("query Q { shop { id currencyCode } }",
                             R"({"shop":{"id":"gid://shopify/Shop/1","currencyCode":"XXL"}})") +  // enum
                    exchange("query Q { shop { id createdAt } }",
                             R"({"shop":{"id":"gid://shopify/Shop/1","createdAt":"2026-01-01"}})") +  // scalar
                    exchange("query Q { shop { id nonsense } }",
                             R"({"shop":{"id":"gid://shopify/Shop/1","nonsense":1}})"),  // document
                "", true);
    EXPECT_EQ(bad.outcome, testing::SchemaCheck::Outcome::fits) << bad.said;
    EXPECT_EQ(std::count(bad.said.begin(), bad.said.end(), '\n'), 7) << bad.said;
}

}  // namespace
}  // namespace crossdock
