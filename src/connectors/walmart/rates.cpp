// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/rates.h"

#include <cmath>

namespace crossdock::connectors::walmart {
namespace {

constexpr double kMinute = 60, kHour = 3600;

struct Rate {
    std::string_view name;
    double calls, seconds;
};

/// Source: Walmart's page "Rate limiting" (US Marketplace). In the order of Operation. Where it states none (token
/// detail) a minute's sixty are our own guess.
constexpr Rate kRates[] = {
    {"the list of orders", 5000, kMinute},
    {"an order", 5000, kMinute},
    {"the list of released orders", 60, kMinute},
    {"acknowledging an order", 60, kMinute},
    {"shipping of an order", 60, kMinute},
    {"the list of returns", 50, kMinute},
    {"the list of items", 300, kMinute},
    {"an item's stock", 200, kMinute},
    {"setting an item's stock", 200, kMinute},
    {"an item's stock by ship node", 200, kMinute},
    {"setting an item's stock by ship node", 200, kMinute},
    {"stock at Walmart's warehouses (WFS)", 100, kMinute},
    {"a feed of stock", 10, kHour},
    {"a feed of stock by ship node", 50, kHour},
    {"a feed's state", 5000, kMinute},
    {"the token's permissions", 60, kMinute},
    {"the list of ship nodes", 50, kMinute},
    {"the carriers of Ship with Walmart", 100, kMinute},
    {"the kinds of webhooks", 5, kMinute},
    {"the list of webhooks", 50, kMinute},
    {"making a webhook", 200, kMinute},
    {"changing a webhook", 5, kMinute},
    {"the list of reports", 200, kMinute},
    {"asking for a report", 1, kHour},  // of each type: guide "On-request reports", "Request limit"
    {"a report's state", 20, kHour},
    {"a report's address", 20, kHour},
};
static_assert(std::size(kRates) == kOperations);

constexpr const Rate& rate(Operation operation) { return kRates[static_cast<std::size_t>(operation)]; }

}  // namespace

std::string_view to_string(Operation operation) { return rate(operation).name; }

Budgets::Budgets(const Clock& clock) {
    for (std::size_t i = 0; i < kOperations; ++i)
        budgets_[i] = std::make_unique<net::Budget>(clock, kRates[i].calls, kRates[i].calls / kRates[i].seconds);
}

std::chrono::milliseconds Budgets::pace(Operation operation) {
    return std::chrono::milliseconds{
        static_cast<std::int64_t>(std::ceil(1000.0 * rate(operation).seconds / rate(operation).calls))};
}

bool is_shared_with_pushes(Operation operation) {
    return operation == Operation::get_order || operation == Operation::get_inventory ||
           operation == Operation::get_node_inventory || operation == Operation::get_feed;
}

}  // namespace crossdock::connectors::walmart
