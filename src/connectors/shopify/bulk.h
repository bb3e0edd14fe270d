// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Orders by Shopify's bulk operations. The result is flat JSON lines: an order, and apart from it its lines, shipping
/// lines, fulfilment orders and their lines, each with the id of its parent.
class BulkOrders final : public BulkOrderSource {
public:
    BulkOrders(AdminClient& client, const Profile& profile)
        : client_(client), without_customer_(profile.lacks_scope("read_customers")) {}

    Result<std::string> start_bulk(Timestamp from) override;
    Result<Progress> poll_bulk(const std::string& operation_id) override;
    Status read_bulk(const std::string& result_url, std::int64_t from_byte, const LineSink& line) override;
    [[nodiscard]] Result<Line> classify_bulk_line(std::string_view line) const override;
    /// Errors: invalid, when the order's own line is not among them.
    [[nodiscard]] Result<RawOrder> assemble_bulk(std::span<const std::string> lines) const override;

private:
    AdminClient& client_;
    bool without_customer_;  // a field that may not be read would fail the whole export
};

}  // namespace crossdock::connectors::shopify
