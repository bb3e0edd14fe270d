// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/webhooks.h"

#include "crypto/hash.h"
#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;
using Subject = WebhookNotice::Subject;

const std::string kToken(40, 't');
constexpr const char* kHook = "https://hub.example.com/hooks/ebay-us";

class EbayWebhooks : public ::testing::Test {
protected:
    EbayWebhooks() { account.setup.credentials.emplace_back("verification_token", Secret{kToken}); }
    WebhookSource& source() { return *account.connector().webhook_source(); }

    std::optional<std::string> challenge(const std::string& code, const net::Headers& headers = {}) {
        const std::vector<std::pair<std::string, std::string>> query{{"challenge_code", code}};
        return source().handshake({"GET", "/hooks/ebay-us", query, headers, ""});
    }
    Result<WebhookNotice> verify(const std::string& body, const net::Headers& headers) {
        const std::vector<std::pair<std::string, std::string>> query;
        return source().verify({"POST", "/hooks/ebay-us", query, headers, body});
    }
    Account account;
};

TEST(EbayChallenge, PublishedVector) {
    const auto file = published_json("signature_vectors.json");
    if (!file) GTEST_SKIP() << "eBay's vectors are not here";
    const Json& vector = (*file)["inbound_challenge"];
    EXPECT_EQ(challenge_response(vector["challengeCode"].get<std::string>(),
                                 vector["verificationToken"].get<std::string>(), vector["endpoint"].get<std::string>()),
              vector["challengeResponse"]);
    Account account(Json{{"notification_endpoint", vector["endpoint"]}}.dump());
    account.setup.credentials.emplace_back("verification_token", Secret{vector["verificationToken"]});
    const std::vector<std::pair<std::string, std::string>> query{{"challenge_code", vector["challengeCode"]}};
    const auto answer = account.connector().webhook_source()->handshake({"GET", "/hooks/other", query, {}, ""});
    ASSERT_TRUE(answer);
    EXPECT_EQ(Json::parse(*answer), Json({{"challengeResponse", vector["challengeResponse"]}}));
}

TEST_F(EbayWebhooks, ChallengeOfAnEndpointRegisteredByHandGoesByWhatEbayCalls) {
    const auto answer = challenge("abc", {{"host", "hub.example.com"}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, R"({"challengeResponse":")" + crypto::sha256_hex("abc" + kToken + kHook) + R"("})");
}

TEST_F(EbayWebhooks, OtherCallsAreNoChallenge) {
    const std::vector<std::pair<std::string, std::string>> none, code{{"challenge_code", "a"}};
    EXPECT_FALSE(source().handshake({"GET", "/hooks/ebay-us", none, {}, ""}));
    EXPECT_FALSE(source().handshake({"POST", "/hooks/ebay-us", code, {}, ""}));
    EXPECT_FALSE(challenge(""));
    account.setup.credentials.pop_back();
    account.reopen();
    EXPECT_FALSE(challenge("abc"));  // without a token there is nothing to answer with
}

/// The published notification, with eBay's own signature.
struct Published {
    std::string body, header;
    Json key;
};
std::optional<Published> published() {
    const auto file = published_json("signature_vectors.json");
    if (!file) return std::nullopt;
    const Json& vector = (*file)["inbound_x_ebay_signature"];
    return Published{vector["body"], vector["header_X-EBAY-SIGNATURE"], vector["public_key_response"]};
}
constexpr const char* kKeyLine = "GET /commerce/notification/v1/public_key/9936261a-7d7b-4621-a0f1-96ccb428af49";

TEST_F(EbayWebhooks, PublishedNotificationIsGenuineAndItsKeyIsKeptForAnHour) {
    const auto example = published();
    if (!example) GTEST_SKIP() << "eBay's vectors are not here";
    account.application_token();
    account.answer(kKeyLine, 200, example->key.dump(), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Authorization"), "Bearer app-1");
    });
    for (int i = 0; i < 2; ++i) {
        const auto notice = verify(example->body, {{"x-ebay-signature", example->header}});
        ASSERT_TRUE(notice) << notice.error().message;
        EXPECT_EQ(notice->topic, "MARKETPLACE_ACCOUNT_DELETION");
        EXPECT_EQ(notice->subject, Subject::erasure);
        EXPECT_EQ(notice->external_id, "test_user\nma8vp1jySJC") << "by either name";
        EXPECT_EQ(notice->delivery_id, "49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d");
        account.reopen();  // another worker
    }
    account.clock.advance(61min);
    account.answer(kKeyLine, 500, "");  // eBay's trouble: the key of before serves
    EXPECT_TRUE(verify(example->body, {{"X-EBAY-SIGNATURE", example->header}}));
}

TEST_F(EbayWebhooks, ForgedOnesAreRefused) {
    const auto example = published();
    if (!example) GTEST_SKIP() << "eBay's vectors are not here";
    account.application_token();
    account.answer(kKeyLine, 200, example->key.dump());
    const auto refused = [&](const std::string& body, const std::string& header) {
        const auto notice = verify(body, {{"X-EBAY-SIGNATURE", header}});
        return !notice && notice.error().kind == ErrorKind::denied;
    };
    EXPECT_TRUE(refused(example->body + " ", example->header));
    const auto edited = [&](const std::function<void(Json&)>& edit) {
        Json header = Json::parse(*crypto::base64_decode(example->header));
        edit(header);
        return crypto::base64_encode(header.dump());
    };
    EXPECT_TRUE(refused(example->body, edited([](Json& h) { h["digest"] = "SHA256"; })));
    EXPECT_TRUE(refused(example->body, edited([](Json& h) { h["digest"] = "MD5"; })));
    EXPECT_TRUE(refused(example->body, edited([](Json& h) { h["alg"] = "none"; })));
    EXPECT_TRUE(refused(example->body, edited([](Json& h) { h["kid"] = "../../sell/fulfillment/v1/order"; })));
    EXPECT_TRUE(refused(example->body, edited([](Json& h) { h["signature"] = ""; })));
    EXPECT_TRUE(refused(example->body, ""));
    EXPECT_TRUE(refused(example->body, "not base64"));
    EXPECT_TRUE(refused(example->body, crypto::base64_encode("no json")));
    EXPECT_EQ(source().refusal_status(), 412);
}

TEST_F(EbayWebhooks, UnknownKeyIsRememberedAsUnknown) {
    const auto example = published();
    if (!example) GTEST_SKIP() << "eBay's vectors are not here";
    account.application_token();
    account.answer(kKeyLine, 404, "");
    for (int i = 0; i < 2; ++i) {
        const auto notice = verify(example->body, {{"X-EBAY-SIGNATURE", example->header}});
        ASSERT_FALSE(notice);
        EXPECT_EQ(notice.error().kind, ErrorKind::denied);
    }
}

TEST_F(EbayWebhooks, WithoutTheKeyTheProviderRepeatsTheCall) {
    const auto example = published();
    if (!example) GTEST_SKIP() << "eBay's vectors are not here";
    account.application_token();
    account.answer(kKeyLine, 503, "");
    const auto notice = verify(example->body, {{"X-EBAY-SIGNATURE", example->header}});
    ASSERT_FALSE(notice);
    EXPECT_EQ(notice.error().kind, ErrorKind::unavailable);
}

TEST(EbayNotices, PublishedBodies) {
    const auto file = published_json("examples/notifications.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    const auto notice = [&](std::size_t index, std::string_view seller) {
        return notice_of((*file)["cases"][index]["body"].dump(), seller);
    };
    EXPECT_EQ(notice(1, "u1").subject, Subject::erasure);
    const auto revoked = notice(2, "ma8vp1jySJC");
    EXPECT_EQ(revoked.subject, Subject::channel);
    EXPECT_EQ(revoked.delivery_id, "5f1c3f1a-0000-4000-8000-000000000001");
    EXPECT_EQ(notice(2, "somebody-else").subject, Subject::other);
    EXPECT_EQ(notice(2, "").subject, Subject::channel);  // better looked at once too often
}

TEST(EbayNotices, OtherTopics) {
    const auto notice = [](const std::string& topic, const Json& data) {
        return notice_of(
            Json{{"metadata", {{"topic", topic}}}, {"notification", {{"notificationId", "n"}, {"data", data}}}}.dump(),
            "u1");
    };
    // Their payloads are not published: the order's id is taken wherever it stands.
    EXPECT_EQ(notice("ORDER_CONFIRMATION", {{"order", {{"orderId", "1-1"}}}}).external_id, "1-1");
    EXPECT_EQ(notice("ORDER_CANCELLATION_ACTIVITY", {{"orderId", "1-2"}}).subject, Subject::order);
    EXPECT_EQ(notice("ITEM_MARKED_SHIPPED", {{"lines", {{{"orderId", "1-3"}}}}}).external_id, "1-3");
    EXPECT_EQ(notice("ORDER_CONFIRMATION", {{"x", 1}}).external_id, "");
    EXPECT_EQ(notice("ITEM_AVAILABILITY", {}).subject, Subject::stock);
    EXPECT_EQ(notice("ITEM_PRICE_REVISION", {}).subject, Subject::catalog);
    EXPECT_EQ(notice("LISTING_ENDED", {}).subject, Subject::catalog);
    EXPECT_EQ(notice("FEEDBACK_LEFT", {}).subject, Subject::other);
    EXPECT_EQ(notice_of("rubbish", "u1").subject, Subject::other);
}

constexpr const char* kNotes = " /commerce/notification/v1";
std::string line(const std::string& method, const std::string& path) { return method + kNotes + path; }
const Json kTopics{{"topics",
                    {{{"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
                      {"scope", "APP"},
                      {"supportedPayloads",
                       {{{"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.0"}, {"deprecated", true}},
                        {{"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.1"}, {"deprecated", false}}}}},
                     {{"topicId", "ITEM_MARKED_SHIPPED"}, {"scope", "USER"}, {"supportedPayloads", Json::array()}},
                     {{"topicId", "FEEDBACK_LEFT"}, {"scope", "USER"}}}}};

TEST_F(EbayWebhooks, EverythingMissingIsMade) {
    account.setup.settings_json = R"({"alert_email":"admin@example.com"})";
    account.application_token();
    account.answer(line("GET", "/config"), 404, errors(195003, "config not found"));
    account.answer(line("PUT", "/config"), 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(request.body, R"({"alertEmail":"admin@example.com"})");
    });
    account.answer(
        line("GET", "/destination?limit=100"),
        Json{{"destinations", Json::array()}, {"next", "https://api.ebay.com/x?limit=100&continuation_token=t1"}});
    account.answer(line("GET", "/destination?limit=100&continuation_token=t1"), Json{{"destinations", Json::array()}});
    account.answer(line("POST", "/destination"), 201, "",
                   [this](const net::HttpRequest& request) {
                       EXPECT_EQ(Json::parse(request.body),
                                 Json({{"name", "crossdock"},
                                       {"status", "ENABLED"},
                                       {"deliveryConfig", {{"endpoint", kHook}, {"verificationToken", kToken}}}}));
                       // At once eBay asks the challenge, of another worker.
                       const auto answer = challenge("abc", {{"Host", "10.0.0.1"}});
                       ASSERT_TRUE(answer);
                       EXPECT_NE(answer->find(crypto::sha256_hex("abc" + kToken + kHook)), std::string::npos);
                   },
                   {{"Location", "https://api.ebay.com/commerce/notification/v1/destination/d-1"}});
    account.answer(line("GET", "/topic?limit=100"), kTopics);
    account.answer(line("GET", "/subscription?limit=100"), Json{{"subscriptions", Json::array()}});
    account.token();
    account.answer(
        line("GET", "/subscription?limit=100"), Json{{"subscriptions", Json::array()}},
        [](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "Authorization"), "Bearer user-1"); });
    account.answer(line("POST", "/subscription"), 201, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Authorization"), "Bearer app-1");
        EXPECT_EQ(Json::parse(request.body),
                  Json({{"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
                        {"status", "ENABLED"},
                        {"destinationId", "d-1"},
                        {"payload", {{"format", "JSON"}, {"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.1"}}}}));
    });
    account.answer(
        line("POST", "/subscription"), 400, errors(195011, "The topic needs another token"),
        [](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "Authorization"), "Bearer user-1"); });
    const auto done = source().ensure_subscriptions(kHook);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done,
              (std::vector<std::string>{
                  "set the address for eBay's alerts", std::string{"registered "} + kHook,
                  "subscribed to MARKETPLACE_ACCOUNT_DELETION",
                  "could not subscribe to ITEM_MARKED_SHIPPED: eBay refused createSubscription: HTTP 400, 195011: "
                  "The topic needs another token"}));
    EXPECT_EQ(account.vault.kept["notification_endpoint"], kHook);
}

TEST_F(EbayWebhooks, WhatIsThereIsLeftAndWhatWasMarkedDownIsEnabled) {
    account.application_token();
    account.answer(line("GET", "/config"), Json{{"alertEmail", "a@example.com"}});
    account.answer(
        line("GET", "/destination?limit=100"),
        Json{{"destinations",
              {{{"destinationId", "d-0"}, {"status", "ENABLED"}, {"deliveryConfig", {{"endpoint", "https://x"}}}},
               {{"destinationId", "d-1"}, {"status", "MARKED_DOWN"}, {"deliveryConfig", {{"endpoint", kHook}}}}}}});
    account.answer(line("PUT", "/destination/d-1"), 204, "");
    account.answer(line("GET", "/topic?limit=100"), Json{{"topics", {kTopics["topics"][0]}}});
    account.answer(line("GET", "/subscription?limit=100"),
                   Json{{"subscriptions", {{{"topicId", "MARKETPLACE_ACCOUNT_DELETION"}, {"destinationId", "d-1"}}}}});
    const auto done = source().ensure_subscriptions(kHook);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, std::vector<std::string>{"enabled the destination again (it was MARKED_DOWN)"});
}

Result<Settlement> settle(WebhookSource& source, std::vector<std::string> former) {
    return settle_subscriptions(dynamic_cast<SubscribedWebhooks&>(source), {kHook, std::move(former)});
}

TEST_F(EbayWebhooks, AnAddressOfThePastIsMovedAndADisabledSubscriptionEnabled) {
    const std::string old = "https://old.example/hooks/ebay-us";
    account.application_token();
    account.answer(line("GET", "/config"), Json{{"alertEmail", "a@example.com"}});
    account.answer(
        line("GET", "/destination?limit=100"),
        Json{{"destinations",
              {{{"destinationId", "d-0"}, {"status", "ENABLED"}, {"deliveryConfig", {{"endpoint", "https://x"}}}},
               {{"destinationId", "d-1"}, {"status", "ENABLED"}, {"deliveryConfig", {{"endpoint", old}}}}}}});
    account.answer(line("PUT", "/destination/d-1"), 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(Json::parse(request.body)["deliveryConfig"]["endpoint"], kHook);
    });
    account.answer(line("GET", "/topic?limit=100"), Json{{"topics", {kTopics["topics"][0]}}});
    account.answer(line("GET", "/subscription?limit=100"),
                   Json{{"subscriptions",
                         {{{"subscriptionId", "s-1"},
                           {"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
                           {"status", "DISABLED"},
                           {"destinationId", "d-1"}}}}});
    account.answer(line("PUT", "/subscription/s-1"), 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(Json::parse(request.body),
                  Json({{"status", "ENABLED"},
                        {"destinationId", "d-1"},
                        {"payload", {{"format", "JSON"}, {"deliveryProtocol", "HTTPS"}, {"schemaVersion", "1.1"}}}}));
    });
    const auto settled = settle(source(), {old});
    ASSERT_TRUE(settled) << settled.error().message;
    EXPECT_EQ(settled->done,
              (std::vector<std::string>{"moved the destination from " + old + " to " + kHook,
                                        "mended the subscription to MARKETPLACE_ACCOUNT_DELETION (it is DISABLED)"}));
}

TEST_F(EbayWebhooks, ATopicThatAnotherProgramHasIsLeftToItAndSaid) {
    account.application_token();
    account.answer(line("GET", "/config"), Json{{"alertEmail", "a@example.com"}});
    account.answer(
        line("GET", "/destination?limit=100"),
        Json{{"destinations",
              {{{"destinationId", "d-0"}, {"status", "MARKED_DOWN"}, {"deliveryConfig", {{"endpoint", "https://x"}}}},
               {{"destinationId", "d-1"}, {"status", "ENABLED"}, {"deliveryConfig", {{"endpoint", kHook}}}}}}});
    account.answer(line("GET", "/topic?limit=100"), Json{{"topics", {kTopics["topics"][0]}}});
    account.answer(line("GET", "/subscription?limit=100"),
                   Json{{"subscriptions",
                         {{{"subscriptionId", "s-1"},
                           {"topicId", "MARKETPLACE_ACCOUNT_DELETION"},
                           {"status", "DISABLED"},
                           {"destinationId", "d-0"}}}}});
    account.answer(line("POST", "/subscription"), 409, errors(195013, "The subscription exists already"));
    const auto settled = settle(source(), {});
    ASSERT_TRUE(settled) << settled.error().message;
    ASSERT_EQ(settled->topics.size(), 1U);
    ASSERT_TRUE(settled->topics[0].fault);
    EXPECT_EQ(settled->topics[0].fault->code, "subscribed_elsewhere");
    EXPECT_EQ(settled->stopped_by, std::nullopt);
}

TEST_F(EbayWebhooks, SubscriptionsNeedWhatOnlyTheAdminKnows) {
    account.application_token();
    account.answer(line("GET", "/config"), 404, "");
    auto done = source().ensure_subscriptions(kHook);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "alert_email_missing");
    EXPECT_EQ(source().ensure_subscriptions("http://hub.local/hooks/ebay-us").error().code, "webhook_url");
    account.setup.credentials.pop_back();
    account.reopen();
    done = source().ensure_subscriptions(kHook);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->front(), "notifications are off: credentials.verification_token is not set");
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
