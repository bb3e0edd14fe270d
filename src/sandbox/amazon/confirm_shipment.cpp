// SPDX-License-Identifier: Apache-2.0
// confirmShipment: a package of the seller's own, added or edited by its reference.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

// The enumeration of CarrierCode in Amazon's feed schema, and a few of Seller Central's help. Others are accepted too;
// what is spelled otherwise is kept as "Other", to the seller's harm.
constexpr std::array<std::string_view, 45> kCarriers{
    "USPS",         "UPS",        "UPSMI",         "FedEx",         "DHL",
    "GLS",          "GO!",        "Royal Mail",    "Parcelforce",   "City Link",
    "TNT",          "Target",     "SagawaExpress", "NipponExpress", "YamatoTransport",
    "OSM",          "OnTrac",     "Streamlite",    "Newgistics",    "Canada Post",
    "Blue Package", "Chronopost", "Deutsche Post", "DPD",           "La Poste",
    "Parcelnet",    "SDA",        "Smartmail",     "Aramex",        "BlueDart",
    "India Post",   "DTDC",       "Delhivery",     "Lasership",     "Yodel",
    "Other",        "Ninjavan",   "Qxpress",       "China Post",    "DHL eCommerce",
    "SF Express",   "Yanwen",     "4PX",           "Fastway",       "Hermes Logistik Gruppe"};

bool positive_number(const std::string& text) {
    return !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos &&
           text.find_first_not_of('0') != std::string::npos;
}

/// A member of type string; nullptr when it is absent or another type.
const std::string* text_in(const json& object, const char* name) {
    const auto at = object.find(name);
    return at == object.end() ? nullptr : at->get_ptr<const std::string*>();
}

}  // namespace

http::Response SellerImpl::confirm_shipment(Call& call) {
    Order* order = world_.order(call.parts[0]);
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object()) return invalid_input("The request body is not a JSON object.");
    const std::string* store = text_in(body, "marketplaceId");
    if (store == nullptr) return invalid_input("marketplaceId is missing.");
    const json detail = body.value("packageDetail", json());
    if (!detail.is_object()) return invalid_input("packageDetail is missing.");
    if (order == nullptr) return not_found("Order " + call.parts[0] + " was not found.");
    if (*store != order->store->id) return invalid_input("marketplaceId does not match the marketplace of the order.");

    Package package;
    const std::string* reference = text_in(detail, "packageReferenceId");
    if (reference == nullptr || !positive_number(*reference))  // a JSON number too is refused, since January 2026
        return invalid_input("PackageReferenceId: is invalid, must be a positive numeric value");
    package.reference = *reference;
    const std::string* carrier = text_in(detail, "carrierCode");
    if (carrier == nullptr || carrier->empty()) return invalid_input("carrierCode is missing.");
    package.carrier = *carrier;
    if (const std::string* name = text_in(detail, "carrierName")) package.carrier_name = *name;
    if (package.carrier == "Other" && package.carrier_name.empty())
        return invalid_input("carrierName is required when carrierCode is Other.");
    if (std::find(kCarriers.begin(), kCarriers.end(), package.carrier) == kCarriers.end()) {
        ++world_.counters.carriers_unknown;
        if (package.carrier_name.empty()) package.carrier_name = package.carrier;
        package.carrier = "Other";
    }
    if (const std::string* method = text_in(detail, "shippingMethod")) package.method = *method;
    const std::string* tracking = text_in(detail, "trackingNumber");
    if (tracking == nullptr || tracking->empty()) return invalid_input("trackingNumber is missing.");
    package.tracking = *tracking;
    const std::string* date = text_in(detail, "shipDate");
    if (date == nullptr) return invalid_input("shipDate is missing.");
    const auto shipped = parse_iso8601(*date, ZoneRule::required);
    if (!shipped) return invalid_input("shipDate: the date must be in ISO 8601 format.");
    if (*shipped > world_.now() + std::chrono::minutes(1)) return invalid_input("shipDate must not be in the future.");
    if (*shipped < order->created_at) return invalid_input("shipDate must not be before the purchase date.");
    package.shipped_at = *shipped;
    const json items = detail.value("orderItems", json());
    if (!items.is_array() || items.empty()) return invalid_input("orderItems must have at least one item.");
    for (const json& item : items) {
        if (!item.is_object()) return invalid_input("orderItems: not an object.");
        const std::string* id = text_in(item, "orderItemId");
        const auto quantity = item.find("quantity");
        if (id == nullptr || !positive_number(*id)) return invalid_input("orderItemId is missing or invalid.");
        if (quantity == item.end() || !quantity->is_number_integer() || quantity->get<std::int64_t>() < 1)
            return invalid_input("quantity must be a positive integer.");
        package.lines.emplace_back(std::stoll(*id), quantity->get<int>());
    }
    if (const Refusal refusal = world_.confirm(*order, package)) return error(400, refusal.code, refusal.message);
    return http::Response{204, "", "application/json", {}};
}

}  // namespace crossdock::sandbox::amazon
