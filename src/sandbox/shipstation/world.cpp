// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shipstation/world.h"

#include <algorithm>
#include <cmath>

#include "sandbox/shipstation/pacific.h"

namespace crossdock::sandbox::shipstation {

using namespace std::chrono_literals;

std::string_view wire(OrderStatus status) {
    switch (status) {
        case OrderStatus::awaiting_payment: return "awaiting_payment";
        case OrderStatus::awaiting_shipment: return "awaiting_shipment";
        case OrderStatus::pending_fulfillment: return "pending_fulfillment";
        case OrderStatus::on_hold: return "on_hold";
        case OrderStatus::shipped: return "shipped";
        case OrderStatus::cancelled: return "cancelled";
    }
    return "";
}

std::int64_t Order::total_cents() const {
    std::int64_t total = tax_cents + shipping_cents;
    for (const Item& item : items) total += item.price_cents * item.quantity;
    return total;
}

World::World(const AccountOptions& options, const Clock& clock)
    : agenda(clock, std::chrono::floor<std::chrono::seconds>(clock.now()) - std::chrono::days(options.history_days)),
      random(options.seed),
      goods(options.seed, options.products),
      stores{{22766, "ShipStation Manual Store", "ShipStation", 0, true, 1},
             {25748, "Our Shopify shop", "Shopify", 23, true, 0},
             {25750, "Walmart US", "Walmart", 50, true, 2},
             {25760, "eBay", "eBay", 1, true, 1},
             {25770, "Old WooCommerce shop", "WooCommerce", 36, false, 2}},
      index_lag(options.index_lag),
      options_(options),
      born_(agenda.now()) {
    const Timestamp start = born_ + std::chrono::days(options.history_days);
    const auto span = static_cast<std::uint64_t>((start - born_) / 1ms);
    for (int i = 0; i < options.orders; ++i)
        agenda.at(born_ + std::chrono::milliseconds(random.below(span)), [this] { place({}); });
    agenda.at(start, [this] { schedule_arrival(); });
    agenda.catch_up();
}

void World::schedule_arrival() {
    if (options_.orders_per_hour <= 0) return;
    const double hours = -std::log(1.0 - random.unit()) / options_.orders_per_hour;
    agenda.at(now() + std::chrono::milliseconds(static_cast<std::int64_t>(hours * 3'600'000.0)), [this] {
        place({});
        schedule_arrival();
    });
}

Order* World::order(std::int64_t id) {
    const auto at = orders.find(id);
    return at == orders.end() ? nullptr : &at->second;
}

void World::touch(Order& order) {
    if (order.visible_at <= now()) order.known_modified = order.modified;
    order.modified = now();
    order.visible_at = now() + index_lag + (extra_lag ? extra_lag() : 0ms);
    ++order.version;
    ++counters.order_changes;
}

Order& World::place(const PlaceOrder& wish) {
    const std::int64_t id = ++next_order_;
    Order& order = orders[id];
    order.id = id;
    const bool given =
        std::any_of(stores.begin(), stores.end(), [&](const Store& each) { return each.id == wish.store; });
    order.store = given ? wish.store : stores[static_cast<std::size_t>(random.below(4))].id;
    const bool by_hand = order.store == stores[0].id;
    order.number = wish.order_number.empty() ? std::to_string(++next_number_) : wish.order_number;
    order.key = by_hand ? random.uuid() : order.number + "-" + std::to_string(order.store);
    order.ordered = wish.ordered_at.value_or(now() - std::chrono::minutes(random.below(30)));
    order.created = now();
    order.buyer = random.below(8) == 0 ? random.below(20) : static_cast<std::uint64_t>(id);
    order.gift = wish.gift || (wish.items.empty() && random.below(15) == 0);
    std::vector<PlaceOrder::Item> wanted = wish.items;
    if (wanted.empty()) {
        for (int i = 1 + static_cast<int>(random.below(5) / 2); i > 0; --i) {
            const auto good = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(goods.count())));
            wanted.push_back({goods.sku(good), random.below(3) == 0 ? 2 : 1});
        }
    }
    std::int64_t goods_cents = 0;
    for (const PlaceOrder::Item& each : wanted) {
        const auto good = goods.find(each.sku);
        if (!good || each.quantity < 1) continue;
        Item item;
        item.id = ++next_item_;
        if (!by_hand)
            item.line_key = "L" + std::to_string(item.id % 100'000) + "-" + std::to_string(order.items.size() + 1);
        item.good = *good;
        item.quantity = each.quantity;
        item.price_cents = goods.at(*good).price_cents;
        item.created = now();
        goods_cents += item.price_cents * item.quantity;
        order.items.push_back(std::move(item));
    }
    const auto adjust = [&](const char* name, std::int64_t cents) {
        Item item;
        item.id = ++next_item_;
        item.name = name;
        item.price_cents = cents;
        item.created = now();
        order.items.push_back(std::move(item));
    };
    const std::int64_t discount = wish.discount_cents > 0                      ? wish.discount_cents
                                  : wish.items.empty() && random.below(6) == 0 ? goods_cents / 10
                                                                               : 0;
    if (discount > 0) adjust("10% OFF", -discount);
    if (wish.surcharge_cents > 0) adjust("Gift wrap", wish.surcharge_cents);
    order.tax_cents = goods_cents * 8 / 100;
    order.shipping_cents = random.below(2) == 0 ? 0 : 599;
    const bool paid = wish.items.empty() ? random.below(12) != 0 : wish.paid;
    order.status = paid ? OrderStatus::awaiting_shipment : OrderStatus::awaiting_payment;
    if (paid) {
        order.paid_at = order.ordered;
        // What was paid is a figure of its own: it need not match the total.
        order.paid_cents = order.total_cents() + (random.below(10) == 0 ? 2500 : 0);
    }
    ++counters.orders_placed;
    touch(order);
    if (listener) order.import_batch = listener("ORDER_NOTIFY", order.store);
    if (options_.life_cycle) plan_life(order);
    return order;
}

bool World::pay(Order& order) {
    if (order.deleted || order.status != OrderStatus::awaiting_payment) return false;
    order.status = OrderStatus::awaiting_shipment;
    order.paid_at = now();
    order.paid_cents = order.total_cents();
    touch(order);
    return true;
}

bool World::edit(Order& order) {
    if (order.deleted || !order.open()) return false;
    for (Item& item : order.items) {
        if (item.adjustment()) continue;
        ++item.quantity;
        break;
    }
    order.internal_notes += order.internal_notes.empty() ? "Customer called" : "; called again";
    touch(order);
    return true;
}

bool World::hold(Order& order, bool on) {
    if (order.deleted || order.status != (on ? OrderStatus::awaiting_shipment : OrderStatus::on_hold)) return false;
    order.status = on ? OrderStatus::on_hold : OrderStatus::awaiting_shipment;
    order.hold_until = on ? std::optional(now() + 48h) : std::nullopt;
    touch(order);
    return true;
}

bool World::cancel(Order& order) {
    if (order.deleted || !order.open()) return false;
    order.status = OrderStatus::cancelled;
    touch(order);
    return true;
}

bool World::remove(Order& order) {
    if (order.deleted) return false;
    order.deleted = true;
    touch(order);
    return true;
}

Shipment& World::add_shipment(const Order& order, bool label) {
    const std::int64_t id = label ? ++next_shipment_ : ++next_fulfillment_;
    Shipment& shipment = shipments[id];
    shipment.id = id;
    shipment.order = order.id;
    shipment.label = label;
    shipment.created = now();
    shipment.items = order.items;
    std::erase_if(shipment.items, [](const Item& item) { return item.adjustment(); });
    return shipment;
}

void World::plan_notification(std::int64_t shipment_id) {
    agenda.at(now() + options_.notify_after, [this, shipment_id] {
        Shipment& shipment = shipments.at(shipment_id);
        if (shipment.voided) return;
        if (notify_fails && notify_fails())
            shipment.notify_error = "The marketplace refused the shipment: invalid carrier";
        else
            shipment.notified = true;
    });
}

bool World::ship(Order& order) {
    if (order.deleted || !order.open() || order.status == OrderStatus::awaiting_payment) return false;
    Shipment& shipment = add_shipment(order, true);
    shipment.carrier = "stamps_com";
    shipment.number = "9400111SBX" + std::to_string(shipment.id);
    shipment.ship_date = wall_date(now());
    shipment.notify = true;
    plan_notification(shipment.id);
    order.status = OrderStatus::shipped;
    order.has_label = true;
    order.shipped_at = now();
    touch(order);
    if (listener) shipment.batch = listener("SHIP_NOTIFY", order.store);
    return true;
}

bool World::void_label(std::int64_t shipment_id) {
    const auto at = shipments.find(shipment_id);
    if (at == shipments.end() || !at->second.label || at->second.voided) return false;
    at->second.voided = now();
    Order& order = orders.at(at->second.order);
    if (order.status == OrderStatus::shipped && !at->second.is_return) {
        order.status = OrderStatus::awaiting_shipment;
        order.has_label = false;
        order.shipped_at.reset();
        touch(order);
    }
    return true;
}

bool World::return_label(Order& order) {
    if (order.deleted || order.status != OrderStatus::shipped) return false;
    Shipment& shipment = add_shipment(order, true);
    shipment.is_return = true;
    shipment.carrier = "stamps_com";
    shipment.number = "9202SBX" + std::to_string(shipment.id);
    shipment.ship_date = wall_date(now());
    return true;
}

Order* World::split(Order& order) {
    if (order.deleted || order.status != OrderStatus::awaiting_shipment || order.merged_or_split) return nullptr;
    std::vector<Item> moved;
    const auto lines =
        std::count_if(order.items.begin(), order.items.end(), [](const Item& it) { return !it.adjustment(); });
    for (auto item = order.items.rbegin(); item != order.items.rend() && moved.empty(); ++item) {
        if (item->adjustment() || (lines < 2 && item->quantity < 2)) continue;
        moved.push_back(*item);
        moved.back().id = ++next_item_;
        if (lines >= 2) {
            item->quantity = 0;
        } else {
            moved.back().quantity = item->quantity / 2;
            item->quantity -= moved.back().quantity;
        }
    }
    if (moved.empty()) return nullptr;
    std::erase_if(order.items, [](const Item& item) { return item.quantity == 0; });
    const std::int64_t id = ++next_order_;
    Order& part = orders[id];
    part = order;
    part.id = id;
    part.number += "-1";
    part.key += "-1";
    part.items = std::move(moved);
    part.parent = order.id;
    part.merged_or_split = order.merged_or_split = true;
    part.tax_cents = part.shipping_cents = part.paid_cents = 0;  // the money stays with the first part
    part.created = now();
    part.version = 0;
    part.known_modified = part.visible_at = part.modified = Timestamp{};
    touch(part);
    touch(order);
    return &part;
}

bool World::merge(Order& order, Order& swallowed) {
    const bool can = order.id != swallowed.id && !order.deleted && !swallowed.deleted &&
                     order.status == OrderStatus::awaiting_shipment && swallowed.status == order.status &&
                     order.store == swallowed.store;
    if (!can) return false;
    order.items.insert(order.items.end(), swallowed.items.begin(), swallowed.items.end());
    order.tax_cents += swallowed.tax_cents;
    order.shipping_cents += swallowed.shipping_cents;
    order.paid_cents += swallowed.paid_cents;
    order.merged.push_back(swallowed.id);
    order.merged_or_split = true;
    touch(order);
    // What becomes of the other is not documented; here it vanishes, the harder case for a client.
    return remove(swallowed);
}

std::string World::mark_as_shipped(const Mark& mark) {
    Order* found = order(mark.order);
    if (found == nullptr || found->deleted) return "The requested order could not be found.";
    if (found->status == OrderStatus::shipped) return "Order " + found->number + " has already been shipped.";
    if (found->status == OrderStatus::cancelled)
        return "Order " + found->number + " is cancelled and cannot be shipped.";
    Shipment& shipment = add_shipment(*found, false);
    shipment.carrier = carrier_name(mark.carrier);
    shipment.number = mark.number;
    shipment.ship_date = mark.ship_date.empty() ? wall_date(now()) : mark.ship_date;
    shipment.customer_notified = mark.notify_customer;
    shipment.notify = mark.notify_sales_channel;
    if (shipment.notify) plan_notification(shipment.id);
    found->status = OrderStatus::shipped;
    found->shipped_at = now();
    touch(*found);
    ++counters.marked_shipped;
    if (listener) shipment.batch = listener("FULFILLMENT_SHIPPED", found->store);
    return {};
}

Timestamp World::product_created(std::int64_t good) const {
    return born_ - std::chrono::hours(24 * 30 + (goods.count() - good));
}

Timestamp World::product_modified(std::int64_t good) const {
    const auto changed = product_changes.find(good);
    return changed != product_changes.end() ? changed->second : product_created(good) + 30min;
}

void World::plan_life(const Order& order) {
    const std::int64_t id = order.id;
    const auto plan = [&](double probability, double mean_hours, auto what) {
        const double roll = random.unit();  // both drawn always, so that one probability does not shift the others
        const double hours = -std::log(1.0 - random.unit()) * mean_hours;
        const Timestamp when =
            now() + std::chrono::milliseconds(60'000 + static_cast<std::int64_t>(hours * 3'600'000.0));
        if (roll < probability) agenda.at(when, [this, id, what] { what(*this, orders.at(id)); });
    };
    plan(0.9, 3.0, [](World& world, Order& it) { world.pay(it); });
    plan(0.06, 2.0, [](World& world, Order& it) { world.edit(it); });
    plan(0.04, 2.0, [](World& world, Order& it) {
        if (world.hold(it, true))
            world.agenda.at(world.now() + 5h, [&world, held = it.id] { world.hold(world.orders.at(held), false); });
    });
    plan(0.05, 5.0, [](World& world, Order& it) { world.cancel(it); });
    plan(0.02, 8.0, [](World& world, Order& it) { world.remove(it); });
    plan(0.04, 3.0, [](World& world, Order& it) { world.split(it); });
    plan(0.03, 4.0, [](World& world, Order& it) {
        const auto next = world.orders.upper_bound(it.id);
        if (next != world.orders.end()) world.merge(it, next->second);
    });
    plan(options_.staff_ships, 20.0, [](World& world, Order& it) {
        if (!world.ship(it)) return;
        if (world.random.below(8) == 0) world.void_label(world.shipments.rbegin()->first);
    });
    plan(0.03, 90.0, [](World& world, Order& it) { world.return_label(it); });
}

std::string carrier_name(const std::string& code) {
    for (const auto& [known, name] : {std::pair{"usps", "USPS"},
                                      {"stamps_com", "Stamps.com"},
                                      {"ups", "UPS"},
                                      {"fedex", "FedEx"},
                                      {"endicia", "Endicia"},
                                      {"dhl_express", "DHL Express"}})
        if (code == known) return name;
    return code;
}

}  // namespace crossdock::sandbox::shipstation
