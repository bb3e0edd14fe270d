// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

constexpr int kThreads = 4;
#ifdef __SANITIZE_THREAD__
constexpr std::uint64_t kCutsByDefault = 50;  // each takes forty times as long
#else
constexpr std::uint64_t kCutsByDefault = 1'000;
#endif

struct Tally {
    std::int64_t acknowledged = 0, lost = 0, damaged = 0, half = 0, unknown_kept = 0;
};

/// Opens after a cut and compares with what was acknowledged: `acked[author]` is how many numbers from 0 on.
void judge(Database& database, const std::vector<std::int64_t>& acked, Tally& tally) {
    if (!database.check(true).empty()) ++tally.damaged;
    database.read([&](Session& session) {
        for (std::size_t author = 0; author < acked.size(); ++author) {
            Statement notes(session, "SELECT count(*), coalesce(max(number), -1) FROM notes WHERE author = ?");
            notes.bind(author);
            ASSERT_TRUE(notes.step());
            const std::int64_t count = notes.integer(0);
            tally.acknowledged += acked[author];
            tally.lost += std::max<std::int64_t>(0, acked[author] - count);
            // More than acknowledged: the one write that was under way may have reached the disk, not a second.
            if (count > acked[author] + 1 || notes.integer(1) != count - 1) ++tally.half;
            if (count == acked[author] + 1) ++tally.unknown_kept;
        }
        // Each unit writes two tables; a torn transaction would show here.
        if (ask_integer(session, "SELECT count(*) FROM notes") != ask_integer(session, "SELECT count(*) FROM echoes")) {
            ++tally.half;
        }
        if (ask_integer(session, "SELECT count(*) FROM notes") !=
            ask_integer(session, "SELECT value FROM change_sequence")) {
            ++tally.half;
        }
    });
}

void write_pair(Database& database, std::int64_t author, std::int64_t number) {
    database.write([&](Session& session) {
        add_note(session, author, number, std::string(static_cast<std::size_t>(50 + 400 * (number % 9)), 'n'));
        Statement(session, "INSERT INTO echoes (author, number) VALUES (?, ?)").bind(author, number).exec();
    });
}

void create_echoes(Database& database) {
    database.write([](Session& session) {
        session.run_script("CREATE TABLE echoes (author INTEGER NOT NULL, number INTEGER NOT NULL) STRICT");
    });
}

TEST(PowerCut, LosesNothingAcknowledgedAndDamagesNothingUnderCommittingThreads) {
    // The long form: CROSSDOCK_POWER_CUTS=10000.
    const char* wanted = std::getenv("CROSSDOCK_POWER_CUTS");
    const std::uint64_t wanted_cuts = wanted == nullptr ? kCutsByDefault : std::stoull(wanted);
    constexpr std::uint64_t kSeed = 20'261'121;
    const auto began = std::chrono::steady_clock::now();
    Tally tally;
    std::uint64_t cuts = 0;
    std::uint64_t syncs = 0;
    while (cuts < wanted_cuts) {
        // A fresh database every 10 cuts, so that young and older files are met.
        testing::PowerCutDisk disk(kSeed + cuts);
        Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        auto database = open_or_throw(options);
        create_tables(*database);
        create_echoes(*database);
        std::vector<std::int64_t> acked(kThreads, 0);
        for (int round = 0; round < 10 && cuts < wanted_cuts; ++round, ++cuts) {
            disk.cut_at(1 + (kSeed + cuts) * 7'919 % 1'500, kSeed ^ (cuts * 2'654'435'761U));
            std::vector<std::thread> threads;
            for (std::size_t author = 0; author < kThreads; ++author) {
                threads.emplace_back([&, author] {
                    while (
                        !failure_of([&] { write_pair(*database, static_cast<std::int64_t>(author), acked[author]); })) {
                        ++acked[author];
                        if (acked[author] % 16 == 0) database->maintain();
                    }
                });
            }
            for (auto& thread : threads) thread.join();
            database.reset();
            disk.power_on();
            database = open_or_throw(options);
            judge(*database, acked, tally);
            // What was under way and got through is now as good as acknowledged.
            database->read([&](Session& session) {
                for (std::size_t author = 0; author < kThreads; ++author) {
                    Statement notes(session, "SELECT count(*) FROM notes WHERE author = ?");
                    notes.bind(author);
                    notes.step();
                    acked[author] = notes.integer(0);
                }
            });
        }
        syncs += disk.syncs();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_EQ(tally.lost, 0);
    EXPECT_EQ(tally.damaged, 0);
    EXPECT_EQ(tally.half, 0);
    std::cout << "[ figures  ] seed " << kSeed << ": " << cuts << " cuts, " << tally.acknowledged
              << " acknowledged looked for, " << tally.lost << " lost, " << tally.damaged << " damaged, " << tally.half
              << " half written, " << tally.unknown_kept << " unacknowledged but kept, " << syncs << " syncs, "
              << took.count() << " s\n";
}

TEST(PowerCut, AtEveryMomentOfCreatingADatabaseLeavesOneThatOpens) {
    std::uint64_t moments = 0;
    for (std::uint64_t moment = 1;; ++moment) {
        bool finished = false;
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            testing::PowerCutDisk disk(seed);
            Options options;
            options.path = "hub.db";
            options.engine_layer = disk.name();
            disk.fail(testing::PowerCutDisk::Fault::io_error, moment, true);  // the cut comes at this call
            auto first = Database::open(options);
            finished = !disk.has_failed();
            disk.cut(moment * 100 + seed);
            if (first) first->reset();
            disk.power_on();
            auto second = Database::open(options);
            ASSERT_TRUE(second) << "moment " << moment << " seed " << seed << ": " << second.error().message;
            create_tables(**second);
            (*second)->write([](Session& session) { add_note(session, 1, 1); });
            disk.cut(seed);
            second->reset();
            disk.power_on();
            auto third = Database::open(options);
            ASSERT_TRUE(third) << third.error().message;
            ASSERT_EQ(count_notes(**third), 1);
            ASSERT_TRUE((*third)->check(true).empty());
        }
        moments = moment;
        if (finished) break;
    }
    EXPECT_GT(moments, 20U);
    std::cout << "[ figures  ] " << moments << " moments of creation, 12 cuts each, all opened\n";
}

// The disk itself must be able to lose: what is not synced goes.
TEST(PowerCut, TakesWhatWasNotSynced) {
    std::int64_t lost = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        testing::PowerCutDisk disk(seed);
        {
            SQLite::Database plain(std::string{"/plain.db"}, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 1'000,
                                   disk.name());
            plain.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (a INTEGER)");
            static_cast<void>(plain.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt());
            for (int i = 0; i < 20; ++i) plain.exec("INSERT INTO t VALUES (1)");
            disk.cut(seed);
        }
        disk.power_on();
        SQLite::Database plain(std::string{"/plain.db"}, SQLite::OPEN_READWRITE, 1'000, disk.name());
        lost += 20 - plain.execAndGet("SELECT count(*) FROM t").getInt();
        EXPECT_EQ(plain.execAndGet("PRAGMA integrity_check").getString(), "ok");
    }
    EXPECT_GT(lost, 100);
    std::cout << "[ figures  ] synchronous = NORMAL lost " << lost << " of 600 commits in 30 cuts\n";
}

TEST(PowerCut, IsFastEnoughForSimulations) {
    testing::PowerCutDisk disk;
    Options options;
    options.path = "hub.db";
    options.engine_layer = disk.name();
    auto database = open_or_throw(options);
    create_tables(*database);
    constexpr int kCommits = 5'000;
    const auto began = std::chrono::steady_clock::now();
    for (int number = 0; number < kCommits; ++number) {
        database->write([&](Session& session) { add_note(session, 1, number); });
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_EQ(count_notes(*database), kCommits);
    std::cout << "[ figures  ] " << static_cast<int>(kCommits / took.count())
              << " commits/s of one thread on the disk in memory\n";
}

}  // namespace
}  // namespace crossdock::db
