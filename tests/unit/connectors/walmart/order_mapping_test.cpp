// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/order_mapping.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

std::string mapped_words(const Json& order) {
    const auto mapped = map_order_payload(order.dump());
    if (!mapped) return mapped.error().message;
    return words(mapped->order) + "shipped_by " + words(mapped->order.shipped_by) + ", acknowledge " +
           words(std::optional{mapped->awaits_acknowledgement}) + ", refunds " +
           std::to_string(mapped->whole_refunds.size()) + ", problems " + codes(mapped->problems) + "\n";
}
MappedOrder mapped(const Json& order) { return *map_order_payload(order.dump()); }

#define NEED_EXAMPLES(file, name)         \
    const auto file = example_file(name); \
    if (!file) GTEST_SKIP() << "no " << (name) << " under shared/specs/walmart/examples"

// Worked out by hand from composed.json: product 59.97, discount 3.00 (stated as -3.00), shipping 6.00, tax 4.95 +
// 0.50; unit 59.97 / 3; selling 56.97 / 3. Line 2 is cancelled and has lost its price.
TEST(WalmartOrder, SeveralUnitsOfALineStandInDifferentPlaces) {
    NEED_EXAMPLES(file, "composed.json");
    const Json order = example_answer(*file, "getAllOrders")["list"]["elements"]["order"][0];
    EXPECT_EQ(
        mapped_words(order),
        "order 108800000000001 200011200000001\n"
        "status partially_fulfilled, payment paid by -\n"
        "ordered 2026-05-04T16:00:00Z, updated 2026-05-05T16:03:20Z\n"
        "taxes_included false, currency USD\n"
        "buyer Sample Buyer 0A1B2C3D4E5F60718293A4B5C6D7E8F9@relay.walmart.com\n"
        "subtotal 59.97 USD, shipping 6.00 USD, tax 5.45 USD, discount 3.00 USD, total 68.42 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship Sample Buyer | 100 Sample St | Apt 2 | Bentonville | AR | 72712 | US | 5555550100\n"
        "gift false, notes -\n"
        "line 1 sku MUG-RED-12, Stoneware mug, red, 12 oz, MUG-RED-12, variant MUG-RED-12, location - -, quantity 3 "
        "current - shippable 1, unit 19.99 USD, selling 18.99, total 56.97 USD, tax 5.45 USD, discount 3.00 USD, "
        "shipping 6.00 USD, fulfilment partially_fulfilled, gift false, notes -\n"
        "line 2 sku TEE-BLU-L, Cotton tee, blue, L, TEE-BLU-L, variant TEE-BLU-L, location - -, quantity 1 current 0 "
        "shippable 0, unit 0.00 USD, selling 0.00, total 0.00 USD, tax 0.00 USD, discount -, shipping -, fulfilment "
        "cancelled, gift false, notes -\n"
        "shipped_by -, acknowledge false, refunds 0, problems \n");
}

// orders.json, in the order of its list: what is created waits for an acknowledgement; amounts of cancelled lines are
// 0.
TEST(WalmartOrder, ThePublishedListReadsAsStated) {
    NEED_EXAMPLES(file, "orders.json");
    const Json orders = example_answer(*file, "getAllOrders")["list"]["elements"]["order"];
    ASSERT_EQ(orders.size(), 4U);
    EXPECT_EQ(
        mapped_words(orders[0]),
        "order 1796277083022 5281956426648\n"
        "status open, payment pending by -\n"
        "ordered 2019-09-14T13:09:31Z, updated 2019-09-14T13:10:47Z\n"
        "taxes_included false, currency USD\n"
        "buyer Sample Buyer 1 3A31739D8B0A45A1B23F7F8C81C8747F@relay.walmart.com\n"
        "subtotal 10.00 USD, shipping -, tax 0.80 USD, discount -, total 10.80 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship Sample Buyer 1 | 101 Sample St | Garage | Warners | NY | 13164 | US | 5555550101\n"
        "gift false, notes Replacement for order 1234567891234\n"
        "line 4 sku test1, Beba Bean Pee-pee Teepee Airplane - Blue - Laundry Bag, test1, variant test1, location - -, "
        "quantity 1 current - shippable 1, unit 10.00 USD, selling 10.00, total 10.00 USD, tax 0.80 USD, discount -, "
        "shipping -, fulfilment open, gift false, notes -\n"
        "shipped_by -, acknowledge true, refunds 0, problems \n");
    EXPECT_EQ(
        mapped_words(orders[1]),
        "order 3796235970012 5241952426446\n"
        "status cancelled, payment cancelled by -\n"
        "ordered 2019-09-10T19:59:53Z, updated 2019-09-15T06:00:47Z\n"
        "taxes_included false, currency USD\n"
        "buyer Sample Buyer 2 630083BD274E4FB2968D3166C8336151@relay.walmart.com\n"
        "subtotal 0.00 USD, shipping -, tax 0.00 USD, discount -, total 0.00 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship Sample Buyer 2 | 102 Sample St | - | San Francisco | CA | 94133 | US | 5555550102\n"
        "gift false, notes -\n"
        "line 1 sku TEST-02, Qwik Time QT5 Quartz Metronome, TEST-02, variant TEST-02, location - -, quantity 1 "
        "current "
        "0 shippable 0, unit 0.00 USD, selling 0.00, total 0.00 USD, tax 0.00 USD, discount -, shipping -, fulfilment "
        "cancelled, gift false, notes -\n"
        "shipped_by -, acknowledge false, refunds 0, problems \n");
    EXPECT_EQ(
        mapped_words(orders[2]),
        "order 1796235744850 5231951859044\n"
        "status cancelled, payment cancelled by -\n"
        "ordered 2019-09-10T00:34:33Z, updated 2019-09-15T06:01:21Z\n"
        "taxes_included false, currency USD\n"
        "buyer Sample Buyer 3 04BB1243498A43E9ADC8F1C9EAB622DC@relay.walmart.com\n"
        "subtotal 0.00 USD, shipping -, tax 0.00 USD, discount -, total 0.00 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship Sample Buyer 3 | 103 Sample St | - | Chicago | IL | 60646 | US | 5555550103\n"
        "gift false, notes Replacement for order 1234567891235\n"
        "line 1 sku TEST-02, Qwik Time QT5 Quartz Metronome, TEST-02, variant TEST-02, location - -, quantity 1 "
        "current "
        "0 shippable 0, unit 0.00 USD, selling 0.00, total 0.00 USD, tax 0.00 USD, discount -, shipping -, fulfilment "
        "cancelled, gift false, notes -\n"
        "shipped_by -, acknowledge false, refunds 0, problems \n");
    EXPECT_EQ(
        mapped_words(orders[3]),
        "order 3796050123784 5061989889122\n"
        "status fulfilled, payment paid by -\n"
        "ordered 2019-08-23T22:54:06Z, updated 2019-08-27T19:24:49Z\n"
        "taxes_included false, currency USD\n"
        "buyer Sample Buyer 2 630083BD274E4FB2968D3166C8336151@relay.walmart.com\n"
        "subtotal 9.99 USD, shipping -, tax 0.85 USD, discount -, total 10.84 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship Sample Buyer 2 | 102 Sample St | - | San Francisco | CA | 94133 | US | 5555550102\n"
        "gift false, notes Replacement for order 1234567891239\n"
        "line 1 sku TEST-02, Qwik Time QT5 Quartz Metronome, TEST-02, variant TEST-02, location - -, quantity 1 "
        "current "
        "- shippable 0, unit 9.99 USD, selling 9.99, total 9.99 USD, tax 0.85 USD, discount -, shipping -, fulfilment "
        "fulfilled, gift false, notes -\n"
        "shipped_by -, acknowledge false, refunds 0, problems \n");
}

struct Single {
    const char* operation;
    std::size_t place;  // in a list; else the answer's one order
    const char* facts;  // status, payment, sums, first line
};
/// The other published orders, by what is peculiar to each.
TEST(WalmartOrder, ThePublishedSingleOrdersReadAsStated) {
    NEED_EXAMPLES(file, "orders.json");
    const Single cases[] = {
        {"getAnOrder", 0,
         "1815367951431 fulfilled paid 5.00 USD - 0.34 USD 5.34 USD updated 2021-06-16T09:30:55.623Z acknowledge false "
         "refunds 0 shippable 0 fulfilled"},
        {"acknowledgeOrders", 0,
         "1796277083022 open pending 10.00 USD - 0.80 USD 10.80 USD updated 2019-09-17T20:45:56Z acknowledge false "
         "refunds 0 shippable 1 open"},
        {"shippingUpdates", 0,
         "1234567891234 fulfilled paid 555.00 USD - 48.56 USD 603.56 USD updated 2016-11-04T22:18:49Z acknowledge "
         "false "
         "refunds 0 shippable 0 fulfilled"},
        {"cancelOrderLines", 0,
         "1577914061094 cancelled cancelled 0.00 USD 0.00 USD 0.00 USD 0.00 USD updated 2016-12-14T22:48:40Z "
         "acknowledge false refunds 0 shippable 0 cancelled"},
        {"refundOrderLines", 0,
         "2577573191435 fulfilled refunded 19.99 USD 2.00 USD 0.00 USD 21.99 USD updated 2016-10-14T18:36:27Z "
         "acknowledge false refunds 1 shippable 0 fulfilled"},
        {"getAllReleasedOrders", 0,
         "4792982839409 open pending 99.00 USD 60.00 USD 7.92 USD 166.92 USD updated 2019-10-24T07:55:48Z acknowledge "
         "true refunds 0 shippable 1 open"},
        {"getAllReleasedOrders", 1,
         "2792982839545 open pending 99.00 USD 60.00 USD - 159.00 USD updated 2019-10-24T07:56:03Z acknowledge true "
         "refunds 0 shippable 1 open"},
    };
    for (const Single& one : cases) {
        Json answer = example_answer(*file, one.operation);
        if (answer.contains("list")) answer = answer["list"]["elements"]["order"][one.place];
        const auto read = map_order_payload(answer.dump());  // with the wrapper `order`, too
        ASSERT_TRUE(read) << one.operation << ": " << read.error().message;
        const domain::Order& order = read->order;
        EXPECT_EQ(order.external_order_id + " " + std::string{to_string(order.status)} + " " +
                      words(order.payment_status) + " " + words(order.subtotal_amount) + " " +
                      words(order.shipping_amount) + " " + words(order.tax_amount) + " " + words(order.total_amount) +
                      " updated " + words(order.last_remote_update_at) + " acknowledge " +
                      words(std::optional{read->awaits_acknowledgement}) + " refunds " +
                      std::to_string(read->whole_refunds.size()) + " shippable " +
                      std::to_string(order.lines.front().shippable_quantity) + " " +
                      words(order.lines.front().fulfillment_status),
                  one.facts)
            << one.operation;
    }
}

struct StateCase {
    const char* name;
    std::vector<std::vector<At>> lines;
    const char* status;
    const char* payment;
    const char* line_states;
    int shippable;
    bool acknowledge;
};
class WalmartOrderState : public ::testing::TestWithParam<StateCase> {};
TEST_P(WalmartOrderState, FollowsFromTheUnits) {
    Json lines = Json::array();
    for (const auto& statuses : GetParam().lines) {
        int units = 0;
        for (const At& one : statuses) units += one.status == "Refund" ? 0 : one.units;
        lines.push_back(line_with(std::to_string(lines.size() + 1), std::max(units, 1), statuses));
    }
    const MappedOrder read = mapped(order_with(lines));
    std::string states;
    std::int64_t shippable = 0;
    for (const auto& line : read.order.lines) {
        states += (states.empty() ? "" : " ") + words(line.fulfillment_status);
        shippable += line.shippable_quantity;
    }
    EXPECT_EQ(to_string(read.order.status), GetParam().status);
    EXPECT_EQ(words(read.order.payment_status), GetParam().payment);
    EXPECT_EQ(states, GetParam().line_states);
    EXPECT_EQ(shippable, GetParam().shippable);
    EXPECT_EQ(read.awaits_acknowledgement, GetParam().acknowledge);
}
using S = std::vector<std::vector<At>>;
INSTANTIATE_TEST_SUITE_P(
    Table, WalmartOrderState,
    ::testing::Values(
        StateCase{"New", S{{{"Created", 2}}}, "open", "pending", "open", 2, true},
        StateCase{"Acknowledged", S{{{"Acknowledged", 2}}}, "open", "pending", "open", 2, false},
        StateCase{"HalfAcknowledged", S{{{"Created"}, {"Acknowledged"}}}, "open", "pending", "open", 2, true},
        StateCase{"OneOfTwoUnitsShipped", S{{{"Shipped"}, {"Acknowledged"}}}, "partially_fulfilled", "paid",
                  "partially_fulfilled", 1, false},
        StateCase{"OneOfTwoLinesShipped", S{{{"Shipped"}}, {{"Acknowledged"}}}, "partially_fulfilled", "paid",
                  "fulfilled open", 1, false},
        StateCase{"ShippedAndCancelled", S{{{"Shipped", 2}, {"Cancelled"}}}, "fulfilled", "paid", "fulfilled", 0,
                  false},
        StateCase{"LineCancelledRestOpen", S{{{"Cancelled"}}, {{"Acknowledged"}}}, "open", "pending", "cancelled open",
                  1, false},
        StateCase{"LineCancelledRestShipped", S{{{"Cancelled"}}, {{"Delivered"}}}, "fulfilled", "paid",
                  "cancelled fulfilled", 0, false},
        StateCase{"AllCancelled", S{{{"Cancelled", 2}}, {{"Cancelled"}}}, "cancelled", "cancelled",
                  "cancelled cancelled", 0, false},
        StateCase{"Delivered", S{{{"Delivered"}}}, "fulfilled", "paid", "fulfilled", 0, false},
        StateCase{"RefundMarksMoneyOnly", S{{{"Acknowledged"}, {"Refund"}}}, "open", "partially_refunded", "open", 1,
                  false},
        StateCase{"RefundAlone", S{{{"Refund"}}}, "fulfilled", "partially_refunded", "fulfilled", 0, false}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartOrder, GoodsFromWalmartsWarehouseAreNotTheErpsToShip) {
    const MappedOrder read = mapped(order_with({line_with("1", 2, {{"Created", 2}})}, "WFSFulfilled"));
    EXPECT_EQ(words(read.order.shipped_by), "Walmart (WFS)");
    EXPECT_EQ(read.order.lines[0].shippable_quantity, 0);
    EXPECT_FALSE(read.awaits_acknowledgement);
    EXPECT_EQ(words(mapped(order_with({line_with("1", 1, {{"Created"}})}, "3PLFulfilled")).order.shipped_by), "-");
}

TEST(WalmartOrder, AnUnknownStatusIsToldAndItsUnitsAreNotShipped) {
    const MappedOrder read = mapped(order_with({line_with("1", 2, {{"Acknowledged"}, {"OnHold"}})}));
    EXPECT_EQ(codes(read.problems), "status_unknown");
    EXPECT_EQ(read.order.lines[0].shippable_quantity, 1);
    EXPECT_EQ(to_string(read.order.status), "open");
}

TEST(WalmartOrder, OneLineMayStandWithoutItsList) {
    Json order = order_with(line_with("7", 1, {{"Created"}}));
    order["orderLines"]["orderLine"]["charges"]["charge"] = order["orderLines"]["orderLine"]["charges"]["charge"][0];
    order["orderLines"]["orderLine"]["orderLineStatuses"]["orderLineStatus"] =
        order["orderLines"]["orderLine"]["orderLineStatuses"]["orderLineStatus"][0];
    const MappedOrder read = mapped(order);
    ASSERT_EQ(read.order.lines.size(), 1U);
    EXPECT_EQ(words(read.order.lines[0].unit_price), "10.00 USD");
    EXPECT_TRUE(read.awaits_acknowledgement);
}

TEST(WalmartOrder, WhatIsNotStatedIsAbsentAndNullReadsAsAbsent) {
    Json line = line_with("1", 2, {{"Created", 2}});
    line["charges"] = {{"charge", Json::array()}};
    line["refund"] = nullptr;
    Json order = order_with({line});
    order["shippingInfo"]["phone"] = nullptr;
    order["customerOrderId"] = nullptr;
    const domain::Order read = mapped(order).order;
    EXPECT_EQ(words(read.total_amount) + words(read.subtotal_amount) + words(read.tax_amount) +
                  words(read.shipping_amount) + words(read.discount_amount),
              "-----");
    EXPECT_EQ(words(read.lines[0].unit_price) + words(read.lines[0].selling_unit_price) + words(read.shipping.phone) +
                  words(read.order_number_hint),
              "----");
}

TEST(WalmartOrder, AChargeMayHaveNoTaxAndAShippingDiscountIsADiscount) {
    Json line = line_with("1", 3, {{"Created", 3}}, 10);
    Json& charges = line["charges"]["charge"];
    charges[0]["tax"] = nullptr;
    charges.push_back({{"chargeType", "SHIPPING"},
                       {"chargeName", "Shipping"},
                       {"chargeAmount", {{"currency", "USD"}, {"amount", 4.56}}},
                       {"tax", {{"taxName", "T"}, {"taxAmount", {{"currency", "USD"}, {"amount", 0.31}}}}}});
    charges.push_back({{"chargeType", "SHIPPING"},
                       {"chargeName", "Shipping discount"},
                       {"chargeAmount", {{"currency", "USD"}, {"amount", 1.25}}}});
    charges.push_back(
        {{"chargeType", "FEE"}, {"chargeName", "Recycling"}, {"chargeAmount", {{"currency", "USD"}, {"amount", 0.5}}}});
    const domain::Order read = mapped(order_with({line})).order;
    // 10.00 - 1.25 = 8.75 for three: 2.9166… is 2.92; the unit price is 3.33.
    EXPECT_EQ(words(read.lines[0].unit_price) + " " + words(read.lines[0].selling_unit_price) + " " +
                  words(read.lines[0].total_price),
              "3.33 USD 2.92 8.75 USD");
    EXPECT_EQ(words(read.subtotal_amount) + " - " + words(read.discount_amount) + " + " + words(read.shipping_amount) +
                  " + " + words(read.tax_amount) + " = " + words(read.total_amount),
              "10.00 USD - 1.25 USD + 4.56 USD + 0.31 USD = 13.62 USD");
    EXPECT_EQ(words(read.lines[0].notes), "Charge outside the totals: Recycling 0.50 USD");
}

TEST(WalmartOrder, AmountsAreReadFromTheirDigits) {
    const std::string order = order_with({line_with("1", 1, {{"Created"}}, 10)}).dump();
    const auto with = [&](const std::string& amount) {
        std::string text = order;
        const std::string old = "\"amount\":10.0";
        text.replace(text.find(old), old.size(), "\"amount\":" + amount);
        const auto read = map_order_payload(text);
        return read ? words(read->order.subtotal_amount) : read.error().message;
    };
    EXPECT_EQ(with("1E+1"), "10.00 USD");
    EXPECT_EQ(with("2.5e-1"), "0.25 USD");
    EXPECT_EQ(with("90071992547409.93"), "90071992547409.93 USD");
    EXPECT_EQ(with("\"12.34\""), "12.34 USD");
    EXPECT_EQ(with("\"a lot\""), "orderLines.orderLine[0].charges.chargeAmount is no amount: \"a lot\"");
    EXPECT_EQ(with("1e99"), "orderLines.orderLine[0].charges.chargeAmount is no amount: \"1e99\"");
}

TEST(WalmartOrder, TheBuyersWishToCancelAndAPreorderAreNoted) {
    Json line = line_with("3", 1, {{"Acknowledged"}});
    line["intentToCancel"] = "true";
    Json order = order_with({line, line_with("4", 1, {{"Acknowledged"}})});
    order["orderType"] = "PREORDER";
    const domain::Order read = mapped(order).order;
    EXPECT_EQ(words(read.notes), "The buyer asks to cancel line 3 (SKU-3)\nPre-order");
    EXPECT_EQ(words(read.lines[0].notes), "The buyer asks to cancel");
    EXPECT_EQ(words(read.lines[1].notes), "-");
}

struct BadCase {
    const char* name;
    std::function<void(Json&)> spoil;
    const char* says;
};
class WalmartBadOrder : public ::testing::TestWithParam<BadCase> {};
TEST_P(WalmartBadOrder, IsRefusedWithThePathOfTheField) {
    Json order = order_with({line_with("1", 1, {{"Created"}}), line_with("2", 1, {{"Created"}})});
    GetParam().spoil(order);
    const auto read = map_order_payload(order.dump());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_EQ(read.error().message, GetParam().says);
}
INSTANTIATE_TEST_SUITE_P(
    Fields, WalmartBadOrder,
    ::testing::Values(
        BadCase{"NoId", [](Json& order) { order.erase("purchaseOrderId"); }, "purchaseOrderId is missing"},
        BadCase{"NoDate", [](Json& order) { order["orderDate"] = "yesterday"; },
                "orderDate is no time in milliseconds since 1970: \"yesterday\""},
        BadCase{"NoLineNumber", [](Json& order) { order["orderLines"]["orderLine"][1].erase("lineNumber"); },
                "orderLines.orderLine[1].lineNumber is missing"},
        BadCase{"LineTwice", [](Json& order) { order["orderLines"]["orderLine"][1]["lineNumber"] = "1"; },
                "orderLines.orderLine[1].lineNumber stands on an earlier line, too"},
        BadCase{"NoQuantity", [](Json& order) { order["orderLines"]["orderLine"][0]["orderLineQuantity"] = "1"; },
                "orderLines.orderLine[0].orderLineQuantity.amount is no number of units: \"\""},
        BadCase{"HalfAUnit",
                [](Json& order) { order["orderLines"]["orderLine"][0]["orderLineQuantity"]["amount"] = "1.5"; },
                "orderLines.orderLine[0].orderLineQuantity.amount is no number of units: \"1.5\""},
        BadCase{"TwoCurrencies",
                [](Json& order) {
                    order["orderLines"]["orderLine"][1]["charges"]["charge"][0]["chargeAmount"]["currency"] = "CAD";
                },
                "orderLines.orderLine[1].charges.chargeAmount is in CAD, the rest of it in USD; sums of two "
                "currencies mean nothing"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartKeptFacts, ACancelledLineKeepsItsPricesAndTheTotalsTheirs) {
    const domain::Order before =
        mapped(order_with({line_with("1", 2, {{"Acknowledged", 2}}, 20), line_with("2", 1, {{"Acknowledged"}}, 5)}))
            .order;
    domain::Order after =
        mapped(order_with({line_with("1", 2, {{"Cancelled", 2}}, 0), line_with("2", 1, {{"Shipped"}}, 5)})).order;
    EXPECT_EQ(words(after.total_amount), "5.00 USD");
    Seller seller;
    ASSERT_TRUE(seller.connector().order_source()->forgets());
    seller.connector().order_source()->keep_known(after, before);
    EXPECT_EQ(words(after.lines[0].unit_price) + " " + words(after.lines[0].total_price), "10.00 USD 20.00 USD");
    EXPECT_EQ(words(after.lines[0].fulfillment_status), "cancelled");
    EXPECT_EQ(words(after.subtotal_amount) + " " + words(after.total_amount), "25.00 USD 25.00 USD");
    EXPECT_EQ(to_string(after.status), "fulfilled");
}

TEST(WalmartKeptFacts, APriceThatFallsWithoutACancellationIsNews) {
    const domain::Order before = mapped(order_with({line_with("1", 1, {{"Acknowledged"}}, 20)})).order;
    domain::Order after = mapped(order_with({line_with("1", 1, {{"Acknowledged"}}, 15)})).order;
    keep_known_facts(after, before);
    EXPECT_EQ(words(after.total_amount), "15.00 USD");
}

TEST(WalmartKeptFacts, BlankedContactDataIsKeptWholeOrNotAtAll) {
    Json order = order_with({line_with("1", 1, {{"Acknowledged"}})});
    order["customerEmailId"] = "b@relay.walmart.com";
    order["shippingInfo"]["phone"] = "5555550100";
    order["shippingInfo"]["postalAddress"] = {{"name", "Sample"}, {"address1", "1 St"}, {"city", "Town"}};
    const domain::Order before = mapped(order).order;

    Json blanked = order;
    blanked["shippingInfo"] = {{"phone", "0000000000"}, {"postalAddress", {{"name", ""}, {"city", "Town"}}}};
    blanked["customerEmailId"] = nullptr;
    domain::Order after = mapped(blanked).order;
    EXPECT_EQ(words(after.shipping.phone), "-");
    keep_known_facts(after, before);
    EXPECT_EQ(words(after.shipping), words(before.shipping));
    EXPECT_EQ(words(after.buyer_email) + " " + words(after.buyer_name), "b@relay.walmart.com Sample");

    Json moved = order;
    moved["shippingInfo"] = {{"phone", "000"}, {"postalAddress", {{"name", "Sample"}, {"address1", "2 St"}}}};
    after = mapped(moved).order;
    keep_known_facts(after, before);
    EXPECT_EQ(words(after.shipping), "Sample | 2 St | - | - | - | - | - | 5555550100");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
