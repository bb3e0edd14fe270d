// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "connectors/connector.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::walmart {

/// What a shipping update will say of one line.
struct LineToShip {
    std::string number;
    std::int64_t units = 0;
    bool against_the_buyer = false;  // who has asked to cancel
};
struct ShipPlan {
    std::vector<LineToShip> lines;
    bool acknowledge_first = false;
};
/// What to send for a parcel, or what is to be said instead. `order` is fresh from Walmart. Units that are shipped
/// under the parcel's tracking number already count as done: an earlier attempt, or somebody in Seller Center. Pure.
std::variant<PushOutcome, ShipPlan> plan_shipment(JsonView order, const ShipmentToPush& shipment,
                                                  const std::string& tracking_number);

}  // namespace crossdock::connectors::walmart
