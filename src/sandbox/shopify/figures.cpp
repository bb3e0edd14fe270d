// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/figures.h"

#include <algorithm>

namespace crossdock::sandbox::shopify {
namespace {

std::string decimal(std::int64_t minor, int digits) {
    const bool negative = minor < 0;
    std::string text = std::to_string(negative ? -minor : minor);
    const auto width = static_cast<std::size_t>(digits) + 1;
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), ".");
    return negative ? "-" + text : text;
}

std::int64_t portion(std::int64_t total, int part, int whole) {
    const std::int64_t doubled = 2 * total * part;
    const std::int64_t divisor = 2 * std::int64_t{whole};
    return doubled >= 0 ? (doubled + whole) / divisor : -((-doubled + whole) / divisor);
}

}  // namespace

int decimals_of(std::string_view currency) {
    if (currency == "JPY") return 0;
    return currency == "KWD" ? 3 : 2;
}

std::string trimmed_decimal(std::int64_t minor, std::string_view currency) {
    std::string text = decimal(minor, decimals_of(currency));
    if (text.find('.') == std::string::npos) return text + ".0";
    while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
    return text;
}

std::string fixed_decimal(std::int64_t minor, std::string_view currency) {
    return decimal(minor, decimals_of(currency));
}

Amount share(Amount total, int part, int whole) {
    if (whole <= 0) return {};
    return {portion(total.shop, part, whole), portion(total.presentment, part, whole)};
}

Amount slice(Amount total, int from, int to, int whole) { return share(total, to, whole) - share(total, from, whole); }

Amount original_total(const Line& line) {
    return {line.unit_price.shop * line.quantity, line.unit_price.presentment * line.quantity};
}

Amount discount_of(const Line& line) {
    Amount sum;
    for (const Allocation& allocation : line.allocations) sum += allocation.amount;
    return sum;
}

Amount line_level_discount(const Line& line, bool with_codes) {
    Amount sum;
    for (const Allocation& allocation : line.allocations) {
        const DiscountApplication& application =
            line.order->discounts[static_cast<std::size_t>(allocation.application)];
        if (application.target_selection == "ALL") continue;
        if (application.kind == "code" && !with_codes) continue;
        sum += allocation.amount;
    }
    return sum;
}

Amount tax_of(const Line& line) {
    Amount sum;
    for (const TaxLine& tax : line.taxes) sum += tax.amount;
    return sum;
}

Amount tax_of(const ShippingLine& line) {
    Amount sum;
    for (const TaxLine& tax : line.taxes) sum += tax.amount;
    return sum;
}

Totals ordered_totals(const Order& order) {
    Totals sums;
    for (const Line& line : order.lines) {
        sums.subtotal += original_total(line) - discount_of(line);
        sums.discounts += discount_of(line);
        sums.tax += tax_of(line);
    }
    for (const ShippingLine& line : order.shipping_lines) {
        sums.shipping += line.original;
        sums.discounts += line.discount;
        sums.tax += tax_of(line);
    }
    sums.total = sums.subtotal + sums.shipping + order.tip;
    for (const ShippingLine& line : order.shipping_lines) sums.total -= line.discount;
    if (!order.taxes_included) sums.total += sums.tax;
    return sums;
}

Totals current_totals(const Order& order) {
    Totals sums;
    for (const Line& line : order.lines) {
        const int left = line.current();
        sums.subtotal += share(original_total(line) - discount_of(line), left, line.quantity);
        sums.discounts += share(discount_of(line), left, line.quantity);
        sums.tax += share(tax_of(line), left, line.quantity);
    }
    if (order.cancelled_at && received(order) == Amount{}) return sums;  // nothing was paid, nothing is owed
    Amount shipping_discount;
    for (const ShippingLine& line : order.shipping_lines) {
        const bool gone = line.refunded == line.original - line.discount && line.refunded != Amount{};
        sums.shipping += gone ? Amount{} : line.original - line.refunded;
        sums.tax += tax_of(line) - line.refunded_tax;
        if (!gone) shipping_discount += line.discount;
    }
    sums.discounts += shipping_discount;
    sums.total = sums.subtotal + sums.shipping - shipping_discount + order.tip;
    if (!order.taxes_included) sums.total += sums.tax;
    return sums;
}

Amount received(const Order& order) {
    Amount sum;
    for (const Transaction& transaction : order.transactions) {
        const bool in = transaction.kind == "SALE" || transaction.kind == "CAPTURE";
        if (in && transaction.status == "SUCCESS") sum += transaction.amount;
    }
    return sum;
}

Amount refunded(const Order& order) {
    Amount sum;
    for (const Transaction& transaction : order.transactions) {
        if (transaction.kind == "REFUND" && transaction.status == "SUCCESS") sum += transaction.amount;
    }
    return sum;
}

Amount refunded(const Order& order, const Refund& refund) {
    Amount sum;
    for (const Transaction& transaction : order.transactions) {
        if (transaction.refund_id == refund.id && transaction.kind == "REFUND" && transaction.status == "SUCCESS") {
            sum += transaction.amount;
        }
    }
    return sum;
}

Amount outstanding(const Order& order) {
    if (order.cancelled_at) return {};
    // The buyer's currency decides whether something is owed; the shop side follows the rate of checkout.
    const Amount total = current_totals(order).total;
    const std::int64_t paid = received(order).presentment - refunded(order).presentment;
    if (paid >= total.presentment) return {};
    if (paid <= 0) return total;
    return slice(total, static_cast<int>(std::min<std::int64_t>(paid, total.presentment)),
                 static_cast<int>(total.presentment), static_cast<int>(total.presentment));
}

std::string financial_status(const Order& order) {
    const std::int64_t in = received(order).presentment;
    const std::int64_t out = refunded(order).presentment;
    if (out > 0) return out >= in ? "REFUNDED" : "PARTIALLY_REFUNDED";
    if (order.voided) return "VOIDED";
    if (in > 0) return outstanding(order).presentment > 0 ? "PARTIALLY_PAID" : "PAID";
    for (const Transaction& transaction : order.transactions) {
        if (transaction.kind == "AUTHORIZATION" && transaction.status == "SUCCESS") return "AUTHORIZED";
    }
    if (order.source_name == "api") return "";  // made through the API and never paid: the real one says null
    return ordered_totals(order).total == Amount{} ? "PAID" : "PENDING";
}

std::string fulfillment_status(const Order& order) {
    int shipped = 0;
    int open = 0;
    for (const Line& line : order.lines) {
        shipped += line.fulfilled;
        open += line.unfulfilled();
    }
    if (shipped > 0) return open == 0 ? "FULFILLED" : "PARTIALLY_FULFILLED";
    bool any = false;
    bool all_held = true;
    bool all_scheduled = true;
    for (const FulfillmentOrder& group : order.fulfillment_orders) {
        if (group.remaining() == 0) continue;
        any = true;
        all_held = all_held && group.status == "ON_HOLD";
        all_scheduled = all_scheduled && group.status == "SCHEDULED";
    }
    if (any && all_held) return "ON_HOLD";
    if (any && all_scheduled) return "SCHEDULED";
    return "UNFULFILLED";
}

}  // namespace crossdock::sandbox::shopify
