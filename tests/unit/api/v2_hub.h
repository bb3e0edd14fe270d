// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/routes/event_json.h"
#include "unit/api/hub.h"
#include "unit/webhooks/webhook_world.h"

namespace crossdock::api::testing {

/// The hub as a client of `/v2` sees it: a Bearer key that may do everything in the account acme. What goes out by
/// webhook goes to `network`, when deliver() is called.
class V2Hub : public Hub {
public:
    V2Hub()
        : network([](const net::HttpRequest&) { return webhooks::status(200, {}, "thanks"); }),
          rules({{"127.0.0.1"}, [] { return 0; }, [](const IpAddress&) { return false; }}),
          engine({*db, clock, random, network, keeper, routes::event_json}),
          endpoints({*db, clock, random, keeper, rules, engine, routes::event_json}),
          admin(make_key(acme, kEverything)),
          others_admin(make_key(other, kEverything)) {
        context->endpoints = &endpoints;
    }

    static constexpr const char* kEverything =
        "erp channels:write jobs:read jobs:write webhooks:admin keys:admin audit:read";

    Answer call(const std::string& method, const std::string& target, const std::string& body = "",
                const http::Fields& headers = {}) {
        return call_as(admin, method, target, body, headers);
    }
    Answer call_as(const std::string& key, const std::string& method, const std::string& target,
                   const std::string& body = "", const http::Fields& headers = {}) {
        http::Request request;
        request.method = method;
        request.path = target;
        request.body = body;
        request.headers = headers;
        if (!key.empty()) request.headers.emplace_back("authorization", "Bearer " + key);
        if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
        return send(std::move(request));
    }
    Answer see(const std::string& target) { return call("GET", target); }
    Answer see_as(const std::string& key, const std::string& target) { return call_as(key, "GET", target); }
    Answer send_json(const std::string& target, const nlohmann::json& body) {
        return call("POST", target, body.dump());
    }

    /// The `data` of a good answer.
    nlohmann::json data(const std::string& target) {
        const auto answer = see(target);
        EXPECT_EQ(answer.status(), 200) << target << ": " << answer.raw.body;
        return answer.status() == 200 ? answer.json().at("data") : nlohmann::json::array();
    }
    /// One member of each row of a list.
    std::vector<std::string> column(const std::string& target, const char* name) {
        std::vector<std::string> values;
        for (const auto& row : data(target)) values.push_back(row.at(name).get<std::string>());
        return values;
    }

    void deliver() {
        while (engine.step()) {
        }
    }

    webhooks::OpenKeeper keeper;
    webhooks::MadeUpNetwork network;
    webhooks::TargetRules rules;
    webhooks::Engine engine;
    webhooks::Endpoints endpoints;
    std::string admin, others_admin;
};

inline std::string code_of(const Answer& answer) {
    const auto body = answer.json();
    return body.contains("error") && body.at("error").is_object() ? body.at("error").at("code").get<std::string>()
                                                                  : "(" + answer.raw.body + ")";
}
inline std::string message_of(const Answer& answer) { return answer.json().at("error").at("message"); }

}  // namespace crossdock::api::testing
