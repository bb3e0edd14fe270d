// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <map>

#include "integration/bad_input_rows.h"
#include "integration/running_hub.h"

namespace crossdock::testing {

inline std::string filled_in(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values)
        for (std::size_t at = 0; (at = text.find("{" + name + "}", at)) != std::string::npos; at += value.size())
            text.replace(at, name.size() + 2, value);
    const std::string length = "{LENGTH}";
    if (const auto at = text.find(length); at != std::string::npos)
        text.replace(at, length.size(), std::to_string(text.size() - text.find("\r\n\r\n") - 4));
    return text;
}

/// Whether `text` ends with the last of that many whole answers.
inline bool is_whole(std::string_view text, int answers) {
    for (; answers > 0; --answers) {
        const auto head = text.find("\r\n\r\n");
        if (head == std::string_view::npos) return false;
        std::size_t length = 0;
        const auto at = text.find("Content-Length: ");
        if (at < head) length = static_cast<std::size_t>(std::atoll(std::string{text.substr(at + 16, 20)}.c_str()));
        if (text.size() < head + 4 + length) return false;
        text.remove_prefix(head + 4 + length);
    }
    return true;
}

class Catalogue : public ::testing::Test {
protected:
    void SetUp() override {
        sandbox_ = std::make_unique<RunningSandbox>(std::vector<std::string>{"--orders", "12", "--still"});
        std::string config = config_text(sandbox_->url());
        const std::string channel = config.substr(config.find("[[channel]]"));
        std::string second = channel;
        second.replace(second.find("shop-test"), 9, "shop-acme");
        second.insert(second.find("provider"), "account = \"acme\"\n");
        // A second store of the same account, for its items alone. Were it at the same address, it would be the same.
        std::string twin = channel;
        twin.replace(twin.find("shop-test"), 9, "shop-twin");
        twin.replace(twin.find("127.0.0.1"), 9, "localhost");
        twin.replace(twin.find("orders = \"5s\""), 13, "orders = \"off\"");
        write_text(folder_ / "crossdock.toml", config + second + twin + "[plans.few]\nrequests_per_day = 100\n");
        hub_ = std::make_unique<RunningHub>(folder_.path());
        const auto key = [&](std::vector<std::string> more) {
            more.insert(more.begin(), {"key", "create", "--json"});
            return json::parse(hub_->command(more).out);
        };
        const std::string mine = key({}).at("key");
        const std::string foreign = key({"--account", "acme"}).at("key");
        const json revoked = key({});
        ASSERT_EQ(hub_->command({"key", "revoke", revoked.at("key_id")}).code, 0);
        const std::string expired = key({"--expires", "1s"}).at("key");
        Client client(hub_->url(), mine);
        Client other(hub_->url(), foreign);
        ASSERT_TRUE(is_filled(client, 12)) << hub_->process().err();
        ASSERT_TRUE(is_filled(other, 12)) << hub_->process().err();

        const auto first = [](Client& of, const char* path) { return of.get(path).body; };
        const Answer orders = client.get("/api/v1/orders?raw=0&limit=5&since=2020-01-01T00:00:00Z&status=open");
        ASSERT_FALSE(orders.body.empty()) << orders.text;
        const json theirs = first(other, "/api/v1/orders?raw=0&limit=1&since=2020-01-01T00:00:00Z");
        const json their_items = first(other, "/api/v1/skus?raw=0&limit=50")["items"];
        // The items of the one store may be there long before those of the other.
        json items, twins, stocked, another;
        ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            items = first(client, "/api/v1/skus?raw=0&limit=50&channel=shop-test").value("items", json::array());
            stocked = another = nullptr;
            for (const json& item : items)
                if (stocked.is_null() && item["attrs"]["tracked"] == true) stocked = item;
            for (const json& item : items)
                if (!stocked.is_null() && another.is_null() && item["sku"].is_string() && item["sku"] != "" &&
                    item["sku"] != stocked["sku"])
                    another = item;
            return !another.is_null();
        })) << hub_->process().err();
        ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            twins = first(client, "/api/v1/skus?raw=0&limit=1&channel=shop-twin").value("items", json::array());
            return !twins.empty();
        })) << hub_->process().err();
        std::string cursor;
        for (const auto& [name, value] : orders.headers)
            if (name == "X-Next-Cursor") cursor = net::percent_encode(value);
        ASSERT_FALSE(cursor.empty());
        values_ = {{"PORT", std::to_string(hub_->port())},
                   {"KEY", mine},
                   {"READER", key({"--scopes", "read-only"}).at("key")},
                   {"ADMIN", key({"--scopes", "erp webhooks:admin"}).at("key")},
                   {"FOREIGN", foreign},
                   {"REVOKED", revoked.at("key")},
                   {"EXPIRED", expired},  // long before anything below is over
                   {"ORDER", orders.body[0]["id"].dump()},
                   {"OTHER_ORDER", theirs[0]["id"].dump()},
                   {"ITEM", stocked["id"].dump()},
                   {"OTHER_SKU", another["sku"]},
                   {"OTHER_ITEM", their_items[0]["id"].dump()},
                   {"TWIN_ITEM", twins[0]["id"].dump()},
                   {"CURSOR", cursor}};
        ASSERT_EQ(orders.status, 200);
        ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            return Client(hub_->url(), expired).get("/api/v1/orders?limit=1").status == 401;
        }));
    }

    bool answers() { return Client(hub_->url(), "").get("/healthz").status == 200; }

    void expect(const BadInput& input) {
        const Verdict verdict(input.row, input.what);
        const std::string name = input.row + " " + input.what.substr(0, 60);
        std::string got;
        bool closed = false;
        for (int i = 0; i == 0 || (i < kMostRepeats && is_busy(got)); ++i) {
            RawSocket socket(hub_->port());
            socket.send(filled_in(input.bytes, values_));  // the server may close before it has everything
            got = socket.read_until(std::chrono::seconds{10}, [&](const std::string& text) {
                return !input.closes && is_whole(text, input.answers);
            });
            closed = socket.closed();
        }
        const int status = status_of(got);
        EXPECT_NE(std::find(input.statuses.begin(), input.statuses.end(), status), input.statuses.end())
            << name << ": answered " << status << '\n'
            << got.substr(0, 600);
        if (input.closes) {
            EXPECT_TRUE(closed) << name << ": left open";
        }
        if (status != 0) {
            EXPECT_EQ(answers_in(got), input.answers) << name << '\n' << got.substr(0, 600);
        }
        if (!input.holds.empty()) {
            EXPECT_NE(got.find(filled_in(input.holds, values_)), std::string::npos) << name << '\n'
                                                                                    << got.substr(0, 600);
        }
        EXPECT_FALSE(hub_->process().ended()) << name;
    }

    /// Sends `piece` again and again until `total` bytes are out or the server closes; the answer's status.
    int flood(const std::string& head, const std::string& piece, std::size_t total) {
        RawSocket socket(hub_->port());
        socket.send(filled_in(head, values_));
        for (std::size_t sent = 0; sent < total; sent += piece.size())
            if (!socket.send(piece)) break;
        return status_of(socket.read_all(std::chrono::seconds{10}));
    }

    /// The first value of a query on the hub's own file, read beside the running hub.
    std::string ask(const std::string& query) { return ask_database(folder_ / "crossdock.db", query); }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::map<std::string, std::string> values_;
};

}  // namespace crossdock::testing
