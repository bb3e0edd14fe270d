// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "support/shopify_client.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;
using nlohmann::json;

/// A small shop on a virtual clock where nothing happens by itself unless a test asks for it.
class ShopTest : public ::testing::Test {
protected:
    static Timestamp start() { return *parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required); }
    static ShopOptions quiet() {
        ShopOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.products = 20;
        return options;
    }
    void open(ShopOptions options) {
        shop = make_shop(std::move(options), clock);
        client = std::make_unique<testing::ShopifyClient>(*shop);
    }
    static std::string order_gid(std::int64_t id) { return "gid://shopify/Order/" + std::to_string(id); }
    json call(const std::string& query, const json& variables = nullptr) { return client->call(query, variables); }
    /// The first error's code, "" when there is none.
    static std::string code_of(const json& answer) {
        if (!answer.contains("errors")) return "";
        return answer["errors"][0].value("extensions", json::object()).value("code", "none");
    }
    json order(std::int64_t id) { return json::parse(shop->order_json(id)); }

    ManualClock clock{start()};
    std::unique_ptr<Shop> shop;
    std::unique_ptr<testing::ShopifyClient> client;
};

}  // namespace crossdock::sandbox::shopify
