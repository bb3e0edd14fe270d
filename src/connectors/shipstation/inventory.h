// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {

/// GET /v2/inventory_locations.
Result<std::vector<domain::Location>> read_inventory_locations(Client& client);

/// Stock by the inventory feature of V2, which has a key of its own. Version 1 knows no stock.
class Inventory final : public StockSink {
public:
    explicit Inventory(Client& client) : client_(client) {}

    [[nodiscard]] std::size_t max_batch() const override { return 20; }  // a call for each
    /// `adjust` sets what is on hand: repeating it changes nothing.
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) override;
    [[nodiscard]] bool can_read_stock() const override { return true; }
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) override;

private:
    [[nodiscard]] std::string location_of(const StockLine& line) const;
    PushOutcome push_line(const StockLine& line);

    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
