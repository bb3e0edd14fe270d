// SPDX-License-Identifier: Apache-2.0
// Fulfillment Inbound 2024-03-20: the same shipments, in their plans. What lies in the boxes is set in
// packing_2024.cpp.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

http::Response bad_plan(const std::string& message) { return error(400, "BadRequest", message); }

json source_address() {
    return {{"name", "Crossdock Demo Warehouse"},
            {"addressLine1", "12 Dock Road"},
            {"city", "Springfield"},
            {"stateOrProvinceCode", "IL"},
            {"countryCode", "US"},
            {"postalCode", "62701"},
            {"phoneNumber", "5555550100"}};
}

/// The shipments of one plan, the first one first.
using PlanShipments = std::vector<const InboundShipment*>;

PlanShipments of_plan(const World& world, const std::string& plan_id) {
    PlanShipments all;
    for (const InboundShipment& shipment : world.inbounds) {
        if (shipment.plan_id == plan_id) all.push_back(&shipment);
    }
    return all;
}

bool is_void(const InboundShipment& shipment) { return shipment.status == "CANCELLED" || shipment.status == "DELETED"; }

std::string plan_status(const PlanShipments& all) {
    if (std::all_of(all.begin(), all.end(), [](const auto* one) { return is_void(*one); })) return "VOIDED";
    const auto is_active = [](const auto* one) { return one->status == "WORKING" || one->status == "READY_TO_SHIP"; };
    return std::any_of(all.begin(), all.end(), is_active) ? "ACTIVE" : "SHIPPED";
}

Timestamp plan_updated(const PlanShipments& all) {
    Timestamp at{};
    for (const InboundShipment* one : all) at = std::max(at, one->updated_at);
    return at;
}

json plan_json(const PlanShipments& all) {
    const InboundShipment& first = *all.front();
    return {{"inboundPlanId", first.plan_id},
            {"name", first.name},
            {"createdAt", format_rfc3339(first.created_at)},
            {"lastUpdatedAt", format_rfc3339(plan_updated(all))},
            {"status", plan_status(all)},
            {"marketplaceIds", json::array({first.store->id})},
            {"sourceAddress", source_address()}};
}

/// Thirty-eight characters, as the model wants them.
std::string package_id(const InboundShipment& shipment, std::size_t number) {
    char last[8];
    std::snprintf(last, sizeof last, "%04x", static_cast<unsigned>(number & 0xffffU));
    return "pk" + shipment.shipment_id.substr(2, 32) + last;
}

json plan_item_json(const World& world, const InboundShipment& shipment, std::uint32_t listing, int units) {
    const Listing goods = world.listing(listing);
    // "AMAZON is not an accepted value in the US marketplace."
    const bool in_us = shipment.store->country == std::string_view("US");
    const char* owner = shipment.label_prep == "AMAZON_LABEL" && !in_us ? "AMAZON"
                        : shipment.label_prep == "NO_LABEL"             ? "NONE"
                                                                        : "SELLER";
    return {{"msku", goods.sku},
            {"fnsku", goods.fn_sku},
            {"asin", goods.asin},
            {"quantity", units},
            {"labelOwner", owner},
            {"prepInstructions", json::array({{{"prepType", "ITEM_LABELING"}, {"prepOwner", owner}}})}};
}

/// The shipment of a path …/inboundPlans/{plan}/shipments/{shipment}; null when they do not belong together.
const InboundShipment* of_path(const World& world, const Call& call) {
    for (const InboundShipment* shipment : of_plan(world, call.parts[0])) {
        if (shipment->shipment_id == call.parts[1]) return shipment;
    }
    return nullptr;
}

}  // namespace

http::Response SellerImpl::list_plans(Call& call) {
    const auto size = size_parameter(call, "pageSize", 10, 30);
    if (!size) return bad_plan("pageSize must be between 1 and 30.");
    const std::string status = call.text("status");
    if (!status.empty() && status != "ACTIVE" && status != "VOIDED" && status != "SHIPPED")
        return bad_plan("Invalid status: " + status);
    const std::string by = call.has("sortBy") ? call.text("sortBy") : "CREATION_TIME";
    const std::string order = call.has("sortOrder") ? call.text("sortOrder") : "DESC";
    if ((by != "LAST_UPDATED_TIME" && by != "CREATION_TIME") || (order != "ASC" && order != "DESC"))
        return bad_plan("Invalid sortBy or sortOrder.");
    PagePosition position;
    if (auto refused = read_page(call, "paginationToken", std::chrono::hours(1), position)) return std::move(*refused);
    std::vector<PlanShipments> found;
    for (const InboundShipment& shipment : world_.inbounds) {
        PlanShipments all = of_plan(world_, shipment.plan_id);
        if (all.front() == &shipment && (status.empty() || plan_status(all) == status)) found.push_back(std::move(all));
    }
    std::sort(found.begin(), found.end(), [&](const PlanShipments& a, const PlanShipments& b) {
        const Timestamp left = by == "CREATION_TIME" ? a.front()->created_at : plan_updated(a);
        const Timestamp right = by == "CREATION_TIME" ? b.front()->created_at : plan_updated(b);
        if (left == right) return a.front()->id < b.front()->id;
        return order == "ASC" ? left < right : right < left;
    });
    std::size_t i = position.at.empty() ? 0 : std::stoul(position.at);
    json list = json::array();
    for (; i < found.size() && list.size() < static_cast<std::size_t>(*size); ++i) list.push_back(plan_json(found[i]));
    json body = {{"inboundPlans", list}};
    if (i < found.size())
        body["pagination"] = {{"nextToken", pages_.issue(call.operation, call.parameters_but("paginationToken"),
                                                         {std::to_string(i), ""}, world_.now())}};
    return answer(body);
}

http::Response SellerImpl::get_plan(Call& call) {
    const PlanShipments all = of_plan(world_, call.parts[0]);
    if (all.empty()) return bad_plan("The requested inbound plan does not exist.");
    json body = plan_json(all);
    body["shipments"] = json::array();
    for (const InboundShipment* one : all)
        body["shipments"].push_back({{"shipmentId", one->shipment_id}, {"status", one->status}});
    body["placementOptions"] =
        json::array({{{"placementOptionId", all.front()->placement_id}, {"status", "ACCEPTED"}}});
    return answer(body);
}

http::Response SellerImpl::get_plan_shipment(Call& call) {
    const InboundShipment* shipment = of_path(world_, call);
    if (shipment == nullptr) return bad_plan("The requested shipment does not exist for the provided inbound plan.");
    return answer({{"shipmentId", shipment->shipment_id},
                   {"shipmentConfirmationId", shipment->id},
                   {"placementOptionId", shipment->placement_id},
                   {"name", shipment->name},
                   {"status", shipment->status},
                   {"source", {{"sourceType", "SELLER_FACILITY"}, {"address", source_address()}}},
                   {"destination", {{"destinationType", "AMAZON_WAREHOUSE"}, {"warehouseId", shipment->centre}}}});
}

http::Response SellerImpl::list_plan_shipment_items(Call& call) {
    const InboundShipment* shipment = of_path(world_, call);
    if (shipment == nullptr) return bad_plan("The requested shipment does not exist for the provided inbound plan.");
    const auto size = size_parameter(call, "pageSize", 10, 1000);
    if (!size) return bad_plan("pageSize must be between 1 and 1000.");
    PagePosition position;
    if (auto refused = read_page(call, "paginationToken", std::chrono::hours(1), position)) return std::move(*refused);
    std::size_t i = position.at.empty() ? 0 : std::stoul(position.at);
    json list = json::array();
    for (; i < shipment->items.size() && list.size() < static_cast<std::size_t>(*size); ++i)
        list.push_back(plan_item_json(world_, *shipment, shipment->items[i].listing, shipment->items[i].shipped));
    json body = {{"items", list}};
    if (i < shipment->items.size())
        body["pagination"] = {{"nextToken", pages_.issue(call.operation, call.parameters_but("paginationToken"),
                                                         {std::to_string(i), ""}, world_.now())}};
    return answer(body);
}

http::Response SellerImpl::list_plan_shipment_boxes(Call& call) {
    const InboundShipment* shipment = of_path(world_, call);
    if (shipment == nullptr) return bad_plan("The requested shipment does not exist for the provided inbound plan.");
    const auto size = size_parameter(call, "pageSize", 10, 1000);
    if (!size) return bad_plan("pageSize must be between 1 and 1000.");
    PagePosition position;
    if (auto refused = read_page(call, "paginationToken", std::chrono::hours(1), position)) return std::move(*refused);
    std::size_t i = position.at.empty() ? 0 : std::stoul(position.at);
    json list = json::array();
    for (; i < shipment->cartons.size() && list.size() < static_cast<std::size_t>(*size); ++i) {
        json items = json::array();
        for (const auto& [sku, units] : shipment->cartons[i].items) {
            if (const auto index = world_.listing_of(sku)) items.push_back(plan_item_json(world_, *shipment, *index, units));
        }
        const Carton& carton = shipment->cartons[i];
        json box = {{"packageId", package_id(*shipment, i)},
                    {"boxId", carton.id},
                    {"contentInformationSource", carton.source},
                    {"quantity", 1},
                    {"items", items}};
        // A feed of carton contents says nothing of them.
        if (!carton.dimensions.empty()) box["dimensions"] = json::parse(carton.dimensions);
        if (!carton.weight.empty()) box["weight"] = json::parse(carton.weight);
        list.push_back(std::move(box));
    }
    json body = {{"boxes", list}};
    if (i < shipment->cartons.size())
        body["pagination"] = {{"nextToken", pages_.issue(call.operation, call.parameters_but("paginationToken"),
                                                         {std::to_string(i), ""}, world_.now())}};
    return answer(body);
}

}  // namespace crossdock::sandbox::amazon
