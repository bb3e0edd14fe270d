// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {

/// What of an order's personal data an answer of v0 may hold.
struct Shown {
    bool buyer = false, address = false;
};
nlohmann::ordered_json order_v0(const Order& order, Shown shown, Timestamp now);
nlohmann::ordered_json item_v0(const World& world, const Order& order, const Line& line, Shown shown);
nlohmann::ordered_json address_v0(const Order& order, bool personal, Timestamp now);
nlohmann::ordered_json buyer_v0(const Order& order, bool personal);
/// Amazon leaves addresses out while an order is Pending, and again when it is Canceled.
bool has_address(const Order& order);
bool has_phone(const Order& order, Timestamp now);

struct Shown2026 {
    std::set<std::string> data;         // includedData
    bool buyer = true, address = true;  // what the roles of the application allow
    bool negative_discounts = true;
};
nlohmann::ordered_json order_2026(const World& world, const Order& order, const Shown2026& shown, Timestamp now);

}  // namespace crossdock::sandbox::amazon
