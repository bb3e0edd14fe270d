// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.h"

#include <algorithm>

namespace crossdock::net {
namespace {

constexpr std::chrono::milliseconds kFirst{5'000};
constexpr std::chrono::milliseconds kLongest{15 * 60'000};

}  // namespace

std::chrono::milliseconds retry_ceiling(int attempt) {
    // 5 s doubled eight times is past the longest already; more doublings would only overflow.
    const int doublings = std::clamp(attempt, 0, 8);
    return std::min(kLongest, kFirst * (1 << doublings));
}

std::chrono::milliseconds retry_delay(int attempt, Random& random) {
    const auto ceiling = static_cast<std::uint64_t>(retry_ceiling(attempt).count());
    return std::chrono::milliseconds{static_cast<std::int64_t>(random.below(ceiling + 1))};
}

}  // namespace crossdock::net
