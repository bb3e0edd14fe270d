// SPDX-License-Identifier: Apache-2.0
// The listing report, listings and their stock, and the files behind signed URLs.
#include <set>

#include "sandbox/amazon/gzip.h"
#include "sandbox/amazon/listing_report.h"
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr const char* kItems = "/listings/2021-08-01/items/A3SBXDEMO0SELL";

class Catalogue : public SellerTest {
protected:
    std::string report_id(const char* store = kUs) {
        return post("/reports/2021-06-30/reports",
                    {{"reportType", "GET_MERCHANT_LISTINGS_ALL_DATA"}, {"marketplaceIds", {store}}}, 202)["reportId"];
    }
    json report(const std::string& id) { return get("/reports/2021-06-30/reports/" + id); }
    /// Waits for the report and downloads it.
    http::Response download(const char* store = kUs) {
        const std::string id = report_id(store);
        clock.advance(2min);
        const json document = get("/reports/2021-06-30/documents/" + report(id)["reportDocumentId"].get<std::string>());
        return fetch("GET", document["url"]);
    }
    static std::vector<std::vector<std::string>> rows(const std::string& text) {
        std::vector<std::vector<std::string>> out;
        for (const std::string& line : split(text, '\n')) {
            if (!line.empty()) out.push_back(split(line, '\t'));
        }
        return out;
    }
    json patch(const std::string& sku, const json& value, const char* op = "merge", const std::string& query = "") {
        const http::Response response = api(
            "PATCH",
            std::string(kItems) + "/" + percent_encode(sku) + "?marketplaceIds=" + kUs + "&includedData=issues" + query,
            json{{"productType", "PRODUCT"},
                 {"patches", {{{"op", op}, {"path", "/attributes/fulfillment_availability"}, {"value", value}}}}}
                .dump());
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body);
    }
    json listing(const std::string& sku) {
        return get(std::string(kItems) + "/" + percent_encode(sku) + "?marketplaceIds=" + kUs +
                   "&includedData=summaries,attributes,fulfillmentAvailability,offers");
    }
};

TEST_F(Catalogue, AReportIsPolledAndThenFetched) {
    SellerOptions options = quiet();
    options.gzip_reports = false;
    open(options);
    const std::string id = report_id();
    EXPECT_EQ(report(id)["processingStatus"], "IN_QUEUE");
    clock.advance(30s);
    EXPECT_EQ(report(id)["processingStatus"], "IN_PROGRESS");
    EXPECT_FALSE(report(id).contains("reportDocumentId"));
    clock.advance(60s);
    EXPECT_EQ(report(id)["processingStatus"], "DONE");
    const json document = get("/reports/2021-06-30/documents/" + report(id)["reportDocumentId"].get<std::string>());
    EXPECT_FALSE(document.contains("compressionAlgorithm"));
    const http::Response response = fetch("GET", document["url"]);
    ASSERT_EQ(response.status, 200);
    EXPECT_EQ(response.content_type, "text/plain; charset=Cp1252");
    const auto table = rows(response.body);
    ASSERT_EQ(table.size(), 60U);  // the header and all but the one sold in Japan only
    for (const auto& row : table) EXPECT_EQ(row.size(), 29U);
    EXPECT_EQ(table[0][3], "seller-sku");
    EXPECT_EQ(table[2][3], "MUG/RED+XL");
    EXPECT_EQ(table[1][26], "AMAZON_NA");
    EXPECT_EQ(table[1][5], "");  // no quantity where Amazon ships
    EXPECT_EQ(table[2][26], "DEFAULT");
    EXPECT_EQ(table[5][3],
              "Gr\xF6\xDF"
              "e-42");  // Windows-1252
    EXPECT_EQ(table[8][0], "Mug \"World's Best\" 12 oz");
}

TEST_F(Catalogue, UrlsLiveFiveMinutesAndWantNoHeadersOfAmazons) {
    open(quiet());
    const std::string id = report_id();
    clock.advance(2min);
    const std::string document = "/reports/2021-06-30/documents/" + report(id)["reportDocumentId"].get<std::string>();
    const std::string url = get(document)["url"];
    EXPECT_EQ(fetch("GET", url, "", {{"x-amz-access-token", token}}).status, 403);
    EXPECT_EQ(fetch("GET", url, "", {{"authorization", "Bearer x"}}).status, 400);
    EXPECT_EQ(fetch("GET", url + "0").status, 403);
    clock.advance(299s);
    EXPECT_EQ(fetch("GET", url).status, 200);
    clock.advance(1s);
    EXPECT_EQ(fetch("GET", url).status, 403);
    EXPECT_EQ(fetch("GET", get(document)["url"]).status, 200);  // a fresh call, a fresh URL
}

TEST_F(Catalogue, AnEmptyReportIsCancelled) {
    open(quiet());
    seller->set_catalogue_empty(true);
    const std::string id = report_id();
    clock.advance(2min);
    EXPECT_EQ(report(id)["processingStatus"], "CANCELLED");
    seller->set_catalogue_empty(false);
    seller->add_fault({.kind = "report_fatal"});
    const std::string second = report_id();
    clock.advance(2min);
    EXPECT_EQ(report(second)["processingStatus"], "FATAL");
    const json list =
        get("/reports/2021-06-30/"
            "reports?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA&processingStatuses=FATAL,CANCELLED&pageSize=1");
    EXPECT_EQ(list["reports"][0]["reportId"], second);
    const json rest =
        get("/reports/2021-06-30/reports?nextToken=" + percent_encode(list["nextToken"].get<std::string>()));
    EXPECT_EQ(rest["reports"][0]["reportId"], id);
    EXPECT_EQ(api("GET", "/reports/2021-06-30/reports?processingStatuses=FATAL").status, 400);
}

TEST_F(Catalogue, CharactersThatTheSetLacksAreLost) {
    EXPECT_EQ(in_charset("\u65e5\u672c \u2014 \u00fc \u20ac", "Cp1252"), "?? \x97 \xFC \x80");
    // Checked against Python: "コップ あお 日本".encode("cp932").
    EXPECT_EQ(in_charset("\u30b3\u30c3\u30d7 \u3042\u304a \u65e5\u672c", "CP932"),
              "\x83\x52\x83\x62\x83\x76 \x82\xA0\x82\xA8 \x93\xFA\x96\x7B");
    EXPECT_EQ(in_charset("\u30e0", "CP932"), "\x83\x80");  // behind the gap at 0x7F
    SellerOptions options = quiet();
    options.stores = {kJp};
    options.gzip_reports = false;
    open(options);
    const http::Response response = download(kJp);
    EXPECT_EQ(response.content_type, "text/plain; charset=CP932");
    EXPECT_NE(response.body.find("\x93\xFA\x96\x7B-001"), std::string::npos);
}

/// Inflates one block of fixed Huffman codes, bit by bit: slow, short, and written from RFC 1951 alone.
std::string inflated(const std::string& gzip) {
    std::size_t bit = 10 * 8;
    const auto next = [&] { return (static_cast<unsigned char>(gzip.at(bit / 8)) >> (bit % 8)) & 1; };
    const auto bits = [&](int count) {
        unsigned value = 0;
        for (int i = 0; i < count; ++i, ++bit) value |= static_cast<unsigned>(next()) << i;
        return value;
    };
    const auto code = [&](int count, unsigned value = 0) {
        for (int i = 0; i < count; ++i, ++bit) value = value << 1U | static_cast<unsigned>(next());
        return value;
    };
    EXPECT_EQ(bits(3), 3U);
    std::string out;
    constexpr int kBase[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                             31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    constexpr int kFar[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                            193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    for (;;) {
        unsigned symbol = code(7);
        if (symbol <= 0x17) {
            symbol += 256;
        } else {
            symbol = code(1, symbol);
            if (symbol >= 0x30 && symbol <= 0xBF)
                symbol -= 0x30;
            else if (symbol >= 0xC0 && symbol <= 0xC7)
                symbol += 280 - 0xC0;
            else
                symbol = code(1, symbol) - 0x190 + 144;
        }
        if (symbol == 256) return out;
        if (symbol < 256) {
            out += static_cast<char>(symbol);
            continue;
        }
        const unsigned l = symbol - 257;
        const std::size_t length =
            static_cast<std::size_t>(kBase[l]) + bits(l < 8 || l == 28 ? 0 : static_cast<int>(l / 4 - 1));
        const unsigned d = code(5);
        const std::size_t distance = static_cast<std::size_t>(kFar[d]) + bits(d < 4 ? 0 : static_cast<int>(d / 2 - 1));
        for (std::size_t i = 0; i < length; ++i) out += out.at(out.size() - distance);
    }
}

TEST_F(Catalogue, ReportsAreCompressed) {
    for (const std::string& text :
         {std::string(), std::string("a"), std::string(1000, 'x'), std::string("abcabcabcabd\xFF\xE9")})
        EXPECT_EQ(inflated(gzipped(text)), text);
    open(quiet());
    const std::string id = report_id();
    clock.advance(2min);
    const json document = get("/reports/2021-06-30/documents/" + report(id)["reportDocumentId"].get<std::string>());
    EXPECT_EQ(document["compressionAlgorithm"], "GZIP");
    const std::string packed = fetch("GET", document["url"]).body;
    const std::string text = inflated(packed);
    EXPECT_EQ(rows(text).size(), 60U);
    EXPECT_LT(packed.size() * 2, text.size());
}

TEST_F(Catalogue, APatchIsAcceptedAtOnceAndInForceLater) {
    open(quiet());
    const std::string sku = "MUG/RED+XL";
    const auto before = seller->stock(sku);
    ASSERT_TRUE(before && before->lead_time_days);
    const json answer = patch(sku, {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", 7}}});
    EXPECT_EQ(answer["status"], "ACCEPTED");
    EXPECT_EQ(answer["issues"].size(), 0U);
    json shown = listing(sku);
    EXPECT_EQ(shown["attributes"]["fulfillment_availability"][0]["quantity"], 7);
    EXPECT_EQ(shown["fulfillmentAvailability"][0]["quantity"], before->quantity);
    clock.advance(3min);
    shown = listing(sku);
    EXPECT_EQ(shown["fulfillmentAvailability"][0]["quantity"], 7);
    EXPECT_EQ(seller->stock(sku)->lead_time_days, before->lead_time_days);  // merge keeps the handling time
    patch(sku, {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", 8}}}, "replace");
    clock.advance(3min);
    EXPECT_EQ(seller->stock(sku)->quantity, 8);
    EXPECT_FALSE(seller->stock(sku)->lead_time_days);  // replace wipes it
}

TEST_F(Catalogue, WrongPatchesAreInvalidWithTwoHundred) {
    open(quiet());
    const auto code = [&](const json& value) {
        const json answer = patch("SBX-000019", value);
        EXPECT_EQ(answer["status"], "INVALID");
        return answer["issues"][0]["code"].get<std::string>();
    };
    EXPECT_EQ(code({{{"quantity", 7}}}), "90220");  // the selector is missing
    EXPECT_EQ(code({{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", -1}}}), "99022");
    EXPECT_EQ(code({{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", "7"}}}), "99022");
    EXPECT_EQ(code({{{"fulfillment_channel_code", "WAREHOUSE"}, {"quantity", 7}}}), "90244");
    const auto raw = [&](const json& body, const std::string& sku = "SBX-000019") {
        return api("PATCH", std::string(kItems) + "/" + sku + "?marketplaceIds=" + kUs, body.dump());
    };
    const json value = {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", 7}}};
    const auto body_with = [&](const char* path) {
        return json{{"productType", "PRODUCT"}, {"patches", {{{"op", "merge"}, {"path", path}, {"value", value}}}}};
    };
    EXPECT_EQ(json::parse(raw(body_with("/attributes/fulfillmentAvailability")).body)["issues"][0]["code"], "90000900");
    EXPECT_EQ(json::parse(raw(body_with("/attributes/fulfillment_availability/0/quantity")).body)["status"], "INVALID");
    EXPECT_EQ(raw({{"productType", "PRODUCT"}, {"patches", {{"op", "merge"}}}}).status, 400);  // not an array
    EXPECT_EQ(raw(body_with("/attributes/fulfillment_availability"), "NO-SUCH").status, 404);
    EXPECT_EQ(
        api("PATCH", std::string("/listings/2021-08-01/items/OTHER/SBX-000019?marketplaceIds=") + kUs, "{}").status,
        403);
    clock.advance(1h);
    EXPECT_NE(seller->stock("SBX-000019")->quantity, 7);
}

TEST_F(Catalogue, APreviewChangesNothingAndSomePatchesNeverArrive) {
    open(quiet());
    const json value = {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", 7}}};
    EXPECT_EQ(patch("SBX-000019", value, "merge", "&mode=VALIDATION_PREVIEW")["status"], "VALID");
    clock.advance(1h);
    const auto before = seller->stock("SBX-000019")->quantity;
    ASSERT_NE(before, 7);
    seller->add_fault({.kind = "patch_ignored"});
    EXPECT_EQ(patch("SBX-000019", value)["status"], "ACCEPTED");
    clock.advance(1h);
    EXPECT_EQ(seller->stock("SBX-000019")->quantity, before);
    EXPECT_EQ(seller->stock("SBX-000019")->sent, 7);
}

TEST_F(Catalogue, AQuantityForAnItemThatAmazonShipsComesBesideItsOwn) {
    open(quiet());
    EXPECT_EQ(patch("SBX-000021", {{{"fulfillment_channel_code", "DEFAULT"}, {"quantity", 7}}})["status"], "ACCEPTED");
    clock.advance(3min);
    EXPECT_EQ(seller->stock("SBX-000021")->channels, (std::vector<std::string>{"AMAZON_NA", "DEFAULT"}));
    EXPECT_EQ(seller->counters().second_channels, 1);
}

TEST_F(Catalogue, SearchesPageAndEndAtAThousand) {
    SellerOptions options = quiet();
    options.items = 1200;
    open(options);
    std::set<std::string> skus;
    std::string next;
    int pages = 0;
    std::int64_t total = 0;
    do {
        const json page =
            get(std::string(kItems) + "?marketplaceIds=" + kUs + "&sortBy=lastUpdatedDate&sortOrder=ASC&pageSize=20" +
                (next.empty() ? "" : "&pageToken=" + percent_encode(next)));
        for (const json& item : page["items"]) skus.insert(item["sku"].get<std::string>());
        total = page["numberOfResults"];
        next = page.contains("pagination") ? page["pagination"].value("nextToken", "") : "";
        ++pages;
    } while (!next.empty());
    EXPECT_EQ(total, 1199);
    EXPECT_EQ(skus.size(), 1000U);
    EXPECT_EQ(pages, 50);
    const json found = get(std::string(kItems) + "?marketplaceIds=" + kUs +
                           "&identifiersType=SKU&identifiers=SBX-000019,MUG%2FRED%2BXL");
    EXPECT_EQ(found["numberOfResults"], 2);
}

TEST_F(Catalogue, AsinsAndSkusAreUnique) {
    SellerOptions options = quiet();
    options.items = 20'000;
    options.gzip_reports = false;
    open(options);
    std::set<std::string> skus, asins;
    const auto table = rows(download().body);
    for (const auto& row : table) {
        skus.insert(row[3]);
        asins.insert(row[16]);
    }
    EXPECT_EQ(skus.size(), table.size());
    EXPECT_EQ(asins.size(), table.size());
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
