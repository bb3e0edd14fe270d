// SPDX-License-Identifier: Apache-2.0
#include "integration/bad_input_rows.h"

#include <algorithm>
#include <map>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

constexpr std::size_t kMostGrowth = 64U * 1024 * 1024;

std::string filled_in(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values)
        for (std::size_t at = 0; (at = text.find("{" + name + "}", at)) != std::string::npos; at += value.size())
            text.replace(at, name.size() + 2, value);
    const std::string length = "{LENGTH}";
    if (const auto at = text.find(length); at != std::string::npos)
        text.replace(at, length.size(), std::to_string(text.size() - text.find("\r\n\r\n") - 4));
    return text;
}

/// Whether `text` ends with the last of that many whole answers.
bool is_whole(std::string_view text, int answers) {
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
        sandbox_ = std::make_unique<RunningSandbox>(12);
        std::string config = config_text(sandbox_->url());
        const std::string channel = config.substr(config.find("[[channel]]"));
        std::string second = channel;
        second.replace(second.find("shop-test"), 9, "shop-acme");
        second.insert(second.find("provider"), "account = \"acme\"\n");
        write_text(folder_ / "crossdock.toml", config + second);
        hub_ = std::make_unique<RunningHub>(folder_.path());
        const auto key = [&](std::vector<std::string> more) {
            more.insert(more.begin(), {"key", "create", "--json"});
            return json::parse(hub_->command(more).out);
        };
        const std::string mine = key({}).at("key");
        const std::string foreign = key({"--account", "acme"}).at("key");
        const json revoked = key({});
        ASSERT_EQ(hub_->command({"key", "revoke", revoked.at("key_id")}).code, 0);
        Client client(hub_->url(), mine);
        Client other(hub_->url(), foreign);
        ASSERT_TRUE(is_filled(client, 12)) << hub_->process().err();
        ASSERT_TRUE(is_filled(other, 12)) << hub_->process().err();

        const auto first = [](Client& of, const char* path) { return of.get(path).body; };
        const Answer orders = client.get("/api/v1/orders?raw=0&limit=5&since=2020-01-01T00:00:00Z&status=open");
        ASSERT_FALSE(orders.body.empty()) << orders.text;
        const json theirs = first(other, "/api/v1/orders?raw=0&limit=1&since=2020-01-01T00:00:00Z");
        const json items = first(client, "/api/v1/skus?raw=0&limit=50")["items"];
        const json their_items = first(other, "/api/v1/skus?raw=0&limit=50")["items"];
        const auto stocked =
            std::find_if(items.begin(), items.end(), [](const json& item) { return item["attrs"]["tracked"] == true; });
        ASSERT_NE(stocked, items.end());
        const auto another = std::find_if(items.begin(), items.end(), [&](const json& item) {
            return item["sku"] != (*stocked)["sku"] && item["sku"].is_string() && item["sku"] != "";
        });
        ASSERT_NE(another, items.end());
        std::string cursor;
        for (const auto& [name, value] : orders.headers)
            if (name == "X-Next-Cursor") cursor = net::percent_encode(value);
        ASSERT_FALSE(cursor.empty());
        values_ = {{"PORT", std::to_string(hub_->port())},
                   {"KEY", mine},
                   {"READER", key({"--scopes", "read-only"}).at("key")},
                   {"FOREIGN", foreign},
                   {"REVOKED", revoked.at("key")},
                   {"ORDER", orders.body[0]["id"].dump()},
                   {"OTHER_ORDER", theirs[0]["id"].dump()},
                   {"ITEM", (*stocked)["id"].dump()},
                   {"OTHER_SKU", (*another)["sku"]},
                   {"OTHER_ITEM", their_items[0]["id"].dump()},
                   {"CURSOR", cursor}};
    }

    bool answers() { return Client(hub_->url(), "").get("/healthz").status == 200; }

    void expect(const BadInput& input) {
        const std::string name = input.row + " " + input.what.substr(0, 60);
        RawSocket socket(hub_->port());
        socket.send(filled_in(input.bytes, values_));  // the server may close before it has everything
        const std::string got = socket.read_until(std::chrono::seconds{10}, [&](const std::string& text) {
            return !input.closes && is_whole(text, input.answers);
        });
        const int status = status_of(got);
        EXPECT_NE(std::find(input.statuses.begin(), input.statuses.end(), status), input.statuses.end())
            << name << ": answered " << status << '\n'
            << got.substr(0, 600);
        if (input.closes) {
            EXPECT_TRUE(socket.closed()) << name << ": left open";
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

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::map<std::string, std::string> values_;
};

TEST_F(Catalogue, EveryRowIsAnsweredAsWrittenAndMemoryStaysBounded) {
    if (HasFatalFailure()) return;
    // The first use of everything is not growth under attack.
    ASSERT_TRUE(answers());
    const std::size_t before = hub_->process().resident_bytes();
    std::map<char, int> counted;
    for (const auto& rows : {framing_rows(), request_rows()}) {
        for (const BadInput& input : rows) {
            expect(input);
            ++counted[input.row.front()];
        }
        ASSERT_TRUE(answers());
    }
    const std::string head = "POST /api/v1/orders/ack HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nX-Api-Key: {KEY}\r\n";
    const std::string piece = "100000\r\n" + std::string(1024 * 1024, ' ') + "\r\n";
    const int chunked = flood(head + "Transfer-Encoding: chunked\r\n\r\n", piece, 512U * 1024 * 1024);
    EXPECT_TRUE(chunked == 413 || chunked == 0) << "B7: " << chunked;
    const std::string endless(1024 * 1024, 'a');
    for (const std::string& start : {std::string{"GET /"}, head + "X-A: "}) {
        const int status = flood(start, endless, 256U * 1024 * 1024);
        EXPECT_TRUE(status == 414 || status == 431 || status == 0) << "B15: " << status;
    }
    {  // B25: gone after sending, and half closed.
        RawSocket gone(hub_->port());
        gone.send(filled_in("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n", values_));
        gone.reset();
        RawSocket half(hub_->port());
        half.send(filled_in("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n", values_));
        half.half_close();
        EXPECT_EQ(status_of(half.read_all(std::chrono::seconds{10})), 200) << "B25";
    }
    ASSERT_TRUE(answers());
    const std::size_t after = hub_->process().resident_bytes();
    const std::size_t growth = after > before ? after - before : 0;
    EXPECT_LT(growth, kMostGrowth);
    std::string figures;
    for (const auto& [row, count] : counted) figures += std::string{" "} + row + ":" + std::to_string(count);
    std::printf("catalogue:%s variants\nG19: resident %zu KiB before, %zu KiB after, growth %zu KiB (limit 65536)\n",
                figures.c_str(), before / 1024, after / 1024, growth / 1024);
}

TEST_F(Catalogue, WhatIsSilentOrDripsIsClosedInTime) {
    if (HasFatalFailure()) return;
    RawSocket silent(hub_->port());  // B9
    silent.send(
        filled_in("POST /api/v1/orders/ack HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nX-Api-Key: {KEY}\r\nContent-Length: "
                  "10\r\n\r\n{\"id",
                  values_));
    RawSocket dripping(hub_->port());  // B24
    const auto began = std::chrono::steady_clock::now();
    for (const char byte : filled_in("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n", values_)) {
        dripping.send(std::string(1, byte));
        if (!dripping.read_until(std::chrono::seconds{1}, [](const std::string& text) { return !text.empty(); })
                 .empty() ||
            dripping.closed())
            break;
    }
    const auto headers = std::chrono::steady_clock::now() - began;
    EXPECT_GE(headers, std::chrono::seconds{4});
    EXPECT_LT(headers, std::chrono::seconds{15});
    EXPECT_EQ(status_of(silent.read_all(std::chrono::seconds{30})), 408);
    EXPECT_TRUE(silent.closed());
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{25});
    EXPECT_TRUE(answers());
}

TEST_F(Catalogue, AnAnswerOfTheShopThatIsNoAnswerStopsNothing) {  // C1, C5 as far as the sandbox can play them
    if (HasFatalFailure()) return;
    Client shop(sandbox_->url(), "");
    Client client(hub_->url(), values_.at("KEY"));
    for (const char* kind : {"html", "errors", "string_errors", "truncated", "cut", "no_answer_after", "throttle",
                             "half_page", "repeat_cursor", "empty_page"}) {
        ASSERT_EQ(shop.post("/shopify/_sandbox/faults", {{"kind", kind}, {"count", 2}}).status, 201) << kind;
        const Answer placed = shop.post("/shopify/_sandbox/orders", {{"lines", 1}, {"paid", true}});
        ASSERT_EQ(placed.status, 201) << placed.text;
        hub_->command({"channel", "sync", "shop-test", "--stream", "orders"});
        EXPECT_TRUE(answers()) << kind;
        shop.send("DELETE", "/shopify/_sandbox/faults", "");
        const std::string external = placed.body["id"];
        EXPECT_TRUE(eventually(
            std::chrono::seconds{60},
            [&] {
                hub_->command({"channel", "sync", "shop-test", "--stream", "orders"});
                const json orders =
                    client.get("/api/v1/orders?raw=0&channel=shop-test&limit=500&since=2020-01-01T00:00:00Z").body;
                return std::any_of(orders.begin(), orders.end(),
                                   [&](const json& order) { return order["external_order_id"] == external; });
            }))
            << kind << '\n'
            << hub_->process().err();
    }
    EXPECT_FALSE(hub_->process().ended());
}

}  // namespace
}  // namespace crossdock::testing
