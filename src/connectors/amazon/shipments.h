// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/carriers.h"
#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Confirms parcels (confirmShipment). The package's reference is our shipment's own number: Amazon takes a second call
/// with the same one as a change of that package, so that a repeat after a lost answer adds nothing. What remains to be
/// shipped is read first, by the version of the Orders API that the channel uses.
class Shipments final : public ShipmentSink {
public:
    Shipments(Client& client, const Carriers& carriers) : client_(client), carriers_(carriers) {}
    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    Client& client_;
    const Carriers& carriers_;
};

}  // namespace crossdock::connectors::amazon
