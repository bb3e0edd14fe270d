// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// Sets the quantity on hand of goods that the seller ships, at a ship node (the line's location, else the setting
/// ship_node) or, without one, at Walmart's default node. Up to a hundred figures go one by one, more as one feed,
/// which is read back line by line. Goods that lie in Walmart's warehouses are refused: Walmart counts those itself.
class Stock final : public StockSink {
public:
    explicit Stock(Client& client) : client_(client) {}
    /// A feed by ship node may have a megabyte; a row of it takes up to 180 bytes.
    [[nodiscard]] std::size_t max_batch() const override { return 5'000; }
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) override;
    std::vector<PushOutcome> check_stock(std::span<const StockLine> lines, const std::string& ticket) override;

    [[nodiscard]] bool can_read_stock() const override { return true; }
    /// The quantity on hand that was set, not what is left after Walmart's reservations.
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::walmart
