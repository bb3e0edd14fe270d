// SPDX-License-Identifier: Apache-2.0
// Keys, webhook endpoints and deliveries.
#include <gtest/gtest.h>

#include "store/delivery_repo.h"
#include "store/webhook_endpoint_repo.h"
#include "unit/api/v2_hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using Ids = std::vector<std::string>;

std::string id_of(const std::string& key) { return crypto::parse_api_key(key)->id; }

TEST(V2Keys, AreListedWithoutTheirSecretsAndRevokedAtOnce) {
    V2Hub hub;
    const auto answer = hub.see("/v2/keys");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    EXPECT_EQ(answer.json()["meta"]["total"], 2) << "the account's own";
    EXPECT_EQ(answer.raw.body.find("secret"), std::string::npos);
    const auto shown = hub.data("/v2/keys/" + id_of(hub.key_));
    EXPECT_EQ(shown["id"], id_of(hub.key_));
    EXPECT_EQ(shown["scopes"], json::array({"erp"}));
    EXPECT_EQ(shown["kind"], "live");
    EXPECT_EQ(shown["active"], true);

    ASSERT_EQ(hub.get("/v2/orders", hub.key_).status(), 200) << "and so it is remembered";
    const auto revoked = hub.call("POST", "/v2/keys/" + id_of(hub.key_) + "/revoke");
    ASSERT_EQ(revoked.status(), 200) << revoked.raw.body;
    EXPECT_EQ(revoked.json()["data"]["active"], false);
    EXPECT_EQ(revoked.json()["data"]["revoked_at"], "2026-11-20T12:00:00Z");
    EXPECT_EQ(hub.get("/v2/orders", hub.key_).status(), 401) << "at once";
    EXPECT_EQ(hub.call("POST", "/v2/keys/" + id_of(hub.key_) + "/revoke").status(), 200) << "safe to repeat";
    EXPECT_EQ(hub.data("/v2/audit?action=key.revoked").size(), 1U) << "and told once";
    EXPECT_EQ(hub.data("/v2/events?type=key.revoked").size(), 1U);
    EXPECT_EQ(hub.call("POST", "/v2/keys/" + id_of(hub.others_admin) + "/revoke").status(), 404);
    EXPECT_EQ(hub.see_as(hub.others_admin, "/v2/orders").status(), 200);

    EXPECT_EQ(hub.call("POST", "/v2/keys/" + id_of(hub.admin) + "/revoke").status(), 200) << "also the one that asks";
    EXPECT_EQ(hub.see("/v2/keys").status(), 401);
}

TEST(V2Webhooks, EndpointsAndWhatWasSentThereAreShown) {
    V2Hub hub;
    const auto first = hub.db->write([&](db::Session& session) {
        store::WebhookEndpoint endpoint;
        endpoint.account_id = hub.acme;
        endpoint.public_id = "whe_1";
        endpoint.name = "erp";
        endpoint.url = "https://erp.example.com/hooks";
        endpoint.events = {"order.*"};
        endpoint.header_names = {"Authorization"};
        const auto id = store::WebhookEndpointRepo(session).insert(endpoint, hub.clock.now());
        store::DeliveryRepo deliveries(session);
        const auto one =
            deliveries.insert({hub.acme, id, 1, "evt_1", "order.created"}, hub.clock.now(), hub.clock.now());
        deliveries.insert({hub.acme, id, 2, "evt_2", "order.updated"}, hub.clock.now(), hub.clock.now());
        store::DeliveryAttempt attempt;
        attempt.number = 1;
        attempt.started_at = hub.clock.now();
        attempt.duration = std::chrono::milliseconds{17};
        attempt.status = 500;
        attempt.error = "the receiver answered 500";
        attempt.answer = "oops";
        deliveries.record(*one, 1, attempt, {store::DeliveryState::failed, 1, {}});
        return *one;
    });
    const auto shown = hub.data("/v2/webhook_endpoints/whe_1");
    EXPECT_EQ(shown["url"], "https://erp.example.com/hooks");
    EXPECT_EQ(shown["events"], json::array({"order.*"}));
    EXPECT_EQ(shown["header_names"], json::array({"Authorization"}));
    EXPECT_EQ(shown["state"], "active");
    EXPECT_EQ(shown["deliveries"], json({{"pending", 1}, {"succeeded", 0}, {"failed", 1}}));
    EXPECT_EQ(hub.data("/v2/webhook_endpoints"), json::array({shown}));

    const std::string deliveries = "/v2/webhook_endpoints/whe_1/deliveries";
    EXPECT_EQ(hub.column(deliveries, "event_id"), (Ids{"evt_2", "evt_1"}));
    EXPECT_EQ(hub.column(deliveries + "?state=failed", "event_id"), Ids{"evt_1"});
    EXPECT_EQ(hub.column(deliveries + "?event_id=evt_2", "event_id"), Ids{"evt_2"});
    EXPECT_EQ(hub.see(deliveries + "?state=lost").status(), 422);
    const auto delivery = hub.data("/v2/deliveries/dlv_" + std::to_string(first.value));
    EXPECT_EQ(delivery["state"], "failed");
    EXPECT_EQ(delivery["last_status"], 500);
    ASSERT_EQ(delivery["attempts"].size(), 1U);
    EXPECT_EQ(delivery["attempts"][0]["duration_ms"], 17);
    EXPECT_EQ(delivery["attempts"][0]["answer"], "oops");
    EXPECT_TRUE(hub.see_as(hub.others_admin, "/v2/webhook_endpoints").json()["data"].empty());
}

}  // namespace
}  // namespace crossdock::api::testing
