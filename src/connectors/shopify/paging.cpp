// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/paging.h"

#include <algorithm>

#include "base/json_writer.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr int kMaxNestedPages = 1000;  // 50,000 lines: no order has them

std::string time_clause(std::string_view field, std::string_view op, std::chrono::sys_seconds at) {
    std::string out{field};
    out.append(":").append(op).append("'");
    append_rfc3339(out, at);
    return out + "'";
}

}  // namespace

Result<std::string> next_cursor(JsonView connection) {
    const JsonView info = connection["pageInfo"];
    if (!info["hasNextPage"].is_true()) return std::string{};
    auto cursor = info["endCursor"].filled_text();
    if (!cursor)
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify says that there are more pages, but not where they begin"};
    return std::move(*cursor);
}

Result<std::string> nested_page(AdminClient& client, const Call& call, const NestedPlace& place) {
    std::string key{call.document};
    key.append(" ").append(call.variables).append(" ").append(place.updated_at);
    KeptPages& pages = client.shared().nested_pages;
    if (auto known = pages.find(key)) return std::move(*known);
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    const JsonView parent = answer->data[place.root];
    const JsonView connection = parent[place.field];
    if (!connection.is_object())
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify answered without " + std::string{place.field} + " of " + std::string{place.root}};
    const bool same =
        place.updated_at.empty() || !parent["updatedAt"] || parent["updatedAt"].word() == place.updated_at;
    if (!same && place.changed != nullptr) *place.changed = true;
    if (same) pages.keep(std::move(key), std::string{connection.raw()});
    return std::string{connection.raw()};
}

Result<std::vector<std::string>> all_nodes(JsonView connection, const FetchPage& fetch) {
    std::vector<std::string> nodes;
    for (const JsonView node : connection["nodes"]) nodes.emplace_back(node.raw());
    auto cursor = next_cursor(connection);
    for (int pages = 0;; ++pages) {
        if (!cursor) return cursor.error();
        if (cursor->empty()) return nodes;
        const auto page = fetch(*cursor);
        if (!page) return page.error();
        const auto index = JsonIndex::parse(*page);
        if (!index) return index.error();
        for (const JsonView node : index->root()["nodes"]) nodes.emplace_back(node.raw());
        auto following = next_cursor(index->root());
        if (pages == kMaxNestedPages || (following && *following == *cursor))
            return Error{ErrorKind::unavailable, "shopify_paging_stuck", "Shopify's pages of one order do not end"};
        cursor = std::move(following);
    }
}

std::string whole_connection(const std::vector<std::string>& nodes) {
    std::size_t size = 64;
    for (const auto& node : nodes) size += node.size() + 1;
    std::string out;
    out.reserve(size);
    out += R"({"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[)";
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i > 0) out += ',';
        out += nodes[i];
    }
    return out + "]}";
}

std::string Edits::apply() {
    std::sort(edits_.begin(), edits_.end(),
              [](const auto& a, const auto& b) { return a.first.data() < b.first.data(); });
    std::string out;
    std::size_t at = 0;
    for (const auto& [part, by] : edits_) {
        const auto begin = static_cast<std::size_t>(part.data() - text_.data());
        out.append(text_.substr(at, begin - at)).append(by);
        at = begin + part.size();
    }
    return out.append(text_.substr(at));
}

std::string id_variables(std::string_view gid, std::string_view cursor) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("id", gid);
    if (!cursor.empty()) writer.field("after", cursor);
    writer.end_object();
    return out;
}

std::string page_variables(int first, std::string_view cursor, std::string_view query) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("first", static_cast<std::int64_t>(first));
    writer.key("after");
    if (cursor.empty())
        writer.null();
    else
        writer.value(cursor);
    writer.key("query");
    if (query.empty())
        writer.null();
    else
        writer.value(query);
    writer.end_object();
    return out;
}

std::string since_clause(std::string_view field, Timestamp at) {
    return time_clause(field, ">=", std::chrono::floor<std::chrono::seconds>(at));
}

std::string before_clause(std::string_view field, Timestamp at) {
    return time_clause(field, "<", std::chrono::ceil<std::chrono::seconds>(at));
}

}  // namespace crossdock::connectors::shopify
