// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/order.h"

namespace crossdock::store {

/// Takes the place of what a channel sent of an order that was erased.
inline constexpr std::string_view kErasedPayload = R"({"erased":true})";
/// Said of a refund that nobody could read, when the buyer of its order was erased.
inline constexpr std::string_view kUnreadRefund =
    "this refund could not be understood, and its buyer was erased: what the channel sent of it is not kept. Look it up "
    "at the channel and enter it by hand";
/// Before the hash of what an erased order means: by it later versions are known to come to an erased order.
inline constexpr std::string_view kErasedMark = "erased:";
inline bool is_erased(std::string_view meaning_hash) { return meaning_hash.starts_with(kErasedMark); }
/// In the table `meta`: how often somebody was erased. Whoever keeps a copy of an order that he read a moment ago looks
/// here, in the transaction that keeps it, whether he may.
inline constexpr const char* kErasures = "erasures";

/// Under which key of the subject "channel" stands that a channel asks to erase the buyer of an order.
inline std::string erasure_key(std::string_view external_order_id) {
    return "erasure " + std::string{external_order_id};
}

/// What was blanked, in rows.
struct Erased {
    std::int64_t orders = 0, versions = 0, refunds = 0, hints = 0, deliveries = 0, messages = 0;
    Erased& operator+=(const Erased& other);
};

/// An order as a walk through them finds it.
struct OrderToErase {
    OrderId id;
    AccountId account;
    ChannelId channel;
    std::string external_order_id;
    Timestamp ordered_at{};
};

/// Personal data of buyers: blanked where it stands, in the order and in everything that was kept of it. Amounts,
/// lines, ids and country stay. What later comes of such an order from its channel is blanked as it comes
/// (services/record_order.h).
class ErasureRepo {
public:
    explicit ErasureRepo(db::Session& session) : session_(session) {}

    /// The order, all its versions as the channel sent them, its refunds, calls of webhooks that name it, what an
    /// export has put aside of it, what was told of it to others, answers kept for an Idempotency-Key, what channels
    /// answered about its pushes (jobs, events and problems included), and files with it that wait for the exchange's
    /// folder: these are emptied, and made anew of what their rows are now (exchange/out_files.h). A channel that asked
    /// for it need not ask any more. Nothing when it is erased already.
    Erased erase(const OrderToErase& order);

    /// Orders of that status that were placed before `before`, oldest first, behind (`after`, `after_id`); those erased
    /// already are among them.
    std::vector<OrderToErase> placed_before(AccountId account, ChannelId channel, domain::OrderStatus status,
                                            Timestamp before, Timestamp after, OrderId after_id, std::int64_t limit);
    /// Of the orders with ids in (after, upto] those of this buyer. The address is compared without regard to case.
    std::vector<OrderToErase> of_buyer(AccountId account, std::string_view email, OrderId after, OrderId upto);
    /// Of the channel's orders with ids in (after, upto] those that hold one of these very texts as a value in what the
    /// channel sent last: a person goes by names there that the hub does not keep apart.
    std::vector<OrderToErase> naming(ChannelId channel, const std::vector<std::string>& names, OrderId after,
                                     OrderId upto);
    OrderId newest_order();
    /// What comes of this order from now on is kept without its buyer.
    bool was_erased(ChannelId channel, std::string_view external_order_id);

private:
    void empty_export(const OrderToErase& order);

    db::Session& session_;
};

/// What grows with every push and is of no use after a while: finished attempts from before that time, of the oldest
/// `most`. Returns how many went.
std::int64_t forget_attempts_before(db::Session& session, Timestamp before, std::int64_t most);

}  // namespace crossdock::store
