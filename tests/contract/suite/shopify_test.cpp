// SPDX-License-Identifier: Apache-2.0
// Orders of every awkward size, read by the real connector from the simulated shop: whatever has more parts than fit on
// a page is read to its end, and the documents that do so are among those that are held against the schema (Wire).
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "connectors/shopify/factory.h"
#include "contract/suite/traffic.h"
#include "support/in_process_http.h"
#include "support/shopify_exchanges.h"

namespace crossdock::testing {
namespace {

using nlohmann::json;

struct ShopifyWorld {
    ShopifyWorld() {
        sandbox::shopify::ShopOptions options;
        options.orders = 0;
        options.recorder = as_exchanges(Traffic::of(domain::Provider::shopify).recorder());
        options.bucket = 1'000'000;
        options.restore_per_second = 1'000'000;
        shop = make_shop(options, clock);
        http.mount("https://demo-shop.myshopify.com", *shop);
        setup.code = "shop-us";
        setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}}, {"access_token", Secret{"shpat_demo"}}};
        shared = factory->share(setup, {http, clock, random});
        connector = factory->open(setup, "{}", shared, {http, clock, random});
        std::vector<domain::Problem> problems;
        const auto profile = connector->check_access(problems);  // which says what the app may read
        if (!profile) throw std::runtime_error(profile.error().message);
        connector = factory->open(setup, *profile, shared, {http, clock, random});
    }
    json order(std::int64_t id) {
        clock.advance(std::chrono::minutes{2});
        const auto raw = connector->order_source()->fetch_order(std::to_string(id));
        if (!raw) throw std::runtime_error(raw.error().message);
        return json::parse(raw->payload);
    }
    /// One of the connector's own documents, sent by the test: for lists that no order of the simulated shop fills.
    json send(const std::string& document, const json& variables) {
        std::ifstream in(CROSSDOCK_SOURCE_DIR "/src/connectors/shopify/graphql/" + document + ".graphql");
        return send_text({std::istreambuf_iterator<char>(in), {}}, variables);
    }
    json send_text(const std::string& text, const json& variables) {
        const auto name = text.find("query ") + 6;
        net::HttpRequest request;
        request.method = "POST";
        request.url = "https://demo-shop.myshopify.com/admin/api/2026-07/graphql.json";
        request.headers = {{"Content-Type", "application/json"}, {"X-Shopify-Access-Token", "shpat_demo"}};
        request.body = json{{"query", text},
                            {"variables", variables},
                            {"operationName", text.substr(name, text.find('(', name) - name)}}
                           .dump();
        const auto answer = http.send(request);
        return answer ? json::parse(answer->body) : json{};
    }

    ManualClock clock{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};
    SeededRandom random{5};
    InProcessHttp http;
    std::unique_ptr<sandbox::shopify::Shop> shop;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::shopify::make_shopify_factory();
    connectors::ChannelSetup setup;
    std::shared_ptr<connectors::SharedChannelState> shared;
    std::unique_ptr<connectors::Connector> connector;
};

TEST(Shopify, ALongOrderIsReadToTheEndOfEveryList) {
    ShopifyWorld world;
    const std::int64_t id = world.shop->place_order({.items = {}, .lines = 120, .paid = true, .two_locations = true});
    json order = world.order(id);  // with more lines than a page, in fulfilment orders with more lines than a page
    EXPECT_EQ(order["lineItems"]["nodes"].size(), 120U);
    for (int i = 0; i < 8; ++i) world.shop->split(id);
    order = world.order(id);
    EXPECT_GT(order["fulfillmentOrders"]["nodes"].size(), 5U);
    std::size_t lines = 0;
    for (const json& group : order["fulfillmentOrders"]["nodes"]) lines += group["lineItems"]["nodes"].size();
    EXPECT_GE(lines, 120U);
    // A webhook about a fulfilment order does not name the order.
    const auto owner = world.connector->order_source()->fetch_order(order["fulfillmentOrders"]["nodes"][0]["id"]);
    ASSERT_TRUE(owner) << owner.error().message;
    EXPECT_EQ(owner->external_order_id, std::to_string(id));
    // More refunds than the plain list of an order holds at first.
    for (int i = 0; i < 52; ++i) ASSERT_TRUE(world.shop->refund(id, 1, false)) << i;
    EXPECT_EQ(world.order(id)["refunds"].size(), 52U);
}

TEST(Shopify, RefundsAreReadLineByLineWithTheirReasons) {
    ShopifyWorld world;
    auto* refunds = world.connector->order_refund_source();
    const std::int64_t big = world.shop->place_order({.items = {}, .lines = 110, .paid = true});
    ASSERT_TRUE(world.shop->refund(big, 0, false));
    const std::int64_t returned = world.shop->place_order({.items = {}, .lines = 2, .paid = true});
    ASSERT_TRUE(world.shop->ship(returned));
    ASSERT_TRUE(world.shop->refund(returned, 0, false));
    world.clock.advance(std::chrono::minutes{2});
    for (const auto& [id, lines] : {std::pair{big, 110U}, std::pair{returned, 2U}}) {
        const auto raws = refunds->fetch_refunds(std::to_string(id));
        ASSERT_TRUE(raws) << raws.error().message;
        ASSERT_EQ(raws->size(), 1U);
        std::vector<domain::Problem> odd;
        const auto refund = refunds->map_refund(raws->at(0), odd);
        ASSERT_TRUE(refund) << refund.error().message;
        EXPECT_EQ(refund->lines.size(), lines);
        if (id == big) continue;
        for (const auto& row : refund->lines) EXPECT_TRUE(row.reason_code) << row.title.value_or("");
        // No refund of the simulated shop has more transactions or shipping lines than fit.
        const json parts = world.send("refund_parts", {{"id", "gid://shopify/Refund/" + refund->external_refund_id}});
        EXPECT_TRUE(parts["data"]["refund"].is_object()) << parts;
    }
}

TEST(Shopify, PagesThatOnlyAVeryLargeShopFillsAreGoodDocuments) {
    ShopifyWorld world;
    const json order = world.order(world.shop->place_order({.items = {}, .lines = 2, .paid = true}));
    const json lines = world.send("order_shipping_lines_page",
                                  {{"id", order["id"]}, {"after", order["shippingLines"]["pageInfo"]["endCursor"]}});
    EXPECT_TRUE(lines["data"]["order"].is_object()) << lines;
    const auto items = world.connector->catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(items) << items.error().message;
    const json item = json::parse(items->items.at(0).payload)["inventoryItem"];
    const json first = world.send_text(
        "query Levels($id: ID!) { inventoryItem(id: $id) { id inventoryLevels(first: 1) { pageInfo { endCursor } nodes { id } } } }",
        {{"id", item["id"]}});
    const json levels = world.send("inventory_levels_page",
                                   {{"id", item["id"]}, {"after", first["data"]["inventoryItem"]["inventoryLevels"]["pageInfo"]["endCursor"]}});
    EXPECT_TRUE(levels["data"]["inventoryItem"].is_object()) << levels;
}

}  // namespace
}  // namespace crossdock::testing
