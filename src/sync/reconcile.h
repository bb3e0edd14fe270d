// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kReconcile = "reconcile_orders";

/// Compares the ids of orders created in the last `days` days, as the channel lists them, with those held, and fetches
/// what is missing. One day at a time in one job.
domain::JobSpec reconcile_job(const store::Channel& channel, int days, Timestamp run_at);

class Reconcile final : public jobs::Handler {
public:
    explicit Reconcile(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
