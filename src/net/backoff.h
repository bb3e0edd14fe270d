// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#include "base/random.h"

namespace crossdock::net {

/// The longest that may pass before retry `attempt` (0 is the first retry): min(15 min, 5 s * 2^attempt).
std::chrono::milliseconds retry_ceiling(int attempt);
/// The delay before retry `attempt`: anything from 0 to the ceiling ("full jitter"), so that a thousand jobs that
/// failed together do not come back together. A delay that the other side named is longer than this or replaces it: the
/// caller takes the larger.
std::chrono::milliseconds retry_delay(int attempt, Random& random);

}  // namespace crossdock::net
