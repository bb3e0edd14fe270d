// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/money.h"

namespace crossdock::domain {

struct RefundLine {
    std::optional<std::string> external_line_id, sku, title, variant_sku;
    std::int64_t quantity = 0;
    std::optional<Decimal> unit_refund;  // two digits
    std::optional<Money> total_refund, tax_amount, discount_amount, shipping_amount;
    std::optional<std::string> reason_code, notes;
    friend bool operator==(const RefundLine&, const RefundLine&) = default;
};

/// The contract's RefundEvent. Amounts the channel does not break down are absent, never zero.
struct Refund {
    std::string external_order_id;
    std::string external_refund_id;
    Timestamp occurred_at{};
    std::string currency;
    std::optional<Money> total_amount;  // also the contract's legacy `amount`
    std::optional<Money> subtotal_amount, shipping_amount, tax_amount, discount_amount;
    std::optional<std::string> payment_status, payment_method, reason_code, notes;
    std::vector<RefundLine> lines;
    bool settled = true;                // false while the channel still moves the money: read it again later
    friend bool operator==(const Refund&, const Refund&) = default;
};

}  // namespace crossdock::domain
