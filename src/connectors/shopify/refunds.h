// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Refunds of one order, with all their lines: Shopify has no list of refunds by themselves.
class Refunds final : public OrderRefundSource {
public:
    explicit Refunds(AdminClient& client) : client_(client) {}

    Result<std::vector<RawRefund>> fetch_refunds(const std::string& external_order_id) override;
    [[nodiscard]] Result<domain::Refund> map_refund(const RawRefund& raw,
                                                    std::vector<domain::Problem>& problems) const override;

private:
    Result<std::string> complete(JsonView refund);

    AdminClient& client_;
};

}  // namespace crossdock::connectors::shopify
