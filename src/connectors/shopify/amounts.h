// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "connectors/fields.h"
#include "connectors/json_view.h"
#include "domain/money.h"

namespace crossdock::connectors::shopify {

/// Reads money in the order's currency, and remembers what was odd about it.
class Amounts {
public:
    explicit Amounts(std::string currency) : currency_(std::move(currency)) {}
    /// `shopMoney.amount` of a MoneyBag; nullopt when the bag or the amount is null or missing. Throws FieldError.
    std::optional<domain::Money> read(JsonView bag, const Place& place);
    [[nodiscard]] domain::Money of(std::int64_t minor) const { return {minor, currency_}; }
    [[nodiscard]] const std::string& currency() const { return currency_; }
    /// The first field that states another currency; empty when there is none.
    [[nodiscard]] const std::string& foreign_place() const { return foreign_place_; }

private:
    std::string currency_;
    std::string foreign_place_;
};

}  // namespace crossdock::connectors::shopify
