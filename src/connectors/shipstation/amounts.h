// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "connectors/fields.h"
#include "connectors/json_view.h"
#include "domain/money.h"

namespace crossdock::connectors::shipstation {

inline constexpr std::int64_t kMostUnitsOfLine = 1'000'000'000;

/// An amount, read from its digits, never through double; nullopt when there is none. Throws FieldError.
std::optional<domain::Money> read_amount(JsonView field, const std::string& currency, const Place& place);

/// A price per unit times units, rounded once and at the end: prices may be finer than the currency. Throws FieldError.
std::optional<domain::Money> read_extended(JsonView price, std::int64_t units, const std::string& currency,
                                           const Place& place);

/// A sum that stays absent until something was added.
class StatedSum {
public:
    void add(const std::optional<domain::Money>& amount, const Place& place) {
        if (!amount) return;
        sum_.add(amount->minor, place);
        any_ = true;
    }
    void subtract(const std::optional<domain::Money>& amount, const Place& place) {
        if (!amount) return;
        sum_.subtract(amount->minor, place);
        any_ = true;
    }
    [[nodiscard]] std::optional<domain::Money> get(const std::string& currency) const {
        if (!any_) return std::nullopt;
        return domain::Money{sum_.minor(), currency};
    }

private:
    Sum sum_;
    bool any_ = false;
};

}  // namespace crossdock::connectors::shipstation
