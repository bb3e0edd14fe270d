// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"

namespace crossdock::api {

enum class ListKind : char { orders = 'o', refunds = 'r', skus = 's', fba_shipments = 'f', carton_pushes = 'c' };

/// Where a list goes on. Whom it belongs to and what it is narrowed to travel with it, so that it fits nowhere else.
struct Cursor {
    ListKind list = ListKind::orders;
    AccountId account;
    std::optional<ChannelId> channel;
    enum class Position {
        since,  // behind (time, id): the rest of a list that began with `since`
        feed    // behind a number of the hub's commit order
    };
    Position position = Position::feed;
    std::optional<Timestamp> time;  // since: of the last row; none where the list is in order of id alone
    std::int64_t id = 0;            // since: of the last row
    std::int64_t sequence = 0;      // feed: rows behind it. since: what was current when the first page was read
};

/// Opaque text for a header and a query string. The same position gives the same text all year.
std::string write_cursor(const Cursor& cursor, std::string_view secret, Timestamp now);
/// Nothing when the text is not ours, was changed, is of another version of the format, or is older than five years.
std::optional<Cursor> read_cursor(std::string_view text, std::string_view secret, Timestamp now);

}  // namespace crossdock::api
