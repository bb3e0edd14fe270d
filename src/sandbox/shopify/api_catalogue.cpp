// SPDX-License-Identifier: Apache-2.0
// Products, variants, stock and locations as GraphQL shows them.
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

std::string level_gid(const char* type, const Level& level) {
    return gid(type, 800'000 + level.location_id) + "?inventory_item_id=" + std::to_string(level.item_id);
}

}  // namespace

void Api::bind_catalogue() {
    On<Product> product(resolvers_, "Product");
    product("id", [](const Product& p) { return gid("Product", p.id); });
    product("legacyResourceId", [](const Product& p) { return p.id; });
    product("title", [](const Product& p) { return p.title; });
    product("handle", [](const Product& p) { return p.handle; });
    product("status", [](const Product& p) { return p.status; });
    product("vendor", [](const Product& p) { return p.vendor; });
    product("productType", [](const Product& p) { return p.type; });
    product("tags", [this](const Product& p) { return texts(p.tags); });
    product("isGiftCard", [](const Product& p) { return p.gift_card; });
    product("createdAt", [](const Product& p) { return p.created_at; });
    product("updatedAt", [](const Product& p) { return p.updated_at; });
    product("totalInventory", [this](const Product& p) {
        std::int64_t sum = 0;
        for (const std::int64_t id : p.variants) {
            for (const Level* level : world_.levels_of(world_.variant(id)->item_id)) sum += level->available;
        }
        return sum;
    });
    product("variants", [this](const Product& p, const Call& call) {
        std::vector<Entry> entries;
        for (const std::int64_t id : p.variants)
            entries.push_back({{sort_number(id), id}, view("ProductVariant", world_.variant(id))});
        return cut(std::move(entries), call);
    });

    On<Variant> variant(resolvers_, "ProductVariant");
    variant("id", [](const Variant& v) { return gid("ProductVariant", v.id); });
    variant("legacyResourceId", [](const Variant& v) { return v.id; });
    variant("sku", [](const Variant& v) { return v.sku; });  // never given: "", not null
    variant("barcode", [](const Variant& v) { return or_null(v.barcode); });
    variant("title", [](const Variant& v) { return v.title; });
    variant("displayName", [this](const Variant& v) { return world_.product(v.product_id)->title + " - " + v.title; });
    variant("price", [this](const Variant& v) { return fixed_decimal(v.price, world_.options().currency); });
    variant("compareAtPrice", [this](const Variant& v) -> Resolved {
        return v.compare_at_price ? Resolved(fixed_decimal(*v.compare_at_price, world_.options().currency))
                                  : Resolved{};
    });
    variant("position", [](const Variant& v) { return v.position; });
    variant("taxable", [](const Variant& v) { return v.taxable; });
    variant("inventoryPolicy", [](const Variant& v) { return v.policy; });
    variant("inventoryQuantity", [this](const Variant& v) {
        std::int64_t sum = 0;
        for (const Level* level : world_.levels_of(v.item_id)) sum += level->available;
        return sum;
    });
    variant("createdAt", [](const Variant& v) { return v.created_at; });
    variant("updatedAt", [](const Variant& v) { return v.updated_at; });
    variant("requiresComponents", [](const Variant& v) { return v.requires_components; });
    variant("selectedOptions", [this](const Variant& v) { return listed(v.options, "SelectedOption"); });
    variant("product", [this](const Variant& v) { return view("Product", world_.product(v.product_id)); });
    variant("inventoryItem", [this](const Variant& v) { return view("InventoryItem", world_.item(v.item_id)); });
    On<Option>(resolvers_, "SelectedOption")("name", [](const Option& o) { return o.name; })(
        "value", [](const Option& o) { return o.value; });

    On<InventoryItem> item(resolvers_, "InventoryItem");
    item("id", [](const InventoryItem& i) { return gid("InventoryItem", i.id); });
    item("legacyResourceId", [](const InventoryItem& i) { return i.id; });
    item("sku", [](const InventoryItem& i) { return i.sku; });
    item("tracked", [](const InventoryItem& i) { return i.tracked; });
    item("requiresShipping", [](const InventoryItem& i) { return i.requires_shipping; });
    item("updatedAt", [](const InventoryItem& i) { return i.updated_at; });
    item("inventoryLevel", [this](const InventoryItem& i, const Call& call) -> Resolved {
        const auto place = gid_number(call.arguments.value("locationId", ""), "Location");
        const Level* level = place ? world_.level(i.id, *place) : nullptr;
        if (level == nullptr || (!level->active && !call.arguments.value("includeInactive", false))) return {};
        return view("InventoryLevel", level);
    });
    item("measurement", [this](const InventoryItem& i) { return view("InventoryItemMeasurement", i); });
    item("unitCost", [this](const InventoryItem& i) -> Resolved {
        return i.unit_cost ? Resolved(money(*i.unit_cost, world_.options().currency)) : Resolved{};
    });
    item("inventoryLevels", [this](const InventoryItem& i, const Call& call) {
        std::vector<Entry> entries;
        const bool inactive_too = call.arguments.value("includeInactive", false);
        for (const Level* level : world_.levels_of(i.id)) {
            const Location* place = world_.location(level->location_id);
            if (place == nullptr || (!level->active && !inactive_too)) continue;
            entries.push_back({{sort_number(level->location_id), level->location_id}, view("InventoryLevel", *level)});
        }
        return cut(std::move(entries), call);
    });
    On<InventoryItem>(resolvers_, "InventoryItemMeasurement")("id", [](const InventoryItem& i) {
        return gid("InventoryItemMeasurement", i.id);
    })("weight", [this](const InventoryItem& i) { return view("Weight", i); });
    On<InventoryItem>(resolvers_, "Weight")("value", [](const InventoryItem& i) { return i.weight_kg; })(
        "unit", [](const InventoryItem&) { return "KILOGRAMS"; });

    On<Level> level(resolvers_, "InventoryLevel");
    level("id", [](const Level& l) { return level_gid("InventoryLevel", l); });
    level("isActive", [](const Level& l) { return l.active; });
    level("createdAt", [](const Level& l) { return l.created_at; });
    level("updatedAt", [](const Level& l) { return l.updated_at; });
    level("item", [this](const Level& l) { return view("InventoryItem", world_.item(l.item_id)); });
    level("location", [this](const Level& l) { return location_view(l.location_id); });
    level("quantities", [this](const Level& l, const Call& call) {
        List list;
        for (const auto& name : call.arguments["names"])
            list.items.emplace_back(own("InventoryQuantity", Quantity{&l, name.get<std::string>()}));
        return list;
    });
    On<Quantity> quantity(resolvers_, "InventoryQuantity");
    quantity("id", [](const Quantity& q) { return level_gid("InventoryQuantity", *q.level) + "&name=" + q.name; });
    quantity("name", [](const Quantity& q) { return q.name; });
    quantity("quantity", [](const Quantity& q) -> std::int64_t {
        if (q.name == "available") return q.level->available;
        if (q.name == "on_hand") return q.level->on_hand();
        if (q.name == "committed") return q.level->committed;
        if (q.name == "incoming") return q.level->incoming;
        for (const char* empty : {"reserved", "damaged", "safety_stock", "quality_control"}) {
            if (q.name == empty) return 0;
        }
        throw FieldFailure{"The quantity name '" + q.name + "' is invalid.", extensions_of("BAD_REQUEST")};
    });
    quantity("updatedAt", [](const Quantity& q) -> Resolved {
        return q.name == "available" ? Resolved(q.level->available_updated_at) : Resolved{};
    });

    On<Location> place(resolvers_, "Location");
    place("id", [](const Location& l) { return gid("Location", l.id); });
    place("legacyResourceId", [](const Location& l) { return l.id; });
    place("name", [](const Location& l) { return l.name; });
    place("isActive", [](const Location& l) { return l.active; });
    place("fulfillsOnlineOrders", [](const Location& l) { return l.fulfills_online_orders; });
    place("shipsInventory", [](const Location& l) { return l.active; });
    place("hasActiveInventory", [this](const Location& l) {
        for (const auto& [key, stock] : world_.levels) {
            if (key.second == l.id && stock.active) return true;
        }
        return false;
    });
    place("isFulfillmentService", [](const Location& l) { return l.fulfillment_service; });
    place("address", [this](const Location& l) { return view("LocationAddress", l); });
    place("fulfillmentService", [this](const Location& l) -> Resolved {
        return l.fulfillment_service ? Resolved(view("FulfillmentService", l)) : Resolved{};
    });
    On<Location> address(resolvers_, "LocationAddress");
    address("address1", [](const Location& l) { return l.address1; });
    address("address2", [](const Location&) { return nullptr; });
    address("city", [](const Location& l) { return l.city; });
    address("provinceCode", [](const Location& l) { return or_null(l.province_code); });
    address("zip", [](const Location& l) { return l.zip; });
    address("countryCode", [](const Location& l) { return l.country_code; });
    address("phone", [](const Location&) { return ""; });
    On<Location> service(resolvers_, "FulfillmentService");
    service("id", [](const Location& l) { return gid("FulfillmentService", l.id) + "?id=true"; });
    service("serviceName", [](const Location& l) { return l.name; });
    service("handle", [](const Location&) { return "north-3pl"; });

    On<AdjustmentGroup> group(resolvers_, "InventoryAdjustmentGroup");
    group("id", [](const AdjustmentGroup& g) { return gid("InventoryAdjustmentGroup", g.id); });
    group("createdAt", [](const AdjustmentGroup& g) { return g.created_at; });
    group("reason", [](const AdjustmentGroup& g) { return g.reason; });
    group("referenceDocumentUri", [](const AdjustmentGroup& g) { return g.reference; });
    group("changes", [this](const AdjustmentGroup& g) { return listed(g.changes, "InventoryChange"); });
    On<StockChange> change(resolvers_, "InventoryChange");
    change("name", [](const StockChange& c) { return c.name; });
    change("delta", [](const StockChange& c) { return c.delta; });
    change("quantityAfterChange", [](const StockChange&) { return nullptr; });
    change("item", [this](const StockChange& c) { return view("InventoryItem", world_.item(c.item_id)); });
    change("location", [this](const StockChange& c) { return location_view(c.location_id); });
}

}  // namespace crossdock::sandbox::shopify
