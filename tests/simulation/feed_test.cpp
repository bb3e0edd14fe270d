// SPDX-License-Identifier: Apache-2.0
// G6 where it is hardest: eight writers commit at once, the power goes in the middle, and a consumer that follows the
// feed by sequence has in the end seen every order that a writer was told is kept, and nothing that went away again.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

#include "db/migrator.h"
#include "observability/log.h"
#include "services/record_order.h"
#include "simulation/scale.h"
#include "store/channel_repo.h"
#include "store/content_hash.h"
#include "store/order_repo.h"
#include "support/power_cut_vfs.h"

namespace crossdock::testing {
namespace {

constexpr int kWriters = 8;
constexpr int kRounds = 40;

services::FetchedOrder fetched(const std::string& id, const std::string& payload, Timestamp at) {
    domain::Order order;
    order.external_order_id = id;
    order.ordered_at = at;
    order.last_remote_update_at = at;
    order.currency = "USD";
    order.notes = payload;
    return {id, at, payload, store::content_hash(payload), order, {}};
}

TEST(Feed, ShowsEveryCommitOfEightWritersThroughPowerCuts) {
    log::set_level(log::Level::error);
    ManualClock clock(from_ms(1'790'000'000'000));
    SeededRandom random(6);
    PowerCutDisk disk(6);
    db::Options options;
    options.path = "feed.db";
    options.engine_layer = disk.name();
    options.longest_read = std::chrono::minutes{1};  // wherever this machine sleeps meanwhile
    std::set<std::string> told, seen;
    std::set<std::int64_t> sequences;
    std::int64_t position = 0, pages = 0, cuts = 0, numbers_twice = 0;
    const int rounds = std::max(2, static_cast<int>(kRounds * std::min(scale(), 100.0)));
    std::atomic<int> next{0};

    for (int round = 0; round < rounds; ++round) {
        auto opened = db::Database::open(options);
        ASSERT_TRUE(opened) << opened.error().message;
        db::Database& database = **opened;
        ASSERT_TRUE(db::migrate(database, clock));
        const store::Channel channel = database.write([&](db::Session& session) {
            const AccountId account = store::ensure_account(session, "default", random, clock.now());
            store::ChannelRepo channels(session);
            return *channels.get(*channels.ensure(account, "shop", domain::Provider::shopify, true, clock.now()));
        });
        // 0: until the feed's end now.
        const auto read_page = [&] {
            store::ListQuery query;
            query.account = channel.account_id;
            query.position.order = store::ListPosition::Order::feed;
            query.position.after_seq = position;
            query.limit = 7;
            std::vector<std::pair<std::int64_t, std::string>> rows;
            database.read([&](db::Session& session) {
                rows.clear();
                store::OrderRepo(session).list(query, [&](const store::OrderRow& row) {
                    rows.emplace_back(row.seq, std::string{row.members});
                    return rows.size() < 7;
                });
            });
            ++pages;
            for (const auto& [seq, members] : rows) {
                if (!sequences.insert(seq).second) ++numbers_twice;
                const std::string mark = "\"external_order_id\":\"";
                const auto from = members.find(mark) + mark.size();
                seen.insert(members.substr(from, members.find('"', from) - from));
                position = seq;
            }
            return rows.size();
        };
        const bool cut = round + 1 < rounds;
        if (cut) disk.cut_at(200 + random.below(1500), random.next());
        std::mutex mutex;
        std::atomic<bool> stop{false};
        std::vector<std::thread> writers;
        for (int writer = 0; writer < kWriters; ++writer)
            writers.emplace_back([&, writer] {
                for (int i = 0; i < 150 && !stop; ++i) {
                    const std::string id = "order-" + std::to_string(next++);
                    try {
                        database.write([&](db::Session& session) {
                            // Times that go back and forth: the feed must not care.
                            services::record_order(session, channel,
                                                   fetched(id, "{\"of\":\"" + id + "\"}",
                                                           from_ms(1'790'000'000'000 - (i * 7919 + writer) % 5000)),
                                                   clock.now());
                        });
                        const std::lock_guard lock(mutex);
                        told.insert(id);
                    } catch (const db::Failure&) {
                        return;
                    }
                }
            });
        std::thread consumer([&] {
            try {
                while (!stop) read_page();
            } catch (const db::Failure&) {
            }
        });
        for (std::thread& writer : writers) writer.join();
        stop = true;
        consumer.join();
        if (!cut) {
            while (read_page() > 0) {
            }
            const auto held = database.read([&](db::Session& session) {
                std::set<std::string> all;
                db::Statement statement(session, "SELECT external_order_id FROM orders");
                while (statement.step()) all.insert(statement.string(0));
                return all;
            });
            std::int64_t lost = 0, gaps = 0, ghosts = 0;
            for (const std::string& id : told) lost += held.contains(id) ? 0 : 1;
            for (const std::string& id : held) gaps += seen.contains(id) ? 0 : 1;
            for (const std::string& id : seen) ghosts += held.contains(id) ? 0 : 1;
            EXPECT_EQ(lost, 0) << "a writer was told that it is kept";
            EXPECT_EQ(gaps, 0) << "the feed skipped an order";
            EXPECT_EQ(ghosts, 0) << "the feed showed what the power cut took back";
            EXPECT_EQ(numbers_twice, 0) << "a number of the feed was used twice";
            EXPECT_GT(told.size(), 200U);
            std::printf(
                "[figures] G6: %d writers, %lld power cuts, %zu orders kept, %zu promised, %lld pages of the feed: "
                "%lld lost, %lld gaps, "
                "%lld shown and gone\n",
                kWriters, static_cast<long long>(cuts), held.size(), told.size(), static_cast<long long>(pages),
                static_cast<long long>(lost), static_cast<long long>(gaps), static_cast<long long>(ghosts));
            return;
        }
        disk.cut(random.next());  // if the moment was not met
        ++cuts;
        opened->reset();
        disk.power_on();
    }
}

}  // namespace
}  // namespace crossdock::testing
