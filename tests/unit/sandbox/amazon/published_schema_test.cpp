// SPDX-License-Identifier: Apache-2.0
// What the sandbox answers, against the models that Amazon publishes: every operation, on an account that lives.
#include <unistd.h>

#include <filesystem>

#include "support/rest_recording.h"
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr const char* kAll = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT";

class PublishedSchema : public SellerTest {
protected:
    void ask_orders() {
        const std::string stores = std::string(kUs) + "," + kDe + "," + kJp;
        std::string next;
        int pages = 0;
        do {
            const json payload =
                get("/orders/v0/orders?LastUpdatedAfter=2026-11-10T00:00:00Z&MarketplaceIds=" + stores +
                    (next.empty() ? "" : "&NextToken=" + percent_encode(next)))["payload"];
            for (const json& order : payload["Orders"]) {
                if (++pages % 5 == 0)
                    get("/orders/v0/orders/" + order["AmazonOrderId"].get<std::string>() + "/orderItems");
            }
            next = payload.value("NextToken", "");
        } while (!next.empty());
        get(std::string("/orders/2026-01-01/orders?createdAfter=2026-11-10T00:00:00Z&includedData=") + kAll);
        for (const LedgerEntry& entry : seller->ledger()) {
            if (entry.version < 4) continue;
            const std::string order = "/orders/v0/orders/" + entry.id;
            for (const char* part : {"", "/orderItems", "/address", "/buyerInfo", "/orderItems/buyerInfo"})
                get(order + part);
            get("/orders/2026-01-01/orders/" + entry.id + "?includedData=" + kAll);
            get("/finances/v0/orders/" + entry.id + "/financialEvents");
        }
        // The same with a restricted token.
        const std::string plain = token;
        token = post("/tokens/2021-03-01/restrictedDataToken",
                     {{"restrictedResources",
                       {{{"method", "GET"},
                         {"path", "/orders/v0/orders"},
                         {"dataElements", {"buyerInfo", "shippingAddress"}}}}}},
                     200)["restrictedDataToken"];
        get("/orders/v0/orders?LastUpdatedAfter=2026-11-10T00:00:00Z&MarketplaceIds=" + stores);
        token = plain;
        api("GET", "/orders/v0/orders");                             // 400
        api("GET", "/orders/v0/orders/112-0000000-0000000");         // 404
        api("GET", "/orders/2026-01-01/orders?createdAfter=never");  // 400
        api("GET", "/orders/2026-01-01/orders/112-0000000-0000000");
    }
    void ask_finances() {
        for (const char* until : {"", "&PostedBefore=2026-11-21T00:00:00Z"})
            get("/finances/v0/financialEvents?PostedAfter=2026-11-01T00:00:00Z" + std::string(until));
        get("/finances/2024-06-19/transactions?postedAfter=2026-11-01T00:00:00Z");
        api("GET", "/finances/v0/financialEvents");
        api("GET", "/finances/2024-06-19/transactions");
    }
    void ship_one() {
        const std::string id = seller->place_order({.items = {{"SBX-000019", 1}}});
        const std::string line =
            get("/orders/v0/orders/" + id + "/orderItems")["payload"]["OrderItems"][0]["OrderItemId"];
        const json body = {{"marketplaceId", kUs},
                           {"packageDetail",
                            {{"packageReferenceId", "1"},
                             {"carrierCode", "UPS"},
                             {"trackingNumber", "1Z"},
                             {"shipDate", at(clock.now())},
                             {"orderItems", {{{"orderItemId", line}, {"quantity", 1}}}}}}};
        EXPECT_EQ(api("POST", "/orders/v0/orders/" + id + "/shipmentConfirmation", body.dump()).status, 204);
        EXPECT_EQ(api("POST", "/orders/v0/orders/" + id + "/shipmentConfirmation", "{}").status, 400);
        clock.advance(1min);
        get("/orders/2026-01-01/orders/" + id + "?includedData=PACKAGES,FULFILLMENT");
    }
    void ask_catalogue() {
        const std::string items = "/listings/2021-08-01/items/A3SBXDEMO0SELL";
        get(items + "?marketplaceIds=" + kUs +
            "&includedData=summaries,offers,fulfillmentAvailability,attributes,issues,productTypes&pageSize=20");
        get(items + "/MUG%2FRED%2BXL?marketplaceIds=" + kUs +
            "&includedData=summaries,attributes,fulfillmentAvailability");
        api("GET", items + "/NO-SUCH?marketplaceIds=" + kUs);
        for (const int quantity : {3, -3}) {
            const json body = {{"productType", "PRODUCT"},
                               {"patches",
                                {{{"op", "merge"},
                                  {"path", "/attributes/fulfillment_availability"},
                                  {"value", {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", quantity}}}}}}}};
            EXPECT_EQ(api("PATCH", items + "/SBX-000019?marketplaceIds=" + kUs + "&includedData=issues,identifiers",
                          body.dump())
                          .status,
                      200);
        }
        const std::string report =
            post("/reports/2021-06-30/reports",
                 {{"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"}, {"marketplaceIds", {kUs}}}, 202)["reportId"];
        const json document =
            post("/feeds/2021-06-30/documents", {{"contentType", "application/json; charset=UTF-8"}}, 201);
        fetch("PUT", document["url"], "{}", {{"content-type", "application/json; charset=UTF-8"}});
        const std::string feed = post("/feeds/2021-06-30/feeds",
                                      {{"feedType", "JSON_LISTINGS_FEED"},
                                       {"marketplaceIds", {kUs}},
                                       {"inputFeedDocumentId", document["feedDocumentId"]}},
                                      202)["feedId"];
        get("/reports/2021-06-30/reports/" + report);
        clock.advance(2min);
        get("/reports/2021-06-30/documents/" +
            get("/reports/2021-06-30/reports/" + report)["reportDocumentId"].get<std::string>());
        get("/reports/2021-06-30/reports?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA");
        get("/feeds/2021-06-30/documents/" +
            get("/feeds/2021-06-30/feeds/" + feed)["resultFeedDocumentId"].get<std::string>());
        get("/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED");
        api("GET", "/feeds/2021-06-30/feeds");
        api("POST", "/reports/2021-06-30/reports", "{}");
        get("/sellers/v1/marketplaceParticipations");
    }
    /// A box that holds everything, then one that does not.
    void pack(const InboundView& shipment) {
        const std::string plan = "/inbound/fba/2024-03-20/inboundPlans/" + shipment.plan_id;
        json items = json::array();
        const json shown = get(plan + "/shipments/" + shipment.shipment_id + "/items?pageSize=1000")["items"];
        for (const json& item : shown)
            items.push_back({{"msku", item["msku"]},
                             {"quantity", item["quantity"]},
                             {"labelOwner", item["labelOwner"]},
                             {"prepOwner", "NONE"}});
        for (const json& inside : std::vector<json>{items, json::array()}) {
            const json box = {
                {"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                {"dimensions", {{"unitOfMeasurement", "IN"}, {"length", 24}, {"width", 16}, {"height", 16}}},
                {"weight", {{"unit", "LB"}, {"value", 27.5}}},
                {"quantity", 1},
                {"items", inside}};
            const std::string operation =
                post(plan + "/packingInformation",
                     {{"packageGroupings",
                       json::array({{{"shipmentId", shipment.shipment_id}, {"boxes", json::array({box})}}})}},
                     202)["operationId"];
            get("/inbound/fba/2024-03-20/operations/" + operation);
            clock.advance(1min);
            get("/inbound/fba/2024-03-20/operations/" + operation);
            get(plan + "/shipments/" + shipment.shipment_id + "/boxes");
        }
        api("POST", plan + "/packingInformation", "{}");
    }
    void ask_inbound() {
        get(std::string("/fba/inbound/v0/"
                        "shipments?QueryType=DATE_RANGE&LastUpdatedAfter=2026-11-01T00:00:00Z&LastUpdatedBefore=2026-"
                        "12-01T00:00:00Z&MarketplaceId=") +
            kUs);
        get(std::string("/fba/inbound/v0/"
                        "shipmentItems?QueryType=DATE_RANGE&LastUpdatedAfter=2026-11-01T00:00:00Z&LastUpdatedBefore="
                        "2026-12-01T00:00:00Z&MarketplaceId=") +
            kUs);
        api("GET", "/fba/inbound/v0/shipments?QueryType=SHIPMENT");
        get("/inbound/fba/2024-03-20/inboundPlans?pageSize=3");
        for (const InboundView& shipment : seller->inbound()) {
            get("/fba/inbound/v0/shipments/" + shipment.id + "/items");
            const std::string plan = "/inbound/fba/2024-03-20/inboundPlans/" + shipment.plan_id;
            get(plan);
            for (const char* part : {"", "/items", "/boxes"}) get(plan + "/shipments/" + shipment.shipment_id + part);
        }
        api("GET", "/inbound/fba/2024-03-20/operations/bad4abcd");
    }
};

TEST_F(PublishedSchema, EveryAnswerFitsIt) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("crossdock-amazon-schema-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    crossdock::testing::RestRecording recording(folder / "exchanges.jsonl");
    SellerOptions options;
    options.orders = 150;
    options.stores = {kUs, kDe, kJp};
    options.ready_to_ship = false;  // the model of the answer lacks the state that the filter has
    options.recorder = recording.recorder();
    open(options);
    for (const InboundView& shipment : seller->inbound())
        if (shipment.status == "WORKING") pack(shipment);
    clock.advance(2h);
    ship_one();
    ask_orders();
    ask_finances();
    ask_catalogue();
    ask_inbound();

    crossdock::testing::RestCheckOptions check;
    check.prefix = "/amazon";
    check.answers_only = true;  // the test asks wrong questions on purpose
    check.expect = {"getOrders",
                    "getOrderItems",
                    "getOrderAddress",
                    "getOrderBuyerInfo",
                    "getOrderItemsBuyerInfo",
                    "confirmShipment",
                    "searchOrders",
                    "listFinancialEvents",
                    "listFinancialEventsByOrderId",
                    "listTransactions",
                    "createReport",
                    "getReport",
                    "getReports",
                    "getReportDocument",
                    "createFeedDocument",
                    "createFeed",
                    "getFeed",
                    "getFeeds",
                    "getFeedDocument",
                    "searchListingsItems",
                    "getListingsItem",
                    "patchListingsItem",
                    "getMarketplaceParticipations",
                    "createRestrictedDataToken",
                    "getShipments",
                    "getShipmentItemsByShipmentId",
                    "getShipmentItems",
                    "listInboundPlans",
                    "getInboundPlan",
                    "getShipment",
                    "listShipmentItems",
                    "listShipmentBoxes",
                    "setPackingInformation",
                    "getInboundOperationStatus"};
    const auto outcome = crossdock::testing::check_against_rest_schema(
        recording.path(),
        {"amazon/ordersV0.json", "amazon/orders_2026-01-01.json", "amazon/financesV0.json",
         "amazon/finances_2024-06-19.json", "amazon/feeds_2021-06-30.json", "amazon/reports_2021-06-30.json",
         "amazon/listingsItems_2021-08-01.json", "amazon/sellers.json", "amazon/tokens_2021-03-01.json",
         "amazon/fulfillmentInboundV0.json", "amazon/fulfillmentInbound_2024-03-20.json"},
        check);
    std::filesystem::remove_all(folder);
    if (outcome.outcome == crossdock::testing::SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << outcome.said;
    EXPECT_EQ(outcome.outcome, crossdock::testing::SchemaCheck::Outcome::fits) << outcome.said;
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
