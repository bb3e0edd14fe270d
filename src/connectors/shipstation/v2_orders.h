// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// Orders by version 2: its shipments, with what its list of fulfilments says of them. Walked by time, as Orders does.
/// Coarser than version 1: an order that is unpaid or on hold looks like one that is ready.
class V2Orders final : public OrderSource {
public:
    explicit V2Orders(Client& client) : client_(client) {}

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    [[nodiscard]] bool forgets() const override { return true; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override;

private:
    /// A page of shipments by `field` ("modified_at", "created_at") from a time on.
    Result<Answer> ask(std::string_view field, Timestamp from, std::optional<Timestamp> upto, std::int64_t page);

    Client& client_;
};

/// One shipment by V1's number of the order. Errors: not_found `order_unknown`, else those of a call.
Result<Answer> read_v2_shipment(Client& client, const std::string& order_id, bool push);

}  // namespace crossdock::connectors::shipstation
