// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "support/simulated_world.h"

namespace crossdock::testing {

struct Compared {
    std::int64_t orders = 0, amounts = 0, statuses = 0, payments = 0, refunds = 0, too_fresh = 0;
};
/// Every order of every marketplace, as the ERP sees it: there once, with its status, amount, payment and lines; and
/// every refund, once, with its amount. What changed within `too_fresh` may still be on its way.
Compared expect_as_at_the_markets(SimulatedWorld& world, std::chrono::milliseconds too_fresh);

}  // namespace crossdock::testing
