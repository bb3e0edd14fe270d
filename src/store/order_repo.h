// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/order.h"
#include "store/list_query.h"

namespace crossdock::store {

/// A version of an order as the channel sent it.
struct OrderVersion {
    std::int64_t id = 0;
    std::string external_order_id;
    Timestamp remote_updated_at{}, fetched_at{};
    std::string content_hash;
    std::string payload;  // empty where a list does not ask for it
};

/// What of an order decides whether a newly fetched version replaces it.
struct HeldOrder {
    OrderId id;
    std::optional<Timestamp> remote_updated_at;
    Timestamp listed_at{};  // the time of change that the ERP is shown
    std::int64_t version_id = 0;
    std::string meaning_hash;
    domain::OrderStatus status = domain::OrderStatus::open;
    std::string payment_status;
    std::optional<Timestamp> imported_at;
    bool remote_missing = false;
};

/// One row of the contract's list. The texts live until the next row.
struct OrderRow {
    std::int64_t id = 0;
    std::string_view members;  // of the contract's object, see domain/erp_contract.h
    std::string_view payload;  // "null" when not asked for
    std::optional<Timestamp> imported_at;
    std::int64_t sort_ms = 0, seq = 0;
};

/// Where a walk through the channel's open orders, oldest first, has come to.
struct OpenOrder {
    OrderId id;
    std::string external_order_id;
    Timestamp ordered_at{};
};

/// An order with what belongs to the hub alone.
struct OrderDetails {
    OrderId id;
    AccountId account_id;
    ChannelId channel_id;
    std::string external_order_id, order_number, members, currency;
    domain::OrderStatus status = domain::OrderStatus::open;
    std::string payment_status;
    Timestamp ordered_at{}, created_at{}, listed_at{};
    std::optional<Timestamp> remote_updated_at, imported_at, remote_missing_at;
    std::int64_t version_id = 0;
    std::optional<std::string> shipped_by;  // who ships instead of the ERP
};

struct OrderLineRow {
    std::string external_line_id;
    std::optional<std::string> sku;
    std::int64_t quantity = 0, shippable_quantity = 0;
};

class OrderRepo {
public:
    explicit OrderRepo(db::Session& session) : session_(session) {}

    // -- versions
    /// The id of the version with that very content, if it is held.
    std::optional<std::int64_t> find_version(ChannelId channel, std::string_view external_order_id, std::string_view content_hash);
    std::int64_t add_version(AccountId account, ChannelId channel, std::string_view external_order_id, Timestamp remote_updated_at,
                             std::string_view content_hash, std::string_view payload, Timestamp now);
    /// Gives a held version a newer time and payload: for a change that means nothing (our own tag, our own note).
    void refresh_version(std::int64_t version_id, Timestamp remote_updated_at, std::string_view content_hash, std::string_view payload,
                         Timestamp now);
    /// When the version was fetched last.
    std::optional<Timestamp> fetched_at(std::int64_t version_id);
    std::vector<OrderVersion> versions(ChannelId channel, std::string_view external_order_id);
    /// The same with their payloads, by the channel's time (of one time: as they came).
    std::vector<OrderVersion> payloads_by_age(ChannelId channel, std::string_view external_order_id);
    std::int64_t count_versions(ChannelId channel, std::string_view external_order_id);
    /// Forgets a version; not the one that is shown. Returns whether it went.
    bool drop_version(std::int64_t version_id);
    std::optional<std::string> payload_of(std::int64_t version_id);

    // -- orders
    std::optional<HeldOrder> find_held(ChannelId channel, std::string_view external_order_id);
    struct Write {
        AccountId account;
        ChannelId channel;
        const domain::Order& order;       // lines resolved to items
        std::string_view members;
        std::string_view meaning_hash;
        std::int64_t version_id = 0;
        Timestamp now{};
        std::optional<Timestamp> listed_at = {};  // none: when it changed at the channel
    };
    /// Makes the order's row (and its lines) say what the version says. Which version may do so is the caller's rule.
    OrderId insert(const Write& write);
    void update(OrderId id, const Write& write, bool lines_changed);
    /// The row of the catalogue for what a line sold: by variant (at its location first), else by a sku only one item has.
    std::optional<ItemId> resolve_item(ChannelId channel, const domain::OrderLine& line);
    struct Acknowledged {
        OrderId id;
        ChannelId channel_id;
    };
    /// Sets imported_at where it is not set. Ids of other accounts and unknown ones are passed over. Returns those set.
    std::vector<Acknowledged> acknowledge(AccountId account, const std::vector<std::int64_t>& ids, Timestamp now);
    void set_remote_missing(OrderId id, std::optional<Timestamp> since);
    /// The time under which a change is listed that the channel does not date: whoever polls the channel by `since`, with
    /// the largest time it was shown, is not past it; and nobody is led past a change of any channel that is not held
    /// yet. So it is the newest time of the channel's orders, or a little before that up to which all channels of the
    /// account are read, whichever is later.
    Timestamp undated_change(AccountId account, ChannelId channel);

    // -- reading
    /// Rows in the list's order; `row` returns false to stop.
    void list(const ListQuery& query, const std::function<bool(const OrderRow&)>& row);
    std::optional<OrderDetails> get(AccountId account, OrderId id);
    std::optional<OrderDetails> find(AccountId account, ChannelId channel, std::string_view external_order_id);
    /// Orders that people call by that number; the newest few. For a person's look-up, not for a poll.
    std::vector<OrderId> with_number(AccountId account, ChannelId channel, std::string_view order_number);
    std::vector<OrderLineRow> lines(OrderId id);
    /// Orders with lines no item was found for, after `after`.
    std::vector<OrderId> with_unresolved_lines(ChannelId channel, OrderId after, std::int64_t limit);
    /// Which of these the channel's orders we hold.
    bool holds(ChannelId channel, std::string_view external_order_id);
    /// Whether what is shown of an order is its version of that time or a newer one, so that it need not be fetched again.
    /// Channels stamp whole seconds: a version that was fetched less than `settled` behind its own time may have had a
    /// successor within the second, and does not count. Nor does an order that was missing at the channel.
    bool shows_version(ChannelId channel, std::string_view external_order_id, Timestamp updated_at, std::chrono::milliseconds settled);
    /// External ids of orders placed in [from, upto).
    std::vector<std::string> placed_between(ChannelId channel, Timestamp from, Timestamp upto);
    /// Orders that are open or partially fulfilled, by the time they were placed, after (`ordered_at`, `id`). Those that
    /// changed at the channel at or after `changed_before`, and those it does not show any more, are left out.
    std::vector<OpenOrder> still_open(ChannelId channel, Timestamp ordered_at, OrderId id, Timestamp changed_before,
                                      std::int64_t limit);
    /// Whether an order with that variant was placed or changed at the channel since then.
    bool any_changed_since(ChannelId channel, std::string_view variant_id, Timestamp since);
    /// Units of an item in orders the ERP has not acknowledged and that may still ship.
    std::int64_t unacknowledged_units(ChannelId channel, std::string_view variant_id);
    std::int64_t count(AccountId account);

private:
    void write_lines(OrderId id, const Write& write);
    std::optional<OrderDetails> read_details(db::Statement& statement);

    db::Session& session_;
};

}  // namespace crossdock::store
