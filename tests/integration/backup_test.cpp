// SPDX-License-Identifier: Apache-2.0
// Backup, verify and restore as an operator gives them, with the real binary.
#include <algorithm>

#include "integration/running_hub.h"
#include "unit/app/old_database.h"

namespace crossdock::testing {
namespace {

class BackupCommands : public ::testing::Test {
protected:
    BackupCommands() { write_text(folder / "crossdock.toml", config_text("")); }

    Ran here(const std::vector<std::string>& arguments) const {
        return run(arguments, RunningHub::options(folder.path()));
    }
    std::vector<std::string> files_in(const std::string& name) const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder / name))
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        return found;
    }

    TemporaryFolder folder;
};

TEST_F(BackupCommands, OfARunningHubIsMadeVerifiedAndPutBack) {
    std::string key;
    {
        const RunningHub hub(folder.path());
        key = hub.make_key();
        const Ran made = here({"backup", "monday.db"});
        ASSERT_EQ(made.code, 0) << made.err;
        EXPECT_NE(made.out.find("Every page and row of it was checked"), std::string::npos) << made.out;
        const Ran again = here({"backup", "monday.db"});
        EXPECT_EQ(again.code, 1);
        EXPECT_NE(again.err.find("is there already"), std::string::npos) << again.err;
        const Ran running = here({"restore", "monday.db"});
        EXPECT_EQ(running.code, 3) << running.err;
        EXPECT_NE(running.err.find("another crossdock (process "), std::string::npos) << running.err;
        // What comes after the backup.
        ASSERT_EQ(here({"key", "create", "--json", "--name", "after"}).code, 0);
        Client monitor(hub.url(), "");
        EXPECT_EQ(monitor.get("/metrics").text.find("crossdock_last_backup_age_seconds -1"), std::string::npos);
    }
    const Ran sums = here({"verify", "monday.db", "--json"});
    ASSERT_EQ(sums.code, 0) << sums.err << sums.out;
    const json verified = json::parse(sums.out);
    EXPECT_EQ(verified.at("sound"), true);
    EXPECT_EQ(verified.at("tables").at("api_keys"), 1);
    EXPECT_EQ(verified.at("sha256"), file_text(folder / "monday.db.sha256").substr(0, 64));

    const Ran restored = here({"restore", "monday.db", "--json"});
    ASSERT_EQ(restored.code, 0) << restored.err;
    const std::string kept = json::parse(restored.out).at("kept");
    EXPECT_TRUE(std::filesystem::exists(kept));
    {
        const RunningHub hub(folder.path());
        EXPECT_EQ(json::parse(here({"key", "list", "--json"}).out).size(), 1U) << "the one from after it is gone";
        Client erp(hub.url(), key);
        EXPECT_EQ(erp.get("/api/v1/orders?since=2020-01-01").status, 200);
        const Ran trail = here({"audit", "list", "--json"});
        EXPECT_NE(trail.out.find("database.restored"), std::string::npos) << trail.out;
    }
    EXPECT_EQ(ask_database(kept, "SELECT count(*) FROM api_keys"), "2");
}

TEST_F(BackupCommands, WithTheHubDownItDoesTheSame) {
    { const RunningHub once(folder.path()); }
    std::filesystem::create_directory(folder / "usb");
    const Ran made = here({"backup", "usb", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const json answer = json::parse(made.out);
    EXPECT_EQ(files_in("usb").size(), 2U);
    EXPECT_EQ(here({"verify", answer.at("file")}).code, 0);
    const Ran none = here({"backup"});
    EXPECT_EQ(none.code, 1);
    EXPECT_NE(none.err.find("[backup]"), std::string::npos) << none.err;
    const Ran nowhere = here({"backup", "no/such/folder/x.db"});
    EXPECT_EQ(nowhere.code, 1);
    EXPECT_NE(nowhere.err.find("there is no folder"), std::string::npos) << nowhere.err;
}

TEST_F(BackupCommands, OfAnOlderSchemaAreMadeWithoutBringingItUp) {
    db::Options old;
    old.path = (folder / "crossdock.db").string();
    app::make_old_database(old, 4, SystemClock{});
    for (const auto& command :
         {std::vector<std::string>{"job", "list"}, {"key", "list"}, {"key", "create", "--json"}}) {
        const Ran refused = here(command);
        EXPECT_EQ(refused.code, 1) << command.front();
        EXPECT_NE(refused.err.find("has schema 4"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("Start the hub"), std::string::npos) << refused.err;
    }
    std::filesystem::create_directory(folder / "usb");
    const Ran made = here({"backup", "usb", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(json::parse(made.out).at("schema"), 4);
    EXPECT_EQ(here({"verify", json::parse(made.out).at("file")}).code, 0);
    EXPECT_EQ(ask_database(folder / "crossdock.db", "PRAGMA user_version"), "4") << "the old version starts as before";
    const RunningHub hub(folder.path());
    EXPECT_EQ(here({"job", "list"}).code, 0);
}

TEST_F(BackupCommands, AHubMakesThemByItself) {
    write_text(folder / "crossdock.toml", config_text("") + "[backup]\nfolder = \"backups\"\n");
    const RunningHub hub(folder.path());
    // While it is being made it has another name.
    std::string file;
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        if (!std::filesystem::exists(folder / "backups")) return false;
        for (const std::string& name : files_in("backups"))
            if (name.ends_with(".db") && std::filesystem::exists(folder / "backups" / (name + ".sha256")))
                file = (folder / "backups" / name).string();
        return !file.empty();
    })) << file_text(folder / "crossdock.toml");
    const Ran verified = here({"verify", file});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST_F(BackupCommands, WhatIsWrongWithAFileIsSaid) {
    { const RunningHub once(folder.path()); }
    ASSERT_EQ(here({"backup", "good.db"}).code, 0);
    std::string bytes = file_text(folder / "good.db");
    bytes.replace(bytes.size() / 2, 100, std::string(100, '\x5A'));
    write_text(folder / "good.db", bytes);
    const Ran bad = here({"verify", "good.db"});
    EXPECT_EQ(bad.code, 1);
    EXPECT_NE(bad.out.find("not sound: "), std::string::npos) << bad.out << bad.err;
    const Ran refused = here({"restore", "good.db"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("nothing was changed"), std::string::npos) << refused.err;
    EXPECT_EQ(here({"verify", "absent.db"}).code, 1);
    EXPECT_EQ(here({"verify"}).code, 2);
    EXPECT_EQ(here({"restore", "crossdock.toml"}).code, 1);
}

}  // namespace
}  // namespace crossdock::testing
