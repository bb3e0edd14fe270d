// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/shipments.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kOrder = "GET /sell/fulfillment/v1/order/1-1?fieldGroups=TAX_BREAKDOWN";
constexpr const char* kParcels = "GET /sell/fulfillment/v1/order/1-1/shipping_fulfillment";
constexpr const char* kSend = "POST /sell/fulfillment/v1/order/1-1/shipping_fulfillment";

/// Two lines: 2 of "7", 1 of "8".
Json order(const std::string& state7 = "NOT_STARTED", const std::string& state8 = "NOT_STARTED") {
    return {{"orderId", "1-1"},
            {"creationDate", "2026-11-19T08:00:00.000Z"},
            {"orderPaymentStatus", "PAID"},
            {"cancelStatus", {{"cancelState", "NONE_REQUESTED"}}},
            {"lineItems",
             {{{"lineItemId", "7"}, {"quantity", 2}, {"lineItemFulfillmentStatus", state7}},
              {{"lineItemId", "8"}, {"quantity", 1}, {"lineItemFulfillmentStatus", state8}}}}};
}
Json parcel(const std::string& number, const Json& lines) {
    Json out{{"fulfillmentId", number.empty() ? "999" : number}, {"lineItems", lines}};
    if (!number.empty()) out["shipmentTrackingNumber"] = number;
    return out;
}
Json units(const std::string& line, int quantity) { return {{"lineItemId", line}, {"quantity", quantity}}; }
Json parcels(std::vector<Json> list = {}) { return {{"fulfillments", list}, {"total", list.size()}}; }

ShipmentToPush shipment(std::vector<ShipmentToPush::Line> lines = {}, int attempt = 1) {
    ShipmentToPush out;
    out.shipment_id = 5;
    out.external_order_id = "1-1";
    out.carrier = "usps";
    out.tracking_number = "9405 5096-99937";
    out.lines = std::move(lines);
    out.attempt = attempt;
    return out;
}

class EbayShipments : public ::testing::Test {
protected:
    PushOutcome push(const ShipmentToPush& what) { return account.connector().shipment_sink()->push_shipment(what); }
    void reads(const Json& an_order, const Json& list) {
        account.answer(kOrder, an_order);
        account.answer(kParcels, list);
    }
    void sends(const Json& body, int status = 201, const std::string& answer = "") {
        account.answer(
            kSend, status, answer,
            [body](const net::HttpRequest& request) {
                EXPECT_EQ(Json::parse(request.body), body);
                EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
            },
            {{"Location", "https://api.ebay.com/sell/fulfillment/v1/order/1-1/shipping_fulfillment/9405509699937"}});
    }
    static Json sent(const Json& lines) {
        return {{"lineItems", lines},
                {"shippedDate", "2026-11-20T10:00:00.000Z"},
                {"shippingCarrierCode", "USPS"},
                {"trackingNumber", "9405509699937"}};
    }
    Account account;
};

TEST_F(EbayShipments, WithoutLinesEverythingThatRemainsGoes) {
    account.token();
    reads(order("IN_PROGRESS"), parcels({parcel("1Z", Json::array({units("7", 1)}))}));
    sends(sent({units("7", 1), units("8", 1)}));
    const auto done = push(shipment());
    EXPECT_EQ(done.state, State::succeeded);
    EXPECT_EQ(done.provider_id, "9405509699937");
}

TEST_F(EbayShipments, GivenLinesGoAloneAndTheDateIsKeptInBounds) {
    account.token();
    auto what = shipment({{"7", 1}});
    what.ship_date = at("2026-11-18T00:00:00Z");  // before the order
    Json body = sent(Json::array({units("7", 1)}));
    body["shippedDate"] = "2026-11-19T08:00:00.000Z";
    reads(order(), parcels());
    sends(body);
    EXPECT_EQ(push(what).state, State::succeeded);
    what.ship_date = at("2026-11-21T00:00:00Z");  // in the future
    reads(order(), parcels());
    sends(sent(Json::array({units("7", 1)})));
    EXPECT_EQ(push(what).state, State::succeeded);
}

TEST_F(EbayShipments, PublishedExampleIsTheRequest) {
    const auto file = published_json("examples/shipping_fulfillment.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    const Json& create = (*file)["cases"][0];
    account.token();
    Json an_order = order();
    an_order["creationDate"] = "2026-05-04T17:21:09.000Z";
    an_order["lineItems"][0]["lineItemId"] = "10012345678901";
    account.answer("GET /sell/fulfillment/v1/order/12-34567-89012?fieldGroups=TAX_BREAKDOWN", an_order);
    account.answer("GET /sell/fulfillment/v1/order/12-34567-89012/shipping_fulfillment", parcels());
    account.answer("POST " + create["path"].get<std::string>(), create["status"], "",
                   [&](const net::HttpRequest& request) { EXPECT_EQ(Json::parse(request.body), create["request"]); },
                   {{"Location", create["responseHeaders"]["Location"]}});
    ShipmentToPush what = shipment({{"10012345678901", 2}});
    what.external_order_id = "12-34567-89012";
    what.tracking_number = "9405509699937003457459";
    what.ship_date = at("2026-05-05T18:00:00Z");
    const auto done = push(what);
    EXPECT_EQ(done.state, State::succeeded);
    EXPECT_EQ(done.provider_id, "9405509699937003457459");
    // And the repeat finds it: getShippingFulfillments of the same example.
    account.answer("GET /sell/fulfillment/v1/order/12-34567-89012?fieldGroups=TAX_BREAKDOWN", an_order);
    account.answer("GET /sell/fulfillment/v1/order/12-34567-89012/shipping_fulfillment",
                   (*file)["cases"][1]["response"]);
    what.attempt = 2;
    EXPECT_EQ(push(what).code, "already_shipped");
}

TEST_F(EbayShipments, RepeatAfterNoAnswerAddsNothing) {
    account.token();
    reads(order(), parcels());
    account.http.then_error("net_no_answer");
    EXPECT_EQ(push(shipment({{"7", 2}})).state, State::unknown);
    reads(order("FULFILLED"), parcels({parcel("9405509699937", Json::array({units("7", 2)}))}));
    const auto done = push(shipment({{"7", 2}}, 2));
    EXPECT_EQ(done.state, State::succeeded);
    EXPECT_EQ(done.code, "already_shipped");
}

TEST_F(EbayShipments, RepeatOfAWholeOrderIsFoundByItsNumber) {
    account.token();
    reads(order("FULFILLED", "FULFILLED"), parcels({parcel("9405509699937", {units("7", 2), units("8", 1)})}));
    EXPECT_EQ(push(shipment({}, 2)).code, "already_shipped");
}

TEST_F(EbayShipments, RepeatThatNeverArrivedIsSentAgain) {
    account.token();
    reads(order(), parcels());
    account.http.then_error("net_not_sent");
    EXPECT_EQ(push(shipment({{"7", 2}})).state, State::retry);
    reads(order(), parcels());
    sends(sent(Json::array({units("7", 2)})));
    EXPECT_EQ(push(shipment({{"7", 2}}, 2)).state, State::succeeded);
}

TEST_F(EbayShipments, SameNumberForFurtherLinesIsSent) {
    account.token();
    reads(order("FULFILLED"), parcels({parcel("9405509699937", Json::array({units("7", 2)}))}));
    sends(sent(Json::array({units("8", 1)})));
    EXPECT_EQ(push(shipment()).state, State::succeeded);
}

TEST_F(EbayShipments, HalfSentLinesAreCompleted) {
    account.token();
    reads(order("FULFILLED"), parcels({parcel("9405509699937", Json::array({units("7", 2)}))}));
    sends(sent(Json::array({units("8", 1)})));
    EXPECT_EQ(push(shipment({{"7", 2}, {"8", 1}}, 2)).state, State::succeeded);
}

TEST_F(EbayShipments, NumberIsAddedToWhatWasMarkedByHand) {
    account.token();
    reads(order("FULFILLED", "FULFILLED"), parcels({parcel("", {units("7", 2), units("8", 1)})}));
    sends(sent({units("7", 2), units("8", 1)}));
    EXPECT_EQ(push(shipment()).state, State::succeeded);
    reads(order("FULFILLED", "FULFILLED"), parcels({parcel("", {units("7", 2), units("8", 1)})}));
    sends(sent(Json::array({units("8", 1)})));
    EXPECT_EQ(push(shipment({{"8", 1}})).state, State::succeeded);
}

TEST_F(EbayShipments, LinesOfAProgrammeGoOneByOne) {
    account.token();
    reads(order(), parcels());
    sends(sent({units("7", 2), units("8", 1)}), 400,
          errors(34300, "Mark As Shipped for multiple lines is not supported"));
    sends(sent(Json::array({units("7", 2)})));
    sends(sent(Json::array({units("8", 1)})));
    EXPECT_EQ(push(shipment()).state, State::succeeded);
}

struct Planned {
    const char* name;
    std::function<void(Json&)> change;
    std::vector<ShipmentToPush::Line> lines;
    State state;
    const char* code;
    const char* says;
};
class EbayShipmentPlans : public EbayShipments, public ::testing::WithParamInterface<Planned> {};

TEST_P(EbayShipmentPlans, EndWithoutACall) {
    account.token();
    Json changed = order();
    GetParam().change(changed);
    reads(changed, parcels({parcel("1Z", Json::array({units("7", 1)}))}));
    const auto done = push(shipment(GetParam().lines));
    EXPECT_EQ(done.state, GetParam().state);
    EXPECT_EQ(done.code, GetParam().code);
    EXPECT_NE(done.message.find(GetParam().says), std::string::npos) << done.message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayShipmentPlans,
    ::testing::Values(
        Planned{"Cancelled",
                [](Json& o) { o["cancelStatus"]["cancelState"] = "CANCELED"; },
                {},
                State::failed,
                "order_cancelled",
                "the order was cancelled at eBay"},
        Planned{"ByEbay",
                [](Json& o) { o["program"]["fulfillmentProgram"]["fulfilledBy"] = "EBAY"; },
                {},
                State::failed,
                "fulfilled_by_ebay",
                "eBay ships this order"},
        Planned{"Unpaid",
                [](Json& o) { o["orderPaymentStatus"] = "PENDING"; },
                {},
                State::waiting,
                "payment_pending",
                "not paid yet"},
        Planned{"AllGone",
                [](Json& o) {
                    for (auto& line : o["lineItems"]) line["lineItemFulfillmentStatus"] = "FULFILLED";
                },
                {},
                State::failed,
                "nothing_to_ship",
                "it was shipped with tracking number 1Z"},
        Planned{"TooMany",
                [](Json&) {},
                {{"7", 2}, {"8", 1}},
                State::failed,
                "quantity_exceeds_open",
                "more units than eBay has open: line 7 2 asked, 1 open"},
        Planned{"NoSuchLine", [](Json&) {}, {{"9", 1}}, State::failed, "line_unknown", "eBay's order has no line 9"},
        Planned{"NoUnits", [](Json&) {}, {{"7", 0}}, State::failed, "nothing_to_ship", "names no units"}),
    [](const auto& row) { return std::string{row.param.name}; });

struct Refused {
    const char* name;
    int status;
    std::string body;
    State state;
    const char* code;
    const char* says;
};
class EbayShipmentRefusals : public EbayShipments, public ::testing::WithParamInterface<Refused> {};

TEST_P(EbayShipmentRefusals, EndInWords) {
    account.token();
    reads(order(), parcels());
    sends(sent(Json::array({units("7", 2)})), GetParam().status, GetParam().body);
    const auto done = push(shipment({{"7", 2}}));
    EXPECT_EQ(done.state, GetParam().state);
    EXPECT_EQ(done.code, GetParam().code);
    EXPECT_NE(done.message.find(GetParam().says), std::string::npos) << done.message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, EbayShipmentRefusals,
    ::testing::Values(
        Refused{"Number", 400, errors(32300, "Invalid shipment tracking number or carrier"), State::failed,
                "ebay_refused", "32300: Invalid shipment tracking number or carrier. Check the tracking number"},
        Refused{"Date", 400, errors(32500, "Invalid shipped date"), State::failed, "ebay_refused",
                "The ship date must not"},
        Refused{"TooMany", 400, errors(34100, "Maximum tracking number for order is exceeded"), State::failed,
                "ebay_refused", "add it in Seller Hub"},
        Refused{"Line", 400, errors(32200, "Invalid line item id: 7"), State::failed, "ebay_refused",
                "The order has changed at eBay"},
        Refused{"Conflict", 409, "", State::retry, "ebay_conflict", "HTTP 409"},
        Refused{"System", 500, errors(30500, "System error", "APPLICATION"), State::unknown, "ebay_server_error",
                "System error"},
        Refused{"Scope", 403, errors(1100, "Access denied"), State::retry, "ebay_scope_missing", "consent again"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST_F(EbayShipments, ReadingThatFailsChangesNothing) {
    account.token();
    account.answer(kOrder, 500, "");
    EXPECT_EQ(push(shipment()).state, State::retry);
    account.answer(kOrder, 404, "");
    EXPECT_EQ(push(shipment()).code, "order_unknown");
    account.answer(kOrder, order());
    account.http.then_error("net_no_answer");
    EXPECT_EQ(push(shipment()).state, State::retry);
}

TEST_F(EbayShipments, NumberOfMoreThanLettersAndDigitsIsRefusedAtOnce) {
    auto what = shipment();
    what.tracking_number = "JJD 01/02";
    EXPECT_EQ(push(what).code, "tracking_number_invalid");
    what.tracking_number = " - ";
    EXPECT_EQ(push(what).code, "tracking_number_missing");
    what = shipment();
    what.carrier = " ";
    EXPECT_EQ(push(what).code, "carrier_missing");
}

TEST(EbayCarriers, ArePublishedOnesWithTheSitesOwnAndTheSettings) {
    Account account(R"({"extra_carriers":["Bring","ups"],"marketplace_id":"EBAY_DE"})");
    account.token();
    account.answer(
        "POST /ws/api.dll", 200,
        R"(<?xml version="1.0"?><GeteBayDetailsResponse xmlns="urn:ebay:apis:eBLBaseComponents"><Ack>Success</Ack>
                      <ShippingCarrierDetails><ShippingCarrier>Hermes2</ShippingCarrier><Description>Hermes &amp; Co</Description></ShippingCarrierDetails>
                      <ShippingCarrierDetails><ShippingCarrier>FEDEX</ShippingCarrier></ShippingCarrierDetails>
                      </GeteBayDetailsResponse>)",
        [](const net::HttpRequest& request) {
            EXPECT_EQ(header_of(request, "X-EBAY-API-CALL-NAME"), "GeteBayDetails");
            EXPECT_EQ(header_of(request, "X-EBAY-API-SITEID"), "77");
            EXPECT_EQ(header_of(request, "X-EBAY-API-COMPATIBILITY-LEVEL"), "1399");
            EXPECT_EQ(header_of(request, "X-EBAY-API-IAF-TOKEN"), "user-1");
            EXPECT_EQ(header_of(request, "Authorization"), "-");
            EXPECT_EQ(header_of(request, "Content-Type"), "text/xml");
            EXPECT_EQ(
                request.body,
                R"(<?xml version="1.0" encoding="utf-8"?><GeteBayDetailsRequest xmlns="urn:ebay:apis:eBLBaseComponents"><DetailName>ShippingCarrierDetails</DetailName></GeteBayDetailsRequest>)");
        });
    const auto codes = account.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes);
    const auto name_of = [&](const std::string& code) {
        for (const auto& one : *codes)
            if (one.code == code) return one.display_name;
        return std::string{"-"};
    };
    EXPECT_EQ(name_of("UPS"), "United Parcel Service");
    EXPECT_EQ(name_of("DHL"), "DHL Express");
    EXPECT_EQ(name_of("Hermes2"), "Hermes & Co");
    EXPECT_EQ(name_of("Bring"), "Bring");
    EXPECT_EQ(name_of("FEDEX"), "-");  // FedEx is there already
    EXPECT_EQ(name_of("ups"), "-");
    EXPECT_EQ(name_of("CustomCode"), "-");
}

TEST(EbayCarriers, EveryUsablePublishedCodeIsThere) {
    const auto file = published_json("shipping_carrier_codes.json");
    if (!file) GTEST_SKIP() << "eBay's list is not here";
    Account account;
    account.token();
    account.http.then_error("net_no_answer");  // eBay's own list is a bonus
    const auto codes = account.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes);
    std::size_t usable = 0;
    for (const Json& one : (*file)["codes"]) {
        const std::string remark = one.value("remark", "");
        if (one.contains("documented_as_unsupported") || remark.starts_with("reserved") ||
            remark.starts_with("superseded"))
            continue;
        ++usable;
        EXPECT_TRUE(std::any_of(codes->begin(), codes->end(), [&](const auto& code) {
            return code.code == one["code"];
        })) << one["code"];
    }
    EXPECT_EQ(codes->size(), usable);
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
