// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sync/env.h"

namespace crossdock::sync {

inline constexpr std::string_view kCheckChannel = "check_channel";

domain::JobSpec check_channel_job(const store::Channel& channel, Timestamp run_at);

/// Asks the channel who we are there and what we may do; keeps what it says about itself (currency, tax rule) as the
/// channel's profile; names missing permissions with what each will break.
class CheckChannel final : public jobs::Handler {
public:
    explicit CheckChannel(const Env& env) : env_(env) {}
    jobs::JobOutcome run(jobs::JobContext& context) override;

private:
    const Env& env_;
};

/// Whether a channel with these problems works as it should: only its history may be limited.
bool is_well(const std::vector<domain::Problem>& problems);

/// The error of whoever asks something of a channel that is switched off or not in the config file.
Error not_configured(const store::Channel& channel);

/// The same as CheckChannel on the spot, for `crossdock channel test`: every problem found, or the error.
Result<std::vector<domain::Problem>> check_channel(const Env& env, const store::Channel& channel);

}  // namespace crossdock::sync
