// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <set>
#include <thread>
#include <vector>

#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

using Fault = testing::PowerCutDisk::Fault;
using Kind = Failure::Kind;

/// What a caller may be told about a write, and so what must be on the disk afterwards.
struct Ledger {
    std::set<std::int64_t> done;     // told "done"
    std::set<std::int64_t> refused;  // told that nothing was written
    std::set<std::int64_t> unknown;
};

struct Counts {
    std::uint64_t faults = 0, wrong = 0, unknown = 0, refused = 0, done = 0, unusable = 0, recovered = 0;
};

class Faults : public ::testing::Test {
protected:
    static Options options_on(const testing::PowerCutDisk& disk) {
        Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        return options;
    }

    static void attempt(Database& database, std::int64_t number, Ledger& ledger) {
        const auto kind = failure_of([&] {
            database.write([&](Session& session) {
                add_note(session, 1, number, std::string(3'000, 't'));
                // A second table, so that a torn transaction shows.
                Statement(session, "INSERT INTO echoes (number) VALUES (?)").bind(number).exec();
            });
        });
        if (!kind)
            ledger.done.insert(number);
        else if (*kind == Kind::unknown)
            ledger.unknown.insert(number);
        else
            ledger.refused.insert(number);
    }

    /// The small use case: writes, reads, a checkpoint. Reads must answer rightly or fail.
    static void use(Database& database, Ledger& ledger, Counts& counts) {
        for (std::int64_t number = 1; number <= 8; ++number) {
            attempt(database, number, ledger);
            if (number == 4) database.maintain();
            failure_of([&] {
                const std::int64_t seen = database.read([&](Session& session) {
                    const std::int64_t notes = ask_integer(session, "SELECT count(*) FROM notes");
                    if (notes != ask_integer(session, "SELECT count(*) FROM echoes")) ++counts.wrong;
                    return notes;
                });
                const auto least = static_cast<std::int64_t>(ledger.done.size());
                if (seen < least || seen > least + static_cast<std::int64_t>(ledger.unknown.size())) ++counts.wrong;
            });
        }
        if (!ledger.unknown.empty() && database.usable()) ++counts.wrong;
        if (!ledger.unknown.empty()) {
            // Nothing is taken any more.
            if (failure_of([&] { database.write([](Session&) {}); }) != Kind::closed) ++counts.wrong;
            ++counts.unusable;
        }
    }

    static void judge(Database& database, const Ledger& ledger, Counts& counts) {
        std::set<std::int64_t> there;
        database.read([&](Session& session) {
            Statement notes(session, "SELECT number FROM notes");
            while (notes.step()) there.insert(notes.integer(0));
            if (ask_integer(session, "SELECT count(*) FROM echoes") != static_cast<std::int64_t>(there.size()))
                ++counts.wrong;
        });
        for (const auto number : ledger.done) counts.wrong += there.count(number) == 0 ? 1U : 0U;
        for (const auto number : ledger.refused) counts.wrong += there.count(number);
        if (!database.check(true).empty()) ++counts.wrong;
        counts.done += ledger.done.size();
        counts.refused += ledger.refused.size();
        counts.unknown += ledger.unknown.size();
    }

    static void prepare(Database& database) {
        create_tables(database);
        database.write(
            [](Session& session) { session.run_script("CREATE TABLE echoes (number INTEGER NOT NULL) STRICT"); });
    }

    /// Lets the nth call fail for every n that the use case reaches. Afterwards the program restarts on the same
    /// machine, works on, and then the power goes too.
    static Counts fail_each_call(Fault fault, bool stays) {
        Counts counts;
        for (std::uint64_t nth = 1;; ++nth) {
            testing::PowerCutDisk disk(nth);
            auto database = open_or_throw(options_on(disk));
            prepare(*database);
            Ledger ledger;
            disk.fail(fault, nth, stays);
            use(*database, ledger, counts);
            const bool met = disk.has_failed();
            disk.heal();
            if (database->usable()) {
                attempt(*database, 100, ledger);
                if (ledger.done.count(100) == 0) ++counts.wrong;  // back to normal by itself
                ++counts.recovered;
            }
            // A process that ends without closing: the copies of its pages in memory stay with the system.
            database = restart(disk, std::move(database));
            judge(*database, ledger, counts);
            attempt(*database, 101, ledger);
            if (ledger.done.count(101) == 0) ++counts.wrong;
            disk.cut(nth);
            database.reset();
            disk.power_on();
            database = open_or_throw(options_on(disk));
            judge(*database, ledger, counts);
            if (!met) break;
            ++counts.faults;
        }
        return counts;
    }

    static std::unique_ptr<Database> restart(testing::PowerCutDisk& disk, std::unique_ptr<Database> database) {
        // Only a database that still works can be closed cleanly; here even that one must end as by kill -9, which on
        // this disk is: every call of the closing fails.
        disk.fail(Fault::io_error, 1, true);
        database.reset();
        disk.heal();
        return open_or_throw(options_on(disk));
    }

    static void print(const char* what, const Counts& counts) {
        std::cout << "[ figures  ] " << what << ": " << counts.faults << " faults, " << counts.done << " done, "
                  << counts.refused << " refused, " << counts.unknown << " unknown (" << counts.unusable
                  << " runs ended as unusable, " << counts.recovered << " went on by themselves), " << counts.wrong
                  << " wrong answers\n";
    }
};

TEST_F(Faults, AFailingCallNeverMakesAWrongAnswer) {
    const Counts counts = fail_each_call(Fault::io_error, false);
    print("EIO once at every call", counts);
    EXPECT_EQ(counts.wrong, 0U);
    EXPECT_GT(counts.faults, 60U);
    EXPECT_GT(counts.unusable, 0U) << "a failed sync of a commit";
}

TEST_F(Faults, ADiskThatStaysBrokenNeverMakesAWrongAnswer) {
    const Counts counts = fail_each_call(Fault::io_error, true);
    print("EIO from every call on", counts);
    EXPECT_EQ(counts.wrong, 0U);
    EXPECT_GT(counts.faults, 60U);
}

TEST_F(Faults, AFullDiskRefusesWritesAndIsWellAgainWhenThereIsSpace) {
    for (const bool stays : {false, true}) {
        const Counts counts = fail_each_call(Fault::full, stays);
        print(stays ? "ENOSPC from every write on" : "ENOSPC once at every write", counts);
        EXPECT_EQ(counts.wrong, 0U);
        EXPECT_GT(counts.faults, 12U);
        EXPECT_EQ(counts.unknown, 0U) << "no space means not written, and that is known";
        EXPECT_EQ(counts.unusable, 0U);
    }
}

TEST_F(Faults, AFullDiskIsNamedAsSuchAndReadsGoOn) {
    testing::PowerCutDisk disk;
    auto database = open_or_throw(options_on(disk));
    prepare(*database);
    database->write([](Session& session) { add_note(session, 1, 1); });
    disk.fail(Fault::full, 1, true);
    EXPECT_EQ(failure_of([&] { database->write([](Session& session) { add_note(session, 1, 2); }); }), Kind::full);
    EXPECT_TRUE(database->usable());
    EXPECT_EQ(count_notes(*database), 1);
    disk.heal();
    database->write([](Session& session) { add_note(session, 1, 2); });
    EXPECT_EQ(count_notes(*database), 2);
}

TEST_F(Faults, WhyNothingCanBeWrittenIsKnownUntilSomethingWasWrittenAgain) {
    testing::PowerCutDisk disk;
    auto database = open_or_throw(options_on(disk));
    prepare(*database);
    const auto write = [&](std::int64_t number) {
        return failure_of([&] { database->write([&](Session& session) { add_note(session, 1, number); }); });
    };
    EXPECT_EQ(write(1), std::nullopt);
    EXPECT_EQ(write(1), Kind::constraint);
    EXPECT_THROW(database->write([](Session&) { throw std::runtime_error("of a unit itself"); }), std::runtime_error);
    EXPECT_FALSE(database->write_trouble()) << "what a unit does wrong is no trouble of the disk";
    disk.fail(Fault::full, 1, true);
    EXPECT_EQ(write(2), Kind::full);
    ASSERT_TRUE(database->write_trouble());
    EXPECT_EQ(database->write_trouble()->kind(), Kind::full);
    EXPECT_NE(std::string{database->write_trouble()->what()}.find("full"), std::string::npos);
    EXPECT_EQ(write(1), Kind::constraint);
    failure_of([&] { database->write([](Session&) {}); });
    EXPECT_TRUE(database->write_trouble()) << "a commit of nothing shows nothing";
    disk.heal();
    database->write([](Session&) {});
    EXPECT_TRUE(database->write_trouble());
    EXPECT_EQ(write(2), std::nullopt);
    EXPECT_FALSE(database->write_trouble());
}

TEST_F(Faults, OfEveryWriteThatADiskRefusesTheKindIsKnown) {
    std::size_t known = 0;
    for (const Fault fault : {Fault::full, Fault::io_error}) {
        for (std::uint64_t nth = 1;; ++nth) {
            testing::PowerCutDisk disk(nth);
            auto database = open_or_throw(options_on(disk));
            prepare(*database);
            disk.fail(fault, nth);
            const auto kind = failure_of(
                [&] { database->write([](Session& session) { add_note(session, 1, 1, std::string(9'000, 't')); }); });
            const auto trouble = database->write_trouble();
            if (!kind || *kind == Kind::unknown) {
                EXPECT_FALSE(trouble) << nth;
            } else {
                ASSERT_TRUE(trouble) << nth;
                EXPECT_EQ(trouble->kind(), *kind) << nth;
                ++known;
            }
            const bool met = disk.has_failed();
            disk.heal();
            if (!met) break;
        }
    }
    EXPECT_GT(known, 0U);
}

TEST_F(Faults, AnUnknownCommitIsSaidToEveryUnitAndEndsTheDatabase) {
    testing::PowerCutDisk disk;
    auto database = open_or_throw(options_on(disk));
    prepare(*database);
    database->write([](Session& session) { add_note(session, 1, 1); });
    std::vector<std::thread> threads;
    std::vector<std::optional<Kind>> ends(8);
    disk.fail(Fault::io_error, 30, true);  // somewhere in the midst of it
    for (std::size_t i = 0; i < ends.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int number = 0; !ends[i]; ++number) {
                ends[i] = failure_of([&] {
                    database->write(
                        [&](Session& session) { add_note(session, static_cast<std::int64_t>(i) + 10, number); });
                });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& end : ends) {
        EXPECT_TRUE(end == Kind::unknown || end == Kind::closed || end == Kind::io) << static_cast<int>(*end);
    }
    disk.heal();
    if (!database->usable()) {
        EXPECT_NE(database->problem(), "");
        EXPECT_EQ(failure_of([&] { database->write([](Session&) {}); }), Kind::closed);
    }
    EXPECT_GE(count_notes(*database), 1) << "reads go on";
}

TEST_F(Faults, AFailedCheckpointLosesNothingAndIsReported) {
    testing::PowerCutDisk disk;
    auto database = open_or_throw(options_on(disk));
    prepare(*database);
    for (int number = 0; number < 50; ++number) {
        database->write([&](Session& session) { add_note(session, 1, number, std::string(5'000, 'x')); });
    }
    disk.fail(Fault::io_error, 8);
    database->maintain();
    EXPECT_TRUE(disk.has_failed());
    EXPECT_TRUE(database->usable());
    EXPECT_NE(database->problem(), "");
    database->maintain();
    EXPECT_EQ(database->problem(), "");
    disk.cut(3);
    database.reset();
    disk.power_on();
    database = open_or_throw(options_on(disk));
    EXPECT_EQ(count_notes(*database), 50);
}

}  // namespace
}  // namespace crossdock::db
