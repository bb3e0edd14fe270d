// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/ebay/seller.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;
using nlohmann::json;

/// A seller on a virtual clock where nothing happens by itself.
class SellerTest : public ::testing::Test {
protected:
    static SellerOptions quiet() {
        SellerOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.items = 30;
        return options;
    }
    void open(SellerOptions options) {
        seller = make_seller(std::move(options), clock);
        user = token("grant_type=refresh_token&refresh_token=" + percent_encode("v^1.1#i^1#r^1#demo+refresh/token="));
    }
    http::Response send(const std::string& method, const std::string& target, const std::string& body = {},
                        http::Fields headers = {}) {
        http::Request request;
        request.method = method;
        const std::size_t mark = target.find('?');
        request.target = "/ebay" + target.substr(0, mark);
        request.path = percent_decode(request.target, false);
        if (mark != std::string::npos)
            for (const std::string& pair : split(target.substr(mark + 1), '&')) {
                const std::size_t at = pair.find('=');
                request.query.emplace_back(pair.substr(0, at), percent_decode(pair.substr(at + 1), true));
            }
        request.headers = std::move(headers);
        if (!request.header("host")) request.headers.emplace_back("host", "127.0.0.1:8090");
        if (!request.header("authorization")) request.headers.emplace_back("authorization", "Bearer " + user);
        request.body = body;
        return seller->handle(request);
    }
    std::string token(const std::string& form) {
        const auto answer = send("POST", "/identity/v1/oauth2/token", form,
                                 {{"authorization", "Basic " + base64_encode("demo-client:demo-secret")},
                                  {"content-type", "application/x-www-form-urlencoded"}});
        const json body = json::parse(answer.body);
        return body.value("access_token", body.value("error", ""));
    }
    static int error_of(const http::Response& answer) { return json::parse(answer.body)["errors"][0]["errorId"]; }

    ManualClock clock{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};
    std::unique_ptr<Seller> seller;
    std::string user;
};

}  // namespace crossdock::sandbox::ebay
