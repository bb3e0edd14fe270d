// SPDX-License-Identifier: Apache-2.0
// Who may come in: login, the user agent, restricted tokens, roles, throttling, network faults.
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Access : public SellerTest {
protected:
    http::Response login(const std::string& form) {
        return send("POST", "/auth/o2/token", form, {{"content-type", "application/x-www-form-urlencoded"}});
    }
    static std::string form(const std::string& refresh = "Atzr%7Cdemo", const std::string& secret = "demo-secret") {
        return "grant_type=refresh_token&refresh_token=" + refresh +
               "&client_id=amzn1.application-oa2-client.demo&client_secret=" + secret;
    }
};

TEST_F(Access, LoginGivesAnHourAndTheSameRefreshToken) {
    open(quiet());
    const http::Response response = login(form());
    ASSERT_EQ(response.status, 200);
    const json body = json::parse(response.body);
    EXPECT_EQ(body["expires_in"], 3600);
    EXPECT_EQ(body["token_type"], "bearer");
    EXPECT_EQ(body["refresh_token"], "Atzr|demo");
    token = body["access_token"];
    EXPECT_EQ(api("GET", "/sellers/v1/marketplaceParticipations").status, 200);
    clock.advance(3600s);
    EXPECT_EQ(api("GET", "/sellers/v1/marketplaceParticipations").status, 403);
}

TEST_F(Access, LoginRefusesInItsOwnShape) {
    open(quiet());
    struct Case {
        std::string form;
        int status;
        const char* error;
    };
    for (const Case& c :
         {Case{form("Atzr%7Cother"), 400, "invalid_grant"}, Case{form("Atzr%7Cdemo", "old"), 401, "invalid_client"},
          Case{"grant_type=", 400, "unsupported_grant_type"},
          Case{"grant_type=client_credentials&scope=all&client_id=amzn1.application-oa2-client.demo&client_secret=demo-"
               "secret",
               400, "invalid_scope"}}) {
        const http::Response response = login(c.form);
        EXPECT_EQ(response.status, c.status) << c.form;
        const json body = json::parse(response.body);
        EXPECT_EQ(body["error"], c.error);
        EXPECT_FALSE(body.contains("errors"));
    }
    seller->revoke_refresh_tokens();
    EXPECT_EQ(login(form()).status, 400);
}

TEST_F(Access, GrantlessTokensOpenNoSellerCall) {
    open(quiet());
    const json body = json::parse(
        login("grant_type=client_credentials&scope=sellingpartnerapi%3A%3Anotifications&client_id=amzn1.application-"
              "oa2-client.demo&client_secret=demo-secret")
            .body);
    EXPECT_EQ(body["scope"], "sellingpartnerapi::notifications");
    EXPECT_FALSE(body.contains("refresh_token"));
    token = body["access_token"];
    EXPECT_EQ(api("GET", "/sellers/v1/marketplaceParticipations").status, 403);
}

TEST_F(Access, TokensAndUserAgentsAreChecked) {
    open(quiet());
    const std::string target = "/sellers/v1/marketplaceParticipations";
    EXPECT_EQ(refusal(send("GET", target, "", {{"user-agent", "T/1"}})),
              "403 Unauthorized: Access to requested resource is denied.");
    EXPECT_EQ(send("GET", target, "", {{"user-agent", "T/1"}, {"authorization", "Bearer Atza|demo"}}).status, 403);
    EXPECT_EQ(send("GET", target, "", {{"x-amz-access-token", token}}).status, 400);
    EXPECT_EQ(send("GET", target, "", {{"x-amz-access-token", token}, {"user-agent", std::string(501, 'x')}}).status,
              400);
    EXPECT_EQ(send("GET", target, "", {{"x-amz-access-token", token}, {"user-agent", std::string(500, 'x')}}).status,
              200);
}

TEST_F(Access, ParticipationsNameStoresAndThoseThatAreNone) {
    open(quiet());
    const json list = get("/sellers/v1/marketplaceParticipations")["payload"];
    ASSERT_EQ(list.size(), 3U);
    EXPECT_EQ(list[0]["marketplace"]["id"], kUs);
    EXPECT_EQ(list[1]["participation"]["isParticipating"], false);
    EXPECT_EQ(list[2]["marketplace"]["name"], "Non-Amazon US");
}

TEST_F(Access, PersonalDataOfV0NeedsARestrictedToken) {
    open(quiet());
    const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}, .business = true});
    const json plain = get("/orders/v0/orders/" + id)["payload"];
    EXPECT_FALSE(plain["ShippingAddress"].contains("Name"));
    EXPECT_FALSE(plain["ShippingAddress"].contains("AddressLine1"));
    EXPECT_TRUE(plain["ShippingAddress"].contains("PostalCode"));
    EXPECT_FALSE(plain["BuyerInfo"].contains("BuyerName"));
    EXPECT_TRUE(plain["BuyerInfo"].contains("BuyerEmail"));

    const auto ask = [&](const json& resource, int status) {
        return post("/tokens/2021-03-01/restrictedDataToken", {{"restrictedResources", {resource}}}, status);
    };
    const std::string seller_token = token;
    const json made = ask(
        {{"method", "GET"}, {"path", "/orders/v0/orders/" + id}, {"dataElements", {"buyerInfo", "shippingAddress"}}},
        200);
    EXPECT_EQ(made["expiresIn"], 3600);
    token = made["restrictedDataToken"];
    const json whole = get("/orders/v0/orders/" + id)["payload"];
    EXPECT_TRUE(whole["ShippingAddress"].contains("Name"));
    EXPECT_TRUE(whole["BuyerInfo"].contains("PurchaseOrderNumber"));
    EXPECT_EQ(api("GET", "/orders/v0/orders/" + id + "/orderItems").status, 403);  // not this path

    token = seller_token;
    token =
        ask({{"method", "GET"}, {"path", "/orders/v0/orders/{orderId}/orderItems"}, {"dataElements", {"buyerInfo"}}},
            200)["restrictedDataToken"];
    EXPECT_EQ(api("GET", "/orders/v0/orders/" + id + "/orderItems").status, 200);
    token = seller_token;
    ask({{"method", "GET"}, {"path", "/orders/v0/orders"}}, 400);  // dataElements missing
    ask({{"method", "GET"}, {"path", "/listings/2021-08-01/items"}, {"dataElements", {"buyerInfo"}}}, 400);
    seller->set_roles({"orders", "pii_buyer"});
    const http::Response refused =
        api("POST", "/tokens/2021-03-01/restrictedDataToken",
            json{{"restrictedResources",
                  {{{"method", "GET"}, {"path", "/orders/v0/orders"}, {"dataElements", {"shippingAddress"}}}}}}
                .dump());
    EXPECT_EQ(
        refusal(refused),
        "403 Unauthorized: Application does not have access to one or more requested data elements: [shippingAddress]");
}

TEST_F(Access, MissingRolesAreDenied) {
    open(quiet());
    seller->set_roles({"orders"});
    EXPECT_EQ(api("GET", "/finances/v0/financialEvents?PostedAfter=2026-11-20T00:00:00Z").status, 403);
    EXPECT_EQ(
        api("GET", std::string("/orders/v0/orders?CreatedAfter=2026-11-20T00:00:00Z&MarketplaceIds=") + kUs).status,
        200);
}

TEST_F(Access, RealRatesThrottleEachOperationApart) {
    SellerOptions options = quiet();
    options.real_rates = true;
    open(options);
    const std::string target = std::string("/orders/v0/orders?CreatedAfter=2026-11-20T00:00:00Z&MarketplaceIds=") + kUs;
    for (int i = 0; i < 20; ++i) {
        const http::Response response = api("GET", target);
        ASSERT_EQ(response.status, 200) << i;
        EXPECT_EQ(header(response, "x-amzn-RateLimit-Limit"), "0.0167");
    }
    const http::Response throttled = api("GET", target);
    EXPECT_EQ(refusal(throttled), "429 QuotaExceeded: You exceeded your quota for the requested resource.");
    EXPECT_EQ(header(throttled, "x-amzn-RateLimit-Limit"), "");
    EXPECT_EQ(header(throttled, "x-amzn-ErrorType"), "TooManyRequestsException");
    EXPECT_EQ(api("GET", "/sellers/v1/marketplaceParticipations").status, 200);
    clock.advance(59s);
    EXPECT_EQ(api("GET", target).status, 429);  // 1 / 0.0167 is 59.9 s
    clock.advance(1s);
    EXPECT_EQ(api("GET", target).status, 200);
}

TEST_F(Access, FaultsOfTheProvidersOwn) {
    open(quiet());
    const std::string target = "/sellers/v1/marketplaceParticipations";
    const auto strike = [&](const char* kind, int param = 0) {
        seller->add_fault({.kind = kind, .operation = "getMarketplaceParticipations", .param = param});
        return api("GET", target);
    };
    http::Response response = strike("html_400");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.content_type, "text/html");
    response = strike("forbidden_bare");
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.content_type + response.body + header(response, "x-amzn-RequestId"), "");
    EXPECT_TRUE(json::parse(strike("null_message").body)["errors"][0]["message"].is_null());
    EXPECT_TRUE(json::parse(strike("error_key").body).contains("error"));
    EXPECT_EQ(refusal(strike("throttle")), "429 QuotaExceeded: You exceeded your quota for the requested resource.");
    EXPECT_EQ(strike("status", 500).status, 500);
    EXPECT_EQ(header(strike("no_answer"), kFaultHeader), kFaultNoAnswer);
    EXPECT_EQ(api("GET", target).status, 200);
    EXPECT_THROW(seller->add_fault({.kind = "webhook_lost"}), std::invalid_argument);
}

TEST_F(Access, ARegionsHostKnowsItsOwnStores) {
    SellerOptions options = quiet();
    options.stores = {kUs, kDe};
    open(options);
    http::Request request;
    request.method = "GET";
    request.path = request.target = "/amazon/orders/v0/orders";
    request.query = {{"CreatedAfter", "2026-11-20T00:00:00Z"}, {"MarketplaceIds", kDe}};
    request.headers = {
        {"x-amz-access-token", token}, {"user-agent", "T/1"}, {"host", "sellingpartnerapi-na.amazon.com"}};
    EXPECT_EQ(seller->handle(request).status, 403);
    request.headers.back().second = "sellingpartnerapi-eu.amazon.com";
    EXPECT_EQ(seller->handle(request).status, 200);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
