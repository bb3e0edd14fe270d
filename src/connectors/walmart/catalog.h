// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// The seller's items: by the list, and more than ten thousand by the report ITEM. Walmart tells no time of change, so
/// what is asked for as "changed since" is read whole while the catalogue is small; a large one is read whole by the
/// daily walk only.
class Catalog final : public CatalogSource {
public:
    explicit Catalog(Client& client) : client_(client) {}

    Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) override;
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override;
    Result<std::vector<domain::Location>> fetch_locations() override;

private:
    /// Where a walk stands. Walmart's cursor stays the same from page to page, so pages are counted here.
    struct Position {
        std::int64_t seen = 0, total = 0, limit = 0;
        std::string next = "*";
    };
    Result<ItemPage> list_items(std::optional<Timestamp> changed_since, const std::string& cursor);
    static Result<Position> position_of(const std::string& cursor);
    Result<ItemPage> ended_early(const Position& position, std::int64_t total, std::optional<Timestamp> changed_since,
                                 ItemPage page);
    Client& client_;
};

struct ShipNode {
    std::string id, name, type;
    bool active = true;
};
/// The places the seller ships from. Errors: those of a call.
Result<std::vector<ShipNode>> read_ship_nodes(Client& client);

}  // namespace crossdock::connectors::walmart
