// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "sandbox/amazon/seller.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::amazon {

using namespace std::chrono_literals;
using nlohmann::json;

inline constexpr const char* kUs = "ATVPDKIKX0DER";
inline constexpr const char* kDe = "A1PA6795UKMFR9";
inline constexpr const char* kJp = "A1VC38T7YXB528";

/// A small account on a virtual clock where nothing happens by itself, and a plain HTTP client that knows nothing of
/// the hub's connector.
class SellerTest : public ::testing::Test {
protected:
    static Timestamp start() { return *parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required); }
    static SellerOptions quiet() {
        SellerOptions options;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.life_cycle = false;
        options.items = 60;
        options.inbound_shipments = 0;
        return options;
    }
    void open(SellerOptions options) { seller = make_seller(std::move(options), clock); }

    /// `target`: path and query below the prefix, percent-encoded.
    http::Response send(const std::string& method, const std::string& target, const std::string& body = "",
                        http::Fields headers = {}) {
        http::Request request;
        request.method = method;
        const std::size_t mark = target.find('?');
        request.target = "/amazon" + target.substr(0, mark);
        request.path = percent_decode(request.target, false);
        if (mark != std::string::npos) {
            for (const std::string& pair : split(target.substr(mark + 1), '&')) {
                const std::size_t equals = pair.find('=');
                request.query.emplace_back(
                    percent_decode(pair.substr(0, equals), true),
                    equals == std::string::npos ? "" : percent_decode(pair.substr(equals + 1), true));
            }
        }
        request.headers = std::move(headers);
        request.headers.emplace_back("host", "127.0.0.1:9100");
        request.body = body;
        return seller->handle(request);
    }
    /// With a token and a user agent, as every call to the API needs them.
    http::Response api(const std::string& method, const std::string& target, const std::string& body = "") {
        return send(method, target, body, {{"x-amz-access-token", token}, {"user-agent", "Test/1.0 (Language=C++)"}});
    }
    json get(const std::string& target) {
        const http::Response response = api("GET", target);
        EXPECT_EQ(response.status, 200) << target << "\n" << response.body;
        return json::parse(response.body, nullptr, false);
    }
    json post(const std::string& target, const json& body, int status) {
        const http::Response response = api("POST", target, body.dump());
        EXPECT_EQ(response.status, status) << target << "\n" << response.body;
        return json::parse(response.body, nullptr, false);
    }
    /// "400 InvalidInput: message" of a refused call.
    static std::string refusal(const http::Response& response) {
        const json body = json::parse(response.body, nullptr, false);
        if (!body.is_object() || !body.contains("errors")) return std::to_string(response.status);
        const json& first = body["errors"][0];
        return std::to_string(response.status) + " " + first["code"].get<std::string>() + ": " +
               (first["message"].is_null() ? "" : first["message"].get<std::string>());
    }
    static std::string header(const http::Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return {};
    }
    /// Follows a document's URL, which is absolute.
    http::Response fetch(const std::string& method, const std::string& url, const std::string& body = "",
                         http::Fields headers = {}) {
        const std::size_t at = url.find("/amazon/");
        EXPECT_NE(at, std::string::npos) << url;
        return send(method, url.substr(at + 7), body, std::move(headers));
    }
    static std::string at(Timestamp when) { return format_rfc3339(when); }

    ManualClock clock{start()};
    std::unique_ptr<Seller> seller;
    std::string token = "Atza|demo";
};

}  // namespace crossdock::sandbox::amazon
