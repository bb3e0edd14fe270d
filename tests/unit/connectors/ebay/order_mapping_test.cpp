// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/order_mapping.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

OrderRules rules(TaxesIncluded taxes = TaxesIncluded::by_marketplace) { return {taxes, find_marketplace("EBAY_US")}; }

MappedOrder mapped(const Json& payload, const OrderRules& with = rules()) {
    auto order = map_order_payload(payload.dump(), with);
    EXPECT_TRUE(order) << (order ? "" : order.error().message);
    return order ? std::move(*order) : MappedOrder{};
}

std::optional<Json> published_order(const std::string& file, std::size_t index) {
    const auto page = published_json("examples/" + file);
    if (!page) return std::nullopt;
    return (*page)["orders"][index];
}

/// Each order of the recorded and composed examples, every field worked out by hand from the payload.
struct Row {
    const char* name;
    const char* file;
    std::size_t index;
    const char* says;
};
class EbayOrderExamples : public ::testing::TestWithParam<Row> {};

TEST_P(EbayOrderExamples, MapsAsTheFieldMapSays) {
    const auto payload = published_order(GetParam().file, GetParam().index);
    if (!payload) GTEST_SKIP() << "eBay's examples are not here";
    const auto order = mapped(*payload);
    EXPECT_EQ(words(order.order), GetParam().says);
    EXPECT_EQ(codes(order.problems), "");
}

INSTANTIATE_TEST_SUITE_P(
    Published, EbayOrderExamples,
    ::testing::Values(
        // 70 - 5 off = 65; 9 delivery - 3 off; tax 5.86; 65 + 6 + 5.86 = 76.86. 40 / 2 = 20 a mug.
        Row{"PartlyShippedAndRefunded", "getOrders_us.json", 0,
            "order 12-34567-89012 12-34567-89012\n"
            "status partially_fulfilled, payment partially_refunded by EBAY\n"
            "ordered 2026-05-04T17:21:09Z, updated 2026-05-06T20:02:44Z\n"
            "taxes_included false, currency USD\n"
            "buyer Pat Sample 0a1b2c3d4e5f6a7b8c9d@members.ebay.com\n"
            "subtotal 70.00 USD, shipping 9.00 USD, tax 5.86 USD, discount 8.00 USD, total 76.86 USD\n"
            "bill Pat Sample | 100 Example St | - | Austin | TX | 78703-1200 | US | 5125550100\n"
            "ship Pat Sample | 100 Example St | Unit 4 | Austin | TX | 78703-1200 | US | 5125550100\n"
            "gift true, notes Please leave at the side door.\nGift message for TEE-BLU-L: Happy birthday\n"
            "line 10012345678901 sku MUG-RED-12, Stoneware mug, red, 12 oz, MUG-RED-12, variant 110000000001, location "
            "- -, quantity 2 current - shippable 0, unit 20.00 USD, selling 20.00, total 40.00 USD, tax 3.30 USD, "
            "discount 5.00 USD, shipping 3.00 USD, fulfilment fulfilled, gift false, notes -\n"
            "line 10012345678902 sku TEE-BLU-L, Cotton tee (Color: Blue, Size: L), TEE-BLU-L, variant "
            "110000000002:TEE-BLU-L, location - -, quantity 1 current - shippable 1, unit 30.00 USD, selling 30.00, "
            "total 30.00 USD, tax 2.56 USD, discount -, shipping 3.00 USD, fulfilment open, gift true, notes Happy "
            "birthday\n"},
        // 15 for 3 is 5 each; no discount is stated, so none is there.
        Row{"CancelledWithoutSku", "getOrders_us.json", 1,
            "order 08-22222-33333 08-22222-33333\n"
            "status cancelled, payment refunded by EBAY\n"
            "ordered 2026-05-02T08:11:00Z, updated 2026-05-03T09:30:15Z\n"
            "taxes_included false, currency USD\n"
            "buyer Sam Sample -\n"
            "subtotal 15.00 USD, shipping 0.00 USD, tax 1.20 USD, discount -, total 16.20 USD\n"
            "bill - | - | - | - | - | - | - | -\n"
            "ship Sam Sample | 5 Lake Rd | - | Cleveland | OH | 44101 | US | 2165550100\n"
            "gift false, notes -\n"
            "line 10022222222201 sku -, Listing without a seller SKU, -, variant 110000000003, location - -, quantity "
            "3 current - shippable 0, unit 5.00 USD, selling 5.00, total 15.00 USD, tax 1.20 USD, discount -, shipping "
            "0.00 USD, fulfilment open, gift false, notes -\n"},
        // The address of eBay's hub, with its reference; the final destination is no business of the warehouse.
        Row{"InternationalShipping", "getOrders_us.json", 2,
            "order 20-44444-55555 20-44444-55555\n"
            "status fulfilled, payment paid by EBAY\n"
            "ordered 2026-05-01T21:40:00Z, updated 2026-05-04T11:00:00Z\n"
            "taxes_included false, currency USD\n"
            "buyer Alex Sample -\n"
            "subtotal 120.00 USD, shipping 12.50 USD, tax -, discount -, total 132.50 USD\n"
            "bill - | - | - | - | - | - | - | -\n"
            "ship Alex Sample | 1850 Airport Exchange Blvd #200 | Reference #2001122334455 | Erlanger | KY | 41025 | "
            "US "
            "| 8595550100\n"
            "gift false, notes -\n"
            "line 10044444444401 sku LENS-50, 50 mm lens, LENS-50, variant 110000000004, location - -, quantity 1 "
            "current - shippable 0, unit 120.00 USD, selling 120.00, total 120.00 USD, tax -, discount -, shipping "
            "12.50 USD, fulfilment fulfilled, gift false, notes -\n"},
        // VAT that eBay collects is in no total here, and taxes[] is empty: none is stated. The payout in GBP is not
        // it.
        Row{"GermanListingOfAnAustrianBuyer", "getOrders_masked_sandbox.json", 0,
            "order 1********5 1********5\n"
            "status open, payment paid by EBAY\n"
            "ordered 2023-08-02T08:26:18Z, updated 2023-08-02T08:35:01Z\n"
            "taxes_included true, currency EUR\n"
            "buyer q********r 2********@********.com\n"
            "subtotal 100.00 EUR, shipping 16.26 EUR, tax -, discount -, total 116.26 EUR\n"
            "bill q********r | S********4 | - | A********n | d********t | 2***0 | BE | ********\n"
            "ship B********y | C********7 | - | A********e | M********d | 2***9 | ES | -\n"
            "gift false, notes -\n"
            "line 1********1 sku -, OSS:UK Bus Seller-IT Loc-Price 123-Regular-SellerVat23%, -, variant 2********1, "
            "location - -, quantity 1 current - shippable 1, unit 100.00 EUR, selling 100.00, total 100.00 EUR, tax -, "
            "discount -, shipping 16.26 EUR, fulfilment open, gift false, notes -\n"},
        Row{"PaidOutInAnotherCurrency", "getOrders_masked_sandbox.json", 1,
            "order 2********8 2********8\n"
            "status open, payment paid by EBAY\n"
            "ordered 2023-08-02T07:49:18Z, updated 2023-08-02T07:50:52Z\n"
            "taxes_included false, currency USD\n"
            "buyer q********r 2********@********.com\n"
            "subtotal 200.00 USD, shipping 18.00 USD, tax -, discount -, total 218.00 USD\n"
            "bill q********r | 2********t | - | S********y | N********s | 2***0 | AU | 6********3\n"
            "ship B********y | 1********e | - | P********i | - | 3***5 | NZ | 2********3\n"
            "gift false, notes -\n"
            "line 1********6 sku -, U********e, -, variant 2********4, location - -, quantity 1 current - shippable 1, "
            "unit 200.00 USD, selling 200.00, total 200.00 USD, tax -, discount -, shipping 18.00 USD, fulfilment "
            "open, gift false, notes -\n"}),
    [](const auto& row) { return std::string{row.param.name}; });

/// A small order to change one thing of.
Json plain_order() {
    return Json::parse(R"({"orderId":"1-1","creationDate":"2026-11-01T10:00:00.000Z",
        "lastModifiedDate":"2026-11-02T10:00:00.000Z","orderFulfillmentStatus":"NOT_STARTED","orderPaymentStatus":"PAID",
        "pricingSummary":{"priceSubtotal":{"value":"10.0","currency":"USD"},"total":{"value":"10.0","currency":"USD"}},
        "cancelStatus":{"cancelState":"NONE_REQUESTED","cancelRequests":[]},
        "fulfillmentStartInstructions":[{"shippingStep":{"shipTo":{"fullName":"A B",
            "contactAddress":{"addressLine1":"1 Rd","city":"X","postalCode":"1","countryCode":"US"}}}}],
        "lineItems":[{"lineItemId":"7","legacyItemId":"110","sku":"S","title":"T","quantity":4,
            "lineItemCost":{"value":"10.0","currency":"USD"},"lineItemFulfillmentStatus":"NOT_STARTED",
            "listingMarketplaceId":"EBAY_US"}]})");
}

struct StateRow {
    const char* name;
    const char* fulfilment;
    const char* cancel;
    const char* payment;
    const char* says;  // status payment, units to ship, problems
};
class EbayOrderStates : public ::testing::TestWithParam<StateRow> {};

TEST_P(EbayOrderStates, FollowTheTable) {
    Json payload = plain_order();
    payload["orderFulfillmentStatus"] = GetParam().fulfilment;
    payload["lineItems"][0]["lineItemFulfillmentStatus"] = GetParam().fulfilment;
    payload["cancelStatus"]["cancelState"] = GetParam().cancel;
    payload["orderPaymentStatus"] = GetParam().payment;
    const auto order = mapped(payload);
    EXPECT_EQ(std::string{to_string(order.order.status)} + " " + words(order.order.payment_status) + " " +
                  std::to_string(order.order.lines[0].shippable_quantity) + " " + words(order.order.notes) + " " +
                  codes(order.problems),
              GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayOrderStates,
    ::testing::Values(StateRow{"Open", "NOT_STARTED", "NONE_REQUESTED", "PAID", "open paid 4 - "},
                    // How many of the four have left, the order does not say; one has.
                    StateRow{"UnderWay", "IN_PROGRESS", "NONE_REQUESTED", "PAID", "partially_fulfilled paid 3 - "},
                    StateRow{"Shipped", "FULFILLED", "NONE_REQUESTED", "PAID", "fulfilled paid 0 - "},
                    StateRow{"Cancelled", "NOT_STARTED", "CANCELED", "FULLY_REFUNDED", "cancelled refunded 0 - "},
                    StateRow{"ShippedThenCancelled", "FULFILLED", "CANCELED", "PAID", "cancelled paid 0 - "},
                    StateRow{"CancellationAsked", "NOT_STARTED", "IN_PROGRESS", "PAID",
                             "open paid 4 Cancellation requested "},
                    StateRow{"Unpaid", "NOT_STARTED", "NONE_REQUESTED", "PENDING", "open pending 0 - "},
                    StateRow{"PaymentFailed", "NOT_STARTED", "NONE_REQUESTED", "FAILED", "open failed 0 - "},
                    StateRow{"PartlyRefunded", "NOT_STARTED", "NONE_REQUESTED", "PARTIALLY_REFUNDED",
                             "open partially_refunded 4 - "},
                    StateRow{"NewWord", "PACKED", "NONE_REQUESTED", "PAID", "open paid 0 - status_unknown"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(EbayOrderMapping, EbayShipsForItself) {
    Json payload = plain_order();
    payload["program"]["fulfillmentProgram"]["fulfilledBy"] = "EBAY";
    const auto order = mapped(payload).order;
    EXPECT_EQ(order.shipped_by, "eBay");
    EXPECT_EQ(order.lines[0].shippable_quantity, 0);
}

TEST(EbayOrderMapping, ReasonOfACancellationIsTold) {
    Json payload = plain_order();
    payload["cancelStatus"] = {{"cancelState", "IN_PROGRESS"},
                               {"cancelRequests", {{{"cancelReason", "BUYER_ASKED_CANCEL"}}}}};
    payload["buyerCheckoutNotes"] = "Ring twice";
    EXPECT_EQ(mapped(payload).order.notes, "Ring twice\nCancellation requested: BUYER_ASKED_CANCEL");
}

TEST(EbayOrderMapping, AddressesAreMadeForLabels) {
    Json payload = plain_order();
    Json& step = payload["fulfillmentStartInstructions"][0]["shippingStep"];
    step["shipToReferenceId"] = "Reference #5";
    step["shipTo"]["fullName"] = " A  B ";
    step["shipTo"]["companyName"] = "Widgets Ltd";
    step["shipTo"]["contactAddress"]["county"] = "Kent";
    EXPECT_EQ(words(mapped(payload).order.shipping), "A  B, Widgets Ltd | 1 Rd | Reference #5 | X | Kent | 1 | US | -");
}

TEST(EbayOrderMapping, PickUpInAShopHasNoAddress) {
    Json payload = plain_order();
    payload["fulfillmentStartInstructions"] = {
        {{"fulfillmentInstructionsType", "PICKUP_IN_STORE"}, {"pickupStep", {{"merchantLocationKey", "store-9"}}}}};
    const auto order = mapped(payload).order;
    EXPECT_EQ(order.shipping, domain::Address{});
    EXPECT_EQ(order.notes, "The buyer collects the goods at store-9");
}

TEST(EbayOrderMapping, TaxRuleFollowsTheListingsSiteOrTheSetting) {
    const auto included = [](const char* site, TaxesIncluded setting) {
        Json payload = plain_order();
        payload["lineItems"][0]["listingMarketplaceId"] = site;
        return mapped(payload, rules(setting)).order.taxes_included;
    };
    EXPECT_EQ(included("EBAY_CA", TaxesIncluded::by_marketplace), false);
    EXPECT_EQ(included("EBAY_GB", TaxesIncluded::by_marketplace), true);
    EXPECT_EQ(included("EBAY_XX", TaxesIncluded::by_marketplace), false);  // the channel's own: US
    EXPECT_EQ(included("EBAY_US", TaxesIncluded::yes), true);
    EXPECT_EQ(included("EBAY_GB", TaxesIncluded::no), false);
    EXPECT_EQ(included("EBAY_GB", TaxesIncluded::unknown), std::nullopt);
}

TEST(EbayOrderMapping, AmountsInTheirOddForms) {
    Json payload = plain_order();
    const auto usd = [](const char* value) { return Json{{"value", value}, {"currency", "USD"}}; };
    payload["pricingSummary"] = {
        {"priceSubtotal", usd("10")}, {"adjustment", usd("-1.005")}, {"deliveryDiscount", usd("-2.0")},
        {"deliveryCost", usd("2.0")}, {"fee", usd("0.5")},           {"total", usd("9.5")}};
    payload["lineItems"][0]["deliveryCost"] = {{"shippingCost", usd("1.0")}, {"handlingCost", usd("0.25")}};
    payload["lineItems"][0]["appliedPromotions"] = {{{"discountAmount", usd("0.5")}},
                                                    {{"discountAmount", usd("0.25")}}};
    payload["lineItems"][0]["taxes"] = {{{"amount", usd("0.1")}}, {{"amount", usd("0.2")}}};
    payload["lineItems"][0]["quantity"] = 3;
    const auto order = mapped(payload);
    // -1.005 is rounded half to even: -1.00.
    EXPECT_EQ(words(order.order.subtotal_amount), "9.00 USD");
    EXPECT_EQ(words(order.order.discount_amount), "2.00 USD");
    EXPECT_EQ(words(order.order.tax_amount), "0.30 USD");  // of the lines, for the order states none
    EXPECT_EQ(words(order.order.lines[0].shipping_amount), "1.25 USD");
    EXPECT_EQ(words(order.order.lines[0].discount_amount), "0.75 USD");
    EXPECT_EQ(words(order.order.lines[0].unit_price), "3.33 USD");
    EXPECT_EQ(codes(order.problems), "");
}

TEST(EbayOrderMapping, PartsThatDoNotMakeTheTotalAreAProblem) {
    Json payload = plain_order();
    payload["pricingSummary"]["total"]["value"] = "11.0";
    const auto order = mapped(payload);
    ASSERT_EQ(codes(order.problems), "totals_mismatch");
    EXPECT_EQ(order.problems[0].message,
              "the order's total is 11.00 USD, its parts make 10.00 USD; compare it with Seller Hub");
}

TEST(EbayOrderMapping, ForeignAmountIsLeftOut) {
    Json payload = plain_order();
    payload["pricingSummary"]["deliveryCost"] = {{"value", "3.0"}, {"currency", "GBP"}};
    const auto order = mapped(payload);
    EXPECT_EQ(order.order.shipping_amount, std::nullopt);
    EXPECT_EQ(codes(order.problems), "foreign_currency");
}

struct Damage {
    const char* name;
    const char* pointer;
    Json value;  // null: taken away
    const char* says;
};
class EbayOrderDamage : public ::testing::TestWithParam<Damage> {};

TEST_P(EbayOrderDamage, IsNamedByPath) {
    Json payload = plain_order();
    const Json::json_pointer pointer(GetParam().pointer);
    if (GetParam().value.is_null())
        payload.at(pointer.parent_pointer()).erase(pointer.back());
    else
        payload[pointer] = GetParam().value;
    const auto order = map_order_payload(payload.dump(), rules());
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().kind, ErrorKind::invalid);
    EXPECT_EQ(order.error().message, GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayOrderDamage,
    ::testing::Values(Damage{"NoId", "/orderId", {}, "orderId is missing"},
                    Damage{"NoLines", "/lineItems", {}, "lineItems is missing"},
                    Damage{"NoDate", "/creationDate", {}, "creationDate is missing"},
                    Damage{"NoTime", "/lastModifiedDate", "yesterday",
                           "lastModifiedDate is no time like 2026-11-20T09:15:30Z: \"yesterday\""},
                    Damage{"NoLineId", "/lineItems/0/lineItemId", {}, "lineItems[0].lineItemId is missing"},
                    Damage{"NoQuantity", "/lineItems/0/quantity", {}, "lineItems[0].quantity is no quantity: \"\""},
                    Damage{"Quantity", "/lineItems/0/quantity", -1, "lineItems[0].quantity is no quantity: \"-1\""},
                    Damage{"Amount", "/pricingSummary/total/value", "ten", "total is no amount: \"ten\""},
                    Damage{"LineAmount", "/lineItems/0/lineItemCost/value", "1,00",
                           "lineItems[0].lineItemCost is no amount: \"1,00\""}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(EbayOrderMapping, WhatEbayHidesStaysKnown) {
    const auto payload = published_order("getOrders_us.json", 0);
    if (!payload) GTEST_SKIP() << "eBay's examples are not here";
    const auto older = mapped(*payload).order;
    Json later = *payload;
    later["buyer"].erase("buyerRegistrationAddress");
    later["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"].erase("email");
    later["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]["fullName"] = "Pat S.";
    auto newer = mapped(later).order;
    EXPECT_EQ(newer.buyer_email, std::nullopt);
    keep_known_facts(newer, older);
    EXPECT_EQ(newer.billing, older.billing);
    EXPECT_EQ(newer.buyer_name, "Pat Sample");
    EXPECT_EQ(newer.buyer_email, older.buyer_email);
    EXPECT_EQ(newer.shipping.name, "Pat S.");  // what is said anew counts
}

TEST(EbayOrderMapping, TitleOutlivesAListingThatIsOnHold) {
    Json payload = plain_order();
    payload["lineItems"][0]["title"] = "Blue mug";
    const auto older = mapped(payload).order;
    payload["lineItems"][0]["title"] = "110";  // the listing's number: what eBay shows in its place
    auto newer = mapped(payload).order;
    keep_known_facts(newer, older);
    EXPECT_EQ(newer.lines[0].title, "Blue mug");
    payload["lineItems"][0]["title"] = "Blue mug, large";
    newer = mapped(payload).order;
    keep_known_facts(newer, older);
    EXPECT_EQ(newer.lines[0].title, "Blue mug, large") << "a new title counts";
}

TEST(EbayOrderMapping, VariationWithoutSkuIsFoundByItsAspects) {
    Json payload = plain_order();
    Json& line = payload["lineItems"][0];
    line.erase("sku");
    line["legacyVariationId"] = "51";
    line["variationAspects"] = {{{"name", "Color"}, {"value", "Blue"}}, {{"name", "Size"}, {"value", "M"}}};
    EXPECT_EQ(mapped(payload).order.lines[0].variant_id, "110:Color=Blue;Size=M");
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
