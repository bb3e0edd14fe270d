// SPDX-License-Identifier: Apache-2.0
// Listings Items: patches, by call and by feed. The same rules for both.
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kAttributes = "/attributes/";

http::Response bad_patch(const std::string& details) { return error(400, "InvalidInput", "Invalid Input", details); }

json issue(const char* code, const std::string& message, const std::string& attribute, const char* category) {
    json out = {{"code", code}, {"message", message}, {"severity", "ERROR"}};
    if (!attribute.empty()) out["attributeNames"] = json::array({attribute});
    out["categories"] = json::array({category});
    return out;
}

bool snake_case(std::string_view name) {
    if (name.empty()) return false;
    for (const char c : name) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

constexpr const char* kAvailability = "fulfillment_availability";

/// One element of the attribute's value, checked. An issue in `issues` when it is no good.
bool read_availability(const json& value, std::string& channel, std::optional<std::int64_t>& quantity,
                       Availability& rest, std::set<std::string>& given, json& issues) {
    const auto complain = [&](const char* code, const std::string& message, const char* category) {
        issues.push_back(issue(code, message, kAvailability, category));
        return false;
    };
    if (!value.is_object())
        return complain("4000003", "'fulfillment_availability' must hold objects.", "INVALID_ATTRIBUTE");
    const json code = value.value("fulfillment_channel_code", json());
    if (!code.is_string() ||
        code.get<std::string>().empty())  // the selector: without it Amazon cannot tell which entry is meant
        return complain("90220", "'fulfillment_channel_code' is required but not supplied.", "MISSING_ATTRIBUTE");
    channel = code;
    if (channel != "DEFAULT" && !channel.starts_with("AMAZON_"))
        return complain("90244", "The value '" + channel + "' is not valid for 'fulfillment_channel_code'.",
                        "INVALID_ATTRIBUTE");
    for (const auto& [name, member] : value.items()) {
        given.insert(name);
        if (name == "quantity") {
            if (!member.is_number_integer() || member.get<std::int64_t>() < 0)
                return complain("99022", "The value for 'quantity' must be an integer of at least 0.",
                                "INVALID_ATTRIBUTE");
            quantity = member.get<std::int64_t>();
        } else if (name == "lead_time_to_ship_max_days") {
            if (!member.is_number_integer() || member.get<std::int64_t>() < 0 || member.get<std::int64_t>() > 30)
                return complain("99022", "The value for 'lead_time_to_ship_max_days' is not valid.",
                                "INVALID_ATTRIBUTE");
            rest.lead_time_days = member.get<int>();
        } else if (name == "restock_date") {
            if (!member.is_string())
                return complain("99022", "The value for 'restock_date' is not valid.", "INVALID_ATTRIBUTE");
            rest.restock_date = member.get<std::string>();
        } else if (name != "fulfillment_channel_code" && name != "marketplace_id" && name != "is_inventory_available") {
            return complain("90000900", "'" + name + "' is not a valid attribute.", "INVALID_ATTRIBUTE");
        }
    }
    return true;
}

}  // namespace

json SellerImpl::apply_patches(std::uint32_t index, const json& body, bool preview) {
    json issues = json::array();
    const Listing item = world_.listing(index);
    const json type = body.value("productType", json());
    if (!type.is_string() || type.get<std::string>().empty()) {
        issues.push_back(
            issue("4000003", "'productType' is required but not supplied.", "productType", "MISSING_ATTRIBUTE"));
        return issues;
    }
    if (type != "PRODUCT" && type != item.product_type) {
        issues.push_back(issue("90000901",
                               "The product type '" + type.get<std::string>() + "' does not match the listing.",
                               "productType", "INVALID_ATTRIBUTE"));
        return issues;
    }
    auto sent = world_.sent_availability(item);
    const auto before = sent;
    for (const json& patch : body.value("patches", json::array())) {
        const json op_value = patch.is_object() ? patch.value("op", json()) : json();
        const json path_value = patch.is_object() ? patch.value("path", json()) : json();
        const std::string op = op_value.is_string() ? op_value.get<std::string>() : "";
        const std::string path = path_value.is_string() ? path_value.get<std::string>() : "";
        const std::string attribute = path.starts_with(kAttributes) ? path.substr(kAttributes.size()) : "";
        if (op != "add" && op != "replace" && op != "merge" && op != "delete") {
            issues.push_back(issue("4000003", "'" + op + "' is not a valid operation.", "", "INVALID_ATTRIBUTE"));
            return issues;
        }
        if (!snake_case(attribute)) {  // also: only top-level attributes can be patched
            issues.push_back(issue("90000900", "The attributes are invalid.", attribute.empty() ? path : attribute,
                                   "INVALID_ATTRIBUTE"));
            return issues;
        }
        if (attribute != kAvailability) continue;  // other attributes are taken and go nowhere here
        const json value = patch.value("value", json::array());
        if (op != "delete" && (!value.is_array() || value.empty())) {
            issues.push_back(issue("99022", "The attribute 'fulfillment_availability' does not have enough values.",
                                   attribute, "MISSING_ATTRIBUTE"));
            return issues;
        }
        std::map<std::string, Availability> result =
            op == "merge" || op == "add" || op == "delete" ? sent : std::map<std::string, Availability>{};
        for (const json& element : value) {
            std::string channel;
            std::optional<std::int64_t> quantity;
            Availability rest;
            std::set<std::string> given;
            if (!read_availability(element, channel, quantity, rest, given, issues)) return issues;
            if (op == "delete") {
                result.erase(channel);
                continue;
            }
            // merge keeps what is not named; replace and add write the entry anew and so wipe the handling time.
            Availability kept = op == "merge" && sent.contains(channel) ? sent[channel] : Availability{};
            if (quantity) kept.quantity = *quantity;
            if (given.contains("lead_time_to_ship_max_days")) kept.lead_time_days = rest.lead_time_days;
            if (given.contains("restock_date")) kept.restock_date = rest.restock_date;
            result[channel] = kept;
        }
        // Amazon's own channel cannot be taken away by leaving it out: what is sent comes beside it.
        if (item.fba && !result.contains(world_.stores.front()->fba_channel))
            result[world_.stores.front()->fba_channel] = {};
        sent = std::move(result);
    }
    if (preview) return issues;
    const bool never = faults_.take({"patch_ignored"}, "patchListingsItem").has_value();
    for (const auto& [channel, availability] : sent) {
        const auto at = before.find(channel);
        const bool same = at != before.end() && at->second.quantity == availability.quantity &&
                          at->second.lead_time_days == availability.lead_time_days &&
                          at->second.restock_date == availability.restock_date;
        if (!same) world_.send_availability(index, channel, availability, never);
    }
    return issues;
}

http::Response SellerImpl::patch_listing(Call& call) {
    std::vector<const Store*> in;
    if (auto refused = check_listing_call(call, in)) return std::move(*refused);
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object()) return bad_patch("The request body is not a JSON object.");
    if (!body.contains("productType") || !body["productType"].is_string()) return bad_patch("productType is missing.");
    if (!body.contains("patches") || !body["patches"].is_array() || body["patches"].empty())
        return bad_patch("patches must be an array with at least one operation.");
    const std::string mode = call.text("mode");
    if (!mode.empty() && mode != "VALIDATION_PREVIEW") return bad_patch("Invalid mode: " + mode);
    const auto index = world_.listing_of(call.parts[1]);
    if (!index || !world_.sold_in(world_.listing(*index), *in.front()))
        return error(404, "NOT_FOUND", "SKU '" + call.parts[1] + "' not found in marketplace " + in.front()->id);
    const json issues = apply_patches(*index, body, mode == "VALIDATION_PREVIEW");
    bool invalid = false;
    for (const json& each : issues) invalid = invalid || each["severity"] == "ERROR";
    ++world_.counters.patches;
    if (invalid) ++world_.counters.patches_invalid;
    json out = {{"sku", call.parts[1]},
                {"status", invalid        ? "INVALID"
                           : mode.empty() ? "ACCEPTED"
                                          : "VALID"},
                {"submissionId", world_.random().uuid()},
                {"issues", issues}};
    for (const std::string& data : call.list("includedData")) {
        if (data == "identifiers")
            out["identifiers"] =
                json::array({{{"marketplaceId", in.front()->id}, {"asin", world_.listing(*index).asin}}});
    }
    return answer(out);
}

}  // namespace crossdock::sandbox::amazon
