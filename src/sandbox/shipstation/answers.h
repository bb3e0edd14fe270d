// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "sandbox/shipstation/world.h"

/// What goes over the wire in V1. Money is a JSON number, times are Pacific wall times of 0, 3 or 7 fraction digits.
namespace crossdock::sandbox::shipstation {

using Json = nlohmann::ordered_json;

Json order_json(const Order& order, const Goods& goods);
Json shipment_json(const Shipment& shipment, const Order& order, const Goods& goods, bool with_items);
Json fulfillment_json(const Shipment& shipment, const Order& order);
Json product_json(const Good& good, const World& world);
Json store_json(const Store& store, Timestamp now);
Json carriers_json();
Json services_json(const std::string& carrier);
Json warehouses_json();

inline double dollars(std::int64_t cents) { return static_cast<double>(cents) / 100; }

}  // namespace crossdock::sandbox::shipstation
