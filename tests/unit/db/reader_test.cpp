// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

using Kind = Failure::Kind;

class Readers : public ::testing::Test {
protected:
    Readers() {
        options_.path = "hub.db";
        options_.engine_layer = disk_.name();
        open();
        create_tables(*database_);
    }
    void open() {
        database_.reset();
        database_ = open_or_throw(options_);
    }

    testing::PowerCutDisk disk_;
    Options options_;
    std::unique_ptr<Database> database_;
};

TEST_F(Readers, SeeOneSnapshotWhateverIsWrittenMeanwhile) {
    database_->write([](Session& session) { add_note(session, 1, 1); });
    database_->read([&](Session& session) {
        EXPECT_EQ(ask_integer(session, "SELECT count(*) FROM notes"), 1);
        std::thread([&] {
            database_->write([](Session& other) { add_note(other, 1, 2); });
            EXPECT_EQ(count_notes(*database_), 2);
        }).join();
        EXPECT_EQ(ask_integer(session, "SELECT count(*) FROM notes"), 1) << "the same snapshot";
        EXPECT_EQ(count_notes(*database_), 1) << "a read within a read is the same one";
    });
    EXPECT_EQ(count_notes(*database_), 2);
}

TEST_F(Readers, AreNotHeldUpByAWriteUnderWay) {
    database_->write([&](Session& session) {
        add_note(session, 1, 1);
        // While this thread has the write lock another one reads what was there before.
        std::thread([&] { EXPECT_EQ(count_notes(*database_), 0); }).join();
    });
}

TEST_F(Readers, AlwaysSeeWholeTransactions) {
    database_->write([](Session& session) {
        session.run_script(
            "CREATE TABLE purse (id INTEGER PRIMARY KEY, coins INTEGER NOT NULL) STRICT;"
            "INSERT INTO purse VALUES (1, 500), (2, 500)");
    });
    std::atomic<bool> done{false};
    std::atomic<std::int64_t> reads{0}, wrong{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto failed = failure_of([&] {
                    database_->read([&](Session& session) {
                        const auto first = ask_integer(session, "SELECT coins FROM purse WHERE id = 1");
                        const auto second = ask_integer(session, "SELECT coins FROM purse WHERE id = 2");
                        if (first + second != 1'000) ++wrong;
                        ++reads;
                    });
                });
                if (failed) ++wrong;
            }
        });
    }
    for (int i = 0; i < 2'000; ++i) {
        database_->write([&](Session& session) {
            const int coins = i % 37;
            Statement(session, "UPDATE purse SET coins = coins - ? WHERE id = 1").bind(coins).exec();
            Statement(session, "UPDATE purse SET coins = coins + ? WHERE id = 2").bind(coins).exec();
        });
        if (i % 100 == 0) database_->maintain();
    }
    while (reads < 100) std::this_thread::yield();
    done = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
    std::cout << "[ figures  ] " << reads << " reads beside 2000 writes, 0 torn\n";
}

TEST_F(Readers, EndWhenTheyTakeTooLong) {
    options_.longest_read = std::chrono::milliseconds{20};
    open();
    const char* endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    EXPECT_EQ(failure_of([&] { database_->read([&](Session& session) { ask_integer(session, endless); }); }),
              Kind::busy);
    EXPECT_EQ(count_notes(*database_), 0) << "the connection is fit for the next";
    // The writer is not under that limit: its work is ours, and half of it helps nobody.
    database_->write([](Session& session) {
        EXPECT_EQ(ask_integer(session,
                              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
                              "SELECT count(*) FROM n"),
                  300'000);
    });
}

TEST_F(Readers, AStatementLeftHalfReadDoesNotHoldTheLog) {
    database_->write([](Session& session) {
        for (int number = 0; number < 100; ++number) add_note(session, 1, number, std::string(2'000, 'x'));
    });
    EXPECT_THROW(database_->read([](Session& session) {
        Statement notes(session, "SELECT text FROM notes");
        notes.step();
        throw std::runtime_error("the client went away");
    }),
                 std::runtime_error);
    database_->write([](Session& session) { add_note(session, 2, 1); });
    database_->close();
    EXPECT_FALSE(disk_.content("/hub.db-wal").has_value()) << "everything could be moved into the file";
}

TEST_F(Readers, MoreThanThereAreConnectionsTakeTurns) {
    options_.max_readers = 2;
    open();
    std::atomic<int> inside{0}, most{0}, done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 12; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 30; ++round) {
                database_->read([&](Session& session) {
                    const int now = ++inside;
                    int seen = most.load();
                    while (now > seen && !most.compare_exchange_weak(seen, now)) {
                    }
                    ask_integer(session, "SELECT count(*) FROM notes");
                    --inside;
                });
                ++done;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_LE(most, 2);
    EXPECT_EQ(done, 360);
}

#ifdef __linux__  // which shows what is open
TEST(ReaderConnections, AreClosedWhenNobodyUsedThemForLong) {
    if (!std::filesystem::is_directory("/proc/self/fd")) GTEST_SKIP() << "no /proc here";
    const TemporaryFolder folder;
    Options options;
    options.path = folder.file("hub.db");
    options.reader_idle = std::chrono::milliseconds{0};
    auto database = open_or_throw(options);
    create_tables(*database);
    // Logs, not databases: SQLite keeps a file with locks open until the last of them is gone, and uses it again.
    const auto open_files = [] {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            count += std::filesystem::read_symlink(entry.path(), gone).string().find("hub.db-wal") != std::string::npos
                         ? 1
                         : 0;
        }
        return count;
    };
    const int before = open_files();
    database->read([&](Session&) { std::thread([&] { count_notes(*database); }).join(); });
    EXPECT_GT(open_files(), before);
    database->maintain();
    EXPECT_EQ(open_files(), before);
    EXPECT_EQ(count_notes(*database), 0);
}
#endif

TEST_F(Readers, OverlappingWithoutAGapDoNotLetTheLogGrowForEver) {
    options_.longest_read = std::chrono::seconds{20};  // of which a busy machine may need a little
    open();
    std::mutex mutex;
    std::condition_variable entered;
    std::int64_t entries = 0;
    bool done = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            for (bool last = false; !last;) {
                database_->read([&](Session& session) {
                    ask_integer(session, "SELECT count(*) FROM notes WHERE author = 0");
                    // Stay until the other one is in: no moment is without a snapshot, the worst case for the log.
                    std::unique_lock lock(mutex);
                    const std::int64_t own = ++entries;
                    entered.notify_all();
                    entered.wait(lock, [&] { return done || entries > own; });
                    last = done;
                });
            }
        });
    }
    {
        std::unique_lock lock(mutex);
        entered.wait(lock, [&] { return entries > 10; });  // both are at it
    }
    std::int64_t longest = 0;
    std::int64_t written = 0;
    for (int number = 0; number < 750; ++number) {
        database_->write([&](Session& session) { add_note(session, 1, number, std::string(200'000, 'x')); });
        written += 200'000;
        longest = std::max(longest, database_->figures().log_bytes);
    }
    {
        const std::lock_guard lock(mutex);
        done = true;
        entered.notify_all();
    }
    for (auto& reader : readers) reader.join();
    EXPECT_LT(longest, 100 * 1024 * 1024) << "of " << written << " bytes written";
    std::cout << "[ figures  ] " << written / 1'000'000 << " MB written under " << entries
              << " overlapping readers, the log never longer than " << longest / 1'000'000 << " MB\n";
}

// The recipe for the defect that corrupts older engines, shortened: one writer that commits and checkpoints, readers
// that open and close, checks of the file in between.
TEST(EngineRace, WriterReadersAndCheckpointsCorruptNothing) {
    const auto shared_memory = std::filesystem::path{"/dev/shm"};
    const TemporaryFolder fallback;
    const bool fast = std::filesystem::is_directory(shared_memory);
    const std::string path = fast ? (shared_memory / ("crossdock-race-" + std::to_string(getpid()) + ".db")).string()
                                  : fallback.file("race.db");
    constexpr int kRounds = 4;
    std::int64_t commits = 0, bad = 0;
    std::atomic<std::int64_t> reads{0};
    for (int round = 0; round < kRounds; ++round) {
        Options options;
        options.path = path;
        options.reader_idle = std::chrono::milliseconds{0};
        auto database = open_or_throw(options);
        create_tables(*database);
        std::atomic<bool> done{false};
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                while (!done) {
                    count_notes(*database);
                    ++reads;
                }
            });
        }
        threads.emplace_back([&] {
            while (!done) database->maintain();
        });
        std::int64_t acked = 0;
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{600};
        while (std::chrono::steady_clock::now() < until) {
            database->write([&](Session& session) { add_note(session, 1, acked); });
            ++acked;
        }
        done = true;
        for (auto& thread : threads) thread.join();
        database->close();
        {
            SQLite::Database plain(path, SQLite::OPEN_READWRITE);
            const bool sound = plain.execAndGet("PRAGMA integrity_check(1)").getString() == "ok" &&
                               plain.execAndGet("SELECT count(*) FROM notes NOT INDEXED").getInt64() == acked;
            bad += sound ? 0 : 1;
        }
        commits += acked;
        for (const char* ending : {"", "-wal", "-shm", ".running"}) std::filesystem::remove(path + ending);
    }
    EXPECT_EQ(bad, 0);
    std::cout << "[ figures  ] " << bad << " of " << kRounds << " rounds corrupt, " << commits << " commits, " << reads
              << " reads\n";
}

}  // namespace
}  // namespace crossdock::db
