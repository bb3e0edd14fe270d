// SPDX-License-Identifier: Apache-2.0
// Items, stock, feeds and the lookups around them.
#include <set>

#include "sandbox/goods.h"
#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

using ::testing::HasSubstr;

class StockCalls : public SellerTest {
protected:
    void SetUp() override { open(); }
    StockView level(const std::string& of, const std::string& node = "1000005050") {
        for (const StockView& each : seller->stock(of))
            if (each.ship_node == node) return each;
        return {};
    }
    json put(const std::string& path, std::int64_t units) {
        return json::parse(
            send("PUT", path, {{"sku", sku(12)}, {"quantity", {{"unit", "EACH"}, {"amount", units}}}}).body);
    }
    http::Response feed(const std::string& type, const json& file) {
        http::Fields with = headers();
        for (auto& [name, value] : with)
            if (name == "content-type") value = "multipart/form-data; boundary=XX";
        return send("POST", "/v3/feeds?feedType=" + type,
                    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"stock.json\"\r\nContent-Type: "
                    "application/json\r\n\r\n" +
                        file.dump() + "\r\n--XX--\r\n",
                    with);
    }
    json feed_status(const http::Response& answer) {
        const std::string id = json::parse(answer.body)["feedId"];
        return get("/v3/feeds/" + percent_encode(id) + "?includeDetails=true");
    }
};

TEST_F(StockCalls, ItemScanKeepsOneCursorForTwoMinutes) {
    std::set<std::string> seen;
    std::string cursor = "*";
    std::set<std::string> cursors;
    while (true) {
        const http::Response answer = send("GET", "/v3/items?limit=15&nextCursor=" + percent_encode(cursor));
        ASSERT_EQ(answer.status, 200);
        const json page = json::parse(answer.body);
        EXPECT_EQ(page["totalItems"], 40);
        for (const json& item : page["ItemResponse"]) seen.insert(item["sku"].get<std::string>());
        if (!page.contains("nextCursor")) break;
        cursors.insert(cursor = page["nextCursor"]);
        clock.advance(119s);
    }
    EXPECT_EQ(seen.size(), 40U);
    EXPECT_EQ(cursors.size(), 1U);
    token = fresh_token();
    const std::string other = get("/v3/items?limit=15&nextCursor=*")["nextCursor"];
    clock.advance(121s);
    const http::Response dead = send("GET", "/v3/items?nextCursor=" + percent_encode(other));
    EXPECT_EQ(dead.status, 400);
    EXPECT_EQ(error_of(dead)["field"], "nextCursor");
}

TEST_F(StockCalls, AFullLastPageIsFollowedByNotFound) {
    const json page = get("/v3/items?limit=40&nextCursor=*");
    EXPECT_EQ(page["ItemResponse"].size(), 40U);
    EXPECT_EQ(send("GET", "/v3/items?nextCursor=" + percent_encode(page["nextCursor"].get<std::string>())).status, 404);
}

TEST_F(StockCalls, ItemsHaveEveryStateAndOddSkus) {
    SellerOptions options = quiet();
    options.items = 200;
    open(options);
    std::set<std::string> states;
    const json page = get("/v3/items?limit=1000&nextCursor=*");
    for (const json& item : page["ItemResponse"])
        states.insert(item["lifecycleStatus"].get<std::string>() + "/" + item["publishedStatus"].get<std::string>());
    for (const char* each :
         {"ACTIVE/PUBLISHED", "ACTIVE/UNPUBLISHED", "ACTIVE/SYSTEM_PROBLEM", "ACTIVE/READY_TO_PUBLISH",
          "ACTIVE/IN_PROGRESS", "ACTIVE/STAGE", "ARCHIVED/UNPUBLISHED", "RETIRED/UNPUBLISHED"})
        EXPECT_TRUE(states.contains(each)) << each;
    const json retired = get("/v3/items?lifecycleStatus=RETIRED&limit=200");
    EXPECT_EQ(retired["totalItems"], retired["ItemResponse"].size());
    EXPECT_EQ(send("GET", "/v3/items?sku=NO-SUCH").status, 404);
    EXPECT_EQ(send("GET", "/v3/items?offset=10001").status, 400);

    for (const char* odd : {"SBX 000 BLUE", "SBX/001", "SBX+002", "SBX-004-Größe", "00000000000007", "SBX&003=A"}) {
        const json found = get("/v3/items/" + percent_encode(odd) + "?productIdType=SKU");
        ASSERT_TRUE(found.contains("ItemResponse")) << odd;
        EXPECT_EQ(found["ItemResponse"][0]["sku"], odd);
    }
    const json item = get("/v3/items/" + sku(20))["ItemResponse"][0];
    for (const auto& [type, member] : {std::pair{"GTIN", "gtin"}, {"UPC", "upc"}, {"ITEM_ID", "wpid"}})
        EXPECT_EQ(
            get("/v3/items/" + item[member].get<std::string>() + "?productIdType=" + type)["ItemResponse"][0]["sku"],
            sku(20));
}

TEST_F(StockCalls, GoodsAreFoundByTheSkuTheyHave) {
    const Goods goods(7, 200'000);
    for (const std::int64_t index : {0, 1, 11, 12, 13, 199'999}) EXPECT_EQ(goods.find(goods.sku(index)), index);
    EXPECT_EQ(goods.find("SBX-200000"), std::nullopt);
    EXPECT_EQ(goods.find("SBX-000003"), std::nullopt);  // that place has an odd sku
    EXPECT_EQ(goods.find("sbx-000012"), std::nullopt);
    EXPECT_EQ(Goods(7, 5).find("SBX,011"), std::nullopt);
    EXPECT_EQ(goods.at(20).title, Goods(7, 30).at(20).title);
}

TEST_F(StockCalls, SingleUpdateEchoesAndIsSeenEverywhere) {
    const json answer = put("/v3/inventory?sku=" + sku(12), 77);
    EXPECT_EQ(answer, json::parse(R"({"sku":"SBX-000012","quantity":{"unit":"EACH","amount":77}})"));
    EXPECT_EQ(get("/v3/inventory?sku=" + sku(12))["quantity"]["amount"], 77);
    EXPECT_EQ(level(sku(12)).input, 77);
    EXPECT_EQ(seller->counters().stock_sets, 1);
    put("/v3/inventory?sku=" + sku(12) + "&shipNode=79897837271126017", 5);
    EXPECT_EQ(level(sku(12), "79897837271126017").input, 5);
    EXPECT_EQ(level(sku(12)).input, 77);
}

TEST_F(StockCalls, ReservedUnitsAreNotForSale) {
    put("/v3/inventory?sku=" + sku(12), 10);
    place({12}, 3);
    const json node = get("/v3/inventories/" + sku(12))["nodes"][0];
    EXPECT_EQ(node["inputQty"]["amount"], 10);
    EXPECT_EQ(node["reservedQty"]["amount"], 3);
    EXPECT_EQ(node["availToSellQty"]["amount"], 7);
}

TEST_F(StockCalls, SingleUpdateIsStrict) {
    const std::string path = "/v3/inventory?sku=" + sku(12);
    const auto status = [&](const json& body, const std::string& to) { return send("PUT", to, body).status; };
    const json good = {{"sku", sku(12)}, {"quantity", {{"unit", "EACH"}, {"amount", 1}}}};
    json bad = good;
    bad["quantity"]["amount"] = -1;
    EXPECT_EQ(status(bad, path), 400);
    bad["quantity"]["amount"] = "1";
    EXPECT_EQ(status(bad, path), 400);
    bad["quantity"]["amount"] = 1.5;
    EXPECT_EQ(status(bad, path), 400);
    bad = good;
    bad["quantity"]["unit"] = "PIECE";
    EXPECT_EQ(status(bad, path), 400);
    EXPECT_EQ(status(good, "/v3/inventory"), 400);
    EXPECT_EQ(status(good, "/v3/inventory?sku=" + sku(13)), 400);
    EXPECT_EQ(status({{"sku", "NO"}, {"quantity", good["quantity"]}}, "/v3/inventory?sku=NO"), 404);
    EXPECT_EQ(status(good, path + "&shipNode=1"), 400);
    EXPECT_EQ(status(good, path + "&shipNode=99351656957153281"), 400);  // inactive
    EXPECT_EQ(seller->counters().stock_sets, 0);
}

TEST_F(StockCalls, NodesFailOneByOneInsideA200) {
    const auto node = [](const char* id, int units) {
        return json{{"shipNode", id}, {"inputQty", {{"unit", "EACH"}, {"amount", units}}}};
    };
    const json body = {
        {"inventories", {{"nodes", {node("1000005050", 8), node("99351656957153281", 9), node("no", 1)}}}}};
    const http::Response answer = send("PUT", "/v3/inventories/" + sku(12), body);
    ASSERT_EQ(answer.status, 200);
    const json nodes = json::parse(answer.body)["nodes"];
    EXPECT_EQ(nodes[0]["status"], "Success");
    EXPECT_FALSE(nodes[0].contains("errors"));
    EXPECT_EQ(nodes[1]["errors"][0]["code"], "INVALID_REQUEST_CONTENT.GMP_INVENTORY_API");
    EXPECT_THAT(nodes[2]["errors"][0]["description"].get<std::string>(), HasSubstr("not one of this seller"));
    EXPECT_EQ(level(sku(12)).input, 8);
    seller->add_fault({"node_error", 1, "updateMultiNodeInventory"});
    EXPECT_EQ(json::parse(send("PUT", "/v3/inventories/" + sku(12), body).body)["nodes"][0]["status"], "Failure");
    EXPECT_EQ(send("PUT", "/v3/inventories/" + sku(12), {{"nodes", json::array()}}).status, 400);
    EXPECT_EQ(send("PUT", "/v3/inventories/" + percent_encode("SBX/001"), body).status, 200);
    EXPECT_EQ(level("SBX/001").input, 8);
}

TEST_F(StockCalls, InventoriesPageByAPlainCursor) {
    std::set<std::string> seen;
    std::string cursor;
    do {
        const json page =
            get("/v3/inventories?limit=15" + (cursor.empty() ? "" : "&nextCursor=" + percent_encode(cursor)));
        EXPECT_EQ(page["meta"]["totalCount"], 40);
        for (const json& row : page["elements"]["inventories"]) seen.insert(row["sku"].get<std::string>());
        cursor = page["meta"].value("nextCursor", "");
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 40U);
    EXPECT_EQ(send("GET", "/v3/inventories?limit=51").status, 400);
    EXPECT_EQ(get("/v3/inventories/" + sku(12) + "?shipNode=79897837271126017")["nodes"].size(), 1U);
    EXPECT_EQ(send("GET", "/v3/inventories/" + sku(13) + "?shipNode=79897837271126017").status, 404);
}

TEST_F(StockCalls, FeedsAreProcessedLaterAndRowByRow) {
    const auto row = [](const std::string& of, const json& amount) {
        return json{{"sku", of}, {"quantity", {{"unit", "EACH"}, {"amount", amount}}}};
    };
    const json file = {{"InventoryHeader", {{"version", "1.4"}}},
                       {"Inventory", {row(sku(12), 5), row("NO-SUCH", 5), row(sku(13), -1)}}};
    const http::Response sent_feed = feed("inventory", file);
    ASSERT_EQ(sent_feed.status, 200) << sent_feed.body;
    EXPECT_EQ(feed_status(sent_feed)["feedStatus"], "RECEIVED");
    put("/v3/inventory?sku=" + sku(12), 9);
    clock.advance(60s);
    json status = feed_status(sent_feed);
    EXPECT_EQ(status["feedStatus"], "INPROGRESS");
    EXPECT_EQ(status["itemsProcessing"], 3);
    EXPECT_EQ(level(sku(12)).input, 9);
    clock.advance(540s);
    status = feed_status(sent_feed);
    EXPECT_EQ(status["feedStatus"], "PROCESSED");
    EXPECT_EQ(status["itemsSucceeded"], 1);
    EXPECT_EQ(status["itemsFailed"], 2);
    EXPECT_EQ(status["itemDetails"]["itemIngestionStatus"][1]["ingestionStatus"], "DATA_ERROR");
    EXPECT_EQ(level(sku(12)).input, 5);  // what was put in between is overwritten
    EXPECT_EQ(get("/v3/feeds")["results"]["feed"][0]["itemsSucceeded"], 1);
    EXPECT_EQ(send("GET", "/v3/feeds/NO").status, 404);
}

TEST_F(StockCalls, FeedForSeveralNodesHasItsOwnForm) {
    const json file = {
        {"inventoryHeader", {{"version", "1.5"}}},
        {"inventory",
         json::array({{{"sku", sku(12)},
                       {"shipNodes",
                        {{{"shipNode", "1000005050"}, {"quantity", {{"unit", "EACH"}, {"amount", 1}}}},
                         {{"shipNode", "79897837271126017"}, {"quantity", {{"unit", "EACH"}, {"amount", 2}}}}}}}})}};
    const http::Response right = feed("MP_INVENTORY", file);
    const http::Response wrong = feed("inventory", file);  // lower case where capitals are wanted
    seller->add_fault({"row_error", 1, "updateBulkInventory"});
    const http::Response unlucky = feed("MP_INVENTORY", file);
    clock.advance(10min);
    EXPECT_EQ(feed_status(right)["feedStatus"], "PROCESSED");
    EXPECT_EQ(level(sku(12), "79897837271126017").input, 2);
    EXPECT_EQ(feed_status(wrong)["feedStatus"], "ERROR");
    EXPECT_EQ(feed_status(wrong)["ingestionErrors"]["ingestionError"][0]["type"], "DATA_ERROR");
    EXPECT_EQ(feed_status(unlucky)["itemDetails"]["itemIngestionStatus"][0]["ingestionStatus"], "SYSTEM_ERROR");
    EXPECT_EQ(send("POST", "/v3/feeds?feedType=inventory", file).status, 400);  // no multipart
    EXPECT_EQ(send("POST", "/v3/feeds?feedType=lagtime", file).status, 400);
    EXPECT_EQ(seller->counters().feeds, 3);
}

TEST_F(StockCalls, TenInventoryFeedsAnHour) {
    const json file = {
        {"InventoryHeader", {{"version", "1.4"}}},
        {"Inventory", json::array({{{"sku", sku(12)}, {"quantity", {{"unit", "EACH"}, {"amount", 1}}}}})}};
    for (int i = 0; i < 10; ++i) EXPECT_EQ(feed("inventory", file).status, 200);
    EXPECT_EQ(feed("inventory", file).status, 429);
    clock.advance(6min + 1s);
    EXPECT_EQ(feed("inventory", file).status, 200);
}

TEST_F(StockCalls, NodesAndTheTwoListsThatLookLikeCarriers) {
    const json nodes = get("/v3/settings/shipping/shipnodes");
    ASSERT_TRUE(nodes.is_array());
    EXPECT_EQ(nodes.size(), seller->ship_nodes().size());
    EXPECT_EQ(nodes[0]["shipNode"], "1000005050");
    EXPECT_EQ(nodes[2]["status"], "INACTIVE");
    EXPECT_EQ(get("/v3/shipping/labels/carriers")["carriers"][0]["shortName"], "FedEx");
    EXPECT_TRUE(get("/v3/settings/shipping/carriers").is_array());
    EXPECT_EQ(get("/v3/fulfillment/inventory?limit=2")["payload"]["inventory"].size(), 2U);
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
