// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/world.h"

#include <algorithm>
#include <cmath>

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;

namespace {

constexpr auto kAcknowledgeWithin = 4h;

Timestamp start_of(const SellerOptions& options, const Clock& clock) {
    return std::chrono::floor<std::chrono::seconds>(clock.now()) - std::chrono::days(options.history_days);
}

std::string_view known_method(const std::string& wanted) {
    const auto at = std::find(kMethodCodes.begin(), kMethodCodes.end(), wanted);
    return at == kMethodCodes.end() ? kMethodCodes[0] : *at;
}

}  // namespace

World::World(const SellerOptions& options, const Clock& clock)
    : agenda(clock, start_of(options, clock)),
      random(options.seed),
      goods(options.seed, options.items),
      stock(options.seed, options.items, start_of(options, clock)),
      index_lag(options.index_lag),
      options_(options),
      born_(agenda.now()),
      next_order_(108'800'000'000'000),
      next_customer_order_(200'011'200'000'000),
      next_return_(103'700'000'000'000'000) {
    const Timestamp start = born_ + std::chrono::days(options.history_days);
    const auto span = static_cast<std::uint64_t>((start - born_) / 1s);
    for (int i = 0; i < options.orders; ++i)
        agenda.at(born_ + std::chrono::seconds(random.below(span)), [this] { place({}); });
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
    order.customer_order = ++next_customer_order_;
    const bool random_node = wish.items.empty() && wish.node_type == "SellerFulfilled" && wish.ship_node.empty();
    for (std::size_t i = 0; i < kNodeTypes.size(); ++i)
        if (kNodeTypes[i] == wish.node_type) order.node_type = static_cast<int>(i);
    const double roll = random.unit();
    if (random_node && options_.life_cycle && !wish.replacement && wish.lines == 0 && roll < options_.wfs_share)
        order.node_type = 1;
    order.node = stock.node(wish.ship_node).value_or(0);
    order.type = wish.replacement ? 1 : 0;
    order.original_customer_order = wish.original_customer_order;
    order.method_code = known_method(wish.method_code);
    order.created = wish.created_at.value_or(now());
    order.ship_by = order.created + 24h;
    order.deliver_by = order.created + 96h;
    // One in eight buyers is a regular.
    order.buyer = random.below(8) == 0 ? random.below(20) : static_cast<std::uint64_t>(id);

    std::vector<PlaceOrder::Item> wanted = wish.items;
    if (wanted.empty()) {
        const int count = wish.lines > 0 ? wish.lines : 1 + static_cast<int>(random.below(5) / 2);
        for (int i = 0; i < count; ++i) {
            const auto good = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(goods.count())));
            wanted.push_back({goods.sku(good), random.below(3) == 0 ? 2 + static_cast<int>(random.below(3)) : 1});
        }
    }
    // Line numbers start anywhere and have gaps.
    int number = wish.items.empty() ? 1 + static_cast<int>(random.below(4)) : 1;
    const bool free_shipping = random.below(2) == 0;
    const bool subscription = wish.subscription_discount || (wish.items.empty() && random.below(9) == 0);
    const bool shipping_untaxed = random.below(4) == 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto good = goods.find(wanted[i].sku);
        if (!good || wanted[i].quantity < 1) continue;
        Line line;
        line.number = number;
        number += 1 + (wish.items.empty() ? static_cast<int>(random.below(2)) : 0);
        line.good = *good;
        line.quantity = wanted[i].quantity;
        line.product_cents = wish.replacement ? 0 : goods.at(*good).price_cents * line.quantity;
        if (subscription) line.discount_cents = line.product_cents / 20;
        line.product_tax_cents = (line.product_cents - line.discount_cents) * 8 / 100;
        if (!free_shipping && !wish.replacement) {
            // One price for the order, spread over its lines; the last line carries what does not divide.
            const auto lines = static_cast<std::int64_t>(wanted.size());
            line.shipping_cents = 599 / lines + (i + 1 == wanted.size() ? 599 % lines : 0);
            line.shipping_tax_cents = shipping_untaxed ? -1 : line.shipping_cents * 8 / 100;
        }
        line.units = {
            {order.node_type == 0 ? LineStatus::created : LineStatus::acknowledged, line.quantity, order.created}};
        line.status_at = order.created;
        if (order.node_type == 0) stock.reserve(line.good, order.node, line.quantity, now());
        order.lines.push_back(std::move(line));
    }
    ++counters.orders_placed;
    touch(order);
    if (wish.created_at) order.modified = std::max(order.created, *wish.created_at);
    tell("PO_CREATED", order);
    if (options_.auto_cancel_days > 0 && order.node_type == 0)
        agenda.at(order.ship_by + std::chrono::days(options_.auto_cancel_days), [this, id] { auto_cancel(id); });
    if (options_.life_cycle) plan_life(order);
    return order;
}

void World::move_units(Order& order, Line& line, LineStatus from, Units with) {
    int left = with.quantity;
    for (Units& part : line.units) {
        if (part.status != from || left == 0) continue;
        const int moved = std::min(left, part.quantity);
        part.quantity -= moved;
        left -= moved;
    }
    std::erase_if(line.units, [](const Units& part) { return part.quantity == 0; });
    with.quantity -= left;
    with.since = now();
    if (order.node_type == 0 && with.status == LineStatus::cancelled)
        stock.release(line.good, order.node, with.quantity, false, now());
    if (order.node_type == 0 && with.status == LineStatus::shipped)
        stock.release(line.good, order.node, with.quantity, true, now());
    for (Units& part : line.units) {
        if (part.status != with.status || part.tracking || with.tracking ||
            part.cancellation_reason != with.cancellation_reason)
            continue;
        part.quantity += with.quantity;
        part.since = with.since;
        line.status_at = now();
        return;
    }
    line.units.push_back(std::move(with));
    line.status_at = now();
}

std::optional<Refusal> World::acknowledge(Order& order) {
    if (order.node_type == 1)
        return Refusal::content("purchaseOrderId", "WFS orders are acknowledged by Walmart and cannot be changed");
    bool changed = false;
    for (const Line& line : order.lines) {
        const int open = line.in(LineStatus::created) + line.in(LineStatus::acknowledged);
        if (open == 0)
            return Refusal::content("lineNumber", "Line number " + std::to_string(line.number) +
                                                      " is shipped or cancelled and cannot be acknowledged");
    }
    for (Line& line : order.lines) {
        const int fresh = line.in(LineStatus::created);
        if (fresh == 0) continue;
        move_units(order, line, LineStatus::created, {LineStatus::acknowledged, fresh, {}});
        changed = true;
    }
    if (changed) {  // repeating it is harmless
        ++counters.acknowledged;
        if (now() > order.created + kAcknowledgeWithin) ++counters.acknowledged_late;
        touch(order);
    }
    return std::nullopt;
}

std::optional<Refusal> World::cancel(Order& order, const std::vector<CancelLine>& lines) {
    if (order.node_type == 1)
        return Refusal::content("purchaseOrderId", "WFS orders cannot be cancelled by the seller");
    for (const CancelLine& wanted : lines) {
        const Line* line = order.line(wanted.number);
        if (line == nullptr)
            return Refusal::content("lineNumber",
                                    "Line number " + std::to_string(wanted.number) + " is not in this order");
        const int open = line->in(LineStatus::created) + line->in(LineStatus::acknowledged);
        if (wanted.quantity > open)
            return Refusal::content("statusQuantity", "Line number " + std::to_string(wanted.number) + " has only " +
                                                          std::to_string(open) + " units that can be cancelled");
    }
    for (const CancelLine& wanted : lines) cancel_units(order, wanted.number, wanted.quantity, wanted.reason);
    return std::nullopt;
}

bool World::cancel_units(Order& order, int line_number, int units, std::string_view reason) {
    bool changed = false;
    for (Line& line : order.lines) {
        if (line_number != 0 && line.number != line_number) continue;
        int left = units;
        for (const LineStatus from : {LineStatus::created, LineStatus::acknowledged}) {
            const int open = line.in(from);
            const int count = units == 0 ? open : std::min(left, open);
            if (count == 0) continue;
            move_units(order, line, from, {LineStatus::cancelled, count, {}, std::string(reason)});
            left -= count;
            changed = true;
        }
    }
    if (changed) touch(order);
    return changed;
}

void World::auto_cancel(std::int64_t id) {
    Order& late = orders.at(id);
    if (!cancel_units(late, 0, 0, "SELLER_CANCEL_OUT_OF_STOCK")) return;
    ++counters.auto_cancelled;
    tell("PO_LINE_AUTOCANCELLED", late);
}

bool World::deliver(Order& order) {
    bool changed = false;
    for (Line& line : order.lines) {
        for (Units& part : line.units) {
            if (part.status != LineStatus::shipped) continue;
            part.status = LineStatus::delivered;
            part.since = line.status_at = now();
            changed = true;
        }
    }
    if (changed) touch(order);
    return changed;
}

bool World::want_cancel(Order& order) {
    bool changed = false;
    for (Line& line : order.lines) {
        if (line.wants_cancel || line.in(LineStatus::created) + line.in(LineStatus::acknowledged) == 0) continue;
        line.wants_cancel = changed = true;
    }
    if (!changed) return false;
    touch(order);
    tell("INTENT_TO_CANCEL", order);
    return true;
}

bool World::refund_line(Order& order, int line_number, std::int64_t cents) {
    Line* line = order.line(line_number);
    if (line == nullptr || line->refund || cents <= 0 || cents > line->product_cents ||
        line->in(LineStatus::shipped) + line->in(LineStatus::delivered) == 0)
        return false;
    // Every third has no id of its own, as seen in answers.
    const std::int64_t number = ++next_refund_;
    line->refund = {number % 3 == 0 ? "" : "RF" + std::to_string(7000 + number), "Finance -> Goodwill", cents};
    line->status_at = now();
    touch(order);
    return true;
}

}  // namespace crossdock::sandbox::walmart
