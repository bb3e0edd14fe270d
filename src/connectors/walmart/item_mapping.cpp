// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/item_mapping.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/refusal.h"

namespace crossdock::connectors::walmart {
namespace {

using domain::Item;
using domain::ItemStatus;

void read_price(JsonView price, Item& item) {
    if (const std::string code = stated_currency(price); !code.empty()) item.currency = code;
    if (!price["amount"]) return;
    const auto amount = read_amount(price, item.currency.value_or("USD"), {"price"});
    if (amount) item.price = domain::Decimal{amount->minor, domain::currency_digits(amount->currency).value_or(2)};
}

std::string attributes_of(JsonView from) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    writer.field("product_type", from["productType"].filled_text());
    writer.field("condition", from["condition"].filled_text());
    writer.field("lifecycle_status", from["lifecycleStatus"].filled_text());
    writer.field("published_status", from["publishedStatus"].filled_text());
    writer.field("variant_group_id", from["variantGroupId"].filled_text());
    writer.key("unpublished_reasons").begin_array();
    for (const JsonView reason : from["unpublishedReasons"]["reason"])
        if (const auto text = reason.filled_text()) writer.value(std::string_view{*text});
    if (const auto single = from["unpublishedReasons"]["reason"].filled_text()) writer.value(std::string_view{*single});
    writer.end_array().end_object();
    return out;
}

std::string ids_of(JsonView from) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    for (const char* name : {"wpid", "upc", "gtin"})
        if (const auto id = from[name].filled_text()) writer.field(name, *id);
    writer.end_object();
    return out;
}

/// A row of the item report: its columns' names in small letters, all values texts.
Item read_report_row(JsonView row) {
    const auto text = [&](std::string_view column) { return row[column].filled_text(); };
    Item item;
    if (const auto columns = row["_columns"].integer())
        throw FieldError({"report"},
                         "has " + std::to_string(*columns) + " columns, another number than its first line");
    item.sku = text("sku");
    if (!item.sku) throw FieldError({"sku"}, "is missing");
    item.variant_id = *item.sku;
    item.title = text("product name");
    item.channel_product_id = text("wpid").value_or("");
    item.barcode = text("gtin");
    if (!item.barcode) item.barcode = text("upc");
    item.currency = text("currency");
    if (const auto price = text("price")) {
        const auto amount = domain::parse_channel_money(*price, item.currency.value_or("USD"));
        if (!amount) throw FieldError({"price"}, amount.error().message);
        item.price = domain::Decimal{amount->minor, domain::currency_digits(amount->currency).value_or(2)};
    }
    std::string published = text("publish status").value_or("");
    std::replace(published.begin(), published.end(), ' ', '_');
    item.status = item_status(text("lifecycle status").value_or(""), published);

    JsonWriter ids(item.external_ids_json = "");
    ids.begin_object();
    for (const char* name : {"wpid", "upc", "gtin"})
        if (const auto id = text(name)) ids.field(name, *id);
    if (const auto id = text("item id")) ids.field("item_id", *id);
    ids.end_object();

    JsonWriter attributes(item.attrs_json = "");
    const auto product_type = text("product type");
    attributes.begin_object().field("product_type", product_type ? product_type : text("product category"));
    attributes.field("condition", text("product condition"));
    attributes.field("lifecycle_status", text("lifecycle status"));
    attributes.field("published_status", text("publish status"));
    attributes.field("variant_group_id", text("variant group id"));
    attributes.key("unpublished_reasons").begin_array();
    if (const auto reason = text("status change reason")) attributes.value(std::string_view{*reason});
    attributes.end_array().end_object();
    return item;
}

}  // namespace

ItemStatus item_status(std::string_view lifecycle, std::string_view published) {
    if (equals_ignoring_case(lifecycle, "RETIRED")) return ItemStatus::retired;
    if (equals_ignoring_case(lifecycle, "ARCHIVED")) return ItemStatus::archived;
    if (equals_ignoring_case(published, "PUBLISHED")) return ItemStatus::active;
    for (const std::string_view word : {"READY_TO_PUBLISH", "IN_PROGRESS", "STAGE"})
        if (equals_ignoring_case(published, word)) return ItemStatus::draft;
    return ItemStatus::unpublished;  // UNPUBLISHED, SYSTEM_PROBLEM, and whatever is not known to be for sale
}

Result<std::vector<Item>> map_item_payload(std::string_view payload) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    const JsonView from = index->root();
    try {
        if (const JsonView row = from["report"]) {
            Item item = read_report_row(row);
            item.raw_json = from.raw();
            return std::vector<Item>{std::move(item)};
        }
        Item item;
        item.sku = from["sku"].filled_text();
        if (!item.sku) throw FieldError({"sku"}, "is missing");
        item.variant_id = *item.sku;
        item.title = from["productName"].filled_text();
        item.channel_product_id = from["wpid"].text().value_or("");
        item.barcode = from["gtin"].filled_text();
        if (!item.barcode) item.barcode = from["upc"].filled_text();
        read_price(from["price"], item);
        item.status = item_status(from["lifecycleStatus"].word(), from["publishedStatus"].word());
        item.external_ids_json = ids_of(from);
        item.attrs_json = attributes_of(from);
        item.raw_json = from.raw();
        return std::vector<Item>{std::move(item)};
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::walmart
