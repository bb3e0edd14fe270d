// SPDX-License-Identifier: Apache-2.0
// Promise: walking a list by its pages meets every row once and in order, however its ranges are cut, and no page and
// no count looks at more rows than it may.
#include "store/range_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "support/temporary_database.h"

namespace crossdock::store {
namespace {

using crossdock::testing::TemporaryDatabase;

class RangeLists : public ::testing::Test {
protected:
    RangeLists() {
        database->write([](db::Session& session) {
            session.run_script(
                "CREATE TABLE things (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at_ms INTEGER NOT NULL, odd "
                "INTEGER NOT NULL);"
                "CREATE INDEX things_by_kind ON things (kind, at_ms, id);");
        });
    }
    void fill(int rows, int kinds) {
        database->write([&](db::Session& session) {
            for (int i = 1; i <= rows; ++i) {
                db::Statement add(session, "INSERT INTO things (id, kind, at_ms, odd) VALUES (?, ?, ?, ?)");
                // Times repeat and do not rise with the ids.
                add.bind(i, i % kinds, std::int64_t{(i * 7) % 50}, i % 2);
                add.insert();
            }
        });
    }
    RangeList by_kinds(int kinds) const {
        RangeList list;
        list.table = "things";
        list.time = "at_ms";
        for (int kind = 0; kind < kinds; ++kind) list.ranges.push_back({"kind = ?", {std::int64_t{kind}}});
        return list;
    }
    /// Every row by its pages, and how many pages that took.
    std::pair<std::vector<Place>, int> walk(const RangeList& list, std::int64_t limit) {
        return database->read([&](db::Session& session) {
            std::vector<Place> rows;
            std::optional<Place> behind;
            int pages = 0;
            do {
                const auto page = read_page(session, list, behind, limit);
                EXPECT_LE(static_cast<std::int64_t>(page.rows.size()), limit);
                rows.insert(rows.end(), page.rows.begin(), page.rows.end());
                behind = page.goes_on_behind;
                ++pages;
            } while (behind && pages < 10'000);
            return std::pair{rows, pages};
        });
    }
    std::vector<Place> expected(
        int rows, bool rising, const std::function<bool(int)>& fits = [](int) { return true; }) {
        std::vector<Place> places;
        for (int i = 1; i <= rows; ++i)
            if (fits(i)) places.push_back({(i * 7) % 50, i});
        std::sort(places.begin(), places.end());
        if (!rising) std::reverse(places.begin(), places.end());
        return places;
    }

    TemporaryDatabase database;
};

TEST_F(RangeLists, PagesMeetEveryRowOnceAndInOrder) {
    fill(500, 3);
    for (const bool rising : {false, true})
        for (const std::int64_t limit : {1, 7, 100, 499, 500, 501}) {
            auto list = by_kinds(3);
            list.rising = rising;
            EXPECT_EQ(walk(list, limit).first, expected(500, rising)) << limit;
        }
}

TEST_F(RangeLists, WhatNoIndexNarrowsIsSiftedAndBoundsAreKept) {
    fill(500, 3);
    auto list = by_kinds(3);
    list.fits = {"odd = ?", {std::int64_t{1}}};
    EXPECT_EQ(walk(list, 20).first, expected(500, false, [](int i) { return i % 2 == 1; }));
    list.from = from_ms(10);
    list.upto = from_ms(20);
    const auto between =
        expected(500, false, [](int i) { return i % 2 == 1 && (i * 7) % 50 >= 10 && (i * 7) % 50 < 20; });
    EXPECT_EQ(walk(list, 20).first, between);
    const auto count = database->read([&](db::Session& session) { return count_rows(session, list); });
    EXPECT_EQ(count.rows, static_cast<std::int64_t>(between.size()));
    EXPECT_TRUE(count.exact);
}

TEST_F(RangeLists, ByIdAloneToo) {
    fill(30, 1);
    auto list = by_kinds(1);
    list.time = "";
    const auto rows = walk(list, 7).first;
    ASSERT_EQ(rows.size(), 30U);
    EXPECT_EQ(rows.front().id, 30);
    EXPECT_EQ(rows.back().id, 1);
}

TEST_F(RangeLists, ARareRowIsFoundInPagesThatEachLookAtABoundedNumber) {
    // The one that fits is the oldest of 50 000: three pages at most look at 20 000 each, and none is missed.
    database->write([](db::Session& session) {
        session.run_script(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
            "INSERT INTO things (id, kind, at_ms, odd) SELECT i, i % 2, i, i = 1 FROM n;");
    });
    auto list = by_kinds(2);
    list.fits = {"odd = 1", {}};
    const auto [rows, pages] = walk(list, 10);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].id, 1);
    EXPECT_GE(pages, 3);
    EXPECT_LE(pages, 6);
    const auto count = database->read([&](db::Session& session) { return count_rows(session, list); });
    EXPECT_FALSE(count.exact) << "it did not look at all of them";
    EXPECT_LE(count.rows, 1);

    list.fits = {};
    const auto all = database->read([&](db::Session& session) { return count_rows(session, list); });
    EXPECT_EQ(all.rows, kMostCounted);
    EXPECT_FALSE(all.exact) << "at least so many";
}

TEST_F(RangeLists, ExactlyTheMostIsStillExact) {
    database->write([](db::Session& session) {
        session.run_script(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
            "INSERT INTO things (id, kind, at_ms, odd) SELECT i, i % 2, i, 0 FROM n;");
    });
    const auto count = [&] {
        return database->read([&](db::Session& session) { return count_rows(session, by_kinds(2)); });
    };
    EXPECT_EQ(count().rows, kMostCounted);
    EXPECT_TRUE(count().exact);
    database->write([](db::Session& session) { session.run_script("INSERT INTO things VALUES (10001, 0, 1, 0);"); });
    EXPECT_EQ(count().rows, kMostCounted);
    EXPECT_FALSE(count().exact);
}

}  // namespace
}  // namespace crossdock::store
