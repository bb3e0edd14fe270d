// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/item_mapping.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/ebay/amounts.h"
#include "connectors/ebay/order_mapping.h"

namespace crossdock::connectors::ebay {
namespace {

using domain::Item;
using domain::ItemStatus;

struct Condition {
    std::string_view word;
    std::int64_t id;
};
/// One condition, named in words by the Inventory API and by number in the Trading API.
constexpr Condition kConditions[] = {
    {"NEW", 1000},
    {"NEW_OTHER", 1500},
    {"NEW_WITH_DEFECTS", 1750},
    {"CERTIFIED_REFURBISHED", 2000},
    {"EXCELLENT_REFURBISHED", 2010},
    {"VERY_GOOD_REFURBISHED", 2020},
    {"GOOD_REFURBISHED", 2030},
    {"SELLER_REFURBISHED", 2500},
    {"LIKE_NEW", 2750},
    {"PRE_OWNED_EXCELLENT", 2990},
    {"USED_EXCELLENT", 3000},
    {"PRE_OWNED_FAIR", 3010},
    {"USED_VERY_GOOD", 4000},
    {"USED_GOOD", 5000},
    {"USED_ACCEPTABLE", 6000},
    {"FOR_PARTS_OR_NOT_WORKING", 7000},
};

std::optional<std::int64_t> condition_id(std::string_view word) {
    for (const Condition& one : kConditions)
        if (one.word == word) return one.id;
    return std::nullopt;
}

std::optional<std::string> condition_word(const std::optional<std::int64_t>& id) {
    for (const Condition& one : kConditions)
        if (id == one.id) return std::string{one.word};
    return std::nullopt;
}

/// Sellers write "Does not apply" (in their language) where there is no number.
bool is_gtin(std::string_view text) {
    if (text.size() < 8 || text.size() > 14) return false;
    return std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; }) &&
           ((text.back() >= '0' && text.back() <= '9') || (text.back() == 'X' && text.size() == 10));
}

std::vector<std::string> gtins_of(JsonView product) {
    std::vector<std::string> out;
    for (const std::string_view kind : {"upc", "ean", "isbn"})
        for (const JsonView one : product[kind])
            if (auto text = one.filled_text();
                text && is_gtin(*text) && std::find(out.begin(), out.end(), *text) == out.end())
                out.push_back(std::move(*text));
    return out;
}

ItemStatus status_of_offer(JsonView offer) {
    const std::string_view listing = offer["listing"]["listingStatus"].word();
    if (listing == "ENDED" || listing == "INACTIVE" || listing == "EBAY_ENDED") return ItemStatus::inactive;
    if (offer["status"].word() != "PUBLISHED") return ItemStatus::unpublished;
    if (listing == "NOT_LISTED") return ItemStatus::inactive;
    return ItemStatus::active;  // ACTIVE and OUT_OF_STOCK: visible to buyers
}

/// The offer that speaks for the item: what buyers see, first on the channel's own site.
int rank_of(JsonView offer, const Marketplace& marketplace) {
    int rank = 0;
    switch (status_of_offer(offer)) {
        case ItemStatus::active: rank = 4; break;
        case ItemStatus::inactive: rank = 2; break;
        case ItemStatus::unpublished:
        case ItemStatus::archived:
        case ItemStatus::retired:
        case ItemStatus::draft: break;
    }
    return rank + (offer["marketplaceId"].word() == marketplace.id ? 1 : 0);
}

void write_offers(JsonWriter& writer, JsonView offers) {
    writer.key("offers").begin_array();
    for (const JsonView one : offers)
        writer.begin_object()
            .field("offer_id", one["offerId"].text())
            .field("marketplace_id", one["marketplaceId"].text())
            .field("format", one["format"].text())
            .field("status", one["status"].text())
            .end_object();
    writer.end_array();
}

std::string inventory_attrs(JsonView item, JsonView offers, JsonView main, const std::vector<std::string>& gtins,
                            const Marketplace& marketplace) {
    std::string out;
    JsonWriter writer(out);
    const std::string_view condition = item["condition"].word();
    writer.begin_object().field("ebay_api", "inventory").field("condition", item["condition"].text());
    writer.field("condition_id", condition_id(condition)).key("gtins").begin_array();
    for (const auto& one : gtins) writer.value(std::string_view{one});
    writer.end_array();
    writer.field("marketplace_id", main["marketplaceId"].text().value_or(std::string{marketplace.id}));
    writer.field("offer_id", main["offerId"].text());
    writer.field("merchant_location_key", main["merchantLocationKey"].text());
    if (main["listing"]["listingOnHold"].is_true()) writer.field("listing_on_hold", true);
    write_offers(writer, offers);
    writer.end_object();
    return out;
}

Item from_inventory(JsonView item, JsonView offers, const Marketplace& marketplace) {
    Item out;
    out.sku = item["sku"].filled_text();
    if (!out.sku) throw FieldError({"item.sku"}, "is missing");
    out.variant_id = sku_key(*out.sku);
    out.title = item["product"]["title"].filled_text();
    JsonView main;
    for (const JsonView one : offers)
        if (!main || rank_of(one, marketplace) > rank_of(main, marketplace)) main = one;
    out.status = main ? status_of_offer(main) : ItemStatus::draft;
    out.channel_product_id = main["listing"]["listingId"].text().value_or("");
    out.channel_variant_id = main["offerId"].filled_text();
    if (main["status"].word() == "PUBLISHED") {
        const JsonView price = main["pricingSummary"]["price"];
        if (const JsonView value = price["value"]) {
            const auto read = domain::parse_decimal(value.word());
            if (!read) throw FieldError({"offers.pricingSummary.price"}, "is no price: " + shown(value.word()));
            out.price = *read;
        }
        if (const auto code = stated_currency(price); !code.empty()) out.currency = std::string{code};
    }
    const auto gtins = gtins_of(item["product"]);
    if (!gtins.empty()) out.barcode = gtins.front();
    out.channel_quantity = item["availability"]["shipToLocationAvailability"]["quantity"].integer();
    out.attrs_json = inventory_attrs(item, offers, main, gtins, marketplace);
    std::string ids;
    JsonWriter writer(ids);
    writer.begin_object();
    if (!out.channel_product_id.empty()) writer.field("listing_id", out.channel_product_id);
    if (out.channel_variant_id) writer.field("offer_id", *out.channel_variant_id);
    if (const auto epid = item["product"]["epid"].filled_text()) writer.field("epid", *epid);
    writer.end_object();
    out.external_ids_json = std::move(ids);
    return out;
}

Specifics specifics_of(JsonView listing) {
    Specifics out;
    const JsonView node = listing["variation_specifics"];
    for (auto it = node.begin(); it != node.end(); ++it) out.emplace_back(it.key(), (*it).text().value_or(""));
    return out;
}

Item from_trading(JsonView listing, const Marketplace& marketplace) {
    Item out;
    out.channel_product_id = listing["item_id"].text().value_or("");
    if (out.channel_product_id.empty()) throw FieldError({"listing.item_id"}, "is missing");
    out.sku = listing["sku"].filled_text();
    const bool variation = listing["is_variation"].is_true();
    const Specifics specifics = specifics_of(listing);
    out.variant_id = listing_key(out.channel_product_id, variation ? variation_key(out.sku, specifics) : "");
    if (variation) out.channel_variant_id = out.sku;
    out.title = listing["title"].filled_text();
    if (out.title && !specifics.empty()) {
        std::string words;
        for (const auto& [name, value] : specifics)
            words += (words.empty() ? "" : ", ") + (name.empty() ? value : name + ": " + value);
        *out.title += " (" + words + ")";
    }
    if (const auto price = listing["price"].filled_text()) {
        const auto read = domain::parse_decimal(*price);
        if (!read) throw FieldError({"listing.price"}, "is no price: " + shown(*price));
        out.price = *read;
    }
    out.currency = listing["currency"].filled_text();
    out.status = ItemStatus::active;  // the list is of what is for sale
    out.channel_quantity = listing["available"].integer();
    const std::string type = listing["listing_type"].text().value_or("");
    out.tracked = type != "Chinese";  // an auction's quantity is not ours to set
    std::string attrs, ids;
    JsonWriter writer(attrs);
    const auto condition = listing["condition_id"].integer();
    writer.begin_object().field("ebay_api", "trading").field("item_id", out.channel_product_id);
    writer.field("condition", condition_word(condition)).field("condition_id", condition).key("gtins").begin_array();
    for (const JsonView one : listing["gtins"])
        if (const auto text = one.filled_text(); text && is_gtin(*text)) {
            if (!out.barcode) out.barcode = text;
            writer.value(std::string_view{*text});
        }
    writer.end_array();
    writer.field("marketplace_id", marketplace.id).field("is_variation", variation);
    if (!type.empty()) writer.field("listing_type", type);
    if (variation && !out.sku) writer.field("variation_without_sku", true);
    writer.end_object();
    JsonWriter(ids).begin_object().field("listing_id", out.channel_product_id).end_object();
    out.attrs_json = std::move(attrs);
    out.external_ids_json = std::move(ids);
    return out;
}

}  // namespace

std::string sku_key(std::string_view sku) { return "sku:" + std::string{sku}; }

std::string details_members(const ListingDetails& details) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("condition_id", details.condition_id).key("gtins").begin_array();
    for (const auto& one : details.gtins) writer.value(std::string_view{one});
    writer.end_array().end_object();
    return out.substr(1, out.size() - 2);
}

RawItem raw_listing(const TradingRow& row, const std::optional<std::string>& details) {
    RawItem raw;
    raw.variant_id = listing_key(row.item_id, row.is_variation ? variation_key(row.sku, row.specifics) : "");
    JsonWriter writer(raw.payload);
    writer.begin_object().key("listing").begin_object();
    writer.field("item_id", row.item_id).field("sku", row.sku).field("title", row.title);
    writer.field("price", row.price).field("currency", row.currency).field("available", row.available);
    writer.field("is_variation", row.is_variation).field("listing_type", row.listing_type);
    if (row.is_variation) {
        writer.key("variation_specifics").begin_object();
        for (const auto& [name, value] : row.specifics) {
            std::string quoted_name;
            append_json_string(quoted_name, name);
            writer.key(std::string_view{quoted_name}.substr(1, quoted_name.size() - 2)).value(std::string_view{value});
        }
        writer.end_object();
    }
    writer.end_object().end_object();
    if (details && !details->empty()) raw.payload.insert(raw.payload.size() - 2, "," + *details);
    return raw;
}

Result<std::vector<domain::Item>> map_item_payload(std::string_view payload, const Marketplace& marketplace) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    const JsonView root = index->root();
    try {
        if (root["listing"].is_object()) {
            Item item = from_trading(root["listing"], marketplace);
            item.raw_json = root["listing"].raw();
            return std::vector<Item>{std::move(item)};
        }
        if (!root["item"].is_object()) throw FieldError({"item"}, "is missing");
        if (const auto why = root["offers_unread"].filled_text())
            throw FieldError({"offers"}, "could not be read: " + *why);
        Item item = from_inventory(root["item"], root["offers"], marketplace);
        item.raw_json = root.raw();
        return std::vector<Item>{std::move(item)};
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::ebay
