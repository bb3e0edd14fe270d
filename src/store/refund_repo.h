// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/payment_status.h"
#include "domain/refund.h"
#include "store/list_query.h"

namespace crossdock::store {

struct HeldRefund {
    RefundId id;
    std::string content_hash;
    std::optional<Timestamp> remote_updated_at;
    bool settled = true;
};

struct RefundRow {
    std::int64_t id = 0;
    std::string_view members, payload;
    std::optional<Timestamp> imported_at;
    std::int64_t occurred_at_ms = 0, seq = 0;
};

/// A raw refund that is kept although it could not be understood.
struct UnmappedRefund {
    std::string external_refund_id, external_order_id, payload, context;
    std::vector<std::string> aliases = {};  // other ids of the same refund
};

class RefundRepo {
public:
    explicit RefundRepo(db::Session& session) : session_(session) {}

    std::optional<HeldRefund> find_held(ChannelId channel, std::string_view external_refund_id);
    struct Write {
        AccountId account;
        ChannelId channel;
        const domain::Refund& refund;
        std::optional<Timestamp> remote_updated_at;
        std::string_view members, payload, context, content_hash;
        Timestamp now{};
    };
    RefundId insert(const Write& write);
    void update(RefundId id, const Write& write);
    /// Whether another refund of the channel goes by one of these ids.
    bool is_known_otherwise(ChannelId channel, const std::vector<std::string>& aliases, std::string_view external_refund_id);
    /// Of the refund that goes by one of these ids: its money has moved. False when it had, or there is none.
    bool settle_known(ChannelId channel, const std::vector<std::string>& aliases);
    void add_aliases(ChannelId channel, const std::vector<std::string>& aliases, std::string_view external_refund_id);
    void keep_unmapped(ChannelId channel, const UnmappedRefund& refund, Timestamp now);
    void forget_unmapped(ChannelId channel, std::string_view external_refund_id);
    std::vector<UnmappedRefund> unmapped(ChannelId channel, std::int64_t limit);
    /// External ids of an order's refunds, those that could not be understood included.
    std::vector<std::string> ids_of_order(ChannelId channel, std::string_view external_order_id);

    /// What is known to have been given back of an order in that currency: refunds whose money has moved.
    domain::Refunded refunded(ChannelId channel, std::string_view external_order_id, std::string_view currency);

    struct Acknowledged {
        RefundId id;
        ChannelId channel_id;
    };
    std::vector<Acknowledged> acknowledge(AccountId account, const std::vector<std::int64_t>& ids, Timestamp now);
    void list(const ListQuery& query, const std::function<bool(const RefundRow&)>& row);
    struct Shown {
        std::string members;  // of the contract's object
        std::optional<Timestamp> imported_at;
        ChannelId channel_id;
        std::string external_order_id;
    };
    std::optional<Shown> show(AccountId account, RefundId id);
    /// Orders with a refund whose money still moves.
    std::vector<std::string> orders_with_unsettled(ChannelId channel, std::int64_t limit);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
