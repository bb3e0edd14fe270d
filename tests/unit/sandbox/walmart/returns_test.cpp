// SPDX-License-Identifier: Apache-2.0
// Returns: paired dates, per-unit charges, money that goes back unit by unit.
#include <cmath>

#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

class Returns : public SellerTest {
protected:
    void SetUp() override {
        open();
        PlaceOrder wish;
        wish.items = {{sku(12), 3}};
        wish.subscription_discount = true;
        order = seller->place_order(wish);
        seller->ship(order, 0, 0);
        seller->deliver(order);
        clock.advance(1min);
    }
    json all(const std::string& query = "") {
        const http::Response answer = send("GET", "/v3/returns?limit=200&replacementInfo=true" + query);
        return answer.status == 200 ? json::parse(answer.body)["returnOrders"] : json::array();
    }
    static std::int64_t cents(const json& money) { return std::llround(money["currencyAmount"].get<double>() * 100); }
    std::int64_t order = 0;
};

TEST_F(Returns, DatesGoInPairs) {
    EXPECT_NE(seller->start_return(order, {}), 0);
    const std::string start = "&returnLastModifiedStartDate=2026-11-21T09:00:00Z";
    EXPECT_EQ(send("GET", "/v3/returns?limit=10" + start).status, 400);
    EXPECT_EQ(all(start + "&returnLastModifiedEndDate=2026-11-22T00:00:00Z").size(), 1U);
    EXPECT_EQ(
        all("&returnLastModifiedStartDate=2026-11-20T00:00:00Z&returnLastModifiedEndDate=2026-11-21T09:00:00Z").size(),
        0U);
    EXPECT_EQ(send("GET", "/v3/returns?returnCreationEndDate=2026-11-22").status, 400);
    EXPECT_EQ(send("GET", "/v3/returns?limit=201").status, 400);
}

TEST_F(Returns, RefundedQuantityGrows) {
    StartReturn wish;
    wish.restocking_fee_cents = 66;
    const std::int64_t id = seller->start_return(order, wish);
    json line = all()[0]["returnOrderLines"][0];
    EXPECT_EQ(line["refundedQty"], 0);
    EXPECT_EQ(line["purchaseOrderLineNumber"], 1);
    EXPECT_EQ(line["quantity"]["measurementValue"], 3);
    seller->refund_return(id, 1);
    line = all()[0]["returnOrderLines"][0];
    EXPECT_EQ(line["refundedQty"], 1);
    EXPECT_EQ(line["currentTrackingStatuses"][0]["currentRefundStatus"], "REFUND_INITIATED");
    EXPECT_EQ(all()[0]["returnOrderLines"][0]["status"], "DELIVERED");
    seller->refund_return(id, 0);
    const json shown = all()[0];
    line = shown["returnOrderLines"][0];
    EXPECT_EQ(line["refundedQty"], 3);
    EXPECT_EQ(line["status"], "COMPLETED");
    // What a client works out from the charges per unit is what the total says.
    std::int64_t total = 0;
    for (const json& charge : line["charges"]) {
        total += (charge["isDiscount"].get<bool>() ? -1 : 1) * cents(charge["chargePerUnit"]);
        for (const json& tax : charge["tax"]) total += cents(tax["taxPerUnit"]);
    }
    EXPECT_EQ(3 * total, cents(shown["totalRefundAmount"]));
    EXPECT_EQ(seller->returns()[0].refund_cents, cents(shown["totalRefundAmount"]));
    EXPECT_FALSE(seller->refund_return(id, 1));
}

TEST_F(Returns, CompletedCoversCancelledOnes) {
    const std::int64_t id = seller->start_return(order, {});
    EXPECT_TRUE(seller->cancel_return(id));
    const json shown = all("&status=COMPLETED")[0];
    EXPECT_EQ(shown["returnOrderLines"][0]["refundedQty"], 0);
    EXPECT_EQ(shown["returnOrderLines"][0]["returnTrackingDetail"].back()["eventTag"], "RETURN_CANCELLED");
    EXPECT_FALSE(seller->refund_return(id, 0));
    EXPECT_EQ(send("GET", "/v3/returns?status=DELIVERED").status, 404);
}

TEST_F(Returns, ReplacementsSendNewGoodsAndNoMoney) {
    StartReturn wish;
    wish.replacement = true;
    const std::int64_t id = seller->start_return(order, wish);
    const json shown = all()[0];
    EXPECT_EQ(shown["returnType"], "REPLACEMENT");
    const LedgerEntry fresh = seller->ledger().back();
    EXPECT_EQ(fresh.order_type, "REPLACEMENT");
    EXPECT_EQ(shown["replacementCustomerOrderId"], std::to_string(fresh.customer_order_id));
    EXPECT_EQ(get(path_of(fresh.id) + "?replacementInfo=true")["order"]["originalCustomerOrderID"],
              std::to_string(seller->ledger()[0].customer_order_id));
    EXPECT_EQ(fresh.total_cents, 0);
    EXPECT_TRUE(seller->refund_return(id, 0));
    EXPECT_EQ(all()[0]["returnOrderLines"][0]["refundedQty"], 0);
    EXPECT_FALSE(json::parse(send("GET", "/v3/returns").body)["returnOrders"][0].contains("returnType"));
}

TEST_F(Returns, KeptGoodsAreMarkedAndNothingComesBackTwice) {
    StartReturn wish;
    wish.keep_it = true;
    ASSERT_NE(seller->start_return(order, wish), 0);
    EXPECT_EQ(all()[0]["returnOrderLines"][0]["isKeepIt"], true);
    EXPECT_EQ(seller->start_return(order, {}), 0);
    EXPECT_EQ(seller->start_return(place({13}), {}), 0);  // not shipped
    EXPECT_EQ(get(path_of(order))["order"]["orderLines"]["orderLine"][0]["returnOrderId"], all()[0]["returnOrderId"]);
}

TEST_F(Returns, WalmartsOwnNeedTheirOwnPoll) {
    PlaceOrder wish;
    wish.items = {{sku(14), 1}};
    wish.node_type = "WFSFulfilled";
    const std::int64_t wfs = seller->place_order(wish);
    seller->ship(wfs, 0, 0);
    ASSERT_NE(seller->start_return(wfs, {}), 0);
    EXPECT_EQ(all().size(), 0U);
    EXPECT_EQ(all("&isWFSEnabled=Y").size(), 1U);
}

TEST_F(Returns, PagesByOffsetAndEndsWithoutACursor) {
    for (int i = 0; i < 4; ++i) {
        const std::int64_t id = place({20 + i});
        seller->ship(id, 0, 0);
        seller->start_return(id, {});
    }
    const std::string window =
        "&returnLastModifiedStartDate=2026-11-21T09:00:00Z&returnLastModifiedEndDate=2026-11-22T00:00:00Z";
    const json first = get("/v3/returns?limit=3" + window);
    EXPECT_EQ(first["meta"]["totalCount"], 4);
    const std::string cursor = first["meta"]["nextCursor"];
    EXPECT_TRUE(cursor.starts_with("?sellerId=8&limit=3&offset=3")) << cursor;
    const json last = get("/v3/returns" + cursor);
    EXPECT_EQ(last["returnOrders"].size(), 1U);
    EXPECT_FALSE(last["meta"].contains("nextCursor"));
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
