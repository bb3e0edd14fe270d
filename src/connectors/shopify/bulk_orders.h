// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/connector.h"
#include "connectors/shopify/bulk.h"

namespace crossdock::connectors::shopify {

/// Orders by a bulk operation. Apart from an order stand its lines, shipping lines, fulfilment orders and their lines.
class BulkOrders final : public BulkOrderSource {
public:
    BulkOrders(AdminClient& client, const Profile& profile)
        : bulk_(client, "orders", "read_orders"),
          skip_test_orders_(client.settings().skip_test_orders),
          without_customer_(profile.lacks_scope("read_customers")) {}

    Result<std::string> start_bulk(Timestamp from) override;
    Result<Progress> poll_bulk(const std::string& operation_id) override { return bulk_.poll(operation_id); }
    Status read_bulk(const std::string& result_url, std::int64_t from_byte, const LineSink& line) override {
        return bulk_.read(result_url, from_byte, line);
    }
    [[nodiscard]] Result<Line> classify_bulk_line(std::string_view line) const override {
        return classify_line(line, "Order");
    }
    /// Errors: invalid, when the order's own line is not among them.
    [[nodiscard]] Result<RawOrder> assemble_bulk(std::span<const std::string> lines) const override;

private:
    BulkOperations bulk_;
    bool skip_test_orders_;
    bool without_customer_;  // a field that may not be read would fail the whole export
};

}  // namespace crossdock::connectors::shopify
