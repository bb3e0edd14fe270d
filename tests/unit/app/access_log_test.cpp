// SPDX-License-Identifier: Apache-2.0
// One line for every request: who asked what, and nothing that names a buyer or opens a door.
#include "hub_fixture.h"
#include "net/http_client.h"

namespace crossdock::app {
namespace {

class AccessLog : public HubTest<SystemClock> {
protected:
    void listen(bool log_requests) {
        auto with = options();
        with.log_requests = log_requests;
        open(std::move(with));
        const auto made = run_command(*hub, "key.create", {{"name", "till"}});
        key = made->at("key");
        key_id = made->at("key_id");
        const auto listening = hub->listen();
        if (!listening) throw std::runtime_error(listening.error().message);
    }
    net::HttpResponse ask(const std::string& method, const std::string& target, bool with_key = true) {
        net::HttpRequest request;
        request.method = method;
        request.url = "http://127.0.0.1:" + std::to_string(hub->port()) + target;
        if (with_key) request.headers = {{"X-Api-Key", key}};
        request.deadline = 30s;
        const auto answer = net::make_http_client("test")->send(request);
        if (!answer) throw std::runtime_error(answer.error().message);
        return *answer;
    }
    /// The line about the answer that has this id in its header.
    std::string line_of(const net::HttpResponse& answer) {
        std::string id;
        for (const auto& [name, value] : answer.headers)
            if (name == "X-Request-Id") id = value;
        EXPECT_FALSE(id.empty());
        std::string found;
        eventually(60s, [&] {
            for (const std::string& line : quiet.lines())
                if (line.find(" request ") != std::string::npos && line.find("request_id=" + id) != std::string::npos)
                    found = line;
            return !found.empty();
        });
        return found;
    }

    std::string key, key_id;
};

TEST_F(AccessLog, TellsWhoAskedWhatAndHowItWent) {
    listen(true);
    const std::string line = line_of(ask("GET", "/api/v1/orders/17"));
    for (const std::string& field :
         {std::string{"method=GET"}, std::string{"path=/api/v1/orders/17"}, std::string{"route=/api/v1/orders/{id}"},
          std::string{"status=404"}, std::string{"from=127.0.0.1"}, "key=" + key_id, std::string{"account=1"},
          std::string{"us="}, std::string{"in=0"}, std::string{"out="}})
        EXPECT_NE(line.find(field), std::string::npos) << field << "\n" << line;
    EXPECT_EQ(line.find(key), std::string::npos);
    // Also when nobody is known, and when nothing is there.
    EXPECT_NE(line_of(ask("GET", "/api/v1/orders", false)).find("status=401"), std::string::npos);
    EXPECT_NE(line_of(ask("GET", "/nothing")).find("route=none"), std::string::npos);
}

TEST_F(AccessLog, HoldsNoQueryNoPersonAndNoKey) {
    listen(true);
    const std::string line = line_of(ask("GET", "/api/v1/orders?channel=Jane+Doe&since=2020-01-01&cursor=abc"));
    EXPECT_NE(line.find("path=/api/v1/orders "), std::string::npos) << line;
    line_of(ask("GET", "/customers/jane@example.com/orders"));
    line_of(ask("GET", "/api/v1/orders/" + key));
    for (const std::string& one : quiet.lines())
        for (const std::string& canary :
             {std::string{"Jane"}, std::string{"jane@"}, std::string{"2020-01-01"}, std::string{"cursor"}, key})
            EXPECT_EQ(one.find(canary), std::string::npos) << one;
}

TEST_F(AccessLog, IsSilentWhenTheConfigSaysSo) {
    listen(false);
    ask("GET", "/api/v1/orders");
    hub->stop(3s);
    EXPECT_FALSE(was_logged(" request "));
}

TEST_F(AccessLog, WhatIsLoggedInARequestNamesIt) {
    listen(true);
    hub->router().add({"GET", "/troubled", [](const http::Request&) {
                           log::warn("trouble");
                           return http::Response::text(200, "");
                       }});
    const auto answer = ask("GET", "/troubled");
    const std::string line = line_of(answer);
    const std::string id = line.substr(line.find("request_id=") + 11, 8);
    EXPECT_TRUE(eventually(60s, [&] {
        const auto lines = quiet.lines();
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& one) {
            return one.find("trouble") != std::string::npos && one.find(id) != std::string::npos &&
                   one.find(" request ") == std::string::npos;
        });
    }));
}

}  // namespace
}  // namespace crossdock::app
