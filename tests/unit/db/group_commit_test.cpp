// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/at_work.h"
#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

using Kind = Failure::Kind;

/// Lets a test hold the writer until it has gathered the callers it wants in the queue.
class Gate {
public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

class GroupCommit : public ::testing::Test {
protected:
    GroupCommit() {
        options_.path = "hub.db";
        options_.engine_layer = disk_.name();
        database_ = open_or_throw(options_);
        create_tables(*database_);
    }

    /// Runs each of `units` on a thread of its own, all gathered behind a unit that holds the writer. The order of the
    /// queue is that of the list. The thread of the nth (from 1) is at work for job n. Returns how each ended.
    std::vector<std::optional<Kind>> run_together(const std::vector<std::function<void(Session&)>>& units) {
        Gate writer_held;
        Gate go;
        std::vector<std::optional<Kind>> ends(units.size());
        std::vector<std::thread> threads;
        threads.emplace_back([&] {
            database_->write([&](Session&) {
                writer_held.open();
                go.wait();
            });
        });
        writer_held.wait();
        for (std::size_t i = 0; i < units.size(); ++i) {
            threads.emplace_back([&, i] {
                const Working for_job({static_cast<std::int64_t>(i) + 1, 7});
                try {
                    database_->write([&](Session& session) { units[i](session); });
                } catch (const Failure& failure) {
                    ends[i] = failure.kind();
                } catch (const std::exception&) {
                    ends[i] = Kind::bug;
                }
            });
            while (database_->figures().waiting != i + 1) std::this_thread::yield();
        }
        go.open();
        for (auto& thread : threads) thread.join();
        return ends;
    }

    testing::PowerCutDisk disk_;
    Options options_;
    std::unique_ptr<Database> database_;
};

TEST_F(GroupCommit, GivesBackWhatTheWorkReturned) {
    EXPECT_EQ(database_->write([](Session& session) {
        add_note(session, 1, 1);
        return std::string{"done"};
    }),
              "done");
    EXPECT_EQ(count_notes(*database_), 1);
}

TEST_F(GroupCommit, ManyThreadsShareCommitsAndEveryWriteIsDurable) {
    constexpr int kThreads = 32;
    constexpr int kEach = 100;
    const auto before = database_->figures();
    std::vector<std::thread> threads;
    for (int author = 0; author < kThreads; ++author) {
        threads.emplace_back([&, author] {
            for (int number = 0; number < kEach; ++number) {
                database_->write([&](Session& session) { add_note(session, author, number); });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const auto after = database_->figures();
    disk_.cut(6);  // as the last write returned
    database_.reset();
    disk_.power_on();
    database_ = open_or_throw(options_);
    EXPECT_EQ(count_notes(*database_), kThreads * kEach);
    EXPECT_EQ(after.units - before.units, std::uint64_t{kThreads * kEach});
    EXPECT_FALSE(database_->was_stopped_cleanly());
    std::cout << "[ figures  ] " << kThreads * kEach << " writes of " << kThreads << " threads in "
              << after.commits - before.commits << " commits\n";
}

TEST_F(GroupCommit, WhoRatherComesAgainThanWaitsIsLeftOut) {
    Gate writer_held;
    Gate go;
    std::thread other([&] {
        database_->write([&](Session& session) {
            writer_held.open();
            go.wait();
            add_note(session, 1, 1);
        });
    });
    writer_held.wait();
    const auto add_mine = [](Session& session) {
        add_note(session, 2, 1);
        return true;
    };
    EXPECT_EQ(database_->write_soon(std::chrono::milliseconds{1}, add_mine), std::nullopt);
    EXPECT_EQ(database_->figures().waiting, 0U);
    go.open();
    other.join();
    EXPECT_EQ(count_notes(*database_), 1) << "what was given up does not come later";
    EXPECT_EQ(database_->write_soon(std::chrono::milliseconds{1}, add_mine), true) << "an idle writer is at once there";
    EXPECT_EQ(count_notes(*database_), 2);
    EXPECT_THROW(database_->write_soon(std::chrono::milliseconds{1}, [](Session&) -> int { throw std::runtime_error("no"); }),
                 std::runtime_error);
    database_->close();
    EXPECT_THROW(database_->write_soon(std::chrono::milliseconds{1}, add_mine), Failure);
}

TEST_F(GroupCommit, WhoGivesUpIsNotWrittenAndWhoIsWrittenIsToldWhenBothComeTogether) {
    constexpr int kThreads = 6;
    constexpr int kEach = 60;
    std::atomic<std::int64_t> told{0};
    std::atomic<int> gave_up{0};
    std::vector<std::thread> threads;
    for (int author = 0; author < kThreads; ++author) {
        threads.emplace_back([&, author] {
            for (int number = 0; number < kEach; ++number) {
                // As long as others take: some leave in the moment when they are taken.
                const auto took = database_->write_soon(std::chrono::milliseconds{number % 4}, [&](Session& session) {
                    add_note(session, author, number);
                    std::this_thread::sleep_for(std::chrono::microseconds{500});
                    return 1;
                });
                if (took) ++told;
                else ++gave_up;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(count_notes(*database_), told.load());
    EXPECT_EQ(told + gave_up, kThreads * kEach);
    EXPECT_EQ(database_->figures().waiting, 0U);
    std::cout << "[ figures  ] " << told << " written, " << gave_up << " given up\n";
}

TEST_F(GroupCommit, AnExceptionUndoesItsUnitAlone) {
    database_->write([](Session& session) { add_note(session, 9, 1); });
    const auto ends = run_together({
        [](Session& session) { add_note(session, 1, 1); },
        [](Session& session) {
            add_note(session, 2, 1);
            throw std::runtime_error("changed my mind");
        },
        [](Session& session) { add_note(session, 3, 1); },
        [](Session& session) {
            add_note(session, 4, 1);
            add_note(session, 9, 1);  // there already
        },
        [](Session& session) { add_note(session, 5, 1); },
    });
    EXPECT_EQ(ends, (std::vector<std::optional<Kind>>{std::nullopt, Kind::bug, std::nullopt, Kind::constraint,
                                                      std::nullopt}));
    std::vector<std::int64_t> authors;
    std::vector<std::int64_t> sequences;
    database_->read([&](Session& session) {
        Statement notes(session, "SELECT author, sequence FROM notes ORDER BY sequence");
        while (notes.step()) {
            authors.push_back(notes.integer(0));
            sequences.push_back(notes.integer(1));
        }
    });
    EXPECT_EQ(std::set<std::int64_t>(authors.begin(), authors.end()), (std::set<std::int64_t>{1, 3, 5, 9}));
    EXPECT_EQ(sequences, (std::vector<std::int64_t>{1, 2, 3, 4})) << "numbers of undone units are used again";
}

TEST_F(GroupCommit, WhoeverRunsAUnitIsAtWorkForItsCaller) {
    std::vector<AtWork> seen(4);
    std::set<std::thread::id> threads;
    std::vector<std::function<void(Session&)>> units;
    for (AtWork& whose : seen)
        units.emplace_back([&](Session&) {
            whose = at_work();
            threads.insert(std::this_thread::get_id());
        });
    run_together(units);
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], (AtWork{static_cast<std::int64_t>(i) + 1, 7}));
    EXPECT_LT(threads.size(), seen.size()) << "no unit ran on another caller's thread, so this proved nothing";
    EXPECT_EQ(at_work(), AtWork{});
}

TEST_F(GroupCommit, ALoneUnitThatThrowsLeavesNothing) {
    EXPECT_THROW(database_->write([](Session& session) {
        add_note(session, 1, 1);
        throw std::logic_error("no");
    }),
                 std::logic_error);
    EXPECT_EQ(count_notes(*database_), 0);
    database_->write([](Session& session) { add_note(session, 1, 1); });
    EXPECT_EQ(count_notes(*database_), 1);
}

TEST_F(GroupCommit, AnAutomaticRollbackFailsEveryUnitOfItsCommit) {
    const auto ends = run_together({
        [](Session& session) { add_note(session, 1, 1); },
        [](Session& session) {
            add_note(session, 2, 1);
            // The engine undoes everything by itself, and the unit looks away.
            failure_of([&] {
                Statement(session, "INSERT OR ROLLBACK INTO notes (author, number) VALUES (?, ?)").bind(2, 1).exec();
            });
            failure_of([&] { add_note(session, 2, 2); });
        },
        [](Session& session) { add_note(session, 3, 1); },
    });
    // What counts is that nobody was told "done" and lost, whichever fell into one commit.
    const auto notes = database_->read([](Session& session) {
        std::set<std::int64_t> authors;
        Statement statement(session, "SELECT author FROM notes");
        while (statement.step()) authors.insert(statement.integer(0));
        return authors;
    });
    EXPECT_TRUE(ends[1].has_value());
    EXPECT_EQ(notes.count(2), 0U);
    EXPECT_EQ(notes.count(1), ends[0] ? 0U : 1U);
    EXPECT_EQ(notes.count(3), ends[2] ? 0U : 1U);
    EXPECT_TRUE(database_->usable());
}

TEST_F(GroupCommit, AUnitThatLooksAwayFromALostTransactionIsNotToldDone) {
    EXPECT_TRUE(failure_of([&] {
        database_->write([](Session& session) {
            add_note(session, 1, 1);
            failure_of([&] {
                Statement(session, "INSERT OR ROLLBACK INTO notes (author, number) VALUES (?, ?)").bind(1, 1).exec();
            });
        });
    }));
    EXPECT_TRUE(database_->usable());
    EXPECT_EQ(count_notes(*database_), 0);
    // The same for a failure of the disk that left the transaction standing.
    EXPECT_EQ(failure_of([&] {
                  database_->write([](Session& session) {
                      session.run_script("PRAGMA max_page_count = 6");
                      add_note(session, 1, 1);
                      failure_of([&] { add_note(session, 1, 2, std::string(900'000, 'x')); });
                  });
              }),
              Kind::full);
    EXPECT_TRUE(database_->usable());
    database_->write([](Session& session) { session.run_script("PRAGMA max_page_count = 1073741823"); });
    EXPECT_EQ(count_notes(*database_), 0);
    database_->write([](Session& session) { add_note(session, 1, 1); });
    EXPECT_EQ(count_notes(*database_), 1);
}

TEST_F(GroupCommit, ADeferredForeignKeyFailsItsUnitAlone) {
    database_->write([](Session& session) {
        session.run_script(
            "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;"
            "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id) DEFERRABLE "
            "INITIALLY DEFERRED) STRICT;");
    });
    const auto ends = run_together({
        [](Session& session) { add_note(session, 1, 1); },
        [](Session& session) { session.run_script("INSERT INTO children (parent) VALUES (99)"); },
        [](Session& session) {
            session.run_script("INSERT INTO children (parent) VALUES (5); INSERT INTO parents VALUES (5)");
        },
    });
    EXPECT_EQ(ends, (std::vector<std::optional<Kind>>{std::nullopt, Kind::constraint, std::nullopt}));
    EXPECT_EQ(count_notes(*database_), 1);
}

TEST_F(GroupCommit, ForeignKeysHold) {
    EXPECT_EQ(failure_of([&] {
                  database_->write([](Session& session) {
                      session.run_script(
                          "CREATE TABLE p (id INTEGER PRIMARY KEY) STRICT;"
                          "CREATE TABLE c (p INTEGER REFERENCES p (id)) STRICT; INSERT INTO c VALUES (1)");
                  });
              }),
              Kind::constraint);
}

TEST_F(GroupCommit, TheOrderOfNumbersIsTheOrderOfCommits) {
    constexpr int kThreads = 8;
    constexpr int kEach = 150;
    std::atomic<bool> done{false};
    std::atomic<int> looks{0};
    std::int64_t highest = 0;
    bool gap = false;
    // A consumer that follows the numbers must never find, later, a smaller one than it has already passed.
    std::thread consumer([&] {
        std::int64_t seen = 0;
        for (bool last = false; !last;) {
            last = done.load();
            database_->read([&](Session& session) {
                Statement next(session, "SELECT sequence FROM notes WHERE sequence > ? ORDER BY sequence");
                next.bind(highest);
                while (next.step()) {
                    gap = gap || next.integer(0) != highest + 1;
                    highest = next.integer(0);
                    ++seen;
                }
                gap = gap || ask_integer(session, "SELECT count(*) FROM notes") != seen;
            });
            ++looks;
        }
    });
    std::vector<std::thread> writers;
    for (int author = 0; author < kThreads; ++author) {
        writers.emplace_back([&, author] {
            for (int number = 0; number < kEach; ++number) {
                try {
                    database_->write([&](Session& session) {
                        add_note(session, author, number);
                        if (number % 7 == 0) throw std::runtime_error("undone");
                    });
                } catch (const std::runtime_error&) {
                }
            }
        });
    }
    for (auto& writer : writers) writer.join();
    done = true;
    consumer.join();
    EXPECT_FALSE(gap);
    EXPECT_EQ(highest, kThreads * (kEach - 22));
    std::cout << "[ figures  ] " << highest << " numbers followed in " << looks << " looks, no gap\n";
}

TEST_F(GroupCommit, NumbersNeitherRepeatNorGoBackOverACrash) {
    std::int64_t last = 0;
    for (std::uint64_t round = 1; round <= 20; ++round) {
        for (int number = 0; number < 5; ++number) {
            const std::int64_t next = database_->write([&](Session& session) {
                const std::int64_t mine = session.next_sequence();
                return mine;
            });
            ASSERT_EQ(next, last + 1);
            last = next;
        }
        disk_.cut(round);
        database_.reset();
        disk_.power_on();
        database_ = open_or_throw(options_);
    }
    EXPECT_EQ(last, 100);
}

TEST_F(GroupCommit, WritesInsideWritesAndReadsAreRefusedAtOnce) {
    EXPECT_EQ(
        failure_of([&] {
            database_->write([&](Session&) { database_->write([](Session& session) { add_note(session, 1, 1); }); });
        }),
        Kind::bug);
    EXPECT_EQ(
        failure_of([&] {
            database_->read([&](Session&) { database_->write([](Session& session) { add_note(session, 1, 1); }); });
        }),
        Kind::bug);
    EXPECT_EQ(count_notes(*database_), 0);
}

TEST_F(GroupCommit, AReadInsideAWriteSeesItsOwnWork) {
    database_->write([&](Session& session) {
        add_note(session, 1, 1);
        EXPECT_EQ(count_notes(*database_), 1);
    });
}

TEST_F(GroupCommit, CloseLetsWaitingUnitsFinishAndRefusesLaterOnes) {
    std::atomic<int> kept{0};
    std::vector<std::thread> threads;
    for (int author = 0; author < 8; ++author) {
        threads.emplace_back([&, author] {
            for (int number = 0; number < 1'000; ++number) {
                const auto kind =
                    failure_of([&] { database_->write([&](Session& session) { add_note(session, author, number); }); });
                if (kind) {
                    EXPECT_EQ(*kind, Kind::closed);
                    return;
                }
                ++kept;
            }
        });
    }
    while (kept < 50) std::this_thread::yield();
    database_->close();
    database_->close();
    for (auto& thread : threads) thread.join();
    EXPECT_FALSE(database_->usable());
    EXPECT_EQ(failure_of([&] { database_->read([](Session&) {}); }), Kind::closed);
    EXPECT_EQ(disk_.files(), std::vector<std::string>{"/hub.db"}) << "no log and no mark stay behind";
    database_ = open_or_throw(options_);
    EXPECT_TRUE(database_->was_stopped_cleanly());
    EXPECT_EQ(count_notes(*database_), kept);
}

}  // namespace
}  // namespace crossdock::db
