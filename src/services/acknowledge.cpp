// SPDX-License-Identifier: Apache-2.0
#include "services/acknowledge.h"

#include "store/event_repo.h"
#include "store/order_repo.h"
#include "store/refund_repo.h"

namespace crossdock::services {

std::int64_t acknowledge_orders(db::Session& session, AccountId account, const std::vector<std::int64_t>& ids, Timestamp now) {
    store::EventRepo events(session);
    const auto acknowledged = store::OrderRepo(session).acknowledge(account, ids, now);
    for (const auto& [id, channel] : acknowledged)
        events.append({account, channel, "order.acknowledged", "order", id.value, "{}"}, now);
    return static_cast<std::int64_t>(acknowledged.size());
}

std::int64_t acknowledge_refunds(db::Session& session, AccountId account, const std::vector<std::int64_t>& ids, Timestamp now) {
    store::EventRepo events(session);
    const auto acknowledged = store::RefundRepo(session).acknowledge(account, ids, now);
    for (const auto& [id, channel] : acknowledged)
        events.append({account, channel, "refund.acknowledged", "refund", id.value, "{}"}, now);
    return static_cast<std::int64_t>(acknowledged.size());
}

}  // namespace crossdock::services
