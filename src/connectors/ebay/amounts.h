// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "connectors/fields.h"
#include "connectors/json_view.h"
#include "domain/money.h"

namespace crossdock::connectors::ebay {

/// The currency an amount states; empty when it states none.
std::string_view stated_currency(JsonView amount);

/// Reads amounts {"value":"12.5","currency":"USD"} of one currency. One in another currency is left out and remembered:
/// eBay converts some into the seller's payout currency.
class Amounts {
public:
    explicit Amounts(std::string currency) : currency_(std::move(currency)) {}
    /// nullopt when there is none. Throws FieldError.
    std::optional<domain::Money> read(JsonView amount, const Place& place);
    [[nodiscard]] domain::Money of(std::int64_t minor) const { return {minor, currency_}; }
    [[nodiscard]] const std::string& currency() const { return currency_; }
    /// The first field that states another currency; empty when there is none.
    [[nodiscard]] const std::string& foreign_place() const { return foreign_place_; }

private:
    std::string currency_;
    std::string foreign_place_;
};

}  // namespace crossdock::connectors::ebay
