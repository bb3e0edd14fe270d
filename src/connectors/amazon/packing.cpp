// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/packing.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/outcome.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::amazon {
namespace {

using State = PushOutcome::State;

constexpr std::chrono::seconds kOperationPause{30};
constexpr int kMostPackingPages = 20;  // of a thousand rows each; a shipment has at most 5 000 boxes
constexpr std::size_t kMostBoxes = 5'000;
constexpr std::size_t kMostWords = 5;  // of problems that are told

PushOutcome packing_failed(std::string code, std::string message) {
    PushOutcome out = outcome(State::failed, std::move(code), std::move(message));
    out.whole = true;
    return out;
}

/// Of a call that only read: whatever went wrong, nothing was changed.
PushOutcome packing_not_sent(Error error) {
    if (effect_unknown(error)) {
        error.kind = ErrorKind::unavailable;
        error.code = "amazon_packing_not_sent";
        error.message = "the packing information was not sent: " + error.message;
    }
    PushOutcome out = outcome_of(error);
    out.whole = true;
    return out;
}

std::string said_of(JsonView problems) {
    std::string words;
    std::size_t told = 0;
    for (const JsonView one : problems) {
        if (++told > kMostWords) break;
        std::string text = one["code"].filled_text().value_or("");
        if (const auto message = one["message"].filled_text()) text += (text.empty() ? "" : ": ") + *message;
        if (const auto details = one["details"].filled_text()) text += " (" + *details + ")";
        if (!text.empty()) words += (words.empty() ? "" : "; ") + in_quotes(text);
    }
    return words;
}

/// The one who prepares, among the item's preparations: Amazon, where it does any of them.
std::string prep_owner_of(JsonView item) {
    std::string owner = "NONE";
    for (const JsonView one : item["prepInstructions"]) {
        const std::string_view said = one["prepOwner"].word();
        if (said == "AMAZON" || (said == "SELLER" && owner == "NONE")) owner = said;
    }
    return owner;
}

/// An item of a plan or box as an item of a request.
void write_item(JsonWriter& json, std::string_view sku, std::int64_t quantity, const PlannedItem& how) {
    json.begin_object()
        .field("msku", sku)
        .field("quantity", quantity)
        .field("prepOwner", std::string_view{how.prep_owner});
    json.field("labelOwner", std::string_view{how.label_owner});
    if (how.expiration) json.field("expiration", std::string_view{*how.expiration});
    if (how.lot) json.field("manufacturingLotCode", std::string_view{*how.lot});
    json.end_object();
}

PlannedItem planned_item(JsonView item) {
    PlannedItem out;
    out.quantity = item["quantity"].integer().value_or(0);
    out.label_owner = item["labelOwner"].filled_text().value_or("NONE");
    out.prep_owner = prep_owner_of(item);
    out.expiration = item["expiration"].filled_text();
    out.lot = item["manufacturingLotCode"].filled_text();
    return out;
}

void write_measures(JsonWriter& json, const CartonBox& box) {
    json.key("dimensions").begin_object().field("unitOfMeasurement", std::string_view{box.length_unit});
    json.key("length").raw(box.length).key("width").raw(box.width).key("height").raw(box.height).end_object();
    json.key("weight").begin_object().field("unit", std::string_view{box.weight_unit});
    json.key("value").raw(box.weight).end_object();
}

std::string box_of_carton(const CartonToPush& carton, const CartonBox& box, const PlannedItems& planned) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("contentInformationSource", "BOX_CONTENT_PROVIDED");
    write_measures(json, box);
    json.field("quantity", std::int64_t{1}).key("items").begin_array();
    for (const auto& item : carton.items) write_item(json, item.sku, item.quantity_shipped, planned.at(item.sku));
    json.end_array().end_object();
    return text;
}

/// A box as Amazon has it, for being sent back as it is; empty when it does not say enough of it.
std::string box_as_it_is(JsonView box) {
    const JsonView size = box["dimensions"], weight = box["weight"];
    const std::string source = box["contentInformationSource"].filled_text().value_or("");
    if (source.empty() || !size.is_object() || !weight.is_object()) return {};
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("contentInformationSource", std::string_view{source});
    json.key("dimensions").raw(size.raw()).key("weight").raw(weight.raw());
    json.field("quantity", box["quantity"].integer().value_or(1));
    if (source == "BOX_CONTENT_PROVIDED") {
        json.key("items").begin_array();
        for (const JsonView item : box["items"]) {
            const PlannedItem how = planned_item(item);
            write_item(json, item["msku"].text().value_or(""), how.quantity, how);
        }
        json.end_array();
    }
    json.end_object();
    return text;
}

std::string grouping(const std::string& plan_shipment_id, const std::vector<std::string>& boxes) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("shipmentId", std::string_view{plan_shipment_id}).key("boxes").begin_array();
    for (const std::string& box : boxes) json.raw(box);
    json.end_array().end_object();
    return text;
}

Error packing_unread(std::string_view what) {
    return {ErrorKind::unavailable, "amazon_packing_unread", "Amazon answered without " + std::string{what}};
}

/// Every row of a paged list of the newer API. Amazon's tokens have been seen to stand still elsewhere.
Status each_row(Client& client, Operation operation, const std::string& path, std::string_view list,
                const std::function<Status(JsonView)>& row) {
    std::string token;
    for (int page = 0; page < kMostPackingPages; ++page) {
        Call call{operation, path};
        call.push = true;
        call.query = {{"pageSize", "1000"}};
        if (!token.empty()) call.query.emplace_back("paginationToken", token);
        const auto answer = client.call(call);
        if (!answer) return answer.error();
        const JsonView rows = answer->root[list];
        if (!rows.is_array()) return packing_unread("the list \"" + std::string{list} + "\"");
        for (const JsonView one : rows)
            if (auto done = row(one); !done) return done;
        std::string next = answer->root["pagination"]["nextToken"].filled_text().value_or("");
        if (next.empty()) return std::monostate{};
        if (next == token) break;
        token = std::move(next);
    }
    return Error{ErrorKind::unavailable, "amazon_packing_endless",
                 "Amazon's " + std::string{to_string(operation)} + " does not come to an end"};
}

}  // namespace

std::string plan_shipment_path(const domain::FbaPlan& plan) {
    return std::string{kInboundPlans} + "/" + path_part(plan.inbound_plan_id) + "/shipments/" +
           path_part(plan.shipment_id);
}

std::optional<PushOutcome> compare_with_plan(const std::string& shipment_id, const PlannedItems& planned,
                                             std::span<const CartonToPush> cartons) {
    std::map<std::string, std::int64_t> packed;
    std::vector<std::string> strange;  // pushes
    std::string strange_skus;
    for (const CartonToPush& carton : cartons) {
        bool known = true;
        for (const auto& item : carton.items) {
            packed[item.sku] += item.quantity_shipped;
            if (planned.contains(item.sku)) continue;
            known = false;
            strange_skus += (strange_skus.empty() ? "" : ", ") + in_quotes(item.sku.substr(0, 40));
        }
        if (!known) strange.push_back(carton.push_id);
    }
    if (!strange.empty()) {
        PushOutcome out = outcome(State::failed, "sku_not_in_shipment",
                                  "not in shipment " + shipment_id + " at Amazon: " + in_quotes(strange_skus));
        out.at_fault = std::move(strange);
        return out;
    }
    std::string missing;
    std::string lots;
    for (const auto& [sku, how] : planned) {
        const std::int64_t units = packed[sku];
        const std::string name = in_quotes(sku.substr(0, 40));
        if (units > how.quantity)
            return packing_failed("units_exceed_shipment", "the cartons hold " + std::to_string(units) + " units of " +
                                                               name + ", shipment " + shipment_id + " at Amazon " +
                                                               std::to_string(how.quantity) +
                                                               ". Send the cartons again as they are packed");
        if (units < how.quantity)
            missing += (missing.empty() ? "" : ", ") + std::to_string(how.quantity - units) + " of " + name;
        if (units > 0 && how.in_lots) lots += (lots.empty() ? "" : ", ") + name;
    }
    if (!lots.empty())
        return packing_failed("several_lots",
                              "shipment " + shipment_id + " holds " + lots +
                                  " with several expiry dates or lots, and a carton push does not say which "
                                  "carton holds which: enter the boxes in Seller Central");
    if (missing.empty()) return std::nullopt;
    return outcome(State::waiting, "cartons_incomplete",
                   "Amazon takes the box contents of " + shipment_id +
                       " only when they make up the whole shipment; missing are " + in_quotes(missing));
}

PushOutcome Packing::push(const CartonShipment& to, std::span<const CartonToPush> cartons) {
    const std::string& shipment_id = to.shipment.shipment_id;
    const auto& box = client_.settings().carton_box;
    if (!box)
        return packing_failed(
            "carton_box_missing",
            "the box contents of " + shipment_id + " come by " +
                in_quotes(to.shipment.box_contents_source.value_or("another way")) +
                ", not by feed, and Amazon takes them only with size and weight of each carton: set "
                "carton_size and carton_weight in the channel's settings, or carton_push = \"feed\" to try "
                "the feed all the same");
    if (!to.plan && to.plan_sought)
        return packing_failed(std::string{kPlanUnknown},
                              "Amazon's inbound plans of the last months do not show " + shipment_id +
                                  ", so its box contents can only be entered in Seller Central");
    if (!to.plan)
        return outcome(State::waiting, std::string{kPlanUnknown},
                       "the inbound plan of " + shipment_id + " is looked for");
    const auto planned = planned_items(*to.plan);
    if (!planned) return packing_not_sent(planned.error());
    if (auto misfit = compare_with_plan(shipment_id, *planned, cartons)) return *misfit;
    if (cartons.size() > kMostBoxes)
        return packing_failed("carton_invalid", "Amazon takes at most 5000 boxes of a shipment");
    const auto others = groupings_of_others(*to.plan);
    if (!others) return packing_not_sent(others.error());

    std::vector<std::string> boxes;
    boxes.reserve(cartons.size());
    for (const CartonToPush& carton : cartons) boxes.push_back(box_of_carton(carton, *box, *planned));
    Call call{Operation::set_packing_information,
              std::string{kInboundPlans} + "/" + path_part(to.plan->inbound_plan_id) + "/packingInformation"};
    call.method = "POST";
    call.push = true;
    JsonWriter json(call.body);
    json.begin_object().key("packageGroupings").begin_array().raw(grouping(to.plan->shipment_id, boxes));
    for (const std::string& other : *others) json.raw(other);
    json.end_array().end_object();
    const auto answer = client_.call(call);
    if (!answer) {
        PushOutcome out = outcome_of(answer.error());
        out.whole = true;
        if (out.state == State::failed)
            out.message += ". Once the carrier is confirmed, Amazon takes changes in Seller Central only";
        return out;
    }
    const auto operation = answer->root["operationId"].filled_text();
    if (!operation)
        return outcome_of(
            {ErrorKind::unavailable, "amazon_bad_answer", "Amazon took the boxes and named no operation"});
    PushOutcome accepted = outcome(State::accepted, "amazon_operation", "Amazon works on the operation " + *operation);
    accepted.provider_id = *operation;
    accepted.retry_after = kOperationPause;
    return accepted;
}

PushOutcome Packing::check(const std::string& operation_id) {
    Call call{Operation::get_inbound_operation_status, "/inbound/fba/2024-03-20/operations/" + path_part(operation_id)};
    call.push = true;
    const auto answer = client_.call(call);
    PushOutcome working = outcome(State::accepted, "amazon_operation", "Amazon works on the operation " + operation_id);
    working.provider_id = operation_id;
    working.retry_after = kOperationPause;
    if (!answer) {
        const Error& error = answer.error();
        if (error.kind == ErrorKind::not_found || error.code == "amazon_invalid_input")
            return outcome(State::unknown, "amazon_operation_unknown",
                           "Amazon does not know the operation " + operation_id + " (any more)");
        working.code = error.code;
        working.message = error.message;
        working.retry_after = error.retry_after.value_or(kOperationPause);
        return working;
    }
    const std::string_view status = answer->root["operationStatus"].word();
    const std::string words = said_of(answer->root["operationProblems"]);
    // Done is done: unlike a feed's, these warnings are about what was stored.
    if (status == "SUCCESS") return outcome(State::succeeded, {}, words.empty() ? "" : "Amazon: " + words);
    if (status == "FAILED")
        return packing_failed("amazon_cartons_refused",
                              words.empty() ? "Amazon refused the boxes and does not say why" : "Amazon: " + words);
    return working;
}

Result<PlannedItems> Packing::planned_items(const domain::FbaPlan& plan) {
    PlannedItems planned;
    const auto done = each_row(client_, Operation::list_plan_shipment_items, plan_shipment_path(plan) + "/items",
                               "items", [&](JsonView item) -> Status {
                                   const auto sku = item["msku"].text();
                                   PlannedItem how = planned_item(item);
                                   if (!sku || sku->empty() || how.quantity <= 0)
                                       return packing_unread("sku or quantity of an item of the plan");
                                   const auto [held, fresh] = planned.try_emplace(*sku, how);
                                   if (fresh) return std::monostate{};
                                   held->second.quantity += how.quantity;
                                   if (held->second.expiration != how.expiration || held->second.lot != how.lot)
                                       held->second.in_lots = true;
                                   return std::monostate{};
                               });
    if (!done) return done.error();
    return planned;
}

/// The packing of the plan's other shipments: left out, it would be gone.
Result<std::vector<std::string>> Packing::groupings_of_others(const domain::FbaPlan& plan) {
    Call call{Operation::get_inbound_plan, std::string{kInboundPlans} + "/" + path_part(plan.inbound_plan_id)};
    call.push = true;
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    std::vector<std::string> out;
    for (const JsonView one : answer->root["shipments"]) {
        const auto id = one["shipmentId"].filled_text();
        const std::string_view status = one["status"].word();
        if (!id || *id == plan.shipment_id || status == "CANCELLED" || status == "DELETED" || status == "ABANDONED")
            continue;
        const auto boxes = boxes_of({plan.inbound_plan_id, *id});
        if (!boxes) return boxes.error();
        if (!boxes->empty()) out.push_back(grouping(*id, *boxes));
    }
    return out;
}

Result<std::vector<std::string>> Packing::boxes_of(const domain::FbaPlan& plan) {
    std::vector<std::string> boxes;
    const auto done =
        each_row(client_, Operation::list_plan_shipment_boxes, plan_shipment_path(plan) + "/boxes", "boxes",
                 [&](JsonView box) -> Status {
                     boxes.push_back(box_as_it_is(box));
                     if (!boxes.back().empty()) return std::monostate{};
                     return Error{ErrorKind::rejected, "packing_not_kept",
                                  "the plan's other shipment " + plan.shipment_id +
                                      " has boxes whose size or weight Amazon does not tell, and they would be "
                                      "lost: enter the boxes in Seller Central"};
                 });
    if (!done) return done.error();
    return boxes;
}

}  // namespace crossdock::connectors::amazon
