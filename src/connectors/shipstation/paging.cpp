// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/paging.h"

#include <charconv>

namespace crossdock::connectors::shipstation {

std::string PageCursor::text() const { return std::to_string(page) + "/" + first_before; }

bool PageCursor::read(std::string_view text) {
    const char *begin = text.data(), *end = begin + text.size();
    const auto [behind, error] = std::from_chars(begin, end, page);
    if (error != std::errc{} || behind == end || *behind != '/' || page < 1) return false;
    first_before.assign(behind + 1, end);
    return true;
}

Error repeated_page(std::string_view rows) {
    return {ErrorKind::unavailable, "shipstation_repeated_page",
            "ShipStation sent the same page of " + std::string{rows} + " twice; it is asked again"};
}

}  // namespace crossdock::connectors::shipstation
