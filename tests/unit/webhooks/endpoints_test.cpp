// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/webhooks/webhook_world.h"

namespace crossdock::webhooks {
namespace {

using namespace std::chrono_literals;
using store::DeliveryState;
using store::EndpointState;

TEST(Endpoints, BadInputIsRefusedInWords) {
    WebhookWorld world;
    struct Row {
        EndpointDraft draft;
        const char* code;
    };
    const std::string ok_url = "https://erp.example.com/hook";
    const Row rows[]{
        {{"http://10.0.0.1/", "", {"*"}, {}}, "url_refused"},
        {{"nonsense", "", {"*"}, {}}, "url_invalid"},
        {{ok_url, "", {}, {}}, "events_invalid"},
        {{ok_url, "", {"order.craeted"}, {}}, "events_invalid"},
        {{ok_url, "", {"orders.*"}, {}}, "events_invalid"},
        {{ok_url, "", {"*"}, {{"Host", "x"}}}, "headers_invalid"},
        {{ok_url, "", {"*"}, {{"webhook-id", "x"}}}, "headers_invalid"},
        {{ok_url, "", {"*"}, {{"SM-Signature", "x"}}}, "headers_invalid"},
        {{ok_url, "", {"*"}, {{"X A", "x"}}}, "headers_invalid"},
        {{ok_url, "", {"*"}, {{"X-A", "a\r\nX-B: b"}}}, "headers_invalid"},
        {{ok_url, "", {"*"}, {{"X-A", std::string(1025, 'a')}}}, "headers_invalid"},
        {{ok_url, std::string(201, 'a'), {"*"}, {}}, "name_invalid"},
        {{ok_url, "two\nlines", {"*"}, {}}, "name_invalid"},
    };
    for (const Row& row : rows) {
        const auto made = world.endpoints.create(world.account(), row.draft);
        ASSERT_FALSE(made) << row.draft.url;
        EXPECT_EQ(made.error().code, row.code) << made.error().message;
        EXPECT_EQ(made.error().kind, ErrorKind::invalid);
    }
    EXPECT_NE(world.endpoints.create(world.account(), {ok_url, "", {"order.craeted"}, {}})
                  .error()
                  .message.find("did you mean \"order.created\"?"),
              std::string::npos);
    EXPECT_TRUE(world.endpoints.list(world.account()).empty());
}

TEST(Endpoints, AnAccountHasAtMostFifty) {
    WebhookWorld world;
    for (int i = 0; i < 50; ++i) world.add();
    const auto made = world.endpoints.create(world.account(), {"https://erp.example.com/", "", {"*"}, {}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "endpoints_full");
}

TEST(Endpoints, AnotherAccountsEndpointIsLikeNone) {
    WebhookWorld world;
    const auto made = world.add();
    const AccountId other = world.database->write([&](db::Session& session) {
        return store::ensure_account(session, "other", world.random, world.database.clock.now());
    });
    const std::string& id = made.endpoint.public_id;
    EXPECT_TRUE(world.endpoints.list(other).empty());
    EXPECT_EQ(world.endpoints.show(other, id).error().code, "endpoint_unknown");
    EXPECT_EQ(world.endpoints.pause(other, id).error().code, "endpoint_unknown");
    EXPECT_EQ(world.endpoints.rotate(other, id).error().code, "endpoint_unknown");
    EXPECT_EQ(world.endpoints.test(other, id).error().code, "endpoint_unknown");
    EXPECT_EQ(world.endpoints.remove(other, id).error().code, "endpoint_unknown");
    EXPECT_EQ(world.endpoints.recover_since(other, id, Timestamp{}).error().code, "endpoint_unknown");
    // Nor do its events go there.
    world.database->write([&](db::Session& session) {
        store::EventRepo(session).append({other, std::nullopt, "order.created", "order", 1, "{}"},
                                         world.database.clock.now());
    });
    world.run();
    EXPECT_TRUE(world.network.requests.empty());
}

TEST(Endpoints, ARotatedSecretIsGoodForADay) {
    WebhookWorld world;
    const auto made = world.add();
    const auto fresh = world.endpoints.rotate(world.account(), made.endpoint.public_id);
    ASSERT_TRUE(fresh);
    EXPECT_NE(fresh->reveal(), made.secret.reveal());
    const auto count = [](const std::string& text) { return std::count(text.begin(), text.end(), ','); };
    world.raise();
    world.run();
    EXPECT_EQ(count(header_of(world.network.requests.back(), "webhook-signature")), 2);
    // One rotated away earlier ends when the next one is: two live at most.
    const auto third = world.endpoints.rotate(world.account(), made.endpoint.public_id);
    world.raise();
    world.run();
    EXPECT_EQ(count(header_of(world.network.requests.back(), "webhook-signature")), 2);
    EXPECT_EQ(header_of(world.network.requests.back(), "SM-Signature"),
              to_hex(crypto::hmac_sha256(fresh->reveal(), world.network.requests.back().body)));
    world.database.clock.advance(24h + 1s);
    world.raise();
    world.run();
    EXPECT_EQ(count(header_of(world.network.requests.back(), "webhook-signature")), 1);
    EXPECT_EQ(header_of(world.network.requests.back(), "SM-Signature"),
              to_hex(crypto::hmac_sha256(third->reveal(), world.network.requests.back().body)));
}

TEST(Endpoints, ATestMessageGoesToOneEndpointAloneAndIsTriedOnce) {
    int code = 200;
    WebhookWorld world([&](const net::HttpRequest&) { return status(code, {}, "thanks"); });
    const auto made = world.add({"inventory.*"}, "http://127.0.0.1:9001/a");
    const auto other = world.add({"*"}, "http://127.0.0.1:9002/b");
    const auto report = world.endpoints.test(world.account(), made.endpoint.public_id);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->sent.attempt.succeeded);
    EXPECT_EQ(report->sent.attempt.answer, "thanks");
    world.run_for(1h);
    ASSERT_EQ(world.network.requests.size(), 1U);
    EXPECT_EQ(world.network.requests.front().url, "http://127.0.0.1:9001/a");
    EXPECT_TRUE(world.deliveries(other.endpoint).empty());
    code = 500;
    EXPECT_FALSE(world.endpoints.test(world.account(), made.endpoint.public_id)->sent.attempt.succeeded);
    world.run_for(100h);
    EXPECT_EQ(world.network.requests.size(), 2U);
    EXPECT_EQ(world.deliveries(made.endpoint).front().state, DeliveryState::failed);
}

TEST(Replay, OneEventGoesAgainWithItsId) {
    WebhookWorld world;
    const auto made = world.add();
    world.raise();
    world.run();
    const std::string id = header_of(world.network.requests.front(), "webhook-id");
    const auto report = world.endpoints.replay(world.account(), made.endpoint.public_id,
                                               {{id, "evt_nothing", "evt_000000000000000000ffff"}, {}, {}, {}, false});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->queued, 1);
    EXPECT_EQ(report->unknown, (std::vector<std::string>{"evt_nothing", "evt_000000000000000000ffff"}));
    world.run();
    ASSERT_EQ(world.network.requests.size(), 2U);
    EXPECT_EQ(header_of(world.network.requests.back(), "webhook-id"), id);
    EXPECT_EQ(world.network.requests.back().body, world.network.requests.front().body);
    const auto delivery = world.deliveries(made.endpoint).front();
    EXPECT_EQ(delivery.attempts, 2);
    EXPECT_EQ(delivery.round, 2);
    EXPECT_EQ(world.attempts(delivery.id).back().number, 2);
}

TEST(Replay, ByTimeAndTypeTakesThoseAndNoOthers) {
    WebhookWorld world;
    const auto made = world.add({"order.*"});
    const Timestamp began = world.database.clock.now();
    for (int i = 0; i < 500; ++i) {
        world.database.clock.advance(1min);
        world.raise(i % 2 == 0 ? "order.created" : "order.updated", i);
    }
    world.run();
    world.network.requests.clear();
    ReplayRequest request;
    request.since = began + 101min;
    request.until = began + 301min;
    request.types = {"order.updated"};
    EXPECT_EQ(world.endpoints.replay(world.account(), made.endpoint.public_id, request)->queued, 100);
    world.run();
    EXPECT_EQ(world.network.requests.size(), 100U);
    for (const auto& sent : world.network.requests) EXPECT_NE(sent.body.find("order.updated"), std::string::npos);
    EXPECT_EQ(world.endpoints.replay(world.account(), made.endpoint.public_id, {}).error().code, "replay_empty");
    request.types = {"order.nothing"};
    EXPECT_EQ(world.endpoints.replay(world.account(), made.endpoint.public_id, request).error().code, "events_invalid");
}

TEST(Replay, RecoverSinceSendsWhatWasMissedAlone) {
    bool gone = false;
    WebhookWorld world([&](const net::HttpRequest&) { return status(gone ? 410 : 200); });
    const auto made = world.add({"order.*"});
    world.raise("order.created", 1);
    world.run();
    gone = true;
    world.raise("order.created", 2);
    world.run();
    ASSERT_EQ(world.now_of(made.endpoint).state, EndpointState::disabled);
    world.database.clock.advance(1h);
    world.raise("order.created", 3);
    world.raise("inventory.low", 4);
    world.run();
    gone = false;
    const Timestamp since = world.database.clock.now() - 24h;
    EXPECT_EQ(world.endpoints.recover_since(world.account(), made.endpoint.public_id, since).error().code,
              "endpoint_disabled");
    ASSERT_TRUE(world.endpoints.resume(world.account(), made.endpoint.public_id));
    world.network.requests.clear();
    EXPECT_EQ(world.endpoints.recover_since(world.account(), made.endpoint.public_id, since)->queued, 2);
    world.run();
    EXPECT_EQ(world.network.requests.size(), 2U);
}

TEST(Replay, AnEventThatIsForgottenIsAFailureInWords) {
    WebhookWorld world;
    const auto made = world.add();
    ASSERT_TRUE(world.endpoints.pause(world.account(), made.endpoint.public_id));
    world.raise();
    world.run();
    world.database->write([&](db::Session& session) {
        const Timestamp later = world.database.clock.now() + 1h;
        EXPECT_EQ(store::DeliveryRepo(session).forget_bodies_before(later, 100), 1);
        EXPECT_EQ(store::EventRepo(session).forget_before(world.account(), later, 100), 1);
    });
    ASSERT_TRUE(world.endpoints.resume(world.account(), made.endpoint.public_id));
    world.run_for(100h);
    const auto delivery = world.deliveries(made.endpoint).front();
    EXPECT_EQ(delivery.state, DeliveryState::failed);
    EXPECT_NE(delivery.last_error->find("keep_days"), std::string::npos);
}

TEST(Retention, ForgetsTheOldAndKeepsTheRest) {
    WebhookWorld world;
    const auto made = world.add();
    world.raise();
    world.run();
    world.database.clock.advance(48h);
    world.raise();
    world.run();
    const Timestamp before = world.database.clock.now() - 24h;
    world.database->write([&](db::Session& session) {
        store::DeliveryRepo deliveries(session);
        EXPECT_EQ(deliveries.forget_before(before, 100), 1);
        EXPECT_EQ(deliveries.forget_bodies_before(before, 100), 1);
        EXPECT_EQ(store::EventRepo(session).forget_before(world.account(), before, 100), 1);
        EXPECT_EQ(store::EventRepo(session).forget_before(world.account(), before, 100), 0);
    });
    EXPECT_EQ(world.deliveries(made.endpoint).size(), 1U);
    EXPECT_EQ(world.event_types().size(), 1U);
}

}  // namespace
}  // namespace crossdock::webhooks
