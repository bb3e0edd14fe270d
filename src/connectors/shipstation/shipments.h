// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Mark an Order as Shipped. ShipStation takes whole orders and one tracking number for each: the first parcel ships
/// the order, and the number of a further one is dropped with words that say so. An order that somebody else has
/// shipped refuses ours. The order is read before every write.
class Shipments final : public ShipmentSink {
public:
    explicit Shipments(Client& client) : client_(client) {}
    PushOutcome push_shipment(const ShipmentToPush& shipment) override;

private:
    PushOutcome look_up_parcels(const ShipmentToPush& shipment, const std::string& number);
    PushOutcome mark_as_shipped(const ShipmentToPush& shipment, const std::string& number, bool notify_sales_channel);
    PushOutcome refused(const ShipmentToPush& shipment, const std::string& number, const Error& error);

    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
