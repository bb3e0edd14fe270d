// SPDX-License-Identifier: Apache-2.0
// What can happen to an order.
#include <algorithm>
#include <cstdio>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {

std::string_view v0_name(OrderStatus status) {
    switch (status) {
        case OrderStatus::pending_availability: return "PendingAvailability";
        case OrderStatus::pending: return "Pending";
        case OrderStatus::unshipped: return "Unshipped";
        case OrderStatus::partially_shipped: return "PartiallyShipped";
        case OrderStatus::shipped: return "Shipped";
        case OrderStatus::canceled: return "Canceled";
        case OrderStatus::unfulfillable: return "Unfulfillable";
    }
    return "";
}

std::string_view name_2026(OrderStatus status) {
    switch (status) {
        case OrderStatus::pending_availability: return "PENDING_AVAILABILITY";
        case OrderStatus::pending: return "PENDING";
        case OrderStatus::unshipped: return "UNSHIPPED";
        case OrderStatus::partially_shipped: return "PARTIALLY_SHIPPED";
        case OrderStatus::shipped: return "SHIPPED";
        case OrderStatus::canceled: return "CANCELLED";
        case OrderStatus::unfulfillable: return "UNFULFILLABLE";
    }
    return "";
}

std::optional<Minor> total_of(const Order& order) {
    if (order.without_money() || order.status == OrderStatus::canceled) return std::nullopt;
    Minor total = 0;
    for (const Line& line : order.lines) {
        const Minor sum = line.price() + line.shipping + line.gift_wrap - line.promotion - line.shipping_discount;
        total += sum;
        if (order.store->tax_inside) continue;
        total += tax_on(line.price(), *order.store) + tax_on(line.shipping, *order.store) +
                 tax_on(line.gift_wrap, *order.store) - tax_on(line.promotion, *order.store) -
                 tax_on(line.shipping_discount, *order.store);
    }
    return total;
}

Order* World::order(std::string_view id) {
    const auto at = order_by_id_.find(std::string(id));
    return at == order_by_id_.end() ? nullptr : &orders[at->second];
}

Order& World::place(const PlaceOrder& wish) {
    Order& order = orders.emplace_back();
    order.index = static_cast<std::uint32_t>(orders.size() - 1);
    order.seed = mix(options_.seed * 7919 + order.index);
    order.store = stores.front();
    if (!wish.store.empty()) {
        for (const Store* store : stores) {
            if (wish.store == store->id) order.store = store;
        }
    } else if (wish.items.empty() && stores.size() > 1) {
        order.store = stores[random_.below(stores.size())];
    }
    // Steps that share no factor with the modulus visit every number once, and look like none.
    next_order_ = (next_order_ + 59'604'644'783'353ULL) % 100'000'000'000'000ULL;
    const std::uint64_t spread = next_order_;
    char text[32];
    std::snprintf(text, sizeof text, "%s-%07llu-%07llu", order.store->order_prefix,
                  static_cast<unsigned long long>(spread / 10'000'000),
                  static_cast<unsigned long long>(spread % 10'000'000));
    order.id = text;
    order.seller_order_id = wish.seller_order_id;
    order.created_at = from_ms(to_ms(std::min(wish.created_at.value_or(now_), now_)) / 1000 * 1000);
    const bool random = wish.items.empty();
    order.afn = wish.afn || wish.non_amazon;
    order.non_amazon = wish.non_amazon;
    order.cash_on_delivery = wish.cash_on_delivery;
    order.ship_plus = wish.pickup_by_ship_plus;
    order.business = wish.business;
    bool gift = wish.gift;
    bool discount = wish.discount;
    if (random && wish.lines == 0 && !wish.paid) {  // one of the life of the account, not of a test
        order.afn = random_.unit() < options_.amazon_ships;
        order.non_amazon = order.afn && random_.unit() < 0.1;
        order.business = random_.unit() < 0.08;
        order.prime = random_.unit() < 0.4;
        order.cash_on_delivery = std::string_view(order.store->country) == "JP" && random_.unit() < 0.1;
        gift = random_.unit() < 0.08;
        discount = random_.unit() < 0.15;
    }
    std::vector<PlaceOrder::Item> items = wish.items;
    if (random && listings_ > 0) {
        const int lines = wish.lines > 0          ? wish.lines
                          : random_.unit() < 0.75 ? 1
                                                  : 2 + static_cast<int>(random_.below(2));
        std::set<std::uint32_t> chosen;
        for (int tries = 0; static_cast<int>(chosen.size()) < lines && tries < lines * 50; ++tries) {
            const Listing candidate = listing(static_cast<std::uint32_t>(random_.below(listings_)));
            if (candidate.fba != order.afn && tries < lines * 40) continue;
            if (sold_in(candidate, *order.store)) chosen.insert(candidate.index);
        }
        for (const std::uint32_t index : chosen)
            items.push_back({listing(index).sku, random_.unit() < 0.8 ? 1 : 2 + static_cast<int>(random_.below(3))});
    }
    for (const PlaceOrder::Item& item : items) {
        const auto index = listing_of(item.sku);
        if (!index) continue;
        const Listing goods = listing(*index);
        Line& line = order.lines.emplace_back();
        next_line_ = (next_line_ + 7'450'580'597'017ULL) % 90'000'000'000'000ULL;
        line.id = static_cast<std::int64_t>(10'000'000'000'000ULL + next_line_);
        line.listing = *index;
        line.ordered = item.quantity;
        line.unit_price = price_in(goods, *order.store);
        if (wish.shipping && !order.prime) line.shipping = 599;
        if (gift && order.lines.size() == 1) {
            line.gift = true;
            line.gift_wrap = 399;
        }
        if (discount) {
            line.promotion = line.price() / 10;
            line.shipping_discount = line.shipping;
        }
    }
    order.status = OrderStatus::pending;
    order.updated_at = order.created_at;
    order_by_id_[order.id] = order.index;
    by_creation.emplace(order.created_at, order.index);
    ++counters.orders_placed;
    if (wish.paid) order.status = order.cash_on_delivery ? OrderStatus::pending : OrderStatus::unshipped;
    touch(order);
    if (options_.life_cycle) schedule_life(order);
    return order;
}

void World::touch(Order& order) {
    order.updated_at = std::max(order.updated_at, from_ms(to_ms(now_) / 1000 * 1000));
    ++order.version;
    ++counters.order_changes;
    const auto late = extra_lag ? extra_lag() : std::chrono::milliseconds(0);
    if (late.count() == 0) {
        index(order.index, order.updated_at);
    } else {
        at(now_ + late, [this, number = order.index, then = order.updated_at] { index(number, then); });
    }
}

void World::index(std::uint32_t number, Timestamp updated_at) {
    if (const auto known = indexed.find(number); known != indexed.end()) {
        if (known->second >= updated_at) return;
        by_update.erase({known->second, number});
    }
    indexed[number] = updated_at;
    by_update.emplace(updated_at, number);
}

bool World::authorise(Order& order) {
    if (!order.without_money()) return false;
    order.status = OrderStatus::unshipped;
    touch(order);
    return true;
}

bool World::cancel(Order& order) {
    if (order.status == OrderStatus::canceled || order.status == OrderStatus::shipped ||
        order.status == OrderStatus::partially_shipped)
        return false;
    for (const Line& line : order.lines) {
        if (line.confirmed > 0) return false;
    }
    order.status = OrderStatus::canceled;
    for (Line& line : order.lines) line.ordered = 0;  // what getOrderItems then shows
    touch(order);
    return true;
}

bool World::request_cancel(Order& order, const std::string& reason) {
    if (order.status != OrderStatus::unshipped && order.status != OrderStatus::pending) return false;
    for (Line& line : order.lines) {
        line.cancel_requested = true;
        line.cancel_reason = reason;
    }
    touch(order);
    return true;
}

bool World::cancel_units(Order& order, int units) {
    if (order.status != OrderStatus::unshipped && order.status != OrderStatus::partially_shipped) return false;
    for (Line& line : order.lines) {
        if (units <= 0 || line.ordered - line.confirmed < units || line.ordered - units < 1) continue;
        line.ordered -= units;
        settle_shipped(order);
        touch(order);
        return true;
    }
    return false;
}

void World::settle_shipped(Order& order) {
    int ordered = 0, shipped = 0;
    for (const Line& line : order.lines) {
        ordered += line.ordered;
        shipped += line.shipped;
    }
    if (shipped == 0) return;
    order.status = shipped >= ordered ? OrderStatus::shipped : OrderStatus::partially_shipped;
}

bool World::ship(Order& order, bool partly) {
    if (order.status != OrderStatus::unshipped && order.status != OrderStatus::partially_shipped) return false;
    Package package;
    package.reference = "9" + fresh_id(6);
    package.carrier = order.afn ? "AMZN_US" : "UPS";
    package.tracking = (order.afn ? "TBA" : "1ZSBX") + fresh_id(9);
    package.created_at = package.shipped_at = now_;
    package.by_staff = true;
    for (Line& line : order.lines) {
        const int open = line.ordered - line.confirmed;
        const int units = partly ? std::min(open, 1) : open;
        if (units <= 0) continue;
        package.lines.emplace_back(line.id, units);
        line.confirmed += units;
        line.shipped = line.confirmed;
        if (partly) break;
    }
    if (package.lines.empty()) return false;
    order.packages.push_back(std::move(package));
    settle_shipped(order);
    touch(order);
    if (order.status == OrderStatus::shipped) post(order, true);
    return true;
}

Refusal World::confirm(Order& order, const Package& wanted) {
    const auto refuse = [](std::string message) { return Refusal{"InvalidInput", std::move(message)}; };
    if (order.afn)
        return refuse("Invalid order " + order.id +
                      ": the order is fulfilled by Amazon and cannot be confirmed by the seller.");
    if (order.ship_plus)
        return refuse("Invalid order " + order.id + ": shipment confirmation is not supported for FBM Ship+ orders.");
    if (order.without_money() || order.status == OrderStatus::canceled)
        return refuse("Invalid order " + order.id + ": an order with status " + std::string(v0_name(order.status)) +
                      " cannot be confirmed as shipped.");
    Package* known = nullptr;
    for (Package& package : order.packages) {
        if (package.reference == wanted.reference) known = &package;
    }
    const auto had = [&](std::int64_t line) {
        if (known == nullptr) return 0;
        for (const auto& [id, units] : known->lines) {
            if (id == line) return units;
        }
        return 0;
    };
    std::map<std::int64_t, int> asked;
    for (const auto& [id, units] : wanted.lines) asked[id] += units;
    int left = 0;
    for (const Line& line : order.lines) left += line.ordered - line.confirmed;
    if (known == nullptr && left <= 0)
        return refuse("Failed to confirm shipment for order " + order.id +
                      ": not finding a matching package or order already fulfilled. Code: PackageToUpdateNotFound");
    for (const auto& [id, units] : asked) {
        const auto line =
            std::find_if(order.lines.begin(), order.lines.end(), [&](const Line& l) { return l.id == id; });
        if (line == order.lines.end())
            return refuse("Invalid orderItemId: " + std::to_string(id) + " is not part of order " + order.id + ".");
        if (units > line->ordered - line->confirmed + had(id))
            return refuse("Invalid quantity for orderItemId " + std::to_string(id) +
                          ": more units than remain to be shipped.");
    }

    for (Line& line : order.lines) line.confirmed += (asked.contains(line.id) ? asked[line.id] : 0) - had(line.id);
    if (known != nullptr) {
        const int edits = known->edits + 1;
        const Timestamp created = known->created_at;
        *known = wanted;
        known->edits = edits;
        known->created_at = created;
        ++counters.packages_edited;
    } else {
        for (const Package& other : order.packages) {
            if (other.tracking == wanted.tracking) ++counters.packages_doubled;
        }
        order.packages.push_back(wanted);
        order.packages.back().created_at = now_;
        ++counters.packages_confirmed;
    }
    at(now_ + options_.shipment_lag, [this, number = order.index] {
        Order& it = orders[number];
        const bool was_shipped = it.status == OrderStatus::shipped;
        for (Line& line : it.lines) line.shipped = line.confirmed;
        settle_shipped(it);
        touch(it);
        if (!was_shipped && it.status == OrderStatus::shipped) post(it, true);
    });
    return {};
}

}  // namespace crossdock::sandbox::amazon
