// SPDX-License-Identifier: Apache-2.0
// Webhooks, and a world that lives by itself.
#include <set>

#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

class Webhooks : public SellerTest {
protected:
    void SetUp() override {
        open();
        seller->set_webhook_sender([this](const WebhookCall& call) {
            calls.push_back(call);
            return answer;
        });
    }
    static json event(const std::string& type, const std::string& resource) {
        return {{"eventType", type},
                {"eventVersion", "V1"},
                {"resourceName", resource},
                {"eventUrl", "https://hub.example.com/hooks/w"},
                {"authDetails",
                 {{"authMethod", "BASIC_AUTH"},
                  {"userName", "abc"},
                  {"password", "test"},
                  {"authHeaderName", "Authorization"}}},
                {"headers", {{"content-type", "application/json"}}},
                {"status", "ACTIVE"}};
    }
    std::string subscribe(const std::string& type, const std::string& resource = "ORDER") {
        const json body = {{"events", json::array({event(type, resource)})}};
        return json::parse(send("POST", "/v3/webhooks/subscriptions", body).body)["events"][0]["subscriptionId"];
    }
    void run(std::chrono::seconds span) {
        for (std::chrono::seconds at{0}; at <= span; at += 30s) {
            seller->tick();
            clock.advance(30s);
        }
        seller->tick();
    }
    std::vector<WebhookCall> calls;
    int answer = 200;
};

TEST_F(Webhooks, TellOfAnOrderWithBasicAuthentication) {
    subscribe("PO_CREATED");
    const std::int64_t order = place({12});
    seller->tick();
    EXPECT_TRUE(calls.empty());
    clock.advance(1s);
    seller->tick();
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].url, "https://hub.example.com/hooks/w");
    EXPECT_THAT(calls[0].headers,
                ::testing::Contains(std::pair<std::string, std::string>{"Authorization", "Basic YWJjOnRlc3Q="}));
    const json body = json::parse(calls[0].body);
    EXPECT_EQ(body["source"]["eventType"], "PO_CREATED");
    EXPECT_EQ(body["payload"]["purchaseOrderId"], std::to_string(order));
}

TEST_F(Webhooks, AreTriedThreeTimes) {
    subscribe("ORDER_UPDATES");
    answer = 500;
    place({12});
    run(3600s);
    EXPECT_EQ(calls.size(), 3U);
    EXPECT_EQ(json::parse(calls[0].body)["source"]["eventId"], json::parse(calls[2].body)["source"]["eventId"]);
    EXPECT_EQ(json::parse(calls[0].body)["payload"]["subEventType"], "PO_CREATED");
    EXPECT_EQ(seller->counters().webhooks_failed, 3);
}

TEST_F(Webhooks, GetLostComeTwiceOrLate) {
    subscribe("PO_CREATED");
    seller->add_fault({"webhook_lost"});
    place({12});
    run(60s);
    EXPECT_EQ(calls.size(), 0U);
    seller->add_fault({"webhook_twice"});
    place({12});
    run(60s);
    EXPECT_EQ(calls.size(), 2U);
    seller->add_fault({"webhook_late", 1, "PO_CREATED", 600});
    place({12});
    run(300s);
    EXPECT_EQ(calls.size(), 2U);
    run(600s);
    EXPECT_EQ(calls.size(), 3U);
}

TEST_F(Webhooks, SubscriptionsAreListedChangedAndDeleted) {
    const std::string id = subscribe("RETURN_NOTIFICATIONS", "RETURNS");
    EXPECT_EQ(get("/v3/webhooks/subscriptions")["events"][0]["subscriptionId"], id);
    EXPECT_EQ(get("/v3/webhooks/subscriptions?eventType=PO_CREATED")["events"].size(), 0U);
    EXPECT_EQ(send("PATCH", "/v3/webhooks/subscriptions/" + id, {{"status", "INACTIVE"}}).status, 200);
    EXPECT_EQ(get("/v3/webhooks/subscriptions")["events"][0]["status"], "INACTIVE");
    EXPECT_EQ(send("DELETE", "/v3/webhooks/subscriptions/" + id).status, 200);
    EXPECT_EQ(send("DELETE", "/v3/webhooks/subscriptions/" + id).status, 404);
    json wrong = {{"events", json::array({event("PO_CREATED", "ITEM")})}};
    EXPECT_EQ(send("POST", "/v3/webhooks/subscriptions", wrong).status, 400);
    wrong["events"][0] = event("PO_EXPLODED", "ORDER");
    EXPECT_EQ(send("POST", "/v3/webhooks/subscriptions", wrong).status, 400);
    std::set<std::string> types;
    const json known = get("/v3/webhooks/eventTypes");
    for (const json& each : known["events"]) types.insert(each["eventType"].get<std::string>());
    EXPECT_TRUE(types.contains("PO_CREATED"));
    EXPECT_TRUE(types.contains("ORDER_UPDATES"));
}

TEST_F(Webhooks, TestNotificationGoesOut) {
    json body = event("PO_CREATED", "ORDER");
    body.erase("status");
    EXPECT_EQ(send("POST", "/v3/webhooks/test", body).status, 200);
    run(30s);
    EXPECT_EQ(calls.size(), 1U);
}

class LivingSeller : public SellerTest {
protected:
    static SellerOptions lively() {
        SellerOptions options;
        options.orders = 150;
        options.history_days = 14;
        return options;
    }
};

TEST_F(LivingSeller, HistoryHoldsEveryKindOfThing) {
    open(lively());
    std::set<std::string> statuses, nodes, types;
    for (const LedgerEntry& entry : seller->ledger()) {
        statuses.insert(entry.status);
        nodes.insert(entry.node_type);
        types.insert(entry.order_type);
    }
    EXPECT_GE(seller->ledger().size(), 150U);
    EXPECT_THAT(statuses, ::testing::IsSupersetOf({"open", "fulfilled", "cancelled"}));
    EXPECT_THAT(nodes, ::testing::IsSupersetOf({"SellerFulfilled", "WFSFulfilled"}));
    EXPECT_FALSE(seller->returns().empty());
}

TEST_F(LivingSeller, IsTheSameFromTheSameSeed) {
    const auto picture = [this] {
        std::string out;
        for (const LedgerEntry& entry : seller->ledger())
            out += std::to_string(entry.id) + entry.status + std::to_string(to_ms(entry.updated_at)) +
                   std::to_string(entry.total_cents) + "\n";
        return out;
    };
    ManualClock other(start());
    open(lively());
    clock.advance(48h);
    const std::string one = picture();
    seller = make_seller(lively(), other);
    fresh_token();
    for (int i = 0; i < 48; ++i) {  // watched or not, the world goes the same way
        other.advance(1h);
        seller->tick();
    }
    EXPECT_EQ(picture(), one);
}

TEST_F(LivingSeller, OrdersKeepArriving) {
    SellerOptions options = quiet();
    options.orders_per_hour = 60;
    open(options);
    clock.advance(10h);
    EXPECT_NEAR(static_cast<double>(seller->ledger().size()), 600, 120);
}

TEST_F(LivingSeller, ManyOrdersAndItemsFit) {
    SellerOptions options;
    options.orders = 20'000;
    options.items = 200'000;
    options.history_days = 100;
    options.orders_per_hour = 0;
    open(options);
    EXPECT_GE(seller->ledger().size(), 20'000U);
    const json page = get("/v3/orders?createdStartDate=2026-06-01&limit=200");
    EXPECT_EQ(page["list"]["elements"]["order"].size(), 200U);
    EXPECT_EQ(get("/v3/items?nextCursor=*&limit=200")["totalItems"], 200'000);
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
