// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "api/json/error.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "store/idempotency_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// A hub with a route that is not idempotent by nature: every request makes a row. What `answers` says decides how.
class KeyedHub : public Hub {
public:
    KeyedHub() {
        db->write([](db::Session& session) {
            session.run_script("CREATE TABLE marks (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
        });
        for (const char* method : {"POST", "PATCH", "PUT"})
            router.add(v1_write_route(*context, method, "/marks/{name}", scope::kOrdersWrite,
                                      [this](const Caller&, const http::Request& request) { return mark(request); }));
    }

    Answer send_mark(const std::optional<std::string>& key, const std::string& body = "{}",
                     const std::string& path = "/marks/a", const std::string& method = "POST",
                     const std::string& api_key = "") {
        http::Request request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.headers = {{"x-api-key", api_key.empty() ? key_ : api_key}, {"content-type", "application/json"}};
        if (key) request.headers.emplace_back("idempotency-key", *key);
        return send(std::move(request));
    }
    std::int64_t count(const char* table) {
        return db->read([&](db::Session& session) {
            db::Statement statement(session, std::string{"SELECT count(*) FROM "} + table);
            statement.step();
            return statement.integer(0);
        });
    }
    std::int64_t marks() { return count("marks"); }

    int refuse_before = 0;              // a status: the request is refused while it is read
    std::atomic<int> answer_with{201};  // a status: the answer of the effect
    std::function<void()> during_effect = [] {};

private:
    Prepared mark(const http::Request& request) {
        if (refuse_before != 0) return v1_error(refuse_before, "refused");
        return Effect{[this, body = request.body](db::Session& session) {
                          const auto id =
                              db::Statement(session, "INSERT INTO marks (body) VALUES (?)").bind(body).insert();
                          during_effect();
                          if (answer_with >= 300) return v1_error(answer_with, "refused in doing it");
                          auto response = http::Response::json(answer_with, "{\"mark\":" + std::to_string(id) + "}");
                          response.headers.emplace_back("Warning", "299 crossdock \"a: b\"");
                          return response;
                      },
                      true};
    }
};

TEST(Idempotency, ARepeatGetsTheStoredAnswerAndDoesNothing) {
    KeyedHub hub;
    const auto first = hub.send_mark("k1", R"({"a":1,"b":[2,3]})");
    EXPECT_EQ(first.status(), 201);
    EXPECT_FALSE(first.header("Idempotent-Replayed"));
    hub.clock.advance(1h);
    // The same document, written otherwise.
    const auto again = hub.send_mark("k1", " {\"b\" : [2, 3],\n\"a\":1}");
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(again.raw.body, first.raw.body);
    EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    EXPECT_EQ(again.header("Warning"), "299 crossdock \"a: b\"");
    EXPECT_EQ(hub.marks(), 1);
    EXPECT_EQ(hub.woken, 1) << "a replay has no work to announce";
}

TEST(Idempotency, WithoutAKeyEveryRequestIsItsOwn) {
    KeyedHub hub;
    EXPECT_NE(hub.send_mark(std::nullopt).raw.body, hub.send_mark(std::nullopt).raw.body);
    EXPECT_EQ(hub.marks(), 2);
    EXPECT_EQ(hub.count("idempotency_keys"), 0);
}

TEST(Idempotency, AnotherRequestUnderTheSameKeyIsRefusedWithTheTimeOfTheFirst) {
    KeyedHub hub;
    ASSERT_EQ(hub.send_mark("k1", R"({"n":1})").status(), 201);
    hub.clock.advance(90s);
    for (const auto& [body, path] : {std::pair{R"({"n":2})", "/marks/a"}, std::pair{R"({"n":1.0})", "/marks/a"},
                                     std::pair{R"({"n":1})", "/marks/a?x=1"}, std::pair{R"({"n":1})", "/marks/b"},
                                     std::pair{"not json", "/marks/a"}}) {
        const auto answer = hub.send_mark("k1", body, path);
        EXPECT_EQ(answer.status(), 422) << body << path;
        EXPECT_NE(answer.error().find("idempotency_key_reused"), std::string::npos) << answer.error();
        EXPECT_NE(answer.error().find("2026-11-20T12:00:00Z"), std::string::npos) << answer.error();
    }
    EXPECT_EQ(hub.marks(), 1);
    // And the first request still has its answer.
    EXPECT_EQ(hub.send_mark("k1", R"({"n":1})").status(), 201);
}

TEST(Idempotency, TheOrderOfTheQueryDoesNotMatter) {
    KeyedHub hub;
    ASSERT_EQ(hub.send_mark("k", "", "/marks/a?x=1&y=2").status(), 201);
    EXPECT_EQ(hub.send_mark("k", "", "/marks/a?y=2&x=1").header("Idempotent-Replayed"), "true");
}

TEST(Idempotency, AKeyBelongsToItsAccountMethodAndRoute) {
    KeyedHub hub;
    EXPECT_EQ(hub.send_mark("k").status(), 201);
    const auto patched = hub.send_mark("k", "{}", "/marks/a", "PATCH");
    const auto others = hub.send_mark("k", "{}", "/marks/a", "POST", hub.other_key_);
    for (const auto& answer : {patched, others}) {
        EXPECT_EQ(answer.status(), 201);
        EXPECT_FALSE(answer.header("Idempotent-Replayed"));
    }
    EXPECT_EQ(hub.marks(), 3);
    // A second key of the same account is the same caller.
    EXPECT_EQ(hub.send_mark("k", "{}", "/marks/a", "POST", hub.make_key(hub.acme, "erp")).header("Idempotent-Replayed"),
              "true");
    // Elsewhere than on POST and PATCH the header means nothing.
    EXPECT_EQ(hub.send_mark("k", "{}", "/marks/a", "PUT").status(), 201);
    EXPECT_EQ(hub.send_mark("k", "{}", "/marks/a", "PUT").status(), 201);
    EXPECT_EQ(hub.marks(), 5);
}

TEST(Idempotency, OnlyVisibleAsciiOfUpTo255IsAKey) {
    KeyedHub hub;
    for (const std::string& key : {std::string{}, std::string(256, 'k'), std::string{"a b"}, std::string{"a\tb"},
                                   std::string{"a\x01"}, std::string{"caf\xc3\xa9"}, std::string{"a\x7f"}}) {
        const auto answer = hub.send_mark(key);
        EXPECT_EQ(answer.status(), 400) << key;
        EXPECT_NE(answer.error().find("1 to 255 visible ASCII"), std::string::npos) << answer.error();
    }
    EXPECT_EQ(hub.marks(), 0);
    EXPECT_EQ(hub.send_mark(std::string(255, '~')).status(), 201);
    http::Request two;
    two.method = "POST";
    two.path = "/marks/a";
    two.headers = {{"x-api-key", hub.key_}, {"idempotency-key", "a"}, {"idempotency-key", "b"}};
    EXPECT_EQ(hub.send(two).status(), 400);
}

TEST(Idempotency, WhatWasRefusedBeforeItBeganMayBeTriedAgain) {
    KeyedHub hub;
    for (const int status : {400, 404, 413, 415, 422, 503}) {
        const std::string key = "k" + std::to_string(status);
        hub.refuse_before = status;
        EXPECT_EQ(hub.send_mark(key).status(), status);
        hub.refuse_before = 0;
        const auto answer = hub.send_mark(key);
        EXPECT_EQ(answer.status(), 201) << status;
        EXPECT_FALSE(answer.header("Idempotent-Replayed"));
    }
    // So it is with a key that may not do it, and with one that is none.
    const std::string reader = hub.make_key(hub.acme, "read-only");
    EXPECT_EQ(hub.send_mark("denied", "{}", "/marks/a", "POST", reader).status(), 403);
    EXPECT_EQ(hub.send_mark("denied", "{}", "/marks/a", "POST", "cdk_live_x").status(), 401);
    EXPECT_EQ(hub.send_mark("denied").status(), 201);
}

TEST(Idempotency, WhatWasRefusedInDoingItIsKeptAndFailuresAreNot) {
    KeyedHub hub;
    for (const int status : {409, 410, 422}) {
        const std::string key = "k" + std::to_string(status);
        hub.answer_with = status;
        const auto first = hub.send_mark(key);
        EXPECT_EQ(first.status(), status);
        hub.answer_with = 201;
        const auto again = hub.send_mark(key);
        EXPECT_EQ(again.status(), status);
        EXPECT_EQ(again.raw.body, first.raw.body);
        EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
    }
    EXPECT_EQ(hub.marks(), 0) << "an answer other than 2xx leaves nothing behind";
    for (const int status : {400, 403, 404, 429, 500, 503}) {
        const std::string key = "k" + std::to_string(status);
        hub.answer_with = status;
        EXPECT_EQ(hub.send_mark(key).status(), status);
        hub.answer_with = 201;
        EXPECT_EQ(hub.send_mark(key).status(), 201) << status;
    }
    EXPECT_EQ(hub.marks(), 6);
}

TEST(Idempotency, AnEffectThatThrowsLeavesNeitherRowNorKey) {
    KeyedHub hub;
    hub.during_effect = [] { throw db::Failure(db::Failure::Kind::full, "no space"); };
    EXPECT_EQ(hub.send_mark("k").status(), 503);
    EXPECT_EQ(hub.marks(), 0);
    EXPECT_EQ(hub.count("idempotency_keys"), 0);
    hub.during_effect = [] {};
    EXPECT_EQ(hub.send_mark("k").status(), 201);
}

TEST(Idempotency, WhileTheFirstRunsTheSecondIsToldToWait) {
    KeyedHub hub;
    std::optional<Answer> second;
    hub.during_effect = [&] { second = hub.send_mark("k"); };
    EXPECT_EQ(hub.send_mark("k").status(), 201);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->status(), 409);
    EXPECT_EQ(second->header("Retry-After"), "1");
    hub.during_effect = [] {};
    EXPECT_EQ(hub.send_mark("k").header("Idempotent-Replayed"), "true");
    EXPECT_EQ(hub.marks(), 1);
}

TEST(Idempotency, IsKeptForSevenDaysAndThenForgotten) {
    KeyedHub hub;
    const auto first = hub.send_mark("k");
    hub.clock.advance(7 * 24h);
    EXPECT_EQ(hub.send_mark("k").raw.body, first.raw.body);
    hub.clock.advance(1ms);
    const auto anew = hub.send_mark("k");
    EXPECT_FALSE(anew.header("Idempotent-Replayed")) << "too old to count, though its row is still there";
    EXPECT_NE(anew.raw.body, first.raw.body);
    EXPECT_EQ(hub.send_mark("k").raw.body, anew.raw.body);

    const auto forget = [&] {
        return hub.db->write([&](db::Session& session) {
            return store::IdempotencyRepo(session).forget_before(hub.clock.now() - kKeepIdempotencyKeys, 1000);
        });
    };
    EXPECT_EQ(forget(), 0);
    hub.clock.advance(7 * 24h + 1ms);
    EXPECT_EQ(forget(), 1);
    EXPECT_EQ(hub.count("idempotency_keys"), 0);
}

/// Eight clients that repeat themselves without waiting, as clients behind a bad line do.
TEST(Idempotency, UnderConcurrencyEveryKeyIsCarriedOutOnce) {
    KeyedHub hub;
    hub.context->wake_jobs = [] {};
    constexpr int kKeys = 60;
    constexpr int kClients = 8;
    struct Seen {
        std::set<std::string> bodies;
        int fresh = 0, replayed = 0, waited = 0;
    };
    std::vector<std::map<int, Seen>> seen(kClients);
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client)
        clients.emplace_back([&, client] {
            for (int round = 0; round < 2; ++round)
                for (int key = 0; key < kKeys; ++key) {
                    const auto answer =
                        hub.send_mark("key-" + std::to_string(key), "{\"n\":" + std::to_string(key) + "}");
                    Seen& mine = seen[static_cast<std::size_t>(client)][key];
                    if (answer.status() == 409) {
                        ++mine.waited;
                    } else {
                        EXPECT_EQ(answer.status(), 201) << answer.raw.body;
                        mine.bodies.insert(answer.raw.body);
                        ++(answer.header("Idempotent-Replayed") ? mine.replayed : mine.fresh);
                    }
                }
        });
    for (auto& client : clients) client.join();
    int waited = 0;
    for (int key = 0; key < kKeys; ++key) {
        Seen all;
        for (auto& mine : seen) {
            all.bodies.merge(mine[key].bodies);
            all.fresh += mine[key].fresh;
            waited += mine[key].waited;
        }
        EXPECT_EQ(all.fresh, 1) << key;
        EXPECT_EQ(all.bodies.size(), 1U) << key;
    }
    EXPECT_EQ(hub.marks(), kKeys);
    std::printf("%d requests, %d keys, %lld effects, %d told to wait\n", kClients * 2 * kKeys, kKeys,
                static_cast<long long>(hub.marks()), waited);
}

/// A route that took the key and ignored it would double what it does. No body has to be right for this.
TEST(Idempotency, EveryRouteThatChangesSomethingTakesTheKey) {
    Hub hub;
    const std::string all =
        hub.make_key(hub.acme, "erp channels:write jobs:write webhooks:admin keys:admin");
    int routes = 0;
    for (const http::Route& route : hub.router.routes()) {
        if (route.method != "POST" && route.method != "PATCH") continue;
        if (route.scope.empty()) continue;  // channels' webhooks: deduplicated by the provider's own id
        http::Request request;
        request.method = route.method;
        request.path = route.pattern;
        request.headers = {{"x-api-key", all}, {"idempotency-key", ""}};
        const auto answer = hub.send(std::move(request));
        EXPECT_EQ(answer.status(), 400) << route.pattern;
        EXPECT_NE(answer.raw.body.find("Idempotency-Key must be"), std::string::npos)
            << route.method << ' ' << route.pattern << ": " << answer.raw.body;
        ++routes;
    }
    EXPECT_GE(routes, 6);
}

TEST(Idempotency, TheErpsOwnRequestsAreReplayed) {
    Hub hub;
    const auto order = hub.add_order(hub.shop_us, sample_order("o-1"));
    const auto ack = [&] {
        http::Request request;
        request.method = "POST";
        request.path = "/api/v1/orders/ack";
        request.body = "{\"ids\":[" + std::to_string(order.value) + "]}";
        request.headers = {{"x-api-key", hub.key_}, {"idempotency-key", "ack-1"}};
        return hub.send(std::move(request));
    };
    EXPECT_EQ(ack().raw.body, R"({"updated":1})");
    const auto again = ack();
    EXPECT_EQ(again.raw.body, R"({"updated":1})") << "the first answer; without the key it would be 0";
    EXPECT_EQ(again.header("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace crossdock::api::testing
