// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/amounts.h"

namespace crossdock::connectors::shopify {

std::optional<domain::Money> Amounts::read(JsonView bag, const Place& place) {
    const JsonView money = bag["shopMoney"];
    const JsonView amount = money["amount"];
    if (!amount) return std::nullopt;
    auto read = domain::parse_channel_money(amount.word(), currency_);
    if (!read) throw FieldError(place, "is no amount: " + shown(amount.word()));
    if (foreign_place_.empty()) {
        const std::string_view stated = money["currencyCode"].word();
        if (!stated.empty() && stated != currency_) foreign_place_ = place.text();
    }
    return std::move(*read);
}

}  // namespace crossdock::connectors::shopify
