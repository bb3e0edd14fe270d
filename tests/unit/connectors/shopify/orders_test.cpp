// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/orders.h"

#include <gtest/gtest.h>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

const PullWindow kSince{at("2026-11-20T08:00:00.700Z"), std::nullopt};

Json page_of(const Json& nodes, const std::string& cursor = "") {
    return {{"orders",
             {{"pageInfo", {{"hasNextPage", !cursor.empty()}, {"endCursor", cursor.empty() ? Json() : Json(cursor)}}},
              {"nodes", nodes}}}};
}
Json good_order() { return Json::parse(fixture("composed_orders_page.json"))["data"]["orders"]["nodes"][0]; }

Json connection(const Json& nodes, const std::string& cursor = "") {
    return {{"pageInfo", {{"hasNextPage", !cursor.empty()}, {"endCursor", cursor.empty() ? Json() : Json(cursor)}}},
            {"nodes", nodes}};
}

TEST(FetchOrders, AsksWithQuotedTimesAndKeepsPayloadsVerbatim) {
    Shop shop;
    const std::string body = fixture("composed_orders_page.json");
    shop.answer("HubOrdersPage", body, [](const Json& variables) {
        EXPECT_EQ(variables,
                  Json({{"first", 25}, {"after", nullptr}, {"query", "updated_at:>='2026-11-20T08:00:00Z'"}}));
    });
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->orders.size(), 3U);
    EXPECT_EQ(page->orders[1].external_order_id, "5500000001002");
    EXPECT_EQ(format_rfc3339(page->orders[1].updated_at), "2026-11-20T09:20:00Z");
    EXPECT_EQ(words(page->provider_now), "2026-11-20T10:00:05Z");
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_EQ(codes(page->problems), "");
    for (const auto& order : page->orders)
        EXPECT_NE(body.find(order.payload), std::string::npos) << "not byte for byte";
    EXPECT_TRUE(shop.connector().order_source()->map_order(page->orders[2].payload));
}

TEST(FetchOrders, FollowsCursorAndBoundsTheWindow) {
    Shop shop(R"({"skip_test_orders":true})");
    shop.answer("HubOrdersPage", page_of(Json::array(), "c2"), [](const Json& variables) {
        EXPECT_EQ(variables["after"], "c1");
        EXPECT_EQ(variables["query"],
                  "updated_at:>='2026-11-20T08:00:00Z' updated_at:<'2026-11-20T09:00:01Z' test:false");
    });
    const auto page =
        shop.connector().order_source()->fetch_orders({kSince.from, at("2026-11-20T09:00:00.100Z")}, "c1");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_cursor, "c2");
}

TEST(FetchOrders, HalvesThePageWhenItIsTooExpensiveAndRemembers) {
    Shop shop;
    const std::string refusal =
        R"({"errors":[{"message":"Query cost is 1290","extensions":{"code":"MAX_COST_EXCEEDED"}}]})";
    shop.answer("HubOrdersPage", refusal, [](const Json& variables) { EXPECT_EQ(variables["first"], 25); });
    shop.answer("HubOrdersPage", refusal, [](const Json& variables) { EXPECT_EQ(variables["first"], 12); });
    shop.answer("HubOrdersPage", page_of(Json::array()),
                [](const Json& variables) { EXPECT_EQ(variables["first"], 6); });
    shop.answer("HubOrdersPage", page_of(Json::array()),
                [](const Json& variables) { EXPECT_EQ(variables["first"], 6); });
    EXPECT_TRUE(shop.connector().order_source()->fetch_orders(kSince, ""));
    EXPECT_TRUE(shop.connector().order_source()->fetch_orders(kSince, ""));
}

TEST(FetchOrders, FailsWhenTheSearchWasNotUnderstood) {
    Shop shop;
    Json body{{"data", page_of(Json::array())}};
    body["extensions"]["search"] =
        Json::array({{{"warnings", {{{"field", "updated_at"}, {"message", "Invalid search field for this query."}}}}}});
    shop.answer("HubOrdersPage", body.dump());
    EXPECT_EQ(shop.connector().order_source()->fetch_orders(kSince, "").error().code, "shopify_search_ignored");
}

TEST(FetchOrders, RefusesALastPageThatIsNone) {
    Shop shop;
    Json data = page_of(Json::array());
    data["orders"]["pageInfo"]["hasNextPage"] = true;
    shop.answer("HubOrdersPage", data);
    EXPECT_EQ(shop.connector().order_source()->fetch_orders(kSince, "").error().code, "shopify_bad_answer");
    shop.answer("HubOrdersPage", Json{{"orders", nullptr}});
    EXPECT_EQ(shop.connector().order_source()->fetch_orders(kSince, "").error().code, "shopify_bad_answer");
}

TEST(FetchOrders, TellsAboutVersionRefusedFieldsAndNodesWithoutId) {
    Shop shop;
    Json body{{"data", page_of(Json::array({good_order(), nullptr, Json{{"name", "#9"}}}))}};
    body["errors"] = Json::array({{{"message", "This app is not approved to access the Customer object."},
                                   {"path", {"orders", "nodes", 0, "customer"}}}});
    shop.http.then(200, body.dump(), {{"X-Shopify-API-Version", "2026-10"}, {"X-Shopify-API-Deprecated-Reason", "x"}});
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->orders.size(), 1U);
    EXPECT_EQ(codes(page->problems),
              "pii_missing api_version_differs api_deprecated order_without_id order_without_id");
}

TEST(FetchOrders, TellsAWordOfTomorrowOnceForAPage) {
    Shop shop;
    Json body = Json::parse(fixture("composed_orders_page.json"));
    for (Json& node : body["data"]["orders"]["nodes"]) node["displayFulfillmentStatus"] = "TELEPORTED";
    shop.answer("HubOrdersPage", body.dump());
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->orders.size(), 3U);
    EXPECT_EQ(codes(page->problems), "status_unknown");
    EXPECT_NE(page->problems[0].message.find("TELEPORTED"), std::string::npos);
}

// Ids are compared and sent back as they are written; some of Shopify's answers escape their slashes.
TEST(FetchOrders, ReadsEscapedSlashes) {
    Shop shop;
    std::string escaped;
    for (const char c : Json::parse(fixture("composed_orders_page.json")).dump()) escaped += c == '/' ? std::string{"\\/"} : std::string{c};
    shop.answer("HubOrdersPage", escaped);
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->orders.size(), 3U);
    EXPECT_EQ(page->orders[0].payload.find("\\/"), std::string::npos);
    EXPECT_EQ(words(shop.connector().order_source()->map_order(page->orders[0].payload)->order),
              words(shop.connector()
                        .order_source()
                        ->map_order(Json::parse(fixture("composed_orders_page.json"))["data"]["orders"]["nodes"][0].dump())
                        ->order));
}

TEST(ShownFor, IsSixtyDaysWithoutTheScopeForMore) {
    const auto shown = [](const char* profile) {
        Shop shop("{}", profile);
        return shop.connector().order_source()->shown_for();
    };
    EXPECT_EQ(shown("{}"), std::nullopt) << "not known yet";
    EXPECT_EQ(shown(R"({"scopes":["read_orders","read_all_orders"]})"), std::nullopt);
    const auto limited = shown(R"({"scopes":["read_orders"]})");
    ASSERT_TRUE(limited);
    EXPECT_LE(*limited, std::chrono::hours{24 * 60});
    EXPECT_GT(*limited, std::chrono::hours{24 * 59});
}

TEST(FetchOrders, LeavesOutTheCustomerWithoutItsScope) {
    Shop shop("{}", R"({"scopes":["read_orders"]})");
    shop.http.then(200, Json{{"data", page_of(Json::array())}}.dump(), {}, [](const net::HttpRequest& request) {
        EXPECT_EQ(Json::parse(request.body)["query"].get<std::string>().find("customer"), std::string::npos);
    });
    EXPECT_TRUE(shop.connector().order_source()->fetch_orders(kSince, ""));
    Shop granted("{}", R"({"scopes":["read_orders","write_customers"]})");
    granted.http.then(200, Json{{"data", page_of(Json::array())}}.dump(), {}, [](const net::HttpRequest& request) {
        EXPECT_NE(Json::parse(request.body)["query"].get<std::string>().find("customer {"), std::string::npos);
    });
    EXPECT_TRUE(granted.connector().order_source()->fetch_orders(kSince, ""));
}

Json line_with_id(int id) {
    Json line = good_order()["lineItems"]["nodes"][1];
    line["id"] = "gid://shopify/LineItem/" + std::to_string(id);
    return line;
}

TEST(FetchOrders, CompletesEveryNestedPageBeforeItHandsAnOrderOut) {
    Shop shop;
    Json order = good_order();
    order["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "L1"}};
    order["shippingLines"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "S1"}};
    order["fulfillmentOrders"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "F1"}};
    order["fulfillmentOrders"]["nodes"][0]["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "FL1"}};
    order["refunds"] = Json::array();
    for (int i = 0; i < 50; ++i) order["refunds"].push_back({{"id", "gid://shopify/Refund/" + std::to_string(i + 1)}});

    const auto gid = [](const Json& variables) { EXPECT_EQ(variables["id"], "gid://shopify/Order/5500000001001"); };
    const Json head{{"id", order["id"]}, {"updatedAt", order["updatedAt"]}};
    const auto part = [&](const char* field, const Json& value) {
        Json data = head;
        data[field] = value;
        return Json{{"order", data}};
    };
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems", part("lineItems", connection(Json::array({line_with_id(11003)}), "L2")),
                [&](const Json& variables) {
                    gid(variables);
                    EXPECT_EQ(variables["after"], "L1");
                });
    shop.answer("HubOrderLineItems", part("lineItems", connection(Json::array({line_with_id(11004)}))),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "L2"); });
    Json more_shipping = order["shippingLines"]["nodes"][0];
    more_shipping["id"] = "gid://shopify/ShippingLine/81002";
    shop.answer("HubOrderShippingLines", part("shippingLines", connection(Json::array({more_shipping}))),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "S1"); });
    Json second = order["fulfillmentOrders"]["nodes"][0];
    second["id"] = "gid://shopify/FulfillmentOrder/61009";
    second["lineItems"] = connection(Json::array());
    shop.answer("HubOrderFulfillmentOrders", part("fulfillmentOrders", connection(Json::array({second}))),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "F1"); });
    shop.answer(
        "HubFulfillmentOrderLines",
        Json{{"fulfillmentOrder",
              {{"id", "gid://shopify/FulfillmentOrder/61001"},
               {"lineItems", connection(Json::array({{{"id", "gid://shopify/FulfillmentOrderLineItem/71003"},
                                                      {"totalQuantity", 1},
                                                      {"remainingQuantity", 0},
                                                      {"lineItem", {{"id", "gid://shopify/LineItem/11003"}}}}}))}}}},
        [](const Json& variables) {
            EXPECT_EQ(variables, Json({{"id", "gid://shopify/FulfillmentOrder/61001"}, {"after", "FL1"}}));
        });
    Json lists = head;
    lists["refunds"] = order["refunds"];
    lists["refunds"].push_back({{"id", "gid://shopify/Refund/51"}, {"updatedAt", "2026-11-20T09:00:00Z"}});
    lists["fulfillments"] = Json::array();
    shop.answer("HubOrderLists", Json{{"order", lists}});

    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    const Json payload = Json::parse(page->orders.at(0).payload);
    EXPECT_EQ(payload["lineItems"]["nodes"].size(), 4U);
    EXPECT_EQ(payload["lineItems"]["pageInfo"]["hasNextPage"], false);
    EXPECT_EQ(payload["shippingLines"]["nodes"].size(), 2U);
    EXPECT_EQ(payload["fulfillmentOrders"]["nodes"].size(), 2U);
    EXPECT_EQ(payload["fulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"].size(), 3U);
    EXPECT_EQ(payload["refunds"].size(), 51U);
    EXPECT_EQ(payload["note"], order["note"]);

    const auto mapped = shop.connector().order_source()->map_order(page->orders[0].payload);
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(mapped->order.lines.size(), 4U);
    EXPECT_EQ(mapped->order.lines[2].fulfillment_status, "fulfilled");  // known from the fulfilment order's second page
    EXPECT_EQ(mapped->refunds.size(), 51U);
}

TEST(FetchOrders, ReadsAnOrderAgainThatChangedBetweenItsPages) {
    Shop shop;
    Json order = good_order();
    order["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "L1"}};
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems",
                Json{{"order", {{"updatedAt", "2026-11-20T09:59:59Z"}, {"lineItems", connection(Json::array())}}}});
    Json newer = good_order();
    newer["updatedAt"] = "2026-11-20T09:59:59Z";
    shop.answer("HubOrderById", Json{{"order", newer}});
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(format_rfc3339(page->orders.at(0).updated_at), "2026-11-20T09:59:59Z");
    EXPECT_EQ(Json::parse(page->orders[0].payload), newer);
}

TEST(FetchOrders, HandsNoHalfOrderOut) {
    Shop shop;
    Json order = good_order();
    order["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "L1"}};
    shop.answer("HubOrdersPage", page_of(Json::array({good_order(), order})));
    shop.http.then(502, "");
    EXPECT_EQ(shop.connector().order_source()->fetch_orders(kSince, "").error().code, "shopify_server_error");
}

// Without that, an order with more pages than the budget pays for at once would be begun for ever.
TEST(FetchOrders, GoesOnWhereTheBudgetRanOut) {
    Shop shop;
    Json order = good_order();
    order["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "L1"}};
    const auto lines = [&](int id, const std::string& cursor, int available) {
        Json body{{"data",
                   {{"order",
                     {{"updatedAt", order["updatedAt"]},
                      {"lineItems", connection(Json::array({line_with_id(id)}), cursor)}}}}}};
        body["extensions"]["cost"] = {
            {"requestedQueryCost", 38},
            {"throttleStatus", {{"maximumAvailable", 2000}, {"currentlyAvailable", available}, {"restoreRate", 100}}}};
        return body.dump();
    };
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems", lines(1, "L2", 1000));
    shop.answer("HubOrderLineItems", lines(2, "L3", 0));
    const auto refused = shop.connector().order_source()->fetch_orders(kSince, "");
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    shop.clock.advance(std::chrono::seconds{20});
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems", lines(3, "", 1000),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "L3"); });
    const auto page = shop.connector().order_source()->fetch_orders(kSince, "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(Json::parse(page->orders.at(0).payload)["lineItems"]["nodes"].size(), 5U);
    // Done: the next time all is read anew.
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems", lines(1, "", 1000));
    EXPECT_TRUE(shop.connector().order_source()->fetch_orders(kSince, ""));
}

TEST(FetchOrders, StopsWhenNestedPagesDoNotEnd) {
    Shop shop;
    Json order = good_order();
    order["lineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "L1"}};
    shop.answer("HubOrdersPage", page_of(Json::array({order})));
    shop.answer("HubOrderLineItems",
                Json{{"order", {{"updatedAt", order["updatedAt"]}, {"lineItems", connection(Json::array(), "L1")}}}});
    EXPECT_EQ(shop.connector().order_source()->fetch_orders(kSince, "").error().code, "shopify_paging_stuck");
}

TEST(FetchOrder, FindsByNumberAndByGid) {
    Shop shop;
    for (const char* id : {"5500000001001", "gid://shopify/Order/5500000001001"}) {
        shop.answer("HubOrderById", Json{{"order", good_order()}}, [](const Json& variables) {
            EXPECT_EQ(variables, Json({{"id", "gid://shopify/Order/5500000001001"}}));
        });
        const auto order = shop.connector().order_source()->fetch_order(id);
        ASSERT_TRUE(order) << order.error().message;
        EXPECT_EQ(order->external_order_id, "5500000001001");
    }
}

TEST(FetchOrder, SaysNotFoundForNullAndForWhatIsNoId) {
    Shop shop;
    shop.answer("HubOrderById", Json{{"order", nullptr}});
    const auto missing = shop.connector().order_source()->fetch_order("1");
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_NE(missing.error().message.find("60 days"), std::string::npos);
    EXPECT_EQ(shop.connector().order_source()->fetch_order("#1001").error().kind, ErrorKind::not_found);
    EXPECT_EQ(shop.connector().order_source()->fetch_order("").error().kind, ErrorKind::not_found);
}

TEST(ListOrderIds, WalksByCreationTime) {
    Shop shop;
    Json data = page_of(
        Json::array({{{"id", "gid://shopify/Order/7"}, {"legacyResourceId", "7"}}, {{"id", "gid://shopify/Order/8"}}}),
        "n");
    shop.answer("HubOrderIds", data, [](const Json& variables) {
        EXPECT_EQ(variables["first"], 250);
        EXPECT_EQ(variables["query"], "created_at:>='2026-11-19T00:00:00Z' created_at:<'2026-11-20T00:00:00Z'");
    });
    const auto page =
        shop.connector().order_source()->list_order_ids({at("2026-11-19T00:00:00Z"), at("2026-11-20T00:00:00Z")}, "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->external_ids, (std::vector<std::string>{"7", "8"}));
    EXPECT_EQ(page->next_cursor, "n");
}

TEST(FetchOrder, FindsTheOrderOfAFulfilmentOrder) {
    const Json orders = Json::parse(fixture("composed_orders_page.json"))["data"]["orders"]["nodes"];
    Shop shop;
    shop.answer("HubFulfillmentOrderOwner", Json{{"fulfillmentOrder", {{"id", "x"}, {"order", {{"id", orders[0]["id"]}}}}}},
                [](const Json& variables) { EXPECT_EQ(variables["id"], "gid://shopify/FulfillmentOrder/61001"); });
    shop.answer("HubOrderById", Json{{"order", orders[0]}},
                [&](const Json& variables) { EXPECT_EQ(variables["id"], orders[0]["id"]); });
    const auto order = shop.connector().order_source()->fetch_order("gid://shopify/FulfillmentOrder/61001");
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(order->external_order_id, orders[0]["legacyResourceId"].get<std::string>());
    shop.answer("HubFulfillmentOrderOwner", Json{{"fulfillmentOrder", nullptr}});
    EXPECT_EQ(shop.connector().order_source()->fetch_order("gid://shopify/FulfillmentOrder/61002").error().kind, ErrorKind::not_found);
}

// ---- refunds ----

constexpr const char* kReadsReturns = R"({"scopes":["read_orders","read_returns"]})";

// The composed refunds: 91001 of shipped units, 91004 of others; see the first test below.
TEST(FetchRefunds, AsksForTheReturnWhereTheAppMay) {
    Json body = Json::parse(fixture("composed_order_refunds.json"));
    Json& refunds = body["data"]["order"]["refunds"];
    refunds[0]["refundLineItems"]["nodes"][0]["restockType"] = "RETURN";
    for (Json& line : refunds[1]["refundLineItems"]["nodes"]) line["restockType"] = "CANCEL";
    Shop shop("{}", kReadsReturns);
    shop.answer("HubOrderRefunds", body.dump());
    shop.answer("HubRefundReturn", Json{{"refund", {{"id", refunds[0]["id"]}, {"return", {{"id", "gid://shopify/Return/7"}}}}}},
                [&](const Json& variables) { EXPECT_EQ(variables["id"], refunds[0]["id"]); });
    const auto got = shop.connector().order_refund_source()->fetch_refunds("5500000001001");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(Json::parse((*got)[0].payload)["return"]["id"], "gid://shopify/Return/7");
    EXPECT_FALSE(Json::parse((*got)[1].payload).contains("return")) << "nothing was shipped, so nothing came back";
}

TEST(FetchRefunds, DoesWithoutReasonsItMayNotRead) {
    Json body = Json::parse(fixture("composed_order_refunds.json"));
    body["data"]["order"]["refunds"].erase(1);
    body["data"]["order"]["refunds"][0]["refundLineItems"]["nodes"][0]["restockType"] = "RETURN";
    for (const char* profile : {"{}", R"({"scopes":["read_orders"]})"}) {
        Shop shop("{}", profile);
        shop.answer("HubOrderRefunds", body.dump());
        EXPECT_TRUE(shop.connector().order_refund_source()->fetch_refunds("5500000001001")) << "no second question";
    }
    // The grant was taken back since the profile was read.
    Shop shop("{}", kReadsReturns);
    shop.answer("HubOrderRefunds", body.dump());
    shop.http.then(200, Json::parse(fixture("recorded_errors.json"))["accessDenied"]["response"].dump());
    const auto got = shop.connector().order_refund_source()->fetch_refunds("5500000001001");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_FALSE(Json::parse((*got)[0].payload).contains("return"));
    // A shop that does not answer is asked again: a reason that is there must not get lost.
    Shop silent("{}", kReadsReturns);
    silent.answer("HubOrderRefunds", body.dump());
    silent.http.then_error("net_no_answer");
    EXPECT_EQ(silent.connector().order_refund_source()->fetch_refunds("5500000001001").error().kind, ErrorKind::unavailable);
}

TEST(FetchRefunds, BringsEachRefundWithItsContext) {
    Shop shop;
    const std::string body = fixture("composed_order_refunds.json");
    shop.answer("HubOrderRefunds", body,
                [](const Json& variables) { EXPECT_EQ(variables["id"], "gid://shopify/Order/5500000001001"); });
    const auto refunds = shop.connector().order_refund_source()->fetch_refunds("5500000001001");
    ASSERT_TRUE(refunds) << refunds.error().message;
    ASSERT_EQ(refunds->size(), 2U);
    EXPECT_EQ((*refunds)[0].external_refund_id, "91001");
    EXPECT_EQ((*refunds)[0].external_order_id, "5500000001001");
    EXPECT_EQ(words((*refunds)[0].updated_at), "2026-11-20T15:00:02Z");
    EXPECT_EQ((*refunds)[0].context, R"({"currency":"USD","taxes_included":false})");
    EXPECT_NE(body.find((*refunds)[1].payload), std::string::npos);
    std::vector<domain::Problem> problems;
    const auto refund = shop.connector().order_refund_source()->map_refund((*refunds)[1], problems);
    ASSERT_TRUE(refund);
    EXPECT_EQ(words(refund->total_amount), "14.58 USD");
}

TEST(FetchRefunds, CompletesLinesAndParts) {
    Shop shop;
    Json body = Json::parse(fixture("composed_order_refunds.json"));
    Json& refund = body["data"]["order"]["refunds"][0];
    body["data"]["order"]["refunds"] = Json::array({refund});
    Json& node = body["data"]["order"]["refunds"][0];
    node["refundLineItems"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "R1"}};
    node["transactions"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "T1"}};
    Json second = node["refundLineItems"]["nodes"][0];
    second["id"] = "gid://shopify/RefundLineItem/93002";
    shop.answer("HubOrderRefunds", body.dump());
    shop.answer("HubRefundLineItems", Json{{"refund", {{"refundLineItems", connection(Json::array({second}))}}}},
                [](const Json& variables) {
                    EXPECT_EQ(variables, Json({{"id", "gid://shopify/Refund/91001"}, {"after", "R1"}}));
                });
    Json transactions = node["transactions"]["nodes"];
    transactions.push_back(transactions[0]);
    transactions[1]["status"] = "PENDING";
    shop.answer("HubRefundParts", Json{{"refund",
                                        {{"refundShippingLines", node["refundShippingLines"]},
                                         {"orderAdjustments", node["orderAdjustments"]},
                                         {"transactions", connection(transactions)}}}});
    const auto refunds = shop.connector().order_refund_source()->fetch_refunds("5500000001001");
    ASSERT_TRUE(refunds) << refunds.error().message;
    std::vector<domain::Problem> problems;
    const auto mapped = shop.connector().order_refund_source()->map_refund(refunds->at(0), problems);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->lines.size(), 2U);
    EXPECT_FALSE(mapped->settled);
}

TEST(FetchRefunds, SaysNotFoundForAMissingOrder) {
    Shop shop;
    shop.answer("HubOrderRefunds", Json{{"order", nullptr}});
    EXPECT_EQ(shop.connector().order_refund_source()->fetch_refunds("1").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
