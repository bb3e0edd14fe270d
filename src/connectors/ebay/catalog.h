// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "connectors/connector.h"
#include "connectors/ebay/client.h"
#include "connectors/ebay/trading.h"

namespace crossdock::connectors::ebay {

/// What the seller offers: first the items of the Inventory API with their offers (one call for each sku), then the
/// listings that were made elsewhere and that the Inventory API does not show, by the Trading API, whose list of what
/// is for sale knows neither condition nor GTIN: a longer one does, and is read before. eBay states no times of change:
/// a walk for changes reads every page and leaves out what looks as it did, so that only news costs calls.
class Catalog final : public CatalogSource {
public:
    explicit Catalog(Client& client) : client_(client) {}

    Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) override;
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override;
    Result<std::vector<domain::Location>> fetch_locations() override;

private:
    /// The Inventory API's items; the long list of listings, which alone knows conditions and GTINs; the list of what
    /// is for sale.
    enum class Part { inventory, details, trading };
    /// Where a walk stands. `inventory_pages` says how many the first part had, `details_page` and `details_from` where
    /// the long list is read.
    struct Walk {
        std::string id;
        Part part = Part::inventory;
        std::int64_t page = 0, inventory_pages = 0, details_page = 0;
        Timestamp details_from{};
        std::int64_t rereads = 0;
    };
    Result<Walk> walk_of(const std::string& cursor) const;
    [[nodiscard]] static std::string cursor_of(const Walk& walk);
    /// Takes in a page and moves on. False when the walk is over.
    Result<bool> take_inventory(Walk& walk, bool only_news, ItemPage& page);
    Result<bool> take_details(Walk& walk);
    std::optional<std::string> details_of(const TradingRow& row, int& calls);
    Result<bool> take_trading(Walk& walk, bool only_news, ItemPage& page);
    Result<RawItem> with_offers(const std::string& sku, JsonView item);
    Status find_managed(const std::vector<std::string>& skus);

    Client& client_;
};

/// All inventory locations. Errors: as Client::call.
Result<std::vector<domain::Location>> read_locations(Client& client);

}  // namespace crossdock::connectors::ebay
