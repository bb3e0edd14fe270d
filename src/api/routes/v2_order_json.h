// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "store/channel_repo.h"
#include "store/order_repo.h"

namespace crossdock::api::routes {

/// An order as `/v2` shows it. Amounts are written with the digits that the channel gave.
void write_v2_order(JsonWriter& json, const store::OrderDetails& order, const store::Channel* channel);
/// The same as text, for whoever tells of an order elsewhere.
std::string v2_order_object(const store::OrderDetails& order, const store::Channel* channel);

/// What refunds and items have alike. `members` are those of the ERP contract's object.
void write_v2_refund(JsonWriter& json, std::int64_t id, std::string_view members,
                     const std::optional<Timestamp>& imported_at, const store::Channel* channel,
                     const std::optional<OrderId>& order);
void write_v2_item(JsonWriter& json, std::int64_t id, std::string_view members);

}  // namespace crossdock::api::routes
