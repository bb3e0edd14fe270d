// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <thread>

#include "db/driver.h"
#include "db_fixture.h"
#include "support/power_cut_vfs.h"

namespace crossdock::db {
namespace {

using Kind = Failure::Kind;

class StatementTest : public ::testing::Test {
protected:
    StatementTest() {
        Options options;
        options.path = "hub.db";
        options.engine_layer = disk_.name();
        database_ = open_or_throw(options);
        create_tables(*database_);
    }

    testing::PowerCutDisk disk_;
    std::unique_ptr<Database> database_;
};

TEST_F(StatementTest, GivesBackEveryKindOfValue) {
    database_->write([](Session& session) {
        session.run_script(
            "CREATE TABLE kinds (a INTEGER, b INTEGER, c TEXT, d INTEGER, e INTEGER, f TEXT, g INTEGER) STRICT");
        Statement(session, "INSERT INTO kinds VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(std::int64_t{INT64_MIN}, true, "text", OrderId{7}, from_ms(1'763'630'130'250),
                  std::optional<std::string>{}, nullptr)
            .exec();
    });
    database_->read([](Session& session) {
        Statement row(session, "SELECT * FROM kinds");
        ASSERT_TRUE(row.step());
        EXPECT_EQ(row.integer(0), INT64_MIN);
        EXPECT_TRUE(row.flag(1));
        EXPECT_EQ(row.text(2), "text");
        EXPECT_EQ(row.id<OrderId>(3), OrderId{7});
        EXPECT_EQ(to_ms(row.time(4)), 1'763'630'130'250);
        EXPECT_EQ(row.optional_string(5), std::nullopt);
        EXPECT_EQ(row.optional_integer(6), std::nullopt);
        EXPECT_EQ(row.optional_time(6), std::nullopt);
        EXPECT_EQ(row.optional_time(4), from_ms(1'763'630'130'250));
        EXPECT_TRUE(row.is_null(6));
        EXPECT_FALSE(row.step());
    });
}

TEST_F(StatementTest, KeepsTextWithNulAndTellsEmptyFromNull) {
    const std::string with_nul("a\0b", 3);
    database_->write([&](Session& session) {
        add_note(session, 1, 1, with_nul);
        add_note(session, 1, 2, std::string_view{});
        add_note(session, 1, 3, std::string(70'000, 'x'));
    });
    database_->read([&](Session& session) {
        Statement notes(session, "SELECT text FROM notes ORDER BY number");
        ASSERT_TRUE(notes.step());
        EXPECT_EQ(notes.string(0), with_nul);
        ASSERT_TRUE(notes.step());
        EXPECT_FALSE(notes.is_null(0));
        EXPECT_EQ(notes.text(0), "");
        ASSERT_TRUE(notes.step());
        EXPECT_EQ(notes.text(0).size(), 70'000U);
    });
}

TEST_F(StatementTest, NeverWritesAValueOfAnEarlierUse) {
    database_->write([](Session& session) {
        Statement insert(session, "INSERT INTO notes (author, number, text) VALUES (?, ?, ?)");
        insert.bind(1, 1, "secret of account 1").exec();
        insert.bind(2, 1);  // the third is forgotten
        EXPECT_EQ(failure_of([&] { insert.exec(); }), Kind::bug);
    });
    EXPECT_EQ(database_->read([](Session& session) { return ask_integer(session, "SELECT count(*) FROM notes"); }), 1);
    // The same through the cache: another scope borrows the same prepared statement.
    database_->write([](Session& session) {
        Statement insert(session, "INSERT INTO notes (author, number, text) VALUES (?, ?, ?)");
        insert.bind(3, 1);
        EXPECT_EQ(failure_of([&] { insert.exec(); }), Kind::bug);
    });
}

TEST_F(StatementTest, SaysWhichMistakeWasMade) {
    database_->write([](Session& session) {
        add_note(session, 1, 1);
        add_note(session, 1, 2);
        Statement notes(session, "SELECT number FROM notes WHERE author = ?");
        EXPECT_EQ(failure_of([&] { notes.bind(1, 2); }), Kind::bug) << "too many values";
        notes.reset();
        EXPECT_EQ(failure_of([&] { static_cast<void>(notes.bind(1).integer(0)); }), Kind::bug) << "no row yet";
        ASSERT_TRUE(notes.step());
        EXPECT_EQ(failure_of([&] { static_cast<void>(notes.integer(1)); }), Kind::bug) << "no such column";
        EXPECT_EQ(failure_of([&] { notes.bind(2); }), Kind::bug) << "rows are still being read";
        EXPECT_EQ(failure_of([&] { Statement(session, "SELEC 1"); }), Kind::bug);
        EXPECT_EQ(failure_of([&] { Statement(session, "SELECT 1; SELECT 2"); }), Kind::bug);
        EXPECT_EQ(failure_of([&] { Statement(session, "  "); }), Kind::bug);
        EXPECT_EQ(failure_of([&] { session.run_script("COMMIT; BEGIN"); }), std::nullopt) << "ends where it began";
    });
}

TEST_F(StatementTest, CanBeUsedTwiceAtOnceWithTheSameText) {
    database_->write([](Session& session) {
        for (int number = 1; number <= 3; ++number) add_note(session, 1, number);
        const char* sql = "SELECT number FROM notes WHERE author = ? ORDER BY number";
        Statement outer(session, sql);
        outer.bind(1);
        std::int64_t pairs = 0;
        while (outer.step()) {
            Statement inner(session, sql);
            inner.bind(1);
            while (inner.step()) ++pairs;
        }
        EXPECT_EQ(pairs, 9);
    });
}

TEST_F(StatementTest, CountsTheRowsItChangedAndNoOthers) {
    database_->write([](Session& session) {
        for (int number = 1; number <= 5; ++number) add_note(session, 1, number);
        EXPECT_EQ(Statement(session, "UPDATE notes SET text = 'x' WHERE number > ?").bind(2).exec(), 3);
        EXPECT_EQ(Statement(session, "UPDATE notes SET text = 'x' WHERE number > ?").bind(9).exec(), 0);
        EXPECT_EQ(Statement(session, "SELECT * FROM notes").exec(), 0);
        EXPECT_EQ(Statement(session, "DELETE FROM notes RETURNING id").exec(), 5);
    });
}

TEST_F(StatementTest, SurvivesMoreDifferentStatementsThanTheCacheHolds) {
    database_->write([](Session& session) {
        add_note(session, 1, 1);
        for (int i = 0; i < 600; ++i) {
            Statement kept(session, "SELECT count(*) FROM notes");
            const std::string sql = "SELECT " + std::to_string(i) + " + count(*) FROM notes";
            Statement other(session, sql);
            ASSERT_TRUE(kept.step());
            ASSERT_TRUE(other.step());
            ASSERT_EQ(other.integer(0), i + 1);
        }
    });
}

TEST_F(StatementTest, StrictTablesRefuseWhatIsNotTheirType) {
    EXPECT_EQ(failure_of([&] {
                  database_->write([](Session& session) {
                      Statement(session, "INSERT INTO notes (author, number) VALUES (?, ?)").bind("abc", 1).exec();
                  });
              }),
              Kind::constraint);
}

TEST_F(StatementTest, ReadsCannotWrite) {
    EXPECT_EQ(failure_of([&] { database_->read([](Session& session) { add_note(session, 1, 1); }); }), Kind::bug);
    EXPECT_EQ(
        failure_of([&] { database_->read([](Session& session) { Statement(session, "DELETE FROM notes").exec(); }); }),
        Kind::bug);
    EXPECT_TRUE(
        failure_of([&] { database_->read([](Session& session) { session.run_script("DELETE FROM notes"); }); }));
}

TEST_F(StatementTest, SessionsStayWithTheThreadTheyWereLentTo) {
    database_->read([](Session& session) {
        std::optional<Kind> kind;
        std::thread([&] { kind = failure_of([&] { Statement(session, "SELECT 1"); }); }).join();
        EXPECT_EQ(kind, Kind::bug);
    });
}

TEST_F(StatementTest, DoesNotNameBoundValuesInFailures) {
    database_->write([](Session& session) { add_note(session, 77, 1, "Erika Mustermann"); });
    try {
        database_->write([](Session& session) { add_note(session, 77, 1, "Erika Mustermann"); });
        FAIL() << "the note is double";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.kind(), Kind::constraint);
        EXPECT_EQ(std::string{failure.what()}.find("Erika"), std::string::npos);
        EXPECT_NE(std::string{failure.what()}.find("notes.author"), std::string::npos);
    }
}

}  // namespace
}  // namespace crossdock::db
