// SPDX-License-Identifier: Apache-2.0
// The real program, asked over its socket: requests and answers are as docs/api/openapi.json says. What only tests
// without a socket can bring about is checked by contract/openapi.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

#include "integration/running_hub.h"
#include "support/api_recording.h"
#include "support/temporary_folder.h"

namespace crossdock {
namespace {

using nlohmann::json;
using testing::Answer;
using testing::ApiRecording;
using testing::SchemaCheck;
namespace fs = std::filesystem;

constexpr const char* kEverything =
    "erp channels:write jobs:read jobs:write webhooks:admin keys:admin audit:read metrics:read";

ApiRecording::Pairs query_of(const std::string& target) {
    ApiRecording::Pairs query;
    const auto question = target.find('?');
    if (question == std::string::npos) return query;
    std::string rest = target.substr(question + 1) + "&";
    for (auto end = rest.find('&'); end != std::string::npos; rest.erase(0, end + 1), end = rest.find('&')) {
        const std::string pair = rest.substr(0, end);
        const auto equals = pair.find('=');
        query.emplace_back(pair.substr(0, equals), equals == std::string::npos ? "" : pair.substr(equals + 1));
    }
    return query;
}

/// A client whose exchanges are written down.
class Traveller {
public:
    Traveller(const std::string& url, const std::string& key, const fs::path& file)
        : client_(url, key), recording_(file) {}

    /// `operation` is what the document calls it: it must have been answered.
    json ask(const std::string& operation, const std::string& method, const std::string& target,
             const std::string& body = "") {
        const Answer answer = send(method, target, body);
        EXPECT_LT(answer.status, 400) << operation << ": " << answer.text;
        operations_ += (operations_.empty() ? "" : ",") + operation;
        return answer.body;
    }
    Answer send(const std::string& method, const std::string& target, const std::string& body = "",
                net::Headers headers = {}) {
        const Answer answer = client_.send(method, target, body, headers);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        const std::string path = target.substr(0, target.find('?'));
        recording_.add(
            {method, path, path, query_of(target), headers, body, answer.status, answer.headers, answer.text});
        return answer;
    }
    /// `parts` is "both", or "response" where requests are wrong on purpose.
    void compare(const std::string& parts) {
        const fs::path document = fs::path(CROSSDOCK_SOURCE_DIR) / "docs/api/openapi.json";
        std::vector<std::string> arguments{
            "--spec", document.string(), "--recording", recording_.path().string(), "--parts", parts, "--all", "yes"};
        if (!operations_.empty()) arguments.insert(arguments.end(), {"--expect", operations_});
        const auto check = testing::run_checker(testing::checker_folder("rest_schema"), "check.js", "ajv", arguments);
        if (check.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
        EXPECT_EQ(check.outcome, SchemaCheck::Outcome::fits) << check.said;
        std::cout << check.said;
    }

private:
    testing::Client client_;
    ApiRecording recording_;
    std::string operations_;
};

class OpenApiTour : public ::testing::Test {
protected:
    OpenApiTour() {
        std::ofstream(folder.path() / "crossdock.toml")
            << testing::config_text(sandbox.url()) << "[webhooks]\nallow = [\"127.0.0.1\"]\n";
        hub = std::make_unique<testing::RunningHub>(folder.path());
        key = hub->make_key(kEverything);
        testing::Client client(hub->url(), key);
        EXPECT_TRUE(testing::is_filled(client, 10));
    }
    testing::TemporaryFolder folder;
    testing::RunningSandbox sandbox{{"--orders", "10", "--still"}};
    std::unique_ptr<testing::RunningHub> hub;
    std::string key;
};

TEST_F(OpenApiTour, WhatTheErpDoes) {
    Traveller erp(hub->url(), key, folder.path() / "erp.jsonl");
    erp.ask("v1GetHealth", "GET", "/api/v1/health");
    erp.send("GET", "/api/v1/health");
    const json orders = erp.ask("v1ListOrders", "GET", "/api/v1/orders?cursor=&limit=100");
    erp.send("GET", "/api/v1/orders?channel=shop-test&since=2020-01-01&statuses=paid,cancelled&imported=false&raw=0");
    const json& order = orders.at(0);
    const std::string id = order["id"].dump();
    erp.ask("v1GetOrder", "GET", "/api/v1/orders/" + id + "?raw=0");
    erp.ask("v1AcknowledgeOrders", "POST", "/api/v1/orders/ack", R"({"ids":[)" + id + "]}");
    erp.ask("v1ListRefunds", "GET", "/api/v1/refunds?channel=shop-test&since=2020-01-01");
    erp.ask("v1AcknowledgeRefunds", "POST", "/api/v1/refunds/ack", R"({"ids":[]})");
    const json skus = erp.ask("v1ListSkus", "GET", "/api/v1/skus?limit=2&status=all&offset=0");
    erp.ask("v1ListCarrierCodes", "GET", "/api/v1/carrier_codes?provider=shopify");
    const json figure = erp.ask("v1CreateInventoryUpdates", "POST", "/api/v1/inventory_updates",
                                R"({"channel":"shop-test","items":[{"item_master_id":)" +
                                    skus["items"][0]["id"].dump() + R"(,"quantity":7}]})");
    erp.ask("v1GetInventoryUpdate", "GET", "/api/v1/inventory_updates/" + figure["created_ids"][0].dump());
    std::string open;
    for (const json& one : orders)
        if (one["status"] == "open") open = one["id"].dump();
    ASSERT_NE(open, "") << "no order waits to be shipped";
    const json made = erp.ask("v1CreateShipments", "POST", "/api/v1/shipments",
                              R"({"shipments":[{"remote_order_id":)" + open +
                                  R"(,"carrier":"UPS","tracking_number":"1Z999AA10123456784"}]})");
    erp.ask("v1GetShipment", "GET", "/api/v1/shipments/" + made["created_ids"][0].dump());
    erp.ask("v1ListFbaInboundShipments", "GET", "/api/v1/fba_inbound_shipments?include_pending=true");
    erp.ask("v1ListFbaCartonPushes", "GET", "/api/v1/fba_carton_pushes?status=failed");
    erp.compare("both");
}

TEST_F(OpenApiTour, WhatThePlatformShows) {
    Traveller desk(hub->url(), key, folder.path() / "desk.jsonl");
    desk.ask("createWebhookEndpoint", "POST", "/v2/webhook_endpoints",
             R"({"url":"http://127.0.0.1:1025/hooks","events":["*"],"name":"tour","headers":{"X-Who":"crossdock"}})");
    const json orders = desk.ask("listOrders", "GET", "/v2/orders?limit=2&status=pending,fulfilled&acknowledged=false");
    desk.send("GET", "/v2/orders?updated_after=2020-01-01&limit=500");
    const std::string order = "/v2/orders/" + orders["data"][0]["id"].get<std::string>();
    desk.ask("getOrder", "GET", order);
    desk.ask("explainOrder", "GET", order + "/explain");
    desk.ask("listOrderEvents", "GET", order + "/events?limit=5");
    desk.ask("acknowledgeOrder", "POST", order + "/acknowledge");
    desk.ask("acknowledgeOrders", "POST", "/v2/orders/acknowledge", R"({"ids":["ord_1","ord_2"]})");
    desk.ask("listRefunds", "GET", "/v2/refunds?channel=shop-test");
    const json items = desk.ask("listItems", "GET", "/v2/items?limit=2&status=active");
    const std::string item = items["data"][0]["id"];
    desk.ask("getItem", "GET", "/v2/items/" + item);
    const json figures = desk.ask("createInventoryUpdates", "POST", "/v2/inventory_updates",
                                  R"({"channel":"shop-test","items":[{"item_id":")" + item + R"(","quantity":9}]})");
    desk.ask("getInventoryUpdate", "GET", "/v2/inventory_updates/" + figures["data"][0]["id"].get<std::string>());
    desk.ask("listInventoryUpdates", "GET", "/v2/inventory_updates?item_id=" + item);
    desk.ask("listShipments", "GET", "/v2/shipments?status=failed");
    desk.ask("listChannels", "GET", "/v2/channels");
    desk.ask("getChannel", "GET", "/v2/channels/shop-test");
    desk.ask("testChannel", "POST", "/v2/channels/shop-test/test");
    desk.ask("syncChannel", "POST", "/v2/channels/shop-test/sync", R"({"stream":"all"})");
    const json jobs = desk.ask("listJobs", "GET", "/v2/jobs?state=ready,running,retry,done&limit=5");
    desk.ask("getJob", "GET", "/v2/jobs/" + jobs["data"][0]["id"].get<std::string>());
    desk.ask("listDeadLetters", "GET", "/v2/dead_letters");
    const json events = desk.ask("listEvents", "GET", "/v2/events?limit=500");
    desk.send("GET", "/v2/events?type=order.*,item.created&limit=500");
    desk.ask("getEvent", "GET", "/v2/events/" + events["data"][0]["id"].get<std::string>());
    const json endpoints = desk.ask("listWebhookEndpoints", "GET", "/v2/webhook_endpoints");
    const std::string endpoint = "/v2/webhook_endpoints/" + endpoints["data"][0]["id"].get<std::string>();
    desk.ask("getWebhookEndpoint", "GET", endpoint);
    json deliveries;
    EXPECT_TRUE(testing::eventually(std::chrono::seconds{30}, [&] {
        deliveries = desk.send("GET", endpoint + "/deliveries?limit=3").body;
        return deliveries["data"].is_array() && !deliveries["data"].empty();
    }));
    desk.ask("listDeliveries", "GET", endpoint + "/deliveries?state=pending");
    const std::string delivery = "/v2/deliveries/" + deliveries["data"][0]["id"].get<std::string>();
    desk.ask("getDelivery", "GET", delivery);
    desk.ask("replayDelivery", "POST", delivery + "/replay");
    desk.ask("updateWebhookEndpoint", "PATCH", endpoint, R"({"events":["order.*"]})");
    desk.ask("pauseWebhookEndpoint", "POST", endpoint + "/pause");
    desk.ask("resumeWebhookEndpoint", "POST", endpoint + "/resume");
    desk.ask("rotateWebhookSecret", "POST", endpoint + "/rotate_secret", R"({"overlap_seconds":60})");
    desk.ask("testWebhookEndpoint", "POST", endpoint + "/test");
    desk.ask("replayWebhookEvents", "POST", endpoint + "/replay", R"({"since":"2020-01-01T00:00:00Z"})");
    desk.ask("deleteWebhookEndpoint", "DELETE", endpoint);
    const json made = desk.ask("createKey", "POST", "/v2/keys", R"({"name":"tour","scopes":["orders:read"]})");
    const std::string new_key = "/v2/keys/" + made["data"]["id"].get<std::string>();
    desk.ask("getKey", "GET", new_key);
    desk.ask("rotateKey", "POST", new_key + "/rotate", R"({"overlap_seconds":60})");
    desk.ask("revokeKey", "POST", new_key + "/revoke");
    desk.ask("listKeys", "GET", "/v2/keys");
    desk.ask("listAudit", "GET", "/v2/audit?subject=channel");
    desk.ask("getLiveness", "GET", "/healthz");
    desk.ask("getReadiness", "GET", "/readyz");
    desk.ask("getMetrics", "GET", "/metrics");
    desk.ask("getOpenApi", "GET", "/openapi.json");
    desk.ask("getDocs", "GET", "/docs");
    for (const char* file : {"docs.css", "docs.js", "model.js"})
        desk.ask("getDocsFile", "GET", std::string{"/docs/"} + file);
    desk.compare("both");
}

TEST_F(OpenApiTour, WhatIsRefused) {
    const std::string reader = hub->make_key("read-only");
    Traveller nobody(hub->url(), "", folder.path() / "nobody.jsonl");
    for (const char* path : {"/api/v1/orders", "/v2/orders", "/api/v1/shipments/1", "/v2/keys"}) {
        EXPECT_EQ(nobody.send("GET", path).status, 401) << path;
    }
    nobody.compare("response");
    Traveller guest(hub->url(), reader, folder.path() / "guest.jsonl");
    EXPECT_EQ(guest.send("POST", "/api/v1/orders/ack", R"({"ids":[1]})").status, 403);
    EXPECT_EQ(guest.send("POST", "/v2/orders/acknowledge", R"({"ids":["ord_1"]})").status, 403);
    EXPECT_EQ(guest.send("GET", "/v2/audit").status, 403);
    guest.compare("response");
    Traveller clumsy(hub->url(), key, folder.path() / "clumsy.jsonl");
    const std::string large = R"({"ids":[)" + std::string(1'200'000, ' ') + "]}";
    for (const auto& [v1, v2, body, status] :
         {std::tuple{"/api/v1/orders/ack", "/v2/orders/acknowledge", std::string{"{"}, 400},
          std::tuple{"/api/v1/orders/ack", "/v2/orders/acknowledge", std::string{R"({"ids":7})"}, 422},
          std::tuple{"/api/v1/inventory_updates", "/v2/inventory_updates",
                     std::string{R"({"channel":"no-shop","items":[{"sku":"A","quantity":1}]})"}, 404},
          std::tuple{"/api/v1/orders/ack", "/v2/orders/acknowledge", large, 413}}) {
        EXPECT_EQ(clumsy.send("POST", v1, body).status, status) << v1;
        EXPECT_EQ(clumsy.send("POST", v2, body).status, status) << v2;
    }
    for (const char* path : {"/api/v1/orders/999999", "/v2/orders/ord_999999", "/v2/jobs/none", "/v2/channels/no-shop",
                             "/api/v1/orders?channel=no-shop", "/docs/nothing.js"})
        EXPECT_EQ(clumsy.send("GET", path).status, 404) << path;
    for (const char* path :
         {"/api/v1/orders?limit=x", "/v2/orders?limit=x", "/v2/orders?colour=red", "/api/v1/refunds"})
        EXPECT_EQ(clumsy.send("GET", path).status, 422) << path;
    EXPECT_EQ(clumsy.send("GET", "/api/v1/orders?cursor=xyz").status, 400);
    EXPECT_EQ(clumsy.send("GET", "/v2/orders?cursor=xyz").status, 400);
    EXPECT_EQ(clumsy.send("GET", "/v2/orders", "", {{"API-Version", "1999-01-01"}}).status, 400);
    EXPECT_EQ(clumsy.send("POST", "/v2/jobs/job_1/discard").status, 409);
    EXPECT_EQ(clumsy.send("POST", "/hooks/shop-test", "{}").status, 401);
    EXPECT_EQ(clumsy.send("POST", "/hooks/no-shop", "{}").status, 404);
    clumsy.compare("response");
}

}  // namespace
}  // namespace crossdock
