// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/order_list.h"

#include <atomic>

#include "connectors/walmart/line_statuses.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::int64_t kMostOrders = 20'000;  // of one query; whether more are counted is not documented
constexpr std::chrono::minutes kShortestStretch{10};
constexpr const char* kOrderPage = "200";
/// A page that Walmart could not read whole is asked for so often, then taken as it is.
constexpr int kMaxPartialAnswers = 3;

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

/// A 200 may say that some of its orders could not be read.
Status look_for_errors(Client& client, JsonView root, std::vector<domain::Problem>& problems) {
    Refusal refusal = read_refusal(root["list"]["errors"]);
    if (refusal.words.empty()) refusal = read_refusal(root["errors"]);
    std::atomic<int>& partial = client.shared().partial_answers;
    if (refusal.words.empty()) {
        partial = 0;
        return std::monostate{};
    }
    if (++partial <= kMaxPartialAnswers)
        return Error{ErrorKind::unavailable, "walmart_partial_answer",
                     "Walmart answered with a part of the orders only: " + refusal.words};
    partial = 0;
    problems.push_back(
        {"orders_unreadable", "Walmart keeps answering with a part of a page of orders only: " + refusal.words +
                                  "; the daily reconciliation looks for those that are missing"});
    return std::monostate{};
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
        if (auto whole = look_for_errors(client, answer->root, page.problems); !whole) return whole.error();
        page.orders = elements(found["elements"]["order"]);
        page.provider_now = answer->provider_now;
        const auto following = read_following(found["meta"], walk, page.orders.size());
        if (!following) return following.error();
        const Timestamp end = walk.is_open() ? list.until.value_or(client.now()) : walk.before;
        if (list.can_split && walk.next.empty() && following->total >= kMostOrders &&
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
