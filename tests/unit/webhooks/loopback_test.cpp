// SPDX-License-Identifier: Apache-2.0
// The engine's threads over the real network code, against targets that behave badly.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <utility>

#include "net/admission.h"
#include "unit/net/raw_server.h"
#include "unit/webhooks/webhook_world.h"

namespace crossdock::webhooks {
namespace {

using namespace std::chrono_literals;
using net::testing_support::Peer;
using net::testing_support::RawServer;
using store::DeliveryState;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Everything real but the names.
class Loopback : public ::testing::Test {
protected:
    ~Loopback() override { stop(); }

    void start(std::vector<std::string> allow = {"127.0.0.1"}) {
        rules = std::make_unique<TargetRules>(
            TargetRules::Options{std::move(allow), [this] { return own_port.load(); }, net::is_own_address});
        net::Admission wish;
        wish.admit = [this](const std::string& host, int port, const IpAddress& address) {
            ++judged;
            return rules->admit(host, port, address);
        };
        wish.look_up = [this](const std::string& host) { return names(host); };
        http = net::make_guarded_client("test", wish);
        engine = std::make_unique<Engine>(CourierEnv{*database, clock, random, *http, keeper, plain_event});
        endpoints =
            std::make_unique<Endpoints>(Endpoints::Env{*database, clock, random, keeper, *rules, *engine, plain_event});
        database->on_change([this] { engine->wake(); });
        engine->start();
    }
    void stop() {
        if (!engine) return;
        database->on_change({});
        engine->stop(0ms);
    }
    store::WebhookEndpoint add(const std::string& url) {
        return endpoints->create(account(), {url, "", {"*"}, {}})->endpoint;
    }
    void raise(int times = 1) {
        for (int i = 0; i < times; ++i)
            database->write([&](db::Session& session) {
                store::EventRepo(session).append({account(), std::nullopt, "order.created", "order", i, "{}"},
                                                 clock.now());
            });
    }
    /// All in one commit: what stalls is cut after fifteen seconds, and many commits may take a slow disk that long.
    void raise_at_once(int times) {
        database->write([&](db::Session& session) {
            for (int i = 0; i < times; ++i)
                store::EventRepo(session).append({account(), std::nullopt, "order.created", "order", i, "{}"},
                                                 clock.now());
        });
    }
    std::vector<store::Delivery> deliveries(const store::WebhookEndpoint& endpoint) {
        return database->read([&](db::Session& session) {
            store::DeliveryQuery query;
            query.account = account();
            query.endpoint = endpoint.id;
            query.limit = 10'000;
            return store::DeliveryRepo(session).list(query);
        });
    }
    std::int64_t count(const store::WebhookEndpoint& endpoint, DeliveryState state) {
        return database->read(
            [&](db::Session& session) { return store::DeliveryRepo(session).count(endpoint.id, state); });
    }
    /// Until it holds, or two minutes have passed: a bound for a machine that is busy, not a measure.
    template <class Condition>
    static bool eventually(Condition&& holds) {
        const auto end = std::chrono::steady_clock::now() + 120s;
        while (std::chrono::steady_clock::now() < end) {
            if (holds()) return true;
            std::this_thread::sleep_for(5ms);
        }
        return holds();
    }
    store::DeliveryAttempt first_attempt(const store::WebhookEndpoint& endpoint) {
        store::DeliveryAttempt found;
        EXPECT_TRUE(eventually([&] {
            const auto rows = deliveries(endpoint);
            if (rows.empty() || rows.front().attempts == 0) return false;
            found = database->read(
                [&](db::Session& session) { return store::DeliveryRepo(session).attempts(rows.front().id).front(); });
            return true;
        }));
        return found;
    }
    [[nodiscard]] AccountId account() const { return database.channel.account_id; }

    testing::TemporaryDatabase database;
    SystemClock clock;
    SystemRandom random;
    OpenKeeper keeper;
    std::atomic<int> own_port{0};
    std::atomic<int> judged{0};
    std::function<Result<std::vector<IpAddress>>(const std::string&)> names = [](const std::string&) {
        return Result<std::vector<IpAddress>>{std::vector{*parse_ip("127.0.0.1")}};
    };
    std::unique_ptr<TargetRules> rules;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Endpoints> endpoints;
};

TEST_F(Loopback, AStalledTargetSlowsNobody) {
    std::atomic<int> stalled{0};
    RawServer stall([&](Peer& peer) {
        peer.read_request();
        ++stalled;
        peer.wait_for_end();
    });
    RawServer good([](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(kOk);
    });
    start();
    const auto slow = add(stall.url());
    const auto quick = add(good.url());
    raise_at_once(100);
    EXPECT_TRUE(eventually([&] { return count(quick, DeliveryState::succeeded) == 100; }));
    EXPECT_TRUE(eventually([&] { return stalled >= 4; }));
    EXPECT_EQ(stalled, 4) << "four in flight for one endpoint";
    stop();
    // Cut by our own stop: not the target's fault, and not written down.
    for (const auto& delivery : deliveries(slow)) {
        EXPECT_EQ(delivery.state, DeliveryState::pending);
        EXPECT_EQ(delivery.attempts, 0);
    }
}

TEST_F(Loopback, EveryEventArrivesOnceEachWhenNothingGoesWrong) {
    std::mutex mutex;
    std::multiset<std::string> ids;
    RawServer good([&](Peer& peer) {
        for (std::string request; !(request = peer.read_request()).empty();) {
            const auto at = request.find("webhook-id: ");
            const std::lock_guard lock(mutex);
            ids.insert(request.substr(at + 12, 26));
            peer.send(kOk);
        }
    });
    start();
    const auto endpoint = add(good.url());
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) writers.emplace_back([this] { raise(100); });
    for (auto& writer : writers) writer.join();
    EXPECT_TRUE(eventually([&] { return count(endpoint, DeliveryState::succeeded) == 400; }));
    EXPECT_EQ(ids.size(), 400U);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 400U);
}

TEST_F(Loopback, AnEndlessAnswerIsReadToItsCapAndCountsByItsStatus) {
    std::atomic<long> sent{0};
    RawServer endless([&](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string piece = "1000\r\n" + std::string(4096, 'x') + "\r\n";
        const timeval patience{1, 0};
        ::setsockopt(peer.handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        for (int i = 0; i < 100'000; ++i) {
            if (::send(peer.handle(), piece.data(), piece.size(), MSG_NOSIGNAL) <= 0) break;
            sent += 4096;
        }
    });
    start();
    const auto endpoint = add(endless.url());
    raise();
    const auto attempt = first_attempt(endpoint);
    EXPECT_TRUE(attempt.succeeded);
    EXPECT_EQ(attempt.status, 200);
    EXPECT_EQ(attempt.answer, std::string(1024, 'x'));
    EXPECT_TRUE(eventually([&, before = -1L]() mutable { return std::exchange(before, sent.load()) == sent.load(); }));
    EXPECT_LT(sent, 32L * 1024 * 1024);
}

TEST_F(Loopback, ARedirectToTheInsideIsNotFollowed) {
    RawServer inside([](Peer& peer) {
        peer.read_request();
        peer.send(kOk);
    });
    RawServer redirect([&](Peer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + inside.url() + "\r\nContent-Length: 0\r\n\r\n");
    });
    start();
    const auto endpoint = add(redirect.url());
    raise();
    const auto attempt = first_attempt(endpoint);
    EXPECT_FALSE(attempt.succeeded);
    EXPECT_EQ(attempt.status, 307);
    EXPECT_EQ(inside.connections(), 0);
}

TEST_F(Loopback, ANameThatChangesItsMindGainsNothing) {
    RawServer forbidden([](Peer& peer) {
        peer.read_request();
        peer.send(kOk);
    });
    // Harmless when it is asked for first, and this machine ever after.
    std::atomic<int> asked{0};
    names = [&](const std::string&) {
        return Result<std::vector<IpAddress>>{std::vector{*parse_ip(asked++ == 0 ? "192.0.2.1" : "127.0.0.1")}};
    };
    start({});
    const auto endpoint = add("http://rebind.example.com:" + std::to_string(forbidden.port()) + "/");
    // The first look-up is somebody else's: a check that looks up by itself and then connects by name would be fooled.
    EXPECT_TRUE(rules->admit("rebind.example.com", forbidden.port(), names("rebind.example.com")->front()));
    raise();
    const auto attempt = first_attempt(endpoint);
    stop();  // the next attempt comes after seconds
    EXPECT_FALSE(attempt.succeeded);
    EXPECT_FALSE(attempt.status);
    EXPECT_NE(attempt.error->find("on this machine"), std::string::npos) << *attempt.error;
    EXPECT_EQ(forbidden.connections(), 0);
    EXPECT_EQ(judged, deliveries(endpoint).front().attempts);
}

TEST_F(Loopback, OneBadAddressAmongManyRefusesTheName) {
    RawServer forbidden([](Peer& peer) { peer.read_request(); });
    names = [](const std::string&) {
        return Result<std::vector<IpAddress>>{std::vector{*parse_ip("127.0.0.1"), *parse_ip("169.254.169.254")}};
    };
    start();
    const auto endpoint = add("http://two-faced.example.com:" + std::to_string(forbidden.port()) + "/");
    raise();
    EXPECT_NE(first_attempt(endpoint).error->find("169.254.169.254"), std::string::npos);
    EXPECT_EQ(forbidden.connections(), 0);
}

TEST_F(Loopback, OurOwnListenerIsNeverToldOfItsOwnEvents) {
    RawServer ours([](Peer& peer) { peer.read_request(); });
    own_port = ours.port();
    start();
    const auto endpoint = add("http://some-name.example.com:" + std::to_string(ours.port()) + "/");
    raise();
    EXPECT_NE(first_attempt(endpoint).error->find("this hub itself"), std::string::npos);
    EXPECT_EQ(ours.connections(), 0);
}

TEST_F(Loopback, SpellingsOfThisMachineThatTheResolverUnderstandsAreRefusedWithoutAConnection) {
    RawServer forbidden([](Peer& peer) { peer.read_request(); });
    start({});
    const std::string port = std::to_string(forbidden.port());
    // Saved by somebody who got round the check at the door.
    const auto endpoint = add("http://erp.example.com:" + port + "/");
    const auto set_url = [&](const std::string& host) {
        database->write([&](db::Session& session) {
            auto changed = endpoint;
            changed.url = "http://" + host + ":" + port + "/";
            store::WebhookEndpointRepo(session).update(changed, clock.now());
        });
    };
    for (const char* host : {"127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::1]",
                             "[::ffff:7f00:1]", "0.0.0.0", "[::]"}) {
        set_url(host);
        const auto report = endpoints->test(account(), endpoint.public_id);
        ASSERT_TRUE(report) << host;
        EXPECT_FALSE(report->sent.attempt.succeeded) << host;
        EXPECT_FALSE(report->sent.attempt.status) << host;
    }
    EXPECT_EQ(forbidden.connections(), 0);
}

TEST_F(Loopback, AnAllowedAddressInTheHouseWorks) {
    RawServer erp([](Peer& peer) {
        while (!peer.read_request().empty()) peer.send(kOk);
    });
    start({"erp.local"});
    const auto endpoint = add("http://erp.local:" + std::to_string(erp.port()) + "/hook");
    raise();
    EXPECT_TRUE(first_attempt(endpoint).succeeded);
}

TEST_F(Loopback, ATargetThatCutsTheLineIsTriedAgain) {
    RawServer cut([](Peer& peer) {
        const bool first = peer.number() == 0;
        peer.read_request();
        if (!first) peer.send(kOk);
    });
    start();
    const auto endpoint = add(cut.url());
    raise();
    EXPECT_FALSE(first_attempt(endpoint).succeeded);
    EXPECT_TRUE(eventually([&] { return count(endpoint, DeliveryState::succeeded) == 1; }))
        << "after about five seconds";
    EXPECT_EQ(deliveries(endpoint).front().attempts, 2);
}

}  // namespace
}  // namespace crossdock::webhooks
