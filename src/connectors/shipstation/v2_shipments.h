// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Create fulfillments: the same as Shipments by version 2. Its answer is a 200 even when nothing was taken; each row
/// has a word of its own. The shipment and its fulfilments are read before every write.
class V2Shipments final : public ShipmentSink {
public:
    explicit V2Shipments(Client& client) : client_(client) {}
    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    PushOutcome create(const ShipmentToPush& shipment, const std::string& number, bool notify_order_source);

    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
