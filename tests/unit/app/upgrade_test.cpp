// SPDX-License-Identifier: Apache-2.0
// Databases of every earlier schema, with rows in every table it had, brought to the newest; and whatever can go wrong
// on the way.
#include "app/upgrade.h"

#include <fstream>

#include "app/backup.h"
#include "app/backup_commands.h"
#include "app/keys.h"
#include "app/restore.h"
#include "app/upgrade_door.h"
#include "hub_fixture.h"
#include "old_database.h"
#include "store/meta.h"
#include "support/power_cut_vfs.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class EverySchema : public HubTest<ManualClock>, public ::testing::WithParamInterface<int> {
protected:
    db::Options file() const {
        db::Options with;
        with.path = (folder / "hub.db").string();
        return with;
    }
    http::Response ask(const std::string& method, const std::string& path, const http::Fields& query,
                       const std::string& key, const std::string& body = "") {
        http::Request request;
        request.method = method;
        request.path = path;
        request.query = query;
        request.target = path;
        request.remote_address = "127.0.0.1";
        request.headers = {{"x-api-key", key}};
        if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
        request.body = body;
        return hub->router().dispatch(request,
                                      [](const http::Request&, const std::string& what) { ADD_FAILURE() << what; });
    }
};

TEST_P(EverySchema, ComesWithAllItsRowsAndGoesOnWorking) {
    const int schema = GetParam();
    make_old_database(file(), schema, clock);
    Columns columns;
    Content before;
    {
        auto old = db::Database::open(file());
        ASSERT_TRUE(old);
        columns = columns_of(**old);
        before = content_of(**old, columns);
        std::size_t rows = 0;
        for (const auto& [table, held] : before) rows += held.size();
        EXPECT_GT(rows, 25U);
    }
    {
        auto database = std::move(*db::Database::open(file()));
        const auto report = upgrade(database, {file(), "1.0"}, clock);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->from, schema);
        EXPECT_EQ(report->to, db::newest_schema());
        EXPECT_TRUE(database->check(true).empty());
        const Content after = content_of(*database, columns);
        for (const auto& [table, held] : before) EXPECT_EQ(after.at(table), held) << table;
    }
    // The copy of it as it was is a backup like any other.
    std::vector<std::string> copies;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        if (entry.path().filename().string().find(".schema-") != std::string::npos)
            copies.push_back(entry.path().string());
    ASSERT_EQ(copies.size(), 1U);
    const auto verified = verify_backup(copies.front());
    ASSERT_TRUE(verified);
    EXPECT_TRUE(verified->is_sound());
    EXPECT_EQ(verified->schema, schema);
    EXPECT_EQ(verified->stamp->rows.at("orders"), 2);

    // The hub works on it: the ERP reads and acknowledges, and what waited is carried out.
    open(options());
    const auto key = create_key(hub->database(), random, "default", "erp", "erp", clock.now(), {});
    ASSERT_TRUE(key) << key.error().message;
    const std::string text{key->text.reveal()};
    const auto list = json::parse(ask("GET", "/api/v1/orders", {{"since", "2020-01-01T00:00:00Z"}}, text).body);
    ASSERT_EQ(list.size(), 2U) << list;
    const auto acked = ask("POST", "/api/v1/orders/ack", {}, text, R"({"ids":[1,2]})");
    EXPECT_EQ(json::parse(acked.body), json({{"updated", 1}})) << "2 was acknowledged before";
    clock.advance(1h);
    for (int i = 0; i < 200 && hub->runner().run_one(); ++i) continue;
    EXPECT_EQ(count("jobs WHERE kind = 'remap_orders' AND state = 'done'"), 1);
    EXPECT_EQ(count("orders WHERE imported_at_ms IS NOT NULL"), 2);
}

TEST_P(EverySchema, OfABackupIsRestoredAndBroughtUp) {
    make_old_database(file(), GetParam(), clock);
    const std::string backup = (folder / "old.db").string();
    {
        auto old = db::Database::open(file());
        ASSERT_TRUE(make_backup(**old, clock, {backup, "0.1", {}, nullptr}));
    }
    fs::remove(folder / "hub.db");
    const auto restored = restore_backup({backup, file().path, folder / "crossdock.key"}, clock);
    ASSERT_TRUE(restored) << restored.error().message;
    open(options());
    EXPECT_EQ(count("orders"), 2);
    EXPECT_EQ(count("inventory_updates WHERE error_code = 'restored'"), 2);
    EXPECT_EQ(count("meta WHERE name = 'reconcile_first_since_ms'"), 1);
}

TEST_P(EverySchema, IsLeftAloneByCommandsAndBackedUpAsItIs) {
    const int schema = GetParam();
    make_old_database(file(), schema, clock);
    HubOptions command = options();
    command.may_upgrade = false;
    const auto schema_now = [&] {
        auto old = db::Database::open(file());
        return old ? (*old)->read([](db::Session& session) { return db::schema_of(session); }) : -1;
    };
    // As a kill leaves it: the check that is due then is not forgotten.
    crossdock::testing::write_text(folder / "hub.db.running", "r");
    const auto refused = Hub::open(command, {clock, random, network, connector_factories()});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "db_older");
    for (const std::string& word : {"has schema " + std::to_string(schema), std::string{"Start the hub"}})
        EXPECT_NE(refused.error().message.find(word), std::string::npos) << refused.error().message;
    EXPECT_EQ(schema_now(), schema);
    {
        auto old = db::Database::open(file());
        ASSERT_TRUE(old);
        (*old)->read([](db::Session& session) { EXPECT_EQ(store::get_meta(session, "database_check_wanted"), "1"); });
    }
    command.backup.folder = (folder / "backups").string();
    for (const std::string& named : {std::string{}, (folder / "copy.db").string()}) {
        const auto made = back_up_older(command, clock, named);
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_EQ(made->at("schema"), schema);
        const auto verified = verify_backup(made->at("file"));
        ASSERT_TRUE(verified);
        EXPECT_TRUE(verified->is_sound());
        EXPECT_EQ(verified->stamp->rows.at("orders"), 2);
    }
    EXPECT_EQ(back_up_older(command, clock, (folder / "copy.db").string()).error().code, "backup_exists");
    EXPECT_EQ(schema_now(), schema);
    for (const auto& entry : fs::directory_iterator(folder.path()))
        EXPECT_EQ(entry.path().filename().string().find(".schema-"), std::string::npos) << entry.path();

    open(options());
    EXPECT_EQ(count("orders"), 2);
    command.may_upgrade = false;
    open(command);  // once it is up to date, commands go on
}

std::vector<int> earlier_schemas() {
    std::vector<int> all;
    for (int schema = 1; schema < db::newest_schema(); ++schema) all.push_back(schema);
    return all;
}
INSTANTIATE_TEST_SUITE_P(Earlier, EverySchema, ::testing::ValuesIn(earlier_schemas()),
                         [](const auto& row) { return "Schema" + std::to_string(row.param); });

class Upgrades : public ::testing::Test {
protected:
    Upgrades() {
        make_old_database(file(), kOld, clock);
        database = std::move(*db::Database::open(file()));
        columns = columns_of(*database);
        before = content_of(*database, columns);
    }
    db::Options file() const {
        db::Options with;
        with.path = (folder / "hub.db").string();
        return with;
    }
    int schema() const {
        return database->read([](db::Session& session) { return db::schema_of(session); });
    }
    std::vector<std::string> beside(const std::string& word) const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder.path()))
            if (entry.path().filename().string().find(word) != std::string::npos)
                found.push_back(entry.path().filename().string());
        return found;
    }
    void expect_untouched() {
        EXPECT_EQ(schema(), kOld);
        EXPECT_EQ(content_of(*database, columns), before);
        EXPECT_TRUE(beside("rehearsal").empty());
        EXPECT_TRUE(beside(".schema-").empty()) << "attempts that fail must not fill the disk";
    }

    static constexpr int kOld = 6;
    crossdock::testing::TemporaryFolder folder;
    ManualClock clock{from_ms(1'763'630'130'000)};
    log::Capture quiet{log::Level::info};
    std::unique_ptr<db::Database> database;
    Columns columns;
    Content before;
};

TEST_F(Upgrades, SayHowFarTheyAre) {
    std::vector<int> told;
    UpgradeOptions options{file(), "1.0"};
    options.progress = [&](const UpgradeProgress& progress) {
        EXPECT_FALSE(progress.doing.empty());
        told.push_back(progress.percent);
    };
    ASSERT_TRUE(upgrade(database, options, clock));
    ASSERT_FALSE(told.empty());
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_EQ(told.back(), 100);
    told.clear();
    ASSERT_TRUE(upgrade(database, options, clock));
    EXPECT_TRUE(told.empty()) << "there is nothing to do";
}

TEST_F(Upgrades, AMigrationThatFailsOnTheCopyTouchesNothing) {
    auto broken = migrations_upto(kOld);
    broken.push_back({"0007_broken.sql", "CREATE TABLE c (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"});
    UpgradeOptions options{file(), "1.0"};
    options.migrations = broken;
    const auto report = upgrade(database, options, clock);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "upgrade_failed");
    EXPECT_NE(report.error().message.find("0007_broken.sql"), std::string::npos) << report.error().message;
    EXPECT_NE(report.error().message.find("The database is as it was"), std::string::npos);
    expect_untouched();
}

TEST_F(Upgrades, OneThatGoesWrongAfterwardsIsTakenBack) {
    int looks = 0;
    UpgradeOptions options{file(), "1.0"};
    options.self_test = [&](db::Database&) { return ++looks == 1 ? std::string{} : std::string{"it does not answer"}; };
    const auto report = upgrade(database, options, clock);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "upgrade_failed");
    for (const char* words : {"it does not answer", "The old database was put back", ".failed-upgrade-"})
        EXPECT_NE(report.error().message.find(words), std::string::npos) << report.error().message;
    expect_untouched();
    EXPECT_EQ(beside(".failed-upgrade-").size(), 1U);
    // Started again and again, it does not fill the disk.
    for (int i = 0; i < 3; ++i) {
        clock.advance(1min);
        looks = 0;
        EXPECT_FALSE(upgrade(database, options, clock));
    }
    expect_untouched();
    EXPECT_EQ(beside(".failed-upgrade-").size(), 1U);
    // The next attempt, with the fault mended, comes through.
    clock.advance(1min);
    ASSERT_TRUE(upgrade(database, {file(), "1.0"}, clock));
    EXPECT_EQ(schema(), db::newest_schema());
}

TEST_F(Upgrades, OneThatCannotBeLookedAtAfterwardsIsTakenBack) {
    int looks = 0;
    UpgradeOptions options{file(), "1.0"};
    options.self_test = [&](db::Database&) -> std::string {
        if (++looks > 1) throw db::Failure(db::Failure::Kind::io, "the disk does not answer");
        return {};
    };
    const auto report = upgrade(database, options, clock);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "upgrade_failed");
    for (const char* words : {"the disk does not answer", "The old database was put back"})
        EXPECT_NE(report.error().message.find(words), std::string::npos) << report.error().message;
    expect_untouched();
}

TEST_F(Upgrades, AFailedOneThatWasKeptGoesTogetherWithItsLog) {
    const std::string earlier = "hub.db.failed-upgrade-20251101T000000Z";
    crossdock::testing::write_text(folder / earlier, "an earlier one");
    crossdock::testing::write_text(folder / (earlier + "-wal"), "its log");
    const auto now = fs::file_time_type::clock::now();
    fs::last_write_time(folder / earlier, now - std::chrono::hours{100});
    fs::last_write_time(folder / (earlier + "-wal"), now + std::chrono::hours{1});  // a clock that was put back
    int looks = 0;
    UpgradeOptions options{file(), "1.0"};
    options.self_test = [&](db::Database&) { return ++looks == 1 ? std::string{} : std::string{"it does not answer"}; };
    EXPECT_FALSE(upgrade(database, options, clock));
    EXPECT_EQ(beside(".failed-upgrade-"), std::vector<std::string>{"hub.db.failed-upgrade-20251120T091530Z"});
}

TEST_F(Upgrades, ADamagedDatabaseIsNotTried) {
    database->close();
    std::fstream out(folder / "hub.db", std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(fs::file_size(folder / "hub.db"));
    for (std::streamoff at = size - 5 * 4'096; at < size; at += 4'096) {
        out.seekp(at);
        out << std::string(200, '\x5A');
    }
    out.close();
    database = std::move(*db::Database::open(file()));
    const auto report = upgrade(database, {file(), "1.0"}, clock);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "upgrade_unsound");
    EXPECT_NE(report.error().message.find("crossdock restore"), std::string::npos);
    EXPECT_EQ(schema(), kOld);
    EXPECT_TRUE(beside(".schema-").empty());
}

TEST_F(Upgrades, KeepThreeCopies) {
    for (int i = 1; i <= 5; ++i) {
        const std::string name = "hub.db.schema-" + std::to_string(i) + "-2026010" + std::to_string(i) + "T000000Z";
        crossdock::testing::write_text(folder / name, "an earlier copy");
        fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours{100 - i});
    }
    ASSERT_TRUE(upgrade(database, {file(), "1.0"}, clock));
    auto kept = beside(".schema-");
    std::sort(kept.begin(), kept.end());
    EXPECT_EQ(kept, (std::vector<std::string>{"hub.db.schema-4-20260104T000000Z", "hub.db.schema-5-20260105T000000Z",
                                              "hub.db.schema-6-20251120T091530Z"}));
}

/// Killed in the middle and started again within the same second.
TEST_F(Upgrades, TheCopyOfATryAMomentAgoIsInNobodysWay) {
    const std::string earlier = "hub.db.schema-6-20251120T091530Z";
    crossdock::testing::write_text(folder / earlier, "an earlier copy");
    const auto report = upgrade(database, {file(), "1.0"}, clock);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(crossdock::testing::file_text(folder / earlier), "an earlier copy");
    auto kept = beside(".schema-");
    std::sort(kept.begin(), kept.end());
    EXPECT_EQ(kept, (std::vector<std::string>{earlier, earlier + "-2"}));
}

TEST_F(Upgrades, ANewerDatabaseIsRefusedWithoutACopy) {
    database->write([](db::Session& session) { session.run_script("PRAGMA user_version = 99"); });
    const auto report = upgrade(database, {file(), "1.0"}, clock);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "db_newer");
    EXPECT_TRUE(beside(".schema-").empty());
}

TEST(UpgradesOnBadDisks, APowerCutAtAnyMomentLeavesTheOldOrTheNewWithAllItsRows) {
    constexpr int kOld = 5;
    constexpr std::uint64_t kStep = 13;
    const log::Capture quiet{log::Level::error};
    ManualClock clock{from_ms(1'763'630'130'000)};
    db::Options options;
    options.path = "hub.db";
    std::string name;  // as the disk knows it
    std::string image;
    Columns columns;
    Content before;
    {
        crossdock::testing::PowerCutDisk disk;
        options.engine_layer = disk.name();
        make_old_database(options, kOld, clock);
        for (const std::string& one : disk.files()) {
            if (!one.ends_with("hub.db")) continue;
            name = one;
            image = *disk.content(one);
        }
        auto opened = db::Database::open(options);
        ASSERT_TRUE(opened);
        columns = columns_of(**opened);
        before = content_of(**opened, columns);
    }
    int old_ones = 0;
    int new_ones = 0;
    for (std::uint64_t moment = 1;; moment += kStep) {
        crossdock::testing::PowerCutDisk disk(moment);
        options.engine_layer = disk.name();
        disk.put(name, image);
        auto database = std::move(*db::Database::open(options));
        disk.cut_at(moment, moment);
        bool done = false;
        try {
            done = bool(upgrade(database, {options, "1.0"}, clock));
        } catch (const db::Failure&) {
            // The disk is gone.
        }
        if (!done) disk.cut(moment);
        database.reset();
        disk.power_on();
        auto again = db::Database::open(options);
        ASSERT_TRUE(again) << "moment " << moment << ": " << again.error().message;
        const int schema = (*again)->read([](db::Session& session) { return db::schema_of(session); });
        ASSERT_TRUE(schema == kOld || schema == db::newest_schema()) << "moment " << moment << ": schema " << schema;
        (schema == kOld ? old_ones : new_ones)++;
        EXPECT_TRUE((*again)->check(true).empty());
        EXPECT_EQ(content_of(**again, columns), before) << "moment " << moment;
        clock.advance(1min);  // a name of its own for the copy
        const auto second = upgrade(*again, {options, "1.0"}, clock);
        EXPECT_TRUE(second) << "moment " << moment << ": " << second.error().message;
        EXPECT_EQ(content_of(**again, columns), before);
        if (done) break;
    }
    EXPECT_GT(old_ones, 10);
    EXPECT_GT(new_ones, 0);
    std::printf(
        "[figures] power cut at %d moments of an upgrade: %d times the old schema, %d times the new, 0 rows lost\n",
        old_ones + new_ones, old_ones, new_ones);
}

TEST(UpgradesOnBadDisks, AFullDiskAtAnyMomentLeavesTheOldOne) {
    constexpr int kOld = 5;
    constexpr std::uint64_t kStep = 11;
    const log::Capture quiet{log::Level::error};
    ManualClock clock{from_ms(1'763'630'130'000)};
    int refused = 0;
    for (std::uint64_t nth = 1;; nth += kStep) {
        crossdock::testing::PowerCutDisk disk(nth);
        db::Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        make_old_database(options, kOld, clock);
        auto database = std::move(*db::Database::open(options));
        disk.fail(crossdock::testing::PowerCutDisk::Fault::full, nth, true);
        const auto report = upgrade(database, {options, "1.0"}, clock);
        const bool met = disk.has_failed();
        disk.heal();
        if (met && !report) {
            EXPECT_NE(report.error().message.find("The database is as it was"), std::string::npos)
                << report.error().message;
            ++refused;
        }
        database.reset();
        auto again = db::Database::open(options);
        ASSERT_TRUE(again);
        const int schema = (*again)->read([](db::Session& session) { return db::schema_of(session); });
        EXPECT_EQ(schema, report ? db::newest_schema() : kOld);
        clock.advance(1min);
        EXPECT_TRUE(upgrade(*again, {options, "1.0"}, clock));
        if (!met) break;
    }
    EXPECT_GT(refused, 5);
    std::printf(
        "[figures] disk full at %d moments of an upgrade: the old database each time, and the next attempt comes "
        "through\n",
        refused);
}

}  // namespace
}  // namespace crossdock::app
