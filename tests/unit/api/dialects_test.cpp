// SPDX-License-Identifier: Apache-2.0
// Keys with a dialect: what they send and get, and that nobody else notices.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>

#include "dialect/dialect.h"
#include "services/fba_jobs.h"
#include "services/record_fba.h"
#include "store/api_key_repo.h"
#include "store/fba_repo.h"
#include "unit/api/hub.h"
#include "unit/dialect/independent_readers.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using namespace crossdock::testing_support;

struct DialectHub : Hub {
    std::string key_with(const std::string& settings, const std::string& scopes = "erp", const std::string& plan = "") {
        const std::string text = make_key(acme, scopes, {}, plan);
        set_dialect(text, dialect::to_text(*dialect::read_dialect(settings)));
        return text;
    }
    void set_dialect(const std::string& key, const std::string& dialect) {
        db->write([&](db::Session& session) {
            store::ApiKeyRepo repo(session);
            repo.set_dialect(repo.find(crypto::parse_api_key(key)->id)->id, dialect);
        });
        keys->invalidate();
    }
    Answer form(const std::string& path, const std::string& body, const std::string& key,
                const std::string& idempotency_key = "",
                const std::string& type = "application/x-www-form-urlencoded") {
        http::Request request;
        request.method = "POST";
        request.path = path;
        request.body = body;
        request.headers = {{"x-api-key", key}, {"content-type", type}};
        if (!idempotency_key.empty()) request.headers.emplace_back("idempotency-key", idempotency_key);
        return send(std::move(request));
    }
};

std::string text_of(const Answer& answer) { return decode(answer.raw.body, answer.raw.content_type); }

TEST(KeysWithoutDialect, NoticeNothing) {
    DialectHub hub;
    hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto plain = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z");
    hub.key_with("foxpro");
    const auto asked = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z&format=csv");
    EXPECT_EQ(asked.raw.content_type, "application/json");
    EXPECT_EQ(asked.raw.body, plain.raw.body);
    EXPECT_NE(asked.header("Warning").value_or("").find("format"), std::string::npos);
    EXPECT_EQ(plain.header("Warning"), std::nullopt);
    const auto form = hub.form("/api/v1/orders/ack", "ids[]=1", hub.key_);
    EXPECT_EQ(form.status(), 415);
    EXPECT_EQ(form.error(),
              "Content-Type application/x-www-form-urlencoded is not accepted; send Content-Type: application/json");
}

TEST(CsvKeys, GetRowsByLineAndTheNextCursor) {
    DialectHub hub;
    auto order = sample_order("o-1");
    order.notes = "ring \"twice\"\nthen wait";
    const auto id = hub.add_order(hub.shop_us, order);
    const std::string key = hub.key_with("format=csv");
    const auto answer = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z", key);
    ASSERT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.raw.content_type, "text/csv; charset=utf-8; header=present");
    const auto rows = read_csv_rows(answer.raw.body);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].at("id"), std::to_string(id.value));
    EXPECT_EQ(rows[1].at("notes"), order.notes);
    EXPECT_EQ(rows[1].at("total_amount"), "58.73");
    EXPECT_EQ(rows[1].at("line_number"), "2");
    EXPECT_EQ(rows[1].at("line_sku"), "SKU-2");
    EXPECT_EQ(rows[1].at("line_quantity"), "2");
    EXPECT_EQ(rows[1].at("imported_to_erp"), "false");
    const auto cursor = answer.header("X-Next-Cursor");
    ASSERT_TRUE(cursor);
    const auto next = hub.get("/api/v1/orders?cursor=" + *cursor, key);
    EXPECT_EQ(read_csv(next.raw.body).size(), 1U) << "the header alone";

    const auto as_xml = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z&format=XML", key);
    EXPECT_EQ(as_xml.raw.content_type, "application/xml; charset=utf-8");
    EXPECT_EQ(read_xml_rows(as_xml.raw.body).at(0).at("notes"), *order.notes);
    EXPECT_EQ(as_xml.header("Warning"), std::nullopt);
    const auto wrong = hub.get("/api/v1/orders?format=pdf", key);
    EXPECT_EQ(wrong.status(), 422);
    EXPECT_EQ(wrong.raw.body, "error\r\n\"format \"\"pdf\"\" is not known; valid are json, csv, xml\"\r\n");
}

TEST(CsvKeys, GetEveryOtherAnswerAsATable) {
    DialectHub hub;
    const auto id = hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto item = hub.add_item(hub.shop_us, sample_item("1", "A"));
    const std::string key = hub.key_with("format=csv");
    const auto skus = hub.get("/api/v1/skus", key);
    EXPECT_EQ(skus.header("X-Total-Count"), "1");
    EXPECT_EQ(read_csv_rows(skus.raw.body).at(0).at("attrs"), R"({"inventory_item_id":999})");
    const auto carriers = hub.get("/api/v1/carrier_codes?channel=wm-us", key);
    EXPECT_EQ(carriers.raw.body, "provider,code,display_name\r\nwalmart,USPS,United States Postal Service\r\n");
    const auto one = hub.get("/api/v1/orders/" + std::to_string(id.value), key);
    const auto rows = read_csv_rows(one.raw.body);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_TRUE(rows[0].contains("remote_missing_at"));

    const auto stock = hub.form(
        "/api/v1/inventory_updates",
        "channel=shop-us&items[0][item_master_id]=" + std::to_string(item.value) + "&items[0][quantity]=7", key);
    ASSERT_EQ(stock.status(), 201) << stock.raw.body;
    const auto created = read_csv(stock.raw.body);
    ASSERT_EQ(created.size(), 2U);
    EXPECT_EQ(created[0][0], "created_ids");
    const auto state = hub.get("/api/v1/inventory_updates/" + *created[1][0], key);
    EXPECT_EQ(read_csv_rows(state.raw.body).at(0).at("quantity"), "7");
    EXPECT_EQ(hub.form("/api/v1/orders/ack", "ids=" + std::to_string(id.value), key).raw.body, "updated\r\n1\r\n");
    EXPECT_EQ(hub.get("/api/v1/orders/999", key).raw.body, "error\r\norder not found\r\n");
}

TEST(FbaLists, AreSpokenInDialectsToo) {
    DialectHub hub;
    const std::string uuid = hub.random.uuid();
    hub.db->write([&](db::Session& session) {
        domain::FbaShipment facts;
        facts.shipment_id = "FBA1";
        facts.shipment_status = "WORKING";
        facts.box_contents_source = "FEED";
        const auto recorded =
            services::record_fba_shipment(session, hub.amz_na, {"FBA1", R"({"x":1})", facts, uuid}, hub.clock.now());
        store::FbaRepo repo(session);
        repo.stage_items(recorded->id, 1,
                         {{"a", R"({"SellerSKU":"A","QuantityShipped":3,"PrepDetailsList":[{"P":1}]})"}});
        services::show_fba_items(session, *repo.get(recorded->id), hub.clock.now());
    });
    const std::string key = hub.key_with("format=csv");
    const auto rows = read_csv_rows(hub.get("/api/v1/fba_inbound_shipments", key).raw.body);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].at("item_SellerSKU"), "A");
    EXPECT_EQ(rows[0].at("item_PrepDetailsList"), R"([{"P":1}])");
    const auto pushed = hub.form("/api/v1/fba_carton_pushes",
                                 "channel=amz-na&fba_inbound_shipment_id=" + uuid +
                                     "&items[0][sku]=A&items[0][quantity_shipped]=3&items[0][quantity_in_case]=1",
                                 key);
    ASSERT_EQ(pushed.status(), 201) << pushed.raw.body;
    const auto carton = read_csv_rows(pushed.raw.body).at(0);
    EXPECT_EQ(carton.at("item_quantity_shipped"), "3");
    const std::string xml = hub.key_with("format=xml,max-page-bytes=1024");
    const auto one = hub.get("/api/v1/fba_carton_pushes/" + *carton.at("id"), xml);
    EXPECT_NE(one.raw.body.find("<items><item><sku>A</sku>"), std::string::npos) << one.raw.body;
    EXPECT_EQ(read_xml_rows(hub.get("/api/v1/fba_carton_pushes", xml).raw.body).size(), 1U);
    EXPECT_EQ(read_xml_rows(hub.get("/api/v1/fba_inbound_shipments", xml).raw.body).size(), 1U);
    const auto shipment = hub.get("/api/v1/fba_inbound_shipments/" + uuid, xml);
    EXPECT_TRUE(shipment.raw.body.find("<shipment xmlns") != std::string::npos);
    EXPECT_EQ(shipment.raw.body.find("raw_data"), std::string::npos);
}

TEST(ReadyNames, SpeakToFoxProAndDelphi) {
    DialectHub hub;
    auto order = sample_order("o-1");
    order.buyer_name = "Zoë Łuczak";
    order.last_remote_update_at = *parse_iso8601("2026-11-20T10:00:00.750Z", ZoneRule::utc);
    hub.add_order(hub.shop_us, order, R"({"big":"payload"})");
    const auto foxpro = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z", hub.key_with("foxpro,charset=windows-1252"));
    EXPECT_EQ(foxpro.raw.content_type, "application/json; charset=windows-1252");
    EXPECT_NE(foxpro.raw.body.find("Zo\xEB \\u0141uczak"), std::string::npos);
    const json row = json::parse(text_of(foxpro)).at(0);
    EXPECT_EQ(row.at("buyer_name"), "Zoë Łuczak");
    EXPECT_EQ(row.at("last_remote_update_at"), "2026-11-20T10:00:00Z");
    EXPECT_EQ(row.at("raw_payload"), nullptr);
    const std::string delphi = hub.key_with("delphi");
    const auto ascii = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z&raw=1", delphi);
    EXPECT_EQ(ascii.raw.content_type, "application/json; charset=us-ascii");
    EXPECT_EQ(json::parse(text_of(ascii)).at(0).at("buyer_name"), "Zoë Łuczak");
    EXPECT_EQ(ascii.json().at(0).at("raw_payload"), json::parse(R"({"big":"payload"})")) << "asked for";
}

TEST(Zones, HoldForAnswersAndRequests) {
    DialectHub hub;
    auto early = sample_order("early");
    early.last_remote_update_at = *parse_iso8601("2026-11-20T08:59:00Z", ZoneRule::utc);
    hub.add_order(hub.shop_us, early);
    hub.add_order(hub.shop_us, sample_order("late"));
    const std::string key = hub.key_with("zone=Europe/Berlin");
    const auto answer = hub.get("/api/v1/orders?since=2026-11-20T10:00:00", key);
    const json rows = answer.json();
    ASSERT_EQ(rows.size(), 1U) << "ten o'clock in Berlin is nine in UTC";
    EXPECT_EQ(rows.at(0).at("external_order_id"), "late");
    EXPECT_EQ(rows.at(0).at("last_remote_update_at"), "2026-11-20T11:00:00+01:00");
    EXPECT_EQ(hub.get("/api/v1/orders?since=2026-11-20T08:00:00Z", key).json().size(), 2U);
    // What was read comes back as `since`, its + lost on the way as in every hand-made client.
    EXPECT_EQ(hub.get("/api/v1/orders?since=2026-11-20T11:00:00+01:00", key).json().size(), 1U);

    const auto ship = [&](const std::string& body) { return hub.form("/api/v1/shipments", body, key); };
    const std::string id = std::to_string(rows.at(0).at("id").get<std::int64_t>());
    const auto sent = ship(
        "shipments[0][remote_order_id]=" + id +
        "&shipments[0][carrier]=UPS&shipments[0][tracking_number]=1Z9&shipments[0][ship_date]=2026-11-20T09:00:00");
    ASSERT_EQ(sent.status(), 201) << sent.raw.body;
    const auto state = hub.get("/api/v1/shipments/" + sent.json().at("created_ids").at(0).dump(), key);
    EXPECT_EQ(state.json().at("ship_date"), "2026-11-20T09:00:00+01:00");
    EXPECT_EQ(hub.get("/api/v1/shipments/" + sent.json().at("created_ids").at(0).dump()).json().at("ship_date"),
              "2026-11-20T08:00:00Z");
}

TEST(Zones, ThatThisMachineLacksAreTold) {
    DialectHub hub;
    const std::string key = hub.key_with("no-fraction");
    hub.set_dialect(key, "format=json,zone=Mars/Olympus");
    const auto answer = hub.get("/api/v1/orders", key);
    EXPECT_EQ(answer.status(), 503);
    EXPECT_NE(answer.error().find("Mars/Olympus"), std::string::npos) << answer.error();
    EXPECT_NE(answer.error().find("crossdock key dialect"), std::string::npos) << answer.error();
}

/// All external ids that a walk through the pages brings, in the order in which they came.
std::vector<std::string> walk(DialectHub& hub, const std::string& key, const std::string& first, std::size_t most_bytes,
                              std::size_t& pages) {
    std::vector<std::string> ids;
    std::string query = first;
    for (pages = 0; pages < 500; ++pages) {
        const auto answer = hub.get("/api/v1/orders?" + query, key);
        EXPECT_EQ(answer.status(), 200) << answer.raw.body.substr(0, 300);
        const std::string text = text_of(answer);
        std::vector<std::string> here;
        if (answer.raw.content_type.starts_with("text/csv")) {
            for (const auto& row : read_csv_rows(text))
                if (here.empty() || here.back() != *row.at("external_order_id"))
                    here.push_back(*row.at("external_order_id"));
        } else if (answer.raw.content_type.starts_with("application/xml")) {
            for (const json& row : read_xml_rows(text)) here.push_back(row.at("external_order_id"));
        } else {
            for (const json& row : json::parse(text)) here.push_back(row.at("external_order_id"));
        }
        EXPECT_TRUE(answer.raw.body.size() <= most_bytes || here.size() == 1)
            << answer.raw.body.size() << " bytes with " << here.size() << " orders";
        if (here.empty()) return ids;
        ids.insert(ids.end(), here.begin(), here.end());
        query = "cursor=" + *answer.header("X-Next-Cursor");
    }
    ADD_FAILURE() << "the pages do not end";
    return ids;
}

TEST(SmallPages, LoseNothingAndDoubleNothing) {
    DialectHub hub;
    SeededRandom random(4);
    std::vector<std::string> expected;
    for (int i = 0; i < 80; ++i) {
        // Many of one minute, some larger than a page.
        auto order = sample_order("o-" + std::to_string(i), i / 7);
        order.notes = std::string(random.below(8) == 0 ? 6000 : random.below(900), 'x') + "é\"";
        hub.add_order(hub.shop_us, order);
        expected.push_back(order.external_order_id);
    }
    for (const char* settings : {"no-raw", "format=csv", "format=xml", "foxpro", "charset=ascii,no-raw,no-fraction"})
        for (const char* first : {"cursor=", "since=2026-11-20T00:00:00Z&limit=500", "cursor=&limit=3"}) {
            SCOPED_TRACE(std::string{settings} + " " + first);
            const std::string key = hub.key_with(std::string{settings} + ",max-page-bytes=5000");
            std::size_t pages = 0;
            auto came = walk(hub, key, first, 5000, pages);
            EXPECT_EQ(came, expected) << "in the hub's order, each once";
            EXPECT_GT(pages, 15U);
        }
    // Without the cap nothing is cut.
    std::size_t pages = 0;
    EXPECT_EQ(walk(hub, hub.key_with("format=csv"), "cursor=", 10'000'000, pages).size(), 80U);
    EXPECT_EQ(pages, 1U);
}

TEST(SmallPages, OfSkusAreCutToo) {
    DialectHub hub;
    for (int i = 0; i < 30; ++i) hub.add_item(hub.shop_us, sample_item(std::to_string(i), "S" + std::to_string(i)));
    const std::string key = hub.key_with("no-raw,max-page-bytes=2000");
    std::set<std::string> seen;
    std::string query = "cursor=&status=all";
    for (int pages = 0; pages < 50; ++pages) {
        const auto answer = hub.get("/api/v1/skus?" + query, key);
        EXPECT_LE(answer.raw.body.size(), 2000U);
        const json page = answer.json();
        EXPECT_EQ(page.at("total"), 30);
        if (page.at("items").empty()) break;
        for (const auto& item : page.at("items")) EXPECT_TRUE(seen.insert(item.at("sku")).second);
        query = "status=all&cursor=" + *answer.header("X-Next-Cursor");
    }
    EXPECT_EQ(seen.size(), 30U);
}

TEST(Forms, AreTheSameRequestAsTheirJson) {
    DialectHub hub;
    const std::string id = std::to_string(hub.add_order(hub.shop_us, sample_order("o-1")).value);
    const std::string key = hub.key_with("no-fraction");
    const auto first = hub.form("/api/v1/orders/ack", "ids[]=" + id + "&ids[]=77", key, "ack-1");
    EXPECT_EQ(first.raw.body, R"({"updated":1})");
    const auto twin = hub.form("/api/v1/orders/ack", R"({ "ids": [)" + id + ",77]}", key, "ack-1", "application/json");
    EXPECT_EQ(twin.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(twin.raw.body, first.raw.body);
    // The stored answer is the contract's: another dialect says it in its own words.
    const auto csv = hub.form("/api/v1/orders/ack", "ids=" + id + ",77", hub.key_with("format=csv"), "ack-1");
    EXPECT_EQ(csv.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(csv.raw.body, "updated\r\n1\r\n");
    const auto other = hub.form("/api/v1/orders/ack", "ids=" + id, key, "ack-1");
    EXPECT_EQ(other.status(), 422);
    EXPECT_NE(other.error().find("idempotency_key_reused"), std::string::npos);

    const auto ship = [&](const std::string& body, const std::string& type) {
        return hub.form("/api/v1/shipments", body, key, "", type).raw.body;
    };
    EXPECT_EQ(
        ship("shipments[0][remote_order_id]=" + id +
                 "&shipments[0][carrier]=ups&shipments[0][tracking_number]=0012&shipments[0][line_items][0]"
                 "[external_line_id]=l_1&shipments[0][line_items][0][quantity]=1",
             "application/x-www-form-urlencoded; charset=UTF-8"),
        ship(
            R"({"shipments":[{"remote_order_id":)" + id +
                R"(,"carrier":"ups","tracking_number":"0012","line_items":[{"external_line_id":"l_1","quantity":1}]}]})",
            "application/json"));
}

TEST(Forms, ThatAreWrongAreToldAsTheirJsonWouldBe) {
    DialectHub hub;
    const std::string key = hub.key_with("no-fraction");
    struct Row {
        const char* path;
        const char* body;
        int status;
        const char* error;
    };
    constexpr Row kRows[] = {
        {"/api/v1/orders/ack", "", 422, "ids must be an array of integers"},
        {"/api/v1/orders/ack", "ids[]=x", 422, "ids[0] is not an integer"},
        {"/api/v1/orders/ack", "ids[]=%zz", 400, "hexadecimal"},
        {"/api/v1/orders/ack", R"({"ids":[1]})", 400, "looks like JSON"},
        {"/api/v1/orders/ack", "ids[1]=5", 422, "ids[0] is missing"},
        {"/api/v1/orders/ack", "ids[]=%00", 422, "U+0000"},
        {"/api/v1/inventory_updates", "channel=shop-us&items=1", 422, "items must be an array"},
        {"/api/v1/inventory_updates", "channel=shop-us&items[0][sku]=A&items[0][quantity]=010", 422,
         "items[0].quantity is not a number"},
        {"/api/v1/shipments", "shipments[0][carrier]=UPS", 422, "Tracking number can't be blank"},
    };
    for (const Row& row : kRows) {
        const auto answer = hub.form(row.path, row.body, key);
        EXPECT_EQ(answer.status(), row.status) << row.body;
        EXPECT_NE(answer.error().find(row.error), std::string::npos) << row.body << ": " << answer.error();
    }
    EXPECT_EQ(hub.form("/api/v1/orders/ack", "ids=1", key, "", "text/plain").status(), 415);
    EXPECT_EQ(
        hub.form("/api/v1/orders/ack", "ids=1", key, "", "application/x-www-form-urlencoded; charset=koi8-r").status(),
        415);
}

TEST(Windows1252Bodies, AreReadAsTheySayOrAsTheKeySays) {
    DialectHub hub;
    const std::string id = std::to_string(hub.add_order(hub.shop_us, sample_order("o-1")).value);
    const std::string body = R"({"shipments":[{"remote_order_id":)" + id +
                             ",\"carrier\":\"UPS\",\"tracking_number\":\"T\xE9\",\"service\":\"Gr\xFC\xDF\"}]}";
    EXPECT_EQ(hub.form("/api/v1/shipments", body, hub.key_with("no-fraction"), "", "application/json").status(), 400);
    const std::string key = hub.key_with("charset=windows-1252");
    const auto sent = hub.form("/api/v1/shipments", body, key, "", "application/json");
    ASSERT_EQ(sent.status(), 201) << sent.raw.body;
    const std::string path = "/api/v1/shipments/" + sent.json().at("created_ids").at(0).dump();
    EXPECT_EQ(hub.get(path).json().at("service"), "Grüß");
    EXPECT_NE(hub.get(path, key).raw.body.find("Gr\xFC\xDF"), std::string::npos);
    const auto said =
        hub.form("/api/v1/shipments", body, hub.key_with("no-fraction"), "", "application/json; charset=Windows-1252");
    EXPECT_EQ(said.status(), 201) << said.raw.body;
}

TEST(Errors, ComeInTheDialect) {
    DialectHub hub;
    const std::string xml = hub.key_with("format=xml,charset=windows-1252", "orders:read");
    const auto denied = hub.get("/api/v1/refunds?channel=shop-us", xml);
    EXPECT_EQ(denied.status(), 403);
    EXPECT_EQ(denied.raw.content_type, "application/xml; charset=windows-1252");
    EXPECT_EQ(denied.raw.body,
              "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<errors><error>the API key lacks the scope "
              "refunds:read; it "
              "has: orders:read</error></errors>\n");
    const auto fault = hub.get("/api/v1/orders?limit=x&since=y", xml);
    EXPECT_EQ(fault.status(), 422);
    EXPECT_EQ(fault.raw.body.find("<error>", fault.raw.body.find("<error>") + 1) != std::string::npos, true);
    const auto unknown = hub.get("/api/v1/orders?channel=caf%C3%A9", xml);
    EXPECT_EQ(unknown.status(), 404);
    Plan tiny;
    tiny.burst_per_minute = 1;
    hub.set_plans({{"tiny", tiny}});
    const std::string limited = hub.key_with("format=csv", "erp", "tiny");
    EXPECT_EQ(hub.get("/api/v1/orders", limited).status(), 200);
    const auto late = hub.get("/api/v1/orders", limited);
    EXPECT_EQ(late.status(), 429);
    EXPECT_TRUE(late.raw.body.starts_with("error\r\n"));
    EXPECT_TRUE(late.header("Retry-After"));
}

TEST(V2AndHealth, HaveNoDialects) {
    DialectHub hub;
    const std::string key = hub.key_with("format=csv", "erp keys:admin");
    EXPECT_EQ(hub.get("/api/v1/health", key).json().at("status"), "ok");
    const json keys = hub.get("/v2/keys", key).json();
    EXPECT_EQ(keys.at("data").back().at("dialect"), "format=csv");
    EXPECT_EQ(keys.at("data").front().at("dialect"), nullptr);
}

}  // namespace
}  // namespace crossdock::api::testing
