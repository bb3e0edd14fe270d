// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/orders.h"

#include <algorithm>

#include "connectors/push_outcome.h"
#include "connectors/walmart/line_statuses.h"
#include "connectors/walmart/order_list.h"
#include "connectors/walmart/order_mapping.h"

namespace crossdock::connectors::walmart {
namespace {

using State = PushOutcome::State;

/// Walmart shows 180 days. Its own standard is a week, by which an older order that changed stays unseen.
constexpr std::chrono::hours kHistory{24 * 179};
/// Orders that nobody acknowledged are cancelled after some days.
constexpr std::chrono::hours kUnacknowledged{24 * 30};

std::string path_of(const std::string& order_id) { return "/v3/orders/" + net::percent_encode(order_id); }

Error unknown_order(const std::string& id) {
    return {ErrorKind::not_found, "order_unknown",
            "Walmart does not show purchase order \"" + in_quotes(id.substr(0, 40)) +
                "\": not this seller's, or older than 180 days"};
}

std::string id_of(JsonView order) {
    if (const auto id = order["purchaseOrderId"].filled_text()) return *id;
    return std::string{order["purchaseOrderId"].word()};
}

RawOrder raw_of(JsonView order) {
    return {id_of(order), last_change(order).value_or(Timestamp{}), std::string{order.raw()}};
}

IdPage ids_of(const OrderListPage& found) {
    IdPage page;
    page.next_cursor = found.next_cursor;
    for (const JsonView order : found.orders)
        if (std::string id = id_of(order); !id.empty()) page.external_ids.push_back(std::move(id));
    return page;
}

bool has_created_units(JsonView order) {
    for (const JsonView line : order_lines(order))
        if (read_line_statuses(line).created > 0) return true;
    return false;
}

}  // namespace

Result<Answer> read_order(Client& client, const std::string& order_id, bool push) {
    if (order_id.empty()) return unknown_order(order_id);
    Call call{Operation::get_order, path_of(order_id), {{"replacementInfo", "true"}}};
    call.push = push;
    auto answer = client.call(call);
    if (!answer) return answer.error().kind == ErrorKind::not_found ? unknown_order(order_id) : answer.error();
    if (id_of(order_in(answer->root)).empty())
        return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart answered without the order"};
    return answer;
}

Result<OrderPage> Orders::fetch_orders(const PullWindow& window, const std::string& cursor) {
    const Timestamp oldest = client_.now() - kHistory;
    auto walk = read_walk("orders", cursor, oldest);
    if (!walk) return walk.error();
    // Pages are counted by position. What is cut into stretches is the time of creation, which does not change: an
    // order that left a stretch of its last change in mid-walk would shift another one out of sight.
    const OrderList list{Operation::get_orders,
                         "/v3/orders",
                         "orders",
                         client_.settings().fulfillment_types,
                         [&](const Walk& at) {
                             Query query{{"createdStartDate", whole_seconds(at.after)}};
                             if (!at.is_open()) query.emplace_back("createdEndDate", whole_seconds(at.before));
                             query.emplace_back("lastModifiedStartDate", whole_seconds(std::max(window.from, oldest)));
                             return query;
                         },
                         true};
    auto found = fetch_order_list(client_, list, std::move(*walk), oldest);
    if (!found) return found.error();
    OrderPage page;
    page.next_cursor = std::move(found->next_cursor);
    page.provider_now = found->provider_now;
    page.problems = std::move(found->problems);
    for (const JsonView order : found->orders) {
        if (id_of(order).empty())
            page.problems.push_back({"order_without_id", "Walmart listed an order without an id; it cannot be kept"});
        else
            page.orders.push_back(raw_of(order));
    }
    return page;
}

Result<RawOrder> Orders::fetch_order(const std::string& external_order_id) {
    const auto answer = read_order(client_, external_order_id, false);
    if (!answer) return answer.error();
    return raw_of(order_in(answer->root));
}

std::optional<std::chrono::milliseconds> Orders::shown_for() const { return kHistory; }

Result<IdPage> Orders::list_order_ids(const PullWindow& created, const std::string& cursor) {
    const Timestamp first_after = std::max(created.from, client_.now() - kHistory);
    if (created.upto && *created.upto <= first_after) return IdPage{};
    auto walk = read_walk("ids", cursor, first_after);
    if (!walk) return walk.error();
    const OrderList list{Operation::get_orders,
                         "/v3/orders",
                         "ids",
                         client_.settings().fulfillment_types,
                         [&](const Walk& at) {
                             Query query{{"createdStartDate", whole_seconds(at.after)}};
                             if (!at.is_open())
                                 query.emplace_back("createdEndDate", whole_seconds(at.before));
                             else if (created.upto)
                                 query.emplace_back("createdEndDate", whole_seconds(*created.upto));
                             return query;
                         },
                         true,
                         created.upto};
    const auto found = fetch_order_list(client_, list, std::move(*walk), first_after);
    if (!found) return found.error();
    return ids_of(*found);
}

Result<MappedOrder> Orders::map_order(std::string_view payload) const { return map_order_payload(payload); }

void Orders::keep_known(domain::Order& newer, const domain::Order& older) const { keep_known_facts(newer, older); }

Result<Answer> send_acknowledgement(Client& client, const std::string& order_id) {
    Call call{Operation::acknowledge_order, path_of(order_id) + "/acknowledge"};
    call.method = "POST";
    call.push = true;
    return client.call(call);
}

PushOutcome Acknowledger::acknowledge_order(const std::string& external_order_id) {
    if (external_order_id.empty()) return {State::failed, "order_unknown", "no order is named", {}, {}};
    const auto answer = send_acknowledgement(client_, external_order_id);
    if (answer) {
        if (!has_created_units(order_in(answer->root))) return {};
        return {State::retry,
                "walmart_not_acknowledged",
                "Walmart took the acknowledgement and still shows lines that wait for it",
                {},
                {}};
    }
    PushOutcome failed = outcome_of(answer.error());
    if (answer.error().kind == ErrorKind::not_found) {
        failed.code = "order_unknown";
        failed.message = unknown_order(external_order_id).message;
        return failed;
    }
    if (failed.state != State::failed) return failed;
    // Shipped, cancelled and Walmart's own orders are refused: then there is nothing left to do.
    const auto order = read_order(client_, external_order_id, true);
    if (order && !has_created_units(order_in(order->root)))
        return {State::succeeded, "already_acknowledged", "no line of the order waits for an acknowledgement", {}, {}};
    return failed;
}

Result<IdPage> Acknowledger::list_unacknowledged(const std::string& cursor) {
    const Timestamp first_after = client_.now() - kUnacknowledged;
    auto walk = read_walk("released", cursor, first_after);
    if (!walk) return walk.error();
    std::vector<std::string> nodes;
    for (const std::string& type : client_.settings().fulfillment_types)
        if (type != kWfsFulfilled) nodes.push_back(type);  // Walmart acknowledges its own
    const OrderList list{Operation::get_released_orders, "/v3/orders/released", "released", std::move(nodes),
                         [](const Walk& at) {
                             return Query{{"createdStartDate", whole_seconds(at.after)}};
                         }};
    const auto found = fetch_order_list(client_, list, std::move(*walk), first_after);
    if (!found) return found.error();
    return ids_of(*found);
}

}  // namespace crossdock::connectors::walmart
