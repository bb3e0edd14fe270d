// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace crossdock::connectors::amazon {

/// Where Amazon sells. Source: the public list of marketplace ids; country as ISO 3166 (Amazon prints UK for GB).
struct Marketplace {
    std::string_view id, region, country, currency, name;  // "ATVPDKIKX0DER", "na", "US", "USD", "Amazon.com"
};
std::span<const Marketplace> marketplaces();
/// Null for an id that is not in the list, among them the pseudo marketplaces of orders from elsewhere.
const Marketplace* find_marketplace(std::string_view id);

}  // namespace crossdock::connectors::amazon
