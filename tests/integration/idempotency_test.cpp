// SPDX-License-Identifier: Apache-2.0
// G11 on the real binary: many clients send the same request under the same key at once, and the hub is killed in the
// middle. Whoever repeats until it is answered gets one and the same answer, and there is one effect.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

bool is_soak() { return std::getenv("CROSSDOCK_SOAK") != nullptr; }

std::uint64_t seed_of_run() {
    if (const char* given = std::getenv("CROSSDOCK_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device{}();
}

class OneEffect : public ::testing::Test {
protected:
    void open() {
        sandbox_ = std::make_unique<RunningSandbox>(10);
        write_text(folder_ / "crossdock.toml", config_text(sandbox_->url()));
        hub_ = std::make_unique<RunningHub>(folder_.path());
        key_ = hub_->make_key();
        Client client(hub_->url(), key_);
        ASSERT_TRUE(is_filled(client, 10)) << hub_->process().err();
        item_ = client.get("/api/v1/skus?raw=0&limit=1").body["items"][0]["id"];
    }
    std::string url() {
        const std::lock_guard lock(mutex_);
        return hub_->url();
    }
    void kill_and_start() {
        hub_->process().kill_hard();
        const std::lock_guard lock(mutex_);
        hub_->start();
    }

    /// What the clients of one key saw.
    struct Seen {
        std::set<std::string> answers;  // bodies of a 201
        int created = 0, replayed = 0, conflicts = 0, silent = 0, odd = 0;
    };
    /// Repeats the request until it is answered, as an ERP does that got no answer.
    void insist(const std::string& key, std::int64_t quantity, std::mutex& mutex, Seen& seen) {
        const std::string body =
            json{{"channel", "shop-test"}, {"items", {{{"item_master_id", item_}, {"quantity", quantity}}}}}.dump();
        Seen mine;
        // By time, not by tries: while the one that is carried out waits, the others are told so very quickly.
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{120};
        while (mine.answers.empty() && std::chrono::steady_clock::now() < end) {
            Client client(url(), key_);
            const Answer answer = client.send("POST", "/api/v1/inventory_updates", body, {{"Idempotency-Key", key}});
            if (answer.status == 201) {
                mine.answers.insert(answer.text);
                bool is_replay = false;
                for (const auto& [name, value] : answer.headers)
                    is_replay |= name == "Idempotent-Replayed" && value == "true";
                ++(is_replay ? mine.replayed : mine.created);
            } else if (answer.status == 409) {
                ++mine.conflicts;
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
            } else if (answer.status == 0 || answer.status == 503) {
                ++mine.silent;
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            } else {
                ++mine.odd;
                ADD_FAILURE() << answer.status << " " << answer.text;
            }
        }
        const std::lock_guard lock(mutex);
        seen.answers.insert(mine.answers.begin(), mine.answers.end());
        seen.created += mine.created;
        seen.replayed += mine.replayed;
        seen.conflicts += mine.conflicts;
        seen.silent += mine.silent;
        seen.odd += mine.odd;
    }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::string key_;
    std::int64_t item_ = 0;
    std::mutex mutex_;
};

TEST_F(OneEffect, ForEveryKeyFromManyClientsAtOnceAndOverKills) {
    ASSERT_NO_FATAL_FAILURE(open());
    const std::uint64_t seed = seed_of_run();
    SCOPED_TRACE("CROSSDOCK_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const int trials = is_soak() ? 10'000 : 120;
    const int clients = is_soak() ? 64 : 16;
    const int each_kill = 8;  // of so many trials one is interrupted
    Seen all;
    int kills = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const std::string key = "trial-" + std::to_string(seed) + "-" + std::to_string(trial);
        std::mutex mutex;
        Seen seen;
        std::vector<std::thread> threads;
        for (int i = 0; i < clients; ++i) threads.emplace_back([&] { insist(key, 1'000'000 + trial, mutex, seen); });
        if (trial % each_kill == each_kill / 2) {
            std::this_thread::sleep_for(std::chrono::microseconds{random() % 6'000});
            kill_and_start();
            ++kills;
        }
        for (std::thread& thread : threads) thread.join();
        EXPECT_EQ(seen.answers.size(), 1U) << "of " << key;
        EXPECT_LE(seen.created, 1) << "of " << key;
        EXPECT_EQ(seen.created + seen.replayed, clients);
        all.created += seen.created;
        all.replayed += seen.replayed;
        all.conflicts += seen.conflicts;
        all.silent += seen.silent;
    }
    const auto ask = [&](const std::string& query) { return ask_database(folder_ / "crossdock.db", query); };
    EXPECT_EQ(ask("SELECT count(*) FROM inventory_updates WHERE quantity >= 1000000"), std::to_string(trials));
    EXPECT_EQ(ask("SELECT count(*) FROM (SELECT 1 FROM inventory_updates WHERE quantity >= 1000000 GROUP BY quantity "
                  "HAVING count(*) > 1)"),
              "0");
    std::cout << "[figures] G11 " << trials << " keys, " << clients << " clients each, " << kills << " kills (seed "
              << seed << "): " << trials << " effects, 0 doubled, 0 missing; " << all.created << " created, "
              << all.replayed << " replayed, " << all.conflicts << " told to wait, " << all.silent << " unanswered\n";
}

}  // namespace
}  // namespace crossdock::testing
