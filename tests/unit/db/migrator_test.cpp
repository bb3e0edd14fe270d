// SPDX-License-Identifier: Apache-2.0
#include "db/migrator.h"

#include <string>
#include <vector>

#include "base/clock.h"
#include "db/driver.h"
#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

const std::vector<Migration> kTwo = {
    {"0001_start.sql", "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO a VALUES (1);\n"},
    {"0002_more.sql", "CREATE TABLE b (y TEXT) STRICT;\nALTER TABLE a ADD COLUMN z TEXT;\n"},
};

class Migrator : public ::testing::Test {
protected:
    Migrator() {
        options_.path = "hub.db";
        options_.engine_layer = disk_.name();
        database_ = open_or_throw(options_);
    }
    int version() {
        return database_->read([](Session& session) { return session.connection().schema_version(); });
    }
    bool has_table(const char* name) {
        return database_->read([&](Session& session) { return session.connection().has_table(name); });
    }
    static std::vector<Migration> with(Migration last) {
        auto all = kTwo;
        all.push_back(last);
        return all;
    }

    testing::PowerCutDisk disk_;
    Options options_;
    ManualClock clock_{from_ms(1'763'630'130'000)};
    std::unique_ptr<Database> database_;
};

TEST_F(Migrator, BringsAFreshDatabaseToTheNewestSchemaAndThenHasNothingToDo) {
    const auto first = migrate(*database_, clock_, kTwo);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->from, 0);
    EXPECT_EQ(first->to, 2);
    EXPECT_EQ(first->applied, (std::vector<std::string>{"0001_start.sql", "0002_more.sql"}));
    const auto commits = database_->figures().commits;
    const auto second = migrate(*database_, clock_, kTwo);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->from, 2);
    EXPECT_TRUE(second->applied.empty());
    EXPECT_EQ(database_->figures().commits, commits) << "nothing was written";
    EXPECT_EQ(version(), 2);
    database_->read([&](Session& session) {
        Statement rows(session,
                       "SELECT number, name, length(hash), applied_at_ms FROM schema_migrations ORDER BY number");
        ASSERT_TRUE(rows.step());
        EXPECT_EQ(rows.integer(0), 1);
        EXPECT_EQ(rows.text(1), "0001_start.sql");
        EXPECT_EQ(rows.integer(2), 16);
        EXPECT_EQ(rows.time(3), clock_.now());
    });
}

TEST_F(Migrator, AppliesOnlyWhatIsNew) {
    ASSERT_TRUE(migrate(*database_, clock_, {kTwo[0]}));
    const auto report = migrate(*database_, clock_, kTwo);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->from, 1);
    EXPECT_EQ(report->applied, std::vector<std::string>{"0002_more.sql"});
}

TEST_F(Migrator, RefusesAReleasedMigrationThatWasChanged) {
    ASSERT_TRUE(migrate(*database_, clock_, kTwo));
    auto changed = with({"0003_new.sql", "CREATE TABLE c (x INTEGER) STRICT;"});
    changed[0].script = "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO a VALUES (2);\n";
    for (const auto& list : {std::vector<Migration>{changed[0], changed[1]}, changed}) {
        const auto report = migrate(*database_, clock_, list);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, "db_migration_changed");
        EXPECT_NE(report.error().message.find("0001_start.sql"), std::string::npos);
    }
    EXPECT_EQ(version(), 2);
    EXPECT_FALSE(has_table("c"));
}

TEST_F(Migrator, DoesNotTakeWindowsLineEndsForAChange) {
    ASSERT_TRUE(migrate(*database_, clock_, kTwo));
    auto checked_out = kTwo;
    checked_out[0].script = "CREATE TABLE a (x INTEGER) STRICT;\r\nINSERT INTO a VALUES (1);\r\n";
    EXPECT_TRUE(migrate(*database_, clock_, checked_out));
}

TEST_F(Migrator, RefusesANewerDatabase) {
    ASSERT_TRUE(migrate(*database_, clock_, kTwo));
    const auto report = migrate(*database_, clock_, {kTwo[0]});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "db_newer");
    EXPECT_EQ(version(), 2);
}

TEST_F(Migrator, AFailureInTheMiddleLeavesTheOldSchema) {
    ASSERT_TRUE(migrate(*database_, clock_, {kTwo[0]}));
    auto list = with({"0003_broken.sql", "CREATE TABLE c (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"});
    try {
        static_cast<void>(migrate(*database_, clock_, list));
        FAIL() << "it is broken";
    } catch (const Failure& failure) {
        EXPECT_NE(std::string{failure.what()}.find("0003_broken.sql"), std::string::npos) << failure.what();
    }
    EXPECT_EQ(version(), 1);
    EXPECT_FALSE(has_table("b")) << "the sound one before it is undone with it";
    EXPECT_FALSE(has_table("c"));
    ASSERT_TRUE(migrate(*database_, clock_, kTwo));
    EXPECT_EQ(version(), 2);
}

TEST_F(Migrator, RefusesScriptsThatEndTheirTransactionAndListsWithGaps) {
    EXPECT_EQ(
        failure_of([&] {
            static_cast<void>(migrate(*database_, clock_, {{"0001_commits.sql", "CREATE TABLE a (x) ; COMMIT;"}}));
        }),
        Failure::Kind::bug);
    for (const auto& list :
         std::vector<std::vector<Migration>>{{{"0002_b.sql", ""}}, {kTwo[0], kTwo[0]}, {{"start.sql", ""}}}) {
        EXPECT_EQ(failure_of([&] { static_cast<void>(migrate(*database_, clock_, list)); }), Failure::Kind::bug);
    }
}

TEST_F(Migrator, APowerCutAtAnyMomentLeavesTheOldOrTheNew) {
    int old_ones = 0;
    int new_ones = 0;
    for (std::uint64_t moment = 1;; ++moment) {
        testing::PowerCutDisk disk(moment);
        Options options;
        options.path = "hub.db";
        options.engine_layer = disk.name();
        auto database = open_or_throw(options);
        ASSERT_TRUE(migrate(*database, clock_, {kTwo[0]}));
        disk.cut_at(moment, moment);
        const bool failed = failure_of([&] { static_cast<void>(migrate(*database, clock_, kTwo)); }).has_value();
        if (!failed) disk.cut(moment);
        database.reset();
        disk.power_on();
        // This program's own list decides what is too new for open(); schema 2 must be looked at without it.
        auto raw = Database::open(options);
        if (!raw) {
            ASSERT_EQ(raw.error().code, "db_newer");
            ++new_ones;
        } else {
            (*raw)->read([&](Session& session) {
                const int now = session.connection().schema_version();
                ASSERT_GE(now, 1) << "moment " << moment << (failed ? " failed" : " went through");
                EXPECT_EQ(session.connection().has_table("b"), now == 2);
                EXPECT_EQ(ask_integer(session, "SELECT count(*) FROM schema_migrations"), now);
                (now == 2 ? new_ones : old_ones)++;
            });
            EXPECT_TRUE((*raw)->check(true).empty());
        }
        if (!failed) break;
    }
    EXPECT_GT(old_ones, 3);
    EXPECT_GT(new_ones, 0);
}

TEST_F(Migrator, TheProgramsOwnMigrationsApply) {
    ASSERT_GT(newest_schema(), 0);
    const auto report = migrate(*database_, clock_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->to, newest_schema());
    EXPECT_EQ(database_->write([](Session& session) { return session.next_sequence(); }), 1);
    EXPECT_TRUE(database_->check(true).empty());
    database_.reset();
    database_ = open_or_throw(options_);
    EXPECT_TRUE(migrate(*database_, clock_));
}

}  // namespace
}  // namespace crossdock::db
