// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/item_mapping.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/amounts.h"
#include "connectors/amazon/order_facts.h"

namespace crossdock::connectors::amazon {
namespace {

using domain::Item;
using domain::ItemStatus;

ItemStatus report_status(std::string_view word) {
    if (equals_ignoring_case(word, "Active")) return ItemStatus::active;
    if (equals_ignoring_case(word, "Incomplete")) return ItemStatus::draft;
    return ItemStatus::inactive;
}

std::optional<domain::Decimal> price_of(const std::optional<std::string>& text, const Place& place) {
    if (!text) return std::nullopt;
    const auto price = domain::parse_decimal(plain_decimal(*text));
    if (!price) throw FieldError(place, "is no price: " + shown(*text));
    return *price;
}

/// A UPC or EAN; the numbers of the types are not documented, so that the digits decide, but for ASINs (1).
std::optional<std::string> barcode_of(JsonView row) {
    const auto id = row["product-id"].filled_text();
    if (!id || row["product-id-type"].word() == "1") return std::nullopt;
    const bool digits = std::all_of(id->begin(), id->end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || (id->size() != 8 && id->size() != 12 && id->size() != 13 && id->size() != 14)) return std::nullopt;
    return id;
}

struct Attributes {
    std::optional<std::string> channel, condition, product_type, shipping_group;
    std::optional<std::int64_t> quantity;
};

std::string attributes_json(const std::string& marketplace_id, const Attributes& attributes) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("marketplace_id", marketplace_id)
        .field("fulfillment_channel", attributes.channel)
        .field("quantity", attributes.quantity)
        .field("condition", attributes.condition)
        .field("product_type", attributes.product_type)
        .field("merchant_shipping_group", attributes.shipping_group)
        .end_object();
    return out;
}

std::string ids_json(const Item& item, const std::optional<std::string>& fnsku) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    if (!item.channel_product_id.empty()) writer.field("asin", item.channel_product_id);
    if (item.channel_variant_id) writer.field("listing_id", *item.channel_variant_id);
    if (fnsku) writer.field("fnsku", *fnsku);
    writer.end_object();
    return out;
}

Item from_report(JsonView row, const std::string& marketplace_id, const Profile& profile) {
    if (const auto columns = row["_columns"].integer())
        throw FieldError({"row"}, "has " + std::to_string(*columns) + " columns, more than the report's first line");
    Item item;
    item.sku = row["seller-sku"].filled_text();
    if (!item.sku) throw FieldError({"seller-sku"}, "is missing");
    item.title = row["item-name"].filled_text();
    item.channel_product_id = row["asin1"].text().value_or("");
    item.channel_variant_id = row["listing-id"].filled_text();
    item.barcode = barcode_of(row);
    item.currency = currency_of(marketplace_id, profile);  // the report names none
    item.price = price_of(row["price"].filled_text(), {"price"});
    item.status = report_status(row["status"].text().value_or(""));
    Attributes attributes;
    attributes.channel = row["fulfillment-channel"].filled_text();
    attributes.quantity = row["quantity"].integer();  // blank for goods in Amazon's warehouse
    attributes.condition = row["item-condition"].filled_text();
    attributes.shipping_group = row["merchant-shipping-group"].filled_text();
    item.channel_quantity = attributes.quantity;
    item.external_ids_json = ids_json(item, std::nullopt);
    item.attrs_json = attributes_json(marketplace_id, attributes);
    return item;
}

JsonView of_marketplace(JsonView list, std::string_view marketplace_id) {
    for (const JsonView one : list)
        if (one["marketplaceId"].word() == marketplace_id) return one;
    return {};
}

Item from_listing(JsonView listing, const std::string& marketplace_id, const Profile& profile) {
    Item item;
    item.sku = listing["sku"].filled_text();
    if (!item.sku) throw FieldError({"sku"}, "is missing");
    const JsonView summary = of_marketplace(listing["summaries"], marketplace_id);
    item.title = summary["itemName"].filled_text();
    item.channel_product_id = summary["asin"].text().value_or("");
    item.status = ItemStatus::inactive;
    for (const JsonView state : summary["status"])
        if (state.word() == "BUYABLE") item.status = ItemStatus::active;
    item.updated_at_remote = read_time(summary["lastUpdatedDate"], {"summaries.lastUpdatedDate"});
    item.currency = currency_of(marketplace_id, profile);
    for (const JsonView offer : listing["offers"]) {
        if (offer["marketplaceId"].word() != marketplace_id || offer["offerType"].word() != "B2C") continue;
        const JsonView amount = offer["price"]["amount"];
        item.price = price_of(amount ? std::optional{std::string{amount.word()}} : std::nullopt, {"offers.price"});
        if (const auto code = stated_currency(offer["price"]); !code.empty()) item.currency = std::string{code};
        break;
    }
    Attributes attributes;
    for (const JsonView one : listing["fulfillmentAvailability"]) {
        const auto code = one["fulfillmentChannelCode"].filled_text();
        // Goods in Amazon's warehouse decide: stock of such a sku must not be pushed.
        if (!code || (attributes.channel && !is_fba_channel(*code))) continue;
        attributes.channel = code;
        attributes.quantity = is_fba_channel(*code) ? std::nullopt : one["quantity"].integer();
    }
    attributes.condition = summary["conditionType"].filled_text();
    attributes.product_type = summary["productType"].filled_text();
    if (!attributes.product_type)
        attributes.product_type = of_marketplace(listing["productTypes"], marketplace_id)["productType"].filled_text();
    item.channel_quantity = attributes.quantity;
    item.external_ids_json = ids_json(item, summary["fnSku"].filled_text());
    item.attrs_json = attributes_json(marketplace_id, attributes);
    return item;
}

}  // namespace

bool is_fba_channel(std::string_view channel_code) { return channel_code.starts_with("AMAZON"); }

Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Profile& profile) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    const JsonView root = index->root();
    const std::string marketplace_id = root["marketplace_id"].text().value_or("");
    try {
        const bool report = root["row"].is_object();
        Item item = report ? from_report(root["row"], marketplace_id, profile)
                           : from_listing(root["listing"], marketplace_id, profile);
        item.variant_id = variant_key(marketplace_id, *item.sku);
        if (item.currency && item.currency->empty()) item.currency.reset();
        item.raw_json = root[report ? "row" : "listing"].raw();
        return std::vector<Item>{std::move(item)};
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::amazon
