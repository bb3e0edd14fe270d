// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/shipments.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kOrder = "GET /orders/2026-01-01/orders/111-1?includedData=FULFILLMENT%2CPACKAGES";
constexpr const char* kConfirm = "POST /orders/v0/orders/111-1/shipmentConfirmation";

Json order(const char* status = "PARTIALLY_SHIPPED", const char* by = "MERCHANT") {
    return {{"order",
             {{"orderId", "111-1"},
              {"createdTime", "2026-11-19T08:00:00Z"},
              {"salesChannel", {{"marketplaceId", "A2EUQ1WTGCTBG2"}}},
              {"fulfillment", {{"fulfillmentStatus", status}, {"fulfilledBy", by}}},
              {"orderItems",
               {{{"orderItemId", "a"},
                 {"quantityOrdered", 3},
                 {"fulfillment", {{"quantityFulfilled", 1}, {"quantityUnfulfilled", 2}}}},
                {{"orderItemId", "b"},
                 {"quantityOrdered", 1},
                 {"fulfillment", {{"quantityFulfilled", 1}, {"quantityUnfulfilled", 0}}}},
                {{"orderItemId", "c"},
                 {"quantityOrdered", 5},
                 {"fulfillment", {{"quantityFulfilled", 0}, {"quantityUnfulfilled", 5}}}}}}}}};
}
Json all_shipped(const std::string& reference, const std::string& number) {
    Json out = order("SHIPPED");
    for (Json& item : out["order"]["orderItems"])
        item["fulfillment"] = {{"quantityFulfilled", item["quantityOrdered"]}, {"quantityUnfulfilled", 0}};
    out["order"]["packages"] = {{{"packageReferenceId", reference}, {"trackingNumber", number}}};
    return out;
}

ShipmentToPush shipment() {
    ShipmentToPush out;
    out.shipment_id = 77;
    out.external_order_id = "111-1";
    out.carrier = "ups";
    out.tracking_number = " 1Z999 ";
    return out;
}
PushOutcome push(Seller& seller, const ShipmentToPush& what) {
    return seller.connector().shipment_sink()->push_shipment(what);
}

TEST(AmazonShipments, WithoutLinesEverythingThatRemainsIsConfirmed) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, order());
    seller.answer(kConfirm, 204, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(
            request.body,
            R"({"marketplaceId":"A2EUQ1WTGCTBG2","packageDetail":{"packageReferenceId":"77","carrierCode":"UPS","shippingMethod":"Ground",)"
            R"("trackingNumber":"1Z999","shipDate":"2026-11-20T10:00:00Z","orderItems":[{"orderItemId":"a","quantity":2},)"
            R"({"orderItemId":"c","quantity":5}]}})");
    });
    ShipmentToPush what = shipment();
    what.service = "Ground";
    const PushOutcome out = push(seller, what);
    EXPECT_EQ(out.state, State::succeeded) << out.message;
    EXPECT_EQ(out.provider_id, "77");
}

TEST(AmazonShipments, NamedLinesAndADateThatIsNeitherInTheFutureNorBeforeTheOrder) {
    const std::pair<const char*, const char*> dates[] = {{"2026-11-19T12:30:15.500Z", "2026-11-19T12:30:15Z"},
                                                         {"2027-01-01T00:00:00Z", "2026-11-20T10:00:00Z"},
                                                         {"2026-11-01T00:00:00Z", "2026-11-19T08:00:00Z"}};
    for (const auto& [given, sent] : dates) {
        Seller seller;
        seller.token();
        seller.answer(kOrder, order());
        seller.answer(kConfirm, 204, "", [sent = sent](const net::HttpRequest& request) {
            const Json detail = Json::parse(request.body)["packageDetail"];
            EXPECT_EQ(detail["shipDate"], sent);
            EXPECT_EQ(detail["orderItems"].dump(), R"([{"orderItemId":"c","quantity":4}])");
            EXPECT_FALSE(detail.contains("shippingMethod"));
        });
        ShipmentToPush what = shipment();
        what.ship_date = at(given);
        what.lines = {{"c", 1}, {"c", 3}};
        EXPECT_EQ(push(seller, what).state, State::succeeded);
    }
}

struct CarrierRow {
    const char *name, *carrier, *service, *settings, *code, *carrier_name;
};
class AmazonCarrier : public testing::TestWithParam<CarrierRow> {};
TEST_P(AmazonCarrier, IsNamedAsAmazonWantsIt) {
    const CarrierRow& row = GetParam();
    Seller seller(row.settings);
    ShipmentToPush what = shipment();
    what.carrier = row.carrier;
    if (*row.service) what.service = row.service;
    if (!*row.code) {
        EXPECT_EQ(push(seller, what).code, "carrier_name_missing");
        EXPECT_TRUE(seller.http.requests().empty());
        return;
    }
    seller.token();
    seller.answer(kOrder, order());
    seller.answer(kConfirm, 204, "", [&](const net::HttpRequest& request) {
        const Json detail = Json::parse(request.body)["packageDetail"];
        EXPECT_EQ(detail["carrierCode"], row.code);
        EXPECT_EQ(detail.value("carrierName", ""), row.carrier_name);
    });
    EXPECT_EQ(push(seller, what).state, State::succeeded);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonCarrier,
    testing::Values(CarrierRow{"Spelling", "FEDEX", "", "{}", "FedEx", ""},
                    CarrierRow{"Unlisted", "Bring", "", "{}", "Other", "Bring"},
                    CarrierRow{"Extra", "purolator", "", R"({"extra_carriers":["Purolator"]})", "Purolator", ""},
                    CarrierRow{"OtherByService", "Other", "Bring / Home", "{}", "Other", "Bring"},
                    CarrierRow{"OtherBySetting", "other", "", R"({"other_carrier_name":"Bring"})", "Other", "Bring"},
                    CarrierRow{"OtherWithoutAName", "Other", "", "{}", "", ""}),
    [](const auto& row) { return std::string{row.param.name}; });

struct PlanRow {
    const char* name;
    Json order;
    std::vector<ShipmentToPush::Line> lines;
    int attempt;
    State state;
    const char* code;
};
TEST(AmazonShipments, WhatNeedsNoCallOrTakesNone) {
    const PlanRow rows[] = {
        {"Fba", order("UNSHIPPED", "AMAZON"), {}, 1, State::failed, "fulfilled_by_amazon"},
        {"Cancelled", order("CANCELLED"), {}, 1, State::failed, "order_cancelled"},
        {"Pending", order("PENDING"), {}, 1, State::waiting, "payment_pending"},
        {"UnknownLine", order(), {{"z", 1}}, 1, State::failed, "line_unknown"},
        {"TooMany", order(), {{"a", 3}}, 1, State::failed, "quantity_exceeds_open"},
        {"NothingNamed", order(), {{"a", 0}}, 1, State::failed, "nothing_to_ship"},
        {"ShippedElsewhere", all_shipped("5", "OTHER"), {}, 1, State::failed, "nothing_to_ship"},
        {"SameNumberElsewhere", all_shipped("5", "1z999"), {}, 1, State::succeeded, "already_shipped"},
        {"OursIsThere", all_shipped("77", "1Z999"), {}, 2, State::succeeded, "already_shipped"}};
    for (const PlanRow& row : rows) {
        Seller seller;
        seller.token();
        seller.answer(kOrder, row.order);
        ShipmentToPush what = shipment();
        what.lines = row.lines;
        what.attempt = row.attempt;
        const PushOutcome out = push(seller, what);
        EXPECT_EQ(out.state, row.state) << row.name << ": " << out.message;
        EXPECT_EQ(out.code, row.code) << row.name;
    }
}

TEST(AmazonShipments, ARepeatWithNamedLinesChangesOurOwnPackage) {
    Seller seller;
    seller.token();
    Json shipped = order();
    shipped["order"]["orderItems"][0]["fulfillment"] = {{"quantityFulfilled", 3}, {"quantityUnfulfilled", 0}};
    seller.answer(kOrder, shipped);
    seller.answer(kConfirm, 204, "", [](const auto& request) {
        EXPECT_NE(request.body.find(R"("packageReferenceId":"77")"), std::string::npos);
    });
    ShipmentToPush what = shipment();
    what.attempt = 2;
    what.lines = {{"a", 2}};
    EXPECT_EQ(push(seller, what).state, State::succeeded);
}

struct ConfirmRow {
    const char* name;
    int status;  // 0: no answer, -1: not sent
    std::string body;
    State state;
    const char* says;
};
class AmazonConfirm : public testing::TestWithParam<ConfirmRow> {};
TEST_P(AmazonConfirm, Outcome) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, order());
    if (GetParam().status <= 0)
        seller.http.then_error(GetParam().status == 0 ? "net_no_answer" : "net_not_sent");
    else
        seller.answer(kConfirm, GetParam().status, GetParam().body);
    const PushOutcome out = push(seller, shipment());
    EXPECT_EQ(out.state, GetParam().state);
    EXPECT_NE(out.message.find(GetParam().says), std::string::npos) << out.message;
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonConfirm,
    testing::Values(ConfirmRow{"Date", 400, errors("Invalid Input", "Invalid Input"), State::failed, "Invalid Input"},
                    ConfirmRow{
                        "Reference", 400,
                        errors("InvalidInput", "PackageReferenceId: is invalid, must be a positive numeric value"),
                        State::failed, "package reference"},
                    ConfirmRow{"AlreadyFulfilled", 400,
                               errors("InvalidInput", "not finding a matching package PackageToUpdateNotFound"),
                               State::failed, "Buy Shipping"},
                    ConfirmRow{"Carrier", 400, errors("InvalidInput", "carrierName is required"), State::failed,
                               "other_carrier_name"},
                    ConfirmRow{"Throttled", 429, "", State::retry, "slow down"},
                    ConfirmRow{"Down", 503, "", State::unknown, "Amazon failed"},
                    ConfirmRow{"NoAnswer", 0, "", State::unknown, "scripted"},
                    ConfirmRow{"NotSent", -1, "", State::retry, "scripted"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmazonShipments, TroubleWhileReadingHasHadNoEffect) {
    Seller seller;
    seller.token();
    seller.answer(kOrder, 503, "");
    EXPECT_EQ(push(seller, shipment()).state, State::retry);
}

TEST(AmazonShipments, OrdersV0ReadsOrderAndItemsAndKnowsNoPackages) {
    const auto script = [](Seller& seller, int shipped) {
        seller.token();
        seller.answer("GET /orders/v0/orders/111-1", {{"payload",
                                                       {{"AmazonOrderId", "111-1"},
                                                        {"MarketplaceId", "ATVPDKIKX0DER"},
                                                        {"OrderStatus", "Unshipped"},
                                                        {"FulfillmentChannel", "MFN"},
                                                        {"PurchaseDate", "2026-11-19T08:00:00Z"}}}});
        seller.answer("GET /orders/v0/orders/111-1/orderItems",
                      {{"payload",
                        {{"OrderItems", {{{"OrderItemId", "a"}, {"QuantityOrdered", 2}, {"QuantityShipped", shipped}}}},
                         {"NextToken", "t"}}}});
        seller.answer(
            "GET /orders/v0/orders/111-1/orderItems?NextToken=t",
            {{"payload", {{"OrderItems", {{{"OrderItemId", "b"}, {"QuantityOrdered", 1}, {"QuantityShipped", 1}}}}}}});
    };
    Seller seller(R"({"orders_api":"v0"})");
    script(seller, 0);
    seller.answer(kConfirm, 204, "", [](const auto& request) {
        EXPECT_TRUE(request.body.ends_with(R"("orderItems":[{"orderItemId":"a","quantity":2}]}})")) << request.body;
    });
    EXPECT_EQ(push(seller, shipment()).state, State::succeeded);

    ShipmentToPush what = shipment();
    for (const auto& [attempt, state] : {std::pair{1, State::failed}, std::pair{2, State::succeeded}}) {
        Seller done(R"({"orders_api":"v0"})");
        script(done, 2);
        what.attempt = attempt;
        EXPECT_EQ(push(done, what).state, state) << attempt;
    }
}

TEST(AmazonCarriers, TheTableIsWholeAndExtrasAreAdded) {
    Seller seller(R"({"extra_carriers":["Purolator","ups"]})");
    const auto codes = seller.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes);
    EXPECT_EQ(codes->size(), 59U + 1U);
    EXPECT_EQ(codes->front().code, "USPS");
    EXPECT_EQ(codes->back().code, "Purolator");
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
