// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

const std::string kTracking = "1Z999AA10123456784";

struct Demo {
    explicit Demo(int orders = 40) : process(crossdock({"demo", "--json", "--orders", std::to_string(orders)})) {
        const auto line = process.line();
        if (!line) throw std::runtime_error("the demo printed no line: " + process.err());
        printed = json::parse(*line);
    }
    [[nodiscard]] std::string text(const char* name) const { return printed.at(name).get<std::string>(); }
    [[nodiscard]] std::int64_t number(const char* name) const { return printed.at(name).get<std::int64_t>(); }

    RealProcess process;
    json printed;
};

bool shop_has_tracking(Client& shop, const std::string& external_order_id, const std::string& tracking) {
    return eventually(std::chrono::seconds{60}, [&] {
        const Answer order = shop.get("/shopify/_sandbox/orders/" + external_order_id);
        return order.status == 200 && order.text.find(tracking) != std::string::npos;
    });
}

bool shop_has_stock(Client& shop, std::int64_t inventory_item, std::int64_t location, std::int64_t available) {
    return eventually(std::chrono::seconds{60}, [&] {
        const json inventory = shop.get("/shopify/_sandbox/inventory").body;
        const auto levels = inventory.value("levels", json::array());
        return std::any_of(levels.begin(), levels.end(), [&](const json& level) {
            return level["inventory_item_id"] == inventory_item && level["location_id"] == location &&
                   level["available"] == available;
        });
    });
}

TEST(Demo, WhatTheErpSendsReachesTheShopWithinAMinute) {
    Demo demo;
    Client hub(demo.text("base_url"), demo.text("api_key"));
    Client shop(demo.text("sandbox_url"), "");
    const std::int64_t order_id = demo.number("order_id");
    const std::int64_t item_id = demo.number("item_id");
    EXPECT_EQ(Client(demo.text("docs_url"), "").get("").status, 200);

    const Answer list = hub.get("/api/v1/orders?imported=false&limit=2&raw=0&since=2020-01-01T00:00:00Z");
    ASSERT_EQ(list.status, 200) << list.text;
    EXPECT_EQ(list.body.size(), 2U);
    const Answer order = hub.get("/api/v1/orders/" + std::to_string(order_id));
    ASSERT_EQ(order.status, 200) << order.text;
    EXPECT_FALSE(order.body["imported_to_erp"]);
    const json items = hub.get("/api/v1/skus?limit=500").body["items"];
    const auto item = std::find_if(items.begin(), items.end(), [&](const json& row) { return row["id"] == item_id; });
    ASSERT_NE(item, items.end());
    ASSERT_NE((*item)["attrs"]["available"], 42);

    const Answer acked = hub.post("/api/v1/orders/ack", {{"ids", {order_id}}});
    EXPECT_EQ(acked.status, 200) << acked.text;
    EXPECT_EQ(acked.body, (json{{"updated", 1}}));
    EXPECT_TRUE(hub.get("/api/v1/orders/" + std::to_string(order_id)).body["imported_to_erp"]);

    const auto sent_at = std::chrono::steady_clock::now();
    const Answer shipped = hub.post(
        "/api/v1/shipments",
        {{"shipments", {{{"remote_order_id", order_id}, {"carrier", "ups"}, {"tracking_number", kTracking}}}}});
    EXPECT_EQ(shipped.status, 201) << shipped.text;
    const Answer stocked =
        hub.post("/api/v1/inventory_updates",
                 {{"channel", "shop-demo"}, {"items", {{{"item_master_id", item_id}, {"quantity", 42}}}}});
    EXPECT_EQ(stocked.status, 201) << stocked.text;

    EXPECT_TRUE(shop_has_tracking(shop, order.body["external_order_id"].get<std::string>(), kTracking))
        << demo.process.err();
    const json attrs = (*item)["attrs"];
    EXPECT_TRUE(shop_has_stock(shop, attrs["inventory_item_id"].get<std::int64_t>(),
                               attrs["location_id"].get<std::int64_t>(), 42))
        << demo.process.err();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - sent_at);
    std::printf("demo: shipment and stock visible at the shop after %lld ms (limit 60000)\n",
                static_cast<long long>(took.count()));

    // The hub itself says so as well.
    EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
        const auto shipment = hub.get("/api/v1/shipments/" + shipped.body["created_ids"][0].dump());
        const auto update = hub.get("/api/v1/inventory_updates/" + stocked.body["created_ids"][0].dump());
        return shipment.body["status"] == "succeeded" && update.body["status"] == "succeeded";
    }));

    const auto before = std::chrono::steady_clock::now();
    demo.process.terminate();
    EXPECT_EQ(demo.process.wait(), 0) << demo.process.err();
    const auto stopped = std::chrono::steady_clock::now() - before;
    EXPECT_LT(stopped, std::chrono::seconds{8});
    std::printf("demo: SIGTERM to exit %lld ms\n",
                static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(stopped).count()));
}

TEST(Demo, EveryChannelFillsAndTakesAShipment) {
    Demo demo(200);
    Client hub(demo.text("base_url"), demo.text("api_key"));
    for (const std::string channel : {"shop-demo", "amazon-demo", "walmart-demo", "ebay-demo", "shipstation-demo"}) {
        SCOPED_TRACE(channel);
        const std::string of_channel = "channel=" + channel + "&limit=500&raw=0";
        json orders, carriers;
        ASSERT_TRUE(eventually(std::chrono::seconds{120}, [&] {
            orders = hub.get("/api/v1/orders?statuses=open&since=2020-01-01T00:00:00Z&" + of_channel).body;
            carriers = hub.get("/api/v1/carrier_codes?channel=" + channel).body["carrier_codes"];
            return !orders.empty() && !carriers.empty() && hub.get("/api/v1/skus?" + of_channel).body["total"] > 0;
        })) << demo.process.err();
        std::string push, refusal;
        const auto ship_one = [&] {
            orders = hub.get("/api/v1/orders?statuses=open&since=2020-01-01T00:00:00Z&" + of_channel).body;
            for (const json& order : orders) {
                // Walmart charges the buyer when the goods leave.
                if (order["payment_status"] == "pending" && channel != "walmart-demo") continue;
                const Answer sent = hub.post("/api/v1/shipments", {{"shipments",
                                                                    {{{"remote_order_id", order["id"]},
                                                                      {"carrier", carriers[0]["code"]},
                                                                      {"tracking_number", kTracking}}}}});
                refusal = sent.text;
                if (sent.status != 201) continue;  // the channel's own warehouse ships this one
                push = sent.body["created_ids"][0].dump();
                return true;
            }
            return false;
        };
        ASSERT_TRUE(eventually(std::chrono::seconds{60}, ship_one)) << "of " << orders.size() << " none may be shipped: " << refusal;
        json state;
        EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            state = hub.get("/api/v1/shipments/" + push).body;
            return state["status"] == "succeeded" || state["status"] == "failed";
        }));
        EXPECT_EQ(state["status"], "succeeded") << state;
    }
}

TEST(Demo, OrdersKeepComingAndMatchTheShopsOwnBooks) {
    Demo demo(20);
    Client hub(demo.text("base_url"), demo.text("api_key"));
    Client shop(demo.text("sandbox_url"), "");
    const Answer placed = shop.post("/shopify/_sandbox/orders", {{"lines", 2}, {"paid", true}});
    ASSERT_EQ(placed.status, 201) << placed.text;
    const std::string external = placed.body["id"].get<std::string>();
    EXPECT_TRUE(eventually(std::chrono::seconds{90}, [&] {
        const json orders = hub.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01T00:00:00Z").body;
        return std::any_of(orders.begin(), orders.end(),
                           [&](const json& order) { return order["external_order_id"] == external; });
    })) << demo.process.err();
}

TEST(Demo, ThePrintedLinesWorkWhenPasted) {
    if (std::system("command -v curl > /dev/null") != 0) GTEST_SKIP() << "curl is not installed";
    RealProcess process(crossdock({"demo", "--orders", "20"}));
    std::vector<std::string> pasted;
    std::string shop_url;
    while (pasted.size() < 4) {
        const auto line = process.line();
        ASSERT_TRUE(line) << process.out() << process.err();
        if (line->starts_with("curl ")) pasted.push_back(*line);
        if (const auto at = line->find("http://"); line->starts_with("The simulated shop") && at != std::string::npos)
            shop_url = line->substr(at, line->find('/', at + 7) - at);
    }
    std::vector<std::string> answers;
    for (const std::string& line : pasted) {
        RealProcess shell({"sh", "-c", line});
        ASSERT_EQ(shell.wait(), 0) << line << '\n' << shell.err();
        answers.push_back(shell.out());
    }
    const json orders = json::parse(answers[0], nullptr, false);
    ASSERT_TRUE(orders.is_array()) << answers[0];
    EXPECT_EQ(orders.size(), 2U);
    EXPECT_EQ(json::parse(answers[1], nullptr, false), (json{{"updated", 1}})) << answers[1];
    EXPECT_EQ(json::parse(answers[2], nullptr, false)["created_ids"].size(), 1U) << answers[2];
    EXPECT_EQ(json::parse(answers[3], nullptr, false)["created_ids"].size(), 1U) << answers[3];
    Client shop(shop_url, "");
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        const json counters = shop.get("/shopify/_sandbox/counters").body;
        return counters.value("fulfillments_created", 0) >= 1 && counters.value("stock_sets", 0) >= 1;
    })) << process.err();
    process.terminate();
    EXPECT_EQ(process.wait(), 0);
}

TEST(Demo, ItsTemporaryFolderGoesWithIt) {
    TemporaryFolder place;
    // Whatever the tests' own TMPDIR is.
    RealProcess process({"env", "TMPDIR=" + place.path().string(), CROSSDOCK_BINARY, "demo", "--json", "--orders", "5"});
    ASSERT_TRUE(process.line()) << process.err();
    EXPECT_FALSE(std::filesystem::is_empty(place.path()));
    process.signal(SIGINT);
    EXPECT_EQ(process.wait(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(place.path()));
}

}  // namespace
}  // namespace crossdock::testing
