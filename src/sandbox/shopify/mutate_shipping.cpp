// SPDX-License-Identifier: Apache-2.0
// Fulfilments and fulfilment orders: create, track, cancel, hold, release, move.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;
using nlohmann::json;

namespace {

/// Tracking as given: one number or several, a link for each or none.
std::optional<Refusal> read_tracking(const json& input, const std::vector<std::string>& field,
                                     std::vector<Tracking>& out) {
    const auto text = [&](const char* name) {
        return input.contains(name) && input[name].is_string() ? input[name].get<std::string>() : std::string{};
    };
    const auto list = [&](const char* name) {
        std::vector<std::string> all;
        if (input.contains(name) && input[name].is_array()) all = input[name].get<std::vector<std::string>>();
        return all;
    };
    std::vector<std::string> numbers = list("numbers");
    std::vector<std::string> urls = list("urls");
    if (!text("number").empty() && !numbers.empty())
        return Refusal{field, "Only one of number and numbers may be given.", ""};
    if (!text("url").empty() && !urls.empty()) return Refusal{field, "Only one of url and urls may be given.", ""};
    if (numbers.empty() && !text("number").empty()) numbers.push_back(text("number"));
    if (urls.empty() && !text("url").empty()) urls.push_back(text("url"));
    for (std::size_t i = 0; i < std::max(numbers.size(), urls.size()); ++i) {
        out.push_back({text("company"), i < numbers.size() ? numbers[i] : "", i < urls.size() ? urls[i] : ""});
    }
    if (out.empty() && !text("company").empty()) out.push_back({text("company"), "", ""});
    return std::nullopt;
}

}  // namespace

void Api::bind_shipping_mutations() {
    const auto may_write = [this](const Order* order, std::int64_t group_id) {
        const FulfillmentOrder* group =
            order == nullptr ? nullptr : const_cast<Order*>(order)->fulfillment_order(group_id);
        const Location* place = group == nullptr ? nullptr : world_.location(group->location_id);
        const bool foreign = place != nullptr && place->fulfillment_service;
        return request_.may(foreign ? "write_third_party_fulfillment_orders"
                                    : "write_merchant_managed_fulfillment_orders");
    };
    const auto shipment_of = [this](Order* order, std::int64_t id) -> ObjectRef {
        for (const Fulfillment& shipment : order->fulfillments) {
            if (shipment.id == id) return view("Fulfillment", shipment);
        }
        return {};
    };

    resolvers_.add(
        "Mutation", "fulfillmentCreate",
        [this, may_write, shipment_of](const ObjectRef&, const Call& call) -> Resolved {
            const json& input = call.arguments["fulfillment"];
            std::vector<ShipGroup> groups;
            for (const json& one : input["lineItemsByFulfillmentOrder"]) {
                ShipGroup& group = groups.emplace_back();
                group.fulfillment_order_id =
                    gid_number(one.value("fulfillmentOrderId", ""), "FulfillmentOrder").value_or(0);
                const Order* owner = visible(world_.order_of_fulfillment_order(group.fulfillment_order_id));
                if (owner == nullptr)
                    group.fulfillment_order_id = 0;
                else if (!may_write(owner, group.fulfillment_order_id)) {
                    return payload(
                        call, {},
                        {{{"fulfillment"}, "The api_client does not have access to the fulfillment order.", ""}});
                }
                if (!one.contains("fulfillmentOrderLineItems") || one["fulfillmentOrderLineItems"].is_null()) continue;
                if (one["fulfillmentOrderLineItems"].empty()) continue;  // an empty list stands for everything, too
                group.lines.emplace();
                for (const json& line : one["fulfillmentOrderLineItems"]) {
                    group.lines->push_back({gid_number(line.value("id", ""), "FulfillmentOrderLineItem").value_or(0),
                                            line["quantity"].get<int>()});
                }
            }
            std::vector<Tracking> tracking;
            if (input.contains("trackingInfo") && input["trackingInfo"].is_object()) {
                if (auto refusal = read_tracking(input["trackingInfo"], {"fulfillment", "trackingInfo"}, tracking))
                    return payload(call, {}, {*refusal});
            }
            std::int64_t id = 0;
            const bool notify = input.contains("notifyCustomer") && input["notifyCustomer"].is_boolean() &&
                                input["notifyCustomer"].get<bool>();
            if (const auto refusal = world_.fulfil(groups, tracking, notify, id)) return payload(call, {}, {*refusal});
            return payload(call, {{"fulfillment", shipment_of(world_.order_of_fulfillment(id), id)}});
        });

    resolvers_.add(
        "Mutation", "fulfillmentTrackingInfoUpdate",
        [this, shipment_of](const ObjectRef&, const Call& call) -> Resolved {
            require_scope(call, "write_merchant_managed_fulfillment_orders");
            const std::int64_t id = gid_number(call.arguments.value("fulfillmentId", ""), "Fulfillment").value_or(0);
            Order* order = visible(world_.order_of_fulfillment(id));
            if (order == nullptr) return payload(call, {}, {{{"fulfillmentId"}, "Fulfillment does not exist.", ""}});
            for (Fulfillment& shipment : order->fulfillments) {
                if (shipment.id != id) continue;
                if (shipment.status == "CANCELLED")
                    return payload(call, {}, {{{"fulfillmentId"}, "Fulfillment is cancelled.", ""}});
                std::vector<Tracking> tracking;
                if (auto refusal = read_tracking(call.arguments["trackingInfoInput"], {"trackingInfoInput"}, tracking))
                    return payload(call, {}, {*refusal});
                shipment.tracking = std::move(tracking);
                shipment.updated_at = world_.now();
                shipment.notified =
                    shipment.notified || call.arguments.value("notifyCustomer", json(nullptr)) == json(true);
                Subject subject;
                subject.order = order;
                subject.fulfillment = &shipment;
                world_.emit("FULFILLMENTS_UPDATE", subject);
                world_.touch(*order);
            }
            return payload(call, {{"fulfillment", shipment_of(order, id)}});
        });

    resolvers_.add("Mutation", "fulfillmentCancel",
                   [this, shipment_of](const ObjectRef&, const Call& call) -> Resolved {
                       require_scope(call, "write_merchant_managed_fulfillment_orders");
                       const std::int64_t id = gid_number(call.arguments.value("id", ""), "Fulfillment").value_or(0);
                       Order* order = visible(world_.order_of_fulfillment(id));
                       if (order == nullptr) return payload(call, {}, {{{"id"}, "Fulfillment not found.", ""}});
                       if (const auto refusal = world_.cancel_fulfillment(*order, id))
                           return payload(call, {}, {*refusal});
                       return payload(call, {{"fulfillment", shipment_of(order, id)}});
                   });

    // The four verbs of staff and of other apps; they replace fulfilment orders.
    const auto found = [this](const Call& call) -> FulfillmentOrder* {
        require_scope(call, "write_merchant_managed_fulfillment_orders");
        const std::int64_t id = gid_number(call.arguments.value("id", ""), "FulfillmentOrder").value_or(0);
        Order* order = visible(world_.order_of_fulfillment_order(id));
        return order == nullptr ? nullptr : order->fulfillment_order(id);
    };
    resolvers_.add("Mutation", "fulfillmentOrderHold", [this, found](const ObjectRef&, const Call& call) -> Resolved {
        FulfillmentOrder* group = found(call);
        if (group == nullptr)
            return payload(call, {}, {{{"id"}, "Fulfillment order not found.", "FULFILLMENT_ORDER_NOT_FOUND"}});
        const json& input = call.arguments["fulfillmentHold"];
        Order& order = *world_.order(group->order->id);
        const std::string notes = input.contains("reasonNotes") && input["reasonNotes"].is_string()
                                      ? input["reasonNotes"].get<std::string>()
                                      : "";
        if (!world_.hold(order, *group, input.value("reason", "OTHER"), notes)) {
            return payload(call, {}, {{{"id"}, "The fulfillment order is not in an open state.", "TAKEN"}});
        }
        return payload(call, {{"fulfillmentOrder", view("FulfillmentOrder", *group)},
                              {"fulfillmentHold", view("FulfillmentHold", group->holds.back())}});
    });
    resolvers_.add(
        "Mutation", "fulfillmentOrderReleaseHold", [this, found](const ObjectRef&, const Call& call) -> Resolved {
            FulfillmentOrder* group = found(call);
            if (group == nullptr)
                return payload(call, {}, {{{"id"}, "Fulfillment order not found.", "FULFILLMENT_ORDER_NOT_FOUND"}});
            world_.release(*world_.order(group->order->id), *group);
            return payload(call, {{"fulfillmentOrder", view("FulfillmentOrder", *group)}});
        });
    resolvers_.add("Mutation", "fulfillmentOrderMove", [this, found](const ObjectRef&, const Call& call) -> Resolved {
        FulfillmentOrder* group = found(call);
        if (group == nullptr) return payload(call, {}, {{{"id"}, "Fulfillment order not found.", ""}});
        Order& order = *world_.order(group->order->id);
        const std::int64_t moved =
            world_.move(order, *group, gid_number(call.arguments.value("newLocationId", ""), "Location").value_or(0));
        if (moved == 0)
            return payload(call, {},
                           {{{"newLocationId"}, "The fulfillment order can't be moved to this location.", ""}});
        return payload(call, {{"movedFulfillmentOrder", view("FulfillmentOrder", *order.fulfillment_order(moved))},
                              {"originalFulfillmentOrder", view("FulfillmentOrder", *group)}});
    });
    resolvers_.add("Mutation", "fulfillmentOrderCancel", [this, found](const ObjectRef&, const Call& call) -> Resolved {
        FulfillmentOrder* group = found(call);
        if (group == nullptr || !group->fulfillable())
            return payload(call, {}, {{{"id"}, "The fulfillment order can't be cancelled.", ""}});
        Order& order = *world_.order(group->order->id);
        const std::int64_t fresh = world_.replace(order, *group);
        return payload(call,
                       {{"fulfillmentOrder", view("FulfillmentOrder", *group)},
                        {"replacementFulfillmentOrder", view("FulfillmentOrder", *order.fulfillment_order(fresh))}});
    });
}

}  // namespace crossdock::sandbox::shopify
