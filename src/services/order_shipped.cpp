// SPDX-License-Identifier: Apache-2.0
#include "services/order_shipped.h"

#include <algorithm>

#include "base/json_writer.h"
#include "store/event_repo.h"
#include "store/order_repo.h"

namespace crossdock::services {
namespace {

using domain::OrderStatus;

bool has_left(OrderStatus status) {
    return status == OrderStatus::partially_fulfilled || status == OrderStatus::fulfilled;
}

}  // namespace

bool shows_goods_left(OrderStatus before, OrderStatus after) { return has_left(after) && before == OrderStatus::open; }

bool was_shipped_here(db::Session& session, OrderId order) {
    const auto shipments = store::ShipmentRepo(session).of_order(order);
    return std::any_of(shipments.begin(), shipments.end(),
                       [](const store::Shipment& one) { return one.status == "succeeded"; });
}

void tell_shipped_here(db::Session& session, const store::Shipment& shipment, Timestamp now) {
    const auto order = store::OrderRepo(session).get(shipment.account_id, shipment.order_id);
    if (!order || has_left(order->status)) return;
    const auto shipments = store::ShipmentRepo(session).of_order(shipment.order_id);
    if (std::any_of(shipments.begin(), shipments.end(),
                    [&](const store::Shipment& one) { return one.id != shipment.id && one.status == "succeeded"; }))
        return;
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("external_order_id", order->external_order_id)
        .field("order_number", order->order_number)
        .field("status", domain::to_string(order->status))
        .field("payment_status", order->payment_status)
        .end_object();
    store::EventRepo(session).append(
        {shipment.account_id, shipment.channel_id, "order.shipped", "order", order->id.value, data}, now);
}

}  // namespace crossdock::services
