// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kRereadOrders = "reread_orders";
/// The stream its troubles and successes are told under.
inline constexpr std::string_view kRereadStream = "orders_reread";

/// Reads the channel's open orders again, one by one: some changes move no date (an order line that moves to another
/// location, a wish to cancel, an order that is gone), and no list of changes ever tells them.
domain::JobSpec reread_orders_job(const store::Channel& channel, Timestamp run_at);

/// Oldest first, a few per run, in one job; its cursor is the last order that was read. Left out are orders that
/// changed within the last two days, which the nightly walk of changes reads again anyway, and those the channel shows
/// no longer. The pace leaves the channel's budget to the others. At most twice a day, however often it is asked for.
/// An order that cannot be read is listed, and the next one follows.
class RereadOrders final : public jobs::Handler {
public:
    explicit RereadOrders(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
