// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/graphql/value.h"

namespace crossdock::sandbox::shopify {

/// Where a node stands in its list: the sort value, then the id.
using SortKey = std::pair<std::string, std::int64_t>;

/// The paging arguments of a connection, checked: one of first and last, 0 to 250, cursors that belong to this list.
struct PageRequest {
    std::int64_t limit = 0;
    bool backwards = false;  // `last` was given
    bool reverse = false;
    std::optional<SortKey> after, before;
    std::string list;  // names sort and filter; a cursor of another list is malformed

    /// Throws graphql::FieldFailure as the real API words it. `unlimited`: bulk exports page by themselves.
    static PageRequest from(const nlohmann::json& arguments, std::string list, bool unlimited = false);
    /// As an `after` of the same list; "" is none.
    void continue_after(const std::string& cursor);
};

std::string encode_cursor(const SortKey& key, const std::string& list);

/// A node together with its place.
struct Entry {
    SortKey key;
    graphql::ObjectRef node;
};
/// Cuts a page out of a whole list, which is in ascending order of its keys.
std::shared_ptr<graphql::Connection> cut_page(const std::vector<Entry>& all, const PageRequest& request);

/// A number as sort text of fixed width.
std::string sort_number(std::int64_t number);

}  // namespace crossdock::sandbox::shopify
