// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "http/message.h"
#include "store/range_list.h"

namespace crossdock::api {

/// Where a list of `/v2` goes on. Whose it is, which list it is of and what that was narrowed to travel with it, so
/// that it fits nowhere else; and how many rows the list had when its first page was read, so that they are counted
/// once.
struct PageCursor {
    AccountId account;
    std::string list;  // route and filters: list_name()
    store::Place behind;
    store::RangeCount total;
};

/// "cur_…", opaque. The same position gives the same text.
std::string write_page_cursor(const PageCursor& cursor, std::string_view secret);
/// Nothing when the text is not ours, or was changed.
std::optional<PageCursor> read_page_cursor(std::string_view text, std::string_view secret);

/// What a list is, in few characters: its path and every query parameter but `cursor` and `limit`, in any order.
std::string list_name(const http::Request& request);

}  // namespace crossdock::api
