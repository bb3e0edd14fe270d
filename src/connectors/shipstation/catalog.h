// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/shipstation/client.h"
#include "connectors/shipstation/paging.h"

namespace crossdock::connectors::shipstation {

/// Products, inactive ones too. There is no filter by change: news are read newest first, down to what is known; the
/// whole catalogue oldest first, so that a product that is made meanwhile comes last.
class Catalog final : public CatalogSource {
public:
    explicit Catalog(Client& client) : client_(client) {}

    Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) override;
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override;
    /// Inventory locations of V2; none without a key for it.
    Result<std::vector<domain::Location>> fetch_locations() override;

private:
    /// Version 2 knows neither an order of the list nor a filter by change.
    Result<ItemPage> fetch_v2_items(std::optional<Timestamp> changed_since, const PageCursor& place);

    Client& client_;
};

}  // namespace crossdock::connectors::shipstation
