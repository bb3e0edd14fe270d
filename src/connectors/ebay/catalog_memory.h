// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace crossdock::connectors::ebay {

/// What one process remembers of the catalogue between walks: eBay states no times of change, so that only the content
/// tells what is new. Losing it only costs calls. Some 60 bytes an item, 150 a listing. Any thread.
class CatalogMemory {
public:
    /// Whether the item looked the same at an earlier walk.
    bool is_unchanged(std::string_view key, std::string_view content) const;
    void remember(std::string_view key, std::string_view content);

    /// A listing that the Inventory API manages. That is for good: eBay takes no listing out of it again.
    void add_managed(std::string_view listing_id);
    bool is_managed(std::string_view listing_id) const;

    /// Members of a JSON object with what the long list of listings says of one (condition, GTINs), by listing_key.
    std::optional<std::string> details(std::string_view key) const;
    void keep_details(std::string_view key, std::string members);
    /// Whether the long list was read to its end in this process.
    [[nodiscard]] bool knows_details() const;
    void details_read();

    /// A page of the Inventory API's items is done. A walk whose pages were all read by this process knows every
    /// managed listing.
    void page_done(const std::string& walk, std::int64_t page);
    bool knows_all_managed(const std::string& walk, std::int64_t pages) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::uint64_t> contents_;
    std::unordered_set<std::uint64_t> managed_;
    std::unordered_map<std::uint64_t, std::string> details_;
    bool details_read_ = false;
    std::unordered_map<std::string, std::int64_t> pages_;  // of each walk: so many, without a gap, from the first
};

}  // namespace crossdock::connectors::ebay
