// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"
#include "connectors/shopify/carriers.h"

namespace crossdock::connectors::shopify {

/// Tells Shopify what was shipped: one fulfilment for each location that the order's goods are assigned to. There is no
/// idempotency key for it, so every attempt reads first what is already there.
class Shipments final : public ShipmentSink {
public:
    Shipments(AdminClient& client, const Carriers& carriers) : client_(client), carriers_(carriers) {}

    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    AdminClient& client_;
    const Carriers& carriers_;
};

}  // namespace crossdock::connectors::shopify
