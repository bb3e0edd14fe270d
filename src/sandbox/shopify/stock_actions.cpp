// SPDX-License-Identifier: Apache-2.0
// Stock levels. A call that sets stock works on all of its rows or on none.
#include <algorithm>
#include <map>

#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

void World::change_level(Level& level, std::int64_t available, std::int64_t committed) {
    committed = std::max<std::int64_t>(0, committed);  // a level may be younger than the orders that draw on it
    if (level.available == available && level.committed == committed) return;
    if (level.available != available) level.available_updated_at = now_;
    const bool visible = level.available != available;
    level.available = available;
    level.committed = committed;
    level.updated_at = now_;
    if (!visible) return;
    Subject subject;
    subject.level = &level;
    emit("INVENTORY_LEVELS_UPDATE", subject);
}

Level* World::stock_of(const Line& line, std::int64_t location_id) {
    const Variant* known = variant(line.variant_id);
    return known != nullptr && item(known->item_id)->tracked ? level(known->item_id, location_id) : nullptr;
}

void World::commit(const Line& line, std::int64_t location_id, int units) {
    if (Level* stock = stock_of(line, location_id))
        change_level(*stock, stock->available - units, stock->committed + units);
}

Level& World::activate(std::int64_t item_id, std::int64_t location_id) {
    const auto [at, fresh] = levels.try_emplace({item_id, location_id});
    Level& level = at->second;
    if (fresh) {
        level.item_id = item_id;
        level.location_id = location_id;
        level.created_at = level.available_updated_at = now_;
    }
    level.active = true;
    level.updated_at = now_;
    Subject subject;
    subject.level = &level;
    emit("INVENTORY_LEVELS_CONNECT", subject);
    return level;
}

std::vector<Refusal> World::set_stock(const std::string& name, const std::vector<StockRow>& rows,
                                      const std::string& rows_field, const std::string& reason,
                                      const std::optional<std::string>& reference, std::int64_t& group_id) {
    std::vector<Refusal> refusals;
    std::map<std::pair<std::int64_t, std::int64_t>, int> seen;
    for (const StockRow& row : rows) ++seen[{row.item_id, row.location_id}];
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const StockRow& row = rows[i];
        const auto refuse = [&](const char* field, const char* message, const char* code) {
            refusals.push_back({{"input", rows_field, std::to_string(i), field}, message, code});
        };
        const InventoryItem* known = item(row.item_id);
        const Location* place = location(row.location_id);
        if (seen[{row.item_id, row.location_id}] > 1) {
            refuse("locationId", "The combination of inventoryItemId and locationId must be unique.",
                   "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR");
            continue;
        }
        if (known == nullptr)
            refuse("inventoryItemId", "The specified inventory item could not be found.", "INVALID_INVENTORY_ITEM");
        if (place == nullptr) refuse("locationId", "The specified location could not be found.", "INVALID_LOCATION");
        if (name == "on_hand" && row.quantity < 0)
            refuse("quantity", "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE");
        if (row.quantity > 1'000'000'000)
            refuse("quantity", "The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH");
        if (row.quantity < -1'000'000'000)
            refuse("quantity", "The quantity can't be lower than -1,000,000,000.", "INVALID_QUANTITY_TOO_LOW");
        if (known == nullptr || place == nullptr) continue;
        if (const Variant* sold = variant(known->variant_id); sold != nullptr && sold->requires_components) {
            refuse("inventoryItemId", "The quantity of a bundle can't be set; it follows from its components.",
                   "NON_MUTABLE_INVENTORY_ITEM");
            continue;
        }
        const Level* stock = level(row.item_id, row.location_id);
        if (stock == nullptr || !stock->active) {
            refuse("locationId", "The specified inventory item is not stocked at the location.",
                   "ITEM_NOT_STOCKED_AT_LOCATION");
            continue;
        }
        const std::int64_t held = name == "on_hand" ? stock->on_hand() : stock->available;
        if (row.change_from && *row.change_from != held) {
            refuse("changeFromQuantity", "The changeFromQuantity argument no longer matches the persisted quantity.",
                   "CHANGE_FROM_QUANTITY_STALE");
        }
    }
    if (!refusals.empty()) return refusals;

    group_id = next_id("InventoryAdjustmentGroup");
    AdjustmentGroup& group = adjustments[group_id];
    group.id = group_id;
    group.created_at = now_;
    group.reason = reason;
    group.reference = reference;
    for (const StockRow& row : rows) {
        Level& stock = *level(row.item_id, row.location_id);
        const std::int64_t delta = row.quantity - (name == "on_hand" ? stock.on_hand() : stock.available);
        if (delta == 0) continue;
        change_level(stock, stock.available + delta, stock.committed);
        group.changes.push_back({"available", delta, row.item_id, row.location_id});
        group.changes.push_back({"on_hand", delta, row.item_id, row.location_id});
    }
    ++counters.stock_sets;
    return {};
}

}  // namespace crossdock::sandbox::shopify
