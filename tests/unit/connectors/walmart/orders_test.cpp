// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/orders.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

using State = PushOutcome::State;

// 2026-05-04T18:00:00Z less 179 days.
constexpr const char* kFirstOrders =
    "GET /v3/orders?createdStartDate=2025-11-06T18%3A00%3A00Z&lastModifiedStartDate=2026-05-04T17%3A00%3A00Z&"
    "shipNodeType=SellerFulfilled&limit=200&replacementInfo=true";
constexpr const char* kFirstWfs =
    "GET /v3/orders?createdStartDate=2025-11-06T18%3A00%3A00Z&lastModifiedStartDate=2026-05-04T17%3A00%3A00Z&"
    "shipNodeType=WFSFulfilled&limit=200&replacementInfo=true";

PullWindow window() { return {at("2026-05-04T17:00:00Z"), std::nullopt, {}}; }

Json order_page(const std::vector<std::string>& ids, int total, const Json& next = nullptr) {
    Json orders = Json::array();
    for (const auto& id : ids) {
        Json order = order_with({line_with("1", 1, {{"Created"}})});
        order["purchaseOrderId"] = id;
        orders.push_back(order);
    }
    return {
        {"list",
         {{"meta", {{"totalCount", total}, {"limit", 200}, {"nextCursor", next}}}, {"elements", {{"order", orders}}}}}};
}

std::string ids_of_page(const OrderPage& page) {
    std::string out;
    for (const auto& order : page.orders) out += (out.empty() ? "" : " ") + order.external_order_id;
    return out;
}

TEST(WalmartOrders, PagesFollowWalmartsCursorUnchanged) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    // As published: times in it are not encoded, and it names parameters that no list describes.
    const std::string next =
        "?limit=200&hasMoreElements=true&soIndex=2&poIndex=1&partnerId=100009&sellerId=8&createdStartDate=2025-11-"
        "06T00:"
        "00:00Z&createdEndDate=2026-05-05T12:00:00.000Z";
    seller.answer(kFirstOrders, order_page({"11"}, 2, next));
    const auto first = source.fetch_orders(window(), "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(ids_of_page(*first), "11");
    EXPECT_EQ(words(first->provider_now), "2026-05-04T18:00:05Z");
    EXPECT_EQ(first->orders[0].updated_at, at("2026-05-04T17:00:00Z"));  // the line's statusDate, later than the order

    seller.reopen(true);  // the cursor alone goes on after a restart
    seller.token();
    seller.answer("GET /v3/orders" + next, order_page({"12"}, 2));
    const auto second = seller.connector().order_source()->fetch_orders(window(), first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ids_of_page(*second), "12");
    EXPECT_EQ(second->next_cursor, "");
}

TEST(WalmartOrders, TheOrdersOfWalmartsWarehousesAreAListOfTheirOwn) {
    Seller seller("{}");
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    seller.answer(kFirstOrders, 404, kNothingFound);  // no order in the window is a 404
    const auto own = source.fetch_orders(window(), "");
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_TRUE(own->orders.empty());
    ASSERT_FALSE(own->next_cursor.empty());
    seller.answer(kFirstWfs, order_page({"21"}, 1));
    const auto wfs = source.fetch_orders(window(), own->next_cursor);
    ASSERT_TRUE(wfs) << wfs.error().message;
    EXPECT_EQ(ids_of_page(*wfs), "21");
    EXPECT_EQ(wfs->next_cursor, "");
}

TEST(WalmartOrders, AGatewaysNotFoundIsNoEmptyList) {
    Seller seller;
    seller.token();
    seller.answer(kFirstOrders, 404, "<html>");
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "walmart_no_such_path");
}

TEST(WalmartOrders, ATokenThatDiesBetweenPagesIsRenewed) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    seller.answer(kFirstOrders, order_page({"11"}, 2, "?soIndex=2"));
    const auto first = source.fetch_orders(window(), "");
    ASSERT_TRUE(first);
    seller.answer("GET /v3/orders?soIndex=2", 401, refusal("UNAUTHORIZED.GMP_GATEWAY_API", "x"));
    seller.token("token-2");
    seller.answer("GET /v3/orders?soIndex=2", order_page({"12"}, 2));
    const auto second = source.fetch_orders(window(), first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ids_of_page(*second), "12");
}

TEST(WalmartOrders, ACursorThatRepeatsEndsTheListOnlyWhenAllWasSeen) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    for (const int total : {2, 3}) {
        seller.answer(kFirstOrders, order_page({"11"}, total, "?soIndex=2"));
        const auto first = source.fetch_orders(window(), "");
        ASSERT_TRUE(first);
        seller.answer("GET /v3/orders?soIndex=2", order_page({"12"}, total, "?soIndex=2"));
        const auto second = source.fetch_orders(window(), first->next_cursor);
        ASSERT_TRUE(second);
        // With an order missing the page leads on, and the hub's guard finds that it leads nowhere.
        EXPECT_EQ(second->next_cursor.empty(), total == 2);
    }
}

/// A frozen list: the page that comes twice must not be counted as the one that never came.
TEST(WalmartOrders, APageThatComesTwiceIsNotTheEnd) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    seller.answer(kFirstOrders, order_page({"11", "12"}, 3, "?soIndex=0"));
    const auto first = source.fetch_orders(window(), "");
    ASSERT_TRUE(first);
    seller.answer("GET /v3/orders?soIndex=0", order_page({"11", "12"}, 3, "?soIndex=0"));
    const auto second = source.fetch_orders(window(), first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->next_cursor.empty());
}

TEST(WalmartOrders, ACursorThatIsTooOldStartsTheWalkOver) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    seller.answer(kFirstOrders, order_page({"11"}, 2, "?soIndex=2"));
    const auto first = source.fetch_orders(window(), "");
    ASSERT_TRUE(first);
    seller.answer("GET /v3/orders?soIndex=2", 400, refusal("INVALID_REQUEST_PARAM.GMP_ORDER_API", "expired"));
    EXPECT_EQ(source.fetch_orders(window(), first->next_cursor).error().code, "cursor_refused");
    for (const char* foreign :
         {"x", "returns 0 0 0 0 ", "orders 0 0 0 0 soIndex=2", "orders -1 0 0 0 ", "orders 0 a 0 0 "})
        EXPECT_EQ(source.fetch_orders(window(), foreign).error().code, "cursor_refused") << foreign;
}

TEST(WalmartOrders, ACursorThatIsNoQueryIsNotSent) {
    Seller seller;
    seller.token();
    for (const char* next : {"soIndex=2", "?a b", "?a#b", "https://elsewhere/"}) {
        seller.answer(kFirstOrders, order_page({"11"}, 2, next));
        const auto page = seller.connector().order_source()->fetch_orders(window(), "");
        ASSERT_FALSE(page) << next;
        EXPECT_EQ(page.error().code, "walmart_bad_answer");
    }
}

/// By creation: an order whose last change moves it out of a stretch would shift another one out of sight.
TEST(WalmartOrders, MoreThanOneQueryShowsAreReadInHalves) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    const auto asks = [](const std::string& from, const std::string& to) {
        return "GET /v3/orders?createdStartDate=" + from + (to.empty() ? "" : "&createdEndDate=" + to) +
               "&lastModifiedStartDate=2026-05-04T17%3A00%3A00Z&shipNodeType=SellerFulfilled&limit=200&"
               "replacementInfo=true";
    };
    // Half of 179 days.
    seller.answer(asks("2025-11-06T18%3A00%3A00Z", ""), order_page({"1"}, 30'000, "?soIndex=1"));
    seller.answer(asks("2025-11-06T18%3A00%3A00Z", "2026-02-04T06%3A00%3A00Z"), order_page({"1"}, 19'999));
    const auto first = source.fetch_orders(window(), "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(ids_of_page(*first), "1");
    seller.answer(asks("2026-02-04T06%3A00%3A00Z", ""), order_page({"2"}, 10'000));
    const auto second = source.fetch_orders(window(), first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ids_of_page(*second), "2");
    EXPECT_EQ(second->next_cursor, "");
}

TEST(WalmartOrders, APageThatLacksOrdersIsAskedForAgainAndThenTold) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    Json partial = order_page({"11"}, 2);
    partial["list"]["errors"] = {{{"code", "SYSTEM_ERROR"}, {"description", "Some orders could not be read"}}};
    for (int i = 0; i < 3; ++i) {
        seller.answer(kFirstOrders, partial);
        EXPECT_EQ(source.fetch_orders(window(), "").error().code, "walmart_partial_answer");
    }
    seller.answer(kFirstOrders, partial);
    const auto taken = source.fetch_orders(window(), "");
    ASSERT_TRUE(taken);
    EXPECT_EQ(ids_of_page(*taken), "11");
    EXPECT_EQ(codes(taken->problems), "orders_unreadable");
}

TEST(WalmartOrders, WhatIsOlderThanTheHistoryIsNotAskedFor) {
    Seller seller;
    seller.token();
    seller.answer(
        "GET /v3/orders?createdStartDate=2025-11-06T18%3A00%3A00Z&lastModifiedStartDate=2025-11-06T18%3A00%3A00Z&"
        "shipNodeType=SellerFulfilled&limit=200&replacementInfo=true",
        order_page({}, 0));
    EXPECT_TRUE(seller.connector().order_source()->fetch_orders({at("2020-01-01T00:00:00Z"), std::nullopt, {}}, ""));
}

TEST(WalmartOrders, AnOrderWithoutAnIdIsToldAndDoesNotBlockItsPage) {
    Seller seller;
    seller.token();
    seller.answer(kFirstOrders, order_page({"", "12"}, 2));
    const auto page = seller.connector().order_source()->fetch_orders(window(), "");
    ASSERT_TRUE(page);
    EXPECT_EQ(ids_of_page(*page), "12");
    EXPECT_EQ(codes(page->problems), "order_without_id");
}

TEST(WalmartOrders, APageMustHoldTheList) {
    Seller seller;
    seller.token();
    seller.answer(kFirstOrders, Json{{"orders", Json::array()}});
    EXPECT_EQ(seller.connector().order_source()->fetch_orders(window(), "").error().code, "walmart_bad_answer");
}

TEST(WalmartOrders, OneOrderMayComeWrappedBareOrInAList) {
    Seller seller;
    seller.token();
    const Json order = order_with({line_with("1", 1, {{"Created"}})});
    for (const Json& answer : {Json{{"order", order}}, order, Json{{"order", Json::array({order})}}}) {
        seller.answer("GET /v3/orders/108800000000001?replacementInfo=true", answer);
        const auto raw = seller.connector().order_source()->fetch_order("108800000000001");
        ASSERT_TRUE(raw) << raw.error().message;
        EXPECT_EQ(Json::parse(raw->payload), order);
    }
    EXPECT_EQ(seller.connector().order_source()->fetch_order("").error().code, "order_unknown");
}

TEST(WalmartOrders, IdsAreListedByCreation) {
    Seller seller;
    seller.token();
    OrderSource& source = *seller.connector().order_source();
    seller.answer(
        "GET /v3/orders?createdStartDate=2026-05-01T00%3A00%3A00Z&createdEndDate=2026-05-02T00%3A00%3A00Z&"
        "shipNodeType=SellerFulfilled&limit=200&replacementInfo=true",
        order_page({"11", "12"}, 3, "?soIndex=3"));
    const PullWindow day{at("2026-05-01T00:00:00Z"), at("2026-05-02T00:00:00Z"), {}};
    const auto first = source.list_order_ids(day, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->external_ids, (std::vector<std::string>{"11", "12"}));
    seller.answer("GET /v3/orders?soIndex=3", order_page({"13"}, 3));
    const auto second = source.list_order_ids(day, first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->external_ids, (std::vector<std::string>{"13"}));
    EXPECT_EQ(second->next_cursor, "");
}

TEST(WalmartOrders, HalvesOfAListOfIdsStayWithinItsBounds) {
    Seller seller;
    seller.token();
    const auto asks = [](const std::string& from, const std::string& to) {
        return "GET /v3/orders?createdStartDate=2026-05-0" + from + "&createdEndDate=2026-05-0" + to +
               "&shipNodeType=SellerFulfilled&limit=200&replacementInfo=true";
    };
    OrderSource& source = *seller.connector().order_source();
    const PullWindow day{at("2026-05-01T00:00:00Z"), at("2026-05-02T00:00:00Z"), {}};
    seller.answer(asks("1T00%3A00%3A00Z", "2T00%3A00%3A00Z"), order_page({"11"}, 20'000, "?soIndex=1"));  // or no more are counted
    seller.answer(asks("1T00%3A00%3A00Z", "1T12%3A00%3A00Z"), order_page({"11"}, 10'000));
    const auto first = source.list_order_ids(day, "");
    ASSERT_TRUE(first);
    seller.answer(asks("1T12%3A00%3A00Z", "2T00%3A00%3A00Z"), order_page({"12"}, 10'001));
    const auto second = source.list_order_ids(day, first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->next_cursor, "");
}

// ---- acknowledgement ----------------------------------------------------------------------------------------------

constexpr const char* kAcknowledge = "POST /v3/orders/108800000000001/acknowledge";
constexpr const char* kRead = "GET /v3/orders/108800000000001?replacementInfo=true";

Json wrapped(const std::vector<At>& statuses) {
    return {{"order", order_with({line_with("1", static_cast<int>(statuses.size()), statuses)})}};
}

TEST(WalmartAcknowledge, TellsWalmartWithoutABody) {
    Seller seller;
    seller.token();
    seller.answer(kAcknowledge, wrapped({{"Acknowledged"}}), [](const net::HttpRequest& request) {
        EXPECT_EQ(request.body, "");
        EXPECT_EQ(header_of(request, "Content-Type"), "-");
    });
    EXPECT_EQ(seller.connector().order_acknowledger()->acknowledge_order("108800000000001").state, State::succeeded);
}

struct AcknowledgeCase {
    const char* name;
    int status;             // 0: no answer
    std::vector<At> shown;  // what reading it back shows; empty: it is not read
    State state;
    const char* code;
};
class WalmartAcknowledgeTrouble : public ::testing::TestWithParam<AcknowledgeCase> {};
TEST_P(WalmartAcknowledgeTrouble, EndsInWords) {
    Seller seller;
    seller.token();
    if (GetParam().status == 0)
        seller.http.then_error("net_no_answer");
    else
        seller.answer(kAcknowledge, GetParam().status,
                      GetParam().status == 200 ? wrapped({{"Created"}}).dump()
                      : GetParam().status == 404
                          ? kNothingFound
                          : refusal("INVALID_REQUEST_CONTENT.GMP_ORDER_API", "The order is in the wrong state"));
    if (!GetParam().shown.empty()) seller.answer(kRead, wrapped(GetParam().shown));
    const auto outcome = seller.connector().order_acknowledger()->acknowledge_order("108800000000001");
    EXPECT_EQ(outcome.state, GetParam().state) << outcome.message;
    EXPECT_EQ(outcome.code, GetParam().code);
    EXPECT_FALSE(outcome.message.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Answers, WalmartAcknowledgeTrouble,
    ::testing::Values(
        AcknowledgeCase{"ShippedAlready", 400, {{"Shipped"}}, State::succeeded, "already_acknowledged"},
        AcknowledgeCase{"CancelledMeanwhile", 400, {{"Cancelled"}}, State::succeeded, "already_acknowledged"},
        AcknowledgeCase{"RefusedAndStillWaiting", 400, {{"Created"}}, State::failed, "walmart_invalid_request"},
        AcknowledgeCase{"StillWaitingAfterwards", 200, {}, State::retry, "walmart_not_acknowledged"},
        AcknowledgeCase{"Unknown", 404, {}, State::failed, "order_unknown"},
        AcknowledgeCase{"Locked", 423, {}, State::retry, "walmart_locked"},
        AcknowledgeCase{"Down", 503, {}, State::unknown, "walmart_server_error"},
        AcknowledgeCase{"NoAnswer", 0, {}, State::unknown, "net_no_answer"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartAcknowledge, ReleasedOrdersAreTheSecondWayIn) {
    Seller seller(R"({"fulfillment_types":["SellerFulfilled","WFSFulfilled","3PLFulfilled"]})");
    seller.token();
    OrderAcknowledger& acknowledger = *seller.connector().order_acknowledger();
    const auto asks = [](const std::string& type) {
        return "GET /v3/orders/released?createdStartDate=2026-04-04T18%3A00%3A00Z&shipNodeType=" + type +
               "&limit=200&replacementInfo=true";
    };
    seller.answer(asks("SellerFulfilled"), order_page({"11"}, 2, "?status=Created&soIndex=2"));
    const auto first = acknowledger.list_unacknowledged("");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->external_ids, (std::vector<std::string>{"11"}));
    seller.answer("GET /v3/orders/released?status=Created&soIndex=2", order_page({"12"}, 2));
    const auto second = acknowledger.list_unacknowledged(first->next_cursor);
    ASSERT_TRUE(second);
    // Walmart's own warehouses need no acknowledgement; those of a third party do.
    seller.answer(asks("3PLFulfilled"), 404, kNothingFound);
    const auto third = acknowledger.list_unacknowledged(second->next_cursor);
    ASSERT_TRUE(third);
    EXPECT_TRUE(third->external_ids.empty());
    EXPECT_EQ(third->next_cursor, "");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
