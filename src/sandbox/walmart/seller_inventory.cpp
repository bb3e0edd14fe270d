// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using nlohmann::json;

namespace {

constexpr std::int64_t kMostUnitsOfOne = 99'999'999;

Json units_json(std::int64_t units) { return {{"unit", "EACH"}, {"amount", units}}; }

Json node_json(const ShipNode& node, const Level& level) {
    return {{"shipNode", node.id},
            {"inputQty", units_json(level.input)},
            {"availToSellQty", units_json(level.available())},
            {"reservedQty", units_json(level.reserved)}};
}

/// {"unit":"EACH","amount":n}; refuses anything but whole, non-negative units.
std::int64_t read_units(StrictBody& strict, const json& value, const std::string& path) {
    const json* quantity = strict.object(value, path, {"!unit", "!amount"});
    if (quantity == nullptr) return 0;
    if (strict.text(*quantity, "unit", path) != "EACH") strict.refuse("unit", path + ".unit must be EACH");
    const json& amount = (*quantity)["amount"];
    const bool whole =
        amount.is_number_integer() && amount.get<std::int64_t>() >= 0 && amount.get<std::int64_t>() <= kMostUnitsOfOne;
    if (!whole) strict.refuse("amount", path + ".amount must be a whole number between 0 and 99999999");
    return whole ? amount.get<std::int64_t>() : 0;
}

}  // namespace

Answer SellerImpl::get_inventory(const Call& call) {
    const auto good = world_.goods.find(call.text("sku"));
    const auto node = world_.stock.node(call.text("shipNode"));
    if (!good || !node) return Refusal::missing();
    const auto level = world_.stock.at(*good, *node);
    if (!level) return Refusal::missing();
    return Json{{"sku", call.text("sku")}, {"quantity", units_json(level->input)}};
}

Answer SellerImpl::put_inventory(const Call& call) {
    const auto asked = call.request.parameter("sku");
    if (!asked) return Refusal::param("sku", "The query parameter sku is mandatory");
    StrictBody strict;
    const json body = json::parse(call.request.body, nullptr, false);
    const json* whole = strict.object(body, "inventory", {"!sku", "!quantity"});
    if (whole == nullptr) return *strict.refusal;
    const std::string sku = strict.text(*whole, "sku", "inventory");
    const std::int64_t units = read_units(strict, (*whole)["quantity"], "inventory.quantity");
    if (sku != *asked) strict.refuse("sku", "The sku of the body is not that of the query");
    if (strict.refusal) return *strict.refusal;
    const auto good = world_.goods.find(sku);
    if (!good) return Refusal::missing();
    const auto node = world_.stock.node(call.text("shipNode"));
    if (!node) return Refusal::param("shipNode", "Ship node " + call.text("shipNode") + " is not one of this seller");
    if (world_.stock.nodes()[*node].status != "ACTIVE")
        return Refusal::param("shipNode", "Ship node " + call.text("shipNode") + " is not active");
    world_.stock.set(*good, *node, units, world_.now());
    ++world_.counters.stock_sets;
    return Json{{"sku", sku}, {"quantity", units_json(units)}};
}

Answer SellerImpl::get_inventories(const Call& call) {
    int limit = 10;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1 || limit > 50) return Refusal::param("limit", "limit must be between 1 and 50");
    // A plain value here: base64 of an id and a position.
    std::int64_t position = 0;
    if (const std::string cursor = call.text("nextCursor"); !cursor.empty()) {
        const std::string plain = base64_decode(cursor);
        const std::size_t blank = plain.find(' ');
        if (blank == std::string::npos) return Refusal::param("nextCursor", "The cursor is not valid");
        position = std::strtoll(plain.c_str() + blank + 1, nullptr, 10);
    }
    const auto fault = page_fault(call.operation);
    if (fault == "half_page") limit = std::max(1, limit / 2);
    if (fault == "empty_page") limit = 0;
    const std::int64_t begin = position;
    Json list = Json::array();
    for (; position < world_.goods.count() && std::cmp_less(list.size(), limit); ++position) {
        Json nodes = Json::array();
        for (std::size_t n = 0; n < world_.stock.nodes().size(); ++n)
            if (const auto level = world_.stock.at(position, n))
                nodes.push_back(node_json(world_.stock.nodes()[n], *level));
        list.push_back({{"sku", world_.goods.sku(position)}, {"nodes", std::move(nodes)}});
    }
    Json meta = {{"totalCount", world_.goods.count()}};
    const std::int64_t next = fault == "repeat_cursor" ? begin : position;
    if (next < world_.goods.count())
        meta["nextCursor"] = base64_encode("55ff219a-f4d3-40b0-8d8f-c1d7254febd1 " + std::to_string(next));
    else
        meta["nextCursor"] = "";  // only an empty one ends the list
    return Json{{"meta", std::move(meta)}, {"elements", {{"inventories", std::move(list)}}}};
}

Answer SellerImpl::get_node_inventory(const Call& call) {
    const auto good = world_.goods.find(call.values[0]);
    if (!good) return Refusal::missing();
    const std::string only = call.text("shipNode");
    Json nodes = Json::array();
    for (std::size_t n = 0; n < world_.stock.nodes().size(); ++n) {
        const ShipNode& node = world_.stock.nodes()[n];
        const auto level = world_.stock.at(*good, n);
        if (level && (only.empty() || node.id == only)) nodes.push_back(node_json(node, *level));
    }
    if (nodes.empty()) return Refusal::missing();
    return Json{{"sku", call.values[0]}, {"nodes", std::move(nodes)}};
}

Answer SellerImpl::put_node_inventory(const Call& call) {
    StrictBody strict;
    const json body = json::parse(call.request.body, nullptr, false);
    const json* whole = strict.object(body, "body", {"!inventories"});
    const json* inventories =
        whole == nullptr ? nullptr : strict.object((*whole)["inventories"], "inventories", {"!nodes"});
    const json* nodes = inventories == nullptr ? nullptr : strict.array(*inventories, "nodes", "inventories");
    std::vector<std::pair<std::string, std::int64_t>> wanted;
    for (std::size_t i = 0; nodes != nullptr && i < nodes->size() && !strict.refusal; ++i) {
        const std::string path = "inventories.nodes[" + std::to_string(i) + "]";
        const json* node = strict.object((*nodes)[i], path, {"!shipNode", "!inputQty"});
        if (node == nullptr) break;
        wanted.emplace_back(strict.text(*node, "shipNode", path),
                            read_units(strict, (*node)["inputQty"], path + ".inputQty"));
    }
    if (strict.refusal) return *strict.refusal;
    const auto good = world_.goods.find(call.values[0]);
    if (!good) return Refusal::missing();

    // Each node stands for itself: the answer is 200 with errors inside when some fail.
    const bool first_fails = faults_.take({"node_error"}, call.operation).has_value();
    if (first_fails) ++world_.counters.faults;
    Json list = Json::array();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& [id, units] = wanted[i];
        const auto node = id.empty() ? std::nullopt : world_.stock.node(id);
        std::string problem;
        if (!node)
            problem = "Ship node " + id + " is not one of this seller";
        else if (world_.stock.nodes()[*node].status != "ACTIVE")
            problem = "Ship node " + id + " is not active";
        else if (i == 0 && first_fails)
            problem = "The node could not be updated, try again";
        if (node && problem.empty()) {
            world_.stock.set(*good, *node, units, world_.now());
            ++world_.counters.stock_sets;
            list.push_back({{"shipNode", id}, {"status", "Success"}});
        } else {
            list.push_back(
                {{"shipNode", id},
                 {"status", "Failure"},
                 {"errors", Json::array({error_entry(Refusal::content("shipNode", problem), "GMP_INVENTORY_API")})}});
        }
    }
    return Json{{"sku", call.values[0]}, {"nodes", std::move(list)}};
}

Answer SellerImpl::get_wfs_inventory(const Call& call) {
    int limit = 10;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1 || limit > 300) return Refusal::param("limit", "limit must be between 1 and 300");
    const std::int64_t offset = std::strtoll(call.text("offset").c_str(), nullptr, 10);
    Json list = Json::array();
    std::int64_t total = 0;
    const std::string sku = call.text("sku");
    for (std::int64_t good = 0; good < world_.goods.count(); good += kEveryNthInWfs) {
        if (!sku.empty() && world_.goods.sku(good) != sku) continue;
        if (total++ < offset || std::cmp_greater_equal(list.size(), limit)) continue;
        const auto units =
            static_cast<std::int64_t>(scattered(options_.seed + 23, static_cast<std::uint64_t>(good)) % 90);
        list.push_back({{"sku", world_.goods.sku(good)},
                        {"shipNodes", Json::array({{{"modifiedDate", iso_ms(world_.now())},
                                                    {"availToSellQty", units},
                                                    {"onHandQty", units + 2},
                                                    {"shipNodeType", "WFSFulfilled"}}})}});
    }
    return Json{{"headers", {{"totalCount", total}, {"limit", limit}, {"offset", offset}}},
                {"payload", {{"inventory", std::move(list)}}}};
}

}  // namespace crossdock::sandbox::walmart
