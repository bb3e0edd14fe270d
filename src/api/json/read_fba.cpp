// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "api/json/body.h"
#include "api/json/printable.h"
#include "api/json/requests.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

using nlohmann::json;

constexpr std::size_t kMostCartonItems = 200;  // Amazon's, of one carton
constexpr std::size_t kLongestSku = 100;
constexpr std::size_t kLongestKey = 255;

/// A text that must be there. Blank counts as not there.
std::string needed_text(const json& body, const char* name, Faults& faults) {
    const auto* value = member(body, name);
    const auto text = read_text(value, name, faults);
    if (value == nullptr || (text && trim(*text).empty())) faults.add(std::string{name} + " must be present");
    return text ? std::string{trim(*text)} : std::string{};
}

services::CartonRequest::Item read_carton_item(const json& item, const std::string& path, Faults& faults) {
    services::CartonRequest::Item read;
    const auto* sku = member(item, "sku");
    const auto text = read_text(sku, path + ".sku", faults);
    if (sku == nullptr || (text && trim(*text).empty()))
        faults.add(path + ".sku must be present");
    else if (text && !is_plain_text(*text))
        faults.add(path + ".sku holds a line end, control character or symbol");
    else if (text && count_characters(*text) > kLongestSku)
        faults.add(path + ".sku is longer than " + std::to_string(kLongestSku) + " characters");
    else if (text)
        read.sku = *text;
    read.quantity_shipped =
        read_quantity(member(item, "quantity_shipped"), 1, path + ".quantity_shipped", faults).value_or(0);
    // Amazon's own lists say 0 for what is packed individually.
    read.quantity_in_case =
        read_quantity(member(item, "quantity_in_case"), 0, path + ".quantity_in_case", faults).value_or(0);
    return read;
}

void read_carton_items(const json& items, std::vector<services::CartonRequest::Item>& read, Faults& faults) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string path = "items[" + std::to_string(i) + "]";
        if (!items[i].is_object()) {
            faults.add(path + " is not an object");
            continue;
        }
        read.push_back(read_carton_item(items[i], path, faults));
        if (read.back().sku.empty()) continue;
        const auto [first, fresh] = seen.emplace(read.back().sku, i);
        if (!fresh)
            faults.add("items[" + std::to_string(first->second) + "] and " + path +
                       " name the same sku; send it once, with the sum");
    }
}

}  // namespace

std::variant<CartonBody, http::Response> read_carton(const http::Request& request) {
    const auto parsed = read_object(request, ErrorShape::text_or_list);
    if (const auto* refusal = std::get_if<http::Response>(&parsed)) return *refusal;
    const auto& body = std::get<json>(parsed);
    Faults faults;
    CartonBody read;
    read.channel = needed_text(body, "channel", faults);
    read.carton.fba_inbound_shipment_id = to_lower(needed_text(body, "fba_inbound_shipment_id", faults));
    const auto* items = member(body, "items");
    if (items == nullptr || !items->is_array())
        faults.add("items must be an array");
    else if (items->empty())
        faults.add("items must not be empty");
    else if (items->size() > kMostCartonItems)
        faults.add("items has " + std::to_string(items->size()) + " entries; a carton holds at most " +
                   std::to_string(kMostCartonItems) + " different skus");
    else
        read_carton_items(*items, read.carton.items, faults);
    if (const auto key = request.header("idempotency-key")) {
        if (key->empty() || count_characters(*key) > kLongestKey || !is_plain_text(*key))
            return v1_error(400,
                            "Idempotency-Key is not from 1 to " + std::to_string(kLongestKey) + " plain characters");
        read.carton.idempotency_key = std::string{*key};
    }
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);
    return read;
}

std::variant<FbaSyncBody, http::Response> read_fba_sync(const http::Request& request) {
    const auto parsed = read_object(request, ErrorShape::text_or_list);
    if (const auto* refusal = std::get_if<http::Response>(&parsed)) return *refusal;
    const auto& body = std::get<json>(parsed);
    Faults faults;
    FbaSyncBody read;
    read.channel = needed_text(body, "channel", faults);
    if (const auto* days = member(body, "days")) {
        const auto number = whole_number(*days);
        const auto* value = std::get_if<std::int64_t>(&number);
        if (value == nullptr || *value < 1 || *value > kMostFbaDays)
            faults.add("days is not a whole number from 1 to " + std::to_string(kMostFbaDays));
        else
            read.days = *value;
    }
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);
    return read;
}

}  // namespace crossdock::api
