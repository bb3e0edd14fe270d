// SPDX-License-Identifier: Apache-2.0
// F2 and F3: a file that is not the hub's, or not one it can use, is refused and left as it is; so is an address, and a
// clock that cannot be right.
#include "integration/bad_input_rows.h"
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
        const Verdict verdict("F2", what);
        const std::string before = file_text(database_);
        for (const char* command : {"serve", "key list"}) {
            const Ran ran = command[0] == 's' ? run({"serve"}, RunningHub::options(folder_.path()))
                                              : run({"key", "list"}, RunningHub::options(folder_.path()));
            EXPECT_EQ(ran.code, 1) << what << ' ' << command << ": " << ran.err;
            EXPECT_NE(ran.err.find("crossdock.db"), std::string::npos) << what << ": " << ran.err;
            EXPECT_NE(ran.err.find(says), std::string::npos) << what << ": " << ran.err;
        }
        EXPECT_TRUE(file_text(database_) == before) << what << ": the file was changed";
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
    const Verdict verdict("F2", "a log without its database");
    write_text(folder_ / "crossdock.db-wal", std::string(5'000, 'w'));
    const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_FALSE(std::filesystem::exists(database_)) << "a fresh database over an old log";
    EXPECT_EQ(file_text(folder_ / "crossdock.db-wal"), std::string(5'000, 'w'));
}

/// Runs `serve` as somebody whom permissions bind: root may write everywhere.
Ran serve_as_nobody(const std::filesystem::path& folder) {
    std::vector<std::string> command = crossdock({"serve"});
    if (geteuid() == 0) {
        EXPECT_EQ(::chown(folder.c_str(), 65534, 65534), 0);
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            EXPECT_EQ(::chown(entry.path().c_str(), 65534, 65534), 0);
        command.insert(command.begin(), {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
    }
    RealProcess process(command, RunningHub::options(folder));
    Ran ran;
    ran.code = process.wait(std::chrono::seconds{60}).value_or(-1);
    ran.err = process.err();
    return ran;
}

bool can_be_nobody(const char* row, const std::string& what) {
    if (geteuid() != 0) return true;
    if (std::system("setpriv --reuid=65534 --regid=65534 --clear-groups test -x " CROSSDOCK_BINARY) == 0) return true;
    std::printf(
        "%-4s not covered: %s: this test runs as root and cannot become somebody else who may run the program\n", row,
        what.c_str());
    return false;
}

TEST_F(RefusedFile, AFolderThatCannotBeWritten) {
    if (!can_be_nobody("F2", "a folder that cannot be written")) GTEST_SKIP();
    const Verdict verdict("F2", "a folder that cannot be written");
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
    const Ran ran = serve_as_nobody(folder_.path());
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_NE(ran.err.find(folder_.path().string()), std::string::npos) << ran.err;
    EXPECT_FALSE(std::filesystem::exists(database_));
}

TEST_F(RefusedFile, AReadOnlyDatabase) {
    if (!can_be_nobody("F2", "a read-only database")) GTEST_SKIP();
    Verdict verdict("F2", "a read-only database");
    {
        RunningHub once(folder_.path());
        once.process().terminate();
        ASSERT_EQ(once.process().wait(), 0);
    }
    std::filesystem::permissions(database_, std::filesystem::perms(0444));
    const std::string before = file_text(database_);
    const Ran ran = serve_as_nobody(folder_.path());
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_NE(ran.err.find("crossdock.db"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("may write"), std::string::npos) << ran.err;
    EXPECT_TRUE(file_text(database_) == before);
    verdict.add(ran.err.substr(0, ran.err.find('\n')));
}

TEST_F(RefusedFile, ADatabaseThatIsRemovedWhileItIsUsed) {
    for (const bool with_log : {false, true}) {
        Verdict verdict("F2", with_log ? "database and log removed while running" : "database removed while running");
        TemporaryFolder folder;
        write_text(folder / "crossdock.toml", config_text(""));
        RunningHub hub(folder.path());
        const std::string key = hub.make_key();
        Client client(hub.url(), key);
        ASSERT_EQ(client.post("/api/v1/orders/ack", {{"ids", {1}}}).status, 200);
        std::filesystem::remove(folder / "crossdock.db");
        if (with_log) {
            std::filesystem::remove(folder / "crossdock.db-wal");
            std::filesystem::remove(folder / "crossdock.db-shm");
        }
        // Not one more write is said yes to.
        EXPECT_NE(client.post("/api/v1/orders/ack", {{"ids", {2}}}).status, 200);
        EXPECT_EQ(hub.process().wait(std::chrono::seconds{60}), 1) << hub.process().err();
        EXPECT_NE(hub.process().err().find("was removed or replaced while the hub was running"), std::string::npos)
            << hub.process().err();
        // Nor does a restart make a fresh one in its place.
        const Ran again = run({"serve"}, RunningHub::options(folder.path()));
        EXPECT_EQ(again.code, 1) << again.err;
        EXPECT_FALSE(std::filesystem::exists(folder / "crossdock.db")) << again.err;
        verdict.add(again.err.substr(0, again.err.find('\n')));
    }
}

TEST_F(RefusedFile, AFolderInPlaceOfTheDatabase) {
    const Verdict verdict("F2", "a folder of that name");
    std::filesystem::create_directory(database_);
    const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
    EXPECT_EQ(ran.code, 1) << ran.err;
    EXPECT_NE(ran.err.find("is not a file"), std::string::npos) << ran.err;
}

TEST_F(RefusedFile, ANetworkDisk) {
    // No network file system can be mounted on a build machine; unit/db/open_test.cpp proves what statfs's numbers
    // mean. A kernel that shares a folder of its host by 9P is one, though.
    std::ifstream mounts("/proc/mounts");
    std::string device, place, kind, rest;
    while (mounts >> device >> place >> kind && std::getline(mounts, rest)) {
        if (kind != "nfs" && kind != "nfs4" && kind != "cifs" && kind != "smb3" && kind != "9p") continue;
        if (!std::filesystem::is_directory(place)) continue;
        Verdict verdict("F2", "on a network disk");
        write_text(folder_ / "crossdock.toml",
                   "[server]\nlisten = \"127.0.0.1:0\"\n[database]\npath = \"" + place + "/crossdock-test.db\"\n");
        const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
        EXPECT_EQ(ran.code, 1) << ran.err;
        EXPECT_NE(ran.err.find("network disk"), std::string::npos) << ran.err;
        verdict.add(ran.err.substr(0, ran.err.find('\n')));
        return;
    }
    std::printf(
        "F2   not covered: on a network disk: none is mounted here; Open in unit/db tests the numbers of statfs\n");
}

TEST_F(RefusedFile, AnAddressThatIsTakenOrNotOurs) {
    {
        Verdict verdict("F3", "port taken");
        const RunningSandbox other(1);
        write_text(folder_ / "crossdock.toml", config_text("", port_of(other.url())));
        const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
        EXPECT_EQ(ran.code, 3) << ran.err;
        EXPECT_NE(ran.err.find(std::to_string(port_of(other.url()))), std::string::npos) << ran.err;
        verdict.add(ran.err.substr(0, ran.err.find('\n')));
    }
    {
        Verdict verdict("F3", "address not ours");
        write_text(folder_ / "crossdock.toml",
                   "[server]\nlisten = \"192.0.2.1:8080\"\nallow_plain_http = true\n[database]\n"
                   "path = \"crossdock.db\"\n");
        const Ran ran = run({"serve"}, RunningHub::options(folder_.path()));
        EXPECT_EQ(ran.code, 3) << ran.err;
        EXPECT_NE(ran.err.find("192.0.2.1"), std::string::npos) << ran.err;
        verdict.add(ran.err.substr(0, ran.err.find('\n')));
    }
}

TEST_F(RefusedFile, AClockIn1970) {
    // Works only on a program that asks the C library for the time.
    if (std::system("command -v faketime > /dev/null && [ \"$(faketime '1970-01-02' date +%Y)\" = 1970 ]") != 0) {
        std::printf(
            "F3   not covered: clock in 1970: faketime is not installed or does not work here; unit/app shows the "
            "waiting on a clock of its own\n");
        GTEST_SKIP();
    }
    Verdict verdict("F3", "clock in 1970: the hub waits for it, and ends when told to");
    // Without its wrapper, which would take the signal for itself.
    std::vector<std::string> command = crossdock({"serve"});
    command.insert(command.begin(),
                   {"env", "FAKETIME=@1970-01-02 00:00:00", "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1"});
    RealProcess process(command, RunningHub::options(folder_.path()));
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return process.err().find("clock_wrong") != std::string::npos;
    })) << process.err();
    EXPECT_FALSE(process.ended());
    EXPECT_EQ(process.err().find("event=ready"), std::string::npos) << process.err();
    EXPECT_FALSE(std::filesystem::exists(database_));
    process.terminate();
    EXPECT_EQ(process.wait(std::chrono::seconds{60}), 0) << process.err();
    verdict.add(process.err().substr(0, process.err().find('\n')));
}

}  // namespace
}  // namespace crossdock::testing
