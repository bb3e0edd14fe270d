// SPDX-License-Identifier: Apache-2.0
// Tokens, refusals, quotas: what every call has in common, seen through getOrder.
#include "connectors/ebay/client.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOrder = "GET /sell/fulfillment/v1/order/1-1?fieldGroups=TAX_BREAKDOWN";
const Json kAnOrder{{"orderId", "1-1"}, {"lastModifiedDate", "2026-11-01T10:00:00.000Z"}};

Check bearer(const std::string& token) {
    return
        [token](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "Authorization"), "Bearer " + token); };
}

Error refusal(Account& account) {
    const auto order = account.connector().order_source()->fetch_order("1-1");
    EXPECT_FALSE(order);
    return order ? Error{ErrorKind::invalid, "", ""} : order.error();
}

TEST(EbayToken, IsKeptForFourFifthsOfItsLife) {
    Account account;
    account.token();
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-1"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
    account.clock.advance(95min);
    account.reopen();  // another worker shares it
    account.application_token();
    account.answer("GET /developer/analytics/v1_beta/rate_limit/", 204, "");
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-1"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
    account.clock.advance(2min);
    account.token("user-2");
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-2"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
}

TEST(EbayToken, RefusedOneIsRenewedOnce) {
    Account account;
    account.token();
    account.answer(kOrder, 401, errors(1001, "Invalid access token"), bearer("user-1"));
    account.token("user-2");
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-2"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
}

TEST(EbayToken, RefusedTwiceMeansThatConsentIsNeeded) {
    Account account;
    account.token();
    account.answer(kOrder, 401, errors(1001, "Invalid access token"));
    account.token("user-2");
    account.answer(kOrder, 401, errors(1001, "Invalid access token"));
    const Error error = refusal(account);
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_EQ(error.code, "ebay_consent_needed");
    EXPECT_EQ(error.message,
              "eBay refused getOrder: HTTP 401, 1001: Invalid access token. A fresh token is refused, too: let the "
              "seller consent again");
}

struct GrantRow {
    const char* name;
    int status;
    const char* body;
    ErrorKind kind;
    const char* code;
    const char* says;
};
class EbayGrantRefusals : public ::testing::TestWithParam<GrantRow> {};

TEST_P(EbayGrantRefusals, AreCredentialFaultsWithWords) {
    Account account;
    account.http.then(GetParam().status, GetParam().body);
    const Error error = refusal(account);
    EXPECT_EQ(error.kind, GetParam().kind);
    EXPECT_EQ(error.code, GetParam().code);
    EXPECT_NE(error.message.find(GetParam().says), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("r^1"), std::string::npos) << "the token must not be told";
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayGrantRefusals,
    ::testing::Values(
        GrantRow{
            "Revoked", 400,
            R"({"error":"invalid_grant","error_description":"the provided authorization refresh token is invalid"})",
            ErrorKind::denied, "ebay_consent_needed", "Let the seller consent again (docs/channels/ebay.md"},
        GrantRow{"BadClient", 401, R"({"error":"invalid_client","error_description":"client authentication failed"})",
                 ErrorKind::denied, "ebay_token_refused", "Check client_id (App ID) and client_secret (Cert ID)"},
        GrantRow{"Scope", 400, R"({"error":"invalid_scope","error_description":"The scope exceeds the grant"})",
                 ErrorKind::denied, "ebay_token_refused", "invalid_scope. The scope exceeds the grant"},
        GrantRow{"NoWords", 400, "<html>", ErrorKind::denied, "ebay_token_refused", "Check client_id, client_secret"},
        GrantRow{"Throttled", 429, "", ErrorKind::rate_limited, "ebay_throttled", "asks to slow down"},
        GrantRow{"Down", 503, "", ErrorKind::unavailable, "ebay_token_unavailable", "answered HTTP 503"},
        GrantRow{"Empty", 200, "{}", ErrorKind::unavailable, "ebay_token_unavailable", "without an access token"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(EbayToken, NetworkTroubleIsNoUnknownEffect) {
    Account account;
    account.http.then_error("net_no_answer");
    const Error error = refusal(account);
    EXPECT_EQ(error.code, "ebay_token_unavailable");
    EXPECT_FALSE(effect_unknown(error));
}

TEST(EbayToken, PublishedAnswersAreRead) {
    const auto cases = published_json("examples/tokens.json");
    if (!cases) GTEST_SKIP() << "eBay's examples are not here";
    for (const Json& one : (*cases)["cases"]) {
        if (one["operation"] == "authorization code exchange" || one["operation"] == "client credentials") continue;
        Account account;
        account.http.then(one["status"], one["response"].dump());
        if (one["status"] == 200) account.answer(kOrder, 200, kAnOrder.dump(), bearer(one["response"]["access_token"]));
        EXPECT_EQ(account.connector().order_source()->fetch_order("1-1").has_value(), one["status"] == 200)
            << one["operation"];
    }
}

TEST(EbayToken, CodeOfAConsentBecomesARefreshTokenOnce) {
    Account account(R"({"ru_name":"Acme-Hub"})");
    account.setup.credentials.pop_back();
    account.setup.credentials.emplace_back("authorization_code", Secret{"v%5E1.1%23i%5E1"});
    account.http.then(
        200,
        R"({"access_token":"user-1","expires_in":7200,"refresh_token":"r/2+","refresh_token_expires_in":47304000})", {},
        [](const net::HttpRequest& request) {
            EXPECT_EQ(request.body, "grant_type=authorization_code&code=v%5E1.1%23i%5E1&redirect_uri=Acme-Hub");
        });
    account.answer(kOrder, kAnOrder);
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
    EXPECT_EQ(Json::parse(account.vault.kept["refresh_token"]),
              Json({{"configured", "v^1.1#i^1"}, {"token", "r/2+"}, {"expires_at_ms", 1842472800000}}));

    account.reopen(true);
    account.token("user-2", "grant_type=refresh_token&refresh_token=r%2F2%2B");
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-2"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));

    // A new token in the config file counts more than what came of the code.
    account.setup.credentials.back() = {"refresh_token", Secret{"v^1.1#r^1"}};
    account.reopen(true);
    account.token("user-3");
    account.answer(kOrder, 200, kAnOrder.dump(), bearer("user-3"));
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
}

TEST(EbayToken, UsedUpCodeSaysSo) {
    Account account(R"({"ru_name":"Acme-Hub"})");
    account.setup.credentials.pop_back();
    account.setup.credentials.emplace_back("authorization_code", Secret{"x"});
    account.http.then(400, R"({"error":"invalid_grant"})");
    EXPECT_NE(refusal(account).message.find("A code serves once and lives five minutes"), std::string::npos);
}

struct StatusRow {
    const char* name;
    int status;
    std::string body;
    ErrorKind kind;
    const char* code;
    const char* says;
};
class EbayRefusals : public ::testing::TestWithParam<StatusRow> {};

TEST_P(EbayRefusals, MeanWhatTheTableSays) {
    Account account;
    account.token();
    account.answer(kOrder, GetParam().status, GetParam().body);
    const Error error = refusal(account);
    EXPECT_EQ(error.kind, GetParam().kind);
    EXPECT_EQ(error.code, GetParam().code);
    EXPECT_NE(error.message.find(GetParam().says), std::string::npos) << error.message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayRefusals,
    ::testing::Values(
        StatusRow{"Request", 400, errors(31100, "Invalid limit: 500"), ErrorKind::rejected, "ebay_refused",
                  "eBay refused getOrder: HTTP 400, 31100: Invalid limit: 500"},
        StatusRow{"SystemAs400", 400, errors(30500, "System error", "APPLICATION"), ErrorKind::unavailable,
                  "ebay_server_error", "30500: System error"},
        StatusRow{"Scope", 403, errors(1100, "Access denied"), ErrorKind::denied, "ebay_scope_missing",
                  "let the seller consent again with all scopes"},
        StatusRow{"Forbidden", 403, errors(32400, "Requested user is suspended"), ErrorKind::denied, "ebay_denied",
                  "Requested user is suspended"},
        StatusRow{"Signature", 403, errors(215122, "Signature validation failed"), ErrorKind::denied,
                  "ebay_signature_refused", "signing key does not belong to this keyset"},
        StatusRow{"SignatureTime", 400, errors(215114, "created"), ErrorKind::denied, "ebay_signature_refused",
                  "The hub's clock is wrong"},
        StatusRow{"Gone", 404, errors(32100, "Invalid Order Id: 1-1"), ErrorKind::not_found, "order_unknown",
                  "eBay does not show order \"1-1\""},
        StatusRow{"GoneAs400", 400, errors(32100, "Invalid Order Id: 1-1"), ErrorKind::not_found, "order_unknown",
                  "eBay does not show order \"1-1\""},
        StatusRow{"Conflict", 409, "", ErrorKind::conflict, "ebay_conflict", "HTTP 409"},
        StatusRow{"Server", 500, errors(30500, "System error", "APPLICATION"), ErrorKind::unavailable,
                  "ebay_server_error", "eBay failed: getOrder: HTTP 500"},
        StatusRow{"Gateway", 503, "<html>busy</html>", ErrorKind::unavailable, "ebay_server_error", "HTTP 503"},
        StatusRow{"Teapot", 418, "", ErrorKind::rejected, "ebay_refused", "HTTP 418"},
        StatusRow{"Redirect", 302, "", ErrorKind::unavailable, "ebay_error", "HTTP 302"},
        StatusRow{"NotJson", 200, "<html>", ErrorKind::unavailable, "ebay_bad_answer", "eBay's answer to getOrder is"},
        StatusRow{"NoOrder", 200, "{}", ErrorKind::unavailable, "ebay_bad_answer", "without an order"}),
    [](const auto& row) { return std::string{row.param.name}; });

/// Every error of the published list maps to the kind that its status and category mean.
TEST(EbayClient, PublishedErrorsAreUnderstood) {
    const auto cases = published_json("examples/errors.json");
    if (!cases) GTEST_SKIP() << "eBay's examples are not here";
    const std::map<int, ErrorKind> kinds{
        {31100, ErrorKind::rejected},    {30700, ErrorKind::rejected},   {30850, ErrorKind::rejected},
        {32300, ErrorKind::rejected},    {32100, ErrorKind::not_found},  {34100, ErrorKind::rejected},
        {135009, ErrorKind::rejected},   {1001, ErrorKind::denied},      {1100, ErrorKind::denied},
        {2001, ErrorKind::rate_limited}, {30500, ErrorKind::unavailable}};
    for (const Json& one : (*cases)["cases"]) {
        Account account;
        account.token();
        const int id = one["response"]["errors"][0]["errorId"], status = one["status"];
        account.answer(kOrder, status, one["response"].dump());
        if (status == 401) {
            account.token("user-2");
            account.answer(kOrder, status, one["response"].dump());
        }
        if (status == 429) {
            account.application_token();
            account.answer("GET /developer/analytics/v1_beta/rate_limit/", 204, "");
        }
        ASSERT_TRUE(kinds.contains(id)) << id;
        EXPECT_EQ(refusal(account).kind, kinds.at(id)) << id;
    }
}

constexpr const char* kQuotas =
    R"({"rateLimits":[{"apiContext":"sell","apiName":"fulfillment","resources":[{"name":"orders","rates":[
        {"limit":1000,"remaining":0,"count":1000,"reset":"2026-11-20T14:00:00.000Z","timeWindow":86400}]}]},
       {"apiContext":"sell","apiName":"inventory","resources":[{"name":"x","rates":[
        {"limit":1000,"remaining":999,"count":1,"reset":"2026-11-20T14:00:00.000Z","timeWindow":86400}]}]}]})";

TEST(EbayQuota, UsedUpOneIsWaitedForUntilItsReset) {
    Account account;
    account.token();
    account.answer(kOrder, 429, errors(2001, "Too many requests."));
    account.application_token();
    account.answer("GET /developer/analytics/v1_beta/rate_limit/", 200, kQuotas, bearer("app-1"));
    Error error = refusal(account);
    EXPECT_EQ(error.kind, ErrorKind::rate_limited);
    EXPECT_EQ(error.code, "ebay_throttled");
    ASSERT_TRUE(error.retry_after);
    EXPECT_EQ(*error.retry_after, 4h);
    // Nothing is sent meanwhile.
    account.clock.advance(1h);
    account.clock.advance(-1ms);
    error = refusal(account);
    EXPECT_EQ(error.code, "budget");
    EXPECT_GE(*error.retry_after, 3h);
    EXPECT_EQ(error.message, "the channel's budget for eBay's Fulfillment API is used up for now");
}

TEST(EbayQuota, BurstIsOverInAMinute) {
    Account account;
    account.token();
    account.answer(kOrder, 429, errors(2001, "Too many requests."));
    account.application_token();
    account.answer("GET /developer/analytics/v1_beta/rate_limit/", 500, "");
    EXPECT_EQ(refusal(account).retry_after, std::optional<std::chrono::milliseconds>{60s});
}

TEST(EbayQuota, StatedPauseCounts) {
    Account account;
    account.token();
    account.answer(kOrder, 429, "", {}, {{"Retry-After", "7"}});
    EXPECT_EQ(refusal(account).retry_after, std::optional<std::chrono::milliseconds>{7s});
}

TEST(EbayQuota, IsReadHourlyAndSlowsDownWhenScarce) {
    Account account;
    account.token();
    account.answer(kOrder, kAnOrder);
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
    account.clock.advance(61min);
    account.application_token();
    // 36 of 1000 left for the next hour: a call every 100 seconds.
    account.answer("GET /developer/analytics/v1_beta/rate_limit/", 200,
                   R"({"rateLimits":[{"apiContext":"sell","apiName":"Fulfillment","resources":[{"name":"o","rates":[
                       {"limit":1000,"remaining":36,"reset":"2026-11-20T12:01:00.000Z"}]}]}]})");
    account.answer(kOrder, kAnOrder);
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
    const Error error = refusal(account);
    EXPECT_EQ(error.code, "budget");
    // Two at once; reading leaves a fifth of that to pushes: 1.4 are needed, one is there.
    EXPECT_EQ(*error.retry_after, 40s);
    account.clock.advance(40s);
    account.answer(kOrder, kAnOrder);
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
}

TEST(EbayQuota, PlaceholderRowsSayNothing) {
    ManualClock clock{at("2026-11-20T10:00:00Z")};
    Quotas quotas(clock);
    const auto learn = [&](const char* text) { quotas.learn(JsonIndex::parse(text)->root(), clock.now()); };
    learn(R"({"rateLimits":[{"apiName":"Fulfillment","resources":[{"rates":[{"limit":0,"remaining":0}]}]}]})");
    EXPECT_FALSE(quotas.filled_again_at(Api::fulfillment, clock.now()));
    EXPECT_TRUE(quotas.of(Api::fulfillment).take(1));
    learn(R"({"rateLimits":[{"apiName":"Fulfillment","resources":[{"rates":[
        {"limit":10,"remaining":0,"reset":"2026-11-20T09:00:00.000Z"}]}]}]})");  // long over
    EXPECT_FALSE(quotas.filled_again_at(Api::fulfillment, clock.now()));
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
