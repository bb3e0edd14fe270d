// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/stock.h"

#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

using State = PushOutcome::State;

StockLine figure(const std::string& sku, std::int64_t quantity, std::optional<std::string> location = std::nullopt) {
    static std::int64_t id = 0;
    return {++id, "key", sku, "{}", std::move(location), quantity};
}
std::string states(const std::vector<PushOutcome>& outcomes) {
    std::string out;
    constexpr const char* kWords[]{"succeeded", "failed", "waiting", "retry", "unknown", "accepted"};
    for (const auto& outcome : outcomes)
        out += (out.empty() ? "" : " ") + std::string{kWords[static_cast<int>(outcome.state)]} +
               (outcome.code.empty() ? "" : ":" + outcome.code);
    return out;
}
std::string push(Seller& seller, const std::vector<StockLine>& lines) {
    return states(seller.connector().stock_sink()->push_stock(lines, "batch"));
}
const char* const kAtNode = R"({"ship_node":"1000005050","fulfillment_types":["SellerFulfilled"]})";

TEST(WalmartStock, WithoutANodeTheDefaultOneIsSet) {
    Seller seller;
    seller.token();
    seller.answer("PUT /v3/inventory?sku=A%20%2F%2B1", Json{{"sku", "A /+1"}}, [](const net::HttpRequest& request) {
        EXPECT_EQ(request.body, R"({"sku":"A /+1","quantity":{"unit":"EACH","amount":10}})");
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    });
    EXPECT_EQ(push(seller, {figure("A /+1", 10)}), "succeeded");
}

TEST(WalmartStock, WithANodeThatNodeIsSet) {
    Seller seller(kAtNode);
    seller.token();
    seller.answer(
        "PUT /v3/inventories/A%2F1",
        Json::parse(R"({"sku":"A/1","nodes":[{"shipNode":"1000005050","status":"Success"}]})"),
        [](const net::HttpRequest& request) {
            EXPECT_EQ(
                request.body,
                R"({"inventories":{"nodes":[{"shipNode":"1000005050","inputQty":{"unit":"EACH","amount":88}}]}})");
        });
    // The figure's own location counts before the setting.
    seller.answer("PUT /v3/inventories/B",
                  Json::parse(R"({"sku":"B","nodes":[{"shipNode":"77","status":"Success"}]})"));
    EXPECT_EQ(push(seller, {figure("A/1", 88), figure("B", 0, "77")}), "succeeded succeeded");
}

TEST(WalmartStock, EveryNodesWordCounts) {
    Seller seller(kAtNode);
    seller.token();
    const auto answers = [&](const std::string& nodes) {
        seller.answer("PUT /v3/inventories/A", 200, R"({"sku":"A","nodes":)" + nodes + "}");
        return seller.connector().stock_sink()->push_stock(std::vector{figure("A", 1)}, "b").front();
    };
    const auto refused = answers(
        R"([{"shipNode":"1000005050","status":"Failed","errors":[{"code":"INVALID_NODE","description":"no such node"}]}])");
    EXPECT_EQ(states({refused}), "failed:walmart_stock_refused");
    EXPECT_EQ(refused.message, "Walmart, for ship node 1000005050: INVALID_NODE: no such node");
    EXPECT_EQ(states({answers(R"([{"shipNode":"1000005050","status":"Pending"}])")}), "failed:walmart_stock_refused");
    EXPECT_EQ(states({answers(R"([{"shipNode":"2","status":"Success"}])")}), "unknown:walmart_bad_answer");
}

struct PutCase {
    const char* name;
    int status;  // 0: nothing was sent; -1: no answer
    const char* outcomes;
};
class WalmartStockTrouble : public ::testing::TestWithParam<PutCase> {};
TEST_P(WalmartStockTrouble, EndsInWords) {
    Seller seller;
    seller.token();
    const int status = GetParam().status;
    if (status <= 0)
        seller.http.then_error(status == 0 ? "net_not_sent" : "net_no_answer");
    else
        seller.answer("PUT /v3/inventory?sku=A", status,
                      status == 404 ? kNothingFound : refusal("INVALID_REQUEST_CONTENT.GMP_INVENTORY_API", "no"));
    // What is about this figure alone leaves the next one its turn; what is about the channel does not.
    if (std::string{GetParam().outcomes}.ends_with("succeeded"))
        seller.answer("PUT /v3/inventory?sku=B", Json{{"sku", "B"}});
    EXPECT_EQ(push(seller, {figure("A", 1), figure("B", 2)}), GetParam().outcomes);
}
INSTANTIATE_TEST_SUITE_P(Answers, WalmartStockTrouble,
                         ::testing::Values(PutCase{"Refused", 400, "failed:walmart_invalid_request succeeded"},
                                           PutCase{"UnknownSku", 404, "failed:sku_unknown succeeded"},
                                           PutCase{"Forbidden", 403, "retry:walmart_denied retry:walmart_denied"},
                                           PutCase{"Throttled", 429, "retry:walmart_throttled retry:walmart_throttled"},
                                           PutCase{"Locked", 423, "retry:walmart_locked retry:walmart_locked"},
                                           PutCase{"Down", 503, "unknown:walmart_server_error succeeded"},
                                           PutCase{"NotSent", 0, "retry:net_not_sent retry:net_not_sent"},
                                           PutCase{"NoAnswer", -1, "unknown:net_no_answer succeeded"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartStock, BadFiguresFailAloneAndTheNewestOfASkuWins) {
    Seller seller;
    seller.token();
    seller.answer("PUT /v3/inventory?sku=A", Json{{"sku", "A"}}, [](const net::HttpRequest& request) {
        EXPECT_NE(request.body.find("\"amount\":2"), std::string::npos);
    });
    StockLine nameless = figure("", 1);
    nameless.sku.reset();
    EXPECT_EQ(push(seller, {figure("A", 1), nameless, figure("B", -1), figure("A", 2)}),
              "succeeded:superseded failed:sku_missing failed:quantity_out_of_range succeeded");
}

TEST(WalmartStock, WhatLiesInWalmartsWarehouseIsNotPushed) {
    Seller seller("{}");
    seller.token();
    const Json page = Json::parse(R"({"headers":{"totalCount":3,"limit":300,"offset":0},"payload":{"inventory":[
        {"sku":"W","shipNodes":[{"shipNodeType":"WFSFulfilled","availToSellQty":0,"onHandQty":4}]},
        {"sku":"EMPTY","shipNodes":[{"shipNodeType":"WFSFulfilled","availToSellQty":0,"onHandQty":0}]}]}})");
    seller.answer("GET /v3/fulfillment/inventory?limit=300&offset=0", page);
    seller.answer(
        "GET /v3/fulfillment/inventory?limit=300&offset=2",
        Json::parse(
            R"({"headers":{"totalCount":3},"payload":{"inventory":[{"sku":"V","shipNodes":[{"availToSellQty":1}]}]}})"));
    seller.answer("PUT /v3/inventory?sku=EMPTY", Json{{"sku", "EMPTY"}});
    EXPECT_EQ(push(seller, {figure("W", 1), figure("V", 1), figure("EMPTY", 1)}),
              "failed:fulfilled_by_walmart failed:fulfilled_by_walmart succeeded");
    // Known for six hours, by every worker.
    seller.reopen();
    EXPECT_EQ(push(seller, {figure("W", 1)}), "failed:fulfilled_by_walmart");
    seller.clock.advance(std::chrono::hours{7});
    seller.token("token-2");
    seller.answer("GET /v3/fulfillment/inventory?limit=300&offset=0", 503, "");
    EXPECT_EQ(push(seller, {figure("W", 1)}),
              "failed:fulfilled_by_walmart");  // what was known a while ago still counts
}

TEST(WalmartStock, WithoutKnowingWalmartsWarehouseNothingIsPushed) {
    Seller seller("{}");
    seller.token();
    seller.answer("GET /v3/fulfillment/inventory?limit=300&offset=0", 503, "");
    EXPECT_EQ(push(seller, {figure("A", 1)}), "retry:walmart_server_error");
    // A seller without WFS is refused: then nothing lies there.
    seller.answer("GET /v3/fulfillment/inventory?limit=300&offset=0", 403, "");
    seller.answer("PUT /v3/inventory?sku=A", Json{{"sku", "A"}});
    EXPECT_EQ(push(seller, {figure("A", 1)}), "succeeded");
}

// ---- feeds --------------------------------------------------------------------------------------------------------

std::vector<StockLine> many(std::size_t count) {
    std::vector<StockLine> lines;
    for (std::size_t i = 0; i < count; ++i)
        lines.push_back(figure("S" + std::to_string(i), static_cast<std::int64_t>(i)));
    return lines;
}
/// The file within a multipart body.
Json file_of(const net::HttpRequest& request) {
    const std::string type = header_of(request, "Content-Type");
    const std::string boundary = type.substr(type.find("boundary=") + 9);
    EXPECT_TRUE(type.starts_with("multipart/form-data; boundary=crossdock-"));
    EXPECT_TRUE(request.body.starts_with("--" + boundary +
                                         "\r\nContent-Disposition: form-data; name=\"file\"; "
                                         "filename=\"inventory.json\"\r\nContent-Type: application/json\r\n\r\n"));
    EXPECT_TRUE(request.body.ends_with("\r\n--" + boundary + "--\r\n"));
    const auto begin = request.body.find("\r\n\r\n") + 4;
    return Json::parse(request.body.substr(begin, request.body.rfind("\r\n--" + boundary) - begin));
}

TEST(WalmartStockFeed, MoreThanAHundredFiguresGoAsOneFile) {
    Seller seller;
    seller.token();
    seller.answer("POST /v3/feeds?feedType=inventory", Json{{"feedId", "F1@A"}}, [](const net::HttpRequest& request) {
        const Json file = file_of(request);
        EXPECT_EQ(file["InventoryHeader"]["version"], "1.4");
        ASSERT_EQ(file["Inventory"].size(), 101U);
        EXPECT_EQ(file["Inventory"][100], Json::parse(R"({"sku":"S100","quantity":{"unit":"EACH","amount":100}})"));
    });
    const auto outcomes = seller.connector().stock_sink()->push_stock(many(101), "b");
    EXPECT_EQ(outcomes.size(), 101U);
    for (const auto& outcome : outcomes) {
        EXPECT_EQ(outcome.state, State::accepted);
        EXPECT_EQ(outcome.provider_id, "F1@A");
        EXPECT_TRUE(outcome.retry_after);
    }
}

TEST(WalmartStockFeed, ByShipNodeItIsAnotherKindOfFile) {
    Seller seller(kAtNode);
    seller.token();
    seller.answer("POST /v3/feeds?feedType=MP_INVENTORY", Json{{"feedId", "F1@A"}},
                  [](const net::HttpRequest& request) {
                      const Json file = file_of(request);
                      EXPECT_EQ(file["inventoryHeader"]["version"], "1.5");
                      ASSERT_EQ(file["inventory"].size(), 101U);
                      for (const Json& item : file["inventory"])
                          if (item["sku"] == "S7") {
                              EXPECT_EQ(item["shipNodes"],
                                        Json::parse(R"([{"shipNode":"1000005050","quantity":{"unit":"EACH","amount":7}},
                                                             {"shipNode":"88","quantity":{"unit":"EACH","amount":70}}])"));
                          }
                  });
    auto lines = many(101);
    lines.push_back(figure("S7", 70, "88"));
    EXPECT_EQ(seller.connector().stock_sink()->push_stock(lines, "b").front().state, State::accepted);
}

TEST(WalmartStockFeed, FiguresOfTheOtherKindWaitForTheirOwn) {
    Seller seller;
    seller.token();
    seller.answer("POST /v3/feeds?feedType=inventory", Json{{"feedId", "F1@A"}},
                  [](const net::HttpRequest& request) { EXPECT_EQ(file_of(request)["Inventory"].size(), 101U); });
    auto lines = many(101);
    lines.push_back(figure("X", 1, "88"));
    const auto outcomes = seller.connector().stock_sink()->push_stock(lines, "b");
    EXPECT_EQ(states({outcomes.back()}), "retry:walmart_feed_next");
}

TEST(WalmartStockFeed, WhatHappenedToItsHandingOverIsKnownOrNot) {
    const auto after = [](int status, const std::string& body) {
        Seller seller;
        seller.token();
        seller.answer("POST /v3/feeds?feedType=inventory", status, body);
        return states({seller.connector().stock_sink()->push_stock(many(101), "b").front()});
    };
    EXPECT_EQ(after(503, ""), "unknown:walmart_server_error");
    EXPECT_EQ(after(200, "{}"), "unknown:walmart_bad_answer");
    EXPECT_EQ(after(200, R"({"errors":[{"code":"FEED","description":"bad"}]})"), "failed:walmart_feed_refused");
    EXPECT_EQ(after(429, ""), "retry:walmart_throttled");
}

constexpr const char* kReport = "GET /v3/feeds/F1%40A?includeDetails=true&offset=0&limit=50";

Json report(const std::string& status, const Json& items, int received) {
    return {{"feedId", "F1@A"},
            {"feedStatus", status},
            {"feedSubmissionDate", 1777917000000},  // 17:50, ten minutes ago
            {"itemsReceived", received},
            {"itemDetails", {{"itemIngestionStatus", items}}}};
}
Json ingested(const std::string& sku, const std::string& status, const std::string& words = "") {
    Json out{{"sku", sku}, {"ingestionStatus", status}};
    if (!words.empty())
        out["ingestionErrors"] = {
            {"ingestionError", {{{"type", "DATA_ERROR"}, {"code", "ERR_1"}, {"description", words}}}}};
    return out;
}

TEST(WalmartStockFeed, ItsReportIsReadLineByLine) {
    Seller seller;
    seller.token();
    const std::vector<StockLine> lines{figure("A", 1), figure("B", 2), figure("C", 3), figure("D", 4), figure("E", 5)};
    seller.answer(kReport, report("PROCESSED",
                                  {ingested("A", "SUCCESS"), ingested("B", "DATA_ERROR", "no such item"),
                                   ingested("C", "TIMEOUT_ERROR"), ingested("D", "INPROGRESS")},
                                  4));
    const auto outcomes = seller.connector().stock_sink()->check_stock(lines, "F1@A");
    EXPECT_EQ(states(outcomes),
              "succeeded failed:walmart_stock_refused unknown:walmart_feed_trouble accepted:walmart_feed "
              "unknown:walmart_feed_silent");
    EXPECT_EQ(outcomes[1].message, "Walmart: ERR_1: no such item");
}

TEST(WalmartStockFeed, AllPagesOfItsReportAreRead) {
    Seller seller;
    seller.token();
    Json first = Json::array();
    for (int i = 0; i < 50; ++i) first.push_back(ingested("S" + std::to_string(i), "SUCCESS"));
    seller.answer(kReport, report("PROCESSED", first, 51));
    seller.answer("GET /v3/feeds/F1%40A?includeDetails=true&offset=50&limit=50",
                  report("PROCESSED", {ingested("S50", "SUCCESS")}, 51));
    for (const auto& outcome : seller.connector().stock_sink()->check_stock(many(51), "F1@A"))
        EXPECT_EQ(outcome.state, State::succeeded);
}

TEST(WalmartStockFeed, WhileWalmartWorksItIsAskedEverMoreRarely) {
    Seller seller;
    seller.token();
    for (const char* status : {"RECEIVED", "INPROGRESS"}) {
        seller.answer(kReport, report(status, Json::array(), 1));
        const auto outcome = seller.connector().stock_sink()->check_stock(many(1), "F1@A").front();
        EXPECT_EQ(states({outcome}), "accepted:walmart_feed");
        EXPECT_EQ(outcome.provider_id, "F1@A");
        EXPECT_EQ(outcome.retry_after, std::chrono::minutes{5});  // half of its age
    }
    seller.answer(kReport, 503, "");
    EXPECT_EQ(states(seller.connector().stock_sink()->check_stock(many(1), "F1@A")), "accepted:walmart_server_error");
}

TEST(WalmartStockFeed, AFeedThatEndsAsAWhole) {
    Seller seller;
    seller.token();
    Json broken = report("ERROR", Json::array(), 0);
    broken["ingestionErrors"] = {
        {"ingestionError", {{{"type", "DATA_ERROR"}, {"code", "E"}, {"description", "bad file"}}}}};
    seller.answer(kReport, broken);
    const auto by_us = seller.connector().stock_sink()->check_stock(many(1), "F1@A");
    EXPECT_EQ(states(by_us), "failed:walmart_feed_broken");
    EXPECT_EQ(by_us[0].message, "Walmart broke the feed off: E: bad file");
    broken["ingestionErrors"]["ingestionError"][0]["type"] = "SYSTEM_ERROR";
    seller.answer(kReport, broken);
    EXPECT_EQ(states(seller.connector().stock_sink()->check_stock(many(1), "F1@A")), "unknown:walmart_feed_broken");
    seller.answer(kReport, 404, kNothingFound);
    EXPECT_EQ(states(seller.connector().stock_sink()->check_stock(many(1), "F1@A")), "unknown:walmart_feed_unknown");
}

TEST(WalmartStockFeed, ThePublishedReportReadsAsStated) {
    const auto file = example_file("feeds.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    Seller seller;
    seller.token();
    seller.answer("GET /v3/feeds/F129C19240844B97A3C6AD8F1A2C4997%40AU8BAQA?includeDetails=true&offset=0&limit=50",
                  example_answer(*file, "getFeedItemStatus"));
    EXPECT_EQ(states(seller.connector().stock_sink()->check_stock(
                  std::vector{figure("0960B3B82687490FA5E51CB0801478A4@AU8BAgA", 1)},
                  "F129C19240844B97A3C6AD8F1A2C4997@AU8BAQA")),
              "succeeded");
}

// inventory.json: what was put in counts, not what is left of it.
TEST(WalmartStock, TheQuantityOnHandIsReadBack) {
    const auto file = example_file("inventory.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    Seller seller;
    seller.token();
    StockSink& sink = *seller.connector().stock_sink();
    EXPECT_TRUE(sink.can_read_stock());
    seller.answer("GET /v3/inventory?sku=97964_KFTest", example_answer(*file, "updateInventoryForAnItem"));
    seller.answer("GET /v3/inventories/AR-CTIX-0092?shipNode=100009",
                  example_answer(*file, "getMultiNodeInventoryForSkuAndAllShipnodes"));
    seller.answer("GET /v3/inventory?sku=GONE", 404, kNothingFound);
    const auto shown =
        sink.read_stock(std::vector{figure("97964_KFTest", 1), figure("AR-CTIX-0092", 1, "100009"), figure("GONE", 1)});
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{10, 5, std::nullopt}));
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
