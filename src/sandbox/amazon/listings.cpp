// SPDX-License-Identifier: Apache-2.0
// Listings Items: reading.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kReachable = 1000;  // items that one search can page through
const std::set<std::string> kData{"summaries",   "attributes",    "issues",      "offers", "fulfillmentAvailability",
                                  "procurement", "relationships", "productTypes"};

http::Response bad_listing(const std::string& details) { return error(400, "InvalidInput", "Invalid Input", details); }

/// nullopt when a value is unknown.
std::optional<std::set<std::string>> listing_includes(const Call& call) {
    std::set<std::string> out;
    for (const std::string& data : call.list("includedData")) {
        if (!kData.contains(data)) return std::nullopt;
        out.insert(data);
    }
    if (out.empty()) out.insert("summaries");
    return out;
}

json availability_json(const std::map<std::string, Availability>& channels, bool attributes, const Store& store) {
    json list = json::array();
    for (const auto& [channel, availability] : channels) {
        const bool amazon = channel != "DEFAULT";
        if (!attributes) {
            json one = {{"fulfillmentChannelCode", channel}};
            if (!amazon) one["quantity"] = availability.quantity;
            list.push_back(one);
            continue;
        }
        json one = {{"fulfillment_channel_code", channel}};
        if (!amazon) one["quantity"] = availability.quantity;
        if (availability.lead_time_days) one["lead_time_to_ship_max_days"] = *availability.lead_time_days;
        if (availability.restock_date) one["restock_date"] = *availability.restock_date;
        one["marketplace_id"] = store.id;
        list.push_back(one);
    }
    return list;
}

}  // namespace

std::optional<http::Response> SellerImpl::check_listing_call(Call& call, std::vector<const Store*>& in) const {
    if (call.parts[0] != options_.seller_id) return denied("");
    const auto ids = call.list("marketplaceIds");
    if (ids.empty()) return bad_listing("marketplaceIds is missing.");
    for (const std::string& id : ids) {
        if (find_store(id) == nullptr) return bad_listing("Invalid marketplaceId: " + id);
        const Store* store = own_store(id);
        if (store == nullptr) return denied("");
        in.push_back(store);
    }
    return std::nullopt;
}

json SellerImpl::listing_json(const Listing& listing, const std::vector<const Store*>& in,
                              const std::set<std::string>& data) const {
    json out = {{"sku", listing.sku}};
    json summaries = json::array(), offers = json::array(), types = json::array();
    for (const Store* store : in) {
        if (!world_.sold_in(listing, *store)) continue;
        json status = json::array();
        if (listing.status == "Active") status = json::array({"BUYABLE", "DISCOVERABLE"});
        if (listing.status == "Inactive" && listing.index % 2 == 0) status = json::array({"DISCOVERABLE"});
        json summary = {{"marketplaceId", store->id},
                        {"asin", listing.asin},
                        {"productType", listing.product_type},
                        {"conditionType", "new_new"},
                        {"status", status}};
        if (listing.fba) summary["fnSku"] = listing.fn_sku;
        summary["itemName"] = listing.title;
        summary["createdDate"] = format_rfc3339(listing.created_at);
        summary["lastUpdatedDate"] = format_rfc3339(listing.updated_at);
        summaries.push_back(summary);
        offers.push_back({{"marketplaceId", store->id},
                          {"offerType", "B2C"},
                          {"price",
                           {{"currencyCode", store->currency},
                            {"amount", decimal(World::price_in(listing, *store), store->digits)}}}});
        types.push_back({{"marketplaceId", store->id}, {"productType", listing.product_type}});
    }
    if (data.contains("summaries")) out["summaries"] = summaries;
    if (data.contains("attributes"))
        out["attributes"] = {
            {"item_name", json::array({{{"value", listing.title}, {"marketplace_id", in.front()->id}}})},
            // What was sent last, whether it is in force or not.
            {"fulfillment_availability", availability_json(world_.sent_availability(listing), true, *in.front())}};
    if (data.contains("issues")) out["issues"] = json::array();
    if (data.contains("offers")) out["offers"] = offers;
    if (data.contains("fulfillmentAvailability"))
        out["fulfillmentAvailability"] = availability_json(world_.availability(listing), false, *in.front());
    if (data.contains("productTypes")) out["productTypes"] = types;
    return out;
}

http::Response SellerImpl::get_listing(Call& call) {
    std::vector<const Store*> in;
    if (auto refused = check_listing_call(call, in)) return std::move(*refused);
    const auto data = listing_includes(call);
    if (!data) return bad_listing("Invalid includedData.");
    const auto index = world_.listing_of(call.parts[1]);
    if (!index || !world_.sold_in(world_.listing(*index), *in.front()))
        return error(404, "NOT_FOUND", "SKU '" + call.parts[1] + "' not found in marketplace " + in.front()->id);
    return answer(listing_json(world_.listing(*index), in, *data));
}

http::Response SellerImpl::search_listings(Call& call) {
    std::vector<const Store*> in;
    if (auto refused = check_listing_call(call, in)) return std::move(*refused);
    const auto data = listing_includes(call);
    if (!data) return bad_listing("Invalid includedData.");
    const auto size = size_parameter(call, "pageSize", 10, 20);
    if (!size) return bad_listing("pageSize must be between 1 and 20.");
    const auto identifiers = call.list("identifiers");
    const std::string kind = call.text("identifiersType");
    if (identifiers.empty() != kind.empty()) return bad_listing("identifiers and identifiersType belong together.");
    if (!kind.empty() && kind != "SKU" && kind != "ASIN" && kind != "FNSKU" && kind != "EAN" && kind != "UPC")
        return bad_listing("Invalid identifiersType: " + kind);
    if (identifiers.size() > 20) return bad_listing("identifiers: at most 20 values are allowed.");
    std::array<AskedTime, 4> times{time_parameter(call, "createdAfter"), time_parameter(call, "createdBefore"),
                                   time_parameter(call, "lastUpdatedAfter"), time_parameter(call, "lastUpdatedBefore")};
    for (const AskedTime& time : times) {
        if (time.bad) return bad_listing("The date must be in ISO 8601 format.");
    }
    const std::string by = call.has("sortBy") ? call.text("sortBy") : "lastUpdatedDate";
    const std::string order = call.has("sortOrder") ? call.text("sortOrder") : "DESC";
    if ((by != "sku" && by != "createdDate" && by != "lastUpdatedDate") || (order != "ASC" && order != "DESC"))
        return bad_listing("Invalid sortBy or sortOrder.");
    const auto with = call.list("withStatus");
    PagePosition position;
    if (auto refused = read_page(call, "pageToken", std::chrono::hours(1), position)) return std::move(*refused);

    struct Found {
        std::string sku;
        Timestamp at;
        std::uint32_t index;
    };
    std::vector<Found> found;
    const auto look = [&](std::uint32_t index) {
        const Listing item = world_.listing(index);
        const bool sold =
            std::any_of(in.begin(), in.end(), [&](const Store* store) { return world_.sold_in(item, *store); });
        if (!sold || (times[0].given && item.created_at < times[0].at) ||
            (times[1].given && item.created_at > times[1].at) || (times[2].given && item.updated_at < times[2].at) ||
            (times[3].given && item.updated_at > times[3].at))
            return;
        if (!with.empty() && item.status != "Active") return;
        if (!kind.empty()) {
            const std::string& value = kind == "SKU"     ? item.sku
                                       : kind == "ASIN"  ? item.asin
                                       : kind == "FNSKU" ? item.fn_sku
                                                         : item.barcode;
            if (std::find(identifiers.begin(), identifiers.end(), value) == identifiers.end()) return;
        }
        found.push_back({by == "sku" ? item.sku : "", by == "createdDate" ? item.created_at : item.updated_at, index});
    };
    if (kind == "SKU") {
        for (const std::string& sku : identifiers) {
            if (const auto index = world_.listing_of(sku)) look(*index);
        }
    } else {
        for (std::uint32_t index = 0; index < world_.listing_count(); ++index) look(index);
    }
    std::sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
        const auto less = [](const Found& x, const Found& y) {
            return std::tie(x.sku, x.at, x.index) < std::tie(y.sku, y.at, y.index);
        };
        if (by == "sku") return order == "ASC" ? a.sku < b.sku : b.sku < a.sku;
        return order == "ASC" ? less(a, b) : less(b, a);
    });

    json body = {{"numberOfResults", found.size()}};
    const std::size_t from = position.at.empty() ? 0 : std::stoul(position.at);
    const std::size_t reachable = std::min(found.size(), kReachable);
    std::size_t room = call.page_fault == "empty_page" ? 0 : static_cast<std::size_t>(*size);
    if (call.page_fault == "half_page") room = std::max<std::size_t>(1, room / 2);
    json items = json::array();
    std::size_t i = from;
    for (; i < reachable && items.size() < room; ++i)
        items.push_back(listing_json(world_.listing(found[i].index), in, *data));
    if (call.page_fault == "repeat_cursor") i = from;
    const auto token = [&](std::size_t where) {
        return pages_.issue(call.operation, call.parameters_but("pageToken"), {std::to_string(where), ""},
                            world_.now());
    };
    json pagination = json::object();
    if (i < reachable) pagination["nextToken"] = token(i);
    if (from > 0) pagination["previousToken"] = token(from - std::min(from, static_cast<std::size_t>(*size)));
    if (!pagination.empty()) body["pagination"] = pagination;
    body["items"] = items;
    return answer(body);
}

}  // namespace crossdock::sandbox::amazon
