// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/fba.h"

#include "connectors/amazon/cartons.h"
#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

using State = PushOutcome::State;

Json shipments(const std::vector<std::pair<std::string, std::string>>& list, const Json& token = nullptr) {
    Json data = Json::array();
    for (const auto& [id, status] : list) data.push_back({{"ShipmentId", id}, {"ShipmentStatus", status}});
    Json payload = {{"ShipmentData", data}};
    if (!token.is_null()) payload["NextToken"] = token;
    return {{"payload", payload}};
}

TEST(AmazonFba, ActiveShipmentsOfEachMarketplaceOnePageAfterTheOther) {
    Seller seller(R"({"marketplace_ids":["ATVPDKIKX0DER","A2EUQ1WTGCTBG2"]})");
    const std::string range =
        "GET "
        "/fba/inbound/v0/"
        "shipments?QueryType=DATE_RANGE&ShipmentStatusList=WORKING%2CREADY_TO_SHIP%2CSHIPPED%2CIN_TRANSIT%2CDELIVERED%"
        "2C"
        "CHECKED_IN%2CRECEIVING&LastUpdatedAfter=2026-11-13T00%3A00%3A00Z&LastUpdatedBefore=2026-11-20T10%3A00%3A00Z&"
        "MarketplaceId=";
    seller.token();
    seller.answer(range + "ATVPDKIKX0DER", shipments({{"FBA1", "WORKING"}, {"FBA2", "CLOSED"}}, "t+/="));
    FbaSource* source = seller.connector().fba_source();
    const PullWindow window{at("2026-11-13T00:00:00Z"), std::nullopt, {}};
    auto page = source->fetch_fba_shipments(window, "");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->shipments.size(), 1U);  // whether Amazon honours the states beside a range is not certain
    EXPECT_EQ(page->shipments[0].shipment_id, "FBA1");
    EXPECT_EQ(page->shipments[0].marketplace_id, "ATVPDKIKX0DER");
    // A token goes with the marketplace and nothing else, or page one comes again.
    seller.answer("GET /fba/inbound/v0/shipments?QueryType=NEXT_TOKEN&NextToken=t%2B%2F%3D&MarketplaceId=ATVPDKIKX0DER",
                  shipments({}));
    page = source->fetch_fba_shipments(window, page->next_cursor);
    ASSERT_TRUE(page);
    seller.answer(range + "A2EUQ1WTGCTBG2", shipments({{"FBA3", "READY_TO_SHIP"}}));
    page = source->fetch_fba_shipments(window, page->next_cursor);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->shipments[0].marketplace_id, "A2EUQ1WTGCTBG2");
    EXPECT_EQ(page->next_cursor, "");
}

TEST(AmazonFba, ADeadTokenStartsThePhaseOver) {
    Seller seller;
    seller.token();
    seller.answer("GET /fba/inbound/v0/shipments?QueryType=NEXT_TOKEN&NextToken=t&MarketplaceId=ATVPDKIKX0DER", 400,
                  errors("Invalid Input", "Data is invalid. Please check."));
    EXPECT_EQ(seller.connector().fba_source()->fetch_fba_shipments({}, "0 t").error().code, "cursor_refused");
    EXPECT_EQ(seller.connector().fba_source()->fetch_fba_shipments({}, "7 t").error().code, "cursor_refused");
    EXPECT_EQ(seller.connector().fba_source()->fetch_fba_shipments({}, "x").error().code, "cursor_refused");
}

TEST(AmazonFba, ByIdInEveryMarketplaceUntilAllAreFound) {
    Seller seller(R"({"marketplace_ids":["ATVPDKIKX0DER","A2EUQ1WTGCTBG2"]})");
    seller.token();
    seller.answer(
        "GET "
        "/fba/inbound/v0/shipments?QueryType=SHIPMENT&ShipmentIdList=FBA1%2CFBA2%2CFBA3&MarketplaceId=ATVPDKIKX0DER",
        shipments({{"FBA1", "CLOSED"}}));
    seller.answer(
        "GET /fba/inbound/v0/shipments?QueryType=SHIPMENT&ShipmentIdList=FBA2%2CFBA3&MarketplaceId=A2EUQ1WTGCTBG2",
        shipments({{"FBA3", "RECEIVING"}}));
    const std::vector<std::string> ids{"FBA1", "FBA2", "FBA3"};
    const auto found = seller.connector().fba_source()->fetch_fba_shipments_by_id(ids);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[1].shipment_id + " " + (*found)[1].marketplace_id, "FBA3 A2EUQ1WTGCTBG2");
}

TEST(AmazonFba, ItemsComeVerbatimAPagePerCall) {
    Seller seller;
    seller.token();
    const std::string item = R"({"ShipmentId":"FBA1","SellerSKU":"A","QuantityShipped":4,"PrepDetailsList":[]})";
    seller.answer("GET /fba/inbound/v0/shipments/FBA1/items?MarketplaceId=ATVPDKIKX0DER", 200,
                  R"({"payload":{"ItemData":[)" + item + R"(],"NextToken":"t/1"}})");
    FbaSource* source = seller.connector().fba_source();
    const auto page = source->fetch_fba_items("FBA1", "ATVPDKIKX0DER", "", false);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->items, std::vector<std::string>{item});
    EXPECT_EQ(page->next_token, "t/1");
    seller.answer("GET /fba/inbound/v0/shipments/FBA1/items?NextToken=t%2F1&MarketplaceId=ATVPDKIKX0DER",
                  {{"payload", {{"ItemData", Json::array()}}}});
    EXPECT_TRUE(source->fetch_fba_items("FBA1", "ATVPDKIKX0DER", "t/1", false));
    seller.answer("GET /fba/inbound/v0/shipmentItems?QueryType=NEXT_TOKEN&NextToken=t%2F1&MarketplaceId=ATVPDKIKX0DER",
                  {{"payload", {{"ItemData", Json::array()}}}});
    EXPECT_TRUE(source->fetch_fba_items("FBA1", "ATVPDKIKX0DER", "t/1", true));
}

TEST(AmazonFba, TheSandboxShipmentIsRead) {
    const auto file = example_file("fba-inbound-v0.json");
    if (!file) GTEST_SKIP() << "Amazon's examples are not here";
    Seller seller;
    for (const Json& one : (*file)["cases"]) {
        if (one["operationId"] != "getShipments" || one["status"] != 200) continue;
        const auto mapped = seller.connector().fba_source()->map_fba_shipment(
            {"FBA15DJ9S3J5", "ATVPDKIKX0DER", one["response"]["payload"]["ShipmentData"][0].dump()});
        ASSERT_TRUE(mapped);
        domain::FbaShipment expected;
        expected.shipment_id = "FBA15DJ9S3J5";
        expected.marketplace_id = "ATVPDKIKX0DER";
        expected.shipment_name = "FBA (2/11/20, 11:18 AM) - 1";
        expected.destination_fulfillment_center_id = "MKC6";
        expected.label_prep_type = "SELLER_LABEL";
        expected.shipment_status = "SHIPPED";
        expected.box_contents_source = "INTERACTIVE";  // and are_cases_required false, although the model requires it
        EXPECT_EQ(*mapped, expected);
    }
    EXPECT_FALSE(seller.connector().fba_source()->map_fba_shipment({"FBA1", "M", R"({"ShipmentId":"FBA1"})"}));
}

// ---- cartons ----

CartonShipment shipment(std::optional<std::string> source = "FEED") {
    CartonShipment out;
    out.shipment.shipment_id = "FBA15DJ8K6NZ";
    out.shipment.marketplace_id = "ATVPDKIKX0DER";
    out.shipment.shipment_status = "WORKING";
    out.shipment.box_contents_source = std::move(source);
    return out;
}
std::vector<CartonToPush> cartons() {
    return {{"p1", {{"A<&>\"'\x01", 4, 0}, {"B", 1, 1}}}, {"p2", {{"C \u00E9", 12, 1}}}};
}

TEST(AmazonCartons, TheDocumentIsWholeAndEscaped) {
    EXPECT_EQ(
        carton_document("A3TH9S8BH6GOGM", "FBA15DJ8K6NZ", cartons()),
        R"(<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" )"
        R"(xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"><Header><DocumentVersion>1.01</DocumentVersion>)"
        R"(<MerchantIdentifier>A3TH9S8BH6GOGM</MerchantIdentifier></Header><MessageType>CartonContentsRequest</MessageType><Message>)"
        R"(<MessageID>1</MessageID><CartonContentsRequest><ShipmentId>FBA15DJ8K6NZ</ShipmentId><NumCartons>2</NumCartons>)"
        R"(<Carton><CartonId>FBA15DJ8K6NZU000001</CartonId><Item><SKU>A&lt;&amp;&gt;&quot;&apos;</SKU><QuantityShipped>4</QuantityShipped>)"
        R"(<QuantityInCase>1</QuantityInCase></Item><Item><SKU>B</SKU><QuantityShipped>1</QuantityShipped><QuantityInCase>1</QuantityInCase>)"
        R"(</Item></Carton><Carton><CartonId>FBA15DJ8K6NZU000002</CartonId><Item><SKU>C é</SKU><QuantityShipped>12</QuantityShipped>)"
        R"(<QuantityInCase>1</QuantityInCase></Item></Carton></CartonContentsRequest></Message></AmazonEnvelope>)");
}

TEST(AmazonCartons, AreFedAndAskedFor) {
    Seller seller(R"({"seller_id":"A3TH9S8BH6GOGM","carton_push":"feed"})");
    seller.token();
    seller.answer("POST /feeds/2021-06-30/documents", 201,
                  R"({"feedDocumentId":"D0","url":"https://s3.amazonaws.com/in"})",
                  [](const auto& request) { EXPECT_EQ(request.body, R"({"contentType":"text/xml; charset=UTF-8"})"); });
    seller.answer("PUT https://s3.amazonaws.com/in", 200, "", [](const auto& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "text/xml; charset=UTF-8");
    });
    seller.answer("POST /feeds/2021-06-30/feeds", 202, R"({"feedId":"F1"})", [](const auto& request) {
        EXPECT_EQ(
            request.body,
            R"({"feedType":"POST_FBA_INBOUND_CARTON_CONTENTS","marketplaceIds":["ATVPDKIKX0DER"],"inputFeedDocumentId":"D0"})");
    });
    CartonSink* sink = seller.connector().carton_sink();
    const auto list = cartons();
    const PushOutcome sent = sink->push_cartons(shipment("INTERACTIVE"), list);
    EXPECT_EQ(sent.state, State::accepted);
    EXPECT_EQ(sent.provider_id, "F1");
    EXPECT_NE(sent.message.find("INTERACTIVE"), std::string::npos);

    seller.answer("GET /feeds/2021-06-30/feeds/F1", {{"processingStatus", "IN_PROGRESS"}});
    EXPECT_EQ(sink->check_cartons("F1").state, State::accepted);
    seller.answer("GET /feeds/2021-06-30/feeds/F1", {{"processingStatus", "DONE"}, {"resultFeedDocumentId", "D1"}});
    seller.answer("GET /feeds/2021-06-30/documents/D1", {{"url", "https://s3.amazonaws.com/out"}});
    seller.answer("GET https://s3.amazonaws.com/out", 200,
                  "<AmazonEnvelope><MessageType>ProcessingReport</"
                  "MessageType><Message><ProcessingReport><StatusCode>Complete</StatusCode><ProcessingSummary>"
                  "<MessagesProcessed>1</MessagesProcessed><MessagesSuccessful>1</"
                  "MessagesSuccessful><MessagesWithError>0</MessagesWithError>"
                  "<MessagesWithWarning>0</MessagesWithWarning></ProcessingSummary></ProcessingReport></Message></"
                  "AmazonEnvelope>");
    EXPECT_EQ(sink->check_cartons("F1").state, State::succeeded);
    seller.answer("GET /feeds/2021-06-30/feeds/F1", {{"processingStatus", "FATAL"}});
    EXPECT_EQ(sink->check_cartons("F1").state, State::unknown);
}

std::string report(const std::string& summary, const std::string& result) {
    return "<?xml version=\"1.0\"?><AmazonEnvelope><Message><ProcessingReport><ProcessingSummary>" + summary +
           "</ProcessingSummary>" + result + "</ProcessingReport></Message></AmazonEnvelope>";
}

TEST(AmazonCartons, AWarningIsAFailureToo) {
    const PushOutcome warned = read_carton_report(report(
        "<MessagesSuccessful>1</MessagesSuccessful><MessagesWithError>0</MessagesWithError><MessagesWithWarning>1</"
        "MessagesWithWarning>",
        "<Result><MessageID>1</MessageID><ResultCode>Warning</ResultCode><ResultMessageCode>5</ResultMessageCode>"
        "<ResultDescription>Case-packed products &amp; an individually-packed shipment</ResultDescription></Result>"));
    EXPECT_EQ(warned.state, State::failed);
    EXPECT_EQ(warned.message, "Amazon: Warning 5: Case-packed products & an individually-packed shipment");
    EXPECT_EQ(read_carton_report(report("<MessagesWithError>1</MessagesWithError>", "")).state, State::failed);
    const auto silent = report("<MessagesProcessed>0</MessagesProcessed><MessagesSuccessful>0</MessagesSuccessful>", "");
    EXPECT_EQ(read_carton_report(silent).state, State::unknown) << "neither a success nor an error";
    EXPECT_EQ(read_carton_report("").state, State::unknown);
    EXPECT_EQ(read_carton_report("<html/>").state, State::unknown);
    EXPECT_EQ(read_carton_report(report("<MessagesWithError>0</MessagesWithError>", "").substr(0, 90)).state,
              State::unknown);
}

TEST(AmazonCartons, WhatAmazonWouldDropIsRefusedBeforeItLeaves) {
    Seller seller;
    CartonSink* sink = seller.connector().carton_sink();
    const auto code = [&](const CartonShipment& where, std::vector<CartonToPush> list) {
        return sink->push_cartons(where, list).code;
    };
    EXPECT_EQ(code(shipment(), {}), "carton_invalid");
    EXPECT_EQ(code(shipment(), {{"p", {}}}), "carton_invalid");
    EXPECT_EQ(code(shipment(), {{"p", {{"A", 0, 1}}}}), "carton_invalid");
    EXPECT_EQ(code(shipment(), {{"p", {{"A", 12, 12}}}}), "case_packed_mismatch");
    const std::vector<CartonToPush> mixed{{"p1", {{"A", 1, 1}}}, {"p2", {{"A", 12, 12}}}};
    EXPECT_EQ(sink->push_cartons(shipment(), mixed).at_fault, std::vector<std::string>{"p2"});
    CartonShipment odd = shipment();
    odd.shipment.shipment_id = "sh123";
    EXPECT_EQ(code(odd, cartons()), "shipment_unknown");
    Seller without("{}");
    const auto list = cartons();
    const PushOutcome nobody = without.connector().carton_sink()->push_cartons(shipment(), list);
    EXPECT_EQ(nobody.code, "seller_id_missing");
    EXPECT_TRUE(nobody.whole);
    EXPECT_TRUE(seller.http.requests().empty());
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
