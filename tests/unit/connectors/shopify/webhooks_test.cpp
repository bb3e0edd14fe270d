// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/webhooks.h"

#include <gtest/gtest.h>

#include <set>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

using Subject = WebhookNotice::Subject;

const std::vector<Secret> kSecrets{Secret{"crossdock-test-secret"}};
constexpr const char* kOrdersCreate = "xRAod30b9h5Jy5Y1Youa/LAyb7uuu12x25qneIVwsQQ=";
constexpr const char* kRefundsCreate = "3D1G3V294eR6acAn94VmrPJcDA9SE4OklkLS2jvWl0A=";

struct Vector {
    const char* name;
    std::string body;
    const char* signature;
};
std::vector<Vector> vectors() {
    return {{"OrdersCreate", fixture("webhook_orders_create.json"), kOrdersCreate},
            {"RefundsCreate", fixture("webhook_refunds_create.json"), kRefundsCreate},
            {"Empty", "{}", "E0ehrC8Z3Gjci99VQAbEy/Df82U4RdUrn2f8VEkwPFw="},
            {"Utf8", "{\"id\":1,\"name\":\"Über\"}", "VPAZUPBVpVIRRQQLvgn/90uetblUmUZ9Dcrht8AIMok="}};
}

TEST(WebhookSignature, AcceptsShopifysVectors) {
    EXPECT_EQ(vectors()[0].body.size(), 7523U);
    EXPECT_EQ(vectors()[1].body.size(), 4727U);
    for (const auto& vector : vectors()) {
        EXPECT_TRUE(is_genuine(vector.body, vector.signature, kSecrets)) << vector.name;
        EXPECT_TRUE(is_genuine(vector.body, std::string{" "} + vector.signature + " ", kSecrets)) << vector.name;
    }
}

TEST(WebhookSignature, RefusesEverythingElse) {
    const std::string body = fixture("webhook_orders_create.json");
    EXPECT_FALSE(is_genuine(Json::parse(body).dump(1), kOrdersCreate, kSecrets)) << "indented anew";
    EXPECT_FALSE(is_genuine(body + "\n", kOrdersCreate, kSecrets));
    EXPECT_FALSE(is_genuine(body, kRefundsCreate, kSecrets));
    for (const char* header :
         {"", "=", "not base64!", "xRAod30b9h5Jy5Y1Youa", "xRAod30b9h5Jy5Y1Youa/LAyb7uuu12x25qneIVwsQQ", "AAAA"})
        EXPECT_FALSE(is_genuine(body, header, kSecrets)) << header;
    EXPECT_FALSE(is_genuine(body, kOrdersCreate, {Secret{"another"}}));
    EXPECT_FALSE(is_genuine(body, kOrdersCreate, {}));
    // Every single bit of the signature counts.
    for (std::size_t i = 0; i < 43; ++i) {
        std::string header = kOrdersCreate;
        header[i] = header[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(is_genuine(body, header, kSecrets)) << i;
    }
}

TEST(WebhookSignature, AcceptsThePreviousSecretOfARotation) {
    EXPECT_TRUE(is_genuine("{}", vectors()[2].signature, {Secret{"new"}, Secret{"crossdock-test-secret"}}));
    EXPECT_TRUE(is_genuine("{}", vectors()[2].signature, {Secret{"crossdock-test-secret"}, Secret{"new"}}));
}

net::Headers headers(const std::string& topic, const std::string& signature,
                     const std::string& shop = "acme.myshopify.com") {
    return {{"x-shopify-topic", topic},
            {"X-SHOPIFY-HMAC-SHA256", signature},
            {"X-Shopify-Shop-Domain", shop},
            {"X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"}};
}

Result<WebhookNotice> verify(WebhookSource& source, const net::Headers& headers, std::string_view body) {
    const std::vector<std::pair<std::string, std::string>> no_query;
    return source.verify({"POST", "/hooks/shop-us", no_query, headers, body});
}

TEST(WebhookVerify, GivesTheOrderToFetch) {
    Shop shop;
    WebhookSource& source = *shop.connector().webhook_source();
    const auto order = verify(source, headers("orders/create", kOrdersCreate), fixture("webhook_orders_create.json"));
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(order->delivery_id, "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
    EXPECT_EQ(order->topic, "orders/create");
    EXPECT_EQ(order->subject, Subject::order);
    EXPECT_EQ(order->external_id,
              std::to_string(Json::parse(fixture("webhook_orders_create.json"))["id"].get<std::int64_t>()));
    const auto refund =
        verify(source, headers("refunds/create", kRefundsCreate), fixture("webhook_refunds_create.json"));
    ASSERT_TRUE(refund);
    EXPECT_EQ(refund->subject, Subject::order);
    EXPECT_EQ(refund->external_id,
              std::to_string(Json::parse(fixture("webhook_refunds_create.json"))["order_id"].get<std::int64_t>()));
}

struct TopicCase {
    const char* topic;
    const char* body;
    const char* signature;  // with the key crossdock-test-secret
    Subject subject;
    const char* id;
};
// Signatures worked out with openssl dgst -sha256 -hmac.
class WebhookTopic : public testing::TestWithParam<TopicCase> {};
TEST_P(WebhookTopic, TellsWhatItIsAbout) {
    Shop shop;
    const auto notice =
        verify(*shop.connector().webhook_source(), headers(GetParam().topic, GetParam().signature), GetParam().body);
    ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(notice->subject, GetParam().subject);
    EXPECT_EQ(notice->external_id, GetParam().id);
}
INSTANTIATE_TEST_SUITE_P(
    Table, WebhookTopic,
    testing::Values(
        TopicCase{"orders/updated", R"({"id":9007199254740993})",
                  "waV18EtmLt0PXpXKuR7BlswGRzvvdBokLB5mAVk+smM=", Subject::order, "9007199254740993"},
        TopicCase{"orders/delete", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::order, "1"},
        TopicCase{"orders/paid", R"({"admin_graphql_api_id":"gid://shopify/Order/7"})",
                  "gIu6KHX/0Gr53gutZ001F1i7Kbq9+iYuXPxyP+aohJM=", Subject::order, "7"},
        TopicCase{"fulfillments/create", R"({"id":1,"order_id":2})",
                  "b0s6zQAXENjwVemD+jLXlDLZZ2i3494jg34VCAc3dTY=", Subject::order, "2"},
        TopicCase{"order_transactions/create", R"({"id":1,"order_id":2})",
                  "b0s6zQAXENjwVemD+jLXlDLZZ2i3494jg34VCAc3dTY=", Subject::order, "2"},
        TopicCase{"orders/updated", R"([])", "meIkTDCuGNLi+krJJPmSGpThan4r7FoF2cg6XZlVo8c=", Subject::other, ""},
        TopicCase{"orders/updated", R"(not json)", "KOwP9lkX/0brmeFOxa8UNaxuOu72x6aGvSYIljxFvbE=", Subject::other, ""},
        TopicCase{"products/update", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::catalog,
                  ""},
        TopicCase{"inventory_levels/update", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::stock, ""},
        TopicCase{"inventory_levels/connect", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::catalog, ""},
        TopicCase{"inventory_levels/disconnect", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::catalog, ""},
        TopicCase{"inventory_items/delete", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::catalog, ""},
        TopicCase{"locations/update", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::catalog,
                  ""},
        TopicCase{"fulfillments/update", R"({"id":1,"order_id":2})",
                  "b0s6zQAXENjwVemD+jLXlDLZZ2i3494jg34VCAc3dTY=", Subject::order, "2"},
        TopicCase{"app/scopes_update", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::channel,
                  ""},
        TopicCase{"app/uninstalled", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::channel,
                  ""},
        TopicCase{"shop/update", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::channel, ""},
        TopicCase{"bulk_operations/finish", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::other, ""},
        TopicCase{"", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::other, ""},
        TopicCase{
            "fulfillment_orders/moved",
            R"({"original_fulfillment_order":{"id":"gid://shopify/FulfillmentOrder/61001"},"moved_fulfillment_order":{"id":"gid://shopify/FulfillmentOrder/61009"}})",
            "w8Wv7uJDK0twG89oiqg28zSfInhYaCzS1fHaOVoyzvk=", Subject::order, "gid://shopify/FulfillmentOrder/61001"},
        TopicCase{"fulfillment_orders/hold_released",
                  R"({"fulfillment_order":{"id":"gid://shopify/FulfillmentOrder/61001","status":"open"}})",
                  "pX4TYxWZIxK0bP7kfkjdWYxEpmffGOz3XvwOCDI1HL0=", Subject::order,
                  "gid://shopify/FulfillmentOrder/61001"},
        TopicCase{"fulfillment_orders/split", R"({"id":1})",
                  "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::other, ""},
        TopicCase{"something/new", R"({"id":1})", "4ny5dJxHGPgQ+lzy/tSPxGZrCorxTMJ7EqjfxHUNI4w=", Subject::other, ""}));

TEST(WebhookVerify, RefusesWithoutAWordAboutWhy) {
    Shop shop;
    WebhookSource& source = *shop.connector().webhook_source();
    const std::string body = fixture("webhook_orders_create.json");
    EXPECT_EQ(verify(source, headers("orders/create", kRefundsCreate), body).error().code, "webhook_not_genuine");
    EXPECT_EQ(verify(source, {}, body).error().kind, ErrorKind::denied);
    EXPECT_EQ(verify(source, headers("orders/create", kOrdersCreate, "other.myshopify.com"), body).error().code,
              "webhook_other_shop");
    EXPECT_TRUE(verify(source, headers("orders/create", kOrdersCreate, "ACME.myshopify.com"), body));
    EXPECT_TRUE(verify(source, {{"X-Shopify-Hmac-Sha256", kOrdersCreate}}, body))
        << "without a domain header the signature decides";
}

TEST(WebhookVerify, TakesAListOfSecrets) {
    Shop shop;
    shop.setup.credentials.emplace_back("webhook_secret", Secret{"new-one, crossdock-test-secret"});
    EXPECT_TRUE(verify(*shop.connector().webhook_source(), headers("orders/create", kOrdersCreate),
                       fixture("webhook_orders_create.json")));
    Shop none;
    none.setup.credentials.pop_back();
    EXPECT_EQ(verify(*none.connector().webhook_source(), {}, "{}").error().code, "webhook_no_secret");
}

TEST(EnsureSubscriptions, CreatesWhatIsMissing) {
    Shop shop;
    const std::string url = "https://hub.example/hooks/shop-us";
    const auto page = [](const Json& nodes, const Json& cursor) {
        return Json{{"webhookSubscriptions",
                     {{"pageInfo", {{"hasNextPage", !cursor.is_null()}, {"endCursor", cursor}}}, {"nodes", nodes}}}};
    };
    shop.answer("HubWebhooks", page(Json::array({{{"topic", "ORDERS_CREATE"}, {"uri", url}},
                                                 {{"topic", "ORDERS_UPDATED"}, {"uri", "https://other.example"}}}),
                                    "p"));
    shop.answer("HubWebhooks", page(Json::array({{{"topic", "ORDERS_DELETE"}, {"uri", url}}}), nullptr),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "p"); });
    std::set<std::string> created;
    for (int i = 0; i < 29; ++i)
        shop.answer("HubWebhookCreate",
                    Json{{"webhookSubscriptionCreate",
                          {{"userErrors", i == 1 ? Json::array({{{"field", {"topic"}}, {"message", "not permitted"}}})
                                                 : Json::array()}}}},
                    [&](const Json& variables) {
                        created.insert(variables["topic"].get<std::string>());
                        EXPECT_EQ(variables["webhookSubscription"], Json({{"uri", url}, {"format", "JSON"}}));
                    });
    const auto done = shop.connector().webhook_source()->ensure_subscriptions(url);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->size(), 29U);
    EXPECT_EQ((*done)[0], "subscribed to ORDERS_UPDATED");
    EXPECT_NE((*done)[1].find("not permitted"), std::string::npos);
    EXPECT_FALSE(created.contains("ORDERS_CREATE"));
    EXPECT_TRUE(created.contains("REFUNDS_CREATE"));
    EXPECT_TRUE(created.contains("APP_UNINSTALLED"));
    // What the digest of Shopify's topics names, but for the two that nothing would follow from.
    for (const char* topic :
         {"ORDERS_EDITED", "ORDERS_CANCELLED", "ORDERS_PAID", "ORDERS_FULFILLED", "ORDERS_PARTIALLY_FULFILLED",
          "ORDER_TRANSACTIONS_CREATE", "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "FULFILLMENT_ORDERS_MOVED",
          "INVENTORY_ITEMS_UPDATE", "LOCATIONS_CREATE", "APP_SCOPES_UPDATE"})
        EXPECT_TRUE(created.contains(topic)) << topic;
    EXPECT_FALSE(created.contains("INVENTORY_LEVELS_UPDATE"));
    EXPECT_FALSE(created.contains("BULK_OPERATIONS_FINISH"));
}

TEST(EnsureSubscriptions, LeavesOutWhatTheAppMayNotHearOf) {
    Shop shop("{}", R"({"currency":"USD","scopes":["read_orders","read_products","read_inventory","read_locations"]})");
    shop.answer("HubWebhooks",
                Json{{"webhookSubscriptions",
                      {{"pageInfo", {{"hasNextPage", false}, {"endCursor", nullptr}}}, {"nodes", Json::array()}}}});
    std::set<std::string> created;
    for (int i = 0; i < 24; ++i)
        shop.answer("HubWebhookCreate", Json{{"webhookSubscriptionCreate", {{"userErrors", Json::array()}}}},
                    [&](const Json& variables) { created.insert(variables["topic"].get<std::string>()); });
    const auto done = shop.connector().webhook_source()->ensure_subscriptions("https://hub.example/hooks/shop-us");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(created.size(), 24U);
    EXPECT_FALSE(created.contains("FULFILLMENTS_CREATE"));
    EXPECT_FALSE(created.contains("FULFILLMENT_ORDERS_MOVED"));
}

TEST(EnsureSubscriptions, WantsHttps) {
    Shop shop;
    EXPECT_EQ(shop.connector().webhook_source()->ensure_subscriptions("http://hub.example/").error().code,
              "webhook_url");
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
