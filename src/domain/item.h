// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/money.h"

namespace crossdock::domain {

enum class ItemStatus { active, inactive, archived, retired, unpublished, draft };

constexpr std::string_view to_string(ItemStatus status) {
    switch (status) {
        case ItemStatus::active: return "active";
        case ItemStatus::inactive: return "inactive";
        case ItemStatus::archived: return "archived";
        case ItemStatus::retired: return "retired";
        case ItemStatus::unpublished: return "unpublished";
        case ItemStatus::draft: return "draft";
    }
    return "";
}
std::optional<ItemStatus> parse_item_status(std::string_view text);

/// A sku as one channel sells it, at one location (the contract's ItemMaster).
struct Item {
    std::string variant_id;                   // the channel's own key of what is sold
    std::optional<std::string> location_id;   // the channel's key of where; none when it does not say
    std::optional<std::string> location_name;
    std::optional<std::string> sku, title, barcode;
    std::string channel_product_id;
    std::optional<std::string> channel_variant_id;
    std::optional<std::string> currency;
    std::optional<Decimal> price;
    ItemStatus status = ItemStatus::active;
    std::optional<Timestamp> updated_at_remote;
    bool tracked = true;                      // false: the channel does not count it, so stock is not pushed
    std::optional<std::int64_t> channel_quantity;  // available at the channel when it was read; informative
    std::string external_ids_json = "{}";     // JSON object
    std::string attrs_json = "{}";            // JSON object; what a push needs is in here
    std::string raw_json = "{}";              // the channel's own words for this row
    friend bool operator==(const Item&, const Item&) = default;
};

/// A place that holds stock, as the channel names it.
struct Location {
    std::string external_id;
    std::string name;
    bool active = true;
    friend bool operator==(const Location&, const Location&) = default;
};

struct CarrierCode {
    std::string code;          // canonical casing
    std::string display_name;
    friend bool operator==(const CarrierCode&, const CarrierCode&) = default;
};

}  // namespace crossdock::domain
