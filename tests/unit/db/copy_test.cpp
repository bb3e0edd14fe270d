// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/sqlite_driver.h"
#include "db_fixture.h"

namespace crossdock::db {
namespace {

namespace fs = std::filesystem;

class Copies : public ::testing::Test {
protected:
    Copies() : database_(open_or_throw(folder_.file("hub.db"))) {
        create_tables(*database_);
        database_->write([](Session& session) {
            for (int number = 0; number < 200; ++number) add_note(session, 1, number, std::string(3'000, 'x'));
        });
    }
    std::size_t files() {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator{}));
    }

    TemporaryFolder folder_;
    std::unique_ptr<Database> database_;
};

TEST_F(Copies, AreWholeSinglePrivateFilesThatOpen) {
    const std::size_t before = files();
    const std::string copy = folder_.file("Sicherung vom 20. November.db");
    database_->copy_to(copy);
    EXPECT_EQ(files(), before + 1) << "one file, nothing beside it";
#ifndef _WIN32  // its folder's list decides there
    EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
#endif
    auto opened = open_or_throw(copy);
    EXPECT_TRUE(opened->was_stopped_cleanly());
    EXPECT_EQ(count_notes(*opened), 200);
    EXPECT_TRUE(opened->check(true).empty());
    opened->write([](Session& session) { EXPECT_EQ(session.next_sequence(), 201); });
}

TEST_F(Copies, AreOfOneMomentWhileWritesGoOn) {
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (int number = 0; !done; ++number) {
            database_->write([&](Session& session) {
                add_note(session, 2, number);
                add_note(session, 3, number);
            });
        }
    });
    for (int round = 0; round < 5; ++round) {
        const std::string copy = folder_.file("copy" + std::to_string(round) + ".db");
        database_->copy_to(copy);
        SQLite::Database plain(copy);
        EXPECT_EQ(
            plain
                .execAndGet("SELECT count(*) FILTER (WHERE author = 2) - count(*) FILTER (WHERE author = 3) FROM notes")
                .getInt(),
            0);
        EXPECT_EQ(plain.execAndGet("SELECT count(*) FROM notes").getInt(),
                  plain.execAndGet("SELECT value FROM change_sequence").getInt());
    }
    done = true;
    writer.join();
}

TEST_F(Copies, NeverReplaceAFile) {
    const std::string there = folder_.file("there.txt");
    write_bytes(there, "");
    EXPECT_EQ(failure_of([&] { database_->copy_to(there); }), Failure::Kind::io);
    write_bytes(there, "letters");
    EXPECT_EQ(failure_of([&] { database_->copy_to(there); }), Failure::Kind::io);
    EXPECT_EQ(bytes_of(there), "letters");
    EXPECT_EQ(failure_of([&] { database_->copy_to(folder_.file("hub.db")); }), Failure::Kind::io);
    EXPECT_TRUE(failure_of([&] { database_->copy_to(folder_.file("no/such/folder.db")); }));
    EXPECT_EQ(count_notes(*database_), 200);
}

TEST_F(Copies, OfADamagedDatabaseAreNotMade) {
    database_->close();
    std::string bytes = bytes_of(folder_.file("hub.db"));
    for (std::size_t at = 10 * kPageBytes; at < bytes.size(); at += kPageBytes) bytes.replace(at, 32, std::string(32, '\x5A'));
    write_bytes(folder_.file("hub.db"), bytes);
    database_ = open_or_throw(folder_.file("hub.db"));
    EXPECT_FALSE(database_->check(false).empty());
    const std::size_t before = files();
    EXPECT_EQ(failure_of([&] { database_->copy_to(folder_.file("copy.db")); }), Failure::Kind::corrupt);
    EXPECT_EQ(files(), before) << "no half copy stays behind";
}

TEST_F(Copies, ChecksFindRowsWithoutParents) {
    database_->write([](Session& session) {
        session.run_script(
            "CREATE TABLE p (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE c (p INTEGER REFERENCES p (id)) STRICT");
    });
    {
        SQLite::Database plain(folder_.file("hub.db"), SQLite::OPEN_READWRITE, 1'000);
        plain.exec("PRAGMA foreign_keys = 0; PRAGMA wal_autocheckpoint = 0; INSERT INTO c VALUES (99)");
    }
    EXPECT_TRUE(database_->check(false).empty());
    const auto findings = database_->check(true);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_NE(findings.front().find("foreign key"), std::string::npos) << findings.front();
}

TEST_F(Copies, ACheckEndsSoonAfterItIsToldTo) {
    const std::atomic<bool> stop{true};
    try {
        static_cast<void>(database_->check(false, &stop));
        FAIL() << "it came through";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), Failure::Kind::busy);
    }
    const std::atomic<bool> go_on{false};
    EXPECT_TRUE(database_->check(true, &go_on).empty());
    database_->write([](Session& session) { add_note(session, 1, 1'000, "after it"); });
    EXPECT_EQ(count_notes(*database_), 201);
}

}  // namespace
}  // namespace crossdock::db
