// SPDX-License-Identifier: Apache-2.0
// orderCancel (a job), tags, metafields, marking as paid.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shopify/api.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

bool given(const Call& call, const char* name) {
    return call.arguments.contains(name) && !call.arguments[name].is_null();
}

std::vector<std::string> tags_of(const Call& call) {
    std::vector<std::string> tags;
    for (const json& one : call.arguments["tags"]) {
        // A comma separates tags: it cannot be inside one.
        for (const std::string& tag : split(one.get<std::string>(), ',')) {
            if (!trim(tag).empty()) tags.emplace_back(trim(tag));
        }
    }
    return tags;
}

}  // namespace

void Api::bind_order_mutations() {
    const auto order_of = [this](const Call& call, const char* argument) {
        return visible(world_.order(gid_number(call.arguments.value(argument, ""), "Order").value_or(0)));
    };

    resolvers_.add("Mutation", "orderCancel", [this, order_of](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_orders");
        if (given(call, "staffNote") && call.arguments["staffNote"].get<std::string>().size() > 255) {
            return payload(call, {},
                           {{{"staffNote"}, "Staff note is too long. Maximum length is 255 characters.", "INVALID"}});
        }
        if (given(call, "refund") && given(call, "refundMethod")) {
            return payload(
                call, {},
                {{{"refund"}, "Only one of the arguments `refund` or `refund_method` is allowed.", "INVALID"}});
        }
        Order* order = order_of(call, "orderId");
        if (order == nullptr) return payload(call, {}, {{{"orderId"}, "Order does not exist", "NOT_FOUND"}});
        if (order->cancelled_at)
            return payload(call, {},
                           {{{"orderId"}, "Cannot cancel an order that has already been canceled", "INVALID"}});
        for (const Fulfillment& shipment : order->fulfillments) {
            if (shipment.status == "SUCCESS")
                return payload(call, {}, {{{"orderId"}, "Cannot cancel an order with fulfilled items", "INVALID"}});
        }
        Job job;
        job.id = world_.random().uuid();
        const Job& kept = world_.jobs[job.id] = job;
        world_.at(world_.now() + 2s,
                  [this, job_id = job.id, id = order->id, reason = call.arguments.value("reason", "OTHER"),
                   restock = call.arguments.value("restock", false)] {
                      if (Order* later = world_.order(id)) world_.cancel(*later, reason, restock);
                      world_.jobs[job_id].done = true;
                  });
        return payload(call, {{"job", view("Job", kept)}});
    });

    resolvers_.add("Mutation", "orderMarkAsPaid", [this](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_orders");
        Order* order = visible(world_.order(gid_number(call.arguments["input"].value("id", ""), "Order").value_or(0)));
        if (order == nullptr) return payload(call, {}, {{{"id"}, "Order does not exist", ""}});
        if (!world_.pay(*order)) return payload(call, {}, {{{"id"}, "Order cannot be marked as paid.", ""}});
        return payload(call, {{"order", view("Order", *order)}});
    });

    resolvers_.add("Mutation", "tagsAdd", [this, order_of](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_orders");
        Order* order = order_of(call, "id");
        if (order == nullptr) return payload(call, {}, {{{"id"}, "Order does not exist", ""}});
        for (const std::string& tag : tags_of(call)) {
            const bool has = std::any_of(order->tags.begin(), order->tags.end(),
                                         [&](const auto& known) { return equals_ignoring_case(known, tag); });
            if (!has) order->tags.push_back(tag);
        }
        world_.touch(*order);
        return payload(call, {{"node", view("Order", *order)}});
    });

    resolvers_.add("Mutation", "tagsRemove", [this, order_of](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_orders");
        Order* order = order_of(call, "id");
        if (order == nullptr) return payload(call, {}, {{{"id"}, "Order does not exist", ""}});
        for (const std::string& tag : tags_of(call))
            std::erase_if(order->tags, [&](const auto& known) { return equals_ignoring_case(known, tag); });
        world_.touch(*order);
        return payload(call, {{"node", view("Order", *order)}});
    });

    resolvers_.add("Mutation", "metafieldsSet", [this](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_orders");
        const json& rows = call.arguments["metafields"];
        std::vector<Refusal> refusals;
        if (rows.size() > 25)
            refusals.push_back(
                {{"metafields"}, "Exceeded the maximum metafields input limit of 25.", "LESS_THAN_OR_EQUAL_TO"});
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto refuse = [&](const char* field, const char* message, const char* code) {
                refusals.push_back({{"metafields", std::to_string(i), field}, message, code});
            };
            if (visible(world_.order(gid_number(rows[i].value("ownerId", ""), "Order").value_or(0))) == nullptr)
                refuse("ownerId", "Owner does not exist.", "INVALID");
            if (rows[i].value("key", "").size() < 2)
                refuse("key", "Key is too short (minimum is 2 characters)", "TOO_SHORT");
            if (rows[i].value("value", "").empty()) refuse("value", "Value can't be blank.", "BLANK");
            if (!rows[i].contains("type") || rows[i]["type"].is_null()) refuse("type", "Type can't be blank", "BLANK");
        }
        if (!refusals.empty()) return payload(call, {}, refusals);
        List written;
        for (const json& row : rows) {
            Order& order = *world_.order(*gid_number(row.value("ownerId", ""), "Order"));
            const std::string space =
                row.contains("namespace") && row["namespace"].is_string() ? row["namespace"].get<std::string>() : "app";
            const auto same = std::find_if(order.metafields.begin(), order.metafields.end(), [&](const Metafield& m) {
                return m.space == space && m.key == row.value("key", "");
            });
            Metafield& metafield = same != order.metafields.end() ? *same : order.metafields.emplace_back();
            if (metafield.id == 0) {
                metafield.id = world_.next_id("Metafield");
                metafield.created_at = world_.now();
            }
            metafield.space = space;
            metafield.key = row.value("key", "");
            metafield.type = row.value("type", "");
            metafield.value = row.value("value", "");
            metafield.updated_at = world_.now();
            written.items.emplace_back(own("Metafield", metafield));
            world_.touch(order);
        }
        return payload(call, {{"metafields", std::move(written)}});
    });
}

}  // namespace crossdock::sandbox::shopify
