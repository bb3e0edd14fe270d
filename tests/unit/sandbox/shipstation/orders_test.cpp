// SPDX-License-Identifier: Apache-2.0
// V1 orders: wall times, windows, odd lines, and orders that vanish.
#include <cmath>
#include <set>

#include "sandbox/shipstation/pacific.h"
#include "unit/sandbox/shipstation/account_fixture.h"

namespace crossdock::sandbox::shipstation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Orders : public AccountTest {
protected:
    void SetUp() override { open(); }
};

struct WallCase {
    const char *name, *utc, *wall;
};
class Wall : public ::testing::TestWithParam<WallCase> {};
TEST_P(Wall, FollowsTheRuleOfSince2007) {
    const Timestamp at = *parse_iso8601(GetParam().utc, ZoneRule::required);
    EXPECT_EQ(wall_text(at, 0), GetParam().wall);
}
INSTANTIATE_TEST_SUITE_P(Edges, Wall,
                         ::testing::Values(WallCase{"Winter", "2026-01-15T20:00:00Z", "2026-01-15T12:00:00"},
                                           WallCase{"Summer", "2026-07-15T20:00:00Z", "2026-07-15T13:00:00"},
                                           WallCase{"BeforeSpring", "2026-03-08T09:59:59Z", "2026-03-08T01:59:59"},
                                           WallCase{"Spring", "2026-03-08T10:00:00Z", "2026-03-08T03:00:00"},
                                           WallCase{"BeforeAutumn", "2026-11-01T08:59:59Z", "2026-11-01T01:59:59"},
                                           WallCase{"Autumn", "2026-11-01T09:00:00Z", "2026-11-01T01:00:00"},
                                           WallCase{"NewYear", "2027-01-01T07:59:59Z", "2026-12-31T23:59:59"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(WallText, HasNoThreeOrSevenDigits) {
    const Timestamp at = *parse_iso8601("2026-01-15T20:00:00.780Z", ZoneRule::required);
    EXPECT_EQ(wall_text(at, 7), "2026-01-15T12:00:00.7800000");
    EXPECT_EQ(wall_text(at, 3), "2026-01-15T12:00:00.78");
    EXPECT_EQ(wall_text(at, 0), "2026-01-15T12:00:00");
    EXPECT_EQ(wall_text(at - 780ms, 3), "2026-01-15T12:00:00");
    for (const char* text : {"2026-01-15T12:00:00.78", "2026-01-15 12:00:00.7800000", "2026-01-15T12:00:00.78Z"})
        EXPECT_EQ(parse_wall(text), wall_time(at)) << text;
    EXPECT_EQ(parse_wall("2026-01-15"), wall_time(at - 12h - 780ms));
    for (const char* text :
         {"", "yesterday", "2026-02-30", "2026-01-15T25:00", "2026-01-15X12:00:00", "2026-01-15 12:00:00+01"})
        EXPECT_EQ(parse_wall(text), std::nullopt) << text;
}

TEST_F(Orders, AreShownInWallTime) {
    const json order = get(path_of(place()));
    EXPECT_EQ(order["modifyDate"], "2026-11-21T02:00:00.0000000");
    EXPECT_EQ(order["items"][0]["createDate"], "2026-11-21T02:00:00");
    EXPECT_EQ(order["orderStatus"], "awaiting_shipment");
    EXPECT_EQ(order["advancedOptions"]["source"], "shopify");
    EXPECT_EQ(order["items"][0]["quantity"], 2);
    EXPECT_FALSE(order["items"][0]["lineItemKey"].is_null());
    EXPECT_TRUE(get(path_of(place("", 22766)))["items"][0]["lineItemKey"].is_null());  // made by hand
}

TEST_F(Orders, WindowIsOfWallTimesAndAZIsNotConverted) {
    const std::int64_t order = place();
    EXPECT_THAT(ids("&modifyDateStart=2026-11-21%2002:00:00"), ElementsAre(order));
    EXPECT_THAT(ids("&modifyDateStart=2026-11-21%2002:00:01"), IsEmpty());
    EXPECT_THAT(ids("&modifyDateStart=2026-11-21T10:00:00Z"), IsEmpty());  // meant as UTC: loses eight hours
    EXPECT_THAT(ids("&modifyDateEnd=2026-11-21%2001:59:59"), IsEmpty());
    clock.advance(1h);
    account->edit(order);
    EXPECT_THAT(ids("&modifyDateStart=2026-11-21%2003:00:00"), ElementsAre(order));
    EXPECT_THAT(ids("&createDateStart=2026-11-21%2003:00:00"), IsEmpty());
    EXPECT_EQ(send("GET", "/orders?modifyDateStart=soon").status, 400);
}

TEST_F(Orders, PagesCountFromOneAndEndWithZeroWhenEmpty) {
    EXPECT_EQ(get("/orders"), json::parse(R"({"orders":[],"total":0,"page":1,"pages":0})"));
    std::vector<std::int64_t> placed;
    for (int i = 0; i < 5; ++i) {
        placed.push_back(place());
        clock.advance(1s);
    }
    const json second = get("/orders?sortBy=ModifyDate&sortDir=ASC&pageSize=2&page=2");
    EXPECT_EQ(second["pages"], 3);
    EXPECT_EQ(second["total"], 5);
    EXPECT_EQ(second["orders"][0]["orderId"], placed[2]);
    EXPECT_EQ(get("/orders?sortBy=ModifyDate&sortDir=DESC&pageSize=2")["orders"][0]["orderId"], placed[4]);
    EXPECT_EQ(get("/orders?pageSize=2&page=9")["orders"].size(), 0U);
    EXPECT_EQ(get("/orders?pageSize=9999")["orders"].size(), 5U);
    account->add_fault({"pages_zero", 1, "listOrders"});
    EXPECT_EQ(get("/orders?pageSize=2")["pages"], 0);
    account->add_fault({"repeat_cursor", 1, "listOrders"});
    EXPECT_EQ(get("/orders?sortBy=ModifyDate&pageSize=2&page=2")["orders"][0]["orderId"], placed[0]);
    account->add_fault({"empty_page", 1, "listOrders"});
    EXPECT_EQ(get("/orders")["orders"].size(), 0U);
}

TEST_F(Orders, NumberIsAStartsWithMatch) {
    const std::int64_t one = place("1001");
    const std::int64_t ten = place("10010");
    EXPECT_THAT(ids("&orderNumber=1001"), ::testing::UnorderedElementsAre(one, ten));
    EXPECT_THAT(ids("&orderNumber=10010"), ElementsAre(ten));
    EXPECT_THAT(ids("&orderStatus=shipped"), IsEmpty());
    EXPECT_EQ(ids("&storeId=25748").size(), 2U);
    EXPECT_THAT(ids("&storeId=25760"), IsEmpty());
    EXPECT_EQ(ids("&itemKeyword=sbx-000012").size(), 2U);
}

TEST_F(Orders, AdjustmentsAreLinesWithoutASku) {
    PlaceOrder wish;
    wish.items = {{"SBX-000012", 2}};
    wish.discount_cents = 500;
    wish.surcharge_cents = 150;
    const json order = get(path_of(account->place_order(wish)));
    ASSERT_EQ(order["items"].size(), 3U);
    EXPECT_EQ(order["items"][1]["adjustment"], true);
    EXPECT_TRUE(order["items"][1]["sku"].is_null());
    EXPECT_EQ(order["items"][1]["unitPrice"], -5);
    EXPECT_EQ(order["items"][2]["unitPrice"], 1.5);
    double total = order["taxAmount"].get<double>() + order["shippingAmount"].get<double>();
    for (const json& item : order["items"]) total += item["unitPrice"].get<double>() * item["quantity"].get<double>();
    EXPECT_NEAR(order["orderTotal"].get<double>(), total, 0.001);
    EXPECT_EQ(account->ledger()[0].lines, 1);
}

TEST_F(Orders, DeletedOnesVanish) {
    const std::int64_t order = place();
    EXPECT_EQ(send("DELETE", path_of(order)).status, 200);
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_EQ(send("GET", path_of(order)).status, 404);
    EXPECT_EQ(send("DELETE", path_of(order)).status, 404);
    EXPECT_TRUE(account->ledger()[0].deleted);
}

TEST_F(Orders, SplitPartsKnowTheirParentAndMergedOnesWhatTheySwallowed) {
    const std::int64_t order = place("2001");
    const std::int64_t part = account->split(order);
    ASSERT_NE(part, 0);
    const json child = get(path_of(part));
    EXPECT_EQ(child["advancedOptions"]["parentId"], order);
    EXPECT_EQ(child["advancedOptions"]["mergedOrSplit"], true);
    EXPECT_EQ(child["orderNumber"], "2001-1");
    EXPECT_EQ(child["items"].size() + get(path_of(order))["items"].size(), 2U);

    const std::int64_t one = place("2002");
    const std::int64_t other = place("2003");
    EXPECT_TRUE(account->merge(one, other));
    EXPECT_THAT(get(path_of(one))["advancedOptions"]["mergedIds"], json::array({other}));
    EXPECT_EQ(get(path_of(one))["items"].size(), 4U);
    EXPECT_EQ(send("GET", path_of(other)).status, 404);
}

TEST_F(Orders, StatusesFollowWhatPeopleDo) {
    PlaceOrder wish;
    wish.items = {{"SBX-000012", 1}};
    wish.paid = false;
    const std::int64_t order = account->place_order(wish);
    const auto status = [&] { return get(path_of(order))["orderStatus"].get<std::string>(); };
    EXPECT_EQ(status(), "awaiting_payment");
    EXPECT_EQ(get(path_of(order))["amountPaid"], 0);
    EXPECT_TRUE(account->pay(order));
    EXPECT_EQ(status(), "awaiting_shipment");
    EXPECT_TRUE(account->hold(order, true));
    EXPECT_EQ(status(), "on_hold");
    EXPECT_EQ(get(path_of(order))["holdUntilDate"], "2026-11-23");
    EXPECT_TRUE(account->hold(order, false));
    EXPECT_TRUE(account->cancel(order));
    EXPECT_EQ(status(), "cancelled");
    EXPECT_FALSE(account->pay(order));
}

TEST_F(Orders, ListsMayLagBehind) {
    account->set_index_lag(30s);
    const std::int64_t order = place();
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_EQ(send("GET", path_of(order)).status, 200);
    clock.advance(30s);
    EXPECT_THAT(ids(), ElementsAre(order));
}

}  // namespace
}  // namespace crossdock::sandbox::shipstation
