// SPDX-License-Identifier: Apache-2.0
// Fulfillment Inbound 2024-03-20: the same shipments, each in a plan of its own; and setting what lies in the boxes.
#include <algorithm>
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

json plan_json(const InboundShipment& shipment) {
    return {{"inboundPlanId", shipment.plan_id},
            {"name", shipment.name},
            {"createdAt", format_rfc3339(shipment.created_at)},
            {"lastUpdatedAt", format_rfc3339(shipment.updated_at)},
            {"status", shipment.status == "CANCELLED" || shipment.status == "DELETED"       ? "VOIDED"
                       : shipment.status == "WORKING" || shipment.status == "READY_TO_SHIP" ? "ACTIVE"
                                                                                            : "SHIPPED"},
            {"marketplaceIds", json::array({shipment.store->id})},
            {"sourceAddress", source_address()}};
}

json plan_item_json(const World& world, const InboundShipment& shipment, std::uint32_t listing, int units) {
    const Listing goods = world.listing(listing);
    const char* owner = shipment.label_prep == "AMAZON_LABEL" ? "AMAZON"
                        : shipment.label_prep == "NO_LABEL"   ? "NONE"
                                                              : "SELLER";
    return {{"msku", goods.sku},
            {"fnsku", goods.fn_sku},
            {"asin", goods.asin},
            {"quantity", units},
            {"labelOwner", owner},
            {"prepInstructions", json::array({{{"prepType", "ITEM_LABELING"}, {"prepOwner", owner}}})}};
}

const InboundShipment* of_plan(const World& world, const std::string& plan_id) {
    for (const InboundShipment& shipment : world.inbounds) {
        if (shipment.plan_id == plan_id) return &shipment;
    }
    return nullptr;
}

/// The shipment of a path …/inboundPlans/{plan}/shipments/{shipment}; null when they do not belong together.
const InboundShipment* of_path(const World& world, const Call& call) {
    const InboundShipment* shipment = of_plan(world, call.parts[0]);
    return shipment != nullptr && shipment->shipment_id == call.parts[1] ? shipment : nullptr;
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
    std::vector<const InboundShipment*> found;
    for (const InboundShipment& shipment : world_.inbounds) {
        if (status.empty() || plan_json(shipment)["status"] == status) found.push_back(&shipment);
    }
    std::sort(found.begin(), found.end(), [&](const InboundShipment* a, const InboundShipment* b) {
        const Timestamp left = by == "CREATION_TIME" ? a->created_at : a->updated_at;
        const Timestamp right = by == "CREATION_TIME" ? b->created_at : b->updated_at;
        if (left == right) return a->id < b->id;
        return order == "ASC" ? left < right : right < left;
    });
    std::size_t i = position.at.empty() ? 0 : std::stoul(position.at);
    json list = json::array();
    for (; i < found.size() && list.size() < static_cast<std::size_t>(*size); ++i) list.push_back(plan_json(*found[i]));
    json body = {{"inboundPlans", list}};
    if (i < found.size())
        body["pagination"] = {{"nextToken", pages_.issue(call.operation, call.parameters_but("paginationToken"),
                                                         {std::to_string(i), ""}, world_.now())}};
    return answer(body);
}

http::Response SellerImpl::get_plan(Call& call) {
    const InboundShipment* shipment = of_plan(world_, call.parts[0]);
    if (shipment == nullptr) return not_found("Inbound plan " + call.parts[0] + " was not found.");
    json body = plan_json(*shipment);
    body["shipments"] = json::array({{{"shipmentId", shipment->shipment_id}, {"status", shipment->status}}});
    body["placementOptions"] = json::array({{{"placementOptionId", shipment->placement_id}, {"status", "ACCEPTED"}}});
    return answer(body);
}

http::Response SellerImpl::get_plan_shipment(Call& call) {
    const InboundShipment* shipment = of_path(world_, call);
    if (shipment == nullptr) return not_found("Shipment " + call.parts[1] + " was not found.");
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
    if (shipment == nullptr) return not_found("Shipment " + call.parts[1] + " was not found.");
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
    if (shipment == nullptr) return not_found("Shipment " + call.parts[1] + " was not found.");
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
        list.push_back({{"packageId", "pk" + shipment->shipment_id.substr(2) + std::to_string(i)},
                        {"boxId", shipment->cartons[i].id},
                        {"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                        {"quantity", 1},
                        {"items", items}});
    }
    json body = {{"boxes", list}};
    if (i < shipment->cartons.size())
        body["pagination"] = {{"nextToken", pages_.issue(call.operation, call.parameters_but("paginationToken"),
                                                         {std::to_string(i), ""}, world_.now())}};
    return answer(body);
}

http::Response SellerImpl::set_packing(Call& call) {
    const InboundShipment* of = of_plan(world_, call.parts[0]);
    if (of == nullptr) return not_found("Inbound plan " + call.parts[0] + " was not found.");
    InboundShipment& shipment = *world_.inbound(of->id);
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object() || !body.contains("packageGroupings") || !body["packageGroupings"].is_array() ||
        body["packageGroupings"].empty())
        return bad_plan("packageGroupings is missing.");
    std::vector<Carton> cartons;
    std::map<std::string, int> packed;
    for (const json& grouping : body["packageGroupings"]) {
        const json id = grouping.is_object() ? grouping.value("shipmentId", json()) : json();
        // Placement is confirmed in this sandbox: a packing group is over by then.
        if (!grouping.is_object() || grouping.contains("packingGroupId") || id != shipment.shipment_id)
            return bad_plan("packageGroupings: the shipmentId of this plan is required after placement confirmation.");
        for (const json& box : grouping.value("boxes", json::array())) {
            const json source = box.is_object() ? box.value("contentInformationSource", json()) : json();
            if (source != "BOX_CONTENT_PROVIDED" && source != "MANUAL_PROCESS" && source != "BARCODE_2D")
                return bad_plan("contentInformationSource is missing or invalid.");
            for (const auto& [name, members] :
                 {std::pair{"dimensions", std::vector{"unitOfMeasurement", "length", "width", "height"}},
                  std::pair{"weight", std::vector{"unit", "value"}}}) {
                const json part = box.value(name, json());
                for (const char* member : members) {
                    if (!part.is_object() || !part.contains(member))
                        return bad_plan(std::string(name) + "." + member + " is missing.");
                }
            }
            const json quantity = box.value("quantity", json());
            if (!quantity.is_number_integer() || quantity.get<int>() < 1)
                return bad_plan("quantity must be a positive integer.");
            for (int copy = 0; copy < quantity.get<int>() && cartons.size() < 10'000; ++copy) {
                Carton carton;
                char number[16];
                std::snprintf(number, sizeof number, "U%06zu", cartons.size() + 1);
                carton.id = shipment.id + number;
                for (const json& item : box.value("items", json::array())) {
                    const json sku = item.is_object() ? item.value("msku", json()) : json();
                    const json units = item.is_object() ? item.value("quantity", json()) : json();
                    if (!sku.is_string() || !units.is_number_integer() || units.get<int>() < 1 ||
                        !item.contains("prepOwner") || !item.contains("labelOwner"))
                        return bad_plan("items: msku, quantity, prepOwner and labelOwner are required.");
                    carton.items.emplace_back(sku.get<std::string>(), units.get<int>());
                    packed[sku.get<std::string>()] += units.get<int>();
                }
                cartons.push_back(std::move(carton));
            }
        }
    }
    std::map<std::string, int> planned;
    for (const InboundItem& item : shipment.items) planned[world_.listing(item.listing).sku] += item.shipped;
    // Accepted in any case; whether it worked is what the operation's status says.
    const std::string operation = world_.random().uuid();
    json status = {{"operation", "setPackingInformation"},
                   {"operationId", operation},
                   {"operationProblems", json::array()},
                   {"operationStatus", "SUCCESS"}};
    if (planned != packed) {
        status["operationStatus"] = "FAILED";
        status["operationProblems"].push_back(
            {{"code", "FBA_INB_0182"},
             {"message", "The package groupings did not contain expected items and/or quantities."},
             {"severity", "ERROR"}});
    }
    json waiting = {{"operation", "setPackingInformation"},
                    {"operationId", operation},
                    {"operationProblems", json::array()},
                    {"operationStatus", "IN_PROGRESS"}};
    packing_operations_[operation] = waiting.dump();
    world_.at(world_.now() + options_.queue_time,
              [this, operation, done = status.dump(), good = planned == packed, id = shipment.id, cartons] {
                  packing_operations_[operation] = done;
                  if (good) world_.inbound(id)->cartons = cartons;  // replaces the whole packing
              });
    return answer({{"operationId", operation}}, 202);
}

http::Response SellerImpl::get_operation_status(Call& call) {
    const auto at = packing_operations_.find(call.parts[0]);
    if (at == packing_operations_.end()) return not_found("Operation " + call.parts[0] + " was not found.");
    return http::Response::json(200, at->second);
}

}  // namespace crossdock::sandbox::amazon
