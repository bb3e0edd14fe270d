// SPDX-License-Identifier: Apache-2.0
// The real binary on a disk that fills, fails or can suddenly only be read, after a page of its database rotted, and
// after its log was cut: nothing that was answered with yes is lost, and what it says tells what to do. What happens at
// every single call of the disk is tested below, with a disk in memory (unit/db, unit/app).
#include <algorithm>
#include <cstdio>
#include <set>

#include "integration/running_hub.h"
#include "unit/app/old_database.h"

namespace crossdock::testing {
namespace {

class BadDisk : public ::testing::Test {
protected:
    void SetUp() override {
        db::Options options;
        options.path = database_.string();
        app::make_old_database(options, db::newest_schema(), SystemClock{});
        std::filesystem::create_directory(folder_ / "disk");
        write_text(folder_ / "crossdock.toml", config_text(""));
    }
    /// With a disk that the test may make bad; skips where nothing can be preloaded.
    void start() {
        auto options = RunningHub::options(folder_.path());
        options.environment.emplace_back("LD_PRELOAD", CROSSDOCK_BAD_DISK);
        options.environment.emplace_back("CROSSDOCK_TEST_DISK_FOLDER", folder_.file("disk"));
        hub_ = std::make_unique<RunningHub>(folder_.path(), options);
        if (key_.empty()) key_ = hub_->make_key("erp metrics:read");
        erp_ = std::make_unique<Client>(hub_->url(), key_);
    }
    void make(const char* how) const { write_text(folder_.path() / "disk" / how, ""); }
    void heal(const char* how) const { std::filesystem::remove(folder_.path() / "disk" / how); }
    Answer acknowledge(std::int64_t order) const { return erp_->post("/api/v1/orders/ack", {{"ids", {order}}}); }
    std::size_t waiting() const {
        return erp_->get("/api/v1/orders?imported=false&raw=0&since=2020-01-01T00:00:00Z").body.size();
    }
    /// Whether health has a finding with that code, and what to do about it.
    bool says(const std::string& code) const {
        const Answer health = erp_->get("/api/v1/health");
        for (const json& finding : health.body.value("details", json::array()))
            if (finding.value("code", "") == code) return !finding.value("next_step", "").empty();
        return false;
    }
    Ran here(const std::vector<std::string>& arguments) const {
        return run(arguments, RunningHub::options(folder_.path()));
    }

    TemporaryFolder folder_;
    const std::filesystem::path database_ = folder_ / "crossdock.db";
    std::unique_ptr<RunningHub> hub_;
    std::unique_ptr<Client> erp_;
    std::string key_;
};

TEST_F(BadDisk, AFullOneRefusesWritesWithWordsGoesOnReadingAndIsWellAgainWithRoom) {
    if (std::string_view{CROSSDOCK_BAD_DISK}.empty()) GTEST_SKIP() << "nothing can be preloaded under a sanitizer";
    start();
    ASSERT_EQ(waiting(), 1U);
    make("full");
    const Answer refused = acknowledge(1);
    EXPECT_EQ(refused.status, 503) << refused.text;
    std::printf("[words] disk full: %s\n", refused.text.c_str());
    EXPECT_NE(refused.body.value("error", "").find("disk is full"), std::string::npos) << refused.text;
    EXPECT_TRUE(std::any_of(refused.headers.begin(), refused.headers.end(), [](const auto& header) {
        return header.first == "Retry-After" || header.first == "retry-after";
    }));
    EXPECT_EQ(waiting(), 1U) << "reads go on, and nothing is half done";
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] { return says("writes_fail"); }));
    EXPECT_EQ(erp_->get("/api/v1/health").status, 200);
    EXPECT_EQ(erp_->get("/readyz").status, 200) << "reads go on";
    EXPECT_GT(json::parse(here({"status", "--json"}).out).at("findings").at("errors"), 0);
    EXPECT_NE(here({"doctor"}).out.find("[writes_fail]"), std::string::npos);
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return hub_->process().err().find("free space at ") != std::string::npos;
    })) << "the log says what to do";
    const Ran backup = here({"backup", "full.db"});
    EXPECT_EQ(backup.code, 1);
    std::printf("[words] backup, disk full: %s", backup.err.c_str());
    EXPECT_NE(backup.err.find("is full"), std::string::npos) << backup.err;
    EXPECT_NE(backup.err.find("make room there, or name another folder"), std::string::npos) << backup.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "full.db"));
    EXPECT_FALSE(hub_->process().ended());
    heal("full");
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] { return !says("writes_fail"); })) << "by itself";
    EXPECT_EQ(acknowledge(1).body, json({{"updated", 1}}));
    EXPECT_EQ(waiting(), 0U);
    hub_->process().kill_hard();
    start();
    EXPECT_EQ(waiting(), 0U) << "what was answered with yes outlives a kill";
    EXPECT_EQ(here({"backup", "full.db"}).code, 0);
}

TEST_F(BadDisk, OneThatCanSuddenlyOnlyBeReadOrFailsEndsTheHubAndTheNextStartHasEverythingThatWasAcknowledged) {
    if (std::string_view{CROSSDOCK_BAD_DISK}.empty()) GTEST_SKIP() << "nothing can be preloaded under a sanitizer";
    for (const char* how : {"read-only", "failing"}) {
        start();
        ASSERT_EQ(here({"key", "create", "--name", how}).code, 0);
        make(how);
        const Answer refused = acknowledge(1);
        EXPECT_NE(refused.status, 200) << how << ": " << refused.text;
        EXPECT_EQ(hub_->process().wait(std::chrono::seconds{30}), 1) << how << ": it cannot know what is on the disk";
        const std::string log = hub_->process().err();
        const auto at = log.find("database_unusable");
        ASSERT_NE(at, std::string::npos) << log;
        EXPECT_NE(log.find("Look at the disk", at), std::string::npos) << log;
        std::printf("[words] disk %s: %s\n", how, log.substr(at, log.find('\n', at) - at).c_str());
        heal(how);
        start();
        EXPECT_EQ(waiting(), 1U) << how << ": refused is not done";
        EXPECT_NE(here({"key", "list", "--json"}).out.find(how), std::string::npos) << "acknowledged before, and there";
        hub_->process().terminate();
        EXPECT_EQ(hub_->process().wait(), 0);
    }
    start();
    EXPECT_EQ(acknowledge(1).body, json({{"updated", 1}}));
}

TEST_F(BadDisk, ARottenPageIsRefusedAfterACrashAndTheBackupPutsItRight) {
    {
        RunningHub hub(folder_.path());
        key_ = hub.make_key();
        ASSERT_EQ(here({"backup", "good.db"}).code, 0);
        hub.process().terminate();
        ASSERT_EQ(hub.process().wait(), 0);
    }
    {
        RunningHub hub(folder_.path());
        hub.process().kill_hard();
    }
    std::string bytes = file_text(database_);
    const std::size_t page = 4'096;
    for (std::size_t at = bytes.size() / 2 / page * page; at < bytes.size(); at += page)
        bytes.replace(at, 100, std::string(100, '\x5A'));
    write_text(database_, bytes);
    const Ran refused = here({"serve"});
    EXPECT_EQ(refused.code, 1);
    std::printf("[words] rotten page: %s", refused.err.c_str());
    EXPECT_NE(refused.err.find("is damaged ("), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("crossdock restore FILE"), std::string::npos) << refused.err;
    ASSERT_EQ(here({"restore", "good.db"}).code, 0);
    RunningHub hub(folder_.path());
    Client erp(hub.url(), key_);
    EXPECT_EQ(erp.get("/api/v1/orders?since=2020-01-01T00:00:00Z").body.size(), 2U);
    bool kept = false;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
        kept = kept || entry.path().filename().string().find(".replaced-") != std::string::npos;
    EXPECT_TRUE(kept) << "the damaged one may still be needed";
}

TEST_F(BadDisk, ALogThatWasCutHasWholeCommitsUpToTheCut) {
    constexpr int kCommits = 12;
    {
        RunningHub hub(folder_.path());
        // A reader that stays keeps the commits after it from being moved out of the log.
        sqlite3* reader = nullptr;
        ASSERT_EQ(sqlite3_open_v2(database_.c_str(), &reader, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM orders", nullptr, nullptr, nullptr), SQLITE_OK);
        for (int i = 0; i < kCommits; ++i)
            ASSERT_EQ(here({"key", "create", "--name", "cut-" + std::to_string(i)}).code, 0);
        hub.process().kill_hard();
        sqlite3_close(reader);
    }
    const std::filesystem::path log = folder_ / "crossdock.db-wal";
    const auto size = std::filesystem::exists(log) ? std::filesystem::file_size(log) : 0;
    ASSERT_GT(size, 0U);
    std::filesystem::resize_file(log, size * 6 / 10);
    RunningHub hub(folder_.path());
    const json keys = json::parse(here({"key", "list", "--json"}).out);
    std::set<std::string> names;
    for (const json& key : keys) names.insert(key.at("name").get<std::string>());
    int first = 0;
    while (names.count("cut-" + std::to_string(first)) > 0) ++first;
    for (int i = first; i < kCommits; ++i)
        EXPECT_EQ(names.count("cut-" + std::to_string(i)), 0U) << "a gap at " << first;
    EXPECT_LT(first, kCommits) << "or nothing is shown";
    std::printf("[figures] log cut to 60 %%: the first %d of %d commits are there\n", first, kCommits);
    hub.process().terminate();
    EXPECT_EQ(hub.process().wait(), 0);
    const Ran backup = here({"backup", "after-cut.db"});
    EXPECT_EQ(backup.code, 0) << "every page is sound: " << backup.err;
}

}  // namespace
}  // namespace crossdock::testing
