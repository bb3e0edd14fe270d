// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/amounts.h"

#include <algorithm>
#include <charconv>

namespace crossdock::connectors::amazon {
namespace {

constexpr int kMaxExponent = 18;
constexpr std::int64_t kMaxUnits = 1'000'000'000;

bool is_code(std::string_view code) {
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

JsonView amount_of(JsonView money) {
    for (const std::string_view key : {"Amount", "amount", "CurrencyAmount", "currencyAmount"})
        if (const JsonView found = money[key]) return found;
    return {};
}

}  // namespace

std::string plain_decimal(std::string_view token) {
    const auto e = token.find_first_of("eE");
    if (e == std::string_view::npos) return std::string{token};
    std::string_view power = token.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    if (power.starts_with('-') && token[e + 1] == '+') return {};
    int exponent = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc{} || end != power.data() + power.size() || std::abs(exponent) > kMaxExponent) return {};
    std::string_view mantissa = token.substr(0, e);
    std::string out = mantissa.starts_with('-') ? "-" : "";
    if (!out.empty()) mantissa.remove_prefix(1);
    // "e5" and "1..2e5" are no numbers.
    if (mantissa.empty() || mantissa.front() == '.') return {};
    const auto point = std::min(mantissa.find('.'), mantissa.size());
    std::string digits{mantissa.substr(0, point)};
    if (point < mantissa.size()) digits += mantissa.substr(point + 1);
    if (digits.find_first_not_of("0123456789") != std::string::npos) return {};
    auto place = static_cast<std::ptrdiff_t>(point) + exponent;  // of the point among the digits
    if (place <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - place), '0');
        place = 1;
    }
    if (static_cast<std::size_t>(place) > digits.size())
        digits.append(static_cast<std::size_t>(place) - digits.size(), '0');
    out += digits.substr(0, static_cast<std::size_t>(place));
    if (static_cast<std::size_t>(place) < digits.size()) out += '.' + digits.substr(static_cast<std::size_t>(place));
    return out;
}

std::optional<std::int64_t> read_units(JsonView field) {
    const auto units = field.integer();
    if (!units || *units < 0 || *units > kMaxUnits) return std::nullopt;
    return units;
}

void drop_sign(domain::Money& amount, const Place& place) {
    if (amount.minor < 0 && __builtin_sub_overflow(std::int64_t{0}, amount.minor, &amount.minor))
        throw FieldError(place, "is too large");
}

std::string_view stated_currency(JsonView money) {
    for (const std::string_view key : {"CurrencyCode", "currencyCode"})
        if (const std::string_view code = money[key].word(); is_code(code)) return code;
    return {};
}

std::optional<domain::Money> Amounts::read(JsonView money, const Place& place) {
    const JsonView amount = amount_of(money);
    if (!amount) return std::nullopt;
    const std::string_view code = stated_currency(money);
    if (!code.empty() && code != currency_) {
        if (foreign_place_.empty()) foreign_place_ = place.text();
        return std::nullopt;
    }
    auto read = domain::parse_channel_money(plain_decimal(amount.word()), currency_);
    if (!read) throw FieldError(place, "is no amount: " + shown(amount.word()));
    return std::move(*read);
}

}  // namespace crossdock::connectors::amazon
