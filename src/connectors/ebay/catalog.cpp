// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/catalog.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/ebay/item_mapping.h"
#include "connectors/ebay/offers.h"
#include "connectors/ebay/order_mapping.h"
#include "connectors/ebay/trading.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::int64_t kItemsPerPage = 200;
constexpr std::int64_t kLocationsPerPage = 100;
constexpr std::size_t kSkusAtOnce = 25;
constexpr int kListingsAtOnce = 20;  // asked for one by one for a page: those that are newer than the long list
constexpr int kQuietPages = 25;      // without news, read on at once
constexpr int kLocationPages = 100;
constexpr std::chrono::milliseconds kSeveralTokens{5000};

Error bad_catalog_cursor() {
    return {ErrorKind::rejected, "cursor_refused", "the place in the catalogue is not readable (any more)"};
}

constexpr std::int64_t kRereads = 2;  // of the long list, in one walk

/// One more budget's worth of waiting for one page: the offers that were read are kept until the page is whole.
std::string offers_key(const std::string& sku) { return "offers " + sku; }

/// One token at a time would mean one job for every sku, and the calls that begin each attempt would eat it.
Error when_many_tokens_are_there(Error error) {
    if (error.code == "budget")
        error.retry_after = std::max(error.retry_after.value_or(std::chrono::milliseconds{0}), kSeveralTokens);
    return error;
}

void remember_listings(CatalogMemory& memory, std::string_view offers) {
    const auto index = JsonIndex::parse(offers);
    if (!index) return;
    for (const JsonView offer : index->root())
        if (const auto id = offer["listing"]["listingId"].filled_text()) memory.add_managed(*id);
}

}  // namespace

std::string Catalog::cursor_of(const Walk& walk) {
    const char* part = walk.part == Part::trading ? " t " : walk.part == Part::details ? " d " : " i ";
    return "c2 " + walk.id + part + std::to_string(walk.page) + ' ' + std::to_string(walk.inventory_pages) + ' ' +
           std::to_string(walk.details_page) + ' ' + std::to_string(to_ms(walk.details_from)) + ' ' +
           std::to_string(walk.rereads);
}

Result<Catalog::Walk> Catalog::walk_of(const std::string& cursor) const {
    Walk walk;
    if (cursor.empty()) {
        walk.id = std::to_string(client_.runtime().random.next());
        return walk;
    }
    const auto parts = split(cursor, ' ');
    if (parts.size() != 8 || parts[0] != "c2" || parts[2].size() != 1) return bad_catalog_cursor();
    walk.id = parts[1];
    switch (parts[2][0]) {
        case 'i': walk.part = Part::inventory; break;
        case 'd': walk.part = Part::details; break;
        case 't': walk.part = Part::trading; break;
        default: return bad_catalog_cursor();
    }
    std::int64_t details_from = 0;
    std::int64_t* numbers[] = {&walk.page, &walk.inventory_pages, &walk.details_page, &details_from, &walk.rereads};
    for (std::size_t i = 0; i < std::size(numbers); ++i) {
        const std::string& text = parts[i + 3];
        if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos)
            return bad_catalog_cursor();
        *numbers[i] = std::stoll(text);
    }
    walk.details_from = from_ms(details_from);
    return walk;
}

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    auto start = walk_of(cursor);
    if (!start) return start.error();
    Walk walk = *start;
    ItemPage page;
    for (int pages = 0; pages < kQuietPages && page.items.empty(); ++pages) {
        const bool only_news = changed_since.has_value();
        const auto more = walk.part == Part::inventory ? take_inventory(walk, only_news, page)
                          : walk.part == Part::details ? take_details(walk)
                                                       : take_trading(walk, only_news, page);
        if (!more) {
            if (pages > 0) break;  // what was read is not read again: the next call begins here, and meets the error
            return more.error();
        }
        if (!*more) return page;
    }
    page.next_cursor = cursor_of(walk);
    // Pages without news are no sign of a list that leads nowhere.
    if (page.items.empty()) page.ask_again_after = std::chrono::milliseconds{0};
    return page;
}

Result<RawItem> Catalog::with_offers(const std::string& sku, JsonView item) {
    RawItem raw{sku_key(sku), R"({"item":)" + std::string{item.raw()}};
    KeptPages& kept = client_.shared().pages;
    auto offers = kept.find(offers_key(sku));
    if (!offers) {
        auto read = read_offers(client_, sku, false);
        if (!read && (read.error().kind == ErrorKind::rejected || read.error().kind == ErrorKind::invalid)) {
            // This one sku cannot be read, and that shows; its neighbours can.
            std::string why;
            append_json_string(why, read.error().message);
            raw.payload += R"(,"offers_unread":)" + why + "}";
            return raw;
        }
        if (!read) {
            return when_many_tokens_are_there(read.error());
        }
        offers = *read;
        kept.keep(offers_key(sku), *offers);
    }
    remember_listings(client_.shared().catalog, *offers);
    raw.payload += R"(,"offers":)" + *offers + "}";
    return raw;
}

Result<bool> Catalog::take_inventory(Walk& walk, bool only_news, ItemPage& page) {
    Call call{Api::inventory, "getInventoryItems", "/inventory_item"};
    // The offset is the number of the page, not of records.
    call.query = {{"limit", std::to_string(kItemsPerPage)}, {"offset", std::to_string(walk.page)}};
    const auto answer = client_.call(call);
    const bool none = !answer && answer.error().kind == ErrorKind::not_found;
    if (!answer && !none) return answer.error();
    const JsonView root = none ? JsonView{} : answer->root;
    if (!none && !root["inventoryItems"].is_array() && root["total"].integer().value_or(0) > 0)
        return Error{ErrorKind::unavailable, "ebay_bad_answer",
                     "eBay answered getInventoryItems without the list of items"};
    CatalogMemory& memory = client_.shared().catalog;
    std::vector<std::pair<std::string, std::string>> read;  // key and content
    for (const JsonView item : root["inventoryItems"]) {
        const auto sku = item["sku"].filled_text();
        if (!sku) continue;  // nothing can be said about it
        if (only_news && memory.is_unchanged(sku_key(*sku), item.raw())) continue;
        auto raw = with_offers(*sku, item);
        if (!raw) return raw.error();
        read.emplace_back(raw->variant_id, std::string{item.raw()});
        page.items.push_back(std::move(*raw));
    }
    for (const auto& [key, content] : read) memory.remember(key, content);
    client_.shared().pages.clear();
    memory.page_done(walk.id, walk.page);
    if (!none && !page.provider_now) page.provider_now = answer->provider_now;
    const std::int64_t total = root["total"].integer().value_or(0);
    if (page.total == 0) page.total = total;
    const auto count = static_cast<std::int64_t>(root["inventoryItems"].size());
    ++walk.page;
    // Never by `next` alone: a list that went on for ever without news would be read for ever.
    const std::int64_t per_page = std::max<std::int64_t>(root["limit"].integer().value_or(kItemsPerPage), 1);
    const bool last = count == 0 || (total > 0 ? walk.page * per_page >= total : count < per_page);
    if (!last) return true;
    if (!client_.settings().trading_listings) return false;
    // A walk for what changed asks for the few new listings one by one, once the long list is known.
    const bool known = only_news && memory.knows_details();
    walk = {walk.id, known ? Part::trading : Part::details, 1, walk.page, 1, client_.now(), walk.rereads};
    return true;
}

Result<bool> Catalog::take_details(Walk& walk) {
    const auto listed = read_seller_list(client_, walk.details_from, walk.details_page);
    CatalogMemory& memory = client_.shared().catalog;
    // A seller who is refused this list has listings all the same.
    if (!listed && listed.error().kind != ErrorKind::rejected) return listed.error();
    if (listed)
        for (const ListingDetails& one : listed->rows)
            memory.keep_details(listing_key(one.item_id, one.is_variation ? variation_key(one.sku, one.specifics) : ""),
                                details_members(one));
    ++walk.details_page;
    if (listed && walk.details_page <= listed->pages && !listed->rows.empty()) return true;
    memory.details_read();
    walk.part = Part::trading;
    return true;
}

/// `calls`: how many may still be made for single listings.
std::optional<std::string> Catalog::details_of(const TradingRow& row, int& calls) {
    CatalogMemory& memory = client_.shared().catalog;
    const std::string key = listing_key(row.item_id, row.is_variation ? variation_key(row.sku, row.specifics) : "");
    if (auto known = memory.details(key)) return known;
    if (calls <= 0) return std::nullopt;
    --calls;
    const auto read = read_listing(client_, row.item_id);
    // Without them the listing is shown as it is; the daily walk asks again.
    if (!read) return std::nullopt;
    for (const ListingDetails& one : *read)
        memory.keep_details(listing_key(one.item_id, one.is_variation ? variation_key(one.sku, one.specifics) : ""),
                            details_members(one));
    return memory.details(key);
}

/// Asks which of these skus the Inventory API has, and which listings it manages for them.
Status Catalog::find_managed(const std::vector<std::string>& skus) {
    CatalogMemory& memory = client_.shared().catalog;
    for (std::size_t at = 0; at < skus.size(); at += kSkusAtOnce) {
        Call call{Api::inventory, "bulkGetInventoryItem", "/bulk_get_inventory_item"};
        call.method = "POST";
        JsonWriter writer(call.body);
        writer.begin_object().key("requests").begin_array();
        for (std::size_t i = at; i < std::min(skus.size(), at + kSkusAtOnce); ++i)
            writer.begin_object().field("sku", skus[i]).end_object();
        writer.end_array().end_object();
        const auto answer = client_.call(call);
        if (!answer) {
            // All of them unknown is called an error, too.
            if (answer.error().kind == ErrorKind::not_found || answer.error().code == "ebay_refused") continue;
            return when_many_tokens_are_there(answer.error());
        }
        for (const JsonView one : answer->root["responses"]) {
            const auto sku = one["sku"].filled_text();
            if (!sku || one["statusCode"].integer() != 200) continue;
            const auto offers = read_offers(client_, *sku, false);
            if (!offers) return when_many_tokens_are_there(offers.error());
            remember_listings(memory, *offers);
        }
    }
    return ok();
}

Result<bool> Catalog::take_trading(Walk& walk, bool only_news, ItemPage& page) {
    if (!client_.shared().catalog.knows_details() && walk.rereads < kRereads) {
        // The process has begun anew since the long list was read; this page waits. But not for ever: a process that
        // begins anew all the time would never come to the end, so listings are asked for one by one then.
        ++walk.rereads;
        walk.part = Part::details;
        walk.details_page = 1;
        walk.details_from = client_.now();
        return true;
    }
    const auto listed = read_active_listings(client_, walk.page);
    if (!listed) return listed.error();
    CatalogMemory& memory = client_.shared().catalog;
    if (!memory.knows_all_managed(walk.id, walk.inventory_pages)) {
        // The process has begun anew since the first part of the walk.
        std::set<std::string> skus;
        for (const TradingRow& row : listed->rows)
            if (row.sku && !memory.is_managed(row.item_id)) skus.insert(*row.sku);
        if (auto found = find_managed({skus.begin(), skus.end()}); !found) return found.error();
    }
    int calls = kListingsAtOnce;
    for (const TradingRow& row : listed->rows) {
        if (memory.is_managed(row.item_id)) continue;
        RawItem raw = raw_listing(row, details_of(row, calls));
        if (only_news && memory.is_unchanged(raw.variant_id, raw.payload)) continue;
        memory.remember(raw.variant_id, raw.payload);
        page.items.push_back(std::move(raw));
    }
    if (!page.provider_now) page.provider_now = listed->provider_now;
    if (page.total == 0) page.total = listed->listings;
    ++walk.page;
    return walk.page <= listed->pages && !listed->rows.empty();
}

Result<std::vector<domain::Item>> Catalog::map_item(std::string_view payload) const {
    return map_item_payload(payload, *client_.settings().marketplace);
}

Result<std::vector<domain::Location>> Catalog::fetch_locations() { return read_locations(client_); }

Result<std::vector<domain::Location>> read_locations(Client& client) {
    std::vector<domain::Location> out;
    std::int64_t offset = 0;
    for (int pages = 0; pages < kLocationPages; ++pages) {
        Call call{Api::inventory, "getInventoryLocations", "/location"};
        call.query = {{"limit", std::to_string(kLocationsPerPage)}, {"offset", std::to_string(offset)}};
        const auto answer = client.call(call);
        if (!answer && answer.error().kind == ErrorKind::not_found) return out;
        if (!answer) return answer.error();
        for (const JsonView one : answer->root["locations"]) {
            const auto key = one["merchantLocationKey"].filled_text();
            if (!key) continue;
            out.push_back(
                {*key, one["name"].filled_text().value_or(*key), one["merchantLocationStatus"].word() != "DISABLED"});
        }
        const auto count = static_cast<std::int64_t>(answer->root["locations"].size());
        offset += count;  // records, unlike in the other lists of this API
        if (count == 0 || offset >= answer->root["total"].integer().value_or(0)) return out;
    }
    return Error{ErrorKind::unavailable, "ebay_paging_stuck", "eBay's pages of locations do not end"};
}

}  // namespace crossdock::connectors::ebay
