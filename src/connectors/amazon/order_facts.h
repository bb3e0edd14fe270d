// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "connectors/amazon/amounts.h"
#include "connectors/amazon/settings.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// What the mapping has to know besides the payload.
struct OrderRules {
    Profile profile;
    std::string fallback_currency;  // of the channel's first marketplace
};

/// Where an order stands, in words that both versions of the Orders API share.
enum class Phase { pending, unshipped, partially_shipped, shipped, cancelled, unfulfillable, unknown };

struct LineFacts {
    std::string id;
    std::optional<std::string> sku, title, asin;
    std::int64_t ordered = 0;
    std::optional<std::int64_t> shipped;
    std::optional<std::int64_t> open;   // still to be shipped, where the API says so: without what was cancelled
    std::optional<domain::Money> unit;  // as stated; else it is worked out of `item`
    std::optional<domain::Money> item, shipping, tax, discount;
    bool gift = false;
    std::optional<std::string> gift_message;
    bool cancel_requested = false;
    std::optional<std::string> cancel_reason;
};

/// An order as either version of the API states it.
struct OrderFacts {
    std::string id, marketplace_id;
    std::optional<std::string> seller_order_id;
    Phase phase = Phase::unknown;
    std::string status_word;  // Amazon's, for a message
    bool by_amazon = false;
    Timestamp created{};
    std::optional<Timestamp> updated;
    std::string currency;
    std::optional<std::string> buyer_name, buyer_email, purchase_order;
    domain::Address shipping;
    std::vector<std::string> payment_methods;
    bool cash_on_delivery = false;
    std::optional<domain::Money> total;
    std::optional<domain::Money> item, shipping_price, tax, discount;  // of the order as a whole, where it says so
    std::vector<LineFacts> lines;
    std::vector<domain::Problem> problems;
};

/// The hub's order, the same whichever version the facts came from. Throws FieldError.
///
/// Prices are as Amazon gives them. In the United States and Canada tax comes on top; in countries with VAT (EU, UK)
/// ItemPrice *includes* ItemTax: a German line of 25.99 with ItemTax 4.15 holds 19 % of it. The contract wants
/// selling_unit_price "always tax-exclusive" and "same as unit_price for Amazon", which contradict each other there; we
/// follow the second, leave taxes_included null and state the tax in tax_amount, so that an ERP that wants net prices
/// can subtract it.
MappedOrder assemble(OrderFacts facts);

/// The currency the order counts in: as stated, else its marketplace's, else the channel's (then it is a problem).
std::string order_currency(std::string_view stated, OrderFacts& facts, const OrderRules& rules);

/// The catalogue's key of what is sold: one seller's sku in one marketplace.
std::string variant_key(std::string_view marketplace_id, std::string_view sku);

/// "line 2, line 3" when both are there.
std::optional<std::string> joined_lines(std::optional<std::string> second, std::optional<std::string> third);

}  // namespace crossdock::connectors::amazon
