// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/connector.h"
#include "connectors/ebay/settings.h"

namespace crossdock::connectors::ebay {

/// What the mapping has to know besides the payload.
struct OrderRules {
    TaxesIncluded taxes_included = TaxesIncluded::by_marketplace;
    const Marketplace* marketplace = nullptr;  // the channel's; for orders that name none
};

/// An order of getOrders or getOrder with fieldGroups=TAX_BREAKDOWN. Pure. Errors: invalid, with the path of the field.
///
/// Prices are as eBay gives them. On sites with VAT or GST they include it and eBay states no net figure; the contract
/// wants selling_unit_price "always tax-exclusive" and "same as unit_price for eBay", which contradict each other
/// there; we follow the second. taxes_included follows the site of the listing, for no field says it.
/// Amounts paid and due are the seller's share after fees, sometimes in another currency: never the order's total.
Result<MappedOrder> map_order_payload(std::string_view payload, const OrderRules& rules);

/// What eBay hides after a while stays known: the buyer's registered address goes after 90 days, the mail alias after
/// 14.
void keep_known_facts(domain::Order& newer, const domain::Order& older);

/// The catalogue's key of what a line sold, for listings outside the Inventory API; their items have the same.
std::string listing_key(std::string_view item_id, std::string_view variation);
using Specifics = std::vector<std::pair<std::string, std::string>>;
/// What tells a variation from its sisters: the sku, else "Color=Blue;Size=M".
std::string variation_key(const std::optional<std::string>& sku, const Specifics& specifics);

}  // namespace crossdock::connectors::ebay
