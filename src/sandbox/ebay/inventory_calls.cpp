// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/ebay/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

namespace {

constexpr std::string_view kInventory = "API_INVENTORY";
constexpr std::string_view kLocation = "main-1";

std::optional<std::int64_t> quantity_in(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name) || !object[name].is_number_integer()) return std::nullopt;
    return object[name].get<std::int64_t>();
}

/// Items of the Inventory API: the n-th, skipping every fifth that was made elsewhere.
int nth_item(std::int64_t n) { return static_cast<int>(n / 4 * 5 + n % 4); }

}  // namespace

Json SellerImpl::item_json(int number) {
    const Item item = world_.item(number);
    const std::int64_t available = world_.available(world_.units(number).front());
    Json out = {{"sku", item.sku},
                {"locale", options_.marketplace == "EBAY_DE" ? "de_DE" : "en_US"},
                {"condition", item.condition},
                {"product",
                 {{"title", item.title},
                  {"aspects", {{"Brand", Json::array({"Acme"})}}},
                  {"brand", "Acme"},
                  {"ean", Json::array({item.gtin})}}}};
    out["availability"]["shipToLocationAvailability"] = {
        {"quantity", available},
        {"allocationByFormat", {{"auction", 0}, {"fixedPrice", available}}},
        {"availabilityDistributions", Json::array({{{"merchantLocationKey", kLocation}, {"quantity", available}}})}};
    return out;
}

http::Response SellerImpl::get_items(const http::Request& request) {
    const auto limit = number_parameter(request, "limit", 25);
    const auto page = number_parameter(request, "offset", 0);  // the number of the page, not of a record
    if (!limit || *limit < 1 || *limit > 200 || !page)
        return refuse(400, 25706, kInventory, "Invalid value for limit or offset");
    const std::int64_t total = options_.items - options_.items / 5;
    Json items = Json::array();
    for (std::int64_t n = *page * *limit; n < std::min(total, (*page + 1) * *limit); ++n)
        items.push_back(item_json(nth_item(n)));
    const auto address = [&](std::int64_t of_page) {
        return "/sell/inventory/v1/inventory_item?limit=" + std::to_string(*limit) +
               "&offset=" + std::to_string(of_page);
    };
    Json body = {{"href", address(*page)}, {"total", total}, {"size", items.size()}, {"limit", *limit}};
    if ((*page + 1) * *limit < total) body["next"] = address(*page + 1);
    if (*page > 0) body["prev"] = address(*page - 1);
    body["inventoryItems"] = items;
    return http::Response::json(200, body.dump());
}

http::Response SellerImpl::get_item(const std::string& sku) {
    const auto number = world_.item_of_sku(sku);
    if (!number) return refuse(404, 25710, kInventory, "We didn't find the entity you are requesting", {{"sku", sku}});
    return http::Response::json(200, item_json(*number).dump());
}

http::Response SellerImpl::get_offers(const http::Request& request) {
    const auto sku = request.parameter("sku");
    if (!sku || sku->empty()) return refuse(400, 25707, kInventory, "This is an invalid value for a SKU");
    const auto limit = number_parameter(request, "limit", 100);
    if (!limit || *limit < 1 || *limit > 100 || !number_parameter(request, "offset", 0))
        return refuse(400, 25706, kInventory, "Invalid value for limit or offset");
    const auto number = world_.item_of_sku(*sku);
    if (!number || !world_.item(*number).has_offer)
        return refuse(404, 25713, kInventory, "This Offer is not available.", {{"sku", std::string(*sku)}});
    const Item item = world_.item(*number);
    const std::int64_t available = world_.available(world_.units(*number).front());
    Json offer = {{"offerId", item.offer_id},
                  {"sku", item.sku},
                  {"marketplaceId", options_.marketplace},
                  {"format", "FIXED_PRICE"},
                  {"availableQuantity", available},
                  {"categoryId", "20695"},
                  {"merchantLocationKey", kLocation},
                  {"pricingSummary", {{"price", amount(item.price, world_.currency())}}},
                  {"listingDuration", "GTC"},
                  {"status", item.published ? "PUBLISHED" : "UNPUBLISHED"}};
    if (item.published)
        offer["listing"] = {{"listingId", item.listing_id},
                            {"listingStatus", available > 0                  ? "ACTIVE"
                                              : options_.out_of_stock_option ? "OUT_OF_STOCK"
                                                                             : "ENDED"},
                            {"soldQuantity", 3},
                            {"listingOnHold", false}};
    Json offers = Json::array();
    if (*number_parameter(request, "offset", 0) == 0) offers.push_back(offer);
    return http::Response::json(200, Json{{"href", "/sell/inventory/v1/offer?sku=" + percent_encode(*sku)},
                                          {"total", 1},
                                          {"size", offers.size()},
                                          {"limit", *limit},
                                          {"offers", offers}}
                                         .dump());
}

http::Response SellerImpl::get_locations(const http::Request& request) {
    const auto limit = number_parameter(request, "limit", 100);
    const auto offset = number_parameter(request, "offset", 0);  // records, here
    if (!limit || *limit < 1 || !offset) return refuse(400, 25806, kInventory, "Invalid limit or offset");
    const auto place = [](std::string_view key, std::string_view status, std::string_view name) {
        return Json{
            {"merchantLocationKey", key},
            {"merchantLocationStatus", status},
            {"name", name},
            {"locationTypes", Json::array({"WAREHOUSE"})},
            {"location",
             {{"locationId", std::string("loc-") + std::string(key)},
              {"address",
               {{"addressLine1", "1 Dock Rd"}, {"city", "Dallas"}, {"postalCode", "75001"}, {"country", "US"}}}}}};
    };
    const Json all =
        Json::array({place(kLocation, "ENABLED", "Main warehouse"), place("old-1", "DISABLED", "Old warehouse")});
    Json shown = Json::array();
    for (std::int64_t i = *offset; i < std::min<std::int64_t>(2, *offset + *limit); ++i)
        shown.push_back(all[static_cast<std::size_t>(i)]);
    const auto address = [&](std::int64_t at) {
        return "/sell/inventory/v1/location?limit=" + std::to_string(*limit) + "&offset=" + std::to_string(at);
    };
    Json body = {{"href", address(*offset)}, {"total", 2}, {"limit", *limit}, {"offset", *offset}};
    if (*offset + *limit < 2) body["next"] = address(*offset + *limit);
    body["locations"] = shown;
    return http::Response::json(200, body.dump());
}

http::Response SellerImpl::bulk_get(const http::Request& request) {
    const Json body = Json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("requests") || !body["requests"].is_array() || body["requests"].empty())
        return refuse(400, 25709, kInventory, "Invalid value for requests");
    if (body["requests"].size() > 25) return refuse(400, 25708, kInventory, "At most 25 SKUs in one call");
    Json responses = Json::array();
    bool all = true;
    for (const Json& entry : body["requests"]) {
        const std::string sku = entry.is_object() && entry.contains("sku") && entry["sku"].is_string()
                                    ? entry["sku"].get<std::string>()
                                    : "";
        const auto number = world_.item_of_sku(sku);
        all = all && number;
        if (number)
            responses.push_back({{"statusCode", 200}, {"sku", sku}, {"inventoryItem", item_json(*number)}});
        else
            responses.push_back(
                {{"statusCode", 404},
                 {"sku", sku},
                 {"errors", Json::array({error_json(25710, kInventory, "We didn't find the entity you are requesting",
                                                    {{"sku", sku}})})}});
    }
    return http::Response::json(all ? 200 : 207, Json{{"responses", responses}}.dump());
}

http::Response SellerImpl::bulk_update(const http::Request& request) {
    const Json body = Json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("requests") || !body["requests"].is_array() || body["requests"].empty())
        return refuse(400, 25709, kInventory, "Invalid value for requests");
    if (body["requests"].size() > 25) return refuse(400, 25708, kInventory, "At most 25 SKUs in one call");
    Json responses = Json::array();
    for (const Json& entry : body["requests"]) {
        const auto answer = [&](int status, const std::string& sku, const std::string& offer, Json errors) {
            Json out = Json::object();
            if (!offer.empty()) out["offerId"] = offer;
            out["sku"] = sku;
            out["statusCode"] = status;
            out["errors"] = std::move(errors);
            out["warnings"] = Json::array();
            ++(status == 200 ? world_.counters.stock_pushes : world_.counters.stock_refused);
            responses.push_back(out);
        };
        const std::string sku = entry.is_object() && entry.contains("sku") && entry["sku"].is_string()
                                    ? entry["sku"].get<std::string>()
                                    : "";
        const auto number = world_.item_of_sku(sku);
        if (!number) {
            answer(404, sku, "",
                   Json::array({error_json(25710, kInventory, "We didn't find the entity you are requesting",
                                           {{"sku", sku}})}));
            continue;
        }
        const Json ship_to = entry.value("shipToLocationAvailability", Json());
        const auto cap = quantity_in(ship_to, "quantity");
        if (!ship_to.is_null() && (!cap || *cap < 0)) {
            answer(400, sku, "", Json::array({error_json(25709, kInventory, "Invalid value for quantity")}));
            continue;
        }
        bool wrong_place = false;
        if (ship_to.is_object() && ship_to.contains("availabilityDistributions") &&
            ship_to["availabilityDistributions"].is_array())
            for (const Json& share : ship_to["availabilityDistributions"])
                wrong_place =
                    wrong_place || !share.is_object() || share.value("merchantLocationKey", Json()) != Json(kLocation);
        if (wrong_place) {
            answer(400, sku, "", Json::array({error_json(25802, kInventory, "Invalid merchantLocationKey")}));
            continue;
        }
        const UnitKey unit = world_.units(*number).front();
        const Json offers = entry.value("offers", Json::array());
        if (!offers.is_array() || offers.empty()) {
            if (!cap) {
                answer(400, sku, "", Json::array({error_json(25709, kInventory, "Nothing to update")}));
                continue;
            }
            world_.set_available(unit, *cap);
            answer(200, sku, "", Json::array());
            continue;
        }
        bool capped = false;
        for (const Json& offer : offers) {
            const std::string id = offer.is_object() && offer.contains("offerId") && offer["offerId"].is_string()
                                       ? offer["offerId"].get<std::string>()
                                       : "";
            const auto of = world_.item_of_offer(id);
            const auto wanted = quantity_in(offer, "availableQuantity");
            if (!of || *of != *number) {
                answer(400, sku, id,
                       Json::array({error_json(25713, kInventory, "This Offer is not available : " + id + ".",
                                               {{"offerId", id}})}));
            } else if (offer.contains("availableQuantity") && (!wanted || *wanted < 0)) {
                answer(400, sku, id, Json::array({error_json(25002, kInventory, "Invalid availableQuantity")}));
            } else if (!world_.revise(*number)) {
                answer(400, sku, id,
                       Json::array({error_json(25002, kInventory, "The listing was revised too often today")}));
            } else {
                // What sells is the smaller of both numbers.
                const std::int64_t before = capped ? world_.available(unit) : cap.value_or(world_.available(unit));
                world_.set_available(unit, wanted && cap ? std::min(*wanted, *cap) : wanted.value_or(before));
                capped = true;
                answer(200, sku, id, Json::array());
            }
        }
    }
    const bool all =
        std::all_of(responses.begin(), responses.end(), [](const Json& each) { return each["statusCode"] == 200; });
    return http::Response::json(all ? 200 : 207, Json{{"responses", responses}}.dump());
}

}  // namespace crossdock::sandbox::ebay
