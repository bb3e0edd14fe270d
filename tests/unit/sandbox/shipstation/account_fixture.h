// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "sandbox/shipstation/account.h"
#include "support/raw_request.h"

namespace crossdock::sandbox::shipstation {

using namespace std::chrono_literals;
using nlohmann::json;

/// A small account on a virtual clock where nothing happens by itself unless a test asks for it.
class AccountTest : public ::testing::Test {
protected:
    /// 02:00 in Los Angeles, where it is winter.
    static Timestamp start() { return *parse_iso8601("2026-11-21T10:00:00Z", ZoneRule::required); }
    static AccountOptions quiet() {
        AccountOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.products = 40;
        options.v1_per_minute = 1000;
        return options;
    }
    void open(AccountOptions options = quiet()) { account = make_account(std::move(options), clock); }
    http::Response send(const std::string& method, const std::string& path, const json& body = nullptr) {
        return account->handle(testing::raw_request(
            method, "/shipstation" + path, body.is_null() ? "" : body.dump(),
            {{"authorization", authorization}, {"api-key", api_key}, {"content-type", "application/json"}}));
    }
    json get(const std::string& path) { return json::parse(send("GET", path).body); }
    std::int64_t place(const std::string& number = "", std::int64_t store = 25748) {
        PlaceOrder wish;
        wish.items = {{"SBX-000012", 2}, {"SBX-000013", 1}};
        wish.order_number = number;
        wish.store = store;
        return account->place_order(wish);
    }
    std::vector<std::int64_t> ids(const std::string& query = "") {
        std::vector<std::int64_t> out;
        const json page = get("/orders?pageSize=500" + query);
        for (const json& order : page["orders"]) out.push_back(order["orderId"]);
        return out;
    }
    http::Response mark(std::int64_t order, const std::string& number, const std::string& carrier = "usps") {
        return send(
            "POST", "/orders/markasshipped",
            {{"orderId", order}, {"carrierCode", carrier}, {"trackingNumber", number}, {"notifySalesChannel", true}});
    }
    static std::string path_of(std::int64_t order) { return "/orders/" + std::to_string(order); }
    static std::string header_of(const http::Response& answer, std::string_view name) {
        for (const auto& [key, value] : answer.headers)
            if (key == name) return value;
        return {};
    }

    ManualClock clock{start()};
    std::unique_ptr<Account> account;
    std::string authorization = "Basic ZGVtby1rZXk6ZGVtby1zZWNyZXQ=";
    std::string api_key = "demo-v2-key";
};

}  // namespace crossdock::sandbox::shipstation
