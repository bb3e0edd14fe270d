// SPDX-License-Identifier: Apache-2.0
// Feeds: stock in bulk, and what lies in the cartons of an inbound shipment.
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr const char* kJson = "application/json; charset=UTF-8";
constexpr const char* kXml = "text/xml; charset=UTF-8";

class Feeds : public SellerTest {
protected:
    json document(const char* type) { return post("/feeds/2021-06-30/documents", {{"contentType", type}}, 201); }
    std::string create(const char* type, const std::string& document_id) {
        return post("/feeds/2021-06-30/feeds",
                    {{"feedType", type}, {"marketplaceIds", {kUs}}, {"inputFeedDocumentId", document_id}},
                    202)["feedId"];
    }
    /// Uploads, creates, waits: the feed as getFeed shows it.
    json run(const char* type, const char* content_type, const std::string& body) {
        const json made = document(content_type);
        EXPECT_EQ(fetch("PUT", made["url"], body, {{"content-type", content_type}}).status, 200);
        const std::string id = create(type, made["feedDocumentId"]);
        clock.advance(2min);
        return get("/feeds/2021-06-30/feeds/" + id);
    }
    std::string report(const json& feed) {
        EXPECT_EQ(feed["processingStatus"], "DONE");
        return fetch("GET",
                     get("/feeds/2021-06-30/documents/" + feed["resultFeedDocumentId"].get<std::string>())["url"])
            .body;
    }
    static json message(int id, const std::string& sku, const json& quantity) {
        return {{"messageId", id},
                {"sku", sku},
                {"operationType", "PATCH"},
                {"productType", "PRODUCT"},
                {"patches",
                 {{{"op", "merge"},
                   {"path", "/attributes/fulfillment_availability"},
                   {"value", {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", quantity}}}}}}}};
    }
    static json listings(const json& messages) {
        return {{"header", {{"sellerId", "A3SBXDEMO0SELL"}, {"version", "2.0"}, {"issueLocale", "en_US"}}},
                {"messages", messages}};
    }
    std::string cartons(const std::string& shipment, const std::string& inner, int count = 1) {
        return "<?xml version=\"1.0\" "
               "encoding=\"UTF-8\"?>\n<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>"
               "<MerchantIdentifier>A3SBXDEMO0SELL</MerchantIdentifier></Header><MessageType>CartonContentsRequest</"
               "MessageType>"
               "<Message><MessageID>1</MessageID><CartonContentsRequest><ShipmentId>" +
               shipment + "</ShipmentId><NumCartons>" + std::to_string(count) + "</NumCartons>" + inner +
               "</CartonContentsRequest></Message></AmazonEnvelope>";
    }
    static std::string item(const std::string& sku, int units, int in_case = 1) {
        return "<Item><SKU>" + sku + "</SKU><QuantityShipped>" + std::to_string(units) +
               "</QuantityShipped><QuantityInCase>" + std::to_string(in_case) + "</QuantityInCase></Item>";
    }
    static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
};

TEST_F(Feeds, AnUploadMustSayTheTypeThatWasSigned) {
    open(quiet());
    const json made = document(kJson);
    EXPECT_EQ(fetch("PUT", made["url"], "{}", {{"content-type", "application/json"}}).status, 403);
    EXPECT_TRUE(has(fetch("PUT", made["url"], "{}").body, "SignatureDoesNotMatch"));
    EXPECT_EQ(fetch("GET", made["url"]).status, 403);
    EXPECT_EQ(fetch("PUT", made["url"], "{}", {{"content-type", kJson}, {"x-amz-access-token", token}}).status, 403);
    EXPECT_EQ(fetch("PUT", made["url"], "{}", {{"content-type", kJson}}).status, 200);
    clock.advance(5min);
    EXPECT_EQ(fetch("PUT", made["url"], "{}", {{"content-type", kJson}}).status, 403);
}

TEST_F(Feeds, StockInBulk) {
    SellerOptions options = quiet();
    open(options);
    const json feed =
        run("JSON_LISTINGS_FEED", kJson,
            listings({message(1, "SBX-000019", 5), message(2, "NO-SUCH", 5), message(3, "MUG/RED+XL", -2)}).dump());
    EXPECT_EQ(feed["processingStatus"], "DONE");  // which says nothing about success
    const json body = get("/feeds/2021-06-30/documents/" + feed["resultFeedDocumentId"].get<std::string>());
    EXPECT_EQ(body["compressionAlgorithm"], "GZIP");
    clock.advance(3min);
    EXPECT_EQ(seller->stock("SBX-000019")->quantity, 5);
    EXPECT_NE(seller->stock("MUG/RED+XL")->quantity, -2);
    const json list = get("/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED");
    ASSERT_EQ(list["feeds"].size(), 1U);
    EXPECT_EQ(list["feeds"][0], feed);
}

TEST_F(Feeds, FatalCancelledAndTheDead) {
    open(quiet());
    seller->add_fault({.kind = "feed_fatal", .operation = "JSON_LISTINGS_FEED"});
    const std::string good = listings(json::array({message(1, "SBX-000019", 5)})).dump();
    EXPECT_EQ(run("JSON_LISTINGS_FEED", kJson, good)["processingStatus"], "FATAL");
    seller->add_fault({.kind = "feed_cancelled"});
    EXPECT_EQ(run("JSON_LISTINGS_FEED", kJson, good)["processingStatus"], "CANCELLED");
    EXPECT_EQ(run("POST_INVENTORY_AVAILABILITY_DATA", kXml, "<a/>")["processingStatus"], "FATAL");
    const std::string never = create("JSON_LISTINGS_FEED", document(kJson)["feedDocumentId"]);  // nothing was uploaded
    EXPECT_EQ(api("DELETE", "/feeds/2021-06-30/feeds/" + never).status, 200);
    clock.advance(2min);
    EXPECT_EQ(get("/feeds/2021-06-30/feeds/" + never)["processingStatus"], "CANCELLED");
    EXPECT_EQ(api("POST", "/feeds/2021-06-30/feeds", json{{"feedType", "X"}}.dump()).status, 400);
}

TEST_F(Feeds, CartonContentsAreStoredWhole) {
    SellerOptions options = quiet();
    options.inbound_shipments = 3;
    open(options);
    const InboundView shipment = seller->inbound()[0];
    const json first = get("/fba/inbound/v0/shipments/" + shipment.id + "/items")["payload"]["ItemData"][0];
    const std::string sku = first["SellerSKU"];
    const int units = first["QuantityShipped"];
    std::string text =
        report(run("POST_FBA_INBOUND_CARTON_CONTENTS", kXml,
                   cartons(shipment.id,
                           "<Carton><CartonId>U1</CartonId>" + item(sku, 1) +
                               "</Carton><Carton><CartonId>U2</CartonId>" + item(sku, units - 1) + "</Carton>",
                           2)));
    EXPECT_TRUE(has(text, "<MessagesSuccessful>1</MessagesSuccessful>")) << text;
    EXPECT_FALSE(has(text, "<Result>"));
    EXPECT_EQ(seller->inbound()[0].cartons, 2);
    EXPECT_EQ(seller->inbound()[0].carton_units, units);
    report(run("POST_FBA_INBOUND_CARTON_CONTENTS", kXml,
               cartons(shipment.id, "<Carton><CartonId>U9</CartonId>" + item(sku, 1) + "</Carton>")));
    EXPECT_EQ(seller->inbound()[0].cartons, 1);  // the last one is about the whole shipment

    const auto refused = [&](const std::string& body, const std::string& why) {
        const std::string said = report(run("POST_FBA_INBOUND_CARTON_CONTENTS", kXml, body));
        EXPECT_TRUE(has(said, "<MessagesWithError>1</MessagesWithError>") && has(said, why)) << said;
    };
    refused("<CartonContentsRequest/>", "Cannot find the declaration of element");
    refused("<AmazonEnvelope><Header>", "XML Parsing Fatal Error");
    refused(cartons(shipment.id, "<Carton><CartonId>U1</CartonId>" + item("NO-SUCH", 1) + "</Carton>"),
            "is not part of shipment");
    refused(cartons(shipment.id, "<Carton><CartonId>U1</CartonId>" + item(sku, units + 1) + "</Carton>"),
            "exceeds the quantity");
    refused(cartons(shipment.id, "<Carton><CartonId>U1</CartonId>" + item(sku, 1) + "</Carton>", 2), "NumCartons");
    refused(cartons("FBA0", "<Carton><CartonId>U1</CartonId>" + item(sku, 1) + "</Carton>"), "does not exist");
    refused(
        cartons(
            shipment.id,
            "<Carton><CartonId>U1</CartonId><Item><QuantityShipped>1</QuantityShipped><SKU>x</SKU></Item></Carton>"),
        "element 'SKU'");
    EXPECT_EQ(seller->inbound()[0].cartons, 1);
}

TEST_F(Feeds, AWarningCountsAsSuccessAndStoresNothing) {
    SellerOptions options = quiet();
    options.inbound_shipments = 3;
    open(options);
    const InboundView shipment = seller->inbound()[0];
    ASSERT_FALSE(shipment.cases_required);
    const std::string sku =
        get("/fba/inbound/v0/shipments/" + shipment.id + "/items")["payload"]["ItemData"][0]["SellerSKU"];
    const std::string text =
        report(run("POST_FBA_INBOUND_CARTON_CONTENTS", kXml,
                   cartons(shipment.id, "<Carton><CartonId>U1</CartonId>" + item(sku, 1, 6) + "</Carton>")));
    EXPECT_TRUE(has(text, "<MessagesSuccessful>1</MessagesSuccessful>"));
    EXPECT_TRUE(has(text, "<ResultCode>Warning</ResultCode>"));
    EXPECT_TRUE(has(text, "Case-packed products provided for an individually-packed shipment"));
    EXPECT_EQ(seller->inbound()[0].cartons, 0);
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
