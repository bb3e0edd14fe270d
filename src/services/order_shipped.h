// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/order.h"
#include "store/shipment_repo.h"

/// order.shipped, told once an order: by whoever learns first that goods have left.
namespace crossdock::services {

/// Whether the channel says by this change that goods have left, which it did not say before.
bool shows_goods_left(domain::OrderStatus before, domain::OrderStatus after);
/// Whether the channel took a shipment of the order from here, so that it was told then.
bool was_shipped_here(db::Session& session, OrderId order);
/// The channel took this shipment: order.shipped, unless an earlier one or the channel itself was first.
void tell_shipped_here(db::Session& session, const store::Shipment& shipment, Timestamp now);

}  // namespace crossdock::services
