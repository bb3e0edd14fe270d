// SPDX-License-Identifier: Apache-2.0
// Catalogues too large for the list: by the on-request report ITEM. Columns: Walmart's page "Request an item report".
#include "connectors/walmart/catalog.h"
#include "connectors/walmart/item_mapping.h"
#include "unit/connectors/walmart/report_file.h"
#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

using namespace std::chrono_literals;

constexpr const char* kList = "GET /v3/items?nextCursor=%2A&limit=200";
constexpr const char* kLook =
    "GET "
    "/v3/reports/reportRequests?reportType=ITEM&reportVersion=v4&requestSubmissionStartDate=2026-05-04T17%3A00%3A00Z";
constexpr const char* kAsk = "POST /v3/reports/reportRequests?reportType=ITEM&reportVersion=v4";
constexpr const char* kState = "GET /v3/reports/reportRequests/0d1e-1";
constexpr const char* kAddress = "GET /v3/reports/downloadReport?requestId=0d1e-1";
constexpr const char* kFile = "https://storage.example/ItemReport.zip?sig=1";
const std::string kNoReports = refusal("CONTENT_NOT_FOUND.GMP_REPORT_API", "none");

/// The columns of version 4 that matter here, some that do not, and in no order to rely on.
const std::string kColumns =
    "SKU,Item ID,Product Name,Lifecycle Status,Publish Status,Status Change Reason,Product Category,Price,Currency,Buy "
    "Box "
    "Item Price,Fulfillment Type,WPID,GTIN,UPC,Item Page URL,Variant Group Id,Average Rating\r\n";

std::string report_of(int rows) {
    std::string text = kColumns;
    for (int i = 0; i < rows; ++i)
        text += "SKU-" + std::to_string(i) +
                ",5,\"Table, \"\"oak\"\"\",ACTIVE,PUBLISHED,,Home,179.0,USD,170.0,Seller "
                "Fulfilled,0W,0001,1,https://x,,4.5\r\n";
    return zip_file(text, {.descriptor = true});
}

class WalmartItemReport : public ::testing::Test {
protected:
    WalmartItemReport() { seller.token(); }
    CatalogSource& source() { return *seller.connector().catalog_source(); }
    Result<ItemPage> fetch(const std::string& cursor) { return source().fetch_items(std::nullopt, cursor); }
    /// The list's first page tells how many there are.
    std::string begin(int total) {
        seller.answer(kList, {{"ItemResponse", {{{"sku", "SKU-0"}}}}, {"totalItems", total}, {"nextCursor", "c"}});
        const auto page = fetch("");
        EXPECT_TRUE(page) << page.error().message;
        EXPECT_TRUE(page->items.empty());  // else an item would read now like this, now like that
        EXPECT_TRUE(page->ask_again_after);
        EXPECT_EQ(page->total, total);
        return page->next_cursor;
    }
    std::string ask(const std::string& cursor) {
        seller.answer(kLook, 404, kNoReports);
        seller.answer(kAsk, 200, R"({"requestId":"0d1e-1","requestStatus":"RECEIVED"})",
                      [](const net::HttpRequest& request) {
                          EXPECT_EQ(request.body, "{}");
                          EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
                      });
        const auto page = fetch(cursor);
        EXPECT_TRUE(page) << page.error().message;
        EXPECT_EQ(page->ask_again_after, 15s);
        return page->next_cursor;
    }
    void serve(const std::string& file) {
        seller.answer(kAddress, {{"downloadURL", kFile}, {"requestStatus", "READY"}});
        seller.answer(std::string{"GET "} + kFile, 200, file, [](const net::HttpRequest& request) {
            EXPECT_EQ(header_of(request, "WM_SEC.ACCESS_TOKEN"), "-") << "the address itself is the key";
        });
    }
    Seller seller;
};

TEST_F(WalmartItemReport, IsAskedForWaitedForAndReadInPages) {
    std::string cursor = ask(begin(20'000));
    seller.answer(kState, {{"requestStatus", "RECEIVED"}});
    const auto first = fetch(cursor);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->ask_again_after, 30s);
    EXPECT_NE(first->next_cursor, cursor);
    seller.answer(kState, {{"requestStatus", "INPROGRESS"}});
    const auto second = fetch(first->next_cursor);
    EXPECT_EQ(second->ask_again_after, 60s);
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(report_of(20'000));
    auto page = fetch(second->next_cursor);
    std::size_t items = 0;
    int pages = 1;
    for (;; ++pages) {
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_EQ(page->total, 20'000);
        EXPECT_EQ(page->items.front().variant_id, "SKU-" + std::to_string(items));
        items += page->items.size();
        if (page->next_cursor.empty()) break;
        page = fetch(page->next_cursor);
    }
    EXPECT_EQ(items, 20'000U);
    EXPECT_EQ(pages, 40);
}

TEST_F(WalmartItemReport, GoesOnAtItsRowAfterARestart) {
    const std::string cursor = ask(begin(20'000));
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(report_of(20'000));
    const auto first = fetch(cursor);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = fetch(first->next_cursor);
    ASSERT_TRUE(second) << second.error().message;
    seller.reopen(true);
    seller.token();
    serve(report_of(20'000));
    const auto third = fetch(second->next_cursor);
    ASSERT_TRUE(third) << third.error().message;
    EXPECT_EQ(third->items.front().variant_id, "SKU-1000");
    // A page whose store failed is asked for again: the file comes once more, nothing is left out.
    serve(report_of(20'000));
    EXPECT_EQ(fetch(second->next_cursor)->items.front().variant_id, "SKU-1000");
}

TEST_F(WalmartItemReport, AYoungOneServesUnlessItIsSomebodysPart) {
    const std::string cursor = begin(20'000);
    const auto request = [](const char* id, const char* at, const char* status, const Json& payload) {
        Json one{{"requestId", id},
                 {"requestStatus", status},
                 {"reportType", "ITEM"},
                 {"reportVersion", "v4"},
                 {"requestSubmissionDate", at}};
        if (!payload.is_null()) one["payload"] = payload;
        return one;
    };
    const Json filter{{"type", "enumFilter"}, {"columnName", "Publish Status"}, {"values", {"PUBLISHED"}}};
    seller.answer(kLook, {{"requests",
                           {request("part", "2026-05-04T17:50:00Z", "READY", {{"rowFilters", {filter}}}),
                            request("narrow", "2026-05-04T17:49:00Z", "READY", {{"excludeColumns", {"SKU"}}}),
                            request("failed", "2026-05-04T17:48:00Z", "ERROR", nullptr),
                            request("0d1e-1", "2026-05-04T17:40:00Z", "READY", Json{{"rowFilters", Json::array()}}),
                            request("older", "2026-05-04T17:30:00Z", "READY", nullptr)}}});
    seller.answer(kState, {{"requestStatus", "INPROGRESS"}});
    const auto page = fetch(cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->ask_again_after);
}

TEST_F(WalmartItemReport, OneThatFailsIsAskedForOnceMoreAndThenTheListServes) {
    std::string cursor = ask(begin(20'000));
    seller.answer(kState, {{"requestStatus", "ERROR"}});
    auto page = fetch(cursor);
    ASSERT_TRUE(page) << page.error().message;
    const auto none = fetch(page->next_cursor);  // one an hour
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::rate_limited);
    seller.clock.advance(1h);
    seller.token("token-2");
    seller.answer(kAsk, 200, R"({"requestId":"0d1e-1"})");
    page = fetch(page->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    seller.answer(kState, {{"requestStatus", "ERROR"}});
    page = fetch(page->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->ask_again_after, 0ms);
    seller.answer(kList, {{"ItemResponse", {{{"sku", "SKU-0"}}}}, {"totalItems", 20'000}, {"nextCursor", "c"}});
    page = fetch(page->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->items.size(), 1U);
    seller.answer("GET /v3/items?nextCursor=c&limit=200",
                  {{"ItemResponse", {{{"sku", "SKU-1"}}}}, {"totalItems", 20'000}, {"nextCursor", "c"}});
    EXPECT_EQ(fetch(page->next_cursor)->items.front().variant_id, "SKU-1");
}

TEST_F(WalmartItemReport, WithoutThePermissionTheListServes) {
    const std::string cursor = begin(20'000);
    seller.answer(kLook, 403, refusal("FORBIDDEN.GMP_REPORT_API", "no access"));
    const auto page = fetch(cursor);
    ASSERT_TRUE(page) << page.error().message;
    seller.answer(kList, {{"ItemResponse", {{{"sku", "SKU-0"}}}}, {"totalItems", 20'000}, {"nextCursor", "c"}});
    EXPECT_EQ(fetch(page->next_cursor)->items.size(), 1U);
}

TEST_F(WalmartItemReport, AFileThatIsNoneLeavesTheWorkToTheList) {
    const std::string cursor = ask(begin(20'000));
    for (const std::string& file :
         {std::string{"<html>sorry</html>"}, zip_file("SKU,Price\r\nA,1\r\n"), std::string{}}) {
        seller.answer(kState, {{"requestStatus", "READY"}});
        serve(file);
        const auto page = fetch(cursor);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_TRUE(page->next_cursor.starts_with("items ")) << page->next_cursor;
    }
}

TEST_F(WalmartItemReport, ABrokenDownloadIsTriedAgain) {
    const std::string cursor = ask(begin(20'000));
    const std::string file = report_of(20'000);
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(file.substr(0, file.size() / 2));
    EXPECT_EQ(fetch(cursor).error().code, "document_broken");
    seller.answer(kState, {{"requestStatus", "READY"}});
    seller.answer(kAddress, {{"downloadURL", kFile}});
    seller.answer(std::string{"GET "} + kFile, 403, "<Error/>");
    EXPECT_EQ(fetch(cursor).error().code, "walmart_report_unavailable");
    seller.answer(kState, {{"requestStatus", "READY"}});
    seller.answer(kAddress, {{"downloadURL", "ftp://storage.example/x"}});
    EXPECT_EQ(fetch(cursor).error().code, "walmart_bad_answer");
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(file);
    EXPECT_EQ(fetch(cursor)->items.size(), 500U);
}

/// What a report lacks would count as gone.
TEST_F(WalmartItemReport, OneThatLacksATenthIsNotBelievedAtOnce) {
    const std::string cursor = ask(begin(20'000));
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(report_of(17'999));
    auto page = fetch(cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->items.empty());
    seller.clock.advance(1h);
    seller.token("token-2");
    seller.answer(kAsk, 200, R"({"requestId":"0d1e-1"})");
    page = fetch(page->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(report_of(17'999));
    EXPECT_EQ(fetch(page->next_cursor)->items.size(), 500U);
}

TEST_F(WalmartItemReport, AReportThatIsForgottenInTheMiddleIsReplaced) {
    const std::string cursor = ask(begin(20'000));
    seller.answer(kState, {{"requestStatus", "READY"}});
    serve(report_of(20'000));
    const auto first = fetch(cursor);
    ASSERT_TRUE(first);
    seller.reopen(true);
    seller.token();
    seller.answer(kAddress, 404, kNoReports);
    const auto page = fetch(first->next_cursor);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->next_cursor.starts_with("report 0 ")) << page->next_cursor;
    EXPECT_EQ(fetch("report x").error().code, "cursor_refused");
}

TEST_F(WalmartItemReport, BetweenDailyWalksNothingIsRead) {
    seller.answer(kList, {{"ItemResponse", {{{"sku", "SKU-0"}}}}, {"totalItems", 10'001}, {"nextCursor", "c"}});
    const auto page = source().fetch_items(at("2026-05-04T17:00:00Z"), "");
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page->items.empty());
    EXPECT_EQ(page->next_cursor, "");
}

TEST(WalmartItemRow, ReadsAsStated) {
    const auto rows = map_item_payload(
        R"({"report":{"sku":"CM2 0/7","item id":"123","product name":"Table, \"oak\"","lifecycle status":"ACTIVE",)"
        R"("publish status":"SYSTEM PROBLEM","status change reason":"No price","product category":"Furniture","price":"179.0",)"
        R"("currency":"USD","wpid":"4SYI","gtin":"00195553","upc":"195553","variant group id":"VG1"}})");
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(words(rows->front()),
              "variant CM2 0/7 at - -, sku CM2 0/7, Table, \"oak\", barcode 00195553, 4SYI, -, USD 179.00, "
              "unpublished, updated -, "
              "tracked true, available -\n"
              "ids {\"wpid\":\"4SYI\",\"upc\":\"195553\",\"gtin\":\"00195553\",\"item_id\":\"123\"}\n"
              "attrs "
              "{\"product_type\":\"Furniture\",\"condition\":null,\"lifecycle_status\":\"ACTIVE\",\"published_status\":"
              "\"SYSTEM "
              "PROBLEM\",\"variant_group_id\":\"VG1\",\"unpublished_reasons\":[\"No price\"]}\n");
    const auto draft =
        map_item_payload(R"({"report":{"sku":"A","lifecycle status":"ACTIVE","publish status":"In progress"}})");
    EXPECT_EQ(std::string{to_string(draft->front().status)} + words(draft->front().price), "draft-");
    EXPECT_EQ(map_item_payload(R"({"report":{"sku":"A","_columns":3}})").error().message,
              "report has 3 columns, another number than its first line");
    EXPECT_EQ(map_item_payload(R"({"report":{"wpid":"1"}})").error().message, "sku is missing");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
