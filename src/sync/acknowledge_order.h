// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kAcknowledgeOrder = "acknowledge_order";
inline constexpr std::string_view kFindUnacknowledged = "find_unacknowledged";

domain::JobSpec acknowledge_order_job(const store::Channel& channel, std::string_view external_order_id,
                                      Timestamp run_at);
domain::JobSpec find_unacknowledged_job(const store::Channel& channel, Timestamp run_at);

/// Tells the channel that an order has arrived here, where it expects that (Walmart). The job is written in the
/// transaction that stores the order, so that nothing is acknowledged that could still be lost.
class AcknowledgeOrder final : public jobs::Handler {
public:
    explicit AcknowledgeOrder(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Asks the channel which orders it still waits to hear about: those held are acknowledged, the others fetched first.
class FindUnacknowledged final : public jobs::Handler {
public:
    explicit FindUnacknowledged(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
