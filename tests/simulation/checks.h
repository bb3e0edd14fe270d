// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "simulation/erp.h"

/// What must hold when a simulation has come to rest. Each adds gtest failures and returns how much it has looked at.
namespace crossdock::testing {

/// G4: every order the shop shows is held once, in its latest version, with all its refunds, and none besides. Orders
/// that changed within the last `too_fresh` may still be on their way.
struct OrdersChecked {
    std::int64_t orders = 0, refunds = 0, too_fresh = 0;
};
OrdersChecked expect_orders_as_in_the_shop(SimulatedWorld& world, std::chrono::milliseconds too_fresh);

/// G6: who followed the cursor has seen everything in its final form.
std::int64_t expect_feed_complete(SimulatedWorld& world, const Erp& erp);

/// G8, G9: every accepted shipment has an end, those that succeeded stand at the shop, none twice.
struct ShipmentsChecked {
    std::int64_t succeeded = 0, failed = 0, refused = 0;
};
ShipmentsChecked expect_shipments_ended(SimulatedWorld& world, const Erp& erp);

/// G10: no figure waits; `compare` also wants the shop to show the last accepted figure of every item.
struct StockChecked {
    std::int64_t targets = 0, failed = 0;
};
StockChecked expect_stock_settled(SimulatedWorld& world, const Erp& erp, bool compare);

/// Nothing of the queue is parked or runs for ever, and it is as small as its unique keys make it.
void expect_queue_healthy(SimulatedWorld& world);

}  // namespace crossdock::testing
