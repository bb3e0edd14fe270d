// SPDX-License-Identifier: Apache-2.0
// The item list with its short-lived cursor, item lookup, ship nodes and the two lists that look like carriers.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

constexpr auto kCursorLife = 2min;  // since its last use
constexpr std::int64_t kFarthestOffset = 10'000;

}  // namespace

Answer SellerImpl::list_items(const Call& call) {
    int limit = 20;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1) return Refusal::param("limit", "Invalid limit");
    limit = std::min(limit, options_.item_page_max);

    // The cursor is one value for the whole scan; the server remembers how far it is. A page whose answer was lost on
    // the way is gone: the scan must start again.
    const std::string given = call.text("nextCursor");
    std::string cursor;
    Scan plain;
    Scan* scan = &plain;
    if (!given.empty() && given != "*") {
        const auto at = scans_.find(given);
        if (at != scans_.end() && at->second.used + kCursorLife < world_.now()) scans_.erase(at);
        const auto alive = scans_.find(given);
        if (alive == scans_.end()) return Refusal::param("nextCursor", "The cursor is invalid or has expired");
        cursor = given;
        scan = &alive->second;
    } else {
        plain.lifecycle = call.text("lifecycleStatus");
        plain.published = call.text("publishedStatus");
        plain.sku = call.text("sku");
        plain.variant_group = call.text("variantGroupId");
        if (given == "*") {
            cursor = base64_encode("scan " + world_.random.uuid());
            scan = &scans_.emplace(cursor, plain).first->second;
        } else {
            plain.position = std::strtoll(call.text("offset").c_str(), nullptr, 10);
            if (plain.position < 0 || plain.position > kFarthestOffset)
                return Refusal::param("offset", "offset must be between 0 and 10000; use nextCursor beyond");
        }
    }
    const auto wanted = [&](std::int64_t index) {
        const ItemState state = item_state(index);
        if (!scan->lifecycle.empty() && state.lifecycle != scan->lifecycle) return false;
        if (!scan->published.empty() && state.published != scan->published) return false;
        if (!scan->sku.empty() && world_.goods.sku(index) != scan->sku) return false;
        return scan->variant_group.empty() ||
               (index % 13 == 6 && "VG" + std::to_string(index / 13) == scan->variant_group);
    };
    const bool filtered =
        !scan->lifecycle.empty() || !scan->published.empty() || !scan->sku.empty() || !scan->variant_group.empty();
    std::int64_t total = filtered ? 0 : world_.goods.count();
    if (filtered)
        for (std::int64_t i = 0; i < world_.goods.count(); ++i) total += wanted(i) ? 1 : 0;

    const auto fault = page_fault(call.operation);
    if (fault == "half_page") limit = std::max(1, limit / 2);
    Json list = Json::array();
    std::int64_t position = scan->position;
    if (cursor.empty() && filtered) {  // offset counts in the filtered list
        std::int64_t skip = position;
        for (position = 0; position < world_.goods.count() && skip > 0; ++position) skip -= wanted(position) ? 1 : 0;
    }
    for (; fault != "empty_page" && position < world_.goods.count() && std::cmp_less(list.size(), limit); ++position)
        if (wanted(position)) list.push_back(item_json(world_.goods.at(position)));
    const bool full = std::cmp_equal(list.size(), limit);
    if (fault != "repeat_cursor") scan->position = position;
    scan->used = world_.now();
    if (list.empty() && fault != "empty_page") return Refusal::missing();
    Json body = {{"ItemResponse", std::move(list)}, {"totalItems", total}};
    // After a full page nobody knows yet whether it was the last; the page that is short says so.
    if (!cursor.empty() && (full || fault)) body["nextCursor"] = cursor;
    return body;
}

Answer SellerImpl::one_item(const Call& call) {
    const std::string type = call.text("productIdType");
    const std::string& id = call.values[0];
    std::optional<std::int64_t> index;
    if (type.empty() || type == "SKU") {
        index = world_.goods.find(id);
    } else if (type == "GTIN" || type == "UPC" || type == "EAN" || type == "ISBN" || type == "ITEM_ID") {
        // The index stands in each of them.
        std::string digits;
        if (type == "GTIN" && id.size() == 14) digits = id.substr(3, 10);
        if (type == "UPC" && id.size() == 12) digits = id.substr(1, 10);
        if (type == "ITEM_ID" && id.size() == 12) digits = id.substr(4);
        if (!digits.empty()) index = std::strtoll(digits.c_str(), nullptr, 10);
    } else {
        return Refusal::param("productIdType", "productIdType must be SKU, GTIN, UPC, EAN, ISBN or ITEM_ID");
    }
    if (!index || *index < 0 || *index >= world_.goods.count()) return Refusal::missing();
    const Json item = item_json(world_.goods.at(*index));
    if ((type == "GTIN" && item["gtin"] != id) || (type == "UPC" && item["upc"] != id) ||
        (type == "ITEM_ID" && item["wpid"] != id))
        return Refusal::missing();
    // As the published example, not as its schema (`responseRecord`), has it.
    return Json{{"ItemResponse", Json::array({item})}, {"totalItems", 1}};
}

Answer SellerImpl::list_ship_nodes(const Call& /*call*/) {
    Json list = Json::array();
    for (const ShipNode& node : world_.stock.nodes()) {
        Json entry = {{"shipNode", node.id},       {"nodeType", node.type},
                      {"shipNodeName", node.name}, {"status", node.status},
                      {"timeZone", node.zone},     {"distributorSupportedServices", {"TWO_DAY_DELIVERY"}}};
        if (!node.custom_id.empty()) entry["customNodeId"] = node.custom_id;
        entry["postalAddress"] = {{"addressLine1", node.street},
                                  {"city", node.city},
                                  {"state", node.state},
                                  {"country", "USA"},
                                  {"postalCode", node.zip}};
        entry["shippingDetails"] = Json::array(
            {{{"twoDayShipping", Json::array({{{"carrierMethodName", "FEDEX"}, {"carrierMethodType", "GROUND"}}})}}});
        list.push_back(std::move(entry));
    }
    return list;
}

Answer SellerImpl::list_carrier_methods(const Call& /*call*/) {
    Json list = Json::array();
    for (const auto& [id, name] : {std::pair{"1000014", "USPS"}, {"1000013", "UPS"}, {"1000012", "FEDEX"}})
        list.push_back({{"carrierMethodId", id},
                        {"carrierMethodName", name},
                        {"carrierMethodType", "GROUND"},
                        {"carrierMethodDescription", std::string(name) + " for Marketplace"}});
    return list;
}

Answer SellerImpl::list_label_carriers(const Call& /*call*/) {
    Json list = Json::array();
    for (const auto& [id, name] : {std::pair{"1000", "FedEx"}, {"1001", "USPS"}, {"1002", "Veho"}})
        list.push_back({{"carrierId", id}, {"shortName", name}, {"carrierName", name}});
    return Json{{"carriers", std::move(list)}};
}

}  // namespace crossdock::sandbox::walmart
