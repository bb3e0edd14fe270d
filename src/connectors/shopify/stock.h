// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Absolute stock figures by inventorySetQuantities: all or nothing for a call, so rows that Shopify refuses are taken
/// out and the rest is sent again. Every call carries an idempotency key that follows from the batch's and from its
/// rows.
class Stock final : public StockSink {
public:
    explicit Stock(AdminClient& client) : client_(client) {}

    [[nodiscard]] std::size_t max_batch() const override { return 250; }
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) override;
    [[nodiscard]] bool can_read_stock() const override { return true; }
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) override;

private:
    AdminClient& client_;
};

}  // namespace crossdock::connectors::shopify
