// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock::domain {

/// An exact decimal number: units / 10^scale. For unit prices, which may be finer than the currency's smallest unit.
struct Decimal {
    std::int64_t units = 0;
    int scale = 0;  // 0..9
    friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// An amount as the channel stated it. Amounts of two currencies do not add, and nothing here converts.
struct Money {
    std::int64_t minor = 0;  // the currency's smallest unit: 1234 is $12.34, ¥1234, or 1.234 Kuwaiti dinar
    std::string currency;    // ISO 4217, three capital letters
    friend bool operator==(const Money&, const Money&) = default;
};

/// Digits after the point of an ISO 4217 currency: 2 for USD, 0 for JPY, 3 for KWD; nullopt for an unknown code.
std::optional<int> currency_digits(std::string_view currency);

/// Reads "12.34" exactly. Errors: invalid, when it is no plain decimal, has more digits than the currency, does not fit,
/// or the currency is unknown.
Result<Money> parse_money(std::string_view text, std::string_view currency);
/// As parse_money, but digits beyond the currency's are rounded half to even: channels send 12.3449999. `rounded`, when
/// given, is set if that happened. An unknown currency counts as two digits.
Result<Money> parse_channel_money(std::string_view text, std::string_view currency, bool* rounded = nullptr);
/// Reads a plain decimal with up to nine digits after the point. Errors: invalid.
Result<Decimal> parse_decimal(std::string_view text);

/// The minor units of an amount that may be absent, as a column holds them.
inline std::optional<std::int64_t> minor_of(const std::optional<Money>& amount) {
    return amount ? std::optional{amount->minor} : std::nullopt;
}

/// a + b, a - b. Throws std::logic_error for two currencies and std::overflow_error when the result does not fit.
Money add(const Money& a, const Money& b);
Money subtract(const Money& a, const Money& b);
/// amount / quantity, rounded half up (away from zero) to `scale` digits. quantity must not be 0.
Decimal divide(const Money& amount, std::int64_t quantity, int scale);

/// "12.34", "1234", "1.234": with the currency's digits, never an exponent; also a valid JSON number.
std::string format(const Money& amount);
std::string format(const Decimal& number);
void append(std::string& out, const Money& amount);
void append(std::string& out, const Decimal& number);

}  // namespace crossdock::domain
