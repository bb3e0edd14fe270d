// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json/body.h"
#include "api/json/requests.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

using nlohmann::json;

/// Locations are text to us, but Shopify's are numbers, and an ERP may keep them as such.
std::optional<std::string> read_location(const json* value, const std::string& path, Faults& faults) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) {
        const auto id = read_id(*value, path, faults);
        return id ? std::optional{std::to_string(*id)} : std::nullopt;
    }
    if (!value->is_string()) {
        faults.add(path + " is neither a string nor an integer");
        return std::nullopt;
    }
    auto text = std::string{trim(value->get_ref<const std::string&>())};
    return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

}  // namespace

services::StockFigure read_stock_item(const json& item, std::size_t index, bool one_of_many, Faults& faults) {
    const std::string path = "items[" + std::to_string(index) + "]";
    services::StockFigure figure;
    figure.index = index;
    const auto* id = member(item, "item_master_id");
    if (id != nullptr) figure.item_master_id = read_id(*id, path + ".item_master_id", faults);
    const auto* sku = member(item, "sku");
    figure.sku = read_text(sku, path + ".sku", faults);
    if (figure.sku && trim(*figure.sku).empty()) {
        figure.sku.reset();
        sku = nullptr;
    }
    // The contract's words; an ERP may look for them.
    if (id == nullptr && sku == nullptr)
        faults.add((one_of_many ? path + ": " : "") + "either item_master_id or sku must be present");
    figure.location_id = read_location(member(item, "location_id"), path + ".location_id", faults);
    if (const auto quantity = read_quantity(member(item, "quantity"), 0, path + ".quantity", faults))
        figure.quantity = *quantity;
    return figure;
}

std::variant<StockBody, http::Response> read_stock(const http::Request& request) {
    const auto parsed = read_object(request, ErrorShape::list);
    if (const auto* refusal = std::get_if<http::Response>(&parsed)) return *refusal;
    const auto& body = std::get<json>(parsed);
    const auto* items = member(body, "items");
    if (items == nullptr || !items->is_array()) return v1_error(422, "items must be an array");
    Faults faults;
    StockBody stock;
    if (const auto* channel = member(body, "channel"); channel == nullptr)
        faults.add("channel must be present");
    else if (const auto code = read_text(channel, "channel", faults))
        stock.channel = *code;
    if (items->size() > kMostStockItems) {
        faults.add("items has " + std::to_string(items->size()) + " entries; at most " +
                   std::to_string(kMostStockItems) + " are accepted in one request");
        return v1_errors(422, faults.messages(), ErrorShape::list);
    }
    stock.figures.reserve(items->size());
    for (std::size_t i = 0; i < items->size(); ++i) {
        const json& item = (*items)[i];
        if (!item.is_object()) {
            faults.add("items[" + std::to_string(i) + "] is not an object");
            continue;
        }
        stock.figures.push_back(read_stock_item(item, i, items->size() > 1, faults));
        if (!stock.figures.back().item_master_id && stock.figures.back().sku) stock.by_sku_alone = true;
    }
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::list);
    return stock;
}

}  // namespace crossdock::api
