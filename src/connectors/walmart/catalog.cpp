// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/catalog.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/fields.h"
#include "connectors/walmart/item_mapping.h"

namespace crossdock::connectors::walmart {
namespace {

/// A thousand are documented now, fifty were once: in between is taken by both, and less is accepted.
constexpr std::int64_t kItemPage = 200, kSmallItemPage = 50;
constexpr std::int64_t kReadWholeEveryTime = 5'000;  // items: 25 calls

/// "Invalid limit": the older service.
bool refuses_page_size(const Error& error) {
    return error.code == "walmart_invalid_request" && error.message.find("limit") != std::string::npos;
}

std::optional<std::int64_t> cursor_number(std::string_view text) {
    if (text.empty() || text.size() > 12) return std::nullopt;
    std::int64_t out = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        out = out * 10 + (c - '0');
    }
    return out;
}

}  // namespace

/// "items <seen> <page size> <Walmart's cursor>"
Result<Catalog::Position> Catalog::position_of(const std::string& cursor) {
    Position out;
    out.limit = kItemPage;
    if (cursor.empty()) return out;
    const auto parts = split(cursor, ' ');
    const auto seen = parts.size() == 4 ? cursor_number(parts[1]) : std::nullopt;
    const auto limit = parts.size() == 4 ? cursor_number(parts[2]) : std::nullopt;
    if (!seen || !limit || parts[0] != "items" || parts[3].empty())
        return Error{ErrorKind::rejected, "cursor_refused", "the page cursor is of another list"};
    return Position{*seen, *limit, parts[3]};
}

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    auto position = position_of(cursor);
    if (!position) return position.error();
    const bool first = cursor.empty();
    const auto ask = [&] {
        Call call{Operation::get_items, "/v3/items"};
        call.query = {{"nextCursor", position->next}, {"limit", std::to_string(position->limit)}};
        call.has_cursor = !first;
        return client_.call(call);
    };
    auto answer = ask();
    if (!answer && first && refuses_page_size(answer.error())) {
        position->limit = kSmallItemPage;
        answer = ask();
    }
    ItemPage page;
    if (!answer) {
        if (answer.error().code != "walmart_not_found") return answer.error();
        if (first) return page;  // no items at all
        // The list did not say that it was over: what it lacks must not count as gone.
        return Error{ErrorKind::unavailable, "walmart_items_cut_off",
                     "Walmart's list of items ended after " + std::to_string(position->seen) + " without its end"};
    }
    const JsonView list = answer->root["ItemResponse"];
    const auto items = elements(list);
    page.provider_now = answer->provider_now;
    page.total = std::max<std::int64_t>(0, answer->root["totalItems"].integer().value_or(0));
    if (!list.exists() && !answer->root["totalItems"].exists())
        return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart answered without the list of items"};
    for (const JsonView item : items) page.items.push_back({item["sku"].text().value_or(""), std::string{item.raw()}});

    position->seen += static_cast<std::int64_t>(items.size());
    position->next = answer->root["nextCursor"].filled_text().value_or("");
    const bool all_seen = page.total > 0 && position->seen >= page.total;
    if (position->next.empty() || all_seen) return page;
    if (items.empty() && page.total > 0)
        return Error{ErrorKind::unavailable, "walmart_items_cut_off",
                     "Walmart's list of items ended after " + std::to_string(position->seen) + " of " +
                         std::to_string(page.total)};
    if (items.empty()) return page;
    if (changed_since && page.total > kReadWholeEveryTime) return page;  // the daily walk reads the rest
    if (position->next.find(' ') != std::string::npos)
        return Error{ErrorKind::unavailable, "walmart_bad_answer",
                     "Walmart's cursor of items has a blank in it: " + shown(position->next)};
    page.next_cursor =
        "items " + std::to_string(position->seen) + ' ' + std::to_string(position->limit) + ' ' + position->next;
    return page;
}

Result<std::vector<domain::Item>> Catalog::map_item(std::string_view payload) const {
    return map_item_payload(payload);
}

Result<std::vector<ShipNode>> read_ship_nodes(Client& client) {
    const auto answer = client.call({Operation::get_ship_nodes, "/v3/settings/shipping/shipnodes"});
    std::vector<ShipNode> out;
    if (!answer) {
        if (answer.error().code == "walmart_not_found") return out;
        return answer.error();
    }
    for (const JsonView one : elements(answer->root)) {
        ShipNode node{one["shipNode"].text().value_or(std::string{one["shipNode"].word()}),
                      one["shipNodeName"].text().value_or(""), one["nodeType"].text().value_or(""),
                      !equals_ignoring_case(one["status"].word(), "INACTIVE")};
        if (!node.id.empty()) out.push_back(std::move(node));
    }
    return out;
}

Result<std::vector<domain::Location>> Catalog::fetch_locations() {
    const auto nodes = read_ship_nodes(client_);
    std::vector<domain::Location> out;
    // A key without access to settings reads items all the same; the access check names what is missing.
    if (!nodes && nodes.error().kind == ErrorKind::denied) return out;
    if (!nodes) return nodes.error();
    for (const ShipNode& node : *nodes) out.push_back({node.id, node.name.empty() ? node.id : node.name, node.active});
    return out;
}

}  // namespace crossdock::connectors::walmart
