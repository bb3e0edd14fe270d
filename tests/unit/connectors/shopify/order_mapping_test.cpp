// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/order_mapping.h"

#include <gtest/gtest.h>

#include "connectors/json_view.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

std::string order_of(const std::string& file, std::size_t index) {
    const std::string text = fixture(file);
    const auto json = JsonIndex::parse(text);
    std::size_t at_index = 0;
    for (const JsonView node : json->root()["data"]["orders"]["nodes"])
        if (at_index++ == index) return std::string{node.raw()};
    ADD_FAILURE() << "no order " << index << " in " << file;
    return {};
}

OrderRules rules_of_shop(std::optional<bool> taxes_included) {
    OrderRules rules;
    rules.shop_taxes_included = taxes_included;
    return rules;
}

struct FixtureCase {
    const char* name;
    const char* file;
    std::size_t index;
    bool taxes_included;
    const char* expected;
    const char* refunds;
};
class ComposedOrder : public testing::TestWithParam<FixtureCase> {};

// Every contract field, worked out by hand from the payload: money is shopMoney; subtotal the sum of originalTotalSet;
// selling = (originalTotal - allocations - included tax) / quantity.
TEST_P(ComposedOrder, HasEveryFieldOfTheContract) {
    const auto mapped =
        map_order_payload(order_of(GetParam().file, GetParam().index), rules_of_shop(GetParam().taxes_included));
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(words(mapped->order), GetParam().expected);
    EXPECT_EQ(codes(mapped->problems), "");
    std::string refunds;
    for (const auto& stub : mapped->refunds) refunds += stub.external_id + " " + words(stub.updated_at);
    EXPECT_EQ(refunds, GetParam().refunds);
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, ComposedOrder,
    testing::Values(
        // line 1: (49.98 - 5.00 - 4.50) / 2 = 20.24; line 2: 15.00 - 1.50 = 13.50
        FixtureCase{
            "Discounted", "composed_orders_page.json", 0, false,
            "order 5500000001001 #1001\n"
            "status open, payment paid by shopify_payments\n"
            "ordered 2026-11-20T09:15:30Z, updated 2026-11-20T09:15:33Z\n"
            "taxes_included false, currency USD\n"
            "buyer Jane Doe jane@example.com\n"
            "subtotal 64.98 USD, shipping 5.00 USD, tax 4.32 USD, discount 11.00 USD, total 63.30 USD\n"
            "bill Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
            "ship Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
            "gift false, notes Leave at the back door\n"
            "line 11001 sku TSHIRT-RED-S, Tee Shirt, Red / S, variant 41001, location 70001 Main Warehouse, quantity 2 "
            "current 2 shippable 2, unit 24.99 USD, selling 20.24, total 49.98 USD, tax 3.24 USD, discount 9.50 USD, "
            "shipping 0.00 USD, fulfilment -, gift false, notes -\n"
            "line 11002 sku MUG-01, Mug, -, variant 41002, location 70001 Main Warehouse, quantity 1 current 1 "
            "shippable 1, "
            "unit 15.00 USD, selling 13.50, total 15.00 USD, tax 1.08 USD, discount 1.50 USD, shipping 0.00 USD, "
            "fulfilment -, gift false, notes -\n",
            ""},
        // Cancelled wins over closed; the fulfilment order is closed and empty, so there is no location.
        FixtureCase{"Cancelled", "composed_orders_page.json", 1, false,
                    "order 5500000001002 #1002\n"
                    "status cancelled, payment refunded by shopify_payments\n"
                    "ordered 2026-11-19T18:00:00Z, updated 2026-11-20T09:20:00Z\n"
                    "taxes_included false, currency USD\n"
                    "buyer Jane Doe jane@example.com\n"
                    "subtotal 15.00 USD, shipping 5.00 USD, tax 1.20 USD, discount 0.00 USD, total 21.20 USD\n"
                    "bill Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
                    "ship Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
                    "gift false, notes -\n"
                    "line 11003 sku MUG-01, Mug, -, variant 41002, location - -, quantity 1 current 0 shippable 0, "
                    "unit 15.00 USD, "
                    "selling 15.00, total 15.00 USD, tax 1.20 USD, discount 0.00 USD, shipping 0.00 USD, fulfilment -, "
                    "gift false, "
                    "notes -\n",
                    "91002 2026-11-20T09:20:00Z"},
        // Line 11004: 2 of 3 shipped from 70001, 1 open at 70002, so no one location. Line 11005: one of three removed,
        // ordered figures stay; nothing of it shipped. Notes fall back to the purchase order number.
        FixtureCase{
            "SplitAndEdited", "composed_orders_page.json", 2, false,
            "order 5500000001003 #1003\n"
            "status partially_fulfilled, payment partially_refunded by shopify_payments\n"
            "ordered 2026-11-18T12:00:00Z, updated 2026-11-20T09:45:10Z\n"
            "taxes_included false, currency USD\n"
            "buyer Jane Doe jane@example.com\n"
            "subtotal 164.97 USD, shipping 10.00 USD, tax 13.20 USD, discount 0.00 USD, total 188.17 USD\n"
            "bill Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
            "ship Jane Doe | 123 Main St | - | Springfield | IL | 62701 | US | +12175550100\n"
            "gift false, notes PO-778\n"
            "line 11004 sku LAMP-BLK, Desk Lamp, Black, variant 41003, location - -, quantity 3 current 3 shippable 1, "
            "unit "
            "30.00 USD, selling 30.00, total 90.00 USD, tax 7.20 USD, discount 0.00 USD, shipping 0.00 USD, fulfilment "
            "partial, gift false, notes -\n"
            "line 11005 sku TSHIRT-RED-M, Tee Shirt, Red / M, variant 41004, location 70002 East Annex, quantity 3 "
            "current 2 "
            "shippable 2, unit 24.99 USD, selling 24.99, total 74.97 USD, tax 6.00 USD, discount 0.00 USD, shipping "
            "0.00 "
            "USD, fulfilment -, gift false, notes -\n",
            "91003 2026-11-19T08:00:01Z"},
        // Prices hold the tax: (60.00 - 6.00 - 8.62) / 3 = 15.1266…; the buyer paid in EUR, the hub reports the shop's
        // GBP.
        FixtureCase{"TaxInclusive", "composed_orders_page_tax_inclusive.json", 0, true,
                    "order 5500000002001 UK2001\n"
                    "status open, payment paid by shopify_payments\n"
                    "ordered 2026-11-20T11:00:00Z, updated 2026-11-20T11:00:04Z\n"
                    "taxes_included true, currency GBP\n"
                    "buyer Anna Schmidt anna@example.com\n"
                    "subtotal 60.00 GBP, shipping 4.76 GBP, tax 9.38 GBP, discount 6.00 GBP, total 58.76 GBP\n"
                    "bill Anna Schmidt | Musterstrasse 1 | Hof 2 | Bonn | - | 53111 | DE | -\n"
                    "ship Anna Schmidt | Musterstrasse 1 | Hof 2 | Bonn | - | 53111 | DE | -\n"
                    "gift false, notes -\n"
                    "line 12001 sku SCARF-BLU, Scarf, Blue, variant 42001, location 70101 Leeds, quantity 3 current 3 "
                    "shippable 3, "
                    "unit 20.00 GBP, selling 15.13, total 60.00 GBP, tax 8.62 GBP, discount 6.00 GBP, shipping 0.00 "
                    "GBP, fulfilment "
                    "-, gift false, notes -\n",
                    ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(SellingUnitPrice, LiteralFollowsTheContractsFormula) {
    OrderRules rules = rules_of_shop(false);
    rules.selling_unit_price = SellingPrice::literal;
    const auto with_code = map_order_payload(order_of("composed_orders_page.json", 0), rules);
    ASSERT_TRUE(with_code);
    EXPECT_EQ(words(with_code->order.lines[0].selling_unit_price), "22.49");  // 44.98 / 2
    EXPECT_EQ(words(with_code->order.lines[1].selling_unit_price), "15.00");
    const auto included = map_order_payload(order_of("composed_orders_page_tax_inclusive.json", 0), rules);
    ASSERT_TRUE(included);
    EXPECT_EQ(words(included->order.lines[0].selling_unit_price), "17.13");  // (60.00 - 8.62) / 3
}

// ---- one change of a good payload, and what it leads to ----

Json good_order() { return Json::parse(order_of("composed_orders_page.json", 0)); }

Result<MappedOrder> map(const Json& node, const OrderRules& rules = rules_of_shop(false)) {
    return map_order_payload(node.dump(), rules);
}

struct StatusCase {
    const char* name;
    const char* fulfillment;
    bool closed, cancelled;
    const char* expected;
};
class OrderStatusWord : public testing::TestWithParam<StatusCase> {};
TEST_P(OrderStatusWord, IsTheFirstRuleThatFits) {
    Json node = good_order();
    node["displayFulfillmentStatus"] = GetParam().fulfillment;
    node["closed"] = GetParam().closed;
    if (GetParam().cancelled) node["cancelledAt"] = "2026-11-20T10:00:00Z";
    const auto mapped = map(node);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(to_string(mapped->order.status), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Table, OrderStatusWord,
                         testing::Values(StatusCase{"CancelledFirst", "FULFILLED", true, true, "cancelled"},
                                         StatusCase{"ArchivedFulfilledStays", "FULFILLED", true, false, "fulfilled"},
                                         StatusCase{"Partial", "PARTIALLY_FULFILLED", true, false,
                                                    "partially_fulfilled"},
                                         StatusCase{"ArchivedUnshipped", "UNFULFILLED", true, false, "closed"},
                                         StatusCase{"Unfulfilled", "UNFULFILLED", false, false, "open"},
                                         StatusCase{"OnHold", "ON_HOLD", false, false, "open"},
                                         StatusCase{"Scheduled", "SCHEDULED", false, false, "open"},
                                         StatusCase{"Restocked", "RESTOCKED", false, false, "open"},
                                         StatusCase{"WordOf202610", "FULFILLMENT_NOT_REQUIRED", false, false, "open"},
                                         StatusCase{"WordOfTomorrow", "TELEPORTED", false, false, "open"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(PaymentStatus, IsPendingOnlyWhenSomethingIsDue) {
    Json node = good_order();
    node["displayFinancialStatus"] = nullptr;
    EXPECT_EQ(map(node)->order.payment_status, std::nullopt);
    node["totalOutstandingSet"]["shopMoney"]["amount"] = "63.3";
    EXPECT_EQ(map(node)->order.payment_status, "pending");
    node["displayFinancialStatus"] = "PARTIALLY_PAID";
    EXPECT_EQ(map(node)->order.payment_status, "partially_paid");
}

struct OddCase {
    const char* name;
    std::function<void(Json&)> change;
    const char* problems;
    std::function<void(const MappedOrder&)> check;
};
class OddPayload : public testing::TestWithParam<OddCase> {};
TEST_P(OddPayload, MapsAndSaysWhatIsOdd) {
    Json node = good_order();
    GetParam().change(node);
    const auto mapped = map(node);
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(codes(mapped->problems), GetParam().problems);
    GetParam().check(*mapped);
}

Json& line(Json& node, std::size_t index) { return node["lineItems"]["nodes"][index]; }
void set_amount(Json& bag, const char* amount) {
    bag = Json{{"shopMoney", {{"amount", amount}, {"currencyCode", "USD"}}}};
}

INSTANTIATE_TEST_SUITE_P(
    Hostile, OddPayload,
    testing::Values(
        OddCase{"NoLines", [](Json& n) { n["lineItems"]["nodes"] = Json::array(); }, "totals_mismatch",
                [](const MappedOrder& m) {
                    EXPECT_TRUE(m.order.lines.empty());
                    EXPECT_EQ(words(m.order.subtotal_amount), "0.00 USD");
                }},
        OddCase{"NegativePrice",
                [](Json& n) {
                    set_amount(line(n, 1)["originalUnitPriceSet"], "-15.0");
                    set_amount(line(n, 1)["originalTotalSet"], "-15.0");
                },
                "totals_mismatch",
                [](const MappedOrder& m) {
                    EXPECT_EQ(words(m.order.lines[1].unit_price), "-15.00 USD");
                    EXPECT_EQ(words(m.order.lines[1].selling_unit_price), "-16.50");
                }},
        OddCase{"NoAddress",
                [](Json& n) {
                    n["shippingAddress"] = nullptr;
                    n["billingAddress"] = nullptr;
                },
                "", [](const MappedOrder& m) { EXPECT_EQ(m.order.shipping, domain::Address{}); }},
        OddCase{"PersonBlanked",
                [](Json& n) {
                    for (const char* field : {"shippingAddress", "billingAddress"})
                        for (const char* part : {"name", "firstName", "lastName", "address1"}) n[field][part] = nullptr;
                    n["customer"] = nullptr;
                    n["email"] = nullptr;
                },
                "pii_missing",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.buyer_name, std::nullopt);
                    EXPECT_EQ(m.order.shipping.city, "Springfield");
                }},
        OddCase{"QuantityZero", [](Json& n) { line(n, 0)["quantity"] = 0; }, "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].quantity, 0);
                    EXPECT_EQ(m.order.lines[0].selling_unit_price, std::nullopt);
                }},
        OddCase{"SameLineTwice", [](Json& n) { n["lineItems"]["nodes"].push_back(line(n, 0)); }, "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.lines.size(), 2U); }},
        OddCase{"SameIdOtherLine",
                [](Json& n) {
                    Json other = line(n, 1);
                    other["id"] = "gid://shopify/LineItem/11001";
                    set_amount(other["originalTotalSet"], "0.0");
                    n["lineItems"]["nodes"].push_back(other);
                },
                "duplicate_line",
                [](const MappedOrder& m) {
                    ASSERT_EQ(m.order.lines.size(), 3U);
                    EXPECT_EQ(m.order.lines[2].external_line_id, "11001-2");
                }},
        OddCase{"ControlCharacters", [](Json& n) { n["note"] = std::string("a\x01\tb\0c", 6); }, "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.notes,
                              "a\x01\tb\xEF\xBF\xBD"
                              "c");
                }},
        OddCase{"RightToLeftAndEmoji", [](Json& n) { n["shippingAddress"]["name"] = "\u200Fשלום 🎁"; }, "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.shipping.name, "\u200Fשלום 🎁"); }},
        OddCase{"LongNote", [](Json& n) { n["note"] = std::string(10'000, 'x'); }, "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.notes->size(), 10'000U); }},
        OddCase{"CurrencyChanged", [](Json& n) { line(n, 0)["originalTotalSet"]["shopMoney"]["currencyCode"] = "EUR"; },
                "currency_differs",
                [](const MappedOrder& m) {
                    EXPECT_NE(m.problems[0].message.find("lineItems.nodes[0].originalTotalSet"), std::string::npos);
                }},
        OddCase{"TotalOff", [](Json& n) { n["totalPriceSet"]["shopMoney"]["amount"] = "60.0"; }, "totals_mismatch",
                [](const MappedOrder& m) {
                    EXPECT_NE(m.problems[0].message.find("60.00 USD"), std::string::npos);
                    EXPECT_NE(m.problems[0].message.find("63.30 USD"), std::string::npos);
                }},
        OddCase{"TotalOffByACentALine", [](Json& n) { n["totalPriceSet"]["shopMoney"]["amount"] = "63.32"; }, "",
                [](const MappedOrder&) {}},
        OddCase{"ShippingDiscountInside",
                [](Json& n) {
                    n["totalPriceSet"]["shopMoney"]["amount"] = "60.3";
                    n["shippingLines"]["nodes"][0]["discountedPriceSet"]["shopMoney"]["amount"] = "2.0";
                },
                "shipping_differs",
                [](const MappedOrder& m) { EXPECT_EQ(words(m.order.shipping_amount), "2.00 USD"); }},
        OddCase{"TipDutiesFees",
                [](Json& n) {
                    set_amount(n["totalTipReceivedSet"], "1.0");
                    set_amount(n["originalTotalDutiesSet"], "2.0");
                    set_amount(n["originalTotalAdditionalFeesSet"], "3.0");
                    n["totalPriceSet"]["shopMoney"]["amount"] = "69.3";
                },
                "", [](const MappedOrder& m) { EXPECT_EQ(words(m.order.total_amount), "69.30 USD"); }},
        OddCase{"OrderTaxedUnlikeTheShop",
                [](Json& n) {
                    n["taxesIncluded"] = true;
                    n["totalPriceSet"]["shopMoney"]["amount"] = "58.98";
                },
                "taxes_included_differs",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.taxes_included, false);                        // the shop's, as the contract says
                    EXPECT_EQ(words(m.order.lines[0].selling_unit_price), "18.62");  // (49.98 - 9.50 - 3.24) / 2
                }},
        OddCase{"TipIsNothingToShip",
                [](Json& n) {
                    n["fulfillmentOrders"]["nodes"] = Json::array();
                    line(n, 1)["unfulfilledQuantity"] = 1;
                    line(n, 1)["nonFulfillableQuantity"] = 1;
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].shippable_quantity, 2);
                    EXPECT_EQ(m.order.lines[1].shippable_quantity, 0);
                    EXPECT_EQ(m.order.lines[1].fulfillment_status, std::nullopt);
                }},
        OddCase{"SoldOverTheCounter",
                [](Json& n) {
                    n["sourceName"] = "pos";
                    n["fulfillmentOrders"]["nodes"] = Json::array();
                    n["retailLocation"] = {{"id", "gid://shopify/Location/70009"}, {"legacyResourceId", "70009"}, {"name", "Shop"}};
                    const Json there{{"id", "gid://shopify/Location/70009"}, {"legacyResourceId", "70009"}};
                    const Json elsewhere{{"id", "gid://shopify/Location/70001"}, {"legacyResourceId", "70001"}};
                    n["fulfillments"] = Json::array({{{"status", "CANCELLED"}, {"location", elsewhere}}, {{"status", "SUCCESS"}, {"location", there}}});
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].assigned_location_id, 70009);
                    EXPECT_EQ(m.order.lines[0].assigned_location_name, "Shop");
                }},
        OddCase{"SoldOverTwoCounters",
                [](Json& n) {
                    n["sourceName"] = "pos";
                    n["fulfillmentOrders"]["nodes"] = Json::array();
                    n["fulfillments"] = Json::array({{{"status", "SUCCESS"}, {"location", {{"legacyResourceId", "70009"}}}},
                                                     {{"status", "SUCCESS"}, {"location", {{"legacyResourceId", "70001"}}}}});
                },
                "", [](const MappedOrder& m) { EXPECT_EQ(m.order.lines[0].assigned_location_id, std::nullopt); }},
        OddCase{"TestOrder", [](Json& n) { n["test"] = true; }, "test_order", [](const MappedOrder&) {}},
        OddCase{"FirstPageOnly", [](Json& n) { n["lineItems"]["pageInfo"]["hasNextPage"] = true; }, "lines_incomplete",
                [](const MappedOrder&) {}},
        OddCase{"NullsEverywhere",
                [](Json& n) {
                    for (auto& [key, value] : n.items())
                        if (key != "id" && key != "createdAt" && key != "currencyCode" && key != "lineItems")
                            value = nullptr;
                    for (auto& [key, value] : line(n, 0).items())
                        if (key != "id" && key != "quantity") value = nullptr;
                },
                "pii_missing",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.external_order_id, "5500000001001");  // from the gid
                    EXPECT_EQ(m.order.last_remote_update_at, std::nullopt);
                    EXPECT_EQ(m.order.total_amount, std::nullopt);
                    EXPECT_EQ(words(m.order.tax_amount), "0.00 USD");  // nullable at Shopify, and then 0
                    EXPECT_EQ(m.order.lines[0].total_price, std::nullopt);
                    EXPECT_EQ(m.order.lines[0].tax_amount, std::nullopt);
                    EXPECT_EQ(m.order.lines[0].shippable_quantity, 2);
                }},
        OddCase{
            "DeletedLocation",
            [](Json& n) {
                n["fulfillmentOrders"]["nodes"][0]["assignedLocation"] = {{"name", "Old Barn"}, {"location", nullptr}};
            },
            "",
            [](const MappedOrder& m) {
                EXPECT_EQ(m.order.lines[0].assigned_location_id, std::nullopt);
                EXPECT_EQ(m.order.lines[0].assigned_location_name, "Old Barn");
            }},
        OddCase{"CancelledFulfilmentOrderDoesNotCount",
                [](Json& n) {
                    Json old = n["fulfillmentOrders"]["nodes"][0];
                    old["status"] = "CANCELLED";
                    old["assignedLocation"]["location"]["legacyResourceId"] = "70009";
                    n["fulfillmentOrders"]["nodes"].push_back(old);
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].assigned_location_id, 70001);
                    EXPECT_EQ(m.order.lines[0].shippable_quantity, 2);
                }},
        OddCase{"WithoutFulfilmentOrders",
                [](Json& n) {
                    n["fulfillmentOrders"]["nodes"] = Json::array();
                    line(n, 0)["unfulfilledQuantity"] = 1;
                    line(n, 1)["unfulfilledQuantity"] = 0;
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].shippable_quantity, 1);
                    EXPECT_EQ(m.order.lines[0].fulfillment_status, "partial");
                    EXPECT_EQ(m.order.lines[1].shippable_quantity, 0);
                    EXPECT_EQ(m.order.lines[1].fulfillment_status, "fulfilled");
                }},
        OddCase{"HeldGoodsMayStillShip", [](Json& n) { n["fulfillmentOrders"]["nodes"][0]["status"] = "ON_HOLD"; }, "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.lines[0].shippable_quantity, 2); }},
        OddCase{"EmailAsDisplayName",
                [](Json& n) {
                    n["customer"]["displayName"] = "jane@example.com";
                    n["billingAddress"]["name"] = "J. Doe";
                },
                "", [](const MappedOrder& m) { EXPECT_EQ(m.order.buyer_name, "J. Doe"); }},
        OddCase{"DefaultTitleAndEmptySku",
                [](Json& n) {
                    line(n, 0)["variantTitle"] = "Default Title";
                    line(n, 0)["sku"] = "";
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.lines[0].variant_sku, std::nullopt);
                    EXPECT_EQ(m.order.lines[0].sku, std::nullopt);
                }},
        OddCase{"LineAttributes",
                [](Json& n) {
                    line(n, 0)["customAttributes"] = Json::array({{{"key", "Engraving"}, {"value", "For \"Bo\"\n"}},
                                                                  {{"key", "_hidden"}, {"value", "x"}},
                                                                  {{"key", "Ribbon"}, {"value", nullptr}}});
                },
                "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.lines[0].notes, "Engraving: For \"Bo\"\n\nRibbon: "); }},
        OddCase{"SeveralGateways",
                [](Json& n) {
                    n["paymentGatewayNames"] = {"gift_card", "shopify_payments"};
                },
                "", [](const MappedOrder& m) { EXPECT_EQ(m.order.payment_method, "gift_card, shopify_payments"); }},
        OddCase{"NoGateway", [](Json& n) { n["paymentGatewayNames"] = Json::array(); }, "",
                [](const MappedOrder& m) { EXPECT_EQ(m.order.payment_method, std::nullopt); }},
        OddCase{"IdsAboveTwoToThe53",
                [](Json& n) {
                    n["legacyResourceId"] = 9007199254740993;
                    line(n, 0)["id"] = "gid://shopify/LineItem/9223372036854775807";
                },
                "",
                [](const MappedOrder& m) {
                    EXPECT_EQ(m.order.external_order_id, "9007199254740993");
                    EXPECT_EQ(m.order.lines[0].external_line_id, "9223372036854775807");
                }}),
    [](const auto& row) { return std::string(row.param.name); });

struct BadCase {
    const char* name;
    std::function<void(Json&)> change;
    const char* path;  // in the message
};
class UnreadablePayload : public testing::TestWithParam<BadCase> {};
TEST_P(UnreadablePayload, NamesTheField) {
    Json node = good_order();
    GetParam().change(node);
    const auto mapped = map(node);
    ASSERT_FALSE(mapped);
    EXPECT_EQ(mapped.error().kind, ErrorKind::invalid);
    EXPECT_EQ(mapped.error().code, "payload_invalid");
    EXPECT_NE(mapped.error().message.find(GetParam().path), std::string::npos) << mapped.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Hostile, UnreadablePayload,
    testing::Values(
        BadCase{"NoId",
                [](Json& n) {
                    n.erase("id");
                    n.erase("legacyResourceId");
                },
                "id is no order id"},
        BadCase{"NoCreatedAt", [](Json& n) { n["createdAt"] = nullptr; }, "createdAt is missing"},
        BadCase{"LocalTime", [](Json& n) { n["updatedAt"] = "2026-11-20 09:15"; }, "updatedAt is no time"},
        BadCase{"NoCurrency",
                [](Json& n) {
                    n.erase("currencyCode");
                    n.erase("totalPriceSet");
                },
                "currencyCode"},
        BadCase{"NoLineItems", [](Json& n) { n["lineItems"] = nullptr; }, "lineItems.nodes is missing"},
        BadCase{"LineWithoutId", [](Json& n) { line(n, 1).erase("id"); }, "lineItems.nodes[1].id"},
        BadCase{"QuantityText", [](Json& n) { line(n, 1)["quantity"] = "two"; }, "lineItems.nodes[1].quantity"},
        BadCase{"QuantityFraction", [](Json& n) { line(n, 0)["quantity"] = 1.5; }, "lineItems.nodes[0].quantity"},
        BadCase{"QuantityNegative", [](Json& n) { line(n, 0)["quantity"] = -1; }, "lineItems.nodes[0].quantity"},
        BadCase{"QuantityHuge", [](Json& n) { line(n, 0)["quantity"] = 1e30; }, "lineItems.nodes[0].quantity"},
        BadCase{"AmountText", [](Json& n) { set_amount(line(n, 0)["taxLines"][0]["priceSet"], "3,24"); },
                "lineItems.nodes[0].taxLines"},
        BadCase{"AmountHuge", [](Json& n) { set_amount(n["totalTaxSet"], "99999999999999999999"); }, "totalTaxSet"},
        BadCase{"SumTooLarge",
                [](Json& n) {
                    set_amount(line(n, 0)["originalTotalSet"], "92233720368547758.07");
                    set_amount(line(n, 1)["originalTotalSet"], "92233720368547758.07");
                },
                "lineItems.nodes[1].originalTotalSet"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(MapOrder, TakesFiveThousandLines) {
    Json node = good_order();
    const std::string one = line(node, 1).dump();
    std::string lines;
    for (int i = 0; i < 5000; ++i) {
        std::string copy = one;
        copy.replace(copy.find("LineItem/11002"), 14, "LineItem/" + std::to_string(20'000 + i));
        lines += (i > 0 ? "," : "") + copy;
    }
    node["lineItems"]["nodes"] = "LINES";
    std::string payload = node.dump();
    payload.replace(payload.find("\"LINES\""), 7, "[" + lines + "]");
    const auto mapped = map_order_payload(payload, rules_of_shop(false));
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(mapped->order.lines.size(), 5000U);
    EXPECT_EQ(words(mapped->order.subtotal_amount), "75000.00 USD");
    EXPECT_EQ(codes(mapped->problems), "totals_mismatch");
}

TEST(MapOrder, RefusesWhatIsNoOrderAtAll) {
    for (const std::string text : {"", "null", "[]", "{", "\"x\"", "{}", "{\"id\":{}}"}) {
        const auto mapped = map_order_payload(text, {});
        ASSERT_FALSE(mapped) << text;
        EXPECT_EQ(mapped.error().kind, ErrorKind::invalid) << text;
    }
    EXPECT_FALSE(map_order_payload(std::string(20'000, '['), {}));
}

TEST(MapOrder, SeesGiftsOnlyByTheKeysOfTheSetting) {
    Json node = good_order();
    OrderRules rules = rules_of_shop(false);
    EXPECT_FALSE(map(node, rules)->order.is_gift);
    rules.gift_attribute_keys = {"gift_message", "Gift"};
    EXPECT_TRUE(map(node, rules)->order.is_gift);
    EXPECT_FALSE(map(node, rules)->order.lines[0].is_gift);
    node["customAttributes"] = Json::array({{{"key", "Gift"}, {"value", "No"}}});
    line(node, 0)["customAttributes"] = Json::array({{{"key", "Gift"}, {"value", "true"}}});
    EXPECT_FALSE(map(node, rules)->order.is_gift);
    EXPECT_TRUE(map(node, rules)->order.lines[0].is_gift);
}

TEST(MapOrder, TakesTheOrdersOwnTaxRuleWhenTheShopsIsUnknown) {
    const auto mapped = map_order_payload(order_of("composed_orders_page_tax_inclusive.json", 0), {});
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->order.taxes_included, true);
    EXPECT_EQ(words(mapped->order.lines[0].selling_unit_price), "15.13");
}

// Recorded: 226.00 CAD with a line of two, of which one was removed afterwards: the ordered figures stay.
TEST(MapOrder, KeepsOrderedFiguresOfAnEditedOrder) {
    Json recorded =
        Json::parse(fixture("recorded_order_edit_and_multicurrency.json"))["edited_quantity_2_to_1_with_tax"]
                                                                          ["order_after"]["data"]["order"];
    Json node = good_order();
    for (const char* field : {"id", "totalTaxSet", "totalPriceSet", "currentTotalPriceSet"})
        node[field] = recorded[field];
    node.erase("legacyResourceId");
    node["currencyCode"] = "CAD";
    node["totalDiscountsSet"] = nullptr;
    node["totalShippingPriceSet"] = nullptr;
    node["fulfillmentOrders"]["nodes"] = Json::array();
    Json one = recorded["lineItems"]["nodes"][0];
    one["id"] = "gid://shopify/LineItem/1";
    node["lineItems"]["nodes"] = Json::array({one});
    for (const char* field : {"totalTipReceivedSet", "totalOutstandingSet"}) node[field] = nullptr;
    const auto mapped = map(node);
    ASSERT_TRUE(mapped) << mapped.error().message;
    EXPECT_EQ(mapped->order.external_order_id, "8913892278578");
    EXPECT_EQ(words(mapped->order.total_amount), "226.00 CAD");
    EXPECT_EQ(words(mapped->order.subtotal_amount), "200.00 CAD");
    EXPECT_EQ(mapped->order.lines[0].quantity, 2);
    EXPECT_EQ(mapped->order.lines[0].current_quantity, 1);
    // The recording has no originalTotalSet: unit price x quantity stands in for it.
    EXPECT_EQ(words(mapped->order.lines[0].total_price), "200.00 CAD");
    EXPECT_EQ(words(mapped->order.lines[0].selling_unit_price), "100.00");
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
