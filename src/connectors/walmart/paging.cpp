// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/paging.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/fields.h"

namespace crossdock::connectors::walmart {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 15 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Sent as it is, so it must be sendable as it is.
bool is_query(std::string_view text) {
    return text.starts_with('?') &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
}

}  // namespace

/// "orders 1 <after> <before> <seen> ?limit=…"; times in milliseconds.
std::string Walk::text(std::string_view kind) const {
    return std::string{kind} + ' ' + std::to_string(list) + ' ' + std::to_string(to_ms(after)) + ' ' +
           std::to_string(to_ms(before)) + ' ' + std::to_string(seen) + ' ' + next;
}

Result<Walk> read_walk(std::string_view kind, const std::string& cursor, Timestamp first_after) {
    Walk out;
    if (cursor.empty()) {
        out.after = first_after;
        return out;
    }
    const auto parts = split(cursor, ' ');
    const bool good = parts.size() == 6 && parts[0] == kind &&
                      std::all_of(parts.begin() + 1, parts.begin() + 5, is_number) &&
                      (parts[5].empty() || is_query(parts[5]));
    if (!good) return Error{ErrorKind::rejected, "cursor_refused", "the page cursor is of another list"};
    out.list = static_cast<std::size_t>(std::stoull(parts[1]));
    out.after = from_ms(std::stoll(parts[2]));
    out.before = from_ms(std::stoll(parts[3]));
    out.seen = std::stoll(parts[4]);
    out.next = parts[5];
    return out;
}

Result<Following> read_following(JsonView meta, const Walk& walk, std::size_t entries) {
    Following out;
    out.total = std::max<std::int64_t>(0, meta["totalCount"].integer().value_or(0));
    out.next = meta["nextCursor"].filled_text().value_or("");
    if (out.next.empty()) return out;
    if (!is_query(out.next))
        return Error{ErrorKind::unavailable, "walmart_bad_answer",
                     "Walmart's page cursor is no query string: " + shown(out.next)};
    const auto count = static_cast<std::int64_t>(entries);
    const std::int64_t limit = meta["limit"].integer().value_or(0);
    out.last = out.next == walk.next && out.total > 0 && walk.seen + count == out.total && (limit <= 0 || count < limit);
    return out;
}

}  // namespace crossdock::connectors::walmart
