// SPDX-License-Identifier: Apache-2.0
#include "services/record_order.h"

#include "base/json_writer.h"
#include "domain/erp_contract.h"
#include "store/content_hash.h"
#include "store/event_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"

namespace crossdock::services {
namespace {

using domain::Order;
using domain::OrderStatus;

void resolve_items(store::OrderRepo& orders, ChannelId channel, Order& order) {
    for (domain::OrderLine& line : order.lines) line.item_id = orders.resolve_item(channel, line);
}

std::string event_data(const Order& order) {
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("external_order_id", order.external_order_id)
        .field("order_number", order.order_number_hint)
        .field("status", domain::to_string(order.status))
        .field("payment_status", order.payment_status)
        .end_object();
    return data;
}

std::string_view status_event(OrderStatus status) {
    switch (status) {
        case OrderStatus::open: return "";  // reopening is told by order.updated
        case OrderStatus::partially_fulfilled: return "order.partially_fulfilled";
        case OrderStatus::fulfilled: return "order.fulfilled";
        case OrderStatus::closed: return "order.closed";
        case OrderStatus::cancelled: return "order.cancelled";
    }
    return "";
}

/// Tells what happened, from what was held before (null: nothing).
void tell_order(db::Session& session, const store::Channel& channel, OrderId id, const store::HeldOrder* before, const Order& after,
          Timestamp now) {
    store::EventRepo events(session);
    const std::string data = event_data(after);
    const auto append = [&](std::string_view type) {
        events.append({channel.account_id, channel.id, type, "order", id.value, data}, now);
    };
    append(before == nullptr ? "order.created" : "order.updated");
    if (after.payment_status == "paid" && (before == nullptr || before->payment_status != "paid")) append("order.paid");
    if (before == nullptr ? after.status != OrderStatus::open : before->status != after.status)
        if (const auto type = status_event(after.status); !type.empty()) append(type);
    if (before != nullptr && before->imported_at) append("order.edited_after_ack");
}

}  // namespace

RecordedOrder record_order(db::Session& session, const store::Channel& channel, const FetchedOrder& fetched, Timestamp now) {
    using Outcome = RecordedOrder::Outcome;
    store::OrderRepo orders(session);
    store::ProblemRepo problems(session);
    const auto held = orders.find_held(channel.id, fetched.external_order_id);
    auto version = orders.find_version(channel.id, fetched.external_order_id, fetched.content_hash);
    if (held && version == held->version_id) {
        if (held->remote_missing) orders.set_remote_missing(held->id, std::nullopt);  // it is back
        return {Outcome::unchanged, held->id};
    }
    if (!fetched.order) {
        if (!version)
            orders.add_version(channel.account_id, channel.id, fetched.external_order_id, fetched.remote_updated_at,
                               fetched.content_hash, fetched.payload, now);
        if (problems.record(channel.account_id, channel.id, "order", fetched.external_order_id,
                            {"unmappable", fetched.order.error().message}, now)) {
            std::string data;
            JsonWriter(data)
                .begin_object()
                .field("external_order_id", fetched.external_order_id)
                .field("code", "unmappable")
                .field("message", fetched.order.error().message)
                .end_object();
            store::EventRepo(session).append(
                {channel.account_id, channel.id, "order.problem", "order", held ? held->id.value : 0, data}, now);
        }
        return {Outcome::unmapped, held ? held->id : OrderId{}};
    }

    Order order = *fetched.order;
    resolve_items(orders, channel.id, order);
    const std::string meaning = store::content_hash(domain::order_meaning(order));
    // Of two versions with the same time the one fetched later wins; a version that was held before was fetched earlier.
    const bool older = held && held->remote_updated_at &&
                       (fetched.remote_updated_at < *held->remote_updated_at ||
                        (version && fetched.remote_updated_at == *held->remote_updated_at));
    if (held && !older && held->meaning_hash == meaning) {
        // Our own tag or note, or a stamp without a change: the row follows, but nothing happened.
        if (!version) orders.refresh_version(held->version_id, fetched.remote_updated_at, fetched.content_hash, fetched.payload, now);
        const std::string members = domain::erp_order_members(order, channel.provider, channel.code);
        orders.update(held->id,
                      {channel.account_id, channel.id, order, members, meaning, version.value_or(held->version_id), now}, false);
        problems.resolve(channel.id, "order", fetched.external_order_id, now, fetched.problems);
        return {Outcome::echoed, held->id};
    }
    if (!version)
        version = orders.add_version(channel.account_id, channel.id, fetched.external_order_id, fetched.remote_updated_at,
                                     fetched.content_hash, fetched.payload, now);
    if (older) return {Outcome::older, held->id};

    const std::string members = domain::erp_order_members(order, channel.provider, channel.code);
    const store::OrderRepo::Write write{channel.account_id, channel.id, order, members, meaning, *version, now};
    OrderId id;
    if (held) {
        id = held->id;
        orders.update(id, write, true);
    } else {
        id = orders.insert(write);
    }
    problems.resolve(channel.id, "order", fetched.external_order_id, now, fetched.problems);
    for (const domain::Problem& problem : fetched.problems)
        problems.record(channel.account_id, channel.id, "order", fetched.external_order_id, problem, now);
    tell_order(session, channel, id, held ? &*held : nullptr, order, now);
    return {held ? Outcome::updated : Outcome::created, id};
}

bool rerender_order(db::Session& session, const store::Channel& channel, OrderId id, Order order, Timestamp now) {
    store::OrderRepo orders(session);
    const auto details = orders.get(channel.account_id, id);
    if (!details) return false;
    resolve_items(orders, channel.id, order);
    const std::string members = domain::erp_order_members(order, channel.provider, channel.code);
    if (members == details->members) return false;
    const std::string meaning = store::content_hash(domain::order_meaning(order));
    orders.update(id, {channel.account_id, channel.id, order, members, meaning, details->version_id, now}, true);
    return true;
}

}  // namespace crossdock::services
