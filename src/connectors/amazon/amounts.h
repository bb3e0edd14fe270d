// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/fields.h"
#include "connectors/json_view.h"
#include "domain/money.h"

namespace crossdock::connectors::amazon {

/// "12.5", also for a JSON number written with an exponent ("1E+1"); empty when it is no number. Amounts are read from
/// the text: never through double.
std::string plain_decimal(std::string_view token);

/// Reads money in one currency. An amount in another one is left out and remembered.
class Amounts {
public:
    explicit Amounts(std::string currency) : currency_(std::move(currency)) {}
    /// {"CurrencyCode","Amount"}, {"currencyCode","amount"}, {"CurrencyCode","CurrencyAmount"} or
    /// {"currencyCode","currencyAmount"}; nullopt when there is none. Throws FieldError.
    std::optional<domain::Money> read(JsonView money, const Place& place);
    [[nodiscard]] domain::Money of(std::int64_t minor) const { return {minor, currency_}; }
    [[nodiscard]] const std::string& currency() const { return currency_; }
    /// The first field that states another currency; empty when there is none.
    [[nodiscard]] const std::string& foreign_place() const { return foreign_place_; }

private:
    std::string currency_;
    std::string foreign_place_;
};

/// A number of units, 0 to a billion; nullopt for anything else.
std::optional<std::int64_t> read_units(JsonView field);

/// The amount without its sign. Throws FieldError when it has no positive counterpart.
void drop_sign(domain::Money& amount, const Place& place);

/// The currency an amount states; empty when there is none.
std::string_view stated_currency(JsonView money);

}  // namespace crossdock::connectors::amazon
