// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/shopify/admin_client.h"

namespace crossdock::connectors::shopify {

/// Variants with their stock per location, and the locations.
class Catalog final : public CatalogSource {
public:
    Catalog(AdminClient& client, const Profile& profile) : client_(client), currency_(profile.currency) {}

    Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) override;
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override;
    Result<std::vector<domain::Location>> fetch_locations() override;
    [[nodiscard]] int most_empty_pages() const override { return 5; }

private:
    Result<std::string> complete(JsonView variant);

    AdminClient& client_;
    std::optional<std::string> currency_;
};

}  // namespace crossdock::connectors::shopify
