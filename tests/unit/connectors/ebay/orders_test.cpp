// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/orders.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;

/// The account's clock stands at 2026-11-20T10:00.
std::string list(const std::string& filter, int offset = 0) {
    return "GET /sell/fulfillment/v1/order?filter=" + filter +
           "&fieldGroups=TAX_BREAKDOWN&limit=200&offset=" + std::to_string(offset);
}
std::string changed(const std::string& from, const std::string& to, int offset = 0) {
    const auto encoded = [](const std::string& time) {
        return time.empty() ? "" : net::percent_encode(time + ".000Z");
    };
    return list("lastmodifieddate%3A%5B" + encoded(from) + ".." + encoded(to) + "%5D", offset);
}

Json page_of(const std::vector<std::string>& ids, int total, int next_offset = -1) {
    Json page{{"total", total}, {"limit", 200}, {"orders", Json::array()}};
    for (const auto& id : ids)
        page["orders"].push_back({{"orderId", id}, {"lastModifiedDate", "2026-11-20T09:00:00.000Z"}});
    if (next_offset >= 0)
        page["next"] =
            "https://api.ebay.com/sell/fulfillment/v1/order?filter=x&limit=200&offset=" + std::to_string(next_offset);
    return page;
}

std::string ids_of(const OrderPage& page) {
    std::string out;
    for (const auto& order : page.orders) out += (out.empty() ? "" : " ") + order.external_order_id;
    return out;
}

PullWindow since(std::string_view from) { return {at(from), std::nullopt, {}}; }

OrderPage fetched(Account& account, const PullWindow& window, const std::string& cursor = "") {
    auto page = account.connector().order_source()->fetch_orders(window, cursor);
    EXPECT_TRUE(page) << (page ? "" : page.error().message);
    return page ? std::move(*page) : OrderPage{};
}

TEST(EbayOrders, RequestIsExact) {
    Account account(R"({"marketplace_id":"EBAY_GB"})");
    account.token();
    account.answer(
        "GET /sell/fulfillment/v1/order?filter=lastmodifieddate%3A%5B2026-11-20T09%3A45%3A00.000Z..%5D"
        "&fieldGroups=TAX_BREAKDOWN&limit=200&offset=0",
        200, page_of({}, 0).dump(), [](const net::HttpRequest& request) {
            EXPECT_EQ(header_of(request, "Authorization"), "Bearer user-1");
            EXPECT_EQ(header_of(request, "Accept"), "application/json");
            EXPECT_EQ(header_of(request, "X-EBAY-C-MARKETPLACE-ID"), "EBAY_GB");
            EXPECT_EQ(header_of(request, "Content-Type"), "-");
            EXPECT_EQ(request.body, "");
        });
    const auto page = fetched(account, since("2026-11-20T09:45:00Z"));
    EXPECT_EQ(ids_of(page), "");
    EXPECT_EQ(page.next_cursor, "");
    EXPECT_EQ(page.provider_now, at("2026-11-20T10:00:05Z"));
}

TEST(EbayOrders, PublishedPageIsKeptVerbatim) {
    const auto text = published_json("examples/getOrders_us.json");
    if (!text) GTEST_SKIP() << "eBay's examples are not here";
    Account account;
    account.token();
    account.answer(changed("2026-11-20T09:45:00", ""), *text);
    const auto page = fetched(account, since("2026-11-20T09:45:00Z"));
    EXPECT_EQ(ids_of(page), "12-34567-89012 08-22222-33333 20-44444-55555");
    EXPECT_EQ(page.orders[1].updated_at, at("2026-05-03T09:30:15Z"));
    EXPECT_EQ(Json::parse(page.orders[1].payload), (*text)["orders"][1]);
    // The example has two more.
    EXPECT_NE(page.next_cursor, "");
}

TEST(EbayOrders, LongWalkGoesByStretchesAndQuietOnesGrow) {
    Account account;
    account.token();
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00"), page_of({"a"}, 1));
    auto page = fetched(account, since("2026-11-01T00:00:00Z"));
    EXPECT_EQ(ids_of(page), "a");
    // Two empty days: then two at once, then four, then eight; the last reaches up to now and is open.
    account.reopen(true);  // everything needed is in the cursor
    account.token();
    account.answer(changed("2026-11-02T00:00:00", "2026-11-03T00:00:00"), page_of({}, 0));
    account.answer(changed("2026-11-03T00:00:00", "2026-11-05T00:00:00"), page_of({}, 0));
    account.answer(changed("2026-11-05T00:00:00", "2026-11-09T00:00:00"), page_of({}, 0));
    account.answer(changed("2026-11-09T00:00:00", "2026-11-17T00:00:00"), page_of({"b"}, 1));
    page = fetched(account, since("2026-11-01T00:00:00Z"), page.next_cursor);
    EXPECT_EQ(ids_of(page), "b");
    account.answer(changed("2026-11-17T00:00:00", ""), page_of({"c"}, 1));
    page = fetched(account, since("2026-11-01T00:00:00Z"), page.next_cursor);
    EXPECT_EQ(ids_of(page), "c");
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayOrders, PagesOfAPastStretchFollowNext) {
    Account account;
    account.token();
    const PullWindow window{at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), {}};
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00"), page_of({"a", "b"}, 3, 2));
    auto page = fetched(account, window);
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 2), page_of({"c"}, 3));
    page = fetched(account, window, page.next_cursor);
    EXPECT_EQ(ids_of(page), "c");
    EXPECT_EQ(page.next_cursor, "");  // the window's end is reached
}

TEST(EbayOrders, WhatLeftAPastStretchIsMadeGood) {
    Account account;
    account.token();
    const PullWindow window{at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), {}};
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00"), page_of({"a", "b"}, 5, 2));
    auto page = fetched(account, window);
    // Both a and b were changed since and left the stretch: what stood at 2 and 3 stands at 0 and 1 now.
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 2), page_of({"e"}, 3));
    page = fetched(account, window, page.next_cursor);
    EXPECT_EQ(ids_of(page), "e");
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 0), page_of({"c", "d"}, 3, 2));
    page = fetched(account, window, page.next_cursor);
    EXPECT_EQ(ids_of(page), "c d");
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 2), page_of({"e"}, 3));
    page = fetched(account, window, page.next_cursor);
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayOrders, PagesOverlapByATenth) {
    Account account;
    account.token();
    account.answer(changed("2026-11-20T09:00:00", ""), page_of(std::vector<std::string>(200, "a"), 201, 200));
    auto page = fetched(account, since("2026-11-20T09:00:00Z"));
    account.answer(changed("2026-11-20T09:00:00", "", 180), page_of({"b"}, 201));
    page = fetched(account, since("2026-11-20T09:00:00Z"), page.next_cursor);
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayOrders, WhatLeavesAllTheTimeDoesNotHoldTheWalk) {
    Account account;
    account.token();
    const PullWindow window{at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), {}};
    const std::vector<std::string> full(200, "a");
    const auto page_at = [&](int offset, int total, int next) {
        account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", offset), page_of(full, total, next));
    };
    // Twenty between two pages are within the overlap; thirty are not: ten were passed over, and it grows.
    page_at(0, 1000, 200);
    auto page = fetched(account, window);
    page_at(180, 980, 380);
    page = fetched(account, window, page.next_cursor);
    page_at(360, 950, 560);
    page = fetched(account, window, page.next_cursor);
    page_at(350, 950, 550);
    page = fetched(account, window, page.next_cursor);
    page_at(510, 910, 710);  // forty now
    page = fetched(account, window, page.next_cursor);
    page_at(670, 910, -1);
    page = fetched(account, window, page.next_cursor);
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayOrders, FrozenPagesAreHandedOnForTheHubToSee) {
    Account account;
    account.token();
    account.answer(changed("2026-11-20T09:00:00", ""), page_of({"a"}, 500, 0));
    const auto first = fetched(account, since("2026-11-20T09:00:00Z"));
    EXPECT_EQ(ids_of(first), "a");
    account.answer(changed("2026-11-20T09:00:00", ""), page_of({"a"}, 500, 0));
    const auto second = fetched(account, since("2026-11-20T09:00:00Z"), first.next_cursor);
    EXPECT_EQ(ids_of(second), "a");
    EXPECT_EQ(second.next_cursor, first.next_cursor);
}

TEST(EbayOrders, ClockBehindOursOpensTheStretch) {
    Account account;
    account.token();
    const PullWindow window{at("2026-11-18T00:00:00Z"), at("2026-11-20T09:00:00Z"), {}};
    account.answer(changed("2026-11-18T00:00:00", "2026-11-19T00:00:00"), 400,
                   errors(30850, "Start and end dates can't be in the future"));
    account.answer(changed("2026-11-18T00:00:00", ""), page_of({"a"}, 1));
    EXPECT_EQ(fetched(account, window).next_cursor, "");
}

TEST(EbayOrders, HistoryEndsAfterTwoYearsAndSaysSo) {
    Account account;
    account.token();
    account.answer(changed("2024-11-21T10:00:00", "2024-11-22T10:00:00"), page_of({"a"}, 1));
    const auto page = fetched(account, since("2020-01-01T00:00:00Z"));
    EXPECT_EQ(codes(page.problems), "history_limited");
    EXPECT_EQ(page.problems[0].message,
              "eBay shows orders of the last two years only; what is older than 2024-11-21 cannot be read");
}

TEST(EbayOrders, ErrorInALaterStretchKeepsWhatWasReached) {
    Account account;
    account.token();
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00"), page_of({}, 0));
    account.answer(changed("2026-11-02T00:00:00", "2026-11-04T00:00:00"), 500, "");
    const auto page = fetched(account, since("2026-11-01T00:00:00Z"));
    EXPECT_EQ(ids_of(page), "");
    ASSERT_NE(page.next_cursor, "");
    account.answer(changed("2026-11-02T00:00:00", "2026-11-04T00:00:00"), 500, "");
    const auto again =
        account.connector().order_source()->fetch_orders(since("2026-11-01T00:00:00Z"), page.next_cursor);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::unavailable);
}

TEST(EbayOrders, TokenEndsInMidPage) {
    Account account;
    account.token();
    const PullWindow window{at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z"), {}};
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00"), page_of({"a"}, 2, 1));
    const auto page = fetched(account, window);
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 1), 401, errors(1001, "Invalid access token"));
    account.token("user-2");
    account.answer(changed("2026-11-01T00:00:00", "2026-11-02T00:00:00", 1), page_of({"b"}, 2));
    EXPECT_EQ(ids_of(fetched(account, window, page.next_cursor)), "b");
}

TEST(EbayOrders, OrderWithoutIdIsAProblemOfThePage) {
    Account account;
    account.token();
    Json body = page_of({"a"}, 2);
    body["orders"].push_back({{"x", 1}});
    account.answer(changed("2026-11-20T09:00:00", ""), body);
    const auto page = fetched(account, since("2026-11-20T09:00:00Z"));
    EXPECT_EQ(ids_of(page), "a");
    EXPECT_EQ(codes(page.problems), "order_without_id");
}

TEST(EbayOrders, AnswerWithoutAListIsNoEmptyList) {
    Account account;
    account.token();
    account.answer(changed("2026-11-20T09:00:00", ""), Json{{"total", 0}});
    const auto page = account.connector().order_source()->fetch_orders(since("2026-11-20T09:00:00Z"), "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "ebay_bad_answer");
}

TEST(EbayOrders, ForeignCursorStartsTheWalkOver) {
    Account account;
    for (const char* cursor :
         {"x", "o1 1 2", "o1 a - - 0 0 1 20 0", "o1 - - - 0 0 1 20 0", "o1 1 - - -1 0 1 20 0", "i1 4"}) {
        const auto page = account.connector().order_source()->fetch_orders(since("2026-11-20T09:00:00Z"), cursor);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().code, "cursor_refused") << cursor;
    }
}

TEST(EbayOrders, OneOrderIsReadWhole) {
    Account account;
    account.token();
    account.answer("GET /sell/fulfillment/v1/order/12-3%2F4?fieldGroups=TAX_BREAKDOWN",
                   Json{{"orderId", "12-3/4"}, {"lastModifiedDate", "2026-11-01T00:00:00.000Z"}});
    const auto order = account.connector().order_source()->fetch_order("12-3/4");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->updated_at, at("2026-11-01T00:00:00Z"));
    EXPECT_EQ(account.connector().order_source()->fetch_order("").error().kind, ErrorKind::not_found);
}

TEST(EbayOrders, IdsByDayOfOrder) {
    Account account;
    account.token();
    const PullWindow day{at("2026-11-18T00:00:00Z"), at("2026-11-19T00:00:00Z"), {}};
    const std::string filter = "creationdate%3A%5B2026-11-18T00%3A00%3A00.000Z..2026-11-18T23%3A59%3A59.999Z%5D";
    account.answer(list(filter), page_of({"a", "b"}, 3, 2));
    auto page = account.connector().order_source()->list_order_ids(day, "");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->external_ids, (std::vector<std::string>{"a", "b"}));
    account.answer(list(filter, 2), page_of({"c"}, 3));
    page = account.connector().order_source()->list_order_ids(day, page->next_cursor);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->external_ids, std::vector<std::string>{"c"});
    EXPECT_EQ(page->next_cursor, "");
}

TEST(EbayOrders, QuarterOfAnHourIsReadTwice) {
    Account account;
    // The hub adds ten minutes of its own.
    EXPECT_EQ(account.connector().order_source()->list_lag(), 5min);
    EXPECT_TRUE(account.connector().order_source()->forgets());
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
