// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/shipments.h"

#include <gtest/gtest.h>

#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

using State = PushOutcome::State;

struct Fo {
    int id = 61001;
    const char* status = "OPEN";
    int location = 70001;
    std::vector<std::pair<int, int>> lines = {{11001, 2}};  // order line, remaining
    bool foreign = false;
    bool can_create = true;
    const char* hold = nullptr;
};

Json fulfillment_order(const Fo& fo) {
    Json node{
        {"id", "gid://shopify/FulfillmentOrder/" + std::to_string(fo.id)},
        {"status", fo.status},
        {"supportedActions", Json::array()},
        {"fulfillmentHolds", Json::array()},
        {"assignedLocation",
         {{"name", "Somewhere"},
          {"location",
           {{"id", "gid://shopify/Location/" + std::to_string(fo.location)},
            {"legacyResourceId", std::to_string(fo.location)},
            {"isFulfillmentService", fo.foreign}}}}},
        {"lineItems", {{"pageInfo", {{"hasNextPage", false}, {"endCursor", nullptr}}}, {"nodes", Json::array()}}}};
    if (fo.can_create) node["supportedActions"].push_back({{"action", "CREATE_FULFILLMENT"}});
    if (fo.hold != nullptr) node["fulfillmentHolds"].push_back({{"reason", "OTHER"}, {"displayReason", fo.hold}});
    for (const auto& [line, remaining] : fo.lines)
        node["lineItems"]["nodes"].push_back(
            {{"id", "gid://shopify/FulfillmentOrderLineItem/" + std::to_string(fo.id * 100 + line % 100)},
             {"totalQuantity", 5},
             {"remainingQuantity", remaining},
             {"lineItem", {{"id", "gid://shopify/LineItem/" + std::to_string(line)}}}});
    return node;
}

Json fulfillment(int id, int location, std::vector<std::string> numbers, std::vector<std::pair<int, int>> units = {},
                 const char* status = "SUCCESS") {
    Json node{{"id", "gid://shopify/Fulfillment/" + std::to_string(id)},
              {"status", status},
              {"createdAt", "2026-11-20T0" + std::to_string(id % 10) + ":00:00Z"},
              {"location",
               {{"id", "gid://shopify/Location/" + std::to_string(location)},
                {"legacyResourceId", std::to_string(location)}}},
              {"trackingInfo", Json::array()},
              {"fulfillmentLineItems", {{"nodes", Json::array()}}}};
    for (const auto& number : numbers)
        node["trackingInfo"].push_back({{"company", "UPS"}, {"number", number}, {"url", nullptr}});
    for (const auto& [line, quantity] : units)
        node["fulfillmentLineItems"]["nodes"].push_back(
            {{"quantity", quantity}, {"lineItem", {{"id", "gid://shopify/LineItem/" + std::to_string(line)}}}});
    return node;
}

Json order(const std::vector<Fo>& fulfillment_orders, const Json& fulfillments = Json::array(),
           bool cancelled = false) {
    Json nodes = Json::array();
    for (const auto& fo : fulfillment_orders) nodes.push_back(fulfillment_order(fo));
    return {{"order",
             {{"id", "gid://shopify/Order/1001"},
              {"cancelledAt", cancelled ? Json("2026-11-20T09:00:00Z") : Json()},
              {"fulfillmentOrders", {{"pageInfo", {{"hasNextPage", false}, {"endCursor", nullptr}}}, {"nodes", nodes}}},
              {"fulfillments", fulfillments}}}};
}

Json created(int id) {
    return {{"fulfillmentCreate",
             {{"fulfillment", {{"id", "gid://shopify/Fulfillment/" + std::to_string(id)}}},
              {"userErrors", Json::array()}}}};
}

ShipmentToPush shipment(std::vector<ShipmentToPush::Line> lines = {}) {
    ShipmentToPush out;
    out.external_order_id = "1001";
    out.carrier = "UPS";
    out.tracking_number = "1Z1";
    out.lines = std::move(lines);
    return out;
}

PushOutcome push(Shop& shop, const ShipmentToPush& what = shipment()) {
    return shop.connector().shipment_sink()->push_shipment(what);
}

TEST(PushShipment, ShipsAllThatIsOpenAtOneLocation) {
    Shop shop;
    shop.answer("HubFulfillmentOrders", order({Fo{}, Fo{61002}, Fo{61003, "CLOSED", 70001, {{11003, 0}}}}),
                [](const Json& variables) { EXPECT_EQ(variables["id"], "gid://shopify/Order/1001"); });
    shop.answer("HubFulfillmentCreate", created(51001), [](const Json& variables) {
        EXPECT_EQ(variables, Json::parse(R"({"fulfillment":{"lineItemsByFulfillmentOrder":[
            {"fulfillmentOrderId":"gid://shopify/FulfillmentOrder/61001"},{"fulfillmentOrderId":"gid://shopify/FulfillmentOrder/61002"}],
            "trackingInfo":{"company":"UPS","number":"1Z1"},"notifyCustomer":true},"message":null})"));
    });
    const auto outcome = push(shop);
    EXPECT_EQ(outcome.state, State::succeeded) << outcome.message;
    EXPECT_EQ(outcome.provider_id, "gid://shopify/Fulfillment/51001");
}

TEST(PushShipment, MakesOneFulfilmentForEachLocation) {
    Shop shop(R"({"notify_customer":false})");
    shop.answer("HubFulfillmentOrders",
                order({Fo{61001, "OPEN", 70001}, Fo{61002, "IN_PROGRESS", 70002}, Fo{61003, "OPEN", 70001}}));
    shop.answer("HubFulfillmentCreate", created(1), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"].size(), 2U);
        EXPECT_EQ(variables["fulfillment"]["notifyCustomer"], false);
    });
    shop.answer("HubFulfillmentCreate", created(2), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"],
                  "gid://shopify/FulfillmentOrder/61002");
    });
    EXPECT_EQ(push(shop).provider_id, "gid://shopify/Fulfillment/1,gid://shopify/Fulfillment/2");
}

TEST(PushShipment, DoesOnlyTheLocationThatIsMissingAfterALostAnswer) {
    Shop shop;
    const std::vector<Fo> both{Fo{61001, "OPEN", 70001}, Fo{61002, "OPEN", 70002}};
    shop.answer("HubFulfillmentOrders", order(both));
    shop.answer("HubFulfillmentCreate", created(1));
    shop.http.then_error("net_no_answer");
    EXPECT_EQ(push(shop).state, State::unknown);
    // Again: both have arrived …
    shop.answer("HubFulfillmentOrders",
                order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}, Fo{61002, "CLOSED", 70002, {{11001, 0}}}},
                      Json::array({fulfillment(1, 70001, {"1Z1"}), fulfillment(2, 70002, {"1z 1"})})));
    EXPECT_EQ(push(shop).code, "already_shipped");
    // … or only the first one had.
    shop.answer("HubFulfillmentOrders", order(both, Json::array({fulfillment(1, 70001, {"1Z1"})})));
    shop.answer("HubFulfillmentCreate", created(2), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"],
                  Json::array({{{"fulfillmentOrderId", "gid://shopify/FulfillmentOrder/61002"}}}));
    });
    EXPECT_EQ(push(shop).state, State::succeeded);
}

TEST(PushShipment, CancelledFulfilmentsDoNotCount) {
    Shop shop;
    shop.answer("HubFulfillmentOrders", order({Fo{}}, Json::array({fulfillment(1, 70001, {"1Z1"}, {}, "CANCELLED")})));
    shop.answer("HubFulfillmentCreate", created(2));
    EXPECT_EQ(push(shop).state, State::succeeded);
}

TEST(PushShipment, ShipsTheNamedUnits) {
    Shop shop;
    // Line 11001: two units at 70001 and two at 70002; line 11002 at 70002.
    shop.answer("HubFulfillmentOrders",
                order({Fo{61001, "OPEN", 70001, {{11001, 2}}}, Fo{61002, "OPEN", 70002, {{11001, 2}, {11002, 1}}}}));
    shop.answer("HubFulfillmentCreate", created(1), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"],
                  Json::parse(R"([{"fulfillmentOrderId":"gid://shopify/FulfillmentOrder/61001",
            "fulfillmentOrderLineItems":[{"id":"gid://shopify/FulfillmentOrderLineItem/6100101","quantity":2}]}])"));
    });
    shop.answer("HubFulfillmentCreate", created(2), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"],
                  Json::parse(R"([{"fulfillmentOrderId":"gid://shopify/FulfillmentOrder/61002",
            "fulfillmentOrderLineItems":[{"id":"gid://shopify/FulfillmentOrderLineItem/6100201","quantity":1}]}])"));
    });
    EXPECT_EQ(push(shop, shipment({{"11001", 2}, {"gid://shopify/LineItem/11001", 1}})).state, State::succeeded);
}

TEST(PushShipment, CountsWhatAnEarlierAttemptHasBrought) {
    Shop shop;
    const auto named = shipment({{"11001", 3}});
    // Two of three units are under this number; one is missing.
    shop.answer("HubFulfillmentOrders",
                order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}, Fo{61002, "OPEN", 70002, {{11001, 2}}}},
                      Json::array({fulfillment(1, 70001, {"1Z1"}, {{11001, 2}})})));
    shop.answer("HubFulfillmentCreate", created(2), [](const Json& variables) {
        EXPECT_EQ(
            variables["fulfillment"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"][0]["quantity"], 1);
    });
    EXPECT_EQ(push(shop, named).state, State::succeeded);
    // All of them.
    shop.answer("HubFulfillmentOrders", order({Fo{61002, "OPEN", 70002, {{11001, 2}}}},
                                              Json::array({fulfillment(1, 70001, {"1Z1"}, {{11001, 2}}),
                                                           fulfillment(2, 70002, {"1Z1"}, {{11001, 1}})})));
    EXPECT_EQ(push(shop, named).code, "already_shipped");
}

TEST(PushShipment, ReadsAllLinesOfALongFulfilmentOrder) {
    Shop shop;
    Json data = order({Fo{}});
    data["order"]["fulfillmentOrders"]["nodes"][0]["lineItems"]["pageInfo"] = {{"hasNextPage", true},
                                                                               {"endCursor", "P"}};
    shop.answer("HubFulfillmentOrders", data);
    shop.answer("HubFulfillmentOrderLines",
                Json{{"fulfillmentOrder",
                      {{"lineItems", fulfillment_order(Fo{61001, "OPEN", 70001, {{11099, 4}}})["lineItems"]}}}},
                [](const Json& variables) { EXPECT_EQ(variables["after"], "P"); });
    shop.answer("HubFulfillmentCreate", created(1), [](const Json& variables) {
        EXPECT_EQ(
            variables["fulfillment"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"][0]["quantity"], 3);
    });
    EXPECT_EQ(push(shop, shipment({{"11099", 3}})).state, State::succeeded);
}

TEST(PushShipment, FollowsThePagesOfFulfilmentOrders) {
    Shop shop;
    Json first = order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}});
    first["order"]["fulfillmentOrders"]["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "P"}};
    shop.answer("HubFulfillmentOrders", first);
    shop.answer("HubFulfillmentOrders", order({Fo{61002}}),
                [](const Json& variables) { EXPECT_EQ(variables["after"], "P"); });
    shop.answer("HubFulfillmentCreate", created(1));
    EXPECT_EQ(push(shop).state, State::succeeded);
}

TEST(PushShipment, AddsTheNumberOfASecondParcel) {
    Shop shop;
    shop.answer("HubFulfillmentOrders",
                order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}},
                      Json::array({fulfillment(1, 70001, {"OLD"}), fulfillment(2, 70001, {"OLD2", "OLD3"})})));
    shop.answer(
        "HubTrackingUpdate",
        Json{{"fulfillmentTrackingInfoUpdate", {{"fulfillment", {{"id", "x"}}}, {"userErrors", Json::array()}}}},
        [](const Json& variables) {
            EXPECT_EQ(variables, Json::parse(R"({"fulfillmentId":"gid://shopify/Fulfillment/2",
                        "trackingInfoInput":{"company":"UPS","numbers":["OLD2","OLD3","1Z1"]},"notifyCustomer":true})"));
        });
    const auto outcome = push(shop);
    EXPECT_EQ(outcome.state, State::succeeded) << outcome.message;
    EXPECT_EQ(outcome.code, "tracking_added");
}

TEST(PushShipment, ReadsAgainAfterARefusalAndTriesOnce) {
    const Json recorded = Json::parse(fixture("recorded_fulfillment_and_cancel.json"));
    Shop shop;
    shop.answer("HubFulfillmentOrders", order({Fo{}}));
    shop.answer("HubFulfillmentCreate", recorded["closed_fulfillment_order"]["response"].dump());
    shop.answer("HubFulfillmentOrders", order({Fo{61005}}));  // moved: another fulfilment order in its place
    shop.answer("HubFulfillmentCreate", created(1), [](const Json& variables) {
        EXPECT_EQ(variables["fulfillment"]["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"],
                  "gid://shopify/FulfillmentOrder/61005");
    });
    EXPECT_EQ(push(shop).state, State::succeeded);
}

class RecordedFulfilmentRefusal : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(RecordedFulfilmentRefusal, FailsInShopifysWords) {
    const Json recorded = Json::parse(fixture("recorded_fulfillment_and_cancel.json"))[GetParam().first];
    const std::string body = (recorded.contains("response") ? recorded["response"] : recorded).dump();
    Shop shop;
    for (int i = 0; i < 2; ++i) {
        shop.answer("HubFulfillmentOrders", order({Fo{}}));
        shop.answer("HubFulfillmentCreate", body);
    }
    const auto outcome = push(shop);
    EXPECT_EQ(outcome.state, State::failed);
    EXPECT_EQ(outcome.code, "shopify_refused");
    EXPECT_NE(outcome.message.find(GetParam().second), std::string::npos) << outcome.message;
}
INSTANTIATE_TEST_SUITE_P(
    Recorded, RecordedFulfilmentRefusal,
    testing::Values(std::pair{"closed_fulfillment_order", "has an unfulfillable status= closed"},
                    std::pair{"over_quantity", "Invalid fulfillment order line item quantity requested."},
                    std::pair{"zero_quantity", "Quantity must be greater than 0"},
                    std::pair{"unknown_fulfillment_order", "Fulfillment order does not exist."},
                    std::pair{"two_orders_in_one_call", "must belong to the same order"},
                    std::pair{"two_locations_in_one_call", "must be assigned to a single location"}),
    [](const auto& row) { return std::string(row.param.first); });

TEST(PushShipment, AcceptsTheRecordedSuccess) {
    Shop shop;
    shop.answer("HubFulfillmentOrders", order({Fo{}}));
    shop.answer("HubFulfillmentCreate",
                Json::parse(fixture("recorded_fulfillment_and_cancel.json"))["create_ok"]["response"].dump());
    EXPECT_EQ(push(shop).provider_id, "gid://shopify/Fulfillment/8036708286770");
}

struct PlanCase {
    const char* name;
    Json order;
    std::vector<ShipmentToPush::Line> lines;
    State state;
    const char* code;
    const char* words;
};
class PlanWithoutWriting : public testing::TestWithParam<PlanCase> {};
TEST_P(PlanWithoutWriting, SaysWhy) {
    Shop shop;
    shop.answer("HubFulfillmentOrders", GetParam().order);
    const auto outcome = push(shop, shipment(GetParam().lines));
    EXPECT_EQ(outcome.state, GetParam().state);
    EXPECT_EQ(outcome.code, GetParam().code);
    EXPECT_NE(outcome.message.find(GetParam().words), std::string::npos) << outcome.message;
}
INSTANTIATE_TEST_SUITE_P(
    Table, PlanWithoutWriting,
    testing::Values(
        PlanCase{"Unknown", Json{{"order", nullptr}}, {}, State::failed, "order_unknown", "60 days"},
        PlanCase{"Cancelled", order({Fo{}}, Json::array(), true), {}, State::failed, "order_cancelled", "cancelled"},
        PlanCase{"CancelledAfterItWasShipped",
                 order({}, Json::array({fulfillment(1, 70001, {"1Z1"})}), true),
                 {},
                 State::succeeded,
                 "already_shipped",
                 ""},
        PlanCase{"OnHold",
                 order({Fo{61001, "ON_HOLD", 70001, {{11001, 2}}, false, false, "Awaiting payment"}}),
                 {},
                 State::waiting,
                 "on_hold",
                 "Awaiting payment"},
        PlanCase{"Scheduled",
                 order({Fo{61001, "SCHEDULED", 70001, {{11001, 2}}, false, false}}),
                 {},
                 State::waiting,
                 "scheduled",
                 "later"},
        PlanCase{"NamedUnitsOnHold",
                 order({Fo{61001, "OPEN", 70001, {{11001, 1}}},
                        Fo{61002, "ON_HOLD", 70001, {{11001, 2}}, false, false, "Fraud"}}),
                 {{"11001", 3}},
                 State::waiting,
                 "on_hold",
                 "Fraud"},
        PlanCase{"ForeignService",
                 order({Fo{61001, "OPEN", 70001, {{11001, 2}}, true}}),
                 {},
                 State::failed,
                 "foreign_fulfillment_service",
                 "ship_for_fulfillment_services"},
        PlanCase{"HandedOver",
                 order({Fo{61001, "IN_PROGRESS", 70001, {{11001, 2}}, false, false}}),
                 {},
                 State::failed,
                 "not_fulfillable",
                 "scope"},
        PlanCase{"NoFulfilmentOrders", order({}), {}, State::failed, "no_fulfillment_orders", "read_"},
        PlanCase{"NothingLeft",
                 order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}}),
                 {},
                 State::failed,
                 "nothing_to_ship",
                 "nothing"},
        PlanCase{"UnknownLine", order({Fo{}}), {{"99", 1}}, State::failed, "line_unknown", "99"},
        PlanCase{"TooManyUnits",
                 order({Fo{}}),
                 {{"11001", 3}},
                 State::failed,
                 "quantity_exceeds_open",
                 "line 11001 3 asked, 2 open"},
        PlanCase{"NoUnits", order({Fo{}}), {{"11001", 0}}, State::failed, "nothing_to_ship", "no units"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PushShipment, ShipsForAFulfilmentServiceWhenTold) {
    Shop shop(R"({"ship_for_fulfillment_services":true})");
    shop.answer("HubFulfillmentOrders", order({Fo{61001, "OPEN", 70001, {{11001, 2}}, true}}));
    shop.answer("HubFulfillmentCreate", created(1));
    EXPECT_EQ(push(shop).state, State::succeeded);
}

TEST(PushShipment, SpellsTheCarrierAsShopifyDoes) {
    Shop shop(R"({"extra_carriers":[{"code":"Bike","url":"https://bike.example/{number}"}]})");
    const std::vector<std::tuple<const char*, const char*, Json>> cases{{"fedex", "FedEx", nullptr},
                                                                        {"United Parcel Service", "UPS", nullptr},
                                                                        {"bike", "Bike", "https://bike.example/1Z1"},
                                                                        {"Uncle Bob", "Uncle Bob", nullptr}};
    for (const auto& [given, company, url] : cases) {
        shop.answer("HubFulfillmentOrders", order({Fo{}}));
        shop.answer("HubFulfillmentCreate", created(1), [company = company, url = url](const Json& variables) {
            const Json& tracking = variables["fulfillment"]["trackingInfo"];
            EXPECT_EQ(tracking["company"], company);
            EXPECT_EQ(tracking.value("url", Json()), url);
        });
        auto parcel = shipment();
        parcel.carrier = given;
        EXPECT_EQ(push(shop, parcel).state, State::succeeded);
    }
}

TEST(PushShipment, SaysWhetherItMayHaveHappened) {
    const std::vector<std::pair<std::function<void(Shop&)>, State>> cases{
        {[](Shop& s) { s.http.then_error("net_no_answer"); }, State::retry},  // reading: no effect
        {[](Shop& s) {
             s.answer("HubFulfillmentOrders", order({Fo{}}));
             s.http.then_error("net_no_answer");
         },
         State::unknown},
        {[](Shop& s) {
             s.answer("HubFulfillmentOrders", order({Fo{}}));
             s.http.then(500, "");
         },
         State::unknown},
        {[](Shop& s) {
             s.answer("HubFulfillmentOrders", order({Fo{}}));
             s.http.then_error("net_not_sent");
         },
         State::retry},
        {[](Shop& s) {
             s.answer("HubFulfillmentOrders", order({Fo{}}));
             s.http.then(200, Json::parse(fixture("recorded_errors.json"))["throttled"]["response"].dump());
         },
         State::retry},
        {[](Shop& s) {
             s.answer("HubFulfillmentOrders",
                      order({Fo{61001, "CLOSED", 70001, {{11001, 0}}}}, Json::array({fulfillment(1, 70001, {"OLD"})})));
             s.http.then_error("net_no_answer");
         },
         State::unknown}};
    for (const auto& [answers, state] : cases) {
        Shop shop;
        answers(shop);
        EXPECT_EQ(push(shop).state, state);
    }
}

TEST(PushShipment, RefusesWhatItCannotSend) {
    Shop shop;
    auto bad = shipment();
    bad.external_order_id = "#1001";
    EXPECT_EQ(push(shop, bad).code, "order_unknown");
    bad = shipment();
    bad.tracking_number = "  ";
    EXPECT_EQ(push(shop, bad).code, "tracking_number_missing");
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
