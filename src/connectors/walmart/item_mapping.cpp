// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/item_mapping.h"

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
