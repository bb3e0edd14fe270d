// SPDX-License-Identifier: Apache-2.0
// Returns: goods come back, money goes back unit by unit.
#include <algorithm>
#include <array>

#include "sandbox/walmart/world.h"

namespace crossdock::sandbox::walmart {

namespace {

constexpr std::array<std::string_view, 5> kReasons{"DAMAGED", "ARRIVED_LATE", "CHANGED_MIND", "WRONG_ITEM",
                                                   "DEFECTIVE"};

}  // namespace

Return* World::returned(std::int64_t id) {
    const auto at = returns.find(id);
    return at == returns.end() ? nullptr : &at->second;
}

Return* World::start_return(Order& order, const StartReturn& wish) {
    std::vector<ReturnUnits> wanted = wish.lines;
    if (wanted.empty()) {
        for (const Line& line : order.lines) {
            const int held = line.in(LineStatus::shipped) + line.in(LineStatus::delivered);
            if (held == 0 || line.return_id != 0) continue;
            wanted.push_back({line.number, held});
            break;
        }
    }
    if (wanted.empty()) return nullptr;
    for (const ReturnUnits& units : wanted) {
        const Line* line = order.line(units.line_number);
        if (line == nullptr || line->return_id != 0 || units.quantity < 1 ||
            units.quantity > line->in(LineStatus::shipped) + line->in(LineStatus::delivered))
            return nullptr;
    }
    const std::int64_t id = ++next_return_;
    Return& it = returns[id];
    it.id = id;
    it.order = order.id;
    it.customer_order = order.customer_order;
    it.replacement = wish.replacement;
    it.wfs = order.node_type == 1;
    it.buyer = order.buyer;
    it.reason = kReasons[static_cast<std::size_t>(random.below(kReasons.size()))];
    it.created = now();
    for (const ReturnUnits& units : wanted) {
        Line& line = *order.line(units.line_number);
        line.return_id = id;
        ReturnLine back;
        back.number = static_cast<int>(it.lines.size()) + 1;
        back.order_line = line.number;
        back.good = line.good;
        back.quantity = units.quantity;
        back.product_cents = line.product_cents / line.quantity;
        back.product_tax_cents = line.product_tax_cents / line.quantity;
        back.shipping_cents = line.shipping_cents / line.quantity;
        back.shipping_tax_cents = std::max<std::int64_t>(0, line.shipping_tax_cents) / line.quantity;
        back.discount_cents = line.discount_cents / line.quantity;
        back.restocking_cents = wish.restocking_fee_cents;
        back.keep_it = wish.keep_it;
        back.steps = {{"RETURN_INITIATED", "Return initiated for MARKET_PLACE", now()}};
        it.lines.push_back(std::move(back));
    }
    touch(it);
    touch(order);
    if (wish.replacement) {
        PlaceOrder fresh;
        for (const ReturnLine& line : it.lines) fresh.items.push_back({goods.sku(line.good), line.quantity});
        fresh.replacement = true;
        fresh.original_customer_order = order.customer_order;
        fresh.node_type = kNodeTypes[static_cast<std::size_t>(order.node_type)];
        it.replacement_order = place(fresh).customer_order;
    }
    if (listener) listener({"RETURN_CREATED", nullptr, &it});
    return &it;
}

bool World::arrive(Return& it) {
    if (it.status != "INITIATED" || it.cancelled) return false;
    it.status = "DELIVERED";
    for (ReturnLine& line : it.lines)
        line.steps.push_back({"RETURN_DELIVERED", "A MARKET_PLACE return was delivered", now()});
    touch(it);
    return true;
}

bool World::refund(Return& it, int units) {
    if (it.cancelled) return false;
    bool changed = false;
    int left = units;
    for (ReturnLine& line : it.lines) {
        const int open = line.quantity - line.refunded;
        const int count = units == 0 ? open : std::min(left, open);
        if (it.replacement) {  // new goods went out: no money
            changed = changed || it.status != "COMPLETED";
            continue;
        }
        if (count == 0) continue;
        line.refunded += count;
        left -= count;
        line.refunds.emplace_back(now(), count);
        line.steps.push_back({"REFUND_INITIATED", "Refund initiated", now()});
        changed = true;
    }
    if (!changed) return false;
    if (it.replacement || it.refunded() == it.quantity()) it.status = "COMPLETED";
    touch(it);
    if (listener) listener({"RETURN_REFUNDED", nullptr, &it});
    return true;
}

bool World::cancel(Return& it) {
    if (it.cancelled || it.refunded() > 0) return false;
    it.cancelled = true;
    it.status = "COMPLETED";  // covers cancelled returns too
    for (ReturnLine& line : it.lines) line.steps.push_back({"RETURN_CANCELLED", "Return cancelled", now()});
    touch(it);
    return true;
}

void World::process(Feed& feed) {
    feed.changed = now();
    if (!feed.error_code.empty()) {
        feed.status = "ERROR";
        return;
    }
    for (Feed::Row& row : feed.rows) {
        if (!row.fault_code.empty()) {
            row.status = row.fault_code == "SYSTEM_ERROR" ? "SYSTEM_ERROR" : "DATA_ERROR";
            ++counters.feed_rows_failed;
            continue;
        }
        const std::int64_t good = *goods.find(row.sku);
        // It overwrites what was put in the meantime: a feed is as old as its submission.
        for (const auto& [node, quantity] : row.quantities) {
            stock.set(good, *stock.node(node), quantity, now());
            ++counters.stock_sets;
        }
        row.status = "SUCCESS";
    }
    feed.status = "PROCESSED";
}

}  // namespace crossdock::sandbox::walmart
