// SPDX-License-Identifier: Apache-2.0
// Lists: search, paging, cost and throttling.
#include <fstream>
#include <set>
#include <sstream>

#include "sandbox/shopify/search.h"
#include "unit/sandbox/shopify/shop_fixture.h"

namespace crossdock::sandbox::shopify {
namespace {

constexpr const char* kPage = R"(query Page($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } nodes { id updatedAt name } } })";

struct SearchCase {
    const char* name;
    const char* query;
    int expected;  // of the three orders below
};
class Search : public ShopTest, public ::testing::WithParamInterface<SearchCase> {};

TEST_P(Search, FindsWhatTheRealSearchFinds) {
    open(quiet());
    shop->place_order({.items = {{"SBX-100", 1}}, .paid = true, .created_at = start() - 5h});
    clock.advance(2h);
    shop->place_order({.items = {{"SBX-101", 1}}, .paid = true, .test = true});
    clock.advance(2h);
    const auto last = shop->place_order({.items = {{"SBX-101", 1}}, .paid = false});
    shop->cancel(last, true);
    const json answer = call(kPage, {{"first", 50}, {"query", GetParam().query}});
    EXPECT_EQ(answer["data"]["orders"]["nodes"].size(), static_cast<std::size_t>(GetParam().expected))
        << GetParam().query;
    EXPECT_FALSE(answer["extensions"].contains("search"));
}
INSTANTIATE_TEST_SUITE_P(
    Queries, Search,
    ::testing::Values(SearchCase{"All", "", 3}, SearchCase{"QuotedTime", "updated_at:>='2026-11-21T11:00:00Z'", 2},
                      SearchCase{"DoubleQuotes", "updated_at:>=\"2026-11-21T11:00:00Z\"", 2},
                      SearchCase{"UnquotedTimeIsCutToItsDay", "updated_at:>=2026-11-21T11:00:00Z", 3},
                      SearchCase{"After", "updated_at:>'2026-11-21T11:00:00Z'", 1},
                      SearchCase{"Range", "updated_at:>='2026-11-21T09:00:00Z' updated_at:<='2026-11-21T11:00:00Z'", 2},
                      SearchCase{"Offset", "updated_at:>='2026-11-21T06:00:00-05:00'", 2},
                      SearchCase{"NothingYet", "updated_at:>='2026-11-22T00:00:00Z'", 0},
                      SearchCase{"Created", "created_at:<'2026-11-21T05:00:00Z'", 1},
                      SearchCase{"Name", "name:#1002", 1}, SearchCase{"NameWithoutSign", "name:1002", 1},
                      SearchCase{"Sku", "sku:SBX-101", 2}, SearchCase{"Test", "test:true", 1},
                      SearchCase{"Cancelled", "status:cancelled", 1},
                      SearchCase{"NotCancelled", "-status:cancelled", 2},
                      SearchCase{"NotWord", "NOT status:cancelled test:false", 1},
                      SearchCase{"Or", "status:cancelled OR test:true", 2},
                      SearchCase{"Group", "(status:cancelled OR test:true) AND sku:SBX-101", 2},
                      SearchCase{"Paid", "financial_status:paid fulfillment_status:unfulfilled", 2}),
    [](const auto& row) { return std::string(row.param.name); });

class Lists : public ShopTest {
protected:
    /// Walks all pages and returns the ids in order of arrival.
    std::vector<std::string> walk(int first, const std::string& query, const std::function<void(int)>& between = {}) {
        std::vector<std::string> ids;
        json after = nullptr;
        for (int page = 1; page < 500; ++page) {
            const json list = call(kPage, {{"first", first}, {"after", after}, {"query", query}})["data"]["orders"];
            for (const json& node : list["nodes"]) ids.push_back(node["id"]);
            if (!list["pageInfo"]["hasNextPage"].get<bool>()) return ids;
            after = list["pageInfo"]["endCursor"];
            if (between) between(page);
        }
        return ids;
    }
};

TEST_F(Lists, AnUnknownSearchFieldMatchesEverythingAndWarns) {
    ShopOptions options = quiet();
    options.orders = 5;
    open(options);
    const json answer = call(kPage, {{"first", 50}, {"query", "update_at:>='2030-01-01T00:00:00Z' test:false"}});
    EXPECT_GE(answer["data"]["orders"]["nodes"].size(), 4U);
    const json& search = answer["extensions"]["search"][0];
    EXPECT_EQ(search["path"], json::parse(R"(["orders"])"));
    EXPECT_EQ(
        search["warnings"],
        json::parse(
            R"([{"field":"update_at","message":"Invalid search field for this query.","code":"invalid_field"}])"));
    EXPECT_EQ(search["parsed"]["and"][1], json::parse(R"({"field":"test","match_all":"false"})"));
}

TEST_F(Lists, AWalkSeesEveryOrderOnceAndChangedOnesAgain) {
    ShopOptions options = quiet();
    options.orders = 60;
    options.restore_per_second = 100'000;
    open(options);
    const auto ledger = shop->ledger();
    const auto ids = walk(7, "");
    EXPECT_EQ(ids.size(), 60U);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 60U);
    // An order that changes during the walk moves to its end.
    const std::string first = ids.front();
    const auto again = walk(7, "", [&](int page) {
        if (page != 2) return;
        clock.advance(1s);
        shop->change_note(std::stoll(first.substr(first.rfind('/') + 1)), "changed");
    });
    EXPECT_EQ(again.size(), 61U);
    EXPECT_EQ(again.front(), first);
    EXPECT_EQ(again.back(), first);
}

TEST_F(Lists, OrdersOfOneSecondAreNeitherLostNorRepeatedAcrossPages) {
    open(quiet());
    for (int i = 0; i < 25; ++i) shop->place_order({.items = {{"SBX-100", 1}}});
    const auto ids = walk(4, "updated_at:>='2026-11-21T09:00:00Z'");
    EXPECT_EQ(ids.size(), 25U);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 25U);
}

TEST_F(Lists, ACursorOfAnotherListIsMalformed) {
    ShopOptions options = quiet();
    options.orders = 5;
    open(options);
    const json cursor = call(kPage, {{"first", 2}, {"query", ""}})["data"]["orders"]["pageInfo"]["endCursor"];
    EXPECT_EQ(code_of(call(kPage, {{"first", 2}, {"after", cursor}, {"query", ""}})), "");
    EXPECT_EQ(call(kPage, {{"first", 2}, {"after", cursor}, {"query", "test:false"}})["errors"][0]["message"],
              "Malformed cursor");
    EXPECT_EQ(call("query Q($c: String) { orders(first: 2, after: $c, sortKey: ID) { nodes { id } } }",
                   {{"c", cursor}})["errors"][0]["message"],
              "Malformed cursor");
}

TEST_F(Lists, PagesOf250AreTheLargestAndASizeIsDemanded) {
    open(quiet());
    EXPECT_EQ(code_of(call("{ orders(first: 250) { nodes { id } } }")), "");
    EXPECT_EQ(code_of(call("{ orders(first: 251) { nodes { id } } }")), "BAD_REQUEST");
    EXPECT_EQ(call("{ orders { nodes { id } } }")["errors"][0]["message"], "you must provide one of first or last");
}

TEST_F(Lists, BackwardsReverseAndOtherSortsWork) {
    open(quiet());
    for (int i = 0; i < 5; ++i) {
        shop->place_order({.items = {{"SBX-100", 1}}});
        clock.advance(1min);
    }
    const auto names = [&](const std::string& arguments) {
        std::string out;
        const json answer = call("{ orders(" + arguments + ") { nodes { name } } }");
        for (const json& node : answer["data"]["orders"]["nodes"]) out += node["name"].get<std::string>();
        return out;
    };
    EXPECT_EQ(names("first: 2"), "#1001#1002");
    EXPECT_EQ(names("first: 2, reverse: true, sortKey: CREATED_AT"), "#1005#1004");
    EXPECT_EQ(names("last: 2, sortKey: ID"), "#1004#1005");
    EXPECT_EQ(names("first: 3, sortKey: UPDATED_AT, reverse: true"), "#1005#1004#1003");
}

TEST_F(Lists, NestedPagesAreCutAndPlainListsHaveNoCursor) {
    open(quiet());
    const auto id = shop->place_order({.lines = 52, .paid = true});
    const json answer = call(
        "query Q($id: ID!) { order(id: $id) { lineItems(first: 50) { pageInfo { hasNextPage endCursor } nodes { id } } "
        "transactions(first: 1) { id } } }",
        {{"id", order_gid(id)}});
    const json& lines = answer["data"]["order"]["lineItems"];
    EXPECT_EQ(lines["nodes"].size(), 50U);
    EXPECT_TRUE(lines["pageInfo"]["hasNextPage"].get<bool>());
    const json rest = call(
        "query Q($id: ID!, $a: String) { order(id: $id) { lineItems(first: 50, after: $a) { pageInfo { hasNextPage } "
        "nodes { id } } } }",
        {{"id", order_gid(id)}, {"a", lines["pageInfo"]["endCursor"]}});
    EXPECT_EQ(rest["data"]["order"]["lineItems"]["nodes"].size(), 2U);
    EXPECT_FALSE(rest["data"]["order"]["lineItems"]["pageInfo"]["hasNextPage"].get<bool>());
}

TEST_F(Lists, AnOrderMayReachTheIndexLate) {
    open(quiet());
    shop->add_fault({.kind = "late_order", .param = 300});
    const auto id = shop->place_order({.items = {{"SBX-100", 1}}});
    EXPECT_EQ(walk(10, "").size(), 0U);
    EXPECT_EQ(call("query Q($id: ID!) { order(id: $id) { name } }", {{"id", order_gid(id)}})["data"]["order"]["name"],
              "#1001");
    EXPECT_FALSE(shop->ledger()[0].visible);
    clock.advance(301s);
    EXPECT_EQ(walk(10, "updated_at:<='2026-11-21T09:00:00Z'").size(),
              1U);  // with its old time: behind whoever only looks ahead
}

struct CostCase {
    const char* document;
    int first;
    int points;
};
class Cost : public ShopTest, public ::testing::WithParamInterface<CostCase> {};

TEST_P(Cost, OfAPublishedDocumentIsAsDocumented) {
    std::ifstream in(std::string(CROSSDOCK_SHARED_DIR) + "/specs/shopify/operations/" + GetParam().document +
                     ".graphql");
    if (!in) GTEST_SKIP() << "no published documents beside this checkout";
    std::stringstream text;
    text << in.rdbuf();
    open(quiet());
    json variables = {{"after", "x"}, {"id", "gid://shopify/Order/1"}};
    if (GetParam().first > 0) variables = {{"first", GetParam().first}, {"after", nullptr}, {"query", "test:false"}};
    const json answer = call(text.str(), variables);
    EXPECT_EQ(answer["extensions"]["cost"]["requestedQueryCost"], GetParam().points) << answer.dump().substr(0, 400);
}
INSTANTIATE_TEST_SUITE_P(
    Documents, Cost,
    ::testing::Values(CostCase{"shop", 0, 6}, CostCase{"orders_page", 10, 430}, CostCase{"orders_page", 25, 644},
                      CostCase{"orders_page", 50, 751}, CostCase{"orders_page", 100, 965},
                      CostCase{"order_by_id", 0, 107}, CostCase{"order_line_items_page", 0, 38},
                      CostCase{"order_refunds", 0, 58}, CostCase{"refund_line_items_page", 0, 31},
                      CostCase{"variants_page", 50, 149}, CostCase{"variants_page", 100, 191},
                      CostCase{"inventory_levels_page", 0, 24}, CostCase{"fulfillment_orders_open", 0, 188},
                      CostCase{"locations", 0, 29}, CostCase{"webhook_subscriptions", 0, 20}),
    [](const auto& row) { return std::string(row.param.document) + std::to_string(row.param.first); });

TEST_F(Lists, ADocumentAboveAThousandPointsIsRefusedBeforeItRuns) {
    open(quiet());
    const json answer =
        call(R"({ orders(first: 250) { nodes { id a: lineItems(first: 250) { ...L } b: lineItems(first: 250) { ...L }
        c: lineItems(first: 250) { ...L } d: lineItems(first: 250) { ...L } } } } fragment L on LineItemConnection { nodes { id variant { id } } })");
    EXPECT_EQ(code_of(answer), "MAX_COST_EXCEEDED");
    EXPECT_FALSE(answer.contains("data"));
    EXPECT_GT(answer["errors"][0]["extensions"]["cost"].get<int>(), 1000);
}

TEST_F(Lists, TheBucketEmptiesThrottlesAndRefills) {
    ShopOptions options = quiet();
    options.bucket = 1000;
    options.restore_per_second = 50;
    options.orders = 3;
    open(options);
    const std::string dear =
        "{ orders(first: 100) { nodes { id lineItems(first: 50) { nodes { id variant { id } } } refunds { id } "
        "fulfillments { id } } } }";
    json answer = call(dear);
    const int requested = answer["extensions"]["cost"]["requestedQueryCost"];
    const int actual = answer["extensions"]["cost"]["actualQueryCost"];
    EXPECT_LT(actual, requested);
    EXPECT_EQ(answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"],
              1000 - actual);  // the difference came back
    int calls = 1;
    while (code_of(answer = call(dear)) != "THROTTLED") ASSERT_LT(++calls, 100);
    EXPECT_FALSE(answer.contains("data"));
    EXPECT_TRUE(answer["extensions"]["cost"]["actualQueryCost"].is_null());
    EXPECT_EQ(shop->counters().throttled, 1);
    const int missing = requested - answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"].get<int>();
    clock.advance(std::chrono::seconds((missing + 49) / 50));
    EXPECT_EQ(code_of(call(dear)), "");
}

TEST_F(Lists, AnEmptyPageIsCheap) {
    ShopOptions options = quiet();
    options.orders = 2000;
    open(options);
    const std::string query = "updated_at:>='2026-11-21T09:00:00Z'";
    call(kPage, {{"first", 25}, {"query", query}});
    const auto begin = std::chrono::steady_clock::now();
    constexpr int kCalls = 500;
    for (int i = 0; i < kCalls; ++i) call(kPage, {{"first", 25}, {"query", query}});
    const auto each =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin) / kCalls;
    std::cout << "an empty orders page over 2000 orders takes " << each.count()
              << " us\n";  // a figure, not a timed test
    EXPECT_EQ(shop->counters().graphql, kCalls + 1);
}

}  // namespace
}  // namespace crossdock::sandbox::shopify
