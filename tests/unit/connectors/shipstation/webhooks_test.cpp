// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/webhooks.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

constexpr const char* kUrl = "https://hub.example.com/hooks/ship-us";
constexpr const char* kSecret = "0123456789abcdef";
using QueryFields = std::vector<std::pair<std::string, std::string>>;

Account& with_secret(Account& account) {
    account.setup.credentials.emplace_back("webhook_secret", Secret{kSecret});
    return account;
}
Result<WebhookNotice> verify(Account& account, const std::string& body,
                             const QueryFields& query = {{"secret", kSecret}}) {
    const net::Headers headers;
    return account.connector().webhook_source()->verify({"POST", "/hooks/ship-us", query, headers, body});
}
std::string pointer(const std::string& url, const std::string& type = "ORDER_NOTIFY") {
    return Json{{"resource_url", url}, {"resource_type", type}}.dump();
}

TEST(ShipStationWebhooks, ThePublishedDeliveries) {
    const auto file = example_file("v1_webhooks.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    Account account;
    with_secret(account);
    for (const char* name : {"delivered: orders", "delivered: shipments"}) {
        const auto notice = verify(account, example_case(*file, name)["request"].dump());
        ASSERT_TRUE(notice) << notice.error().message;
        EXPECT_EQ(notice->subject, WebhookNotice::Subject::order);
        EXPECT_EQ(notice->external_id, "");  // whichever changed
        EXPECT_EQ(notice->topic, example_case(*file, name)["request"]["resource_type"]);
    }
    const auto foreign = verify(
        account, example_case(*file, "delivered, must be refused (host outside shipstation.com)")["request"].dump());
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, "webhook_foreign_url");
    EXPECT_EQ(foreign.error().message.find("attacker"), std::string::npos);
    EXPECT_TRUE(account.http.requests().empty());  // nothing is ever fetched from there
}

TEST(ShipStationWebhooks, OnlyTheSecretMakesACallGenuine) {
    const std::string body = pointer("https://ssapi6.shipstation.com/orders?storeID=1&importBatch=x");
    const QueryFields rows[] = {{},
                                {{"secret", ""}},
                                {{"secret", "0123456789abcdeF"}},
                                {{"Secret", kSecret}},
                                {{"secret", std::string{kSecret} + "0"}}};
    for (const QueryFields& query : rows) {
        Account account;
        with_secret(account);
        const auto notice = verify(account, body, query);
        ASSERT_FALSE(notice);
        EXPECT_EQ(notice.error().code, "webhook_not_genuine");
    }
    Account without;
    EXPECT_EQ(verify(without, body).error().code, "webhook_no_secret");
    EXPECT_EQ(verify(without, body, {{"secret", ""}}).error().code, "webhook_no_secret");
}

struct Address {
    const char* url;
    bool own;
};
TEST(ShipStationWebhooks, AddressesOfOthersAreRefused) {
    const std::string longest = "https://ssapi.shipstation.com/orders?x=" + std::string(2048 - 39, 'a');
    ASSERT_EQ(longest.size(), 2048U);
    EXPECT_TRUE(is_own_resource(longest, ""));
    EXPECT_FALSE(is_own_resource(longest + "a", ""));
    const Address rows[] = {{"https://ssapi.shipstation.com/orders", true},
                            {"https://ssapi12.shipstation.com/shipments?batchId=1", true},
                            {"https://SSAPI6.ShipStation.com/fulfillments", true},
                            {"http://ssapi6.shipstation.com/orders", false},
                            {"https://ssapi6.shipstation.com:443/orders", false},
                            {"https://user@ssapi6.shipstation.com/orders", false},
                            {"https://evil.example/@ssapi6.shipstation.com/orders", false},
                            {"https://ssapi6.shipstation.com.attacker.example/orders", false},
                            {"https://ssapix.shipstation.com/orders", false},
                            {"https://ssapi6shipstation.com/orders", false},
                            {"https://ssapi.evil.shipstation.com/orders", false},
                            {"https://ssapi6.shipstation.com/webhooks", false},
                            {"https://ssapi6.shipstation.com/orders/../webhooks", false},
                            {"https://ssapi6.shipstation.com", false},
                            {"https://ssapi6.shipstation.com?/orders", false},
                            {"https://ssapi6.shipstation.com\\.evil.example/orders", false},
                            {"https://ssapi6.shipstation.com/orders\n", false},
                            {"https://ship.shipstation.com/orders", false},
                            {"https://ssap.shipstation.com/orders", false},
                            {"", false}};
    for (const Address& row : rows) EXPECT_EQ(is_own_resource(row.url, ""), row.own) << row.url;
    EXPECT_TRUE(is_own_resource("http://127.0.0.1:9/shipstation/orders?a=b", "http://127.0.0.1:9/shipstation"));
    EXPECT_FALSE(is_own_resource("http://127.0.0.1:9/shipstation.evil/orders", "http://127.0.0.1:9/shipstation"));
}

TEST(ShipStationWebhooks, OtherTopicsAreNoOrders) {
    Account account;
    with_secret(account);
    const std::string url = "https://ssapi6.shipstation.com/orders";
    for (const char* topic : {"ORDER_NOTIFY", "ITEM_ORDER_NOTIFY", "SHIP_NOTIFY", "ITEM_SHIP_NOTIFY",
                              "FULFILLMENT_SHIPPED", "FULFILLMENT_REJECTED"})
        EXPECT_EQ(verify(account, pointer(url, topic))->subject, WebhookNotice::Subject::order) << topic;
    EXPECT_EQ(verify(account, pointer(url, "SOMETHING"))->subject, WebhookNotice::Subject::other);
    EXPECT_FALSE(verify(account, "<html>"));
    EXPECT_FALSE(verify(account, "[]"));
}

Json hook(std::int64_t id, const std::string& event, const std::string& url, bool active = true, Json store = nullptr) {
    return {{"WebHookID", id}, {"HookType", event}, {"Url", url}, {"Active", active}, {"StoreID", std::move(store)}};
}

TEST(ShipStationWebhooks, WhatIsMissingIsSubscribedToWithASecretOfTheHub) {
    Account account;
    WebhookSource& source = *account.connector().webhook_source();
    account.answer("GET /webhooks", {{"webhooks", Json::array({hook(9, "ORDER_NOTIFY", "https://other.example/x")})}});
    std::string target;
    std::string events;
    for (int i = 0; i < 4; ++i)
        account.answer("POST /webhooks/subscribe", {{"id", 100 + i}}, [&](const net::HttpRequest& request) {
            const Json body = Json::parse(request.body);
            target = body["target_url"];
            events += body["event"].get<std::string>() + " ";
            EXPECT_TRUE(body["store_id"].is_null());
        });
    const auto done = source.ensure_subscriptions(kUrl);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 4U);
    EXPECT_EQ(events, "ORDER_NOTIFY SHIP_NOTIFY FULFILLMENT_SHIPPED FULFILLMENT_REJECTED ");
    ASSERT_EQ(account.vault.kept.size(), 1U);
    const std::string secret = account.vault.kept.begin()->second;
    EXPECT_EQ(secret.size(), 43U);
    EXPECT_EQ(target, std::string{kUrl} + "?secret=" + secret);
    for (const std::string& said : *done) EXPECT_EQ(said.find(secret), std::string::npos);

    // Calls with it are genuine, after a restart, too; and the next time nothing is to be done.
    account.reopen(true);
    EXPECT_TRUE(verify(account, pointer("https://ssapi6.shipstation.com/orders"), {{"secret", secret}}));
    Json hooks = Json::array();
    std::int64_t id = 100;
    for (const char* event : {"ORDER_NOTIFY", "SHIP_NOTIFY", "FULFILLMENT_SHIPPED", "FULFILLMENT_REJECTED"})
        hooks.push_back(hook(id++, event, target));
    account.answer("GET /webhooks", {{"webhooks", hooks}});
    EXPECT_TRUE(account.connector().webhook_source()->ensure_subscriptions(kUrl)->empty());
}

TEST(ShipStationWebhooks, WhatIsOutdatedIsReplaced) {
    Account account;
    with_secret(account);
    const std::string target = std::string{kUrl} + "?secret=" + kSecret;
    account.answer(
        "GET /webhooks",
        {{"webhooks", Json::array({hook(1, "ORDER_NOTIFY", std::string{kUrl} + "?secret=old"),
                                   hook(2, "SHIP_NOTIFY", target, false), hook(3, "FULFILLMENT_SHIPPED", target),
                                   hook(4, "FULFILLMENT_SHIPPED", target), hook(5, "ORDER_NOTIFY", target, true, 12345),
                                   hook(6, "ITEM_ORDER_NOTIFY", target), hook(7, "SHIP_NOTIFY", kUrl)})}});
    account.answer("POST /webhooks/subscribe", {{"id", 8}});
    account.answer("POST /webhooks/subscribe", {{"id", 9}});
    account.answer("POST /webhooks/subscribe", 400, R"({"Message":"event is not known"})");
    account.answer("DELETE /webhooks/1", 200, "");
    account.answer("DELETE /webhooks/2", 404, "");
    account.answer("DELETE /webhooks/4", 200, "");
    account.answer("DELETE /webhooks/5", 200, "");
    account.answer("DELETE /webhooks/6", 200, "");
    account.answer("DELETE /webhooks/7", 400, R"({"Message":"no"})");
    const auto done = account.connector().webhook_source()->ensure_subscriptions(kUrl);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->size(), 9U);
    EXPECT_EQ((*done)[0], "subscribed to ORDER_NOTIFY anew (it has another secret)");
    EXPECT_NE((*done)[2].find("could not subscribe to FULFILLMENT_REJECTED"), std::string::npos) << (*done)[2];
    EXPECT_EQ((*done)[3], "removed the outdated subscription to ORDER_NOTIFY (1)");
    EXPECT_NE((*done)[8].find("could not remove the outdated subscription to SHIP_NOTIFY (7)"), std::string::npos);
}

TEST(ShipStationWebhooks, AWebhookWithoutAnyNeedsHttpsAndARoom) {
    Account account;
    EXPECT_EQ(account.connector().webhook_source()->ensure_subscriptions("http://hub/hooks/x").error().code,
              "webhook_url");
    const auto file = example_file("v1_webhooks.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    with_secret(account).reopen();
    account.answer("GET /webhooks", example_case(*file, "List Webhooks")["response"]);  // all of them somebody else's
    account.answer("POST /webhooks/subscribe", 503, "");
    EXPECT_EQ(account.connector().webhook_source()->ensure_subscriptions(kUrl).error().code,
              "shipstation_server_error");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
