// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/order_to_ship.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

OrderToShip::Line read_line(JsonView node) {
    return {std::string{node["id"].word()}, std::string{gid_digits(node["lineItem"]["id"].word())},
            node["totalQuantity"].integer().value_or(0), node["remainingQuantity"].integer().value_or(0)};
}

OrderToShip::FulfillmentOrder read_fulfillment_order(JsonView node) {
    OrderToShip::FulfillmentOrder out;
    out.gid = node["id"].word();
    out.status = node["status"].word();
    const JsonView assigned = node["assignedLocation"];
    out.location_id = legacy_id(assigned["location"]);
    out.location_name = assigned["name"].text().value_or("");
    out.foreign = assigned["location"]["isFulfillmentService"].is_true();
    for (const JsonView action : node["supportedActions"])
        out.can_create |= action["action"].word() == "CREATE_FULFILLMENT";
    for (const JsonView hold : node["fulfillmentHolds"]) {
        auto reason = hold["displayReason"].filled_text();
        if (!reason) reason = std::string{hold["reason"].word()};
        out.hold_reason += (out.hold_reason.empty() ? "" : ", ") + *reason;
    }
    for (const JsonView line : node["lineItems"]["nodes"]) out.lines.push_back(read_line(line));
    return out;
}

OrderToShip::Fulfillment read_fulfillment(JsonView node) {
    OrderToShip::Fulfillment out;
    out.gid = node["id"].word();
    out.location_id = legacy_id(node["location"]);
    out.created_at = node["createdAt"].word();
    for (const JsonView tracking : node["trackingInfo"]) {
        if (out.company.empty()) out.company = tracking["company"].text().value_or("");
        if (auto number = tracking["number"].filled_text()) out.numbers.push_back(std::move(*number));
    }
    for (const JsonView line : node["fulfillmentLineItems"]["nodes"])
        out.units[std::string{gid_digits(line["lineItem"]["id"].word())}] += line["quantity"].integer().value_or(0);
    return out;
}

Status read_further_lines(AdminClient& client, JsonView node, OrderToShip::FulfillmentOrder& into) {
    auto cursor = next_cursor(node["lineItems"]);
    for (int pages = 0; pages < 100; ++pages) {
        if (!cursor) return cursor.error();
        if (cursor->empty()) return ok();
        const auto answer = client.call({"fulfillment_order_lines_page", id_variables(into.gid, *cursor), 15, true});
        if (!answer) return answer.error();
        const JsonView lines = answer->data["fulfillmentOrder"]["lineItems"];
        for (const JsonView line : lines["nodes"]) into.lines.push_back(read_line(line));
        cursor = next_cursor(lines);
    }
    return Error{ErrorKind::unavailable, "shopify_paging_stuck", "Shopify's pages of a fulfilment order do not end"};
}

}  // namespace

std::string plain_tracking_number(std::string_view number) {
    std::string out = to_lower(number);
    std::erase_if(out, [](char c) { return c == ' ' || c == '\t'; });
    return out;
}

std::int64_t OrderToShip::FulfillmentOrder::remaining() const {
    std::int64_t sum = 0;
    for (const Line& line : lines) sum += std::max<std::int64_t>(0, line.remaining);
    return sum;
}

bool OrderToShip::Fulfillment::carries(std::string_view tracking_number) const {
    const std::string plain = plain_tracking_number(tracking_number);
    return std::any_of(numbers.begin(), numbers.end(),
                       [&](const auto& one) { return plain_tracking_number(one) == plain; });
}

Result<OrderToShip> read_order_to_ship(AdminClient& client, std::string_view order_gid, bool every_line) {
    OrderToShip out;
    std::string cursor;
    for (int pages = 0; pages < 20; ++pages) {
        const auto answer = client.call({"fulfillment_orders_open", id_variables(order_gid, cursor), 188, true});
        if (!answer) return answer.error();
        const JsonView order = answer->data["order"];
        if (!order)
            return Error{ErrorKind::not_found, "order_unknown",
                         "Shopify does not show the order: deleted, or older than 60 days and the app lacks the scope "
                         "read_all_orders"};
        if (pages == 0) {
            out.cancelled = static_cast<bool>(order["cancelledAt"]);
            for (const JsonView node : order["fulfillments"]) {
                const std::string_view status = node["status"].word();
                if (status != "CANCELLED" && status != "ERROR" && status != "FAILURE")
                    out.fulfillments.push_back(read_fulfillment(node));
            }
        }
        for (const JsonView node : order["fulfillmentOrders"]["nodes"]) {
            out.fulfillment_orders.push_back(read_fulfillment_order(node));
            if (!every_line) continue;
            if (auto done = read_further_lines(client, node, out.fulfillment_orders.back()); !done) return done.error();
        }
        auto following = next_cursor(order["fulfillmentOrders"]);
        if (!following) return following.error();
        if (following->empty()) return out;
        cursor = std::move(*following);
    }
    return Error{ErrorKind::unavailable, "shopify_paging_stuck", "Shopify's pages of fulfilment orders do not end"};
}

}  // namespace crossdock::connectors::shopify
