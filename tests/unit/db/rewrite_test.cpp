// SPDX-License-Identifier: Apache-2.0
// What is deleted is not in the file any more: from the first day where this program made the database, and after a
// rewrite where an earlier one did. All of it by the bytes of the files.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

constexpr const char* kWord = "CANARY-";

std::size_t words_in(const std::string& bytes) {
    std::size_t found = 0;
    for (auto at = bytes.find(kWord); at != std::string::npos; at = bytes.find(kWord, at + 1)) ++found;
    return found;
}

std::string text_of(std::int64_t number, std::size_t length) {
    return kWord + std::to_string(number) + std::string(length, 'y');
}

/// Notes of many lengths, changed again and again, some deleted; then all blanked, as an erasure does.
void live(Database& database, bool as_earlier_versions, std::int64_t notes = 200) {
    const auto write = [&](auto&& work) {
        database.write([&](Session& session) {
            if (as_earlier_versions) session.run_script("PRAGMA secure_delete = OFF");
            work(session);
            session.run_script("PRAGMA secure_delete = ON");
        });
    };
    constexpr std::int64_t kAtOnce = 10;
    for (std::int64_t from = 0; from < notes; from += kAtOnce)
        write([&](Session& session) {
            for (std::int64_t number = from; number < std::min(notes, from + kAtOnce); ++number) {
                const auto length = static_cast<std::size_t>(number * 7'919 % 9'000);
                add_note(session, 1, number, text_of(number, length));
                const std::int64_t other = number * 31 % (number + 1);
                Statement(session, "UPDATE notes SET text = ? WHERE number = ?")
                    .bind(text_of(other, 9'000 - length), other)
                    .exec();
                if (number % 9 == 0) Statement(session, "DELETE FROM notes WHERE number = ?").bind(number / 2).exec();
            }
        });
    database.write([](Session& session) { session.run_script("UPDATE notes SET text = 'erased'"); });
}

std::int64_t count(Database& database) {
    return database.read(
        [](Session& session) { return ask_integer(session, "SELECT count(*) FROM notes WHERE text = 'erased'"); });
}

class Rewrite : public ::testing::Test {
protected:
    TemporaryFolder folder;
    const std::string path = folder.file("hub.db");
    std::size_t words() const { return words_in(bytes_of(path)) + words_in(bytes_of(path + "-wal")); }
};

TEST_F(Rewrite, OfAFileThatWasOverwrittenFromTheFirstDayNothingIsLeftOnceTheLogIsEmpty) {
    const auto database = open_or_throw(path);
    create_tables(*database);
    live(*database, false);
    EXPECT_GT(words(), 0U) << "the log still has earlier forms of the pages";
    EXPECT_TRUE(database->empty_log());
    EXPECT_EQ(words(), 0U);
    EXPECT_TRUE(database->check(true).empty());
}

TEST_F(Rewrite, OfAnEarlierVersionsFileNothingIsLeftEither) {
    const auto database = open_or_throw(path);
    create_tables(*database);
    live(*database, true);
    EXPECT_TRUE(database->empty_log());
    ASSERT_GT(words(), 50U) << "or nothing is shown";
    const std::int64_t held = count(*database);
    database->rewrite();
    EXPECT_TRUE(database->empty_log());
    EXPECT_EQ(words(), 0U);
    EXPECT_EQ(count(*database), held);
    EXPECT_TRUE(database->check(true).empty());
    database->write([](Session& session) { add_note(session, 2, 1, "goes on"); });
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        EXPECT_EQ(entry.path().filename().string().find("etilqs"), std::string::npos)
            << "SQLite's temporary file stayed";
}

TEST_F(Rewrite, HoldsUpNoReader) {
    const auto database = open_or_throw(path);
    create_tables(*database);
    live(*database, true);
    std::atomic<bool> over{false};
    std::atomic<int> reads{0};
    std::thread reader([&] {
        while (!over) {
            if (count(*database) > 0) ++reads;
        }
    });
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) {
        const int before = reads;
        database->rewrite();
        while (reads == before) std::this_thread::yield();  // ends only when reads come through
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    over = true;
    reader.join();
    std::printf("[figures] 5 rewrites of a small file in %lld ms, %d reads meanwhile\n",
                static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
                reads.load());
}

TEST_F(Rewrite, AReaderThatTakesLongKeepsTheLogAndThatIsSaid) {
    Options options;
    options.path = path;
    options.longest_read = std::chrono::milliseconds{100};
    const auto database = open_or_throw(options);
    create_tables(*database);
    live(*database, false, 20);
    database->read([&](Session& session) {
        EXPECT_GT(ask_integer(session, "SELECT count(*) FROM notes"), 0);
        std::thread([&] { EXPECT_FALSE(database->empty_log()); }).join();
    });
    EXPECT_TRUE(database->empty_log());
}

TEST_F(Rewrite, EndsWhenItIsToldTo) {
    const auto database = open_or_throw(path);
    create_tables(*database);
    live(*database, true);
    const std::int64_t held = count(*database);
    const std::atomic<bool> stop{true};
    try {
        database->rewrite(&stop);
        FAIL() << "it came through";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), Failure::Kind::busy) << failure.what();
    }
    EXPECT_EQ(count(*database), held);
    EXPECT_TRUE(database->check(true).empty());
    EXPECT_TRUE(database->usable());
}

/// A disk in memory with an earlier version's database.
struct OldDisk {
    static constexpr std::int64_t kLarge = 150;
    explicit OldDisk(std::uint64_t seed) : disk(seed) {
        options.path = "hub.db";
        options.engine_layer = disk.name();
        database = open_or_throw(options);
        create_tables(*database);
        live(*database, true, 60);
        // Enough to be written in many calls.
        database->write([](Session& session) {
            for (std::int64_t number = 0; number < kLarge; ++number)
                add_note(session, 3, number, std::string(9'000, 'z'));
        });
        held = count(*database);
    }
    void expect_whole(std::uint64_t moment) {
        EXPECT_EQ(count(*database), held) << moment;
        EXPECT_EQ(database->read([](Session& session) {
            return ask_integer(session, "SELECT count(*) FROM notes WHERE author = 3 AND length(text) = 9000");
        }),
                  kLarge)
            << moment;
        EXPECT_TRUE(database->check(true).empty()) << moment;
    }
    testing::PowerCutDisk disk;
    Options options;
    std::unique_ptr<Database> database;
    std::int64_t held = 0;
};

TEST(RewriteOnBadDisks, AFullDiskAtAnyMomentChangesNothing) {
    int full = 0;
    for (std::uint64_t nth = 1;; ++nth) {
        OldDisk old(nth);
        old.disk.fail(testing::PowerCutDisk::Fault::full, nth, true);
        bool done = false;
        try {
            old.database->rewrite();
            done = true;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.kind(), Failure::Kind::full) << failure.what();
            ++full;
        }
        old.disk.heal();
        old.expect_whole(nth);
        EXPECT_TRUE(old.database->usable());
        old.database->rewrite();
        old.expect_whole(nth);
        if (done) break;
    }
    EXPECT_GT(full, 3);
    std::printf("[figures] rewriting: disk full at %d moments, nothing changed, and with room it comes through\n",
                full);
}

TEST(RewriteOnBadDisks, APowerCutAtAnyMomentLosesNothing) {
    int cuts = 0;
    for (std::uint64_t nth = 1;; ++nth) {
        OldDisk old(nth);
        old.disk.cut_at(nth, nth);
        bool done = false;
        try {
            old.database->rewrite();
            done = old.database->empty_log();
        } catch (const Failure&) {
            // The disk is gone.
        }
        if (!done) ++cuts;
        old.disk.cut(nth);
        old.database.reset();
        old.disk.power_on();
        old.database = open_or_throw(old.options);
        old.expect_whole(nth);
        if (done) break;
    }
    EXPECT_GT(cuts, 3);
    std::printf("[figures] rewriting: power cut at %d moments, 0 rows lost\n", cuts);
}

}  // namespace
}  // namespace crossdock::db
