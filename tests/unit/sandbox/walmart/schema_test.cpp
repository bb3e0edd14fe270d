// SPDX-License-Identifier: Apache-2.0
// Everything that the simulated seller answers against Walmart's published files.
#include <filesystem>
#include <iostream>
#include <random>

#include "support/rest_recording.h"
#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

using testing::RestRecording;
using testing::SchemaCheck;

class Schema : public SellerTest {
protected:
    void SetUp() override {
        SellerOptions options;
        options.orders = 150;
        options.history_days = 14;
        options.rate_factor = 100;
        options.null_fields = false;  // the files know no nulls, live answers do
        options.recorder = recording.recorder();
        open(options);
    }
    void TearDown() override { std::filesystem::remove(recording.path()); }
    void read_everything() {
        std::string query = "?createdStartDate=2026-06-01&limit=40&replacementInfo=true&productInfo=true";
        for (json list; !query.empty(); query = list["meta"].value("nextCursor", ""))
            list = get("/v3/orders" + query)["list"];
        for (const char* path :
             {"/v3/token/detail", "/v3/orders?shipNodeType=WFSFulfilled&createdStartDate=2026-06-01",
              "/v3/orders/released?createdStartDate=2026-06-01", "/v3/returns?limit=5&replacementInfo=true",
              "/v3/returns?limit=200", "/v3/items?nextCursor=*&limit=50", "/v3/items/SBX-000012?productIdType=SKU",
              "/v3/inventory?sku=SBX-000012", "/v3/inventories?limit=50", "/v3/inventories/SBX-000012",
              "/v3/fulfillment/inventory", "/v3/feeds", "/v3/settings/shipping/shipnodes",
              "/v3/settings/shipping/carriers", "/v3/shipping/labels/carriers", "/v3/webhooks/eventTypes"})
            EXPECT_EQ(send("GET", path).status, 200) << path;
    }
    void push_everything() {
        const std::int64_t order = place({12}, 3);
        send("POST", path_of(order, "acknowledge"));
        EXPECT_EQ(send("POST", path_of(order, "shipping"), shipping(1, 2, "T1")).status, 200);
        seller->refund_line(order, 1, 100);
        EXPECT_EQ(send("GET", path_of(order)).status, 200);
        const json quantity = {{"unit", "EACH"}, {"amount", 5}};
        send("PUT", "/v3/inventory?sku=SBX-000012", {{"sku", "SBX-000012"}, {"quantity", quantity}});
        const json node = {{"shipNode", "1000005050"}, {"inputQty", quantity}};
        const json unknown = {{"shipNode", "none"}, {"inputQty", quantity}};
        send("PUT", "/v3/inventories/SBX-000012", {{"inventories", {{"nodes", {node, unknown}}}}});
        const json event = {{"eventType", "PO_CREATED"},
                            {"eventVersion", "V1"},
                            {"resourceName", "ORDER"},
                            {"eventUrl", "https://hub.example/"},
                            {"status", "ACTIVE"}};
        send("POST", "/v3/webhooks/subscriptions", {{"events", json::array({event})}});
        send("GET", "/v3/webhooks/subscriptions");
        const std::string reports = "/v3/reports/reportRequests", items = "?reportType=ITEM&reportVersion=v4";
        const json part = {
            {"rowFilters", {{{"type", "enumFilter"}, {"columnName", "Publish Status"}, {"values", {"PUBLISHED"}}}}}};
        const json made = json::parse(send("POST", reports + items, part).body);
        const std::string report = made.value("requestId", "");
        EXPECT_EQ(send("GET", reports + items).status, 200);
        clock.advance(14min);
        clock.advance(14min);
        token = fresh_token();
        EXPECT_EQ(send("GET", reports + "/" + report).status, 200);
        EXPECT_EQ(send("GET", "/v3/reports/downloadReport?requestId=" + report).status, 200);
        EXPECT_EQ(send("GET", "/v3/orders/1").status, 404);
    }
    RestRecording recording{std::filesystem::temp_directory_path() /
                            ("walmart_sandbox_" + std::to_string(std::random_device{}()) + ".jsonl")};
};

TEST_F(Schema, AnswersFitThePublishedFiles) {
    push_everything();
    read_everything();
    std::vector<std::string> files;
    for (const char* name : {"authentication", "orders", "returns", "items", "inventory", "feeds", "settings",
                             "shipping", "notifications", "on-request-reports"})
        files.push_back("walmart/" + std::string(name) + ".yaml");
    const SchemaCheck check = testing::check_against_rest_schema(
        recording.path(), files,
        {.prefix = "/walmart",
         .expect = {"tokenAPI", "getAllOrders", "getAnOrder", "acknowledgeOrders", "shippingUpdates", "getReturns",
                    "getAllItems", "getAnItem", "updateInventoryForAnItem", "updateMultiNodeInventory",
                    "getRequestsStatus", "generateReport", "getSingleRequestStatus", "downloadReport"},
         .slips = "walmart",
         .answers_only = true});
    if (check.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(check.outcome, SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said;
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
