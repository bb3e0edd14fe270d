// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "db/database.h"

/// Lists that cost the same at ten million rows as at ten thousand. A list is one or more ranges of an index, each in
/// the list's own order, merged; what no index narrows is looked at row by row, so many for a page and no more.
namespace crossdock::store {

/// Where a row stands in its list.
struct Place {
    std::int64_t time_ms = 0;  // 0 where the list is by id alone
    std::int64_t id = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

using SqlValue = std::variant<std::int64_t, std::string>;
/// A condition and the values of its `?`.
struct SqlCondition {
    std::string sql;  // empty: none
    std::vector<SqlValue> values = {};
};

/// Which rows a list has. Column names and conditions are ours, never a client's.
struct RangeList {
    std::string_view table;
    std::string_view time;                // the column it is ordered by, before the id; empty: by the id alone
    std::vector<SqlCondition> ranges;     // each an index range, without the time; no two hold the same row
    SqlCondition fits = {};               // what no index narrows
    std::optional<Timestamp> from, upto;  // of `time`: including from, excluding upto
    bool rising = false;                  // oldest first
    std::string_view id = "id";           // the column that tells rows apart
};

struct RangePage {
    std::vector<Place> rows;
    std::optional<Place> goes_on_behind;  // set: there may be more, behind this place. A page may be short, even empty
};
/// At most `limit` rows behind a place, or from the beginning.
RangePage read_page(db::Session& session, const RangeList& list, const std::optional<Place>& behind,
                    std::int64_t limit);

struct RangeCount {
    std::int64_t rows = 0;
    bool exact = true;  // false: at least so many
};
/// How many rows the list has, counted up to kMostCounted and no further than kMostLookedAt.
RangeCount count_rows(db::Session& session, const RangeList& list);

constexpr std::int64_t kMostCounted = 10'000;
constexpr std::int64_t kMostLookedAt = 20'000;  // of a page with many ranges: a thousand of each

/// The statement of one range, for the test that looks at its plan.
std::string page_sql(const RangeList& list, const SqlCondition& range, bool behind);

}  // namespace crossdock::store
