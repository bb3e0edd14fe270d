// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/item_mapping.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "connectors/fields.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

using domain::Item;
using domain::ItemStatus;

ItemStatus read_item_status(std::string_view word) {
    if (word == "ACTIVE") return ItemStatus::active;
    if (word == "DRAFT") return ItemStatus::draft;
    if (word == "ARCHIVED") return ItemStatus::archived;
    if (word == "UNLISTED") return ItemStatus::unpublished;
    return ItemStatus::inactive;  // a word that did not exist yet
}

/// Digits as a JSON number, null when there are none: the contract has numbers here.
void number_field(JsonWriter& out, std::string_view name, std::string_view digits) {
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    out.key(name);
    if (digits.empty())
        out.null();
    else
        out.raw(digits);
}

void text_field(JsonWriter& out, std::string_view name, const std::optional<std::string>& text) {
    out.key(name).optional(text);
}

std::optional<std::int64_t> available_of(JsonView level) {
    for (const JsonView quantity : level["quantities"])
        if (quantity["name"].word() == "available") return quantity["quantity"].integer();
    return std::nullopt;
}

class VariantMapper {
public:
    VariantMapper(JsonView node, const std::optional<std::string>& currency) : node_(node) {
        common_.variant_id = legacy_id(node);
        if (common_.variant_id.empty()) throw FieldError({"id"}, "is no variant id: " + shown(node["id"].word()));
        const JsonView product = node["product"];
        common_.sku = node["sku"].filled_text();
        common_.barcode = node["barcode"].filled_text();
        common_.title = product["title"].filled_text();
        common_.channel_product_id = product["id"].text().value_or("");
        common_.channel_variant_id = node["id"].filled_text();
        common_.currency = currency;
        if (const JsonView price = node["price"]) {
            const auto read = domain::parse_decimal(price.word());
            if (!read) throw FieldError({"price"}, "is no amount: " + shown(price.word()));
            common_.price = *read;
        }
        common_.status = read_item_status(product["status"].word());
        common_.updated_at_remote = read_time(node["updatedAt"], {"updatedAt"});
        if (const auto of_product = read_time(product["updatedAt"], {"product.updatedAt"}))
            common_.updated_at_remote = std::max(common_.updated_at_remote.value_or(*of_product), *of_product);
        common_.tracked = !node["inventoryItem"]["tracked"].is_false();
        JsonWriter ids(common_.external_ids_json = "");
        ids.begin_object().field("product_id", legacy_id(product)).field("variant_id", common_.variant_id).end_object();
    }

    std::vector<Item> map() {
        std::vector<Item> items;
        std::set<std::string_view> seen;
        const JsonView levels = node_["inventoryItem"]["inventoryLevels"]["nodes"];
        for (const JsonView level : levels) {
            const JsonView location = level["location"];
            const std::string_view id = legacy_id(location);
            if (!seen.insert(id).second) continue;  // pages of levels may overlap
            Item item = common_;
            if (!id.empty()) item.location_id = id;
            item.location_name = location["name"].filled_text();
            if (level["isActive"].is_false()) item.status = ItemStatus::inactive;
            item.channel_quantity = available_of(level);
            item.attrs_json = attributes(id, item.location_name, item.channel_quantity);
            // The variant's own text, with this level in place of them all.
            item.raw_json = replace_value(node_.raw(), levels.raw(), "[" + std::string{level.raw()} + "]");
            items.push_back(std::move(item));
        }
        if (items.empty()) {
            Item item = common_;
            item.attrs_json = attributes({}, std::nullopt, std::nullopt);
            item.raw_json = node_.raw();
            items.push_back(std::move(item));
        }
        return items;
    }

private:
    [[nodiscard]] std::string attributes(std::string_view location_id, const std::optional<std::string>& location_name,
                                         const std::optional<std::int64_t>& available) const {
        std::string out;
        JsonWriter writer(out);
        writer.begin_object();
        number_field(writer, "inventory_item_id", legacy_id(node_["inventoryItem"]));
        std::size_t index = 0;
        for (const std::string_view name : {"option1", "option2", "option3"}) {
            std::optional<std::string> value;
            std::size_t at = 0;
            for (const JsonView option : node_["selectedOptions"])
                if (at++ == index) value = option["value"].filled_text();
            if (value == "Default Title") value.reset();  // Shopify's word for "no options"
            text_field(writer, name, value);
            ++index;
        }
        number_field(writer, "location_id", location_id);
        text_field(writer, "location_name", location_name);
        writer.field("tracked", common_.tracked).field("available", available).end_object();
        return out;
    }

    JsonView node_;
    Item common_;
};

}  // namespace

Result<std::vector<Item>> map_variant_payload(std::string_view payload, const std::optional<std::string>& currency) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return Error{ErrorKind::invalid, "payload_invalid", "the payload is " + index.error().message};
    if (!index->root().is_object())
        return Error{ErrorKind::invalid, "payload_invalid", "the payload is no JSON object"};
    try {
        return VariantMapper(index->root(), currency).map();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::shopify
