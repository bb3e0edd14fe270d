// SPDX-License-Identifier: Apache-2.0
// F2: a file that is not the hub's, or not one it can use, is refused and left as it is.
#include <sqlite3.h>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

void sql(const std::filesystem::path& file, const std::string& script) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
}

class RefusedFile : public ::testing::Test {
protected:
    void SetUp() override { write_text(folder_ / "crossdock.toml", config_text("")); }

    void expect_refused(const std::string& what, const std::string& says) {
        const std::string before = file_text(database_);
        for (const char* command : {"serve", "key list"}) {
            const Ran ran = command[0] == 's' ? run({"serve"}, RunningHub::options(folder_.path()))
                                              : run({"key", "list"}, RunningHub::options(folder_.path()));
            EXPECT_EQ(ran.code, 1) << what << ' ' << command << ": " << ran.err;
            EXPECT_NE(ran.err.find("crossdock.db"), std::string::npos) << what << ": " << ran.err;
            EXPECT_NE(ran.err.find(says), std::string::npos) << what << ": " << ran.err;
        }
        EXPECT_TRUE(file_text(database_) == before) << what << ": the file was changed";
        std::printf("F2: %s refused, %zu bytes unchanged\n", what.c_str(), before.size());
    }

    TemporaryFolder folder_;
    std::filesystem::path database_ = folder_ / "crossdock.db";
};

TEST_F(RefusedFile, Empty) {
    write_text(database_, "");
    expect_refused("an empty file", "empty");
}

TEST_F(RefusedFile, Garbage) {
    write_text(database_, std::string(20'000, 'x'));
    expect_refused("garbage", "not");
}

TEST_F(RefusedFile, AnotherProgramsDatabase) {
    sql(database_, "CREATE TABLE books(title TEXT); INSERT INTO books VALUES('Moby-Dick')");
    expect_refused("another program's database", "a database of another program");
}

TEST_F(RefusedFile, ANewerSchema) {
    {
        RunningHub once(folder_.path());
        once.process().terminate();
        ASSERT_EQ(once.process().wait(), 0);
    }
    sql(database_, "PRAGMA journal_mode=DELETE; PRAGMA user_version = 9999");
    expect_refused("a newer schema", "newer crossdock");
}

TEST_F(RefusedFile, ALogWithoutItsDatabase) {
    write_text(folder_ / "crossdock.db-wal", std::string(5'000, 'w'));
    const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_FALSE(std::filesystem::exists(database_)) << "a fresh database over an old log";
    EXPECT_EQ(file_text(folder_ / "crossdock.db-wal"), std::string(5'000, 'w'));
}

TEST_F(RefusedFile, AFolderThatCannotBeWritten) {
    if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    std::filesystem::permissions(folder_.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_NE(ran.err.find(folder_.path().string()), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace crossdock::testing
