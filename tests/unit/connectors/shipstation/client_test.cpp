// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/client.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

constexpr const char* kCarriers = "GET /carriers";

Result<std::vector<domain::CarrierCode>> ask(Account& account) {
    return account.connector().carrier_source()->carrier_codes();
}
std::string code_of(Account& account) {
    const auto answer = ask(account);
    return answer ? "ok" : answer.error().code;
}
net::Headers limit(int remaining, int reset, int most = 40) {
    return {{"X-Rate-Limit-Limit", std::to_string(most)},
            {"X-Rate-Limit-Remaining", std::to_string(remaining)},
            {"X-Rate-Limit-Reset", std::to_string(reset)}};
}

TEST(ShipStationClient, SendsThePairAsBasicAndThePartnersKey) {
    Account account;
    account.setup.credentials.emplace_back("partner_key", Secret{"partner"});
    account.answer(kCarriers, 200, "[]", [](const net::HttpRequest& request) {
        EXPECT_EQ(request.url, "https://ssapi.shipstation.com/carriers");
        EXPECT_EQ(header_of(request, "Authorization"), "Basic a2V5MTpzZWNyZXQrMQ==");  // key1:secret+1
        EXPECT_EQ(header_of(request, "x-partner"), "partner");
        EXPECT_EQ(header_of(request, "Accept"), "application/json");
        EXPECT_EQ(header_of(request, "Content-Type"), "-");
    });
    EXPECT_EQ(code_of(account), "ok");
}

struct Answered {
    const char* name;
    int status;
    std::string body;
    const char* code;
    ErrorKind kind;
    const char* says;
};
class ShipStationAnswer : public ::testing::TestWithParam<Answered> {};
TEST_P(ShipStationAnswer, BecomesAnError) {
    Account account;
    account.answer(kCarriers, GetParam().status, GetParam().body);
    const auto answer = ask(account);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, GetParam().code);
    EXPECT_EQ(answer.error().kind, GetParam().kind);
    EXPECT_NE(answer.error().message.find(GetParam().says), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().message.find("StackTrace"), std::string::npos);
    EXPECT_EQ(answer.error().message.find("Controllers"), std::string::npos);
    EXPECT_EQ(answer.error().message.find("secret+1"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Table, ShipStationAnswer,
    ::testing::Values(
        Answered{"WrongPair", 401, "", "shipstation_denied", ErrorKind::denied, "a key of version 2 does not open"},
        Answered{"BadRequest", 400, R"({"Message":"The request is invalid.","ModelState":{"o":["Bad carrier"]}})",
                 "shipstation_refused", ErrorKind::rejected, "The request is invalid.; Bad carrier"},
        Answered{"Forbidden", 403, R"({"message":"no"})", "shipstation_refused", ErrorKind::rejected, "403, no"},
        Answered{"NotFound", 404, "", "shipstation_not_found", ErrorKind::not_found, "List Carriers"},
        Answered{"Method", 405, "<html>", "shipstation_refused", ErrorKind::rejected, "405"},
        Answered{
            "Exception", 500,
            R"({"Message":"An error has occurred.","ExceptionMessage":"Bill To: Name must be provided.",)"
            R"("ExceptionType":"System.Exception","StackTrace":"   at SS.OpenApi.Controllers.OrdersController..."})",
            "shipstation_exception_error", ErrorKind::unavailable, "Bill To: Name must be provided."},
        Answered{"Down", 503, "<html>", "shipstation_server_error", ErrorKind::unavailable, "503"},
        Answered{"PlainFailure", 500, "", "shipstation_server_error", ErrorKind::unavailable, "500"},
        Answered{"NoJson", 200, "<html/>", "shipstation_bad_answer", ErrorKind::unavailable, "List Carriers"},
        Answered{"OtherShape", 200, "{}", "shipstation_bad_answer", ErrorKind::unavailable, "list of carriers"},
        Answered{"Empty", 200, "", "shipstation_bad_answer", ErrorKind::unavailable, "list of carriers"},
        Answered{"Redirect", 302, "", "shipstation_error", ErrorKind::unavailable, "302"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationClient, ThePublishedErrors) {
    const auto file = example_file("v1_errors.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    std::string seen;
    for (const Json& one : (*file)["cases"]) {
        Account account;
        net::Headers headers;
        const Json given = one.value("headers", Json::object());
        for (const auto& [name, value] : given.items()) headers.emplace_back(name, value.get<std::string>());
        account.answer(kCarriers, one["status"], one["response"].is_null() ? "" : one["response"].dump(), {}, headers);
        seen += code_of(account) + " ";
    }
    EXPECT_EQ(seen, "shipstation_throttled shipstation_denied shipstation_exception_error ");
}

TEST(ShipStationPace, A429WaitsUntilTheWindowsEndAndASecond) {
    Account account;
    account.answer(kCarriers, 429, R"({"message":"Too Many Requests"})", {}, limit(0, 20));
    const auto refused = ask(account);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().retry_after, std::chrono::milliseconds{21'000});
    EXPECT_NE(refused.error().message.find("Too Many Requests"), std::string::npos);
    EXPECT_EQ(code_of(account), "budget");  // nothing is sent meanwhile
    account.clock.advance(std::chrono::seconds{21});
    account.answer(kCarriers, 200, "[]", {}, limit(39, 60));
    EXPECT_EQ(code_of(account), "ok");
}

TEST(ShipStationPace, A429WithoutFiguresWaitsAMinute) {
    Account account;
    account.answer(kCarriers, 429, "");
    EXPECT_EQ(ask(account).error().retry_after, std::chrono::milliseconds{60'000});
}

TEST(ShipStationPace, WhatOthersUseOfTheSameKeysCounts) {
    Account account;
    account.answer(kCarriers, 200, "[]", {}, limit(0, 30));  // the first call, and nothing is left
    EXPECT_EQ(code_of(account), "ok");
    const auto refused = ask(account);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "budget");
    EXPECT_EQ(refused.error().retry_after, std::chrono::milliseconds{31'000});
    EXPECT_EQ(account.connector().shipment_sink()->push_shipment({1, "5", "ups", {}, "1Z", {}, {}, 1}).code, "budget");
}

TEST(ShipStationPace, TheLastFifthIsLeftToPushes) {
    Account account;
    account.answer(kCarriers, 200, "[]", {}, limit(8, 30));
    EXPECT_EQ(code_of(account), "ok");
    EXPECT_EQ(code_of(account), "budget");
    account.answer("GET /orders/5", 404, "", {}, limit(7, 29));
    EXPECT_EQ(account.connector().shipment_sink()->push_shipment({1, "5", "ups", {}, "1Z", {}, {}, 1}).code,
              "shipstation_not_found");
    account.clock.advance(std::chrono::seconds{30});
    EXPECT_EQ(code_of(account), "budget");  // no drop by drop: the window ends in a second
    account.clock.advance(std::chrono::seconds{1});
    account.answer(kCarriers, 200, "[]", {}, limit(39, 60));
    EXPECT_EQ(code_of(account), "ok");
}

TEST(ShipStationPace, WithoutFiguresTheBurstIsSpentAndOneCallEarnedInASecondAndAHalf) {
    Account account;
    for (int i = 0; i < 32; ++i) {  // the last eight of forty are for pushes
        account.http.then(200, "[]");
        EXPECT_EQ(code_of(account), "ok") << i;
    }
    const auto refused = ask(account);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().retry_after, std::chrono::milliseconds{1600});
    account.clock.advance(std::chrono::milliseconds{1600});
    account.http.then(200, "[]");
    EXPECT_EQ(code_of(account), "ok");
}

TEST(ShipStationPace, WorkersOfAChannelShareIt) {
    Account account;
    account.answer(kCarriers, 200, "[]", {}, limit(0, 30));
    EXPECT_EQ(code_of(account), "ok");
    account.reopen();
    EXPECT_EQ(code_of(account), "budget");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
