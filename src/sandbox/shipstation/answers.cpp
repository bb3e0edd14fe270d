// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shipstation/answers.h"

#include <nlohmann/json.hpp>

#include "sandbox/shipstation/pacific.h"

namespace crossdock::sandbox::shipstation {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json cents_or_null(std::int64_t cents) { return cents < 0 ? Json(nullptr) : Json(dollars(cents)); }

// Orders carry seven digits; some, as imported, none.
std::string long_text(const Order& order, Timestamp at) { return wall_text(at, order.id % 5 == 0 ? 0 : 7); }

Json weight(int grams) {
    return {{"value", grams / 28}, {"units", "ounces"}, {"WeightUnits", 1}};  // the last is in no document
}

Json address(const Person& who, bool blank, const std::string& phone) {
    if (blank) {
        Json out = {{"name", who.name}};
        for (const char* name : {"company", "street1", "street2", "street3", "city", "state", "postalCode", "country",
                                 "phone", "residential", "addressVerified"})
            out[name] = nullptr;
        return out;
    }
    return {{"name", who.name},
            {"company", who.residential ? Json("") : Json("Acme Inc.")},
            {"street1", who.street},
            {"street2", who.street2},
            {"street3", nullptr},
            {"city", who.city},
            {"state", who.state},
            {"postalCode", who.zip},
            {"country", "US"},
            {"phone", text_or_null(phone)},
            {"residential", who.residential},
            {"addressVerified", "Address validated successfully"}};
}

Json item_json(const Item& item, const Goods& goods) {
    Json out = {{"orderItemId", item.id}, {"lineItemKey", text_or_null(item.line_key)}};
    const std::string when = wall_text(item.created, 3);
    if (item.adjustment()) {
        out.update({{"sku", nullptr},
                    {"name", item.name},
                    {"imageUrl", nullptr},
                    {"weight", weight(0)},
                    {"quantity", 1},
                    {"unitPrice", dollars(item.price_cents)},
                    {"taxAmount", nullptr},
                    {"shippingAmount", nullptr},
                    {"warehouseLocation", nullptr},
                    {"options", Json::array()},
                    {"productId", nullptr},
                    {"fulfillmentSku", nullptr},
                    {"adjustment", true},
                    {"upc", nullptr}});
    } else {
        const Good good = goods.at(item.good);
        Json options = Json::array();
        if (item.good % 4 == 1) options.push_back({{"name", "Size"}, {"value", "Large"}});
        out.update({{"sku", good.sku},
                    {"name", good.title},
                    {"imageUrl", nullptr},
                    {"weight", weight(good.weight_grams)},
                    {"quantity", item.quantity},
                    {"unitPrice", dollars(item.price_cents)},
                    {"taxAmount", cents_or_null(item.tax_cents)},
                    {"shippingAmount", cents_or_null(item.shipping_cents)},
                    {"warehouseLocation",
                     item.good % 3 == 0 ? Json("Aisle 1, Bin " + std::to_string(item.good % 90)) : Json(nullptr)},
                    {"options", std::move(options)},
                    {"productId", 7'239'000 + item.good},
                    {"fulfillmentSku", nullptr},
                    {"adjustment", false},
                    {"upc", item.good % 2 == 0 ? Json(good.upc) : Json(nullptr)}});
    }
    out["createDate"] = when;
    out["modifyDate"] = when;
    return out;
}

std::string source_of(std::int64_t store) {
    return store == 25748 ? "shopify" : store == 25750 ? "walmart" : store == 25760 ? "ebay" : "";
}

Json ship_to(const Person& who) {
    return {{"name", who.name},   {"company", ""},      {"street1", who.street}, {"street2", who.street2},
            {"street3", nullptr}, {"city", who.city},   {"state", who.state},    {"postalCode", who.zip},
            {"country", "US"},    {"phone", who.phone}, {"residential", nullptr}};
}

}  // namespace

Json order_json(const Order& order, const Goods& goods) {
    const Person buyer = person(order.buyer);
    const auto date = [&](const std::optional<Timestamp>& at) {
        return at ? Json(long_text(order, *at)) : Json(nullptr);
    };
    int grams = 0;
    Json items = Json::array();
    for (const Item& item : order.items) {
        items.push_back(item_json(item, goods));
        if (!item.adjustment()) grams += goods.at(item.good).weight_grams * item.quantity;
    }
    Json out = {
        {"orderId", order.id},
        {"orderNumber", order.number},
        {"orderKey", order.key},
        {"orderDate", long_text(order, order.ordered)},
        {"createDate", long_text(order, order.created)},
        {"modifyDate", wall_text(order.modified, 7)},
        {"paymentDate", date(order.paid_at)},
        {"shipByDate", wall_date(order.ordered + std::chrono::days(3)) + "T00:00:00.0000000"},
        {"orderStatus", wire(order.status)},
        {"customerId", 37'701'000 + static_cast<std::int64_t>(order.buyer % 1'000'000)},
        {"customerUsername", buyer.email},
        {"customerEmail", buyer.email},
        {"billTo", address(buyer, order.id % 3 != 0, "")},
        {"shipTo", address(buyer, false, buyer.phone)},
        {"items", std::move(items)},
        {"orderTotal", dollars(order.total_cents())},
        {"amountPaid", dollars(order.paid_cents)},
        {"taxAmount", dollars(order.tax_cents)},
        {"shippingAmount", dollars(order.shipping_cents)},
        {"customerNotes", order.id % 7 == 0 ? Json("Please leave at the side door.<br/>Thanks") : Json(nullptr)},
        {"internalNotes", text_or_null(order.internal_notes)},
        {"gift", order.gift},
        {"giftMessage", order.gift ? Json("Happy birthday!") : Json(nullptr)},
        {"paymentMethod", order.id % 2 == 0 ? Json("Credit Card") : Json(nullptr)},
        {"requestedShippingService", "Standard"},
        {"carrierCode", nullptr},
        {"serviceCode", nullptr},
        {"packageCode", nullptr},
        {"confirmation", "none"},
        {"shipDate", order.shipped_at ? Json(wall_date(*order.shipped_at)) : Json(nullptr)},
        {"holdUntilDate", order.hold_until ? Json(wall_date(*order.hold_until)) : Json(nullptr)},
        {"weight", weight(grams)},
        {"dimensions", nullptr},
        {"insuranceOptions", {{"provider", nullptr}, {"insureShipment", false}, {"insuredValue", 0}}},
        {"internationalOptions", {{"contents", nullptr}, {"customsItems", nullptr}, {"nonDelivery", nullptr}}}};
    out["advancedOptions"] = {{"warehouseId", 17977},
                              {"nonMachinable", false},
                              {"saturdayDelivery", false},
                              {"containsAlcohol", false},
                              {"mergedOrSplit", order.merged_or_split},
                              {"mergedIds", order.merged},
                              {"parentId", order.parent == 0 ? Json(nullptr) : Json(order.parent)},
                              {"storeId", order.store},
                              {"customField1", nullptr},
                              {"customField2", nullptr},
                              {"customField3", nullptr},
                              {"source", text_or_null(source_of(order.store))},
                              {"billToParty", nullptr},
                              {"billToAccount", nullptr},
                              {"billToPostalCode", nullptr},
                              {"billToCountryCode", nullptr}};
    out["tagIds"] = nullptr;
    out["userId"] = nullptr;
    out["externallyFulfilled"] = false;
    out["externallyFulfilledBy"] = nullptr;
    return out;
}

Json shipment_json(const Shipment& it, const Order& order, const Goods& goods, bool with_items) {
    const Person buyer = person(order.buyer);
    Json items = nullptr;  // unless asked for
    if (with_items) {
        items = Json::array();
        for (const Item& item : it.items) {
            const Good good = goods.at(item.good);
            items.push_back({{"orderItemId", item.id},
                             {"lineItemKey", text_or_null(item.line_key)},
                             {"sku", good.sku},
                             {"name", good.title},
                             {"imageUrl", nullptr},
                             {"quantity", item.quantity},
                             {"unitPrice", dollars(item.price_cents)},
                             {"productId", 7'239'000 + item.good}});
        }
    }
    return {{"shipmentId", it.id},
            {"orderId", order.id},
            {"orderKey", order.key},
            {"userId", "123456AB-ab12-3c4d-5e67-89f1abc1defa"},
            {"customerEmail", buyer.email},
            {"orderNumber", order.number},
            {"createDate", wall_text(it.created, 7)},
            {"shipDate", it.ship_date},
            {"shipmentCost", 8.15},
            {"insuranceCost", 0},
            {"trackingNumber", it.number},
            {"isReturnLabel", it.is_return},
            {"batchNumber", std::to_string(100'000 + it.id % 1000)},
            {"carrierCode", it.carrier},
            {"serviceCode", "usps_first_class_mail"},
            {"packageCode", "package"},
            {"confirmation", "delivery"},
            {"warehouseId", 17977},
            {"voided", it.voided.has_value()},
            {"voidDate", it.voided ? Json(wall_text(*it.voided, 7)) : Json(nullptr)},
            {"marketplaceNotified", it.notified},
            {"notifyErrorMessage", text_or_null(it.notify_error)},
            {"shipTo", ship_to(buyer)},
            {"weight", {{"value", 12}, {"units", "ounces"}}},
            {"dimensions", nullptr},
            {"insuranceOptions", {{"provider", nullptr}, {"insureShipment", false}, {"insuredValue", 0}}},
            {"advancedOptions", nullptr},
            {"shipmentItems", std::move(items)},
            {"labelData", nullptr},
            {"formData", nullptr}};
}

Json fulfillment_json(const Shipment& it, const Order& order) {
    const Person buyer = person(order.buyer);
    return {{"fulfillmentId", it.id},
            {"orderId", order.id},
            {"orderNumber", order.number},
            {"userId", "c9f06d74-95de-4263-9b04-e87095cababf"},
            {"customerEmail", buyer.email},
            {"trackingNumber", it.number},
            {"createDate", wall_text(it.created, 7)},
            {"shipDate", it.ship_date + "T00:00:00.0000000"},
            {"voidDate", nullptr},
            {"deliveryDate", nullptr},
            {"carrierCode", text_or_null(it.carrier)},
            {"fulfillmentProviderCode", nullptr},
            {"fulfillmentServiceCode", nullptr},
            {"fulfillmentFee", 0},
            {"voidRequested", false},
            {"voided", it.voided.has_value()},
            {"marketplaceNotified", it.notified},
            {"notifyErrorMessage", text_or_null(it.notify_error)},
            {"shipTo", ship_to(buyer)}};
}

Json product_json(const Good& good, const World& world) {
    return {
        {"aliases", good.index % 6 == 2
                        ? Json(Json::array(
                              {{{"name", good.sku + "-ALIAS"}, {"storeId", 25748}, {"storeName", "Our Shopify shop"}}}))
                        : Json(nullptr)},
        {"productId", 7'239'000 + good.index},
        {"sku", good.sku},
        {"name", good.title},
        {"price", dollars(good.price_cents)},
        {"defaultCost", 0},
        {"length", nullptr},
        {"width", nullptr},
        {"height", nullptr},
        {"weightOz", good.weight_grams / 28},
        {"internalNotes", nullptr},
        {"fulfillmentSku", nullptr},
        {"upc", good.index % 2 == 0 ? Json(good.upc) : Json(nullptr)},
        {"createDate", wall_text(world.product_created(good.index), 3)},
        {"modifyDate", wall_text(world.product_modified(good.index), 3)},
        {"active", World::product_active(good.index)},
        {"productCategory", nullptr},
        {"productType", nullptr},
        {"warehouseLocation", good.index % 3 == 0 ? Json("Bin " + std::to_string(good.index % 90)) : Json(nullptr)},
        {"defaultCarrierCode", nullptr},
        {"defaultServiceCode", nullptr},
        {"defaultPackageCode", nullptr},
        {"customsDescription", nullptr},
        {"customsValue", nullptr},
        {"customsTariffNo", nullptr},
        {"customsCountryCode", nullptr},
        {"noCustoms", nullptr},
        {"tags", nullptr}};
}

Json store_json(const Store& store, Timestamp now) {
    Json mappings;
    if (store.mappings == 0) mappings = Json::array({{{"orderStatus", "awaiting_shipment"}, {"statusKey", "paid"}}});
    if (store.mappings == 2) mappings = "";
    const std::string attempt = wall_text(now - std::chrono::minutes(4), 3);
    // Samples of refreshDate disagree with lastRefreshAttempt by the zone's eight hours.
    const std::string refreshed = store.mappings == 2 ? wall_text(now + std::chrono::hours(8), 3) : attempt;
    return {{"storeId", store.id},
            {"storeName", store.name},
            {"marketplaceId", store.marketplace_id},
            {"marketplaceName", store.marketplace},
            {"accountName", store.marketplace_id == 0 ? Json(nullptr) : Json("demo-" + std::to_string(store.id))},
            {"email", nullptr},
            {"integrationUrl", nullptr},
            {"active", store.active},
            {"companyName", ""},
            {"phone", ""},
            {"publicEmail", "shop@example.com"},
            {"website", ""},
            {"refreshDate", store.active ? Json(refreshed) : Json(nullptr)},
            {"lastRefreshAttempt", attempt},
            {"createDate", "2014-07-25T11:05:55.307"},
            {"modifyDate", "2014-11-12T08:45:20.55"},
            {"autoRefresh", store.marketplace_id != 0},
            {"statusMappings", std::move(mappings)}};
}

Json carriers_json() {
    const auto carrier = [](const char* name, const char* code, Json account, bool funded, Json nickname, int provider,
                            bool primary) -> Json {
        return {{"name", name},
                {"code", code},
                {"accountNumber", std::move(account)},
                {"requiresFundedAccount", funded},
                {"balance", funded ? 24.27 : 0.0},
                {"nickname", std::move(nickname)},
                {"shippingProviderId", provider},
                {"primary", primary}};
    };
    return Json::array({carrier("Stamps.com", "stamps_com", "SS123", true, nullptr, 12345, true),
                        carrier("Stamps.com", "stamps_com", "SS1234", true, "Stamps.com 2", 12346, false),
                        carrier("UPS", "ups", "ABCR80", false, nullptr, 12347, true),
                        carrier("FedEx", "fedex", 297929999, false, "SS", 12348, true),
                        carrier("USPS", "usps", "913999", true, nullptr, 12349, true)});
}

Json services_json(const std::string& carrier) {
    Json out = Json::array();
    const auto add = [&](const char* code, const char* name, bool international) {
        out.push_back({{"carrierCode", carrier},
                       {"code", code},
                       {"name", name},
                       {"domestic", !international},
                       {"international", international}});
    };
    if (carrier == "fedex") {
        add("fedex_ground", "FedEx Ground®", false);
        add("fedex_international_priority", "FedEx International Priority®", true);
    } else if (carrier == "ups") {
        add("ups_ground", "UPS® Ground", false);
    } else if (carrier == "stamps_com" || carrier == "usps") {
        add("usps_priority_mail", "USPS Priority Mail", false);
    }
    return out;
}

Json warehouses_json() {
    const auto place = [](const char* name, const char* street, const char* city, const char* state,
                          const char* zip) -> Json {
        return {{"name", name},    {"company", ""},         {"street1", street},   {"street2", ""},
                {"street3", ""},   {"city", city},          {"state", state},      {"postalCode", zip},
                {"country", "US"}, {"phone", "5555550101"}, {"residential", false}};
    };
    return Json::array({{{"warehouseId", 17977},
                         {"warehouseName", "Main warehouse"},
                         {"originAddress", place("Main", "12 Dock Road", "Springfield", "IL", "62701")},
                         {"returnAddress", place("Returns", "12 Dock Road", "Springfield", "IL", "62701")},
                         {"createDate", "2014-10-21T08:11:43.8800000"},
                         {"isDefault", true}},
                        {{"warehouseId", 14265},
                         {"warehouseName", "Austin"},
                         {"originAddress", place("Austin", "2815 Example Blvd", "Austin", "TX", "78703")},
                         {"returnAddress", place("Austin", "2815 Example Blvd", "Austin", "TX", "78703")},
                         {"createDate", "2014-05-27T09:54:29.9600000"},
                         {"isDefault", false}}});
}

}  // namespace crossdock::sandbox::shipstation
