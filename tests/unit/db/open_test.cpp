// SPDX-License-Identifier: Apache-2.0
#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

#include <functional>
#include <map>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/clock.h"
#include "db/disk.h"
#include "db/migrator.h"
#include "db/sqlite_driver.h"
#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

namespace fs = std::filesystem;

/// Makes a database with one note, at `path`.
void make_database(const std::string& path) {
    auto database = open_or_throw(path);
    create_tables(*database);
    database->write([](Session& session) { add_note(session, 1, 1); });
    database->close();
}

std::map<std::string, std::string> all_bytes(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file()) files[entry.path().filename().string()] = bytes_of(entry.path().string());
    }
    return files;
}

struct Refusal {
    const char* name;
    const char* code;
    const char* says;  // a part of the message, so that it stays one to act on
    std::function<void(const TemporaryFolder&)> arrange;
};

class RefusesToOpen : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusesToOpen, WithTheReasonAndWithoutTouchingAnything) {
    const TemporaryFolder folder;
    GetParam().arrange(folder);
    const auto before = all_bytes(folder.path());
    const bool was_there = fs::exists(folder.file("hub.db"));
    Options options;
    options.path = folder.file("hub.db");
    const auto opened = Database::open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, GetParam().code) << opened.error().message;
    EXPECT_NE(opened.error().message.find(GetParam().says), std::string::npos) << opened.error().message;
    for (const auto& [name, bytes] : before) {
        EXPECT_EQ(bytes_of(folder.file(name)), bytes) << name << " was written to";
    }
    EXPECT_EQ(fs::exists(folder.file("hub.db")), was_there);
}

void truncate_to(const std::string& path, std::uintmax_t bytes) { fs::resize_file(path, bytes); }

/// Overwrites the middle of each page but the first, as a failing disk might.
void spoil_pages(const std::string& path) {
    std::string bytes = bytes_of(path);
    for (std::size_t at = kPageBytes; at < bytes.size(); at += kPageBytes)
        bytes.replace(at, 64, std::string(64, '\x5A'));
    write_bytes(path, bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Files, RefusesToOpen,
    ::testing::Values(
        Refusal{"AnEmptyFile", "db_not_ours", "remove it",
                [](const TemporaryFolder& folder) { write_bytes(folder.file("hub.db"), ""); }},
        Refusal{"Garbage", "db_not_ours", "not a crossdock database",
                [](const TemporaryFolder& folder) { write_bytes(folder.file("hub.db"), std::string(20'000, 'g')); }},
        Refusal{"AShortText", "db_not_ours", "not a crossdock database",
                [](const TemporaryFolder& folder) { write_bytes(folder.file("hub.db"), "orders"); }},
        Refusal{"AnotherProgramsDatabase", "db_not_ours", "another program",
                [](const TemporaryFolder& folder) {
                    SQLite::Database other(folder.file("hub.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
                    other.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
                }},
        Refusal{"AnotherProgramsDatabaseWithALog", "db_not_ours", "another program",
                [](const TemporaryFolder& folder) {
                    {
                        SQLite::Database other(folder.file("draft"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
                        other.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
                        fs::copy_file(folder.file("draft"), folder.file("hub.db"));
                        fs::copy_file(folder.file("draft-wal"), folder.file("hub.db-wal"));
                    }
                    fs::remove(folder.file("draft"));
                }},
        Refusal{"ANewerSchema", "db_newer", "Start a newer crossdock",
                [](const TemporaryFolder& folder) {
                    make_database(folder.file("hub.db"));
                    SQLite::Database newer(folder.file("hub.db"), SQLite::OPEN_READWRITE);
                    newer.exec("PRAGMA user_version = 9999");
                }},
        Refusal{"ANewerSchemaThatOnlyTheLogKnows", "db_newer", "Start a newer crossdock",
                [](const TemporaryFolder& folder) {
                    make_database(folder.file("draft.db"));
                    {
                        SQLite::Database newer(folder.file("draft.db"), SQLite::OPEN_READWRITE);
                        newer.exec("PRAGMA user_version = 9999");
                        fs::copy_file(folder.file("draft.db"), folder.file("hub.db"));
                        fs::copy_file(folder.file("draft.db-wal"), folder.file("hub.db-wal"));
                    }
                    fs::remove(folder.file("draft.db"));
                }},
        Refusal{"ALogWithoutItsDatabase", "db_damaged", "Put the database file back",
                [](const TemporaryFolder& folder) {
                    auto database = open_or_throw(folder.file("draft.db"));
                    create_tables(*database);
                    fs::copy_file(folder.file("draft.db-wal"), folder.file("hub.db-wal"));
                }},
        Refusal{"AMarkOfARunWithoutItsDatabase", "db_gone", "is gone",
                [](const TemporaryFolder& folder) { write_bytes(folder.file("hub.db.running"), "r"); }},
        Refusal{"ADatabaseCutShort", "db_damaged", "cut short",
                [](const TemporaryFolder& folder) {
                    make_database(folder.file("hub.db"));
                    truncate_to(folder.file("hub.db"), 2 * kPageBytes);
                }},
        Refusal{"DamageFoundAfterAnUncleanStop", "db_damaged", "crossdock restore",
                [](const TemporaryFolder& folder) {
                    make_database(folder.file("hub.db"));
                    spoil_pages(folder.file("hub.db"));
                    write_bytes(folder.file("hub.db.running"), "r");
                }},
        Refusal{"AFolder", "db_unusable", "is not a file",
                [](const TemporaryFolder& folder) { fs::create_directory(folder.file("hub.db")); }}),
    [](const auto& row) { return std::string{row.param.name}; });
#ifndef _WIN32  // where a pipe is no file
INSTANTIATE_TEST_SUITE_P(Pipes, RefusesToOpen,
                         ::testing::Values(Refusal{"APipe", "db_unusable", "is not a file",
                                                   [](const TemporaryFolder& folder) {
                                                       ASSERT_EQ(mkfifo(folder.file("hub.db").c_str(), 0600), 0);
                                                   }}),
                         [](const auto& row) { return std::string{row.param.name}; });
#endif

TEST(Open, SaysThatAFileIsMissingOnlyWhenItMayNotCreateIt) {
    const TemporaryFolder folder;
    Options options;
    options.path = folder.file("hub.db");
    options.create = false;
    const auto missing = Database::open(options);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, "db_missing");
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_TRUE(fs::is_empty(folder.path()));
    options.create = true;
    EXPECT_TRUE(Database::open(options));
    options.create = false;
    EXPECT_TRUE(Database::open(options));
}

TEST(Open, DoesNotFinishAHalfMadeDatabaseUnlessItMayCreateOne) {
    const TemporaryFolder folder;
    write_bytes(folder.file("hub.db"), "");
    write_bytes(folder.file("hub.db.running"), "c");
    Options options;
    options.path = folder.file("hub.db");
    options.create = false;
    EXPECT_EQ(Database::open(options).error().code, "db_missing");
    EXPECT_EQ(fs::file_size(folder.file("hub.db")), 0U);
    options.create = true;
    create_tables(*open_or_throw(options));
    EXPECT_EQ(count_notes(*open_or_throw(options)), 0);
}

TEST(Open, AnEmptiedLogIsNotALostOne) {
    const TemporaryFolder folder;
    auto database = open_or_throw(folder.file("hub.db"));
    create_tables(*database);
    {
        SQLite::Database administrator(folder.file("hub.db"), SQLite::OPEN_READWRITE, 1'000);
        administrator.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    ASSERT_EQ(fs::file_size(folder.file("hub.db-wal")), 0U);
    database->maintain();
    EXPECT_TRUE(database->usable()) << database->problem();
}

TEST(Open, SaysThatTheFolderIsMissing) {
    const TemporaryFolder folder;
    Options options;
    options.path = folder.file("no/such/hub.db");
    const auto opened = Database::open(options);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "db_unusable");
    EXPECT_NE(opened.error().message.find("does not exist"), std::string::npos) << opened.error().message;
    for (const std::string& path : {std::string{}, std::string("a\0b", 3)}) {
        options.path = path;
        EXPECT_EQ(Database::open(options).error().code, "db_unusable");
    }
}

#ifndef _WIN32  // which knows them by their drive
TEST(Open, KnowsNetworkDisksByTheirNumber) {
    EXPECT_EQ(network_file_system(0x6969), "NFS");
    EXPECT_EQ(network_file_system(0xFF534D42), "CIFS");
    EXPECT_EQ(network_file_system(0xFFFFFFFFFF534D42), "CIFS") << "the field is signed on some systems";
    EXPECT_EQ(network_file_system(0xFE534D42), "SMB2");
    EXPECT_EQ(network_file_system(0x01021997), "9P");
    EXPECT_EQ(network_file_system(0xEF53), std::nullopt) << "ext4";
    EXPECT_EQ(network_file_system(0x01021994), std::nullopt) << "tmpfs";
    const TemporaryFolder folder;
    EXPECT_EQ(network_disk(folder.file("not there yet.db")), std::nullopt);
}
#endif

TEST(Open, KnowsWhichEnginesCorrupt) {
    struct Row {
        int number;
        bool fit;
    };
    for (const Row& row : {Row{3'040'001, false}, Row{3'051'002, false}, Row{3'051'003, true}, Row{3'053'004, true},
                           Row{3'044'005, false}, Row{3'044'006, true}, Row{3'050'006, false}, Row{3'050'007, true},
                           Row{3'049'002, false}, Row{3'006'023, true}, Row{3'007'000, false}}) {
        EXPECT_EQ(is_fit_version(row.number), row.fit) << row.number;
    }
    EXPECT_EQ(Database::engine_version(), "3.53.4");
}

TEST(Open, WorksWithBlanksAndLettersOfAnyAlphabetInTheName) {
    const TemporaryFolder folder;
    for (const char* name : {
             "my hub.db", "Lager Süd.db", "倉庫.db", "a%20b&mode=memory#c.db", "no_ending",
#ifndef _WIN32  // no file is called that there
             "a%20b?mode=memory#c.db", "file:x.db", ":memory:",
#endif
         }) {
        const std::string path = folder.file(name);
        make_database(path);
        EXPECT_TRUE(fs::exists(path)) << name;
        EXPECT_EQ(count_notes(*open_or_throw(path)), 1) << name;
    }
}

#ifndef _WIN32  // links need an administrator there, modes do not exist
TEST(Open, FollowsALinkToTheFile) {
    const TemporaryFolder folder;
    make_database(folder.file("real.db"));
    fs::create_symlink(folder.file("real.db"), folder.file("hub.db"));
    auto database = open_or_throw(folder.file("hub.db"));
    EXPECT_EQ(count_notes(*database), 1);
    EXPECT_TRUE(fs::exists(folder.file("real.db.running"))) << "the mark lies beside the file, whatever the name";
}

TEST(Open, KeepsTheFileFromOtherUsers) {
    const TemporaryFolder folder;
    auto database = open_or_throw(folder.file("hub.db"));
    create_tables(*database);
    for (const char* name : {"hub.db", "hub.db-wal", "hub.db-shm"})
        EXPECT_EQ(fs::status(folder.file(name)).permissions(), fs::perms::owner_read | fs::perms::owner_write) << name;
}
#endif

TEST(Open, TellsACleanStopFromACrash) {
    const TemporaryFolder folder;
    const std::string path = folder.file("hub.db");
    {
        auto database = open_or_throw(path);
        EXPECT_TRUE(database->was_stopped_cleanly()) << "a new one";
        create_tables(*database);
        EXPECT_TRUE(fs::exists(path + ".running"));
        for (const char* ending : {"", "-wal", ".running"})
            fs::copy_file(path + ending, folder.file("crashed.db") + ending);
    }
    EXPECT_FALSE(fs::exists(path + ".running"));
    EXPECT_FALSE(fs::exists(path + "-wal"));
    EXPECT_TRUE(open_or_throw(path)->was_stopped_cleanly());
    auto crashed = open_or_throw(folder.file("crashed.db"));
    EXPECT_FALSE(crashed->was_stopped_cleanly());
    EXPECT_EQ(count_notes(*crashed), 0) << "what was in the log alone is there";
    crashed->close();
    EXPECT_TRUE(open_or_throw(folder.file("crashed.db"))->was_stopped_cleanly());
}

TEST(Open, AppliesTheRulesForWritersAndReaders) {
    const TemporaryFolder folder;
    auto database = open_or_throw(folder.file("hub.db"));
    create_tables(*database);
    const auto pragma = [](Session& session, const std::string& name) {
        Statement statement(session, "PRAGMA " + name);
        EXPECT_TRUE(statement.step()) << name;
        return statement.string(0);
    };
    database->write([&](Session& session) {
        EXPECT_EQ(pragma(session, "journal_mode"), "wal");
        EXPECT_EQ(pragma(session, "synchronous"), "2");
        EXPECT_EQ(pragma(session, "wal_autocheckpoint"), "0");
        EXPECT_EQ(pragma(session, "foreign_keys"), "1");
        EXPECT_EQ(pragma(session, "busy_timeout"), "10000");
        EXPECT_EQ(pragma(session, "trusted_schema"), "0");
        EXPECT_EQ(pragma(session, "page_size"), std::to_string(kPageBytes));
        EXPECT_EQ(pragma(session, "temp_store"), "2");
        EXPECT_EQ(pragma(session, "secure_delete"), "1");
        EXPECT_EQ(pragma(session, "application_id"), std::to_string(kApplicationId));
        EXPECT_EQ(pragma(session, "encoding"), "UTF-8");
    });
    database->read([&](Session& session) {
        EXPECT_EQ(pragma(session, "query_only"), "1");
        EXPECT_EQ(pragma(session, "wal_autocheckpoint"), "0");
        EXPECT_EQ(pragma(session, "busy_timeout"), "10000");
        EXPECT_EQ(pragma(session, "trusted_schema"), "0");
    });
}

TEST(Open, RefusesWhatItMayNotWrite) {
    testing::PowerCutDisk disk;
    Options options;
    options.path = "hub.db";
    options.engine_layer = disk.name();
    disk.set_read_only(true);
    EXPECT_EQ(Database::open(options).error().code, "db_unusable") << "a new one on a read-only disk";
    EXPECT_TRUE(disk.files().empty());
    disk.set_read_only(false);
    create_tables(*open_or_throw(options));
    const auto before = disk.content("/hub.db");
    disk.set_read_only(true);
    EXPECT_EQ(Database::open(options).error().code, "db_unusable");
    EXPECT_EQ(disk.content("/hub.db"), before);
    disk.set_read_only(false);
    EXPECT_EQ(count_notes(*open_or_throw(options)), 0);
}

#ifndef _WIN32
TEST(Open, RefusesFilesAndFoldersOfOthers) {
    // Root may write everywhere, so become nobody for this.
    if (geteuid() != 0) GTEST_SKIP() << "needs root to give a file away";
    const TemporaryFolder folder;
    make_database(folder.file("hub.db"));
    fs::permissions(folder.path(), fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
    fs::permissions(folder.file("hub.db"), fs::perms::others_read, fs::perm_options::add);
    const std::string before = bytes_of(folder.file("hub.db"));
    Options options;
    options.path = folder.file("hub.db");
    Options fresh;
    fresh.path = folder.file("fresh.db");
    constexpr uid_t kNobody = 65'534;
    ASSERT_EQ(seteuid(kNobody), 0);
    const auto existing = Database::open(options);
    const auto created = Database::open(fresh);
    ASSERT_EQ(seteuid(0), 0);
    ASSERT_FALSE(existing);
    EXPECT_EQ(existing.error().code, "db_unusable");
    EXPECT_NE(existing.error().message.find("may write"), std::string::npos) << existing.error().message;
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().code, "db_unusable");
    EXPECT_EQ(bytes_of(folder.file("hub.db")), before);
    EXPECT_FALSE(fs::exists(folder.file("fresh.db")));
}
#endif

#ifndef _WIN32  // where nobody takes a file away that is open
TEST(Open, NoticesThatItsFileIsGone) {
    for (const char* ending : {"", "-wal"}) {
        const TemporaryFolder folder;
        const std::string path = folder.file("hub.db");
        auto database = open_or_throw(path);
        create_tables(*database);
        database->maintain();
        EXPECT_TRUE(database->usable());
        EXPECT_EQ(database->problem(), "");
        database->write([](Session& session) { add_note(session, 1, 1); });
        fs::remove(path + ending);
        database->maintain();
        EXPECT_FALSE(database->usable()) << ending;
        EXPECT_NE(database->problem().find("removed"), std::string::npos) << database->problem();
        EXPECT_EQ(failure_of([&] { database->write([](Session& session) { add_note(session, 1, 2); }); }),
                  Failure::Kind::closed);
    }
}

TEST(Open, NoticesThatItsFileWasReplaced) {
    const TemporaryFolder folder;
    const std::string path = folder.file("hub.db");
    make_database(folder.file("other.db"));
    const std::string other = bytes_of(folder.file("other.db"));
    auto database = open_or_throw(path);
    create_tables(*database);
    fs::rename(folder.file("other.db"), path);
    database->maintain();
    EXPECT_FALSE(database->usable());
    database.reset();
    EXPECT_EQ(bytes_of(path), other) << "the file that took its place is left alone";
}
#endif

}  // namespace
}  // namespace crossdock::db
