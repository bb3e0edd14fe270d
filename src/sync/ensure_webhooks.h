// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kEnsureWebhooks = "ensure_webhooks";
inline constexpr std::string_view kWebhooksStream = "webhooks";

domain::JobSpec ensure_webhooks_job(const store::Channel& channel, Timestamp run_at);

/// Sees to it that the provider calls our /hooks, when a public address is configured: what it holds is compared with
/// what is wanted, and restored, mended or cleared away; how each topic stands is written down. What cannot be mended
/// is a problem with its next step, and leaves the channel as well as it was, for polling brings everything.
class EnsureWebhooks final : public jobs::Handler {
public:
    explicit EnsureWebhooks(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

}  // namespace crossdock::sync
