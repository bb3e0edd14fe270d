// SPDX-License-Identifier: Apache-2.0
// Money that moves: shipments that are paid for, refunds of every kind, deferred ones among them.
#include <algorithm>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {

FinancialEvent& World::post(Order& order, bool shipment) {
    FinancialEvent& event = events.emplace_back();
    event.index = static_cast<std::uint32_t>(events.size() - 1);
    event.order = order.index;
    event.shipment = shipment;
    event.id = "amzn1:crow:SBX" + fresh_id(10);
    event.transaction_id = "SBXTX" + fresh_id(12);
    event.posted_at = from_ms(to_ms(now_) / 1000 * 1000);
    events_by_date.emplace(event.posted_at, event.index);
    return event;
}

FinancialEvent* World::event(std::string_view id) {
    const auto at = std::find_if(events.begin(), events.end(), [&](const FinancialEvent& it) { return it.id == id; });
    return at == events.end() ? nullptr : &*at;
}

RefundLine World::refund_line(const Order& order, std::size_t number, int units) const {
    const Line& line = order.lines[number];
    const auto part = [&](Minor whole) { return line.ordered == 0 ? 0 : whole * units / line.ordered; };
    RefundLine out;
    out.line = number;
    out.units = units;
    const Minor price = line.unit_price * units;
    const Minor promotion = part(line.promotion);
    // Prices with the tax inside are split: the finance APIs state principal and tax apart everywhere.
    out.tax = tax_on(price, *order.store) - tax_on(promotion, *order.store);
    out.principal = order.store->tax_inside ? price - tax_on(price, *order.store) : price;
    out.promotion = order.store->tax_inside ? promotion - tax_on(promotion, *order.store) : promotion;
    const Minor shipping = part(line.shipping - line.shipping_discount);
    out.shipping_tax = tax_on(shipping, *order.store);
    out.shipping = order.store->tax_inside ? shipping - out.shipping_tax : shipping;
    return out;
}

FinancialEvent* World::refund(Order& order, const RefundWish& wish) {
    if (order.without_money() || order.status == OrderStatus::canceled) return nullptr;
    std::vector<RefundLine> lines;
    int wanted = wish.units;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        Line& line = order.lines[i];
        const int open = line.ordered - line.refunded;
        if (wish.kind == RefundKind::goodwill) {
            RefundLine& kind = lines.emplace_back();
            kind.line = i;
            kind.goodwill = 300;
        } else {
            const int units = wish.units == 0 ? open : std::min(open, wanted);
            if (units <= 0) continue;
            lines.push_back(refund_line(order, i, units));
            if (wish.kind == RefundKind::restocked) lines.back().restocking = lines.back().principal / 5;
            line.refunded += units;
            wanted -= units;
        }
        lines.back().adjustment_id = fresh_id(14);
        if (wish.kind == RefundKind::goodwill || (wish.units > 0 && wanted <= 0)) break;
    }
    if (lines.empty()) return nullptr;
    FinancialEvent& event = post(order, false);
    event.kind = wish.kind;
    event.deferred = wish.deferred;
    event.lines = std::move(lines);
    order.refunds.push_back(event.index);
    ++counters.refunds_posted;
    if (wish.deferred && options_.life_cycle) {
        at(now_ + std::chrono::hours(24 * 7), [this, number = event.index] { release(events[number]); });
    }
    return &event;
}

bool World::release(FinancialEvent& event) {
    if (!event.deferred) return false;
    event.deferred = false;
    event.released_at = from_ms(to_ms(now_) / 1000 * 1000);
    if (options_.release_renames) event.renamed_id = "SBXTX" + fresh_id(12);
    if (!options_.release_keeps_date) {
        events_by_date.erase({event.posted_at, event.index});
        event.posted_at = *event.released_at;
        events_by_date.emplace(event.posted_at, event.index);
    }
    return true;
}

}  // namespace crossdock::sandbox::amazon
