// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/admin_client.h"

#include <gtest/gtest.h>

#include <thread>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kNoLocations =
    R"({"data":{"locations":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[]}}})";

std::string header(const net::HttpRequest& request, const std::string& name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return "-";
}

/// Any call will do; locations is the plainest.
Status call(Shop& shop) {
    const auto locations = shop.connector().catalog_source()->fetch_locations();
    if (!locations) return locations.error();
    return ok();
}

TEST(AdminClient, AsksThePinnedVersionOfTheShopWithItsToken) {
    Shop shop;
    shop.http.then(200, kNoLocations, {}, [](const net::HttpRequest& request) {
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.url, "https://acme.myshopify.com/admin/api/2026-07/graphql.json");
        EXPECT_EQ(header(request, "X-Shopify-Access-Token"), "shpat_1");
        EXPECT_EQ(header(request, "Content-Type"), "application/json");
        EXPECT_NE(header(request, "User-Agent"), "-");
        const Json body = Json::parse(request.body);
        EXPECT_EQ(body["operationName"], "HubLocations");
        EXPECT_EQ(body["query"].get<std::string>().rfind("query HubLocations(", 0), 0U) << "comments are not sent";
        EXPECT_EQ(body["variables"], Json({{"after", nullptr}}));
    });
    EXPECT_TRUE(call(shop));
}

TEST(AdminClient, TakesBaseUrlAndVersionFromTheConfigFile) {
    Shop shop(R"({"api_version":"2026-10"})");
    shop.setup.base_url = "http://127.0.0.1:9100/shopify/";
    shop.http.then(200, kNoLocations, {}, [](const net::HttpRequest& request) {
        EXPECT_EQ(request.url, "http://127.0.0.1:9100/shopify/admin/api/2026-10/graphql.json");
    });
    EXPECT_TRUE(call(shop));
}

TEST(AdminClient, ReportsTransportTroubleAsItIs) {
    Shop shop;
    for (const std::string code : {"net_not_sent", "net_no_answer", "net_too_large"}) {
        shop.http.then_error(code);
        EXPECT_EQ(call(shop).error().code, code);
    }
}

TEST(AdminClient, TakesWhatIsNoJsonObjectForTrouble) {
    for (const char* body : {"<html>maintenance</html>", "", "{\"data\":", "[]", "null"}) {
        Shop shop;
        shop.http.then(200, body);
        const auto result = call(shop);
        ASSERT_FALSE(result) << body;
        EXPECT_EQ(result.error().kind, ErrorKind::unavailable) << body;
    }
}

TEST(AdminClient, SendsNothingWhileTheBucketIsLow) {
    Shop shop;
    Json low = Json::parse(kNoLocations);
    low["extensions"]["cost"] = {
        {"requestedQueryCost", 40},
        {"actualQueryCost", 3},
        {"throttleStatus", {{"maximumAvailable", 1000.0}, {"currentlyAvailable", 20}, {"restoreRate", 50.0}}}};
    shop.http.then(200, low.dump());
    EXPECT_TRUE(call(shop));
    // 40 points as Shopify stated, and a tenth of the bucket is kept for pushes: 120 points are 2 seconds away.
    const auto refused = call(shop);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().code, "budget");
    EXPECT_EQ(refused.error().retry_after, seconds{2} + milliseconds{400});
    EXPECT_EQ(shop.http.requests().size(), 1U);
    shop.clock.advance(milliseconds{2400});
    shop.http.then(200, kNoLocations);
    EXPECT_TRUE(call(shop));
}

TEST(AdminClient, PausesTheWholeChannelAfterA429) {
    Shop shop;
    shop.http.then(429, "", {{"Retry-After", "4.0"}});
    const auto refused = call(shop);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().retry_after, seconds{4});
    EXPECT_EQ(call(shop).error().code, "budget");
    shop.clock.advance(seconds{4});
    shop.http.then(200, kNoLocations);
    EXPECT_TRUE(call(shop));
}

TEST(AdminClient, LearnsFromAThrottledAnswer) {
    Shop shop;
    shop.http.then(200, Json::parse(fixture("recorded_errors.json"))["throttled"]["response"].dump());
    EXPECT_EQ(call(shop).error().retry_after, seconds{2});
}

// ---- tokens ----

struct ClientShop : Shop {
    ClientShop() {
        setup.credentials.clear();
        setup.credentials.emplace_back("shop", Secret{"acme"});
        setup.credentials.emplace_back("client_id", Secret{"id&1"});
        setup.credentials.emplace_back("client_secret", Secret{"secret 1"});
    }
};
std::string token_answer(const char* token) {
    return std::string{R"({"access_token":")"} + token + R"(","scope":"read_orders","expires_in":1000})";
}

void expect_token(const net::HttpRequest& request, const char* token) {
    EXPECT_EQ(header(request, "X-Shopify-Access-Token"), token);
}

TEST(ClientCredentials, FetchesOnceAndRenewsAtFourFifthsOfItsLife) {
    ClientShop shop;
    shop.http.then(200, token_answer("t1"), {}, [](const net::HttpRequest& request) {
        EXPECT_EQ(request.url, "https://acme.myshopify.com/admin/oauth/access_token");
        EXPECT_EQ(header(request, "Content-Type"), "application/x-www-form-urlencoded");
        EXPECT_EQ(request.body, "grant_type=client_credentials&client_id=id%261&client_secret=secret%201");
    });
    shop.http.then(200, kNoLocations, {}, [](const auto& request) { expect_token(request, "t1"); });
    EXPECT_TRUE(call(shop));
    shop.clock.advance(seconds{799});
    shop.clock.jump_to(at("2030-01-01T00:00:00Z"));  // the wall clock does not matter
    shop.http.then(200, kNoLocations, {}, [](const auto& request) { expect_token(request, "t1"); });
    EXPECT_TRUE(call(shop));
    shop.clock.advance(seconds{1});
    shop.http.then(200, token_answer("t2"));
    shop.http.then(200, kNoLocations, {}, [](const auto& request) { expect_token(request, "t2"); });
    EXPECT_TRUE(call(shop));
}

TEST(ClientCredentials, KeepsTheOldTokenWhileRenewalIsInTrouble) {
    ClientShop shop;
    shop.http.then(200, token_answer("t1"));
    shop.http.then(200, kNoLocations);
    EXPECT_TRUE(call(shop));
    shop.clock.advance(seconds{900});
    shop.http.then(503, "");
    shop.http.then(200, kNoLocations, {}, [](const auto& request) { expect_token(request, "t1"); });
    EXPECT_TRUE(call(shop));
    shop.clock.advance(seconds{101});  // it has expired now
    shop.http.then(503, "");
    EXPECT_EQ(call(shop).error().code, "shopify_token_unavailable");
}

TEST(ClientCredentials, RenewsOnceAfterA401) {
    ClientShop shop;
    shop.http.then(200, token_answer("t1"));
    shop.http.then(401, "");
    shop.http.then(200, token_answer("t2"));
    shop.http.then(200, kNoLocations, {}, [](const auto& request) { expect_token(request, "t2"); });
    EXPECT_TRUE(call(shop));

    shop.http.then(401, "");
    shop.http.then(200, token_answer("t3"));
    shop.http.then(401, "");
    const auto refused = call(shop);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_EQ(refused.error().code, "shopify_unauthorized");
}

TEST(ClientCredentials, SaysWhatToDoWhenRefused) {
    const std::vector<std::tuple<int, std::string, std::string>> cases{
        {400, R"({"error":"shop_not_permitted","error_description":"x"})", "same organisation"},
        {400, R"({"error":"application_cannot_be_found"})", "client_id"},
        {400, "<html>Oauth error</html>", "client_secret"},
        {404, "", "shop"}};
    for (const auto& [status, body, words] : cases) {
        ClientShop shop;
        shop.http.then(status, body);
        const auto refused = call(shop);
        EXPECT_EQ(refused.error().kind, ErrorKind::denied);
        EXPECT_EQ(refused.error().code, "shopify_token_refused");
        EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
        EXPECT_EQ(refused.error().message.find("secret 1"), std::string::npos);
    }
}

TEST(ClientCredentials, ALostTokenAnswerIsNoUnknownEffect) {
    ClientShop shop;
    shop.http.then_error("net_no_answer");
    EXPECT_EQ(call(shop).error().code, "shopify_token_unavailable");
    shop.http.then(200, "{}");
    EXPECT_EQ(call(shop).error().code, "shopify_token_unavailable");
}

TEST(StaticToken, IsNotRenewed) {
    Shop shop;
    shop.http.then(401, "");
    const auto refused = call(shop);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_EQ(refused.error().code, "shopify_token_refused");
    EXPECT_NE(refused.error().message.find("access_token"), std::string::npos);
}

/// A network that any thread may ask for a token; it counts.
class CountingHttp final : public net::HttpClient {
public:
    Result<net::HttpResponse> send(const net::HttpRequest&) override {
        ++asked;
        std::this_thread::yield();
        return net::HttpResponse{200, {}, token_answer("t1")};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
    std::atomic<int> asked{0};
};

TEST(ClientCredentials, FetchesOneTokenForAllWorkers) {
    CountingHttp http;
    ManualClock clock(at("2026-11-20T10:00:00Z"));
    Settings settings;
    settings.base_url = "https://acme.myshopify.com";
    settings.client_id = "id";
    settings.client_secret = Secret{"s"};
    TokenCache tokens;
    std::vector<std::thread> workers;
    std::atomic<int> good{0};
    for (int i = 0; i < 8; ++i)
        workers.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto token = tokens.get(clock, [&] { return fetch_token(settings, http, clock); });
                if (token && token->reveal() == "t1") ++good;
            }
        });
    for (auto& worker : workers) worker.join();
    EXPECT_EQ(good, 400);
    EXPECT_EQ(http.asked, 1);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
