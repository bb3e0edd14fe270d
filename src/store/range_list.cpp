// SPDX-License-Identifier: Apache-2.0
#include "store/range_list.h"

#include <algorithm>

namespace crossdock::store {
namespace {

// Of many ranges most are empty: each may be walked so far.
constexpr std::int64_t kLeastOfARange = 1'000;

/// Binds values one after the other.
class Binder {
public:
    explicit Binder(db::Statement& statement) : statement_(statement) {}
    Binder& add(std::int64_t value) {
        statement_.bind_at(at_++, value);
        return *this;
    }
    Binder& add(const std::vector<SqlValue>& values) {
        for (const SqlValue& value : values) std::visit([&](const auto& v) { statement_.bind_at(at_++, v); }, value);
        return *this;
    }
    Binder& add(const std::optional<Timestamp>& at) { return at ? add(to_ms(*at)) : *this; }

private:
    db::Statement& statement_;
    int at_ = 1;
};

/// What stands behind WHERE for one range.
std::string where(const RangeList& list, const SqlCondition& range) {
    const std::string time{list.time};
    std::string sql = range.sql;
    if (list.from) sql += " AND " + time + " >= ?";
    if (list.upto) sql += " AND " + time + " < ?";
    return sql;
}

struct RangeRows {
    std::vector<Place> rows;
    std::optional<Place> stopped_at;  // enough rows were looked at
};

RangeRows read_range(db::Session& session, const RangeList& list, const SqlCondition& range,
                     const std::optional<Place>& behind, std::int64_t limit, std::int64_t most) {
    db::Statement statement(session, page_sql(list, range, behind.has_value()));
    Binder binder(statement);
    binder.add(list.fits.values).add(range.values).add(list.from).add(list.upto);
    if (behind && !list.time.empty()) binder.add(behind->time_ms);
    if (behind) binder.add(behind->id);
    binder.add(most);
    RangeRows found;
    std::int64_t looked_at = 0;
    while (static_cast<std::int64_t>(found.rows.size()) < limit && statement.step()) {
        const Place place{statement.integer(0), statement.integer(1)};
        if (statement.flag(2)) found.rows.push_back(place);
        if (++looked_at == most) found.stopped_at = place;
    }
    return found;
}

}  // namespace

std::string page_sql(const RangeList& list, const SqlCondition& range, bool behind) {
    const std::string time{list.time};
    const std::string id{list.id};
    const bool by_time = !time.empty();
    const char* order = list.rising ? "" : " DESC";
    std::string sql = "SELECT " + (by_time ? time : "0") + ", " + id + ", " +
                      (list.fits.sql.empty() ? std::string{"TRUE"} : "(" + list.fits.sql + ")") + " FROM ";
    sql.append(list.table);
    sql += " WHERE " + where(list, range);
    if (behind) {
        const std::string sign = list.rising ? " > " : " < ";
        sql += by_time ? " AND (" + time + ", " + id + ")" + sign + "(?, ?)" : " AND " + id + sign + "?";
    }
    sql += " ORDER BY ";
    if (by_time) sql += time + order + ", ";
    return sql + id + order + " LIMIT ?";
}

RangePage read_page(db::Session& session, const RangeList& list, const std::optional<Place>& behind,
                    std::int64_t limit) {
    const auto comes_first = [&](const Place& a, const Place& b) { return list.rising ? a < b : b < a; };
    const auto ranges = std::max<std::int64_t>(1, static_cast<std::int64_t>(list.ranges.size()));
    const auto most = std::max({limit + 1, kMostLookedAt / ranges, kLeastOfARange});
    RangePage page;
    std::optional<Place> barrier;  // up to here every range was looked at
    for (const SqlCondition& range : list.ranges) {
        auto found = read_range(session, list, range, behind, limit + 1, most);
        page.rows.insert(page.rows.end(), found.rows.begin(), found.rows.end());
        const bool has_enough = static_cast<std::int64_t>(found.rows.size()) > limit;
        if (found.stopped_at && !has_enough && (!barrier || comes_first(*found.stopped_at, *barrier)))
            barrier = found.stopped_at;
    }
    std::sort(page.rows.begin(), page.rows.end(), comes_first);
    if (barrier)
        page.rows.erase(std::upper_bound(page.rows.begin(), page.rows.end(), *barrier, comes_first), page.rows.end());
    if (static_cast<std::int64_t>(page.rows.size()) > limit) {
        page.rows.resize(static_cast<std::size_t>(limit));
        page.goes_on_behind = page.rows.back();
    } else {
        page.goes_on_behind = barrier;
    }
    return page;
}

RangeCount count_rows(db::Session& session, const RangeList& list) {
    RangeCount count;
    std::int64_t left = kMostLookedAt;
    const bool sifted = !list.fits.sql.empty();
    for (const SqlCondition& range : list.ranges) {
        // Where every row fits, no more are looked at than are counted.
        const std::int64_t most = sifted ? left : kMostCounted - count.rows + 1;
        // What is sifted by alone, so that an index is enough where nothing else is asked.
        const std::string fits = sifted ? "(" + list.fits.sql + ")" : "TRUE";
        db::Statement statement(
            session, "SELECT count(*), coalesce(sum(CASE WHEN fits THEN 1 ELSE 0 END), 0) FROM (SELECT " + fits +
                         " AS fits FROM " + std::string{list.table} + " WHERE " + where(list, range) +
                         " LIMIT ?) AS looked_at");
        Binder(statement).add(list.fits.values).add(range.values).add(list.from).add(list.upto).add(most);
        statement.step();
        left -= statement.integer(0);
        count.rows += statement.integer(1);
        if (count.rows > kMostCounted) return {kMostCounted, false};
        if (sifted && left <= 0) return {count.rows, false};
    }
    return count;
}

}  // namespace crossdock::store
