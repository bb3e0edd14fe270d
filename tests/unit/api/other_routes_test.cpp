// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "store/channel_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

// ---- refunds

TEST(Refunds, HaveEveryFieldOfTheContract) {
    Hub hub;
    const auto id = hub.add_refund(hub.shop_us, sample_refund("r-1"));
    const auto answer = hub.get("/api/v1/refunds?channel=shop-us");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    const auto refund = answer.json().at(0);
    for (const char* name : {"id",
                             "provider",
                             "external_order_id",
                             "external_refund_id",
                             "occurred_at",
                             "amount",
                             "currency",
                             "subtotal_amount",
                             "shipping_amount",
                             "tax_amount",
                             "discount_amount",
                             "total_amount",
                             "line_items_count",
                             "items_total_quantity",
                             "payment_status",
                             "payment_method",
                             "reason_code",
                             "notes",
                             "line_items",
                             "raw_payload",
                             "imported_to_erp",
                             "imported_at"})
        EXPECT_TRUE(refund.contains(name)) << name;
    for (const char* name :
         {"external_line_id", "sku", "title", "variant_sku", "quantity", "currency", "unit_refund", "total_refund",
          "tax_amount", "discount_amount", "shipping_amount", "reason_code", "notes"})
        EXPECT_TRUE(refund.at("line_items")[0].contains(name)) << name;
    EXPECT_EQ(refund.at("id"), id);
    EXPECT_EQ(refund.at("amount"), 10.5);
    EXPECT_TRUE(refund.at("tax_amount").is_null());
    EXPECT_EQ(refund.at("raw_payload"), json::parse(R"({"raw":2})"));
}

TEST(Refunds, NeedAChannel) {
    Hub hub;
    for (const char* query : {"", "?channel=", "?limit=5"}) {
        const auto answer = hub.get("/api/v1/refunds" + std::string{query});
        EXPECT_EQ(answer.status(), 422);
        EXPECT_EQ(answer.raw.body, R"({"error":"channel is required"})");
    }
    EXPECT_EQ(hub.get("/api/v1/refunds?channel=nope").raw.body, R"({"error":"channel not found"})");
}

TEST(Refunds, AreSortedBySinceAndNarrowedByImported) {
    Hub hub;
    hub.add_refund(hub.shop_us, sample_refund("late", 20));
    const auto early = hub.add_refund(hub.shop_us, sample_refund("early", 10));
    hub.add_refund(hub.shop_eu, sample_refund("elsewhere", 15));
    const auto all = hub.get("/api/v1/refunds?channel=shop-us").json();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].at("external_refund_id"), "early");
    EXPECT_EQ(hub.get("/api/v1/refunds?channel=shop-us&since=2026-11-20T10:20:00Z").json().size(), 1U);
    hub.post_json("/api/v1/refunds/ack", json{{"ids", {early}}});
    const auto waiting = hub.get("/api/v1/refunds?channel=shop-us&imported=false").json();
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].at("external_refund_id"), "late");
    EXPECT_TRUE(hub.get("/api/v1/refunds?channel=shop-us&raw=0").json()[0].at("raw_payload").is_null());
}

// ---- skus

TEST(Skus, HaveEveryFieldOfTheContract) {
    Hub hub;
    const auto id = hub.add_item(hub.shop_us, sample_item("1", "ABC"));
    const auto answer = hub.get("/api/v1/skus");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    const auto body = answer.json();
    EXPECT_EQ(body.at("total"), 1);
    EXPECT_EQ(body.at("limit"), 100);
    EXPECT_EQ(body.at("offset"), 0);
    const auto& item = body.at("items").at(0);
    for (const char* name :
         {"channel", "provider", "id", "sku", "title", "channel_product_id", "channel_variant_id", "currency", "price",
          "barcode", "status", "active", "updated_at_remote", "external_ids", "attrs", "raw_payload"})
        EXPECT_TRUE(item.contains(name)) << name;
    EXPECT_EQ(item.at("id"), id.value);
    EXPECT_EQ(item.at("channel"), "shop-us");
    EXPECT_EQ(item.at("active"), true);
    EXPECT_EQ(item.at("attrs").at("inventory_item_id"), 999);
    EXPECT_EQ(item.at("raw_payload").at("sku"), "raw");
}

TEST(Skus, AreFilteredAndPaged) {
    Hub hub;
    for (int i = 0; i < 7; ++i) hub.add_item(hub.shop_us, sample_item(std::to_string(i), "S" + std::to_string(i)));
    auto archived = sample_item("9", "OLD");
    archived.status = domain::ItemStatus::archived;
    archived.updated_at_remote = *parse_iso8601("2026-11-20T11:00:00Z", ZoneRule::utc);
    hub.add_item(hub.shop_us, archived);
    hub.add_item(hub.shop_eu, sample_item("10", "EU"));
    hub.add_item(hub.others_shop, sample_item("11", "THEIRS"));
    const struct {
        const char* query;
        int total;
        std::size_t items;
    } rows[] = {{"", 8, 8},
                {"?status=", 8, 8},
                {"?status=all", 9, 9},
                {"?status=archived", 1, 1},
                {"?status=ACTIVE", 8, 8},
                {"?channel=shop-us", 7, 7},
                {"?channel=shop-us&limit=3", 7, 3},
                {"?channel=shop-us&limit=3&offset=6", 7, 1},
                {"?offset=1000000000", 8, 0},
                {"?offset=99999999999999999999", 8, 0},
                {"?offset=", 8, 8},
                {"?limit=1000", 8, 8},
                {"?status=all&since=2026-11-20T10:00:00Z", 1, 1},
                {"?channel=wm-us", 0, 0}};
    for (const auto& row : rows) {
        const auto answer = hub.get("/api/v1/skus" + std::string{row.query});
        ASSERT_EQ(answer.status(), 200) << row.query << answer.raw.body;
        EXPECT_EQ(answer.json().at("total"), row.total) << row.query;
        EXPECT_EQ(answer.json().at("items").size(), row.items) << row.query;
        EXPECT_TRUE(answer.header("X-Next-Cursor")) << row.query;
    }
    EXPECT_EQ(hub.get("/api/v1/skus?limit=1000").json().at("limit"), 500);
    EXPECT_EQ(hub.get("/api/v1/skus?limit=3&offset=6").json().at("offset"), 6);
    for (const char* query : {"?offset=-1", "?offset=x", "?status=sold", "?offset=1&offset=2"})
        EXPECT_EQ(hub.get("/api/v1/skus" + std::string{query}).status(), 422) << query;
    EXPECT_NE(hub.get("/api/v1/skus?status=sold").error().find("valid are all, active"), std::string::npos);
}

// ---- carrier codes

TEST(CarrierCodes, AreListedByProviderOnceEach) {
    Hub hub;
    EXPECT_EQ(hub.get("/api/v1/carrier_codes").json().at("carrier_codes").size(), 4U)
        << "UPS of two Shopify channels is one";
    const auto walmart = hub.get("/api/v1/carrier_codes?provider=walmart");
    EXPECT_EQ(
        walmart.raw.body,
        R"({"carrier_codes":[{"provider":"walmart","code":"USPS","display_name":"United States Postal Service"}]})");
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?channel=wm-us").raw.body, walmart.raw.body);
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?channel=wm-us&provider=Walmart").raw.body, walmart.raw.body);
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?provider=ebay").raw.body, R"({"carrier_codes":[]})");
    EXPECT_EQ(hub.get("/api/v1/carrier_codes", hub.other_key_).json().at("carrier_codes").size(), 1U);
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?channel=nope").status(), 404);
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?provider=etsy").status(), 422);
    EXPECT_NE(hub.get("/api/v1/carrier_codes?provider=etsy").error().find("valid are shopify, amazon"),
              std::string::npos);
    EXPECT_EQ(hub.get("/api/v1/carrier_codes?channel=wm-us&provider=shopify").error(),
              "channel wm-us is a walmart channel, not a shopify one");
}

// ---- health

TEST(Health, WithoutAKeyIsExactlyTheContracts) {
    Hub hub;
    hub.health.findings.push_back(
        {"error", hub.acme, "shop-us", "token_refused", "The shop refused the token", "Create a new token"});
    EXPECT_EQ(hub.get("/api/v1/health", "").raw.body, R"({"status":"ok","time":"2026-11-20T12:00:00Z"})");
    EXPECT_EQ(hub.get("/api/v1/health", "nonsense").raw.body, R"({"status":"ok","time":"2026-11-20T12:00:00Z"})");
}

TEST(Health, WithAKeyTellsWhatIsWrongInItsAccountAlone) {
    Hub hub;
    hub.health.findings = {
        {"error", hub.acme, "shop-us", "token_refused", "The shop refused the token", "Create a new token"},
        {"warning", hub.other, "shop-us", "late", "Orders are late", "Wait"},
        {"warning", std::nullopt, "", "disk_low", "The disk is nearly full", "Free space"}};
    hub.db->write([&](db::Session& session) {
        store::ChannelRepo(session).set_state(hub.shop_us.id, store::ChannelState::stopped, "token_refused", "why",
                                              hub.clock.now());
    });
    const auto body = hub.get("/api/v1/health").json();
    EXPECT_EQ(body.at("status"), "ok");
    EXPECT_EQ(body.at("version"), "1.2.3");
    ASSERT_EQ(body.at("details").size(), 2U);
    EXPECT_EQ(body.at("details")[0], json::parse(R"({"severity":"error","channel":"shop-us","code":"token_refused",
        "message":"The shop refused the token","next_step":"Create a new token"})"));
    EXPECT_TRUE(body.at("details")[1].at("channel").is_null());
    ASSERT_EQ(body.at("channels").size(), 5U);
    EXPECT_EQ(body.at("channels")[0].at("code"), "shop-us");
    EXPECT_EQ(body.at("channels")[0].at("state"), "stopped");
    EXPECT_EQ(body.at("channels")[0].at("state_code"), "token_refused");
    EXPECT_EQ(hub.get("/api/v1/health", hub.other_key_).json().at("channels").size(), 2U);
}

TEST(Health, TellsWhenTheDatabaseWasCheckedAndWhatWasFound) {
    Hub hub;
    EXPECT_EQ(hub.get("/api/v1/health").json().at("database_check"), json::parse(R"({"at":null})"));
    hub.health.database_check = DatabaseCheckReport{hub.clock.now(), std::chrono::milliseconds{1234}, false};
    EXPECT_EQ(hub.get("/api/v1/health").json().at("database_check"),
              json::parse(R"({"at":"2026-11-20T12:00:00Z","took_ms":1234,"sound":false})"));
}

TEST(Health, TellsOfTheCertificate) {
    Hub hub;
    EXPECT_EQ(hub.get("/api/v1/health").json().at("certificate"), json::parse(R"({"not_after":null})"));
    hub.health.certificate = CertificateReport{hub.clock.now() + std::chrono::hours{24 * 10}, 10, {"hub.example.com", "127.0.0.1"}, std::nullopt};
    EXPECT_EQ(hub.get("/api/v1/health").json().at("certificate"),
              json::parse(R"({"not_after":"2026-11-30T12:00:00Z","days_left":10,"names":["hub.example.com","127.0.0.1"],"problem":null})"));
}

TEST(Health, SaysWhenTrafficShouldGoElsewhere) {
    Hub hub;
    EXPECT_EQ(hub.get("/readyz", "").status(), 200);
    hub.health.ready = false;
    EXPECT_EQ(hub.get("/api/v1/health", "").status(), 503);
    EXPECT_EQ(hub.get("/api/v1/health", "").json().at("status"), "unavailable");
    EXPECT_EQ(hub.get("/readyz", "").status(), 503);
    EXPECT_EQ(hub.get("/healthz", "").status(), 200) << "the process lives";
}

// ---- the rest

TEST(Metrics, AreForThisMachineOrAKeyWithTheScope) {
    Hub hub;
    const auto from = [&](const char* address, const std::string& key) {
        http::Request request;
        request.method = "GET";
        request.path = "/metrics";
        request.remote_address = address;
        if (!key.empty()) request.headers.emplace_back("x-api-key", key);
        return hub.send(std::move(request));
    };
    for (const char* local : {"127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"})
        EXPECT_EQ(from(local, "").status(), 200) << local;
    for (const char* remote : {"192.168.1.20", "128.0.0.1", "::2", "1127.0.0.1"})
        EXPECT_EQ(from(remote, "").status(), 401) << remote;
    EXPECT_EQ(from("192.168.1.20", hub.key_).status(), 403);
    const auto answer = from("192.168.1.20", hub.make_key(hub.acme, "metrics:read"));
    EXPECT_EQ(answer.raw.body, "crossdock_up 1\n");
    EXPECT_EQ(answer.raw.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Hooks, ArePassedOnWithoutAKey) {
    Hub hub;
    const auto answer = hub.post("/hooks/shop-us", "{}", "");
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.raw.body, "shop-us");
    EXPECT_EQ(hub.get("/hooks/shop-us", "").raw.body, "shop-us") << "some providers ask first whether somebody is at home";
}

TEST(Errors, OfTheRouterSpeakAsTheSurfaceDoes) {
    Hub hub;
    const auto unknown = hub.get("/api/v1/nothing");
    EXPECT_EQ(unknown.status(), 404);
    EXPECT_TRUE(unknown.json().at("error").is_string());
    const auto method = hub.get("/api/v1/orders/ack");
    EXPECT_EQ(method.status(), 405) << "not an order by the id of ack";
    EXPECT_EQ(method.header("Allow"), "POST, OPTIONS");
    const auto wrong = hub.post("/api/v1/orders", "{}");
    EXPECT_EQ(wrong.status(), 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_TRUE(wrong.json().at("error").is_string());
    const auto text = hub.post("/healthz", "{}", "");
    EXPECT_EQ(text.status(), 405);
    EXPECT_EQ(text.raw.content_type, "text/plain; charset=utf-8");
}

// ---- when the database cannot

struct FailureCase {
    const char* name;
    db::Failure::Kind kind;
    const char* sentence;
};
class DatabaseFailure : public ::testing::TestWithParam<FailureCase> {};

TEST_P(DatabaseFailure, Is503WithAPlainSentence) {
    Hub hub;
    hub.context->stock_settings = [](const store::Channel&) -> services::StockSettings {
        throw db::Failure(GetParam().kind, "SQLITE: /var/lib/secret/path.db");
    };
    const auto answer = hub.post("/api/v1/inventory_updates", R"({"channel":"shop-us","items":[]})");
    EXPECT_EQ(answer.status(), 503);
    EXPECT_EQ(answer.header("Retry-After"), "5");
    EXPECT_NE(answer.error().find(GetParam().sentence), std::string::npos) << answer.error();
    EXPECT_EQ(answer.raw.body.find("SQLITE"), std::string::npos);
    EXPECT_EQ(hub.noted_failures, std::vector<std::string>{"SQLITE: /var/lib/secret/path.db"});
    EXPECT_EQ(hub.woken, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, DatabaseFailure,
                         ::testing::Values(FailureCase{"Busy", db::Failure::Kind::busy, "busy"},
                                           FailureCase{"Full", db::Failure::Kind::full, "the disk is full"},
                                           FailureCase{"Io", db::Failure::Kind::io, "the disk failed"},
                                           FailureCase{"Unknown", db::Failure::Kind::unknown, "it is not known"},
                                           FailureCase{"Closed", db::Failure::Kind::closed, "stopping"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(DatabaseFailures, ThatAreBugsStayBugs) {
    Hub hub;
    hub.context->stock_settings = [](const store::Channel&) -> services::StockSettings {
        throw db::Failure(db::Failure::Kind::constraint, "CHECK failed: secret");
    };
    http::Request request;
    request.method = "POST";
    request.path = "/api/v1/inventory_updates";
    request.body = R"({"channel":"shop-us","items":[]})";
    request.headers.emplace_back("x-api-key", hub.key_);
    request.request_id = "0123456789abcdef";
    std::string logged;
    const auto response =
        hub.router.dispatch(request, [&](const http::Request&, const std::string& what) { logged = what; });
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(logged, "CHECK failed: secret");
    EXPECT_EQ(response.body.find("CHECK"), std::string::npos);
    EXPECT_NE(response.body.find("0123456789abcdef"), std::string::npos);
}

TEST(DatabaseFailures, AClosedDatabaseAnswersReadsAndWritesWith503) {
    Hub hub;
    ASSERT_EQ(hub.get("/api/v1/orders").status(), 200);  // the key is remembered
    hub.db->close();
    EXPECT_EQ(hub.get("/api/v1/orders").status(), 503);
    EXPECT_EQ(hub.post("/api/v1/orders/ack", R"({"ids":[1]})").status(), 503);
    EXPECT_EQ(hub.get("/api/v1/health", "").status(), 200) << "a bare health check asks no database";
}

}  // namespace
}  // namespace crossdock::api::testing
