// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/catalog_memory.h"

#include <cstring>

#include "crypto/hash.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::size_t kWalksKept = 8;

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t out = 0;
    std::memcpy(&out, crypto::sha256(text).data(), sizeof out);
    return out;
}

}  // namespace

bool CatalogMemory::is_unchanged(std::string_view key, std::string_view content) const {
    const auto hashed = hash_of(key), seen = hash_of(content);
    const std::scoped_lock lock(mutex_);
    const auto found = contents_.find(hashed);
    return found != contents_.end() && found->second == seen;
}

void CatalogMemory::remember(std::string_view key, std::string_view content) {
    const auto hashed = hash_of(key), seen = hash_of(content);
    const std::scoped_lock lock(mutex_);
    contents_[hashed] = seen;
}

void CatalogMemory::add_managed(std::string_view listing_id) {
    const auto hashed = hash_of(listing_id);
    const std::scoped_lock lock(mutex_);
    managed_.insert(hashed);
}

bool CatalogMemory::is_managed(std::string_view listing_id) const {
    const auto hashed = hash_of(listing_id);
    const std::scoped_lock lock(mutex_);
    return managed_.contains(hashed);
}

std::optional<std::string> CatalogMemory::details(std::string_view key) const {
    const auto hashed = hash_of(key);
    const std::scoped_lock lock(mutex_);
    const auto found = details_.find(hashed);
    return found == details_.end() ? std::nullopt : std::optional{found->second};
}

void CatalogMemory::keep_details(std::string_view key, std::string members) {
    const auto hashed = hash_of(key);
    const std::scoped_lock lock(mutex_);
    details_[hashed] = std::move(members);
}

bool CatalogMemory::knows_details() const {
    const std::scoped_lock lock(mutex_);
    return details_read_;
}

void CatalogMemory::details_read() {
    const std::scoped_lock lock(mutex_);
    details_read_ = true;
}

void CatalogMemory::page_done(const std::string& walk, std::int64_t page) {
    const std::scoped_lock lock(mutex_);
    if (page == 0 && !pages_.contains(walk) && pages_.size() >= kWalksKept) pages_.clear();
    std::int64_t& done = pages_[walk];
    if (page == done) ++done;  // read twice or out of turn: nothing changes
}

bool CatalogMemory::knows_all_managed(const std::string& walk, std::int64_t pages) const {
    const std::scoped_lock lock(mutex_);
    const auto found = pages_.find(walk);
    return found != pages_.end() && found->second >= pages;
}

}  // namespace crossdock::connectors::ebay
