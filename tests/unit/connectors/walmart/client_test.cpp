// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/client.h"

#include <set>

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

constexpr const char* kOrder = "GET /v3/orders/1?replacementInfo=true";
const Json kOneOrder = {{"order", {{"purchaseOrderId", "1"}, {"orderDate", 1777910400000}}}};

Result<RawOrder> fetch(Seller& seller) { return seller.connector().order_source()->fetch_order("1"); }
std::string code_of(Seller& seller) {
    const auto order = fetch(seller);
    return order ? "ok" : order.error().code;
}

TEST(WalmartToken, ComesForTheKeyWithTheHeadersOfEveryCall) {
    Seller seller;
    seller.http.then(200, R"({"access_token":"token-1","token_type":"Bearer","expires_in":900})", {},
                     [](const net::HttpRequest& request) {
                         EXPECT_EQ(request.method + " " + request.url,
                                   "POST https://marketplace.walmartapis.com/v3/token");
                         EXPECT_EQ(request.body, "grant_type=client_credentials");
                         // base64 of "0f0e0d0c-id:s3cr+t/"
                         EXPECT_EQ(header_of(request, "Authorization"), "Basic MGYwZTBkMGMtaWQ6czNjcit0Lw==");
                         EXPECT_EQ(header_of(request, "Content-Type"), "application/x-www-form-urlencoded");
                         EXPECT_EQ(header_of(request, "Accept"), "application/json");
                         EXPECT_EQ(header_of(request, "WM_SVC.NAME"), "Walmart Marketplace");
                         EXPECT_EQ(header_of(request, "WM_QOS.CORRELATION_ID").size(), 36U);
                         EXPECT_EQ(header_of(request, "WM_SEC.ACCESS_TOKEN"), "-");
                     });
    seller.answer(kOrder, kOneOrder, [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "WM_SEC.ACCESS_TOKEN"), "token-1");
        EXPECT_EQ(header_of(request, "Authorization"), "-");
        EXPECT_EQ(header_of(request, "Accept"), "application/json");
        EXPECT_EQ(header_of(request, "WM_SVC.NAME"), "Walmart Marketplace");
        EXPECT_EQ(header_of(request, "WM_CONSUMER.CHANNEL.TYPE"), "-");
        EXPECT_EQ(header_of(request, "Content-Type"), "-");
    });
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(WalmartToken, TheChannelTypeIsSentWhereWalmartIssuedOne) {
    Seller seller(R"({"channel_type":"0f3e4dd4-0514-4346-b39d-af0e00ea066d"})");
    seller.token();
    seller.answer(kOrder, kOneOrder);
    EXPECT_EQ(code_of(seller), "ok");
    for (const auto& request : seller.http.requests())
        EXPECT_EQ(header_of(request, "WM_CONSUMER.CHANNEL.TYPE"), "0f3e4dd4-0514-4346-b39d-af0e00ea066d");
}

TEST(WalmartToken, EveryRequestHasACorrelationIdOfItsOwn) {
    Seller seller;
    seller.token();
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        seller.answer(kOrder, kOneOrder);
        EXPECT_EQ(code_of(seller), "ok");
    }
    for (const auto& request : seller.http.requests()) ids.insert(header_of(request, "WM_QOS.CORRELATION_ID"));
    EXPECT_EQ(ids.size(), 4U);
}

TEST(WalmartToken, IsRenewedAfterTwelveOfItsFifteenMinutes) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, kOneOrder);
    EXPECT_EQ(code_of(seller), "ok");
    seller.clock.advance(std::chrono::seconds{719});
    seller.reopen();  // another worker shares it
    seller.answer(kOrder, kOneOrder);
    EXPECT_EQ(code_of(seller), "ok");
    seller.clock.advance(std::chrono::seconds{2});
    seller.token("token-2");
    seller.answer(kOrder, kOneOrder,
                  [](const auto& request) { EXPECT_EQ(header_of(request, "WM_SEC.ACCESS_TOKEN"), "token-2"); });
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(WalmartToken, ADeadOneIsRenewedAndTheCallSentOnceMore) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, 401, refusal("UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized token"));
    seller.token("token-2");
    seller.answer(kOrder, 200, kOneOrder.dump(),
                  [](const auto& request) { EXPECT_EQ(header_of(request, "WM_SEC.ACCESS_TOKEN"), "token-2"); });
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(WalmartToken, OlderGatewaysSayBadRequestForADeadOne) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, 400, refusal("INVALID_REQUEST_HEADER.GMP_GATEWAY_API", "Invalid", "WM_SEC.ACCESS_TOKEN"));
    seller.token("token-2");
    seller.answer(kOrder, kOneOrder);
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(WalmartToken, RefusedTwiceTheChannelNeedsANewKey) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, 401, refusal("UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized token"));
    seller.token("token-2");
    seller.answer(kOrder, 401, refusal("UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized token"));
    const auto order = fetch(seller);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, ErrorKind::denied);
    EXPECT_EQ(order.error().code, "walmart_denied");
    EXPECT_NE(order.error().message.find("the key was switched off"), std::string::npos) << order.error().message;
    EXPECT_NE(order.error().message.find("correlation id " +
                                         header_of(seller.http.requests().back(), "WM_QOS.CORRELATION_ID")),
              std::string::npos);
}

struct TokenCase {
    const char* name;
    int status;  // 0: no answer
    const char* body;
    ErrorKind kind;
    const char* code;
};
class WalmartTokenTrouble : public ::testing::TestWithParam<TokenCase> {};
TEST_P(WalmartTokenTrouble, IsNotTakenForTroubleWithTheCall) {
    Seller seller;
    if (GetParam().status == 0)
        seller.http.then_error("net_no_answer");
    else
        seller.http.then(GetParam().status, GetParam().body);
    const auto order = fetch(seller);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, GetParam().kind);
    EXPECT_EQ(order.error().code, GetParam().code);
    EXPECT_EQ(order.error().message.find("s3cr"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Answers, WalmartTokenTrouble,
    ::testing::Values(TokenCase{"WrongKey", 401, R"({"error":[{"code":"UNAUTHORIZED.GMP_GATEWAY_API"}]})",
                                ErrorKind::denied, "walmart_token_refused"},
                      TokenCase{"BadRequest", 400, R"({"error":"invalid_client"})", ErrorKind::denied,
                                "walmart_token_refused"},
                      TokenCase{"Throttled", 429, "", ErrorKind::rate_limited, "walmart_throttled"},
                      TokenCase{"Down", 503, "<html>", ErrorKind::unavailable, "walmart_token_unavailable"},
                      TokenCase{"NoToken", 200, "{}", ErrorKind::unavailable, "walmart_token_unavailable"},
                      TokenCase{"NoAnswer", 0, "", ErrorKind::unavailable, "walmart_token_unavailable"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct StatusCase {
    const char* name;
    int status;
    std::string body;
    ErrorKind kind;
    const char* code;
    const char* says;
};
class WalmartStatus : public ::testing::TestWithParam<StatusCase> {};
TEST_P(WalmartStatus, HasAMeaning) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, GetParam().status, GetParam().body);
    const auto order = fetch(seller);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, GetParam().kind);
    EXPECT_EQ(order.error().code, GetParam().code);
    EXPECT_NE(order.error().message.find(GetParam().says), std::string::npos) << order.error().message;
}
/// The five shapes of section 9 of the channel's description, and gateways that speak HTML.
INSTANTIATE_TEST_SUITE_P(
    Answers, WalmartStatus,
    ::testing::Values(
        StatusCase{
            "BadParameter", 400,
            R"({"errors":[{"code":"INVALID_REQUEST_PARAM.GMP_ITEM_API","field":"limit","description":"Invalid limit"}]})",
            ErrorKind::rejected, "walmart_invalid_request",
            "INVALID_REQUEST_PARAM.GMP_ITEM_API (field limit): Invalid limit"},
        StatusCase{"Forbidden", 403, refusal("FORBIDDEN.GMP_GATEWAY_API", "no"), ErrorKind::denied, "walmart_denied",
                   "lacks the permission"},
        StatusCase{"NotFound", 404, kNothingFound, ErrorKind::not_found, "order_unknown", "does not show"},
        StatusCase{"NoSuchPath", 404, "<html>not found</html>", ErrorKind::unavailable, "walmart_no_such_path",
                   "base_url"},
        StatusCase{"Conflict", 409, "", ErrorKind::unavailable, "walmart_locked", "HTTP 409"},
        StatusCase{"Locked", 423, "", ErrorKind::unavailable, "walmart_locked", "HTTP 423"},
        StatusCase{"SystemError", 520,
                   R"({"error":[{"code":"SYSTEM_ERROR.GMP_GATEWAY_API","description":"Illegal state reached."}]})",
                   ErrorKind::unavailable, "walmart_server_error", "Illegal state reached."},
        StatusCase{"Gone", 410, "", ErrorKind::rejected, "walmart_refused", "HTTP 410"},
        StatusCase{"Redirect", 302, "", ErrorKind::unavailable, "walmart_error", "HTTP 302"},
        StatusCase{"Xml", 200, "<?xml version=\"1.0\"?><order/>", ErrorKind::unavailable, "walmart_bad_answer",
                   "XML or a web page"},
        StatusCase{"HalfAnswer", 200, R"({"order":{"purch)", ErrorKind::unavailable, "walmart_bad_answer",
                   "answer to an order"},
        StatusCase{"OrderWithoutId", 200, "{}", ErrorKind::unavailable, "walmart_bad_answer", "without the order"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct WaitCase {
    const char* name;
    net::Headers headers;
    int seconds;
};
class WalmartThrottle : public ::testing::TestWithParam<WaitCase> {};
TEST_P(WalmartThrottle, WaitsAsLongAsWalmartSays) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, 429, refusal("REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "Too many requests"), {},
                  GetParam().headers);
    const auto order = fetch(seller);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(order.error().code, "walmart_throttled");
    ASSERT_TRUE(order.error().retry_after);
    EXPECT_EQ(order.error().retry_after->count(), GetParam().seconds * 1000);
    // Nothing leaves before then, of any worker.
    seller.reopen();
    EXPECT_EQ(code_of(seller), "budget");
    seller.clock.advance(std::chrono::seconds{GetParam().seconds});
    seller.answer(kOrder, kOneOrder);
    EXPECT_EQ(code_of(seller), "ok");
}
/// Walmart's clock stands at 18:00:05 in every answer.
INSTANTIATE_TEST_SUITE_P(
    Spellings, WalmartThrottle,
    ::testing::Values(WaitCase{"Milliseconds", {{"X-Next-Replenishment-Time", "1777917625000"}}, 20},
                      WaitCase{"Seconds", {{"x-next-replenish-time", "1777917625"}}, 20},
                      WaitCase{"IsoText", {{"x-next-replenishment-time", "2026-05-04T18:00:35Z"}}, 30},
                      WaitCase{"AtMostAMinute", {{"X-Next-Replenishment-Time", "1777999999000"}}, 60},
                      WaitCase{"AtLeastASecond", {{"X-Next-Replenishment-Time", "1777900000000"}}, 1},
                      WaitCase{"RetryAfter", {{"Retry-After", "7"}}, 7}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartBudget, TheDocumentedRateIsKept) {
    Seller seller;
    seller.token();
    OrderAcknowledger& acknowledger = *seller.connector().order_acknowledger();
    for (int i = 0; i < 60; ++i) {  // 60 a minute
        seller.answer("POST /v3/orders/1/acknowledge", kOneOrder);
        EXPECT_EQ(acknowledger.acknowledge_order("1").state, PushOutcome::State::succeeded);
    }
    const auto outcome = acknowledger.acknowledge_order("1");
    EXPECT_EQ(outcome.state, PushOutcome::State::retry);
    EXPECT_EQ(outcome.code, "budget");
    ASSERT_TRUE(outcome.retry_after);
    EXPECT_LE(outcome.retry_after->count(), 1000);
    seller.clock.advance(*outcome.retry_after);
    seller.answer("POST /v3/orders/1/acknowledge", kOneOrder);
    EXPECT_EQ(acknowledger.acknowledge_order("1").state, PushOutcome::State::succeeded);
}

TEST(WalmartBudget, WalmartsOwnCountOfCallsLeftIsBelieved) {
    Seller seller;
    seller.token();
    seller.answer("POST /v3/orders/1/acknowledge", 200, kOneOrder.dump(), {}, {{"X-Current-Token-Count", "1"}});
    OrderAcknowledger& acknowledger = *seller.connector().order_acknowledger();
    EXPECT_EQ(acknowledger.acknowledge_order("1").state, PushOutcome::State::succeeded);
    seller.answer("POST /v3/orders/1/acknowledge", kOneOrder);
    EXPECT_EQ(acknowledger.acknowledge_order("1").state, PushOutcome::State::succeeded);
    EXPECT_EQ(acknowledger.acknowledge_order("1").code, "budget");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
