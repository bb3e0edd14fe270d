// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "services/fba_jobs.h"
#include "services/record_fba.h"
#include "store/carton_repo.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/stream_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

struct FbaHub : Hub {
    /// A shipment as Amazon's header and items make it. No items: it is still pending.
    std::string add_shipment(const store::Channel& channel, const std::string& id,
                             const std::string& status = "WORKING", const std::vector<std::string>& items = {kItem},
                             bool cases = false, std::optional<std::string> contents = "FEED") {
        const std::string uuid = random.uuid();
        db->write([&](db::Session& session) {
            domain::FbaShipment facts;
            facts.shipment_id = id;
            facts.marketplace_id = "ATVPDKIKX0DER";
            facts.shipment_name = "My Shipment";
            facts.destination_fulfillment_center_id = "PHX6";
            facts.label_prep_type = "SELLER_LABEL";
            facts.shipment_status = status;
            facts.are_cases_required = cases;
            facts.box_contents_source = contents;
            const auto recorded = services::record_fba_shipment(
                session, channel, {id, R"({"ShipmentId":")" + id + "\"}", facts, uuid}, clock.now());
            if (items.empty()) return;
            std::vector<store::FbaRepo::Item> staged;
            for (const std::string& item : items) staged.push_back({item, item});
            store::FbaRepo repo(session);
            repo.stage_items(recorded->id, 1, staged);
            services::show_fba_items(session, *repo.get(recorded->id), clock.now());
        });
        return uuid;
    }
    std::set<std::string> listed(const std::string& query) {
        std::set<std::string> ids;
        const auto answer = get("/api/v1/fba_inbound_shipments" + query);
        EXPECT_EQ(answer.status(), 200) << answer.raw.body;
        const json body = answer.json();
        for (const auto& shipment : body.at("shipments")) ids.insert(shipment.at("shipment_id"));
        return ids;
    }
    std::vector<domain::Job> jobs() {
        return db->read([](db::Session& session) { return store::JobRepo(session).list({}); });
    }
    Answer push(const json& body, const std::string& idempotency_key = "") {
        http::Request request;
        request.method = "POST";
        request.path = "/api/v1/fba_carton_pushes";
        request.body = body.dump();
        request.headers.emplace_back("x-api-key", key_);
        request.headers.emplace_back("content-type", "application/json");
        if (!idempotency_key.empty()) request.headers.emplace_back("idempotency-key", idempotency_key);
        return send(std::move(request));
    }
    [[nodiscard]] static json carton(
        const std::string& shipment,
        const json& items = json::array({{{"sku", "ABC123"}, {"quantity_shipped", 24}, {"quantity_in_case", 1}}})) {
        return {{"channel", "amz-na"}, {"fba_inbound_shipment_id", shipment}, {"items", items}};
    }
    [[nodiscard]] std::string account() {
        return db->read([&](db::Session& session) { return store::account_uuid(session, acme); });
    }
    static constexpr const char* kItem =
        R"({"ShipmentId":"FBA16ABC123","SellerSKU":"MY-SKU-001","FulfillmentNetworkSKU":"X0012AB1CD","QuantityShipped":24,"QuantityReceived":0,"QuantityInCase":0})";
};

// ---- shipments

TEST(FbaShipments, AreListedAsTheContractShowsThem) {
    FbaHub hub;
    const std::string id = hub.add_shipment(hub.amz_na, "FBA16ABC123");
    const auto answer = hub.get("/api/v1/fba_inbound_shipments?channel=amz-na");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    EXPECT_EQ(answer.json(), (json{{"shipments",
                                    {{{"id", id},
                                      {"shipment_id", "FBA16ABC123"},
                                      {"shipment_name", "My Shipment"},
                                      {"destination_fulfillment_center_id", "PHX6"},
                                      {"shipment_status", "WORKING"},
                                      {"label_prep_type", "SELLER_LABEL"},
                                      {"are_cases_required", false},
                                      {"items", {json::parse(FbaHub::kItem)}},
                                      {"channel_id", hub.amz_na.id.value},
                                      {"channel_code", "amz-na"},
                                      {"account_id", hub.account()},
                                      {"created_at", "2026-11-20T12:00:00Z"},
                                      {"updated_at", "2026-11-20T12:00:00Z"}}}}}));
    EXPECT_NE(answer.raw.body.find(FbaHub::kItem), std::string::npos) << "Amazon's own text, untouched";
}

TEST(FbaShipments, OneIsShownWithWhatAmazonSaid) {
    FbaHub hub;
    const std::string id = hub.add_shipment(hub.amz_na, "FBA16ABC123");
    const auto answer = hub.get("/api/v1/fba_inbound_shipments/" + id);
    ASSERT_EQ(answer.status(), 200);
    const auto shipment = answer.json().at("shipment");
    EXPECT_EQ(shipment.at("id"), id);
    EXPECT_EQ(shipment.at("items").size(), 1U);
    EXPECT_EQ(shipment.at("raw_data"),
              (json{{"ShipmentData", {{"ShipmentId", "FBA16ABC123"}}}, {"ItemData", {json::parse(FbaHub::kItem)}}}));
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments/" + id, hub.other_key_).raw.body,
              R"({"error":"fba inbound shipment not found"})");
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments/" + id, hub.other_key_).status(), 404);
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments/1").status(), 404);
}

TEST(FbaShipments, ArePendingUntilTheirItemsAreThere) {
    FbaHub hub;
    hub.add_shipment(hub.amz_na, "FBA1");
    hub.add_shipment(hub.amz_na, "FBA2", "WORKING", {});
    EXPECT_EQ(hub.listed(""), (std::set<std::string>{"FBA1"}));
    EXPECT_EQ(hub.listed("?include_pending=false"), (std::set<std::string>{"FBA1"}));
    EXPECT_EQ(hub.listed("?include_pending=true"), (std::set<std::string>{"FBA1", "FBA2"}));
    const auto pending = hub.get("/api/v1/fba_inbound_shipments?include_pending=true").json().at("shipments").at(1);
    EXPECT_EQ(pending.at("items"), json::array());
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments?include_pending=maybe").status(), 422);
}

TEST(FbaShipments, AreNarrowedByChannelAndStatus) {
    FbaHub hub;
    hub.add_shipment(hub.amz_na, "FBA1", "SHIPPED");
    hub.add_shipment(hub.amz_eu, "FBA2", "SHIPPED");
    hub.add_shipment(hub.amz_eu, "FBA3", "READY_TO_SHIP");
    hub.add_shipment(hub.amz_eu, "FBA4", "CANCELLED");
    hub.add_shipment(hub.others_amazon, "FBA5", "SHIPPED");
    EXPECT_EQ(hub.listed(""), (std::set<std::string>{"FBA1", "FBA2", "FBA3", "FBA4"}));
    EXPECT_EQ(hub.listed("?channel=amz-eu"), (std::set<std::string>{"FBA2", "FBA3", "FBA4"}));
    EXPECT_EQ(hub.listed("?status=SHIPPED"), (std::set<std::string>{"FBA1", "FBA2"}));
    EXPECT_EQ(hub.listed("?channel=amz-eu&status=ready_to_ship"), (std::set<std::string>{"FBA3"}));
    EXPECT_EQ(hub.listed("?status=canceled"), (std::set<std::string>{"FBA4"}));
    EXPECT_EQ(hub.listed("?channel=shop-us"), (std::set<std::string>{}));
    const auto unknown = hub.get("/api/v1/fba_inbound_shipments?status=SENT");
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_NE(unknown.error().find("READY_TO_SHIP"), std::string::npos) << unknown.error();
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments?channel=nope").raw.body, R"({"error":"channel not found"})");
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments?channel=nope").status(), 404);
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments", "").status(), 401);
}

TEST(FbaShipments, AreAllThereWithoutALimitAndInPagesWithOne) {
    FbaHub hub;
    for (int i = 0; i < 130; ++i)
        hub.add_shipment(i % 2 == 0 ? hub.amz_na : hub.others_amazon, "FBA" + std::to_string(i));
    EXPECT_EQ(hub.listed("").size(), 65U);
    std::set<std::string> seen;
    std::string query = "?limit=30";
    for (int page = 0; page < 3; ++page) {
        const auto answer = hub.get("/api/v1/fba_inbound_shipments" + query);
        const json body = answer.json();
        for (const auto& shipment : body.at("shipments")) EXPECT_TRUE(seen.insert(shipment.at("shipment_id")).second);
        query = "?limit=30&cursor=" + *answer.header("X-Next-Cursor");
    }
    EXPECT_EQ(seen.size(), 65U);
    // Behind the end the feed goes on: what changes comes once more.
    EXPECT_EQ(hub.listed(query).size(), 0U);
    hub.add_shipment(hub.amz_na, "FBA4", "SHIPPED");
    EXPECT_EQ(hub.listed(query), (std::set<std::string>{"FBA4"}));
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments?cursor=nonsense").status(), 400);
}

TEST(FbaSync, IsAcceptedAndQueuedOnce) {
    FbaHub hub;
    const auto answer = hub.post("/api/v1/fba_inbound_shipments/sync", R"({"channel":"amz-na","days":60})");
    ASSERT_EQ(answer.status(), 202) << answer.raw.body;
    EXPECT_EQ(answer.json().size(), 1U);
    EXPECT_NE(answer.json().at("message").get<std::string>().find("60 days"), std::string::npos);
    EXPECT_EQ(hub.woken, 1);
    hub.post("/api/v1/fba_inbound_shipments/sync", R"({"channel":"amz-na"})");
    const auto jobs = hub.jobs();
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].kind, services::kSyncFbaShipments);
    EXPECT_EQ(jobs[0].lane, domain::Lane::orders);
    const auto state = hub.db->read([&](db::Session& session) {
        return store::StreamRepo(session).load(hub.amz_na.id, services::kFbaStream).state;
    });
    EXPECT_EQ(services::wanted_fba_days(state), 60) << "the widest wish counts";
}

struct Refused {
    const char* name;
    const char* body;
    int status;
    const char* error;
};
class FbaSyncBodyTest : public ::testing::TestWithParam<Refused> {};

TEST_P(FbaSyncBodyTest, SaysWhatIsWrong) {
    FbaHub hub;
    const auto answer = hub.post("/api/v1/fba_inbound_shipments/sync", GetParam().body);
    EXPECT_EQ(answer.status(), GetParam().status) << answer.raw.body;
    EXPECT_EQ(answer.error(), GetParam().error);
    EXPECT_TRUE(hub.jobs().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, FbaSyncBodyTest,
    ::testing::Values(
        Refused{"NoChannel", "{}", 422, "channel must be present"},
        Refused{"BlankChannel", R"({"channel":" "})", 422, "channel must be present"},
        Refused{"UnknownChannel", R"({"channel":"nope"})", 404, "channel not found"},
        Refused{"NotAmazon", R"({"channel":"wm-us"})", 422,
                "channel wm-us is a walmart channel; only amazon channels have FBA inbound shipments"},
        Refused{"NoDays", R"({"channel":"amz-na","days":0})", 422, "days is not a whole number from 1 to 730"},
        Refused{"TooManyDays", R"({"channel":"amz-na","days":731})", 422, "days is not a whole number from 1 to 730"},
        Refused{"DaysAsText", R"({"channel":"amz-na","days":"60"})", 422, "days is not a whole number from 1 to 730"},
        Refused{"HalfADay", R"({"channel":"amz-na","days":1.5})", 422, "days is not a whole number from 1 to 730"},
        Refused{"NoObject", "[]", 422, "the body must be an object"}),
    [](const auto& row) { return std::string(row.param.name); });

// ---- cartons

TEST(CartonPushes, AreAcceptedShownAndListed) {
    FbaHub hub;
    const std::string shipment = hub.add_shipment(hub.amz_na, "FBA16ABC123", "WORKING", {FbaHub::kItem}, true);
    const json items = {{{"sku", "ABC123"}, {"quantity_shipped", 24}, {"quantity_in_case", 6}}};
    const auto answer = hub.push(FbaHub::carton(shipment, items));
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    EXPECT_EQ(hub.woken, 1);
    const auto push = answer.json().at("fba_carton_push");
    EXPECT_EQ(push, (json{{"id", push.at("id")},
                          {"fba_inbound_shipment_id", shipment},
                          {"status", "pending"},
                          {"items", items},
                          {"error_message", nullptr},
                          {"channel_id", hub.amz_na.id.value},
                          {"account_id", hub.account()},
                          {"created_at", "2026-11-20T12:00:00Z"},
                          {"updated_at", "2026-11-20T12:00:00Z"}}));
    const std::string id = push.at("id");
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes/" + id).json(), answer.json());
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes").json(), (json{{"fba_carton_pushes", {push}}}));
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes?channel=amz-na&status=pending").json().at("fba_carton_pushes").size(),
              1U);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes?status=failed").json().at("fba_carton_pushes").size(), 0U);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes?channel=amz-eu").json().at("fba_carton_pushes").size(), 0U);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes?status=done").status(), 422);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes?channel=nope").status(), 404);
    // Another account sees nothing of it.
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes/" + id, hub.other_key_).raw.body,
              R"({"error":"fba carton push not found"})");
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes/" + id, hub.other_key_).status(), 404);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes", hub.other_key_).json().at("fba_carton_pushes").size(), 0U);
    const auto jobs = hub.jobs();
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].lane, domain::Lane::push);
}

TEST(CartonPushes, ShowAmazonsWords) {
    FbaHub hub;
    const std::string id =
        hub.push(FbaHub::carton(hub.add_shipment(hub.amz_na, "FBA1"))).json().at("fba_carton_push").at("id");
    hub.db->write([&](db::Session& session) {
        store::CartonRepo cartons(session);
        cartons.finish(cartons.find(hub.acme, id)->id, "failed", "refused", "Amazon: Error 8026: no such sku",
                       hub.clock.now());
    });
    const auto push = hub.get("/api/v1/fba_carton_pushes/" + id).json().at("fba_carton_push");
    EXPECT_EQ(push.at("status"), "failed");
    EXPECT_EQ(push.at("error_message"), "Amazon: Error 8026: no such sku");
}

TEST(CartonPushes, TheSameCartonAgainIsTheSamePushUnlessAKeyOfItsOwnSaysOtherwise) {
    FbaHub hub;
    const json body = FbaHub::carton(hub.add_shipment(hub.amz_na, "FBA1"));
    const auto unkeyed = hub.push(body);
    const auto repeat = hub.push(body);
    EXPECT_EQ(repeat.status(), 201);
    EXPECT_EQ(unkeyed.raw.body, repeat.raw.body);
    EXPECT_FALSE(unkeyed.header("Warning"));
    EXPECT_NE(repeat.header("Warning").value_or("").find("Idempotency-Key of its own"), std::string::npos);
    const auto first = hub.push(body, "carton-17");
    const auto again = hub.push(body, "carton-17");
    EXPECT_EQ(first.status(), 201);
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(first.raw.body, again.raw.body);
    EXPECT_NE(first.raw.body, unkeyed.raw.body) << "a key of its own: one carton more";
    json other = body;
    other["items"][0]["quantity_shipped"] = 7;
    EXPECT_EQ(hub.push(other, "carton-17").status(), 422);
    EXPECT_NE(hub.push(other).raw.body, unkeyed.raw.body);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes").json().at("fba_carton_pushes").size(), 3U);
}

TEST(CartonPushes, AWarningIsGivenWhereAmazonMayIgnoreTheFeed) {
    FbaHub hub;
    const auto warned =
        hub.push(FbaHub::carton(hub.add_shipment(hub.amz_na, "FBA1", "WORKING", {}, false, "2D_BARCODE")));
    EXPECT_EQ(warned.status(), 201) << "also for a shipment whose items are pending";
    EXPECT_NE(warned.header("Warning").value_or("").find("come by 2D_BARCODE"), std::string::npos);
    EXPECT_FALSE(hub.push(FbaHub::carton(hub.add_shipment(hub.amz_na, "FBA2"))).header("Warning"));
}

TEST(CartonPushes, OnlyForAShipmentOfTheAccountAndTheChannel) {
    FbaHub hub;
    const std::string theirs = hub.add_shipment(hub.others_amazon, "FBA1");
    const std::string elsewhere = hub.add_shipment(hub.amz_eu, "FBA2");
    const std::string closed = hub.add_shipment(hub.amz_na, "FBA3", "CLOSED");
    const std::string unknown = "00000000-0000-4000-8000-000000000000";
    for (const std::string& id : {theirs, unknown}) {
        const auto answer = hub.push(FbaHub::carton(id));
        EXPECT_EQ(answer.status(), 404);
        EXPECT_EQ(answer.error(), "fba inbound shipment not found");
    }
    EXPECT_EQ(hub.push(FbaHub::carton(elsewhere)).error(),
              "fba_inbound_shipment_id: FBA2 is not a shipment of channel amz-na");
    EXPECT_EQ(hub.push(FbaHub::carton(closed)).error(),
              "shipment FBA3 is CLOSED at Amazon; its cartons cannot be told any more");
    EXPECT_EQ(hub.push(FbaHub::carton(closed)).status(), 422);
    EXPECT_TRUE(hub.jobs().empty());
}

class CartonBodyTest : public ::testing::TestWithParam<Refused> {};

TEST_P(CartonBodyTest, SaysWhatIsWrong) {
    FbaHub hub;
    std::string body = GetParam().body;
    const std::string mark = "%ID";
    if (const auto at = body.find(mark); at != std::string::npos)
        body.replace(at, mark.size(), hub.add_shipment(hub.amz_na, "FBA1"));
    const auto answer = hub.post("/api/v1/fba_carton_pushes", body);
    EXPECT_EQ(answer.status(), GetParam().status) << answer.raw.body;
    EXPECT_EQ(answer.error(), GetParam().error);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes").json().at("fba_carton_pushes").size(), 0U);
    EXPECT_TRUE(hub.jobs().empty());
}

#define CARTON(ITEMS) R"({"channel":"amz-na","fba_inbound_shipment_id":"%ID","items":)" ITEMS "}"
INSTANTIATE_TEST_SUITE_P(
    Bodies, CartonBodyTest,
    ::testing::Values(
        Refused{"Nothing", "{}", 422,
                "channel must be present | fba_inbound_shipment_id must be present | items must be an array"},
        Refused{
            "UnknownChannel",
            R"({"channel":"nope","fba_inbound_shipment_id":"x","items":[{"sku":"A","quantity_shipped":1,"quantity_in_case":1}]})",
            404, "channel not found"},
        Refused{"ItemsAsText", CARTON(R"("A")"), 422, "items must be an array"},
        Refused{"NoItems", CARTON("[]"), 422, "items must not be empty"},
        Refused{"ItemNoObject", CARTON("[7]"), 422, "items[0] is not an object"},
        Refused{"EmptyItem", CARTON("[{}]"), 422,
                "items[0].sku must be present | items[0].quantity_shipped is not a number | items[0].quantity_in_case "
                "is not a number"},
        Refused{"ZeroShipped", CARTON(R"([{"sku":"A","quantity_shipped":0,"quantity_in_case":1}])"), 422,
                "items[0].quantity_shipped is not from 1 to 2147483647"},
        Refused{"QuantityAsText", CARTON(R"([{"sku":"A","quantity_shipped":"4","quantity_in_case":1}])"), 422,
                "items[0].quantity_shipped is not a number"},
        Refused{"NegativeCase", CARTON(R"([{"sku":"A","quantity_shipped":1,"quantity_in_case":-1}])"), 422,
                "items[0].quantity_in_case is not from 0 to 2147483647"},
        Refused{"SkuWithALineEnd", CARTON(R"([{"sku":"A\nB","quantity_shipped":1,"quantity_in_case":1}])"), 422,
                "items[0].sku holds a line end, control character or symbol"},
        Refused{
            "SkuTwice",
            CARTON(
                R"([{"sku":"A","quantity_shipped":1,"quantity_in_case":1},{"sku":"A","quantity_shipped":2,"quantity_in_case":1}])"),
            422, "items[0] and items[1] name the same sku; send it once, with the sum"},
        Refused{"CasesForAnIndividuallyPackedShipment",
                CARTON(R"([{"sku":"A","quantity_shipped":24,"quantity_in_case":6}])"), 422,
                "items[0].quantity_in_case is 6, but shipment FBA1 is individually packed (are_cases_required is "
                "false): send 1"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(FbaScopes, ReadAndWriteAreApart) {
    FbaHub hub;
    const std::string id = hub.add_shipment(hub.amz_na, "FBA1");
    const std::string reader = hub.make_key(hub.acme, "fba:read");
    EXPECT_EQ(hub.get("/api/v1/fba_inbound_shipments", reader).status(), 200);
    EXPECT_EQ(hub.post("/api/v1/fba_carton_pushes", FbaHub::carton(id).dump(), reader).status(), 403);
    EXPECT_EQ(hub.post("/api/v1/fba_inbound_shipments/sync", R"({"channel":"amz-na"})", reader).status(), 403);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes", hub.make_key(hub.acme, "read-only")).status(), 200);
    EXPECT_EQ(hub.get("/api/v1/fba_carton_pushes", hub.make_key(hub.acme, "orders:read")).status(), 403);
}

}  // namespace
}  // namespace crossdock::api::testing
