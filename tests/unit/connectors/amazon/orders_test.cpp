// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/orders.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

constexpr const char* kSearch =
    "GET "
    "/orders/2026-01-01/"
    "orders?marketplaceIds=ATVPDKIKX0DER&lastUpdatedAfter=2026-11-19T00%3A00%3A00Z&maxResultsPerPage=100&"
    "includedData=BUYER%2CRECIPIENT%2CPROCEEDS%2CPROMOTION%2CCANCELLATION%2CFULFILLMENT%2CPACKAGES%2CPAYMENT";
constexpr const char* kList =
    "GET "
    "/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER&LastUpdatedAfter=2026-11-19T00%3A00%3A00Z&MaxResultsPerPage=100";
constexpr const char* kRdt = "POST /tokens/2021-03-01/restrictedDataToken";
constexpr const char* kV0Plain = R"({"orders_api":"v0","use_rdt":false})";

PullWindow window() { return {at("2026-11-19T00:00:00.400Z"), std::nullopt, {}}; }
Json order_v0(const std::string& id, const char* updated = "2026-11-19T10:00:00Z") {
    return {{"AmazonOrderId", id},
            {"PurchaseDate", "2026-11-18T09:00:00Z"},
            {"LastUpdateDate", updated},
            {"OrderStatus", "Unshipped"}};
}
std::string items_line(const std::string& id) { return "GET /orders/v0/orders/" + id + "/orderItems"; }
Json items(const std::vector<std::string>& ids, const Json& token = nullptr) {
    Json list = Json::array();
    for (const auto& id : ids) list.push_back({{"OrderItemId", id}, {"QuantityOrdered", 1}});
    Json payload = {{"OrderItems", list}};
    if (!token.is_null()) payload["NextToken"] = token;
    return {{"payload", payload}};
}

TEST(AmazonOrders2026, APageIsCutOutVerbatimAndLeadsToTheNext) {
    Seller seller;
    seller.token();
    const std::string order =
        R"({"orderId":"1-1","createdTime":"2026-11-18T09:00:00Z","lastUpdatedTime":"2026-11-19T10:00:00.25Z","x":1.50})";
    seller.answer(kSearch, 200,
                  R"({"orders":[)" + order +
                      R"(],"pagination":{"nextToken":"a+b/c="},"lastUpdatedBefore":"2026-11-20T09:58:00Z"})");
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->orders.size(), 1U);
    EXPECT_EQ(page->orders[0].payload, order);
    EXPECT_EQ(page->orders[0].updated_at, at("2026-11-19T10:00:00.250Z"));
    EXPECT_EQ(page->provider_now, at("2026-11-20T09:58:00Z"));  // Amazon's own bound, not the Date header

    seller.answer(std::string{kSearch} + "&paginationToken=a%2Bb%2Fc%3D", {{"orders", Json::array()}});
    const auto last = seller.connector().order_source()->fetch_orders(window(), page->next_cursor);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->next_cursor, "");
    EXPECT_EQ(last->provider_now, at("2026-11-20T10:00:05Z"));
}

TEST(AmazonOrders2026, ATokenThatDiedStartsTheWalkOver) {
    Seller seller;
    seller.token();
    seller.answer(std::string{kSearch} + "&paginationToken=old", 400, errors("InvalidInput", nullptr));
    const auto page = seller.connector().order_source()->fetch_orders(window(), "2026:old");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "cursor_refused");
    // So does one of the other version, without a call.
    EXPECT_EQ(seller.connector().order_source()->fetch_orders(window(), "v0:old").error().code, "cursor_refused");
}

TEST(AmazonOrders2026, OneOrder) {
    Seller seller;
    seller.token();
    seller.answer(
        "GET "
        "/orders/2026-01-01/orders/"
        "1-1?includedData=BUYER%2CRECIPIENT%2CPROCEEDS%2CPROMOTION%2CCANCELLATION%2CFULFILLMENT%2C"
        "PACKAGES%2CPAYMENT",
        {{"order", {{"orderId", "1-1"}, {"createdTime", "2026-11-18T09:00:00Z"}}}});
    const auto order = seller.connector().order_source()->fetch_order("1-1");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->updated_at, at("2026-11-18T09:00:00Z"));
    seller.answer(
        "GET "
        "/orders/2026-01-01/orders/"
        "1-2?includedData=BUYER%2CRECIPIENT%2CPROCEEDS%2CPROMOTION%2CCANCELLATION%2CFULFILLMENT%2C"
        "PACKAGES%2CPAYMENT",
        404, errors("NotFound", "no"));
    EXPECT_EQ(seller.connector().order_source()->fetch_order("1-2").error().code, "order_unknown");
}

TEST(AmazonOrdersV0, EachOrderIsCompletedWithItsItems) {
    Seller seller(kV0Plain);
    seller.token();
    seller.answer(
        kList,
        {{"payload", {{"Orders", {order_v0("1-1")}}, {"NextToken", ""}, {"LastUpdatedBefore", "1.569521782042E9"}}}});
    seller.answer(items_line("1-1"), items({"a"}, "t+1"));
    seller.answer(items_line("1-1") + "?NextToken=t%2B1", items({"a", "b"}));
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_cursor, "");  // an empty token ends the list, too
    ASSERT_EQ(page->orders.size(), 1U);
    const Json payload = Json::parse(page->orders[0].payload);
    EXPECT_EQ(payload["order"], order_v0("1-1"));
    EXPECT_EQ(payload["items"].size(), 2U);  // overlapping pages bring no item twice
    EXPECT_EQ(page->provider_now, at("2026-11-20T10:00:05Z"));
}

TEST(AmazonOrdersV0, TheNextPageHasTheSameQueryAndTheToken) {
    Seller seller(kV0Plain);
    seller.token();
    seller.answer(kList, {{"payload", {{"Orders", Json::array()}, {"NextToken", "x=="}}}});
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    seller.answer(std::string{kList} + "&NextToken=x%3D%3D", {{"payload", {{"Orders", Json::array()}}}});
    EXPECT_TRUE(seller.connector().order_source()->fetch_orders(window(), page->next_cursor));
}

TEST(AmazonOrdersV0, WhatTheHubHoldsCostsNoItemCall) {
    Seller seller(kV0Plain);
    seller.token();
    seller.answer(kList, {{"payload", {{"Orders", {order_v0("1-1"), order_v0("1-2")}}}}});
    seller.answer(items_line("1-2"), items({"a"}));
    PullWindow known = window();
    known.holds = [](const std::string& id, Timestamp updated) {
        return id == "1-1" && updated == at("2026-11-19T10:00:00Z");
    };
    const auto page = seller.connector().order_source()->fetch_orders(known, "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->left_out, std::vector<std::string>{"1-1"});
    ASSERT_EQ(page->orders.size(), 1U);
    EXPECT_EQ(page->orders[0].external_order_id, "1-2");
}

/// Thirty item calls and no more: a page of forty orders takes two rounds, and the first round's calls are not
/// repeated.
TEST(AmazonOrdersV0, WhatWasReadBeforeTheBudgetRanOutIsNotReadAgain) {
    Seller seller(kV0Plain);
    seller.token();
    Json orders = Json::array();
    for (int i = 0; i < 40; ++i) orders.push_back(order_v0("o-" + std::to_string(i)));
    seller.answer(kList, {{"payload", {{"Orders", orders}, {"LastUpdatedBefore", "2026-11-20T09:58:00Z"}}}});
    constexpr int kFirst = 24;  // of the burst of thirty a fifth is left to pushes
    for (int i = 0; i < kFirst; ++i) seller.answer(items_line("o-" + std::to_string(i)), items({"a"}));
    const auto stopped = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(stopped.error().retry_after, std::chrono::seconds{20});  // ten calls' worth, not one
    EXPECT_EQ(seller.http.requests().size(), 2U + kFirst);

    seller.clock.advance(std::chrono::seconds{60});
    for (int i = kFirst; i < 40; ++i) seller.answer(items_line("o-" + std::to_string(i)), items({"a"}));
    seller.reopen();  // another worker of the channel
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->orders.size(), 40U);
    EXPECT_EQ(page->provider_now, at("2026-11-20T09:58:00Z"));
}

TEST(AmazonOrdersV0, AnOrderWhoseItemsAmazonRefusesIsKeptWithoutThem) {
    Seller seller(kV0Plain);
    seller.token();
    seller.answer(kList, {{"payload", {{"Orders", {order_v0("1-1"), order_v0("1-2")}}}}});
    seller.answer(items_line("1-1"), 404, errors("NotFound", "gone"));
    seller.answer(items_line("1-2"), items({"a"}));
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->orders.size(), 2U);
    EXPECT_EQ(seller.connector().order_source()->map_order(page->orders[0].payload).error().message,
              "items is missing");
    EXPECT_TRUE(seller.connector().order_source()->map_order(page->orders[1].payload));
}

TEST(AmazonOrdersV0, RestrictedDataTokensOpenTheListAndTheItems) {
    Seller seller(R"({"orders_api":"v0"})");
    seller.token();
    seller.answer(
        kRdt, {{"restrictedDataToken", "Atz.sprdt|list"}, {"expiresIn", 3600}}, [](const net::HttpRequest& request) {
            EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|1");
            EXPECT_EQ(
                request.body,
                R"({"restrictedResources":[{"method":"GET","path":"/orders/v0/orders","dataElements":["buyerInfo","shippingAddress"]}]})");
        });
    seller.answer(kList, {{"payload", {{"Orders", {order_v0("1-1")}}}}},
                  [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atz.sprdt|list"); });
    seller.answer(
        kRdt, {{"restrictedDataToken", "Atz.sprdt|one"}, {"expiresIn", 3600}}, [](const net::HttpRequest& request) {
            EXPECT_EQ(
                request.body,
                R"({"restrictedResources":[{"method":"GET","path":"/orders/v0/orders/{orderId}/orderItems","dataElements":["buyerInfo"]}]})");
        });
    seller.answer(items_line("1-1"), items({"a"}),
                  [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atz.sprdt|one"); });
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(codes(page->problems), "");
}

TEST(AmazonOrdersV0, ATokenForOneOrderNamesItAndServesNoOther) {
    Seller seller(R"({"orders_api":"v0"})");
    seller.token();
    for (const std::string id : {"1-1", "1-2"}) {
        seller.answer(
            kRdt, {{"restrictedDataToken", "r-" + id}, {"expiresIn", 3600}}, [id](const net::HttpRequest& request) {
                EXPECT_EQ(request.body, R"({"restrictedResources":[{"method":"GET","path":"/orders/v0/orders/)" + id +
                                            R"(","dataElements":["buyerInfo","shippingAddress"]}]})");
            });
        seller.answer("GET /orders/v0/orders/" + id, {{"payload", order_v0(id)}},
                      [id](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "r-" + id); });
        // Items are another token's; refused once, they are read with the plain one.
        if (id == "1-1") seller.answer(kRdt, 400, errors("InvalidInput", "no such resource"));
        seller.answer(items_line(id), 200, items({"a"}).dump(),
                      [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|1"); });
        EXPECT_TRUE(seller.connector().order_source()->fetch_order(id));
    }
}

TEST(AmazonOrdersV0, WithoutTheRoleThePlainTokenServesAndItIsTold) {
    Seller seller(R"({"orders_api":"v0"})");
    seller.token();
    seller.answer(
        kRdt, 400,
        errors("InvalidInput", "Application does not have access to one or more requested data elements: [buyerInfo]"));
    seller.answer(kList, {{"payload", {{"Orders", Json::array()}}}},
                  [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|1"); });
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    ASSERT_EQ(codes(page->problems), "pii_missing");
    EXPECT_NE(page->problems[0].message.find("does not have access"), std::string::npos);
    // The refusal is remembered: no second try on the next page.
    seller.answer(kList, {{"payload", {{"Orders", Json::array()}}}});
    EXPECT_TRUE(seller.connector().order_source()->fetch_orders(window(), ""));
}

TEST(AmazonOrdersV0, ACallThatRefusesTheRestrictedTokenGoesOutPlain) {
    Seller seller(R"({"orders_api":"v0"})");
    seller.token();
    seller.answer(kRdt, {{"restrictedDataToken", "r1"}, {"expiresIn", 3600}});
    seller.answer(kList, 403, errors("Unauthorized", "Access to requested resource is denied."));
    seller.answer(kRdt, {{"restrictedDataToken", "r2"}, {"expiresIn", 3600}});
    seller.answer(kList, 403, errors("Unauthorized", "Access to requested resource is denied."));
    seller.answer(kList, {{"payload", {{"Orders", Json::array()}}}},
                  [](const auto& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "Atza|1"); });
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(codes(page->problems), "pii_missing");
}

TEST(AmazonOrders, IdsForReconciliation) {
    Seller seller;
    seller.token();
    const PullWindow created{at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), {}};
    seller.answer(
        "GET "
        "/orders/2026-01-01/"
        "orders?marketplaceIds=ATVPDKIKX0DER&createdAfter=2026-11-01T00%3A00%3A00Z&createdBefore=2026-11-02T00%"
        "3A00%3A00Z&maxResultsPerPage=100",
        {{"orders", {{{"orderId", "1-1"}}, {{"orderId", "1-2"}}}}, {"pagination", {{"nextToken", "n"}}}});
    const auto page = seller.connector().order_source()->list_order_ids(created, "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->external_ids, (std::vector<std::string>{"1-1", "1-2"}));
    EXPECT_EQ(page->next_cursor, "2026:n");
    Seller older(kV0Plain);
    older.token();
    older.answer(
        "GET "
        "/orders/v0/"
        "orders?MarketplaceIds=ATVPDKIKX0DER&CreatedAfter=2026-11-01T00%3A00%3A00Z&CreatedBefore=2026-11-02T00%3A00%"
        "3A00Z&"
        "MaxResultsPerPage=100",
        {{"payload", {{"Orders", {order_v0("1-1")}}}}});
    EXPECT_EQ(older.connector().order_source()->list_order_ids(created, "")->external_ids,
              std::vector<std::string>{"1-1"});
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
