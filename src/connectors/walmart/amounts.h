// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/fields.h"
#include "connectors/json_view.h"
#include "domain/money.h"

namespace crossdock::connectors::walmart {

/// An amount written as {"currency","amount"} (orders) or {"currencyUnit","currencyAmount"} (returns), read from the
/// digits of the text. Nullopt when there is none. An amount in another currency than `currency` is a FieldError: sums
/// of two currencies mean nothing.
std::optional<domain::Money> read_amount(JsonView money, const std::string& currency, const Place& place);

/// The currency an amount states; empty when there is none.
std::string stated_currency(JsonView money);

/// A number of units, 0 to a billion; nullopt for anything else.
std::optional<std::int64_t> read_units(JsonView field);

/// The amount without its sign. Throws FieldError when it has no positive counterpart.
std::int64_t without_sign(std::int64_t minor, const Place& place);

}  // namespace crossdock::connectors::walmart
