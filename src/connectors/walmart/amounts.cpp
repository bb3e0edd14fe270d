// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/amounts.h"

#include <algorithm>
#include <charconv>

namespace crossdock::connectors::walmart {
namespace {

constexpr std::int64_t kMaxUnits = 1'000'000'000;
constexpr int kMaxExponent = 18;

/// "1E+1" and "2.5e-1" as plain decimals: amounts are JSON numbers here, and Java writes some that way. Empty when it
/// is no number.
std::string plain_number(std::string_view token) {
    const auto e = token.find_first_of("eE");
    if (e == std::string_view::npos) return std::string{token};
    std::string_view power = token.substr(e + 1), mantissa = token.substr(0, e);
    if (power.starts_with('+')) power.remove_prefix(1);
    if (power.starts_with('-') && token[e + 1] == '+') return {};
    int exponent = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (error != std::errc{} || end != power.data() + power.size()) return {};
    if (exponent > kMaxExponent || exponent < -kMaxExponent) return {};
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
    const auto whole = static_cast<std::size_t>(place);
    if (whole > digits.size()) digits.append(whole - digits.size(), '0');
    out += digits.substr(0, whole);
    if (whole < digits.size()) out += '.' + digits.substr(whole);
    return out;
}

bool is_code(std::string_view code) {
    return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::string stated_currency(JsonView money) {
    for (const std::string_view key : {"currency", "currencyUnit"})
        if (const std::string_view code = money[key].word(); is_code(code)) return std::string{code};
    return {};
}

std::optional<domain::Money> read_amount(JsonView money, const std::string& currency, const Place& place) {
    const JsonView amount = money["amount"] ? money["amount"] : money["currencyAmount"];
    if (!amount) return std::nullopt;
    const std::string code = stated_currency(money);
    if (!code.empty() && code != currency)
        throw FieldError(place,
                         "is in " + code + ", the rest of it in " + currency + "; sums of two currencies mean nothing");
    auto read = domain::parse_channel_money(plain_number(amount.word()), currency);
    if (!read) throw FieldError(place, "is no amount: " + shown(amount.word()));
    return std::move(*read);
}

std::optional<std::int64_t> read_units(JsonView field) {
    const auto units = field.integer();
    if (!units || *units < 0 || *units > kMaxUnits) return std::nullopt;
    return units;
}

std::int64_t without_sign(std::int64_t minor, const Place& place) {
    std::int64_t out = minor;
    if (minor < 0 && __builtin_sub_overflow(std::int64_t{0}, minor, &out)) throw FieldError(place, "is too large");
    return out;
}

}  // namespace crossdock::connectors::walmart
