// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "net/budget.h"

namespace crossdock::connectors::walmart {

/// Walmart counts calls of every path apart.
enum class Operation {
    get_orders,
    get_order,
    get_released_orders,
    acknowledge_order,
    ship_order,
    get_returns,
    get_items,
    get_inventory,
    put_inventory,
    get_node_inventory,
    put_node_inventory,
    get_wfs_inventory,
    post_inventory_feed,
    post_node_inventory_feed,
    get_feed,
    get_token_detail,
    get_ship_nodes,
    get_label_carriers,
    get_event_types,
    get_subscriptions,
    create_subscription,
    update_subscription,
    get_report_requests,
    create_report_request,
    get_report_request,
    download_report,
};
inline constexpr std::size_t kOperations = static_cast<std::size_t>(Operation::download_report) + 1;

/// Words for messages.
std::string_view to_string(Operation operation);

/// One bucket per operation of one channel, with the documented rates; answers tell how much is left of them.
class Budgets {
public:
    explicit Budgets(const Clock& clock);
    net::Budget& of(Operation operation) { return *budgets_[static_cast<std::size_t>(operation)]; }
    /// How long one call takes to be earned.
    [[nodiscard]] static std::chrono::milliseconds pace(Operation operation);

private:
    std::array<std::unique_ptr<net::Budget>, kOperations> budgets_;
};

/// Whether pulling and pushing both use the operation, so that pulling leaves a part of its bucket alone.
bool is_shared_with_pushes(Operation operation);

}  // namespace crossdock::connectors::walmart
