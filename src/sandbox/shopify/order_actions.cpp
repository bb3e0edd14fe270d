// SPDX-License-Identifier: Apache-2.0
// Money and state of an order: pay, cancel, refund, note, archive.
#include <algorithm>
#include <cmath>

#include "sandbox/shopify/figures.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

namespace {

/// Payments and refunds in another currency are booked at the rate of their day, which is never that of checkout.
Amount at_rate_of_day(const Order& order, Amount amount, SeededRandom& random) {
    if (order.currency == order.presentment) return amount;
    const double drift = 0.94 + random.unit() * 0.12;
    return {std::llround(static_cast<double>(amount.shop) * drift), amount.presentment};
}

Amount net_of(const Line& line) { return original_total(line) - discount_of(line); }

}  // namespace

bool World::pay(Order& order) {
    const Amount owed = outstanding(order);
    if (order.cancelled_at || owed.presentment <= 0) return false;
    std::int64_t authorization = 0;
    for (const Transaction& transaction : order.transactions) {
        if (transaction.kind == "AUTHORIZATION" && transaction.status == "SUCCESS") authorization = transaction.id;
    }
    if (order.gateways.empty()) order.gateways.emplace_back("manual");
    Transaction& transaction = order.transactions.emplace_back();
    transaction.order = &order;
    transaction.id = next_id("OrderTransaction");
    transaction.parent_id = authorization;
    transaction.kind = authorization != 0 ? "CAPTURE" : "SALE";
    transaction.status = "SUCCESS";
    transaction.gateway = order.gateways.front();
    transaction.amount = at_rate_of_day(order, owed, random_);
    transaction.created_at = now_;
    transaction.processed_at = now_;
    Subject subject;
    subject.order = &order;
    emit("ORDER_TRANSACTIONS_CREATE", subject);
    touch(order, "ORDERS_PAID");
    return true;
}

void World::change_note(Order& order, const std::string& note) {
    order.note = note;
    touch(order);
}

void World::archive(Order& order, bool closed) {
    if (closed)
        order.closed_at = now_;
    else
        order.closed_at.reset();
    touch(order);
}

/// The shipped units of a refund came back as a return.
void World::take_back(Order& order, Refund& refund) {
    static const char* const notes[] = {"", "Bought one size too small by mistake.", "", "A corner was dented."};
    Return back;
    back.order = &order;
    for (const RefundLine& row : refund.lines) {
        if (row.restock_type != "RETURN") continue;
        ReturnLine& line = back.lines.emplace_back();
        line.order = &order;
        line.id = next_id("ReturnLineItem");
        line.line_id = row.line_id;
        line.quantity = row.quantity;
        line.reason = line.id;  // one after the other, all of the catalogue's
        line.reason_note = notes[line.id % 4];
        for (const Fulfillment& shipment : order.fulfillments) {
            for (const FulfillmentLine& sent : shipment.lines) {
                if (sent.line_id == row.line_id) line.fulfillment_line_id = sent.id;
            }
        }
    }
    if (back.lines.empty()) return;
    back.id = refund.return_id = next_id("Return");
    back.name = order.name + "-R" + std::to_string(order.returns.size() + 1);
    order.returns.push_back(std::move(back));
}

bool World::refund(Order& order, int units, bool pending, const std::string& restock_type, const std::string& note) {
    if (order.cancelled_at && restock_type != "CANCEL") return false;
    const Amount in = received(order);
    const bool everything = units <= 0;
    Refund refund;
    Amount sum;
    int left = everything ? 1'000'000 : units;
    for (Line& line : order.lines) {
        const int take = std::min(left, line.current());
        if (take <= 0) continue;
        left -= take;
        // Units that were shipped come back; the others are taken out of what is still to ship.
        const int unshipped = std::min(take, std::max(0, line.unfulfilled()));
        int start = line.quantity - line.current();  // slices one after the other add up to the line exactly
        for (const auto& [count, type] :
             {std::pair{unshipped, std::string("CANCEL")}, std::pair{take - unshipped, restock_type}}) {
            if (count <= 0) continue;
            RefundLine& row = refund.lines.emplace_back();
            row.order = &order;
            row.id = next_id("RefundLineItem");
            row.line_id = line.id;
            row.quantity = count;
            row.restock_type = type;
            row.restocked = type == "CANCEL" || type == "RETURN";
            row.location_id = row.restocked ? locations[0].id : 0;
            row.subtotal = slice(net_of(line), start, start + count, line.quantity);
            row.tax = slice(tax_of(line), start, start + count, line.quantity);
            sum += row.subtotal;
            if (!order.taxes_included) sum += row.tax;
            start += count;
        }
        if (unshipped > 0) {
            shrink_groups(order, line, unshipped, true);
            line.refunded_unshipped += unshipped;
        }
        line.refunded_shipped += take - unshipped;
        if (take > unshipped && restock_type == "RETURN") {
            if (Level* stock = stock_of(line, locations[0].id))
                change_level(*stock, stock->available + take - unshipped, stock->committed);
        }
    }
    if (everything) {
        for (ShippingLine& line : order.shipping_lines) {
            const Amount rest = line.original - line.discount - line.refunded;
            if (rest == Amount{}) continue;
            RefundShipping& row = refund.shipping.emplace_back();
            row.order = &order;
            row.id = next_id("RefundShippingLine");
            row.shipping_line_id = line.id;
            row.subtotal = rest;
            row.tax = tax_of(line) - line.refunded_tax;
            line.refunded += row.subtotal;
            line.refunded_tax += row.tax;
            sum += row.subtotal;
            if (!order.taxes_included) sum += row.tax;
        }
        if (order.cancelled_at) sum += order.tip;
    }
    if (refund.lines.empty() && refund.shipping.empty()) return false;
    refund.order = &order;
    refund.id = next_id("Refund");
    refund.note = note;
    refund.created_at = refund.updated_at = now_;

    // Never more than was paid, counting refunds still under way; now and then a little less, because something is
    // damaged.
    Amount under_way = refunded(order);
    for (const Transaction& transaction : order.transactions) {
        if (transaction.kind == "REFUND" && transaction.status == "PENDING") under_way += transaction.amount;
    }
    const std::int64_t room = std::max<std::int64_t>(0, in.presentment - under_way.presentment);
    Amount money = sum;
    if (money.presentment > room)
        money =
            sum.presentment == 0 ? Amount{} : slice(sum, 0, static_cast<int>(room), static_cast<int>(sum.presentment));
    else if (!everything && money.shop > 1000 && random_.unit() < 0.2)
        money = share(sum, 85, 100);
    Amount gap = sum - money;
    if (order.cancelled_at) gap -= order.tip;  // a tip has no refund row of its own
    if (gap != Amount{}) {
        Adjustment& row = refund.adjustments.emplace_back();
        row.order = &order;
        row.id = next_id("OrderAdjustment");
        row.reason = money.presentment == room ? "REFUND_DISCREPANCY" : "DAMAGE";
        row.amount = gap;
    }
    if (money.presentment > 0) {
        Transaction& transaction = order.transactions.emplace_back();
        transaction.order = &order;
        transaction.id = next_id("OrderTransaction");
        transaction.refund_id = refund.id;
        for (const Transaction& earlier : order.transactions) {
            if (earlier.kind == "SALE" || earlier.kind == "CAPTURE") transaction.parent_id = earlier.id;
        }
        transaction.kind = "REFUND";
        transaction.status = pending ? "PENDING" : "SUCCESS";
        transaction.gateway = order.gateways.front();
        transaction.amount = at_rate_of_day(order, money, random_);
        transaction.created_at = now_;
        if (!pending) transaction.processed_at = now_;
        if (pending) {
            at(now_ + 24h, [this, order_id = order.id, id = transaction.id, refund_id = refund.id] {
                Order& later = *this->order(order_id);
                for (Transaction& settled : later.transactions) {
                    if (settled.id != id) continue;
                    settled.status = "SUCCESS";
                    settled.processed_at = now_;
                }
                for (Refund& known : later.refunds) {
                    if (known.id == refund_id) known.updated_at = now_;
                }
                touch(later);
            });
        }
    }
    if (restock_type == "RETURN") take_back(order, refund);
    order.refunds.push_back(std::move(refund));
    refund_owner_[order.refunds.back().id] = order.id;
    Subject subject;
    subject.order = &order;
    subject.refund = &order.refunds.back();
    emit("REFUNDS_CREATE", subject);
    touch(order);
    return true;
}

bool World::cancel(Order& order, const std::string& reason, bool restock) {
    if (order.cancelled_at) return false;
    for (const Fulfillment& shipment : order.fulfillments) {
        if (shipment.status == "SUCCESS") return false;
    }
    order.cancelled_at = order.closed_at = std::chrono::floor<std::chrono::seconds>(now_);
    order.cancel_reason = reason;
    if (received(order).presentment > refunded(order).presentment) {
        refund(order, 0, false, "CANCEL", "");
    } else {
        for (Line& line : order.lines) {
            const int units = line.unfulfilled();
            if (units <= 0) continue;
            shrink_groups(order, line, units, restock);
            line.removed += units;
        }
        for (const Transaction& transaction : order.transactions) {
            if (transaction.kind == "AUTHORIZATION") order.voided = true;
        }
        if (order.source_name != "api") order.voided = true;
    }
    for (FulfillmentOrder& group : order.fulfillment_orders) {
        if (group.status == "CLOSED") continue;
        group.status = "CLOSED";
        group.holds.clear();
        group.updated_at = now_;
    }
    touch(order, "ORDERS_CANCELLED");
    return true;
}

}  // namespace crossdock::sandbox::shopify
