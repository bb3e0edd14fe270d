// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/shipments.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kRead = "GET /v3/orders/108800000000001?replacementInfo=true";
constexpr const char* kShip = "POST /v3/orders/108800000000001/shipping";
constexpr const char* kAcknowledge = "POST /v3/orders/108800000000001/acknowledge";

ShipmentToPush parcel(std::vector<ShipmentToPush::Line> lines = {}) {
    return {77, "108800000000001", "FedEx", "Ground", " 7946 ", at("2026-05-04T17:30:00Z"), std::move(lines), 1};
}
Json shown(const Json& lines, const std::string& node = "SellerFulfilled") {
    return {{"order", order_with(lines, node)}};
}
std::string outcome_words(const PushOutcome& outcome) {
    constexpr const char* kWords[]{"succeeded", "failed", "waiting", "retry", "unknown", "accepted"};
    return std::string{kWords[static_cast<int>(outcome.state)]} + (outcome.code.empty() ? "" : ":" + outcome.code);
}
PushOutcome push(Seller& seller, const ShipmentToPush& shipment) {
    return seller.connector().shipment_sink()->push_shipment(shipment);
}

TEST(WalmartShipment, SendsWhatRemainsLineByLine) {
    Seller seller;
    seller.token();
    Json wants_out = line_with("4", 1, {{"Acknowledged"}});
    wants_out["intentToCancel"] = "true";
    seller.answer(kRead, shown({line_with("1", 3, {{"Shipped", 1, "0000"}, {"Acknowledged", 2}}),
                                line_with("2", 1, {{"Cancelled"}}), wants_out}));
    seller.answer(kShip, shown({}), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
        EXPECT_EQ(Json::parse(request.body), Json::parse(R"({"orderShipment":{"orderLines":{"orderLine":[
            {"lineNumber":"1","sellerOrderId":"108800000000001","intentToCancelOverride":false,
             "orderLineStatuses":{"orderLineStatus":[{"status":"Shipped",
              "statusQuantity":{"unitOfMeasurement":"EACH","amount":"2"},
              "trackingInfo":{"shipDateTime":1777915800000,"carrierName":{"carrier":"FedEx"},"methodCode":"Express",
                              "trackingNumber":"7946"}}]}},
            {"lineNumber":"4","sellerOrderId":"108800000000001","intentToCancelOverride":true,
             "orderLineStatuses":{"orderLineStatus":[{"status":"Shipped",
              "statusQuantity":{"unitOfMeasurement":"EACH","amount":"1"},
              "trackingInfo":{"shipDateTime":1777915800000,"carrierName":{"carrier":"FedEx"},"methodCode":"Express",
                              "trackingNumber":"7946"}}]}}]}}})"));
    });
    EXPECT_EQ(outcome_words(push(seller, parcel())), "succeeded");
}

TEST(WalmartShipment, APartialOneSendsItsLines) {
    Seller seller;
    seller.token();
    seller.answer(kRead, shown({line_with("1", 3, {{"Acknowledged", 3}}), line_with("2", 1, {{"Acknowledged"}})}));
    // The sandbox answers with a list.
    seller.answer(kShip, Json{{"order", Json::array({order_with({})})}}, [](const net::HttpRequest& request) {
        const Json lines = Json::parse(request.body)["orderShipment"]["orderLines"]["orderLine"];
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_EQ(lines[0]["lineNumber"], "1");
        EXPECT_EQ(lines[0]["orderLineStatuses"]["orderLineStatus"][0]["statusQuantity"]["amount"], "2");
    });
    EXPECT_EQ(outcome_words(push(seller, parcel({{"1", 1}, {"1", 1}, {"2", 0}}))), "succeeded");
}

TEST(WalmartShipment, WhatWaitsForItIsAcknowledgedFirst) {
    Seller seller;
    seller.token();
    seller.answer(kRead, shown({line_with("1", 1, {{"Created"}})}));
    seller.answer(kAcknowledge, shown({line_with("1", 1, {{"Acknowledged"}})}));
    seller.answer(kShip, shown({}));
    EXPECT_EQ(outcome_words(push(seller, parcel())), "succeeded");

    seller.answer(kRead, shown({line_with("1", 1, {{"Created"}})}));
    seller.answer(kAcknowledge, 503, "");
    EXPECT_EQ(outcome_words(push(seller, parcel())), "retry:walmart_server_error");  // nothing was shipped
}

TEST(WalmartShipment, ACarrierOutsideTheListNeedsAnAddress) {
    Seller seller(R"({"extra_carriers":[{"code":"Bring","url":"https://bring.example/?n={number}&l=en"}]})");
    seller.token();
    ShipmentToPush shipment = parcel();
    shipment.carrier = "bring";
    shipment.tracking_number = "A 1";
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    seller.answer(kShip, shown({}), [](const net::HttpRequest& request) {
        const Json info = Json::parse(request.body)["orderShipment"]["orderLines"]["orderLine"][0]["orderLineStatuses"]
                                                   ["orderLineStatus"][0]["trackingInfo"];
        EXPECT_EQ(info["carrierName"], Json::parse(R"({"otherCarrier":"Bring"})"));
        EXPECT_EQ(info["trackingURL"], "https://bring.example/?n=A%201&l=en");
    });
    EXPECT_EQ(outcome_words(push(seller, shipment)), "succeeded");
    shipment.carrier = "Unheard Of";
    EXPECT_EQ(outcome_words(push(seller, shipment)), "failed:carrier_unknown");
}

TEST(WalmartShipment, TheListsSpellingIsSent) {
    Seller seller;
    seller.token();
    ShipmentToPush shipment = parcel();
    shipment.carrier = "dhl ecommerce - us";
    shipment.ship_date = at("2027-01-01T00:00:00Z");  // not in the future
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    seller.answer(kShip, shown({}), [](const net::HttpRequest& request) {
        EXPECT_NE(request.body.find(R"("carrier":"DHL Ecommerce - US")"), std::string::npos);
        EXPECT_NE(request.body.find(R"("shipDateTime":1777917600000)"), std::string::npos);
    });
    EXPECT_EQ(outcome_words(push(seller, shipment)), "succeeded");
    shipment.ship_date = at("2026-05-01T00:00:00Z");  // not before the order
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    seller.answer(kShip, shown({}), [](const net::HttpRequest& request) {
        EXPECT_NE(request.body.find(R"("shipDateTime":1777910400000)"), std::string::npos);
    });
    EXPECT_EQ(outcome_words(push(seller, shipment)), "succeeded");
}

struct PlanCase {
    const char* name;
    std::vector<std::vector<At>> lines;  // lines 1, 2, …
    std::vector<ShipmentToPush::Line> wanted;
    const char* ends;  // "sends": goes out
    const char* node = "SellerFulfilled";
};
class WalmartShipmentPlan : public ::testing::TestWithParam<PlanCase> {};
TEST_P(WalmartShipmentPlan, IsMadeFromWhatWalmartShows) {
    Seller seller;
    seller.token();
    Json lines = Json::array();
    for (const auto& statuses : GetParam().lines)
        lines.push_back(line_with(std::to_string(lines.size() + 1), 3, statuses));
    seller.answer(kRead, shown(lines, GetParam().node));
    const std::string ends = GetParam().ends;
    std::string sent;
    if (ends.starts_with("sends"))
        seller.answer(kShip, shown({}), [&](const net::HttpRequest& request) {
            const Json body = Json::parse(request.body);
            for (const Json& line : body["orderShipment"]["orderLines"]["orderLine"])
                sent += " " + line["lineNumber"].get<std::string>() + "x" +
                        line["orderLineStatuses"]["orderLineStatus"][0]["statusQuantity"]["amount"].get<std::string>();
        });
    const auto outcome = push(seller, parcel(GetParam().wanted));
    EXPECT_EQ(ends.starts_with("sends") ? "sends" + sent : outcome_words(outcome), ends) << outcome.message;
}
using L = std::vector<std::vector<At>>;
INSTANTIATE_TEST_SUITE_P(
    Orders, WalmartShipmentPlan,
    ::testing::Values(
        PlanCase{"AnEarlierAttemptDidIt", L{{{"Shipped", 3, "7946"}}}, {}, "succeeded:already_shipped"},
        PlanCase{"AnEarlierAttemptDidTheseLines",
                 L{{{"Shipped", 2, "7946"}, {"Acknowledged", 1}}},
                 {{"1", 2}},
                 "succeeded:already_shipped"},
        PlanCase{"AnEarlierAttemptDidAPart",
                 L{{{"Shipped", 1, "7946"}, {"Acknowledged", 2}}, {{"Acknowledged", 3}}},
                 {{"1", 1}, {"2", 2}},
                 "sends 2x2"},
        PlanCase{
            "AnEarlierAttemptDidSomeUnits", L{{{"Shipped", 1, "7946"}, {"Acknowledged", 2}}}, {{"1", 2}}, "sends 1x1"},
        PlanCase{"ShippedOtherwise", L{{{"Shipped", 3, "1111"}}}, {}, "failed:nothing_to_ship"},
        PlanCase{
            "TooMany", L{{{"Shipped", 2, "1111"}, {"Acknowledged", 1}}}, {{"1", 2}}, "failed:quantity_exceeds_open"},
        PlanCase{"NoSuchLine", L{{{"Acknowledged", 3}}}, {{"9", 1}}, "failed:line_unknown"},
        PlanCase{"NoUnits", L{{{"Acknowledged", 3}}}, {{"1", 0}}, "failed:nothing_to_ship"},
        PlanCase{"Cancelled", L{{{"Cancelled", 3}}}, {}, "failed:order_cancelled"},
        PlanCase{"CancelledInPart", L{{{"Cancelled", 1}, {"Acknowledged", 2}}}, {}, "sends 1x2"},
        PlanCase{"WalmartShips", L{{{"Acknowledged", 3}}}, {}, "failed:fulfilled_by_walmart", "WFSFulfilled"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct ShipCase {
    const char* name;
    int status;  // 0: nothing was sent; -1: no answer
    std::string body;
    std::vector<At> after;  // what reading it again shows; empty: it is not read
    const char* ends;
};
class WalmartShipmentTrouble : public ::testing::TestWithParam<ShipCase> {};
TEST_P(WalmartShipmentTrouble, EndsInWords) {
    Seller seller;
    seller.token();
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    if (GetParam().status <= 0)
        seller.http.then_error(GetParam().status == 0 ? "net_not_sent" : "net_no_answer");
    else
        seller.answer(kShip, GetParam().status, GetParam().body);
    if (!GetParam().after.empty()) seller.answer(kRead, shown({line_with("1", 1, GetParam().after)}));
    const auto outcome = push(seller, parcel());
    EXPECT_EQ(outcome_words(outcome), GetParam().ends) << outcome.message;
}
const std::string kBad =
    refusal("INVALID_REQUEST_CONTENT.GMP_ORDER_API", "Method code is not supported in line number 1");
INSTANTIATE_TEST_SUITE_P(
    Answers, WalmartShipmentTrouble,
    ::testing::Values(
        ShipCase{"NotSent", 0, "", {}, "retry:net_not_sent"}, ShipCase{"NoAnswer", -1, "", {}, "unknown:net_no_answer"},
        ShipCase{"Down", 500, "", {}, "unknown:walmart_server_error"},
        ShipCase{"Throttled", 429, "", {}, "retry:walmart_throttled"},
        ShipCase{"Locked", 409, "", {}, "retry:walmart_locked"},
        ShipCase{"Forbidden", 403, "", {}, "retry:walmart_denied"},
        ShipCase{"Xml", 200, "<order/>", {}, "unknown:walmart_bad_answer"},
        ShipCase{
            "LineErrors", 200, R"({"errors":[{"code":"E","description":"line 1"}]})", {}, "unknown:walmart_line_error"},
        ShipCase{"Refused", 400, kBad, {{"Acknowledged"}}, "failed:walmart_invalid_request"},
        ShipCase{"SomebodyWasFaster", 400, kBad, {{"Shipped", 1, "7946"}}, "succeeded:already_shipped"},
        ShipCase{"SomebodyElseWasFaster", 400, kBad, {{"Shipped", 1, "1111"}}, "failed:walmart_invalid_request"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartShipment, TroubleWithReadingHasNoEffect) {
    Seller seller;
    seller.token();
    seller.answer(kRead, 503, "");
    EXPECT_EQ(outcome_words(push(seller, parcel())), "retry:walmart_server_error");
    seller.answer(kRead, 404, kNothingFound);
    EXPECT_EQ(outcome_words(push(seller, parcel())), "failed:order_unknown");
    ShipmentToPush shipment = parcel();
    shipment.tracking_number = " ";
    EXPECT_EQ(outcome_words(push(seller, shipment)), "failed:tracking_number_missing");
    shipment = parcel();
    shipment.external_order_id.clear();
    EXPECT_EQ(outcome_words(push(seller, shipment)), "failed:order_unknown");
}

TEST(WalmartShipment, ARefusalSaysWhatToLookAt) {
    Seller seller;
    seller.token();
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    seller.answer(kShip, 400, kBad);
    seller.answer(kRead, shown({line_with("1", 1, {{"Acknowledged"}})}));
    const auto outcome = push(seller, parcel());
    EXPECT_NE(outcome.message.find("Method code is not supported in line number 1"), std::string::npos);
    EXPECT_NE(outcome.message.find("look at the order in Seller Center"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
