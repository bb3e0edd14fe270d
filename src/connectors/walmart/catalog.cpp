// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/catalog.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "connectors/fields.h"
#include "connectors/walmart/item_mapping.h"
#include "connectors/walmart/item_report.h"

namespace crossdock::connectors::walmart {
namespace {

/// A thousand are documented now, fifty were once: in between is taken by both, and less is accepted.
constexpr std::int64_t kItemPage = 200, kSmallItemPage = 50;
constexpr std::int64_t kReadWholeEveryTime = 5'000;  // items: 25 calls
/// Above it the walk is made by the report: the list's cursor does not outlive two minutes, nor a lost page.
constexpr std::int64_t kMostByList = 10'000;
/// The cursor of a walk that is made by the list although the catalogue is large, at its start.
const std::string kListAllTheSame = "items 0 0 " + std::to_string(kItemPage) + " *";

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

/// "items <seen> <total> <page size> <Walmart's cursor>"
Result<Catalog::Position> Catalog::position_of(const std::string& cursor) {
    Position out;
    out.limit = kItemPage;
    if (cursor.empty()) return out;
    const auto parts = split(cursor, ' ');
    const bool whole = parts.size() == 5 && parts[0] == "items" && !parts[4].empty();
    const auto seen = whole ? cursor_number(parts[1]) : std::nullopt;
    const auto total = whole ? cursor_number(parts[2]) : std::nullopt;
    const auto limit = whole ? cursor_number(parts[3]) : std::nullopt;
    if (!seen || !total || !limit)
        return Error{ErrorKind::rejected, "cursor_refused", "the page cursor is of another list"};
    return Position{*seen, *total, *limit, parts[4]};
}

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    if (ItemReport::owns(cursor)) {
        auto page = ItemReport(client_).fetch(cursor);
        if (page || page.error().code != "walmart_no_report") return page;
        ItemPage by_list;
        by_list.next_cursor = kListAllTheSame;
        by_list.ask_again_after = std::chrono::milliseconds{0};
        return by_list;
    }
    return list_items(changed_since, cursor);
}

Result<ItemPage> Catalog::list_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    auto position = position_of(cursor);
    if (!position) return position.error();
    const bool first = position->next == "*";
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
        const Error& error = answer.error();
        if (error.code == "walmart_not_found" && first) return page;  // no items at all
        if (error.code == "walmart_not_found") return ended_early(*position, position->total, changed_since, page);
        // The cursor moves on at Walmart, not here: a page whose answer was lost does not come again.
        if (!first && effect_unknown(error))
            return Error{ErrorKind::rejected, "cursor_refused",
                         "a page of Walmart's items was lost, and the list has to begin again: " + error.message};
        return error;
    }
    const JsonView list = answer->root["ItemResponse"];
    const auto items = elements(list);
    page.provider_now = answer->provider_now;
    page.total = std::max<std::int64_t>(0, answer->root["totalItems"].integer().value_or(0));
    if (!list.exists() && !answer->root["totalItems"].exists())
        return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart answered without the list of items"};
    if (cursor.empty() && page.total > kMostByList) {
        // The report says of an item what the list does not, and the other way round: one of them must serve for all.
        if (changed_since) return page;  // the daily walk reads everything
        page.next_cursor = ItemReport::start(page.total);
        page.ask_again_after = std::chrono::milliseconds{0};
        return page;
    }
    for (const JsonView item : items)
        if (auto sku = item["sku"].filled_text())  // nothing can be said about one without
            page.items.push_back({std::move(*sku), std::string{item.raw()}});

    position->seen += static_cast<std::int64_t>(items.size());
    position->next = answer->root["nextCursor"].filled_text().value_or("");
    if (page.total > 0 && position->seen >= page.total) {
        const std::scoped_lock lock(client_.shared().items_mutex);
        client_.shared().short_walk.reset();
        return page;
    }
    if (position->next.empty() || items.empty()) return ended_early(*position, page.total, changed_since, page);
    if (changed_since && page.total > kReadWholeEveryTime) return page;  // the daily walk reads the rest
    if (position->next.find(' ') != std::string::npos)
        return Error{ErrorKind::unavailable, "walmart_bad_answer",
                     "Walmart's cursor of items has a blank in it: " + shown(position->next)};
    page.next_cursor = "items " + std::to_string(position->seen) + ' ' + std::to_string(page.total) + ' ' +
                       std::to_string(position->limit) + ' ' + position->next;
    return page;
}

/// A list that ends before as many items as Walmart counts has lost a page on the way, and what it lacks must not count
/// as gone: the walk begins again. When it ends at the very same place once more, the count is what is wrong.
Result<ItemPage> Catalog::ended_early(const Position& position, std::int64_t total,
                                      std::optional<Timestamp> changed_since, ItemPage page) {
    if (total <= 0 || changed_since) return page;  // a walk for what changed retires nothing
    SharedState& shared = client_.shared();
    const std::scoped_lock lock(shared.items_mutex);
    const std::pair here{position.seen, total};
    if (std::exchange(shared.short_walk, here) == here) return page;
    return Error{ErrorKind::rejected, "cursor_refused",
                 "Walmart's list of items ended after " + std::to_string(position.seen) + " of " +
                     std::to_string(total) + "; it is read again from the start"};
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
