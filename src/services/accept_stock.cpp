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

std::string ids_of(const std::vector<store::ItemForPush>& items, std::string_view prefix) {
    std::string ids;
    for (const auto& item : items) ids += (ids.empty() ? "" : ", ") + id_in_words(prefix, item.id.value);
    return ids;
}

class Resolver {
public:
    Resolver(db::Session& session, const store::Channel& channel, const StockSettings& settings, const Wording& words)
        : items_(session), channel_(channel), settings_(settings), words_(words), item_id_(words.item_id) {}

    /// The target, or why there is none.
    std::variant<Target, Fault> operator()(const StockFigure& figure) {
        if (figure.item_master_id) return by_id(figure);
        if (figure.sku) return by_sku(figure);
        return Fault{"either " + item_id_ + " or sku must be present", place(figure.index) + "." + item_id_};
    }

private:
    std::variant<Target, Fault> by_id(const StockFigure& figure) {
        const std::string id = id_in_words(words_.item_prefix, *figure.item_master_id);
        const std::string member = place(figure.index) + "." + item_id_;
        const auto item = items_.get(channel_.account_id, ItemId{*figure.item_master_id});
        if (!item || item->channel_id != channel_.id)
            return Fault{member + " " + id + " is not an item of channel " + channel_.code + "; GET " + std::string{words_.items_path} +
                             " lists them",
                         member};
        if (figure.sku && item->sku != figure.sku)
            return Fault{place(figure.index) + ": " + item_id_ + " " + id + " has the sku " +
                             (item->sku ? "\"" + *item->sku + "\"" : std::string{"null"}) + ", not \"" + *figure.sku + "\"",
                         place(figure.index) + ".sku"};
        return of_item(figure, *item);
    }

    std::variant<Target, Fault> by_sku(const StockFigure& figure) {
        const std::string member = place(figure.index) + ".sku";
        const auto fault = [&](const std::string& text) { return Fault{member + " \"" + *figure.sku + "\" is " + text, member}; };
        auto found = items_.with_sku(channel_.id, *figure.sku);
        if (found.empty()) {
            if (settings_.mapped_skus.count(*figure.sku) != 0) {
                Target target;
                target.sku = figure.sku;
                target.location = figure.location_id ? figure.location_id : settings_.default_location;
                target.key = "sku:" + *figure.sku + "@" + target.location.value_or("");
                return target;
            }
            return fault("not known in channel " + channel_.code + "; GET " + std::string{words_.items_path} + " lists what is");
        }
        const bool one_variant = std::all_of(found.begin(), found.end(),
                                             [&](const auto& item) { return item.variant_id == found.front().variant_id; });
        if (!one_variant)
            return fault("shared by several items (" + ids_of(found, words_.item_prefix) + "); send " + item_id_ + " instead");
        const auto at = [&](const std::optional<std::string>& location) {
            return location ? std::find_if(found.begin(), found.end(),
                                           [&](const auto& item) { return item.location_id == *location; })
                            : found.end();
        };
        if (const auto there = at(figure.location_id); there != found.end()) return of_item(figure, *there);
        if (figure.location_id || found.size() == 1) return of_item(figure, found.front());
        if (const auto there = at(settings_.default_location); there != found.end()) return of_item(figure, *there);
        return fault("stocked at several locations (items " + ids_of(found, words_.item_prefix) + "); send " + item_id_ +
                     " or location_id");
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
    const Wording& words_;
    const std::string item_id_;
};

bool already_on_its_way(const store::InventoryUpdate& newest, std::int64_t quantity, Timestamp now) {
    if (newest.quantity != quantity) return false;
    if (newest.status == "pending" || newest.status == "processing") return true;
    return newest.status == "succeeded" && now - newest.created_at < kRepeatWindow;
}

}  // namespace

std::string stock_job_key(ChannelId channel) { return "push_stock:" + std::to_string(channel.value); }

Answer<std::vector<std::int64_t>> accept_stock(db::Session& session, const store::Channel& channel, const StockSettings& settings,
                                               const std::vector<StockFigure>& figures, Timestamp now,
                                               const Wording& words) {
    Resolver resolve(session, channel, settings, words);
    Refusal refusal;
    std::vector<Target> targets;
    std::map<std::string, std::size_t> first_use;
    for (const StockFigure& figure : figures) {
        auto resolved = resolve(figure);
        if (auto* fault = std::get_if<Fault>(&resolved)) {
            refusal.add(std::move(*fault));
            continue;
        }
        Target& target = std::get<Target>(resolved);
        const auto [first, fresh] = first_use.emplace(target.key, figure.index);
        if (!fresh)
            refusal.add({place(first->second) + " and " + place(figure.index) +
                             " are the same item at the same location; send one figure",
                         ""});
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
