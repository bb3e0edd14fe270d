// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/amounts.h"

#include <algorithm>

namespace crossdock::connectors::ebay {

std::string_view stated_currency(JsonView amount) {
    const std::string_view code = amount["currency"].word();
    const bool fits =
        code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return fits ? code : std::string_view{};
}

std::optional<domain::Money> Amounts::read(JsonView amount, const Place& place) {
    const JsonView value = amount["value"];
    if (!value) return std::nullopt;
    const std::string_view code = stated_currency(amount);
    if (!code.empty() && code != currency_) {
        if (foreign_place_.empty()) foreign_place_ = place.text();
        return std::nullopt;
    }
    auto read = domain::parse_channel_money(value.word(), currency_);
    if (!read) throw FieldError(place, "is no amount: " + shown(value.word()));
    return std::move(*read);
}

}  // namespace crossdock::connectors::ebay
