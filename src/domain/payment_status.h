// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "domain/order.h"
#include "domain/provider.h"

namespace crossdock::domain {

/// Whether the orders of a provider never say what was given back, so that the refunds which are known decide their
/// payment status. The others say it themselves.
constexpr bool refunds_decide_payment_status(Provider provider) {
    switch (provider) {
        case Provider::amazon:
        case Provider::walmart: return true;
        case Provider::shopify:
        case Provider::ebay:
        case Provider::shipstation: return false;
    }
    return false;
}

/// What is known to have been given back of one order, in the order's currency; money that still moves does not count.
struct Refunded {
    std::int64_t total_minor = 0;  // of refunds that state an amount
    std::int64_t unstated = 0;     // how many do not
};

/// The payment status of an order after its refunds: `refunded` when all was given back, or anything of an order that
/// was cancelled; `partially_refunded` for less, and where the order or its refunds state no amount; else as it was.
std::optional<std::string> payment_status_after(const Order& order, const Refunded& refunded);

}  // namespace crossdock::domain
