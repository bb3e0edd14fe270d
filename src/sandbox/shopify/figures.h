// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sandbox/shopify/model.h"

// What follows from an order's parts: sums and status words. Every sum of an order adds up exactly, in both currencies.
namespace crossdock::sandbox::shopify {

/// Digits after the point: 2, for JPY 0, for KWD 3.
int decimals_of(std::string_view currency);
/// "15.0", "7.1", "226.0": GraphQL's Decimal with trimmed zeros, one digit at least.
std::string trimmed_decimal(std::int64_t minor, std::string_view currency);
/// "15.00": the Money scalar and REST bodies.
std::string fixed_decimal(std::int64_t minor, std::string_view currency);

/// `part` of `whole` units, rounded so that parts taken one after the other add up to the whole.
Amount share(Amount total, int part, int whole);
/// The units from `from` to `to` of a line of `whole`.
Amount slice(Amount total, int from, int to, int whole);

Amount original_total(const Line& line);
Amount discount_of(const Line& line);
/// Without order-level discounts; codes of the line only with `with_codes`.
Amount line_level_discount(const Line& line, bool with_codes);
Amount tax_of(const Line& line);
Amount tax_of(const ShippingLine& line);

struct Totals {
    Amount subtotal, shipping, tax, discounts, total;
};
/// As ordered.
Totals ordered_totals(const Order& order);
/// What is left after edits, refunds and cancellation.
Totals current_totals(const Order& order);

Amount received(const Order& order);
Amount refunded(const Order& order);
Amount refunded(const Order& order, const Refund& refund);
/// Not below zero; nothing for a cancelled order.
Amount outstanding(const Order& order);
/// "" when the real API says null.
std::string financial_status(const Order& order);
std::string fulfillment_status(const Order& order);

}  // namespace crossdock::sandbox::shopify
