// SPDX-License-Identifier: Apache-2.0
// Reading orders: windows, pagers and the odd things that stand in them.
#include <set>

#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Orders : public SellerTest {
protected:
    void SetUp() override { open(); }
    std::vector<std::string> ids(const std::string& path) {
        std::vector<std::string> out;
        const http::Response answer = send("GET", path);
        if (answer.status != 200) return out;
        const json body = json::parse(answer.body);
        for (const json& order : body["list"]["elements"]["order"]) out.push_back(order["purchaseOrderId"]);
        return out;
    }
    std::int64_t place_old(std::chrono::hours age) {
        PlaceOrder wish;
        wish.items = {{sku(12), 1}};
        wish.created_at = clock.now() - age;
        return seller->place_order(wish);
    }
};

TEST_F(Orders, NothingFoundIsNotFound) {
    const http::Response answer = send("GET", "/v3/orders?createdStartDate=2026-06-01");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(error_of(answer)["code"], "CONTENT_NOT_FOUND.GMP_ORDER_API");
}

TEST_F(Orders, OldOnesHideBehindTheDefaultOfSevenDays) {
    SellerOptions options = quiet();
    options.auto_cancel_days = 0;
    open(options);
    const std::int64_t old = place_old(std::chrono::hours(8 * 24));
    place_old(std::chrono::hours(200 * 24));
    EXPECT_THAT(ids("/v3/orders?lastModifiedStartDate=2026-11-01T00:00:00Z"), ::testing::IsEmpty());
    EXPECT_TRUE(seller->acknowledge(old));
    EXPECT_THAT(ids("/v3/orders?lastModifiedStartDate=2026-11-21T08:00:00Z"), ::testing::IsEmpty());
    EXPECT_THAT(ids("/v3/orders?createdStartDate=2026-01-01&lastModifiedStartDate=2026-11-21T08:00:00Z"),
                ::testing::ElementsAre(std::to_string(old)));
}

TEST_F(Orders, ModificationWindowFollowsEveryChange) {
    const std::int64_t order = place({12});
    clock.advance(1h);
    token = fresh_token();
    EXPECT_EQ(send("GET", "/v3/orders?lastModifiedStartDate=2026-11-21T09:30:00Z").status, 404);
    seller->want_cancel(order);
    EXPECT_EQ(ids("/v3/orders?lastModifiedStartDate=2026-11-21T09:30:00Z").size(), 1U);
    EXPECT_THAT(ids("/v3/orders?lastModifiedEndDate=2026-11-21T09:30:00Z"), ::testing::IsEmpty());
}

TEST_F(Orders, PagerIsAReadyQueryStringThatMustComeBackUnchanged) {
    std::set<std::string> placed;
    for (int i = 0; i < 5; ++i) {
        placed.insert(std::to_string(place({12 + i})));
        clock.advance(1min);
    }
    std::set<std::string> seen;
    std::string query = "?createdStartDate=2026-11-01T00:00:00Z&limit=2&replacementInfo=true";
    int pages = 0;
    std::string second;
    while (!query.empty()) {
        const json list = get("/v3/orders" + query)["list"];
        EXPECT_EQ(list["meta"]["totalCount"], 5);
        for (const json& order : list["elements"]["order"]) {
            seen.insert(order["purchaseOrderId"].get<std::string>());
            EXPECT_EQ(order["orderType"], "REGULAR");  // what was asked for holds on later pages
        }
        query = list["meta"].value("nextCursor", "");
        if (++pages == 1) second = query;
        clock.advance(1s);
        if (pages == 1) place({20});  // newer than the first call: not in this scan
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen, placed);
    EXPECT_THAT(second, StartsWith("?limit=2&hasMoreElements=true&soIndex=5&poIndex=2&partnerId=100009&sellerId=8&"));
    EXPECT_EQ(send("GET", "/v3/orders" + second).status, 200);
    EXPECT_EQ(send("GET", "/v3/orders" + second + "&limit=2").status, 400);
    EXPECT_EQ(send("GET", "/v3/orders?poIndex=2&hasMoreElements=true&limit=2").status, 400);
}

TEST_F(Orders, PagersCanFreezeStallAndShrink) {
    for (int i = 0; i < 4; ++i) place({12 + i});
    const std::string first = "/v3/orders?createdStartDate=2026-11-01&limit=2";
    seller->add_fault({"repeat_cursor", 2, "getAllOrders"});
    const std::string frozen = get(first)["list"]["meta"]["nextCursor"];
    const json again = get("/v3/orders" + frozen)["list"]["meta"];
    EXPECT_EQ(again["nextCursor"], frozen);
    seller->add_fault({"empty_page", 1, "getAllOrders"});
    const json empty = get(first)["list"];
    EXPECT_EQ(empty["elements"]["order"].size(), 0U);
    EXPECT_EQ(get("/v3/orders" + empty["meta"]["nextCursor"].get<std::string>())["list"]["elements"]["order"].size(),
              2U);
    seller->add_fault({"half_page", 1, "getAllOrders"});
    EXPECT_EQ(ids(first).size(), 1U);
    seller->add_fault({"errors_inside", 1, "getAllOrders"});
    EXPECT_EQ(get(first)["list"]["errors"][0]["severity"], "ERROR");
}

TEST_F(Orders, ALoneOrderMayComeAsAnObject) {
    place({12});
    seller->add_fault({"single_object", 1, "getAllOrders"});
    EXPECT_TRUE(get("/v3/orders")["list"]["elements"]["order"].is_object());
    EXPECT_TRUE(get("/v3/orders")["list"]["elements"]["order"].is_array());
}

TEST_F(Orders, WalmartFulfilledOnesNeedTheirOwnPoll) {
    const std::int64_t own = place({12});
    PlaceOrder wish;
    wish.items = {{sku(13), 1}};
    wish.node_type = "WFSFulfilled";
    const std::int64_t wfs = seller->place_order(wish);
    EXPECT_THAT(ids("/v3/orders"), ::testing::ElementsAre(std::to_string(own)));
    EXPECT_THAT(ids("/v3/orders?shipNodeType=WFSFulfilled"), ::testing::ElementsAre(std::to_string(wfs)));
    EXPECT_EQ(send("GET", "/v3/orders?shipNodeType=SellerFulfilled,WFSFulfilled").status, 400);
    EXPECT_EQ(
        get(path_of(wfs))["order"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"][0]["status"],
        "Acknowledged");
    EXPECT_EQ(send("POST", path_of(wfs, "acknowledge")).status, 400);
    EXPECT_EQ(send("POST", path_of(wfs, "shipping"), shipping(1, 1, "T1")).status, 400);
}

TEST_F(Orders, ExtrasComeWhenAskedFor) {
    const std::int64_t order = place({12});
    EXPECT_FALSE(get(path_of(order))["order"].contains("orderType"));
    EXPECT_EQ(get(path_of(order) + "?replacementInfo=true")["order"]["orderType"], "REGULAR");
    const json item = get(path_of(order) + "?productInfo=true")["order"]["orderLines"]["orderLine"][0]["item"];
    EXPECT_TRUE(item.contains("imageUrl"));
    EXPECT_EQ(item["weight"]["unit"], "Pounds");
}

TEST_F(Orders, AmountsAreOfTheWholeLine) {
    PlaceOrder wish;
    wish.items = {{sku(12), 3}};
    wish.subscription_discount = true;
    const json line = get(path_of(seller->place_order(wish)))["order"]["orderLines"]["orderLine"][0];
    const json one = get(path_of(place({12})))["order"]["orderLines"]["orderLine"][0];
    const double unit = one["charges"]["charge"][0]["chargeAmount"]["amount"];
    EXPECT_DOUBLE_EQ(line["charges"]["charge"][0]["chargeAmount"]["amount"].get<double>(), 3 * unit);
    EXPECT_EQ(line["charges"]["charge"][1]["chargeName"], "SubscriptionDiscount");
    EXPECT_EQ(line["orderLineQuantity"]["amount"], "3");
}

TEST_F(Orders, CancelledLinesLoseTheirPriceAndFinishedOrdersThePhone) {
    const std::int64_t order = place({12, 13});
    seller->cancel(order, 1, 0);
    json shown = get(path_of(order))["order"];
    const json& line = shown["orderLines"]["orderLine"][0];
    EXPECT_EQ(line["charges"]["charge"].size(), 1U);
    EXPECT_EQ(line["charges"]["charge"][0]["chargeAmount"]["amount"], 0);
    EXPECT_EQ(line["orderLineStatuses"]["orderLineStatus"][0]["cancellationReason"],
              "CUSTOMER_REQUESTED_SELLER_TO_CANCEL");
    EXPECT_NE(shown["shippingInfo"]["phone"], "0000000000");
    seller->cancel(order, 0, 0);
    EXPECT_EQ(get(path_of(order))["order"]["shippingInfo"]["phone"], "0000000000");
    EXPECT_EQ(seller->ledger()[0].status, "cancelled");
}

TEST_F(Orders, UnitsOfALineStandInSeveralStatuses) {
    const std::int64_t order = place({12}, 4);
    ASSERT_TRUE(seller->ship(order, 1, 2));
    ASSERT_TRUE(seller->cancel(order, 1, 1));
    const LineView line = seller->ledger()[0].lines[0];
    EXPECT_EQ(line.by_status, (std::map<std::string, int>{{"Shipped", 2}, {"Acknowledged", 1}, {"Cancelled", 1}}));
    EXPECT_EQ(seller->ledger()[0].status, "partially_fulfilled");
    const json shown =
        get(path_of(order))["order"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"];
    EXPECT_EQ(shown.size(), 3U);
}

TEST_F(Orders, NullsStandInForAbsence) {
    SellerOptions options = quiet();
    options.null_fields = true;
    open(options);
    const json line = get(path_of(place({12})))["order"]["orderLines"]["orderLine"][0];
    EXPECT_TRUE(line.contains("refund"));
    EXPECT_TRUE(line["refund"].is_null());
    EXPECT_TRUE(line["orderLineStatuses"]["orderLineStatus"][0]["trackingInfo"].is_null());
    EXPECT_TRUE(get("/v3/orders")["list"]["meta"]["nextCursor"].is_null());
}

TEST_F(Orders, RefundsGivenDirectlyStandOnTheLineAsNegativeAmounts) {
    const std::int64_t order = place({12});
    EXPECT_FALSE(seller->refund_line(order, 1, 50));  // nothing was charged yet
    seller->ship(order, 1, 0);
    EXPECT_TRUE(seller->refund_line(order, 1, 50));
    const json refund = get(path_of(order))["order"]["orderLines"]["orderLine"][0]["refund"];
    EXPECT_EQ(refund["refundCharges"]["refundCharge"][0]["charge"]["chargeAmount"]["amount"], -0.5);
}

TEST_F(Orders, ReleasedShowsWhatWaitsForAcknowledgement) {
    const std::int64_t fresh = place({12});
    const std::int64_t known = place({13});
    seller->acknowledge(known);
    EXPECT_EQ(send("GET", "/v3/orders/released").status, 400);
    EXPECT_THAT(ids("/v3/orders/released?createdStartDate=2026-11-01"), ::testing::ElementsAre(std::to_string(fresh)));
}

TEST_F(Orders, AcknowledgingTwiceIsHarmlessAndTooLateIsCounted) {
    const std::int64_t order = place({12});
    EXPECT_EQ(send("POST", path_of(order, "acknowledge")).status, 200);
    EXPECT_EQ(send("POST", path_of(order, "acknowledge"), json::object()).status, 200);
    EXPECT_EQ(seller->counters().acknowledged, 1);
    const int version = seller->ledger()[0].version;
    EXPECT_EQ(send("POST", path_of(order, "acknowledge")).status, 200);
    EXPECT_EQ(seller->ledger()[0].version, version);
    const std::int64_t late = place({13});
    clock.advance(4h + 1s);
    token = fresh_token();
    send("POST", path_of(late, "acknowledge"));
    EXPECT_EQ(seller->counters().acknowledged_late, 1);
    seller->ship(late, 0, 0);
    EXPECT_EQ(send("POST", path_of(late, "acknowledge")).status, 400);
}

TEST_F(Orders, UnshippedOnesAreCancelledByWalmart) {
    const std::int64_t order = place({12}, 2);
    seller->ship(order, 1, 1);
    clock.advance(std::chrono::hours(24 * 5 - 1));
    EXPECT_EQ(seller->ledger()[0].status, "partially_fulfilled");
    clock.advance(2h);
    EXPECT_EQ(seller->ledger()[0].status, "fulfilled");
    EXPECT_EQ(seller->ledger()[0].lines[0].by_status["Cancelled"], 1);
    EXPECT_EQ(seller->counters().auto_cancelled, 1);
    EXPECT_EQ(seller->stock(sku(12))[0].reserved, 0);
}

TEST_F(Orders, ListsMayLagBehind) {
    seller->set_index_lag(30s);
    const std::int64_t order = place({12});
    EXPECT_EQ(send("GET", "/v3/orders").status, 404);
    EXPECT_EQ(send("GET", path_of(order)).status, 200);
    clock.advance(30s);
    EXPECT_EQ(send("GET", "/v3/orders").status, 200);
    seller->set_index_lag(0s);
    seller->add_fault({"late_order", 1, "", 600});
    seller->acknowledge(order);
    EXPECT_FALSE(seller->ledger()[0].visible);
    EXPECT_EQ(send("GET", "/v3/orders?lastModifiedStartDate=2026-11-21T09:00:30Z").status, 404);
    EXPECT_EQ(send("GET", "/v3/orders?lastModifiedStartDate=2026-11-21T09:00:00Z").status, 200);  // by its old time
    clock.advance(600s);
    EXPECT_EQ(send("GET", "/v3/orders?lastModifiedStartDate=2026-11-21T09:00:30Z").status, 200);
}

TEST_F(Orders, BadParametersAreNamed) {
    for (const std::string query :
         {"limit=201", "limit=0", "createdStartDate=yesterday", "lastModifiedStartDate=2026-13-01"}) {
        const http::Response answer = send("GET", "/v3/orders?" + query);
        EXPECT_EQ(answer.status, 400) << query;
        EXPECT_EQ(error_of(answer)["code"], "INVALID_REQUEST_PARAM.GMP_ORDER_API");
        EXPECT_THAT(query, StartsWith(error_of(answer)["field"].get<std::string>()));
    }
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
