// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/item_mapping.h"

#include "base/json_writer.h"
#include "connectors/fields.h"
#include "connectors/shipstation/pacific.h"

namespace crossdock::connectors::shipstation {
namespace {

/// {"fulfillment_sku", "warehouse_location", "aliases": [{"name", "store_id", "store_name"}]}.
std::string attributes_of(JsonView product) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    writer.field("fulfillment_sku", product["fulfillmentSku"].filled_text());
    writer.field("warehouse_location", product["warehouseLocation"].filled_text());
    writer.key("aliases").begin_array();
    for (const JsonView alias : product["aliases"]) {
        const auto name = alias["name"].filled_text();
        if (!name) continue;
        writer.begin_object().field("name", *name);
        const std::string_view store = alias["storeId"].word();
        writer.field("store_id", store.empty() ? std::nullopt : std::optional{std::string{store}});
        writer.field("store_name", alias["storeName"].filled_text()).end_object();
    }
    writer.end_array().end_object();
    return out;
}

domain::Item read_product(JsonView product, const Settings& settings) {
    domain::Item item;
    item.channel_product_id = product["productId"].word();
    if (item.channel_product_id.empty()) throw FieldError({"productId"}, "is missing");
    item.variant_id = item.channel_product_id;
    item.sku = product["sku"].filled_text();
    item.title = product["name"].filled_text();
    item.barcode = product["upc"].filled_text();
    item.currency = settings.currency;
    if (const JsonView price = product["price"]) {
        const auto read = domain::parse_decimal(price.word());
        if (!read) throw FieldError({"price"}, "is no price: " + shown(price.raw()));
        item.price = *read;
    }
    item.status = product["active"].is_false() ? domain::ItemStatus::inactive : domain::ItemStatus::active;
    if (const JsonView changed = product["modifyDate"]) {
        const auto at = parse_pacific(changed.word());
        if (!at) throw FieldError({"modifyDate"}, "is no time like 2014-09-18T12:38:43.893: " + shown(changed.word()));
        item.updated_at_remote = at->later;
    }
    item.external_ids_json.clear();
    JsonWriter(item.external_ids_json)
        .begin_object()
        .field("product_id", std::string_view{item.channel_product_id})
        .end_object();
    item.attrs_json = attributes_of(product);
    item.raw_json = product.raw();
    return item;
}

domain::Item read_v2_product(JsonView product, const Settings& settings) {
    domain::Item item;
    item.channel_product_id = product["product_id"].word();
    item.variant_id = item.channel_product_id;
    item.sku = product["sku"].filled_text();
    item.title = product["name"].filled_text();
    item.barcode = product["upc"].filled_text();
    std::string code{product["price"]["currency"].word()};
    for (char& c : code)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    item.currency = code.size() == 3 ? code : settings.currency;
    if (const JsonView price = product["price"]["amount"]) {
        const auto read = domain::parse_decimal(price.word());
        if (!read) throw FieldError({"price.amount"}, "is no price: " + shown(price.raw()));
        item.price = *read;
    }
    item.status = product["active"].is_false() ? domain::ItemStatus::inactive : domain::ItemStatus::active;
    item.updated_at_remote = read_time(product["modify_date"], {"modify_date"});
    item.external_ids_json.clear();
    JsonWriter(item.external_ids_json)
        .begin_object()
        .field("product_id", std::string_view{item.channel_product_id})
        .end_object();
    item.attrs_json.clear();
    JsonWriter(item.attrs_json)
        .begin_object()
        .field("fulfillment_sku", product["fulfillment_sku"].filled_text())
        .field("warehouse_location", product["warehouse_location"].filled_text())
        .end_object();
    item.raw_json = product.raw();
    return item;
}

}  // namespace

Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Settings& settings) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    try {
        if (index->root()["product_id"])  // of version 2
            return std::vector<domain::Item>{read_v2_product(index->root(), settings)};
        return std::vector<domain::Item>{read_product(index->root(), settings)};
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::shipstation
