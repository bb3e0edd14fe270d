// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/client.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

constexpr const char* kSellers = "GET /sellers/v1/marketplaceParticipations";
const Json kNone = {{"payload", Json::array()}};

std::string code_of(Seller& seller) {
    std::vector<domain::Problem> problems;
    const auto answer = seller.connector().check_access(problems);
    return answer ? "ok" : answer.error().code;
}

TEST(AmazonToken, AsksWithTheRefreshTokenAndSendsItInAmazonsHeader) {
    Seller seller;
    seller.http.then(
        200, R"({"access_token":"Atza|1","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|one"})", {},
        [](const net::HttpRequest& request) {
            EXPECT_EQ(request.method + " " + request.url, "POST https://api.amazon.com/auth/o2/token");
            EXPECT_EQ(header_of(request, "Content-Type"), "application/x-www-form-urlencoded");
            EXPECT_EQ(request.body,
                      "grant_type=refresh_token&refresh_token=Atzr%7Cone&client_id=amzn1.application-oa2-client.1&"
                      "client_secret=secret%2B1");
        });
    seller.answer(kSellers, kNone, [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|1");
        EXPECT_EQ(header_of(request, "Authorization"), "-");
        EXPECT_EQ(header_of(request, "User-Agent"), "Crossdock/1.0 (Language=C++; Platform=Linux)");
    });
    EXPECT_EQ(code_of(seller), "ok");
    EXPECT_TRUE(seller.vault.kept.empty());  // the same refresh token came back: nothing to keep
}

TEST(AmazonToken, IsKeptForFourFifthsOfItsLife) {
    Seller seller;
    seller.token();
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
    seller.clock.advance(std::chrono::seconds{2879});
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
    seller.clock.advance(std::chrono::seconds{2});
    seller.token("Atza|2");
    seller.answer(kSellers, kNone,
                  [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|2"); });
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(AmazonToken, ANewRefreshTokenIsKeptAndUsedUntilTheConfigHasANewerOne) {
    Seller seller;
    seller.http.then(200, R"({"access_token":"Atza|1","expires_in":3600,"refresh_token":"Atzr|two"})");
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
    ASSERT_EQ(seller.vault.kept.size(), 1U);

    const auto sends = [&](const std::string& token) {
        seller.http.then(
            200, R"({"access_token":"Atza|2","expires_in":3600})", {}, [token](const net::HttpRequest& request) {
                EXPECT_NE(request.body.find("refresh_token=Atzr%7C" + token + "&"), std::string::npos) << request.body;
            });
        seller.answer(kSellers, kNone);
        seller.reopen(true);
        EXPECT_EQ(code_of(seller), "ok");
    };
    sends("two");
    seller.setup.credentials.back().second = Secret{"Atzr|three"};  // the operator authorised the app again
    sends("three");
}

struct Refusal {
    const char* name;
    int status;
    const char* body;
    const char* code;
    ErrorKind kind;
};
class AmazonTokenRefusal : public testing::TestWithParam<Refusal> {};
TEST_P(AmazonTokenRefusal, SaysWhoseTurnItIs) {
    Seller seller;
    seller.http.then(GetParam().status, GetParam().body);
    std::vector<domain::Problem> problems;
    const auto answer = seller.connector().check_access(problems);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, GetParam().code);
    EXPECT_EQ(answer.error().kind, GetParam().kind);
    EXPECT_EQ(answer.error().message.find("Atzr"), std::string::npos);
    EXPECT_EQ(answer.error().message.find("secret+1"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonTokenRefusal,
    testing::Values(Refusal{"Client", 401, R"({"error":"invalid_client","error_description":"x"})",
                            "amazon_token_refused", ErrorKind::denied},
                    Refusal{"Grant", 400, R"({"error":"invalid_grant"})", "amazon_token_refused", ErrorKind::denied},
                    Refusal{"Foreign", 400, R"({"error":"unauthorized_client"})", "amazon_token_refused",
                            ErrorKind::denied},
                    Refusal{"Html", 403, "<html>no</html>", "amazon_token_refused", ErrorKind::denied},
                    Refusal{"SlowDown", 429, "{}", "amazon_throttled", ErrorKind::rate_limited},
                    Refusal{"Down", 503, "", "amazon_token_unavailable", ErrorKind::unavailable},
                    Refusal{"NoToken", 200, "{}", "amazon_token_unavailable", ErrorKind::unavailable}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmazonToken, TheOlderSecretServesWhileARotationLasts) {
    Seller seller;
    seller.setup.credentials[1].second = Secret{"new, old"};
    seller.http.then(401, R"({"error":"invalid_client"})", {},
                     [](const auto& request) { EXPECT_TRUE(request.body.ends_with("client_secret=new")); });
    seller.http.then(200, R"({"access_token":"Atza|1","expires_in":3600})", {},
                     [](const auto& request) { EXPECT_TRUE(request.body.ends_with("client_secret=old")); });
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(AmazonClient, RenewsTheTokenOnceAfterA403) {
    Seller seller;
    seller.token();
    seller.answer(kSellers, 403, errors("Unauthorized", "The access token you provided has expired."));
    seller.token("Atza|2");
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(AmazonClient, ASecond403IsForTheOperator) {
    Seller seller;
    seller.token();
    seller.answer(kSellers, 403, errors("Unauthorized", "Access to requested resource is denied."));
    seller.token("Atza|2");
    seller.answer(kSellers, 403, errors("Unauthorized", "Access to requested resource is denied."));
    std::vector<domain::Problem> problems;
    const auto answer = seller.connector().check_access(problems);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::denied);
    EXPECT_NE(answer.error().message.find("Access to requested resource is denied."), std::string::npos);
}

struct Answered {
    const char* name;
    int status;
    std::string body;
    const char* code;
    ErrorKind kind;
};
class AmazonAnswer : public testing::TestWithParam<Answered> {};
TEST_P(AmazonAnswer, BecomesAnError) {
    Seller seller;
    seller.token();
    seller.answer(kSellers, GetParam().status, GetParam().body, {}, {{"x-amzn-RequestId", "r-1"}});
    std::vector<domain::Problem> problems;
    const auto answer = seller.connector().check_access(problems);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, GetParam().code);
    EXPECT_EQ(answer.error().kind, GetParam().kind);
    EXPECT_NE(answer.error().message.find("getMarketplaceParticipations"), std::string::npos);
    EXPECT_NE(answer.error().message.find("r-1"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonAnswer,
    testing::Values(
        Answered{"NullMessage", 400, errors("InvalidInput", nullptr), "amazon_invalid_input", ErrorKind::rejected},
        Answered{"Html", 400, "<html>Bad Request</html>", "amazon_invalid_input", ErrorKind::rejected},
        Answered{"ErrorKey", 400, R"({"error":{"code":"InvalidInput"}})", "amazon_invalid_input", ErrorKind::rejected},
        Answered{"NotFound", 404, errors("NotFound", "no"), "amazon_not_found", ErrorKind::not_found},
        Answered{"TooLarge", 413, "", "amazon_refused", ErrorKind::rejected},
        Answered{"Down", 503, errors("InternalFailure", "x"), "amazon_server_error", ErrorKind::unavailable},
        Answered{"NoJson", 200, "<html/>", "amazon_bad_answer", ErrorKind::unavailable},
        Answered{"Redirect", 302, "", "amazon_error", ErrorKind::unavailable}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmazonClient, A429PausesTheOperationForItsPace) {
    Seller seller;
    seller.token();
    seller.answer(kSellers, 429, errors("QuotaExceeded", "You exceeded your quota for the requested resource."));
    std::vector<domain::Problem> problems;
    const auto answer = seller.connector().check_access(problems);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(answer.error().retry_after, std::chrono::milliseconds{62'500});  // 1 / 0.016
    EXPECT_EQ(code_of(seller), "budget");                                      // nothing is sent meanwhile
    seller.clock.advance(std::chrono::seconds{76});                            // a fifth more at the most
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(AmazonClient, TheBurstIsSpentAndTheStatedRateRefillsIt) {
    Seller seller;
    seller.token();
    for (int i = 0; i < 15; ++i) {
        seller.answer(kSellers, 200, kNone.dump(), {}, {{"x-amzn-RateLimit-Limit", i < 14 ? "0.016" : "0.5"}});
        EXPECT_EQ(code_of(seller), "ok");
    }
    std::vector<domain::Problem> problems;
    const auto refused = seller.connector().check_access(problems);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "budget");
    EXPECT_EQ(refused.error().retry_after, std::chrono::milliseconds{2000});  // at the rate the last answer told
    seller.clock.advance(std::chrono::seconds{2});
    seller.answer(kSellers, kNone);
    EXPECT_EQ(code_of(seller), "ok");
}

TEST(AmazonAccess, TheProfileHoldsMarketplacesAndCurrencies) {
    Seller seller(R"({"marketplace_ids":["A2EUQ1WTGCTBG2","A1AM78C64UM0Y8"]})");
    const auto participates = [](const char* id, const char* currency, bool yes, bool suspended) {
        return Json{
            {"marketplace", {{"id", id}, {"countryCode", "XX"}, {"name", "n"}, {"defaultCurrencyCode", currency}}},
            {"participation", {{"isParticipating", yes}, {"hasSuspendedListings", suspended}}}};
    };
    seller.token();
    seller.answer(kSellers, {{"payload",
                              {participates("ATVPDKIKX0DER", "USD", true, false),
                               participates("A2EUQ1WTGCTBG2", "CAD", true, true),
                               participates("A1AM78C64UM0Y8", "MXN", false, false),
                               participates("A2ZV50J4W1RKNI", "USD", true, false)}}});  // a pseudo marketplace
    std::vector<domain::Problem> problems;
    const auto profile = seller.connector().check_access(problems);
    ASSERT_TRUE(profile);
    const Json read = Json::parse(*profile);
    EXPECT_EQ(read["currency"], "CAD");
    ASSERT_EQ(read["marketplaces"].size(), 2U);
    EXPECT_EQ(read["marketplaces"][0]["id"], "A2EUQ1WTGCTBG2");
    EXPECT_EQ(read["marketplaces"][1]["id"], "ATVPDKIKX0DER");
    EXPECT_EQ(codes(problems), "listings_suspended marketplace_not_sold seller_id_missing");
}

TEST(AmazonAccess, AVersionThatEndsIsToldNinetyDaysAhead) {
    const auto told = [](const char* settings, const char* now) {
        Seller seller(settings);
        seller.clock.jump_to(at(now));
        seller.token();
        seller.answer(
            kSellers,
            {{"payload",
              {{{"marketplace", {{"id", "ATVPDKIKX0DER"}}}, {"participation", {{"isParticipating", true}}}}}}});
        std::vector<domain::Problem> problems;
        EXPECT_TRUE(seller.connector().check_access(problems));
        return codes(problems);
    };
    constexpr const char* kOrders = R"({"seller_id":"A3TH9S8BH6GOGM","orders_api":"v0","finances_api":"2024-06-19"})";
    EXPECT_EQ(told(kOrders, "2026-12-26T00:00:00Z"), "");
    EXPECT_EQ(told(kOrders, "2026-12-28T00:00:00Z"), "api_version_ending");
    constexpr const char* kFinances = R"({"seller_id":"A3TH9S8BH6GOGM"})";
    EXPECT_EQ(told(kFinances, "2027-05-01T00:00:00Z"), "");
    EXPECT_EQ(told(kFinances, "2027-09-01T00:00:00Z"), "api_version_ending");
}

TEST(AmazonAccess, TheSandboxAnswerIsRead) {
    const auto file = example_file("tokens-and-sellers.json");
    if (!file) GTEST_SKIP() << "Amazon's examples are not here";
    Seller seller;
    seller.token();
    for (const Json& one : (*file)["cases"])
        if (one["operationId"] == "getMarketplaceParticipations") seller.answer(kSellers, one["response"]);
    std::vector<domain::Problem> problems;
    const auto profile = seller.connector().check_access(problems);
    ASSERT_TRUE(profile);
    EXPECT_EQ(
        *profile,
        R"({"currency":"USD","marketplaces":[{"id":"ATVPDKIKX0DER","country":"US","currency":"USD","name":"Amazon.com"}]})");
    EXPECT_EQ(codes(problems), "");
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
