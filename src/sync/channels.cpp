// SPDX-License-Identifier: Apache-2.0
#include "sync/channels.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"

namespace crossdock::sync {
namespace {

std::optional<std::string> text_or_number(const nlohmann::json& settings, const char* name) {
    const auto found = settings.find(name);
    if (found == settings.end()) return std::nullopt;
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
    return std::nullopt;
}

}  // namespace

HubSettings read_hub_settings(const std::string& settings_json) {
    HubSettings hub;
    const auto parsed = parse_json(settings_json);
    if (!parsed || !parsed->is_object()) return hub;
    const nlohmann::json& settings = *parsed;
    hub.location_id = text_or_number(settings, "location_id");
    hub.stock.default_location = hub.location_id;
    const auto flag = [&](const char* name, bool otherwise) {
        const auto found = settings.find(name);
        return found != settings.end() && found->is_boolean() ? found->get<bool>() : otherwise;
    };
    // Net figures of an ERP do not know orders it has not imported; gross figures do not need the correction.
    const auto quantity_name = settings.find("inventory_quantity_name");
    const bool net = quantity_name != settings.end() && *quantity_name == "available";
    hub.deduct_unacknowledged = flag("deduct_unacknowledged", net);
    if (const auto days = settings.find("first_sync_days"); days != settings.end() && days->is_number_integer())
        hub.first_sync = std::chrono::hours{24 * std::clamp<std::int64_t>(days->get<std::int64_t>(), 0, 3650)};
    if (const auto bulk = settings.find("bulk_export"); bulk != settings.end())
        hub.bulk_export = *bulk == "always" ? BulkExport::always : *bulk == "never" ? BulkExport::never : BulkExport::automatic;
    hub.verify_stock = flag("verify_stock", true);
    if (const auto map = settings.find("inventory_item_id_map"); map != settings.end() && map->is_object())
        for (const auto& [sku, id] : map->items()) hub.stock.mapped_skus.insert(sku);
    return hub;
}

void Channels::add(Entry entry) {
    if (!entry.vault && make_vault_) entry.vault = make_vault_(entry.id);
    if (!entry.shared && entry.factory != nullptr) entry.shared = entry.factory->share(entry.setup, runtime_of(entry));
    const ChannelId id = entry.id;
    entries_.insert_or_assign(id, std::move(entry));
}

connectors::Runtime Channels::runtime_of(const Entry& entry) const {
    connectors::Runtime runtime = runtime_;
    runtime.vault = entry.vault.get();
    return runtime;
}

const Channels::Entry* Channels::find(ChannelId id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<const Channels::Entry*> Channels::all() const {
    std::vector<const Entry*> entries;
    for (const auto& [id, entry] : entries_) entries.push_back(&entry);
    return entries;
}

std::unique_ptr<connectors::Connector> Channels::open(const store::Channel& channel) const {
    const Entry* entry = find(channel.id);
    if (entry == nullptr || !entry->enabled || entry->factory == nullptr) return nullptr;
    return entry->factory->open(entry->setup, channel.profile, entry->shared, runtime_of(*entry));
}

services::StockSettings Channels::stock_settings(const store::Channel& channel) const {
    const Entry* entry = find(channel.id);
    return entry == nullptr ? services::StockSettings{} : entry->settings.stock;
}

}  // namespace crossdock::sync
