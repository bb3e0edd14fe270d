// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_mapping.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

OrderRules rules() { return {{}, "USD"}; }

MappedOrder mapped(const Json& payload) {
    auto order = map_order_payload(payload.dump(), rules());
    EXPECT_TRUE(order) << (order ? "" : order.error().message);
    return order ? std::move(*order) : MappedOrder{};
}

/// "2026-01-01 example 3" or "v0 example" to the payload the connector would keep.
std::map<std::string, Json> published_orders() {
    std::map<std::string, Json> out;
    const auto newer = example_file("orders-2026-01-01.json"), older = example_file("orders-v0.json");
    if (!newer || !older) return out;
    for (const Json& one : (*newer)["cases"]) {
        const Json& response = one["response"];
        if (response.contains("order")) out[response["order"]["orderId"]] = response["order"];
        if (response.contains("orders"))
            for (const Json& order : response["orders"]) out[order["orderId"]] = order;
    }
    Json items;
    for (const Json& one : (*older)["cases"])
        if (one["operationId"] == "getOrderItems" && one["status"] == 200)
            items[one["response"]["payload"]["AmazonOrderId"].get<std::string>()] =
                one["response"]["payload"]["OrderItems"];
    for (const Json& one : (*older)["cases"]) {
        if (one["status"] != 200) continue;
        std::vector<Json> orders;
        if (one["operationId"] == "getOrder") orders.push_back(one["response"]["payload"]);
        if (one["operationId"] == "getOrders")
            for (const Json& order : one["response"]["payload"]["Orders"]) orders.push_back(order);
        for (const Json& order : orders) {
            const std::string id = order["AmazonOrderId"];
            out[id] = {{"order", order}, {"items", items.contains(id) ? items[id] : Json::array()}};
        }
    }
    return out;
}

struct Published {
    const char* id;
    /// status payment by method | currency subtotal shipping tax discount total | lines units | shipped by
    const char* says;
};

std::string brief(const domain::Order& o) {
    std::int64_t units = 0, shippable = 0;
    for (const auto& line : o.lines) units += line.quantity, shippable += line.shippable_quantity;
    return std::string{to_string(o.status)} + " " + words(o.payment_status) + " by " + words(o.payment_method) + " | " +
           o.currency + " " + words(o.subtotal_amount) + ", " + words(o.shipping_amount) + ", " + words(o.tax_amount) +
           ", " + words(o.discount_amount) + ", " + words(o.total_amount) + " | " + std::to_string(o.lines.size()) +
           " lines " + std::to_string(units) + " units " + std::to_string(shippable) + " to ship | " +
           words(o.shipped_by);
}

/// Every order of Amazon's published examples, worked out by hand from the payload.
constexpr Published kPublished[] = {
    {"250-1234567-8901234",
     "fulfilled paid by - | JPY 19940 JPY, -, -, -, 19940 JPY | 2 lines 3 units 0 to ship | Amazon (FBA)"},
    {"202-7654321-1098765", "fulfilled paid by - | GBP 34.99 GBP, -, -, -, 34.99 GBP | 1 lines 1 units 0 to ship | -"},
    {"171-2345678-9012345",
     "open paid by CreditCard | BRL 1599.90 BRL, -, -, -, 1599.90 BRL | 1 lines 1 units 1 to ship | -"},
    {"123-4567890-1234567",
     "fulfilled paid by - | USD 149.97 USD, -, 0.02 USD, -, 154.99 USD | 2 lines 3 units 0 to ship | -"},
    {"171-9876543-2109876", "open paid by - | BRL 299.90 BRL, -, -, -, 299.90 BRL | 1 lines 1 units 1 to ship | -"},
    {"028-1234567-8901234",
     "fulfilled paid by - | TRY 125.00 TRY, -, -, -, 125.00 TRY | 1 lines 2 units 0 to ship | -"},
    {"114-9876543-1234567",
     "open paid by - | USD 39.99 USD, -, 10.00 USD, -, 49.99 USD | 1 lines 1 units 1 to ship | -"},
    {"202-1234567-8901234",
     "fulfilled paid by - | GBP 89.97 GBP, 10.00 GBP, 4.00 GBP, -, 103.97 GBP | 1 lines 3 units 0 to ship | -"},
    {"902-1845936-5435065",
     "open paid by Standard | USD 10.00 USD, -, 1.01 USD, 0.00 USD, 11.01 USD | 1 lines 1 units 1 to ship | -"},
    {"902-8745147-1934268", "open paid by Standard | USD -, -, -, -, 11.01 USD | 0 lines 0 units 0 to ship | -"},
    {"902-3159896-1390916",
     "open pending by CreditCard, GiftCertificate | USD -, -, -, -, - | 0 lines 0 units 0 to ship | -"},
    {"921-3175655-0452641",
     "fulfilled paid by Invoice | EUR -, -, -, -, 100.00 EUR | 0 lines 0 units 0 to ship | Amazon (FBA)"},
};

TEST(AmazonOrderMapping, EveryPublishedOrder) {
    const auto orders = published_orders();
    if (orders.empty()) GTEST_SKIP() << "Amazon's examples are not here";
    for (const Published& one : kPublished) {
        ASSERT_TRUE(orders.contains(one.id)) << one.id;
        EXPECT_EQ(brief(mapped(orders.at(one.id)).order), one.says) << one.id;
    }
    for (const auto& [id, payload] : orders) {
        const bool listed = std::any_of(std::begin(kPublished), std::end(kPublished),
                                        [&id = id](const auto& row) { return row.id == id; });
        EXPECT_TRUE(listed) << "the examples have an order that the table lacks: " << id;
    }
}

TEST(AmazonOrderMapping, EveryFieldOfTheSandboxOrder) {
    const auto orders = published_orders();
    if (orders.empty()) GTEST_SKIP() << "Amazon's examples are not here";
    EXPECT_EQ(
        words(mapped(orders.at("902-1845936-5435065")).order),
        "order 902-1845936-5435065 902-1845936-5435065\n"
        "status open, payment paid by Standard\n"
        "ordered 1970-01-19T03:58:30Z, updated 1970-01-19T03:58:32Z\n"
        "taxes_included -, currency USD\n"
        "buyer - -\n"
        "subtotal 10.00 USD, shipping -, tax 1.01 USD, discount 0.00 USD, total 11.01 USD\n"
        "bill - | - | - | - | - | - | - | -\n"
        "ship - | - | - | - | - | - | - | -\n"
        "gift false, notes The buyer asks to cancel NABetaASINB00551Q3CS: Found cheaper somewhere else.\n"
        "line 05015851154158 sku NABetaASINB00551Q3CS, B00551Q3CS [Card Book], B00551Q3CS, variant "
        "ATVPDKIKX0DER:NABetaASINB00551Q3CS, location - -, quantity 1 current - shippable 1, unit 10.00 USD, selling "
        "10.00, "
        "total 10.00 USD, tax 1.01 USD, discount 0.00 USD, shipping -, fulfilment unshipped, gift false, notes -\n");
    const domain::Order british = mapped(orders.at("202-1234567-8901234")).order;
    const std::string text = words(british);
    EXPECT_EQ(text.substr(0, text.find("line ")),
              "order 202-1234567-8901234 UK-MERCHANT-ORDER-2024-001\n"
              "status fulfilled, payment paid by -\n"
              "ordered 2024-12-25T09:15:00Z, updated 2024-12-25T16:30:00Z\n"
              "taxes_included -, currency GBP\n"
              "buyer James Wilson buyer-email@marketplace.amazon.co.uk\n"
              "subtotal 89.97 GBP, shipping 10.00 GBP, tax 4.00 GBP, discount -, total 103.97 GBP\n"
              "bill - | - | - | - | - | - | - | -\n"
              "ship James Wilson | 123 High Street | Unit 4B | Manchester | England | M1 2AB | GB | +44 161 123 4567\n"
              "gift true, notes Gift message for ECHO-DOT-4-UK-CHARCOAL-3PACK: Happy Christmas! Hope you enjoy your "
              "new smart speakers.\n");
    EXPECT_EQ(text.substr(text.find(", variant ")),
              ", variant A1F83G8C2ARO7P:ECHO-DOT-4-UK-CHARCOAL-3PACK, location - -, quantity 3 current - shippable 0, "
              "unit 29.99 GBP, "
              "selling 29.99, total 89.97 GBP, tax 4.00 GBP, discount -, shipping 10.00 GBP, fulfilment shipped, gift "
              "true, notes Happy "
              "Christmas! Hope you enjoy your new smart speakers.\n");
}

// ---- one order in both shapes ----

Json money_v0(const char* amount, const char* currency = "USD") {
    return {{"CurrencyCode", currency}, {"Amount", amount}};
}
Json money_2026(const char* amount, const char* currency = "USD") {
    return {{"currencyCode", currency}, {"amount", amount}};
}
Json part(const char* type, const char* amount, const char* currency = "USD") {
    return {{"type", type}, {"subtotal", money_2026(amount, currency)}};
}

/// Sandbox-like: two lines, one of them a gift with a promotion and shipping, one unit of three shipped.
Json order_v0() {
    return {
        {"order",
         {{"AmazonOrderId", "111-2345678-7654321"},
          {"SellerOrderId", "WEB-77"},
          {"PurchaseDate", "2026-11-18T09:00:00Z"},
          {"LastUpdateDate", "2026-11-19T10:00:00Z"},
          {"OrderStatus", "PartiallyShipped"},
          {"FulfillmentChannel", "MFN"},
          {"MarketplaceId", "ATVPDKIKX0DER"},
          {"OrderTotal", money_v0("64.37")},
          {"PaymentMethod", "Other"},
          {"PaymentMethodDetails", {"CreditCard", "GiftCertificate"}},
          {"BuyerInfo",
           {{"BuyerName", "Ann Example"}, {"BuyerEmail", "x@marketplace.amazon.com"}, {"PurchaseOrderNumber", "PO-9"}}},
          {"ShippingAddress",
           {{"Name", "Bob Example"},
            {"AddressLine1", "1 Cross St."},
            {"AddressLine2", "Floor 2"},
            {"AddressLine3", "Left"},
            {"City", "Canton"},
            {"StateOrRegion", "MI"},
            {"PostalCode", "48817"},
            {"CountryCode", "US"},
            {"Phone", "555-0100"}}}}},
        {"items",
         {{{"OrderItemId", "1001"},
           {"SellerSKU", "MUG"},
           {"ASIN", "B000000001"},
           {"Title", "Mug"},
           {"QuantityOrdered", 3},
           {"QuantityShipped", 1},
           {"ItemPrice", money_v0("30.00")},
           {"ItemTax", money_v0("2.40")},
           {"ShippingPrice", money_v0("5.99")},
           {"ShippingTax", money_v0("0.48")},
           {"PromotionDiscount", money_v0("3.00")},
           {"ShippingDiscount", money_v0("1.00")},
           {"PromotionDiscountTax", money_v0("0.50")},
           {"IsGift", "true"},
           {"BuyerInfo", {{"GiftMessageText", "For you!"}}},
           {"BuyerRequestedCancel", {{"IsBuyerRequestedCancel", "false"}}}},
          {{"OrderItemId", "1002"},
           {"SellerSKU", "CUP"},
           {"ASIN", "B000000002"},
           {"Title", "Cup"},
           {"QuantityOrdered", 2},
           {"QuantityShipped", 0},
           {"ItemPrice", money_v0("28.00")},
           {"ItemTax", money_v0("2.00")},
           {"IsGift", "false"},
           {"BuyerRequestedCancel", {{"IsBuyerRequestedCancel", "true"}, {"BuyerCancelReason", "Too late"}}}}}}};
}

Json order_2026() {
    return {{"orderId", "111-2345678-7654321"},
            {"orderAliases", {{{"aliasId", "WEB-77"}, {"aliasType", "SELLER_ORDER_ID"}}}},
            {"createdTime", "2026-11-18T09:00:00.000Z"},
            {"lastUpdatedTime", "2026-11-19T10:00:00.000Z"},
            {"salesChannel", {{"channelName", "AMAZON"}, {"marketplaceId", "ATVPDKIKX0DER"}}},
            {"buyer",
             {{"buyerName", "Ann Example"},
              {"buyerEmail", "x@marketplace.amazon.com"},
              {"buyerPurchaseOrderNumber", "PO-9"}}},
            {"recipient",
             {{"deliveryAddress",
               {{"name", "Bob Example"},
                {"addressLine1", "1 Cross St."},
                {"addressLine2", "Floor 2"},
                {"addressLine3", "Left"},
                {"city", "Canton"},
                {"stateOrRegion", "MI"},
                {"postalCode", "48817"},
                {"countryCode", "US"},
                {"phone", "555-0100"}}}}},
            {"proceeds", {{"grandTotal", money_2026("64.37")}}},
            {"payment",
             {{"paymentExecutions", {{{"paymentMethod", "CreditCard"}}, {{"paymentMethod", "GiftCertificate"}}}}}},
            {"fulfillment", {{"fulfillmentStatus", "PARTIALLY_SHIPPED"}, {"fulfilledBy", "MERCHANT"}}},
            {"orderItems",
             {{{"orderItemId", "1001"},
               {"quantityOrdered", 3},
               {"product",
                {{"asin", "B000000001"},
                 {"title", "Mug"},
                 {"sellerSku", "MUG"},
                 {"price", {{"unitPrice", money_2026("10.00")}}}}},
               {"proceeds",
                {{"breakdowns",
                  {part("ITEM", "30.00"), part("SHIPPING", "5.99"), part("TAX", "2.38"), part("DISCOUNT", "-3.00"),
                   part("DISCOUNT", "-1.00")}}}},
               {"fulfillment",
                {{"quantityFulfilled", 1},
                 {"quantityUnfulfilled", 2},
                 {"packing", {{"giftOption", {{"giftMessage", "For you!"}}}}}}}},
              {{"orderItemId", "1002"},
               {"quantityOrdered", 2},
               {"product",
                {{"asin", "B000000002"},
                 {"title", "Cup"},
                 {"sellerSku", "CUP"},
                 {"price", {{"unitPrice", money_2026("14.00")}}}}},
               {"proceeds", {{"breakdowns", {part("ITEM", "28.00"), part("TAX", "2.00")}}}},
               {"cancellation", {{"cancellationRequest", {{"requester", "BUYER"}, {"cancelReason", "Too late"}}}}},
               {"fulfillment", {{"quantityFulfilled", 0}, {"quantityUnfulfilled", 2}}}}}}};
}

TEST(AmazonOrderMapping, BothVersionsGiveTheSameHubOrder) {
    const domain::Order older = mapped(order_v0()).order, newer = mapped(order_2026()).order;
    EXPECT_EQ(words(older), words(newer));
    EXPECT_EQ(older, newer);  // also what the words do not show
    EXPECT_EQ(brief(older),
              "partially_fulfilled paid by CreditCard, GiftCertificate | USD 58.00 USD, 5.99 USD, 4.38 USD, 4.00 USD, "
              "64.37 USD | "
              "2 lines 5 units 4 to ship | -");
    EXPECT_EQ(words(older.notes),
              "Purchase order: PO-9\nGift message for MUG: For you!\nThe buyer asks to cancel CUP: Too late");
    EXPECT_EQ(words(older.shipping), "Bob Example | 1 Cross St. | Floor 2, Left | Canton | MI | 48817 | US | 555-0100");
    EXPECT_EQ(older.lines[0].fulfillment_status, "partially_shipped");
}

/// The German example: 25.99 holds 19 % tax, 4.15. Unit and selling price stay as Amazon gives them, taxes_included
/// stays unknown, the tax is stated.
TEST(AmazonOrderMapping, PricesOfVatCountriesHoldTheTaxAndStayAsTheyAre) {
    Json payload = order_v0();
    payload["order"]["MarketplaceId"] = "A1PA6795UKMFR9";
    payload["order"]["OrderTotal"] = money_v0("51.98", "EUR");
    payload["items"] = {{{"OrderItemId", "1"},
                         {"SellerSKU", "BUCH"},
                         {"QuantityOrdered", 2},
                         {"QuantityShipped", 0},
                         {"ItemPrice", money_v0("51.98", "EUR")},
                         {"ItemTax", money_v0("8.30", "EUR")}}};
    const domain::Order order = mapped(payload).order;
    EXPECT_EQ(words(order.lines[0].unit_price), "25.99 EUR");
    EXPECT_EQ(words(order.lines[0].selling_unit_price), "25.99");
    EXPECT_EQ(words(order.lines[0].tax_amount), "8.30 EUR");
    EXPECT_EQ(order.taxes_included, std::nullopt);
    EXPECT_EQ(words(order.total_amount), "51.98 EUR");
}

struct StatusRow {
    const char *v0, *newer, *status, *payment, *line;
    std::int64_t shippable;
};
TEST(AmazonOrderMapping, StatusesOfBothVersions) {
    const StatusRow rows[] = {{"PendingAvailability", "PENDING_AVAILABILITY", "open", "pending", "unshipped", 0},
                              {"Pending", "PENDING", "open", "pending", "unshipped", 0},
                              {"Unshipped", "UNSHIPPED", "open", "paid", "unshipped", 2},
                              {"PartiallyShipped", "PARTIALLY_SHIPPED", "partially_fulfilled", "paid", "unshipped", 2},
                              {"Shipped", "SHIPPED", "fulfilled", "paid", "unshipped", 0},
                              {"InvoiceUnconfirmed", "INVOICE_UNCONFIRMED", "fulfilled", "paid", "unshipped", 0},
                              {"Canceled", "CANCELLED", "cancelled", "canceled", "cancelled", 0},
                              {"Unfulfillable", "UNFULFILLABLE", "closed", "paid", "unshipped", 0},
                              {"Teleported", "TELEPORTED", "open", "unknown", "unshipped", 0}};
    for (const StatusRow& row : rows) {
        Json older = order_v0(), newer = order_2026();
        older["order"]["OrderStatus"] = row.v0;
        newer["fulfillment"]["fulfillmentStatus"] = row.newer;
        for (const Json& payload : {older, newer}) {
            const MappedOrder one = mapped(payload);
            EXPECT_EQ(to_string(one.order.status), row.status) << row.v0;
            EXPECT_EQ(one.order.payment_status, row.payment) << row.v0;
            EXPECT_EQ(one.order.lines[1].fulfillment_status, row.line) << row.v0;
            EXPECT_EQ(one.order.lines[1].shippable_quantity, row.shippable) << row.v0;
            EXPECT_EQ(codes(one.problems), std::string_view{row.payment} == "unknown" ? "status_unknown" : "")
                << row.v0;
        }
    }
}

TEST(AmazonOrderMapping, AmazonsOwnShipmentsAreNeverOfferedForShipping) {
    Json older = order_v0(), newer = order_2026();
    older["order"]["FulfillmentChannel"] = "AFN";
    newer["fulfillment"]["fulfilledBy"] = "AMAZON";
    for (const Json& payload : {older, newer}) {
        const domain::Order order = mapped(payload).order;
        EXPECT_EQ(order.shipped_by, "Amazon (FBA)");
        EXPECT_EQ(order.lines[0].shippable_quantity + order.lines[1].shippable_quantity, 0);
        EXPECT_EQ(order.lines[0].fulfillment_status, "afn:partially_shipped");
    }
}

TEST(AmazonOrderMapping, CashOnDeliveryIsPendingUntilItIsShipped) {
    Json older = order_v0(), newer = order_2026();
    older["order"]["PaymentMethod"] = "COD";
    newer["payment"]["paymentExecutions"] = {{{"paymentMethod", "CashOnDelivery"}}};
    EXPECT_EQ(mapped(older).order.payment_status, "pending");
    EXPECT_EQ(mapped(newer).order.payment_status, "pending");
    older["order"]["OrderStatus"] = "Shipped";
    EXPECT_EQ(mapped(older).order.payment_status, "paid");
}

TEST(AmazonOrderMapping, APendingOrderHasNoAmountsAndSaysNone) {
    Json payload = order_v0();
    payload["order"]["OrderStatus"] = "Pending";
    payload["order"].erase("OrderTotal");
    payload["items"] = {{{"OrderItemId", "1"}, {"SellerSKU", "A"}, {"QuantityOrdered", 2}}};
    const domain::Order order = mapped(payload).order;
    EXPECT_EQ(brief(order),
              "open pending by CreditCard, GiftCertificate | USD -, -, -, -, - | 1 lines 2 units 0 to ship | -");
    EXPECT_EQ(
        words(order.lines[0].unit_price) + words(order.lines[0].selling_unit_price) + words(order.lines[0].tax_amount),
        "---");
}

TEST(AmazonOrderMapping, ACancelledLineHasNoUnitPriceToDivide) {
    Json payload = order_v0();
    payload["items"][0]["QuantityOrdered"] = 0;
    EXPECT_EQ(words(mapped(payload).order.lines[0].unit_price), "-");
}

TEST(AmazonOrderMapping, AnAmountInAnotherCurrencyIsLeftOutAndTold) {
    Json payload = order_v0();
    payload["items"][1]["ItemTax"] = money_v0("2.00", "GBP");
    const MappedOrder one = mapped(payload);
    EXPECT_EQ(words(one.order.lines[1].tax_amount), "-");
    EXPECT_EQ(codes(one.problems), "foreign_currency");
}

TEST(AmazonOrderMapping, UnitsThatWereCancelledAreNotOfferedForShipping) {
    Json payload = order_2026();
    payload["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] = 1;  // of three ordered, one is shipped
    const domain::OrderLine line = mapped(payload).order.lines[0];
    EXPECT_EQ(line.shippable_quantity, 1);
    EXPECT_EQ(line.quantity, 3);
    EXPECT_EQ(line.current_quantity, 2);
}

TEST(AmazonOrderMapping, AnOrderToBeShippedWithoutAStreetIsAProblem) {
    Json older = order_v0(), newer = order_2026();
    older["order"]["ShippingAddress"] = {{"City", "Canton"}, {"PostalCode", "48817"}};
    newer.erase("recipient");
    EXPECT_EQ(codes(mapped(older).problems), "pii_missing");
    EXPECT_EQ(codes(mapped(newer).problems), "pii_missing");
    newer["fulfillment"]["fulfillmentStatus"] = "SHIPPED";
    EXPECT_EQ(codes(mapped(newer).problems), "");
}

TEST(AmazonOrderMapping, YenMayComeWithDecimals) {
    Json payload = order_v0();
    payload["order"]["OrderTotal"] = money_v0("1200.00", "JPY");
    payload["items"] = {{{"OrderItemId", "1"}, {"QuantityOrdered", 1}, {"ItemPrice", money_v0("1200.00", "JPY")}}};
    EXPECT_EQ(words(mapped(payload).order.total_amount), "1200 JPY");
    EXPECT_EQ(words(mapped(payload).order.lines[0].selling_unit_price), "1200.00");
}

struct Broken {
    const char* name;
    Json payload;
    const char* says;
};
TEST(AmazonOrderMapping, SaysWhichFieldMakesAnOrderUnreadable) {
    const auto without = [](Json payload, const Json::json_pointer& where) {
        payload[where.parent_pointer()].erase(where.back());
        return payload;
    };
    const Broken rows[] = {
        {"Nothing", Json::object(), "orderId is missing"},
        {"NoId", without(order_v0(), Json::json_pointer("/order/AmazonOrderId")), "order.AmazonOrderId is missing"},
        {"NoItems", Json{{"order", order_v0()["order"]}}, "items is missing"},
        {"NoDate", without(order_v0(), Json::json_pointer("/order/PurchaseDate")), "order.PurchaseDate is missing"},
        {"NoQuantity", without(order_v0(), Json::json_pointer("/items/1/QuantityOrdered")),
         "items[1].QuantityOrdered is no quantity"},
        {"NoLineId", without(order_2026(), Json::json_pointer("/orderItems/0/orderItemId")),
         "orderItems[0].orderItemId is missing"},
        {"NoCreated", without(order_2026(), Json::json_pointer("/createdTime")), "createdTime is missing"}};
    for (const Broken& row : rows) {
        const auto order = map_order_payload(row.payload.dump(), rules());
        ASSERT_FALSE(order) << row.name;
        EXPECT_EQ(order.error().kind, ErrorKind::invalid);
        EXPECT_EQ(order.error().message.substr(0, std::string_view{row.says}.size()), row.says);
    }
}

TEST(AmazonOrderMapping, WhatACancellationTakesAwayIsKept) {
    const domain::Order before = mapped(order_v0()).order;
    Json payload = order_v0();
    payload["order"]["OrderStatus"] = "Canceled";
    payload["order"].erase("ShippingAddress");
    payload["order"].erase("OrderTotal");
    payload["order"]["BuyerInfo"].erase("BuyerName");
    for (Json& item : payload["items"]) {
        item["QuantityOrdered"] = 0;
        for (const char* field : {"ItemPrice", "ItemTax", "ShippingPrice", "ShippingTax", "PromotionDiscount",
                                  "ShippingDiscount", "PromotionDiscountTax"})
            item.erase(field);
    }
    domain::Order after = mapped(payload).order;
    keep_known_facts(after, before);
    EXPECT_EQ(after.shipping, before.shipping);
    EXPECT_EQ(after.buyer_name, "Ann Example");
    EXPECT_EQ(words(after.total_amount), "64.37 USD");
    EXPECT_EQ(words(after.subtotal_amount), "58.00 USD");
    EXPECT_EQ(after.lines[0].quantity, 3);
    EXPECT_EQ(after.lines[0].current_quantity, 0);
    EXPECT_EQ(words(after.lines[0].unit_price), "10.00 USD");
    EXPECT_EQ(to_string(after.status), "cancelled");
    EXPECT_EQ(after.lines[0].shippable_quantity, 0);
}

TEST(AmazonOrderMapping, AStreetThatIsHiddenLaterIsKeptUnlessTheTownChanged) {
    const domain::Order before = mapped(order_v0()).order;
    Json payload = order_v0();
    payload["order"]["ShippingAddress"] = {
        {"City", "Canton"}, {"StateOrRegion", "MI"}, {"PostalCode", "48817"}, {"CountryCode", "US"}};
    domain::Order hidden = mapped(payload).order;
    keep_known_facts(hidden, before);
    EXPECT_EQ(hidden.shipping, before.shipping);
    payload["order"]["ShippingAddress"]["PostalCode"] = "10001";
    domain::Order moved = mapped(payload).order;
    keep_known_facts(moved, before);
    EXPECT_EQ(moved.shipping.address1, std::nullopt);
    // The telephone number goes away after delivery.
    payload = order_v0();
    payload["order"]["ShippingAddress"].erase("Phone");
    domain::Order delivered = mapped(payload).order;
    keep_known_facts(delivered, before);
    EXPECT_EQ(delivered.shipping.phone, "555-0100");
}

/// Cut at every byte and with bytes and numbers changed: an order or an error, never an exception.
TEST(AmazonOrderMapping, SurvivesCutAndDamagedPayloads) {
    SeededRandom random(20261129);
    for (const Json& payload : {order_v0(), order_2026()}) {
        const std::string text = payload.dump();
        for (std::size_t length = 0; length < text.size(); ++length)
            EXPECT_FALSE(map_order_payload(std::string_view{text}.substr(0, length), rules()));
        int readable = 0;
        for (int round = 0; round < 3000; ++round) {
            std::string damaged = text;
            for (int i = 0; i < 2; ++i)
                damaged[random.below(damaged.size())] = static_cast<char>(' ' + random.below(95));
            const auto order = map_order_payload(damaged, rules());
            readable += order ? 1 : 0;
            if (!order) {
                EXPECT_EQ(order.error().kind, ErrorKind::invalid);
            }
        }
        EXPECT_GT(readable, 300);
        // Numbers at the edge of what fits.
        for (const char* number :
             {"9223372036854775807", "-9223372036854775808", "1e400", "0.0000000001", "-0", "\"12abc\""})
            for (std::size_t at = 0; (at = text.find_first_of("0123456789", at)) != std::string::npos;) {
                const std::size_t end = text.find_first_not_of("0123456789.", at);
                const bool quoted = at > 0 && text[at - 1] == '"';
                std::string extreme = text;
                extreme.replace(at, end - at, quoted ? std::string{number}.substr(0, 19) : number);
                const auto order = map_order_payload(extreme, rules());
                if (!order) {
                    EXPECT_EQ(order.error().kind, ErrorKind::invalid);
                }
                at = end;
            }
    }
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
