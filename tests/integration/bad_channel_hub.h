// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "integration/bad_input_rows.h"
#include "integration/shop_proxy.h"

namespace crossdock::testing {

/// A hub whose shop is reached through a proxy that can spoil what it says.
class BadChannel : public ::testing::Test {
protected:
    static constexpr const char* kPage = "HubOrdersPage";

    void open(int orders, const std::string& credentials = {}) {
        sandbox_ = std::make_unique<RunningSandbox>(orders);
        proxy_ = std::make_unique<ShopProxy>(port_of(sandbox_->url()));
        std::string config = config_text(proxy_->url());
        if (!credentials.empty()) {
            const std::string token = "access_token = \"${SHOPIFY_TOKEN}\"\n";
            config.replace(config.find(token), token.size(), credentials);
        }
        write_text(folder_ / "crossdock.toml", config);
        hub_ = std::make_unique<RunningHub>(folder_.path());
        key_ = hub_->make_key();
        // From now on pages are asked for by one stream alone: the walk of each night is through for today.
        ASSERT_TRUE(eventually(std::chrono::seconds{120}, [&] {
            return static_cast<int>(listed().size()) >= orders && watermark() != "null" &&
                   ask_database(folder_ / "crossdock.db",
                                "SELECT count(*) FROM sync_streams WHERE stream = 'orders_nightly' AND "
                                "last_success_at_ms IS NOT NULL") == "1";
        })) << hub_->process().err();
    }
    Client client() { return {hub_->url(), key_}; }
    bool answers() { return client().get("/api/v1/orders?limit=1&raw=0").status == 200; }
    void sync() { hub_->command({"channel", "sync", "shop-test", "--stream", "orders"}); }
    std::string place() {
        return Client(sandbox_->url(), "")
            .post("/shopify/_sandbox/orders", {{"lines", 2}, {"paid", true}})
            .body.at("id");
    }
    /// The shop's ids of all orders that the API lists, each as often as it does.
    std::vector<std::string> listed() {
        std::vector<std::string> ids;
        Client asks = client();
        std::string next = "since=2020-01-01T00:00:00Z";
        for (;;) {
            const Answer page = asks.get("/api/v1/orders?raw=0&limit=500&" + next);
            if (page.status != 200) return ids;
            for (const json& order : page.body) ids.push_back(order["external_order_id"]);
            if (page.body.size() < 500) return ids;
            for (const auto& [name, value] : page.headers)
                if (name == "X-Next-Cursor") next = "cursor=" + net::percent_encode(value);
        }
    }
    bool has(const std::string& external_id) {
        const auto ids = listed();
        return std::find(ids.begin(), ids.end(), external_id) != ids.end();
    }
    /// Asks the channel again until the order is here.
    bool arrives(const std::string& external_id) {
        return eventually(std::chrono::seconds{90}, [&] {
            sync();
            return eventually(std::chrono::seconds{1}, [&] { return has(external_id); });
        });
    }
    json channel() {
        const Ran ran = hub_->command({"channel", "list", "--json"});
        const json rows = json::parse(ran.out, nullptr, false);
        return rows.is_array() && !rows.empty() ? rows[0] : json::object();
    }
    std::string watermark() {
        const json streams = channel().value("streams", json::array());
        for (const json& stream : streams)
            if (stream["stream"] == "orders") return stream["watermark"].is_string() ? stream["watermark"] : "null";
        return "null";
    }
    /// What stands open about a thing ("orders", or an order's id): "code: message" of each.
    std::vector<std::string> problems(const std::string& about) {
        std::vector<std::string> found;
        const json open = channel().value("problems", json::array());
        for (const json& problem : open)
            if (problem["key"] == about)
                found.push_back(problem["code"].get<std::string>() + ": " + problem["message"].get<std::string>());
        return found;
    }
    bool waits_for_spoilt(int count) {
        // Not more often than needed: after five failures in a row the channel is left alone for a minute.
        return eventually(std::chrono::seconds{60}, [&] {
            const int before = proxy_->spoilt();
            if (before >= count) return true;
            sync();
            eventually(std::chrono::seconds{3}, [&] { return proxy_->spoilt() > before; });
            return proxy_->spoilt() >= count;
        });
    }
    /// From now on no page of orders comes over, and none is under way: what is placed now is first seen spoilt.
    bool hold_pages_back() {
        proxy_->spoil(kPage, [](ShopProxy::Exchange& exchange) { exchange.answer("", "503 Service Unavailable"); });
        return waits_for_spoilt(1);
    }
    std::size_t resident() { return hub_->process().resident_bytes(); }

    /// One kind of nonsense in place of a page of orders: a problem that names it, the cursor where it was, the API
    /// alive, tried again, and the order that came meanwhile arrives once the nonsense ends. Says what it cost.
    void expect_survived(const char* row, const std::string& what, const ShopProxy::Spoil& nonsense) {
        Verdict verdict(row, what);
        const std::size_t before = resident();
        proxy_->spoil(kPage, nonsense);
        ASSERT_TRUE(waits_for_spoilt(1)) << what;
        const std::string placed = place();
        const std::string held = watermark();
        ASSERT_TRUE(waits_for_spoilt(2)) << what << ": not tried again";
        std::vector<std::string> said;
        EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] { return !(said = problems("orders")).empty(); }))
            << what << ": no problem is listed";
        EXPECT_EQ(watermark(), held) << what;
        EXPECT_FALSE(has(placed)) << what;
        EXPECT_TRUE(answers()) << what;
        const std::size_t after = resident();
        proxy_->be_honest();
        EXPECT_TRUE(arrives(placed)) << what << '\n' << hub_->process().err();
        EXPECT_FALSE(hub_->process().ended()) << what;
        const std::size_t growth = after > before ? after - before : 0;
        EXPECT_LT(growth, 96U * 1024 * 1024) << what;
        verdict.add("resident +" + std::to_string(growth / 1024) + " KiB, " + (said.empty() ? "" : said.front()));
    }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<ShopProxy> proxy_;
    std::unique_ptr<RunningHub> hub_;
    std::string key_;
};

}  // namespace crossdock::testing
