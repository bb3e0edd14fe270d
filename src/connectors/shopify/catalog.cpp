// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/catalog.h"

#include "base/json_writer.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/item_mapping.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

constexpr int kVariantsPerPage = 50;
constexpr int kMaxLocationPages = 100;

Error bad_answer(std::string_view what) {
    return {ErrorKind::unavailable, "shopify_bad_answer", "Shopify answered without the list of " + std::string{what}};
}

}  // namespace

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    const std::string query = changed_since ? since_clause("updated_at", *changed_since) : std::string{};
    int first = kVariantsPerPage;
    auto answer = [&] {
        for (;;) {
            Call call{"variants_page", page_variables(first, cursor, query), 149};
            call.cost_key = "variants_page:" + std::to_string(first);
            auto result = client_.call(call);
            if (result || result.error().code != "shopify_max_cost" || first <= 1) return result;
            first /= 2;
        }
    }();
    if (!answer) return answer.error();
    const JsonView variants = answer->data["productVariants"];
    if (!variants["nodes"].is_array()) return bad_answer("variants");
    ItemPage page;
    page.provider_now = answer->provider_now;
    auto following = next_cursor(variants);
    if (!following) return following.error();
    page.next_cursor = std::move(*following);
    for (const JsonView variant : variants["nodes"]) {
        const std::string_view id = legacy_id(variant);
        if (id.empty()) continue;
        auto payload = complete(variant);
        if (!payload) return payload.error();
        page.items.push_back({std::string{id}, std::move(*payload)});
    }
    client_.shared().nested_pages.clear();
    return page;
}

/// With all levels of a variant that is stocked at more locations than the page showed, and without the page's cursors,
/// which say nothing about the variant and change with its levels.
Result<std::string> Catalog::complete(JsonView variant) {
    const JsonView item = variant["inventoryItem"];
    const JsonView levels = item["inventoryLevels"];
    if (!levels.is_object()) return std::string{variant.raw()};
    const auto nodes = all_nodes(levels, [&](const std::string& cursor) {
        return nested_page(client_, {"inventory_levels_page", id_variables(item["id"].word(), cursor), 24},
                           {"inventoryItem", "inventoryLevels"});
    });
    if (!nodes) return nodes.error();
    return replace_value(variant.raw(), levels.raw(), whole_connection(*nodes));
}

Result<std::vector<domain::Item>> Catalog::map_item(std::string_view payload) const {
    return map_variant_payload(payload, currency_);
}

Result<std::vector<domain::Location>> Catalog::fetch_locations() {
    std::vector<domain::Location> out;
    std::string cursor;
    for (int pages = 0; pages < kMaxLocationPages; ++pages) {
        std::string variables;
        JsonWriter writer(variables);
        writer.begin_object().key("after");
        if (cursor.empty())
            writer.null();
        else
            writer.value(cursor);
        writer.end_object();
        const auto answer = client_.call({"locations", std::move(variables), 29});
        if (!answer) return answer.error();
        const JsonView locations = answer->data["locations"];
        if (!locations["nodes"].is_array()) return bad_answer("locations");
        for (const JsonView node : locations["nodes"])
            if (const std::string_view id = legacy_id(node); !id.empty())
                out.push_back({std::string{id}, node["name"].text().value_or(""), !node["isActive"].is_false()});
        auto following = next_cursor(locations);
        if (!following) return following.error();
        if (following->empty()) return out;
        if (*following == cursor) break;
        cursor = std::move(*following);
    }
    return Error{ErrorKind::unavailable, "shopify_paging_stuck", "Shopify's pages of locations do not end"};
}

}  // namespace crossdock::connectors::shopify
