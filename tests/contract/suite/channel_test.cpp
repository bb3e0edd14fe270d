// SPDX-License-Identifier: Apache-2.0
// What every provider's connector must do, one suite for all: a whole hub, the provider's simulated marketplace behind
// its production addresses, a virtual clock. What a provider does not have (no edit, no refunds) is skipped by name.
#include <gmock/gmock.h>

#include <algorithm>
#include <iostream>

#include "base/text.h"
#include "contract/suite/channel_case.h"
#include "contract/suite/tour.h"
#include "contract/suite/traffic.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;

using Channel = ChannelCase;

constexpr int kHistory = 60;

TEST_P(Channel, FirstSyncBringsTheHistoryOnce) {
    open(kHistory);
    ASSERT_TRUE(settle());
    EXPECT_GE(market().orders().size(), static_cast<std::size_t>(kHistory));
    expect_all_held();
    for (const auto& [id, order] : orders()) {
        EXPECT_EQ(order["channel_code"], market().setup().code);
        EXPECT_EQ(order["provider"], domain::to_string(market().provider()));
    }
}

TEST_P(Channel, DeltaBringsOneNewOrderAndTouchesNoOther) {
    open(20);
    ASSERT_TRUE(settle());
    world().run_for(3h);  // what a first sync asks for besides has been answered
    const std::int64_t versions = world().number("SELECT count(*) FROM order_versions");
    const json order = placed();
    ASSERT_TRUE(order.is_object());
    EXPECT_EQ(order["status"], "open");
    ASSERT_EQ(order["line_items"].size(), 2U);
    for (const json& line : order["line_items"]) EXPECT_EQ(line["quantity"], 2);
    EXPECT_LE(world().number("SELECT count(*) FROM order_versions"), versions + 2);  // acknowledging may change it once more
    expect_all_held();
}

TEST_P(Channel, RepeatedDeliveryChangesNothing) {
    open(20);
    ASSERT_TRUE(settle());
    world().run_for(3h);
    const auto count = [&] {
        return world().number("SELECT (SELECT count(*) FROM order_versions) + (SELECT count(*) FROM events WHERE subject = 'order')");
    };
    const std::int64_t before = count();
    const auto held = orders();
    world().run_for(26h);  // overlapping windows, and the nightly stretch that reads two days again
    EXPECT_EQ(count(), before);
    EXPECT_EQ(orders(), held);
}

TEST_P(Channel, EditArrives) {
    open(0);
    const json order = placed();
    const std::string id = order["external_order_id"];
    if (!market().edit(id)) GTEST_SKIP() << "an order of this provider cannot be edited";
    EXPECT_TRUE(world().run_until([&] { return this->order(id) != order; }, 1min, 6h));
    const json edited = this->order(id);
    EXPECT_EQ(edited["id"], order["id"]);
    EXPECT_EQ(edited["status"], "open");
    EXPECT_THAT(events_about(order["id"]), Contains("order.updated"));
}

TEST_P(Channel, CancelArrivesAndStopsShipments) {
    open(0);
    const json order = placed();
    const std::string id = order["external_order_id"];
    ASSERT_TRUE(market().cancel(id));
    EXPECT_TRUE(world().run_until([&] { return this->order(id)["status"] == "cancelled"; }, 1min, 6h));
    EXPECT_THAT(events_about(order["id"]), Contains("order.cancelled"));
    const json refused = post("/api/v1/shipments", {{"shipments", {{{"remote_order_id", order["id"]}, {"carrier", "ups"}, {"tracking_number", "1Z999AA10123456784"}}}}});
    EXPECT_TRUE(refused.contains("error")) << refused;
    world().run_for(1h);
    EXPECT_TRUE(market().parcels(id).empty());
}

TEST_P(Channel, PartialShipmentThenTheRest) {
    open(0);
    const json order = placed();
    const std::string id = order["external_order_id"];
    world().run_for(1h);  // carriers are known
    const json line = order["line_items"][0];
    const auto ship = [&](const char* number, const json& lines) {
        json shipment{{"remote_order_id", order["id"]}, {"carrier", get("/api/v1/carrier_codes", {{"channel", market().setup().code}})["carrier_codes"][0]["code"]}, {"tracking_number", number}};
        if (!lines.is_null()) shipment["line_items"] = lines;
        const json created = post("/api/v1/shipments", {{"shipments", {shipment}}});
        EXPECT_EQ(created.value("created_ids", json::array()).size(), 1U) << created;
        return ended("/api/v1/shipments/" + created.at("created_ids").at(0).dump());
    };
    const json first = ship("1Z999AA10123456784", {{{"external_line_id", line["external_line_id"]}, {"quantity", 1}}});
    EXPECT_EQ(first["status"], "succeeded") << first;
    const auto parcels = market().parcels(id);
    ASSERT_EQ(parcels.size(), 1U);
    EXPECT_EQ(parcels[0].tracking_number, "1Z999AA10123456784");
    EXPECT_EQ(parcels[0].units, market().ships_in_parts() ? 1 : 4);
    EXPECT_TRUE(world().run_until([&] { return this->order(id)["status"] == (market().ships_in_parts() ? "partially_fulfilled" : "fulfilled"); }, 1min, 6h))
        << this->order(id)["status"];
    if (!market().ships_in_parts()) return;  // the first parcel closed the order
    const json rest = ship("1Z999AA10123456785", nullptr);
    EXPECT_EQ(rest["status"], "succeeded") << rest;
    int units = 0, with_number = 0;
    for (const auto& parcel : market().parcels(id)) {
        units += parcel.units;
        with_number += parcel.tracking_number == "1Z999AA10123456785" ? 1 : 0;
    }
    EXPECT_EQ(units, 4);
    EXPECT_GE(with_number, 1);
    EXPECT_TRUE(world().run_until([&] { return this->order(id)["status"] == "fulfilled"; }, 1min, 6h)) << this->order(id)["status"];
}

TEST_P(Channel, AShipmentWithoutAnAnswerShowsOnce) {
    open(0);
    const json order = placed();
    const std::string id = order["external_order_id"];
    world().run_for(1h);
    arm("no_answer_after", 1, market().ship_call());
    const json created = post("/api/v1/shipments", {{"shipments", {{{"remote_order_id", order["id"]},
                                                                    {"carrier", get("/api/v1/carrier_codes", {{"channel", market().setup().code}})["carrier_codes"][0]["code"]},
                                                                    {"tracking_number", "1Z999AA10123456784"}}}}});
    const json push = ended("/api/v1/shipments/" + created.at("created_ids").at(0).dump());
    EXPECT_EQ(push["status"], "succeeded") << push;
    int units = 0;
    for (const auto& parcel : market().parcels(id)) units += parcel.units;
    EXPECT_EQ(units, 4);
}

TEST_P(Channel, RefundArrivesOnce) {
    open(0);
    const json order = placed();
    const std::string id = order["external_order_id"];
    if (!market().refund(id)) GTEST_SKIP() << "this provider shows no refunds";
    const auto of_this = [&] {
        std::vector<json> found;
        for (const json& refund : refunds())
            if (refund["external_order_id"] == id) found.push_back(refund);
        return found;
    };
    EXPECT_TRUE(world().run_until([&] { return !of_this().empty(); }, 10min, 96h));
    world().run_for(26h);
    ASSERT_EQ(of_this().size(), 1U);
    const json refund = of_this()[0];
    for (const auto& shown : market().refunds()) {
        if (shown.order_id != id || !shown.total) continue;
        EXPECT_NEAR(refund["total_amount"].get<double>(), std::abs(std::stod(*shown.total)), 0.001) << refund;
    }
    // Where the buyer does not get the shipping back, the order is refunded in part.
    const json now = this->order(id);
    EXPECT_EQ(now["payment_status"], market().refunds_everything() ? "refunded" : "partially_refunded") << now;
}

TEST_P(Channel, StockReachesTheChannel) {
    open(0);
    ASSERT_TRUE(settle());
    ASSERT_TRUE(world().run_until([&] { return !items().empty(); }, 10min, 12h)) << ::testing::PrintToString(open_problems());
    json item;
    for (const json& row : items())
        if (row["status"] == "active" && row["sku"].is_string() && market().stock(row["sku"])) {
            item = row;
            break;
        }
    ASSERT_TRUE(item.is_object()) << "no item whose stock can be set";
    const json created = post("/api/v1/inventory_updates", {{"channel", market().setup().code}, {"items", {{{"item_master_id", item["id"]}, {"quantity", 37}}}}});
    ASSERT_EQ(created.value("created_ids", json::array()).size(), 1U) << created;
    const json push = ended("/api/v1/inventory_updates/" + created["created_ids"][0].dump());
    EXPECT_EQ(push["status"], "succeeded") << push;
    EXPECT_TRUE(world().run_until([&] { return market().stock(item["sku"]) == 37; }, 1min, 2h));
}

TEST_P(Channel, ATokenThatDiesBetweenPagesCostsNothing) {
    open(kHistory * 4);
    int pages = 0;
    market().before_list_page([&](int page) {
        pages = page;
        if (page == 2 || page == 3) market().expire_tokens();
    });
    ASSERT_TRUE(settle());
    EXPECT_GE(pages, 3);
    expect_all_held();
    EXPECT_THAT(open_problems(), Not(Contains(StartsWith("credential"))));
}

TEST_P(Channel, ARevokedCredentialStopsTheChannelInWordsAndItsReturnStartsIt) {
    open(10);
    ASSERT_TRUE(settle());
    world().run_for(3h);
    const auto state = [&] { return world().rows("SELECT state, coalesce(state_message, '') FROM channels", 2).at(0); };
    const std::string well = state()[0];  // "degraded" where something is worth a person's look
    ASSERT_NE(well, "stopped") << state()[1];
    market().revoke(true);
    EXPECT_TRUE(world().run_until([&] { return state()[0] == "stopped"; }, 1min, 1h)) << state()[0];
    for (const char* words : {"config file", "every hour", "crossdock channel test"}) EXPECT_THAT(state()[1], ::testing::HasSubstr(words));
    const std::string id = market().place();
    ASSERT_FALSE(id.empty());
    const int asked = market().refused_calls();
    world().run_for(6h);
    EXPECT_LE(market().refused_calls() - asked, 30) << "it knocks once an hour and leaves it at that";
    EXPECT_TRUE(order(id).is_null());
    market().revoke(false);
    EXPECT_TRUE(world().run_until([&] { return what_is_missing().empty() && state()[0] == well; }, 1min, 3h)) << what_is_missing() << state()[1];
    EXPECT_TRUE(order(id).is_object());
    EXPECT_EQ(world().number("SELECT count(*) FROM problems WHERE resolved_at_ms IS NULL AND subject = 'stream' AND subject_key IN ('orders', 'access')"), 0)
        << ::testing::PrintToString(open_problems());
    expect_all_held();
}

TEST_P(Channel, ThrottlingDelaysAndLosesNothing) {
    open(kHistory);
    arm("throttle", 6);
    ASSERT_TRUE(settle(12h));
    expect_all_held();
}

TEST_P(Channel, HalfAPageIsMadeGood) {
    open(kHistory);
    arm("half_page", 2, market().list_call());
    ASSERT_TRUE(settle(48h));
    expect_all_held();
}

TEST_P(Channel, AnAnswerCutInTheMiddleIsAskedForAgain) {
    open(kHistory);
    arm("cut", 3);
    arm("truncated", 2);
    arm("html", 2);
    ASSERT_TRUE(settle(12h));
    expect_all_held();
}

TEST_P(Channel, AFrozenCursorEndsInANamedProblemAndNoQueue) {
    open(kHistory * 4);
    arm("repeat_cursor", 0, market().list_call());
    world().run_for(4h);
    EXPECT_LT(world().number("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running', 'ready', 'waiting')"), 30);
    // A walk that does not depend on the cursor that froze has all orders nevertheless.
    EXPECT_TRUE(world().number("SELECT count(*) FROM problems WHERE resolved_at_ms IS NULL AND subject = 'stream'") >= 1 || what_is_missing().empty())
        << ::testing::PrintToString(open_problems());
    market().clear_faults();
    ASSERT_TRUE(settle(12h)) << what_is_missing();
    expect_all_held();
}

TEST_P(Channel, OnePoisonedOrderStaysOne) {
    open(0);
    std::vector<std::string> ids;
    for (int i = 0; i < 8; ++i) ids.push_back(market().place());
    market().poison(ids[3]);
    world().run_for(1min);
    ASSERT_TRUE(world().run_until([&] { return orders().size() >= 7; }, 1min, 6h));
    world().run_for(1h);
    EXPECT_EQ(orders().size(), 7U);
    EXPECT_TRUE(order(ids[3]).is_null());
    EXPECT_FALSE(open_problems().empty());
    market().poison("");
    ASSERT_TRUE(market().edit(ids[3]) || market().cancel(ids[3]));
    ASSERT_TRUE(world().run_until([&] { return orders().size() == 8; }, 1min, 30h));
}

/// ShipStation by both versions of its API.
std::vector<std::pair<std::string, MarketMaker>> all_connectors() {
    auto all = markets();
    all.emplace_back("ShipStationV2", make_shipstation_v2_market);
    return all;
}

/// The last of all, so that it sees what the others made go over the wire: requests and answers against the files that
/// the provider published, and no operation that the connector uses unseen.
class Wire : public ::testing::TestWithParam<std::pair<std::string, MarketMaker>> {};

/// Settings under which a connector calls other operations than under its usual ones.
std::vector<const char*> variants(domain::Provider provider) {
    switch (provider) {
        case domain::Provider::amazon: return {"{}", R"({"orders_api":"v0","finances_api":"2024-06-19","carton_push":"packing_information",
                        "carton_size":"24x16x16 in","carton_weight":"27.5 lb"})"};
        case domain::Provider::walmart: return {"{}", R"({"ship_node":"1000005050"})"};
        case domain::Provider::ebay: return {R"({"ebay_inventory_location_key":"main-1","message_signatures":"always"})"};
        case domain::Provider::shopify:
        case domain::Provider::shipstation: return {"{}"};
    }
    return {};
}

TEST_P(Wire, EveryExchangeFitsThePublishedFilesAndNoOperationIsUnseen) {
    const domain::Provider provider = *domain::parse_provider(to_lower(GetParam().first));
    Traffic& traffic = Traffic::of(provider);
    MarketOptions options;
    options.orders = 40;
    options.items = 300;  // enough for feeds
    options.recorder = traffic.recorder();
    for (const char* settings : variants(provider)) {
        SCOPED_TRACE(settings);
        Tour(GetParam().second, options, settings).run();
    }
    const auto used = used_operations(provider);
    ASSERT_FALSE(used.empty());
    const auto check = traffic.check(used);
    if (check.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(check.outcome, SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said << GetParam().first << ": " << traffic.seen() << " exchanges of " << traffic.shapes()
              << " shapes, " << used.size() << " operations in use\n";
}

INSTANTIATE_TEST_SUITE_P(Every, Channel, ::testing::ValuesIn(all_connectors()), [](const auto& row) { return row.param.first; });
INSTANTIATE_TEST_SUITE_P(Every, Wire, ::testing::ValuesIn(markets()), [](const auto& row) { return row.param.first; });

}  // namespace
}  // namespace crossdock::testing
