// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "hub_fixture.h"
#include "support/slow_disk.h"

namespace crossdock::app {
namespace {

using crossdock::testing::SlowDisk;

/// A hub at work whose database takes a minute to be read through.
class SlowCheck : public HubTest<SystemClock> {
protected:
    static constexpr int kPages = 3'000;

    SlowCheck() {
        open(slow_options());
        hub->database().write([](db::Session& session) {
            session.run_script(
                "CREATE TABLE filler (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                std::to_string(kPages) + ") INSERT INTO filler SELECT i, zeroblob(7000) FROM n");
        });
        EXPECT_TRUE(hub->stop(5s));
        hub.reset();
    }
    ~SlowCheck() override {
        SlowDisk::each_read(0ms);
        hub.reset();
    }
    HubOptions slow_options() const {
        HubOptions slow = options();
        slow.database.engine_layer = SlowDisk::name();
        slow.channels.front().schedule.orders = 1s;
        return slow;
    }
    /// As a crash would.
    void leave_unclean() const { std::ofstream(folder / "hub.db.running") << "r"; }
    bool is_due() {
        return hub->database().read([&](db::Session& session) { return DatabaseCheck::is_due(session, clock.now()); });
    }

    SlowDisk disk;
};

TEST_F(SlowCheck, AfterAnUncleanStopHoldsUpNeitherTimersNorAStopAndIsTakenUpAgain) {
    leave_unclean();
    open(slow_options());
    SlowDisk::each_read(20ms);
    const auto before = SlowDisk::reads();
    hub->start();
    ASSERT_TRUE(eventually(30s, [&] { return SlowDisk::reads() > before + 300; })) << "the check does not run";

    // The timer makes the job again while the file is read.
    const auto sweep = [&] {
        hub->database().write(
            [](db::Session& session) { session.run_script("DELETE FROM jobs WHERE kind = 'pull_orders'"); });
    };
    for (int i = 0; i < 3; ++i) {
        sweep();
        EXPECT_TRUE(eventually(60s, [&] { return count("jobs WHERE kind = 'pull_orders'") > 0; })) << i;
    }
    EXPECT_TRUE(is_due()) << "it still runs";
    EXPECT_EQ(hub->health().database_check, std::nullopt);

    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(hub->stop(20s));
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(took, 10s) << "reading the rest of the file would have taken longer";
    std::printf("[figures] a stop in the middle of a check of %d pages, 20 ms each: %lld ms\n", kPages,
                static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    SlowDisk::each_read(0ms);

    // That stop was clean; the check is owed all the same, by a command that opens the database in between, too.
    open(slow_options());
    hub.reset();
    open(slow_options());
    EXPECT_TRUE(is_due());
    hub->start();
    EXPECT_TRUE(eventually(60s, [&] { return hub->health().database_check.has_value(); }));
    EXPECT_TRUE(hub->health().database_check->sound);
    EXPECT_FALSE(is_due());
    EXPECT_TRUE(was_logged("database_checked"));
    EXPECT_EQ(find(hub->health(), "database_damaged"), nullptr);
}

class CheckedHub : public HubTest<ManualClock> {
protected:
    bool is_due() {
        return hub->database().read([&](db::Session& session) { return DatabaseCheck::is_due(session, clock.now()); });
    }
};

TEST_F(CheckedHub, IsCheckedOnceAWeekHoweverOftenItIsRestarted) {
    open(options());
    EXPECT_TRUE(is_due()) << "never done";
    ASSERT_TRUE(DatabaseCheck(hub->database(), clock).run());
    EXPECT_FALSE(is_due());
    for (int day = 1; day < 7; ++day) {
        clock.advance(24h);
        open(options());
        EXPECT_FALSE(is_due()) << day;
    }
    clock.advance(24h);
    open(options());
    EXPECT_TRUE(is_due());
    ASSERT_TRUE(DatabaseCheck(hub->database(), clock).run());
    EXPECT_FALSE(is_due());
    clock.jump_to(clock.now() - 24h * 365);
    EXPECT_TRUE(is_due()) << "it was done at a time that has not come yet: the clock was wrong";
}

TEST_F(CheckedHub, ShowsWhenHowLongAndWhatWasFound) {
    open(options());
    EXPECT_EQ(look_at_health(hub->env(), hub->runner()).database_check, std::nullopt);
    ASSERT_TRUE(DatabaseCheck(hub->database(), clock).run());
    auto report = look_at_health(hub->env(), hub->runner());
    EXPECT_EQ(report.database_check->at, clock.now());
    EXPECT_TRUE(report.database_check->sound);
    http::Request request;
    request.method = "GET";
    request.path = request.target = "/metrics";
    request.remote_address = "127.0.0.1";
    const auto metrics = [&] {
        return hub->router().dispatch(request, [](const http::Request&, const std::string&) {}).body;
    };
    EXPECT_NE(metrics().find("\ncrossdock_database_check_faults 0\n"), std::string::npos) << metrics();
    EXPECT_NE(metrics().find("\ncrossdock_database_check_age_seconds 0\n"), std::string::npos);

    hub->database().write([](db::Session& session) {
        session.run_script(
            "CREATE TABLE filler (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL) STRICT;"
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
            "INSERT INTO filler SELECT i, hex(zeroblob(2000)) FROM n");
    });
    ASSERT_TRUE(hub->stop(5s));
    hub.reset();
    {
        // Pages of the filler, whose rows lie at the end of the file.
        std::fstream file(folder / "hub.db", std::ios::in | std::ios::out | std::ios::binary);
        const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder / "hub.db"));
        for (std::streamoff page = 1; page <= 10; ++page) {
            file.seekp(size - page * 8'192);
            file << std::string(2'000, '\xA5');
        }
    }
    open(options());
    ASSERT_TRUE(DatabaseCheck(hub->database(), clock).run());
    report = look_at_health(hub->env(), hub->runner());
    EXPECT_FALSE(report.database_check->sound);
    const auto* finding = find(report, "database_damaged");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->severity, "error");
    EXPECT_FALSE(finding->next_step.empty());
    EXPECT_EQ(metrics().find("\ncrossdock_database_check_faults 0\n"), std::string::npos);
    EXPECT_TRUE(was_logged("database_damaged"));
}

}  // namespace
}  // namespace crossdock::app
