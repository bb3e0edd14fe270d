// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/walmart/client.h"
#include "connectors/walmart/paging.h"

namespace crossdock::connectors::walmart {

/// Purchase orders by their last change: those of the seller's own nodes, then those that Walmart's warehouses ship
/// (setting fulfillment_types), each list by itself, because one call names one kind of node.
class Orders final : public OrderSource {
public:
    explicit Orders(Client& client) : client_(client) {}

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    /// With the hub's own overlap a walk begins a quarter of an hour before the end of the one before.
    [[nodiscard]] std::chrono::milliseconds list_lag() const override { return std::chrono::minutes{5}; }
    [[nodiscard]] std::optional<std::chrono::milliseconds> shown_for() const override;
    [[nodiscard]] bool forgets() const override { return true; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override;

private:
    Client& client_;
};

/// Walmart waits to hear that an order has arrived: within four hours, and before it can be shipped.
class Acknowledger final : public OrderAcknowledger {
public:
    explicit Acknowledger(Client& client) : client_(client) {}
    PushOutcome acknowledge_order(const std::string& external_order_id) override;
    Result<IdPage> list_unacknowledged(const std::string& cursor) override;

private:
    Client& client_;
};

/// Reads one order; the answer's root holds it (order_in). Errors: not_found `order_unknown`, else those of a call.
Result<Answer> read_order(Client& client, const std::string& order_id, bool push);
/// Sends the acknowledgement. The answer's root holds the order.
Result<Answer> send_acknowledgement(Client& client, const std::string& order_id);

}  // namespace crossdock::connectors::walmart
