// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "net/budget.h"

namespace crossdock::connectors::amazon {

/// Amazon counts calls of every operation apart.
enum class Operation {
    get_orders,
    get_order_v0,
    get_order_items,
    search_orders,
    get_order,
    confirm_shipment,
    list_financial_events,
    list_transactions,
    create_restricted_data_token,
    patch_listings_item,
    search_listings_items,
    get_listings_item,
    get_marketplace_participations,
    create_feed,
    create_feed_document,
    get_feed,
    get_feed_document,
    create_report,
    get_report,
    get_reports,
    get_report_document,
    get_shipments,
    get_shipment_items_by_id,
    get_shipment_items,
    list_inbound_plans,
    get_inbound_plan,
    get_plan_shipment,
    list_plan_shipment_items,
    list_plan_shipment_boxes,
    set_packing_information,
    get_inbound_operation_status,
};
inline constexpr std::size_t kOperations = static_cast<std::size_t>(Operation::get_inbound_operation_status) + 1;

/// Amazon's name of the operation, for messages; with a version behind it where two APIs use the same.
std::string_view to_string(Operation operation);

/// One bucket per operation of one channel, with the documented rates until answers tell better ones.
class Budgets {
public:
    explicit Budgets(const Clock& clock);
    net::Budget& of(Operation operation) { return *budgets_[static_cast<std::size_t>(operation)]; }
    /// How long one call takes to be earned.
    std::chrono::milliseconds pace(Operation operation);

private:
    std::array<std::unique_ptr<net::Budget>, kOperations> budgets_;
};

/// Whether pulling and pushing both use the operation, so that pulling leaves a part of its bucket alone.
bool is_shared_with_pushes(Operation operation);

}  // namespace crossdock::connectors::amazon
