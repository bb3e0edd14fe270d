// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// Quantities through the door each item came by: bulk_update_price_quantity for items of the Inventory API (25 skus a
/// call), ReviseInventoryStatus for listings made elsewhere (four a call). All are absolute: a repeat is harmless.
class Stock final : public StockSink {
public:
    explicit Stock(Client& client) : client_(client) {}

    [[nodiscard]] std::size_t max_batch() const override { return 100; }
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) override;
    [[nodiscard]] bool can_read_stock() const override { return true; }
    /// Of the Inventory API's items; listings made elsewhere show none.
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::ebay
