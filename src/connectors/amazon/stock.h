// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Sets the quantity of goods that the seller ships. Few lines go one by one (Listings Items, op `merge`, which leaves
/// handling time and restock date alone); many go as one JSON_LISTINGS_FEED, whose processing report tells of each
/// line. Goods in Amazon's warehouses are refused here: a quantity sent for them would not replace Amazon's, it would
/// open a second offer.
class Stock final : public StockSink {
public:
    explicit Stock(Client& client) : client_(client) {}
    [[nodiscard]] std::size_t max_batch() const override { return 10'000; }
    /// Amazon asks for no more than one figure for a SKU in a minute.
    [[nodiscard]] std::chrono::milliseconds rest() const override { return std::chrono::minutes{1}; }
    std::vector<PushOutcome> push_stock(std::span<const StockLine> lines, const std::string& batch_key) override;
    std::vector<PushOutcome> check_stock(std::span<const StockLine> lines, const std::string& ticket) override;

    [[nodiscard]] bool can_read_stock() const override { return !client_.settings().seller_id.empty(); }
    /// What is in force, which follows what was accepted by minutes.
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> lines) override;

private:
    Client& client_;
};

}  // namespace crossdock::connectors::amazon
