// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "connectors/shopify/admin_client.h"

/// Following Shopify's pages, and putting nested ones back into the text they belong to.
namespace crossdock::connectors::shopify {

/// The cursor of the page after this one; empty when it is the last. Errors: unavailable, when there is one but its
/// cursor is missing: taking the page for the last one would lose what follows.
Result<std::string> next_cursor(JsonView connection);

/// The page after a cursor: a connection as JSON text.
using FetchPage = std::function<Result<std::string>(const std::string& cursor)>;

/// Where a nested connection is in an answer, and which version of its parent the pages before it showed.
struct NestedPlace {
    std::string_view root, field;
    std::string_view updated_at = {};  // of the parent; empty: not compared
    bool* changed = nullptr;           // set when the parent is no longer that version
};
/// One further page of a nested connection, from Shopify or from an attempt that had to stop. Errors: of the call, and
/// unavailable when the answer lacks the connection.
Result<std::string> nested_page(AdminClient& client, const Call& call, const NestedPlace& place);

/// The texts of all nodes of a nested connection: those at hand and those of its further pages.
/// Errors: those of `fetch`; unavailable `shopify_paging_stuck` when the pages do not end.
Result<std::vector<std::string>> all_nodes(JsonView connection, const FetchPage& fetch);

/// A connection of these nodes that has no further page, as JSON text.
std::string whole_connection(const std::vector<std::string>& nodes);

/// A text with several of its parts replaced, all else byte for byte.
class Edits {
public:
    explicit Edits(std::string_view text) : text_(text) {}
    /// `part` must lie within the text; parts must not overlap.
    void replace(std::string_view part, std::string by) { edits_.emplace_back(part, std::move(by)); }
    [[nodiscard]] bool empty() const { return edits_.empty(); }
    [[nodiscard]] std::string apply();

private:
    std::string_view text_;
    std::vector<std::pair<std::string_view, std::string>> edits_;
};

/// {"id": gid, "after": cursor}; without `after` when the cursor is empty.
std::string id_variables(std::string_view gid, std::string_view cursor = {});
/// {"first": n, "after": cursor or null, "query": query or null}
std::string page_variables(int first, std::string_view cursor, std::string_view query);

/// `field:>='2026-11-20T08:00:00Z'`, quoted, because Shopify cuts an unquoted time to its date. Cut to whole seconds.
std::string since_clause(std::string_view field, Timestamp at);
/// `field:<'…'`, to the next whole second.
std::string before_clause(std::string_view field, Timestamp at);

}  // namespace crossdock::connectors::shopify
