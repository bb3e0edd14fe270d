// SPDX-License-Identifier: Apache-2.0
#include "jobs/retry_policy.h"

#include <cstdint>

namespace crossdock::jobs {

std::chrono::milliseconds retry_ceiling(const RetryPolicy& policy, int failures_before) {
    std::chrono::milliseconds ceiling = policy.first;
    for (int i = 0; i < failures_before && ceiling < policy.cap; ++i) ceiling *= 2;
    return ceiling < policy.cap ? ceiling : policy.cap;
}

std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, bool is_push, int failures_before,
                                                     std::chrono::milliseconds since_first, Random& random) {
    if (since_first >= policy.give_up_after && failures_before + 1 >= policy.fewest_attempts) return std::nullopt;
    const bool curve_is_over = failures_before > 0 && retry_ceiling(policy, failures_before - 1) == policy.cap;
    if (is_push && curve_is_over) return policy.push_interval;
    const auto ceiling = static_cast<std::uint64_t>(retry_ceiling(policy, failures_before).count());
    return std::chrono::milliseconds{static_cast<std::int64_t>(random.below(ceiling + 1))};
}

}  // namespace crossdock::jobs
