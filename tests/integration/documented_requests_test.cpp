// SPDX-License-Identifier: Apache-2.0
// What the developer documentations 000, 002 and 004 show, over the wire against the real binary: requests with no more
// than host and key changed, and a real delivery checked by 000's own code. Value by value in the process:
// tests/unit/api/documented_requests_test.cpp; what differs and why: docs/decisions/012-documented-requests.md.
#include <mutex>

#include "base/text.h"
#include "crypto/hash.h"
#include "integration/running_hub.h"
#include "unit/net/raw_server.h"

namespace crossdock::testing {
namespace {

using net::testing_support::Peer;
using net::testing_support::RawServer;

// 000, "Signature verification", as it stands there.
constexpr const char* kDocumentedVerification = R"js(
import crypto from "crypto";
function verifyWebhook(payload, signature, secret) {
const expected = crypto
.createHmac("sha256", secret)
.update(payload)
.digest("hex");
return crypto.timingSafeEqual(
Buffer.from(signature),
Buffer.from(expected)
);
}
)js";

/// A request as a receiver reads it.
struct Received {
    std::string head, body;
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const auto from = at + name.size() + 4;
        return head.substr(from, head.find("\r\n", from) - from);
    }
};

class DocumentedRequestsOnTheWire : public ::testing::Test {
protected:
    DocumentedRequestsOnTheWire() : sandbox({"--orders", "12", "--still"}), receiver([this](Peer& peer) { take(peer); }) {
        std::string config = config_text(sandbox.url());
        config.replace(config.find("shop-test"), 9, "shopify");
        config +=
            "[webhooks]\nallow = [\"127.0.0.1\"]\n[plans.growth]\nrequests_per_day = 500\nburst_per_minute = 20\n";
        write_text(folder / "crossdock.toml", config);
        hub = std::make_unique<RunningHub>(folder.path());
        key = hub->make_key("erp webhooks:admin keys:admin audit:read");
    }
    void take(Peer& peer) {
        for (std::string request; !(request = peer.read_request()).empty();) {
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            const auto end = request.find("\r\n\r\n");
            const std::lock_guard lock(mutex);
            received.push_back({request.substr(0, end + 2), request.substr(end + 4)});
        }
    }
    std::vector<Received> all_received() {
        const std::lock_guard lock(mutex);
        return received;
    }
    /// 000's headers: a Bearer key, a content type with and without a body, a version.
    Answer ask(const std::string& method, const std::string& path, const json& body = nullptr,
               net::Headers more = {}) const {
        return ask_as(key, method, path, body, std::move(more));
    }
    Answer ask_as(const std::string& with, const std::string& method, const std::string& path,
                  const json& body = nullptr, net::Headers more = {}) const {
        net::Headers headers{{"SM-Version", "2026-04-01"}};
        if (body.is_null()) headers.emplace_back("Content-Type", "application/json");
        if (!with.empty()) headers.emplace_back("Authorization", "Bearer " + with);
        headers.insert(headers.end(), more.begin(), more.end());
        return Client(hub->url(), "").send(method, path, body.is_null() ? "" : body.dump(), headers);
    }
    static std::string header(const Answer& answer, std::string_view name) {
        for (const auto& [key, value] : answer.headers)
            if (equals_ignoring_case(key, name)) return value;
        return {};
    }
    void wait_for_orders() {
        ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            const Answer list = ask("GET", "/v2/orders");
            return list.status == 200 && list.body["meta"]["total"] == 12;
        }));
    }

    TemporaryFolder folder;
    RunningSandbox sandbox;
    std::mutex mutex;
    std::vector<Received> received;
    RawServer receiver;
    std::unique_ptr<RunningHub> hub;
    std::string key;
};

TEST_F(DocumentedRequestsOnTheWire, TheListHasTheDocumentedMembers) {
    wait_for_orders();
    const Answer answer = ask("GET", "/v2/orders?status=pending&limit=20");
    ASSERT_EQ(answer.status, 200) << answer.text;
    EXPECT_EQ(header(answer, "Content-Type"), "application/json");
    EXPECT_EQ(header(answer, "API-Version"), "2026-04-01");
    EXPECT_FALSE(header(answer, "X-Request-Id").empty());
    const json order = answer.body["data"][0];
    EXPECT_TRUE(order["id"].get<std::string>().starts_with("ord_"));
    EXPECT_EQ(order["status"], "pending");
    EXPECT_EQ(order["channel"], "shopify");
    EXPECT_TRUE(order["customer"]["name"].is_string());
    EXPECT_TRUE(order["customer"]["email"].is_string());
    EXPECT_TRUE(order["total"].is_number());
    EXPECT_EQ(order["currency"].get<std::string>().size(), 3U);
    EXPECT_TRUE(order["created_at"].get<std::string>().ends_with("Z"));
    EXPECT_TRUE(answer.body["meta"]["total"].is_number());
    EXPECT_EQ(answer.body["meta"]["limit"], 20);
    EXPECT_TRUE(answer.body["meta"].contains("next_cursor"));
    const Answer first = ask("GET", "/v2/orders?status=pending&limit=1");
    EXPECT_TRUE(first.body["meta"]["next_cursor"].get<std::string>().starts_with("cur_"));
}

TEST_F(DocumentedRequestsOnTheWire, ADeliveryPassesTheDocumentedVerification) {
    wait_for_orders();
    const net::Headers once{{"Idempotency-Key", "register-1"}};
    const json wish{{"url", receiver.url("/webhooks")},
                    {"events", {"order.created", "order.shipped", "inventory.low"}}};
    const Answer made = ask("POST", "/v2/webhook_endpoints", wish, once);
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string id = made.body["data"]["id"];
    const std::string secret = made.body["data"]["secret"];
    const Answer again = ask("POST", "/v2/webhook_endpoints", wish, once);
    EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
    EXPECT_EQ(again.body["data"]["id"], id);
    EXPECT_EQ(again.body["data"]["secret"], nullptr);
    const Answer replay = ask("POST", "/v2/webhook_endpoints/" + id + "/replay", {{"types", {"order.created"}}});
    ASSERT_EQ(replay.status, 202) << replay.text;
    EXPECT_EQ(replay.body["data"]["queued"], 12);
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] { return all_received().size() >= 12; }));
    const std::vector<Received> deliveries = all_received();

    std::string script = kDocumentedVerification;
    const auto in_js = [](const std::string& text) { return json(text).dump(); };
    for (const Received& one : deliveries) {
        EXPECT_TRUE(one.head.starts_with("POST /webhooks HTTP/1.1\r\n"));
        EXPECT_EQ(one.header("Content-Type"), "application/json");
        const std::string signature = one.header("SM-Signature");
        EXPECT_EQ(signature, to_hex(crypto::hmac_sha256(secret, one.body)));
        const json event = json::parse(one.body);
        EXPECT_EQ(event["type"], "order.created");
        EXPECT_EQ(event["id"], one.header("webhook-id"));
        EXPECT_EQ(event["api_version"], "2026-04-01");
        EXPECT_EQ(event["data"]["channel"], "shopify");
        for (const char* name : {"sku", "qty", "price"}) EXPECT_TRUE(event["data"]["items"][0].contains(name)) << name;
        script +=
            "console.log(verifyWebhook(" + in_js(one.body) + "," + in_js(signature) + "," + in_js(secret) + "));\n";
        script += "console.log(verifyWebhook(" + in_js(one.body + " ") + "," + in_js(signature) + "," + in_js(secret) +
                  "));\n";
    }
    // The documented code itself, where there is something to run it.
    write_text(folder / "verify.mjs", script);
    RealProcess node({"/usr/bin/env", "node", (folder / "verify.mjs").string()});
    const int code = node.wait().value_or(-1);
    if (code == 127) {
        std::printf("there is no Node.js here: the documented code was not run, its algorithm was\n");
        return;
    }
    ASSERT_EQ(code, 0) << node.err();
    std::string expected;
    for (std::size_t i = 0; i < deliveries.size(); ++i) expected += "true\nfalse\n";
    EXPECT_EQ(node.out(), expected);
}

TEST_F(DocumentedRequestsOnTheWire, KeysErrorsAndLimits) {
    const Answer made =
        ask("POST", "/v2/keys", {{"name", "Warehouse system"}, {"scopes", {"read-only"}}, {"plan", "growth"}},
            {{"Idempotency-Key", "key-1"}});
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string limited = made.body["data"]["secret"];
    const Answer replayed =
        ask("POST", "/v2/keys", {{"name", "Warehouse system"}, {"scopes", {"read-only"}}, {"plan", "growth"}},
            {{"Idempotency-Key", "key-1"}});
    EXPECT_EQ(replayed.body["data"]["secret"], nullptr);
    EXPECT_EQ(replayed.body["data"]["id"], made.body["data"]["id"]);

    struct Row {
        const char* code;
        int status;
        Answer answer;
    };
    const Row rows[]{
        {"unauthenticated", 401, ask_as("", "GET", "/v2/orders")},
        {"forbidden", 403, ask_as(limited, "POST", "/v2/orders/acknowledge", {{"ids", json::array()}})},
        {"not_found", 404, ask("GET", "/v2/orders/ord_01HXYZ8821")},
        {"validation_failed", 422, ask("GET", "/v2/orders?limit=0")},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(row.answer.status, row.status) << row.answer.text;
        EXPECT_EQ(row.answer.body["error"]["code"], row.code);
        EXPECT_TRUE(row.answer.body["error"]["message"].is_string());
        EXPECT_TRUE(row.answer.body["error"]["details"].is_object());
        EXPECT_EQ(row.answer.body["error"]["request_id"], header(row.answer, "X-Request-Id"));
    }
    Answer last;
    for (int i = 0; i < 45 && last.status != 429; ++i) last = ask_as(limited, "GET", "/v2/orders");
    ASSERT_EQ(last.status, 429) << "20 a minute, and the minute may have changed once";
    EXPECT_EQ(last.body["error"]["code"], "rate_limited");
    EXPECT_EQ(last.body["error"]["details"]["retry_after"].dump(), header(last, "Retry-After"));
    EXPECT_EQ(header(last, "X-RateLimit-Limit"), "20");
    EXPECT_EQ(header(last, "X-RateLimit-Remaining"), "0");
    EXPECT_FALSE(header(last, "X-RateLimit-Reset").empty());
}

TEST_F(DocumentedRequestsOnTheWire, WhoChangedWhatIsInTheTrailWhicheverWayItCame) {
    const Answer made = ask("POST", "/v2/webhook_endpoints", {{"url", receiver.url("/webhooks")}, {"events", {"*"}}});
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string id = made.body["data"]["id"];
    const Ran paused = hub->command({"webhook", "pause", id});
    ASSERT_EQ(paused.code, 0) << paused.err;
    const json rows = ask("GET", "/v2/audit?subject=webhook_endpoint").body["data"];
    ASSERT_EQ(rows.size(), 2U) << rows;
    EXPECT_EQ(rows[0]["action"], "webhook.paused");
    EXPECT_TRUE(rows[0]["who"].get<std::string>().starts_with("user ")) << rows[0];
    EXPECT_EQ(rows[1]["action"], "webhook.created");
    EXPECT_TRUE(rows[1]["who"].get<std::string>().starts_with("key ")) << rows[1];
    EXPECT_EQ(rows[1]["from"], "127.0.0.1");
    EXPECT_EQ(ask("GET", "/v2/webhook_endpoints/" + id).body["data"]["state"], "paused");
}

}  // namespace
}  // namespace crossdock::testing
