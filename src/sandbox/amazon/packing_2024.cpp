// SPDX-License-Identifier: Apache-2.0
// Fulfillment Inbound 2024-03-20: what lies in the boxes of a plan's shipments, set at once and looked at later.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using PackingJson = nlohmann::ordered_json;

namespace {

constexpr std::size_t kBoxesMost = 5'000;  // of one grouping
constexpr double kMeasureMost = 100'000;

/// Why a request cannot be parsed; "" when it can.
using Objection = std::string;

bool is_one_of(const PackingJson& value, std::initializer_list<std::string_view> words) {
    return value.is_string() &&
           std::find(words.begin(), words.end(), value.get_ref<const std::string&>()) != words.end();
}

PackingJson member(const PackingJson& object, const char* name) {
    return object.is_object() ? object.value(name, PackingJson()) : PackingJson();
}

bool is_whole(const PackingJson& value, std::int64_t most) {
    return value.is_number_integer() && value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= most;
}

bool is_measure(const PackingJson& value) {
    return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= kMeasureMost;
}

Objection fault_of_measures(const PackingJson& box) {
    const PackingJson size = member(box, "dimensions"), weight = member(box, "weight");
    for (const char* name : {"length", "width", "height"}) {
        if (!is_measure(member(size, name))) return std::string("dimensions.") + name + " is missing or invalid.";
    }
    if (!is_one_of(member(size, "unitOfMeasurement"), {"IN", "CM"}))
        return "dimensions.unitOfMeasurement is missing or invalid.";
    if (!is_measure(member(weight, "value"))) return "weight.value is missing or invalid.";
    if (!is_one_of(member(weight, "unit"), {"LB", "KG"})) return "weight.unit is missing or invalid.";
    return {};
}

Objection fault_of_item(const PackingJson& item, const Store& store) {
    const PackingJson sku = member(item, "msku");
    if (!sku.is_string() || sku.get_ref<const std::string&>().empty() || sku.get_ref<const std::string&>().size() > 255)
        return "items: msku is missing or invalid.";
    if (!is_whole(member(item, "quantity"), 500'000)) return "items: quantity is missing or invalid.";
    for (const char* name : {"prepOwner", "labelOwner"}) {
        if (!is_one_of(member(item, name), {"AMAZON", "SELLER", "NONE"}))
            return "items: " + std::string(name) + " is missing or invalid.";
    }
    if (store.country == std::string_view("US") && member(item, "labelOwner") == "AMAZON")
        return "items: labelOwner AMAZON is not accepted in this marketplace.";
    return {};
}

/// One box, as often as its quantity says.
Objection read_box(const PackingJson& box, const InboundShipment& shipment, std::vector<Carton>& cartons) {
    const PackingJson source = member(box, "contentInformationSource");
    if (!is_one_of(source, {"BOX_CONTENT_PROVIDED", "MANUAL_PROCESS", "BARCODE_2D"}))
        return "contentInformationSource is missing or invalid.";
    if (Objection fault = fault_of_measures(box); !fault.empty()) return fault;
    const PackingJson quantity = member(box, "quantity");
    if (!is_whole(quantity, 10'000)) return "quantity must be from 1 to 10000.";
    PackingJson items = member(box, "items");
    if (items.is_null()) items = PackingJson::array();
    if (!items.is_array()) return "items is invalid.";
    if (source != "BOX_CONTENT_PROVIDED" && !items.empty())
        return "items must be empty when contentInformationSource is " + source.get<std::string>() + ".";
    Carton carton;
    carton.source = source.get<std::string>();
    carton.dimensions = member(box, "dimensions").dump();
    carton.weight = member(box, "weight").dump();
    for (const PackingJson& item : items) {
        if (Objection fault = fault_of_item(item, *shipment.store); !fault.empty()) return fault;
        carton.items.emplace_back(item["msku"].get<std::string>(), item["quantity"].get<int>());
    }
    for (int copy = 0; copy < quantity.get<int>() && cartons.size() < kBoxesMost; ++copy) {
        char number[16];
        std::snprintf(number, sizeof number, "U%06zu", cartons.size() + 1);
        carton.id = shipment.id + number;
        cartons.push_back(carton);
    }
    return {};
}

/// Whether boxes whose contents are told add up to the shipment.
bool adds_up(const World& world, const InboundShipment& shipment, const std::vector<Carton>& cartons) {
    std::map<std::string, int> packed, planned;
    bool told = true;
    for (const Carton& carton : cartons) {
        told = told && carton.source == "BOX_CONTENT_PROVIDED";
        for (const auto& [sku, units] : carton.items) packed[sku] += units;
    }
    for (const InboundItem& item : shipment.items) planned[world.listing(item.listing).sku] += item.shipped;
    return !told || packed == planned;
}

PackingJson operation_json(const std::string& id, const char* status) {
    return {{"operation", "setPackingInformation"},
            {"operationId", id},
            {"operationProblems", PackingJson::array()},
            {"operationStatus", status}};
}

}  // namespace

http::Response SellerImpl::set_packing(Call& call) {
    const auto bad = [](const std::string& message) { return error(400, "BadRequest", message); };
    const std::string plan_id = call.parts[0];
    std::vector<InboundShipment*> plan;
    for (InboundShipment& shipment : world_.inbounds) {
        if (shipment.plan_id == plan_id) plan.push_back(&shipment);
    }
    if (plan.empty()) return bad("The requested inbound plan does not exist.");
    const PackingJson body = PackingJson::parse(call.request.body, nullptr, false);
    const PackingJson groupings = member(body, "packageGroupings");
    if (!groupings.is_array() || groupings.empty()) return bad("packageGroupings is missing.");
    std::map<std::string, std::vector<Carton>> packing;  // by shipment
    bool good = true;
    for (const PackingJson& grouping : groupings) {
        // Placement is confirmed in this sandbox: a packing group is over by then.
        if (!member(grouping, "packingGroupId").is_null())
            return bad("The requested packingGroupId does not exist for the specified inbound plan.");
        const PackingJson id = member(grouping, "shipmentId");
        const auto at = std::find_if(plan.begin(), plan.end(), [&](const auto* one) { return id == one->shipment_id; });
        if (at == plan.end()) return bad("The requested shipment does not exist for the provided inbound plan.");
        const InboundShipment& shipment = **at;
        // From then on it is a content update, which may change the freight costs.
        if (shipment.status != "WORKING")
            return bad("The transportation of shipment " + shipment.shipment_id + " is confirmed.");
        const PackingJson boxes = member(grouping, "boxes");
        if (!boxes.is_array() || boxes.empty() || boxes.size() > kBoxesMost)
            return bad("boxes must be from 1 to 5000.");
        std::vector<Carton>& cartons = packing[shipment.id];
        for (const PackingJson& box : boxes) {
            if (const Objection fault = read_box(box, shipment, cartons); !fault.empty()) return bad(fault);
        }
        good = good && adds_up(world_, shipment, cartons);
    }
    // Accepted in any case; whether it worked is what the operation's status says.
    const std::string operation = world_.random().uuid();
    PackingJson done = operation_json(operation, good ? "SUCCESS" : "FAILED");
    if (!good)
        done["operationProblems"].push_back(
            {{"code", "FBA_INB_0182"},
             {"message", "The package groupings did not contain expected items and/or quantities."},
             {"severity", "ERROR"}});
    if (good && faults_.take({"packing_warning"}, call.operation)) {
        ++world_.counters.faults;
        done["operationProblems"].push_back({{"code", "DimensionMismatch"},
                                             {"message", "The dimension does not match what is expected."},
                                             {"details", ""},
                                             {"severity", "WARNING"}});
    }
    packing_operations_[operation] = operation_json(operation, "IN_PROGRESS").dump();
    world_.at(world_.now() + options_.queue_time, [this, operation, done = done.dump(), good, plan_id, packing] {
        packing_operations_[operation] = done;
        if (!good) return;
        // It replaces the packing of the whole plan: what was not named has none any more.
        for (InboundShipment& shipment : world_.inbounds) {
            if (shipment.plan_id != plan_id) continue;
            const auto named = packing.find(shipment.id);
            shipment.cartons = named == packing.end() ? std::vector<Carton>{} : named->second;
        }
    });
    return answer({{"operationId", operation}}, 202);
}

http::Response SellerImpl::get_operation_status(Call& call) {
    const std::string& id = call.parts[0];
    if (id.size() < 36 || id.size() > 38) return error(400, "BadRequest", "The operationId is malformed.");
    const auto at = packing_operations_.find(id);
    if (at == packing_operations_.end()) return not_found("The operation " + id + " does not exist.");
    return http::Response::json(200, at->second);
}

}  // namespace crossdock::sandbox::amazon
