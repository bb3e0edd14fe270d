// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/world.h"

#include <algorithm>
#include <cmath>

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

namespace {

Timestamp whole_second(Timestamp at) { return std::chrono::floor<std::chrono::seconds>(at); }

template <class Map>
auto find_in(Map& map, const typename Map::key_type& key) -> decltype(&map.begin()->second) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
}

}  // namespace

World::World(const ShopOptions& options, const Clock& clock)
    : index_lag(options.index_lag), options_(options), clock_(clock), random_(options.seed) {
    const Timestamp start = whole_second(clock.now());
    born = start - std::chrono::days(options.history_days);
    now_ = born;
    build_catalogue();
    if (options.old_order) {
        at(born, [this, start] {
            PlaceOrder wish;
            wish.created_at = start - std::chrono::days(80);
            wish.paid = true;
            place(wish);
        });
    }
    const auto span = static_cast<std::uint64_t>((start - born) / 1s);
    for (int i = 0; i < options.orders; ++i) {
        at(born + std::chrono::seconds(random_.below(span)), [this] { place({}); });
    }
    at(start, [this] { schedule_arrival(); });
    catch_up();
}

Timestamp World::clock_now() const { return clock_.now() + skew_; }

void World::catch_up() {
    const Timestamp target = clock_now();
    while (!agenda_.empty() && agenda_.begin()->first <= target) {
        auto next = agenda_.extract(agenda_.begin());
        now_ = std::max(now_, whole_second(next.key()));
        next.mapped()();
    }
    now_ = target;
    index.settle(target);
}

void World::schedule_arrival() {
    if (options_.orders_per_hour <= 0) return;
    const double hours = -std::log(1.0 - random_.unit()) / options_.orders_per_hour;
    at(now_ + std::chrono::milliseconds(static_cast<std::int64_t>(hours * 3'600'000.0)), [this] {
        place({});
        schedule_arrival();
    });
}

std::int64_t World::next_id(std::string_view kind) {
    auto at = ids_.find(kind);
    if (at == ids_.end()) {
        // Each kind counts from a place of its own, so that a mixed-up id is never right by chance.
        std::int64_t start = 1'000'000'000 * (static_cast<std::int64_t>(ids_.size()) + 11);
        if (kind == "Order") start = options_.huge_ids ? 9'007'199'254'741'000 : 5'500'000'001'000;
        at = ids_.emplace(std::string(kind), start).first;
    }
    return ++at->second;
}

Order* World::order(std::int64_t id) { return find_in(orders, id); }

Order* World::order_of_fulfillment_order(std::int64_t id) {
    const auto at = fulfillment_order_owner_.find(id);
    return at == fulfillment_order_owner_.end() ? nullptr : order(at->second);
}

Order* World::order_of_fulfillment(std::int64_t id) {
    const auto at = fulfillment_owner_.find(id);
    return at == fulfillment_owner_.end() ? nullptr : order(at->second);
}

Order* World::order_of_refund(std::int64_t id) {
    const auto at = refund_owner_.find(id);
    return at == refund_owner_.end() ? nullptr : order(at->second);
}

const Location* World::location(std::int64_t id) const {
    for (const Location& place : locations) {
        if (place.id == id && !place.deleted) return &place;
    }
    return nullptr;
}

const Product* World::product(std::int64_t id) const { return find_in(products, id); }
const Variant* World::variant(std::int64_t id) const { return find_in(variants, id); }
const InventoryItem* World::item(std::int64_t id) const { return find_in(items, id); }
const Customer* World::customer(std::int64_t id) const { return find_in(customers, id); }
Level* World::level(std::int64_t item_id, std::int64_t location_id) { return find_in(levels, {item_id, location_id}); }

std::vector<const Level*> World::levels_of(std::int64_t item_id) const {
    std::vector<const Level*> out;
    for (auto at = levels.lower_bound({item_id, 0}); at != levels.end() && at->first.first == item_id; ++at) {
        out.push_back(&at->second);
    }
    return out;
}

bool World::old_enough_to_hide(const Order& order) const {
    return order.created_at < clock_now() - std::chrono::days(60);
}

void World::touch(Order& order, std::string_view also_topic) {
    order.updated_at = std::max(order.updated_at, whole_second(now_));
    ++order.version;
    ++counters.order_changes;
    const auto lag = index_lag + (extra_lag ? extra_lag() : 0ms);
    index.put(order.id, order.updated_at, now_ + lag, now_);
    Subject subject;
    subject.order = &order;
    if (!also_topic.empty()) emit(also_topic, subject);
    emit("ORDERS_UPDATED", subject);
}

bool World::delete_location(std::int64_t id) {
    for (Location& place : locations) {
        if (place.id != id || place.deleted) continue;
        place.deleted = true;
        place.active = false;
        return true;
    }
    return false;
}

}  // namespace crossdock::sandbox::shopify
