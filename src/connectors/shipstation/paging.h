// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::shipstation {

/// What a page of a list says about the rest of it.
struct ListedPage {
    bool has_more = false;
    bool is_short = false;  // fewer rows than a page of this list has
};

/// `pages` is 0 when nothing was found, and in some published samples although something was: then a full page means
/// that there is more. `total` catches a page that was cut short; a list that comes in smaller pages than asked for
/// throughout is not cut short.
inline ListedPage list_state(JsonView answer, std::size_t rows, std::int64_t page, std::int64_t page_size) {
    const std::int64_t count = static_cast<std::int64_t>(rows);
    const std::int64_t pages = answer["pages"].integer().value_or(0), total = answer["total"].integer().value_or(0);
    ListedPage out;
    const bool smaller_pages = pages > 0 && count * pages >= total;
    out.is_short = count < page_size && !smaller_pages;
    out.has_more =
        page < pages || total > (page - 1) * page_size + count || (pages == 0 && total == 0 && count >= page_size);
    return out;
}

/// `rows` are "orders", "products": what came in smaller number than ShipStation says there are.
inline Error short_page(std::string_view rows) {
    return {ErrorKind::unavailable, "shipstation_short_page",
            "ShipStation sent a page with fewer " + std::string{rows} + " than it says there are; it is asked again"};
}

/// Where a list that is counted in pages stands: the page that comes next, and the first row of the one before, by
/// which a page that comes twice is told.
struct PageCursor {
    std::int64_t page = 1;
    std::string first_before;

    [[nodiscard]] std::string text() const;
    /// False when it is not readable.
    bool read(std::string_view text);
    /// Whether a page that begins with this row is the one before once more. What stood there was not read, then.
    [[nodiscard]] bool is_repeated(std::string_view first) const { return page > 1 && first == first_before; }
};
Error repeated_page(std::string_view rows);

/// What the first row of a list has under that name; empty when there is no row.
inline std::string first_id(JsonView list, std::string_view name) {
    for (const JsonView row : list) return std::string{row[name].word()};
    return {};
}

}  // namespace crossdock::connectors::shipstation
