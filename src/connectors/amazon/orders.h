// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/client.h"
#include "connectors/amazon/order_facts.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Orders by either version of the API (setting orders_api). 2026-01-01 brings an order's items with it; v0 wants a
/// call for each order's items, so that a page of a hundred takes minutes: what was read is kept until the page is
/// whole.
class Orders final : public OrderSource {
public:
    Orders(Client& client, const Profile& profile);

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    /// Orders appear in the lists some two minutes late.
    [[nodiscard]] std::chrono::milliseconds list_lag() const override { return std::chrono::minutes{3}; }
    [[nodiscard]] bool forgets() const override { return true; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override;

private:
    [[nodiscard]] bool is_v0() const { return client_.settings().orders_api == OrdersApi::v0; }
    Result<OrderPage> fetch_v0(const PullWindow& window, const std::string& token);
    Result<OrderPage> fetch_2026(const PullWindow& window, const std::string& token);
    Result<RawOrder> with_items(JsonView order);
    /// The items of one order as a JSON array. `version` is the order's last change.
    Result<std::string> items_of(const std::string& order_id, const std::string& version);
    Result<std::string> token_of(const std::string& cursor) const;
    [[nodiscard]] std::string cursor_of(JsonView token) const;

    Client& client_;
    OrderRules rules_;
};

}  // namespace crossdock::connectors::amazon
