// SPDX-License-Identifier: Apache-2.0
// Fulfillment Inbound v0: shipments to Amazon's warehouses and what of them has arrived.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kShipmentsPerPage = 50;
constexpr std::size_t kItemsPerPage = 200;
constexpr auto kInboundTokenLife = std::chrono::minutes(15);

const std::set<std::string> kStatuses{"WORKING", "READY_TO_SHIP", "SHIPPED",    "RECEIVING", "CANCELLED", "DELETED",
                                      "CLOSED",  "ERROR",         "IN_TRANSIT", "DELIVERED", "CHECKED_IN"};

http::Response bad_shipment(const std::string& message) { return error(400, "InvalidInput", message); }

json header_json(const InboundShipment& shipment) {
    json out = {{"ShipmentId", shipment.id},
                {"ShipmentName", shipment.name},
                {"ShipFromAddress",
                 {{"Name", "Crossdock Demo Warehouse"},
                  {"AddressLine1", "12 Dock Road"},
                  {"City", "Springfield"},
                  {"StateOrProvinceCode", "IL"},
                  {"CountryCode", "US"},
                  {"PostalCode", "62701"}}},
                {"DestinationFulfillmentCenterId", shipment.centre},
                {"ShipmentStatus", shipment.status},
                {"LabelPrepType", shipment.label_prep},
                {"AreCasesRequired", shipment.cases_required},
                {"BoxContentsSource", shipment.contents_source}};
    return out;
}

json item_json(const World& world, const InboundShipment& shipment, const InboundItem& item) {
    const Listing goods = world.listing(item.listing);
    const char* owner = shipment.label_prep == "AMAZON_LABEL" ? "AMAZON" : "SELLER";
    return {{"ShipmentId", shipment.id},
            {"SellerSKU", goods.sku},
            {"FulfillmentNetworkSKU", goods.fn_sku},
            {"QuantityShipped", item.shipped},
            {"QuantityReceived", item.received},
            {"QuantityInCase", item.in_case},
            {"PrepDetailsList", json::array({{{"PrepInstruction", "Labeling"}, {"PrepOwner", owner}}})}};
}

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& item : list) out += item + ",";
    return out;
}

}  // namespace

http::Response SellerImpl::get_shipments(Call& call) {
    const std::string type = call.text("QueryType");
    const Store* store = own_store(call.text("MarketplaceId"));
    if (call.text("MarketplaceId").empty()) return bad_shipment("MarketplaceId is missing.");
    if (store == nullptr) return bad_shipment("Invalid MarketplaceId.");
    std::vector<std::string> statuses, ids;
    std::string from, to;
    PagePosition position;
    if (type == "NEXT_TOKEN") {
        // Everything else is ignored; the token holds the question. What is sent beside it gives page one again (#822).
        const bool other = call.has("ShipmentStatusList") || call.has("ShipmentIdList") || call.has("LastUpdatedAfter");
        if (call.text("NextToken").empty()) return bad_shipment("NextToken is required when QueryType is NEXT_TOKEN.");
        const std::string token = call.text("NextToken");
        if (faults_.take({"token_expired"}, call.operation)) return bad_shipment("Invalid NextToken.");
        const auto verdict = pages_.read(token, "getShipments", store->id, kInboundTokenLife, world_.now(), position);
        if (verdict != Pages::Verdict::good)
            return bad_shipment(verdict == Pages::Verdict::expired ? "NextToken has expired." : "Invalid NextToken.");
        if (other) position.at = "0";
    } else if (type == "DATE_RANGE") {
        const AskedTime after = time_parameter(call, "LastUpdatedAfter"),
                        before = time_parameter(call, "LastUpdatedBefore");
        if (!after.given || !before.given || after.bad || before.bad)
            return bad_shipment("LastUpdatedAfter and LastUpdatedBefore are required when QueryType is DATE_RANGE.");
        from = std::to_string(to_ms(after.at));
        to = std::to_string(to_ms(before.at));
        statuses = call.list("ShipmentStatusList");
    } else if (type == "SHIPMENT") {  // dates are ignored
        statuses = call.list("ShipmentStatusList");
        ids = call.list("ShipmentIdList");
        if (statuses.empty() && ids.empty())
            return bad_shipment("ShipmentStatusList or ShipmentIdList is required when QueryType is SHIPMENT.");
    } else {
        return bad_shipment("Invalid QueryType.");
    }
    for (const std::string& status : statuses) {
        if (!kStatuses.contains(status)) return bad_shipment("Invalid ShipmentStatus: " + status);
    }
    if (type != "NEXT_TOKEN") position.bound = json{{"s", statuses}, {"i", ids}, {"f", from}, {"t", to}}.dump();
    const json asked = json::parse(position.bound);
    const auto any = [](const json& list, const std::string& value) {
        return list.empty() || std::find(list.begin(), list.end(), json(value)) != list.end();
    };
    const auto bound = [&](const char* name, std::int64_t otherwise) {
        const std::string text = asked[name];
        return text.empty() ? otherwise : std::stoll(text);
    };
    const std::size_t skip = position.at.empty() ? 0 : std::stoul(position.at);
    std::size_t room = call.page_fault == "empty_page" ? 0 : kShipmentsPerPage;
    if (call.page_fault == "half_page") room = 1;
    std::size_t seen = 0;
    json list = json::array();
    std::string next;
    for (const InboundShipment& shipment : world_.inbounds) {
        const std::int64_t updated = to_ms(shipment.updated_at);
        if (shipment.store != store || !any(asked["s"], shipment.status) || !any(asked["i"], shipment.id) ||
            updated < bound("f", 0) || updated > bound("t", to_ms(world_.now())))
            continue;
        if (seen++ < skip) continue;
        if (list.size() == room) {
            next = std::to_string(skip + list.size());
            break;
        }
        list.push_back(header_json(shipment));
    }
    if (call.page_fault == "repeat_cursor" || call.page_fault == "empty_page") next = std::to_string(skip);
    json payload = {{"ShipmentData", list}};
    if (!next.empty())
        payload["NextToken"] = pages_.issue("getShipments", store->id, {next, position.bound}, world_.now());
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_shipment_items(Call& call) {
    const InboundShipment* shipment = world_.inbound(call.parts[0]);
    if (shipment == nullptr || shipment->id != call.parts[0]) return bad_shipment("Invalid ShipmentId.");
    // MarketplaceId is "deprecated, do not use", and a wrong one is refused all the same.
    if (call.has("MarketplaceId") && own_store(call.text("MarketplaceId")) == nullptr)
        return bad_shipment("Invalid MarketplaceId.");
    const std::string sent = call.text("NextToken");
    const std::string scope = joined({shipment->id});
    std::size_t from = 0;
    const auto token = [&](std::size_t where) {
        return pages_.issue("getShipmentItems", scope, {std::to_string(where), shipment->id}, world_.now());
    };
    json list = json::array();
    std::string next;
    const auto fill = [&](std::size_t start) {
        std::size_t i = start;
        for (; i < shipment->items.size() && list.size() < kItemsPerPage; ++i)
            list.push_back(item_json(world_, *shipment, shipment->items[i]));
        return i;
    };
    switch (options_.item_paging) {
        case ItemPaging::frozen:
            // This operation has no NextToken: what is sent is ignored, and the first page comes with a fresh one.
            next = token(fill(0));
            break;
        case ItemPaging::same_token: {
            const std::size_t end = fill(0);
            next = sent.empty() ? token(end) : sent;
            break;
        }
        case ItemPaging::empty_page:
            if (sent.empty()) fill(0);
            next = token(shipment->items.size());
            break;
        case ItemPaging::good:
            if (!sent.empty()) {
                PagePosition position;
                if (pages_.read(sent, "getShipmentItems", scope, kInboundTokenLife, world_.now(), position) !=
                    Pages::Verdict::good)
                    return bad_shipment("Invalid NextToken.");
                from = std::stoul(position.at);
            }
            if (const std::size_t end = fill(from); end < shipment->items.size()) next = token(end);
            break;
    }
    if (call.page_fault == "half_page" && list.size() > 1)
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(list.size() / 2), list.end());
    json payload = {{"ItemData", list}};
    if (!next.empty()) payload["NextToken"] = next;
    return answer({{"payload", payload}});
}

http::Response SellerImpl::get_items(Call& call) {
    const Store* store = own_store(call.text("MarketplaceId"));
    if (store == nullptr) return bad_shipment("MarketplaceId is missing or invalid.");
    const std::string type = call.text("QueryType");
    const std::string token = call.text("NextToken");
    PagePosition position{"0", ""};
    std::vector<const InboundShipment*> shipments;
    std::string operation = "getShipmentItemsRange", scope = store->id;
    if (type == "DATE_RANGE") {
        const AskedTime after = time_parameter(call, "LastUpdatedAfter"),
                        before = time_parameter(call, "LastUpdatedBefore");
        if (!after.given || !before.given || after.bad || before.bad)
            return bad_shipment("LastUpdatedAfter and LastUpdatedBefore are required when QueryType is DATE_RANGE.");
        position.bound = json::array({to_ms(after.at), to_ms(before.at)}).dump();
    } else if (type == "NEXT_TOKEN") {
        // The token that getShipmentItemsByShipmentId gives belongs here: it goes on behind that operation's first
        // page.
        for (const InboundShipment& each : world_.inbounds) {
            if (pages_.read(token, "getShipmentItems", joined({each.id}), kInboundTokenLife, world_.now(), position) !=
                Pages::Verdict::good)
                continue;
            shipments = {&each};
            operation = "getShipmentItems";
            scope = joined({each.id});
        }
        if (shipments.empty() &&
            pages_.read(token, operation, scope, kInboundTokenLife, world_.now(), position) != Pages::Verdict::good)
            return bad_shipment("Invalid NextToken.");
    } else {
        return bad_shipment("Invalid QueryType.");
    }
    if (shipments.empty()) {
        const json range = json::parse(position.bound);
        for (const InboundShipment& each : world_.inbounds) {
            const std::int64_t updated = to_ms(each.updated_at);
            if (each.store == store && updated >= range[0].get<std::int64_t>() &&
                updated <= range[1].get<std::int64_t>())
                shipments.push_back(&each);
        }
    }
    const std::size_t skip = std::stoul(position.at);
    std::size_t seen = 0;
    json list = json::array();
    for (const InboundShipment* shipment : shipments) {
        for (const InboundItem& item : shipment->items) {
            if (seen++ >= skip && list.size() < kItemsPerPage) list.push_back(item_json(world_, *shipment, item));
        }
    }
    json payload = {{"ItemData", list}};
    if (seen > skip + list.size())
        payload["NextToken"] =
            pages_.issue(operation, scope, {std::to_string(skip + list.size()), position.bound}, world_.now());
    return answer({{"payload", payload}});
}

}  // namespace crossdock::sandbox::amazon
