// SPDX-License-Identifier: Apache-2.0
#include "services/accept_stock.h"

#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "store/event_repo.h"
#include "store/inventory_repo.h"
#include "store/item_repo.h"
#include "store/job_repo.h"

namespace crossdock::services {
namespace {

// A client that repeats a request after a lost answer does it at once; the same figure an hour later is a new wish,
// because the channel's own count may have moved in between.
constexpr auto kRepeatWindow = std::chrono::seconds{60};

struct Target {
    std::optional<ItemId> item;
    std::optional<std::string> sku, location;
    std::string key;
};

std::string place(std::size_t index) { return "items[" + std::to_string(index) + "]"; }

std::string ids_of(const std::vector<store::ItemForPush>& items) {
    std::string ids;
    for (const auto& item : items) ids += (ids.empty() ? "" : ", ") + std::to_string(item.id.value);
    return ids;
}

class Resolver {
public:
    Resolver(db::Session& session, const store::Channel& channel, const StockSettings& settings)
        : items_(session), channel_(channel), settings_(settings) {}

    /// The target, or a sentence saying why there is none.
    std::variant<Target, std::string> operator()(const StockFigure& figure) {
        if (figure.item_master_id) return by_id(figure);
        if (figure.sku) return by_sku(figure);
        return std::string{"either item_master_id or sku must be present"};
    }

private:
    std::variant<Target, std::string> by_id(const StockFigure& figure) {
        const auto item = items_.get(channel_.account_id, ItemId{*figure.item_master_id});
        if (!item || item->channel_id != channel_.id)
            return place(figure.index) + ".item_master_id " + std::to_string(*figure.item_master_id) +
                   " is not an item of channel " + channel_.code + "; GET /api/v1/skus lists them";
        if (figure.sku && item->sku != figure.sku)
            return place(figure.index) + ": item_master_id " + std::to_string(*figure.item_master_id) + " has the sku " +
                   (item->sku ? "\"" + *item->sku + "\"" : std::string{"null"}) + ", not \"" + *figure.sku + "\"";
        return of_item(figure, *item);
    }

    std::variant<Target, std::string> by_sku(const StockFigure& figure) {
        auto found = items_.with_sku(channel_.id, *figure.sku);
        if (found.empty()) {
            if (settings_.mapped_skus.count(*figure.sku) != 0) {
                Target target;
                target.sku = figure.sku;
                target.location = figure.location_id ? figure.location_id : settings_.default_location;
                target.key = "sku:" + *figure.sku + "@" + target.location.value_or("");
                return target;
            }
            return place(figure.index) + ".sku \"" + *figure.sku + "\" is not known in channel " + channel_.code +
                   "; GET /api/v1/skus lists what is";
        }
        const bool one_variant = std::all_of(found.begin(), found.end(),
                                             [&](const auto& item) { return item.variant_id == found.front().variant_id; });
        if (!one_variant)
            return place(figure.index) + ".sku \"" + *figure.sku + "\" is shared by several items (" + ids_of(found) +
                   "); send item_master_id instead";
        const auto at = [&](const std::optional<std::string>& location) {
            return location ? std::find_if(found.begin(), found.end(),
                                           [&](const auto& item) { return item.location_id == *location; })
                            : found.end();
        };
        if (const auto there = at(figure.location_id); there != found.end()) return of_item(figure, *there);
        if (figure.location_id || found.size() == 1) return of_item(figure, found.front());
        if (const auto there = at(settings_.default_location); there != found.end()) return of_item(figure, *there);
        return place(figure.index) + ".sku \"" + *figure.sku + "\" is stocked at several locations (items " + ids_of(found) +
               "); send item_master_id or location_id";
    }

    Target of_item(const StockFigure& figure, const store::ItemForPush& item) const {
        Target target;
        target.item = item.id;
        target.sku = item.sku;
        target.location = figure.location_id            ? figure.location_id
                          : !item.location_id.empty()   ? std::optional{item.location_id}
                                                        : settings_.default_location;
        target.key = item.variant_id + "@" + target.location.value_or("");
        return target;
    }

    store::ItemRepo items_;
    const store::Channel& channel_;
    const StockSettings& settings_;
};

bool already_on_its_way(const store::InventoryUpdate& newest, std::int64_t quantity, Timestamp now) {
    if (newest.quantity != quantity) return false;
    if (newest.status == "pending" || newest.status == "processing") return true;
    return newest.status == "succeeded" && now - newest.created_at < kRepeatWindow;
}

}  // namespace

std::string stock_job_key(ChannelId channel) { return "push_stock:" + std::to_string(channel.value); }

Answer<std::vector<std::int64_t>> accept_stock(db::Session& session, const store::Channel& channel, const StockSettings& settings,
                                               const std::vector<StockFigure>& figures, Timestamp now) {
    Resolver resolve(session, channel, settings);
    Refusal refusal;
    std::vector<Target> targets;
    std::map<std::string, std::size_t> first_use;
    for (const StockFigure& figure : figures) {
        auto resolved = resolve(figure);
        if (auto* fault = std::get_if<std::string>(&resolved)) {
            refusal.messages.push_back(std::move(*fault));
            continue;
        }
        Target& target = std::get<Target>(resolved);
        const auto [first, fresh] = first_use.emplace(target.key, figure.index);
        if (!fresh)
            refusal.messages.push_back(place(first->second) + " and " + place(figure.index) +
                                       " are the same item at the same location; send one figure");
        targets.push_back(std::move(target));
    }
    if (!refusal.messages.empty()) return refusal;

    store::InventoryRepo updates(session);
    std::vector<std::int64_t> ids;
    bool anything_new = false;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const Target& target = targets[i];
        if (const auto newest = updates.newest(channel.id, target.key);
            newest && already_on_its_way(*newest, figures[i].quantity, now)) {
            ids.push_back(newest->id.value);
            continue;
        }
        store::InventoryUpdate update;
        update.account_id = channel.account_id;
        update.channel_id = channel.id;
        update.item_id = target.item;
        update.sku = target.sku;
        update.location_id = target.location;
        update.target = target.key;
        update.quantity = figures[i].quantity;
        const InventoryUpdateId id = updates.insert(update, now);
        std::string data;
        JsonWriter(data).begin_object().field("sku", target.sku).field("quantity", update.quantity).end_object();
        store::EventRepo(session).append(
            {channel.account_id, channel.id, "inventory.updated", "inventory_update", id.value, data}, now);
        ids.push_back(id.value);
        anything_new = true;
    }
    if (anything_new)
        store::JobRepo(session).enqueue(
            {channel.account_id, channel.id, domain::Lane::push, "push_stock", stock_job_key(channel.id), "{}", now}, now);
    return ids;
}

}  // namespace crossdock::services
