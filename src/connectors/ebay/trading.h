// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/ebay/client.h"
#include "domain/item.h"

namespace crossdock::connectors::ebay {

/// What is sold by one listing, or by one variation of it, as GetMyeBaySelling lists it.
struct TradingRow {
    std::string item_id;
    std::optional<std::string> sku, title, price, currency;
    std::optional<std::int64_t> available;
    bool is_variation = false;
    std::vector<std::pair<std::string, std::string>> specifics;  // Color: Blue
    std::string listing_type;                                    // "FixedPriceItem"
};
struct ActiveListings {
    std::vector<TradingRow> rows;
    std::int64_t pages = 0, listings = 0;  // of the whole list
    std::optional<Timestamp> provider_now;
};
/// GetMyeBaySelling's active list, 200 listings a page, from page 1.
/// Errors: as Client::call, and `ebay_trading_error` (unavailable), `ebay_trading_refused` (rejected).
Result<ActiveListings> read_active_listings(Client& client, std::int64_t page);
/// Pure. Errors: unavailable `ebay_bad_answer` and those that the answer's Ack tells of.
Result<ActiveListings> parse_active_listings(std::string_view xml);

/// What only GetSellerList and GetItem know of a listing.
struct ListingDetails {
    std::string item_id;
    bool is_variation = false;
    std::optional<std::string> sku;                              // of the variation
    std::vector<std::pair<std::string, std::string>> specifics;  // of the variation
    std::optional<std::int64_t> condition_id;
    std::vector<std::string> gtins;  // as written, placeholders included
};
struct SellerListPage {
    std::vector<ListingDetails> rows;
    std::int64_t pages = 0;
};
/// GetSellerList, 100 listings a page from page 1: of those that end from `from` on, which are all that are for sale (a
/// listing without an end is renewed every month). One that ends meanwhile keeps its place.
Result<SellerListPage> read_seller_list(Client& client, Timestamp from, std::int64_t page);
/// GetItem: a row for the listing, or one for each variation. Errors besides: rejected, when it is gone.
Result<std::vector<ListingDetails>> read_listing(Client& client, const std::string& item_id);

/// A quantity for ReviseInventoryStatus. A variation is named by listing and sku.
struct TradingRevision {
    std::string item_id, sku;  // sku: of a variation, else empty
    std::int64_t quantity = 0;
};
inline constexpr std::size_t kMaxRevisions = 4;
/// Sets quantities, four at most in one call. The answer says for each whether eBay took it.
Result<std::vector<bool>> revise_quantities(Client& client, const std::vector<TradingRevision>& revisions);

/// GeteBayDetails' carriers of the channel's site.
Result<std::vector<domain::CarrierCode>> read_carriers(Client& client);

}  // namespace crossdock::connectors::ebay
