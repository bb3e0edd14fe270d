// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/stock.h"

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kMerchant =
    R"({"marketplace_id":"ATVPDKIKX0DER","fulfillment_channel":"DEFAULT","product_type":"LUGGAGE"})";

StockLine line(std::int64_t id, std::string sku, std::int64_t quantity, std::string attrs = kMerchant) {
    StockLine out;
    out.update_id = id;
    out.sku = std::move(sku);
    out.quantity = quantity;
    out.item_attrs_json = std::move(attrs);
    return out;
}
std::string patch_line(const std::string& sku) {
    return "PATCH /listings/2021-08-01/items/A3TH9S8BH6GOGM/" + sku +
           "?marketplaceIds=ATVPDKIKX0DER&includedData=issues";
}
std::string states(const std::vector<PushOutcome>& outcomes) {
    std::string out;
    for (const PushOutcome& one : outcomes)
        out += (out.empty() ? "" : " ") + std::to_string(static_cast<int>(one.state)) + ":" + one.code;
    return out;
}
constexpr const char* kAccepted = R"({"sku":"A","status":"ACCEPTED","submissionId":"s-1","issues":[]})";

TEST(AmazonStock, OneSkuIsMergedIntoItsListing) {
    Seller seller;
    seller.token();
    seller.answer(patch_line("A%2F1%20%23%C3%A9"), 200, kAccepted, [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
        EXPECT_EQ(request.body,
                  R"({"productType":"LUGGAGE","patches":[{"op":"merge","path":"/attributes/fulfillment_availability",)"
                  R"("value":[{"fulfillment_channel_code":"DEFAULT","quantity":10}]}]})");
    });
    const StockLine lines[] = {line(1, "A/1 #\u00E9", 10)};
    const auto out = seller.connector().stock_sink()->push_stock(lines, "k");
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].state, State::succeeded);
    EXPECT_EQ(out[0].provider_id, "s-1");
}

struct PatchRow {
    const char* name;
    int status;  // 0: no answer, -1: not sent
    std::string body;
    State state;
    const char* code;
};
class AmazonPatch : public testing::TestWithParam<PatchRow> {};
TEST_P(AmazonPatch, Outcome) {
    Seller seller;
    seller.token();
    if (GetParam().status <= 0)
        seller.http.then_error(GetParam().status == 0 ? "net_no_answer" : "net_not_sent");
    else
        seller.answer(patch_line("A"), GetParam().status, GetParam().body);
    const StockLine lines[] = {line(1, "A", 10)};
    const auto out = seller.connector().stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(out[0].state, GetParam().state) << out[0].message;
    EXPECT_EQ(out[0].code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonPatch,
    testing::Values(
        PatchRow{
            "Invalid", 200,
            R"({"status":"INVALID","issues":[{"code":"90000900","message":"The attributes are invalid.","severity":"ERROR"}]})",
            State::failed, "amazon_listing_refused"},
        PatchRow{"AcceptedWithAnError", 200, R"({"status":"ACCEPTED","issues":[{"code":"1","severity":"ERROR"}]})",
                 State::failed, "amazon_listing_refused"},
        PatchRow{"AcceptedWithAWarning", 200, R"({"status":"ACCEPTED","issues":[{"code":"1","severity":"WARNING"}]})",
                 State::succeeded, ""},
        PatchRow{"NoStatus", 200, "{}", State::unknown, "amazon_bad_answer"},
        PatchRow{"Refused", 400, errors("BAD_REQUEST", "Invalid input"), State::failed, "amazon_invalid_input"},
        PatchRow{"UnknownSku", 404, errors("NOT_FOUND", "SKU not found"), State::failed, "sku_unknown"},
        PatchRow{"Down", 503, "", State::unknown, "amazon_server_error"},
        PatchRow{"NoAnswer", 0, "", State::unknown, "net_no_answer"},
        PatchRow{"NotSent", -1, "", State::retry, "net_not_sent"},
        PatchRow{"Throttled", 429, "{}", State::retry, "amazon_throttled"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AmazonStock, GoodsInAmazonsWarehouseAreRefusedInWords) {
    Seller seller;
    const StockLine lines[] = {line(1, "A", 10, R"({"fulfillment_channel":"AMAZON_NA"})")};
    const auto out = seller.connector().stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(states(out), "1:fulfilled_by_amazon");
    EXPECT_TRUE(seller.http.requests().empty());
}

TEST(AmazonStock, ASkuTheCatalogueDoesNotKnowIsLookedUpFirst) {
    Seller seller;
    seller.token();
    const auto look = [](const std::string& sku) {
        return "GET /listings/2021-08-01/items/A3TH9S8BH6GOGM/" + sku +
               "?marketplaceIds=ATVPDKIKX0DER&includedData=summaries%2CfulfillmentAvailability";
    };
    seller.answer(look("F"), {{"sku", "F"}, {"fulfillmentAvailability", {{{"fulfillmentChannelCode", "AMAZON_NA"}}}}});
    seller.answer(look("N"), 404, errors("NOT_FOUND", "no"));
    seller.answer(look("M"), {{"sku", "M"},
                              {"fulfillmentAvailability", {{{"fulfillmentChannelCode", "DEFAULT"}, {"quantity", 1}}}}});
    seller.answer(patch_line("M"), 200, kAccepted,
                  [](const auto& request) { EXPECT_TRUE(request.body.starts_with(R"({"productType":"PRODUCT")")); });
    const StockLine lines[] = {line(1, "F", 1, "{}"), line(2, "N", 1, "{}"), line(3, "M", 1, "{}")};
    EXPECT_EQ(states(seller.connector().stock_sink()->push_stock(lines, "k")),
              "1:fulfilled_by_amazon 1:sku_unknown 0:");
}

TEST(AmazonStock, TheBurstIsFiveAndTheRestComesBack) {
    Seller seller;
    seller.token();
    std::vector<StockLine> lines;
    for (int i = 0; i < 7; ++i) {
        lines.push_back(line(i + 1, "S" + std::to_string(i), i));
        if (i < 5) seller.answer(patch_line("S" + std::to_string(i)), 200, kAccepted);
    }
    const auto out = seller.connector().stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(states(out), "0: 0: 0: 0: 0: 3:budget 3:budget");
    EXPECT_TRUE(out[6].retry_after);
}

TEST(AmazonStock, OfTwoLinesOfOneSkuTheLaterCounts) {
    Seller seller;
    seller.token();
    seller.answer(patch_line("A"), 200, kAccepted,
                  [](const auto& request) { EXPECT_NE(request.body.find("\"quantity\":2"), std::string::npos); });
    const StockLine lines[] = {line(1, "A", 1), line(2, "A", 2)};
    EXPECT_EQ(states(seller.connector().stock_sink()->push_stock(lines, "k")), "0:superseded 0:");
}

TEST(AmazonStock, BadLinesAndAMissingSellerId) {
    Seller seller;
    StockLine nameless = line(1, "", 1);
    const StockLine lines[] = {nameless, line(2, "A", -1)};
    const auto outcomes = seller.connector().stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(states(outcomes), "1:sku_missing 1:quantity_out_of_range");
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.unsent) << outcome.code;
    Seller without("{}");
    EXPECT_EQ(states(without.connector().stock_sink()->push_stock(lines, "k")),
              "1:seller_id_missing 1:seller_id_missing");
}

TEST(AmazonStock, ReadsBackWhatIsInForce) {
    Seller seller;
    seller.token();
    const auto look = [](const std::string& sku) {
        return "GET /listings/2021-08-01/items/A3TH9S8BH6GOGM/" + sku +
               "?marketplaceIds=ATVPDKIKX0DER&includedData=fulfillmentAvailability";
    };
    seller.answer(look("A"), {{"sku", "A"},
                              {"fulfillmentAvailability", {{{"fulfillmentChannelCode", "DEFAULT"}, {"quantity", 7}}}}});
    seller.answer(look("F"), {{"sku", "F"}, {"fulfillmentAvailability", {{{"fulfillmentChannelCode", "AMAZON_NA"}}}}});
    seller.answer(look("N"), 404, errors("NOT_FOUND", "no"));
    const StockLine lines[] = {line(1, "A", 1), line(2, "F", 1), line(3, "N", 1)};
    const auto shown = seller.connector().stock_sink()->read_stock(lines);
    ASSERT_TRUE(shown);
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{7, std::nullopt, std::nullopt}));
    Seller without("{}");
    EXPECT_FALSE(without.connector().stock_sink()->can_read_stock());
}

// ---- feeds ----

constexpr const char* kUpload = "https://tortuga-prod-na.s3.amazonaws.com/in?X-Amz-SignedHeaders=content-type";
std::vector<StockLine> many() {
    std::vector<StockLine> out;
    for (int i = 0; i < 60; ++i) out.push_back(line(100 + i, "S" + std::to_string(i), i));
    out.push_back(line(200, "F", 1, R"({"fulfillment_channel":"AMAZON_NA"})"));
    return out;
}

void expect_feed(Seller& seller) {
    seller.answer(
        "POST /feeds/2021-06-30/documents", 201, Json{{"feedDocumentId", "amzn1.doc"}, {"url", kUpload}}.dump(),
        [](const auto& request) { EXPECT_EQ(request.body, R"({"contentType":"application/json; charset=UTF-8"})"); });
    seller.answer(std::string{"PUT "} + kUpload, 200, "", [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json; charset=UTF-8");
        EXPECT_EQ(header_of(request, "x-amz-access-token"), "-");
        const Json sent = Json::parse(request.body);
        EXPECT_EQ(sent["header"], (Json{{"sellerId", "A3TH9S8BH6GOGM"}, {"version", "2.0"}, {"issueLocale", "en_US"}}));
        EXPECT_EQ(sent["messages"].size(), 60U);
        EXPECT_EQ(
            sent["messages"][3].dump(),
            R"({"messageId":103,"operationType":"PATCH","patches":[{"op":"merge","path":"/attributes/fulfillment_availability",)"
            R"("value":[{"fulfillment_channel_code":"DEFAULT","quantity":3}]}],"productType":"LUGGAGE","sku":"S3"})");
    });
}

TEST(AmazonStock, ManySkusGoAsOneFeed) {
    Seller seller;
    seller.token();
    expect_feed(seller);
    seller.answer("POST /feeds/2021-06-30/feeds", 202, R"({"feedId":"3485934"})", [](const auto& request) {
        EXPECT_EQ(
            request.body,
            R"({"feedType":"JSON_LISTINGS_FEED","marketplaceIds":["ATVPDKIKX0DER"],"inputFeedDocumentId":"amzn1.doc"})");
    });
    const auto lines = many();
    const auto out = seller.connector().stock_sink()->push_stock(lines, "k");
    EXPECT_EQ(out[0].state, State::accepted);
    EXPECT_EQ(out[0].provider_id, "3485934");
    EXPECT_EQ(out[60].code, "fulfilled_by_amazon");
}

TEST(AmazonStock, AFeedThatWasNotHandedOverHadNoEffectAndALostAnswerMayHave) {
    const auto lines = many();
    {
        Seller seller;
        seller.token();
        seller.answer("POST /feeds/2021-06-30/documents", 503, "");
        EXPECT_EQ(seller.connector().stock_sink()->push_stock(lines, "k")[0].state, State::retry);
    }
    {
        Seller seller;
        seller.token();
        seller.answer("POST /feeds/2021-06-30/documents", 201, Json{{"feedDocumentId", "d"}, {"url", kUpload}}.dump());
        seller.answer(std::string{"PUT "} + kUpload, 403, "<Error>SignatureDoesNotMatch</Error>");
        EXPECT_EQ(seller.connector().stock_sink()->push_stock(lines, "k")[0].state, State::retry);
    }
    {
        Seller seller;
        seller.token();
        expect_feed(seller);
        seller.http.then_error("net_no_answer");
        EXPECT_EQ(seller.connector().stock_sink()->push_stock(lines, "k")[0].state, State::unknown);
    }
}

constexpr const char* kFeed = "GET /feeds/2021-06-30/feeds/F1";
void expect_report(Seller& seller, const std::string& report) {
    seller.token();
    seller.answer(kFeed, {{"processingStatus", "DONE"}, {"resultFeedDocumentId", "D/1"}});
    seller.answer("GET /feeds/2021-06-30/documents/D%2F1", {{"url", "https://s3.amazonaws.com/r"}});
    seller.answer("GET https://s3.amazonaws.com/r", 200, report);
}

TEST(AmazonStock, TheProcessingReportTellsOfEachLine) {
    Seller seller;
    expect_report(seller, R"({"header":{"sellerId":"A","version":"2.0"},"issues":[
        {"messageId":2,"sku":"B","code":"90220","severity":"ERROR","message":"'size' is required"},
        {"messageId":2,"sku":"B","code":"99022","severity":"ERROR","message":"also"},
        {"messageId":3,"sku":"C","code":"1","severity":"WARNING","message":"hm"}],
        "summary":{"errors":2,"warnings":1,"messagesProcessed":3,"messagesAccepted":2,"messagesInvalid":1}})");
    const StockLine lines[] = {line(1, "A", 1), line(2, "B", 1), line(3, "C", 1)};
    const auto out = seller.connector().stock_sink()->check_stock(lines, "F1");
    EXPECT_EQ(states(out), "0: 1:amazon_listing_refused 0:");
    EXPECT_EQ(out[1].message, "Amazon: 90220: 'size' is required; 99022: also");
}

TEST(AmazonStock, AReportThatProcessedFewerThanWereSentIsNoSuccess) {
    Seller seller;
    expect_report(seller, R"({"issues":[{"messageId":2,"code":"90220","severity":"ERROR","message":"no"}],
        "summary":{"errors":1,"messagesProcessed":2,"messagesAccepted":1,"messagesInvalid":1}})");
    const StockLine lines[] = {line(1, "A", 1), line(2, "B", 1), line(3, "C", 1)};
    const auto out = seller.connector().stock_sink()->check_stock(lines, "F1");
    // Which of the others were processed nobody says: both go out again.
    EXPECT_EQ(states(out), "4:amazon_bad_report 1:amazon_listing_refused 4:amazon_bad_report");
}

TEST(AmazonStock, AnIssueOfTheWholeFeedFailsEveryLine) {
    Seller seller;
    expect_report(
        seller,
        R"({"issues":[{"code":"4000001","severity":"ERROR","message":"sellerId is invalid"}],"summary":{"messagesProcessed":0}})");
    const StockLine lines[] = {line(1, "A", 1), line(2, "B", 1)};
    EXPECT_EQ(states(seller.connector().stock_sink()->check_stock(lines, "F1")),
              "1:amazon_feed_refused 1:amazon_feed_refused");
}

struct FeedRow {
    const char* name;
    int status;
    std::string body;
    State state;
    const char* code;
};
class AmazonFeed : public testing::TestWithParam<FeedRow> {};
TEST_P(AmazonFeed, StageOutcome) {
    Seller seller;
    seller.token();
    seller.answer(kFeed, GetParam().status, GetParam().body);
    const StockLine lines[] = {line(1, "A", 1)};
    const auto out = seller.connector().stock_sink()->check_stock(lines, "F1");
    EXPECT_EQ(out[0].state, GetParam().state);
    EXPECT_EQ(out[0].code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonFeed,
    testing::Values(
        FeedRow{"Queued", 200, R"({"processingStatus":"IN_QUEUE"})", State::accepted, "amazon_feed"},
        FeedRow{"Working", 200, R"({"processingStatus":"IN_PROGRESS"})", State::accepted, "amazon_feed"},
        FeedRow{"Cancelled", 200, R"({"processingStatus":"CANCELLED"})", State::unknown, "amazon_feed_cancelled"},
        FeedRow{"Fatal", 200, R"({"processingStatus":"FATAL","resultFeedDocumentId":"d"})", State::unknown,
                "amazon_feed_fatal"},
        FeedRow{"DoneWithoutAReport", 200, R"({"processingStatus":"DONE"})", State::unknown, "amazon_bad_report"},
        FeedRow{"Unknown", 404, "", State::unknown, "amazon_feed_unknown"},
        FeedRow{"UnknownAs400", 400, errors("400", "Invalid input"), State::unknown, "amazon_feed_unknown"},
        FeedRow{"Throttled", 429, "", State::accepted, "amazon_throttled"},
        FeedRow{"Down", 500, "", State::accepted, "amazon_server_error"}),
    [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
