// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "sandbox/walmart/seller.h"
#include "support/raw_request.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;
using nlohmann::json;

/// A small seller on a virtual clock where nothing happens by itself unless a test asks for it.
class SellerTest : public ::testing::Test {
protected:
    static Timestamp start() { return *parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required); }
    static SellerOptions quiet() {
        SellerOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.items = 40;
        options.null_fields = false;
        return options;
    }
    void open(SellerOptions options = quiet()) {
        seller = make_seller(std::move(options), clock);
        token = fresh_token();
    }
    http::Fields headers() {
        return {{"wm_sec.access_token", token},
                {"wm_qos.correlation_id", "test-" + std::to_string(++sent)},
                {"wm_svc.name", "Walmart Marketplace"},
                {"accept", "application/json"},
                {"content-type", "application/json"}};
    }
    http::Response send(const std::string& method, const std::string& path, const std::string& body,
                        http::Fields with) {
        return seller->handle(testing::raw_request(method, "/walmart" + path, body, std::move(with)));
    }
    http::Response send(const std::string& method, const std::string& path, const json& body = nullptr) {
        return send(method, path, body.is_null() ? "" : body.dump(), headers());
    }
    json get(const std::string& path) { return json::parse(send("GET", path).body); }
    std::string fresh_token() {
        const http::Response answer = send("POST", "/v3/token", "grant_type=client_credentials",
                                           {{"authorization", "Basic ZGVtby1jbGllbnQ6ZGVtby1zZWNyZXQ="},
                                            {"wm_qos.correlation_id", "token-" + std::to_string(++sent)},
                                            {"wm_svc.name", "Walmart Marketplace"},
                                            {"accept", "application/json"}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json::parse(answer.body).value("access_token", "");
    }
    /// An order of `units` of each of these catalogue places (12 and up have ordinary skus), a day old.
    std::int64_t place(const std::vector<int>& goods, int units = 1) {
        PlaceOrder wish;
        for (const int good : goods) wish.items.push_back({sku(good), units});
        return seller->place_order(wish);
    }
    static std::string sku(int good) { return "SBX-" + std::to_string(1'000'000 + good).substr(1); }
    static std::string path_of(std::int64_t order, const std::string& verb = "") {
        return "/v3/orders/" + std::to_string(order) + (verb.empty() ? "" : "/" + verb);
    }
    json tracking(const std::string& number) {
        return {{"shipDateTime", to_ms(clock.now())},
                {"carrierName", {{"carrier", "FedEx"}}},
                {"methodCode", "Standard"},
                {"trackingNumber", number}};
    }
    json shipping(int line, int units, const std::string& number) {
        json status = {{"status", "Shipped"},
                       {"statusQuantity", {{"unitOfMeasurement", "EACH"}, {"amount", std::to_string(units)}}},
                       {"trackingInfo", tracking(number)}};
        json entry = {{"lineNumber", std::to_string(line)},
                      {"sellerOrderId", "ERP-1"},
                      {"orderLineStatuses", {{"orderLineStatus", json::array({status})}}}};
        return {{"orderShipment", {{"orderLines", {{"orderLine", json::array({entry})}}}}}};
    }
    static json& status_of(json& shipping) {
        return shipping["orderShipment"]["orderLines"]["orderLine"][0]["orderLineStatuses"]["orderLineStatus"][0];
    }
    /// The first error, whatever the shape.
    static json error_of(const http::Response& answer) {
        const json body = json::parse(answer.body, nullptr, false);
        if (body.contains("error")) return body["error"][0];
        if (!body.contains("errors")) return nullptr;
        return body["errors"].is_array() ? body["errors"][0] : body["errors"]["error"][0];
    }
    static std::string header_of(const http::Response& answer, std::string_view name) {
        for (const auto& [key, value] : answer.headers)
            if (key == name) return value;
        return {};
    }

    ManualClock clock{start()};
    std::unique_ptr<Seller> seller;
    std::string token;
    int sent = 0;
};

}  // namespace crossdock::sandbox::walmart
