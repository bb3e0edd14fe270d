// SPDX-License-Identifier: Apache-2.0
// The real connector against the simulated shop, every exchange of theirs recorded and checked against the published
// schema: requests and answers. An operation of the connector that was never seen fails the test, too.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>

#include "base/clock.h"
#include "connectors/shopify/factory.h"
#include "connectors/subscriptions.h"
#include "sandbox/shopify/shop.h"
#include "support/in_process_http.h"
#include "support/shopify_recording.h"

namespace crossdock {
namespace {

using connectors::PushOutcome;

/// Names of every operation the connector has a document for.
std::vector<std::string> own_operations() {
    std::vector<std::string> names;
    const std::regex head(R"((?:^|\n)(?:query|mutation) (\w+))");
    for (const auto& file : std::filesystem::directory_iterator(CROSSDOCK_SOURCE_DIR "/src/connectors/shopify/graphql")) {
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        std::smatch found;
        if (std::regex_search(text, found, head)) names.push_back(found[1]);
    }
    std::sort(names.begin(), names.end());
    return names;
}

struct World {
    explicit World(testing::ShopifyRecording& recording) {
        sandbox::shopify::ShopOptions options;
        options.recorder = recording.recorder();
        options.bucket = 1'000'000;
        options.restore_per_second = 1'000'000;
        options.storage_url = "https://storage.googleapis.com";
        shop = make_shop(options, clock);
        http.mount("https://storage.googleapis.com", *shop);
        http.mount("https://demo-shop.myshopify.com", *shop);
        setup.code = "shop-us";
        setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}}, {"access_token", Secret{"shpat_demo"}}, {"client_secret", Secret{"demo-secret"}}};
        shared = factory->share(setup, {http, clock, random});
        open();
        std::vector<domain::Problem> problems;
        const auto checked = connector->check_access(problems);
        if (!checked) throw std::runtime_error(checked.error().message);
        profile = *checked;
        open();
    }
    void open() { connector = factory->open(setup, profile, shared, {http, clock, random}); }

    ManualClock clock{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};
    SeededRandom random{5};
    testing::InProcessHttp http;
    std::unique_ptr<sandbox::shopify::Shop> shop;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::shopify::make_shopify_factory();
    connectors::ChannelSetup setup;
    std::string profile = "{}";
    std::shared_ptr<connectors::SharedChannelState> shared;
    std::unique_ptr<connectors::Connector> connector;
};

TEST(ConnectorContract, EveryRequestAndAnswerFitsThePublishedSchema) {
    const auto file = std::filesystem::temp_directory_path() / ("connector_contract_" + std::to_string(std::random_device{}()) + ".jsonl");
    testing::ShopifyRecording recording(file);
    World world(recording);
    auto& shop = *world.shop;
    auto* orders = world.connector->order_source();
    auto* refunds = world.connector->order_refund_source();

    // One order of every awkward kind: many lines, split over many parcels, refunded line by line.
    const std::int64_t big = shop.place_order({.items = {}, .lines = 120, .paid = true, .two_locations = true});
    for (int i = 0; i < 8; ++i) shop.split(big);
    const std::int64_t refunded = shop.place_order({.items = {}, .lines = 110, .paid = true});
    shop.refund(refunded, 0, false);
    const std::int64_t returned = shop.place_order({.items = {}, .lines = 2, .paid = true});
    ASSERT_TRUE(shop.ship(returned));
    ASSERT_TRUE(shop.refund(returned, 0, false));
    world.clock.advance(std::chrono::minutes{2});

    // The shop's country decides which carriers it knows: 111 everywhere, 6 in the USA only.
    const auto carriers = world.connector->carrier_source()->carrier_codes();
    ASSERT_TRUE(carriers);
    EXPECT_EQ(carriers->size(), 117U);

    std::string cursor;
    std::size_t seen = 0;
    do {
        const auto page = orders->fetch_orders({from_ms(0), std::nullopt}, cursor);
        ASSERT_TRUE(page) << page.error().message;
        for (const auto& raw : page->orders) {
            const auto mapped = orders->map_order(raw.payload);
            ASSERT_TRUE(mapped) << mapped.error().message;
            if (!mapped->refunds.empty()) {
                const auto raws = refunds->fetch_refunds(raw.external_order_id);
                ASSERT_TRUE(raws) << raws.error().message;
            }
            if (raw.external_order_id == std::to_string(big)) {
                EXPECT_EQ(mapped->order.lines.size(), 120U);
            }
        }
        seen += page->orders.size();
        cursor = page->next_cursor;
    } while (!cursor.empty());
    EXPECT_GE(seen, 200U);
    const auto one = orders->fetch_order(std::to_string(big));
    ASSERT_TRUE(one) << one.error().message;
    // What came back, and why.
    const auto back = refunds->fetch_refunds(std::to_string(returned));
    ASSERT_TRUE(back) << back.error().message;
    std::vector<domain::Problem> odd;
    const auto reasons = refunds->map_refund(back->at(0), odd);
    ASSERT_TRUE(reasons) << reasons.error().message;
    ASSERT_FALSE(reasons->lines.empty());
    for (const auto& row : reasons->lines) EXPECT_TRUE(row.reason_code) << row.title.value_or("");
    // A webhook about a fulfilment order does not name the order.
    const auto group = nlohmann::json::parse(one->payload)["fulfillmentOrders"]["nodes"][0]["id"].get<std::string>();
    const auto owner = orders->fetch_order(group);
    ASSERT_TRUE(owner) << owner.error().message;
    EXPECT_EQ(owner->external_order_id, std::to_string(big));
    const auto ids = orders->list_order_ids({from_ms(0), world.clock.now()}, "");
    ASSERT_TRUE(ids) << ids.error().message;

    auto* catalog = world.connector->catalog_source();
    ASSERT_TRUE(catalog->fetch_locations());
    const auto items = catalog->fetch_items(std::nullopt, "");
    ASSERT_TRUE(items) << items.error().message;
    std::string attrs;
    for (const auto& raw : items->items) {
        const auto rows = catalog->map_item(raw.payload);
        ASSERT_TRUE(rows) << rows.error().message;
        for (const auto& row : *rows)
            if (row.tracked && row.location_id) attrs = row.attrs_json;
    }
    ASSERT_FALSE(attrs.empty());

    auto* stock = world.connector->stock_sink();
    connectors::StockLine line;
    line.update_id = 1;
    line.item_attrs_json = attrs;
    line.location_id = "70001";
    line.quantity = 7;
    // The third location does not stock the item yet: it has to be activated first.
    connectors::StockLine elsewhere = line;
    elsewhere.update_id = 2;
    elsewhere.location_id = "70003";
    for (const auto& sent : {line, elsewhere}) {
        const auto outcomes = stock->push_stock(std::span{&sent, 1}, world.random.uuid());
        ASSERT_EQ(outcomes.size(), 1U);
        EXPECT_EQ(outcomes[0].state, PushOutcome::State::succeeded) << outcomes[0].code << ": " << outcomes[0].message;
    }

    const std::vector<connectors::StockLine> both{line, elsewhere};
    const auto shown = stock->read_stock(both);
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(*shown, (std::vector<std::optional<std::int64_t>>{7, 7}));

    auto* shipments = world.connector->shipment_sink();
    const std::int64_t parcel = shop.place_order({.items = {}, .lines = 3, .paid = true});
    connectors::ShipmentToPush push;
    push.shipment_id = 1;
    push.external_order_id = std::to_string(parcel);
    push.carrier = "UPS";
    push.tracking_number = "1Z0001";
    EXPECT_EQ(shipments->push_shipment(push).state, PushOutcome::State::succeeded);
    push.tracking_number = "1Z0002";  // a second parcel of an order that is shipped already
    EXPECT_EQ(shipments->push_shipment(push).state, PushOutcome::State::succeeded);

    const auto hooks = world.connector->webhook_source()->ensure_subscriptions("https://hub.example.com/hooks/shop-us");
    ASSERT_TRUE(hooks) << hooks.error().message;
    auto& subscribed = dynamic_cast<connectors::SubscribedWebhooks&>(*world.connector->webhook_source());
    const auto there = subscribed.read_subscriptions({"https://hub.example.com/hooks/shop-us", {}});
    ASSERT_TRUE(there) << there.error().message;
    ASSERT_FALSE(there->held.empty());
    const auto moved = subscribed.mend_subscription(there->held.front(), "https://new.example.com/hooks/shop-us");
    EXPECT_TRUE(moved) << moved.error().message;
    const auto removed = subscribed.remove_subscription(there->held.front());
    EXPECT_TRUE(removed) << removed.error().message;


    auto* bulk = world.connector->bulk_order_source();
    ASSERT_NE(bulk, nullptr);
    const auto started = bulk->start_bulk(world.clock.now() - std::chrono::hours{24 * 30});
    ASSERT_TRUE(started) << started.error().message;
    world.clock.advance(std::chrono::minutes{2});
    const auto progress = bulk->poll_bulk(*started);
    ASSERT_TRUE(progress) << progress.error().message;
    EXPECT_TRUE(progress->finished);

    // The catalogue both ways: by the export it is, to the byte, what pages bring.
    auto* bulk_items = world.connector->bulk_catalog_source();
    ASSERT_NE(bulk_items, nullptr);
    const auto exported = bulk_items->start_bulk();
    ASSERT_TRUE(exported) << exported.error().message;
    world.clock.advance(std::chrono::seconds{20});  // to the moment it is written: the shop goes on selling
    const auto written = bulk_items->poll_bulk(*exported);
    ASSERT_TRUE(written) << written.error().message;
    std::map<std::string, std::vector<std::string>> by_variant;
    std::int64_t lines_read = 0;
    const auto read = bulk_items->read_bulk(written->result_url, 0, [&](std::string_view text, std::int64_t) {
        const auto where = bulk_items->classify_bulk_line(text);
        EXPECT_TRUE(where && !where->thing.empty()) << text;
        if (where) by_variant[where->thing].emplace_back(text);
        ++lines_read;
        return true;
    });
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(lines_read, written->objects);
    std::size_t variants = 0;
    std::string items_cursor;
    do {
        const auto listed = world.connector->catalog_source()->fetch_items(std::nullopt, items_cursor);
        ASSERT_TRUE(listed) << listed.error().message;
        for (const auto& item : listed->items) {
            ++variants;
            const auto whole = bulk_items->assemble_bulk(by_variant[item.variant_id]);
            ASSERT_TRUE(whole) << item.variant_id << ": " << whole.error().message;
            EXPECT_EQ(whole->payload, item.payload);
        }
        items_cursor = listed->next_cursor;
    } while (!items_cursor.empty());
    EXPECT_GT(variants, 0U);
    EXPECT_EQ(variants, by_variant.size());

    std::string expected;
    // Only met by orders with parts beyond any page that a living shop here makes; their documents are checked alone below.
    const std::vector<std::string> rare{"HubFulfillmentOrderLines", "HubInventoryLevels", "HubOrderFulfillmentOrders", "HubOrderLists",
                                        "HubOrderShippingLines",    "HubRefundParts",     "HubRefundLineItems"};
    std::ifstream recorded(file);
    const std::string all{std::istreambuf_iterator<char>(recorded), {}};
    for (const std::string& name : own_operations()) {
        const bool was_seen = all.find("\"operationName\":\"" + name + "\"") != std::string::npos;
        const bool is_rare = std::find(rare.begin(), rare.end(), name) != rare.end();
        EXPECT_TRUE(was_seen || is_rare) << name << " is used by the connector and was never checked";
        if (was_seen) expected += (expected.empty() ? "" : ",") + name;
    }
    const auto check = testing::check_against_shopify_schema(file, expected, false);
    std::filesystem::remove(file);
    if (check.outcome == testing::SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(check.outcome, testing::SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said;
}

}  // namespace
}  // namespace crossdock
