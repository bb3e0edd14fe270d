// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Orders of all stores of the account, but for those that the setting skip_marketplaces leaves out.
///
/// The list is walked by time, not by page number: an order that is changed while the list is read moves to its end,
/// and what stood behind it would slip to a page that was read already. Every page begins where the one before ended.
/// Only where more orders than fit on a page carry the same second are pages counted.
class Orders final : public OrderSource {
public:
    explicit Orders(Client& client) : client_(client) {}

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    /// By the day they were placed, as the hub counts them.
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    [[nodiscard]] bool forgets() const override { return true; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
