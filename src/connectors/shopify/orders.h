// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"
#include "connectors/shopify/order_mapping.h"

namespace crossdock::connectors::shopify {

/// How the gid of a fulfilment order begins.
inline constexpr std::string_view kFulfillmentOrderGid = "gid://shopify/FulfillmentOrder/";

/// Orders by change time, by id and by creation time; nested pages are completed before an order is handed out.
class Orders final : public OrderSource {
public:
    Orders(AdminClient& client, const Profile& profile);

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    /// The gid of a fulfilment order is understood, too: it stands for its order.
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    [[nodiscard]] std::chrono::milliseconds list_lag() const override { return std::chrono::seconds{30}; }
    /// Without the scope read_all_orders Shopify shows no order that is older than sixty days, and says so nowhere.
    [[nodiscard]] std::optional<std::chrono::milliseconds> shown_for() const override { return shown_for_; }
    /// A cursor stands for an entry, so that a page without entries has none to go on from.
    [[nodiscard]] int most_empty_pages() const override { return 5; }

    [[nodiscard]] const OrderRules& rules() const { return rules_; }

private:
    Result<RawOrder> complete(JsonView node, int refetches);
    Result<std::string> complete_text(JsonView node, bool& changed);
    Result<Answer> ask_for_order(std::string_view gid);

    AdminClient& client_;
    OrderRules rules_;
    std::optional<std::chrono::milliseconds> shown_for_;
    std::string page_text_, by_id_text_;  // the documents without what the app may not read; empty: as they are
};

}  // namespace crossdock::connectors::shopify
