// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/orders.h"

#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

const std::string kStores = "GET /stores?showInactive=true";

/// The request line of a page of changed orders.
std::string changed_since(const std::string& local, int page = 1, int size = 500) {
    return "GET /orders?modifyDateStart=" + net::percent_encode(local) +
           "&sortBy=ModifyDate&sortDir=ASC&page=" + std::to_string(page) + "&pageSize=" + std::to_string(size);
}
Result<OrderPage> fetch(Account& account, const std::string& cursor = "") {
    return account.connector().order_source()->fetch_orders({at("2026-11-19T09:00:00Z"), std::nullopt, {}}, cursor);
}
std::string ids_of(const OrderPage& page) {
    std::string out;
    for (const RawOrder& order : page.orders) out += order.external_order_id + " ";
    return out;
}
/// A minute and a second of November 19 in the morning, Los Angeles.
std::string morning(const char* minute) { return std::string{"2026-11-19T0"} + minute + ".5000000"; }

TEST(ShipStationOrders, ThePublishedPageIsKeptVerbatim) {
    const auto file = example_file("v1_orders.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const Json answer = example_case(*file, "List Orders")["response"];
    Account account;
    account.answer(changed_since("2026-11-19 00:59:59"), answer);
    const auto page = fetch(account);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(ids_of(*page), "987654321 123456789 ");
    EXPECT_EQ(page->orders[1].payload, answer["orders"][1].dump());
    EXPECT_EQ(format_rfc3339(page->orders[1].updated_at), "2015-08-17T16:21:59.443Z");
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_EQ(page->provider_now, at("2026-11-20T10:00:05Z"));
    EXPECT_TRUE(page->problems.empty());
}

TEST(ShipStationOrders, AnEmptyListEnds) {
    const auto file = example_file("v1_orders.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    Account account;
    account.answer(changed_since("2026-11-19 00:59:59"), example_case(*file, "List Orders, nothing found")["response"]);
    const auto page = fetch(account);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->orders.empty());
    EXPECT_EQ(page->next_cursor, "");
}

TEST(ShipStationOrders, EveryPageBeginsWhereTheOneBeforeEnded) {
    Account account(R"({"page_size":2})");
    account.answer(
        changed_since("2026-11-19 00:59:59", 1, 2),
        order_list(Json::array({order_json(1, morning("2:00:00")), order_json(2, morning("3:00:00"))}), 5, 3));
    const auto first = fetch(account);
    ASSERT_TRUE(first) << first.error().message;
    // Order 1 is changed now, and is the last of the list: nothing slips into the page that was read already.
    account.answer(
        changed_since("2026-11-19 02:59:59", 1, 2),
        order_list(Json::array({order_json(2, morning("3:00:00")), order_json(3, morning("3:00:02"))}), 4, 2));
    account.reopen(true);  // the cursor is all that is needed
    const auto second = fetch(account, first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ids_of(*second), "2 3 ");
    account.answer(changed_since("2026-11-19 03:00:01", 1, 2),
                   order_list(Json::array({order_json(3, morning("3:00:02"))})));
    const auto last = fetch(account, second->next_cursor);
    ASSERT_TRUE(last) << last.error().message;
    EXPECT_EQ(last->next_cursor, "");
}

TEST(ShipStationOrders, PagesAreCountedWhereASecondHoldsMoreThanOne) {
    Account account(R"({"page_size":2})");
    const Json twice = {order_json(1, morning("1:00:00")), order_json(2, morning("1:00:00"))};
    account.answer(changed_since("2026-11-19 00:59:59", 1, 2), order_list(twice, 5, 3));
    const auto first = fetch(account);
    ASSERT_TRUE(first) << first.error().message;
    account.answer(
        changed_since("2026-11-19 00:59:59", 2, 2),
        order_list(Json::array({order_json(3, morning("1:00:00")), order_json(4, morning("2:00:00"))}), 5, 3));
    const auto second = fetch(account, first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_NE(second->next_cursor, first->next_cursor);
    account.answer(changed_since("2026-11-19 01:59:59", 1, 2),
                   order_list(Json::array({order_json(4, morning("2:00:00"))})));
    const auto last = fetch(account, second->next_cursor);
    ASSERT_TRUE(last) << last.error().message;
    EXPECT_EQ(last->next_cursor, "");
}

TEST(ShipStationOrders, PagesZeroIsNoEndOfAFullPageWithoutATotal) {
    Account account(R"({"page_size":1})");
    account.answer(changed_since("2026-11-19 00:59:59", 1, 1),
                   order_list(Json::array({order_json(1, morning("2:00:00"))}), 0, 0));
    EXPECT_NE(fetch(account)->next_cursor, "");
    Account stated(R"({"page_size":1})");
    stated.answer(changed_since("2026-11-19 00:59:59", 1, 1),
                  order_list(Json::array({order_json(1, morning("2:00:00"))}), 1, 0));
    EXPECT_EQ(fetch(stated)->next_cursor, "");
}

TEST(ShipStationOrders, AHalfPageLosesNothing) {
    Account account(R"({"page_size":3})");
    account.answer(changed_since("2026-11-19 00:59:59", 1, 3),
                   order_list(Json::array({order_json(1, morning("2:00:00"))}), 3, 1));
    const auto half = fetch(account);  // three there are, one came
    ASSERT_TRUE(half) << half.error().message;
    EXPECT_NE(half->next_cursor, "");

    Account nothing(R"({"page_size":3})");
    nothing.answer(changed_since("2026-11-19 00:59:59", 1, 3), order_list(Json::array(), 3, 1));
    EXPECT_EQ(fetch(nothing).error().code, "shipstation_short_page");
    Account same_second(R"({"page_size":3})");
    same_second.answer(changed_since("2026-11-19 00:59:59", 1, 3),
                       order_list(Json::array({order_json(1, morning("1:00:00"))}), 4, 2));
    EXPECT_EQ(fetch(same_second).error().code, "shipstation_short_page");
}

TEST(ShipStationOrders, APageThatComesTwiceIsNoPage) {
    Account account(R"({"page_size":2})");
    const Json same = Json::array({order_json(1, morning("1:00:00")), order_json(2, morning("1:00:00"))});
    account.answer(changed_since("2026-11-19 00:59:59", 1, 2), order_list(same, 5, 3));
    const auto first = fetch(account);
    ASSERT_TRUE(first) << first.error().message;
    account.answer(changed_since("2026-11-19 00:59:59", 2, 2), order_list(same, 5, 3));
    const auto again = fetch(account, first->next_cursor);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "shipstation_repeated_page");
    EXPECT_EQ(again.error().kind, ErrorKind::unavailable);
}

TEST(ShipStationOrders, AnOrderThatHasJustChangedDoesNotLeadTheWalkAway) {
    // A list that lags behind shows an order where it was, with the time it has now.
    Account account(R"({"page_size":2})");
    account.answer(
        changed_since("2026-11-19 00:59:59", 1, 2),
        order_list(Json::array({order_json(1, "2026-11-20T01:59:00"), order_json(2, morning("3:00:00"))}), 5, 3));
    const auto first = fetch(account);
    ASSERT_TRUE(first) << first.error().message;
    account.answer(changed_since("2026-11-19 02:59:59", 1, 2),
                   order_list(Json::array({order_json(2, morning("3:00:00"))}), 1, 1));
    EXPECT_TRUE(fetch(account, first->next_cursor));
}

TEST(ShipStationOrders, ACursorOfSomethingElseIsRefused) {
    for (const char* cursor : {"x", "12", "12/", "12/0/", "/1/", "12/1", "12/1x/"}) {
        Account account;
        const auto page = fetch(account, cursor);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().code, "cursor_refused");
    }
}

TEST(ShipStationOrders, AnswersThatAreNoLists) {
    Account account;
    account.answer(changed_since("2026-11-19 00:59:59"), {{"message", "hello"}});
    EXPECT_EQ(fetch(account).error().code, "shipstation_bad_answer");
    account.answer(changed_since("2026-11-19 00:59:59"),
                   order_list(Json::array({{{"orderNumber", "x"}}, order_json(2, morning("2:00:00"))})));
    const auto page = fetch(account);
    ASSERT_TRUE(page);
    EXPECT_EQ(ids_of(*page), "2 ");
    EXPECT_EQ(codes(page->problems), "order_without_id");
}

TEST(ShipStationSkip, OrdersOfANamedMarketplaceAreLeftOut) {
    Account account(R"({"skip_marketplaces":["amazon"]})");
    account.answer(changed_since("2026-11-19 00:59:59"),
                   order_list(Json::array({order_json(1, morning("2:00:00"), "awaiting_shipment", 26815),
                                           order_json(2, morning("2:00:01"), "awaiting_shipment", 25748)})));
    const auto page = fetch(account);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(ids_of(*page), "2 ");
    EXPECT_EQ(page->left_out, std::vector<std::string>{"1"});
}

TEST(ShipStationSkip, AStoreThatIsNewIsLookedUpOnce) {
    Account account(R"({"skip_marketplaces":["eBay"]})");
    const Json orders = order_list(Json::array({order_json(1, morning("2:00:00"), "awaiting_shipment", 99),
                                                order_json(2, morning("2:00:01"), "awaiting_shipment", 98)}));
    account.answer(changed_since("2026-11-19 00:59:59"), orders);
    account.answer(kStores, Json::array({{{"storeId", 99}, {"storeName", "E"}, {"marketplaceName", "eBay"}}}));
    const auto page = fetch(account);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(ids_of(*page), "2 ");  // a store that the account does not show is not left out: no order is lost
    EXPECT_EQ(page->left_out, std::vector<std::string>{"1"});

    account.answer(changed_since("2026-11-19 00:59:59"), orders);
    EXPECT_EQ(ids_of(*fetch(account)), "2 ");  // asked a moment ago
    account.clock.advance(std::chrono::minutes{10});
    account.answer(changed_since("2026-11-19 00:59:59"), orders);
    account.answer(kStores, 503, "");
    EXPECT_EQ(fetch(account).error().code, "shipstation_server_error");  // rather late than doubled
}

TEST(ShipStationSkip, HoldsForOneOrderAndForReconciliation) {
    Account account(R"({"skip_marketplaces":["Amazon CA"]})");
    OrderSource& source = *account.connector().order_source();
    account.answer("GET /orders/1", order_json(1, morning("2:00:00"), "awaiting_shipment", 26815));
    const auto one = source.fetch_order("1");
    ASSERT_FALSE(one);
    EXPECT_EQ(one.error().code, "order_skipped");
    EXPECT_EQ(one.error().kind, ErrorKind::not_found);
    account.answer(
        "GET /orders?orderDateStart=2026-11-18%2023%3A59%3A59&orderDateEnd=2026-11-20%2000%3A00%3A00&sortBy=OrderDate"
        "&sortDir=ASC&page=1&pageSize=500",
        order_list(Json::array({order_json(1, morning("2:00:00"), "awaiting_shipment", 26815),
                                order_json(2, morning("2:00:01"), "shipped", 25748)})));
    const auto ids = source.list_order_ids({at("2026-11-19T08:00:00Z"), at("2026-11-20T08:00:00Z"), {}}, "");
    ASSERT_TRUE(ids) << ids.error().message;
    EXPECT_EQ(ids->external_ids, std::vector<std::string>{"2"});
}

TEST(ShipStationOrders, OneOrderById) {
    const auto file = example_file("v1_orders.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const Json order = example_case(*file, "Get Order")["response"];
    Account account;
    account.answer("GET /orders/94113592", order);
    const auto raw = account.connector().order_source()->fetch_order("94113592");
    ASSERT_TRUE(raw) << raw.error().message;
    EXPECT_EQ(raw->payload, order.dump());
    EXPECT_EQ(format_rfc3339(raw->updated_at), "2015-09-08T18:03:12.380Z");
}

TEST(ShipStationOrders, AnOrderThatIsNotThere) {
    Account account;
    OrderSource& source = *account.connector().order_source();
    account.answer("GET /orders/5", 404, "");
    const auto deleted = source.fetch_order("5");
    ASSERT_FALSE(deleted);
    EXPECT_EQ(deleted.error().kind, ErrorKind::not_found);
    EXPECT_EQ(deleted.error().code, "order_unknown");
    for (const char* id : {"", "abc", "5/../6", "05", "1234567890123456789"})
        EXPECT_EQ(source.fetch_order(id).error().code, "order_unknown") << id;  // nothing is sent
    account.answer("GET /orders/6", order_json(7, morning("2:00:00")));
    EXPECT_EQ(source.fetch_order("6").error().code, "shipstation_bad_answer");
}

TEST(ShipStationOrders, IdsAreThoseOfTheWindowPageByPage) {
    Account account(R"({"page_size":2})");
    OrderSource& source = *account.connector().order_source();
    const auto placed = [](std::int64_t id, const char* date) {
        Json out = order_json(id, morning("2:00:00"));
        out["orderDate"] = date;
        return out;
    };
    const auto line = [](int page) {
        return "GET /orders?orderDateStart=2026-11-18%2023%3A59%3A59&orderDateEnd=2026-11-20%2000%3A00%3A00&sortBy="
               "OrderDate&sortDir=ASC&page=" +
               std::to_string(page) + "&pageSize=2";
    };
    const PullWindow day{at("2026-11-19T08:00:00Z"), at("2026-11-20T08:00:00Z"), {}};
    // Midnight belongs to the day, the next midnight does not.
    account.answer(
        line(1), order_list(Json::array({placed(1, "2026-11-18T23:59:59.9"), placed(2, "2026-11-19T00:00:00")}), 4, 2));
    const auto first = source.list_order_ids(day, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->external_ids, std::vector<std::string>{"2"});
    account.answer(line(2),
                   order_list(Json::array({placed(3, "2026-11-19T23:59:59"), placed(4, "2026-11-20T00:00:00")}), 4, 2));
    const auto second = source.list_order_ids(day, first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->external_ids, std::vector<std::string>{"3"});
    EXPECT_EQ(second->next_cursor, "");
    account.answer(line(1), order_list(Json::array({placed(2, "2026-11-19T00:00:00")}), 4, 2));
    EXPECT_EQ(source.list_order_ids(day, "").error().code, "shipstation_short_page");
}

TEST(ShipStationOrders, TheRepeatedHourIsReadWholeAgain) {
    Account account(R"({"page_size":1})");
    account.http_date = "Sun, 01 Nov 2026 08:51:00 GMT";
    account.answer(changed_since("2026-11-01 00:59:59", 1, 1),
                   order_list(Json::array({order_json(1, "2026-11-01T01:45:00")}), 3, 3));
    const PullWindow window{at("2026-11-01T08:40:00Z"), std::nullopt, {}};
    OrderSource& source = *account.connector().order_source();
    const auto first = source.fetch_orders(window, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(format_rfc3339(first->orders[0].updated_at), "2026-11-01T08:45:00Z");
    // No text of that hour says how far the walk has come: it counts pages until the hour is over.
    account.answer(changed_since("2026-11-01 00:59:59", 2, 1),
                   order_list(Json::array({order_json(2, "2026-11-01T01:50:00")}), 3, 3));
    const auto second = source.fetch_orders(window, first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    account.answer(changed_since("2026-11-01 00:59:59", 3, 1),
                   order_list(Json::array({order_json(3, "2026-11-01T02:10:00")}), 3, 3));
    const auto third = source.fetch_orders(window, second->next_cursor);
    ASSERT_TRUE(third) << third.error().message;
    EXPECT_EQ(third->next_cursor, "");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
