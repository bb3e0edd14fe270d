// SPDX-License-Identifier: Apache-2.0
#include "services/record_order.h"

#include "base/json_writer.h"
#include "domain/erp_contract.h"
#include "domain/payment_status.h"
#include "domain/person.h"
#include "services/order_shipped.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "store/event_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/refund_repo.h"

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

/// The time of change that the ERP is shown: the channel's, unless something changed that the channel does not date (a
/// wish to cancel, a refund, what another version still said) or dates to before what was shown.
Timestamp listed_at(store::OrderRepo& orders, const store::Channel& channel, const Order& order, Timestamp before, bool is_news) {
    const Timestamp own = order.last_remote_update_at.value_or(order.ordered_at);
    if (own > before) return own;
    return is_news ? orders.undated_change(channel.account_id, channel.id) : before;
}

/// The order's members with the time of change that the ERP is shown.
std::string members_at(Timestamp listed, std::string members, const Order& order, const store::Channel& channel) {
    if (listed == order.last_remote_update_at.value_or(order.ordered_at)) return members;
    Order shown = order;
    shown.last_remote_update_at = listed;
    return domain::render_order(shown, channel.provider, channel.code).members;
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
    if (shows_goods_left(before == nullptr ? OrderStatus::open : before->status, after.status) && !was_shipped_here(session, id))
        append("order.shipped");
    if (before != nullptr && before->imported_at) append("order.edited_after_ack");
}

/// The order as the hub shows it: lines resolved to items, the payment status after the refunds that are known.
void complete(db::Session& session, store::OrderRepo& orders, const store::Channel& channel, Order& order) {
    resolve_items(orders, channel.id, order);
    if (!domain::refunds_decide_payment_status(channel.provider)) return;
    order.payment_status = domain::payment_status_after(
        order, store::RefundRepo(session).refunded(channel.id, order.external_order_id, order.currency));
}

/// The newest of an order's versions with all that only the others said. `newest` is understood already; the others are
/// those held beside it, and before them `shown`: of an order whose buyer was erased nothing else is left.
Order with_what_is_known(store::OrderRepo& orders, const store::Channel& channel, std::string_view external_order_id,
                         const OrderReader& reader, Order newest, std::int64_t its_version,
                         std::optional<Order> shown = std::nullopt) {
    std::optional<Order> known = std::move(shown);
    const auto take = [&](Order next) {
        if (known) reader.keep_known(next, *known);
        known = std::move(next);
    };
    for (const store::OrderVersion& version : orders.payloads_by_age(channel.id, external_order_id)) {
        if (version.id == its_version) continue;
        if (auto order = reader.map(version.payload)) take(std::move(*order));
    }
    take(std::move(newest));
    return std::move(*known);
}

}  // namespace

RecordedOrder record_order(db::Session& session, const store::Channel& channel, const FetchedOrder& fetched, Timestamp now) {
    using Outcome = RecordedOrder::Outcome;
    store::OrderRepo orders(session);
    store::ProblemRepo problems(session);
    const auto held = orders.find_held(channel.id, fetched.external_order_id);
    auto version = orders.find_version(channel.id, fetched.external_order_id, fetched.content_hash);
    // Its buyer was erased: nothing about a person comes back with a later version.
    const bool erased = held && store::is_erased(held->meaning_hash);
    const std::string_view payload = erased ? store::kErasedPayload : std::string_view{fetched.payload};
    if (held && version == held->version_id) {
        if (held->remote_missing) {  // it is back
            orders.set_remote_missing(held->id, std::nullopt);
            problems.resolve_one(channel.id, "order", fetched.external_order_id, "remote_missing", now);
        }
        return {Outcome::unchanged, held->id};
    }
    const auto keep_version = [&] {
        if (!version)
            version = orders.add_version(channel.account_id, channel.id, fetched.external_order_id, fetched.remote_updated_at,
                                         fetched.content_hash, payload, now);
    };
    if (!fetched.order) {
        keep_version();
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

    // Of two versions with the same time the one fetched later wins; a version that was held before was fetched earlier,
    // unless it is the answer to a question that was put after the shown one had come.
    const bool asked_later = held && version && fetched.asked_at && orders.fetched_at(held->version_id) < fetched.asked_at;
    const bool older = held && held->remote_updated_at &&
                       (fetched.remote_updated_at < *held->remote_updated_at ||
                        (version && !asked_later && fetched.remote_updated_at == *held->remote_updated_at));
    if (version && asked_later && !older)  // it is the latest now
        orders.refresh_version(*version, fetched.remote_updated_at, fetched.content_hash, payload, now);
    const bool forgets = held && fetched.reader.keep_known;
    if (older && forgets) {
        // What is shown stays, and may learn from it what all later versions left out.
        const bool told_before = version.has_value();
        keep_version();
        auto shown = told_before ? std::nullopt : read_shown_order(session, channel, held->id, fetched.reader);
        const bool learnt = shown && rerender_order(session, channel, *shown, true, now);
        return {learnt ? Outcome::updated : Outcome::older, held->id};
    }

    Order order = *fetched.order;
    bool left_out = false;  // something that earlier versions said
    if (forgets) {
        std::optional<Order> shown;
        if (erased)
            if (const auto details = orders.get(channel.account_id, held->id))
                shown = domain::order_of_members(details->members);
        Order known = with_what_is_known(orders, channel, fetched.external_order_id, fetched.reader, order,
                                         version.value_or(0), std::move(shown));
        left_out = known != order;
        order = std::move(known);
    }
    complete(session, orders, channel, order);
    if (erased) order = domain::without_person(std::move(order));
    auto [members, content] = domain::render_order(order, channel.provider, channel.code);
    const std::string meaning = (erased ? std::string{store::kErasedMark} : std::string{}) + store::content_hash(content);
    if (held && !older && held->meaning_hash == meaning) {
        // Our own tag or note, or a stamp without a change: the row follows, but nothing happened.
        if (left_out) keep_version();  // beside the one that says more
        else if (!version) orders.refresh_version(held->version_id, fetched.remote_updated_at, fetched.content_hash, payload, now);
        const Timestamp listed = listed_at(orders, channel, order, held->listed_at, false);
        const std::string shown = members_at(listed, std::move(members), order, channel);
        orders.update(held->id,
                      {channel.account_id, channel.id, order, shown, meaning, version.value_or(held->version_id), now, listed}, false);
        problems.resolve(channel.id, "order", fetched.external_order_id, now, fetched.problems);
        return {Outcome::echoed, held->id};
    }
    keep_version();
    if (older) return {Outcome::older, held->id};

    const Timestamp listed = held ? listed_at(orders, channel, order, held->listed_at, true)
                                  : order.last_remote_update_at.value_or(order.ordered_at);
    const std::string shown = members_at(listed, std::move(members), order, channel);
    const store::OrderRepo::Write write{channel.account_id, channel.id, order, shown, meaning, *version, now, listed};
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

std::optional<ShownOrder> read_shown_order(db::Session& session, const store::Channel& channel, OrderId id, const OrderReader& reader) {
    store::OrderRepo orders(session);
    const auto details = orders.get(channel.account_id, id);
    if (!details || !reader.map) return std::nullopt;
    auto newest = reader.map(orders.payload_of(details->version_id).value_or(""));
    if (!newest) return std::nullopt;
    ShownOrder shown{id, details->version_id, std::move(*newest)};
    if (reader.keep_known)
        shown.order = with_what_is_known(orders, channel, details->external_order_id, reader, std::move(shown.order), shown.version_id);
    return shown;
}

bool rerender_order(db::Session& session, const store::Channel& channel, const ShownOrder& shown, bool is_news, Timestamp now) {
    store::OrderRepo orders(session);
    const auto details = orders.get(channel.account_id, shown.id);
    if (!details || details->version_id != shown.version_id) return false;
    // Its buyer was erased after it was read: what was read must not come back.
    if (store::ErasureRepo(session).was_erased(channel.id, details->external_order_id)) return false;
    Order order = shown.order;
    complete(session, orders, channel, order);
    auto [members, content] = domain::render_order(order, channel.provider, channel.code);
    Timestamp listed = listed_at(orders, channel, order, details->listed_at, false);
    members = members_at(listed, std::move(members), order, channel);
    if (members == details->members) return false;
    if (is_news) {
        listed = listed_at(orders, channel, order, details->listed_at, true);
        members = members_at(listed, std::move(members), order, channel);
    }
    const std::string meaning = store::content_hash(content);
    orders.update(shown.id, {channel.account_id, channel.id, order, members, meaning, details->version_id, now, listed}, true);
    if (details->remote_missing_at) orders.set_remote_missing(shown.id, details->remote_missing_at);
    return true;
}

bool follow_refunds(db::Session& session, const store::Channel& channel, std::string_view external_order_id, const OrderReader& reader,
                    Timestamp now) {
    if (!domain::refunds_decide_payment_status(channel.provider)) return false;
    const auto held = store::OrderRepo(session).find_held(channel.id, external_order_id);
    if (!held) return false;  // when it comes, it finds its refunds
    const auto shown = read_shown_order(session, channel, held->id, reader);
    if (!shown || !rerender_order(session, channel, *shown, true, now)) return false;
    std::string data;
    Order after = shown->order;
    after.payment_status = domain::payment_status_after(
        after, store::RefundRepo(session).refunded(channel.id, external_order_id, after.currency));
    store::EventRepo(session).append({channel.account_id, channel.id, "order.updated", "order", held->id.value, event_data(after)}, now);
    return true;
}

}  // namespace crossdock::services
