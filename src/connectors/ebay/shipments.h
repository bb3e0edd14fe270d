// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/ebay/carriers.h"
#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// Parcels, by createShippingFulfillment: one call a parcel. eBay knows no change and no deletion of one, so that every
/// push reads the order and its parcels first.
class Shipments final : public ShipmentSink {
public:
    Shipments(Client& client, const Carriers& carriers) : client_(client), carriers_(carriers) {}
    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    Client& client_;
    const Carriers& carriers_;
};

}  // namespace crossdock::connectors::ebay
