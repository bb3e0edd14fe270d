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

}  // namespace

RecordedItems record_variant(db::Session& session, const store::Channel& channel, const std::vector<domain::Item>& rows,
                             std::int64_t walk, Timestamp now) {
    store::ItemRepo items(session);
    RecordedItems figures;
    std::vector<std::string> locations;
    for (const domain::Item& item : rows) {
        const std::string members = domain::erp_item_members(item, channel.provider, channel.code);
        const std::string hash = store::content_hash(members + item.raw_json);
        const auto [id, change] = items.upsert({channel.account_id, channel.id, item, members, hash, walk, now});
        locations.push_back(item.location_id.value_or(""));
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
    if (!rows.empty()) items.deactivate_other_locations(channel.id, rows.front().variant_id, locations, now);
    return figures;
}

std::int64_t retire_unseen_items(db::Session& session, const store::Channel& channel, std::int64_t walk, Timestamp now,
                                 std::int64_t limit) {
    const auto retired = store::ItemRepo(session).retire_unseen(channel.id, walk, now, limit);
    for (const ItemId id : retired) tell_item(session, channel, "item.removed", id, std::nullopt, now);
    return static_cast<std::int64_t>(retired.size());
}

}  // namespace crossdock::services
