// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/stock.h"

#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using State = PushOutcome::State;

constexpr const char* kBulk = "POST /sell/inventory/v1/bulk_update_price_quantity";

StockLine inventory_line(const std::string& sku, std::int64_t quantity,
                         const std::vector<std::string>& offers = {"81"}) {
    Json attrs{{"ebay_api", "inventory"}, {"offers", Json::array()}};
    for (const auto& id : offers)
        attrs["offers"].push_back({{"offer_id", id}, {"format", "FIXED_PRICE"}, {"status", "PUBLISHED"}});
    StockLine line;
    line.update_id = 1;
    line.sku = sku;
    line.item_attrs_json = attrs.dump();
    line.quantity = quantity;
    return line;
}
StockLine listing_line(const std::string& item_id, std::int64_t quantity, std::optional<std::string> sku = {},
                       bool variation = false) {
    StockLine line;
    line.sku = std::move(sku);
    line.item_attrs_json = Json{{"ebay_api", "trading"}, {"item_id", item_id}, {"is_variation", variation}}.dump();
    line.quantity = quantity;
    return line;
}

Json entry(const std::string& sku, int status, const std::string& offer = "", int id = 0, const std::string& words = "",
           const std::string& category = "REQUEST") {
    Json out{{"sku", sku}, {"statusCode", status}, {"errors", Json::array()}};
    if (!offer.empty()) out["offerId"] = offer;
    if (id != 0) out["errors"].push_back({{"errorId", id}, {"category", category}, {"message", words}});
    return out;
}
std::string answers(const std::vector<Json>& entries) { return Json{{"responses", entries}}.dump(); }

std::string summary(const std::vector<PushOutcome>& outcomes) {
    static const char* const names[] = {"succeeded", "failed", "waiting", "retry", "unknown", "accepted"};
    std::string out;
    for (const auto& one : outcomes) {
        out += (out.empty() ? "" : ", ") + std::string{names[static_cast<int>(one.state)]};
        if (!one.code.empty()) out += " " + one.code;
    }
    return out;
}

class EbayStock : public ::testing::Test {
protected:
    std::vector<PushOutcome> push(const std::vector<StockLine>& lines) {
        return account.connector().stock_sink()->push_stock(lines, "key");
    }
    void bulk(const Json& requests, int status, const std::string& answer) {
        account.answer(kBulk, status, answer, [requests](const net::HttpRequest& request) {
            EXPECT_EQ(Json::parse(request.body)["requests"], requests);
            EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
        });
    }
    static Json request(const std::string& sku, int quantity, const std::vector<std::string>& offers = {"81"}) {
        Json out{{"sku", sku}, {"shipToLocationAvailability", {{"quantity", quantity}}}};
        for (const auto& id : offers) out["offers"].push_back({{"offerId", id}, {"availableQuantity", quantity}});
        return out;
    }
    Account account;
};

TEST(EbayStockRequest, IsThePublishedOne) {
    const auto file = published_json("examples/inventory.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    const Json& example = (*file)["cases"][2];
    Account account(R"({"ebay_inventory_location_key":"dallas-1"})");
    account.token();
    account.answer(kBulk, example["status"], example["response"].dump(),
                   [&](const net::HttpRequest& request) { EXPECT_EQ(Json::parse(request.body), example["request"]); });
    // One of its offers is gone: eBay is asked which there are, and as they are others, once more.
    account.answer("GET /sell/inventory/v1/offer?sku=MUG-RED-12&limit=100", (*file)["cases"][1]["response"]);
    account.answer(kBulk, 200, answers({entry("MUG-RED-12", 200, "8000000001")}), [](const net::HttpRequest& request) {
        EXPECT_EQ(Json::parse(request.body)["requests"][0]["offers"],
                  Json({{{"offerId", "8000000001"}, {"availableQuantity", 18}}}));
    });
    const auto outcomes = account.connector().stock_sink()->push_stock(
        std::vector{inventory_line("MUG-RED-12", 18, {"8000000001", "8000000009"})}, "key");
    EXPECT_EQ(summary(outcomes), "succeeded");
}

TEST_F(EbayStock, ManySkusGoTogetherEachWithItsOwnAnswer) {
    account.token();
    bulk({request("A", 5), request("B", 0, {"82", "83"}), request("C", 1)}, 207,
         answers({entry("A", 200, "81"), entry("B", 200, "82"), entry("B", 400, "83", 25002, "Invalid quantity"),
                  entry("C", 200)}));
    const auto outcomes = push({inventory_line("A", 5), inventory_line("B", 0, {"82", "83"}), inventory_line("C", 1)});
    EXPECT_EQ(summary(outcomes), "succeeded, failed ebay_refused, succeeded");
    EXPECT_EQ(outcomes[1].message, "eBay refused the quantity: offer 83: 25002: Invalid quantity");
}

TEST_F(EbayStock, AtMostTwentyFiveInOneCall) {
    account.token();
    std::vector<StockLine> lines;
    Json first = Json::array(), second = Json::array();
    std::vector<Json> one, two;
    for (int i = 0; i < 27; ++i) {
        const std::string sku = "S" + std::to_string(i);
        lines.push_back(inventory_line(sku, i));
        (i < 25 ? first : second).push_back(request(sku, i));
        (i < 25 ? one : two).push_back(entry(sku, 200));
    }
    bulk(first, 200, answers(one));
    bulk(second, 200, answers(two));
    const auto outcomes = push(lines);
    EXPECT_TRUE(
        std::all_of(outcomes.begin(), outcomes.end(), [](const auto& o) { return o.state == State::succeeded; }));
    EXPECT_EQ(account.connector().stock_sink()->max_batch(), 100U);
}

TEST_F(EbayStock, BatchRefusedAsAWholeGoesOneByOne) {
    account.token();
    bulk({request("A", 1), request("B", 2)}, 400, errors(25709, "Only one SKU may be specified."));
    bulk(Json::array({request("A", 1)}), 200, answers({entry("A", 200)}));
    bulk(Json::array({request("B", 2)}), 400, errors(25702, "SKU not found."));
    EXPECT_EQ(summary(push({inventory_line("A", 1), inventory_line("B", 2)})), "succeeded, failed ebay_refused");
}

TEST_F(EbayStock, WhatEbayDidNotMentionIsUnknown) {
    account.token();
    bulk({request("A", 1), request("B", 2)}, 200, answers({entry("A", 200)}));
    EXPECT_EQ(summary(push({inventory_line("A", 1), inventory_line("B", 2)})), "succeeded, unknown ebay_bad_answer");
}

TEST_F(EbayStock, TroubleOfEbaysOwnIsUnknown) {
    account.token();
    bulk(Json::array({request("A", 1)}), 207, answers({entry("A", 500, "81", 25001, "A system error", "APPLICATION")}));
    EXPECT_EQ(summary(push({inventory_line("A", 1)})), "unknown ebay_server_error");
    bulk(Json::array({request("A", 1)}), 500, "");
    EXPECT_EQ(summary(push({inventory_line("A", 1)})), "unknown ebay_server_error");
    account.http.then_error("net_no_answer");
    EXPECT_EQ(summary(push({inventory_line("A", 1)})), "unknown net_no_answer");
}

TEST_F(EbayStock, ThrottledBatchStopsTheRest) {
    account.token();
    std::vector<StockLine> lines;
    for (int i = 0; i < 26; ++i) lines.push_back(inventory_line("S" + std::to_string(i), 1));
    lines.push_back(listing_line("110", 1));
    account.answer(kBulk, 429, "", {}, {{"Retry-After", "30"}});
    const auto outcomes = push(lines);
    for (const auto& one : outcomes) {
        EXPECT_EQ(one.state, State::retry);
        EXPECT_EQ(one.code, "ebay_throttled");
    }
}

TEST_F(EbayStock, OfferThatIsThereAllTheSameIsAFailure) {
    account.token();
    bulk(Json::array({request("A", 1)}), 207,
         answers({entry("A", 400, "81", 25713, "This Offer is not available : 81.")}));
    account.answer(
        "GET /sell/inventory/v1/offer?sku=A&limit=100",
        Json{{"offers", {{{"offerId", "81"}, {"status", "PUBLISHED"}, {"format", "FIXED_PRICE"}}}}, {"total", 1}});
    const auto outcomes = push({inventory_line("A", 1)});
    EXPECT_EQ(summary(outcomes), "failed ebay_refused");
    EXPECT_NE(outcomes[0].message.find("offer 81: 25713: This Offer is not available"), std::string::npos);
}

TEST_F(EbayStock, OnlyPublishedFixedPriceOffersAreSet) {
    account.token();
    StockLine line = inventory_line("A", 3);
    line.item_attrs_json =
        R"({"ebay_api":"inventory","offers":[{"offer_id":"1","format":"AUCTION","status":"PUBLISHED"},
        {"offer_id":"2","format":"FIXED_PRICE","status":"UNPUBLISHED"}]})";
    bulk(Json::array({request("A", 3, {})}), 200, answers({entry("A", 200)}));
    EXPECT_EQ(summary(push({line})), "succeeded");
}

TEST_F(EbayStock, LocationOfTheUpdateComesFirst) {
    account.token();
    StockLine line = inventory_line("A", 3);
    line.location_id = "berlin-1";
    Json wanted = request("A", 3);
    wanted["shipToLocationAvailability"]["availabilityDistributions"] = {
        {{"merchantLocationKey", "berlin-1"}, {"quantity", 3}}};
    bulk(Json::array({wanted}), 200, answers({entry("A", 200)}));
    EXPECT_EQ(summary(push({line})), "succeeded");
}

TEST_F(EbayStock, UnknownItemIsLookedUpFirst) {
    account.token();
    StockLine line;
    line.sku = "A B";
    line.item_attrs_json = "{}";
    line.quantity = 4;
    account.answer("GET /sell/inventory/v1/offer?sku=A%20B&limit=100", 404, "");
    auto outcomes = push({line});
    EXPECT_EQ(summary(outcomes), "failed sku_unknown");
    account.answer(
        "GET /sell/inventory/v1/offer?sku=A%20B&limit=100",
        Json{{"offers", {{{"offerId", "81"}, {"status", "PUBLISHED"}, {"format", "FIXED_PRICE"}}}}, {"total", 1}});
    bulk(Json::array({request("A B", 4)}), 200, answers({entry("A B", 200, "81")}));
    EXPECT_EQ(summary(push({line})), "succeeded");
    account.answer("GET /sell/inventory/v1/offer?sku=A%20B&limit=100", 500, "");
    EXPECT_EQ(summary(push({line})), "retry ebay_server_error");
}

TEST_F(EbayStock, NewestFigureOfAnItemCounts) {
    account.token();
    bulk(Json::array({request("A", 2)}), 200, answers({entry("A", 200)}));
    EXPECT_EQ(summary(push({inventory_line("A", 1), inventory_line("A", 2)})), "succeeded superseded, succeeded");
}

TEST_F(EbayStock, LinesThatCannotBeSentSayWhy) {
    StockLine nameless = inventory_line("A", 1);
    nameless.sku.reset();
    StockLine variation = listing_line("110", 1, {}, true), auction = listing_line("111", 1);
    variation.item_attrs_json =
        R"({"ebay_api":"trading","item_id":"110","is_variation":true,"variation_without_sku":true})";
    auction.item_attrs_json = R"({"ebay_api":"trading","item_id":"111","listing_type":"Chinese"})";
    const auto outcomes = push({nameless, inventory_line("A", -1), inventory_line("A", 1'000'001), variation, auction});
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome.unsent) << outcome.code;
    EXPECT_EQ(summary(outcomes),
              "failed sku_missing, failed quantity_out_of_range, failed quantity_out_of_range, failed "
              "variation_without_sku, failed auction");
}

// ---- listings made elsewhere --------------------------------------------------------------------------------------

std::string revised(const std::string& ack, const std::vector<std::string>& taken, const std::string& error = "") {
    std::string out = "<ReviseInventoryStatusResponse><Ack>" + ack + "</Ack>";
    if (!error.empty())
        out += "<Errors><LongMessage>" + error +
               "</LongMessage><ErrorCode>21916750</ErrorCode><SeverityCode>Error</SeverityCode><ErrorClassification>"
               "RequestError</ErrorClassification></Errors>";
    for (const auto& one : taken) {
        const auto bar = one.find('|');
        out += "<InventoryStatus><ItemID>" + one.substr(0, bar) + "</ItemID>";
        if (bar != std::string::npos) out += "<SKU>" + one.substr(bar + 1) + "</SKU>";
        out += "<Quantity>1</Quantity></InventoryStatus>";
    }
    return out + "</ReviseInventoryStatusResponse>";
}

TEST_F(EbayStock, ListingsGoFourAtATimeByTheOtherDoor) {
    account.token();
    account.answer("POST /ws/api.dll", 200, revised("Success", {}), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "X-EBAY-API-CALL-NAME"), "ReviseInventoryStatus");
        EXPECT_EQ(
            request.body,
            R"(<?xml version="1.0" encoding="utf-8"?><ReviseInventoryStatusRequest xmlns="urn:ebay:apis:eBLBaseComponents">)"
            "<InventoryStatus><ItemID>110</ItemID><Quantity>1</Quantity></InventoryStatus>"
            "<InventoryStatus><ItemID>111</ItemID><SKU>A&amp;B&lt;</SKU><Quantity>2</Quantity></InventoryStatus>"
            "<InventoryStatus><ItemID>112</ItemID><Quantity>3</Quantity></InventoryStatus>"
            "<InventoryStatus><ItemID>113</ItemID><Quantity>4</Quantity></InventoryStatus>"
            "</ReviseInventoryStatusRequest>");
    });
    account.answer("POST /ws/api.dll", 200, revised("Warning", {}));
    EXPECT_EQ(summary(push({listing_line("110", 1, "S"), listing_line("111", 2, "A&B<", true), listing_line("112", 3),
                            listing_line("113", 4), listing_line("114", 5)})),
              "succeeded, succeeded, succeeded, succeeded, succeeded");
}

TEST_F(EbayStock, PartlyTakenListingsAreToldApart) {
    account.token();
    account.answer("POST /ws/api.dll", 200, revised("PartialFailure", {"110"}, "Listing has ended."));
    account.answer("POST /ws/api.dll", 200, revised("Failure", {}, "Listing has ended."));
    const auto outcomes = push({listing_line("110", 1), listing_line("111", 2)});
    EXPECT_EQ(summary(outcomes), "succeeded, failed ebay_trading_refused");
    EXPECT_EQ(outcomes[1].message, "eBay refused ReviseInventoryStatus: 21916750: Listing has ended.");
}

TEST_F(EbayStock, RefusedListingsGoOneByOne) {
    account.token();
    account.answer("POST /ws/api.dll", 200, revised("Failure", {}, "Listing has ended."));
    account.answer("POST /ws/api.dll", 200, revised("Success", {}));
    account.answer("POST /ws/api.dll", 200, revised("Failure", {}, "Listing has ended."));
    EXPECT_EQ(summary(push({listing_line("110", 1), listing_line("111", 2)})),
              "succeeded, failed ebay_trading_refused");
}

TEST_F(EbayStock, LostAnswerAboutListingsIsUnknown) {
    account.token();
    account.http.then_error("net_no_answer");
    EXPECT_EQ(summary(push({listing_line("110", 1)})), "unknown net_no_answer");
    account.answer("POST /ws/api.dll", 503, "");
    EXPECT_EQ(summary(push({listing_line("110", 1)})), "unknown ebay_server_error");
}

TEST_F(EbayStock, FigureIsReadBack) {
    account.token();
    account.answer("GET /sell/inventory/v1/inventory_item/A%2F1",
                   Json{{"sku", "A/1"}, {"availability", {{"shipToLocationAvailability", {{"quantity", 7}}}}}});
    account.answer("GET /sell/inventory/v1/inventory_item/B", 404, "");
    const auto shown = account.connector().stock_sink()->read_stock(
        std::vector{inventory_line("A/1", 1), inventory_line("B", 1), listing_line("110", 1, "C")});
    ASSERT_TRUE(shown);
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{7, std::nullopt, std::nullopt}));
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
