// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/walmart/carriers.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Confirms parcels, line by line. It triggers the charge, cannot be undone, and a second call for the same units is
/// refused: the order is always read first. What waits for an acknowledgement is acknowledged before.
class Shipments final : public ShipmentSink {
public:
    Shipments(Client& client, const Carriers& carriers) : client_(client), carriers_(carriers) {}
    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    Client& client_;
    const Carriers& carriers_;
};

}  // namespace crossdock::connectors::walmart
