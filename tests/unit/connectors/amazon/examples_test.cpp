// SPDX-License-Identifier: Apache-2.0
// Amazon's published examples of calls that are more steps than payloads (feeds, reports, patches, pages of finances):
// what each published answer makes the connector say, worked out by hand. The examples of orders, refunds, listings,
// shipments and sellers have their tests beside the mapping that reads them.
#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

using State = PushOutcome::State;

/// The answers of one operation with that status, in the order of the file; empty where the examples are absent.
std::vector<Json> published(const char* file, const char* operation, int status) {
    std::vector<Json> out;
    const auto examples = example_file(file);
    if (!examples) return out;
    for (const Json& one : (*examples)["cases"])
        if (one["operationId"] == operation && one["status"] == status) out.push_back(one["response"]);
    EXPECT_FALSE(out.empty()) << file << " has no " << operation << " with status " << status;
    return out;
}
bool are_here() { return example_file("feeds.json").has_value(); }
#define SKIP_WITHOUT_EXAMPLES \
    if (!are_here()) GTEST_SKIP() << "Amazon's examples are not here"

PullWindow since_november_18() { return {at("2026-11-18T00:00:00Z"), std::nullopt, {}}; }
std::vector<StockLine> lines(int count) {
    std::vector<StockLine> out(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].update_id = static_cast<std::int64_t>(i) + 1;
        out[i].sku = "S" + std::to_string(i);
        out[i].quantity = 1;
        out[i].item_attrs_json = R"({"fulfillment_channel":"DEFAULT"})";
    }
    return out;
}

// Four kinds of event, none a refund, and a token: an empty page that leads on.
TEST(AmazonExamples, APageOfFinancialEventsWithoutARefundLeadsOn) {
    SKIP_WITHOUT_EXAMPLES;
    Seller seller;
    seller.token();
    const std::string page =
        "GET /finances/v0/financialEvents?PostedAfter=2026-11-18T00%3A00%3A00Z&PostedBefore=2026-11-19T00%3A00%3A00Z"
        "&MaxResultsPerPage=100";
    seller.answer(page, published("finances-v0.json", "listFinancialEvents", 200).at(0));
    seller.answer(page + "&NextToken=Next%20token%20value", 400,
                  published("finances-v0.json", "listFinancialEvents", 400).at(0).dump());
    RefundSource* source = seller.connector().refund_source();
    auto read = source->fetch_refunds(since_november_18(), "");
    // Empty pages are read on in one call: then the published refusal of a request with a token ends the walk.
    if (read) {
        EXPECT_TRUE(read->refunds.empty());
        read = source->fetch_refunds(since_november_18(), read->next_cursor);
    }
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "cursor_refused");
    EXPECT_NE(read.error().message.find("Input not valid."), std::string::npos) << read.error().message;
}

// One transaction, a shipment: no refund; its token leads on.
TEST(AmazonExamples, ATransactionThatIsAShipmentIsNoRefund) {
    SKIP_WITHOUT_EXAMPLES;
    Seller seller(R"({"finances_api":"2024-06-19"})");
    seller.token();
    const std::string page =
        "GET "
        "/finances/2024-06-19/transactions?postedAfter=2026-11-18T00%3A00%3A00Z&postedBefore=2026-11-19T00%3A00%3A00Z";
    seller.answer(page, published("finances-2024-06-19.json", "listTransactions", 200).at(0));
    seller.answer(page + "&nextToken=Next%20token%20value", 400,
                  published("finances-2024-06-19.json", "listTransactions", 400).at(0).dump());
    RefundSource* source = seller.connector().refund_source();
    auto read = source->fetch_refunds(since_november_18(), "");
    if (read) {
        EXPECT_TRUE(read->refunds.empty());
        read = source->fetch_refunds(since_november_18(), read->next_cursor);
    }
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "cursor_refused");
    EXPECT_NE(read.error().message.find("Start date cannot be null"), std::string::npos) << read.error().message;
}

TEST(AmazonExamples, AFeedIsHandedOverAndFoundCancelled) {
    SKIP_WITHOUT_EXAMPLES;
    Seller seller;
    seller.token();
    seller.answer("POST /feeds/2021-06-30/documents", 201,
                  published("feeds.json", "createFeedDocument", 201).at(0).dump());
    seller.answer("PUT https://d34o8swod1owfl.cloudfront.net/Feed_101__POST_PRODUCT_DATA_.xml", 200, "");
    seller.answer("POST /feeds/2021-06-30/feeds", 202, published("feeds.json", "createFeed", 202).at(0).dump(),
                  [](const net::HttpRequest& request) {
                      EXPECT_EQ(Json::parse(request.body)["inputFeedDocumentId"],
                                "3d4e42b5-1d6e-44e8-a89c-2abfca0625bb");
                  });
    StockSink* sink = seller.connector().stock_sink();
    const auto figures = lines(51);  // one more than go as single patches
    const auto sent = sink->push_stock(figures, "k");
    EXPECT_EQ(sent.front().state, State::accepted);
    EXPECT_EQ(sent.front().provider_id, "3485934");
    seller.answer("GET /feeds/2021-06-30/feeds/3485934", published("feeds.json", "getFeed", 200).at(0));
    const auto asked = sink->check_stock(figures, "3485934");
    EXPECT_EQ(asked.front().state, State::unknown);
    EXPECT_EQ(asked.front().code, "amazon_feed_cancelled");
}

TEST(AmazonExamples, AFeedsReportIsFetchedFromTheAddressOfItsDocument) {
    SKIP_WITHOUT_EXAMPLES;
    Seller seller;
    seller.token();
    seller.answer("GET /feeds/2021-06-30/feeds/3485934",
                  {{"processingStatus", "DONE"}, {"resultFeedDocumentId", "0356cf79-b8b0-4226-b4b9-0ee058ea5760"}});
    seller.answer("GET /feeds/2021-06-30/documents/0356cf79-b8b0-4226-b4b9-0ee058ea5760",
                  published("feeds.json", "getFeedDocument", 200).at(0));
    seller.answer("GET https://d34o8swod1owfl.cloudfront.net/Feed_101__POST_PRODUCT_DATA_.xml", 200,
                  R"({"issues":[],"summary":{"messagesProcessed":1}})");
    EXPECT_EQ(seller.connector().stock_sink()->check_stock(lines(1), "3485934").front().state, State::succeeded);
}

TEST(AmazonExamples, RefusalsOfFeedsAreForGoodOrUnknown) {
    SKIP_WITHOUT_EXAMPLES;
    {
        Seller seller;
        seller.token();
        seller.answer("POST /feeds/2021-06-30/documents", 400,
                      published("feeds.json", "createFeedDocument", 400).at(0).dump());
        const auto out = seller.connector().stock_sink()->push_stock(lines(51), "k");
        EXPECT_EQ(out.front().state, State::failed);
        EXPECT_EQ(out.front().code, "amazon_invalid_input");
    }
    {
        Seller seller;
        seller.token();
        seller.answer("GET /feeds/2021-06-30/feeds/F1", 400, published("feeds.json", "getFeed", 400).at(0).dump());
        EXPECT_EQ(seller.connector().stock_sink()->check_stock(lines(1), "F1").front().code, "amazon_feed_unknown");
    }
}

TEST(AmazonExamples, AnswersToAPatch) {
    SKIP_WITHOUT_EXAMPLES;
    const auto good = published("listings-items.json", "patchListingsItem", 200);
    const auto bad = published("listings-items.json", "patchListingsItem", 400);
    ASSERT_EQ(good.size(), 3U);
    struct Row {
        int status;
        Json answer;
        State state;
        const char *code, *message, *id;
    };
    const Row rows[] = {
        {200, good[0], State::succeeded, "", "", "f1dc2914-75dd-11ea-bc55-0242ac130003"},
        // What a preview says of a patch that was asked for in earnest leaves open whether it counts.
        {200, good[1], State::unknown, "amazon_bad_answer", R"(Amazon answered with status "VALID")", ""},
        {200, good[2], State::failed, "amazon_listing_refused", "Amazon: 90000900: The attributes are invalid.", ""},
        {400, bad.at(0), State::failed, "amazon_invalid_input", nullptr, ""},
    };
    for (const Row& row : rows) {
        Seller seller;
        seller.token();
        seller.answer(
            "PATCH /listings/2021-08-01/items/A3TH9S8BH6GOGM/S0?marketplaceIds=ATVPDKIKX0DER&includedData=issues",
            row.status, row.answer.dump());
        const auto out = seller.connector().stock_sink()->push_stock(lines(1), "k").front();
        EXPECT_EQ(out.state, row.state) << row.answer;
        EXPECT_EQ(out.code, row.code) << row.answer;
        EXPECT_EQ(out.provider_id, row.id) << row.answer;
        if (row.message != nullptr) {
            EXPECT_EQ(out.message, row.message);
        }
    }
}

TEST(AmazonExamples, AReportIsAskedForWaitedForAndFetched) {
    SKIP_WITHOUT_EXAMPLES;
    Seller seller;
    seller.token();
    // The published list has a report of another kind under way: one of our own is asked for.
    seller.answer(
        "GET /reports/2021-06-30/reports?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA&marketplaceIds=ATVPDKIKX0DER"
        "&processingStatuses=DONE%2CIN_QUEUE%2CIN_PROGRESS&createdSince=2026-11-20T09%3A00%3A00Z&pageSize=20",
        published("reports.json", "getReports", 200).at(0));
    seller.answer("POST /reports/2021-06-30/reports", 202, published("reports.json", "createReport", 202).at(0).dump());
    CatalogSource* source = seller.connector().catalog_source();
    const auto asked = source->fetch_items(std::nullopt, "");
    ASSERT_TRUE(asked) << asked.error().message;
    EXPECT_EQ(asked->ask_again_after, std::chrono::seconds{45});
    seller.answer("GET /reports/2021-06-30/reports/ID323", published("reports.json", "getReport", 200).at(0));
    const auto under_way = source->fetch_items(std::nullopt, asked->next_cursor);  // IN_PROGRESS
    ASSERT_TRUE(under_way) << under_way.error().message;
    EXPECT_EQ(under_way->ask_again_after, std::chrono::seconds{45});
    seller.answer("GET /reports/2021-06-30/reports/ID323",
                  {{"processingStatus", "DONE"}, {"reportDocumentId", "0356cf79-b8b0-4226-b4b9-0ee058ea5760"}});
    seller.answer("GET /reports/2021-06-30/documents/0356cf79-b8b0-4226-b4b9-0ee058ea5760",
                  published("reports.json", "getReportDocument", 200).at(0));
    seller.answer("GET https://d34o8swod1owfl.cloudfront.net/Report_47700__GET_MERCHANT_LISTINGS_ALL_DATA_.txt", 200,
                  "seller-sku\tquantity\tstatus\tlisting-id\tasin1\nMUG-1\t7\tActive\tL1\tB000000001\n", {},
                  {{"Content-Type", "text/plain; charset=UTF-8"}});
    const auto page = source->fetch_items(std::nullopt, under_way->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->items[0].variant_id, "ATVPDKIKX0DER:MUG-1");
}

TEST(AmazonExamples, ItemsOfAShipmentComeVerbatimByEitherList) {
    SKIP_WITHOUT_EXAMPLES;
    const Json of_shipment = published("fba-inbound-v0.json", "getShipmentItemsByShipmentId", 200).at(0);
    const auto siblings = published("fba-inbound-v0.json", "getShipmentItems", 200);
    ASSERT_EQ(siblings.size(), 2U);
    Seller seller;
    seller.token();
    FbaSource* source = seller.connector().fba_source();
    seller.answer("GET /fba/inbound/v0/shipments/FBA15DJ9SVVD/items?MarketplaceId=ATVPDKIKX0DER", of_shipment);
    const auto page = source->fetch_fba_items("FBA15DJ9SVVD", "ATVPDKIKX0DER", "", false);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->items.size(), 1U);
    const Json item = Json::parse(page->items[0]);
    EXPECT_EQ(item["SellerSKU"], "CR-47K6-H6QN");
    EXPECT_EQ(item["QuantityShipped"], 4);
    EXPECT_EQ(item["QuantityInCase"], 0);
    EXPECT_EQ(item["PrepDetailsList"].size(), 2U);
    EXPECT_EQ(page->next_token, of_shipment["payload"]["NextToken"]);
    // The sibling list: with a token, and in the end without one.
    const std::string next =
        "GET /fba/inbound/v0/shipmentItems?QueryType=NEXT_TOKEN&NextToken=t&MarketplaceId=ATVPDKIKX0DER";
    seller.answer(next, siblings[0]);
    seller.answer(next, siblings[1]);
    const auto more = source->fetch_fba_items("FBA15DJ9SVVD", "ATVPDKIKX0DER", "t", true);
    ASSERT_TRUE(more) << more.error().message;
    EXPECT_EQ(more->items, page->items);
    EXPECT_EQ(more->next_token, siblings[0]["payload"]["NextToken"]);
    const auto last = source->fetch_fba_items("FBA15DJ9SVVD", "ATVPDKIKX0DER", "t", true);
    ASSERT_TRUE(last) << last.error().message;
    EXPECT_EQ(last->next_token, "");
}

// The plan's own list of shipments is empty in the file; a row as the model has it is filled in.
TEST(AmazonExamples, AShipmentsPlanIsFoundFromThePublishedPlans) {
    SKIP_WITHOUT_EXAMPLES;
    constexpr const char* kFile = "fba-inbound-2024-03-20.json";
    const std::string plan = "wf1234abcd-1234-abcd-5678-1234abcd5678", shipment = "sh1234abcd-1234-abcd-5678-1234abcd5678";
    const std::string base = "GET /inbound/fba/2024-03-20/inboundPlans";
    Seller seller(R"({"seller_id":"A3TH9S8BH6GOGM","carton_size":"60x40x40 cm","carton_weight":"12.5 kg"})");
    seller.token();
    const auto step = [&](const std::string& cursor) {
        return seller.connector().fba_plan_source()->walk_fba_plans(at("2023-01-01T00:00:00Z"), cursor,
                                                                    [](const std::string&) { return false; });
    };
    seller.answer(base + "?pageSize=30&sortBy=LAST_UPDATED_TIME&sortOrder=DESC", published(kFile, "listInboundPlans", 200)[0]);
    auto one = step("");
    ASSERT_TRUE(one) << one.error().message;
    EXPECT_EQ(one->plans, (std::vector<std::string>{plan, "wf2234abcd-1234-abcd-5678-1234abcd5678"}));
    Json whole = published(kFile, "getInboundPlan", 200)[0];
    EXPECT_EQ(whole["shipments"], Json::array());
    whole["shipments"] = {{{"shipmentId", shipment}, {"status", "WORKING"}}};
    seller.answer(base + "/" + plan, whole);
    one = step(one->next_cursor);
    ASSERT_TRUE(one) << one.error().message;
    seller.answer(base + "/" + plan + "/shipments/" + shipment, published(kFile, "getShipment", 200)[0]);
    one = step(one->next_cursor);
    ASSERT_TRUE(one) << one.error().message;
    ASSERT_EQ(one->found.size(), 1U);
    EXPECT_EQ(one->found[0].shipment_id, "FBA1234ABCD");
    EXPECT_EQ(one->found[0].plan, (domain::FbaPlan{plan, shipment}));
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
