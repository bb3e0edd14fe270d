// SPDX-License-Identifier: Apache-2.0
#include "services/record_items.h"

#include <string>

#include "base/json_writer.h"
#include "domain/erp_contract.h"
#include "store/content_hash.h"
#include "store/event_repo.h"
#include "store/item_repo.h"

namespace crossdock::services {
namespace {

void tell_item(db::Session& session, const store::Channel& channel, std::string_view type, ItemId id,
          const std::optional<std::string>& sku, Timestamp now) {
    std::string data;
    JsonWriter(data).begin_object().field("sku", sku).end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, type, "item", id.value, data}, now);
}

/// What became of a variant's stock; empty: nothing to tell.
std::string_view level_event(std::int64_t before, std::int64_t after, std::int64_t low_stock) {
    if (after <= 0) return before > 0 ? "inventory.stockout" : "";
    if (after <= low_stock) return before > low_stock ? "inventory.low" : "";
    return before <= low_stock ? "inventory.restocked" : "";
}

void tell_level(db::Session& session, const store::Channel& channel, ItemId id, const std::optional<std::string>& sku, std::int64_t before,
                std::int64_t after, std::int64_t low_stock, Timestamp now) {
    const std::string_view type = level_event(before, after, low_stock);
    if (type.empty()) return;
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("sku", sku)
        .field("quantity", after)
        .field("quantity_before", before)
        .field("low_stock", low_stock)
        .end_object();
    store::EventRepo(session).append({channel.account_id, channel.id, type, "item", id.value, data}, now);
}

}  // namespace

RecordedItems record_variant(db::Session& session, const store::Channel& channel, const std::vector<domain::Item>& rows,
                             std::int64_t walk, Timestamp now, std::int64_t low_stock) {
    store::ItemRepo items(session);
    RecordedItems figures;
    if (rows.empty()) return figures;
    const std::string& variant = rows.front().variant_id;
    const auto stock_before = items.stock_of(channel.id, variant);
    ItemId first;
    std::vector<std::string> locations;
    for (const domain::Item& item : rows) {
        const std::string members = domain::erp_item_members(item, channel.provider, channel.code);
        const std::string hash = store::content_hash(members + item.raw_json);
        const auto [id, change] = items.upsert({channel.account_id, channel.id, item, members, hash, walk, now});
        locations.push_back(item.location_id.value_or(""));
        if (first.value == 0) first = id;
        switch (change) {
            case store::ItemChange::none: ++figures.unchanged; break;
            case store::ItemChange::created:
                ++figures.created;
                tell_item(session, channel, "item.created", id, item.sku, now);
                break;
            case store::ItemChange::updated:
                ++figures.updated;
                tell_item(session, channel, "item.updated", id, item.sku, now);
                break;
        }
    }
    const std::int64_t elsewhere = items.deactivate_other_locations(channel.id, variant, locations, now);
    // A variant seen for the first time, or never counted before, has fallen from nowhere.
    if (stock_before && (figures.updated > 0 || elsewhere > 0))
        if (const auto stock = items.stock_of(channel.id, variant))
            tell_level(session, channel, first, rows.front().sku, *stock_before, *stock, low_stock, now);
    return figures;
}

std::int64_t retire_unseen_items(db::Session& session, const store::Channel& channel, std::int64_t walk, Timestamp now,
                                 std::int64_t limit) {
    // A listing at eBay that ended may be relisted; elsewhere what is gone is gone.
    const auto as = channel.provider == domain::Provider::ebay ? domain::ItemStatus::archived : domain::ItemStatus::retired;
    const auto retired = store::ItemRepo(session).retire_unseen(channel.id, walk, as, now, limit);
    for (const ItemId id : retired) tell_item(session, channel, "item.removed", id, std::nullopt, now);
    return static_cast<std::int64_t>(retired.size());
}

}  // namespace crossdock::services
