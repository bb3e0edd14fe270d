// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/catalog.h"

#include "base/text.h"
#include "connectors/ebay/item_mapping.h"
#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;

std::string items_line(int page) {
    return "GET /sell/inventory/v1/inventory_item?limit=200&offset=" + std::to_string(page);
}
std::string offers_line(const std::string& sku) { return "GET /sell/inventory/v1/offer?sku=" + sku + "&limit=100"; }

Json item(const std::string& sku, int quantity = 5) {
    return {{"sku", sku},
            {"condition", "NEW"},
            {"product", {{"title", "Title of " + sku}}},
            {"availability", {{"shipToLocationAvailability", {{"quantity", quantity}}}}}};
}
Json items(const std::vector<Json>& list, int total) {
    return {{"inventoryItems", list}, {"total", total}, {"limit", 200}};
}
Json offer(const std::string& id, const std::string& listing, const std::string& sku = "A") {
    return {{"offerId", id},
            {"sku", sku},
            {"marketplaceId", "EBAY_US"},
            {"format", "FIXED_PRICE"},
            {"status", "PUBLISHED"},
            {"pricingSummary", {{"price", {{"value", "9.99"}, {"currency", "USD"}}}}},
            {"listing", {{"listingId", listing}, {"listingStatus", "ACTIVE"}}}};
}
Json offers(const std::vector<Json>& list) { return {{"offers", list}, {"total", list.size()}}; }

/// GetMyeBaySelling's page: "id|sku" each.
std::string selling(const std::vector<std::string>& listings, int pages = 1) {
    std::string out = R"(<?xml version="1.0"?><GetMyeBaySellingResponse xmlns="urn:ebay:apis:eBLBaseComponents">)"
                      "<Timestamp>2026-11-20T10:00:04.000Z</Timestamp><Ack>Success</Ack><ActiveList><ItemArray>";
    for (const auto& one : listings) {
        const auto bar = one.find('|');
        out +=
            "<Item><ItemID>" + one.substr(0, bar) + "</ItemID><Title>T</Title><QuantityAvailable>3</QuantityAvailable>";
        if (bar != std::string::npos) out += "<SKU>" + one.substr(bar + 1) + "</SKU>";
        out += R"(<SellingStatus><CurrentPrice currencyID="USD">2.5</CurrentPrice></SellingStatus></Item>)";
    }
    return out + "</ItemArray><PaginationResult><TotalNumberOfPages>" + std::to_string(pages) +
           "</TotalNumberOfPages><TotalNumberOfEntries>" + std::to_string(listings.size()) +
           "</TotalNumberOfEntries></PaginationResult></ActiveList></GetMyeBaySellingResponse>";
}

/// What GetSellerList and GetItem say besides, in the fields' published names: "id|condition|ean" each.
std::string detailed(const std::vector<std::string>& listings) {
    std::string out;
    for (const auto& one : listings) {
        const auto parts = split(one, '|');
        out += "<Item><ItemID>" + parts[0] + "</ItemID><ConditionID>" + parts[1] +
               "</ConditionID><ProductListingDetails><EAN>" + parts[2] + "</EAN></ProductListingDetails></Item>";
    }
    return out;
}
std::string long_list(const std::vector<std::string>& listings, int pages = 1) {
    return "<GetSellerListResponse><Ack>Success</Ack><PaginationResult><TotalNumberOfPages>" + std::to_string(pages) +
           "</TotalNumberOfPages></PaginationResult><ItemArray>" + detailed(listings) +
           "</ItemArray></GetSellerListResponse>";
}
std::string one_listing(const std::string& listing) {
    return "<GetItemResponse><Ack>Success</Ack>" + detailed({listing}) + "</GetItemResponse>";
}

std::string ids_of(const ItemPage& page) {
    std::string out;
    for (const auto& one : page.items) out += (out.empty() ? "" : " ") + one.variant_id;
    return out;
}

ItemPage fetched(Account& account, const std::string& cursor = "", std::optional<Timestamp> since = {}) {
    auto page = account.connector().catalog_source()->fetch_items(since, cursor);
    EXPECT_TRUE(page) << (page ? "" : page.error().message);
    return page ? std::move(*page) : ItemPage{};
}

std::string mapped(const std::string& payload, const char* marketplace = "EBAY_US") {
    const auto rows = map_item_payload(payload, *find_marketplace(marketplace));
    if (!rows) return rows.error().message;
    EXPECT_EQ(rows->size(), 1U);
    return words(rows->front());
}

TEST(EbayItems, PublishedItemsAndOffers) {
    const auto file = published_json("examples/inventory.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    const Json& list = (*file)["cases"][0]["response"]["inventoryItems"];
    const Json& of_mug = (*file)["cases"][1]["response"]["offers"];
    EXPECT_EQ(mapped(Json{{"item", list[0]}, {"offers", of_mug}}.dump()),
              "variant sku:MUG-RED-12 at - -, sku MUG-RED-12, Stoneware mug, red, 12 oz, barcode 012345678905, "
              "110000000001, 8000000001, USD 20.00, active, updated -, tracked true, available 25\n"
              R"(ids {"listing_id":"110000000001","offer_id":"8000000001"})"
              "\n"
              R"(attrs {"ebay_api":"inventory","condition":"NEW","condition_id":1000,"gtins":["012345678905"],)"
              R"("marketplace_id":"EBAY_US","offer_id":"8000000001","merchant_location_key":"dallas-1","offers":[)"
              R"({"offer_id":"8000000001","marketplace_id":"EBAY_US","format":"FIXED_PRICE","status":"PUBLISHED"},)"
              R"({"offer_id":"8000000002","marketplace_id":"EBAY_GB","format":"FIXED_PRICE","status":"UNPUBLISHED"}]})"
              "\n");
    // On the British channel, too, the offer that buyers see speaks for the item.
    EXPECT_NE(mapped(Json{{"item", list[0]}, {"offers", of_mug}}.dump(), "EBAY_GB").find("USD 20.00, active"),
              std::string::npos);
    // No offer: a draft. Condition and EAN by the tables.
    EXPECT_EQ(
        mapped(Json{{"item", list[1]}, {"offers", Json::array()}}.dump()),
        "variant sku:TEE-BLU-L at - -, sku TEE-BLU-L, Cotton tee, barcode 4006381333931, , -, - -, draft, updated "
        "-, tracked true, available 0\n"
        "ids {}\n"
        R"(attrs {"ebay_api":"inventory","condition":"USED_EXCELLENT","condition_id":3000,)"
        R"("gtins":["4006381333931"],"marketplace_id":"EBAY_US","offer_id":null,"merchant_location_key":null,)"
        R"("offers":[]})"
        "\n");
}

TEST(EbayItems, PublishedTradingListings) {
    const auto xml = published_text("examples/trading_GetMyeBaySelling.xml");
    if (!xml) GTEST_SKIP() << "eBay's examples are not here";
    const auto listed = parse_active_listings(*xml);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->pages, 1);
    EXPECT_EQ(listed->listings, 2);
    EXPECT_EQ(listed->provider_now, at("2026-05-04T17:21:09Z"));
    std::string all;
    for (const TradingRow& row : listed->rows) {
        const RawItem raw = raw_listing(row, {});
        const std::string said = mapped(raw.payload);
        EXPECT_TRUE(said.starts_with("variant " + raw.variant_id + " at")) << said;
        all += said;
    }
    // 9 less 4 sold are 5; the second variation has no sku, and its aspects name it.
    EXPECT_EQ(all,
              "variant 110000000001 at - -, sku MUG-RED-12, Stoneware mug, red, 12 oz, barcode -, 110000000001, -, USD "
              "20.0, active, updated -, tracked true, available 25\n"
              "ids {\"listing_id\":\"110000000001\"}\n"
              R"(attrs {"ebay_api":"trading","item_id":"110000000001","condition":null,"condition_id":null,"gtins":[],)"
              R"("marketplace_id":"EBAY_US","is_variation":false,)"
              R"("listing_type":"FixedPriceItem"})"
              "\n"
              "variant 110000000002:TEE-BLU-L at - -, sku TEE-BLU-L, Cotton tee (Color: Blue, Size: L), barcode -, "
              "110000000002, TEE-BLU-L, USD 30.0, active, updated -, tracked true, available 5\n"
              "ids {\"listing_id\":\"110000000002\"}\n"
              R"(attrs {"ebay_api":"trading","item_id":"110000000002","condition":null,"condition_id":null,"gtins":[],)"
              R"("marketplace_id":"EBAY_US","is_variation":true,)"
              R"("listing_type":"FixedPriceItem"})"
              "\n"
              "variant 110000000002:Color=Blue;Size=M at - -, sku -, Cotton tee (Color: Blue, Size: M), barcode -, "
              "110000000002, -, USD 30.0, active, updated -, tracked true, available 3\n"
              "ids {\"listing_id\":\"110000000002\"}\n"
              R"(attrs {"ebay_api":"trading","item_id":"110000000002","condition":null,"condition_id":null,"gtins":[],)"
              R"("marketplace_id":"EBAY_US","is_variation":true,)"
              R"("listing_type":"FixedPriceItem","variation_without_sku":true})"
              "\n");
}

struct OfferState {
    const char* name;
    const char* status;
    const char* listing;
    const char* says;
};
class EbayOfferStates : public ::testing::TestWithParam<OfferState> {};

TEST_P(EbayOfferStates, AreTheHubsWords) {
    Json one = offer("8", "110");
    one["status"] = GetParam().status;
    one["listing"]["listingStatus"] = GetParam().listing;
    const std::string text = Json{{"item", item("A")}, {"offers", {one}}}.dump();
    const auto rows = map_item_payload(text, *find_marketplace("EBAY_US"));
    ASSERT_TRUE(rows);
    EXPECT_EQ(to_string(rows->front().status), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(Table, EbayOfferStates,
                         ::testing::Values(OfferState{"Active", "PUBLISHED", "ACTIVE", "active"},
                                         OfferState{"OutOfStock", "PUBLISHED", "OUT_OF_STOCK", "active"},
                                         OfferState{"Ended", "PUBLISHED", "ENDED", "inactive"},
                                         OfferState{"EndedByEbay", "PUBLISHED", "EBAY_ENDED", "inactive"},
                                         OfferState{"Inactive", "PUBLISHED", "INACTIVE", "inactive"},
                                         OfferState{"Withdrawn", "UNPUBLISHED", "ENDED", "inactive"},
                                         OfferState{"Never", "UNPUBLISHED", "NOT_LISTED", "unpublished"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(EbayItems, PlaceholdersAreNoBarcodes) {
    Json one = item("A");
    one["product"]["upc"] = {"Does not apply", "123"};
    one["product"]["ean"] = {"Nicht zutreffend"};
    one["product"]["isbn"] = {"316148410X", "9783161484100"};
    const auto rows =
        map_item_payload(Json{{"item", one}, {"offers", Json::array()}}.dump(), *find_marketplace("EBAY_US"));
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->front().barcode, "316148410X");
    EXPECT_NE(rows->front().attrs_json.find(R"("gtins":["316148410X","9783161484100"])"), std::string::npos);
}

TEST(EbayItems, DamageIsNamed) {
    EXPECT_EQ(mapped("{}"), "item is missing");
    EXPECT_EQ(mapped(R"({"item":{}})"), "item.sku is missing");
    EXPECT_EQ(mapped(R"({"item":{"sku":"A"},"offers_unread":"25702: unknown"})"),
              "offers could not be read: 25702: unknown");
    EXPECT_EQ(mapped(R"({"listing":{}})"), "listing.item_id is missing");
    EXPECT_EQ(mapped(R"({"listing":{"item_id":"1","price":"x"}})"), "listing.price is no price: \"x\"");
    Json bad = offer("8", "110");
    bad["pricingSummary"]["price"]["value"] = "x";
    EXPECT_EQ(mapped(Json{{"item", item("A")}, {"offers", {bad}}}.dump()),
              "offers.pricingSummary.price is no price: \"x\"");
}

TEST(EbayCatalog, ItemsThenListingsMadeElsewhere) {
    Account account;
    account.token();
    account.answer(items_line(0), items({item("A"), item("B/1")}, 2));
    account.answer(offers_line("A"), offers({offer("8", "110")}));
    account.answer(offers_line("B%2F1"), 404, errors(25713, "This Offer is not available."));
    auto page = fetched(account);
    EXPECT_EQ(ids_of(page), "sku:A sku:B/1");
    EXPECT_EQ(page.total, 2);
    EXPECT_NE(page.items[1].payload.find(R"("offers":[])"), std::string::npos);
    account.answer("POST /ws/api.dll", 200, long_list({"110|1000|4006381333931", "220|3000|Does not apply"}, 2),
                   [](const net::HttpRequest& request) {
                       EXPECT_EQ(header_of(request, "X-EBAY-API-CALL-NAME"), "GetSellerList");
                       EXPECT_EQ(request.body,
                                 R"(<?xml version="1.0" encoding="utf-8"?><GetSellerListRequest )"
                                 R"(xmlns="urn:ebay:apis:eBLBaseComponents"><DetailLevel>ReturnAll</DetailLevel>)"
                                 "<IncludeVariations>true</IncludeVariations>"
                                 "<EndTimeFrom>2026-11-20T10:00:00.000Z</EndTimeFrom>"
                                 "<EndTimeTo>2027-03-19T10:00:00.000Z</EndTimeTo><Pagination>"
                                 "<EntriesPerPage>100</EntriesPerPage><PageNumber>1</PageNumber></Pagination>"
                                 "</GetSellerListRequest>");
                   });
    account.answer("POST /ws/api.dll", 200, long_list({"230|7000|9783161484100"}, 2),
                   [](const net::HttpRequest& request) {
                       EXPECT_NE(request.body.find("<PageNumber>2</PageNumber>"), std::string::npos);
                   });
    account.answer("POST /ws/api.dll", 200, selling({"110|A", "220|C", "230"}), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "X-EBAY-API-CALL-NAME"), "GetMyeBaySelling");
        EXPECT_EQ(header_of(request, "X-EBAY-API-SITEID"), "0");
        EXPECT_EQ(
            request.body,
            R"(<?xml version="1.0" encoding="utf-8"?><GetMyeBaySellingRequest xmlns="urn:ebay:apis:eBLBaseComponents">)"
            "<ActiveList><Include>true</Include><Pagination><EntriesPerPage>200</EntriesPerPage><PageNumber>1"
            "</PageNumber></Pagination></ActiveList></GetMyeBaySellingRequest>");
    });
    page = fetched(account, page.next_cursor);
    EXPECT_EQ(ids_of(page), "220 230");  // 110 came by the first door
    EXPECT_EQ(page.next_cursor, "");
    EXPECT_EQ(mapped(page.items[0].payload),
              "variant 220 at - -, sku C, T, barcode -, 220, -, USD 2.5, active, updated -, tracked true, available 3\n"
              "ids {\"listing_id\":\"220\"}\n"
              R"(attrs {"ebay_api":"trading","item_id":"220","condition":"USED_EXCELLENT","condition_id":3000,)"
              R"("gtins":[],"marketplace_id":"EBAY_US","is_variation":false})"
              "\n");
    const std::string book = mapped(page.items[1].payload);
    EXPECT_NE(book.find("barcode 9783161484100"), std::string::npos) << book;
    EXPECT_NE(book.find(R"("condition":"FOR_PARTS_OR_NOT_WORKING","condition_id":7000,"gtins":["9783161484100"])"),
              std::string::npos)
        << book;
}

TEST(EbayCatalog, PagesAreNumbered) {
    Account account(R"({"trading_listings":false})");
    account.token();
    std::vector<Json> first;
    for (int i = 0; i < 3; ++i) first.push_back(item("A" + std::to_string(i)));
    account.answer(items_line(0), items(first, 201));
    for (int i = 0; i < 3; ++i) account.answer(offers_line("A" + std::to_string(i)), offers({}));
    auto page = fetched(account);
    account.answer(items_line(1), items({item("Z")}, 201));
    account.answer(offers_line("Z"), offers({}));
    page = fetched(account, page.next_cursor);
    EXPECT_EQ(ids_of(page), "sku:Z");
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayCatalog, ChangesOnlyCostCallsForWhatIsNew) {
    Account account;
    account.token();
    account.answer(items_line(0), items({item("A"), item("B")}, 2));
    account.answer(offers_line("A"), offers({offer("8", "110")}));
    account.answer(offers_line("B"), offers({offer("9", "120")}));
    auto page = fetched(account);
    account.answer("POST /ws/api.dll", 200, long_list({"110|1000|-", "120|1000|-", "230|1000|-"}));
    account.answer("POST /ws/api.dll", 200, selling({"110", "120", "230"}));
    page = fetched(account, page.next_cursor);
    // An hour later: one has another quantity, another listing is new.
    account.clock.advance(30min);
    account.answer(items_line(0), items({item("A"), item("B", 4)}, 2));
    account.answer(offers_line("B"), offers({offer("9", "120")}));
    const auto since = at("2026-11-20T10:00:00Z");
    page = fetched(account, "", since);
    EXPECT_EQ(ids_of(page), "sku:B");
    account.answer("POST /ws/api.dll", 200, selling({"110", "120", "230", "240"}));
    account.answer("POST /ws/api.dll", 200, one_listing("240|1500|4006381333931"), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "X-EBAY-API-CALL-NAME"), "GetItem");
        EXPECT_NE(request.body.find("<ItemID>240</ItemID>"), std::string::npos);
    });
    page = fetched(account, page.next_cursor, since);
    EXPECT_EQ(ids_of(page), "240");
    EXPECT_NE(mapped(page.items[0].payload).find(R"("condition":"NEW_OTHER","condition_id":1500)"), std::string::npos);
    // Nothing at all: both lists are read, and the walk is over.
    account.answer(items_line(0), items({item("A"), item("B", 4)}, 2));
    account.answer("POST /ws/api.dll", 200, selling({"110", "120", "230", "240"}));
    page = fetched(account, "", since);
    EXPECT_EQ(ids_of(page), "");
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayCatalog, QuietPagesAreNoDeadEnd) {
    Account account;
    account.token();
    account.answer(items_line(0), items({item("A")}, 100'000));
    account.answer(offers_line("A"), offers({}));
    auto page = fetched(account);
    // A walk for changes: page after page looks as it did. The hub is told so before it thinks the pages lead nowhere.
    for (int i = 0; i < 25; ++i) account.answer(items_line(i), items({item("A")}, 100'000));
    page = fetched(account, "", at("2026-11-20T10:00:00Z"));
    EXPECT_EQ(ids_of(page), "");
    EXPECT_NE(page.next_cursor, "");
    EXPECT_EQ(page.ask_again_after, std::optional<std::chrono::milliseconds>{0ms});
    for (int i = 25; i < 50; ++i) account.answer(items_line(i), items({item("A")}, 100'000));
    const auto further = fetched(account, page.next_cursor, at("2026-11-20T10:00:00Z"));
    EXPECT_NE(further.next_cursor, page.next_cursor);
}

TEST(EbayCatalog, RestartInTheMiddleAsksWhichListingsAreManaged) {
    Account account;
    account.token();
    account.answer(items_line(0), items({item("A")}, 1));
    account.answer(offers_line("A"), offers({offer("8", "110")}));
    auto page = fetched(account);
    account.reopen(true);
    account.token();
    account.answer("POST /ws/api.dll", 200, long_list({"110|1000|-", "220|1000|-", "230|1000|-"}));
    account.answer("POST /ws/api.dll", 200, selling({"110|A", "220|C", "230"}));
    account.answer("POST /sell/inventory/v1/bulk_get_inventory_item", 200,
                   R"({"responses":[{"statusCode":200,"sku":"A","inventoryItem":{}},{"statusCode":404,"sku":"C"}]})",
                   [](const net::HttpRequest& request) {
                       EXPECT_EQ(Json::parse(request.body), Json({{"requests", {{{"sku", "A"}}, {{"sku", "C"}}}}}));
                   });
    account.answer(offers_line("A"), offers({offer("8", "110")}));
    page = fetched(account, page.next_cursor);
    EXPECT_EQ(ids_of(page), "220 230");
    EXPECT_EQ(page.next_cursor, "");
}

TEST(EbayCatalog, OneUnreadableSkuDoesNotStopItsNeighbours) {
    Account account(R"({"trading_listings":false})");
    account.token();
    account.answer(items_line(0), items({item("A"), item("B")}, 2));
    account.answer(offers_line("A"), 400, errors(25707, "This is an invalid value for a SKU."));
    account.answer(offers_line("B"), offers({}));
    const auto page = fetched(account);
    EXPECT_EQ(ids_of(page), "sku:A sku:B");
    EXPECT_TRUE(
        mapped(page.items[0].payload).starts_with("offers could not be read: eBay refused getOffers: HTTP 400, 25707"));
}

TEST(EbayCatalog, PageThatOutlastsTheBudgetGoesOnWhereItStood) {
    Account account(R"({"trading_listings":false})");
    account.token();
    std::vector<Json> list;
    for (int i = 0; i < 200; ++i) list.push_back(item("S" + std::to_string(i)));
    const Json body = items(list, 200);
    account.answer(items_line(0), body);
    // 200 tokens, 40 of them left to pushes, one spent on the list.
    for (int i = 0; i < 159; ++i) account.answer(offers_line("S" + std::to_string(i)), offers({}));
    const auto stopped = account.connector().catalog_source()->fetch_items({}, "");
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, "budget");
    EXPECT_EQ(stopped.error().retry_after, std::optional<std::chrono::milliseconds>{5s});
    account.clock.advance(5s);
    account.answer(items_line(0), body);
    for (int i = 159; i < 200; ++i) account.answer(offers_line("S" + std::to_string(i)), offers({}));
    EXPECT_EQ(fetched(account).items.size(), 200U);
}

TEST(EbayCatalog, OffersHavePagesOfTheirOwn) {
    Account account(R"({"trading_listings":false})");
    account.token();
    account.answer(items_line(0), items({item("A")}, 1));
    account.answer(offers_line("A"), Json{{"offers", {offer("1", "11"), offer("2", "12")}}, {"total", 3}});
    account.answer(offers_line("A") + "&offset=1", Json{{"offers", {offer("3", "13")}}, {"total", 3}});
    const auto page = fetched(account);
    EXPECT_EQ(Json::parse(page.items[0].payload)["offers"].size(), 3U);
}

TEST(EbayCatalog, TradingErrorsInsideASuccess) {
    const auto failing = [](const char* code, const char* classification) {
        return std::string{R"(<GetMyeBaySellingResponse><Ack>Failure</Ack><Errors><ShortMessage>s</ShortMessage>)"} +
               "<LongMessage>Long words.</LongMessage><ErrorCode>" + code +
               "</ErrorCode><SeverityCode>Error</SeverityCode><ErrorClassification>" + classification +
               "</ErrorClassification></Errors></GetMyeBaySellingResponse>";
    };
    struct Row {
        std::string body;
        ErrorKind kind;
        const char* code;
    };
    for (const Row& row : {Row{failing("518", "RequestError"), ErrorKind::rate_limited, "ebay_throttled"},
                           Row{failing("10007", "SystemError"), ErrorKind::unavailable, "ebay_trading_error"},
                           Row{failing("37", "RequestError"), ErrorKind::rejected, "ebay_trading_refused"},
                           Row{"<html></html>", ErrorKind::unavailable, "ebay_bad_answer"},
                           Row{"no xml", ErrorKind::unavailable, "ebay_bad_answer"}}) {
        const auto read = parse_active_listings(row.body);
        ASSERT_FALSE(read) << row.body;
        EXPECT_EQ(read.error().kind, row.kind) << row.body;
        EXPECT_EQ(read.error().code, row.code) << row.body;
    }
    // A token that is refused inside a 200 is renewed once.
    Account account;
    account.token();
    account.answer(items_line(0), items({}, 0));
    account.answer("POST /ws/api.dll", 200, long_list({"230|1000|-"}));
    account.answer("POST /ws/api.dll", 200, failing("21917053", "RequestError"));
    account.token("user-2");
    account.answer("POST /ws/api.dll", 200, selling({"230"}), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "X-EBAY-API-IAF-TOKEN"), "user-2");
    });
    EXPECT_EQ(ids_of(fetched(account)), "230");
}

TEST(EbayCatalog, ASellerWhoIsRefusedTheLongListHasListingsAllTheSame) {
    Account account;
    account.token();
    account.answer(items_line(0), items({}, 0));
    account.answer("POST /ws/api.dll", 200,
                   "<GetSellerListResponse><Ack>Failure</Ack><Errors><LongMessage>Not for you.</LongMessage>"
                   "<ErrorCode>10000</ErrorCode><SeverityCode>Error</SeverityCode>"
                   "<ErrorClassification>RequestError</ErrorClassification></Errors></GetSellerListResponse>");
    account.answer("POST /ws/api.dll", 200, selling({"230"}));
    account.answer("POST /ws/api.dll", 200,
                   "<GetItemResponse><Ack>Failure</Ack><Errors><LongMessage>Not for you.</LongMessage>"
                   "<ErrorCode>17</ErrorCode><SeverityCode>Error</SeverityCode>"
                   "<ErrorClassification>RequestError</ErrorClassification></Errors></GetItemResponse>");
    const auto page = fetched(account);
    EXPECT_EQ(ids_of(page), "230");
    EXPECT_NE(mapped(page.items[0].payload).find(R"("condition":null,"condition_id":null,"gtins":[])"),
              std::string::npos);
}

TEST(EbayCatalog, VariationsHaveNumbersOfTheirOwn) {
    Account account;
    account.token();
    account.answer(items_line(0), items({}, 0));
    const std::string variations =
        "<Variations><Variation><SKU>TEE-L</SKU><VariationSpecifics><NameValueList><Name>Size</Name><Value>L</Value>"
        "</NameValueList></VariationSpecifics><VariationProductListingDetails><EAN>4006381333931</EAN>"
        "</VariationProductListingDetails></Variation><Variation><VariationSpecifics><NameValueList><Name>Size</Name>"
        "<Value>M</Value></NameValueList></VariationSpecifics><VariationProductListingDetails><UPC>Does not apply</UPC>"
        "</VariationProductListingDetails></Variation></Variations>";
    account.answer("POST /ws/api.dll", 200,
                   "<GetSellerListResponse><Ack>Success</Ack><ItemArray><Item><ItemID>230</ItemID><ConditionID>1000"
                   "</ConditionID>" +
                       variations + "</Item></ItemArray></GetSellerListResponse>");
    std::string sold = selling({"230"});
    sold.insert(sold.find("</Item>"), variations);
    account.answer("POST /ws/api.dll", 200, sold);
    const auto page = fetched(account);
    ASSERT_EQ(ids_of(page), "230:TEE-L 230:Size=M");
    EXPECT_NE(mapped(page.items[0].payload).find("barcode 4006381333931"), std::string::npos);
    EXPECT_NE(mapped(page.items[1].payload).find("barcode -"), std::string::npos);
    for (const RawItem& one : page.items)
        EXPECT_NE(mapped(one.payload).find(R"("condition":"NEW","condition_id":1000)"), std::string::npos);
}

TEST(EbayCatalog, ForbiddenRightAfterExpiryIsRenewedOnce) {
    Account account(R"({"trading_listings":false})");
    account.token();
    account.answer(items_line(0), 403, errors(1100, "Access denied"));
    account.token("user-2");
    account.answer(items_line(0), items({}, 0));
    EXPECT_EQ(ids_of(fetched(account)), "");
}

TEST(EbayCatalog, ForeignCursorStartsTheWalkOver) {
    Account account;
    for (const char* cursor : {"x", "c1 a i 1 1", "c2 a i 1 1 1", "c2 a x 1 1 1 1 0", "c2 a i -1 1 1 1 0"}) {
        const auto page = account.connector().catalog_source()->fetch_items({}, cursor);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().code, "cursor_refused");
    }
}

TEST(EbayLocations, AllPagesByRecords) {
    const auto file = published_json("examples/inventory.json");
    if (!file) GTEST_SKIP() << "eBay's examples are not here";
    Account account;
    account.token();
    Json first = (*file)["cases"][4]["response"];
    first["total"] = 2;
    account.answer("GET /sell/inventory/v1/location?limit=100&offset=0", first);
    account.answer(
        "GET /sell/inventory/v1/location?limit=100&offset=1",
        Json{{"locations", {{{"merchantLocationKey", "old"}, {"merchantLocationStatus", "DISABLED"}}}}, {"total", 2}});
    const auto locations = account.connector().catalog_source()->fetch_locations();
    ASSERT_TRUE(locations);
    EXPECT_EQ(*locations,
              (std::vector<domain::Location>{{"dallas-1", "Dallas warehouse", true}, {"old", "old", false}}));
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
