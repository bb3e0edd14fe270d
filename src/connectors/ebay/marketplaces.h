// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace crossdock::connectors::ebay {

/// A country's site. Source: eBay, MarketplaceIdEnum and SiteCodeType.
struct Marketplace {
    std::string_view id;       // "EBAY_DE"
    std::string_view site_id;  // of the Trading API: "77"
    std::string_view currency;
    bool tax_on_top = false;      // sales tax comes on top of prices; elsewhere prices include VAT or GST
    bool signs_messages = false;  // sellers registered there must sign calls that tell of money (EU, UK)
};

/// nullptr for an unknown one.
const Marketplace* find_marketplace(std::string_view id);
std::span<const Marketplace> all_marketplaces();

}  // namespace crossdock::connectors::ebay
