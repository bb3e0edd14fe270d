// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

namespace crossdock {

/// The hub's own rows; the contract shows their UUIDs.
using FbaShipmentId = Id<struct FbaShipmentTag>;
using CartonPushId = Id<struct CartonPushTag>;

}  // namespace crossdock

namespace crossdock::domain {

/// A shipment on its way into Amazon's warehouses (the contract's FBA inbound shipment), items apart.
struct FbaShipment {
    std::string shipment_id;      // Amazon's: "FBA15DJ8K6NZ"
    std::string marketplace_id;
    std::optional<std::string> shipment_name, destination_fulfillment_center_id, label_prep_type;
    std::string shipment_status;  // Amazon's word: "WORKING"
    bool are_cases_required = false;
    std::optional<std::string> box_contents_source;
    friend bool operator==(const FbaShipment&, const FbaShipment&) = default;
};

/// A shipment's place in Amazon's newer inbound API (2024-03-20), which knows it under ids of its own.
struct FbaPlan {
    std::string inbound_plan_id;  // "wf…"
    std::string shipment_id;      // "sh…"
    friend bool operator==(const FbaPlan&, const FbaPlan&) = default;
};

/// States in which a shipment may still change. READY_TO_SHIP lies between WORKING and SHIPPED in newer flows.
inline constexpr std::array<std::string_view, 7> kActiveFbaStates{"WORKING",   "READY_TO_SHIP", "SHIPPED",  "IN_TRANSIT",
                                                                  "DELIVERED", "CHECKED_IN",    "RECEIVING"};

/// Every word Amazon is known to use, of both versions of its API.
inline constexpr std::array<std::string_view, 14> kFbaStates{
    "WORKING", "READY_TO_SHIP", "SHIPPED", "IN_TRANSIT", "DELIVERED", "CHECKED_IN", "RECEIVING",
    "CLOSED",  "CANCELLED",     "DELETED", "ERROR",      "ABANDONED", "MIXED",      "UNCONFIRMED"};

/// Nothing changes any more. ERROR is no end: Amazon may mend it.
constexpr bool is_final_fba_state(std::string_view state) {
    return state == "CLOSED" || state == "CANCELLED" || state == "DELETED";
}

}  // namespace crossdock::domain
