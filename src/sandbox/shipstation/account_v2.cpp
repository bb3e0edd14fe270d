// SPDX-License-Identifier: Apache-2.0
// The part of V2 that a hub may want: shipments stand for orders, ids are "se-" texts, times are UTC, and stock exists.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using nlohmann::json;

namespace {

constexpr std::string_view kLocation = "se-7001";

std::string se(std::int64_t id) { return "se-" + std::to_string(id); }

std::int64_t from_se(const std::string& text) {
    std::int64_t id = 0;
    if (text.starts_with("se-")) std::from_chars(text.data() + 3, text.data() + text.size(), id);
    return id;
}

Json money(std::int64_t cents) { return {{"currency", "usd"}, {"amount", dollars(cents)}}; }

// Coarser than V1: what is unpaid, held or marked as shipped cannot be told from what is ready. That a mark alone
// leaves the shipment pending is not documented; it is the harder case for a client.
std::string_view v2_status(const Order& it) {
    if (it.deleted || it.status == OrderStatus::cancelled) return "cancelled";
    return it.has_label ? "label_purchased" : "pending";
}

Json address_v2(const Person& who) {
    Json out = {{"name", who.name},
                {"phone", who.phone},
                {"email", who.email},
                {"address_line1", who.street},
                {"city_locality", who.city},
                {"state_province", who.state},
                {"postal_code", who.zip},
                {"country_code", "US"},
                {"address_residential_indicator", who.residential ? "yes" : "no"}};
    if (!who.street2.empty()) out["address_line2"] = who.street2;
    return out;
}

Json shipment_of(const Order& it, const Goods& goods) {
    Json items = Json::array();
    for (const Item& item : it.items) {
        if (item.adjustment()) continue;
        const Good good = goods.at(item.good);
        Json row = {{"name", good.title},
                    {"sales_order_id", std::to_string(it.id)},
                    {"sales_order_item_id", std::to_string(item.id)},
                    {"quantity", item.quantity},
                    {"sku", good.sku},
                    {"external_order_id", it.number},
                    {"unit_price", dollars(item.price_cents)},
                    {"product_id", std::to_string(7'239'000 + item.good)},
                    {"upc", good.upc}};
        if (!item.line_key.empty()) row["external_order_item_id"] = item.line_key;
        items.push_back(std::move(row));
    }
    const Json warehouse = {{"name", "Main"},
                            {"phone", "5555550101"},
                            {"address_line1", "12 Dock Road"},
                            {"city_locality", "Springfield"},
                            {"state_province", "IL"},
                            {"postal_code", "62701"},
                            {"country_code", "US"},
                            {"address_residential_indicator", "no"}};
    const Json weight = {{"value", 12}, {"unit", "ounce"}};
    return {{"shipment_id", se(it.id)},
            {"external_shipment_id", it.key},
            {"shipment_number", it.number},
            {"shipment_status", v2_status(it)},
            {"store_id", se(it.store)},
            {"created_at", format_rfc3339(it.created)},
            {"modified_at", format_rfc3339(it.modified)},
            {"items", std::move(items)},
            {"is_gift", it.gift},
            {"amount_paid", money(it.paid_cents)},
            {"shipping_paid", money(it.shipping_cents)},
            {"tax_paid", money(it.tax_cents)},
            {"ship_to", address_v2(person(it.buyer))},
            {"ship_from", warehouse},
            {"return_to", warehouse},
            {"confirmation", "none"},
            {"insurance_provider", "none"},
            {"advanced_options", Json::object()},
            {"tags", Json::array()},
            {"total_weight", weight},
            {"packages", Json::array({{{"weight", weight}}})}};
}

bool in_window(const Call& call, const char* start, const char* end, Timestamp at, bool& readable) {
    for (const auto& [name, from] : {std::pair{start, true}, {end, false}}) {
        const auto text = call.request.parameter(name);
        if (!text) continue;
        const auto limit = parse_iso8601(*text, ZoneRule::utc);
        if (!limit) {
            readable = false;
            return false;
        }
        if (from ? at < *limit : at > *limit) return false;
    }
    return true;
}

}  // namespace

http::Response AccountImpl::v2_refuse(int status, const char* code, const std::string& message) {
    const Json body = {{"request_id", world_.random.uuid()},
                       {"errors", Json::array({{{"error_source", "ShipStation"},
                                                {"error_type", status == 401 ? "security" : "validation"},
                                                {"error_code", code},
                                                {"message", message}}})}};
    return http::Response::json(status, body.dump());
}

Json AccountImpl::v2_page(const char* name, Json rows, std::size_t total, const Page& page, const char* path) {
    const std::size_t pages = std::max<std::size_t>(1, page.pages);  // an empty list has a page, too
    const auto link = [&](std::size_t number) -> Json {
        if (number < 1 || number > pages) return Json::object();
        return {{"href", "https://api.shipstation.com" + std::string(path) + "?page=" + std::to_string(number) +
                             "&page_size=" + std::to_string(page.size)}};
    };
    return {{name, std::move(rows)},
            {"total", total},
            {"page", page.number},
            {"pages", pages},
            {"links",
             {{"first", link(1)},
              {"last", link(pages)},
              {"prev", link(page.number - 1)},
              {"next", link(page.number + 1)}}}};
}

http::Response AccountImpl::v2_list_shipments(const Call& call) {
    bool readable = true;
    const std::string status = call.text("shipment_status");
    const std::string number = call.text("shipment_number");
    const std::string key = call.text("external_shipment_id");
    std::vector<const Order*> found;
    for (const auto& [id, it] : world_.orders) {
        if (!in_window(call, "modified_at_start", "modified_at_end", it.modified, readable) ||
            !in_window(call, "created_at_start", "created_at_end", it.created, readable))
            continue;
        if ((!status.empty() && v2_status(it) != status) || (!number.empty() && it.number != number) ||
            (!key.empty() && it.key != key) || it.visible_at > world_.now())
            continue;
        found.push_back(&it);
    }
    if (!readable) return v2_refuse(400, "invalid_field_value", "A date of the window is not ISO 8601");
    const bool down = call.text("sort_dir") != "asc";
    const bool by_modified = call.text("sort_by") == "modified_at";
    std::stable_sort(found.begin(), found.end(), [&](const Order* a, const Order* b) {
        if (down) std::swap(a, b);
        return by_modified ? a->modified < b->modified : a->created < b->created;
    });
    const Page page = page_of(call, found.size(), 25, 500, "page_size");
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) rows.push_back(shipment_of(*found[i], world_.goods));
    return http::Response::json(200, v2_page("shipments", std::move(rows), found.size(), page, "/v2/shipments").dump());
}

http::Response AccountImpl::v2_one_shipment(const Call& call) {
    const Order* it = world_.order(from_se(call.values[0]));
    if (it == nullptr || it->deleted)
        return v2_refuse(404, "not_found", "shipment_id " + call.values[0] + " was not found");
    return http::Response::json(200, shipment_of(*it, world_.goods).dump());
}

http::Response AccountImpl::v2_list_fulfillments(const Call& call) {
    bool readable = true;
    std::vector<const Shipment*> found;
    for (const auto& [id, it] : world_.shipments) {
        if (it.label || !in_window(call, "create_date_start", "create_date_end", it.created, readable)) continue;
        if (call.request.parameter("shipment_id") && call.text("shipment_id") != se(it.order)) continue;
        if (call.request.parameter("tracking_number") && call.text("tracking_number") != it.number) continue;
        found.push_back(&it);
    }
    if (!readable) return v2_refuse(400, "invalid_field_value", "A date of the window is not ISO 8601");
    const Page page = page_of(call, found.size(), 25, 500, "page_size");
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) {
        const Shipment& it = *found[i];
        rows.push_back(
            {{"fulfillment_id", se(it.id)},
             {"shipment_id", se(it.order)},
             {"shipment_number", world_.orders.at(it.order).number},
             {"tracking_number", it.number},
             {"created_at", format_rfc3339(it.created)},
             {"ship_date", it.ship_date + "T00:00:00Z"},
             {"voided_at", nullptr},
             {"delivered_at", nullptr},
             {"fulfillment_carrier_friendly_name", it.carrier},
             {"void_requested", false},
             {"voided", it.voided.has_value()},
             {"order_source_notified", it.notified},
             {"notification_error_message", it.notify_error.empty() ? Json(nullptr) : Json(it.notify_error)}});
    }
    return http::Response::json(
        200, v2_page("fulfillments", std::move(rows), found.size(), page, "/v2/fulfillments").dump());
}

http::Response AccountImpl::v2_create_fulfillments(const Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object() || !body.contains("fulfillments") || !body["fulfillments"].is_array() ||
        body["fulfillments"].empty())
        return v2_refuse(400, "field_value_required", "fulfillments is required");
    const auto text = [](const json& row, const char* name) {
        return row.is_object() && row.contains(name) && row[name].is_string() ? row[name].get<std::string>()
                                                                              : std::string();
    };
    for (const json& row : body["fulfillments"]) {
        for (const char* name : {"shipment_id", "tracking_number", "carrier_code"})
            if (text(row, name).empty())
                return v2_refuse(400, "field_value_required", std::string(name) + " is required");
    }
    // The HTTP status says nothing about the rows.
    bool errors = false;
    bool first_fails = faults_.take({"row_error"}, call.operation).has_value();
    Json rows = Json::array();
    for (const json& row : body["fulfillments"]) {
        Mark mark;
        mark.order = from_se(text(row, "shipment_id"));
        mark.carrier = text(row, "carrier_code");
        mark.number = text(row, "tracking_number");
        mark.ship_date = text(row, "ship_date").substr(0, 10);
        mark.notify_customer = row.contains("notify_customer") && row["notify_customer"] == true;
        mark.notify_sales_channel = row.contains("notify_order_source") && row["notify_order_source"] == true;
        const std::string problem = first_fails ? "Unexpected error, try again" : world_.mark_as_shipped(mark);
        if (first_fails) ++world_.counters.faults;
        first_fails = false;
        errors = errors || !problem.empty();
        if (!problem.empty()) ++world_.counters.marks_refused;
        const Order* order = world_.order(mark.order);
        rows.push_back({{"shipment_id", text(row, "shipment_id")},
                        {"shipment_number", order == nullptr ? Json(nullptr) : Json(order->number)},
                        {"error_message", problem.empty() ? Json(nullptr) : Json(problem)}});
    }
    return http::Response::json(200, Json{{"has_errors", errors}, {"fulfillments", std::move(rows)}}.dump());
}

http::Response AccountImpl::v2_list_carriers(const Call& /*call*/) {
    Json rows = Json::array();
    for (const Json& each : carriers_json()) {
        const Json& account = each["accountNumber"];
        Json row = {{"carrier_id", se(each["shippingProviderId"].get<std::int64_t>())},
                    {"carrier_code", each["code"]},
                    {"account_number", account.is_string() ? account.get<std::string>() : account.dump()},
                    {"requires_funded_amount", each["requiresFundedAccount"]},
                    {"balance", each["balance"]},
                    {"friendly_name", each["name"]},
                    {"primary", each["primary"]},
                    {"services", Json::array()},
                    {"packages", Json::array()},
                    {"options", Json::array()}};
        if (each["nickname"].is_string()) row["nickname"] = each["nickname"];
        rows.push_back(std::move(row));
    }
    return http::Response::json(
        200,
        Json{{"carriers", std::move(rows)}, {"request_id", world_.random.uuid()}, {"errors", Json::array()}}.dump());
}

http::Response AccountImpl::v2_list_warehouses(const Call& /*call*/) {
    Json rows = Json::array();
    for (const Json& each : warehouses_json()) {
        const Json& from = each["originAddress"];
        const Json place = {{"name", from["name"]},
                            {"phone", from["phone"]},
                            {"address_line1", from["street1"]},
                            {"city_locality", from["city"]},
                            {"state_province", from["state"]},
                            {"postal_code", from["postalCode"]},
                            {"country_code", "US"},
                            {"address_residential_indicator", "no"}};
        rows.push_back({{"warehouse_id", se(each["warehouseId"].get<std::int64_t>())},
                        {"is_default", each["isDefault"]},
                        {"name", each["warehouseName"]},
                        {"created_at", "2014-10-21T15:11:43Z"},
                        {"origin_address", place},
                        {"return_address", place}});
    }
    return http::Response::json(200, Json{{"warehouses", std::move(rows)}}.dump());
}

http::Response AccountImpl::v2_list_products(const Call& call) {
    std::vector<std::int64_t> found;
    for (std::int64_t good = 0; good < world_.goods.count(); ++good) {
        if (call.request.parameter("sku") && world_.goods.sku(good) != call.text("sku")) continue;
        if (call.request.parameter("active") && (call.text("active") == "true") != World::product_active(good))
            continue;
        found.push_back(good);
    }
    const Page page = page_of(call, found.size(), 100, 100, "page_size");
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) {
        const Good good = world_.goods.at(found[i]);
        rows.push_back({{"product_id", 7'239'000 + good.index},
                        {"sku", good.sku},
                        {"name", good.title},
                        {"upc", good.upc},
                        {"price", {{"currency", "usd"}, {"amount", dollars(good.price_cents)}}},
                        {"weight", {{"value", good.weight_grams}, {"unit", "gram"}}},
                        {"create_date", format_rfc3339(world_.product_created(good.index))},
                        {"modify_date", format_rfc3339(world_.product_modified(good.index))},
                        {"active", World::product_active(good.index)}});
    }
    return http::Response::json(200, v2_page("products", std::move(rows), found.size(), page, "/v2/products").dump());
}

http::Response AccountImpl::v2_list_inventory(const Call& call) {
    if (!options_.inventory_plan) return v2_refuse(403, "unauthorized", "The plan does not include inventory");
    const std::string sku = call.text("sku");
    Json rows = Json::array();
    for (const auto& [name, on_hand] : world_.stock) {
        if (!sku.empty() && name != sku) continue;
        rows.push_back({{"sku", name},
                        {"on_hand", on_hand},
                        {"allocated", 0},
                        {"available", on_hand},
                        {"inventory_warehouse_id", "se-7000"},
                        {"inventory_location_id", kLocation}});
    }
    const std::size_t total = rows.size();
    Page page;
    page.pages = 1;
    return http::Response::json(200, v2_page("inventory", std::move(rows), total, page, "/v2/inventory").dump());
}

http::Response AccountImpl::v2_change_inventory(const Call& call) {
    if (!options_.inventory_plan) return v2_refuse(403, "unauthorized", "The plan does not include inventory");
    const json body = json::parse(call.request.body, nullptr, false);
    const auto text = [&](const char* name) {
        return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>()
                                                                                 : std::string();
    };
    const std::string type = text("transaction_type");
    const std::string sku = text("sku");
    if (text("inventory_location_id") != kLocation)
        return v2_refuse(400, "invalid_field_value", "inventory_location_id is not a location of this account");
    if (!world_.goods.find(sku)) return v2_refuse(400, "invalid_field_value", "sku is not a product of this account");
    const bool counted =
        body.contains("quantity") && body["quantity"].is_number_integer() && body["quantity"].get<std::int64_t>() >= 0;
    if (!counted) return v2_refuse(400, "invalid_field_value", "quantity must be a whole number from 0");
    const auto quantity = body["quantity"].get<std::int64_t>();
    std::int64_t& on_hand = world_.stock[sku];
    if (type == "adjust" || type == "modify")
        on_hand = quantity;
    else if (type == "increment")
        on_hand += quantity;
    else if (type == "decrement")
        on_hand -= std::min(on_hand, quantity);
    else
        return v2_refuse(400, "invalid_field_value", "transaction_type must be adjust, modify, increment or decrement");
    ++world_.counters.stock_sets;
    return {204, "", "application/json", {}};
}

http::Response AccountImpl::v2_list_locations(const Call& /*call*/) {
    if (!options_.inventory_plan) return v2_refuse(403, "unauthorized", "The plan does not include inventory");
    Json rows = Json::array({{{"inventory_location_id", kLocation},
                              {"name", "Shelf 1"},
                              {"inventory_warehouse_id", "se-7000"},
                              {"created_at", "2025-10-21T15:11:43Z"},
                              {"updated_at", "2025-10-21T15:11:43Z"}}});
    Page page;
    page.pages = 1;
    return http::Response::json(
        200, v2_page("inventory_locations", std::move(rows), 1, page, "/v2/inventory_locations").dump());
}

}  // namespace crossdock::sandbox::shipstation
