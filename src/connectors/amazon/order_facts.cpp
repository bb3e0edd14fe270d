// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/order_facts.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace crossdock::connectors::amazon {
namespace {

using domain::Money;
using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kAmazonShips = "Amazon (FBA)";

OrderStatus status_of(Phase phase) {
    switch (phase) {
        case Phase::pending:
        case Phase::unshipped:
        case Phase::unknown: return OrderStatus::open;
        case Phase::partially_shipped: return OrderStatus::partially_fulfilled;
        case Phase::shipped: return OrderStatus::fulfilled;
        case Phase::cancelled: return OrderStatus::cancelled;
        case Phase::unfulfillable: return OrderStatus::closed;
    }
    return OrderStatus::open;
}

std::string payment_status_of(const OrderFacts& facts) {
    switch (facts.phase) {
        case Phase::pending: return "pending";
        case Phase::unshipped:
        case Phase::partially_shipped: return facts.cash_on_delivery ? "pending" : "paid";
        case Phase::shipped:
        case Phase::unfulfillable: return "paid";
        case Phase::cancelled: return "canceled";
        case Phase::unknown: return "unknown";
    }
    return "unknown";
}

std::string line_state(const LineFacts& line, const OrderFacts& facts) {
    const std::string prefix = facts.by_amazon ? "afn:" : "";
    if (facts.phase == Phase::cancelled) return prefix + "cancelled";
    const std::int64_t shipped = line.shipped.value_or(facts.phase == Phase::shipped ? line.ordered : 0);
    if (shipped <= 0) return prefix + "unshipped";
    return prefix + (shipped >= line.ordered ? "shipped" : "partially_shipped");
}

/// Units the ERP may ship now, never more than were ordered. While the payment is pending there are none: Amazon
/// refuses them.
std::int64_t shippable(const LineFacts& line, const OrderFacts& facts) {
    const bool can_ship = facts.phase == Phase::unshipped || facts.phase == Phase::partially_shipped;
    if (!can_ship || facts.by_amazon) return 0;
    const std::int64_t open = line.open.value_or(line.ordered - line.shipped.value_or(0));
    return std::clamp<std::int64_t>(open, 0, std::max<std::int64_t>(line.ordered, 0));
}

std::optional<std::string> joined(const std::vector<std::string>& parts, std::string_view between) {
    if (parts.empty()) return std::nullopt;
    std::string out;
    for (const auto& part : parts) {
        if (!out.empty()) out += between;
        out += part;
    }
    return out;
}

OrderLine line_of(const LineFacts& facts, const OrderFacts& order, std::size_t index) {
    OrderLine line;
    line.external_line_id = facts.id;
    line.sku = facts.sku;
    line.title = facts.title;
    line.variant_sku = facts.asin;
    if (facts.sku && !order.marketplace_id.empty()) line.variant_id = variant_key(order.marketplace_id, *facts.sku);
    line.quantity = facts.ordered;
    line.shippable_quantity = shippable(facts, order);
    if (facts.open && facts.shipped && *facts.open + *facts.shipped < facts.ordered)
        line.current_quantity = *facts.open + *facts.shipped;  // the rest was cancelled
    line.unit_price = facts.unit;
    line.total_price = facts.item;
    if (!line.unit_price && facts.item && facts.ordered > 0) {
        const int digits = domain::currency_digits(facts.item->currency).value_or(2);
        line.unit_price = Money{domain::divide(*facts.item, facts.ordered, digits).units, facts.item->currency};
    }
    if (!line.total_price && line.unit_price && facts.ordered > 0)
        line.total_price =
            Money{times(line.unit_price->minor, facts.ordered, {"price", "lines", index}), line.unit_price->currency};
    // Amazon's price is the selling price already.
    if (line.unit_price) line.selling_unit_price = domain::divide(*line.unit_price, 1, 2);
    line.tax_amount = facts.tax;
    line.discount_amount = facts.discount;
    line.shipping_amount = facts.shipping;
    line.fulfillment_status = line_state(facts, order);
    line.is_gift = facts.gift;
    std::vector<std::string> notes;
    if (facts.gift_message) notes.push_back(*facts.gift_message);
    line.notes = joined(notes, "\n");
    return line;
}

std::optional<std::string> notes_of(const OrderFacts& facts) {
    std::vector<std::string> notes;
    if (facts.purchase_order) notes.push_back("Purchase order: " + *facts.purchase_order);
    for (const LineFacts& line : facts.lines)
        if (line.gift_message)
            notes.push_back("Gift message for " + line.sku.value_or("line " + line.id) + ": " + *line.gift_message);
    // No status of its own: an ERP that ships all the same would send goods nobody wants any more.
    for (const LineFacts& line : facts.lines)
        if (line.cancel_requested)
            notes.push_back("The buyer asks to cancel " + line.sku.value_or("line " + line.id) +
                            (line.cancel_reason ? ": " + *line.cancel_reason : ""));
    return joined(notes, "\n");
}

/// A sum over the lines of what each states, when the order itself says nothing.
std::optional<Money> total_of(const std::optional<Money>& stated, const std::vector<OrderLine>& lines,
                              std::optional<Money> OrderLine::*field, const Amounts& amounts) {
    if (stated) return stated;
    OptionalSum sum;
    for (std::size_t i = 0; i < lines.size(); ++i) sum.add(lines[i].*field, {"amounts", "lines", i});
    return sum.get(amounts.currency());
}

}  // namespace

std::string variant_key(std::string_view marketplace_id, std::string_view sku) {
    return std::string{marketplace_id} + ":" + std::string{sku};
}

std::optional<std::string> joined_lines(std::optional<std::string> second, std::optional<std::string> third) {
    if (!second) return third;
    if (third) *second += ", " + *third;
    return second;
}

std::string order_currency(std::string_view stated, OrderFacts& facts, const OrderRules& rules) {
    if (!stated.empty()) return std::string{stated};
    if (std::string own = currency_of(facts.marketplace_id, rules.profile); !own.empty()) return own;
    facts.problems.push_back({"currency_assumed", "neither the order nor its marketplace states a currency; " +
                                                      rules.fallback_currency + " is the channel's own"});
    return rules.fallback_currency;
}

MappedOrder assemble(OrderFacts facts) {
    MappedOrder mapped;
    domain::Order& order = mapped.order;
    order.external_order_id = facts.id;
    order.order_number_hint = facts.seller_order_id ? facts.seller_order_id : std::optional{facts.id};
    order.status = status_of(facts.phase);
    order.payment_status = payment_status_of(facts);
    order.payment_method = joined(facts.payment_methods, ", ");
    order.ordered_at = facts.created;
    order.last_remote_update_at = facts.updated;
    order.buyer_name = facts.buyer_name ? facts.buyer_name : facts.shipping.name;
    order.buyer_email = facts.buyer_email;
    order.currency = facts.currency;
    order.shipping = facts.shipping;  // there is no billing address at Amazon, and shipping's is none
    order.notes = notes_of(facts);
    if (facts.by_amazon) order.shipped_by = std::string{kAmazonShips};
    if (facts.phase == Phase::unknown)
        facts.problems.push_back(
            {"status_unknown", "Amazon's order status " + shown(facts.status_word) +
                                   " is not known; the order is taken as open, not to be shipped"});

    const bool to_be_shipped =
        !facts.by_amazon && (facts.phase == Phase::unshipped || facts.phase == Phase::partially_shipped);
    if (to_be_shipped && !facts.shipping.name && !facts.shipping.address1)
        facts.problems.push_back(
            {"pii_missing",
             "Amazon shows neither the name nor the street of whom the order goes to: the app lacks the "
             "role Direct-to-Consumer Delivery"});

    std::set<std::string_view> seen;
    for (const LineFacts& line : facts.lines) {
        if (!seen.insert(line.id).second) continue;  // pages that overlap
        order.lines.push_back(line_of(line, facts, order.lines.size()));
        order.is_gift = order.is_gift || line.gift;
    }
    const Amounts amounts(facts.currency);
    order.subtotal_amount = total_of(facts.item, order.lines, &OrderLine::total_price, amounts);
    order.shipping_amount = total_of(facts.shipping_price, order.lines, &OrderLine::shipping_amount, amounts);
    order.tax_amount = total_of(facts.tax, order.lines, &OrderLine::tax_amount, amounts);
    order.discount_amount = total_of(facts.discount, order.lines, &OrderLine::discount_amount, amounts);
    order.total_amount = facts.total;
    mapped.problems = std::move(facts.problems);
    return mapped;
}

}  // namespace crossdock::connectors::amazon
