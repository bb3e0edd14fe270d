// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>

#include "domain/event_type.h"
#include "observability/log.h"
#include "store/erasure_repo.h"
#include "store/meta.h"
#include "unit/webhooks/webhook_world.h"
#include "webhooks/courier.h"
#include "webhooks/schedule.h"

namespace crossdock::webhooks {
namespace {

using namespace std::chrono_literals;
using store::DeliveryState;
using store::EndpointState;

TEST(Delivery, AnEventGoesToWhoeverWantsIt) {
    WebhookWorld world;
    world.raise();  // before anybody was there
    const auto orders = world.add({"order.*"}, "http://127.0.0.1:9001/a");
    const auto created = world.add({"order.created"}, "http://127.0.0.1:9002/b");
    const auto stock = world.add({"inventory.*"}, "http://127.0.0.1:9003/c");
    world.raise("order.created");
    world.raise("order.updated");
    world.run();
    std::multiset<std::string> sent;
    for (const auto& request : world.network.requests) sent.insert(request.url.substr(request.url.size() - 1));
    EXPECT_EQ(sent, (std::multiset<std::string>{"a", "a", "b"}));
    EXPECT_TRUE(world.deliveries(stock.endpoint).empty());
    for (const auto& delivery : world.deliveries(orders.endpoint)) EXPECT_EQ(delivery.state, DeliveryState::succeeded);
    EXPECT_EQ(world.deliveries(created.endpoint).front().event_type, "order.created");
    EXPECT_FALSE(world.engine.next_due());
}

TEST(Delivery, TheRequestIsSignedAndCarriesTheEndpointsOwnHeaders) {
    WebhookWorld world;
    const auto made = world.add({"*"}, "http://127.0.0.1:9001/hook", {{"Authorization", "Bearer let-me-in"}});
    world.raise();
    world.run();
    ASSERT_EQ(world.network.requests.size(), 1U);
    const auto& request = world.network.requests.front();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.deadline, 15s);
    EXPECT_EQ(request.max_answer_bytes, 64U * 1024);
    EXPECT_EQ(header_of(request, "Authorization"), "Bearer let-me-in");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    const std::string id = header_of(request, "webhook-id");
    EXPECT_EQ(nlohmann::json::parse(request.body)["id"], id);
    const std::string key = *crypto::base64_decode(made.secret.reveal().substr(6));
    EXPECT_EQ(header_of(request, "webhook-signature"),
              "v1," + crypto::base64_encode(crypto::hmac_sha256(
                          key, id + "." + header_of(request, "webhook-timestamp") + "." + request.body)));
    EXPECT_EQ(header_of(request, "SM-Signature"), to_hex(crypto::hmac_sha256(made.secret.reveal(), request.body)));
}

TEST(Delivery, IsTriedOnScheduleAndThenGivenUp) {
    WebhookWorld world([](const net::HttpRequest&) { return status(500, {}, "broken"); });
    const auto made = world.add();
    world.raise();
    const Timestamp began = world.database.clock.now();
    world.run_for(200h);
    const auto deliveries = world.deliveries(made.endpoint);
    const auto own = std::find_if(deliveries.begin(), deliveries.end(),
                                  [](const auto& d) { return d.event_type == "order.created"; });
    ASSERT_NE(own, deliveries.end());
    EXPECT_EQ(own->state, DeliveryState::failed);
    EXPECT_FALSE(own->due_at);
    const auto attempts = world.attempts(own->id);
    ASSERT_EQ(attempts.size(), 10U);
    const std::chrono::milliseconds planned[]{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
    EXPECT_EQ(attempts.front().started_at, began);
    for (std::size_t i = 1; i < attempts.size(); ++i) {
        const auto waited = attempts[i].started_at - attempts[i - 1].started_at;
        EXPECT_GE(waited, planned[i - 1] * 8 / 10) << i;
        EXPECT_LE(waited, planned[i - 1] * 12 / 10 + 2ms) << i;
        EXPECT_EQ(attempts[i].number, static_cast<std::int64_t>(i) + 1);
        EXPECT_EQ(attempts[i].status, 500);
        EXPECT_EQ(attempts[i].error, "answered 500");
        EXPECT_EQ(attempts[i].answer, "broken");
    }
    std::set<std::string> ids;
    std::set<std::string> bodies;
    for (const auto& request : world.network.requests) {
        if (request.body.find("order.created") == std::string::npos) continue;
        ids.insert(header_of(request, "webhook-id"));
        bodies.insert(request.body);
    }
    EXPECT_EQ(ids.size(), 1U) << "the id stays";
    EXPECT_EQ(bodies.size(), 1U) << "and so do the bytes";
}

TEST(Delivery, ComesThroughAfterSixHoursOfSilence) {
    WebhookWorld world;
    const auto made = world.add();
    const Timestamp up_again = world.database.clock.now() + 6h;
    std::set<std::string> arrived;
    world.network.answer = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        if (world.database.clock.now() < up_again)
            return Error{ErrorKind::unavailable, "net_not_sent", "cannot connect"};
        arrived.insert(header_of(request, "webhook-id"));
        return status(204);
    };
    for (int i = 0; i < 60; ++i) world.raise("order.created", i);
    world.run_for(40h);
    EXPECT_EQ(arrived.size(), 60U);
    for (const auto& delivery : world.deliveries(made.endpoint)) EXPECT_EQ(delivery.state, DeliveryState::succeeded);
    EXPECT_EQ(world.now_of(made.endpoint).state, EndpointState::active);
    EXPECT_FALSE(world.now_of(made.endpoint).health.failed_at);
}

/// A courier of a world, beside its engine, and the endpoints as it finds them.
struct Walk {
    explicit Walk(WebhookWorld& of, decltype(CourierEnv::render) render = plain_event)
        : world(of), courier({*of.database, of.database.clock, of.random, of.network, of.keeper, std::move(render)}) {
        for (const auto& [id, target] : courier.targets()) targets.push_back(target);
    }
    Courier::Fed feed() { return courier.feed(world.account(), targets); }
    WebhookWorld& world;
    Courier courier;
    std::vector<std::shared_ptr<const Target>> targets;
};

TEST(Delivery, WhatTheDiskDidNotTakeIsHandedOutWhenItDoes) {
    WebhookWorld world;
    world.add({"order.*"});
    Walk walk(world);
    world.raise("order.created");
    world.database->write([](db::Session& session) {
        session.run_script(
            "CREATE TRIGGER no_room BEFORE INSERT ON webhook_deliveries BEGIN SELECT RAISE(ABORT, 'no room'); END");
    });
    EXPECT_THROW(walk.feed(), db::Failure);
    world.database->write([](db::Session& session) { session.run_script("DROP TRIGGER no_room"); });
    world.raise("order.updated");
    EXPECT_EQ(walk.feed().tasks.size(), 2U) << "the first one, too";
}

TEST(Delivery, AnEndpointThatIsMadeBetweenALookAtThemAndOneAtTheEventsMissesNothing) {
    WebhookWorld world;
    world.add({"order.*"});
    Walk before(world);
    world.add({"order.*"});
    world.raise("order.created");
    const auto stale = before.feed();
    EXPECT_TRUE(stale.stale_targets && stale.more);
    EXPECT_TRUE(stale.tasks.empty()) << "or the second one would be passed over";
    Walk after(world);
    EXPECT_EQ(after.feed().tasks.size(), 2U);
}

TEST(Delivery, OfABuyerWhoWasErasedMeanwhileNothingIsKeptOrSent) {
    WebhookWorld world;
    world.add({"order.*"});
    const auto set = [&](const char* name, const std::string& value) {
        world.database->write([&](db::Session& session) { store::set_meta(session, name, value); });
    };
    set("who", "Jane");
    int made = 0;
    Walk walk(world, [&](db::Session& session, const store::EventRow&) {
        // The erasure commits between the read that makes the body and the write that keeps it.
        if (made++ == 0)
            std::thread([&] {
                set("who", "nobody");
                set(store::kErasures, "1");
            }).join();
        return "{\"name\":\"" + store::get_meta(session, "who").value_or("") + "\"}";
    });
    world.raise("order.created");
    const auto first = walk.feed();
    EXPECT_TRUE(first.tasks.empty());
    EXPECT_TRUE(first.more);
    const auto second = walk.feed();
    ASSERT_EQ(second.tasks.size(), 1U);
    EXPECT_EQ(*second.tasks.front().body, "{\"name\":\"nobody\"}");
    EXPECT_EQ(made, 2);
}

TEST(Delivery, RetryAfterPutsTheNextAttemptOff) {
    int calls = 0;
    WebhookWorld world([&](const net::HttpRequest&) {
        return ++calls == 1 ? status(429, {{"Retry-After", "3600"}}) : status(200);
    });
    const auto made = world.add();
    world.raise();
    world.run_for(59min);
    EXPECT_EQ(calls, 1);
    world.run_for(2min);
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(world.deliveries(made.endpoint).front().state, DeliveryState::succeeded);
}

TEST(Delivery, ARedirectIsAFailureAndIsNotFollowed) {
    WebhookWorld world([](const net::HttpRequest&) { return status(302, {{"Location", "http://169.254.169.254/"}}); });
    const auto made = world.add();
    world.raise();
    world.run();
    EXPECT_EQ(world.network.requests.size(), 1U);
    const auto delivery = world.deliveries(made.endpoint).front();
    EXPECT_EQ(delivery.state, DeliveryState::pending);
    EXPECT_NE(delivery.last_error->find("redirects are not followed"), std::string::npos);
    EXPECT_EQ(delivery.last_error->find("169.254"), std::string::npos);
}

TEST(Delivery, GoneDisablesAtOnceAndTellsTheOthers) {
    WebhookWorld world([](const net::HttpRequest& request) { return status(request.url.ends_with("/a") ? 410 : 200); });
    const auto gone = world.add({"*"}, "http://127.0.0.1:9001/a");
    const auto other = world.add({"webhook.*"}, "http://127.0.0.1:9002/b");
    world.raise();
    world.run();
    EXPECT_EQ(world.now_of(gone.endpoint).state, EndpointState::disabled);
    EXPECT_EQ(world.deliveries(gone.endpoint).front().state, DeliveryState::failed);
    const auto told = world.deliveries(other.endpoint);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().event_type, "webhook.disabled");
    world.raise();
    world.run();
    EXPECT_EQ(world.deliveries(gone.endpoint).size(), 1U) << "nothing is queued for it any more";
}

TEST(Delivery, FiveDaysOfNothingButFailuresDisableAnEndpoint) {
    WebhookWorld world([](const net::HttpRequest& request) { return status(request.url.ends_with("/a") ? 503 : 200); });
    const auto failing = world.add({"order.*"}, "http://127.0.0.1:9001/a");
    const auto other = world.add({"webhook.*"}, "http://127.0.0.1:9002/b");
    for (int day = 0; day < 7 && world.now_of(failing.endpoint).state == EndpointState::active; ++day) {
        world.raise();
        world.run_for(24h);
    }
    const auto now = world.now_of(failing.endpoint);
    EXPECT_EQ(now.state, EndpointState::disabled);
    EXPECT_NE(now.reason->find("nothing but failures since"), std::string::npos);
    EXPECT_GE(now.state_since - *now.health.failing_since, 120h);
    auto told = world.deliveries(other.endpoint);
    std::reverse(told.begin(), told.end());
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0].event_type, "webhook.failing");
    EXPECT_EQ(told[1].event_type, "webhook.failing");
    EXPECT_EQ(told[2].event_type, "webhook.disabled");
    EXPECT_NEAR(static_cast<double>((told[1].queued_at - told[0].queued_at) / 1h), 48, 26) << "a day, then three";
}

TEST(Delivery, APausedEndpointIsSentNothingAndLosesNothing) {
    WebhookWorld world;
    const auto made = world.add();
    ASSERT_TRUE(world.endpoints.pause(world.account(), made.endpoint.public_id));
    world.raise();
    world.raise();
    world.run_for(1h);
    EXPECT_TRUE(world.network.requests.empty());
    EXPECT_EQ(world.deliveries(made.endpoint).size(), 2U);
    ASSERT_TRUE(world.endpoints.resume(world.account(), made.endpoint.public_id));
    world.run();
    EXPECT_EQ(world.network.requests.size(), 2U);
}

TEST(Delivery, AnEndpointThatFailsGetsOneRequestAtATimeAndNeverAllOfThem) {
    EngineOptions options;
    options.total_in_flight = 4;
    options.failing_in_flight = 2;
    WebhookWorld world(
        [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (request.url.ends_with("/good")) return status(200);
            return Error{ErrorKind::unavailable, "net_no_answer", "the deadline passed"};
        },
        options);
    for (int i = 0; i < 6; ++i) world.add({"*"}, "http://127.0.0.1:9001/bad");
    const auto good = world.add({"*"}, "http://127.0.0.1:9002/good");
    for (int i = 0; i < 20; ++i) world.raise();
    world.run();
    for (const auto& delivery : world.deliveries(good.endpoint)) EXPECT_EQ(delivery.state, DeliveryState::succeeded);
}

TEST(Delivery, ASecretThatCannotBeOpenedIsAFailureInWords) {
    WebhookWorld world;
    const auto made = world.add();
    world.keeper.lost = true;
    world.engine.endpoints_changed();
    world.raise();
    world.run();
    EXPECT_TRUE(world.network.requests.empty());
    EXPECT_NE(world.deliveries(made.endpoint).front().last_error->find("webhook rotate"), std::string::npos);
}

TEST(Delivery, AClockThatWasYearsAheadHoldsNothingBack) {
    int calls = 0;
    WebhookWorld world([&](const net::HttpRequest&) { return ++calls == 1 ? status(500) : status(200); });
    const auto made = world.add();
    const Timestamp right = world.database.clock.now();
    world.database.clock.jump_to(right + std::chrono::hours{24 * 365});
    world.raise();
    world.run();
    world.database.clock.jump_to(right);
    world.database.clock.advance(11min);
    world.run();
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(world.deliveries(made.endpoint).front().state, DeliveryState::succeeded);
}

TEST(Delivery, MoreThanTheMemoryHoldsComesThroughAll) {
    EngineOptions options;
    options.queued_per_endpoint = 16;
    WebhookWorld world([](const net::HttpRequest&) { return status(200); }, options);
    const auto made = world.add();
    world.database->write([&](db::Session& session) {
        for (int i = 0; i < 700; ++i)
            store::EventRepo(session).append({world.account(), std::nullopt, "order.created", "order", i, "{}"},
                                             world.database.clock.now());
    });
    world.run();
    std::set<std::string> ids;
    for (const auto& request : world.network.requests) ids.insert(header_of(request, "webhook-id"));
    EXPECT_EQ(ids.size(), 700U);
    EXPECT_EQ(world.network.requests.size(), 700U) << "and none of them twice";
}

TEST(Delivery, WhatWasSentAndNotWrittenDownIsSentAgainAfterACrash) {
    testing::TemporaryDatabase database;
    SeededRandom random{7};
    OpenKeeper keeper;
    TargetRules rules({{"127.0.0.1"}, [] { return 0; }, [](const IpAddress&) { return false; }});
    MadeUpNetwork network([](const net::HttpRequest&) { return status(200); });
    const CourierEnv env{*database, database.clock, random, network, keeper, plain_event};
    WebhookEndpointId id;
    {
        Engine engine(env);
        Endpoints endpoints(Endpoints::Env{*database, database.clock, random, keeper, rules, engine, plain_event});
        id = endpoints.create(database.channel.account_id, {"http://127.0.0.1:9999/x", "", {"*"}, {}})->endpoint.id;
        database->write([&](db::Session& session) {
            store::EventRepo(session).append(
                {database.channel.account_id, std::nullopt, "order.created", "order", 1, "{}"}, database.clock.now());
        });
        // Handed out and sent, and then the process is gone.
        Courier courier(env);
        const auto targets = courier.targets();
        auto fed = courier.feed(database.channel.account_id, {targets.at(id)});
        ASSERT_EQ(fed.tasks.size(), 1U);
        (void)courier.attempt(fed.tasks.front(), *targets.at(id));
    }
    Engine after(env);
    while (after.step()) {
    }
    ASSERT_EQ(network.requests.size(), 2U);
    EXPECT_EQ(header_of(network.requests[0], "webhook-id"), header_of(network.requests[1], "webhook-id"));
    EXPECT_EQ(network.requests[0].body, network.requests[1].body);
}

TEST(Delivery, WhatKeepsEveryOneFromBeingTriedIsInTheLogOnce) {
    const log::Capture capture{log::Level::trace};
    std::atomic<int> tried{0};
    std::promise<void> all_tried;
    WebhookWorld world([&](const net::HttpRequest&) -> Result<net::HttpResponse> {
        if (++tried == 5) all_tried.set_value();
        throw std::runtime_error("the disk is gone");
    });
    world.add();
    for (int i = 0; i < 5; ++i) world.raise();
    world.engine.start();
    EXPECT_EQ(all_tried.get_future().wait_for(60s), std::future_status::ready);
    world.engine.stop(60s);
    int told = 0;
    for (const std::string& line : capture.lines())
        if (line.find("webhook_trouble") != std::string::npos) ++told;
    EXPECT_EQ(told, 1) << "the virtual clock stands still";
}

}  // namespace
}  // namespace crossdock::webhooks
