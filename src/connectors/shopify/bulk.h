// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Orders by Shopify's bulk operations. The result is flat JSON lines: an order, and apart from it its lines, shipping
/// lines, fulfilment orders and their lines, each with the id of its parent.
class BulkOrders final : public BulkOrderSource {
public:
    explicit BulkOrders(AdminClient& client) : client_(client) {}

    Result<std::string> start_bulk(Timestamp from) override;
    Result<Progress> poll_bulk(const std::string& operation_id) override;
    Status read_bulk(const std::string& result_url, const std::function<bool(std::string_view line)>& line) override;
    /// First the external id of the order, second the line's own gid (unique within the result). A fulfilment order's
    /// line names only its fulfilment order, so classify the lines of one result in the order read_bulk gives them; the
    /// second mention of a parent that has not been seen is an error.
    [[nodiscard]] Result<std::pair<std::string, std::string>> classify_bulk_line(std::string_view line) const override;
    /// The lines of one order in any order. Errors: invalid, when the order's own line is not among them.
    [[nodiscard]] Result<RawOrder> assemble_bulk(std::span<const std::string> lines) const override;

private:
    AdminClient& client_;
    /// Fulfilment order to order, for the result being read. One thread at a time, as all of a connector.
    mutable std::unordered_map<std::string, std::string> order_of_fulfillment_order_;
};

}  // namespace crossdock::connectors::shopify
