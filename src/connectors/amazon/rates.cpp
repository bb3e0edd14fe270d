// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/rates.h"

#include <algorithm>
#include <cmath>

namespace crossdock::connectors::amazon {
namespace {

struct Rate {
    std::string_view name;
    double per_second, burst;
};

/// Source: the "Usage Plan" of each operation in the API's models. In the order of Operation.
constexpr Rate kRates[] = {
    {"getOrders", 0.0167, 20},
    {"getOrder (v0)", 0.5, 30},
    {"getOrderItems", 0.5, 30},
    {"searchOrders", 0.0056, 20},
    {"getOrder", 0.5, 30},
    {"confirmShipment", 2, 10},
    {"listFinancialEvents", 0.5, 30},
    {"listTransactions", 0.5, 10},
    {"createRestrictedDataToken", 1, 10},
    {"patchListingsItem", 5, 5},
    {"searchListingsItems", 5, 5},
    {"getListingsItem", 5, 10},
    {"getMarketplaceParticipations", 0.016, 15},
    {"createFeed", 0.0083, 15},
    {"createFeedDocument", 0.5, 15},
    {"getFeed", 2, 15},
    {"getFeedDocument", 0.0222, 10},
    {"createReport", 0.0167, 15},
    {"getReport", 2, 15},
    {"getReports", 0.0222, 10},
    {"getReportDocument", 0.0167, 15},
    {"getShipments", 2, 30},
    {"getShipmentItemsByShipmentId", 2, 30},
    {"getShipmentItems", 2, 30},
    {"listInboundPlans", 2, 6},
    {"getInboundPlan", 2, 6},
    {"getShipment", 2, 6},
    {"listShipmentItems", 2, 30},
    {"listShipmentBoxes", 2, 30},
    {"setPackingInformation", 2, 2},
    {"getInboundOperationStatus", 2, 6},
};
static_assert(std::size(kRates) == kOperations);

constexpr const Rate& rate(Operation operation) { return kRates[static_cast<std::size_t>(operation)]; }

}  // namespace

std::string_view to_string(Operation operation) { return rate(operation).name; }

Budgets::Budgets(const Clock& clock) {
    for (std::size_t i = 0; i < kOperations; ++i)
        budgets_[i] = std::make_unique<net::Budget>(clock, kRates[i].burst, kRates[i].per_second);
}

std::chrono::milliseconds Budgets::pace(Operation operation) {
    const double per_second = std::max(of(operation).state().restore_per_second, 0.001);
    return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(1000.0 / per_second))};
}

bool is_shared_with_pushes(Operation operation) {
    return operation == Operation::get_order || operation == Operation::get_order_v0 ||
           operation == Operation::get_order_items || operation == Operation::get_feed ||
           operation == Operation::get_listings_item || operation == Operation::get_inbound_plan;
}

}  // namespace crossdock::connectors::amazon
