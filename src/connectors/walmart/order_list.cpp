// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/order_list.h"

#include "connectors/walmart/line_statuses.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::int64_t kMostOrders = 20'000;  // of one query
constexpr std::chrono::minutes kShortestStretch{10};
constexpr const char* kOrderPage = "200";

Result<Answer> ask_for_orders(Client& client, const OrderList& list, const Walk& walk) {
    Call call{list.operation, std::string{list.path}};
    if (walk.next.empty()) {
        call.query = list.query(walk);
        call.query.emplace_back("shipNodeType", list.nodes[walk.list]);
        call.query.emplace_back("limit", kOrderPage);
        call.query.emplace_back("replacementInfo", "true");  // else neither orderType nor the order that is replaced
    } else {
        call.path += walk.next;  // a ready query string, sent as it came
        call.has_cursor = true;
    }
    return client.call(call);
}

/// What comes after a stretch that was read to its end.
std::string after_stretch(const OrderList& list, Walk walk, Timestamp first_after) {
    walk.seen = 0;
    walk.next.clear();
    if (!walk.is_open()) {
        walk.after = walk.before;
        walk.before = {};
    } else {
        ++walk.list;
        walk.after = first_after;
    }
    return walk.list < list.nodes.size() ? walk.text(list.kind) : std::string{};
}

}  // namespace

Result<OrderListPage> fetch_order_list(Client& client, const OrderList& list, Walk walk, Timestamp first_after) {
    // Fewer lists are configured than when the walk began: what is left of it is nothing.
    if (walk.list >= list.nodes.size()) return OrderListPage{};
    for (;;) {
        auto answer = ask_for_orders(client, list, walk);
        OrderListPage page;
        if (!answer) {
            // "Nothing found" is a 404 here, not an empty list.
            if (answer.error().code != "walmart_not_found") return answer.error();
            page.next_cursor = after_stretch(list, walk, first_after);
            return page;
        }
        const JsonView found = answer->root["list"];
        if (!found.is_object())
            return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart answered without the list of orders"};
        page.orders = elements(found["elements"]["order"]);
        page.provider_now = answer->provider_now;
        const auto following = read_following(found["meta"], walk, page.orders.size());
        if (!following) return following.error();
        const Timestamp end = walk.is_open() ? list.until.value_or(client.now()) : walk.before;
        if (list.can_split && walk.next.empty() && following->total > kMostOrders &&
            end - walk.after > kShortestStretch) {
            walk.before = std::chrono::floor<std::chrono::seconds>(walk.after + (end - walk.after) / 2);
            continue;
        }
        if (following->last) {
            page.next_cursor = after_stretch(list, walk, first_after);
        } else {
            walk.seen += static_cast<std::int64_t>(page.orders.size());
            walk.next = following->next;
            page.next_cursor = walk.text(list.kind);
        }
        page.answer = std::move(*answer);
        return page;
    }
}

}  // namespace crossdock::connectors::walmart
