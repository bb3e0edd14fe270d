// SPDX-License-Identifier: Apache-2.0
// Shipping updates and cancellations: strict in form, final in effect.
#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

using ::testing::HasSubstr;

class Shipping : public SellerTest {
protected:
    void SetUp() override {
        open();
        order = place({12}, 3);
        clock.advance(1h);
        token = fresh_token();
        send("POST", path_of(order, "acknowledge"));
    }
    http::Response ship(const json& body) { return send("POST", path_of(order, "shipping"), body); }
    void expect_refused(const json& body, const std::string& field, const std::string& text) {
        const http::Response answer = ship(body);
        EXPECT_EQ(answer.status, 400) << body.dump();
        EXPECT_EQ(error_of(answer)["code"], "INVALID_REQUEST_CONTENT.GMP_ORDER_API");
        EXPECT_EQ(error_of(answer).value("field", ""), field);
        EXPECT_THAT(error_of(answer)["description"].get<std::string>(), HasSubstr(text));
        EXPECT_TRUE(seller->shipments(order).empty());
    }
    std::int64_t order = 0;
};

TEST_F(Shipping, ShowsAtTheOrderAndTakesTheStock) {
    const StockView before = seller->stock(sku(12))[0];
    EXPECT_EQ(before.reserved, 3);
    const http::Response answer = ship(shipping(1, 2, "7946"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json statuses =
        json::parse(answer.body)["order"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"];
    EXPECT_EQ(statuses[0]["status"], "Acknowledged");
    EXPECT_EQ(statuses[0]["statusQuantity"]["amount"], "1");
    EXPECT_EQ(statuses[1]["trackingInfo"]["trackingNumber"], "7946");
    EXPECT_EQ(statuses[1]["trackingInfo"]["carrierName"]["carrier"], "FedEx");
    const StockView after = seller->stock(sku(12))[0];
    EXPECT_EQ(after.input, before.input - 2);
    EXPECT_EQ(after.reserved, 1);
    ASSERT_EQ(seller->shipments(order).size(), 1U);
    EXPECT_EQ(seller->shipments(order)[0].quantity, 2);
    EXPECT_FALSE(seller->shipments(order)[0].by_staff);
}

TEST_F(Shipping, ASecondIdenticalCallIsRefused) {
    EXPECT_EQ(ship(shipping(1, 3, "T1")).status, 200);
    const http::Response again = ship(shipping(1, 3, "T1"));
    EXPECT_EQ(again.status, 400);
    EXPECT_THAT(again.body, HasSubstr("already shipped"));
    EXPECT_EQ(seller->counters().shipments, 1);
    EXPECT_EQ(seller->counters().shipments_refused, 1);
}

TEST_F(Shipping, TheSameParcelTwiceIsCountedAsDoubled) {
    EXPECT_EQ(ship(shipping(1, 1, "T1")).status, 200);
    EXPECT_EQ(ship(shipping(1, 1, "T1")).status, 200);
    EXPECT_EQ(seller->counters().shipments_doubled, 1);
}

TEST_F(Shipping, NeedsTheAcknowledgementFirst) {
    const std::int64_t fresh = place({13});
    const http::Response answer = send("POST", path_of(fresh, "shipping"), shipping(1, 1, "T1"));
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("not acknowledged"));
}

TEST_F(Shipping, TwoPackagesAreTwoEntries) {
    json body = shipping(1, 1, "A");
    json second = status_of(body);
    second["statusQuantity"]["amount"] = "2";
    second["trackingInfo"]["trackingNumber"] = "B";
    body["orderShipment"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"].push_back(second);
    EXPECT_EQ(ship(body).status, 200);
    EXPECT_EQ(seller->shipments(order).size(), 2U);
    EXPECT_EQ(seller->ledger()[0].status, "fulfilled");
}

TEST_F(Shipping, BodyMustBeNestedRight) {
    json body = shipping(1, 1, "T");
    expect_refused(body["orderShipment"], "orderLines", "Unrecognized field");
    json flat = body;
    flat["orderShipment"]["orderLines"] = body["orderShipment"]["orderLines"]["orderLine"];
    expect_refused(flat, "orderShipment.orderLines", "an object is expected");
    json single = body;
    single["orderShipment"]["orderLines"]["orderLine"] = body["orderShipment"]["orderLines"]["orderLine"][0];
    expect_refused(single, "orderLine", "a list");
    json extra = body;
    status_of(extra)["trackingInfo"]["service"] = "GROUND";
    expect_refused(extra, "service", "not marked as ignorable");
    json number = body;
    status_of(number)["statusQuantity"]["amount"] = 1;
    expect_refused(number, "amount", "a text is expected");
    json text_date = body;
    status_of(text_date)["trackingInfo"]["shipDateTime"] = "2026-11-21T10:00:00Z";
    expect_refused(text_date, "shipDateTime", "milliseconds");
    json line = body;
    line["orderShipment"]["orderLines"]["orderLine"][0]["lineNumber"] = "7";
    expect_refused(line, "lineNumber", "not in this purchase order");
    json no_id = body;
    no_id["orderShipment"]["orderLines"]["orderLine"][0].erase("sellerOrderId");
    expect_refused(no_id, "sellerOrderId", "missing");
    no_id["orderShipment"]["orderLines"]["orderLine"][0]["sellerOrderId"] = std::string(31, 'x');
    expect_refused(no_id, "sellerOrderId", "longer than 30");
    expect_refused("nonsense", "body", "an object is expected");
}

TEST_F(Shipping, CarrierIsOneOfTheListOrNamedWithAnAddress) {
    json body = shipping(1, 1, "T");
    json& tracking = status_of(body)["trackingInfo"];
    tracking["carrierName"] = {{"carrier", "FEDEX"}};  // case counts
    expect_refused(body, "carrier", "not supported");
    tracking["carrierName"] = {{"carrier", "FedEx"}, {"otherCarrier", "Veho"}};
    expect_refused(body, "carrierName", "Exactly one");
    tracking["carrierName"] = json::object();
    expect_refused(body, "carrierName", "Exactly one");
    tracking["carrierName"] = {{"otherCarrier", "Veho"}};
    expect_refused(body, "trackingURL", "mandatory");
    tracking["trackingURL"] = "https://track.example/T";
    EXPECT_EQ(ship(body).status, 200);
    EXPECT_EQ(seller->shipments(order)[0].carrier, "Veho");
}

TEST_F(Shipping, MethodQuantityAndDateMustFit) {
    json body = shipping(1, 1, "T");
    status_of(body)["trackingInfo"]["methodCode"] = "Express";  // not the order's
    expect_refused(body, "methodCode", "Method code is not supported in line number 1");
    status_of(body)["trackingInfo"]["methodCode"] = "GROUND";
    expect_refused(body, "methodCode", "no enum constant");
    expect_refused(shipping(1, 4, "T"), "statusQuantity", "exceeds the 3 units");
    json zero = shipping(1, 1, "T");
    status_of(zero)["statusQuantity"]["amount"] = "0";
    expect_refused(zero, "amount", "above 0");
    json early = shipping(1, 1, "T");
    status_of(early)["trackingInfo"]["shipDateTime"] = to_ms(start() - 1ms);
    expect_refused(early, "shipDateTime", "before the order date");
    json future = shipping(1, 1, "T");
    status_of(future)["trackingInfo"]["shipDateTime"] = to_ms(clock.now() + 10min);
    expect_refused(future, "shipDateTime", "in the future");
    json delivered = shipping(1, 1, "T");
    status_of(delivered)["status"] = "Delivered";
    expect_refused(delivered, "status", "must be Shipped");
}

TEST_F(Shipping, AllLinesOrNone) {
    const std::int64_t two = place({14, 15});
    seller->acknowledge(two);
    json body = shipping(1, 1, "T");
    body["orderShipment"]["orderLines"]["orderLine"].push_back(
        shipping(2, 9, "T")["orderShipment"]["orderLines"]["orderLine"][0]);
    EXPECT_EQ(send("POST", path_of(two, "shipping"), body).status, 400);
    EXPECT_TRUE(seller->shipments(two).empty());
}

TEST_F(Shipping, ABuyersWishToCancelMustBeOverridden) {
    seller->want_cancel(order);
    json body = shipping(1, 1, "T");
    expect_refused(body, "intentToCancelOverride", "asked to cancel");
    body["orderShipment"]["orderLines"]["orderLine"][0]["intentToCancelOverride"] = true;
    EXPECT_EQ(ship(body).status, 200);
}

TEST_F(Shipping, TrackingCanBeCorrectedForFourHours) {
    ship(shipping(1, 1, "WRONG"));
    ship(shipping(1, 2, "OTHER"));
    json body = shipping(1, 1, "RIGHT");
    body["orderShipment"]["processMode"] = "PARTIAL_UPDATE";
    EXPECT_EQ(ship(body).status, 400);  // which package?
    status_of(body)["currentTrackingInfo"] = {{"trackingNumber", "WRONG"}};
    EXPECT_EQ(ship(body).status, 200);
    EXPECT_EQ(seller->shipments(order)[0].tracking_number, "RIGHT");
    EXPECT_EQ(seller->counters().shipments, 2);
    status_of(body)["currentTrackingInfo"] = {{"trackingNumber", "RIGHT"}};
    clock.advance(4h + 1s);
    token = fresh_token();
    EXPECT_EQ(ship(body).status, 400);
    body["orderShipment"]["processMode"] = "WHOLE";
    EXPECT_EQ(ship(body).status, 400);
}

TEST_F(Shipping, TheOrderMayComeBackAsAnArray) {
    seller->add_fault({"order_array", 1, "shippingUpdates"});
    EXPECT_TRUE(json::parse(ship(shipping(1, 1, "T")).body)["order"].is_array());
}

TEST_F(Shipping, CancellingTakesUnitsAndGivesBackStock) {
    const json status = {{"status", "Cancelled"},
                         {"cancellationReason", "SELLER_CANCEL_OUT_OF_STOCK"},
                         {"statusQuantity", {{"unitOfMeasurement", "EACH"}, {"amount", "1"}}}};
    json body = {
        {"orderCancellation",
         {{"orderLines",
           {{"orderLine", json::array({{{"lineNumber", "1"},
                                        {"orderLineStatuses", {{"orderLineStatus", json::array({status})}}}}})}}}}}};
    EXPECT_EQ(send("POST", path_of(order, "cancel"), body).status, 200);
    EXPECT_EQ(seller->ledger()[0].lines[0].by_status["Cancelled"], 1);
    EXPECT_EQ(seller->stock(sku(12))[0].reserved, 2);
    json& given = body["orderCancellation"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"][0];
    given["cancellationReason"] = "BORED";
    EXPECT_EQ(send("POST", path_of(order, "cancel"), body).status, 400);
    given["cancellationReason"] = "SELLER_CANCEL_OUT_OF_STOCK";
    given["statusQuantity"]["amount"] = "3";
    EXPECT_EQ(send("POST", path_of(order, "cancel"), body).status, 400);
    EXPECT_EQ(send("POST", path_of(1, "cancel"), body).status, 404);
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
