// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Path of the newer inbound API's plans, and of one of its shipments.
inline constexpr std::string_view kInboundPlans = "/inbound/fba/2024-03-20/inboundPlans";
std::string plan_shipment_path(const domain::FbaPlan& plan);

/// What a plan says of a sku in a shipment.
struct PlannedItem {
    std::int64_t quantity = 0;
    std::string label_owner, prep_owner;  // "SELLER", "AMAZON", "NONE"
    std::optional<std::string> expiration, lot;
    bool in_lots = false;  // with several dates or lots: which carton holds which cannot be told
};
using PlannedItems = std::map<std::string, PlannedItem>;

/// What is in the cartons of an inbound shipment, by setPackingInformation (Fulfillment Inbound 2024-03-20). It
/// replaces the whole packing of the plan, and the units must equal the plan's exactly: so it waits until the cartons
/// make up the shipment, and what the plan's other shipments hold is sent along as Amazon has it. Answered later, under
/// an operation.
class Packing {
public:
    explicit Packing(Client& client) : client_(client) {}
    PushOutcome push(const CartonShipment& to, std::span<const CartonToPush> cartons);
    PushOutcome check(const std::string& operation_id);

private:
    Result<PlannedItems> planned_items(const domain::FbaPlan& plan);
    Result<std::vector<std::string>> groupings_of_others(const domain::FbaPlan& plan);
    Result<std::vector<std::string>> boxes_of(const domain::FbaPlan& plan);

    Client& client_;
};

/// How the cartons fit the plan: nothing when they make it up exactly; else `waiting` for more of them, or `failed`.
/// Pure.
std::optional<PushOutcome> compare_with_plan(const std::string& shipment_id, const PlannedItems& planned,
                                             std::span<const CartonToPush> cartons);

}  // namespace crossdock::connectors::amazon
