// SPDX-License-Identifier: Apache-2.0
// Money and numbers. Lines: a currency, an amount, a number of units.
//
// Promised: an amount keeps its sign and is within half of the smallest unit of what is written; what was read and is
// written is read as the same; the amounts of all five connectors are read alike.
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "api/json/body.h"
#include "base/json_parse.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/amounts.h"
#include "connectors/ebay/amounts.h"
#include "connectors/shipstation/amounts.h"
#include "connectors/shopify/amounts.h"
#include "connectors/walmart/amounts.h"
#include "domain/money.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_money {

void run(std::string_view input);

namespace {

using connectors::FieldError;
using connectors::JsonIndex;
using connectors::JsonView;
using connectors::Place;
using domain::Money;

/// What the C library makes of it; none when it is no number to the last character.
std::optional<long double> value_of(std::string_view text) {
    const std::string copy{text};
    if (copy.empty() || copy.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
    char* end = nullptr;
    const long double value = std::strtold(copy.c_str(), &end);
    if (end != copy.c_str() + copy.size()) return std::nullopt;
    return value;
}

long double power(int digits) { return std::pow(10.0L, static_cast<long double>(digits)); }

void check_near(std::int64_t units, int digits, std::string_view text, long double off) {
    const auto value = value_of(text);
    check(value.has_value(), "an amount that is read is a number");
    const long double distance = std::fabs(static_cast<long double>(units) - *value * power(digits));
    // Beyond 2^63 a long double has no more halves; the last digits of what is written count for little.
    check(distance <= off + std::fabs(static_cast<long double>(units)) * 1e-18L, "an amount is what is written");
}

void check_amounts(const std::string& currency, std::string_view text) {
    const auto digits = domain::currency_digits(currency);
    const auto exact = domain::parse_money(text, currency);
    bool rounded = false;
    const auto channel = domain::parse_channel_money(text, currency, &rounded);
    if (exact) {
        check(channel && *channel == *exact && !rounded, "what is exact needs no rounding");
        check_near(exact->minor, *digits, text, 0.01L);
        const auto again = domain::parse_money(domain::format(*exact), currency);
        check(again && *again == *exact, "an amount that was written is read as the same");
    }
    if (channel) {
        check_near(channel->minor, digits.value_or(2), text, 0.51L);
        check(text.starts_with('-') ? channel->minor <= 0 : channel->minor >= 0, "money keeps its sign");
        check(value_of(domain::format(*channel)).has_value(), "an amount is written as a number");
    }
    if (const auto decimal = domain::parse_decimal(text)) {
        check(decimal->scale >= 0 && decimal->scale <= 9, "a decimal has up to nine digits");
        check_near(decimal->units, decimal->scale, text, 0.01L);
        const auto again = domain::parse_decimal(domain::format(*decimal));
        check(again && *again == *decimal, "a decimal that was written is read as the same");
    }
    const std::string plain = connectors::amazon::plain_decimal(text);
    if (const auto value = domain::parse_channel_money(plain, currency))
        if (text.find_first_of("eE") != std::string_view::npos)
            check_near(value->minor, digits.value_or(2), text, 0.51L);
}

/// The same amount as each provider writes it.
void check_connectors(const std::string& currency, const std::string& token) {
    const std::string both[] = {"\"amount\":" + token + ",\"currency\":\"" + currency + "\"",
                                "\"Amount\":" + token + ",\"CurrencyCode\":\"" + currency + "\"",
                                "\"value\":" + token + ",\"currency\":\"" + currency + "\"",
                                "\"shopMoney\":{\"amount\":" + token + ",\"currencyCode\":\"" + currency + "\"}"};
    const std::string text = "{\"walmart\":{" + both[0] + "},\"amazon\":{" + both[1] + "},\"ebay\":{" + both[2] +
                             "},\"shopify\":{" + both[3] + "},\"shipstation\":" + token + "}";
    const auto index = JsonIndex::parse(text);
    if (!index) return;
    const JsonView root = index->root();
    const Place place{"amount"};
    std::vector<std::pair<std::string_view, std::optional<Money>>> read;
    const auto ask = [&](std::string_view name, auto&& reader) {
        try {
            read.emplace_back(name, reader());
        } catch (const FieldError& fault) {
            check(!fault.message.empty() && is_valid_utf8(fault.message), "a fault is told in text");
        }
    };
    ask("walmart", [&] { return connectors::walmart::read_amount(root["walmart"], currency, place); });
    ask("amazon", [&] { return connectors::amazon::Amounts(currency).read(root["amazon"], place); });
    ask("ebay", [&] { return connectors::ebay::Amounts(currency).read(root["ebay"], place); });
    ask("shopify", [&] { return connectors::shopify::Amounts(currency).read(root["shopify"], place); });
    ask("shipstation", [&] { return connectors::shipstation::read_amount(root["shipstation"], currency, place); });
    const Money* first = nullptr;
    for (const auto& [name, amount] : read) {
        if (!amount) continue;
        if (first == nullptr) first = &*amount;
        check_same(domain::format(*amount), domain::format(*first), "connectors read an amount alike");
    }
}

void check_units(const Money& amount, std::string_view text) {
    const std::string wrapped = "[" + std::string{text} + "]";
    const auto parsed = parse_json(wrapped);
    if (!parsed || parsed->size() != 1) return;
    const auto whole = api::whole_number((*parsed)[0]);
    const auto index = JsonIndex::parse(wrapped);
    if (const auto* number = std::get_if<std::int64_t>(&whole)) {
        const auto value = value_of(trim(text));
        // What is written with a point or an exponent is read as a double, which has no more than 53 bits.
        const bool is_real = text.find_first_of(".eE") != std::string_view::npos;
        check(value && (is_real ? static_cast<double>(*value) == static_cast<double>(*number)
                                : *value == static_cast<long double>(*number)),
              "a whole number is what is written");
        check(index.has_value(), "what the body reader takes, the index takes");
        const auto viewed = (*index->root().begin()).integer();
        check(!viewed || *viewed == *number, "a whole number is the same for both readers");
        if (*number == 0) return;
        for (const int scale : {0, 2, 4}) {
            try {
                const auto each = domain::divide(amount, *number, scale);
                __extension__ using Wide = __int128;
                Wide left = static_cast<Wide>(each.units) * *number, right = amount.minor;
                Wide half = *number < 0 ? -static_cast<Wide>(*number) : static_cast<Wide>(*number);
                const int digits = domain::currency_digits(amount.currency).value_or(2);
                for (int i = digits; i < scale; ++i) right *= 10;
                for (int i = scale; i < digits; ++i) left *= 10, half *= 10;
                const Wide off = left > right ? left - right : right - left;
                check(2 * off <= half, "a part times the number of parts is the whole, but for half a unit each");
            } catch (const std::overflow_error&) {  // documented: it does not fit
            }
        }
    }
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const std::string currency = to_valid_utf8(in.line());
    const auto text = in.line();
    check_amounts(currency, text);
    const bool is_code = domain::currency_digits(currency).has_value();
    const auto amount = domain::parse_channel_money(text, currency);
    if (is_code) {
        std::string quoted;
        append_json_string(quoted, to_valid_utf8(text));
        check_connectors(currency, quoted);
        check_connectors(currency, std::string{text});
    }
    if (amount) {
        check_units(*amount, in.line());
        try {
            check(domain::subtract(domain::add(*amount, *amount), *amount) == *amount, "twice less once is once");
        } catch (const std::overflow_error&) {
        }
    }
}

}  // namespace crossdock::fuzz::on_money
