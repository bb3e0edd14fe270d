// SPDX-License-Identifier: Apache-2.0
// Everything that the simulated account answers against ShipStation's published files: samples for V1, OpenAPI for V2.
#include <filesystem>
#include <iostream>
#include <random>

#include "support/rest_recording.h"
#include "unit/sandbox/shipstation/account_fixture.h"

namespace crossdock::sandbox::shipstation {
namespace {

using testing::RestRecording;
using testing::SchemaCheck;

class Schema : public AccountTest {
protected:
    void SetUp() override {
        AccountOptions options;
        options.orders = 150;
        options.history_days = 14;
        options.v1_per_minute = 1000;
        options.recorder = recording.recorder();
        open(options);
    }
    void TearDown() override { std::filesystem::remove(recording.path()); }
    void check(const std::string& file, const std::string& slips, const std::vector<std::string>& expect) {
        const SchemaCheck check = testing::check_against_rest_schema(
            recording.path(), {"shipstation/" + file},
            {.prefix = "/shipstation", .expect = expect, .slips = slips, .answers_only = true});
        if (check.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
        EXPECT_EQ(check.outcome, SchemaCheck::Outcome::fits) << check.said;
        std::cout << check.said;
    }
    RestRecording recording{std::filesystem::temp_directory_path() /
                            ("shipstation_sandbox_" + std::to_string(std::random_device{}()) + ".jsonl")};
};

TEST_F(Schema, FirstVersionFitsThePublishedSamples) {
    const std::int64_t order = place();
    mark(order, "T1");
    for (const char* path : {"/orders?pageSize=500&sortBy=ModifyDate", "/shipments?includeShipmentItems=true",
                             "/fulfillments?page=1", "/products?showInactive=true", "/carriers",
                             "/carriers/listservices?carrierCode=fedex", "/warehouses", "/stores?showInactive=true"})
        EXPECT_EQ(send("GET", path).status, 200) << path;
    send("GET", path_of(order));
    send("POST", "/webhooks/subscribe",
         {{"target_url", "https://hub.example/"}, {"event", "ORDER_NOTIFY"}, {"friendly_name", "hub"}});
    send("GET", "/webhooks");
    check("v1_swagger.json", "shipstation_v1", {"GET /orders", "POST /orders/markasshipped"});
}

TEST_F(Schema, SecondVersionFitsThePublishedFile) {
    const json row = {
        {"shipment_id", "se-" + std::to_string(place())}, {"tracking_number", "T"}, {"carrier_code", "fedex"}};
    send("POST", "/v2/fulfillments", {{"fulfillments", json::array({row})}});
    send(
        "POST", "/v2/inventory",
        {{"transaction_type", "adjust"}, {"sku", "SBX-000012"}, {"quantity", 4}, {"inventory_location_id", "se-7001"}});
    for (const char* path : {"/v2/shipments?page_size=100", "/v2/fulfillments", "/v2/carriers", "/v2/warehouses",
                             "/v2/products", "/v2/inventory", "/v2/inventory_locations"})
        EXPECT_EQ(send("GET", path).status, 200) << path;
    check("v2_openapi.yaml", "shipstation_v2", {"list_shipments", "create_fulfillments"});
}

}  // namespace
}  // namespace crossdock::sandbox::shipstation
