// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/webhooks.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

using Subject = WebhookNotice::Subject;

constexpr const char* kUrl = "https://hub.example/hooks/wm-us";
constexpr const char* kTypes = "GET /v3/webhooks/eventTypes";
constexpr const char* kList = "GET /v3/webhooks/subscriptions";

Result<WebhookNotice> verified(Seller& seller, const std::string& authorization, const std::string& body) {
    const std::vector<std::pair<std::string, std::string>> query;
    const net::Headers headers{{"authorization", authorization}};
    return seller.connector().webhook_source()->verify({"POST", "/hooks/wm-us", query, headers, body});
}
Seller& with_password(Seller& seller) {
    seller.setup.credentials.emplace_back("webhook_password", Secret{"pa55"});
    return seller;
}
const std::string kGood = "Basic Y3Jvc3Nkb2NrOnBhNTU=";  // base64 of "crossdock:pa55"

TEST(WalmartWebhook, IsGenuineWithItsPasswordOnly) {
    Seller seller;
    with_password(seller);
    EXPECT_TRUE(verified(seller, kGood, "{}"));
    for (const char* wrong : {"", "Basic", "Basic Y3Jvc3Nkb2NrOnBhNTQ=", "Bearer pa55"})
        EXPECT_EQ(verified(seller, wrong, "{}").error().code, "webhook_not_genuine") << wrong;
    Seller without;
    EXPECT_EQ(verified(without, kGood, "{}").error().code, "webhook_no_secret");
}

struct EventCase {
    const char* name;
    const char* type;
    const char* payload;
    Subject subject;
    const char* external_id;
};
class WalmartWebhookEvent : public ::testing::TestWithParam<EventCase> {};
TEST_P(WalmartWebhookEvent, IsAHint) {
    Seller seller;
    with_password(seller);
    const auto notice =
        verified(seller, kGood,
                 R"({"source":{"eventType":")" + std::string{GetParam().type} +
                     R"(","eventTime":"2026-05-04T18:00:00Z","eventId":"e-1"},"payload":)" + GetParam().payload + "}");
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->delivery_id, "e-1");
    EXPECT_EQ(notice->topic, GetParam().type);
    EXPECT_EQ(notice->subject, GetParam().subject);
    EXPECT_EQ(notice->external_id, GetParam().external_id);
}
INSTANTIATE_TEST_SUITE_P(
    Types, WalmartWebhookEvent,
    ::testing::Values(EventCase{"NewOrder", "PO_CREATED", R"({"purchaseOrderId":"1088","customerOrderId":"2"})",
                                Subject::order, "1088"},
                      EventCase{"OrderUpdate", "ORDER_UPDATES", R"({"purchaseOrderId":1088})", Subject::order, "1088"},
                      EventCase{"OrderWithoutId", "ORDER_UPDATES", "{}", Subject::order, ""},
                      EventCase{"WantsOut", "INTENT_TO_CANCEL", R"({"purchaseOrderId":"1088"})", Subject::order,
                                "1088"},
                      EventCase{"Return", "RETURN_NOTIFICATIONS", R"({"purchaseOrderId":"1088"})", Subject::refund, ""},
                      EventCase{"Offer", "OFFER_UNPUBLISHED", R"({"sku":"A"})", Subject::catalog, ""},
                      EventCase{"OutOfStock", "INVENTORY_OOS", R"({"sku":"A"})", Subject::stock, ""},
                      EventCase{"Other", "REPORT_STATUS", "{}", Subject::other, ""}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartWebhook, ABodyThatIsNoJsonIsGenuineAndNothingToGoBy) {
    Seller seller;
    with_password(seller);
    const auto notice = verified(seller, kGood, "<x/>");
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->subject, Subject::other);
}

// webhooks.json offers, of what is wanted, PO_CREATED, PO_LINE_AUTOCANCELLED and OFFER_UNPUBLISHED.
TEST(WalmartWebhook, SubscribesToWhatIsOfferedWithAPasswordOfItsOwn) {
    const auto file = example_file("webhooks.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    Seller seller;
    seller.token();
    seller.answer(kTypes, example_answer(*file, "getEventTypes"));
    seller.answer(kList, example_answer(*file, "getAllSubscriptions"));  // of other addresses
    std::string password;
    for (const std::string type : {"OFFER_UNPUBLISHED", "PO_CREATED", "PO_LINE_AUTOCANCELLED"})
        seller.answer("POST /v3/webhooks/subscriptions", Json{{"events", Json::array()}},
                      [&, type](const net::HttpRequest& request) {
                          const Json event = Json::parse(request.body)["events"][0];
                          EXPECT_EQ(event["eventType"], type);
                          EXPECT_EQ(event["eventVersion"], "V1");
                          EXPECT_EQ(event["resourceName"], type == "OFFER_UNPUBLISHED" ? "ITEM" : "ORDER");
                          EXPECT_EQ(event["eventUrl"], kUrl);
                          EXPECT_EQ(event["status"], "ACTIVE");
                          EXPECT_EQ(event["authDetails"]["authMethod"], "BASIC_AUTH");
                          EXPECT_EQ(event["authDetails"]["userName"], "crossdock");
                          password = event["authDetails"]["password"];
                      });
    const auto done = seller.connector().webhook_source()->ensure_subscriptions(kUrl);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, (std::vector<std::string>{"subscribed to OFFER_UNPUBLISHED", "subscribed to PO_CREATED",
                                               "subscribed to PO_LINE_AUTOCANCELLED"}));
    EXPECT_EQ(password.size(), 43U);
    EXPECT_EQ(seller.vault.kept["webhook_password"], password);
}

TEST(WalmartWebhook, WhatIsThereIsLeftOrMended) {
    Seller seller;
    with_password(seller);
    seller.token();
    seller.answer(kTypes,
                  Json::parse(R"({"events":[{"eventType":"ORDER_UPDATES","eventVersion":"V1","resourceName":"ORDER"},
        {"eventType":"PO_CREATED","eventVersion":"V1","resourceName":"ORDER"},
        {"eventType":"INVENTORY_OOS","eventVersion":"V1","resourceName":"INVENTORY"}]})"));
    const auto held = [&](const std::string& type, const std::string& status, const std::string& password) {
        return Json{{"eventType", type},
                    {"subscriptionId", "id-" + type},
                    {"eventUrl", kUrl},
                    {"status", status},
                    {"authDetails", {{"userName", "crossdock"}, {"password", password}}}};
    };
    seller.answer(kList, Json{{"events",
                               {held("ORDER_UPDATES", "ACTIVE", "pa55"), held("PO_CREATED", "INACTIVE", "pa55"),
                                held("INVENTORY_OOS", "ACTIVE", "old")}}});
    seller.answer("PATCH /v3/webhooks/subscriptions/id-PO_CREATED", Json{{"events", Json::array()}});
    seller.answer("PATCH /v3/webhooks/subscriptions/id-INVENTORY_OOS", 400, refusal("X", "not now"));
    const auto done = seller.connector().webhook_source()->ensure_subscriptions(kUrl);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->size(), 2U);
    EXPECT_EQ((*done)[0], "mended the subscription to PO_CREATED (it is INACTIVE)");
    EXPECT_TRUE((*done)[1].starts_with("could not mend the subscription to INVENTORY_OOS: ")) << (*done)[1];
}

/// As the schemas of the same file name the lists.
TEST(WalmartWebhook, TheOtherNamesOfTheListsAreRead) {
    Seller seller;
    with_password(seller);
    seller.token();
    seller.answer(
        kTypes,
        Json::parse(R"({"eventTypes":[{"eventType":"PO_CREATED","eventVersion":"V1","resourceName":"ORDER"}]})"));
    seller.answer(kList, Json{{"event",
                               {{{"eventType", "PO_CREATED"},
                                 {"subscriptionId", "1"},
                                 {"eventUrl", kUrl},
                                 {"status", "ACTIVE"},
                                 {"authDetails", {{"password", "pa55"}}}}}}});
    const auto done = seller.connector().webhook_source()->ensure_subscriptions(kUrl);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(done->empty());
}

TEST(WalmartWebhook, NeedsHttpsAndAnAnswer) {
    Seller seller;
    with_password(seller);
    EXPECT_EQ(seller.connector().webhook_source()->ensure_subscriptions("http://hub/").error().code, "webhook_url");
    seller.token();
    seller.answer(kTypes, 503, "");
    EXPECT_EQ(seller.connector().webhook_source()->ensure_subscriptions(kUrl).error().code, "walmart_server_error");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
