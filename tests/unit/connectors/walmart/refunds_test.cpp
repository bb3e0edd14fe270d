// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/refunds.h"

#include "connectors/walmart/order_mapping.h"
#include "connectors/walmart/refund_mapping.h"
#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

std::vector<RawRefund> collected(const Json& return_order, std::string* problems_out = nullptr) {
    const std::string text = return_order.dump();
    const auto index = JsonIndex::parse(text);
    std::vector<RawRefund> out;
    std::vector<domain::Problem> problems;
    collect_refunds(index->root(), out, problems);
    if (problems_out != nullptr) *problems_out = codes(problems);
    return out;
}
std::string refund_words(const RawRefund& raw) {
    std::vector<domain::Problem> problems;
    const auto refund = map_refund_payload(raw, problems);
    return refund ? words(*refund) : refund.error().message;
}

Json money(double amount) { return {{"currencyAmount", amount}, {"currencyUnit", "USD"}}; }
Json charge(const std::string& category, double amount, bool discount = false, double tax = -1) {
    Json out{{"chargeCategory", category}, {"chargeName", category}, {"chargePerUnit", money(amount)},
             {"isDiscount", discount},     {"isBillable", true},     {"tax", Json::array()}};
    if (tax >= 0) out["tax"].push_back({{"taxName", "T"}, {"taxPerUnit", money(tax)}});
    return out;
}
Json return_line(int returned, int refunded, const std::string& refund_status, const std::string& order_id = "1088") {
    Json status{{"status", "COMPLETED"},
                {"statusTime", "2026-05-18T08:00:00.000Z"},
                {"quantity", {{"measurementValue", returned}}}};
    if (!refund_status.empty()) status["currentRefundStatus"] = refund_status;
    return {{"returnOrderLineNumber", 1},
            {"purchaseOrderId", order_id},
            {"purchaseOrderLineNumber", 7},
            {"returnReason", "DAMAGED"},
            {"item", {{"sku", "MUG"}, {"productName", "Mug"}}},
            {"charges", {charge("PRODUCT", 10, false, 0.8)}},
            {"currentTrackingStatuses", {status}},
            {"quantity", {{"measurementValue", returned}}},
            {"refundedQty", refunded},
            {"statusTime", "2026-05-18T08:00:00.000Z"}};
}
Json return_with(const Json& lines, double total) {
    return {{"returnOrderId", "1037"},
            {"customerOrderId", "2000"},
            {"returnType", "REFUND"},
            {"returnOrderDate", "2026-05-12T10:00:00.000Z"},
            {"totalRefundAmount", money(total)},
            {"returnOrderLines", lines}};
}

// composed.json, two units of each charge: product 2 x 19.99, discounts 2 x (1.00 + 0.66), shipping 2 x 2.00, tax
// 2 x (1.65 + 0.17). The second return was cancelled: COMPLETED, and nothing refunded.
TEST(WalmartReturn, ChargesCountPerRefundedUnit) {
    const auto file = example_file("composed.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    const Json returns = example_answer(*file, "getReturns")["returnOrders"];
    const auto refunds = collected(returns[0]);
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_EQ(words(refunds[0].updated_at), "2026-05-18T08:00:00Z");
    EXPECT_EQ(refund_words(refunds[0]),
              "refund 103700000000000001 of 108800000000001 at 2026-05-18T08:00:00Z\n"
              "total 44.30 USD, subtotal 39.98 USD, shipping 4.00 USD, tax 3.64 USD, discount 3.32 USD, "
              "currency USD\n"
              "payment refunded by -, settled true, reason DAMAGED, notes -\n"
              "line 1 sku MUG-RED-12, Stoneware mug, red, 12 oz, MUG-RED-12, quantity 2, unit 22.15, total "
              "44.30 USD, tax 3.64 USD, discount 3.32 USD, shipping 4.00 USD, reason DAMAGED, notes -\n");
    EXPECT_TRUE(collected(returns[1]).empty());
}

// returns.json: a replacement of three units of which one was refunded all the same; 119.95 + 7.50 for one. One part of
// it is still on its way.
TEST(WalmartReturn, ThePublishedReturnReadsAsStated) {
    const auto file = example_file("returns.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    const auto refunds = collected(example_answer(*file, "getReturns")["returnOrders"][0]);
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_EQ(refund_words(refunds[0]),
              "refund 103738048909818825 of 4790210558890 at 2023-06-22T02:20:51Z\n"
              "total 127.45 USD, subtotal 119.95 USD, shipping -, tax 7.50 USD, discount -, currency USD\n"
              "payment pending by -, settled false, reason ARRIVED_LATE, notes The goods are replaced\n"
              "line 1 sku ANTL_GDL-0700, Antlion Audio ModMic Wireless Attachable Boom Microphone, ANTL_GDL-0700, "
              "quantity 1, unit 127.45, total 127.45 USD, tax 7.50 USD, discount -, shipping -, reason ARRIVED_LATE, "
              "notes -\n");
}

TEST(WalmartReturn, IsARefundOnlyWhenMoneyMoves) {
    EXPECT_EQ(collected(return_with({return_line(1, 1, "")}, 10.8)).size(), 1U);
    EXPECT_EQ(collected(return_with({return_line(1, 0, "REFUND_INITIATED")}, 10.8)).size(), 1U);
    EXPECT_EQ(collected(return_with({return_line(1, 0, "")}, 10.8)).size(), 0U);

    Json by_event = return_line(1, 0, "");
    by_event["returnTrackingDetail"] = {{{"eventTag", "REFUND_ISSUED"}, {"eventTime", "2026-05-19T08:00:00.000Z"}}};
    const auto refunds = collected(return_with({by_event}, 10.8));
    ASSERT_EQ(refunds.size(), 1U);
    EXPECT_NE(refund_words(refunds[0]).find("at 2026-05-19T08:00:00Z"), std::string::npos);

    Json replacement = return_with({return_line(1, 0, "REFUND_INITIATED")}, 10.8);
    replacement["returnType"] = "REPLACEMENT";
    EXPECT_EQ(collected(replacement).size(), 0U);
}

TEST(WalmartReturn, SeveralPurchaseOrdersMakeSeveralRefunds) {
    Json second = return_line(1, 1, "REFUND_COMPLETED", "1089");
    second["purchaseOrderLineNumber"] = 8;
    const auto refunds = collected(return_with({return_line(2, 2, "REFUND_COMPLETED"), second}, 32.4));
    ASSERT_EQ(refunds.size(), 2U);
    EXPECT_EQ(
        refund_words(refunds[0]),
        "refund 1037-1088 of 1088 at 2026-05-18T08:00:00Z\n"
        "total 21.60 USD, subtotal 20.00 USD, shipping -, tax 1.60 USD, discount -, currency USD\n"
        "payment refunded by -, settled true, reason DAMAGED, notes -\n"
        "line 7 sku MUG, Mug, MUG, quantity 2, unit 10.80, total 21.60 USD, tax 1.60 USD, discount -, shipping -, "
        "reason DAMAGED, notes -\n");
    EXPECT_EQ(refund_words(refunds[1]).substr(0, 30), "refund 1037-1089 of 1089 at 20");
}

TEST(WalmartReturn, WalmartsTotalCountsAndTheDifferenceIsNoted) {
    const auto refunds = collected(return_with({return_line(1, 1, "REFUND_COMPLETED")}, 9.99));
    const std::string read = refund_words(refunds.at(0));
    EXPECT_NE(read.find("total 9.99 USD, subtotal 10.00 USD, shipping -, tax 0.80 USD"), std::string::npos) << read;
    EXPECT_NE(read.find("notes Walmart's total of the refund is 9.99 USD, its charges make 10.80 USD"),
              std::string::npos)
        << read;
}

/// Three came back, one is refunded: Walmart's total is what all three will come to, not what was paid out.
TEST(WalmartReturn, OfAPartRefundOnlyThePartCounts) {
    const std::string read = refund_words(collected(return_with({return_line(3, 1, "REFUND_INITIATED")}, 32.4)).at(0));
    EXPECT_NE(read.find("total 10.80 USD, subtotal 10.00 USD"), std::string::npos) << read;
    EXPECT_NE(read.find("payment pending by -, settled false, reason DAMAGED, notes -"), std::string::npos) << read;
    EXPECT_NE(read.find("quantity 1, unit 10.80"), std::string::npos) << read;
}

TEST(WalmartReturn, WhatIsNotBillableIsLeftOutAndKeptGoodsAreNoted) {
    Json line = return_line(1, 1, "REFUND_COMPLETED");
    Json free = charge("SHIPPING", 5, false, 1);
    free["isBillable"] = false;
    line["charges"].push_back(free);
    line["isKeepIt"] = true;
    line["chargeTotals"] = {{{"name", "lineTotal"}, {"value", money(12)}}};
    const std::string read = refund_words(collected(return_with({line}, 10.8)).at(0));
    EXPECT_NE(read.find("total 10.80 USD, subtotal 10.00 USD, shipping -, tax 0.80 USD"), std::string::npos) << read;
    EXPECT_NE(read.find("notes The buyer keeps the goods\nWalmart's total of the line is 12.00 USD, its charges make "
                        "10.80 USD"),
              std::string::npos)
        << read;
}

TEST(WalmartReturn, WithoutItsPurchaseOrderItIsTold) {
    Json line = return_line(1, 1, "REFUND_COMPLETED");
    line.erase("purchaseOrderId");
    std::string problems;
    EXPECT_TRUE(collected(return_with({line}, 10.8), &problems).empty());
    EXPECT_EQ(problems, "refund_without_order");
}

TEST(WalmartReturn, BadFieldsAreNamed) {
    Json line = return_line(1, 1, "REFUND_COMPLETED");
    line["charges"][0]["chargePerUnit"]["currencyAmount"] = "ten";
    EXPECT_EQ(refund_words(collected(return_with({line}, 10.8)).at(0)),
              "returnOrderLines[0].charges.chargePerUnit is no amount: \"ten\"");
    EXPECT_EQ(refund_words({"1", "2", {}, "{}", "{}", {}}), "returnOrderId is missing, and so is refundCharges");
    std::vector<domain::Problem> problems;
    EXPECT_EQ(map_refund_payload({"1", "2", {}, "{\"a", "{}", {}}, problems).error().code, "json_syntax");
}

// orders.json, refundOrderLines: -19.99 on goods and -2 on shipping, without a return.
TEST(WalmartOrderRefund, MoneyGivenBackWithoutAReturnComesWithTheOrder) {
    const auto file = example_file("orders.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    const auto mapped = map_order_payload(example_answer(*file, "refundOrderLines").dump());
    ASSERT_TRUE(mapped);
    ASSERT_EQ(mapped->whole_refunds.size(), 1U);
    EXPECT_EQ(refund_words(mapped->whole_refunds[0]),
              "refund 2577573191435-1-0 of 2577573191435 at 2016-10-14T18:36:27Z\n"
              "total 21.99 USD, subtotal 19.99 USD, shipping 2.00 USD, tax -, discount -, currency USD\n"
              "payment refunded by -, settled true, reason BillingError, notes -\n"
              "line 1 sku NJ_WITHOUT_RCA_003, Ozark Trail 4-Person Dome Tent, NJ_WITHOUT_RCA_003, quantity 0, unit -, "
              "total 21.99 USD, tax -, discount -, shipping 2.00 USD, reason BillingError, notes -\n");
}

TEST(WalmartOrderRefund, AReturnTellsOfItBetter) {
    Json line = line_with("1", 1, {{"Shipped"}}, 10);
    line["refund"] = {{"refundId", "R1"},
                      {"refundComments", "sorry"},
                      {"refundCharges",
                       {{"refundCharge",
                         {{{"refundReason", "Goodwill"},
                           {"charge",
                            {{"chargeType", "PRODUCT"},
                             {"chargeAmount", {{"currency", "USD"}, {"amount", -2.5}}},
                             {"tax", {{"taxAmount", {{"currency", "USD"}, {"amount", -0.2}}}}}}}}}}}}};
    const auto direct = *map_order_payload(order_with({line}).dump());
    EXPECT_EQ(words(direct.order.payment_status), "partially_refunded");
    ASSERT_EQ(direct.whole_refunds.size(), 1U);
    const std::string read = refund_words(direct.whole_refunds[0]);
    EXPECT_NE(read.find("refund 108800000000001-1-R1 of"), std::string::npos) << read;
    EXPECT_NE(read.find("total 2.70 USD, subtotal 2.50 USD, shipping -, tax 0.20 USD"), std::string::npos) << read;
    EXPECT_NE(read.find("reason Goodwill, notes sorry"), std::string::npos) << read;

    line["returnOrderId"] = "1037";
    const auto by_return = *map_order_payload(order_with({line}).dump());
    EXPECT_TRUE(by_return.whole_refunds.empty());
    EXPECT_EQ(words(by_return.order.payment_status), "partially_refunded");
}

// ---- calls --------------------------------------------------------------------------------------------------------

constexpr const char* kOwnReturns =
    "GET /v3/returns?returnLastModifiedStartDate=2026-05-03T18%3A00%3A00Z&returnLastModifiedEndDate=2026-05-04T18%3A00%"
    "3A01Z&replacementInfo=true&limit=200";
PullWindow since() { return {at("2026-05-03T18:00:00Z"), std::nullopt, {}}; }

Json return_page(const Json& returns, int total, const std::string& next = "") {
    Json meta{{"totalCount", total}, {"limit", 200}};
    if (!next.empty()) meta["nextCursor"] = next;
    return {{"meta", meta}, {"returnOrders", returns}};
}

TEST(WalmartRefunds, BothEndsOfTheWindowAreSentAndPagesWithoutMoneyAreReadOn) {
    Seller seller;
    seller.token();
    RefundSource& source = *seller.connector().refund_source();
    EXPECT_EQ(source.reach_back(), std::chrono::hours{24});
    seller.answer(kOwnReturns,
                  return_page({return_with({return_line(1, 0, "")}, 1)}, 2, "?sellerId=1&limit=200&offset=1"));
    seller.answer("GET /v3/returns?sellerId=1&limit=200&offset=1",
                  return_page({return_with({return_line(1, 1, "REFUND_COMPLETED")}, 10.8)}, 2));
    const auto page = source.fetch_refunds(since(), "");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->refunds.size(), 1U);
    EXPECT_EQ(page->refunds[0].external_refund_id, "1037");
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_EQ(words(page->provider_now), "2026-05-04T18:00:05Z");
}

TEST(WalmartRefunds, ReturnsToWalmartsWarehousesAreAListOfTheirOwn) {
    Seller seller("{}");
    seller.token();
    RefundSource& source = *seller.connector().refund_source();
    seller.answer(kOwnReturns, return_page({return_with({return_line(1, 1, "REFUND_COMPLETED")}, 10.8)}, 1));
    const auto own = source.fetch_refunds(since(), "");
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_EQ(own->refunds.size(), 1U);
    seller.clock.advance(std::chrono::minutes{5});
    seller.reopen(true);  // the end of the window is in the cursor
    seller.token();
    seller.answer(std::string{kOwnReturns} + "&isWFSEnabled=Y", 404, kNothingFound);
    const auto wfs = seller.connector().refund_source()->fetch_refunds(since(), own->next_cursor);
    ASSERT_TRUE(wfs) << wfs.error().message;
    EXPECT_TRUE(wfs->refunds.empty());
    EXPECT_EQ(wfs->next_cursor, "");
}

TEST(WalmartRefunds, WhatWasReadBeforeTroubleIsNotReadAgain) {
    Seller seller;
    seller.token();
    RefundSource& source = *seller.connector().refund_source();
    seller.answer(kOwnReturns, return_page({return_with({return_line(1, 0, "")}, 1)}, 2, "?offset=1"));
    seller.answer("GET /v3/returns?offset=1", 503, "");
    const auto first = source.fetch_refunds(since(), "");
    ASSERT_TRUE(first) << first.error().message;
    seller.answer("GET /v3/returns?offset=1", 503, "");
    EXPECT_EQ(source.fetch_refunds(since(), first->next_cursor).error().code, "walmart_server_error");
    seller.answer("GET /v3/returns?offset=1", 400, refusal("INVALID_REQUEST_PARAM.GMP_RETURNS_API", "expired"));
    EXPECT_EQ(source.fetch_refunds(since(), first->next_cursor).error().code, "cursor_refused");
}

TEST(WalmartRefunds, PagesThatRepeatWithoutAnEndAreHandedToTheHubsGuard) {
    Seller seller;
    seller.token();
    seller.answer(kOwnReturns, return_page({return_with({return_line(1, 0, "")}, 1)}, 5, "?offset=1"));
    seller.answer("GET /v3/returns?offset=1", return_page({return_with({return_line(1, 0, "")}, 1)}, 5, "?offset=1"));
    const auto page = seller.connector().refund_source()->fetch_refunds(since(), "");
    ASSERT_TRUE(page);
    EXPECT_FALSE(page->next_cursor.empty());
    EXPECT_EQ(seller.connector().refund_source()->fetch_refunds(since(), "orders 0 0 0 0 ").error().code,
              "cursor_refused");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
