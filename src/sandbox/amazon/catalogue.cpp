// SPDX-License-Identifier: Apache-2.0
// The seller's goods: made up from their number, with the odd ones that trip up integrations.
#include <array>
#include <cstdio>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr std::array kMaterials = {"Cotton", "Oak",    "Linen",  "Steel",   "Wool",
                                   "Bamboo", "Copper", "Canvas", "Ceramic", "Cedar"};
constexpr std::array kThings = {"Tee Shirt", "Mug",     "Desk Lamp", "Scarf", "Notebook", "Backpack",
                                "Bottle",    "Cushion", "Clock",     "Apron", "Bowl",     "Blanket"};
constexpr std::array kTypes = {"SHIRT",  "DRINKING_CUP", "LAMP",  "SCARF", "NOTEBOOK", "BACKPACK",
                               "BOTTLE", "PILLOW",       "CLOCK", "APRON", "BOWL",     "BLANKET"};

/// A sku is whatever forty characters a seller once typed. These come first, at these numbers.
struct Odd {
    std::uint32_t index;
    const char* sku;
    const char* title;  // null: the usual
};
constexpr std::array<Odd, 9> kOdd{{{1, "MUG/RED+XL", nullptr},
                                   {2, "SKU WITH SPACE", nullptr},
                                   {4, "Gr\u00f6\u00dfe-42", "Tischdecke f\u00fcr die K\u00fcche, 1,40\u00a0m"},
                                   {5, "ABC#1?x=2&y", nullptr},
                                   {7, "100%OFF", "Mug \"World's Best\" 12 oz"},
                                   {8, "00012345", nullptr},
                                   {10, "\u65e5\u672c-001", "\u30b3\u30c3\u30d7 \u3042\u304a \u65e5\u672c"},
                                   {11, "sbx-000012", nullptr},  // differs from another one in its case alone
                                   {13, "DUO", "Lamp \u2615 & candle \u2014 \u0141\u00f3d\u017a edition"}}};

const Odd* odd_at(std::uint32_t index) {
    for (const Odd& odd : kOdd) {
        if (odd.index == index) return &odd;
    }
    return nullptr;
}

std::string coded(char first, std::uint64_t value, std::size_t length) {
    constexpr std::string_view kLetters = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ";
    std::string out(1, first);
    while (out.size() < length) {
        out += kLetters[value % kLetters.size()];
        value = value / kLetters.size() + mix(value) % 1000;
    }
    return out;
}

}  // namespace

Listing World::listing(std::uint32_t index) const {
    const std::uint64_t h = mix(options_.seed * 1'000'003 + index);
    Listing item;
    item.index = index;
    const std::size_t thing = (index * 7 + index / 10) % kThings.size();
    item.title = std::string(kMaterials[index % kMaterials.size()]) + " " + kThings[thing];
    if (index >= 60) item.title += " No. " + std::to_string(index);
    char sku[24];
    std::snprintf(sku, sizeof sku, "SBX-%06u", index);
    item.sku = sku;
    if (const Odd* odd = odd_at(index)) {
        item.sku = odd->sku;
        if (odd->title != nullptr) item.title = odd->title;
    }
    // An ASIN must be unique and a code of ten characters: the number itself sits in its last five.
    char tail[16];
    std::snprintf(tail, sizeof tail, "%05X", index & 0xFFFFFU);
    item.asin = coded('B', h % 33, 2) + "0" + std::string(coded('Z', h, 3)).substr(1) + tail;
    item.listing_id = "0" + std::to_string(101'000'000 + index) + std::string(coded('Q', h, 3)).substr(1);
    item.product_type = kTypes[thing];
    item.price = 499 + static_cast<Minor>(h % 90) * 50;
    item.fba = index % 3 == 0;
    if (item.fba) item.fn_sku = "X00" + std::to_string(1'000'000 + index);
    item.only_japan = index == 10;
    item.status = index % 17 == 9 ? "Inactive" : index % 23 == 14 ? "Incomplete" : "Active";
    item.quantity = item.fba ? 0 : 20 + static_cast<std::int64_t>((h >> 8U) % 380);
    if (index % 4 == 1) item.lead_time_days = 2 + static_cast<int>(index % 3);
    if (index % 5 == 2) {
        item.barcode_kind = 4;
        item.barcode = "40" + std::to_string(10'000'000'000 + h % 89'999'999'999).substr(0, 11);
    } else if (index % 5 == 3) {
        item.barcode_kind = 3;
        item.barcode = "0" + std::to_string(10'000'000'000 + h % 89'999'999'999);
    } else {
        item.barcode = item.asin;
    }
    item.created_at = from_ms(to_ms(born_) / 1000 * 1000) - std::chrono::days(400) + std::chrono::seconds(index * 61);
    item.updated_at = item.created_at + std::chrono::hours(24 * (h % 300));
    if (const ListingChange* change = change_of(index)) item.updated_at = change->updated_at;
    return item;
}

std::optional<std::uint32_t> World::listing_of(std::string_view sku) const {
    for (const Odd& odd : kOdd) {
        if (sku == odd.sku) return odd.index < listing_count() ? std::optional(odd.index) : std::nullopt;
    }
    if (sku.size() < 10 || sku.substr(0, 4) != "SBX-") return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : sku.substr(4)) {
        if (c < '0' || c > '9' || value > 1'000'000'000) return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (value >= listing_count()) return std::nullopt;
    const auto index = static_cast<std::uint32_t>(value);
    return odd_at(index) == nullptr ? std::optional(index) : std::nullopt;
}

bool World::sold_in(const Listing& listing, const Store& store) const {
    if (listing.only_japan) return std::string_view(store.country) == "JP";
    for (std::size_t i = 0; i < stores.size(); ++i) {
        if (stores[i] == &store) return i == 0 || listing.index % 4 != i % 4;
    }
    return false;
}

Minor World::price_in(const Listing& listing, const Store& store) {
    // As many of the smallest unit everywhere, so that 4.99 dollars are 499 yen; dear stores a little dearer.
    return listing.price + (store.tax_inside ? listing.price / 10 : 0);
}

const ListingChange* World::change_of(std::uint32_t index) const {
    const auto at = changes.find(index);
    return at == changes.end() ? nullptr : &at->second;
}

namespace {

std::map<std::string, Availability> as_made(const Listing& listing, const Store& store) {
    if (listing.fba) return {{store.fba_channel, {}}};
    return {{"DEFAULT", {listing.quantity, listing.lead_time_days, std::nullopt}}};
}

}  // namespace

std::map<std::string, Availability> World::availability(const Listing& listing) const {
    const ListingChange* change = change_of(listing.index);
    return change == nullptr ? as_made(listing, *stores.front()) : change->in_force;
}

std::map<std::string, Availability> World::sent_availability(const Listing& listing) const {
    const ListingChange* change = change_of(listing.index);
    return change == nullptr ? as_made(listing, *stores.front()) : change->sent;
}

void World::send_availability(std::uint32_t index, const std::string& channel, const Availability& value, bool never) {
    const Listing item = listing(index);
    ListingChange change = change_of(index) != nullptr
                               ? *change_of(index)
                               : ListingChange{as_made(item, *stores.front()), as_made(item, *stores.front()), now_};
    if (item.fba && channel == "DEFAULT" && !change.sent.contains(channel)) ++counters.second_channels;
    change.sent[channel] = value;
    change.updated_at = now_;
    changes[index] = std::move(change);
    if (never) return;
    at(now_ + options_.listing_lag, [this, index, channel, value] {
        ListingChange& settled = changes[index];
        settled.in_force[channel] = value;
        settled.updated_at = now_;
    });
}

void World::force_quantity(std::uint32_t index, std::int64_t quantity) {
    const Listing item = listing(index);
    const auto now_in_force = availability(item);
    ListingChange change{now_in_force, sent_availability(item), now_};
    const std::string channel = item.fba ? stores.front()->fba_channel : "DEFAULT";
    change.in_force[channel].quantity = quantity;
    change.sent[channel].quantity = quantity;
    changes[index] = std::move(change);
}

}  // namespace crossdock::sandbox::amazon
