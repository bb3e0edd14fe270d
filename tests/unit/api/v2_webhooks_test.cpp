// SPDX-License-Identifier: Apache-2.0
// Webhook endpoints made, changed, tested and replayed by /v2.
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "support/real_process.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;
using namespace std::chrono_literals;

constexpr const char* kEndpoints = "/v2/webhook_endpoints";
const json kErp{{"url", "http://127.0.0.1:9999/hook/c4n4ry-path"},
                {"name", "erp"},
                {"events", {"order.*"}},
                {"headers", {{"Authorization", "Bearer c4n4ry-header"}}}};

class V2Endpoints : public ::testing::Test, public V2Hub {
protected:
    json made(const json& draft = kErp) {
        const auto answer = send_json(kEndpoints, draft);
        EXPECT_EQ(answer.status(), 201) << answer.raw.body;
        return answer.json()["data"];
    }
    static std::string path(const json& endpoint, const std::string& verb = "") {
        return std::string{kEndpoints} + "/" + endpoint["id"].get<std::string>() + (verb.empty() ? "" : "/" + verb);
    }
    Ids deeds() { return column("/v2/audit?subject=webhook_endpoint", "action"); }
    void expect_nowhere_on_disk(const std::string& text) {
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            EXPECT_EQ(crossdock::testing::file_text(entry.path()).find(text), std::string::npos) << entry.path();
    }
    /// What was sent last, with one header of it.
    std::string sent_header(const char* name) { return webhooks::header_of(network.requests.back(), name); }
};

TEST_F(V2Endpoints, AnEndpointIsMadeOnceAndItsSecretToldOnce) {
    const auto make = [&] { return call("POST", kEndpoints, kErp.dump(), {{"idempotency-key", "w-1"}}); };
    const auto first = make();
    ASSERT_EQ(first.status(), 201) << first.raw.body;
    const auto endpoint = first.json()["data"];
    const std::string secret = endpoint["secret"];
    EXPECT_TRUE(secret.starts_with("whsec_"));
    EXPECT_EQ(endpoint["note"], nullptr);
    EXPECT_EQ(endpoint["state"], "active");
    EXPECT_EQ(endpoint["events"], json::array({"order.*"}));
    EXPECT_EQ(endpoint["header_names"], json::array({"Authorization"}));

    const auto again = make();
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(again.json()["data"]["id"], endpoint["id"]);
    EXPECT_EQ(again.json()["data"]["secret"], nullptr);
    EXPECT_FALSE(again.json()["data"]["note"].get<std::string>().empty());
    EXPECT_EQ(data(kEndpoints).size(), 1U);
    EXPECT_EQ(deeds(), Ids{"webhook.created"});
    const auto stored = db->read([&](db::Session& session) {
        db::Statement statement(session, "SELECT body FROM idempotency_keys");
        EXPECT_TRUE(statement.step());
        return statement.string(0);
    });
    EXPECT_EQ(json::parse(stored), again.json());

    // It is told of what happens, and signs with what was shown.
    add_order(shop_us, sample_order("o-1"));
    deliver();
    ASSERT_FALSE(network.requests.empty());
    EXPECT_EQ(sent_header("SM-Signature"), to_hex(crypto::hmac_sha256(secret, network.requests.back().body)));
    EXPECT_EQ(sent_header("Authorization"), "Bearer c4n4ry-header");
}

TEST_F(V2Endpoints, WhatIsChangedIsWrittenDownWithWhoAndFromWhere) {
    const auto endpoint = made();
    const auto patched =
        call("PATCH", path(endpoint), R"({"events":["inventory.*"],"name":""})", {{"idempotency-key", "p-1"}});
    ASSERT_EQ(patched.status(), 200) << patched.raw.body;
    EXPECT_EQ(patched.json()["data"]["events"], json::array({"inventory.*"}));
    EXPECT_EQ(patched.json()["data"]["name"], "");
    EXPECT_EQ(patched.json()["data"]["url"], kErp["url"]) << "what is not named stays";
    EXPECT_EQ(patched.json()["data"]["header_names"], json::array({"Authorization"}));
    EXPECT_EQ(call("PATCH", path(endpoint), R"({"events":["inventory.*"],"name":""})", {{"idempotency-key", "p-1"}})
                  .header("Idempotent-Replayed"),
              "true");
    EXPECT_EQ(call("PATCH", path(endpoint), R"({"headers":{}})").json()["data"]["header_names"], json::array());
    EXPECT_EQ(call("PATCH", path(endpoint), R"({"name":""})").status(), 200) << "changes nothing";
    EXPECT_EQ(call("POST", path(endpoint, "pause")).json()["data"]["state"], "paused");
    EXPECT_EQ(call("POST", path(endpoint, "pause")).json()["data"]["state"], "paused") << "nor does this";
    EXPECT_EQ(call("POST", path(endpoint, "resume")).json()["data"]["state"], "active");
    EXPECT_EQ(call("POST", path(endpoint, "rotate_secret")).status(), 200);
    const auto removed = call("DELETE", path(endpoint));
    EXPECT_EQ(removed.json()["data"], json({{"id", endpoint["id"]}, {"deleted", true}}));
    EXPECT_EQ(call("DELETE", path(endpoint)).status(), 404);
    EXPECT_EQ(see(path(endpoint)).status(), 404);
    EXPECT_EQ(data(kEndpoints), json::array());

    EXPECT_EQ(deeds(), (Ids{"webhook.removed", "webhook.secret_rotated", "webhook.resumed", "webhook.paused",
                            "webhook.updated", "webhook.updated", "webhook.created"}));
    const auto rows = data("/v2/audit?subject=webhook_endpoint");
    for (const auto& row : rows) {
        EXPECT_EQ(row["who"], "key " + crypto::parse_api_key(admin)->id);
        EXPECT_EQ(row["from"], "192.168.1.20");
        EXPECT_EQ(row["subject_id"], endpoint["id"]);
    }
    EXPECT_EQ(rows[5]["details"]["changed"], json::array({"name", "events"}));
    EXPECT_EQ(rows[5]["details"]["origin"], "http://127.0.0.1:9999");
    EXPECT_EQ(rows.dump().find("c4n4ry"), std::string::npos) << "neither the address's path nor a header's value";
}

TEST_F(V2Endpoints, ARotatedSecretIsToldOnceAndBothSignMeanwhile) {
    const auto endpoint = made();
    const auto rotate = [&] {
        return call("POST", path(endpoint, "rotate_secret"), R"({"overlap_seconds":3600})",
                    {{"idempotency-key", "r-1"}});
    };
    const auto first = rotate();
    ASSERT_EQ(first.status(), 200) << first.raw.body;
    const std::string fresh = first.json()["data"]["secret"];
    EXPECT_NE(fresh, endpoint["secret"]);
    EXPECT_EQ(first.json()["data"]["old_secret_good_until"], "2026-11-20T13:00:00Z");
    const auto again = rotate();
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(again.json()["data"]["secret"], nullptr);
    add_order(shop_us, sample_order("o-1"));
    deliver();
    EXPECT_EQ(sent_header("SM-Signature"),
              to_hex(crypto::hmac_sha256(endpoint["secret"].get<std::string>(), network.requests.back().body)));
    EXPECT_NE(sent_header("webhook-signature").find(" v1,"), std::string::npos) << "one for each";
    clock.advance(1h);
    add_order(shop_us, sample_order("o-2"));
    deliver();
    EXPECT_EQ(sent_header("SM-Signature"), to_hex(crypto::hmac_sha256(fresh, network.requests.back().body)));
    EXPECT_EQ(send_json(path(endpoint, "rotate_secret"), {{"overlap_seconds", -1}}).status(), 422);
    EXPECT_EQ(send_json(path(endpoint, "rotate_secret"), {{"overlap_seconds", 2'592'001}}).status(), 422);
}

TEST_F(V2Endpoints, ATestIsSentOnceAndTellsHowItWent) {
    const auto endpoint = made({{"url", "http://127.0.0.1:9999/hook"}, {"events", {"inventory.low"}}});
    call("POST", path(endpoint, "pause"));
    const auto test = [&] { return call("POST", path(endpoint, "test"), "", {{"idempotency-key", "t-1"}}); };
    const auto first = test();
    ASSERT_EQ(first.status(), 200) << first.raw.body;
    const auto told = first.json()["data"];
    EXPECT_EQ(told["attempt"]["succeeded"], true);
    EXPECT_EQ(told["attempt"]["status"], 200);
    EXPECT_EQ(told["attempt"]["answer"], "thanks");
    EXPECT_EQ(told["note"], nullptr);
    const auto again = test();
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(again.json()["data"]["attempt"], nullptr);
    EXPECT_EQ(again.json()["data"]["delivery_id"], told["delivery_id"]);
    ASSERT_EQ(network.requests.size(), 1U);
    EXPECT_EQ(sent_header("webhook-id"), told["event_id"].get<std::string>());
    const auto delivery = data("/v2/deliveries/" + told["delivery_id"].get<std::string>());
    EXPECT_EQ(delivery["state"], "succeeded");
    EXPECT_EQ(delivery["attempts"], json::array({told["attempt"]})) << "the same, to be read again";
    EXPECT_EQ(deeds().front(), "webhook.tested");
}

TEST_F(V2Endpoints, EventsGoAgainByIdByTimeAndByWhatWasMissed) {
    const auto endpoint = made();
    call("POST", path(endpoint, "pause"));
    for (int i = 0; i < 3; ++i) {
        add_order(shop_us, sample_order("o-" + std::to_string(i)));
        clock.advance(1min);
    }
    const auto ids = column("/v2/events?type=order.created", "id");
    ASSERT_EQ(ids.size(), 3U);
    call("POST", path(endpoint, "resume"));
    deliver();
    network.requests.clear();
    const auto replay = [&](const json& body) {
        const auto answer = send_json(path(endpoint, "replay"), body);
        EXPECT_EQ(answer.status(), 202) << answer.raw.body;
        deliver();
        Ids sent;
        for (const auto& request : network.requests) sent.push_back(webhooks::header_of(request, "webhook-id"));
        network.requests.clear();
        return std::pair{answer.json()["data"], sent};
    };
    const auto by_id = replay({{"event_ids", {ids[1], "evt_nothing"}}});
    EXPECT_EQ(by_id.first, json({{"queued", 1}, {"unknown", {"evt_nothing"}}, {"next_after", nullptr}}));
    EXPECT_EQ(by_id.second, Ids{ids[1]}) << "with the id it had";
    const auto by_time =
        replay({{"since", "2026-11-20T12:01:00Z"}, {"until", "2026-11-20T12:02:00Z"}, {"types", {"order.created"}}});
    EXPECT_EQ(by_time.second, Ids{ids[1]});
    EXPECT_EQ(replay({{"types", {"order.created"}}}).second, ids);
    EXPECT_EQ(replay({{"types", {"order.created"}}, {"undelivered", true}}).second, Ids{});
    EXPECT_EQ(replay({{"types", {"order.created"}}, {"after", ids[1]}}).second, Ids{ids[2]});

    const auto deliveries = column(path(endpoint, "deliveries") + "?event_id=" + ids[0], "id");
    ASSERT_EQ(deliveries.size(), 1U);
    const auto one = call("POST", "/v2/deliveries/" + deliveries[0] + "/replay");
    EXPECT_EQ(one.status(), 202) << one.raw.body;
    EXPECT_EQ(one.json()["data"]["id"], deliveries[0]);
    EXPECT_EQ(one.json()["data"]["state"], "pending");
    deliver();
    ASSERT_EQ(network.requests.size(), 1U);
    EXPECT_EQ(sent_header("webhook-id"), ids[0]);

    const auto empty = send_json(path(endpoint, "replay"), json::object()).json()["error"];
    EXPECT_EQ(empty["details"]["reason"], "replay_empty");
    EXPECT_EQ(empty["details"]["errors"], json::array({{{"message", empty["message"]}}}));
    EXPECT_EQ(send_json(path(endpoint, "replay"), {{"event_ids", {ids[0]}}, {"types", {"*"}}}).status(), 422);
    const auto unknown = send_json(path(endpoint, "replay"), {{"types", {"*"}}, {"after", "evt_x"}});
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_EQ(unknown.json()["error"]["details"]["errors"],
              json::parse(R"([{"field":"after","message":"is not the id of an event of this account"}])"));
    EXPECT_EQ(
        send_json(path(endpoint, "replay"), {{"types", {"nope"}}}).json()["error"]["details"]["errors"][0]["field"],
        "types");
    EXPECT_EQ(send_json(path(endpoint, "replay"), {{"event_ids", Ids(201, ids[0])}}).status(), 422);
    EXPECT_EQ(call("POST", "/v2/deliveries/dlv_999/replay").status(), 404);
}

TEST_F(V2Endpoints, ALongReplayGoesOnFromWhereItCameTo) {
    const auto endpoint = made();
    for (int i = 0; i < 450; ++i)
        db->write([&](db::Session& session) {
            store::EventRepo(session).append({acme, shop_us.id, "order.updated", "order", i, "{}"}, clock.now());
        });
    deliver();
    network.requests.clear();
    std::vector<int> steps;
    json body{{"types", {"order.updated"}}};
    for (int asked = 0; asked < 10; ++asked) {
        const auto answer = send_json(path(endpoint, "replay"), body);
        ASSERT_EQ(answer.status(), 202) << answer.raw.body;
        steps.push_back(answer.json()["data"]["queued"]);
        if (answer.json()["data"]["next_after"].is_null()) break;
        body["after"] = answer.json()["data"]["next_after"];
    }
    EXPECT_EQ(steps, (std::vector<int>{200, 200, 50}));
    deliver();
    EXPECT_EQ(network.requests.size(), 450U);
}

TEST_F(V2Endpoints, WhatTheRulesRefuseIsToldAndNothingIsMade) {
    const auto reason = [&](const char* member, const json& value) {
        json draft = kErp;
        draft[member] = value;
        const auto answer = send_json(kEndpoints, draft);
        EXPECT_EQ(answer.status(), 422) << answer.raw.body;
        const auto details = answer.json()["error"]["details"];
        return details.contains("reason") ? details["reason"].get<std::string>()
                                          : details["errors"][0]["field"].get<std::string>();
    };
    EXPECT_EQ(reason("url", "http://10.0.0.1/"), "url_refused");
    EXPECT_EQ(reason("url", "nonsense"), "url_invalid");
    EXPECT_EQ(reason("url", nullptr), "url");
    EXPECT_EQ(reason("events", json::array()), "events_invalid");
    EXPECT_EQ(reason("events", {"order.craeted"}), "events_invalid");
    EXPECT_EQ(reason("events", nullptr), "events");
    EXPECT_EQ(reason("events", "order.*"), "events");
    EXPECT_EQ(reason("headers", {{"Host", "x"}}), "headers_invalid");
    EXPECT_EQ(reason("headers", {{"X-A", 7}}), "headers.X-A");
    EXPECT_EQ(reason("headers", "X-A: b"), "headers");
    EXPECT_EQ(reason("name", std::string(201, 'a')), "name_invalid");
    EXPECT_EQ(reason("evnts", {"*"}), "evnts");
    const auto errors = [](const auto& answer) { return answer.json()["error"]["details"]["errors"]; };
    EXPECT_EQ(errors(send_json(kEndpoints, {{"url", "https://erp.example.com:25/"}, {"events", {"*"}}})),
              json::parse(R"([{"field":"url","message":"port 25 is not allowed; use 80, 443 or one from 1024 up"}])"));
    EXPECT_EQ(
        errors(send_json(kEndpoints, {{"url", "https://erp.example.com/"}, {"events", {"order.craeted"}}})),
        json::parse(
            R"([{"field":"events","message":"\"order.craeted\" is not an event type: did you mean \"order.created\"?"}])"));
    EXPECT_EQ(data(kEndpoints), json::array());
    EXPECT_EQ(deeds(), Ids{});

    for (int i = 0; i < 50; ++i) made({{"url", "https://erp.example.com/"}, {"events", {"*"}}});
    const auto full = send_json(kEndpoints, kErp);
    EXPECT_EQ(full.status(), 409);
    EXPECT_EQ(full.json()["error"]["details"]["reason"], "endpoints_full");
}

TEST_F(V2Endpoints, NamesThatLaterVersionsRaiseMayBeAskedForAlready) {
    const auto endpoint = made({{"url", "https://erp.example.com/"},
                                {"events",
                                 {"shipment.in_transit", "shipment.delivered", "shipment.exception", "return.*",
                                  "payment.failed", "fraud.flagged", "purchase_order.*", "listing.error"}}});
    EXPECT_EQ(endpoint["events"].size(), 8U);
}

TEST_F(V2Endpoints, WhatTheHubDisablesIsInTheTrailAsItsOwnDeed) {
    const auto endpoint = made();
    network.answer = [](const net::HttpRequest&) { return webhooks::status(410); };
    add_order(shop_us, sample_order("o-1"));
    deliver();
    const auto rows = data("/v2/audit?action=webhook.disabled");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["who"], "the hub");
    EXPECT_EQ(rows[0]["subject_id"], endpoint["id"]);
    EXPECT_EQ(call("POST", path(endpoint, "pause")).status(), 409);
    EXPECT_EQ(send_json(path(endpoint, "replay"), {{"types", {"*"}}}).status(), 409);
    EXPECT_EQ(call("POST", path(endpoint, "resume")).json()["data"]["state"], "active");
}

}  // namespace
}  // namespace crossdock::api::testing
