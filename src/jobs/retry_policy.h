// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>

#include "base/random.h"

namespace crossdock::jobs {

struct RetryPolicy {
    std::chrono::milliseconds first = std::chrono::seconds{5};
    std::chrono::milliseconds cap = std::chrono::minutes{15};
    std::chrono::milliseconds push_interval = std::chrono::minutes{30};  // of a push, once the curve reached its cap
    std::chrono::milliseconds give_up_after = std::chrono::hours{72};    // since the first failure
    int fewest_attempts = 20;  // never given up before: a wall clock that jumps a week is no reason
};

/// How long to wait after a failure: uniform in [0, min(cap, first x 2^failures_before)], so that many that failed
/// together do not return together; a push then every push_interval. None: it is time to give up.
/// `failures_before` counts those before this one; `since_first` is the time since the first of them.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, bool is_push, int failures_before,
                                                     std::chrono::milliseconds since_first, Random& random);
/// The upper end of the curve alone.
std::chrono::milliseconds retry_ceiling(const RetryPolicy& policy, int failures_before);

}  // namespace crossdock::jobs
