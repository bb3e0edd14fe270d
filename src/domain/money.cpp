// SPDX-License-Identifier: Apache-2.0
#include "domain/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "base/text.h"

namespace crossdock::domain {
namespace {

// ISO 4217, active codes. Those with two digits are the most and listed once; the others carry their count.
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
constexpr std::string_view kNoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

constexpr std::size_t kLetters = 26;
constexpr std::size_t kNoCode = kLetters * kLetters * kLetters;

/// Where a code stands among all of three capital letters; kNoCode when it is not made of them.
constexpr std::size_t place_of(std::string_view code) {
    std::size_t place = 0;
    for (const char c : code) {
        if (c < 'A' || c > 'Z') return kNoCode;
        place = place * kLetters + static_cast<std::size_t>(c - 'A');
    }
    return place;
}

// Every amount that is read or written asks, some forty times an order: walking the list took a fifth of the time it
// takes to store one.
constexpr std::array<std::int8_t, kNoCode + 1> kDigits = [] {
    std::array<std::int8_t, kNoCode + 1> digits{};
    digits.fill(-1);
    const auto enter = [&](std::string_view codes, std::int8_t count) {
        for (std::size_t at = 0; at + 3 <= codes.size(); at += 4) digits[place_of(codes.substr(at, 3))] = count;
    };
    enter(kTwoDigits, 2);
    enter(kNoDigits, 0);
    enter(kThreeDigits, 3);
    return digits;
}();

/// A plain decimal taken apart: sign, digits before and after the point.
struct Parts {
    bool negative = false;
    std::string_view whole, fraction;
};

std::optional<Parts> take_apart(std::string_view text) {
    Parts parts;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        parts.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const auto point = text.find('.');
    parts.whole = text.substr(0, point);
    if (point != std::string_view::npos) {
        parts.fraction = text.substr(point + 1);
        if (parts.fraction.empty()) return std::nullopt;
    }
    const auto digits = [](std::string_view s) { return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }); };
    if (parts.whole.empty() || !digits(parts.whole) || !digits(parts.fraction)) return std::nullopt;
    return parts;
}

bool push_digit(std::int64_t& value, char digit) {
    return !__builtin_mul_overflow(value, 10, &value) && !__builtin_add_overflow(value, digit - '0', &value);
}

Error not_money(std::string_view text, const std::string& why) {
    return {ErrorKind::invalid, "money_invalid", "\"" + to_valid_utf8(text.substr(0, 40)) + "\" " + why};
}

void append_scaled(std::string& out, std::int64_t units, int scale) {
    std::array<char, 40> digits{};
    // The magnitude as unsigned, so that the smallest integer has one.
    std::uint64_t magnitude = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    std::size_t at = digits.size();
    for (int written = 0; magnitude != 0 || written <= scale; ++written) {
        if (written == scale && scale > 0) digits[--at] = '.';
        digits[--at] = static_cast<char>('0' + magnitude % 10);
        magnitude /= 10;
    }
    if (units < 0) digits[--at] = '-';
    out.append(digits.data() + at, digits.size() - at);
}

}  // namespace

std::optional<int> currency_digits(std::string_view currency) {
    if (currency.size() != 3) return std::nullopt;
    const int digits = kDigits[place_of(currency)];
    if (digits < 0) return std::nullopt;
    return digits;
}

Result<Money> parse_money(std::string_view text, std::string_view currency) {
    const auto digits = currency_digits(currency);
    if (!digits) return not_money(currency, "is not an ISO 4217 currency");
    const auto parts = take_apart(text);
    if (!parts) return not_money(text, "is not a plain decimal like 12.34");
    std::string_view fraction = parts->fraction;
    while (fraction.size() > static_cast<std::size_t>(*digits) && fraction.back() == '0') fraction.remove_suffix(1);
    if (fraction.size() > static_cast<std::size_t>(*digits))
        return not_money(text, "has more than " + std::to_string(*digits) + " digits after the point, the most " +
                                   std::string{currency} + " has");
    std::int64_t minor = 0;
    bool fits = true;
    for (const char c : parts->whole) fits = fits && push_digit(minor, c);
    for (std::size_t i = 0; i < static_cast<std::size_t>(*digits); ++i)
        fits = fits && push_digit(minor, i < fraction.size() ? fraction[i] : '0');
    if (!fits) return not_money(text, "is too large");
    return Money{parts->negative ? -minor : minor, std::string{currency}};
}

Result<Money> parse_channel_money(std::string_view text, std::string_view currency, bool* rounded) {
    const auto parts = take_apart(text);
    if (!parts) return not_money(text, "is not a plain decimal like 12.34");
    const auto digits = static_cast<std::size_t>(currency_digits(currency).value_or(2));
    std::int64_t minor = 0;
    bool fits = true;
    for (const char c : parts->whole) fits = fits && push_digit(minor, c);
    for (std::size_t i = 0; i < digits; ++i) fits = fits && push_digit(minor, i < parts->fraction.size() ? parts->fraction[i] : '0');
    if (fits && parts->fraction.size() > digits) {
        const std::string_view rest = parts->fraction.substr(digits);
        if (rest.find_first_not_of('0') != std::string_view::npos) {
            if (rounded != nullptr) *rounded = true;
            const bool exactly_half = rest.front() == '5' && rest.find_first_not_of('0', 1) == std::string_view::npos;
            if (exactly_half ? minor % 2 != 0 : rest.front() >= '5') fits = !__builtin_add_overflow(minor, 1, &minor);
        }
    }
    if (!fits) return not_money(text, "is too large");
    return Money{parts->negative ? -minor : minor, std::string{currency}};
}

Result<Decimal> parse_decimal(std::string_view text) {
    const auto parts = take_apart(text);
    if (!parts || parts->fraction.size() > 9) return not_money(text, "is not a plain decimal with up to nine digits after the point");
    std::int64_t units = 0;
    bool fits = true;
    for (const char c : parts->whole) fits = fits && push_digit(units, c);
    for (const char c : parts->fraction) fits = fits && push_digit(units, c);
    if (!fits) return not_money(text, "is too large");
    return Decimal{parts->negative ? -units : units, static_cast<int>(parts->fraction.size())};
}

Money add(const Money& a, const Money& b) {
    if (a.currency != b.currency) throw std::logic_error("amounts in " + a.currency + " and " + b.currency + " do not add");
    Money sum{0, a.currency};
    if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) throw std::overflow_error("sum of amounts too large");
    return sum;
}

Money subtract(const Money& a, const Money& b) {
    if (a.currency != b.currency) throw std::logic_error("amounts in " + a.currency + " and " + b.currency + " do not subtract");
    Money difference{0, a.currency};
    if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor)) throw std::overflow_error("difference of amounts too large");
    return difference;
}

Decimal divide(const Money& amount, std::int64_t quantity, int scale) {
    if (quantity == 0) throw std::logic_error("division of an amount by quantity 0");
    __extension__ using Wide = __int128;
    Wide numerator = amount.minor;
    Wide denominator = quantity;
    for (int digits = currency_digits(amount.currency).value_or(2); digits < scale; ++digits) numerator *= 10;
    for (int digits = currency_digits(amount.currency).value_or(2); digits > scale; --digits) denominator *= 10;
    const bool negative = (numerator < 0) != (denominator < 0);
    const Wide n = numerator < 0 ? -numerator : numerator;
    const Wide d = denominator < 0 ? -denominator : denominator;
    const Wide rounded = (2 * n + d) / (2 * d);
    if (rounded > std::numeric_limits<std::int64_t>::max()) throw std::overflow_error("unit price too large");
    const auto units = static_cast<std::int64_t>(rounded);
    return {negative ? -units : units, scale};
}

void append(std::string& out, const Money& amount) {
    append_scaled(out, amount.minor, currency_digits(amount.currency).value_or(2));
}

void append(std::string& out, const Decimal& number) { append_scaled(out, number.units, number.scale); }

std::string format(const Money& amount) {
    std::string out;
    append(out, amount);
    return out;
}

std::string format(const Decimal& number) {
    std::string out;
    append(out, number);
    return out;
}

}  // namespace crossdock::domain
