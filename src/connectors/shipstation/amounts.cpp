// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/amounts.h"

namespace crossdock::connectors::shipstation {

std::optional<domain::Money> read_amount(JsonView field, const std::string& currency, const Place& place) {
    if (!field) return std::nullopt;
    auto read = domain::parse_channel_money(field.word(), currency);
    if (!read) throw FieldError(place, "is no amount: " + shown(field.raw()));
    return std::move(*read);
}

std::optional<domain::Money> read_extended(JsonView price, std::int64_t units, const std::string& currency,
                                           const Place& place) {
    const auto whole = read_amount(price, currency, place);
    if (!whole) return std::nullopt;
    const auto exact = domain::parse_decimal(price.word());
    const int digits = domain::currency_digits(currency).value_or(2);
    if (!exact || exact->scale <= digits) return domain::Money{times(whole->minor, units, place), currency};
    // As an amount of a currency with more digits, divided by one, to the digits that count.
    std::int64_t finer = times(exact->units, units, place), step = 1;
    for (int i = digits; i < exact->scale; ++i) step *= 10;
    return domain::Money{domain::divide(domain::Money{finer, currency}, step, digits).units, currency};
}

}  // namespace crossdock::connectors::shipstation
