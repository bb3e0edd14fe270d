// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Where a walk through several lists of one kind stands (orders of the seller's own nodes, then of Walmart's
/// warehouses), and through the stretches of time that a list is cut into. All that is needed to go on after a restart.
struct Walk {
    std::size_t list = 0;   // which of the lists
    Timestamp after{};      // the stretch, inclusive
    Timestamp before{};     // exclusive as far as we know; the epoch: until now
    std::int64_t seen = 0;  // entries of this stretch's earlier pages
    std::string next;       // Walmart's nextCursor, a ready query string beginning with "?"; empty on a first page

    [[nodiscard]] bool is_open() const { return to_ms(before) == 0; }
    [[nodiscard]] std::string text(std::string_view kind) const;
};
/// Errors: `cursor_refused` for a text that text(kind) never made.
Result<Walk> read_walk(std::string_view kind, const std::string& cursor, Timestamp first_after);

/// Where a page leads: what its `meta` says, guarded.
struct Following {
    bool last = true;        // of this stretch
    std::string next;        // Walmart's cursor of the page after this one
    std::int64_t total = 0;  // entries of the stretch, as Walmart counts; 0 when it does not say
};
/// Null, absent or empty is the last page. A cursor that repeats ends the list as well, but only with a page that is not
/// full and when just as many entries were seen as Walmart counts: a page that came twice makes up for one that never
/// came. Else it is handed on, and the hub's own guard says that the pages lead nowhere.
/// Errors: unavailable, when it is no query string.
Result<Following> read_following(JsonView meta, const Walk& walk, std::size_t entries);

}  // namespace crossdock::connectors::walmart
