// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/catalog.h"

#include "connectors/amazon/encodings.h"
#include "connectors/amazon/report_reader.h"
#include "connectors/gunzip.h"
#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

constexpr const char* kLook =
    "GET "
    "/reports/2021-06-30/"
    "reports?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA&marketplaceIds=ATVPDKIKX0DER&processingStatuses=DONE%2C"
    "IN_QUEUE%2CIN_PROGRESS&createdSince=2026-11-20T09%3A00%3A00Z&pageSize=20";
constexpr const char* kCreate = "POST /reports/2021-06-30/reports";
constexpr const char* kPoll = "GET /reports/2021-06-30/reports/R1";
constexpr const char* kDocument = "GET /reports/2021-06-30/documents/D1";
constexpr const char* kUrl = "https://tortuga-prod-na.s3.amazonaws.com/x?X-Amz-Signature=1";

std::string gzip(std::string_view text) {
    std::string out;
    Gzip packer;
    packer.pack(text, out);
    packer.finish(out);
    return out;
}

const std::string kHeader =
    "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\tproduct-id-type\tasin1\tproduct-id\t"
    "fulfillment-channel\tmerchant-shipping-group\titem-condition\tstatus\n";

void create_and_finish(Seller& seller, const std::string& text, bool packed, const std::string& content_type) {
    seller.token();
    seller.answer(kLook, {{"reports", Json::array()}});
    seller.answer(kCreate, 202, R"({"reportId":"R1"})", [](const net::HttpRequest& request) {
        EXPECT_EQ(request.body, R"({"reportType":"GET_MERCHANT_LISTINGS_ALL_DATA","marketplaceIds":["ATVPDKIKX0DER"],)"
                                R"("reportOptions":{"preferredReportDocumentLocale":"en_US"}})");
    });
    CatalogSource* source = seller.connector().catalog_source();
    const auto made = source->fetch_items(std::nullopt, "");
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->items.empty());
    EXPECT_EQ(made->ask_again_after, std::chrono::seconds{45});
    seller.answer(kPoll, {{"processingStatus", "IN_PROGRESS"}});
    const auto working = source->fetch_items(std::nullopt, made->next_cursor);
    ASSERT_TRUE(working);
    EXPECT_TRUE(working->ask_again_after);
    EXPECT_NE(working->next_cursor, made->next_cursor);
    seller.reopen(true);  // a restart of the process: the cursor holds the report's id
    seller.token();
    seller.answer(kPoll, {{"processingStatus", "DONE"}, {"reportDocumentId", "D1"}});
    Json place = {{"reportDocumentId", "D1"}, {"url", kUrl}};
    if (packed) place["compressionAlgorithm"] = "GZIP";
    seller.answer(kDocument, place);
    seller.answer(std::string{"GET "} + kUrl, 200, packed ? gzip(text) : text,
                  [](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "x-amz-access-token"), "-"); },
                  {{"Content-Type", content_type}});
    const auto page = seller.connector().catalog_source()->fetch_items(std::nullopt, working->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->next_cursor, "");
    std::string items;
    for (const RawItem& raw : page->items) {
        const auto rows = seller.connector().catalog_source()->map_item(raw.payload);
        ASSERT_TRUE(rows) << rows.error().message;
        ASSERT_EQ(rows->size(), 1U);
        EXPECT_EQ(raw.variant_id, rows->front().variant_id);
        items += words(rows->front());
    }
    EXPECT_EQ(items,
              "variant ATVPDKIKX0DER:MUG-1 at - -, sku MUG-1, Caf\u00E9 \u201Cmug\u201D 5\" \u20AC, barcode "
              "4006381333931, B000000001, L1, USD 12.50, active, "
              "updated -, tracked true, available 7\n"
              "ids {\"asin\":\"B000000001\",\"listing_id\":\"L1\"}\n"
              "attrs "
              "{\"marketplace_id\":\"ATVPDKIKX0DER\",\"fulfillment_channel\":\"DEFAULT\",\"quantity\":7,\"condition\":"
              "\"11\",\"product_type\":null,"
              "\"merchant_shipping_group\":\"Std\"}\n"
              "variant ATVPDKIKX0DER:FBA 2 at - -, sku FBA 2, Cup, barcode -, B000000002, L2, USD -, draft, updated -, "
              "tracked true, available -\n"
              "ids {\"asin\":\"B000000002\",\"listing_id\":\"L2\"}\n"
              "attrs "
              "{\"marketplace_id\":\"ATVPDKIKX0DER\",\"fulfillment_channel\":\"AMAZON_NA\",\"quantity\":null,"
              "\"condition\":null,"
              "\"product_type\":null,\"merchant_shipping_group\":null}\n");
}

const char* kRowsCp1252 =
    "Caf\xE9 \x93mug\x94 5\" \x80\ta "
    "description\tL1\tMUG-1\t12.50\t7\t4\tB000000001\t4006381333931\tDEFAULT\tStd\t11\tActive\r\n"
    "\r\n"
    "Cup\t\tL2\tFBA 2\t\t\t1\tB000000002\tB000000002\tAMAZON_NA\t\t\tIncomplete";
const char* kRowsUtf8 =
    "Caf\xC3\xA9 \xE2\x80\x9Cmug\xE2\x80\x9D 5\" \xE2\x82\xAC\ta "
    "description\tL1\tMUG-1\t12.50\t7\t4\tB000000001\t4006381333931\tDEFAULT\tStd\t11\tActive\n"
    "Cup\t\tL2\tFBA 2\t\t\t1\tB000000002\tB000000002\tAMAZON_NA\t\t\tIncomplete\n";

TEST(AmazonCatalog, ReportPackedCp1252) {
    Seller seller;
    create_and_finish(seller, kHeader + kRowsCp1252, true, "text/plain; charset=Cp1252");
}
TEST(AmazonCatalog, ReportUnpackedUtf8WithoutACharset) {
    Seller seller;
    create_and_finish(seller, kHeader + kRowsUtf8, false, "text/plain");
}
TEST(AmazonCatalog, ReportWithoutACharsetAndNoUtf8IsTheRegionsUsualOne) {
    Seller seller;
    create_and_finish(seller, kHeader + kRowsCp1252, true, "");
}
TEST(AmazonCatalog, ReportWithAByteOrderMark) {
    Seller seller;
    create_and_finish(seller, "\xEF\xBB\xBF" + kHeader + kRowsUtf8, true, "text/plain; charset=Cp1252");
}

TEST(AmazonCatalog, AYoungReportIsUsedAgainAndOneUnderWayIsWaitedFor) {
    Seller seller;
    seller.token();
    const auto report = [](const char* id, const char* created, const char* marketplace, const char* status) {
        return Json{{"reportId", id},
                    {"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"},
                    {"createdTime", created},
                    {"marketplaceIds", {marketplace}},
                    {"processingStatus", status}};
    };
    seller.answer(kLook, {{"reports",
                           {report("R0", "2026-11-20T09:10:00Z", "ATVPDKIKX0DER", "DONE"),
                            report("R1", "2026-11-20T09:50:00Z", "ATVPDKIKX0DER", "IN_QUEUE"),
                            report("R2", "2026-11-20T09:55:00Z", "A2EUQ1WTGCTBG2", "DONE")}}});
    seller.answer(kPoll, {{"processingStatus", "IN_QUEUE"}});
    const auto page = seller.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->ask_again_after);
}

TEST(AmazonCatalog, ACancelledReportIsAskedForOnceMoreAndThenMeansNoData) {
    Seller seller;
    seller.token();
    seller.answer(kLook, {{"reports", Json::array()}});
    seller.answer(kCreate, 202, R"({"reportId":"R1"})");
    CatalogSource* source = seller.connector().catalog_source();
    auto page = source->fetch_items(std::nullopt, "");
    seller.answer(kPoll, {{"processingStatus", "CANCELLED"}});
    page = source->fetch_items(std::nullopt, page->next_cursor);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->ask_again_after, std::chrono::minutes{15});
    seller.answer(kCreate, 202, R"({"reportId":"R1"})");
    page = source->fetch_items(std::nullopt, page->next_cursor);
    seller.answer(kPoll, {{"processingStatus", "CANCELLED"}});
    page = source->fetch_items(std::nullopt, page->next_cursor);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_TRUE(page->items.empty());
    EXPECT_TRUE(page->partial) << "nothing may be retired for it";
}

/// Two hundred thousand rows: page by page from one download, and after a restart from where it stood.
TEST(AmazonCatalog, ALargeReportIsDownloadedOnceAndReadInPages) {
    constexpr int kRows = 200'000;
    std::string text = kHeader;
    for (int i = 0; i < kRows; ++i)
        text += "Item " + std::to_string(i) + "\t" + std::string(60, 'd') + "\tL\tSKU-" + std::to_string(i) +
                "\t1.00\t1\t1\tB0\tB0\tDEFAULT\t\t11\tActive\n";
    ReportReader reader("D1", PackedLines(gzip(text)), Encoding::cp1252, true);
    text.clear();
    std::int64_t rows = 0;
    std::vector<std::string> page;
    // The header is the first line; open() has read it in the program.
    ASSERT_TRUE(reader.skip_to(1));
    for (bool more = true; more;) {
        page.clear();
        const auto read = reader.read(1000, page);
        ASSERT_TRUE(read);
        more = *read;
        rows += static_cast<std::int64_t>(page.size());
    }
    EXPECT_EQ(rows, kRows);
    ReportReader again("D1", PackedLines(gzip(kHeader + "a\n")), Encoding::cp1252, true);
    EXPECT_FALSE(again.skip_to(5)) << "a report with fewer rows than before is another report";
}

TEST(AmazonCatalog, PagesOfAReportGoOnWithoutAnotherDownload) {
    std::string text = kHeader;
    for (int i = 0; i < 2500; ++i)
        text += "Item\t\tL\tSKU-" + std::to_string(i) + "\t1.00\t1\t1\tB0\tB0\tDEFAULT\t\t11\tActive\n";
    Seller seller;
    seller.token();
    seller.answer(kLook, {{"reports",
                           {{{"reportId", "R1"},
                             {"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"},
                             {"marketplaceIds", {"ATVPDKIKX0DER"}},
                             {"createdTime", "2026-11-20T09:30:00Z"}}}}});
    seller.answer(kPoll, {{"processingStatus", "DONE"}, {"reportDocumentId", "D1"}});
    const auto serve = [&] {
        seller.answer(kDocument, {{"url", kUrl}, {"compressionAlgorithm", "GZIP"}});
        seller.answer(std::string{"GET "} + kUrl, 200, gzip(text));
    };
    serve();
    CatalogSource* source = seller.connector().catalog_source();
    const auto first = source->fetch_items(std::nullopt, "");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->items.size(), 1000U);
    const auto second = source->fetch_items(std::nullopt, first->next_cursor);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->items.front().variant_id, "ATVPDKIKX0DER:SKU-1000");
    seller.reopen(true);
    seller.token();
    serve();
    const auto third = seller.connector().catalog_source()->fetch_items(std::nullopt, second->next_cursor);
    ASSERT_TRUE(third) << third.error().message;
    EXPECT_EQ(third->items.size(), 500U);
    EXPECT_EQ(third->items.front().variant_id, "ATVPDKIKX0DER:SKU-2000");
    EXPECT_EQ(third->next_cursor, "");
}

TEST(AmazonCatalog, ABrokenDownloadIsAnErrorAndARowWithTooManyColumnsIsOne) {
    const std::string whole = gzip(kHeader + "a\tb\n");
    Seller seller;
    seller.token();
    seller.answer(kLook, {{"reports",
                           {{{"reportId", "R1"},
                             {"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"},
                             {"marketplaceIds", {"ATVPDKIKX0DER"}}}}}});
    seller.answer(kPoll, {{"processingStatus", "DONE"}, {"reportDocumentId", "D1"}});
    seller.answer(kDocument, {{"url", kUrl}, {"compressionAlgorithm", "GZIP"}});
    seller.answer(std::string{"GET "} + kUrl, 200, whole.substr(0, whole.size() - 9));
    const auto page = seller.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "document_broken");
    const auto row = seller.connector().catalog_source()->map_item(
        R"({"marketplace_id":"M","row":{"seller-sku":"A","_columns":14}})");
    ASSERT_FALSE(row);
    EXPECT_EQ(row.error().message, "row has 14 columns, more than the report's first line");
}

TEST(AmazonCatalog, DocumentAddressesMustBeHttps) {
    Seller seller;
    seller.token();
    seller.answer(kLook, {{"reports",
                           {{{"reportId", "R1"},
                             {"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"},
                             {"marketplaceIds", {"ATVPDKIKX0DER"}}}}}});
    seller.answer(kPoll, {{"processingStatus", "DONE"}, {"reportDocumentId", "D1"}});
    seller.answer(kDocument, {{"url", "http://example.com/x"}});
    EXPECT_EQ(seller.connector().catalog_source()->fetch_items(std::nullopt, "").error().code, "amazon_bad_answer");
}

// ---- deltas ----

constexpr const char* kSearch =
    "GET "
    "/listings/2021-08-01/items/"
    "A3TH9S8BH6GOGM?marketplaceIds=ATVPDKIKX0DER&includedData=summaries%2Coffers%2CfulfillmentAvailability%2C"
    "productTypes&lastUpdatedAfter=2026-11-19T00%3A00%3A00Z&sortBy=lastUpdatedDate&sortOrder=ASC&pageSize=20";

TEST(AmazonCatalog, ChangesComeFromTheSearchAndTheSandboxItemIsRead) {
    const auto file = example_file("listings-items.json");
    if (!file) GTEST_SKIP() << "Amazon's examples are not here";
    Seller seller;
    seller.token();
    for (const Json& one : (*file)["cases"])
        if (one["operationId"] == "searchListingsItems" && one["status"] == 200) {
            seller.answer(kSearch, one["response"]);
            break;
        }
    const auto page = seller.connector().catalog_source()->fetch_items(at("2026-11-19T00:00:00Z"), "");
    ASSERT_TRUE(page);
    ASSERT_FALSE(page->items.empty());
    EXPECT_EQ(page->total, 3);
    EXPECT_NE(page->next_cursor, "");
    EXPECT_EQ(words(seller.connector().catalog_source()->map_item(page->items[0].payload)->front()),
              "variant ATVPDKIKX0DER:GM-ZDPI-9B4E at - -, sku GM-ZDPI-9B4E, Hardside Carry-On Spinner Suitcase "
              "Luggage, barcode -, B071VG5N9D, -, USD "
              "100.00, active, updated 2021-03-01T00:00:00Z, tracked true, available 100\n"
              "ids {\"asin\":\"B071VG5N9D\"}\n"
              "attrs "
              "{\"marketplace_id\":\"ATVPDKIKX0DER\",\"fulfillment_channel\":\"DEFAULT\",\"quantity\":100,"
              "\"condition\":\"new_new\","
              "\"product_type\":\"LUGGAGE\",\"merchant_shipping_group\":null}\n");
}

TEST(AmazonCatalog, BeyondAThousandTheSearchGoesOnFromTheLastItemsTime) {
    Seller seller;
    seller.token();
    const Json item = {
        {"sku", "A"},
        {"summaries", {{{"marketplaceId", "ATVPDKIKX0DER"}, {"lastUpdatedDate", "2026-11-19T05:00:00Z"}}}}};
    Json twenty = Json::array();
    for (int i = 0; i < 20; ++i) twenty.push_back(item);
    std::string cursor;
    CatalogSource* source = seller.connector().catalog_source();
    for (int i = 0; i < 50; ++i) {
        const std::string token = i == 0 ? "" : "&pageToken=t" + std::to_string(i);
        seller.answer(kSearch + token, {{"numberOfResults", 1500},
                                        {"items", twenty},
                                        {"pagination", {{"nextToken", "t" + std::to_string(i + 1)}}}});
        const auto page = source->fetch_items(at("2026-11-19T00:00:00Z"), cursor);
        ASSERT_TRUE(page) << i << page.error().message;
        cursor = page->next_cursor;
        seller.clock.advance(std::chrono::seconds{1});
    }
    std::string next = kSearch;
    next.replace(next.find("2026-11-19T00"), 13, "2026-11-19T05");
    seller.answer(next, {{"numberOfResults", 1}, {"items", {item}}});
    const auto last = source->fetch_items(at("2026-11-19T00:00:00Z"), cursor);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->next_cursor, "");
}

TEST(AmazonCatalog, WithoutASellerIdChangesComeByReport) {
    Seller seller("{}");
    seller.token();
    seller.answer(kLook, {{"reports", Json::array()}});
    seller.answer(kCreate, 202, R"({"reportId":"R1"})");
    EXPECT_TRUE(seller.connector().catalog_source()->fetch_items(at("2026-11-19T00:00:00Z"), ""));
}

// ---- encodings and gzip ----

TEST(AmazonEncodings, Table) {
    bool stated = false;
    EXPECT_EQ(encoding_of("text/plain; charset=Cp1252", Encoding::cp932, stated), Encoding::cp1252);
    EXPECT_TRUE(stated);
    EXPECT_EQ(encoding_of("text/plain;charset=\"UTF-8\"", Encoding::cp932, stated), Encoding::utf8);
    EXPECT_EQ(encoding_of("text/plain; charset=Shift_JIS", Encoding::cp1252, stated), Encoding::cp932);
    EXPECT_EQ(encoding_of("text/plain", Encoding::cp932, stated), Encoding::cp932);
    EXPECT_FALSE(stated);
    EXPECT_EQ(*to_utf8("\x80\x8A\xFF\x81", Encoding::cp1252, true), "\u20AC\u0160\u00FF\uFFFD");
    EXPECT_EQ(*to_utf8("\xC3\xA9", Encoding::cp1252, true), "\u00C3\u00A9");  // it says Cp1252, so it is
    EXPECT_EQ(*to_utf8("\xC3\xA9", Encoding::cp1252, false), "\u00E9");
    EXPECT_EQ(*to_utf8("\xFF", Encoding::utf8, true), "\uFFFD");
    const auto japanese = to_utf8("\x83\x7D\x83\x4F \xB6\x81\x21", Encoding::cp932, true);
    if (japanese)
        EXPECT_EQ(*japanese, "\u30DE\u30B0 \uFF76\uFFFD!");
    else
        EXPECT_EQ(japanese.error().code, "amazon_report_encoding");
}

TEST(AmazonGunzip, MembersLimitsAndCuts) {
    const std::string text(300'000, 'x');
    const std::string packed = gzip(text);
    EXPECT_EQ(*gunzip(packed, 1'000'000), text);
    EXPECT_EQ(*gunzip(packed + gzip("y"), 1'000'000), text + "y");
    EXPECT_FALSE(gunzip(packed, 100'000));
    EXPECT_FALSE(gunzip(packed.substr(0, packed.size() - 4), 1'000'000));
    EXPECT_FALSE(gunzip("not gzip at all", 1'000'000));
    EXPECT_EQ(*gunzip("", 10), "");
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
