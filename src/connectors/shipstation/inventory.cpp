// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/inventory.h"

#include "base/json_writer.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr const char* kMostLocations = "500";

PushOutcome stock_failed(std::string code, std::string message) {
    return unsent({PushOutcome::State::failed, std::move(code), std::move(message), {}, {}});
}

}  // namespace

Result<std::vector<domain::Location>> read_inventory_locations(Client& client) {
    Call call{"listInventoryLocations", "/v2/inventory_locations", {{"page_size", kMostLocations}}};
    call.api = Api::v2;
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    if (!answer->root["inventory_locations"].is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of inventory locations"};
    std::vector<domain::Location> out;
    for (const JsonView one : answer->root["inventory_locations"]) {
        auto id = one["inventory_location_id"].filled_text();
        if (id) out.push_back({*id, one["name"].filled_text().value_or(*id), true});
    }
    return out;
}

std::string Inventory::location_of(const StockLine& line) const {
    return line.location_id ? *line.location_id : client_.settings().inventory_location_id;
}

PushOutcome Inventory::push_line(const StockLine& line) {
    if (!line.sku || line.sku->empty())
        return stock_failed("sku_missing", "ShipStation counts stock by sku, and the item has none");
    const std::string location = location_of(line);
    if (location.empty())
        return stock_failed("location_missing",
                            "no inventory location: set shipstation_inventory_location_id in the channel's settings");
    Call call{"updateSKUStockLevels", "/v2/inventory"};
    call.method = "POST";
    call.api = Api::v2;
    call.push = true;
    JsonWriter(call.body)
        .begin_object()
        .field("transaction_type", "adjust")
        .field("inventory_location_id", std::string_view{location})
        .field("sku", std::string_view{*line.sku})
        .field("quantity", line.quantity)
        .end_object();
    const auto answer = client_.call(call);
    if (!answer) return outcome_of(answer.error());
    return {};
}

std::vector<PushOutcome> Inventory::push_stock(std::span<const StockLine> lines, const std::string& batch_key) {
    (void)batch_key;  // setting the same figure again needs no key
    std::vector<PushOutcome> out;
    for (const StockLine& line : lines) {
        // When the limit is reached no later line gets through either.
        if (!out.empty() && out.back().state == PushOutcome::State::retry && out.back().retry_after)
            out.push_back(unsent(out.back()));
        else
            out.push_back(push_line(line));
    }
    return out;
}

Result<std::vector<std::optional<std::int64_t>>> Inventory::read_stock(std::span<const StockLine> lines) {
    std::vector<std::optional<std::int64_t>> out;
    for (const StockLine& line : lines) {
        out.emplace_back();
        const std::string location = location_of(line);
        if (!line.sku || line.sku->empty() || location.empty()) continue;
        Call call{"getInventoryLevels",
                  "/v2/inventory",
                  {{"sku", *line.sku}, {"inventory_location_id", location}, {"group_by", "location"}}};
        call.api = Api::v2;
        const auto answer = client_.call(call);
        if (!answer) return answer.error();
        for (const JsonView one : answer->root["inventory"])
            if (one["sku"].text() == line.sku && one["inventory_location_id"].text() == location)
                out.back() = one["on_hand"].integer();
    }
    return out;
}

}  // namespace crossdock::connectors::shipstation
