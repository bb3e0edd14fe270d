// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/bulk_variants.h"

#include "connectors/shopify/documents.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/paging.h"

namespace crossdock::connectors::shopify {
namespace {

/// The line without what only a bulk result says.
std::string without_parent(std::string_view line, JsonView parent) {
    // It stands behind the level's own fields, the first of which is its id.
    const auto at = static_cast<std::size_t>(parent.raw().data() - line.data());
    const auto comma = line.rfind(',', at);
    if (comma == std::string_view::npos) return std::string{line};
    return std::string{line.substr(0, comma)} + std::string{line.substr(at + parent.raw().size())};
}

}  // namespace

Result<std::string> BulkVariants::start_bulk() {
    return bulk_.start(std::string{document("bulk_variants.inner").text});
}

Result<RawItem> BulkVariants::assemble_bulk(std::span<const std::string> lines) const {
    std::string variant;
    std::vector<std::string> levels;
    for (const std::string& line : lines) {
        const auto index = JsonIndex::parse(line);
        if (!index) return bad_bulk_line("is " + index.error().message);
        const JsonView parent = index->root()["__parentId"];
        if (!parent)
            variant = line;
        else if (gid_type(index->root()["id"].word()) == "InventoryLevel")
            levels.push_back(without_parent(line, parent));
    }
    const auto index = JsonIndex::parse(variant);
    const std::string id{index && index->root().is_object() ? legacy_id(index->root()) : std::string_view{}};
    const JsonView item = id.empty() ? JsonView{} : index->root()["inventoryItem"];
    if (!item.is_object()) return bad_bulk_line("is missing: the variant itself");
    const JsonView empty = item["inventoryLevels"];
    const std::string connection = whole_connection(levels);
    return RawItem{
        id, empty ? replace_value(variant, empty.raw(), connection)
                  : replace_value(variant, item.raw(), with_fields(item.raw(), "\"inventoryLevels\":" + connection))};
}

}  // namespace crossdock::connectors::shopify
