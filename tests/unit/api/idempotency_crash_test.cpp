// SPDX-License-Identifier: Apache-2.0
// The power goes while clients repeat themselves: what was answered is there, nothing is there twice, and no key stands
// for an effect that is not there.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>

#include "api/json/error.h"
#include "api/middleware/effect.h"
#include "db/migrator.h"
#include "store/channel_repo.h"
#include "store/idempotency_repo.h"
#include "support/power_cut_vfs.h"

namespace crossdock::api {
namespace {

constexpr int kClients = 3;
constexpr int kKeys = 400;   // a round; few enough that clients meet at the same one
constexpr int kRounds = 10;  // on one disk

#ifdef __SANITIZE_THREAD__
constexpr int kCutsByDefault = 20;
#else
constexpr int kCutsByDefault = 150;
#endif

struct Tally {
    int answered = 0, lost = 0, doubled = 0, key_without_effect = 0, effect_without_key = 0;
};

/// The database of a hub, opened; what a route needs of it.
class Opened {
public:
    explicit Opened(crossdock::testing::PowerCutDisk& disk) : clock_(from_ms(1'795'176'000'000)) {
        db::Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        options.longest_read = std::chrono::minutes{1};  // wherever this machine sleeps meanwhile
        auto opened = db::Database::open(options);
        if (!opened) throw std::runtime_error(opened.error().message);
        db = std::move(*opened);
        if (const auto migrated = db::migrate(*db, clock_); !migrated)
            throw std::runtime_error(migrated.error().message);
        SeededRandom random{7};
        db->write([&](db::Session& session) {
            caller.account = store::ensure_account(session, "acme", random, clock_.now());
            session.run_script(
                "CREATE TABLE IF NOT EXISTS marks (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
                "CREATE INDEX IF NOT EXISTS marks_by_name ON marks (name);");
        });
        keys = std::make_unique<KeyRing>(*db, clock_);
        context = std::make_unique<Context>(Context{*db, clock_, *keys, "", "1", {}, {}, {}, {}, {}});
    }

    http::Response mark(const std::string& name) {
        http::Request request;
        request.method = "POST";
        request.path = request.route = "/marks";
        request.headers = {{"idempotency-key", name}};
        request.body = "{\"name\":\"" + name + "\"}";
        return carry_out(*context, caller, request, [&](const Caller&, const http::Request&) -> Prepared {
            return Effect{[name](db::Session& session) {
                const auto id = db::Statement(session, "INSERT INTO marks (name) VALUES (?)").bind(name).insert();
                return http::Response::json(201, "{\"mark\":" + std::to_string(id) + "}");
            }};
        });
    }

    std::unique_ptr<db::Database> db;
    Caller caller;

private:
    ManualClock clock_;
    std::unique_ptr<KeyRing> keys;
    std::unique_ptr<Context> context;
};

using Answered = std::map<std::string, std::string>;  // by key

/// Clients that send until the power is gone, every key by all of them.
Answered send_until_dark(Opened& hub, int round) {
    std::vector<Answered> answered(kClients);
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client)
        clients.emplace_back([&, client] {
            try {
                for (int key = 0; key < kKeys; ++key) {
                    const std::string name = std::to_string(round) + "-" + std::to_string(key);
                    const auto answer = hub.mark(name);
                    if (answer.status == 201) answered[static_cast<std::size_t>(client)][name] = answer.body;
                }
            } catch (const db::Failure&) {
                // Dark.
            }
        });
    for (auto& client : clients) client.join();
    Answered all;
    for (Answered& mine : answered)
        for (auto& [name, body] : mine) {
            const auto [held, fresh] = all.emplace(name, body);
            EXPECT_EQ(held->second, body) << "two clients were answered differently for " << name;
        }
    return all;
}

void judge(Opened& hub, const Answered& answered, Tally& tally) {
    hub.db->read([&](db::Session& session) {
        const auto count = [&](const char* sql) {
            db::Statement statement(session, sql);
            statement.step();
            return static_cast<int>(statement.integer(0));
        };
        tally.doubled += count("SELECT count(*) - count(DISTINCT name) FROM marks");
        tally.effect_without_key += count(
            "SELECT count(*) FROM marks WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.account_id IN "
            "(SELECT id FROM accounts) AND k.method = 'POST' AND k.route = '/marks' AND k.key = marks.name)");
        tally.key_without_effect += count(
            "SELECT count(*) FROM idempotency_keys k WHERE NOT EXISTS (SELECT 1 FROM marks WHERE marks.name = k.key "
            "AND k.body = '{\"mark\":' || marks.id || '}')");
        store::IdempotencyRepo keys(session);
        for (const auto& [name, body] : answered) {
            const auto held = keys.find({hub.caller.account, "POST", "/marks", name});
            if (!held || held->body != body) ++tally.lost;
        }
        tally.answered += static_cast<int>(answered.size());
    });
}

TEST(IdempotencyUnderPowerCuts, EffectAndStoredAnswerLiveOrDieTogether) {
    // The long form: CROSSDOCK_POWER_CUTS=2000.
    const char* wanted = std::getenv("CROSSDOCK_POWER_CUTS");
    const int cuts = wanted == nullptr ? kCutsByDefault : std::atoi(wanted);
    constexpr std::uint64_t kSeed = 20'261'129;
    Tally tally;
    for (int cut = 0; cut < cuts;) {
        crossdock::testing::PowerCutDisk disk(kSeed + static_cast<std::uint64_t>(cut));
        std::make_unique<Opened>(disk)->db->close();
        for (int round = 0; round < kRounds && cut < cuts; ++round, ++cut) {
            const auto seed = kSeed + static_cast<std::uint64_t>(cut);
            auto hub = std::make_unique<Opened>(disk);
            disk.cut_at(1 + seed * 7'919 % 900, seed * 2'654'435'761U);
            const Answered answered = send_until_dark(*hub, round);
            hub.reset();
            disk.cut(seed);  // when the clients came to their end first
            disk.power_on();
            hub = std::make_unique<Opened>(disk);
            judge(*hub, answered, tally);
            // Everybody repeats: now all of it is there, once, and the old answers still hold.
            for (int key = 0; key < kKeys; ++key) {
                const std::string name = std::to_string(round) + "-" + std::to_string(key);
                const auto answer = hub->mark(name);
                EXPECT_EQ(answer.status, 201);
                if (const auto held = answered.find(name); held != answered.end()) {
                    EXPECT_EQ(answer.body, held->second) << name;
                }
            }
            judge(*hub, answered, tally);
        }
    }
    std::printf("%d power cuts: %d answers, lost %d, doubled %d, keys without effect %d, effects without key %d\n",
                cuts, tally.answered / 2, tally.lost, tally.doubled, tally.key_without_effect,
                tally.effect_without_key);
    EXPECT_GT(tally.answered, cuts);
    EXPECT_EQ(tally.lost, 0);
    EXPECT_EQ(tally.doubled, 0);
    EXPECT_EQ(tally.key_without_effect, 0);
    EXPECT_EQ(tally.effect_without_key, 0);
}

}  // namespace
}  // namespace crossdock::api
