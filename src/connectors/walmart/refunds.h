// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Refunds are returns that led to money (the Returns API), by their last change; those of goods from Walmart's
/// warehouses are a list of their own. Money given back on an order without a return comes with the order.
class Refunds final : public RefundSource {
public:
    explicit Refunds(Client& client) : client_(client) {}

    Result<RefundPage> fetch_refunds(const PullWindow& window, const std::string& cursor) override;
    [[nodiscard]] Result<domain::Refund> map_refund(const RawRefund& raw,
                                                    std::vector<domain::Problem>& problems) const override;
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return std::chrono::hours{24}; }

private:
    Client& client_;
};

}  // namespace crossdock::connectors::walmart
