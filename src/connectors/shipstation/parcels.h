// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// One parcel of an order: a label bought in ShipStation (a shipment) or an entry made when the order was marked as
/// shipped (a fulfilment). The two lists share nothing: neither alone knows the tracking of an order.
struct Parcel {
    enum class Kind { shipment, fulfillment };
    Kind kind = Kind::shipment;
    std::string id, order_id, order_number, tracking_number;
    std::string carrier;  // a code in shipments, a name or nothing in fulfilments
    bool voided = false, is_return = false, marketplace_notified = false;
    std::string notify_error;  // why the marketplace could not be told; mostly empty
    [[nodiscard]] bool counts() const { return !voided && !is_return; }
};

/// The rows of an answer of GET /shipments or GET /fulfillments. Pure.
std::vector<Parcel> read_parcels(JsonView answer);

/// Both lists, of one order. Errors: those of a call.
Result<std::vector<Parcel>> parcels_of_order(Client& client, const std::string& order_id, bool push);
/// Both lists, of what was made since then, newest first; a page of each at the most.
Result<std::vector<Parcel>> parcels_since(Client& client, Timestamp since);
/// Marked-as-shipped entries by version 2, since then, newest first; a page at the most.
Result<std::vector<Parcel>> v2_parcels_since(Client& client, Timestamp since);

}  // namespace crossdock::connectors::shipstation
