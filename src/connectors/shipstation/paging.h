// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

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

}  // namespace crossdock::connectors::shipstation
