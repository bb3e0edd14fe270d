// SPDX-License-Identifier: Apache-2.0
// Marking as shipped, labels, lookups, keys, limits and webhooks of V1; V2 in short.
#include <set>

#include "unit/sandbox/shipstation/account_fixture.h"

namespace crossdock::sandbox::shipstation {
namespace {

using ::testing::HasSubstr;

class Shipping : public AccountTest {
protected:
    void SetUp() override { open(); }
    std::vector<WebhookCall> listen() {
        std::vector<WebhookCall> out;
        account->set_webhook_sender([&out, this](const WebhookCall& call) {
            out.push_back(call);
            return receiver;
        });
        account->tick();
        account->set_webhook_sender(nullptr);
        return out;
    }
    int receiver = 200;
};

TEST_F(Shipping, MarkShipsTheWholeOrderOnce) {
    const std::int64_t order = place("1001");
    const http::Response answer = mark(order, "9134");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(json::parse(answer.body), (json{{"orderId", order}, {"orderNumber", "1001"}}));
    EXPECT_EQ(get(path_of(order))["orderStatus"], "shipped");
    EXPECT_EQ(get(path_of(order))["shipDate"], "2026-11-21");
    EXPECT_EQ(get("/shipments")["total"], 0);  // only labels are there
    const json row = get("/fulfillments?orderId=" + std::to_string(order))["fulfillments"][0];
    EXPECT_EQ(row["carrierCode"], "USPS");  // the display name
    EXPECT_EQ(row["trackingNumber"], "9134");
    EXPECT_EQ(row["marketplaceNotified"], false);
    clock.advance(2min);
    EXPECT_EQ(get("/fulfillments")["fulfillments"][0]["marketplaceNotified"], true);

    const http::Response again = mark(order, "9134");
    EXPECT_EQ(again.status, 500);
    EXPECT_THAT(json::parse(again.body)["ExceptionMessage"].get<std::string>(), HasSubstr("already been shipped"));
    EXPECT_EQ(account->counters().marked_shipped, 1);
    EXPECT_EQ(account->counters().shipments_doubled, 1);
    EXPECT_EQ(account->shipments(order).size(), 1U);
}

TEST_F(Shipping, MarkIsChecked) {
    const std::int64_t order = place();
    const auto refused = [&](const json& body) {
        const http::Response answer = send("POST", "/orders/markasshipped", body);
        EXPECT_EQ(answer.status, 500) << body;
        return json::parse(answer.body).value("ExceptionMessage", "");
    };
    EXPECT_EQ(refused({{"carrierCode", "ups"}}), "orderId must be provided.");
    EXPECT_EQ(refused({{"orderId", order}}), "carrierCode must be provided.");
    EXPECT_EQ(refused({{"orderId", order}, {"carrierCode", "ups"}, {"shipDate", "soon"}}), "shipDate is not a date.");
    EXPECT_THAT(refused({{"orderId", 1}, {"carrierCode", "ups"}}), HasSubstr("could not be found"));
    EXPECT_EQ(send("POST", "/orders/markasshipped").status, 400);
    account->cancel(order);
    EXPECT_THAT(refused({{"orderId", order}, {"carrierCode", "ups"}}), HasSubstr("is cancelled"));
    EXPECT_EQ(account->counters().marks_refused, 5);
}

TEST_F(Shipping, NobodyIsToldUnlessAskedTo) {
    const std::int64_t order = place();
    send("POST", "/orders/markasshipped", {{"orderId", order}, {"carrierCode", "Veho"}});
    clock.advance(1h);
    EXPECT_FALSE(account->shipments(order)[0].marketplace_notified);
    EXPECT_EQ(account->shipments(order)[0].carrier, "Veho");
    const std::int64_t other = place();
    account->add_fault({"notify_fails"});
    mark(other, "X");
    clock.advance(1h);
    const json row = get("/fulfillments?trackingNumber=X")["fulfillments"][0];
    EXPECT_EQ(row["marketplaceNotified"], false);
    EXPECT_THAT(row["notifyErrorMessage"].get<std::string>(), HasSubstr("refused"));
}

TEST_F(Shipping, LabelsHaveTheirOwnListAndMayBeVoided) {
    const std::int64_t order = place();
    ASSERT_TRUE(account->ship(order));
    json rows = get("/shipments?includeShipmentItems=true&createDateStart=2026-11-21%2000:00:00")["shipments"];
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["carrierCode"], "stamps_com");  // a code here
    EXPECT_EQ(rows[0]["shipmentItems"].size(), 2U);
    EXPECT_TRUE(get("/shipments")["shipments"][0]["shipmentItems"].is_null());
    EXPECT_TRUE(account->return_label(order));
    EXPECT_EQ(get("/shipments")["shipments"][1]["isReturnLabel"], true);
    EXPECT_TRUE(account->void_label(rows[0]["shipmentId"].get<std::int64_t>()));
    EXPECT_EQ(get(path_of(order))["orderStatus"], "awaiting_shipment");
    rows = get("/shipments?voidDateStart=2026-11-21")["shipments"];
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["voided"], true);
}

TEST_F(Shipping, ProductsHaveNoFilterByModification) {
    EXPECT_EQ(get("/products?pageSize=500")["total"], 36);  // every tenth is inactive
    EXPECT_EQ(get("/products?pageSize=500&showInactive=true")["total"], 40);
    EXPECT_EQ(get("/products?modifyDateStart=2030-01-01")["total"], 36);
    EXPECT_EQ(get("/products?startDate=2030-01-01")["total"], 0);
    clock.advance(1h);
    account->touch_product("SBX-000020");
    const json newest = get("/products?sortBy=ModifyDate&sortDir=DESC&pageSize=1")["products"][0];
    EXPECT_EQ(newest["sku"], "SBX-000020");
    EXPECT_EQ(newest["modifyDate"], "2026-11-21T03:00:00");
    EXPECT_EQ(get("/products/" + newest["productId"].dump())["sku"], "SBX-000020");
    EXPECT_EQ(get("/products?sku=SBX%2F001")["products"][0]["sku"], "SBX/001");
}

TEST_F(Shipping, LookupsHaveMixedTypes) {
    std::set<std::string> codes;
    std::set<std::string> kinds;
    for (const json& carrier : get("/carriers")) {
        codes.insert(carrier["code"].get<std::string>());
        kinds.insert(carrier["accountNumber"].type_name());
    }
    EXPECT_EQ(codes.size(), 4U);
    EXPECT_EQ(get("/carriers").size(), 5U);  // the same code twice
    EXPECT_EQ(kinds, (std::set<std::string>{"string", "number"}));
    kinds.clear();
    for (const json& store : get("/stores?showInactive=true")) kinds.insert(store["statusMappings"].type_name());
    EXPECT_EQ(kinds, (std::set<std::string>{"array", "null", "string"}));
    EXPECT_EQ(get("/stores").size(), 4U);
    EXPECT_EQ(get("/warehouses")[0]["isDefault"], true);
    EXPECT_EQ(get("/carriers/listservices?carrierCode=fedex")[0]["code"], "fedex_ground");
    EXPECT_EQ(send("GET", "/carriers/listservices?carrierCode=pigeon").status, 404);
}

TEST_F(Shipping, FortyCallsAMinuteForEverybodyWithTheKeys) {
    AccountOptions options = quiet();
    options.v1_per_minute = 40;
    open(options);
    clock.advance(15s);
    account->use_up(38);
    http::Response answer = send("GET", "/carriers");
    EXPECT_EQ(header_of(answer, "X-Rate-Limit-Limit"), "40");
    EXPECT_EQ(header_of(answer, "X-Rate-Limit-Remaining"), "1");
    EXPECT_EQ(header_of(answer, "X-Rate-Limit-Reset"), "45");
    send("GET", "/carriers");
    answer = send("GET", "/carriers");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.body, R"({"message":"Too Many Requests"})");
    EXPECT_EQ(header_of(answer, "X-Rate-Limit-Remaining"), "0");
    clock.advance(45s);
    EXPECT_EQ(send("GET", "/carriers").status, 200);
}

TEST_F(Shipping, KeysOfTheTwoVersionsDoNotMix) {
    EXPECT_EQ(send("GET", "/carriers").status, 200);
    EXPECT_EQ(send("GET", "/v2/carriers").status, 200);
    api_key = "demo-key";
    EXPECT_EQ(send("GET", "/v2/carriers").status, 401);
    authorization = "Basic ZGVtby12Mi1rZXk6";
    EXPECT_EQ(send("GET", "/carriers").status, 401);
    EXPECT_EQ(account->counters().unauthorized, 2);
}

TEST_F(Shipping, FailuresComeAsExceptionsPagesAndSilence) {
    account->add_fault({"exception", 1, "listOrders"});
    const http::Response exception = send("GET", "/orders");
    EXPECT_EQ(exception.status, 500);
    EXPECT_TRUE(json::parse(exception.body).contains("ExceptionMessage"));
    account->add_fault({"status", 1, "listOrders", 503});
    EXPECT_THAT(send("GET", "/orders").body, HasSubstr("<html>"));
    const std::int64_t order = place();
    account->add_fault({"no_answer_after", 1, "markAsShipped"});
    EXPECT_EQ(header_of(mark(order, "A"), kFaultHeader), kFaultNoAnswer);
    EXPECT_EQ(get(path_of(order))["orderStatus"], "shipped");
    EXPECT_EQ(send("GET", "/nowhere").status, 404);
}

TEST_F(Shipping, WebhooksPointToAListOfABatch) {
    const json body = {{"target_url", "https://hub.example.com/h"},
                       {"event", "ORDER_NOTIFY"},
                       {"store_id", nullptr},
                       {"friendly_name", "hub"}};
    const std::int64_t id = json::parse(send("POST", "/webhooks/subscribe", body).body)["id"];
    EXPECT_EQ(get("/webhooks")["webhooks"][0]["WebHookID"], id);
    EXPECT_EQ(send("POST", "/webhooks/subscribe", {{"target_url", "https://x.example"}, {"event", "ANY"}}).status, 500);
    const std::int64_t one = place("1");
    const std::int64_t two = place("2");
    place("3", 25760);  // another store: another batch
    clock.advance(30s);
    const std::vector<WebhookCall> calls = listen();
    ASSERT_EQ(calls.size(), 2U);
    const json sent = json::parse(calls[0].body);
    EXPECT_EQ(sent["resource_type"], "ORDER_NOTIFY");
    const std::string url = sent["resource_url"];
    ASSERT_TRUE(url.starts_with("https://ssapi6.shipstation.com/orders?storeID=25748&importBatch=")) << url;
    std::vector<std::int64_t> found;
    const json page = get(url.substr(30));
    for (const json& order : page["orders"]) found.push_back(order["orderId"]);
    EXPECT_THAT(found, ::testing::UnorderedElementsAre(one, two));
    account->edit(one);
    clock.advance(1h);
    EXPECT_TRUE(listen().empty());  // new orders only
    EXPECT_EQ(send("DELETE", "/webhooks/" + std::to_string(id)).status, 200);
    EXPECT_EQ(send("DELETE", "/webhooks/" + std::to_string(id)).status, 404);
}

TEST_F(Shipping, WebhooksGetLostAndAreTriedAgain) {
    send("POST", "/webhooks/subscribe", {{"target_url", "https://hub.example.com/h"}, {"event", "SHIP_NOTIFY"}});
    account->add_fault({"webhook_lost"});
    account->ship(place());
    clock.advance(1min);
    EXPECT_TRUE(listen().empty());
    account->ship(place());
    clock.advance(1min);
    receiver = 500;
    const std::vector<WebhookCall> first = listen();
    ASSERT_EQ(first.size(), 1U);
    const std::string url = json::parse(first[0].body)["resource_url"];
    EXPECT_THAT(url, HasSubstr("&includeShipmentItems=False"));
    EXPECT_EQ(get(url.substr(30))["shipments"].size(), 1U);
    receiver = 200;
    clock.advance(1min);
    EXPECT_EQ(listen().size(), 1U);
    EXPECT_EQ(account->counters().webhooks_failed, 1);
    EXPECT_EQ(account->counters().webhooks_lost, 1);
}

TEST_F(Shipping, SecondVersionShowsOrdersAsShipments) {
    const std::int64_t order = place("77");
    const json list = get("/v2/shipments?modified_at_start=2026-11-21T10:00:00Z&sort_by=modified_at");
    ASSERT_EQ(list["total"], 1);
    EXPECT_EQ(list["shipments"][0]["shipment_id"], "se-" + std::to_string(order));
    EXPECT_EQ(list["shipments"][0]["shipment_status"], "pending");
    EXPECT_EQ(list["links"]["next"], json::object());
    EXPECT_EQ(get("/v2/shipments?modified_at_start=2026-11-21T10:00:01Z")["total"], 0);

    const json row = {
        {"shipment_id", "se-" + std::to_string(order)}, {"tracking_number", "T"}, {"carrier_code", "fedex"}};
    json unknown = row;
    unknown["shipment_id"] = "se-1";
    const http::Response answer = send("POST", "/v2/fulfillments", {{"fulfillments", {row, unknown}}});
    EXPECT_EQ(answer.status, 200);
    const json rows = json::parse(answer.body);
    EXPECT_EQ(rows["has_errors"], true);
    EXPECT_TRUE(rows["fulfillments"][0]["error_message"].is_null());
    EXPECT_THAT(rows["fulfillments"][1]["error_message"].get<std::string>(), HasSubstr("could not be found"));
    EXPECT_EQ(get("/v2/fulfillments")["fulfillments"][0]["fulfillment_carrier_friendly_name"], "FedEx");
    EXPECT_EQ(get("/v2/shipments")["shipments"][0]["shipment_status"], "pending") << "a mark is no label";
    EXPECT_EQ(get("/v2/shipments/se-" + std::to_string(order))["shipment_id"], "se-" + std::to_string(order));
    EXPECT_EQ(send("GET", "/v2/shipments/se-1").status, 404);
    EXPECT_EQ(send("POST", "/v2/fulfillments", {{"fulfillments", json::array()}}).status, 400);
}

TEST_F(Shipping, SecondVersionHasStock) {
    const auto change = [&](const std::string& type, int quantity, const std::string& location = "se-7001") {
        return send("POST", "/v2/inventory",
                    {{"transaction_type", type},
                     {"sku", "SBX-000012"},
                     {"quantity", quantity},
                     {"inventory_location_id", location}})
            .status;
    };
    EXPECT_EQ(change("adjust", 9), 204);
    EXPECT_EQ(change("increment", 3), 204);
    EXPECT_EQ(change("decrement", 2), 204);
    EXPECT_EQ(account->stock()[0].on_hand, 10);
    EXPECT_EQ(get("/v2/inventory?sku=SBX-000012")["inventory"][0]["available"], 10);
    EXPECT_EQ(change("adjust", -1), 400);
    EXPECT_EQ(change("adjust", 1, "se-1"), 400);
    EXPECT_EQ(change("double", 1), 400);
    EXPECT_EQ(get("/v2/inventory_locations")["inventory_locations"][0]["inventory_location_id"], "se-7001");
    EXPECT_EQ(get("/v2/products?sku=SBX-000012")["products"][0]["sku"], "SBX-000012");
    EXPECT_EQ(get("/v2/warehouses")["warehouses"][0]["is_default"], true);
    AccountOptions options = quiet();
    options.inventory_plan = false;
    open(options);
    EXPECT_EQ(change("adjust", 9), 403);
}

TEST_F(Shipping, AdminSurfaceTellsAndActs) {
    const std::int64_t id = json::parse(send("POST", "/_sandbox/orders", {{"store", 25760}}).body)["order_id"];
    const std::string path = "/_sandbox/orders/" + std::to_string(id);
    EXPECT_EQ(get("/_sandbox/ledger")["orders"][0]["source"], "ebay");
    account->pay(id);
    EXPECT_EQ(send("POST", path + "/ship").status, 200);
    EXPECT_EQ(send("POST", path + "/ship").status, 409);
    EXPECT_EQ(get(path + "/shipments")["shipments"].size(), 1U);
    EXPECT_EQ(send("POST", "/_sandbox/dials", {{"use_up", 5000}}).status, 200);
    EXPECT_EQ(send("GET", "/orders").status, 429);
    EXPECT_EQ(send("POST", "/_sandbox/dials", {{"colour", 1}}).status, 422);
    EXPECT_EQ(send("POST", "/_sandbox/faults", {{"kind", "nonsense"}}).status, 422);
    EXPECT_EQ(get("/_sandbox/counters")["throttled"], 1);
}

class LivingAccount : public AccountTest {
protected:
    static AccountOptions lively() {
        AccountOptions options;
        options.orders = 200;
        options.history_days = 14;
        return options;
    }
};

TEST_F(LivingAccount, HistoryHoldsEveryKindOfThing) {
    open(lively());
    std::set<std::string> statuses;
    bool deleted = false;
    bool split = false;
    for (const LedgerEntry& entry : account->ledger()) {
        statuses.insert(entry.status);
        deleted = deleted || entry.deleted;
        split = split || entry.parent != 0;
    }
    EXPECT_THAT(statuses, ::testing::IsSupersetOf({"awaiting_shipment", "awaiting_payment", "shipped", "cancelled"}));
    EXPECT_TRUE(deleted);
    EXPECT_TRUE(split);
}

TEST_F(LivingAccount, IsTheSameFromTheSameSeed) {
    const auto picture = [](Account& of) {
        std::string out;
        for (const LedgerEntry& entry : of.ledger())
            out += std::to_string(entry.id) + entry.status + std::to_string(to_ms(entry.updated_at)) +
                   std::to_string(entry.total_cents) + "\n";
        return out;
    };
    ManualClock other(start());
    open(lively());
    clock.advance(48h);
    const std::string one = picture(*account);
    const auto watched = make_account(lively(), other);
    for (int i = 0; i < 48; ++i) {
        other.advance(1h);
        watched->tick();
    }
    EXPECT_EQ(picture(*watched), one);
}

}  // namespace
}  // namespace crossdock::sandbox::shipstation
