// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/shipments.h"

#include "connectors/shipstation/parcels.h"
#include "unit/connectors/shipstation/account.h"

namespace crossdock::connectors::shipstation::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kOrder = "GET /orders/93348442";
constexpr const char* kMark = "POST /orders/markasshipped";
constexpr const char* kFulfillments = "GET /fulfillments?orderId=93348442&page=1&pageSize=500";
constexpr const char* kShipments = "GET /shipments?orderId=93348442&page=1&pageSize=500";
const Json kMarked = {{"orderId", 93348442}, {"orderNumber", "ABC123"}};

ShipmentToPush shipment() {
    ShipmentToPush out;
    out.shipment_id = 77;
    out.external_order_id = "93348442";
    out.carrier = "usps";
    out.tracking_number = " 913492493294329421 ";
    return out;
}
Json order(const std::string& status = "awaiting_shipment", std::int64_t store = 12345) {
    return order_json(93348442, "2026-11-19T09:00:00", status, store);
}
PushOutcome push(Account& account, const ShipmentToPush& what) {
    return account.connector().shipment_sink()->push_shipment(what);
}
Json row(const std::string& id_name, const std::string& number, const Json& more = Json::object()) {
    Json out = {{id_name, 33974374}, {"orderId", 93348442}, {"trackingNumber", number}, {"voided", false}};
    out.update(more);
    return out;
}
void parcels(Account& account, const Json& fulfillments, const Json& shipments) {
    account.answer(kFulfillments, {{"fulfillments", fulfillments}, {"total", fulfillments.size()}});
    account.answer(kShipments, {{"shipments", shipments}, {"total", shipments.size()}});
}

TEST(ShipStationShipments, MarksTheOrderAsInThePublishedRequest) {
    Account account(R"({"notify_customer":true})");
    account.answer(kOrder, order());
    account.answer(kMark, kMarked, [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
        EXPECT_EQ(request.body, R"({"orderId":93348442,"carrierCode":"usps","shipDate":"2014-04-01","trackingNumber":)"
                                R"("913492493294329421","notifyCustomer":true,"notifySalesChannel":true})");
        const auto file = example_file("v1_orders.json");
        if (!file) return;
        EXPECT_EQ(Json::parse(request.body), example_case(*file, "Mark an Order as Shipped")["request"]);
    });
    ShipmentToPush what = shipment();
    what.ship_date = at("2014-04-01T20:00:00Z");
    const PushOutcome out = push(account, what);
    EXPECT_EQ(out.state, State::succeeded) << out.message;
    EXPECT_EQ(out.code, "");
}

TEST(ShipStationShipments, TheShipDateIsADayInLosAngeles) {
    const std::pair<std::optional<Timestamp>, const char*> rows[] = {
        {std::nullopt, "2026-11-20"},                // 02:00 there
        {at("2026-11-20T05:00:00Z"), "2026-11-19"},  // still the day before
        {at("2026-11-26T00:00:00Z"), "2026-11-26"},  // a date without a time is that date
        {at("2026-11-26T00:00:01Z"), "2026-11-25"}};
    for (const auto& [given, day] : rows) {
        Account account;
        account.answer(kOrder, order());
        account.answer(kMark, kMarked, [day = day](const net::HttpRequest& request) {
            EXPECT_EQ(Json::parse(request.body)["shipDate"], day);
        });
        ShipmentToPush what = shipment();
        what.ship_date = given;
        EXPECT_EQ(push(account, what).state, State::succeeded);
    }
}

TEST(ShipStationShipments, TheMarketplaceHearsItOnce) {
    const auto notified = [](const std::string& settings) {
        Account account(settings);
        account.answer(kOrder, order("awaiting_shipment", 26815));  // a store of Amazon CA
        Json sent;
        account.answer(kMark, kMarked, [&](const net::HttpRequest& request) { sent = Json::parse(request.body); });
        EXPECT_EQ(push(account, shipment()).state, State::succeeded);
        EXPECT_EQ(sent["notifyCustomer"], false);
        return sent["notifySalesChannel"].get<bool>();
    };
    EXPECT_TRUE(notified("{}"));
    EXPECT_FALSE(notified(R"({"notify_sales_channel":false})"));
    EXPECT_FALSE(notified(R"({"skip_marketplaces":["amazon"]})"));  // its own channel tells it
    EXPECT_TRUE(notified(R"({"skip_marketplaces":["ebay"]})"));
}

TEST(ShipStationShipments, APartShipsTheWholeOrderAndSaysSo) {
    Account account;
    account.answer(kOrder, order());  // two units
    account.answer(kMark, kMarked);
    ShipmentToPush what = shipment();
    what.lines = {{"933484420", 1}};
    PushOutcome out = push(account, what);
    EXPECT_EQ(out.state, State::succeeded);
    EXPECT_EQ(out.code, "whole_order_shipped");

    account.answer(kOrder, order());
    account.answer(kMark, kMarked);
    what.lines = {{"933484420", 2}};
    EXPECT_EQ(push(account, what).code, "");

    // The second parcel of an order has nowhere to go.
    account.answer(kOrder, order("shipped"));
    parcels(account, Json::array({row("fulfillmentId", "FIRST")}), Json::array());
    out = push(account, what);
    EXPECT_EQ(out.state, State::failed);
    EXPECT_EQ(out.code, "order_already_shipped");
    EXPECT_NE(out.message.find("with FIRST"), std::string::npos) << out.message;
}

TEST(ShipStationShipments, WhatCannotBeSentIsNot) {
    const auto code = [](const std::function<void(ShipmentToPush&)>& change) {
        Account account;
        ShipmentToPush what = shipment();
        change(what);
        const PushOutcome out = push(account, what);
        EXPECT_EQ(out.state, State::failed);
        EXPECT_TRUE(account.http.requests().empty());
        return out.code;
    };
    EXPECT_EQ(code([](auto& what) { what.tracking_number = " "; }), "tracking_number_missing");
    EXPECT_EQ(code([](auto& what) { what.carrier = ""; }), "carrier_missing");
    EXPECT_EQ(code([](auto& what) { what.external_order_id = "ABC123"; }), "order_unknown");
}

struct StatusOutcome {
    const char* status;
    State state;
    const char* code;
};
TEST(ShipStationShipments, OrdersThatTakeNoShipment) {
    const StatusOutcome rows[] = {{"cancelled", State::failed, "order_cancelled"},
                                  {"pending_fulfillment", State::failed, "fulfilled_elsewhere"}};
    for (const auto& [status, state, code] : rows) {
        Account account;
        account.answer(kOrder, order(status));
        const PushOutcome out = push(account, shipment());
        EXPECT_EQ(out.state, state) << status;
        EXPECT_EQ(out.code, code) << status;
    }
    Account external;
    Json fulfilled = order();
    fulfilled["externallyFulfilled"] = true;
    external.answer(kOrder, fulfilled);
    EXPECT_EQ(push(external, shipment()).code, "fulfilled_elsewhere");
}

struct ThereRow {
    const char* name;
    Json fulfillments, shipments;
    int attempt;
    State state;
    const char* code;
};
TEST(ShipStationShipments, AShippedOrderIsLookedUpInBothLists) {
    const Json none = Json::array();
    const std::string ours = "913492493294329421";
    const ThereRow rows[] = {
        {"MarkedBefore", Json::array({row("fulfillmentId", ours)}), none, 2, State::succeeded, "already_shipped"},
        {"MarkedByHand", Json::array({row("fulfillmentId", ours)}), none, 1, State::succeeded, "already_shipped"},
        {"Label", none, Json::array({row("shipmentId", ours)}), 1, State::succeeded, "already_shipped"},
        {"VoidedLabel", none, Json::array({row("shipmentId", ours, {{"voided", true}})}), 1, State::failed,
         "order_already_shipped"},
        {"ReturnLabel", none, Json::array({row("shipmentId", ours, {{"isReturnLabel", true}})}), 1, State::failed,
         "order_already_shipped"},
        {"AnotherNumber", Json::array({row("fulfillmentId", "X")}), none, 2, State::failed, "order_already_shipped"},
        {"NotListedYet", none, none, 2, State::waiting, "number_not_shown"},
        {"NeverListed", none, none, 7, State::failed, "order_already_shipped"},
        {"NoNumberAtAll", none, none, 1, State::failed, "order_already_shipped"}};
    for (const ThereRow& one : rows) {
        Account account;
        account.answer(kOrder, order("shipped"));
        parcels(account, one.fulfillments, one.shipments);
        ShipmentToPush what = shipment();
        what.attempt = one.attempt;
        const PushOutcome out = push(account, what);
        EXPECT_EQ(out.state, one.state) << one.name << ": " << out.message;
        EXPECT_EQ(out.code, one.code) << one.name;
    }
}

TEST(ShipStationShipments, AFurtherParcelsNumberIsDroppedInWords) {
    Account account;
    account.answer(kOrder, order("shipped"));
    parcels(account, Json::array({row("fulfillmentId", "X1")}), Json::array());
    ShipmentToPush what = shipment();
    what.is_further = true;
    const PushOutcome out = push(account, what);
    EXPECT_EQ(out.state, State::succeeded) << out.message;
    EXPECT_EQ(out.code, "number_dropped");
    EXPECT_NE(out.message.find("X1"), std::string::npos) << out.message;
}

TEST(ShipStationShipments, AMarketplaceThatWasNotToldIsSaid) {
    Account account;
    account.answer(kOrder, order("shipped"));
    parcels(account,
            Json::array({row("fulfillmentId", "913492493294329421", {{"notifyErrorMessage", "Order is locked"}})}),
            Json::array());
    const PushOutcome out = push(account, shipment());
    EXPECT_EQ(out.state, State::succeeded);
    EXPECT_EQ(out.provider_id, "33974374");
    EXPECT_NE(out.message.find("Order is locked"), std::string::npos);
}

struct MarkRow {
    const char* name;
    int status;  // 0: no answer, -1: not sent
    std::string body;
    State state;
    const char* says;
};
class ShipStationMark : public ::testing::TestWithParam<MarkRow> {};
TEST_P(ShipStationMark, Outcome) {
    Account account;
    account.answer(kOrder, order());
    if (GetParam().status <= 0)
        account.http.then_error(GetParam().status == 0 ? "net_no_answer" : "net_not_sent");
    else
        account.answer(kMark, GetParam().status, GetParam().body);
    const PushOutcome out = push(account, shipment());
    EXPECT_EQ(out.state, GetParam().state);
    EXPECT_NE(out.message.find(GetParam().says), std::string::npos) << out.message;
}
INSTANTIATE_TEST_SUITE_P(
    Table, ShipStationMark,
    ::testing::Values(MarkRow{"Refused", 400, R"({"Message":"Carrier not found"})", State::failed, "Carrier not found"},
                    MarkRow{"Gone", 404, "", State::failed, "404"},
                    MarkRow{"WrongPair", 401, "", State::retry, "api_secret"},
                    MarkRow{"Throttled", 429, "", State::retry, "slow down"},
                    MarkRow{"Exception", 500, R"({"ExceptionMessage":"Ship To: Name must be provided."})",
                            State::unknown, "Ship To"},
                    MarkRow{"Down", 502, "", State::unknown, "502"},
                    MarkRow{"NoAnswer", 0, "", State::unknown, "scripted"},
                    MarkRow{"NotSent", -1, "", State::retry, "scripted"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipStationShipments, AnExceptionSaidTwiceIsARefusal) {
    Account account;
    ShipmentToPush what = shipment();
    const auto attempt = [&](const std::string& words, bool looks_up) {
        account.answer(kOrder, order());
        account.answer(kMark, 500, Json{{"ExceptionMessage", words}, {"StackTrace", "at SS..."}}.dump());
        if (looks_up) parcels(account, Json::array(), Json::array());
        const PushOutcome out = push(account, what);
        ++what.attempt;
        return out.state;
    };
    EXPECT_EQ(attempt("Database is busy", false), State::unknown);
    EXPECT_EQ(attempt("Ship To: Name must be provided.", false), State::unknown);
    EXPECT_EQ(attempt("Ship To: Name must be provided.", true), State::failed);
}

TEST(ShipStationShipments, ARepeatThatIsRefusedLooksWhetherTheFirstCameThrough) {
    Account account;
    account.answer(kOrder, order());  // read before the first attempt showed
    account.answer(kMark, 400, R"({"Message":"Order is already shipped"})");
    parcels(account, Json::array({row("fulfillmentId", "913492493294329421")}), Json::array());
    ShipmentToPush what = shipment();
    what.attempt = 2;
    EXPECT_EQ(push(account, what).state, State::succeeded);
}

TEST(ShipStationShipments, TroubleWhileReadingHasHadNoEffect) {
    Account account;
    account.answer(kOrder, 503, "");
    EXPECT_EQ(push(account, shipment()).state, State::retry);
    account.answer(kOrder, 404, "");
    EXPECT_EQ(push(account, shipment()).state, State::failed);
    account.answer(kOrder, order("shipped"));
    account.answer(kFulfillments, {{"message", "no list"}});
    EXPECT_EQ(push(account, shipment()).state, State::retry);
}

TEST(ShipStationParcels, ThePublishedLists) {
    const auto file = example_file("v1_shipments_fulfillments.json");
    if (!file) GTEST_SKIP() << "no shared/specs/shipstation/examples";
    const auto read = [&](const char* operation) {
        const std::string text = example_case(*file, operation)["response"].dump();
        const auto index = JsonIndex::parse(text);
        std::string out;
        for (const Parcel& one : read_parcels(index->root()))
            out += std::string{one.kind == Parcel::Kind::shipment ? "S " : "F "} + one.id + " " + one.order_id + " " +
                   one.order_number + " " + one.carrier + " " + one.tracking_number +
                   (one.marketplace_notified ? " told" : "") + (one.counts() ? "" : " void") + one.notify_error + "\n";
        return out;
    };
    EXPECT_EQ(read("List Shipments"),
              "S 33974374 43945660 100038-1 stamps_com 9400111899561704681189 told\n"
              "S 33974373 43337328 100028 stamps_com 9400111899561704681196 told\n");
    EXPECT_EQ(read("List Fulfillments"),
              "F 33974374 191759016 101 USPS 783408231234 told\n"
              "F 246310 193699927 101 FedEx 664756278745 told\n");
}

}  // namespace
}  // namespace crossdock::connectors::shipstation::tests
