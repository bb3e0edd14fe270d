// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "db/copy.h"
#include "db/sqlite_driver.h"
#include "db_fixture.h"
#include "observability/log.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWriteStamp = "CREATE TABLE stamp (notes INTEGER NOT NULL) STRICT";

/// Copies, and writes into the copy how many notes its source held in that snapshot.
void copy_stamped(Database& database, const std::string& path, const std::atomic<bool>* stop = nullptr) {
    std::int64_t notes = -1;
    CopyWork work;
    work.look = [&](Session& source) { notes = ask_integer(source, "SELECT count(*) FROM notes"); };
    work.stamp = [&](Session& copy) {
        copy.run_script(kWriteStamp);
        Statement(copy, "INSERT INTO stamp VALUES (?)").bind(notes).exec();
    };
    work.stop = stop;
    database.read([&](Session& session) { copy_to(session, path, work); });
}

/// Whether the file is a whole copy: sound, stamped, and with as many notes as the stamp says.
bool is_whole(const std::string& path, const std::string& layer = {}) {
    auto file = ClosedFile::open(path, layer);
    if (!file) return false;
    try {
        if (!(*file)->check().empty()) return false;
        return (*file)->read([](Session& session) {
            if (!session.connection().has_table("stamp")) return false;
            const auto promised = ask_integer(session, "SELECT notes FROM stamp");
            return promised >= 0 && promised == ask_integer(session, "SELECT count(*) FROM notes");
        });
    } catch (const Failure&) {
        return false;
    }
}

class ClosedFiles : public ::testing::Test {
protected:
    ClosedFiles() : database_(open_or_throw(folder_.file("hub.db"))) {
        create_tables(*database_);
        database_->write([](Session& session) {
            for (int number = 0; number < 200; ++number) add_note(session, 1, number, std::string(3'000, 'x'));
        });
    }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder_.path()))
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        return found;
    }
    std::string copy() {
        const std::string path = folder_.file("copy.db");
        copy_stamped(*database_, path);
        return path;
    }
    static std::string refusal(const std::string& path) {
        const auto opened = ClosedFile::open(path);
        return opened ? "" : opened.error().code;
    }

    TemporaryFolder folder_;
    std::unique_ptr<Database> database_;
};

TEST_F(ClosedFiles, AreReadWithoutATraceAlsoWhereNothingCanBeWritten) {
    const std::string path = copy();
    const auto before = names();
    fs::permissions(path, fs::perms::owner_read);
    fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec);
    {
        auto file = ClosedFile::open(path);
        ASSERT_TRUE(file) << file.error().message;
        EXPECT_TRUE((*file)->check().empty());
        EXPECT_EQ((*file)->schema(), 0);
        EXPECT_EQ((*file)->bytes(), static_cast<std::int64_t>(fs::file_size(path)));
        EXPECT_EQ((*file)->read([](Session& session) { return ask_integer(session, "SELECT notes FROM stamp"); }), 200);
        EXPECT_TRUE(failure_of([&] {
            (*file)->read([](Session& session) {
                session.run_script("DELETE FROM notes");
                return 0;
            });
        }));
    }
    fs::permissions(folder_.path(), fs::perms::owner_all);
    EXPECT_EQ(names(), before);
}

TEST_F(ClosedFiles, NamesWithMarksOfUrisAreNamesOfFiles) {
#ifdef _WIN32
    const std::string path = folder_.file("50 % off & yes#1.db");
#else
    const std::string path = folder_.file("50 % off? yes#1.db");
#endif
    copy_stamped(*database_, path);
    EXPECT_TRUE(is_whole(path));
}

TEST_F(ClosedFiles, WhatIsNoFinishedCopyIsRefusedWithItsReason) {
    EXPECT_EQ(refusal(folder_.file("absent.db")), "file_missing");
    EXPECT_EQ(refusal(folder_.path().string()), "db_not_ours");
    write_bytes(folder_.file("letter.txt"), std::string(5'000, 'a'));
    EXPECT_EQ(refusal(folder_.file("letter.txt")), "db_not_ours");
    EXPECT_EQ(refusal(folder_.file("hub.db")), "db_in_use") << "it is open, and its newest commits are in its log";
    const std::string path = copy();
    const std::string bytes = bytes_of(path);
    write_bytes(folder_.file("short.db"), bytes.substr(0, bytes.size() / 2));
    EXPECT_EQ(refusal(folder_.file("short.db")), "db_damaged");
    std::string bad = bytes;
    for (std::size_t at = 20 * kPageBytes; at < bad.size(); at += kPageBytes)
        bad.replace(at, 32, std::string(32, '\x5A'));
    write_bytes(folder_.file("bad.db"), bad);
    auto opened = ClosedFile::open(folder_.file("bad.db"));
    ASSERT_TRUE(opened);
    EXPECT_FALSE((*opened)->check().empty());
}

TEST_F(ClosedFiles, TheStampSaysWhatTheVerySnapshotHeld) {
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (int number = 1'000; !done; ++number)
            database_->write([&](Session& session) { add_note(session, 2, number); });
    });
    for (int round = 0; round < 10; ++round) {
        const std::string path = folder_.file("copy" + std::to_string(round) + ".db");
        copy_stamped(*database_, path);
        EXPECT_TRUE(is_whole(path)) << round;
    }
    done = true;
    writer.join();
}

TEST_F(ClosedFiles, ACopyThatIsToldToStopLeavesNothing) {
    const auto before = names();
    const std::atomic<bool> stop{true};
    EXPECT_EQ(failure_of([&] { copy_stamped(*database_, folder_.file("copy.db"), &stop); }), Failure::Kind::busy);
    EXPECT_EQ(names(), before);
    EXPECT_EQ(count_notes(*database_), 200) << "the reader is as good as before";
}

TEST_F(ClosedFiles, AFailureInTheStampLeavesNothing) {
    const auto before = names();
    CopyWork work;
    work.stamp = [](Session&) { throw std::runtime_error("no"); };
    EXPECT_THROW(database_->read([&](Session& session) { copy_to(session, folder_.file("copy.db"), work); }),
                 std::runtime_error);
    EXPECT_EQ(names(), before);
}

class Replacements : public ClosedFiles {
protected:
    Replacements() : database_file_(folder_.file("hub.db")), kept_(folder_.file("hub.db.replaced-1")), draft_(copy()) {
        database_->write([](Session& session) { add_note(session, 5, 1, "after the copy"); });
    }
    std::int64_t notes_in(const std::string& path) { return count_notes(*open_or_throw(path)); }
    /// The newest commit is in the log alone.
    void crash() {
        const std::string crashed = folder_.file("crashed.db");
        for (const char* ending : {"", "-wal"}) fs::copy_file(database_file_ + ending, crashed + ending);
        database_.reset();
        for (const char* ending : {"", "-wal"}) fs::rename(crashed + ending, database_file_ + ending);
    }
    static std::string refused(const std::string& path) {
        Options options;
        options.path = path;
        const auto opened = Database::open(options);
        return opened ? "" : opened.error().code;
    }

    std::string database_file_, kept_, draft_;
};

TEST_F(Replacements, TheNewOneIsInPlaceAndTheOldOneKeptWhole) {
    database_.reset();
    EXPECT_EQ(replace_database(database_file_, draft_, kept_), kept_);
    EXPECT_EQ(notes_in(database_file_), 200);
    EXPECT_EQ(notes_in(kept_), 201);
    EXPECT_FALSE(fs::exists(draft_));
}

TEST_F(Replacements, TheOldOnesLogGoesWithIt) {
    crash();
    replace_database(database_file_, draft_, kept_);
    EXPECT_FALSE(fs::exists(database_file_ + "-wal")) << "the log of one database laid over another destroys it";
    EXPECT_EQ(notes_in(database_file_), 200);
    EXPECT_EQ(notes_in(kept_), 201);
}

/// A replacement ends where it is killed: how many of its steps were done. The database was not closed before, so that
/// its newest note is in its log alone.
class KilledReplacements : public Replacements, public ::testing::WithParamInterface<int> {
protected:
    void kill_after(int steps) {
        crash();
        const auto rename = [](const std::string& from, const std::string& to) { fs::rename(from, to); };
        if (steps > 0) write_bytes(database_file_ + ".running", "r");
        if (steps > 1) write_bytes(database_file_ + ".replacing", "hub.db.replaced-1\ncopy.db\n");
        if (steps > 2) rename(database_file_, kept_);
        if (steps > 3) rename(database_file_ + "-wal", kept_ + "-wal");
        if (steps > 4) fs::remove(database_file_ + "-shm");
        if (steps > 5) rename(draft_, database_file_);
    }
    /// Whatever was done, the old database has its log, and nobody else has.
    void expect_old_one_whole_and_new_one_alone(const std::string& old_one) {
        EXPECT_EQ(notes_in(old_one), 201);
        if (old_one == database_file_) return;
        EXPECT_FALSE(fs::exists(database_file_ + "-wal")) << "the log of one database laid over another destroys it";
        EXPECT_EQ(notes_in(database_file_), 200);
        EXPECT_FALSE(fs::exists(draft_));
    }
};

TEST_P(KilledReplacements, AreFinishedByTheNextOpening) {
    const log::Capture quiet{log::Level::error};
    kill_after(GetParam());
    { open_or_throw(database_file_); }
    EXPECT_FALSE(fs::exists(database_file_ + ".replacing"));
    expect_old_one_whole_and_new_one_alone(GetParam() > 2 ? kept_ : database_file_);
}

TEST_P(KilledReplacements, AreFinishedByTheNextReplacementWhichKeepsItsOwn) {
    const log::Capture quiet{log::Level::error};
    const std::string second = folder_.file("second.db");
    fs::copy_file(draft_, second);
    const std::string kept_second = folder_.file("hub.db.replaced-2");
    kill_after(GetParam());
    EXPECT_EQ(replace_database(database_file_, second, kept_second), kept_second);
    EXPECT_FALSE(fs::exists(database_file_ + "-wal"));
    EXPECT_FALSE(fs::exists(database_file_ + ".replacing"));
    EXPECT_EQ(notes_in(database_file_), 200);
    EXPECT_EQ(notes_in(GetParam() > 2 ? kept_ : kept_second), 201) << "the log went with its database";
    if (GetParam() > 2) {
        EXPECT_EQ(notes_in(kept_second), 200);
    }
}

INSTANTIATE_TEST_SUITE_P(AtEveryStep, KilledReplacements, ::testing::Range(0, 7),
                         [](const auto& row) { return "After" + std::to_string(row.param); });

TEST_F(Replacements, WhoseDraftIsGoneAreTakenBack) {
    const log::Capture quiet{log::Level::error};
    crash();
    write_bytes(database_file_ + ".replacing", "hub.db.replaced-1\ncopy.db\n");
    for (const char* ending : {"", "-wal"}) fs::rename(database_file_ + ending, kept_ + ending);
    fs::remove(draft_);
    EXPECT_EQ(notes_in(database_file_), 201);
    EXPECT_FALSE(fs::exists(kept_));
    EXPECT_FALSE(fs::exists(kept_ + "-wal"));
}

TEST_F(Replacements, AnEmptyFileIsKeptLikeAnyOther) {
    database_.reset();
    write_bytes(database_file_, "");
    EXPECT_EQ(refused(database_file_), "db_not_ours");
    EXPECT_EQ(replace_database(database_file_, draft_, kept_), kept_);
    EXPECT_EQ(fs::file_size(kept_), 0U);
    EXPECT_EQ(notes_in(database_file_), 200);
}

TEST_F(Replacements, HalfANoteSaysNothing) {
    // The power went before it was on the disk, and nothing is moved before it is.
    for (const char* half : {"", "hub.db.rep", "hub.db.replaced-1\ncopy", "\n\n"}) {
        write_bytes(database_file_ + ".replacing", half);
        database_.reset();
        database_ = open_or_throw(database_file_);
        EXPECT_FALSE(fs::exists(database_file_ + ".replacing"));
    }
    EXPECT_EQ(count_notes(*database_), 201);
    EXPECT_TRUE(fs::exists(draft_));
    EXPECT_FALSE(fs::exists(kept_));
}

TEST_F(Replacements, TheLogOfALostDatabaseIsNotGivenToOneThatWasKeptEarlier) {
    crash();
    for (const char* ending : {"", "-wal"}) fs::rename(database_file_ + ending, folder_.file("lost.db") + ending);
    // Weeks ago, in order: closed, and so without a log.
    fs::copy_file(draft_, kept_);
    const std::string before = bytes_of(kept_);
    // And now the file is lost, and its log is not.
    fs::rename(folder_.file("lost.db-wal"), database_file_ + "-wal");
    const std::string second = folder_.file("hub.db.replaced-2");
    EXPECT_EQ(replace_database(database_file_, draft_, second), second + "-wal");
    EXPECT_FALSE(fs::exists(kept_ + "-wal"));
    EXPECT_EQ(bytes_of(kept_), before);
    EXPECT_TRUE(fs::exists(second + "-wal"));
    EXPECT_EQ(notes_in(database_file_), 200);
}

TEST_F(Replacements, ADatabaseIsNotKeptBesideTheLogOfAnother) {
    database_.reset();
    write_bytes(kept_ + "-wal", "the log of a database that was lost");
    EXPECT_EQ(failure_of([&] { replace_database(database_file_, draft_, kept_); }), Failure::Kind::io);
    EXPECT_EQ(notes_in(database_file_), 201);
    EXPECT_EQ(unused_name(kept_), kept_ + "-2");
    EXPECT_EQ(replace_database(database_file_, draft_, unused_name(kept_)), kept_ + "-2");
    EXPECT_EQ(notes_in(kept_ + "-2"), 201);
    EXPECT_EQ(bytes_of(kept_ + "-wal"), "the log of a database that was lost");
}

TEST_F(Replacements, WithNeitherInPlaceNoneIsMadeAnew) {
    database_.reset();
    write_bytes(database_file_ + ".running", "r");
    fs::rename(database_file_, kept_);
    EXPECT_EQ(refused(database_file_), "db_gone");
    EXPECT_EQ(replace_database(database_file_, draft_, folder_.file("hub.db.replaced-2")), std::nullopt)
        << "what was kept weeks ago was not replaced now";
    EXPECT_EQ(notes_in(database_file_), 200);
}

TEST_F(Replacements, OfALogWithoutItsDatabaseTheLogIsKeptAndNamed) {
    database_.reset();
    fs::remove(database_file_);
    write_bytes(database_file_ + "-wal", "what was acknowledged last");
    EXPECT_EQ(replace_database(database_file_, draft_, kept_), kept_ + "-wal");
    EXPECT_EQ(bytes_of(kept_ + "-wal"), "what was acknowledged last");
    EXPECT_EQ(notes_in(database_file_), 200);
}

TEST_F(Replacements, AFileOfThatNameIsNotOverwritten) {
    database_.reset();
    write_bytes(kept_, "letters");
    EXPECT_EQ(failure_of([&] { replace_database(database_file_, draft_, kept_); }), Failure::Kind::io);
    EXPECT_EQ(bytes_of(kept_), "letters");
    EXPECT_EQ(notes_in(database_file_), 201);
}

class CopyOnBadDisk : public ::testing::Test {
protected:
    static std::unique_ptr<Database> open(const testing::PowerCutDisk& disk) {
        Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        return open_or_throw(options);
    }
    static void fill(Database& database) {
        create_tables(database);
        for (int number = 0; number < 20; ++number)
            database.write([&](Session& session) { add_note(session, 1, number, std::string(2'000, 'x')); });
    }
};

TEST_F(CopyOnBadDisk, APowerCutAtAnyMomentLosesNothingAndMakesNoHalfCopyThatLooksWhole) {
    int whole = 0;
    int refused = 0;
    for (std::uint64_t moment = 1;; ++moment) {
        testing::PowerCutDisk disk(moment);
        auto database = open(disk);
        fill(*database);
        disk.cut_at(moment, moment);
        const bool failed = failure_of([&] { copy_stamped(*database, "copy.db"); }).has_value();
        if (!failed) disk.cut(moment);
        database.reset();
        disk.power_on();
        database = open(disk);
        EXPECT_EQ(count_notes(*database), 20) << "moment " << moment;
        EXPECT_TRUE(database->check(true).empty());
        const bool is_good = is_whole("copy.db", disk.name());
        EXPECT_TRUE(is_good || failed) << "a copy that was reported as made is gone after moment " << moment;
        ++(is_good ? whole : refused);
        if (!failed) break;
    }
    EXPECT_GT(refused, 20);
    std::printf("[figures] power cut at %d moments of a copy: 0 commits lost, %d copies refused, %d whole\n",
                whole + refused, refused, whole);
}

TEST_F(CopyOnBadDisk, AFullDiskAtAnyMomentFailsTheCopyAlone) {
    int failures = 0;
    for (std::uint64_t nth = 1;; ++nth) {
        testing::PowerCutDisk disk(nth);
        auto database = open(disk);
        fill(*database);
        disk.fail(testing::PowerCutDisk::Fault::full, nth, true);
        const auto kind = failure_of([&] { copy_stamped(*database, "copy.db"); });
        const bool met = disk.has_failed();
        disk.heal();
        if (met) {
            ASSERT_TRUE(kind) << "it was reported as made, at write " << nth;
            EXPECT_TRUE(kind == Failure::Kind::full || kind == Failure::Kind::io)
                << "at write " << nth << ": " << static_cast<int>(*kind);
            ++failures;
        }
        EXPECT_TRUE(database->usable());
        database->write([](Session& session) { add_note(session, 9, 1, "there is room again"); });
        EXPECT_EQ(count_notes(*database), 21);
        if (!met) break;
    }
    EXPECT_GT(failures, 10);
    std::printf("[figures] disk full at %d writes of a copy: each failed alone, the hub's own writes go on\n",
                failures);
}

TEST_F(CopyOnBadDisk, AReadOnlyDiskIsSaid) {
    testing::PowerCutDisk disk;
    auto database = open(disk);
    fill(*database);
    disk.set_read_only(true);
    EXPECT_TRUE(failure_of([&] { copy_stamped(*database, "copy.db"); }));
    disk.set_read_only(false);
    copy_stamped(*database, "copy.db");
    EXPECT_TRUE(is_whole("copy.db", disk.name()));
}

}  // namespace
}  // namespace crossdock::db
