// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Refunds of one order, with all their lines: Shopify has no list of refunds by themselves.
class Refunds final : public OrderRefundSource {
public:
    Refunds(AdminClient& client, const Profile& profile)
        : client_(client), reads_reasons_(!profile.scopes.empty() && !profile.lacks_scope("read_returns")) {}

    Result<std::vector<RawRefund>> fetch_refunds(const std::string& external_order_id) override;
    [[nodiscard]] Result<domain::Refund> map_refund(const RawRefund& raw,
                                                    std::vector<domain::Problem>& problems) const override;

private:
    Result<std::string> complete(JsonView refund);
    /// The return behind the refund as JSON; empty when there is none, or none that may be read.
    Result<std::string> return_of(JsonView refund);

    AdminClient& client_;
    bool reads_reasons_;  // the app was granted read_returns
};

}  // namespace crossdock::connectors::shopify
