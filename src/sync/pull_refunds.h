// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "services/record_refund.h"
#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kPullRefunds = "pull_refunds";
inline constexpr std::string_view kRefundsStream = "refunds";

domain::JobSpec pull_refunds_job(const store::Channel& channel, Timestamp run_at);

/// What the channel said of a refund, understood as far as it could be. No database, no network.
services::FetchedRefund understand(const connectors::RefundMapper& mapper, const connectors::RawRefund& raw);

/// Records refunds with what follows for their orders: where the refunds decide, the payment status; where the channel
/// says it with the order, and lists refunds by themselves, a fetch of the order, whose own time of change may not have
/// moved. Inside the caller's transaction. Returns how many refunds changed.
std::int64_t record_refunds(db::Session& session, const OpenChannel& open, const std::vector<services::FetchedRefund>& refunds,
                            Timestamp now);

/// Pulls refunds that the channel lists by themselves, a page per run. Every walk begins well before the watermark,
/// because refunds surface late and change afterwards; what is held already changes nothing.
class PullRefunds final : public jobs::Handler {
public:
    explicit PullRefunds(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
